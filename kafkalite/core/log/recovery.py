"""Rebuilding a log from what its store holds.

The store gives segments and sizes and the files beside them. A segment is trusted, and not read, if it was complete,
has a summary, and lies below the recovery point or was closed in order; its files are looked at when it is used.
Producers and leader epochs come from the snapshot where the trusted segments end. All others are read: batches are
streamed through, checksums verified, and put into the log.

A torn tail (the last append, cut short by the end of the process) is reported, for the store to cut it to the last
whole batch. Nothing else is ever cut. Bytes that are no batch but have one behind them, a whole batch that does not
follow its neighbour, anything bad in front of a further segment or after a clean end: that is damage to acknowledged
records, and the log is refused as a whole. Recovering what is left a second time changes nothing.

Behind the recovery point offsets must follow each other without a gap unless the topic is compacted: the checksum
covers neither a batch's offset nor its size nor its epoch, so these are held against their neighbours'.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from kafkalite.core.log import producer_snapshot, segment_summary
from kafkalite.core.log.companions import LEADER_EPOCHS, SNAPSHOT, SUMMARY, Companions, file_name, offset_in
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.partition_log import MAX_RELATIVE_OFFSET, PartitionLog
from kafkalite.core.log.producer_snapshot import Snapshot
from kafkalite.core.log.producer_state import ProducerState
from kafkalite.core.log.segment import DamagedSegment, Reader, Segment
from kafkalite.wire.crc32c import crc32c
from kafkalite.wire.record_batch import (
    CRC_START,
    HEADER_SIZE,
    MAGIC,
    MINIMUM_LENGTH,
    BatchHeader,
    Buffer,
    read_header,
)

CHUNK_BYTES: Final = 1024 * 1024
"""One read while every byte is checked."""

MAGIC_POSITION: Final = 16
PLAUSIBLE_OFFSETS: Final = 1 << 40
"""Offsets that a batch behind a damaged place may be ahead of it; random bytes are further away."""

SMALL_BYTES: Final = 256 * 1024
"""A last segment up to this size is read even after a clean end: that costs no more than the files beside it."""


class DamagedLog(Exception):
    """Stored records are not as they were written. Nothing was changed; the log must not be used."""

    def __init__(self, segment_base: int, position: int, reason: str) -> None:
        super().__init__(segment_base, position, reason)
        self.segment_base = segment_base
        self.position = position
        self.reason = reason


class Cut(NamedTuple):
    """A segment that ends in a torn append, and the size it had before that."""

    segment_base: int
    size: int


class Recovered(NamedTuple):
    """What recovery found to do."""

    cuts: list[Cut]
    read: list[Segment]
    """Complete segments that had to be read: their files are to be stored, and then they are trusted."""
    stale: list[str]
    """Snapshots that stand neither where a segment begins nor at the end."""
    is_closed: bool
    """The files beside the last segment are those of the log's end."""


