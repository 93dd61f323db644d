"""The committed offsets of one group: what is stored, when it expires, and which records a commit or deletion needs.

Nothing here changes before it is stored: a commit is a plan (`committed`), and `apply` makes it visible; what was
committed in a transaction (`apply_pending`) when that is committed (`decide`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kafkalite.core.groups.pending_offsets import PendingOffsets
from kafkalite.core.groups.records import OffsetStored
from kafkalite.wire.message import ZERO_UUID, Uuid
from kafkalite.wire.messages.consumer_offsets import OffsetCommitKey, OffsetCommitValue
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest

Partition = OffsetCommitRequest.OffsetCommitRequestPartition

MAX_TIMESTAMP = 2**63 - 1  # what the record can hold; a client may ask for more
NO_RETENTION_TIME = -1
"""OffsetCommit 2-4 without a retention time of its own, and every later version."""


class CommittedOffsets:
    """Committed offsets by topic name and partition, each kept as the value of its record."""

    __slots__ = ("_group_id", "by_topic", "pending")

    def __init__(self, group_id: str) -> None:
        self._group_id = group_id
        self.by_topic: dict[str, dict[int, OffsetCommitValue]] = {}
        self.pending = PendingOffsets()

    def __bool__(self) -> bool:
        return bool(self.by_topic) or bool(self.pending)

    def __len__(self) -> int:
        return sum(map(len, self.by_topic.values()))

    def find(self, topic: str, partition: int, topic_id: Uuid = ZERO_UUID) -> OffsetCommitValue | None:
        """Return the committed offset, None if there is none or if it was committed for another topic of that name.

        ZERO_UUID is "whichever": ids are unknown to commits of long ago, and to whoever asks for a topic that does
        not exist.
        """
        found = self.by_topic.get(topic, {}).get(partition)
        if found is None or found.topic_id == topic_id or ZERO_UUID in (topic_id, found.topic_id):
            return found
        return None

    def apply(self, change: OffsetStored) -> None:
        """Take over what a stored record says."""
        key, value = change
        if value is not None:
            self.by_topic.setdefault(key.topic, {})[key.partition] = value
            self.pending.overtake(key.topic, key.partition)
            return
        self.pending.forget(key.topic, key.partition)
        if key.topic in self.by_topic:
            partitions = self.by_topic[key.topic]
            partitions.pop(key.partition, None)
            if not partitions:
                del self.by_topic[key.topic]

    def apply_pending(self, producer_id: int, change: OffsetStored) -> None:
        """Take over what a stored record of a producer's open transaction says."""
        self.pending.add(producer_id, *change)

    def decide(self, producer_id: int, *, committed: bool) -> None:
        """A producer's transaction has ended: what it committed becomes visible, or never was."""
        for key, value in self.pending.decide(producer_id, committed=committed):
            self.by_topic.setdefault(key.topic, {})[key.partition] = value

    def committed(
        self, topic: str, topic_id: Uuid, partition: Partition, retention_ms: int, wall_ms: int
    ) -> OffsetStored:
        """Return the change that commits `partition` of a request."""
        value = OffsetCommitValue(
            offset=partition.committed_offset,
            leader_epoch=partition.committed_leader_epoch,
            metadata=partition.committed_metadata or "",
            commit_timestamp=wall_ms,
            expire_timestamp=-1 if retention_ms == NO_RETENTION_TIME else min(wall_ms + retention_ms, MAX_TIMESTAMP),
            topic_id=topic_id,
        )
        return OffsetStored(self._key(topic, partition.partition_index), value)

    def deleted(self, topic: str, partition: int) -> OffsetStored:
        """Return the change that forgets an offset."""
        return OffsetStored(self._key(topic, partition), None)

    def all_deleted(
        self, chosen: Callable[[str, OffsetCommitValue], bool] = lambda topic, value: True
    ) -> Iterator[OffsetStored]:
        """Yield the changes that forget every chosen offset, those pending too."""
        for topic, partitions in self.by_topic.items():
            for partition, value in partitions.items():
                if chosen(topic, value):
                    yield self.deleted(topic, partition)
        for key, value in self.pending.latest():
            if key.partition not in self.by_topic.get(key.topic, {}) and chosen(key.topic, value):
                yield self.deleted(key.topic, key.partition)

    def all_stable_deleted(self, chosen: Callable[[str, OffsetCommitValue], bool]) -> Iterator[OffsetStored]:
        """Yield the changes that forget every chosen offset that no open transaction is about to change."""
        return (
            change
            for change in self.all_deleted(chosen)
            if not self.pending.has(change.key.topic, change.key.partition)
        )

    def _key(self, topic: str, partition: int) -> OffsetCommitKey:
        return OffsetCommitKey(group=self._group_id, topic=topic, partition=partition)


def is_expired(value: OffsetCommitValue, unused_since_ms: int, retention_ms: int, wall_ms: int) -> bool:
    """Return whether an offset has outlived its retention; a negative instant stands for that of the commit.

    A retention time of its own, which only OffsetCommit 2-4 could give, counts instead (KIP-211).
    """
    if value.expire_timestamp >= 0:
        return wall_ms >= value.expire_timestamp
    since = value.commit_timestamp if unused_since_ms < 0 else unused_since_ms
    return wall_ms - since >= retention_ms
