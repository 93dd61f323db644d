"""Committed offsets of one group."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.offsets import CommittedOffsets, is_expired
from kafkalite.wire.messages.consumer_offsets import OffsetCommitValue
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest

OLD, NEW, NO_ID = b"o" * 16, b"n" * 16, bytes(16)


def committed(*partitions: tuple[str, int], topic_id: bytes = OLD) -> CommittedOffsets:
    offsets = CommittedOffsets("g")
    for topic, index in partitions:
        wanted = OffsetCommitRequest.OffsetCommitRequestPartition(
            partition_index=index, committed_offset=index + 10, committed_leader_epoch=2, committed_metadata="m"
        )
        offsets.apply(offsets.committed(topic, topic_id, wanted, -1, 1000))
    return offsets


def test_what_was_committed_is_found() -> None:
    offsets = committed(("t", 0), ("t", 1))
    assert offsets.find("t", 1) == OffsetCommitValue(
        offset=11, leader_epoch=2, metadata="m", commit_timestamp=1000, expire_timestamp=-1, topic_id=OLD
    )
    assert offsets.find("t", 2) is None
    assert offsets.find("u", 0) is None
    assert len(offsets) == 2


def test_a_plan_changes_nothing() -> None:
    offsets = CommittedOffsets("g")
    offsets.committed("t", OLD, OffsetCommitRequest.OffsetCommitRequestPartition(), -1, 0)
    assert not offsets


def test_a_new_topic_of_the_name_has_none() -> None:
    offsets = committed(("t", 0))
    assert offsets.find("t", 0, NEW) is None
    assert offsets.find("t", 0, OLD) is not None
    assert offsets.find("t", 0, NO_ID) is not None
    assert committed(("t", 0), topic_id=NO_ID).find("t", 0, NEW) is not None


def test_what_is_deleted_is_gone() -> None:
    offsets = committed(("t", 0), ("t", 1), ("u", 0))
    for change in offsets.all_deleted(lambda topic, value: value.offset == 10):
        assert change.value is None
    for change in list(offsets.all_deleted(lambda topic, value: topic == "t")):
        offsets.apply(change)
    assert set(offsets.by_topic) == {"u"}
    offsets.apply(offsets.deleted("u", 0))
    offsets.apply(offsets.deleted("u", 0))
    assert not offsets


def test_an_immense_retention_time_ends_with_time() -> None:
    wanted = OffsetCommitRequest.OffsetCommitRequestPartition(partition_index=0)
    stored = CommittedOffsets("g").committed("t", OLD, wanted, 2**63 - 1, 1000)
    assert stored.value is not None
    assert stored.value.expire_timestamp == 2**63 - 1


def test_a_retention_time_makes_an_instant() -> None:
    offsets = CommittedOffsets("g")
    change = offsets.committed("t", OLD, OffsetCommitRequest.OffsetCommitRequestPartition(), 500, 1000)
    assert change.value is not None
    assert (change.value.expire_timestamp, change.value.metadata) == (1500, "")


@pytest.mark.parametrize(
    ("expire", "unused_since", "now", "expired"),
    [
        (-1, -1, 1099, False),
        (-1, -1, 1100, True),
        (-1, 1050, 1149, False),
        (-1, 1050, 1150, True),
        (2000, 0, 1999, False),
        (2000, -1, 2000, True),
        (0, 5000, 0, True),
    ],
)
def test_retention(expire: int, unused_since: int, now: int, expired: bool) -> None:
    value = OffsetCommitValue(commit_timestamp=1000, expire_timestamp=expire)
    assert is_expired(value, unused_since, 100, now) == expired


def test_offsets_of_a_transaction_are_there_once_it_is_committed() -> None:
    offsets = committed(("t", 0))
    before = offsets.find("t", 0)
    for producer_id in (7, 8):
        offsets.apply_pending(producer_id, committed(("t", 1)).deleted("t", 1)._replace(value=before))
    assert offsets.find("t", 1) is None
    offsets.decide(7, committed=False)
    assert offsets.find("t", 1) is None
    offsets.decide(8, committed=True)
    assert offsets.find("t", 1) == before
    assert not offsets.pending


def test_pending_offsets_make_a_group_and_are_deleted_with_it() -> None:
    offsets = CommittedOffsets("g")
    value = committed(("t", 0)).find("t", 0)
    change = offsets.deleted("t", 0)._replace(value=value)
    offsets.apply_pending(7, change)
    assert offsets
    assert len(offsets) == 0
    deleted = list(offsets.all_deleted())
    assert deleted == [offsets.deleted("t", 0)]
    assert list(offsets.all_deleted(lambda topic, value: topic == "u")) == []
    assert list(offsets.all_stable_deleted(lambda topic, value: True)) == []
    offsets.apply(deleted[0])
    assert not offsets
    offsets.decide(7, committed=True)
    assert offsets.find("t", 0) is None


def test_each_partition_is_deleted_once() -> None:
    offsets = committed(("t", 0), ("t", 1))
    offsets.apply_pending(7, offsets.deleted("t", 0)._replace(value=offsets.find("t", 0)))
    assert [change.key.partition for change in offsets.all_deleted()] == [0, 1]
    assert [change.key.partition for change in offsets.all_stable_deleted(lambda topic, value: True)] == [1]


def test_a_commit_outside_of_the_transaction_that_came_later_stays() -> None:
    offsets = committed(("t", 0))
    offsets.apply_pending(7, offsets.deleted("t", 0)._replace(value=offsets.find("t", 0)))
    wanted = OffsetCommitRequest.OffsetCommitRequestPartition(partition_index=0, committed_offset=99)
    offsets.apply(offsets.committed("t", OLD, wanted, -1, 1000))
    offsets.decide(7, committed=True)
    found = offsets.find("t", 0)
    assert found is not None
    assert found.offset == 99
