"""A log directory's own files, and the partitions' directories in it:

.kafka_cleanshutdown                the last owner closed in order; gone while the directory is owned
log-start-offset-checkpoint         where logs start (see checkpoint)
recovery-point-offset-checkpoint    up to where they are known to be whole
cleaner-offset-checkpoint           up to where they are compacted
.kafkalite-reserve                  space for these when there is none left (see reserve)
<topic>-<partition>/                a partition (see partition_directory)
<topic>-<partition>.<id>-delete/    on its way out
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kafkalite.storage import witness
from kafkalite.storage.checkpoint import CLEANED_FILE, RECOVERY_POINTS_FILE, STARTS_FILE, Checkpoint
from kafkalite.storage.files import NO_ROOM, TEMPORARY_SUFFIX, FileSystem, storage_error
from kafkalite.storage.partition_directory import METADATA_FILE, PartitionDirectory, read_owner, write_owner
from kafkalite.storage.reserve import Reserve
from kafkalite.storage.segment_store import PartitionId, StorageError
from kafkalite.wire.message import uuid_to_text

log = logging.getLogger(__name__)

CLEAN_SHUTDOWN_FILE: Final = ".kafka_cleanshutdown"
DELETE_SUFFIX: Final = "-delete"

_LONGEST_NAME: Final = 255  # what file systems take


class LogDirectory:
    """What one log directory holds. Every verb raises OSError, and StorageError where that is said."""

    def __init__(self, files: FileSystem, path: Path) -> None:
        """Take over the directory. Raises StorageError."""
        self.path = path
        self._files = files
        self._names_changed = False
        self._reserve = Reserve(files, path)
        try:
            self._names = files.directories(path)
            for name in (CLEAN_SHUTDOWN_FILE, STARTS_FILE, RECOVERY_POINTS_FILE, CLEANED_FILE):
                for left in (name, name + witness.SUFFIX):
                    files.unlink(path / (left + TEMPORARY_SUFFIX))
            self.opened_clean = self._take_clean_mark()
            self._finish_deletions()
        except OSError as error:
            raise storage_error(error.filename or path, error) from error
        self.starts = self._checkpoint(STARTS_FILE)
        if self.starts.damage:
            raise StorageError(
                f"{self.starts.path}: {self.starts.damage}; correct it, or remove it: then every log starts with its "
                "first segment, and deleted records may come back"
            )
        self.recovery_points = self._checkpoint(RECOVERY_POINTS_FILE)
        if self.recovery_points.damage:  # nothing is lost: they only save work
            problem = f"{self.recovery_points.path}: {self.recovery_points.damage}"
            log.warning("%s; all logs are checked from their start if they were not closed cleanly", problem)
        self.cleaned = self._checkpoint(CLEANED_FILE)
        if self.cleaned.damage:
            problem = f"{self.cleaned.path}: {self.cleaned.damage}"
            log.warning("%s; compaction begins at the start of every log once more", problem)
        self._checkpoints = self.starts, self.recovery_points, self.cleaned

    def name_of(self, partition: PartitionId) -> str:
        return f"{partition.topic}-{partition.index}"

    def path_of(self, partition: PartitionId) -> Path:
        return self.path / self.name_of(partition)

    def holds(self, partition: PartitionId) -> bool:
        """Whether there is a directory of the partition's name."""
        return self.name_of(partition) in self._names

    @property
    def partition_count(self) -> int:
        return sum(map(_is_partition_directory, self._names))

    def open(self, partition: PartitionId) -> PartitionDirectory:
        """Look into a partition's directory, if there is one, and finish what is left to do there.

        Raises StorageError when it belongs to another topic id, or cannot be put in order.
        """
        directory = PartitionDirectory(partition, self.path_of(partition))
        if self.holds(partition):
            from kafkalite.storage.interrupted import finish  # not for a start with nothing to take up

            owner = self._owner_of(directory.path)
            if owner is None:
                write_owner(self._files, directory.path, partition.topic_id)
                directory.unsynced.add(METADATA_FILE)
                directory.names_changed = True
            elif owner != partition.topic_id:
                raise StorageError(_not_its_owner(directory.path, owner, partition))
            directory.take(finish(self._files, directory.path))
        return directory

    def make(self, partition: PartitionId, directory: PartitionDirectory) -> None:
        """Make a partition's directory unless it is there."""
        name = self.name_of(partition)
        if name in self._names:
            return
        self._reserve.lay_in()
        for checkpoint in self._checkpoints:
            checkpoint.settle()  # or a line of an older topic of this name could be taken for one of this
        self._files.make_directory(directory.path)  # one that is there is not ours: names that differ in case
        self._names.add(name)
        self._names_changed = True
        write_owner(self._files, directory.path, partition.topic_id)
        directory.unsynced.add(METADATA_FILE)
        directory.names_changed = True

    def is_of(self, partition: PartitionId) -> bool:
        """Whether there is a directory of the partition's name that is not another topic's. Raises StorageError."""
        return self.holds(partition) and self._owner_of(self.path_of(partition)) in (None, partition.topic_id)

    def put_aside(self, partition: PartitionId) -> Path:
        """Give the directory a name that says that it is to be deleted: a crash from here on changes nothing of that.

        Returns where it is now.
        """
        name = self.name_of(partition)
        suffix = f".{partition.topic_id.hex()}{DELETE_SUFFIX}"
        aside = self.path / (name[: _LONGEST_NAME - len(suffix)] + suffix)
        if self._files.exists(aside):
            self._files.remove_tree(aside)
        self._files.rename(self.path / name, aside)
        self._names.discard(name)
        self._names_changed = True
        for checkpoint in self._checkpoints:
            checkpoint.forget((partition.topic, partition.index))
        return aside

    def keep(self, checkpoint: Checkpoint, numbers: Mapping[PartitionId, int]) -> None:
        """Store numbers of partitions, on a full volume too."""
        lines = {(partition.topic, partition.index): number for partition, number in numbers.items()}
        try:
            checkpoint.keep(lines)
        except OSError as error:
            if error.errno not in NO_ROOM or not self._reserve.spend():
                raise
            checkpoint.keep(lines)
        self._reserve.lay_in()

    def unsynced(self) -> list[Path] | None:
        """Return the files written since this was last asked; None if not even a name has changed."""
        written = [path for checkpoint in self._checkpoints for path in checkpoint.unsynced()]
        changed, self._names_changed = self._names_changed, False
        return written if written or changed else None

    def mark_clean(self) -> None:
        """Say to the next owner that all that is here may be trusted."""
        mark = self.path / CLEAN_SHUTDOWN_FILE
        try:
            self._files.replace(mark, b'{"version":0,"brokerEpoch":-1}', durably=True)
        except OSError:
            with contextlib.suppress(OSError):
                self._files.unlink(mark)  # it may have its name already
            raise

    def _take_clean_mark(self) -> bool:
        """Return whether the last owner closed in order, and take its mark away for good."""
        mark = self.path / CLEAN_SHUTDOWN_FILE
        if self._files.exists(mark):
            self._files.unlink(mark)
            self._files.sync_directory(self.path)
            return True
        return not any(map(_is_partition_directory, self._names))

    def _finish_deletions(self) -> None:
        for name in sorted(self._names):
            if name.endswith(DELETE_SUFFIX):
                self._files.remove_tree(self.path / name)
                self._names.discard(name)

    def _checkpoint(self, name: str) -> Checkpoint:
        path = self.path / name
        try:
            checkpoint = Checkpoint(self._files, path)
        except OSError as error:
            raise storage_error(path, error) from error
        for topic, index in checkpoint.known():
            if f"{topic}-{index}" not in self._names:  # a deleted topic's
                checkpoint.forget((topic, index))
        return checkpoint

    def _owner_of(self, path: Path) -> bytes | None:
        """Return the id of the topic whose data a partition's directory holds, None if it does not say."""
        try:
            return read_owner(self._files, path)
        except ValueError as error:  # also bytes that are no text
            raise StorageError(f"{path / METADATA_FILE}: {error}; restore it from a copy") from error


def _is_partition_directory(name: str) -> bool:
    topic, _, index = name.rpartition("-")
    return bool(topic) and index.isdecimal()


def _not_its_owner(path: Path, owner: bytes, partition: PartitionId) -> str:
    return (
        f"{path / METADATA_FILE}: it says that the directory belongs to topic id {uuid_to_text(owner)}, but the topic "
        f"{partition.topic} of this cluster has id {uuid_to_text(partition.topic_id)}. Nothing was changed: put the "
        "right id there if the data is this topic's, or move the directory away"
    )
