"""Segments in memory. Nothing survives the process; the promise (the bytes are in memory) is kept at once.

A segment is a list of slabs that double in size up to a megabyte. One append goes into one slab whole, so a fetch of a
few batches is a view of it without a copy; a read that crosses slabs is joined.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kafkalite.storage.segment_store import Buffer, FileSpan, PartitionId, SegmentId, StorageError

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


class MemoryStore:
    """Everything in this process's memory, up to `max_bytes` if given."""

    on_kept: Callable[[SegmentId, int], None] | None = None

    def __init__(self, max_bytes: int | None = None) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._partitions: dict[PartitionId, dict[int, _Segment]] = {}
        self._starts: dict[PartitionId, int] = {}

    def describe(self) -> str:
        return "memory"

    @property
    def directory(self) -> str:
        return "memory"

    def space(self) -> tuple[int, int]:
        return (-1, -1) if self._max_bytes is None else (self._max_bytes, self._max_bytes - self._bytes)

    def name(self, segment: SegmentId) -> str:
        return f"memory segment {segment.partition.topic}-{segment.partition.index} {segment.base_offset}"

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        segments = self._partitions.get(partition, {})
        return [(SegmentId(partition, base), segments[base].size) for base in sorted(segments)]

    def create(self, segment: SegmentId) -> None:
        segments = self._partitions.setdefault(segment.partition, {})
        existing = segments.setdefault(segment.base_offset, _Segment())
        if existing.size:
            raise StorageError(f"{self.name(segment)} exists and holds {existing.size} bytes")

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        size = sum(map(len, data))
        if self._max_bytes is not None and self._bytes + size > self._max_bytes:
            raise StorageError(f"{self.name(segment)}: the memory store is full ({self._max_bytes} bytes)")
        try:
            self._get(segment).append(data, size)
        except MemoryError:
            raise StorageError(f"{self.name(segment)}: out of memory") from None
        self._bytes += size
        return True

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        return self._get(segment).read(position, size)

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        return None

    def truncate(self, segment: SegmentId, size: int) -> None:
        kept = self._get(segment)
        if size < kept.size:
            self._bytes -= kept.size - size
            kept.truncate(size)

    def seal(self, segment: SegmentId) -> None:
        pass

    def appended_ms(self, segment: SegmentId) -> int | None:
        self._get(segment)
        return None

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        self._starts |= starts

    def start_of(self, partition: PartitionId) -> int:
        return self._starts.get(partition, 0)

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        segments = self._partitions.get(segment.partition, {})
        removed = segments.pop(segment.base_offset, None)
        if removed is not None:
            self._bytes -= removed.size
        return None

    def delete_partition(self, partition: PartitionId) -> None:
        self._starts.pop(partition, None)
        for segment in self._partitions.pop(partition, {}).values():
            self._bytes -= segment.size

    def close(self, *, clean: bool) -> None:
        self._partitions.clear()
        self._starts.clear()
        self._bytes = 0

    def opened_clean(self) -> bool:
        return True

    def _get(self, segment: SegmentId) -> _Segment:
        try:
            return self._partitions[segment.partition][segment.base_offset]
        except KeyError:
            raise StorageError(f"{self.name(segment)} does not exist") from None
