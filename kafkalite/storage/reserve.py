"""Space kept back on a volume: what deletes records has to be written down first, also when the disk is full.

Where logs start is stored before segments go. Without a few bytes for that a full disk could not be emptied: neither
DeleteRecords nor retention would ever free anything.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kafkalite.storage.files import BROKEN, FileSystem

RESERVE_FILE: Final = ".kafkalite-reserve"
RESERVE_BYTES: Final = 128 * 1024
"""Enough for the checkpoint of some thousand partitions and its witness."""


class Reserve:
    """The file that takes the space until it is needed."""

    def __init__(self, files: FileSystem, directory: Path) -> None:
        self._files = files
        self._path = directory / RESERVE_FILE
        self._is_there = False

    def lay_in(self) -> None:
        """Take the space, if it has not been taken. That it cannot be had now is no error.

        Raises OSError when the disk is broken.
        """
        if not self._is_there:
            try:
                self._fill()
                self._is_there = True
            except OSError as error:
                if error.errno in BROKEN:
                    raise

    def spend(self) -> bool:
        """Give the space to whoever needs it now; False if there is none. Raises OSError."""
        was_there, self._is_there = self._is_there, False
        if was_there:
            self._files.unlink(self._path)
        return was_there

    def _fill(self) -> None:
        descriptor = self._files.open(self._path, create=True)
        try:
            if self._files.size(descriptor) < RESERVE_BYTES and not self._files.reserve(descriptor, RESERVE_BYTES):
                self._files.write_at(descriptor, (bytes(RESERVE_BYTES),), 0)
        finally:
            os.close(descriptor)
