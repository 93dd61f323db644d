"""A number per partition, in the file and format that Kafka has for it:

    0                        the version of the format
    2                        how many lines follow
    topic 0 17               topic, partition, offset
    topic 3 5

The format has no checksum; a witness beside the file knows whether its content is what was written.

The file knows names, not topic ids: whoever makes a directory for a new topic must write away the lines of an older one
of the same name first (`settle`), or they would be taken for its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kafkalite.storage.files import FileSystem
from kafkalite.storage.witness import Witness

STARTS_FILE: Final = "log-start-offset-checkpoint"
RECOVERY_POINTS_FILE: Final = "recovery-point-offset-checkpoint"
CLEANED_FILE: Final = "cleaner-offset-checkpoint"
VERSION: Final = "0"

Key = tuple[str, int]
"""Topic and partition."""


class _Damaged(Exception):
    """The file says nothing that could be used; the message says what is wrong with it."""


class Checkpoint:
    """The file's content, and the file."""

    def __init__(self, files: FileSystem, path: Path) -> None:
        """Read the file if there is one. Raises OSError."""
        self.path = path
        self.damage = ""
        """What is wrong with the file, if nothing of it can be used; then there are no numbers."""
        self._files = files
        self._witness = Witness(files, path)
        self._offsets: dict[Key, int] = {}
        self._is_settled = True
        self._is_synced = True
        try:
            self._offsets = self._read()
        except _Damaged as problem:
            self.damage = str(problem)

    def get(self, key: Key) -> int:
        return self._offsets.get(key, 0)

    def known(self) -> list[Key]:
        return list(self._offsets)

    def keep(self, offsets: Mapping[Key, int]) -> None:
        """Store these and all others. Raises OSError, and then nothing has changed."""
        changed = self._offsets | dict(offsets)
        content = _text(changed).encode()
        with self._files.replacement(self.path) as temporary:
            self._files.write(temporary, content)
            self._witness.expect(content, self._files.status(temporary))
        self._witness.has_become()
        self._offsets = changed
        self._is_settled = True
        self._is_synced = False

    def forget(self, key: Key) -> None:
        """Drop a line; the file follows with the next `keep` or `settle`."""
        if self._offsets.pop(key, None) is not None:
            self._is_settled = False

    def settle(self) -> None:
        """The file forgets what was forgotten. Raises OSError."""
        if not self._is_settled:
            self.keep({})

    def unsynced(self) -> list[Path]:
        """Return the files that were written since this was last asked."""
        if self._is_synced:
            return []
        self._is_synced = True
        return [self.path, self._witness.path]

    def _read(self) -> dict[Key, int]:
        try:
            content = self._files.read(self.path)
            if self._witness.has_changed(content, self._files.status(self.path)):
                raise _Damaged("its content is not what was written (the checksum differs), though nobody wrote to it")
        except FileNotFoundError:
            return {}
        return _parse(content)


def _text(offsets: Mapping[Key, int]) -> str:
    lines = [VERSION, str(len(offsets))]
    lines += [f"{topic} {index} {offset}" for (topic, index), offset in offsets.items()]
    return "\n".join(lines) + "\n"


def _parse(content: bytes) -> dict[Key, int]:
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        raise _Damaged("it is not text") from None
    if not lines:
        return {}  # so Kafka makes the file, before it has anything to write
    if lines[:1] != [VERSION]:
        raise _Damaged(f"line 1 is not the version {VERSION}")
    if lines[1:2] != [str(len(lines) - 2)]:
        raise _Damaged(f"line 2 does not say that {len(lines) - 2} lines follow")
    return dict(_entry(number, line) for number, line in enumerate(lines[2:], 3))


def _entry(number: int, line: str) -> tuple[Key, int]:
    words = line.split(" ")
    if len(words) != 3 or not (words[1].isdecimal() and words[2].isdecimal()):
        raise _Damaged(f"line {number} is not a topic, a partition and an offset")
    return (words[0], int(words[1])), int(words[2])
