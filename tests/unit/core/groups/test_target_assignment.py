"""The target assignment is computed from the group as it was, in slices."""

from __future__ import annotations

from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.records import encode_record
from kafkalite.core.groups.subscriptions import Resolved
from kafkalite.core.groups.target_assignment import TargetAssignment, topic_ids
from tests.unit.core.groups.consumer_driver import ConsumerDriver


def group(image_of: ConsumerDriver, *members: ConsumerMember) -> ConsumerState:
    state = ConsumerState("g")
    for member in members:
        state.apply(member.metadata_record("g"))
    return state


def member(name: str, *topics: str, regex: str = "") -> ConsumerMember:
    return ConsumerMember(name, topics=frozenset(topics), regex=regex)


def done(assignment: TargetAssignment) -> TargetAssignment:
    while not assignment.work.go_on():
        pass
    return assignment


def test_what_changes_comes_with_its_record() -> None:
    driver = ConsumerDriver({"t": 3})
    state = group(driver, member("a", "t"), member("b", "t", "nope"), member("c", "t"))
    t = driver.topic_id("t")
    state.apply(state.new_target("b", {t: frozenset({0})}))
    result = done(TargetAssignment(state, driver.image, "uniform")).work.result
    assert {name: one.target for name, one in result.items()} == {"a": {t: {1}}, "c": {t: {2}}}
    assert all(one.record == encode_record(one.change) for one in result.values())


def test_who_gets_nothing_has_a_target_too_once() -> None:
    driver = ConsumerDriver({"t": 1})
    state = group(driver, member("a", "t"), member("b", "t"))
    result = done(TargetAssignment(state, driver.image, "range")).work.result
    assert result["b"].target == {}
    for one in result.values():
        state.apply(one.change)
    assert done(TargetAssignment(state, driver.image, "range")).work.result == {}


def test_patterns_count_as_far_as_they_are_resolved() -> None:
    driver = ConsumerDriver({"x1": 1, "x2": 1})
    state = group(driver, member("a", regex="x.*"), member("b", regex="y.*"))
    state.apply(state.new_resolved("x.*", Resolved(frozenset({"x1", "gone"}), 1, 1)))
    result = done(TargetAssignment(state, driver.image, "uniform")).work.result
    assert result["a"].target == {driver.topic_id("x1"): {0}}
    assert result["b"].target == {}


def test_it_is_of_the_epoch_in_which_it_began() -> None:
    driver = ConsumerDriver()
    state = group(driver, member("a", "t"))
    state.apply(state.new_epoch(7, 0))
    assert TargetAssignment(state, driver.image, "uniform").epoch == 7


def test_ids_of_topics_that_exist() -> None:
    driver = ConsumerDriver({"t": 1})
    assert topic_ids(frozenset({"t", "nope"}), driver.image) == {driver.topic_id("t")}
