"""Segments as files, named and laid out as Kafka does:

    <data directory>/.kafka_cleanshutdown                      the last owner closed in order; gone while it is owned
    <data directory>/<topic>-<partition>/partition.metadata    version: 0, topic_id: <id as text>
    <data directory>/<topic>-<partition>/<base offset, 20 digits>.log
    <data directory>/<topic>-<partition>/<base offset>.log.deleted   on its way out, for those who still read it
    <data directory>/log-start-offset-checkpoint               where logs start (see start_checkpoint)
    <data directory>/<topic>-<partition>.<id>-delete/          on its way out

The promise: appended bytes are in the system's page cache, so they survive the end of this process, however it ends;
they are synced when a store is closed. Directories and files appear with their first append, so an empty partition
costs nothing. A failed append is cut off again before anything else is written there.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kafkalite.storage import files
from kafkalite.storage.segment_store import Buffer, FileSpan, PartitionId, SegmentId, StorageError
from kafkalite.storage.start_checkpoint import CHECKPOINT_FILE, BadCheckpoint, StartCheckpoint
from kafkalite.wire.message import uuid_from_text, uuid_to_text

log = logging.getLogger(__name__)

CLEAN_SHUTDOWN_FILE: Final = ".kafka_cleanshutdown"
METADATA_FILE: Final = "partition.metadata"
LOG_SUFFIX: Final = ".log"
DELETED_SUFFIX: Final = ".deleted"
DELETE_SUFFIX: Final = "-delete"

MAX_OPEN_FILES: Final = 400
"""Segments kept open at a time: many systems give a process 1,024 descriptors, and connections want some too."""

_LONGEST_NAME: Final = 255  # what file systems take


class _File:
    """An open file, closed when nobody holds it any more: not the store, no span on its way to a client."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Segment:
    """A segment's file: where it is, and how many of its bytes count."""

    __slots__ = ("file", "is_torn", "path", "size")

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        self.file: _File | None = None
        self.is_torn = False
        """Bytes of a failed append may stand behind `size`."""


