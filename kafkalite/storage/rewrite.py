"""New content for a segment on its way: files that end in `.cleaned`, removed again unless a swap renames them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from kafkalite.storage.files import FileSystem
from kafkalite.storage.partition_directory import CLEANED_SUFFIX, OFFSET_DIGITS, PartitionDirectory, log_name
from kafkalite.storage.segment_file import OpenFile
from kafkalite.storage.segment_store import Buffer, StorageError

log = logging.getLogger(__name__)


class DiskRewrite:
    """See `segment_store.Rewrite`."""

    def __init__(
        self,
        files: FileSystem,
        directory: PartitionDirectory,
        base_offset: int,
        failed: Callable[[Path, OSError], StorageError],
    ) -> None:
        """failed: makes a StorageError of an error, and takes the store offline if it has to. Raises OSError."""
        self.size = 0
        self.base_offset = base_offset
        self.names: list[str] = [log_name(base_offset)]
        """The files as they will be called, the log first."""
        self.is_over = False
        """It was swapped in or abandoned."""
        self._files = files
        self._directory = directory
        self._failed = failed
        self._path = self._path_of(self.names[0])
        self._unsynced = {self._path}
        make_room(files, directory, base_offset)
        self._file: OpenFile | None = OpenFile(files.open(self._path, create=True, empty=True))
        directory.rewrites[base_offset] = self

    def append(self, data: Sequence[Buffer]) -> None:
        try:
            self._files.write_at(self._opened().descriptor, data, self.size)
        except OSError as error:
            raise self._failed(self._path, error) from error
        self.size += sum(map(len, data))
        self._unsynced.add(self._path)

    def keep_companion(self, suffix: str, content: Buffer) -> None:
        self._opened()
        name = log_name(self.base_offset)[:OFFSET_DIGITS] + suffix
        path = self._path_of(name)
        if name not in self.names:
            self.names.append(name)
        try:
            self._files.write(path, content)
        except OSError as error:
            raise self._failed(path, error) from error
        self._unsynced.add(path)

    def sync(self) -> None:
        path = self._path
        try:
            for path in sorted(self._unsynced - {self._path}):
                self._files.sync_file(path)
            path = self._path
            self._files.sync(self._opened().descriptor)
            self._files.sync_directory(path.parent)
        except OSError as error:
            raise self._failed(path, error) from error
        self._unsynced = set()

    def abandon(self) -> None:
        if self.is_over:
            return
        self._end()
        self._file = None
        for name in self.names:
            path = self._path_of(name)
            try:
                self._files.unlink(path)
            except OSError as error:
                log.error("%s stays for now: %s", path, error.strerror)
                self._directory.leftovers.add(path.name)

    def let_go(self) -> None:
        """Close the file: not every system renames open ones."""
        assert not self._unsynced, "a rewrite is synced before it is swapped in"
        self._file = None

    def swapped(self) -> None:
        """Its files are the segment's own now."""
        self._end()

    def _end(self) -> None:
        self.is_over = True
        self._directory.rewrites.pop(self.base_offset, None)

    def _opened(self) -> OpenFile:
        file = self._file
        if file is None:
            raise StorageError(f"{self._path}: this rewrite is over")
        return file

    def _path_of(self, name: str) -> Path:
        return self._directory.path / (name + CLEANED_SUFFIX)


def make_room(files: FileSystem, directory: PartitionDirectory, base_offset: int) -> None:
    """Make room for a rewrite. Raises OSError."""
    earlier = directory.rewrites.get(base_offset)
    if earlier is not None:
        earlier.abandon()
    remove_leftovers(files, directory)


def remove_leftovers(files: FileSystem, directory: PartitionDirectory) -> None:
    """Remove what an abandoned rewrite could not. Raises OSError."""
    for name in sorted(directory.leftovers):
        files.unlink(directory.path / name)
        directory.leftovers.discard(name)
