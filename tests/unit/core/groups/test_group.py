"""A group as a whole: offsets beside members, deletion, expiry, storing, and any mixture of all of it."""

from __future__ import annotations

import importlib
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kafkalite.core.groups.classic_state import GroupState
from kafkalite.core.transactions.state import Producer
from kafkalite.wire.codec import encode
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolSubscription
from kafkalite.wire.messages.join_group import JoinGroupResponse
from kafkalite.wire.messages.sync_group import SyncGroupResponse
from tests.unit.core.groups.group_driver import RANGE, TOPIC_ID, Consumer, Driver

HOUR = 3600.0
WEEK = 7 * 24 * HOUR


def consumes(*topics: str) -> tuple[tuple[str, bytes], ...]:
    """A consumer's protocols with the metadata that says so."""
    return (("range", b"\0\1" + encode(ConsumerProtocolSubscription(topics=list(topics)), 1)),)


# -- OffsetCommit


def test_a_simple_consumer_makes_its_group() -> None:
    driver = Driver()
    assert driver.commit({("t", 0): 5, ("t", 1): -3}) == {0}
    assert (driver.committed("t", 0), driver.committed("t", 1)) == (5, -3)
    assert (driver.state, driver.group.listed().protocol_type) == ("Empty", "")
    assert driver.replayed().exists


def test_commits_to_an_absent_group_with_a_generation() -> None:
    driver = Driver()
    assert driver.commit({("t", 0): 5}, "c", 0) == {69}
    assert driver.commit({("t", 0): 5}, "c", 0, knows_missing_group=False) == {22}
    assert not driver.group.exists


def test_a_commit_of_nothing_makes_no_group() -> None:
    driver = Driver()
    assert driver.commit({}) == set()
    assert driver.commit({("t", 0): 5}, metadata="x" * 4097) == {12}
    assert not driver.group.exists


def test_commits_of_members() -> None:
    driver = Driver()
    member, static = driver.stable(statics=("i",))
    if driver.group.classic.members[member].instance_id:
        member, static = static, member
    offsets = {("t", 0): 5}
    assert driver.commit(offsets, member, 1) == {0}
    assert driver.commit(offsets, static, 1, instance="i") == {0}
    assert driver.commit(offsets) == {25}, "no member at all"
    assert driver.commit(offsets, member) == {22}
    assert driver.commit(offsets, member, 2) == {22}
    assert driver.commit(offsets, "who", 1) == {25}
    assert driver.commit(offsets, member, 1, instance="j") == {25}
    assert driver.commit(offsets, member, 1, instance="i") == {82}


def test_commits_during_a_rebalance() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.ask_join(leader)
    assert driver.commit({("t", 0): 5}, follower, 1) == {0}, "PreparingRebalance"
    driver.ask_join(follower)
    assert driver.commit({("t", 0): 6}, follower, 1) == {22}
    assert driver.commit({("t", 0): 6}, follower, 2) == {27}, "CompletingRebalance"
    assert driver.committed() == 5


def test_commits_to_an_empty_group() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.leave((member, None))
    assert driver.commit({("t", 0): 5}, member, 1) == {25}
    assert driver.commit({("t", 0): 5}) == {0}, "that is how tools reset offsets"


def test_metadata_of_a_commit() -> None:
    driver = Driver()
    assert driver.commit({("t", 0): 5}, metadata="x" * 4097) == {12}
    assert driver.commit({("t", 0): 5}, metadata="x" * 4096) == {0}
    assert driver.commit({("t", 1): 5}, metadata=None) == {0}
    found = driver.group.offsets.find("t", 1)
    assert found is not None
    assert found.metadata == ""


def test_a_commit_is_visible_and_answered_once_it_is_stored() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.slow = True
    slot = driver.ask_commit({("t", 0): 6})
    assert (slot in driver.waiting, driver.committed()) == (True, 5)
    driver.keep()
    assert (slot in driver.waiting, driver.committed()) == (False, 6)


def test_a_commit_that_is_stored_too_late_is_refused_and_visible_once_it_is_stored() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.slow = True
    slot = driver.ask_commit({("t", 0): 6})
    driver.late()
    answer = driver.answers[slot]
    assert (answer.topics[0].partitions[0].error_code, driver.committed()) == (15, 5)
    driver.keep()
    assert driver.committed() == 6


def test_what_is_late_is_refused_once() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.slow = True
    driver.ask_commit({("t", 0): 6})
    driver.late()
    driver.late()
    driver.broken = True
    driver.settle(driver.group.failed(driver.unkept.pop(), ErrorCode.NOT_COORDINATOR, driver.now, driver.wall_ms))
    assert driver.committed() == 5


