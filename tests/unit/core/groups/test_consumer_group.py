"""The consumer group protocol (KIP-848), rule by rule; RULES at the end says which test shows which rule.

Numbers are Kafka's error codes: 16 NOT_COORDINATOR, 25 UNKNOWN_MEMBER_ID, 35 UNSUPPORTED_VERSION, 68 NON_EMPTY_GROUP,
69 GROUP_ID_NOT_FOUND, 81 GROUP_MAX_SIZE_REACHED, 82 FENCED_INSTANCE_ID, 86 GROUP_SUBSCRIBED_TO_TOPIC,
110 FENCED_MEMBER_EPOCH, 111 UNRELEASED_INSTANCE_ID, 113 STALE_MEMBER_EPOCH, 128 INVALID_REGULAR_EXPRESSION. Those of
the form of a request (42, 112) are in tests/unit/apis/test_consumer_group_heartbeat.py, members that speak the classic
protocol in test_classic_consumers.py.
"""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kafkalite.core.groups.consumer_entry import SHORTEST_REBALANCE
from kafkalite.core.groups.consumer_group import REGEX_REFRESH_MIN_MS
from kafkalite.core.groups.consumer_member import LEFT_FOR_NOW, MemberState
from kafkalite.core.groups.records import ConsumerGroupStored, decode_record
from kafkalite.wire.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatResponse
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue,
)
from tests.unit.core.groups.consumer_clients import REBALANCE, SESSION, ClassicClient, Client, ConsumerClient
from tests.unit.core.groups.consumer_driver import ConsumerDriver

EPOCHS = "The member must abandon all its partitions and rejoin."


def stable_two(**options: Any) -> ConsumerDriver:
    """Members m1 and m2 at epoch 3, two of the four partitions of `t` each."""
    driver = ConsumerDriver(**options)
    driver.enter("m1")
    driver.enter("m2")
    driver.beat("m1", 2)
    driver.beat("m1", 2, owned={"t": [0, 1]})
    driver.beat("m2", 3)
    assert (driver.state, driver.epochs) == ("Stable", (3, 3))
    return driver


def record_types(driver: ConsumerDriver, since: int = 0) -> list[tuple[int, bool]]:
    """The records in the log: type, and whether it is a deletion."""
    changes = [decode_record(record.key, record.value) for record in driver.log[since:]]
    return [(change.key.RECORD_TYPE, change.value is None) for change in changes if change is not None]


# -- joining


def test_a_first_join_starts_at_epoch_2_with_everything() -> None:
    driver = ConsumerDriver()
    assert driver.enter("m1") == (2, {"t": [0, 1, 2, 3]})
    assert (driver.state, driver.epochs) == ("Stable", (2, 2))
    assert driver.beat("m1", 2) == (2, None)


def test_two_members_share_by_revoking_first() -> None:
    """The table of 3.11, request by request."""
    driver = ConsumerDriver()
    driver.enter("m1")
    assert (driver.enter("m2"), driver.state, driver.epochs) == ((3, {}), "Reconciling", (3, 3))
    assert driver.beat("m1", 2) == (2, {"t": [0, 1]})
    assert driver.beat("m1", 2) == (2, None), "silence confirms nothing"
    assert driver.beat("m2", 3) == (3, None)
    assert (driver.beat("m1", 2, owned={"t": [0, 1]}), driver.state) == ((3, None), "Reconciling")
    assert (driver.beat("m2", 3), driver.state) == ((3, {"t": [2, 3]}), "Stable")


def test_a_first_join_without_a_subscription_starts_at_epoch_1() -> None:
    driver = ConsumerDriver()
    assert driver.enter("m1", []) == (1, {})
    assert (driver.state, driver.epochs) == ("Stable", (1, 1))
    assert driver.beat("m1", 1, topics=["t"]) == (2, {"t": [0, 1, 2, 3]})


def test_who_joins_again_gets_the_epoch_and_all_it_has() -> None:
    driver = stable_two()
    written = len(driver.log)
    assert driver.enter("m1") == (3, {"t": [0, 1]})
    assert driver.epochs == (3, 3)
    assert len(driver.log) == written


def test_a_full_request_gets_everything_always() -> None:
    driver = stable_two()
    full: dict[str, Any] = {"topics": ["t"], "rebalance_ms": 60_000}
    assert driver.beat("m1", 3, owned={"t": [0, 1]}, **full) == (3, {"t": [0, 1]})
    assert driver.beat("m1", 3, **full) == (3, None), "without what it owns it is not full"


def test_what_is_left_out_stays_as_it_was() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", rack="r", assignor="range")
    driver.beat("m1", 2)
    member = driver.member("m1")
    assert (list(member.topics), member.rack_id, member.assignor) == (["t"], "r", "range")
    assert member.rebalance_timeout_ms == 60_000


def test_a_member_without_an_id_is_given_one() -> None:
    driver = ConsumerDriver()
    answer = driver.heartbeat_raw("", 0, topics=["t"], owned={}, rebalance_ms=1)
    assert (answer.member_id, answer.member_epoch) == ("id-1", 2)


def test_a_full_group_takes_nobody_new() -> None:
    driver = stable_two(max_size=2)
    text = "The consumer group has reached its maximum capacity of 2 members."
    assert driver.join_error("m3") == (81, text)
    assert driver.error("m3", 5) == (81, text)
    driver.enter("m1")
    driver.beat("m2", -1)
    driver.enter("m3")


def test_a_static_member_finds_its_place_in_a_full_group() -> None:
    driver = ConsumerDriver(max_size=1)
    driver.enter("m1", instance="i")
    driver.beat("m1", -2, instance="i")
    assert driver.enter("m2", instance="i") == (2, {"t": [0, 1, 2, 3]})


# -- who is nobody


def test_an_unknown_group() -> None:
    driver = ConsumerDriver()
    assert driver.error("m1", 1) == (69, "Consumer group g not found.")
    assert driver.error("m1", -1) == (69, "Group g not found.")
    assert driver.error("m1", -2, instance="i") == (69, "Group g not found.")
    assert not driver.group.exists


def test_an_unknown_member() -> None:
    driver = stable_two()
    text = "Member who is not a member of group g."
    assert driver.error("who", 3) == (25, text)
    assert driver.error("who", -1) == (25, text)


def test_an_unknown_instance_id() -> None:
    driver = stable_two()
    text = "Instance id i is unknown."
    assert driver.error("m1", -2, instance="i") == (25, text)
    assert driver.error("m1", -1, instance="i") == (25, text)
    assert driver.error("m1", 3, instance="i") == (25, text), "a dynamic member cannot become static on its way"


def test_a_group_with_offsets_only_is_no_consumer_group_until_somebody_joins() -> None:
    driver = ConsumerDriver()
    driver.commit({("t", 0): 5})
    assert driver.error("m1", 1) == (69, "Group g is not a consumer group.")
    assert driver.error("m1", -1) == (69, "Group g is not a consumer group.")
    driver.enter("m1")
    assert driver.committed() == 5


# -- member epochs


def test_an_epoch_that_is_ahead() -> None:
    driver = stable_two()
    text = "The consumer group member has a greater member epoch (4) than the one known by the group coordinator (3). "
    assert driver.error("m1", 4) == (110, text + EPOCHS)