class DiskStore:
    """All partitions below one data directory, which belongs to this process alone (see DataDirectory)."""

    on_kept: Callable[[SegmentId, int], None] | None = None

    def __init__(self, path: Path, *, max_open_files: int = MAX_OPEN_FILES) -> None:
        """Take over the directory. Raises StorageError."""
        self._path = path
        self._max_open_files = max_open_files
        self._partitions: dict[PartitionId, dict[int, _Segment]] = {}
        self._open: dict[_Segment, None] = {}
        self._unsynced: dict[_Segment, None] = {}
        try:
            self._directories = {entry.name for entry in os.scandir(path) if entry.is_dir()}
            self._opened_clean = self._take_clean_mark()
            self._finish_deletions()
            self._checkpoint = StartCheckpoint(path)
        except OSError as error:
            raise StorageError(f"{error.filename or path}: {error.strerror}") from error
        except BadCheckpoint as problem:
            raise StorageError(
                f"{path / CHECKPOINT_FILE}: {problem}; correct it, or remove it: then every log starts with its first "
                "segment, and deleted records may come back"
            ) from problem
        for topic, index in self._checkpoint.known():
            if f"{topic}-{index}" not in self._directories:  # a deleted topic's
                self._checkpoint.forget((topic, index))

    def describe(self) -> str:
        return f"disk {self._path}"

    @property
    def directory(self) -> str:
        return str(self._path.absolute())

    def space(self) -> tuple[int, int]:
        try:
            usage = shutil.disk_usage(self._path)
        except OSError as error:
            raise StorageError(f"{self._path}: {error.strerror}") from error
        return usage.total, usage.free

    def name(self, segment: SegmentId) -> str:
        return str(self._segment_path(segment))

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        if partition not in self._partitions:
            self._partitions[partition] = self._find_segments(partition)
        found = self._partitions[partition]
        return [(SegmentId(partition, base_offset), found[base_offset].size) for base_offset in sorted(found)]

    def create(self, segment: SegmentId) -> None:
        self.segments(segment.partition)  # knows the directory from here on
        known = self._partitions[segment.partition]
        path = self._segment_path(segment)
        try:
            if segment.base_offset not in known:
                self._make_directory(segment.partition)
                file = _File(files.open_file(path, create=True))
                known[segment.base_offset] = _Segment(path, os.fstat(file.descriptor).st_size)
                self._keep_open(known[segment.base_offset], file)
            created = known[segment.base_offset]
            if created.is_torn:
                self._cut_back(created)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        if created.size:
            raise StorageError(f"{path}: exists and holds {created.size} bytes")

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        target = self._get(segment)
        try:
            descriptor = self._opened(target).descriptor
            if target.is_torn:
                self._cut_back(target)
            target.is_torn = True
            self._unsynced[target] = None
            files.write_at(descriptor, data, target.size)
        except OSError as error:
            self._try_to_cut_back(target)
            raise StorageError(f"{target.path}: {error.strerror}") from error
        target.is_torn = False
        target.size += sum(map(len, data))
        return True

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        source = self._get(segment)
        size = min(size, source.size - position)
        if size <= 0:
            return b""
        try:
            return files.read_at(self._opened(source).descriptor, position, size)
        except OSError as error:
            raise StorageError(f"{source.path}: {error.strerror}") from error

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        if not files.CAN_SEND:
            return None
        source = self._get(segment)
        try:
            file = self._opened(source)
        except OSError as error:
            raise StorageError(f"{source.path}: {error.strerror}") from error
        return FileSpan(file, file.descriptor, position, max(0, min(size, source.size - position)))

    def truncate(self, segment: SegmentId, size: int) -> None:
        target = self._get(segment)
        if size >= target.size:
            return
        before = target.size
        target.size = size
        try:
            self._cut_back(target)
            os.fsync(self._opened(target).descriptor)
        except OSError as error:
            target.size = before
            raise StorageError(f"{target.path}: {error.strerror}") from error

    def seal(self, segment: SegmentId) -> None:
        target = self._get(segment)
        if target.is_torn:
            self._try_to_cut_back(target)

    def appended_ms(self, segment: SegmentId) -> int | None:
        path = self._get(segment).path
        try:
            return path.stat().st_mtime_ns // 1_000_000
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        known = self._partitions.get(segment.partition, {})
        removed = known.get(segment.base_offset)
        if removed is None:
            return None
        removed.file = None  # Windows renames no file that is open
        aside = removed.path.with_name(removed.path.name + DELETED_SUFFIX)
        try:
            os.replace(removed.path, aside)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StorageError(f"{removed.path}: {error.strerror}") from error
        del known[segment.base_offset]
        self._forget(removed)
        return functools.partial(_unlink, aside)

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        try:
            self._checkpoint.keep({(partition.topic, partition.index): start for partition, start in starts.items()})
        except OSError as error:
            raise StorageError(f"{self._checkpoint.path}: {error.strerror}") from error

    def start_of(self, partition: PartitionId) -> int:
        self.segments(partition)  # forgets what is another topic's
        return self._checkpoint.get((partition.topic, partition.index))

    def delete_partition(self, partition: PartitionId) -> None:
        for removed in self._partitions.pop(partition, {}).values():
            self._forget(removed)
        name = self._directory_name(partition)
        if name in self._directories and self._owner_of(name) in (None, partition.topic_id):
            self._checkpoint.forget((partition.topic, partition.index))
            self._remove_directory(name, partition.topic_id)

    def close(self, *, clean: bool) -> None:
        """With `clean` everything is synced first and the store marked for the next owner, if that succeeds.

        Raises StorageError if it does not; everything is let go of all the same.
        """
        try:
            if clean:
                self._sync_all()
                files.replace(self._path / CLEAN_SHUTDOWN_FILE, '{"version":0,"brokerEpoch":-1}', durably=True)
        except OSError as error:
            raise StorageError(f"{self._path}: not closed cleanly: {error}") from error
        finally:
            self._partitions.clear()
            self._open.clear()
            self._unsynced.clear()

    def opened_clean(self) -> bool:
        return self._opened_clean

    # Files

    def _get(self, segment: SegmentId) -> _Segment:
        try:
            return self._partitions[segment.partition][segment.base_offset]
        except KeyError:
            raise StorageError(f"{self._segment_path(segment)}: no such segment") from None

    def _opened(self, segment: _Segment) -> _File:
        if segment.file is None:
            self._keep_open(segment, _File(files.open_file(segment.path)))
        assert segment.file is not None
        return segment.file

    def _keep_open(self, segment: _Segment, file: _File) -> None:
        """Hold a file open, and let go of the one that has been open longest if there are too many."""
        segment.file = file
        self._open[segment] = None
        if len(self._open) > self._max_open_files:
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.file = None

    def _forget(self, segment: _Segment) -> None:
        segment.file = None
        self._open.pop(segment, None)
        self._unsynced.pop(segment, None)

    def _cut_back(self, segment: _Segment) -> None:
        os.ftruncate(self._opened(segment).descriptor, segment.size)
        segment.is_torn = False

    def _try_to_cut_back(self, segment: _Segment) -> None:
        try:
            self._cut_back(segment)
        except OSError as error:
            log.error("%s: a failed append could not be cut off yet: %s", segment.path, error.strerror)

    def _sync_all(self) -> None:
        """Sync what was written. A sync that fails is never tried again: the system may have dropped the bytes."""
        for segment in self._unsynced:
            if segment.is_torn:
                self._cut_back(segment)
            os.fsync(self._opened(segment).descriptor)
        for directory in {segment.path.parent for segment in self._unsynced}:
            files.sync(directory / METADATA_FILE)
            files.sync_directory(directory)
        self._checkpoint.sync()
        files.sync_directory(self._path)

    # Directories

    def _directory_name(self, partition: PartitionId) -> str:
        return f"{partition.topic}-{partition.index}"

    def _segment_path(self, segment: SegmentId) -> Path:
        return self._path / self._directory_name(segment.partition) / f"{segment.base_offset:020d}{LOG_SUFFIX}"

    def _take_clean_mark(self) -> bool:
        """Return whether the last owner closed in order, and take its mark away for good."""
        mark = self._path / CLEAN_SHUTDOWN_FILE
        if mark.exists():
            mark.unlink()
            files.sync_directory(self._path)
            return True
        return not any(_is_partition_directory(name) for name in self._directories)

    def _finish_deletions(self) -> None:
        for name in sorted(self._directories):
            if name.endswith(DELETE_SUFFIX):
                _remove_tree(self._path / name)
                self._directories.discard(name)

    def _owner_of(self, name: str) -> bytes | None:
        """Return the id of the topic whose data a partition's directory holds, None if it does not say."""
        path = self._path / name / METADATA_FILE
        try:
            return _topic_id_in(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        except ValueError as error:  # also bytes that are no text
            raise StorageError(f"{path}: {error}") from error

    def _find_segments(self, partition: PartitionId) -> dict[int, _Segment]:
        name = self._directory_name(partition)
        if name not in self._directories:
            return {}
        path = self._path / name
        try:
            owner = self._owner_of(name)
            if owner is not None and owner != partition.topic_id:
                log.warning("%s belongs to a deleted topic of the same name: removed", path)
                self._checkpoint.forget((partition.topic, partition.index))
                self._remove_directory(name, owner)
                return {}
            if owner is None:
                _write_owner(path, partition.topic_id)
            found = {}
            with os.scandir(path) as entries:
                for entry in entries:
                    if _is_log_file(entry.name):
                        found[int(entry.name[: -len(LOG_SUFFIX)])] = _Segment(path / entry.name, entry.stat().st_size)
                    elif entry.name.endswith(LOG_SUFFIX + DELETED_SUFFIX):
                        os.unlink(entry.path)
            return found
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def _make_directory(self, partition: PartitionId) -> None:
        name = self._directory_name(partition)
        if name in self._directories:
            return
        path = self._path / name
        self._checkpoint.settle()  # or a line of an older topic of this name could be taken for one of this
        path.mkdir()  # one that is there already is not ours: names that differ in case, on some systems
        self._directories.add(name)
        _write_owner(path, partition.topic_id)

    def _remove_directory(self, name: str, topic_id: bytes) -> None:
        """Rename first: a crash in between leaves something that says that it is to be deleted."""
        suffix = f".{topic_id.hex()}{DELETE_SUFFIX}"
        aside = self._path / (name[: _LONGEST_NAME - len(suffix)] + suffix)
        try:
            if aside.exists():
                _remove_tree(aside)
            (self._path / name).rename(aside)
            self._directories.discard(name)
            _remove_tree(aside)
        except OSError as error:
            raise StorageError(f"{self._path / name}: {error.strerror}") from error


def _is_partition_directory(name: str) -> bool:
    topic, _, index = name.rpartition("-")
    return bool(topic) and index.isdecimal()


def _is_log_file(name: str) -> bool:
    return name.endswith(LOG_SUFFIX) and len(name) == 24 and name[:20].isdecimal()


def _write_owner(directory: Path, topic_id: bytes) -> None:
    files.replace(directory / METADATA_FILE, f"version: 0\ntopic_id: {uuid_to_text(topic_id)}")


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _topic_id_in(content: str) -> bytes:
    for line in content.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "topic_id":
            return uuid_from_text(value.strip())
    raise ValueError("no topic id")


def _remove_tree(path: Path) -> None:
    """Remove a directory of files."""
    for entry in os.scandir(path):
        os.unlink(entry.path)
    path.rmdir()
