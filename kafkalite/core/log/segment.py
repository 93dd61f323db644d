"""One segment: a run of whole batches, and the sparse index that finds them again.

    index entry    offset | position | largest timestamp of all batches in front of the next entry
    every          index.interval.bytes of batches, and at the segment's first batch

Timestamps only grow along the entries, so the first entry that reaches a time is the one whose stretch holds the first
batch that does. Between two entries headers are walked; boundaries where readers stopped are remembered, so that a
consumer going on from there is found without a walk.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    MAGIC,
    MINIMUM_LENGTH,
    NO_TIMESTAMP,
    BatchHeader,
    Buffer,
    CorruptRecord,
    read_header,
)

Reader = Callable[[int, int, int], Buffer]
"""read(segment base offset, position, size): up to `size` bytes of the store, fewer at the segment's end."""

WALK_BYTES: Final = 4096
"""One read while walking headers: the usual stretch between two index entries."""

PIECE_BYTES: Final = 256 * 1024
"""One read while whole batches are walked."""

REMEMBERED_BOUNDARIES: Final = 64
"""Readers that go on from where they stopped, per segment, before the oldest has to be walked to again."""


class Segment:
    """Batches from `base_offset` up to `next_offset`, `size` bytes."""

    __slots__ = (
        "_boundaries",
        "_max_timestamps",
        "_offsets",
        "_positions",
        "appended_ms",
        "base_offset",
        "created_ms",
        "first_timestamp",
        "max_timestamp",
        "max_timestamp_position",
        "next_offset",
        "size",
    )

    def __init__(self, base_offset: int, created_ms: int) -> None:
        self.base_offset = base_offset
        self.next_offset = base_offset
        self.size = 0
        self.created_ms = created_ms
        self.appended_ms = created_ms
        """When something was last appended."""
        self.first_timestamp = NO_TIMESTAMP
        self.max_timestamp = NO_TIMESTAMP
        self.max_timestamp_position = 0
        self._offsets = array("q")
        self._positions = array("q")
        self._max_timestamps = array("q")
        self._boundaries: dict[int, int] = {}

    @property
    def dated_ms(self) -> int:
        """When its newest record is from: the largest timestamp, but not later than the last append."""
        return self.appended_ms if self.max_timestamp < 0 else min(self.max_timestamp, self.appended_ms)

    def add(self, base_offset: int, next_offset: int, size: int, max_timestamp: int, index_interval: int) -> None:
        """A batch of `size` bytes was stored at the end."""
        position = self.size
        if not position or position - self._positions[-1] > index_interval:
            self._offsets.append(base_offset)
            self._positions.append(position)
            self._max_timestamps.append(self.max_timestamp)
        if not position:
            self.first_timestamp = max_timestamp
        if max_timestamp > self.max_timestamp:
            self.max_timestamp = max_timestamp
            self.max_timestamp_position = position
            self._max_timestamps[-1] = max_timestamp
        self.next_offset = next_offset
        self.size = position + size

    def headers(self, position: int, read: Reader) -> Iterator[tuple[int, BatchHeader]]:
        """Yield (position, header) of every batch from the one at `position` on; CorruptRecord where none begins."""
        window: Buffer = b""
        start = position
        while position < self.size:
            if position + HEADER_SIZE > start + len(window):
                start = position
                window = read(self.base_offset, start, min(WALK_BYTES, self.size - start))
            header = read_header(window, position - start)
            if header.magic != MAGIC or header.batch_length < MINIMUM_LENGTH or position + header.size > self.size:
                raise CorruptRecord(f"No record batch at position {position} of segment {self.base_offset}")
            yield position, header
            position += header.size

    def batches(self, read: Reader) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Yield (header, bytes) of every batch, read in large pieces."""
        piece = memoryview(b"")
        start = 0
        for position, header in self.headers(0, read):
            if position + header.size > start + len(piece):
                start = position
                piece = memoryview(read(self.base_offset, start, max(PIECE_BYTES, header.size)))
                if len(piece) < header.size:
                    raise CorruptRecord(f"Segment {self.base_offset} ends behind position {start}")
            yield header, piece[position - start : position - start + header.size]

    def position_of(self, offset: int, read: Reader) -> int:
        """Return where the batch with `offset` in it begins (in a gap the next one), the size if it is behind all."""
        if offset >= self.next_offset:
            return self.size
        place = bisect_right(self._offsets, offset) - 1
        if place < 0:
            return 0
        if self._offsets[place] == offset:
            return self._positions[place]
        remembered = self._boundaries.get(offset)
        if remembered is not None:
            return remembered
        for position, header in self.headers(self._positions[place], read):
            if header.last_offset >= offset:
                return position
        return self.size

    def remember(self, offset: int, position: int) -> None:
        """The batch that begins (or will begin) with `offset` stands at `position`."""
        boundaries = self._boundaries
        if offset not in boundaries and len(boundaries) >= REMEMBERED_BOUNDARIES:
            del boundaries[next(iter(boundaries))]
        boundaries[offset] = position

    def fit(self, start: int, end: int, max_bytes: int, at_least_one: bool, read: Reader) -> int:
        """Return the end of the whole batches from `start` that fit into `max_bytes` and in front of `end`.

        Exact to the batch, unless an index entry comes as close as an eighth of `max_bytes`: that needs no walk.
        """
        if end - start <= max_bytes:
            return end
        stop = max(start, self._positions[bisect_right(self._positions, start + max_bytes) - 1])
        if stop > start and start + max_bytes - stop <= max_bytes // 8:
            return stop
        for position, header in self.headers(stop, read):
            batch_end = position + header.size
            if batch_end - start > max_bytes and not (at_least_one and position == start):
                break
            stop = batch_end
            self.remember(header.last_offset + 1, stop)
        return stop

    def first_at(self, timestamp: int, read: Reader) -> Iterator[tuple[int, BatchHeader]]:
        """Yield (position, header) of the batches that reach `timestamp`, in offset order."""
        place = bisect_left(self._max_timestamps, timestamp)
        if place == len(self._max_timestamps):
            return
        for position, header in self.headers(self._positions[place], read):
            if header.max_timestamp >= timestamp:
                yield position, header