def test_an_epoch_that_is_behind() -> None:
    driver = stable_two()
    text = "The consumer group member has a smaller member epoch (1) than the one known by the group coordinator (3). "
    assert driver.error("m1", 1, owned={"t": [0]}) == (110, text + EPOCHS)


def test_the_previous_epoch_will_do_for_who_has_not_heard_of_the_new_one() -> None:
    driver = stable_two()
    assert driver.beat("m1", 2, owned={"t": [0]}) == (3, None)
    assert driver.beat("m1", 2, owned={}) == (3, None)
    assert driver.error("m1", 2)[0] == 110, "it must say what it owns"
    assert driver.error("m1", 2, owned={"t": [0, 1, 2]})[0] == 110, "and own nothing else"
    assert driver.error("m1", 2, owned={"t": [2]})[0] == 110


def test_claiming_what_is_not_assigned_is_ignored() -> None:
    driver = stable_two()
    assert driver.beat("m1", 3, owned={"t": [0, 1, 2, 3]}) == (3, None)
    assert driver.now_is.owner(driver.topic_id("t"), 2) == "m2"


def test_who_is_in_a_state_of_a_newer_broker_must_begin_again() -> None:
    driver = stable_two()
    driver.now_is.apply(driver.member("m1")._replace(state=MemberState.UNKNOWN).current_record("g"))
    assert driver.error("m1", 3)[0] == 110
    assert driver.error("m1", 3, owned={"t": [0]}, topics=["u"])[0] == 110
    assert driver.member("m1").topics == {"t"}
    assert driver.beat("m1", 3, owned={})[0] == 3


# -- reconciliation


def test_a_partition_that_was_given_up_goes_where_it_is_wanted() -> None:
    driver = stable_two()
    driver.beat("m1", -1)
    assert (driver.state, driver.epochs) == ("Assigning", (4, 3))
    assert driver.beat("m2", 3) == (4, {"t": [0, 1, 2, 3]})


def test_another_subscription() -> None:
    driver = ConsumerDriver({"t": 2, "u": 2})
    driver.enter("m1")
    assert driver.beat("m1", 2, topics=["u"]) == (2, {}), "first it gives up what it had"
    assert driver.beat("m1", 2, owned={}) == (3, {"u": [0, 1]})


def test_an_unsubscribed_topic_is_taken_away_even_if_no_target_is_due() -> None:
    driver = ConsumerDriver({"t": 1, "u": 1}, assignment_interval_ms=1000)
    driver.enter("m1", ["t", "u"])
    assert driver.beat("m1", 2, topics=["u"]) == (2, {"u": [0]})
    assert (driver.state, driver.epochs) == ("Assigning", (3, 2))


def test_a_topic_that_does_not_exist_is_waited_for() -> None:
    driver = ConsumerDriver({})
    assert driver.enter("m1") == (2, {})
    driver.create_topic("t", 2)
    assert driver.beat("m1", 2) == (3, {"t": [0, 1]})


def test_a_topic_that_grows() -> None:
    driver = ConsumerDriver({"t": 1})
    driver.enter("m1")
    driver.grow_topic("t", 2)
    assert driver.beat("m1", 2) == (3, {"t": [0, 1, 2]})


def test_a_topic_that_goes_and_comes_again() -> None:
    driver = ConsumerDriver({"t": 1, "u": 1})
    driver.enter("m1", ["t", "u"])
    driver.delete_topic("t")
    assert driver.beat("m1", 2) == (2, {"u": [0]})
    assert driver.beat("m1", 2, owned={"u": [0]}) == (3, None)
    driver.create_topic("t", 1)
    assert driver.beat("m1", 3) == (4, {"t": [0], "u": [0]})


def test_topics_of_others_are_nothing_to_the_group() -> None:
    driver = stable_two()
    written = len(driver.log)
    driver.create_topic("u")
    assert driver.beat("m1", 3) == (3, None)
    assert len(driver.log) == written


def test_a_member_that_does_not_confirm_in_time_is_out() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", rebalance_ms=7_000)
    driver.enter("m2")
    driver.beat("m1", 2)
    driver.advance(6.9)
    driver.beat("m1", 2)
    driver.beat("m2", 3)
    driver.advance(0.1)
    assert list(driver.now_is.members) == ["m2"]
    assert driver.news[-1] == "group g: epoch 4: without m1"
    assert driver.error("m1", 2) == (25, "Member m1 is not a member of group g.")
    assert driver.beat("m2", 3) == (4, {"t": [0, 1, 2, 3]})


def test_confirming_ends_the_rebalance_timeout() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", rebalance_ms=7_000)
    driver.enter("m2")
    driver.beat("m1", 2)
    driver.beat("m1", 2, owned={"t": [0, 1]})
    driver.advance(44.0)
    assert list(driver.now_is.members) == ["m1", "m2"]


@pytest.mark.parametrize("timeout", [0, -5])
def test_a_rebalance_timeout_of_nothing_is_stretched(timeout: int) -> None:
    driver = ConsumerDriver()
    driver.enter("m1", rebalance_ms=timeout)
    driver.enter("m2")
    driver.beat("m1", 2)
    driver.advance(SHORTEST_REBALANCE / 2)
    assert "m1" in driver.now_is.members
    driver.advance(SHORTEST_REBALANCE / 2)
    assert "m1" not in driver.now_is.members


# -- the target assignment


def test_a_new_target_waits_for_the_assignment_interval() -> None:
    driver = ConsumerDriver(assignment_interval_ms=1000)
    driver.enter("m1")
    driver.advance(0.5)
    assert (driver.enter("m2"), driver.state, driver.epochs) == ((2, {}), "Assigning", (3, 2))
    driver.advance(0.499)
    assert driver.beat("m1", 2) == (2, None)
    driver.advance(0.001)
    assert driver.epochs == (3, 2), "no timer: a heartbeat does it"
    assert (driver.beat("m1", 2), driver.epochs) == ((2, {"t": [0, 1]}), (3, 3))


def test_the_first_target_of_an_empty_group_waits_for_nothing() -> None:
    driver = ConsumerDriver(assignment_interval_ms=15_000)
    driver.enter("m1")
    driver.beat("m1", -1)
    assert driver.enter("m1") == (4, {"t": [0, 1, 2, 3]})


def test_a_clock_that_was_set_back_does_not_stop_the_group() -> None:
    driver = ConsumerDriver(assignment_interval_ms=1000)
    driver.advance(3600)
    driver.enter("m1")
    driver.now -= 3000
    driver.enter("m2")
    assert driver.epochs == (3, 3)


def test_the_assignor_most_members_ask_for() -> None:
    driver = ConsumerDriver({"t": 2})
    driver.enter("m1")
    assert driver.consumers.assignor() == "uniform"
    driver.enter("m2", assignor="range")
    assert driver.consumers.assignor() == "range"
    driver.enter("m3", assignor="uniform")
    driver.enter("m4", assignor="uniform")
    assert driver.consumers.assignor() == "uniform"


def test_another_assignor_needs_a_new_target() -> None:
    driver = stable_two()
    assert driver.beat("m2", 3, assignor="range")[0] == 4
    assert driver.epochs == (4, 4)
    driver.beat("m2", 4, rack="r")
    assert driver.epochs == (4, 4), "a rack does not"


