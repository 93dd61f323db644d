"""Segments in memory (see slabs). Nothing survives the process; the promise, bytes in memory, is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kafkalite.storage.segment_store import (
    Buffer,
    FileSpan,
    PartitionId,
    Rewrite,
    SegmentId,
    SegmentReader,
    StorageError,
    StoreFull,
)
from kafkalite.storage.slabs import MemorySegment


class _Partition:
    """Segments and companions of one partition, and what is being rewritten."""

    __slots__ = ("companions", "rewrites", "segments")

    def __init__(self) -> None:
        self.segments: dict[int, MemorySegment] = {}
        self.companions: dict[str, bytes] = {}
        self.rewrites: dict[int, MemoryRewrite] = {}

    def companions_of(self, base_offset: int) -> list[str]:
        return [name for name in self.companions if name.startswith(f"{base_offset:020d}.")]

    def abandon_rewrites(self) -> None:
        for rewrite in list(self.rewrites.values()):
            rewrite.abandon()

    @property
    def bytes(self) -> int:
        return sum(one.allocated for one in self.segments.values()) + sum(map(len, self.companions.values()))


class MemoryRewrite:
    """New content for a segment; it counts against the limit from its first byte."""

    def __init__(self, store: MemoryStore, partition: _Partition, base_offset: int) -> None:
        self.base_offset = base_offset
        self.segment = MemorySegment()
        self.companions: dict[str, bytes] = {}
        self._store = store
        self._partition = partition
        self._is_over = False
        partition.rewrites[base_offset] = self

    @property
    def size(self) -> int:
        return self.segment.size

    def append(self, data: Sequence[Buffer]) -> None:
        self._check()
        self._store.append_to(self.segment, f"the rewrite of segment {self.base_offset}", data)

    def keep_companion(self, suffix: str, content: Buffer) -> None:
        self._check()
        name = f"{self.base_offset:020d}{suffix}"
        self._store.take(len(content) - len(self.companions.get(name, b"")), name)
        self.companions[name] = bytes(content)

    def sync(self) -> None:
        self._check()

    def abandon(self) -> None:
        if not self._is_over:
            self.end()
            self._store.give_back(self.segment.allocated + sum(map(len, self.companions.values())))

    def end(self) -> None:
        """What it holds is the segment's own now, or nobody's."""
        self._is_over = True
        self._partition.rewrites.pop(self.base_offset, None)

    def _check(self) -> None:
        if self._is_over:
            raise StorageError(f"the rewrite of segment {self.base_offset} is over")


class MemoryStore:
    """Everything in this process's memory, up to `max_bytes` if given.

    What counts is what is allocated: a little more than the records, for a segment grows by slabs.
    """

    survives: Final = False

    def __init__(self, max_bytes: int | None = None) -> None:
        self.on_kept: Callable[[SegmentId, int], None] | None = None
        self.on_offline: Callable[[StorageError], None] | None = None
        self._max_bytes = max_bytes
        self._bytes = 0
        self._partitions: dict[PartitionId, _Partition] = {}
        self._starts: dict[PartitionId, int] = {}
        self._recovery_points: dict[PartitionId, int] = {}
        self._cleaned: dict[PartitionId, int] = {}

    def describe(self) -> str:
        return "memory"

    @property
    def directory(self) -> str:
        return "memory"

    def space(self) -> tuple[int, int]:
        return (-1, -1) if self._max_bytes is None else (self._max_bytes, self._max_bytes - self._bytes)

    def name(self, segment: SegmentId) -> str:
        return f"memory segment {segment.partition.topic}-{segment.partition.index} {segment.base_offset}"

    def opened_clean(self) -> bool:
        return True

    def holds(self, partition: PartitionId) -> bool:
        return partition in self._partitions

    @property
    def partition_count(self) -> int:
        return len(self._partitions)

    # Segments

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        segments = self._partition(partition).segments
        return [(SegmentId(partition, base), segments[base].size) for base in sorted(segments)]

    def create(self, segment: SegmentId, *, preallocate: int = 0) -> None:
        existing = self._made(segment.partition).segments.setdefault(segment.base_offset, MemorySegment())
        if existing.size:
            raise StorageError(f"{self.name(segment)} exists and holds {existing.size} bytes")

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        target = self._get(segment)
        size = sum(map(len, data))
        if not target.append(data, size):
            self._grow(target, segment, size)
            target.append(data, size)
        return True

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        return self._get(segment).read(position, size)

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        self._get(segment)
        return None

    def truncate(self, segment: SegmentId, size: int) -> None:
        kept = self._get(segment)
        if size < kept.size:
            before = kept.allocated
            kept.truncate(size)
            self.give_back(before - kept.allocated)

    def seal(self, segment: SegmentId) -> None:
        self._get(segment)

    def appended_ms(self, segment: SegmentId) -> int | None:
        self._get(segment)
        return None

    def sync(self, segment: SegmentId) -> None:
        size = self._get(segment).size
        if self.on_kept is not None:
            self.on_kept(segment, size)

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        partition = self._partition(segment.partition)
        removed = partition.segments.pop(segment.base_offset, None)
        if removed is not None:
            self.give_back(removed.allocated)
            for name in partition.companions_of(segment.base_offset):
                self.give_back(len(partition.companions.pop(name)))
        return None

    def reader(self, segment: SegmentId) -> SegmentReader:
        return self._get(segment).read

    # Companions

    def companions(self, partition: PartitionId) -> list[str]:
        return sorted(self._partition(partition).companions)

    def companion(self, partition: PartitionId, name: str) -> bytes | None:
        return self._partition(partition).companions.get(name)

    def keep_companion(self, partition: PartitionId, name: str, content: Buffer) -> None:
        companions = self._made(partition).companions
        self.take(len(content) - len(companions.get(name, b"")), name)
        companions[name] = bytes(content)

    def drop_companion(self, partition: PartitionId, name: str) -> None:
        self.give_back(len(self._partition(partition).companions.pop(name, b"")))

    # Compaction

    def rewrite(self, segment: SegmentId) -> Rewrite:
        partition = self._partition(segment.partition)
        if not partition.segments:
            raise StorageError(f"{self.name(segment)}: no segments to rewrite")
        earlier = partition.rewrites.get(segment.base_offset)
        if earlier is not None:
            earlier.abandon()
        return MemoryRewrite(self, partition, segment.base_offset)

    def swap(
        self, rewrites: Sequence[tuple[SegmentId, Rewrite]], replaced: Sequence[SegmentId]
    ) -> Callable[[], None] | None:
        partition = self._partition(rewrites[0][0].partition)
        for segment in replaced:
            self._get(segment)
        for segment in replaced:
            self.delete(segment)
        for _, rewrite in rewrites:
            assert isinstance(rewrite, MemoryRewrite)
            partition.segments[rewrite.base_offset] = rewrite.segment
            partition.companions |= rewrite.companions
            rewrite.end()
        partition.abandon_rewrites()
        return None

    # Numbers

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        self._starts |= starts

    def start_of(self, partition: PartitionId) -> int:
        return self._starts.get(partition, 0)

    def keep_recovery_points(self, points: Mapping[PartitionId, int]) -> None:
        self._recovery_points |= points

    def recovery_point_of(self, partition: PartitionId) -> int:
        return self._recovery_points.get(partition, 0)

    def keep_cleaned(self, offsets: Mapping[PartitionId, int]) -> None:
        self._cleaned |= offsets

    def cleaned_to(self, partition: PartitionId) -> int:
        return self._cleaned.get(partition, 0)

    # The end

    def delete_partition(self, partition: PartitionId) -> None:
        for numbers in (self._starts, self._recovery_points, self._cleaned):
            numbers.pop(partition, None)
        removed = self._partitions.pop(partition, None)
        if removed is not None:
            removed.abandon_rewrites()
            self.give_back(removed.bytes)

    def close(self, *, clean: bool) -> None:
        self._partitions.clear()
        for numbers in (self._starts, self._recovery_points, self._cleaned):
            numbers.clear()
        self._bytes = 0

    # Bytes

    def append_to(self, target: MemorySegment, name: object, data: Sequence[Buffer]) -> None:
        """Add bytes to a segment within the limit. Raises StoreFull."""
        size = sum(map(len, data))
        if not target.append(data, size):
            self._grow(target, name, size)
            target.append(data, size)

    def _grow(self, target: MemorySegment, name: object, size: int) -> None:
        room = None if self._max_bytes is None else self._max_bytes - self._bytes
        if room is not None and size > room:
            raise self._full(name)
        before = target.allocated
        try:
            target.grow(size, room)
        except MemoryError:
            raise StoreFull(f"{self._text(name)}: out of memory") from None
        self._bytes += target.allocated - before

    def take(self, size: int, name: object) -> None:
        """Count bytes that somebody is about to keep. Raises StoreFull."""
        if self._max_bytes is not None and self._bytes + size > self._max_bytes:
            raise self._full(name)
        self._bytes += size

    def _full(self, name: object) -> StoreFull:
        return StoreFull(
            f"{self._text(name)}: the memory for records is full ({self._max_bytes} bytes). Delete records or topics, "
            "let them expire sooner, or give the broker more with --memory-limit"
        )

    def give_back(self, size: int) -> None:
        self._bytes -= size

    def _text(self, name: object) -> str:
        return self.name(name) if isinstance(name, SegmentId) else str(name)

    def _partition(self, partition: PartitionId) -> _Partition:
        return self._partitions.get(partition) or _Partition()

    def _made(self, partition: PartitionId) -> _Partition:
        return self._partitions.setdefault(partition, _Partition())

    def _get(self, segment: SegmentId) -> MemorySegment:
        try:
            return self._partitions[segment.partition].segments[segment.base_offset]
        except KeyError:
            raise StorageError(f"{self.name(segment)} does not exist") from None