def test_a_commit_that_cannot_be_stored_changes_nothing() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.commit({("t", 0): 5}, member, 1)
    driver.broken = True
    assert driver.commit({("t", 0): 6, ("t", 1): 6}, member, 1) == {16}
    assert (driver.committed(), driver.state, driver.heartbeat(member, 1)) == (5, "Stable", 0)


def test_a_first_commit_that_cannot_be_stored_makes_no_group() -> None:
    driver = Driver()
    driver.broken = True
    assert driver.commit({("t", 0): 6}) == {16}
    assert not driver.group.exists


# -- offsets in transactions

P = Producer(7, 0)


def decide(driver: Driver, committed: bool, producer_id: int = 7) -> None:
    driver.settle(driver.group.decide(producer_id, committed, driver.now, driver.wall_ms))


def test_offsets_of_a_transaction_are_visible_when_it_is_committed() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    assert driver.commit({("t", 0): 6, ("t", 1): 7}, producer=P) == {0}
    assert (driver.committed(), driver.committed("t", 1)) == (5, None)
    decide(driver, True)
    assert (driver.committed(), driver.committed("t", 1)) == (6, 7)


def test_offsets_of_an_aborted_transaction_never_were() -> None:
    driver = Driver()
    driver.commit({("t", 0): 6}, producer=P)
    assert driver.group.exists
    decide(driver, False)
    assert driver.committed() is None


def test_offsets_of_a_transaction_are_pending_once_they_are_stored() -> None:
    driver = Driver()
    driver.slow = True
    slot = driver.ask_commit({("t", 0): 6}, producer=P)
    assert driver.unkept[0].producer == P
    assert (slot in driver.waiting, bool(driver.group.offsets.pending)) == (True, False)
    driver.keep()
    assert (slot in driver.waiting, bool(driver.group.offsets.pending)) == (False, True)


def test_members_and_strangers_in_transactions() -> None:
    driver = Driver()
    [member] = driver.stable()
    one = {("t", 0): 6}
    assert driver.commit(one) == {25}
    assert driver.commit(one, producer=P) == {0}
    assert driver.commit(one, member, 1, producer=P) == {0}
    assert driver.commit(one, member, 2, producer=P) == {22}
    assert driver.commit(one, "stranger", 1, producer=P) == {25}
    assert driver.commit(one, "stranger", producer=P) == {25}
    driver.ask_join(member, protocols=(("range", b"changed"),))
    assert driver.state == "CompletingRebalance"
    assert driver.commit(one, member, 2) == {27}
    assert driver.commit(one, member, 2, producer=P) == {0}


def test_pending_offsets_neither_expire_nor_let_their_group_expire() -> None:
    driver = Driver(offsets_retention_ms=1000)
    driver.commit({("t", 0): 5, ("t", 1): 5})
    driver.commit({("t", 0): 6}, producer=P)
    driver.advance(10.0)
    driver.settle(driver.group.expire(driver.now, driver.wall_ms))
    assert (driver.committed(), driver.committed("t", 1)) == (5, None)
    decide(driver, True)
    driver.settle(driver.group.expire(driver.now, driver.wall_ms))
    assert driver.committed() is None
    assert not driver.group.exists


def test_a_group_of_pending_offsets_does_not_expire() -> None:
    driver = Driver(offsets_retention_ms=1000)
    driver.commit({("t", 0): 6}, producer=P)
    driver.advance(10.0)
    driver.settle(driver.group.expire(driver.now, driver.wall_ms))
    assert driver.group.exists
    decide(driver, True)
    assert driver.committed() == 6


def test_pending_offsets_are_deleted_with_partition_topic_and_group() -> None:
    driver = Driver()
    for delete in (
        lambda: driver.delete_offsets(("t", 0)),
        driver.delete,
        lambda: driver.settle(driver.group.forget(lambda topic, _: topic == "t", driver.now, driver.wall_ms)),
    ):
        driver.commit({("t", 0): 6}, producer=P)
        delete()
        assert not driver.group.offsets.pending
        decide(driver, True)
        assert driver.committed() is None


# -- OffsetDelete and DeleteGroups


def test_offsets_deleted() -> None:
    driver = Driver()
    assert driver.delete_offsets(("t", 0)) == 69
    driver.commit({("t", 0): 5, ("t", 1): 6})
    assert driver.delete_offsets(("t", 0), ("u", 9)) == {("t", 0): 0, ("u", 9): 0}
    assert (driver.committed("t", 0), driver.committed("t", 1)) == (None, 6)
    assert driver.replayed().offsets.by_topic == driver.group.offsets.by_topic