class _Bad(Exception):
    """Here is no batch that could stand here."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason


def recover(
    log: PartitionLog,
    segments: Sequence[tuple[int, int]],
    read: Reader,
    companions: Companions,
    *,
    clean: bool,
    recovery_point: int,
    now_ms: int,
) -> Recovered:
    """Put the segments (base offset, size; in order) into the empty `log`; return what is to be done.

    clean: the store was closed in order, so a torn tail cannot be.
    recovery_point: everything in front of this offset is as safe as the store can make it.
    Raises DamagedLog, and what `read` and `companions` raise.
    """
    segments = [one for number, one in enumerate(segments, 1) if one[1] or number == len(segments)]
    files = _Files(companions)
    trusted = _trusted(segments, files, clean=clean, recovery_point=recovery_point)
    snapshot = _state(segments, files, trusted)
    while trusted and snapshot is None:
        trusted -= 1
        snapshot = _state(segments, files, trusted)
    ends = [*(base for base, _ in segments[1:]), files.end]
    for (base_offset, size), next_offset in zip(segments[:trusted], ends, strict=False):
        log.restore_stored(base_offset, next_offset, size, companions, now_ms)
    if snapshot is not None:
        log.restore_state(snapshot, now_ms)
    if log.config.compacted:
        log.epochs.hear(companions.get(LEADER_EPOCHS) or b"")
    gapless_from = None if clean or log.config.compacted else recovery_point
    cuts = _read_all(log, segments[trusted:], read, clean=clean, gapless_from=gapless_from, now_ms=now_ms)
    closed_at = files.closed_at(*segments[-1]) if clean and segments else None
    if closed_at not in (None, log.log_end_offset):
        reason = f"the log was closed at offset {closed_at} and now ends at {log.log_end_offset}"
        raise DamagedLog(segments[-1][0], 0, reason)
    if log.segments:
        log.segments.load_last(read)
    complete = [segment for segment in log.segments[trusted:-1] if segment.size]
    return Recovered(cuts, complete, files.stale_snapshots(log), is_closed=closed_at is not None)


class _Files:
    """The files beside the segments, as far as their names say something."""

    def __init__(self, companions: Companions) -> None:
        self._companions = companions
        names = companions.names()
        self.summaries = {offset for name in names if (offset := offset_in(name, SUMMARY)) is not None}
        self.snapshots = {offset for name in names if (offset := offset_in(name, SNAPSHOT)) is not None}
        self.end = max(self.snapshots, default=0)
        """Where the newest snapshot stands: after a clean end, the end of the log."""

    def closed_at(self, base_offset: int, size: int) -> int | None:
        """Return the offset at which the log was closed, None if its last segment is not as it was then."""
        if base_offset not in self.summaries:
            return None
        summary = segment_summary.decode(self._companions.get(file_name(base_offset, SUMMARY)) or b"")
        return summary.next_offset if summary is not None and summary.size == size else None

    def stale_snapshots(self, log: PartitionLog) -> list[str]:
        useful = {segment.base_offset for segment in log.segments} | {log.log_end_offset}
        return [file_name(offset, SNAPSHOT) for offset in sorted(self.snapshots - useful)]

    def snapshot(self, offset: int) -> Snapshot | None:
        content = self._companions.get(file_name(offset, SNAPSHOT))
        return None if content is None else producer_snapshot.decode(content)


def _trusted(segments: Sequence[tuple[int, int]], files: _Files, *, clean: bool, recovery_point: int) -> int:
    """Return how many of the first segments need not be read."""
    count = 0
    for (base_offset, size), (next_base, next_size) in pairwise(segments):
        if base_offset not in files.summaries or not (clean or next_base <= recovery_point):
            return count
        if not next_size and files.closed_at(base_offset, size) != next_base:
            return count  # the first append to the next one failed, and the log went on here
        count += 1
    if clean and segments:
        base_offset, size = segments[-1]
        if size > SMALL_BYTES and files.closed_at(base_offset, size) == files.end:
            count += 1
    return count


def _state(segments: Sequence[tuple[int, int]], files: _Files, trusted: int) -> Snapshot | None:
    """Return producers and leader epochs where the trusted segments end, None if they have to come from batches.

    A snapshot that Kafka wrote knows no epochs: it only helps where nothing is trusted, with the producers whose
    batches are gone.
    """
    if trusted < len(segments):
        snapshot = files.snapshot(segments[trusted][0])
    else:
        snapshot = files.snapshot(files.end) if segments else None
    return snapshot if not trusted or snapshot is None or snapshot.epochs is not None else None


def _read_all(
    log: PartitionLog,
    segments: Sequence[tuple[int, int]],
    read: Reader,
    *,
    clean: bool,
    gapless_from: int | None,
    now_ms: int,
) -> list[Cut]:
    cuts = []
    for number, (base_offset, size) in enumerate(segments):
        is_last = number + 1 == len(segments)
        if not size and base_offset < log.log_end_offset:
            continue  # the first append to it failed, and the log went on in the one before
        if base_offset < log.log_end_offset:
            raise DamagedLog(base_offset, 0, f"the segment in front of it reaches to offset {log.log_end_offset}")
        log.restore_segment(base_offset, now_ms)
        scan = _Scan(log, base_offset, size, read, gapless_from=gapless_from)
        try:
            scan.run(now_ms)
        except _Bad as bad:
            if clean or not is_last or scan.has_batch_from(bad.position):
                raise DamagedLog(base_offset, bad.position, bad.reason) from None
            cuts.append(Cut(base_offset, bad.position))
    return cuts


def read_again(config: LogConfig, segment: Segment, read: Reader) -> Segment:
    """Return what the batches of a complete segment say, whose files do not fit. Raises DamagedSegment."""
    alone = PartitionLog("", config, ProducerState())
    snapshot = segment.snapshot()
    if snapshot is not None:
        alone.restore_state(snapshot, segment.created_ms)
    alone.restore_segment(segment.base_offset, segment.created_ms)
    try:
        _Scan(alone, segment.base_offset, segment.size, read, gapless_from=None).run(segment.created_ms)
    except _Bad as bad:
        raise DamagedSegment(segment.base_offset, bad.position, bad.reason) from None
    if alone.log_end_offset > segment.next_offset:
        raise DamagedSegment(segment.base_offset, 0, "Batches that reach into the next segment")
    return alone.segments[0]


def in_front(segments: Sequence[tuple[int, int]], start_offset: int) -> int:
    """Return how many of the first segments (base offset, size) lie wholly in front of the log start: not to be read.

    An empty segment proves nothing: the first append to it may have failed, and the log gone on in the one before.
    """
    filled = (number for number, (base, size) in enumerate(segments) if size and base <= start_offset)
    return max(filled, default=0)


class _Scan:
    """One segment being read."""

    __slots__ = ("_base_offset", "_gapless_from", "_log", "_read", "_size", "_window", "_window_start")

    def __init__(
        self, log: PartitionLog, base_offset: int, size: int, read: Reader, *, gapless_from: int | None
    ) -> None:
        self._log = log
        self._base_offset = base_offset
        self._size = size
        self._read = read
        self._gapless_from = gapless_from
        self._window: Buffer = b""
        self._window_start = 0

    def run(self, now_ms: int) -> None:
        """Put every batch into the log. Raises _Bad at the first position where there is none though bytes are left."""
        position = 0
        while position < self._size:
            header = self._header_at(position)
            fault = self._fault(header, position)
            if fault is None and self._checksum(position, header.size) != header.crc:
                fault = "a record batch whose checksum does not match"
            if fault is not None:
                raise _Bad(position, fault)
            control = self._bytes_at(position, header.size) if header.is_control else None
            self._log.restore_batch(header, control, now_ms)
            position += header.size

    def _header_at(self, position: int) -> BatchHeader:
        window = self._bytes_at(position, HEADER_SIZE)
        if len(window) < HEADER_SIZE:
            raise _Bad(position, "fewer bytes than the header of a record batch")
        return read_header(window)

    def _bytes_at(self, position: int, size: int) -> memoryview:
        """Return these bytes (fewer at the end of the file), from the window if it has them."""
        start = position - self._window_start
        if start + size > len(self._window):
            self._window = self._read(self._base_offset, position, min(max(CHUNK_BYTES, size), self._size - position))
            self._window_start = position
            start = 0
        return memoryview(self._window)[start : start + size]

    def _fault(self, header: BatchHeader, position: int) -> str | None:
        """Say why the header cannot stand at `position`, None if it can."""
        if header.magic != MAGIC or header.batch_length < MINIMUM_LENGTH or header.last_offset_delta < 0:
            return "bytes that are no record batch"
        if position + header.size > self._size:
            return "a record batch that goes on behind the end of the file"
        expected = self._log.log_end_offset
        if header.base_offset < expected or (header.base_offset > expected and not self._may_skip(expected)):
            return f"a record batch with base offset {header.base_offset} where {expected} comes next"
        if header.last_offset - self._base_offset > MAX_RELATIVE_OFFSET:
            return f"a record batch with base offset {header.base_offset} in a segment of {self._base_offset}"
        if header.partition_leader_epoch < max(self._log.leader_epoch, 0):
            return f"a record batch of leader epoch {header.partition_leader_epoch} behind {self._log.leader_epoch}"
        return None

    def _may_skip(self, offset: int) -> bool:
        return self._gapless_from is None or offset < self._gapless_from

    def _checksum(self, position: int, size: int) -> int:
        """Checksum the batch at `position`, in pieces if it is larger than the window."""
        if size > CHUNK_BYTES:
            return self._checksum_of_file(position + CRC_START, position + size)
        return crc32c(self._bytes_at(position, size)[CRC_START:])

    def _checksum_of_file(self, position: int, end: int) -> int:
        crc = 0
        while position < end:
            piece = self._read(self._base_offset, position, min(CHUNK_BYTES, end - position))
            if not piece:
                raise _Bad(position, "a file that ends in front of its size")
            crc = crc32c(piece, crc)
            position += len(piece)
        return crc

    def has_batch_from(self, position: int) -> bool:
        """Whether a whole batch that belongs to this log stands at `position` or anywhere behind it.

        Batches with lower offsets are no proof: a file system may give the space of an old file to a new one.
        """
        while position + HEADER_SIZE <= self._size:
            chunk = bytes(self._read(self._base_offset, position, min(CHUNK_BYTES, self._size - position)))
            place = chunk.find(MAGIC, MAGIC_POSITION)
            while place >= 0 and place - MAGIC_POSITION + HEADER_SIZE <= len(chunk):
                start = place - MAGIC_POSITION
                if self._is_batch(read_header(chunk, start), position + start):
                    return True
                place = chunk.find(MAGIC, place + 1)
            if len(chunk) < HEADER_SIZE:
                return False
            position += len(chunk) - HEADER_SIZE + 1
        return False

    def _is_batch(self, header: BatchHeader, position: int) -> bool:
        # Where gaps are normal, the last believed offset may itself be the damage.
        end = self._log.log_end_offset
        least = self._base_offset if self._may_skip(end) else end
        return (
            least <= header.base_offset < least + PLAUSIBLE_OFFSETS
            and header.batch_length >= MINIMUM_LENGTH
            and header.last_offset_delta >= 0
            and position + header.size <= self._size
            and self._checksum_of_file(position + CRC_START, position + header.size) == header.crc
        )
