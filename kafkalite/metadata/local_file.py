"""Metadata in one file of the data directory, for one broker.

One line per append, so that a batch of records is there as a whole or not at all:

    <CRC-32C of what follows, 8 hex digits> <revision before this batch> <JSON list of records>\\n

Every append is one write and one fsync: metadata is rare and precious. A crash in the middle of a write leaves a torn
last line, which nobody was told about; it is cut at the next start. Damage anywhere else refuses the start, because a
broker that forgot a topic would delete the topic's data.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import trio

from kafkalite.metadata.metadata_store import MetadataRecord, RevisionConflict
from kafkalite.metadata.watching import Growth
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.crc32c import crc32c

log = logging.getLogger(__name__)

FILE_NAME = "cluster-metadata.log"

_CHECKSUM_SIZE = len("01234567 ")
_to_json = json.JSONEncoder(separators=(",", ":")).encode


class LocalFileMetadata:
    """The file `cluster-metadata.log`. Whoever opens it must hold the data directory's lock."""

    def __init__(self, directory: Path) -> None:
        """Open the file, creating it if it is not there. Raises StorageError."""
        self.path = directory / FILE_NAME
        self._growth = Growth()
        self._appending = trio.Lock()
        self._loaded = False
        self._size = 0
        self._broken: str | None = None
        self.on_broken: Callable[[str], None] | None = None
        """Called with the reason when nothing can be stored any more until the next start."""
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            _sync_directory(directory)
        except OSError as problem:
            raise StorageError(f"{self.path} cannot be opened: {problem.strerror}") from problem

    async def load(self) -> tuple[int, list[MetadataRecord]]:
        data = self._read()
        records, size = _parse(self.path, data)
        if size < len(data):
            log.warning("%s ends in %d bytes of an unfinished write; they are cut", self.path, len(data) - size)
            self._truncate(size)
        self._size = size
        self._loaded = True
        self._growth.reach(len(records))
        return len(records), records

    async def append(self, records: Sequence[MetadataRecord], after: int) -> int:
        async with self._appending:
            if not self._loaded:
                await self.load()
            if after != self._growth.revision:
                raise RevisionConflict(f"the newest revision is {self._growth.revision}, not {after}")
            if self._broken is not None:
                raise StorageError(self._broken)
            line = _line(after, records)
            try:
                await trio.to_thread.run_sync(
                    self._write, line
                )  # a cancelled request lets this finish and is told the outcome
            except StorageError:
                if self._broken is not None and self.on_broken is not None:
                    self.on_broken(self._broken)
                raise
            self._size += len(line)
            self._growth.reach(after + len(records))
            return self._growth.revision

    async def watch(self, after: int) -> AsyncIterator[tuple[int, list[MetadataRecord]]]:
        while True:
            await self._growth.beyond(after)
            records = _parse(self.path, self._read()[: self._size])[0][after:]
            after += len(records)
            yield after, records

    def close(self) -> None:
        os.close(self._file)

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as problem:
            raise StorageError(f"{self.path} cannot be read: {problem.strerror}") from problem

    def _write(self, line: bytes) -> None:
        """Write and sync. After a failed sync nobody knows what the disk holds: from then on nothing is written any
        more.
        """
        try:
            os.lseek(self._file, self._size, os.SEEK_SET)
            written = os.write(self._file, line)
        except OSError as problem:
            self._undo()
            raise StorageError(f"{self.path} cannot be written: {problem.strerror}") from problem
        if written < len(line):
            self._undo()
            raise StorageError(f"{self.path} cannot be written: the disk took {written} of {len(line)} bytes")
        try:
            os.fsync(self._file)
        except OSError as problem:
            self._broken = (
                f"{self.path} cannot be synced to disk ({problem.strerror}); restart the broker when the disk is well"
            )
            raise StorageError(self._broken) from problem

    def _undo(self) -> None:
        try:
            self._truncate(self._size)
        except StorageError as problem:
            self._broken = str(problem)

    def _truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
            os.fsync(self._file)
        except OSError as problem:
            raise StorageError(f"{self.path} cannot be cut to {size} bytes: {problem.strerror}") from problem


def _line(revision: int, records: Sequence[MetadataRecord]) -> bytes:
    body = f"{revision} {_to_json(list(records))}".encode()
    return b"%08x %s\n" % (crc32c(body), body)


def _parse(path: Path, data: bytes) -> tuple[list[MetadataRecord], int]:
    """Return the records and the size of the file up to the last whole line. Raises StorageError on damage."""
    records: list[MetadataRecord] = []
    size = 0
    for number, line in enumerate(_lines(data), start=1):
        batch = _batch(line, len(records))
        if batch is not None:
            records += batch
            size += len(line)
        elif size + len(line) == len(data) and _is_torn(line):
            break
        else:
            raise StorageError(
                f"{path}, line {number} (byte {size}): the cluster metadata is damaged. Restore this file from a copy; "
                f"starting without it would lose the topics it names"
            )
    return records, size


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def _is_torn(line: bytes) -> bool:
    """Return whether a bad last line is what a crash leaves: short of its end, or with pages that were never written.

    A line of full length without such holes was whole once, and acknowledged: then it is damage.
    """
    return not line.endswith(b"\n") or b"\0" in line


def _batch(line: bytes, revision: int) -> list[MetadataRecord] | None:
    """Return the records of an intact line that follows `revision` records, else None."""
    checksum, body = line[:_CHECKSUM_SIZE], line[_CHECKSUM_SIZE:-1]
    if not line.endswith(b"\n") or checksum != b"%08x " % crc32c(body):
        return None
    before, _, text = body.partition(b" ")
    if before != b"%d" % revision:
        return None
    batch: list[MetadataRecord] = json.loads(text)
    return batch


def _sync_directory(directory: Path) -> None:
    """Make the new file's name durable; Windows neither needs nor allows this."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