def test_offsets_of_topics_in_use_stay() -> None:
    driver = Driver()
    [member] = driver.stable(protocols=consumes("t"))
    driver.commit({("t", 0): 5, ("u", 0): 6}, member, 1)
    assert driver.delete_offsets(("t", 0), ("u", 0)) == {("t", 0): 86, ("u", 0): 0}
    assert (driver.committed("t"), driver.committed("u")) == (5, None)


def test_consumers_that_make_no_sense_may_use_everything() -> None:
    driver = Driver()
    [member] = driver.stable(protocols=RANGE)
    driver.commit({("t", 0): 5}, member, 1)
    assert driver.delete_offsets(("t", 0)) == {("t", 0): 86}


def test_offsets_of_other_groups_with_members_stay() -> None:
    driver = Driver()
    driver.stable(protocol_type="connect")
    assert driver.delete_offsets(("t", 0)) == 68


def test_groups_deleted() -> None:
    driver = Driver()
    assert driver.delete() == 69
    [member] = driver.stable()
    driver.commit({("t", 0): 5}, member, 1)
    assert driver.delete() == 68
    driver.leave((member, None))
    assert driver.delete() == 0
    assert (driver.group.exists, driver.replayed().exists) == (False, False)
    assert driver.delete() == 69


def test_a_deleted_group_can_begin_again() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.delete()
    driver.stable()
    assert (driver.generation, driver.committed()) == (1, None)


def test_a_deletion_that_cannot_be_stored_did_not_happen() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.broken = True
    assert driver.delete() == 16
    assert (driver.state, driver.committed(), driver.group.exists) == ("Empty", 5, True)


def test_a_commit_on_its_way_survives_the_deletion_it_did_not_see() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.slow = True
    commit, deletion = driver.ask_commit({("t", 1): 6}), driver.ask_delete()
    driver.keep()
    assert {driver.answers[slot].error_code for slot in (deletion,)} == {0}
    assert commit in driver.answers
    assert (driver.committed("t", 0), driver.committed("t", 1), driver.state) == (None, 6, "Empty")
    assert driver.replayed().offsets.by_topic == driver.group.offsets.by_topic


def test_a_group_goes_with_what_is_stored_of_it() -> None:
    driver = Driver()
    member, _other = driver.stable(2)
    driver.commit({("t", 0): 5}, member, 1)
    waiting = driver.ask_join(member)
    driver.settle(driver.group.lost(driver.now, driver.wall_ms))
    assert driver.answers[waiting].error_code == 16
    assert (driver.group.exists, driver.committed(), driver.heartbeat(member, 1)) == (False, None, 25)
    driver.stable()


def test_offsets_of_gone_topics_are_forgotten() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5, ("u", 0): 6})
    driver.settle(driver.group.forget(lambda name, topic_id: name == "t" and topic_id == TOPIC_ID, 0.0, 0))
    assert (driver.committed("t"), driver.committed("u")) == (None, 6)


# -- retention (KIP-211)


def test_offsets_of_an_empty_group_expire_after_it_became_empty() -> None:
    driver = Driver()
    [member] = driver.stable(protocols=consumes("t"))
    driver.commit({("t", 0): 5}, member, 1)
    driver.advance(5.0)
    driver.leave((member, None))
    driver.advance(WEEK - 0.001)
    driver.expire()
    assert driver.committed() == 5
    driver.advance(0.001)
    driver.expire()
    assert (driver.committed(), driver.group.exists, driver.replayed().exists) == (None, False, False)


def test_the_retention_of_an_empty_group_survives_a_restart() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.commit({("t", 0): 5}, member, 1)
    driver.leave((member, None))
    driver.advance(WEEK - HOUR)
    driver.restart()
    driver.expire()
    assert driver.committed() == 5
    driver.advance(HOUR)
    driver.expire()
    assert driver.committed() is None


def test_offsets_of_a_simple_consumer_expire_after_their_commit() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5})
    driver.advance(WEEK / 2)
    driver.commit({("t", 1): 6})
    driver.advance(WEEK / 2)
    driver.expire()
    assert (driver.committed("t", 0), driver.committed("t", 1)) == (None, 6)
    driver.advance(WEEK / 2)
    driver.expire()
    assert not driver.group.exists


