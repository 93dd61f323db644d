"""A number per partition, in the file and format that Kafka has for it:

    0                        the version of the format
    2                        how many lines follow
    topic 0 17               topic, partition, offset
    topic 3 5

The file knows names, not topic ids: whoever makes a directory for a new topic must write away the lines of an older one
of the same name first (`settle`), or they would be taken for its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kafkalite.storage.files import FileSystem

STARTS_FILE: Final = "log-start-offset-checkpoint"
RECOVERY_POINTS_FILE: Final = "recovery-point-offset-checkpoint"
VERSION: Final = "0"

Key = tuple[str, int]
"""Topic and partition."""


class BadCheckpoint(Exception):
    """The file is there and says nothing that could be used; the message says what is wrong with it."""


class Checkpoint:
    """The file's content, and the file."""

    def __init__(self, files: FileSystem, path: Path) -> None:
        """Read the file if there is one. Raises OSError and BadCheckpoint."""
        self.path = path
        self._files = files
        self._offsets = _read(files, path)
        self._is_settled = True
        self._is_synced = True

    def get(self, key: Key) -> int:
        return self._offsets.get(key, 0)

    def known(self) -> list[Key]:
        return list(self._offsets)

    def keep(self, offsets: Mapping[Key, int]) -> None:
        """Store these and all others. Raises OSError, and then nothing has changed."""
        changed = self._offsets | dict(offsets)
        self._files.replace(self.path, _text(changed).encode())
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
        return [self.path]


def _text(offsets: Mapping[Key, int]) -> str:
    lines = [VERSION, str(len(offsets))]
    lines += [f"{topic} {index} {offset}" for (topic, index), offset in offsets.items()]
    return "\n".join(lines) + "\n"


def _read(files: FileSystem, path: Path) -> dict[Key, int]:
    try:
        lines = files.read(path).decode().splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise BadCheckpoint("it is not text") from None
    if not lines:
        return {}  # so Kafka makes the file, before it has anything to write
    if lines[:1] != [VERSION]:
        raise BadCheckpoint(f"line 1 is not the version {VERSION}")
    if lines[1:2] != [str(len(lines) - 2)]:
        raise BadCheckpoint(f"line 2 does not say that {len(lines) - 2} lines follow")
    return dict(_entry(number, line) for number, line in enumerate(lines[2:], 3))


def _entry(number: int, line: str) -> tuple[Key, int]:
    words = line.split(" ")
    if len(words) != 3 or not (words[1].isdecimal() and words[2].isdecimal()):
        raise BadCheckpoint(f"line {number} is not a topic, a partition and an offset")
    return (words[0], int(words[1])), int(words[2])
