"""Several renames of files that belong together."""

from __future__ import annotations

import contextlib
from pathlib import Path

from kafkalite.storage.files import FileSystem


class Renames:
    """Several renames as one: what was done is undone when one of them fails."""

    def __init__(self, files: FileSystem, directory: Path) -> None:
        self._files = files
        self._directory = directory
        self._done: list[tuple[Path, Path]] = []

    def rename(self, name: str, new_name: str) -> None:
        """Raises OSError."""
        source, target = self._directory / name, self._directory / new_name
        self._files.rename(source, target)
        self._done.append((source, target))

    def rename_if_there(self, name: str, new_name: str) -> None:
        """Raises OSError, but not for a file that somebody took away."""
        with contextlib.suppress(FileNotFoundError):
            self.rename(name, new_name)

    def undo(self) -> None:
        """Give everything its old name again. Raises OSError, and then it is neither the old nor the new."""
        while self._done:
            source, target = self._done[-1]
            self._files.rename(target, source)
            self._done.pop()