def test_offsets_in_use_do_not_expire_others_of_the_group_do() -> None:
    driver = Driver()
    options: dict[str, Any] = {"protocols": consumes("t"), "session": 1800.0}
    [member] = driver.stable(**options)
    driver.commit({("t", 0): 5, ("u", 0): 6}, member, 1)
    for _ in range(round(WEEK / 1000) + 1):
        driver.advance(1000.0)
        driver.heartbeat(member, 1)
    driver.ask_join(member, **options)
    driver.expire()
    assert driver.committed("u") == 6, "not while it rebalances"
    driver.assign()
    driver.expire()
    assert (driver.committed("t"), driver.committed("u")) == (5, None)


@pytest.mark.parametrize(("protocol_type", "protocols"), [("connect", RANGE), ("consumer", RANGE)])
def test_offsets_of_members_we_do_not_understand_do_not_expire(protocol_type: str, protocols: Any) -> None:
    driver = Driver(offsets_retention_ms=1000)
    [member] = driver.stable(protocol_type=protocol_type, protocols=protocols)
    driver.commit({("t", 0): 5}, member, 1)
    driver.advance(5.0)
    driver.expire()
    assert driver.committed() == 5


def test_a_retention_time_of_its_own_counts_instead() -> None:
    driver = Driver()
    driver.commit({("t", 0): 5}, retention_ms=1000)
    driver.commit({("t", 1): 6}, retention_ms=10**12)
    driver.restart()
    driver.advance(1.0)
    driver.expire()
    assert (driver.committed("t", 0), driver.committed("t", 1)) == (None, 6)
    driver.advance(WEEK)
    driver.expire()
    assert driver.committed("t", 1) == 6


def test_a_group_somebody_is_about_to_join_is_not_forgotten() -> None:
    driver = Driver()
    pending = driver.join().member_id
    driver.expire()
    driver.ask_join(pending)
    driver.gather()
    assert driver.generation == 1
    driver.advance(60.0)  # it never synced
    driver.expire()
    assert not driver.group.exists


RULES: dict[str, list[Callable[..., None]]] = {
    "3.5 OffsetCommit without generation: simple consumer": [test_a_simple_consumer_makes_its_group],
    "3.5 OffsetCommit with generation, group absent: 22, v9 69": [test_commits_to_an_absent_group_with_a_generation],
    "3.5 OffsetCommit member checks 25, 82, 22": [test_commits_of_members, test_commits_to_an_empty_group],
    "3.5 OffsetCommit in CompletingRebalance 27, in PreparingRebalance 0": [test_commits_during_a_rebalance],
    "3.5 OffsetCommit metadata 12; 3.11 null metadata, negative offset": [
        test_metadata_of_a_commit,
        test_a_simple_consumer_makes_its_group,
    ],
    "3.11 OffsetCommit without topics makes no group": [test_a_commit_of_nothing_makes_no_group],
    "3.5 retention": [
        test_offsets_of_an_empty_group_expire_after_it_became_empty,
        test_the_retention_of_an_empty_group_survives_a_restart,
        test_offsets_of_a_simple_consumer_expire_after_their_commit,
        test_offsets_in_use_do_not_expire_others_of_the_group_do,
        test_offsets_of_members_we_do_not_understand_do_not_expire,
        test_a_retention_time_of_its_own_counts_instead,
        test_a_group_somebody_is_about_to_join_is_not_forgotten,
    ],
    "3.5 DeleteGroups 68, 69": [test_groups_deleted, test_a_deleted_group_can_begin_again],
    "3.5 OffsetDelete 86, 69, 68": [
        test_offsets_deleted,
        test_offsets_of_topics_in_use_stay,
        test_offsets_of_other_groups_with_members_stay,
    ],
    "3.11 OffsetDelete: unparseable metadata means all topics": [test_consumers_that_make_no_sense_may_use_everything],
    "ours: acknowledged means stored": [
        test_a_commit_is_visible_and_answered_once_it_is_stored,
        test_a_commit_that_cannot_be_stored_changes_nothing,
        test_a_first_commit_that_cannot_be_stored_makes_no_group,
        test_a_deletion_that_cannot_be_stored_did_not_happen,
        test_a_commit_on_its_way_survives_the_deletion_it_did_not_see,
        test_a_group_goes_with_what_is_stored_of_it,
    ],
    "ours: who waits for a slow store does so for a bounded time": [
        test_a_commit_that_is_stored_too_late_is_refused_and_visible_once_it_is_stored,
        test_what_is_late_is_refused_once,
    ],
    "3.8 TxnOffsetCommit: visible at the commit marker": [
        test_offsets_of_a_transaction_are_visible_when_it_is_committed,
        test_offsets_of_an_aborted_transaction_never_were,
        test_offsets_of_a_transaction_are_pending_once_they_are_stored,
    ],
    "3.8 TxnOffsetCommit: group checks only if member data present, no 27": [
        test_members_and_strangers_in_transactions,
    ],
    "3.5 pending transactional offsets are lost at DeleteGroups and OffsetDelete, and do not expire": [
        test_pending_offsets_are_deleted_with_partition_topic_and_group,
        test_pending_offsets_neither_expire_nor_let_their_group_expire,
        test_a_group_of_pending_offsets_does_not_expire,
    ],
    "ours: deleted topics": [test_offsets_of_gone_topics_are_forgotten],
}


