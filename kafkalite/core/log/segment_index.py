"""A segment's sparse indexes, in memory and as Kafka's files.

    .index       { relative offset i32 | position i32 } ...    a batch's last offset, and where that batch begins
    .timeindex   { timestamp i64 | relative offset i32 } ...   the largest timestamp so far, and the last offset of the
                                                               batch that brought it; both only grow

A batch gets an entry when more than `index.interval.bytes` came since the last entry; the time index one beside it if
the largest timestamp has grown, and one more when the segment is closed, so that its last entry tells the largest.
Offsets are relative to the segment's base offset. The first batch has no entry: whatever is in front of all entries
begins at position 0.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from struct import Struct
from typing import Final

from kafkalite.wire.record_batch import NO_TIMESTAMP

ENTRY_BYTES: Final = 8
TIME_ENTRY_BYTES: Final = 12

_TIME_ENTRY: Final = Struct(">qi")
_SWAPS: Final = array("i", [1]).tobytes()[0] == 1
"""Whether this machine writes numbers the other way round."""


class SegmentIndex:
    """Where batches stand, by offset and by time."""

    __slots__ = ("_base_offset", "_offsets", "_positions", "_since_entry", "_time_offsets", "_timestamps")

    def __init__(self, base_offset: int) -> None:
        self._base_offset = base_offset
        self._offsets = array("i")
        self._positions = array("i")
        self._timestamps = array("q")
        self._time_offsets = array("i")
        self._since_entry = 0

    def __len__(self) -> int:
        return len(self._offsets)

    def add(
        self, last_offset: int, position: int, size: int, interval: int, max_timestamp: int, max_offset: int
    ) -> None:
        """A batch stands at `position`. max_timestamp, max_offset: the largest timestamp so far, this batch included,
        and the last offset of the batch that has it."""
        if self._since_entry > interval:
            self._offsets.append(last_offset - self._base_offset)
            self._positions.append(position)
            self.add_time(max_timestamp, max_offset)
            self._since_entry = 0
        self._since_entry += size

    def add_time(self, max_timestamp: int, max_offset: int) -> None:
        """Note the largest timestamp so far, if it has grown."""
        if max_timestamp > (self._timestamps[-1] if self._timestamps else NO_TIMESTAMP):
            self._timestamps.append(max_timestamp)
            self._time_offsets.append(max_offset - self._base_offset)

    def is_full(self, limit_bytes: int) -> bool:
        """Whether no more entries may come (segment.index.bytes)."""
        limit = limit_bytes // ENTRY_BYTES
        return len(self._offsets) >= limit or len(self._timestamps) >= limit_bytes // TIME_ENTRY_BYTES - 1

    def before(self, offset: int) -> tuple[int, int | None]:
        """Return (position, last offset) of a known batch that ends at `offset` or in front of it: walk on from there.

        Without one it is the segment's first batch, whose last offset is not known.
        """
        return self._entry(bisect_right(self._offsets, offset - self._base_offset) - 1)

    def _entry(self, place: int) -> tuple[int, int | None]:
        return (self._positions[place], self._base_offset + self._offsets[place]) if place >= 0 else (0, None)

    def last_position(self, limit: int) -> int:
        """Return the largest known beginning of a batch up to position `limit`."""
        place = bisect_right(self._positions, limit) - 1
        return self._positions[place] if place >= 0 else 0

    def offset_behind(self, position: int) -> int | None:
        """Return the last offset of the first known batch that begins at `position` or behind it."""
        place = bisect_left(self._positions, position)
        return self._base_offset + self._offsets[place] if place < len(self._offsets) else None

    def before_time(self, timestamp: int) -> tuple[int, int | None]:
        """Return the same of a batch in front of which none reaches `timestamp`."""
        place = bisect_left(self._timestamps, timestamp) - 1
        return self.before(self._base_offset + self._time_offsets[place]) if place >= 0 else (0, None)

    # Files

    def offset_bytes(self) -> bytes:
        """Return the content of the `.index` file."""
        pairs = array("i", bytes(ENTRY_BYTES * len(self._offsets)))
        pairs[0::2] = self._offsets
        pairs[1::2] = self._positions
        return _big_endian(pairs)

    def time_bytes(self) -> bytes:
        """Return the content of the `.timeindex` file."""
        return b"".join(map(_TIME_ENTRY.pack, self._timestamps, self._time_offsets))

    @classmethod
    def from_bytes(cls, base_offset: int, offset_bytes: bytes, time_bytes: bytes) -> SegmentIndex:
        """Return the index that these files hold, which are known to be as they were written."""
        index = cls(base_offset)
        pairs = array("i", offset_bytes)
        if _SWAPS:
            pairs.byteswap()
        index._offsets = pairs[0::2]
        index._positions = pairs[1::2]
        for timestamp, offset in _TIME_ENTRY.iter_unpack(time_bytes):
            index._timestamps.append(timestamp)
            index._time_offsets.append(offset)
        return index


def _big_endian(numbers: array[int]) -> bytes:
    if _SWAPS:
        numbers.byteswap()
    return numbers.tobytes()
