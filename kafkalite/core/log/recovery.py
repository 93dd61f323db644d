"""Rebuilding a log from what its store holds.

The store gives segments and sizes; headers are streamed through and put into the log, one segment after the other.
After an unclean end every checksum is verified, and a torn tail (the last append, cut short by the end of the process)
is reported, for the store to cut it to the last whole batch. Nothing else is ever cut. Bytes that are no batch but have
one behind them, a whole batch that does not follow its neighbour, anything bad in front of a further segment or after
a clean end: that is damage to acknowledged records, and the log is refused as a whole. Recovering what is left a second
time changes nothing.

Offsets must follow each other without a gap unless the topic is compacted: the checksum covers neither a batch's offset
nor its size nor its epoch, so these are held against their neighbours'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kafkalite.core.log.partition_log import PartitionLog
from kafkalite.core.log.segment import Reader
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

HEADER_CHUNK_BYTES: Final = 64 * 1024
"""One read while only headers count; behind a batch larger than a quarter of it, only the next header is read."""


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


class _Bad(Exception):
    """Here is no batch that could stand here."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason


def recover(
    log: PartitionLog, segments: Sequence[tuple[int, int]], read: Reader, *, clean: bool, now_ms: int
) -> list[Cut]:
    """Put the segments (base offset, size; in order) into the empty `log`; return what the store must cut off.

    `clean`: the store was closed in order, so headers are believed and a torn tail cannot be.
    Raises DamagedLog, and what `read` raises.
    """
    cuts = []
    for number, (base_offset, size) in enumerate(segments):
        if not size and (number + 1 < len(segments) or base_offset < log.log_end_offset):
            continue  # the first append to it failed, and the log went on elsewhere
        if base_offset < log.log_end_offset:
            raise DamagedLog(base_offset, 0, f"the segment in front of it reaches to offset {log.log_end_offset}")
        log.restore_segment(base_offset, now_ms)
        scan = _Scan(log, base_offset, size, read, check_crc=not clean)
        try:
            scan.run(now_ms)
        except _Bad as bad:
            if clean or number + 1 < len(segments) or scan.has_batch_from(bad.position):
                raise DamagedLog(base_offset, bad.position, bad.reason) from None
            cuts.append(Cut(base_offset, bad.position))
    return cuts


def in_front(segments: Sequence[tuple[int, int]], start_offset: int) -> int:
    """Return how many of the first segments (base offset, size) lie wholly in front of the log start: not to be read.

    An empty segment proves nothing: the first append to it may have failed, and the log gone on in the one before.
    """
    filled = (number for number, (base, size) in enumerate(segments) if size and base <= start_offset)
    return max(filled, default=0)


class _Scan:
    """One segment being read."""

    __slots__ = ("_base_offset", "_check_crc", "_gaps", "_log", "_read", "_size", "_window", "_window_start")

    def __init__(self, log: PartitionLog, base_offset: int, size: int, read: Reader, *, check_crc: bool) -> None:
        self._log = log
        self._base_offset = base_offset
        self._size = size
        self._read = read
        self._check_crc = check_crc
        self._gaps = log.config.compacted
        self._window: Buffer = b""
        self._window_start = 0

    def run(self, now_ms: int) -> None:
        """Put every batch into the log. Raises _Bad at the first position where there is none though bytes are left."""
        position = 0
        while position < self._size:
            header = self._header_at(position)
            fault = self._fault(header, position)
            if fault is None and self._check_crc and self._checksum(position, header.size) != header.crc:
                fault = "a record batch whose checksum does not match"
            if fault is not None:
                raise _Bad(position, fault)
            self._log.restore_batch(header, now_ms)
            position += header.size

    def _header_at(self, position: int) -> BatchHeader:
        start = position - self._window_start
        if start + HEADER_SIZE > len(self._window):
            if self._check_crc:
                size = CHUNK_BYTES
            else:  # from large batches only the headers are wanted
                size = HEADER_CHUNK_BYTES if start < HEADER_CHUNK_BYTES // 4 + len(self._window) else HEADER_SIZE
            self._window = self._read(self._base_offset, position, min(size, self._size - position))
            self._window_start = position
            start = 0
        if len(self._window) - start < HEADER_SIZE:
            raise _Bad(position, "fewer bytes than the header of a record batch")
        return read_header(self._window, start)

    def _fault(self, header: BatchHeader, position: int) -> str | None:
        """Say why the header cannot stand at `position`, None if it can."""
        if header.magic != MAGIC or header.batch_length < MINIMUM_LENGTH or header.last_offset_delta < 0:
            return "bytes that are no record batch"
        if position + header.size > self._size:
            return "a record batch that goes on behind the end of the file"
        expected = self._log.log_end_offset
        if header.base_offset < expected or (header.base_offset > expected and not self._gaps):
            return f"a record batch with base offset {header.base_offset} where {expected} comes next"
        if header.partition_leader_epoch < max(self._log.leader_epoch, 0):
            return f"a record batch of leader epoch {header.partition_leader_epoch} behind {self._log.leader_epoch}"
        return None

    def _checksum(self, position: int, size: int) -> int:
        """Checksum the batch at `position`, in pieces if it is larger than the window."""
        start = position - self._window_start
        if start + size > len(self._window) and size <= CHUNK_BYTES:
            self._window = self._read(self._base_offset, position, min(CHUNK_BYTES, self._size - position))
            self._window_start = position
            start = 0
        if start + size <= len(self._window):
            return crc32c(memoryview(self._window)[start + CRC_START : start + size])
        return self._checksum_of_file(position + CRC_START, position + size)

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
        least = self._base_offset if self._gaps else self._log.log_end_offset
        return (
            least <= header.base_offset < least + PLAUSIBLE_OFFSETS
            and header.batch_length >= MINIMUM_LENGTH
            and header.last_offset_delta >= 0
            and position + header.size <= self._size
            and self._checksum_of_file(position + CRC_START, position + header.size) == header.crc
        )