SHAPES: dict[str, dict[str, list[str]]] = {
    "3.5 empty group id 24": {
        "join_group": ["test_a_refusal"],
        "sync_group": ["test_refusals"],
        "heartbeat": ["test_heartbeats"],
        "leave_group": ["test_leaving"],
        "offset_delete": ["test_errors_of_the_group_stand_alone"],
    },
    "3.5 empty group id accepted": {
        "offset_commit": ["test_the_group_without_a_name_is_one"],
        "offset_fetch": ["test_the_group_without_a_name_is_one"],
        "find_coordinator": ["test_this_broker_coordinates_every_group"],
    },
    "3.5 empty group id: Dead or 69": {
        "describe_groups": ["test_a_group_that_does_not_exist"],
        "delete_groups": ["test_groups_are_deleted"],
    },
    "3.5 MEMBER_ID_REQUIRED by version; 3.11 a client without a name": {
        "join_group": ["test_a_new_member_learns_its_id_first", "test_a_client_without_a_name_gets_an_id_all_the_same"]
    },
    "3.5 JoinGroup v0 has one timeout": {"join_group": ["test_version_0_has_one_timeout_for_both"]},
    "3.11 JoinGroup errors by version": {"join_group": ["test_a_refusal"]},
    "3.5 skip_assignment by version": {"join_group": ["test_a_static_leader_comes_back"]},
    "3.5 SyncGroup v5 null protocol 23": {"sync_group": ["test_from_version_5_on_the_protocol_must_be_named"]},
    "3.5 LeaveGroup by version": {"leave_group": ["test_leaving", "test_several_leave_at_once"]},
    "3.5 OffsetCommit 22 or 69 by version": {"offset_commit": ["test_a_generation_of_a_missing_group"]},
    "3.5 OffsetCommit of what does not exist 3, by id 100": {
        "offset_commit": [
            "test_what_does_not_exist_is_refused_and_the_rest_committed",
            "test_if_nothing_exists_nothing_is_asked",
            "test_the_zero_id_is_no_topic",
        ]
    },
    "3.5 OffsetCommit metadata 12": {"offset_commit": ["test_metadata_has_a_limit"]},
    "3.11 OffsetCommit of a partition twice": {"offset_commit": ["test_the_same_partition_twice"]},
    "3.5 OffsetCommit v2-4 retention time": {"offset_commit": ["test_a_retention_time"]},
    "3.5 OffsetFetch": {
        "offset_fetch": [
            "test_what_was_committed",
            "test_null_topics_are_all",
            "test_an_unknown_group_or_topic_has_none",
            "test_several_groups_at_once",
        ]
    },
    "3.11 OffsetFetch v9 member fields, v10 zero id": {
        "offset_fetch": ["test_classic_groups_ignore_who_asks", "test_the_zero_id_is_no_topic"]
    },
    "3.5 DeleteGroups v3 null message": {"delete_groups": ["test_groups_are_deleted"]},
    "3.11 OffsetDelete: unknown partitions first, 86": {
        "offset_delete": ["test_unknown_partitions_come_first", "test_topics_in_use"]
    },
    "3.11 DescribeGroups by version": {"describe_groups": ["test_a_stable_group", "test_a_group_that_does_not_exist"]},
    "3.11 authorized operations 3400": {"describe_groups": ["test_without_an_authorizer_everything_is_allowed"]},
    "3.11 ListGroups filters": {"list_groups": ["test_every_group", "test_filters"]},
}
"""What depends on the version or on the API is shown there: rule -> API -> tests of tests/unit/apis."""


def test_every_test_here_shows_a_rule() -> None:
    shown = {test.__name__ for tests in RULES.values() for test in tests}
    here = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert here - shown == {"test_every_test_here_shows_a_rule", "test_every_shape_is_shown_where_it_says"}


