"""The bytes of a segment in memory: a list of slabs that double in size up to a megabyte.

One append goes into one slab whole, so a fetch of a few batches is a view of it without a copy; a read that crosses
slabs is joined.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from kafkalite.storage.segment_store import Buffer

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

    def release_unused(self) -> int:
        """Give back what will not be filled, unless a reader holds the slab; return how many bytes that was."""
        before = len(self.data)
        self.view.release()
        try:
            del self.data[self.used :]
        except BufferError:
            pass
        finally:
            self.view = memoryview(self.data).toreadonly()
        return before - len(self.data)


class MemorySegment:
    """Slabs one after the other, `allocated` bytes for `size` of content."""

    __slots__ = ("_slabs", "_starts", "allocated", "size")

    def __init__(self) -> None:
        self.size = 0
        self.allocated = 0
        self._slabs: list[_Slab] = []
        self._starts: list[int] = []

    def append(self, data: Sequence[Buffer], size: int) -> bool:
        """Add `size` bytes; False if the last slab does not take them: then it has to `grow` first."""
        slabs = self._slabs
        if not slabs or size > len(slabs[-1].data) - slabs[-1].used:
            return False
        slab = slabs[-1]
        position = slab.used
        for part in data:
            end = position + len(part)
            slab.data[position:end] = part
            position = end
        slab.used = position
        self.size += size
        return True

    def grow(self, size: int, room: int | None) -> None:
        """Begin a slab that takes `size`, not larger than the `room` if it can be.

        Raises MemoryError, and then nothing has changed.
        """
        capacity = min(2 * len(self._slabs[-1].data), LARGEST_SLAB) if self._slabs else SMALLEST_SLAB
        if room is not None:
            capacity = min(capacity, room)
        slab = _Slab(self.size, max(capacity, size))
        if self._slabs:
            self.allocated -= self._slabs[-1].release_unused()
        self._slabs.append(slab)
        self._starts.append(slab.start)
        self.allocated += len(slab.data)

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
            self.allocated -= len(self._slabs[-1].data)
            del self._slabs[-1], self._starts[-1]
        if self._slabs:
            cut = self._slabs[-1]
            slab = _Slab(cut.start, size - cut.start)  # a reader may hold what is cut off: never write over it
            slab.data[:] = cut.view[: len(slab.data)]
            slab.used = len(slab.data)
            self.allocated -= len(cut.data) - len(slab.data)
            self._slabs[-1] = slab
        self.size = size