def test_an_assignor_that_was_taken_from_the_configuration_counts_no_more() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", assignor="range")
    driver.group.configure(driver.group.settings._replace(assignors=("uniform",)))
    assert driver.consumers.assignor() == "uniform"


MANY = 300


def large(driver: ConsumerDriver) -> None:
    """Members m0, m1, ... of which the first computes a target that is not there at once."""
    driver.enter("m0")
    driver.group.configure(driver.group.settings._replace(assignment_interval_ms=1000))
    for number in range(1, MANY):
        driver.enter(f"m{number}")
    driver.advance(1.0)
    epoch = driver.member("m0").epoch
    assert driver.beat("m0", epoch) == (epoch, None)
    assert driver.group.has_work


def test_a_large_target_is_computed_between_heartbeats() -> None:
    driver = ConsumerDriver({"t": 600})
    large(driver)
    slices = 0
    while driver.group.has_work:
        driver.settle(driver.group.work(driver.now, driver.wall_ms))
        assert driver.beat("m1", 2, owned={})[0] in (2, MANY + 1)
        slices += 1
    assert slices > 2
    assert driver.epochs == (MANY + 1, MANY + 1)
    epoch, assignment = driver.beat("m0", 2)
    assert (epoch, len((assignment or {})["t"])) == (2, 2)


def test_who_comes_goes_or_comes_back_meanwhile_is_no_trouble() -> None:
    driver = ConsumerDriver({"t": 600})
    driver.enter("static", instance="i")
    large(driver)
    driver.beat("static", -2, instance="i")
    driver.enter("static again", instance="i")
    driver.beat("m5", -1)
    driver.enter("new")
    driver.create_topic("u")
    driver.work()
    state = driver.now_is
    assert (driver.state, state.target_epoch) == ("Assigning", MANY + 2)
    assert "m5" not in state.targets
    assert "static" not in state.targets
    assert len(state.target_of("static again")[driver.topic_id("t")]) in (1, 2)
    assert state.target_of("new") == {}
    assert driver.replayed_state() == state


def test_a_group_that_is_empty_forgets_what_it_was_computing() -> None:
    driver = ConsumerDriver({"t": 600})
    large(driver)
    for number in range(MANY):
        driver.beat(f"m{number}", -1)
    assert not driver.group.has_work
    assert (driver.state, driver.epochs[0]) == ("Empty", driver.epochs[1])
    driver.settle(driver.group.work(driver.now, driver.wall_ms))
    assert driver.enter("m0")[1] == {"t": list(range(600))}


# -- sessions and leaving


def test_a_silent_member_is_removed() -> None:
    driver = stable_two(session_timeout=10.0)
    driver.advance(9.0)
    driver.beat("m1", 3)
    driver.advance(1.0)
    assert list(driver.now_is.members) == ["m1"]
    assert driver.news[-2:] == [
        "group g: m2 removed: not heard of within the session timeout",
        "group g: epoch 4: without m2",
    ]
    assert driver.error("m2", 3)[0] == 25


def test_who_leaves_is_gone() -> None:
    driver = stable_two()
    answer = driver.heartbeat_raw("m1", -1)
    assert (answer.error_code, answer.member_id, answer.member_epoch, answer.heartbeat_interval_ms) == (0, "m1", -1, 0)
    assert answer.assignment is None
    assert list(driver.now_is.members) == ["m2"]


def test_the_last_to_leave_leaves_an_empty_group() -> None:
    driver = stable_two()
    driver.beat("m1", -1)
    driver.beat("m2", -1)
    assert (driver.state, driver.epochs) == ("Empty", (5, 5))
    assert driver.group.exists
    assert driver.group.deadline() == math.inf
    assert driver.replayed_state() == driver.now_is


def test_a_heartbeat_moves_no_deadline() -> None:
    driver = ConsumerDriver(session_timeout=10.0)
    driver.enter("m1")
    before = driver.group.deadline()
    driver.advance(1.0)
    driver.beat("m1", 2)
    assert driver.group.deadline() == before
    driver.now = before
    driver.settle(driver.group.tick(driver.now, driver.wall_ms))
    assert driver.group.deadline() == before + 1.0


# -- static members


def test_a_static_member_leaves_for_now_and_comes_back_under_another_id() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    answer = driver.heartbeat_raw("s1", -2, instance="i")
    assert (answer.member_id, answer.member_epoch, answer.heartbeat_interval_ms) == ("s1", -2, 0)
    assert (driver.state, driver.epochs, driver.member("s1").epoch) == ("Reconciling", (2, 2), LEFT_FOR_NOW)
    assert driver.enter("s2", instance="i") == (2, {"t": [0, 1, 2, 3]})
    assert (driver.state, driver.epochs) == ("Stable", (2, 2))
    assert list(driver.now_is.members) == ["s2"]


def test_a_static_member_comes_back_under_its_own_id() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    assert driver.error("s1", 2, instance="i")[0] == 110
    assert driver.enter("s1", instance="i") == (2, {"t": [0, 1, 2, 3]})


def test_the_old_id_of_a_static_member_is_fenced() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    driver.enter("s2", instance="i")
    text = "Static member s1 with instance id i was fenced by member s2."
    assert driver.error("s1", 2, instance="i") == (82, text)
    assert driver.error("s1", -1, instance="i") == (82, text)
    assert driver.error("s1", -2, instance="i") == (82, text)


def test_an_instance_id_that_a_live_member_holds() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    assert driver.join_error("s2", instance="i") == (
        111,
        "Static member s2 with instance id i cannot join the group because the instance id is owned by s1 member.",
    )
    assert list(driver.now_is.members) == ["s1"]


def test_a_static_member_that_must_begin_again_may() -> None:
    """Ours: Kafka answers 111, the member itself being in its own way until its session ends."""
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    assert driver.error("s1", 9, instance="i")[0] == 110
    assert driver.enter("s1", instance="i") == (2, {"t": [0, 1, 2, 3]})


def test_a_static_member_leaves_for_good() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    assert driver.heartbeat_raw("s1", -1, instance="i").member_epoch == -1
    assert (driver.now_is.members, driver.now_is.static_ids) == ({}, {})


def test_a_static_member_that_does_not_come_back_is_gone_with_its_session() -> None:
    driver = ConsumerDriver(session_timeout=10.0)
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    driver.advance(10.0)
    assert driver.state == "Empty"


def test_a_static_member_with_another_subscription_needs_a_new_target() -> None:
    driver = ConsumerDriver({"t": 1, "u": 1})
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    assert driver.enter("s2", ["u"], instance="i") == (3, {"u": [0]})


def test_what_a_static_member_was_giving_up_is_given_up_when_it_leaves_for_now() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i", rebalance_ms=5_000)
    driver.enter("m2")
    driver.beat("s1", 2, instance="i")
    assert driver.member("s1").state is MemberState.UNREVOKED_PARTITIONS
    driver.beat("s1", -2, instance="i")
    assert driver.beat("m2", 3) == (3, {"t": [2, 3]})
    driver.advance(6.0)
    assert "s1" in driver.now_is.members, "it has no rebalance timeout to meet any more"
    assert driver.enter("s2", instance="i") == (3, {"t": [0, 1]})