def test_every_shape_is_shown_where_it_says() -> None:
    wanted = {(api, name) for tests in SHAPES.values() for api, names in tests.items() for name in names}
    modules = {api: importlib.import_module(f"tests.unit.apis.test_{api}") for api, _ in wanted}
    assert [(api, name) for api, name in sorted(wanted) if not callable(getattr(modules[api], name, None))] == []


# -- any mixture

INSTANCES = ("i", "j")
PROTOCOLS = ((("a", b"1"),), (("a", b"1"), ("b", b"2")), (("b", b"2"), ("a", b"1")), (("a", b"3"), ("b", b"2")))

CONVERGES_IN = 300
"""Seconds: the longest rebalance timeout twice, for members that neither join nor sync any more, and sessions."""


GROWS_IN = 12
"""Seconds: some heartbeats and the initial delay, for clients that are all alive."""


class Mixture(RuleBasedStateMachine):
    """Anything in any order, on a log that is fast, slow or broken."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.syncing: dict[int, tuple[str, int, int]] = {}  # slot -> who asked, life of the group, generation
        self.assigned: dict[tuple[int, int], bytes] = {}  # life and generation -> the assignment that was handed out
        self.assignments = count(1)
        self.offsets = count(1)
        self.commits: dict[int, tuple[int, int]] = {}  # slot -> partition, offset
        self.told: set[tuple[int, int, str]] = set()  # life and generation, and a member that was let into it
        self.seen: Counter[str] = Counter()  # answers looked at, by purpose
        self.acknowledged: dict[int, int] = {}  # partition -> the last offset that was committed successfully
        self.forgotten: dict[int, int] = {}  # partition -> slots before this do not count: a deletion was asked for

    @initialize(
        delay=st.sampled_from([0.0, 3.0]),
        gathering=st.sampled_from([0.0, 0.1]),
        size=st.sampled_from([2, 3, 100, 100]),
        members=st.integers(0, 4),
    )
    def begin(self, delay: float, gathering: float, size: int, members: int) -> None:
        self.driver = Driver(initial_rebalance_delay=delay, gathering=gathering, max_size=size)
        for _ in range(members):
            self.driver.ask_join(protocols=PROTOCOLS[1], learns_member_id=False)
        self.everybody_joins_and_syncs()

    def known_ids(self) -> list[str]:
        classic = self.driver.group.classic
        answered = (
            answer.member_id for answer in self.driver.answers.values() if isinstance(answer, JoinGroupResponse)
        )
        return sorted({*classic.members, *classic.pending, *answered} - {""})

    def pick(self, choice: int) -> str:
        """One of the members that were ever there, the present ones more often."""
        ids = [*self.driver.group.classic.members] * 3 + self.known_ids()
        return ids[choice % len(ids)] if ids else "nobody"

    def instance_of(self, member_id: str) -> str | None:
        member = self.driver.group.classic.members.get(member_id)
        return None if member is None else member.instance_id

    def new_answers(self, purpose: str) -> Iterator[tuple[int, Any]]:
        """Yield (slot, answer) of those that came since the last time, oldest first."""
        answers = self.driver.answers
        yield from islice(answers.items(), self.seen[purpose], None)
        self.seen[purpose] = len(answers)

    @rule(
        instance=st.sampled_from([None, None, *INSTANCES]),
        protocols=st.sampled_from(PROTOCOLS),
        learns=st.booleans(),
        skips=st.booleans(),
        rebalance=st.sampled_from([0.0, 5.0, 60.0]),
        others=st.sampled_from([0.0, 0.0, 0.1]),
    )
    def join_anew(
        self, instance: str | None, protocols: Any, learns: bool, skips: bool, rebalance: float, others: float
    ) -> None:
        self.driver.ask_join(
            instance=instance,
            protocols=protocols,
            rebalance=rebalance,
            learns_member_id=learns,
            can_skip_assignment=skips,
            others_until=self.driver.now + others,
        )

    @rule(choice=st.integers(0, 20), protocols=st.sampled_from(PROTOCOLS), honest=st.integers(0, 4))
    def join_again(self, choice: int, protocols: Any, honest: int) -> None:
        member_id = self.pick(choice)
        instance = self.instance_of(member_id) if honest else INSTANCES[0]
        self.driver.ask_join(member_id, instance=instance, protocols=protocols, rebalance=5.0)

    @rule(choice=st.integers(0, 20), off=st.sampled_from([0, 0, 0, 0, -1, 1]))
    def sync(self, choice: int, off: int) -> None:
        """The leader makes a new assignment each time: its number, and whom each part is for."""
        classic = self.driver.group.classic
        member_id = self.pick(choice)
        number = next(self.assignments)
        parts = {
            one.member_id: f"{number} {one.instance_id or one.member_id}".encode() for one in classic.members.values()
        }
        who, life, generation = self.instance_of(member_id) or member_id, self.driver.life, classic.generation + off
        slot = self.driver.ask_sync(member_id, generation, parts if member_id == classic.roster.leader else {})
        self.syncing[slot] = who, life, generation

    @rule()
    def everybody_joins_and_syncs(self) -> None:
        driver = self.driver
        driver.broken = False
        for member_id in [*driver.group.classic.pending, *driver.group.classic.members]:
            driver.ask_join(member_id, instance=self.instance_of(member_id), protocols=PROTOCOLS[1], rebalance=5.0)
        driver.advance(driver.settings.initial_rebalance_delay + driver.settings.gathering)
        for choice in range(len(driver.group.classic.members)):
            self.sync(choice, 0)

    @rule(choice=st.integers(0, 20), off=st.sampled_from([0, 0, 1]), instance=st.sampled_from([None, *INSTANCES]))
    def heartbeat(self, choice: int, off: int, instance: str | None) -> None:
        member_id = self.pick(choice)
        code = self.driver.heartbeat(member_id, self.driver.generation + off, instance)
        owner = None if instance is None else self.driver.group.classic.roster.static_ids.get(instance)
        assert code or (not off and owner in (None, member_id)), "only members are told to go on, in their generation"

    @rule(choices=st.lists(st.integers(0, 20), max_size=3), by_instance=st.booleans())
    def leave(self, choices: list[int], by_instance: bool) -> None:
        ids = [self.pick(choice) for choice in choices]
        self.driver.ask_leave(*[("", self.instance_of(one)) if by_instance else (one, None) for one in ids])

    @rule(choice=st.integers(0, 20), member=st.booleans(), partition=st.integers(0, 2), off=st.sampled_from([0, 0, 1]))
    def commit(self, choice: int, member: bool, partition: int, off: int) -> None:
        who = (self.pick(choice), self.driver.generation + off) if member else ("", -1)
        offset = next(self.offsets)
        slot = self.driver.ask_commit({("t", partition): offset}, *who)
        assert not (member and off and slot in self.driver.waiting), "only in their generation"
        self.commits[slot] = partition, offset

    @rule(partition=st.integers(0, 2))
    def delete_offset(self, partition: int) -> None:
        slow, self.driver.slow = self.driver.slow, False
        self.driver.keep()
        self.forget(partition)
        self.driver.delete_offsets(("t", partition))
        self.driver.slow = slow

    def forget(self, *partitions: int) -> None:
        """Whatever was committed until now may be deleted by now."""
        for partition in partitions:
            self.acknowledged.pop(partition, None)
            self.forgotten[partition] = max(self.driver.asked, default=0)

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 5.0, 9.0, 9.0]))
    def time_passes(self, seconds: float) -> None:
        self.driver.advance(seconds)

    @rule(slow=st.booleans())
    def log_gets_slow_or_fast(self, slow: bool) -> None:
        self.driver.slow = slow
        self.driver.keep()

    @rule(kind=st.sampled_from(["break", "break", "restart", "shrink", "delete", "expire", "silence", "late", "late"]))
    def trouble(self, kind: str) -> None:
        driver = self.driver
        self.check_the_log()
        if kind == "break":
            driver.broken = not driver.broken
        elif kind == "restart":
            driver.restart()
        elif kind == "shrink":
            driver.restart(max_size=2, initial_rebalance_delay=driver.settings.initial_rebalance_delay)
        elif kind == "delete":
            self.forget(0, 1, 2)
            driver.ask_delete()
        elif kind == "silence":
            driver.advance(2000.0)
        elif kind == "late":
            driver.late()
        elif not driver.unkept:  # as the shell does: a commit on its way must not be expired after it
            driver.expire()

    @invariant()
    def every_request_waits_somewhere(self) -> None:
        driver = self.driver
        members = driver.group.classic.members.values()
        waiting = [slot for one in members for slot in (one.join_slot, one.sync_slot) if slot is not None]
        storing = [slot for turn in driver.unkept for slot, _ in turn.replies]
        assert Counter(waiting) + Counter(storing) == Counter(driver.waiting)
        if waiting:
            assert driver.group.deadline() < math.inf

    @invariant()
    def the_deadline_is_never_late(self) -> None:
        classic = self.driver.group.classic
        assert classic.deadline() <= classic._earliest()

    @invariant()
    def the_members_add_up(self) -> None:
        classic = self.driver.group.classic
        members = classic.members
        assert classic._joined == sum(one.join_slot is not None for one in members.values())
        assert classic.roster._supported == Counter(name for one in members.values() for name, _ in one.protocols)
        assert classic.roster.static_ids == {one.instance_id: key for key, one in members.items() if one.instance_id}
        assert (classic.roster.leader in members) if members else classic.roster.leader is None
        assert not classic.pending.keys() & members.keys()
        assert classic._unsynced <= members.keys()
        if classic.state in (GroupState.EMPTY, GroupState.DEAD):
            assert not members
        if classic.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE):
            assert members
            assert all(one.join_slot is None for one in members.values())

    @invariant()
    def members_know_their_generation(self) -> None:
        """Whoever was not told of a generation is not in it, but for static members, who come back in their time."""
        for _slot, answer in self.new_answers("joins"):
            if isinstance(answer, JoinGroupResponse) and not answer.error_code:
                self.told.add((self.driver.life, answer.generation_id, answer.member_id))
        classic = self.driver.group.classic
        if classic.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE):
            dynamic = [one.member_id for one in classic.members.values() if one.instance_id is None]
            assert all((self.driver.life, classic.generation, member_id) in self.told for member_id in dynamic)

    @invariant()
    def a_partition_has_one_owner_in_a_generation(self) -> None:
        """A generation has one assignment, restarts and broken stores or not, and each part has one owner."""
        for slot in list(self.syncing.keys() & self.driver.answers.keys()):
            who, life, generation = self.syncing.pop(slot)
            answer = self.driver.answers[slot]
            assert isinstance(answer, SyncGroupResponse)
            if answer.assignment:
                stored = self.driver.group._stored.classic
                assert stored is not None, "nobody has what is not stored"
                assert stored.generation >= generation
                number, _, owner = answer.assignment.partition(b" ")
                assert owner.decode() == who
                assert self.assigned.setdefault((life, generation), number) == number

    @invariant()
    def what_was_committed_does_not_go_back(self) -> None:
        for slot, answer in self.new_answers("commits"):
            if slot in self.commits and not answer.topics[0].partitions[0].error_code:
                partition, offset = self.commits[slot]
                if slot > self.forgotten.get(partition, 0):
                    self.acknowledged[partition] = offset
        for partition, offset in self.acknowledged.items():
            assert (self.driver.committed("t", partition) or 0) >= offset

    @invariant()
    def a_stable_group_is_the_stored_one(self) -> None:
        driver = self.driver
        if driver.state == "Stable" and not driver.unkept:
            stored = driver.group._stored.classic
            assert stored is not None
            assert stored.generation == driver.generation
            members = driver.group.classic.members
            assert {part.member_id: part.assignment for part in stored.members} == {
                one.member_id: one.assignment for one in members.values()
            }

    def check_the_log(self) -> None:
        driver = self.driver
        if not driver.unkept:
            replayed = driver.replayed()
            assert replayed._stored.classic == driver.group._stored.classic
            assert replayed.offsets.by_topic == driver.group.offsets.by_topic

    def teardown(self) -> None:
        """After the last change clients that behave get a stable group in bounded time, and nobody else is left."""
        self.driver.broken = self.driver.slow = False
        self.driver.keep()
        consumers = [Consumer(self.driver, instance=instance, protocols=PROTOCOLS[1]) for instance in (None, "i")]
        self.converge(consumers, CONVERGES_IN)
        if self.driver.settings.max_size > len(consumers):
            consumers.append(Consumer(self.driver, protocols=PROTOCOLS[2]))
            self.converge(consumers, GROWS_IN)
        self.driver.advance(1000.0)
        assert self.driver.waiting == set()
        self.check_the_log()

    def converge(self, consumers: list[Consumer], seconds: int) -> None:
        for _ in range(seconds):
            for consumer in consumers:
                consumer.step()
            self.driver.advance(1.0)
        assert self.driver.state == "Stable"
        assert {one.member_id for one in consumers} == self.driver.group.classic.members.keys()
        assert [one.assignment for one in consumers] == [one.member_id.encode() for one in consumers]
        assert {one.generation for one in consumers} == {self.driver.generation}


THOROUGH = bool(os.environ.get("KAFKALITE_THOROUGH"))

TestMixture = Mixture.TestCase
TestMixture.settings = settings(
    max_examples=3000 if THOROUGH else 100,
    stateful_step_count=60 if THOROUGH else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
