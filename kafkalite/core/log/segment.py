"""One segment: a run of whole batches, its sparse indexes, and what else is known of it.

A segment that this process writes is known as it grows. One that was closed before the start (`Segment.stored`) is not
read at the start: its size and next offset are known, everything else comes from its summary and index files when it
is first asked for (`load`), and the indexes of a complete segment may be let go again (`rest`). Its batches are held
against their checksums and their neighbours once, when they are first read: wrong bytes are an error and never an
answer.

Between two index entries headers are walked; boundaries where readers stopped are remembered, so that a consumer going
on from there is found without a walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kafkalite.core.log import aborted_transactions, producer_snapshot, segment_summary
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.companions import (
    INDEX,
    SNAPSHOT,
    SUMMARY,
    TIME_INDEX,
    TRANSACTION_INDEX,
    Companions,
    File,
    file_name,
)
from kafkalite.core.log.producer_snapshot import Snapshot
from kafkalite.core.log.segment_index import SegmentIndex
from kafkalite.core.log.segment_summary import SegmentSummary
from kafkalite.wire.crc32c import crc32c
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    MAGIC,
    MINIMUM_LENGTH,
    NO_TIMESTAMP,
    BatchHeader,
    Buffer,
    CorruptRecord,
    is_intact,
    read_header,
)

Reader = Callable[[int, int, int], Buffer]
"""read(segment base offset, position, size): up to `size` bytes of the store, fewer at the segment's end."""

_INDEXES: Final = (INDEX, TIME_INDEX, TRANSACTION_INDEX)

WALK_BYTES: Final = 4096
"""One read while walking headers: the usual stretch between two index entries."""

PIECE_BYTES: Final = 256 * 1024
"""One read while whole batches are walked."""

REMEMBERED_BOUNDARIES: Final = 64
"""Readers that go on from where they stopped, per segment, before the oldest has to be walked to again."""


class DamagedSegment(CorruptRecord):
    """Stored bytes are not what was written, at `position` or (`or_before`) in the batch in front of it."""

    def __init__(self, segment_base: int, position: int, reason: str, *, or_before: bool = False) -> None:
        super().__init__(f"{reason} at position {position} of segment {segment_base}")
        self.segment_base = segment_base
        self.position = position
        self.reason = reason
        self.or_before = or_before