# -- regular expressions


def test_a_pattern_is_resolved_in_the_background() -> None:
    driver = ConsumerDriver({"x1": 1, "x2": 1, "y": 1})
    assert driver.enter("m1", regex="x.*") == (1, {})
    assert driver.epochs == (1, 1)
    driver.work()
    assert driver.epochs == (2, 1)
    assert driver.beat("m1", 1) == (2, {"x1": [0], "x2": [0]})


def test_a_pattern_that_is_none() -> None:
    driver = ConsumerDriver()
    text = "SubscribedTopicRegex `(` is not a valid regular expression: missing closing )."
    assert driver.join_error("m1", regex="(") == (128, text)
    assert not driver.group.exists
    driver.enter("m1")
    assert driver.error("m1", 2, regex="(", topics=[]) == (128, text)
    assert driver.member("m1").topics == {"t"}, "nothing of such a request counts"


def test_a_pattern_others_have_is_known_already() -> None:
    driver = ConsumerDriver({"x1": 2})
    driver.enter("m1", regex="x.*")
    driver.work()
    driver.beat("m1", 1)
    assert driver.enter("m2", regex="x.*") == (3, {})
    assert not driver.group.has_work


def test_names_and_a_pattern_together() -> None:
    driver = ConsumerDriver({"t": 1, "x1": 1})
    assert driver.enter("m1", ["t"], regex="x.*") == (2, {"t": [0]})
    driver.work()
    assert driver.beat("m1", 2) == (3, {"t": [0], "x1": [0]})


def test_a_pattern_that_matches_nothing_needs_no_target() -> None:
    driver = ConsumerDriver({"t": 1})
    driver.enter("m1", ["t"], regex="x.*")
    driver.work()
    assert driver.epochs == (2, 2)
    assert driver.now_is.subscriptions.resolved["x.*"].topics == frozenset()


def test_new_topics_are_looked_at_but_not_all_the_time() -> None:
    driver = ConsumerDriver({"x1": 1})
    driver.enter("m1", regex="x.*")
    driver.work()
    driver.beat("m1", 1)
    driver.create_topic("x2")
    driver.beat("m1", 2)
    assert not driver.group.has_work, "not again within a second"
    driver.advance(REGEX_REFRESH_MIN_MS / 1000)
    driver.beat("m1", 2)
    driver.work()
    assert driver.beat("m1", 2) == (3, {"x1": [0], "x2": [0]})
    driver.delete_topic("x2")
    driver.advance(2.0)
    assert driver.beat("m1", 3) == (3, {"x1": [0]})
    assert not driver.group.has_work, "a topic that went is known by its absence"


def test_everything_is_looked_at_again_after_the_refresh_interval() -> None:
    driver = ConsumerDriver({"x1": 1}, regex_refresh_interval_ms=20_000)
    driver.enter("m1", regex="x.*")
    driver.work()
    driver.beat("m1", 1)
    driver.advance(19.9)
    driver.beat("m1", 2)
    assert not driver.group.has_work
    driver.advance(0.1)
    driver.beat("m1", 2)
    assert driver.group.has_work
    driver.work()
    assert driver.epochs == (2, 2)
    assert driver.now_is.subscriptions.resolved["x.*"].timestamp == driver.wall_ms


def test_a_pattern_that_nobody_has_any_more_is_forgotten() -> None:
    driver = ConsumerDriver({"x1": 1, "y1": 1})
    driver.enter("m1", regex="x.*")
    driver.enter("m2", regex="y.*")
    driver.work()
    driver.beat("m1", 1, regex="z.*")
    assert "x.*" not in driver.now_is.subscriptions.resolved
    driver.work()
    driver.beat("m2", -1)
    assert list(driver.now_is.subscriptions.resolved) == ["z.*"]
    driver.beat("m1", driver.member("m1").epoch, regex="", topics=["x1"], owned={})
    assert driver.now_is.subscriptions.resolved == {}
    assert driver.replayed_state() == driver.now_is


def test_a_pattern_whose_members_left_while_it_was_looked_at() -> None:
    driver = ConsumerDriver({"x1": 1})
    driver.enter("m1")
    driver.enter("m2", regex="x.*")
    driver.beat("m2", -1)
    driver.work()
    assert driver.now_is.subscriptions.resolved == {}


def test_no_pattern_any_more_is_another_subscription() -> None:
    driver = ConsumerDriver({"x1": 1, "t": 1})
    driver.enter("m1", ["t"], regex="x.*")
    driver.work()
    assert driver.beat("m1", 2) == (3, {"t": [0], "x1": [0]})
    assert driver.beat("m1", 3, regex="") == (3, {"t": [0]})
    assert driver.beat("m1", 3, owned={"t": [0]}) == (4, None)


def test_a_restart_looks_at_patterns_again_that_were_not_resolved() -> None:
    driver = ConsumerDriver({"x1": 1})
    driver.enter("m1", regex="x.*")
    driver.restart()
    assert not driver.group.has_work
    driver.beat("m1", 1)
    driver.work()
    assert driver.beat("m1", 1) == (2, {"x1": [0]})


# -- heartbeat intervals


def interval(driver: ConsumerDriver, member_id: str, epoch: int) -> int:
    return driver.heartbeat_raw(member_id, epoch).heartbeat_interval_ms


def test_the_heartbeat_interval_is_the_configured_one() -> None:
    driver = stable_two()
    assert interval(driver, "m1", 3) == 5_000
    driver.group.configure(driver.group.settings._replace(heartbeat_interval_ms=7_000))
    assert interval(driver, "m1", 3) == 7_000


def test_after_something_has_happened_heartbeats_come_quickly_and_then_slower() -> None:
    driver = ConsumerDriver(reconciling_interval_ms=50)
    answer = driver.heartbeat_raw("m1", 0, topics=["t"], owned={}, rebalance_ms=1000)
    assert answer.heartbeat_interval_ms == 50
    told = []
    for _ in range(40):
        told.append(interval(driver, "m1", 2))
        driver.advance(told[-1] / 1000)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (50, 5_000)
    assert sum(one < 5_000 for one in told) < 30
    driver.enter("m2")
    assert interval(driver, "m1", 2) == 50


def test_a_large_group_does_not_send_more_than_a_thousand_heartbeats_a_second() -> None:
    driver = ConsumerDriver(reconciling_interval_ms=50)
    for number in range(MANY):
        driver.enter(f"m{number}")
    assert interval(driver, f"m{MANY - 1}", MANY + 1) == MANY


# -- offsets


def commit(driver: ConsumerDriver, member: str, epoch: int, *partitions: int, **options: Any) -> set[int]:
    """Commit offsets of partitions of `t`, whose id the driver of classic groups does not know."""
    offsets = {("t", partition): 7 for partition in partitions or (0,)}
    slot = driver.ask_commit(offsets, member, epoch, topic_id=driver.topic_id("t"), **options)
    return {one.error_code for topic in driver.answers[slot].topics for one in topic.partitions}


