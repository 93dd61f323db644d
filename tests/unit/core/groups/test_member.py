"""A member by itself: what is kept of it, and how long it is waited for."""

from __future__ import annotations

import math

from kafkalite.core.groups.member import Member, protocols_of
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.messages.join_group import JoinGroupRequest

Protocol = JoinGroupRequest.JoinGroupRequestProtocol


def joined(instance: str | None = None) -> Member:
    message = JoinGroupRequest(
        session_timeout_ms=10_000,
        rebalance_timeout_ms=60_000,
        group_instance_id=instance,
        protocols=[Protocol(name="a", metadata=b"1"), Protocol(name="b", metadata=b"2")],
    )
    return Member.joining("m", message, Caller(None, "client", "/host"))


def test_a_member_says_what_it_can() -> None:
    member = joined()
    assert member.protocols == (("a", b"1"), ("b", b"2"))
    assert (member.metadata("b"), member.metadata("c")) == (b"2", b"")
    assert (member.session_timeout, member.rebalance_timeout) == (10.0, 60.0)


def test_a_protocol_counts_once() -> None:
    message = JoinGroupRequest(protocols=[Protocol(name="a", metadata=b"1"), Protocol(name="a", metadata=b"2")])
    assert protocols_of(message) == (("a", b"2"),)


def test_a_stored_member_comes_back_with_its_chosen_protocol() -> None:
    member = joined("i")
    back = Member.restored(member.stored("b", b"mine"), "b")
    assert back.protocols == (("b", b"2"),)
    assert back.assignment == b"mine"
    for name in ("member_id", "instance_id", "client_id", "client_host", "session_timeout", "rebalance_timeout"):
        assert getattr(back, name) == getattr(member, name)


def test_a_record_of_version_0_has_one_timeout_for_both() -> None:
    stored = joined().stored("a", b"")
    stored.rebalance_timeout = -1
    assert Member.restored(stored, "a").rebalance_timeout == 10.0


def test_who_waits_for_us_does_not_expire() -> None:
    member = joined()
    member.session_deadline = 5.0
    assert member.expires_at() == 5.0
    member.sync_slot = 0
    assert member.expires_at() == math.inf
    member.sync_slot, member.join_slot = None, 0
    assert member.expires_at() == math.inf
    member.is_new = True
    assert member.expires_at() == 5.0


def test_people_read_the_instance_id_too() -> None:
    assert (str(joined()), str(joined("i"))) == ("m", "m (instance i)")
