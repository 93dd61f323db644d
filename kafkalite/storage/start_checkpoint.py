"""Where logs start, in the file and format that Kafka has for it:

    log-start-offset-checkpoint     0                        the version of the format
                                    2                        how many lines follow
                                    topic 0 17               topic, partition, log start offset
                                    topic 3 5

The file knows names, not topic ids: whoever makes a directory for a new topic must write away the lines of an older one
of the same name first (`settle`), or they would be taken for its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kafkalite.storage import files

CHECKPOINT_FILE: Final = "log-start-offset-checkpoint"
VERSION: Final = "0"

Key = tuple[str, int]
"""Topic and partition."""


class BadCheckpoint(Exception):
    """The file is there and says nothing that could be used; the message says what is wrong with it."""


class StartCheckpoint:
    """The file's content, and the file."""

    def __init__(self, directory: Path) -> None:
        """Read the file if there is one. Raises OSError and BadCheckpoint."""
        self.path = directory / CHECKPOINT_FILE
        self._starts = _read(self.path)
        self._is_settled = True

    def get(self, key: Key) -> int:
        return self._starts.get(key, 0)

    def known(self) -> list[Key]:
        return list(self._starts)

    def keep(self, starts: Mapping[Key, int]) -> None:
        """Store these and all others. Raises OSError, and then nothing has changed."""
        changed = self._starts | dict(starts)
        files.replace(self.path, _text(changed))
        self._starts = changed
        self._is_settled = True

    def forget(self, key: Key) -> None:
        """Drop a line; the file follows with the next `keep` or `settle`."""
        if self._starts.pop(key, None) is not None:
            self._is_settled = False

    def settle(self) -> None:
        """The file forgets what was forgotten. Raises OSError."""
        if not self._is_settled:
            self.keep({})

    def sync(self) -> None:
        """Make the file durable. Raises OSError."""
        self.settle()
        if self.path.exists():
            files.sync(self.path)


def _text(starts: Mapping[Key, int]) -> str:
    lines = [VERSION, str(len(starts))]
    lines += [f"{topic} {index} {start}" for (topic, index), start in starts.items()]
    return "\n".join(lines) + "\n"


def _read(path: Path) -> dict[Key, int]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
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