def test_commits_of_members() -> None:
    driver = stable_two()
    assert commit(driver, "m1", 3, 0) == {0}
    assert commit(driver, "m1", 3, 3) == {0}, "ownership is not checked in the current epoch"
    assert commit(driver, "who", 3) == {25}
    assert commit(driver, "", -1) == {25}
    assert commit(driver, "m1", 4) == {113}
    assert commit(driver, "m1", -1) == {113}
    assert commit(driver, "m1", 3, knows_missing_group=False) == {35}
    assert driver.committed() == 7


def test_an_older_epoch_counts_for_what_was_the_members_then() -> None:
    driver = stable_two()
    assert commit(driver, "m1", 2, 0, 1) == {0}, "it had them at epoch 2 already"
    assert commit(driver, "m1", 2, 0, 2) == {113}, "one that it has not spoils them all"
    assert commit(driver, "m2", 2, 2) == {113}, "it got it at epoch 3"
    assert commit(driver, "m2", 3, 2) == {0}


def test_what_is_being_given_up_may_still_be_committed() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.enter("m2")
    driver.beat("m1", 2)
    assert commit(driver, "m1", 2, 3) == {0}


def test_a_static_member_that_left_for_now_may_commit() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    assert commit(driver, "s1", -2, instance="i") == {0}
    assert commit(driver, "s1", 2, instance="i") == {113}


def test_a_fenced_members_commit_is_refused() -> None:
    driver = stable_two(session_timeout=10.0)
    driver.advance(5.0)
    driver.beat("m2", 3)
    driver.advance(5.0)
    assert commit(driver, "m1", 3) == {25}


def test_an_empty_group_takes_commits_of_anybody_without_an_epoch() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.beat("m1", -1)
    assert commit(driver, "", -1) == {0}
    assert commit(driver, "m1", 2) == {25}


def test_fetching_offsets_as_a_member() -> None:
    driver = stable_two()
    check = driver.consumers.check_fetch
    assert [check(*who) for who in ((None, -1), ("m1", 3), ("m1", 2), ("m1", 4), ("who", 3), ("", -1), (None, 3))] == [
        0,
        0,
        113,
        113,
        25,
        25,
        25,
    ]
    assert driver.group.check_fetch("m1", 2) == 113
    assert ConsumerDriver().group.check_fetch("m1", 2) == 0


# -- the group as a whole


def test_offsets_of_subscribed_topics_stay() -> None:
    driver = stable_two()
    commit(driver, "m1", 3, 0)
    assert driver.delete_offsets(("t", 0)) == {("t", 0): 86}
    driver.beat("m1", -1)
    driver.beat("m2", -1)
    assert driver.delete_offsets(("t", 0)) == {("t", 0): 0}
    assert driver.committed() is None


def test_offsets_of_other_topics_expire() -> None:
    driver = stable_two(session_timeout=1e9)
    driver.create_topic("u")
    commit(driver, "m1", 3, 0)
    driver.commit({("u", 0): 5}, "m1", 3)
    driver.advance(8 * 24 * 3600.0)
    driver.expire()
    assert (driver.committed("t"), driver.committed("u")) == (7, None)
    assert driver.state == "Stable"


def test_an_empty_group_without_offsets_is_forgotten() -> None:
    driver = stable_two()
    commit(driver, "m1", 3, 0)
    driver.beat("m1", -1)
    driver.beat("m2", -1)
    driver.expire()
    assert driver.group.exists
    driver.advance(8 * 24 * 3600.0)
    driver.expire()
    assert not driver.group.exists
    assert not driver.replayed().exists


def test_deleting() -> None:
    driver = stable_two()
    assert driver.delete() == 68
    driver.beat("m1", -1)
    driver.beat("m2", -1)
    commit(driver, "", -1)
    assert driver.delete() == 0
    assert not driver.group.exists
    assert not driver.replayed().exists
    assert driver.delete() == 69
    assert driver.enter("m1")[0] == 2


def test_what_lists_and_descriptions_say() -> None:
    driver = stable_two()
    listed = driver.group.listed()
    assert (listed.protocol_type, listed.group_type, listed.group_state) == ("consumer", "consumer", "Stable")
    assert len(driver.group.describe_consumers().members) == 2


# -- what is stored, and when


def test_what_is_written_when() -> None:
    driver = ConsumerDriver()
    seen = 0

    def written() -> list[tuple[int, bool]]:
        nonlocal seen
        seen, since = len(driver.log), seen
        return record_types(driver, since)

    driver.enter("m1")
    assert written() == [(5, False), (3, False), (7, False), (6, False), (8, False)]
    driver.enter("m2")
    assert written() == [(5, False), (3, False), (7, False), (7, False), (6, False), (8, False)]
    driver.beat("m1", 2)
    assert written() == [(8, False)]
    driver.beat("m1", 2)
    assert written() == []
    driver.beat("m2", -1)
    assert written() == [(8, True), (7, True), (5, True), (3, False)]
    driver.beat("m1", -1)
    assert written() == [(8, True), (7, True), (5, True), (3, False), (6, False)]
    driver.delete()
    assert written() == [(6, True), (4, True), (3, True)]


def test_what_a_static_takeover_writes() -> None:
    driver = ConsumerDriver()
    driver.enter("s1", instance="i")
    driver.beat("s1", -2, instance="i")
    since = len(driver.log)
    driver.enter("s2", instance="i")
    assert record_types(driver, since) == [
        (8, True),
        (7, True),
        (5, True),
        (5, False),
        (7, False),
        (8, False),
        (8, False),
    ]


def test_the_record_of_an_older_broker_is_deleted() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    key = ConsumerGroupPartitionMetadataKey(group_id="g")
    driver.now_is.apply(ConsumerGroupStored(key, ConsumerGroupPartitionMetadataValue()))
    since = len(driver.log)
    driver.beat("m1", 2)
    assert record_types(driver, since) == [(4, True)]


def test_a_restart_knows_everything_and_gives_everybody_a_session() -> None:
    driver = stable_two(session_timeout=10.0)
    driver.advance(9.0)
    before = driver.now_is
    driver.restart()
    assert driver.now_is == before
    assert driver.beat("m1", 3) == (3, None)
    driver.advance(9.9)
    assert list(driver.now_is.members) == ["m1", "m2"]
    driver.advance(0.1)
    assert list(driver.now_is.members) == []


def test_a_restart_goes_on_with_rebalance_timeouts() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", rebalance_ms=7_000)
    driver.enter("m2")
    driver.beat("m1", 2)
    driver.restart()
    driver.advance(7.0)
    assert list(driver.now_is.members) == ["m2"]


def test_no_answer_runs_ahead_of_the_log() -> None:
    driver = stable_two()
    driver.slow = True
    joining = driver.ask_heartbeat("m3", 0, topics=["t"], owned={}, rebalance_ms=1000)
    moved = driver.ask_heartbeat("m1", 3)
    written = len(driver.log)
    following = driver.ask_heartbeat("m1", 4)
    assert len(driver.log) == written, "it tells only what others wrote"
    assert driver.waiting == {joining, moved, following}
    driver.keep_one()
    assert driver.waiting == {moved, following}
    driver.keep()
    assert driver.waiting == set()
    assert driver.answers[following].member_epoch == 4


