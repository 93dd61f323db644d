"""Who is in a classic group, who leads, and what all of them can."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.member import Member, Protocols
from kafkalite.core.groups.roster import SHORTEST_REBALANCE, Roster
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.join_group import JoinGroupRequest


def member(member_id: str, *names: str, instance: str | None = None, timeout: float = 0.0) -> Member:
    one = Member(member_id, instance, "client", "host")
    one.protocols = protocols(*names)
    one.rebalance_timeout = timeout
    return one


def protocols(*names: str) -> Protocols:
    return tuple((name, b"") for name in names)


def roster(*members: Member) -> Roster:
    made = Roster()
    for one in members:
        made.insert(one)
    return made


def test_the_first_leads_and_the_next_follows_it() -> None:
    a, b, c = (member(name, "range") for name in "abc")
    made = roster(a, b, c)
    made.take_out(b)
    assert made.leader == "a"
    made.take_out(a)
    assert made.leader == "c"
    made.take_out(c)
    assert made.members == {}
    assert made.leader is None


@pytest.mark.parametrize(
    ("member_id", "instance_id", "code"),
    [
        ("a", None, ErrorCode.NONE),
        ("a", "i", ErrorCode.NONE),
        ("b", None, ErrorCode.NONE),
        ("b", "i", ErrorCode.FENCED_INSTANCE_ID),
        ("c", "i", ErrorCode.FENCED_INSTANCE_ID),
        ("b", "j", ErrorCode.UNKNOWN_MEMBER_ID),
        ("c", None, ErrorCode.UNKNOWN_MEMBER_ID),
        ("c", "j", ErrorCode.UNKNOWN_MEMBER_ID),
    ],
)
def test_who_is_a_member(member_id: str, instance_id: str | None, code: ErrorCode) -> None:
    assert roster(member("a", "range", instance="i"), member("b", "range")).check(member_id, instance_id) is code


def test_an_instance_id_is_free_once_its_member_is_gone() -> None:
    gone = member("a", "range", instance="i")
    made = roster(gone)
    made.take_out(gone)
    assert (made.static_ids, made.check("a", "i")) == ({}, ErrorCode.UNKNOWN_MEMBER_ID)


def test_everybody_votes_for_the_first_that_all_support() -> None:
    made = roster(member("a", "x", "y", "z"), member("b", "z", "y"), member("c", "only c's", "z", "y"))
    assert [name for name in ("x", "y", "z", "only c's") if made.share(name)] == ["y", "z"]
    assert made.select_protocol() == "z"
    made.take_out(made.members["c"])
    assert made.select_protocol() == "y", "of as many votes the first"


def test_what_a_member_no_longer_supports_is_not_shared() -> None:
    made = roster(member("a", "x", "y"), member("b", "y", "x"))
    message = JoinGroupRequest(protocols=[JoinGroupRequest.JoinGroupRequestProtocol(name="y")])
    made.update(made.members["a"], message)
    assert (made.share("x"), made.share("y")) == (False, True)
    assert made.members["a"].protocols == protocols("y")


def test_the_longest_timeout_counts_and_is_not_too_short() -> None:
    assert roster().rebalance_timeout() == SHORTEST_REBALANCE
    assert roster(member("a", timeout=-1.0)).rebalance_timeout() == SHORTEST_REBALANCE
    assert roster(member("a", timeout=3.0), member("b", timeout=5.0)).rebalance_timeout() == 5.0
