"""A checksum for a file whose format has none, in a small file of our own beside it, which Kafka ignores.

    log-start-offset-checkpoint.kafkalite    <CRC-32C of what follows, 8 hex digits>
                                             <CRC-32C> <size> <time of the last write, ns>     of the file as it will be
                                             <CRC-32C> <size> <time of the last write, ns>     and as it was before

It is written before the file takes its name, so at every moment one of the two lines is about the file that is there.
A file of the size and time of a line that has another checksum was not written by anybody: the disk has changed it. A
file of another time was written by another program (Apache Kafka, an editor) and is believed. A damaged witness says
nothing.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final, NamedTuple

from kafkalite.storage.files import FileSystem
from kafkalite.wire.crc32c import crc32c

log = logging.getLogger(__name__)

SUFFIX: Final = ".kafkalite"


class Written(NamedTuple):
    """A file as we wrote it."""

    crc: int
    size: int
    modified_ns: int


class Witness:
    """What is known of one file."""

    def __init__(self, files: FileSystem, path: Path) -> None:
        """path: the file that it is about. Raises OSError."""
        self.path = path.with_name(path.name + SUFFIX)
        self._files = files
        self._current: Written | None = None
        self._lines = self._read()

    def has_changed(self, content: bytes, status: tuple[int, int]) -> bool:
        """Whether the file, which has this content and `FileSystem.status`, is not as it was written."""
        about_it = [line for line in self._lines if line[1:] == status]
        found = Written(crc32c(content), *status)
        self._current = found
        return bool(about_it) and found not in about_it

    def expect(self, content: bytes, status: tuple[int, int]) -> None:
        """The file is about to become this. Raises OSError."""
        following = Written(crc32c(content), *status)
        lines = [following] if self._current is None else [following, self._current]
        body = "".join(f"{line.crc:08x} {line.size} {line.modified_ns}\n" for line in lines).encode()
        self._files.replace(self.path, b"%08x\n" % crc32c(body) + body)
        self._lines = lines

    def has_become(self) -> None:
        """The file is what was expected."""
        self._current = self._lines[0]

    def _read(self) -> list[Written]:
        try:
            checksum, _, body = self._files.read(self.path).partition(b"\n")
        except FileNotFoundError:
            return []
        if checksum != b"%08x" % crc32c(body):
            log.warning("%s is damaged: whether the file it is about is, nobody can tell", self.path)
            return []
        lines = (line.split() for line in body.decode().splitlines())
        return [Written(int(crc, 16), int(size), int(modified_ns)) for crc, size, modified_ns in lines]