def test_what_cannot_be_stored_has_not_happened() -> None:
    driver = stable_two()
    before = driver.now_is.copy()
    driver.broken = True
    slot = driver.ask_heartbeat("m3", 0, topics=["t"], owned={}, rebalance_ms=1000)
    assert driver.answers[slot] == ConsumerGroupHeartbeatResponse(error_code=16)
    assert driver.now_is == before
    driver.broken = False
    assert driver.beat("m1", 3) == (3, None)
    assert driver.enter("m3")[0] == 4


def test_a_group_that_could_not_be_stored_does_not_exist() -> None:
    driver = ConsumerDriver()
    driver.broken = True
    slot = driver.ask_heartbeat("m1", 0, topics=["t"], owned={}, rebalance_ms=1000)
    assert driver.answers[slot].error_code == 16
    assert not driver.group.exists
    assert driver.group.consumer is None


def test_falling_back_spares_what_is_in_the_log_already() -> None:
    driver = stable_two()
    driver.slow = True
    first = driver.ask_heartbeat("m3", 0, topics=["t"], owned={}, rebalance_ms=1000)
    driver.broken = True
    second = driver.ask_heartbeat("m4", 0, topics=["t"], owned={}, rebalance_ms=1000)
    assert driver.answers[second].error_code == 16
    assert set(driver.now_is.members) == {"m1", "m2", "m3"}
    driver.broken = False
    third = driver.ask_heartbeat("m1", 3)
    driver.keep()
    assert driver.answers[third].member_epoch == 4
    assert driver.answers[first].member_epoch == 4
    assert set(driver.now_is.members) == {"m1", "m2", "m3"}
    assert driver.replayed_state() == driver.now_is


def test_people_are_told_why() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.create_topic("u")
    driver.beat("m1", 2, topics=["t", "u"])
    driver.grow_topic("u", 1)
    driver.beat("m1", 3)
    assert driver.news == [
        "group g: epoch 2: m1 joined",
        "group g: new target assignment for epoch 2 by uniform, members: 1",
        "group g: epoch 3: m1 changed what it wants",
        "group g: new target assignment for epoch 3 by uniform, members: 1",
        "group g: epoch 4: its topics changed",
        "group g: new target assignment for epoch 4 by uniform, members: 1",
    ]


RULES: dict[str, list[Callable[..., None]]] = {
    "3.6 a first join is at epoch 2, or 1 with nothing to assign yet": [
        test_a_first_join_starts_at_epoch_2_with_everything,
        test_a_first_join_without_a_subscription_starts_at_epoch_1,
        test_a_topic_that_does_not_exist_is_waited_for,
    ],
    "3.6 member ids": [test_a_member_without_an_id_is_given_one],
    "3.6 what is left out of a heartbeat stays as it was": [test_what_is_left_out_stays_as_it_was],
    "3.6 assignment null means unchanged, epoch 0 and a full request get all": [
        test_who_joins_again_gets_the_epoch_and_all_it_has,
        test_a_full_request_gets_everything_always,
        test_claiming_what_is_not_assigned_is_ignored,
    ],
    "3.6 size limit 81": [
        test_a_full_group_takes_nobody_new,
        test_a_static_member_finds_its_place_in_a_full_group,
    ],
    "3.6 unknown group with epoch != 0, or a group of another kind 69": [
        test_an_unknown_group,
        test_a_group_with_offsets_only_is_no_consumer_group_until_somebody_joins,
    ],
    "3.6 unknown member 25, unknown instance id 25": [
        test_an_unknown_member,
        test_an_unknown_instance_id,
    ],
    "3.6 epoch greater, or smaller but for the previous one with a subset owned 110": [
        test_an_epoch_that_is_ahead,
        test_an_epoch_that_is_behind,
        test_the_previous_epoch_will_do_for_who_has_not_heard_of_the_new_one,
        test_who_is_in_a_state_of_a_newer_broker_must_begin_again,
    ],
    "3.6 instance id of a live member 111, fenced static member 82": [
        test_an_instance_id_that_a_live_member_holds,
        test_the_old_id_of_a_static_member_is_fenced,
        test_a_static_member_that_must_begin_again_may,
    ],
    "3.6 static members: -2 keeps the place, another id takes it over, -1 gives it up": [
        test_a_static_member_leaves_for_now_and_comes_back_under_another_id,
        test_a_static_member_comes_back_under_its_own_id,
        test_a_static_member_leaves_for_good,
        test_a_static_member_that_does_not_come_back_is_gone_with_its_session,
        test_a_static_member_with_another_subscription_needs_a_new_target,
        test_what_a_static_member_was_giving_up_is_given_up_when_it_leaves_for_now,
    ],
    "3.6 regular expressions: bad 128, good ones in the background": [
        test_a_pattern_that_is_none,
        test_a_pattern_is_resolved_in_the_background,
        test_a_pattern_others_have_is_known_already,
        test_names_and_a_pattern_together,
        test_a_pattern_that_matches_nothing_needs_no_target,
        test_new_topics_are_looked_at_but_not_all_the_time,
        test_everything_is_looked_at_again_after_the_refresh_interval,
        test_a_pattern_that_nobody_has_any_more_is_forgotten,
        test_a_pattern_whose_members_left_while_it_was_looked_at,
        test_no_pattern_any_more_is_another_subscription,
        test_a_restart_looks_at_patterns_again_that_were_not_resolved,
    ],
    "3.6 reconciliation: revoke first, then what is free": [
        test_two_members_share_by_revoking_first,
        test_a_partition_that_was_given_up_goes_where_it_is_wanted,
        test_another_subscription,
        test_an_unsubscribed_topic_is_taken_away_even_if_no_target_is_due,
    ],
    "3.6 not confirmed within the rebalance timeout: out, 25": [
        test_a_member_that_does_not_confirm_in_time_is_out,
        test_confirming_ends_the_rebalance_timeout,
        test_a_rebalance_timeout_of_nothing_is_stretched,
    ],
    "3.6 session timeout": [test_a_silent_member_is_removed, test_a_heartbeat_moves_no_deadline],
    "3.6 leaving": [test_who_leaves_is_gone, test_the_last_to_leave_leaves_an_empty_group],
    "3.6 the target at most once per assignment interval": [
        test_a_new_target_waits_for_the_assignment_interval,
        test_the_first_target_of_an_empty_group_waits_for_nothing,
        test_a_clock_that_was_set_back_does_not_stop_the_group,
    ],
    "3.6 the assignor": [
        test_the_assignor_most_members_ask_for,
        test_another_assignor_needs_a_new_target,
        test_an_assignor_that_was_taken_from_the_configuration_counts_no_more,
    ],
    "3.11 topic growth or creation is seen at the next heartbeat": [
        test_a_topic_that_grows,
        test_a_topic_that_goes_and_comes_again,
        test_topics_of_others_are_nothing_to_the_group,
    ],
    "3.5 OffsetCommit of members: 25, 113, and older epochs for what was theirs (KIP-1251)": [
        test_commits_of_members,
        test_an_older_epoch_counts_for_what_was_the_members_then,
        test_what_is_being_given_up_may_still_be_committed,
        test_a_static_member_that_left_for_now_may_commit,
        test_a_fenced_members_commit_is_refused,
        test_an_empty_group_takes_commits_of_anybody_without_an_epoch,
    ],
    "3.5 OffsetFetch of members: 25, 113": [test_fetching_offsets_as_a_member],
    "3.5 OffsetDelete: subscribed topics 86; DeleteGroups 68; expiry": [
        test_offsets_of_subscribed_topics_stay,
        test_offsets_of_other_topics_expire,
        test_an_empty_group_without_offsets_is_forgotten,
        test_deleting,
    ],
    "3.11 records": [
        test_what_is_written_when,
        test_what_a_static_takeover_writes,
        test_the_record_of_an_older_broker_is_deleted,
    ],
    "ListGroups and ConsumerGroupDescribe": [test_what_lists_and_descriptions_say],
    "ours: a large target is computed in slices": [
        test_a_large_target_is_computed_between_heartbeats,
        test_who_comes_goes_or_comes_back_meanwhile_is_no_trouble,
        test_a_group_that_is_empty_forgets_what_it_was_computing,
    ],
    "ours: a short heartbeat interval while something happens": [
        test_the_heartbeat_interval_is_the_configured_one,
        test_after_something_has_happened_heartbeats_come_quickly_and_then_slower,
        test_a_large_group_does_not_send_more_than_a_thousand_heartbeats_a_second,
    ],
    "ours: acknowledged means stored": [
        test_a_restart_knows_everything_and_gives_everybody_a_session,
        test_a_restart_goes_on_with_rebalance_timeouts,
        test_no_answer_runs_ahead_of_the_log,
        test_what_cannot_be_stored_has_not_happened,
        test_a_group_that_could_not_be_stored_does_not_exist,
        test_falling_back_spares_what_is_in_the_log_already,
        test_people_are_told_why,
    ],
}


