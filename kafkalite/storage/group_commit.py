"""Group commit: whatever asks to be synced while a sync is under way goes into the next one, all of it in one pass.

Decisions are made in the store's own thread, so nothing here is locked. A pass is a list of files and directories; only
the system calls on them run in the background. Files that are not open are opened there, one at a time.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from kafkalite.storage.background import Background
from kafkalite.storage.files import TRANSIENT, FileSystem
from kafkalite.storage.partition_directory import PartitionDirectory
from kafkalite.storage.segment_file import SegmentFile

T = TypeVar("T")

MANY: Final = 32
"""Below this number of syncs, threads for them would cost more than they save."""

AT_A_TIME: Final = 16
"""Syncs under way together: 2,000 new partitions are closed in half the time."""

RETRY_SECONDS: Final = 0.5
"""After this a pass that could not open a file (too many are open) begins again: nothing of it had been synced."""


class Pass:
    """What is made safe together."""

    __slots__ = ("directories", "files", "segments", "vanished")

    def __init__(self) -> None:
        self.segments: dict[SegmentFile, int] = {}
        """What to tell when it is done: how many bytes of which segment."""
        self.files: dict[Path, None] = {}
        self.directories: dict[Path, None] = {}
        self.vanished: list[SegmentFile] = []
        """Whose file was not there: fine if the segment is gone, too."""

    def take_back(self, earlier: Pass) -> None:
        """What could not be begun is asked for again."""
        self.segments = {**earlier.segments, **self.segments}
        self.files = {**earlier.files, **self.files}
        self.directories = {**earlier.directories, **self.directories}

    def run(self, files: FileSystem) -> None:
        """Sync content, then names. Raises OSError, or CannotBegin if a file cannot be opened just now."""

        def sync_segment(segment: SegmentFile) -> None:
            file = segment.file
            if file is not None:
                files.sync(file.descriptor)
            elif not _sync_file(files, segment.path):
                self.vanished.append(segment)

        def sync_directory(path: Path) -> None:
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                files.sync_directory(path)

        _for_each(self.segments, sync_segment)
        _for_each(self.files, partial(_sync_file, files))
        _for_each(self.directories, sync_directory)


def _for_each(things: Collection[T], work: Callable[[T], object]) -> None:
    """Do the work on each; on many, several at a time: a file system makes one write of syncs that come together."""
    if len(things) < MANY:
        for thing in things:
            work(thing)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in pool.map(work, things):
            pass


class CannotBegin(Exception):
    """A file could not be opened for want of something that comes back; `cause` is the system's error."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


def _sync_file(files: FileSystem, path: Path) -> bool:
    """Sync a file; False if there is none: it was deleted or replaced after somebody asked."""
    try:
        descriptor = files.open(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in TRANSIENT:
            raise CannotBegin(error) from error
        raise
    try:
        files.sync(descriptor)
    finally:
        os.close(descriptor)
    return True


class GroupCommit:
    """The passes of one store, one at a time."""

    def __init__(
        self,
        files: FileSystem,
        background: Background,
        kept: Callable[[Pass], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """kept: a pass is done. failed: a sync failed; there are no more passes after that."""
        self._files = files
        self._background = background
        self._kept = kept
        self._failed = failed
        self._next = Pass()
        self._current: Pass | None = None
        self._is_over = False

    def want(self, segment: SegmentFile, directory: PartitionDirectory) -> None:
        """Make a segment as it is now, and what of its partition's companions and names is not safe yet."""
        self._next.segments[segment] = segment.size
        self.want_names(directory)

    def want_names(self, directory: PartitionDirectory) -> None:
        """Make the companions and names of a partition that are not safe yet part of the next pass."""
        wanted = self._next
        if directory.unsynced:
            wanted.files.update(dict.fromkeys(directory.path / name for name in sorted(directory.unsynced)))
            directory.unsynced.clear()
        if directory.names_changed:
            wanted.directories[directory.path] = None
            directory.names_changed = False

    def want_too(self, files: list[Path], directory: Path) -> None:
        """Make these files of the store itself, and its names, part of the next pass."""
        self._next.files.update(dict.fromkeys(files))
        self._next.directories[directory] = None

    def begin(self, *, after: float = 0.0) -> None:
        """Start a pass unless one is under way: then what is wanted is the next one's."""
        if self._current is None and not self._is_over:
            self._current, self._next = self._next, Pass()
            current = self._current
            self._background.start(lambda: current.run(self._files), self._done, after=after)

    def stop(self) -> bool:
        """No more passes in the background; False if the one under way does not end."""
        self._is_over = True
        return self._background.stop()

    def run_last(self, is_known: Callable[[SegmentFile], bool]) -> None:
        """Do here and now what is wanted. is_known: whether a segment is still there. Raises OSError."""
        last, self._next = self._next, Pass()
        try:
            last.run(self._files)
        except CannotBegin as problem:
            raise problem.cause from problem
        for segment in filter(is_known, last.vanished):
            raise FileNotFoundError(errno.ENOENT, "it is gone, so it cannot be synced", str(segment.path))

    def _done(self, error: BaseException | None) -> None:
        done, self._current = self._current, None
        assert done is not None
        if isinstance(error, CannotBegin):
            self._next.take_back(done)
            self.begin(after=RETRY_SECONDS)
        elif error is not None:
            self._is_over = True
            self._failed(error)
        else:
            self._kept(done)
            if self._next.segments:
                self.begin()
