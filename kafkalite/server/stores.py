"""Opening the stores that the settings name: log directories, the cluster's metadata, or memory for both.

A log directory that the system refuses (no such disk, read-only, I/O errors) is left out, as Kafka does: its partitions
are offline, the others run. What a directory says and what cannot be true stops the start: another broker's, another
cluster's, damaged; and so does a metadata directory that cannot be had, for without it nobody knows the topics.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kafkalite.metadata.local_file import FILE_NAME, LocalFileMetadata
from kafkalite.server.open_files import for_segments, raise_limit
from kafkalite.settings import Settings, StartError
from kafkalite.storage.data_directory import (
    DataDirectory,
    DataDirectoryError,
    DirectoryBroken,
    stored_cluster_id,
)
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.segment_store import StorageError

if TYPE_CHECKING:
    from kafkalite.metadata.memory import MemoryMetadata

log = logging.getLogger(__name__)

UNKNOWN_MEMORY_LIMIT: Final = 1 << 30
"""What records in memory may take where the machine does not say how much it has."""


class Stores(NamedTuple):
    """What a broker runs on."""

    directories: LogDirectories
    metadata: LocalFileMetadata | MemoryMetadata
    cluster_id: str | None
    """The cluster that the directories belong to; None where nothing is stored yet (memory)."""


def open_stores(settings: Settings, new_uuid: Callable[[], bytes], stack: contextlib.ExitStack) -> Stores:
    """Open everything; the directories stay locked until `stack` is closed. Raises StartError."""
    if settings.memory:
        from kafkalite.metadata.memory import MemoryMetadata
        from kafkalite.storage.memory import MemoryStore

        return Stores(LogDirectories([MemoryStore(_memory_limit(settings))]), MemoryMetadata(), None)
    try:
        return _Opening(settings, new_uuid, stack).run()
    except (DataDirectoryError, StorageError) as error:
        raise StartError(str(error)) from error


def _memory_limit(settings: Settings) -> int:
    if settings.memory_limit is not None:
        return settings.memory_limit
    from kafkalite.storage.machine_memory import machine_memory  # only for those who keep records in memory

    found = machine_memory()
    return UNKNOWN_MEMORY_LIMIT if found is None else found // 2


class _Opening:
    """One start on directories."""

    def __init__(self, settings: Settings, new_uuid: Callable[[], bytes], stack: contextlib.ExitStack) -> None:
        self._paths = settings.config.log_directories
        self._metadata_path = settings.config.metadata_directory
        self._node_id = settings.config.int("node.id")
        self._new_uuid = new_uuid
        self._stack = stack
        self._every = list(dict.fromkeys([self._metadata_path, *self._paths]))
        self._ids: dict[str, Path] = {}
        known = (stored_cluster_id(path) for path in self._every)
        self._cluster_id = next((found for found in known if found is not None), None)

    def run(self) -> Stores:
        """Raises DataDirectoryError and StorageError."""
        offline: dict[str, str] = {}
        stores: list[DiskStore] = []
        segments = for_segments(raise_limit(), len(self._paths))
        for path in self._every:
            try:
                self._lock(path)
                if path in self._paths:
                    stores.append(DiskStore(path, max_open_files=segments))
            except (DirectoryBroken, StorageError) as problem:
                if path == self._metadata_path or not _is_the_systems(problem):
                    raise
                log.error("the log directory %s is offline, its partitions with it: %s", path, problem)
                offline[str(path)] = str(problem)
        if not stores:
            raise DataDirectoryError(f"no log directory can be used: {'; '.join(offline.values())}")
        stores.sort(key=lambda store: self._paths.index(Path(store.directory)))
        self._check_metadata()
        directories = LogDirectories(stores, offline=offline, metadata_directory=str(self._metadata_path))
        return Stores(directories, LocalFileMetadata(self._metadata_path), self._cluster_id)

    def _lock(self, path: Path) -> None:
        """Make a directory this broker's. Raises DataDirectoryError."""
        directory = DataDirectory(path, node_id=self._node_id, new_uuid=self._new_uuid, cluster_id=self._cluster_id)
        self._stack.callback(directory.close)
        self._cluster_id = directory.cluster_id
        twin = self._ids.setdefault(directory.directory_id, path)
        if twin != path:
            raise DataDirectoryError(
                f"{path} and {twin} have the same directory.id in meta.properties: one is a copy of the other; "
                "take it out of log.dirs"
            )

    def _check_metadata(self) -> None:
        """Refuse to begin with new metadata beside those of the cluster. Raises DataDirectoryError."""
        others = [path for path in self._every if path != self._metadata_path and _has_metadata(path)]
        if others:
            raise DataDirectoryError(
                f"{_and(others)} holds a {FILE_NAME}, but the cluster's metadata is looked for in "
                f"{self._metadata_path}: put the directory that has the right one first in log.dirs, or name it in "
                "metadata.log.dir, and remove the other file"
            )


def _has_metadata(path: Path) -> bool:
    try:
        return (path / FILE_NAME).exists()
    except OSError:
        return False


def _is_the_systems(problem: Exception) -> bool:
    """Whether it is the system that refuses, rather than what is stored that is wrong."""
    return isinstance(problem, DirectoryBroken) or isinstance(problem.__cause__, OSError)


def _and(paths: Sequence[Path]) -> str:
    return " and ".join(map(str, paths))
