"""The members of a group as its records tell them."""

from __future__ import annotations

from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.records import GroupStored
from kafkalite.core.groups.stored_members import StoredMembers
from kafkalite.wire.messages.consumer_offsets import GroupMetadataKey, GroupMetadataValue

KEY = GroupMetadataKey(group="g")
VALUE = GroupMetadataValue(protocol_type="consumer", generation=3)


def consumer_group() -> ConsumerState:
    state = ConsumerState("g")
    member = ConsumerMember("m", topics=frozenset({"t"}), epoch=2)
    for change in (member.metadata_record("g"), state.new_epoch(2, 7), member.current_record("g")):
        state.apply(change)
    return state


def test_a_classic_group_comes_and_goes() -> None:
    stored = StoredMembers("g")
    assert not stored
    stored.apply(GroupStored(KEY, VALUE))
    assert (bool(stored), stored.classic, stored.consumer) == (True, VALUE, None)
    stored.apply(GroupStored(KEY, None))
    assert not stored


def test_a_consumer_group_comes_and_goes() -> None:
    stored, state = StoredMembers("g"), consumer_group()
    for change in state.everything():
        stored.apply(change)
        assert stored
    assert stored.consumer == state
    for change in state.without_anything():
        assert stored
        stored.apply(change)
    assert not stored


def test_deletions_make_no_group() -> None:
    stored = StoredMembers("g")
    for change in consumer_group().without_anything():
        stored.apply(change)
    assert not stored


def test_one_kind_becomes_the_other() -> None:
    stored, state = StoredMembers("g"), consumer_group()
    stored.apply(GroupStored(KEY, VALUE))
    stored.apply(GroupStored(KEY, None))
    for change in state.everything():
        stored.apply(change)
    assert (stored.classic, stored.consumer) == (None, state)
    for change in state.without_anything():
        stored.apply(change)
    stored.apply(GroupStored(KEY, VALUE))
    assert (stored.classic, stored.consumer) == (VALUE, None)


def test_a_copy_goes_its_own_way() -> None:
    stored, state = StoredMembers("g"), consumer_group()
    for change in state.everything():
        stored.apply(change)
    copy = stored.copy()
    copy.apply(state.new_epoch(9, 9))
    copy.apply(GroupStored(KEY, VALUE))
    assert (stored.classic, stored.consumer) == (None, state)
    assert copy.consumer is not None
    assert copy.consumer.epoch == 9
