"""Segments in memory. Nothing survives the process; the promise (the bytes are in memory) is kept at once.

A segment is a list of slabs that double in size up to a megabyte. One append goes into one slab whole, so a fetch of a
few batches is a view of it without a copy; a read that crosses slabs is joined.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kafkalite.storage.segment_store import (
    Buffer,
    FileSpan,
    PartitionId,
    Rewrite,
    SegmentId,
    StorageError,
    StoreFull,
)

SMALLEST_SLAB: Final = 4 * 1024
LARGEST_SLAB: Final = 1024 * 1024


class _Slab:
    """`used` bytes of a segment from `start` on."""

    __slots__ = ("data", "start", "used", "view")

    def __init__(self, start: int, capacity: int) -> None:
        self.start = start
        self.used = 0
        self.data = bytearray(capacity)
        self.view = memoryview(self.data).toreadonly()

    def release_unused(self) -> None:
        """Give back what will not be filled, unless a reader holds the slab."""
        self.view.release()
        try:
            del self.data[self.used :]
        except BufferError:
            pass
        finally:
            self.view = memoryview(self.data).toreadonly()


class _Segment:
    """Slabs one after the other."""

    __slots__ = ("_slabs", "_starts", "size")

    def __init__(self) -> None:
        self.size = 0
        self._slabs: list[_Slab] = []
        self._starts: list[int] = []

    def append(self, data: Sequence[Buffer], size: int) -> None:
        slab = self._slabs[-1] if self._slabs else None
        if slab is None or size > len(slab.data) - slab.used:
            slab = self._new_slab(size)
        position = slab.used
        for part in data:
            end = position + len(part)
            slab.data[position:end] = part
            position = end
        slab.used = position
        self.size += size

    def _new_slab(self, size: int) -> _Slab:
        capacity = min(2 * len(self._slabs[-1].data), LARGEST_SLAB) if self._slabs else SMALLEST_SLAB
        slab = _Slab(self.size, max(capacity, size))
        if self._slabs:
            self._slabs[-1].release_unused()
        self._slabs.append(slab)
        self._starts.append(slab.start)
        return slab

    def read(self, position: int, size: int) -> bytes | memoryview:
        end = min(position + size, self.size)
        if position >= end:
            return b""
        place = bisect_right(self._starts, position) - 1
        slab = self._slabs[place]
        if end <= slab.start + slab.used:
            return slab.view[position - slab.start : end - slab.start]
        pieces = []
        while position < end:
            slab = self._slabs[place]
            stop = min(end, slab.start + slab.used)
            pieces.append(slab.view[position - slab.start : stop - slab.start])
            position = stop
            place += 1
        return b"".join(pieces)

    def truncate(self, size: int) -> None:
        while self._slabs and self._slabs[-1].start >= size:
            del self._slabs[-1], self._starts[-1]
        if self._slabs:
            cut = self._slabs[-1]
            slab = _Slab(cut.start, size - cut.start)  # a reader may hold what is cut off: never write over it
            slab.data[:] = cut.view[: len(slab.data)]
            slab.used = len(slab.data)
            self._slabs[-1] = slab
        self.size = size


class _Partition:
    """Segments and companions of one partition, and what is being rewritten."""

    __slots__ = ("companions", "rewrites", "segments")

    def __init__(self) -> None:
        self.segments: dict[int, _Segment] = {}
        self.companions: dict[str, bytes] = {}
        self.rewrites: dict[int, MemoryRewrite] = {}

    def companions_of(self, base_offset: int) -> list[str]:
        return [name for name in self.companions if name.startswith(f"{base_offset:020d}.")]

    def abandon_rewrites(self) -> None:
        for rewrite in list(self.rewrites.values()):
            rewrite.abandon()

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.segments.values()) + sum(map(len, self.companions.values()))


class MemoryRewrite:
    """New content for a segment; it counts against the limit from its first byte."""

    def __init__(self, store: MemoryStore, partition: _Partition, base_offset: int) -> None:
        self.base_offset = base_offset
        self.segment = _Segment()
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
            self._store.give_back(self.segment.size + sum(map(len, self.companions.values())))

    def end(self) -> None:
        """What it holds is the segment's own now, or nobody's."""
        self._is_over = True
        self._partition.rewrites.pop(self.base_offset, None)

    def _check(self) -> None:
        if self._is_over:
            raise StorageError(f"the rewrite of segment {self.base_offset} is over")


class MemoryStore:
    """Everything in this process's memory, up to `max_bytes` if given."""

    survives: Final = False

    def __init__(self, max_bytes: int | None = None) -> None:
        self.on_kept: Callable[[SegmentId, int], None] | None = None
        self.on_offline: Callable[[StorageError], None] | None = None
        self._max_bytes = max_bytes
        self._bytes = 0
        self._partitions: dict[PartitionId, _Partition] = {}
        self._starts: dict[PartitionId, int] = {}
        self._recovery_points: dict[PartitionId, int] = {}

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
        existing = self._made(segment.partition).segments.setdefault(segment.base_offset, _Segment())
        if existing.size:
            raise StorageError(f"{self.name(segment)} exists and holds {existing.size} bytes")

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        self.append_to(self._get(segment), segment, data)
        return True

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        return self._get(segment).read(position, size)

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        self._get(segment)
        return None

    def truncate(self, segment: SegmentId, size: int) -> None:
        kept = self._get(segment)
        if size < kept.size:
            self.give_back(kept.size - size)
            kept.truncate(size)

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
            self.give_back(removed.size)
            for name in partition.companions_of(segment.base_offset):
                self.give_back(len(partition.companions.pop(name)))
        return None

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

    # The end

    def delete_partition(self, partition: PartitionId) -> None:
        self._starts.pop(partition, None)
        self._recovery_points.pop(partition, None)
        removed = self._partitions.pop(partition, None)
        if removed is not None:
            removed.abandon_rewrites()
            self.give_back(removed.bytes)

    def close(self, *, clean: bool) -> None:
        self._partitions.clear()
        self._starts.clear()
        self._recovery_points.clear()
        self._bytes = 0

    # Bytes

    def append_to(self, target: _Segment, name: object, data: Sequence[Buffer]) -> None:
        """Add bytes to a segment within the limit. Raises StoreFull."""
        size = sum(map(len, data))
        self.take(size, name)
        try:
            target.append(data, size)
        except MemoryError:
            self.give_back(size)
            raise StoreFull(f"{self._text(name)}: out of memory") from None

    def take(self, size: int, name: object) -> None:
        """Count bytes that somebody is about to keep. Raises StoreFull."""
        if self._max_bytes is not None and self._bytes + size > self._max_bytes:
            raise StoreFull(f"{self._text(name)}: the memory store is full ({self._max_bytes} bytes)")
        self._bytes += size

    def give_back(self, size: int) -> None:
        self._bytes -= size

    def _text(self, name: object) -> str:
        return self.name(name) if isinstance(name, SegmentId) else str(name)

    def _partition(self, partition: PartitionId) -> _Partition:
        return self._partitions.get(partition) or _Partition()

    def _made(self, partition: PartitionId) -> _Partition:
        return self._partitions.setdefault(partition, _Partition())

    def _get(self, segment: SegmentId) -> _Segment:
        try:
            return self._partitions[segment.partition].segments[segment.base_offset]
        except KeyError:
            raise StorageError(f"{self.name(segment)} does not exist") from None
