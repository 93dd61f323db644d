"""Segment stores that misbehave: one that keeps its promise later, one that fails when told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import Buffer, PartitionId, Rewrite, SegmentId, StorageError

PARTITION = PartitionId("topic", bytes(range(16)), 3)
FIRST = SegmentId(PARTITION, 0)


class LateStore(MemoryStore):
    """Bytes are in memory at once, but promised only when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.unkept: dict[SegmentId, int] = {}

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        super().append(segment, data)
        self.unkept[segment] = self.unkept.get(segment, 0) + sum(map(len, data))
        return False

    def keep(self, segment: SegmentId | None = None, size: int | None = None) -> None:
        """Keep the promise for a segment up to `size`, or for all that was appended."""
        assert self.on_kept is not None
        for one in [segment] if segment is not None else list(self.unkept):
            self.on_kept(one, self.unkept[one] if size is None else size)


class FailingStore(MemoryStore):
    """Every call in `failing` (append, create, read, delete, seal ...) raises StorageError; so does the n-th append."""

    def __init__(self, fail_append: int = -1) -> None:
        super().__init__()
        self.failing: set[str] = set()
        self.appends = 0
        self.fail_append = fail_append

    def _meet(self, verb: str) -> None:
        if verb in self.failing:
            raise StorageError(f"{verb} fails here")

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        self._meet("append")
        self.appends += 1
        if self.appends - 1 == self.fail_append:
            raise StorageError("no space left here")
        return super().append(segment, data)

    def create(self, segment: SegmentId, *, preallocate: int = 0) -> None:
        self._meet("create")
        super().create(segment, preallocate=preallocate)

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        self._meet("read")
        return super().read(segment, position, size)

    def seal(self, segment: SegmentId) -> None:
        self._meet("seal")
        super().seal(segment)

    def sync(self, segment: SegmentId) -> None:
        self._meet("sync")
        super().sync(segment)

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        self._meet("delete")
        return super().delete(segment)

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        self._meet("keep_starts")
        super().keep_starts(starts)

    def keep_recovery_points(self, points: Mapping[PartitionId, int]) -> None:
        self._meet("keep_recovery_points")
        super().keep_recovery_points(points)

    def keep_cleaned(self, offsets: Mapping[PartitionId, int]) -> None:
        self._meet("keep_cleaned")
        super().keep_cleaned(offsets)

    def companion(self, partition: PartitionId, name: str) -> bytes | None:
        self._meet("companion")
        return super().companion(partition, name)

    def keep_companion(self, partition: PartitionId, name: str, content: Buffer) -> None:
        self._meet("keep_companion")
        super().keep_companion(partition, name, content)

    def drop_companion(self, partition: PartitionId, name: str) -> None:
        self._meet("drop_companion")
        super().drop_companion(partition, name)

    def rewrite(self, segment: SegmentId) -> Rewrite:
        self._meet("rewrite")
        return super().rewrite(segment)

    def swap(
        self, rewrites: Sequence[tuple[SegmentId, Rewrite]], replaced: Sequence[SegmentId]
    ) -> Callable[[], None] | None:
        self._meet("swap")
        return super().swap(rewrites, replaced)

    def delete_partition(self, partition: PartitionId) -> None:
        self._meet("delete_partition")
        super().delete_partition(partition)
