"""Offsets of one group that were committed in transactions which are still open.

They are decided by the marker of their transaction: a commit makes them visible, an abort forgets them. What counts
is the order in which offsets were written, not in which they were decided: an offset committed meanwhile, outside of
any transaction or in one that ends first, stays if it was written later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kafkalite.wire.messages.consumer_offsets import OffsetCommitKey, OffsetCommitValue


class _Pending(NamedTuple):
    producer_id: int
    key: OffsetCommitKey
    value: OffsetCommitValue | None
    """None: something written later is visible already."""


class PendingOffsets:
    """By topic and partition, the earliest written first."""

    __slots__ = ("_by_partition",)

    def __init__(self) -> None:
        self._by_partition: dict[tuple[str, int], list[_Pending]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_partition)

    def has(self, topic: str, partition: int) -> bool:
        """Whether a transaction that is still open committed an offset for the partition."""
        return (topic, partition) in self._by_partition

    def latest(self) -> Iterator[tuple[OffsetCommitKey, OffsetCommitValue]]:
        """Yield of each partition what would be visible if all these transactions were committed now, if anything."""
        for found in self._by_partition.values():
            _, key, value = found[-1]
            if value is not None:
                yield key, value

    def add(self, producer_id: int, key: OffsetCommitKey, value: OffsetCommitValue | None) -> None:
        """A producer committed an offset in its transaction; it counts instead of an earlier one of the same."""
        others = self._without(producer_id, (key.topic, key.partition))
        self._by_partition[key.topic, key.partition] = [*others, _Pending(producer_id, key, value)]

    def overtake(self, topic: str, partition: int) -> None:
        """An offset became visible that was written after all these."""
        found = self._by_partition.get((topic, partition))
        if found is not None:
            self._by_partition[topic, partition] = [one._replace(value=None) for one in found]

    def forget(self, topic: str, partition: int) -> None:
        """The offset was deleted."""
        self._by_partition.pop((topic, partition), None)

    def decide(self, producer_id: int, *, committed: bool) -> list[tuple[OffsetCommitKey, OffsetCommitValue]]:
        """A producer's transaction has ended: return what becomes visible."""
        visible = []
        for partition, found in list(self._by_partition.items()):
            place = next((at for at, one in enumerate(found) if one.producer_id == producer_id), None)
            if place is None:
                continue
            _, key, value = found[place]
            earlier, later = found[:place], found[place + 1 :]
            if committed and value is not None:
                visible.append((key, value))
                earlier = [one._replace(value=None) for one in earlier]
            self._keep(partition, earlier + later)
        return visible

    def _without(self, producer_id: int, partition: tuple[str, int]) -> list[_Pending]:
        return [one for one in self._by_partition.get(partition, ()) if one.producer_id != producer_id]

    def _keep(self, partition: tuple[str, int], rest: list[_Pending]) -> None:
        if rest:
            self._by_partition[partition] = rest
        else:
            del self._by_partition[partition]