class Segment:
    """Batches from `base_offset` up to `next_offset`, `size` bytes."""

    __slots__ = (
        "_boundaries",
        "_companions",
        "_good_from",
        "_good_to",
        "aborted",
        "appended_ms",
        "base_offset",
        "created_ms",
        "first_timestamp",
        "index",
        "is_known",
        "is_loaded",
        "max_timestamp",
        "max_timestamp_offset",
        "next_offset",
        "own_from",
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
        self.max_timestamp_offset = base_offset
        """Last offset of the batch that has it."""
        self.index = SegmentIndex(base_offset)
        self.aborted: list[AbortedTransaction] = []
        """In the order of their markers, which stand in this segment."""
        self.is_known = True
        """Timestamps are here; else `load` brings them."""
        self.is_loaded = True
        """Indexes are here, too."""
        self.own_from = 0
        """Bytes from here on were written or checked by this process; those in front of it only where `verify` was."""
        self._boundaries: dict[int, int] = {}
        self._companions: Companions | None = None
        self._good_from = 0
        self._good_to = 0

    @classmethod
    def stored(cls, base_offset: int, next_offset: int, size: int, companions: Companions, now_ms: int) -> Segment:
        """Return a segment of an earlier process, to be loaded before anything but these numbers is asked."""
        segment = cls(base_offset, now_ms)
        segment.next_offset = next_offset
        segment.size = segment.own_from = size
        segment.is_known = segment.is_loaded = False
        segment._companions = companions
        return segment

    @property
    def dated_ms(self) -> int:
        """When its newest record is from: the largest timestamp, but not later than the last append."""
        return self.appended_ms if self.max_timestamp < 0 else min(self.max_timestamp, self.appended_ms)

    def add(self, base_offset: int, next_offset: int, size: int, max_timestamp: int, index_interval: int) -> None:
        """A batch of `size` bytes, known to be good, stands at the end."""
        position = self.size
        if not position:
            self.first_timestamp = max_timestamp
        if max_timestamp > self.max_timestamp:
            self.max_timestamp = max_timestamp
            self.max_timestamp_offset = next_offset - 1
        self.index.add(next_offset - 1, position, size, index_interval, self.max_timestamp, self.max_timestamp_offset)
        self.next_offset = next_offset
        self.size = position + size

    # What an earlier process left

    def load(self) -> bool:
        """Take in summary and indexes; return whether they fit the segment. If not, it has to be read."""
        assert self._companions is not None
        summary = segment_summary.decode(self._companions.get(file_name(self.base_offset, SUMMARY)) or b"")
        files = {suffix: self._companions.get(file_name(self.base_offset, suffix)) for suffix in _INDEXES}
        checksums = {suffix: crc32c(content) for suffix, content in files.items() if content is not None}
        if summary is None or (summary.size, summary.next_offset, summary.checksums) != (
            self.size,
            self.next_offset,
            checksums,
        ):
            self._companions.unfit(self.base_offset)
            return False
        self.index = SegmentIndex.from_bytes(self.base_offset, files[INDEX] or b"", files[TIME_INDEX] or b"")
        self.aborted = aborted_transactions.decode(files[TRANSACTION_INDEX] or b"")
        self.first_timestamp = summary.first_timestamp
        self.max_timestamp = summary.max_timestamp
        self.max_timestamp_offset = summary.max_timestamp_offset
        self.appended_ms = summary.appended_ms
        self.is_known = self.is_loaded = True
        return True

    def snapshot(self) -> Snapshot | None:
        """Return the producers as they were where the segment begins, None if that is not stored."""
        content = self._companions.get(file_name(self.base_offset, SNAPSHOT)) if self._companions is not None else None
        return None if content is None else producer_snapshot.decode(content)

    def become(self, read_again: Segment) -> None:
        """Take over what reading the segment's batches has found."""
        for name in ("aborted", "first_timestamp", "index", "max_timestamp", "max_timestamp_offset", "own_from"):
            setattr(self, name, getattr(read_again, name))
        self.is_known = self.is_loaded = True
        self._companions = None  # they do not fit

    def may_rest(self, companions: Companions | None) -> None:
        """The segment is complete, and its `files` are stored there; None: it goes on."""
        self._companions = companions

    def rest(self) -> None:
        """Let go of what can be loaded again."""
        if self._companions is not None:
            self.index = SegmentIndex(self.base_offset)
            self.aborted = []
            self._boundaries.clear()
            self.is_loaded = False

    def files(self) -> list[File]:
        """Return the files beside a segment that is complete, the summary last."""
        self.index.add_time(self.max_timestamp, self.max_timestamp_offset)
        contents: dict[str, bytes | None] = {INDEX: self.index.offset_bytes(), TIME_INDEX: self.index.time_bytes()}
        contents[TRANSACTION_INDEX] = aborted_transactions.encode(self.aborted) if self.aborted else None
        summary = SegmentSummary(
            self.size,
            self.next_offset,
            self.first_timestamp,
            self.max_timestamp,
            self.max_timestamp_offset,
            self.appended_ms,
            {suffix: crc32c(content) for suffix, content in contents.items() if content is not None},
        )
        contents[SUMMARY] = segment_summary.encode(summary)
        return [(file_name(self.base_offset, suffix), content) for suffix, content in contents.items()]

    # Walking

    def headers(self, position: int, read: Reader, first_ends: int | None = None) -> Iterator[tuple[int, BatchHeader]]:
        """Yield (position, header) of every batch from the one at `position` on; DamagedSegment where none follows.

        first_ends: the last offset of the first one, where the index knows it.
        """
        window: Buffer = b""
        start = position
        least_offset = self.base_offset
        while position < self.size:
            if position + HEADER_SIZE > start + len(window):
                start = position
                window = read(self.base_offset, start, min(WALK_BYTES, self.size - start))
            if position + HEADER_SIZE > start + len(window):
                raise DamagedSegment(self.base_offset, position, "No record batch")
            header = read_header(window, position - start)
            if header.magic != MAGIC or header.batch_length < MINIMUM_LENGTH or position + header.size > self.size:
                raise DamagedSegment(self.base_offset, position, "No record batch")
            if not least_offset <= header.base_offset <= header.last_offset < self.next_offset:
                overlaps = self.base_offset <= header.base_offset < least_offset
                reason = f"A record batch with offset {header.base_offset}"
                raise DamagedSegment(self.base_offset, position, reason, or_before=overlaps)
            if first_ends is not None and header.last_offset != first_ends:
                reason = f"A record batch that ends at offset {header.last_offset} instead of {first_ends}"
                raise DamagedSegment(self.base_offset, position, reason)
            first_ends = None
            yield position, header
            least_offset = header.last_offset + 1
            position += header.size

    def batches(self, read: Reader) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Yield (header, bytes) of every batch, read in large pieces."""
        for _, header, batch in self.batches_from(0, read):
            yield header, batch

    def batches_from(
        self, position: int, read: Reader, piece_bytes: int = PIECE_BYTES
    ) -> Iterator[tuple[int, BatchHeader, memoryview]]:
        """Yield (position, header, bytes) of every batch from the one at `position` on."""
        piece = memoryview(b"")
        start = position

        def pieces(base_offset: int, wanted: int, size: int) -> Buffer:
            """Serve headers from the piece, which they then need not be read for again."""
            nonlocal piece, start
            if not start <= wanted <= wanted + HEADER_SIZE <= start + len(piece):
                start = wanted
                piece = memoryview(read(base_offset, wanted, min(piece_bytes, self.size - wanted)))
            return piece[wanted - start :]

        for at, header in self.headers(position, pieces):
            if at + header.size > start + len(piece):
                start = at
                piece = memoryview(read(self.base_offset, at, max(piece_bytes, header.size)))
                if len(piece) < header.size:
                    raise DamagedSegment(self.base_offset, at, "The end of the file inside a record batch")
            yield at, header, piece[at - start : at - start + header.size]

    def verify(self, start: int, stop: int, read: Reader) -> int:
        """Return how far the batches in [start, stop) are as they were written, checksums included: `stop`, or less.

        Raises DamagedSegment if the first is not. What was found good is remembered.
        """
        if not self._good_from <= start <= self._good_to:
            self._good_from = self._good_to = start
        target = min(stop, self.own_from)
        if self._good_to < target:
            try:
                for good in self._intact(self._good_to, target, read):
                    self._good_to = good
            except DamagedSegment as damage:
                if not damage.or_before:
                    self._good_to = damage.position
                if self._good_to <= start:
                    raise
        return stop if self._good_to >= target else self._good_to

    def checked(self, offset: int, start: int, stop: int, read: Reader) -> int:
        """Return how far the batches in [start, stop) may be served to a reader of `offset`; DamagedSegment if none.

        Those between the index entry in front of it and `start` were walked to find it, so they have to be good, too.
        """
        good = self.verify(min(start, self.index.before(offset)[0]), stop, read)
        if good < stop and good <= start:
            raise DamagedSegment(self.base_offset, good, "Bytes that are not as they were written")
        return good

    def require(self, start: int, stop: int, read: Reader) -> None:
        """Raise DamagedSegment unless all batches in [start, stop) are as they were written."""
        if start < self.own_from:
            good = self.verify(start, stop, read)
            if good < stop:
                raise DamagedSegment(self.base_offset, good, "Bytes that are not as they were written")

    def _intact(self, position: int, target: int, read: Reader) -> Iterator[int]:
        """Yield how far the batches from `position` on are known to be good, up to `target` at least.

        Only the next header tells whether a batch's offset and epoch are right: the checksum does not cover them.
        """
        epoch = 0
        for at, header, batch in self.batches_from(position, read):
            if header.partition_leader_epoch < epoch:  # this one is wrong or the one in front of it
                raise DamagedSegment(self.base_offset, at, "A record batch of another leader epoch", or_before=True)
            yield at
            if at >= target:
                return
            if not is_intact(batch, header):
                raise DamagedSegment(self.base_offset, at, "A record batch whose checksum does not match")
            epoch = header.partition_leader_epoch
        yield self.size

    # Looking up

    def position_of(self, offset: int, read: Reader) -> int:
        """Return where the batch with `offset` in it begins (in a gap the next one), the size if it is behind all."""
        if offset >= self.next_offset:
            return self.size
        if offset <= self.base_offset:
            return 0
        remembered = self._boundaries.get(offset)
        if remembered is not None:
            return remembered
        begin, ends = self.index.before(offset)
        for position, header in self.headers(begin, read, ends):
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
        stop = max(start, self.index.last_position(start + max_bytes))
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
        if self.max_timestamp < timestamp:
            return
        begin, ends = self.index.before_time(timestamp)
        for position, header in self.headers(begin, read, ends):
            if header.max_timestamp >= timestamp:
                self.require(begin, position + header.size, read)
                yield position, header
        self.require(begin, self.size, read)  # a wrong timestamp would have been passed over

    def last_dated(self, read: Reader) -> tuple[int, BatchHeader]:
        """Return (position, header) of the first batch with the largest timestamp. Raises DamagedSegment."""
        for position, header in self.headers(self.position_of(self.max_timestamp_offset, read), read):
            self.require(position, position + header.size, read)
            return position, header
        raise DamagedSegment(self.base_offset, self.size, f"No record batch that reaches {self.max_timestamp_offset}")
