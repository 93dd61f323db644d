"""Segments as files, named and laid out as Kafka does:

    <log directory>/...                                          see log_directory
    <log directory>/<topic>-<partition>/...                      see partition_directory
    <log directory>/<topic>-<partition>/<base offset>.log        the bytes of a segment

The promise: appended bytes are in the system's page cache, so they survive the end of this process, however it ends;
`sync` puts them on the disk, as does closing a store cleanly. Directories and files appear with their first append, so
an empty partition costs nothing. A failed append is cut off again before anything else is written there.

What the system says decides (see files): no room refuses the call and nothing else; a broken disk, a failed sync and
bytes that cannot be cut off again take the whole directory out of use until somebody starts the broker again.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kafkalite.storage import files as file_system
from kafkalite.storage.background import Background, SyncThread
from kafkalite.storage.checkpoint import Checkpoint
from kafkalite.storage.files import FileSystem
from kafkalite.storage.group_commit import GroupCommit, Pass
from kafkalite.storage.health import Health
from kafkalite.storage.log_directory import LogDirectory
from kafkalite.storage.partition_directory import DELETED_SUFFIX, PartitionDirectory, log_name
from kafkalite.storage.renames import Renames
from kafkalite.storage.segment_file import OpenFile, OpenFiles, SegmentFile
from kafkalite.storage.segment_store import (
    Buffer,
    FileSpan,
    PartitionId,
    Rewrite,
    SegmentId,
    SegmentReader,
    StorageError,
)

log = logging.getLogger(__name__)

MAX_OPEN_FILES: Final = 400
"""Segments kept open at a time: many systems give a process 1,024 descriptors, and connections want some too."""


class DiskStore:
    """All partitions below one log directory, which belongs to this process alone (see DataDirectory)."""

    survives: Final = True

    def __init__(
        self,
        path: Path,
        *,
        max_open_files: int = MAX_OPEN_FILES,
        files: FileSystem | None = None,
        background: Background | None = None,
    ) -> None:
        """Take over the directory. Raises StorageError."""
        self.on_kept: Callable[[SegmentId, int], None] | None = None
        self.on_offline: Callable[[StorageError], None] | None = None
        self._path = path
        self.directory = str(path.absolute())
        self._files = files or FileSystem()
        self._background = background or SyncThread(f"sync {path.name}")
        self._commits = GroupCommit(self._files, self._background, self._synced, self._sync_failed)
        self._health = Health(path, self._background, self._went_offline)
        self._partitions: dict[PartitionId, PartitionDirectory] = {}
        self._open = OpenFiles(self._files, max_open_files)
        self._unsynced: dict[SegmentFile, None] = {}
        """What was written and nobody asked to sync."""
        self._reserved: dict[SegmentFile, None] = {}
        self._log_directory = LogDirectory(self._files, path)

    def describe(self) -> str:
        return f"disk {self._path}"

    def space(self) -> tuple[int, int]:
        self._health.check()
        try:
            return self._files.space(self._path)
        except OSError as error:
            raise self._health.failed(self._path, error) from error

    def name(self, segment: SegmentId) -> str:
        return str(self._segment_path(segment))

    def opened_clean(self) -> bool:
        return self._log_directory.opened_clean

    def holds(self, partition: PartitionId) -> bool:
        return self._log_directory.holds(partition)

    @property
    def partition_count(self) -> int:
        return self._log_directory.partition_count

    # Segments

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        found = self._partition(partition).segments
        return [(SegmentId(partition, base_offset), found[base_offset].size) for base_offset in sorted(found)]

    def create(self, segment: SegmentId, *, preallocate: int = 0) -> None:
        known = self._partition(segment.partition).segments
        path = self._segment_path(segment)
        created = known.get(segment.base_offset) or SegmentFile(segment, path, 0)
        try:
            directory = self._made(segment.partition)
            file = self._open.create(created)
            created.size = created.size or self._files.size(file.descriptor)
            if created.size:
                raise StorageError(f"{path}: exists and holds {created.size} bytes")
            if preallocate and not created.reserved:
                self._reserve(created, file, preallocate)
        except OSError as error:
            if created.file is not None and segment.base_offset not in known:
                self._forget(created)
                self._try_to_unlink(path)
            raise self._health.failed(path, error) from error
        known[segment.base_offset] = created
        self._unsynced[created] = None
        directory.names_changed = True

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        target = self._get(segment)
        file = target.file or self._opened(target)
        size = sum(map(len, data))
        try:
            written = self._files.write_once(file.descriptor, data, target.size)
            if written < size:
                self._files.write_rest(file.descriptor, data, target.size, written)
        except OSError as error:
            raise self._append_failed(target, file, error) from error
        self._unsynced[target] = None
        target.size += size
        return True

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        source = self._get(segment)
        size = min(size, source.size - position)
        if size <= 0:
            return b""
        file = source.file or self._opened(source)
        try:
            data = self._files.read_once(file.descriptor, size, position)
            return data if len(data) == size else self._files.read_rest(file.descriptor, position, size, data)
        except OSError as error:
            raise self._health.failed(source.path, error) from error

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        if not file_system.CAN_SEND:
            return None
        source = self._get(segment)
        file = source.file or self._opened(source)
        return FileSpan(file, file.descriptor, position, max(0, min(size, source.size - position)))

    def truncate(self, segment: SegmentId, size: int) -> None:
        target = self._get(segment)
        if size >= target.size:
            return
        file = target.file or self._opened(target)
        try:
            self._files.truncate(file.descriptor, size)
            self._files.sync(file.descriptor)
        except OSError as error:
            raise self._health.failed(target.path, error) from error
        target.size = size

    def seal(self, segment: SegmentId) -> None:
        target = self._get(segment)
        if target.reserved:
            file = target.file or self._opened(target)
            try:
                self._release(target, file)
            except OSError as error:
                raise self._health.failed(target.path, error) from error

    def appended_ms(self, segment: SegmentId) -> int | None:
        path = self._get(segment).path
        try:
            return self._files.status(path)[1] // 1_000_000
        except OSError as error:
            raise self._health.failed(path, error) from error

    def sync(self, segment: SegmentId) -> None:
        target = self._get(segment)
        self._commits.want(target, self._partitions[segment.partition])
        self._unsynced.pop(target, None)  # whatever happens to it from here on is not in this pass
        self._want_own()
        self._commits.begin()

    def reader(self, segment: SegmentId) -> SegmentReader:
        source = self._get(segment)
        self._background.attach()
        try:
            file = OpenFile(self._files.open(source.path))  # its own: not every system reads without moving a position
        except OSError as error:
            raise self._health.failed(source.path, error) from error
        return functools.partial(self._read_elsewhere, file, source.path, source.size)

    def _read_elsewhere(self, file: OpenFile, path: Path, end: int, position: int, size: int) -> bytes:
        size = min(size, end - position)
        try:
            return self._files.read_at(file.descriptor, position, size) if size > 0 else b""
        except OSError as error:
            raise self._health.failed_elsewhere(path, error) from error

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        directory = self._partition(segment.partition)
        removed = directory.segments.get(segment.base_offset)
        if removed is None:
            return None
        names = list(directory.files_of(segment.base_offset))
        self._open.let_go(removed)  # Windows renames no file that is open
        renames = Renames(self._files, directory.path)
        try:
            for name in names:
                renames.rename_if_there(name, name + DELETED_SUFFIX)
        except OSError as error:
            raise self._health.undone(renames, removed.path, error) from error
        self._drop(directory, segment.base_offset)
        return functools.partial(self._free, [directory.path / (name + DELETED_SUFFIX) for name in names])

    def delete_partition(self, partition: PartitionId) -> None:
        self._health.check()
        own = self._log_directory
        try:
            if not own.is_of(partition):
                self._forget_partition(partition)
                return
            if partition in self._partitions:
                for segment in self._partitions[partition].segments.values():
                    self._open.let_go(segment)  # Windows renames no directory with open files
            aside = own.put_aside(partition)
            self._forget_partition(partition)
            self._files.remove_tree(aside)
        except OSError as error:
            raise self._health.failed(own.path_of(partition), error) from error

    # Companions

    def companions(self, partition: PartitionId) -> list[str]:
        return sorted(name for names in self._partition(partition).companions.values() for name in names)

    def companion(self, partition: PartitionId, name: str) -> bytes | None:
        directory = self._partition(partition)
        if not directory.has_companion(name):
            return None
        try:
            return self._files.read(directory.path / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._health.failed(directory.path / name, error) from error

    def keep_companion(self, partition: PartitionId, name: str, content: Buffer) -> None:
        path = self._partition(partition).path / name
        try:
            directory = self._made(partition)
            self._files.replace(path, content)
        except OSError as error:
            raise self._health.failed(path, error) from error
        directory.add_companion(name)

    def drop_companion(self, partition: PartitionId, name: str) -> None:
        directory = self._partition(partition)
        if directory.has_companion(name):
            try:
                self._files.unlink(directory.path / name)
            except OSError as error:
                raise self._health.failed(directory.path / name, error) from error
            directory.drop_companion(name)

    # Compaction

    def rewrite(self, segment: SegmentId) -> Rewrite:
        directory = self._partition(segment.partition)
        if not directory.segments:
            raise StorageError(f"{directory.path}: no segments to rewrite")
        self._background.attach()
        try:
            from kafkalite.storage.rewrite import DiskRewrite  # for topics that are compacted alone

            return DiskRewrite(self._files, directory, segment.base_offset, self._health.failed_elsewhere)
        except OSError as error:
            raise self._health.failed(self._segment_path(segment), error) from error

    def swap(
        self, rewrites: Sequence[tuple[SegmentId, Rewrite]], replaced: Sequence[SegmentId]
    ) -> Callable[[], None] | None:
        partition = rewrites[0][0].partition
        directory = self._partition(partition)
        try:
            from kafkalite.storage.rewrite import DiskRewrite
            from kafkalite.storage.swap import UndoFailed, swap_files
        except OSError as error:  # no descriptor is left to read it
            raise self._health.failed(directory.path, error) from error
        for segment in replaced:
            self._open.let_go(self._get(segment))
        mine = [rewrite for _, rewrite in rewrites if isinstance(rewrite, DiskRewrite)]
        bases = [segment.base_offset for segment in replaced]
        names = [name for base_offset in bases for name in directory.files_of(base_offset)]
        try:
            swap_files(self._files, directory, mine, bases)
        except UndoFailed as problem:
            raise self._health.broken(
                directory.path, f"it is neither the old nor the new ({problem.cause})"
            ) from problem
        except OSError as error:
            raise self._health.failed(directory.path, error) from error
        for base_offset in bases:
            self._drop(directory, base_offset)
        for rewrite in mine:
            rewrite.swapped()
            directory.add_segment(rewrite.base_offset, rewrite.size)
            for name in rewrite.names[1:]:
                directory.add_companion(name)
        directory.names_changed = True
        return functools.partial(self._free, [directory.path / (name + DELETED_SUFFIX) for name in names])

    # Numbers

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        self._keep(self._log_directory.starts, starts)

    def start_of(self, partition: PartitionId) -> int:
        self._partition(partition)  # so that what is another topic's is refused
        return self._log_directory.starts.get((partition.topic, partition.index))

    def keep_recovery_points(self, points: Mapping[PartitionId, int]) -> None:
        self._keep(self._log_directory.recovery_points, points)

    def recovery_point_of(self, partition: PartitionId) -> int:
        self._partition(partition)
        return self._log_directory.recovery_points.get((partition.topic, partition.index))

    def keep_cleaned(self, offsets: Mapping[PartitionId, int]) -> None:
        self._keep(self._log_directory.cleaned, offsets)

    def cleaned_to(self, partition: PartitionId) -> int:
        self._partition(partition)
        return self._log_directory.cleaned.get((partition.topic, partition.index))

    def _keep(self, checkpoint: Checkpoint, numbers: Mapping[PartitionId, int]) -> None:
        self._health.check()
        try:
            self._log_directory.keep(checkpoint, numbers)
        except OSError as error:
            raise self._health.failed(checkpoint.path, error) from error

    # The end

    def close(self, *, clean: bool) -> None:
        """With `clean` everything is synced first and the store marked for the next owner, if that succeeds.

        Raises StorageError if it does not; everything is let go of all the same.
        """
        is_quiet = self._commits.stop()
        try:
            if clean:
                self._health.check()
                if not is_quiet:
                    raise StorageError(f"{self._path}: not closed cleanly: a sync does not come to an end")
                self._sync_all()
                self._log_directory.mark_clean()
        except OSError as error:
            raise StorageError(f"{self._path}: not closed cleanly: {error}") from error
        finally:
            self._let_go()

    def _sync_all(self) -> None:
        """Sync what was written. A sync that fails is never tried again: the system may have dropped the bytes."""
        for segment in list(self._reserved):
            self._release(segment, self._open.open(segment))
        for segment in self._unsynced:
            self._commits.want(segment, self._partitions[segment.id.partition])
        for directory in self._partitions.values():
            self._commits.want_names(directory)
        self._want_own()
        self._commits.run_last(self._is_known)

    def _let_go(self) -> None:
        self._partitions.clear()
        self._open.clear()
        self._unsynced.clear()
        self._reserved.clear()

    # Failures

    def _went_offline(self, problem: StorageError) -> None:
        self._let_go()
        if self.on_offline is not None:
            self.on_offline(problem)

    def _append_failed(self, target: SegmentFile, file: OpenFile, error: OSError) -> StorageError:
        """Cut off what is left of an append, and return what to raise."""
        try:
            self._release(target, file)
        except OSError as failure:
            return self._health.broken(
                target.path, f"{error.strerror}; what is left cannot be cut off: {failure.strerror}"
            )
        return self._health.failed(target.path, error)

    def _synced(self, done: Pass) -> None:
        """A pass came to its end without an error."""
        for segment in filter(self._is_known, done.vanished):
            self._health.broken(segment.path, "it is gone, so it cannot be synced")
            return
        if self.on_kept is not None:
            for segment, size in done.segments.items():
                self.on_kept(segment.id, size)

    def _sync_failed(self, error: BaseException) -> None:
        """The system may have dropped what it could not write, and say of a second sync that all is well."""
        reason = error.strerror if isinstance(error, OSError) else repr(error)
        self._health.broken(self._path, f"a sync failed: {reason}")

    # Files

    def _is_known(self, segment: SegmentFile) -> bool:
        directory = self._partitions.get(segment.id.partition)
        return directory is not None and directory.segments.get(segment.id.base_offset) is segment

    def _get(self, segment: SegmentId) -> SegmentFile:
        try:
            return self._partitions[segment.partition].segments[segment.base_offset]
        except KeyError:
            self._health.check()
            raise StorageError(f"{self._segment_path(segment)}: no such segment") from None

    def _opened(self, segment: SegmentFile) -> OpenFile:
        """Return the segment's open file. Raises StorageError."""
        try:
            return self._open.open(segment)
        except OSError as error:
            raise self._health.failed(segment.path, error) from error

    def _drop(self, directory: PartitionDirectory, base_offset: int) -> None:
        """A segment's files have other names now."""
        self._forget(directory.segments.pop(base_offset))
        for name in list(directory.files_of(base_offset))[1:]:
            directory.drop_companion(name)
        directory.names_changed = True

    def _forget(self, segment: SegmentFile) -> None:
        self._open.let_go(segment)
        self._unsynced.pop(segment, None)
        self._reserved.pop(segment, None)

    def _reserve(self, segment: SegmentFile, file: OpenFile, size: int) -> None:
        if self._files.reserve(file.descriptor, size):
            segment.reserved = True
            self._reserved[segment] = None

    def _release(self, segment: SegmentFile, file: OpenFile) -> None:
        """Cut a file to what counts. Raises OSError."""
        self._files.truncate(file.descriptor, segment.size)
        segment.reserved = False
        self._reserved.pop(segment, None)
        self._unsynced[segment] = None

    def _free(self, paths: Iterable[Path]) -> None:
        for path in paths:
            try:
                self._files.unlink(path)
            except OSError as error:
                raise self._health.failed(path, error) from error

    def _try_to_unlink(self, path: Path) -> None:
        try:
            self._files.unlink(path)
        except OSError as error:
            log.error("%s: an empty segment stays: %s", path, error.strerror)

    # Partitions

    def _partition(self, partition: PartitionId) -> PartitionDirectory:
        """Return what is known of a partition, after a look at its directory the first time. Raises StorageError."""
        known = self._partitions.get(partition)
        if known is None:
            self._health.check()
            try:
                known = self._partitions[partition] = self._log_directory.open(partition)
            except OSError as error:
                raise self._health.failed(self._log_directory.path_of(partition), error) from error
        return known

    def _made(self, partition: PartitionId) -> PartitionDirectory:
        """Return the partition, with a directory to write to. Raises OSError and StorageError."""
        directory = self._partition(partition)
        self._log_directory.make(partition, directory)
        return directory

    def _forget_partition(self, partition: PartitionId) -> None:
        known = self._partitions.pop(partition, None)
        if known is not None:
            for segment in known.segments.values():
                self._forget(segment)

    def _want_own(self) -> None:
        """Let the next pass make the log directory's own files and names safe, too."""
        written = self._log_directory.unsynced()
        if written is not None:
            self._commits.want_too(written, self._path)

    def _segment_path(self, segment: SegmentId) -> Path:
        return self._log_directory.path_of(segment.partition) / log_name(segment.base_offset)
