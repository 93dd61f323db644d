"""What records make of a consumer group, in whatever order of members and with whatever of the log gone."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.consumer_member import ConsumerMember, MemberState
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.records import ConsumerGroupStored, decode_record, encode_record
from kafkalite.core.groups.subscriptions import Resolved
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue,
)

T = b"t" * 16

A = ConsumerMember("a", topics=frozenset({"t"}), epoch=3, previous_epoch=2, assigned={T: {0: 2}}, revoking={T: {1: 2}})
B = ConsumerMember("b", instance_id="i", regex="x.*", epoch=3, previous_epoch=3, assigned={T: {2: 3}})


def made() -> ConsumerState:
    """A group of two members, written as a live one would write it."""
    state = ConsumerState("g")
    for change in (
        state.new_epoch(3, 99),
        A.metadata_record("g"),
        B.metadata_record("g"),
        state.new_target("a", {T: frozenset({0})}),
        state.new_target("b", {T: frozenset({1, 2})}),
        state.new_target_epoch(3, 1000),
        A._replace(state=MemberState.UNREVOKED_PARTITIONS).current_record("g"),
        B.current_record("g"),
        state.new_resolved("x.*", Resolved(frozenset({"x1"}), 7, 900)),
    ):
        state.apply(change)
    return state


def test_a_group_nobody_has_written_of() -> None:
    state = ConsumerState("g")
    assert (state.state.value, state.epoch, state.target_epoch, state.metadata_hash) == ("Empty", 1, 1, 0)


def test_what_follows_from_the_members() -> None:
    state = made()
    assert (state.epoch, state.metadata_hash, state.target_epoch, state.target_time_ms) == (3, 99, 3, 1000)
    assert [state.owner(T, partition) for partition in range(4)] == ["a", "a", "b", None]
    assert state.static_ids == {"i": "b"}
    assert state.static_member("i") == B
    assert state.static_member("j") is None
    assert state.static_member(None) is None
    assert state.target_of("b") == {T: {1, 2}}
    assert state.target_of("c") == {}
    assert state.subscriptions.topics() == {"t", "x1"}


def test_group_states() -> None:
    state = made()
    states = [state.state.value]
    for change in (
        A._replace(revoking={}).current_record("g"),
        state.new_epoch(4, 99),
        state.new_target_epoch(4, 2000),
    ):
        state.apply(change)
        states.append(state.state.value)
    assert states == ["Reconciling", "Stable", "Assigning", "Reconciling"]


def test_a_removed_member_leaves_nothing() -> None:
    state = made()
    for member_id in "ab":
        for change in state.without_member(member_id):
            state.apply(change)
    state.apply(state.new_resolved("x.*", None))
    assert (state.members, state.targets, state.static_ids, state.state.value) == ({}, {}, {}, "Empty")
    assert [state.owner(T, partition) for partition in range(3)] == [None, None, None]
    assert state.subscriptions.topics() == set()
    for change in state.without_member("a"):
        state.apply(change)
    assert state.members == {}, "a deletion of what is gone is nothing"


def test_a_copy_is_equal_and_another() -> None:
    state = made()
    copy = state.copy()
    assert copy == state
    assert copy.owner(T, 0) == "a"
    copy.apply(copy.new_epoch(9, 0))
    assert copy != state
    assert state != 5


def test_everything_through_the_log() -> None:
    state, replayed = made(), ConsumerState("g")
    for change in state.everything():
        record = encode_record(change)
        read = decode_record(record.key, record.value)
        assert isinstance(read, ConsumerGroupStored)
        replayed.apply(read)
    assert replayed == state


def test_deleting_everything_leaves_the_state_of_a_new_group() -> None:
    state = made()
    changes = list(state.without_anything())
    assert [change.key.RECORD_TYPE for change in changes] == [8, 8, 7, 7, 6, 5, 5, 16, 4, 3]
    for change in changes:
        state.apply(change)
    assert state == ConsumerState("g")


def test_a_log_without_the_record_in_which_a_partition_was_given_up() -> None:
    """Compaction keeps the last record of each member, in the order in which they were written."""
    state = ConsumerState("g")
    old_owner = ConsumerMember("a", epoch=2, assigned={T: {0: 2}})
    new_owner = ConsumerMember("b", epoch=3, assigned={T: {0: 3}})
    for change in (
        old_owner.current_record("g"),
        new_owner.current_record("g"),
        old_owner._replace(epoch=3, assigned={}).current_record("g"),
    ):
        state.apply(change)
    assert state.owner(T, 0) == "b"


@pytest.mark.parametrize("first", ["metadata", "current"])
def test_the_two_records_of_a_member_come_in_any_order(first: str) -> None:
    state = ConsumerState("g")
    records = [B.metadata_record("g"), B.current_record("g")]
    for change in records if first == "metadata" else reversed(records):
        state.apply(change)
    assert state.members == {"b": B}


def test_a_member_keeps_its_place_among_the_others() -> None:
    state = made()
    state.apply(A._replace(epoch=4).current_record("g"))
    assert list(state.members) == ["a", "b"]


def test_what_brokers_before_4_1_wrote_is_noticed() -> None:
    state = ConsumerState("g")
    key = ConsumerGroupPartitionMetadataKey(group_id="g")
    state.apply(ConsumerGroupStored(key, ConsumerGroupPartitionMetadataValue()))
    assert state.has_old_record
    assert state.copy().has_old_record
    state.apply(state.without_old_record())
    assert not state.has_old_record


def test_deletions_of_the_groups_own_records() -> None:
    state = made()
    for change in list(state.without_anything()):
        if change.key.RECORD_TYPE in (3, 6):
            state.apply(change)
    assert (state.epoch, state.metadata_hash, state.target_epoch, state.target_time_ms) == (1, 0, 1, 0)