def test_every_test_here_shows_a_rule() -> None:
    shown = {test.__name__ for tests in RULES.values() for test in tests}
    here = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert here - shown == {"test_every_test_here_shows_a_rule"}


# -- any mixture of all that


THEN = st.lists(st.integers(0, 20), max_size=8)
"""Who goes on after something has happened, in which order."""

TOPICS = ("t1", "t2", "u1")
SUBSCRIPTIONS: list[tuple[list[str], str | None]] = [
    (["t1"], None),
    (["t1", "t2"], None),
    (["u1"], None),
    ([], None),
    ([], "t.*"),
    (["u1"], "t.*"),
]

CONVERGES_IN = round(SESSION + REBALANCE) + 15
"""Seconds after the last change: the sessions of those who are gone, one rebalance, and what heartbeats take."""


class Mixture(RuleBasedStateMachine):
    """Clients of both protocols come, go, are slow or gone, while topics change and the log is fast, slow or broken."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = ConsumerDriver({})
        self.clients: list[Client] = []
        self.cooperative = False
        self.numbers = count(1)

    @initialize(
        interval=st.sampled_from([0, 1000]),
        size=st.sampled_from([3, 100, 100, 100]),
        policy=st.sampled_from([(True, True)] * 4 + [(True, False), (False, True), (False, False)]),
        cooperative=st.booleans(),
        kinds=st.sampled_from(["", "n", "nn", "nn", "nnn", "c", "cc", "nc", "ncc"]),
    )
    def begin(self, interval: int, size: int, policy: tuple[bool, bool], cooperative: bool, kinds: str) -> None:
        self.driver = ConsumerDriver(
            {"t1": 3, "u1": 2},
            session_timeout=SESSION,
            assignment_interval_ms=interval,
            max_size=size,
            upgrades=policy[0],
            downgrades=policy[1],
        )
        self.cooperative = cooperative
        for kind in kinds:
            if kind == "n":
                self.a_consumer_comes(None, SUBSCRIPTIONS[0], None, [])
            else:
                self.a_classic_consumer_comes(None, ["t1"], [])
        for _ in range(6):
            self.all_go_on(1)
            self.driver.advance(1.0)

    def pick(self, choice: int) -> Client | None:
        here = [client for client in self.clients if client.alive]
        return here[choice % len(here)] if here else None

    # -- clients

    @rule(
        instance=st.sampled_from([None, None, None, "i", "j"]),
        subscription=st.sampled_from(SUBSCRIPTIONS),
        assignor=st.sampled_from([None, "uniform", "range"]),
        then=THEN,
    )
    def a_consumer_comes(
        self,
        instance: str | None,
        subscription: tuple[list[str], str | None],
        assignor: str | None,
        then: list[int],
    ) -> None:
        topics, regex = subscription
        member_id = f"m{next(self.numbers)}"
        client = ConsumerClient(self.driver, member_id, topics, instance=instance, regex=regex, assignor=assignor)
        self.clients.append(client)
        client.step()
        self.some_go_on(then)

    @rule(
        instance=st.sampled_from([None, None, "i", "j"]),
        topics=st.sampled_from([["t1"], ["t1", "t2"], ["u1"], []]),
        then=THEN,
    )
    def a_classic_consumer_comes(self, instance: str | None, topics: list[str], then: list[int]) -> None:
        if instance is not None:
            topics = ["t1", "t2"]  # a classic group does not look at what a static member that comes back wants
        client = ClassicClient(self.driver, topics, instance=instance, cooperative=self.cooperative)
        self.clients.append(client)
        client.step()
        self.some_go_on(then)

    @rule(choices=st.lists(st.integers(0, 20), min_size=1, max_size=6))
    def some_go_on(self, choices: list[int]) -> None:
        self.a_partition_has_one_owner()
        for choice in choices:
            client = self.pick(choice)
            if client is not None:
                client.step()
                self.a_partition_has_one_owner()

    @rule(rounds=st.integers(1, 4))
    def all_go_on(self, rounds: int) -> None:
        for _ in range(rounds):
            self.some_go_on(list(range(len(self.clients))))

    @rule(rounds=st.integers(1, 8))
    def all_go_on_for_a_while(self, rounds: int) -> None:
        for _ in range(rounds):
            self.all_go_on(1)
            self.driver.work()
            self.driver.advance(1.0)

    @rule(choice=st.integers(0, 20), lazy=st.booleans())
    def it_takes_its_time_to_give_up(self, choice: int, lazy: bool) -> None:
        client = self.pick(choice)
        if isinstance(client, ConsumerClient):
            client.lazy = lazy

    @rule(choice=st.integers(0, 20), subscription=st.sampled_from(SUBSCRIPTIONS), then=THEN)
    def it_wants_something_else(self, choice: int, subscription: tuple[list[str], str | None], then: list[int]) -> None:
        client = self.pick(choice)
        if isinstance(client, ConsumerClient):
            client.subscribe(*subscription)
        elif isinstance(client, ClassicClient) and client.instance is None and not subscription[1]:
            client.topics, client.must_join = sorted(subscription[0]), True
        self.some_go_on(then)

    @rule(choice=st.integers(0, 20), then=THEN)
    def an_answer_is_lost(self, choice: int, then: list[int]) -> None:
        client = self.pick(choice)
        if client is not None:
            client.lose_answer()
        self.some_go_on(then)

    @rule(choice=st.integers(0, 20), how=st.sampled_from(["leave", "leave", "for now", "crash"]), then=THEN)
    def it_goes(self, choice: int, how: str, then: list[int]) -> None:
        client = self.pick(choice)
        if client is None:
            return
        if how == "for now" and isinstance(client, ConsumerClient) and client.instance is not None:
            client.leave(for_now=True)
        elif how == "crash":
            client.end()
        else:
            client.leave()
        self.some_go_on(then)

    @rule(choice=st.integers(0, 20))
    def it_commits(self, choice: int) -> None:
        client = self.pick(choice)
        if client is None or client.epoch <= 0:
            return
        was_in = client.is_member
        slot = self.driver.ask_commit(
            {("t1", 0): next(self.numbers)}, client.member_id, client.epoch, instance=client.instance
        )
        answer = self.driver.answers.get(slot)
        if answer is None or not answer.topics[0].partitions[0].error_code:
            assert was_in, "only members commit"

    # -- what they have to do with

    @rule(topic=st.sampled_from(TOPICS), kind=st.sampled_from(["grow", "grow", "delete"]), then=THEN)
    def a_topic_changes(self, topic: str, kind: str, then: list[int]) -> None:
        if topic not in self.driver.image.topics:
            self.driver.create_topic(topic, 2)
        elif kind == "grow":
            self.driver.grow_topic(topic, 1)
        else:
            self.driver.delete_topic(topic)
        self.some_go_on(then)

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 1.0, REBALANCE, SESSION - 1, SESSION]), then=THEN)
    def time_passes(self, seconds: float, then: list[int]) -> None:
        self.driver.advance(seconds)
        self.some_go_on(then)

    @rule()
    def work_goes_on(self) -> None:
        self.driver.settle(self.driver.group.work(self.driver.now, self.driver.wall_ms))

    @rule(slow=st.booleans())
    def log_gets_slow_or_fast(self, slow: bool) -> None:
        self.driver.slow = slow
        self.driver.keep()

    @rule(then=THEN, seconds=st.sampled_from([0.0, SESSION]))
    def log_is_broken_for_a_while(self, then: list[int], seconds: float) -> None:
        self.driver.broken = True
        self.some_go_on(then)
        self.driver.advance(seconds)
        self.driver.broken = False

    @rule(kind=st.sampled_from(["restart", "lose", "late", "keep one", "keep one", "delete"]))
    def trouble(self, kind: str) -> None:
        driver = self.driver
        if kind == "restart":
            driver.restart()
            self.connections_break()
        elif kind == "lose":
            driver.lose()
            self.connections_break()
            for client in self.clients:
                client.was_removed = False  # if it was, that is not stored
        elif kind == "late":
            driver.late()
        elif kind == "keep one" and driver.unkept:
            driver.keep_one()
        elif kind == "delete":
            answer = driver.answers.get(driver.ask_delete())
            if answer is not None and not answer.error_code:
                assert not any(client.is_in for client in self.clients)

    def connections_break(self) -> None:
        for client in self.clients:
            if client.waits:
                client.lose_answer()

    # -- what is always so

    @invariant()
    def a_partition_has_one_owner(self) -> None:
        owners: dict[tuple[bytes, int], Client] = {}
        for client in self.clients:
            if client.is_in:
                for one in client.owned:
                    assert owners.setdefault(one, client) is client, one

    @invariant()
    def every_request_waits_somewhere(self) -> None:
        driver = self.driver
        members = driver.group.classic.members.values()
        waiting = [slot for one in members for slot in (one.join_slot, one.sync_slot) if slot is not None]
        storing = [slot for turn in driver.unkept for slot, _ in turn.replies]
        assert Counter(waiting) + Counter(storing) == Counter(driver.waiting)

    @invariant()
    def the_deadline_is_never_late(self) -> None:
        consumer = self.driver.group.consumer
        if consumer is not None:
            assert consumer.deadlines._of.keys() == consumer.state.members.keys()
            for deadlines in consumer.deadlines._of.values():
                assert consumer.deadlines.earliest() <= deadlines.earliest() < math.inf

    @invariant()
    def the_members_add_up(self) -> None:
        """What follows from the records is what a fresh start would make of them."""
        if self.driver.group.consumer is None:
            return
        assert not self.driver.group.classic.members
        state = self.driver.now_is
        fresh = state.copy()
        assert state == fresh
        for name in ("_owners", "_unreconciled", "static_ids"):
            assert getattr(state, name) == getattr(fresh, name), name
        for name in ("_by_name", "_by_resolved", "patterns", "resolved"):
            assert getattr(state.subscriptions, name) == getattr(fresh.subscriptions, name), name
        held = [
            (topic_id, partition)
            for member in state.members.values()
            for helds in (member.assigned, member.revoking)
            for topic_id, partitions in helds.items()
            for partition in partitions
        ]
        assert len(held) == len(set(held)), "nobody has what another has"
        assert all(member.epoch <= state.target_epoch <= state.epoch for member in state.members.values())
        assert state.targets.keys() <= state.members.keys()

    @invariant()
    def the_live_group_is_the_stored_one(self) -> None:
        driver = self.driver
        if driver.unkept:
            return
        replayed = driver.replayed()
        assert replayed.exists == driver.group.exists or driver.group.classic.pending
        assert (replayed.consumer is None) == (driver.group.consumer is None)
        assert replayed._stored.classic == driver.group._stored.classic
        if replayed.consumer is not None:
            assert replayed.consumer.state == driver.now_is == driver.group._stored.consumer
        assert replayed.offsets.by_topic == driver.group.offsets.by_topic

    def teardown(self) -> None:
        """After the last change everybody who is there has its part, and nobody else is left."""
        driver = self.driver
        driver.broken = driver.slow = False
        driver.keep()
        if not any(client.alive for client in self.clients):
            self.clients.append(ConsumerClient(driver, "last", ["t1"]))
        for client in self.clients:
            if isinstance(client, ConsumerClient):
                client.lazy = False
        for _ in range(2 * CONVERGES_IN):
            for client in self.clients:
                client.step()
                driver.work()
            driver.advance(0.5)
        self.everybody_has_a_part()
        self.the_live_group_is_the_stored_one()
        assert not any(client.waits for client in self.clients)

    def everybody_has_a_part(self) -> None:
        held = {client.instance for client in self.clients if client.is_in}
        here = [one for one in self.clients if one.alive and (one.is_in or one.instance not in held - {None})]
        group = self.driver.group
        members = group.classic.members if group.consumer is None else group.consumer.state.members
        assert {client.member_id for client in here} == members.keys()
        assert group.listed().group_state == ("Stable" if here else "Empty")
        owners = Counter(one for client in here for one in client.owned)
        for name, topic in self.driver.image.topics.items():
            wanted = any(client.wants(name) for client in here)
            counts = [owners.pop((topic.topic_id, index), 0) for index in range(len(topic.replicas))]
            assert counts == [int(wanted)] * len(topic.replicas), name
        assert not owners, "nobody has what it does not want"


THOROUGH = bool(os.environ.get("KAFKALITE_THOROUGH"))

TestMixture = Mixture.TestCase
TestMixture.settings = settings(
    max_examples=3000 if THOROUGH else 100,
    stateful_step_count=60 if THOROUGH else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
