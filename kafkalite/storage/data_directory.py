"""A log directory or the metadata's: whose it is, and that only one process uses it.

.lock              held by the process that owns the directory (Kafka locks the same file)
meta.properties    version=1, cluster.id, node.id, directory.id, as Kafka writes it
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kafkalite.storage.files import FileSystem
from kafkalite.wire.message import uuid_to_text

LOCK_FILE: Final = ".lock"
META_FILE: Final = "meta.properties"
META_VERSION: Final = "1"


class DataDirectoryError(Exception):
    """The directory cannot be used; the message says which one, why, and what to do."""


class DirectoryLocked(DataDirectoryError):
    """Another process uses the directory."""


class DirectoryBroken(DataDirectoryError):
    """The system refuses: it cannot be made, read or written to."""


class DataDirectory:
    """A directory that is ours until `close`."""

    __slots__ = ("_files", "_lock", "cluster_id", "directory_id", "node_id", "path")

    def __init__(
        self,
        path: Path,
        *,
        node_id: int,
        new_uuid: Callable[[], bytes],
        cluster_id: str | None = None,
        files: FileSystem | None = None,
    ) -> None:
        """Create the directory if it is missing, lock it, and read or write who it belongs to.

        cluster_id: what another directory of the same broker says. Without that a new directory founds a new cluster;
        new ids come from `new_uuid`. Raises DataDirectoryError.
        """
        self.path = path
        self._files = files or FileSystem()
        self.node_id = node_id
        self._lock = -1
        try:
            self._files.make_directories(path)
            self._lock = self._files.open(path / LOCK_FILE, create=True)
            if not _try_lock(self._lock):
                raise DirectoryLocked(
                    f"{path} is in use by another process: stop it, or choose another directory with --data-dir"
                )
            meta = self._read_meta()
            self.cluster_id = meta.get("cluster.id") or cluster_id or uuid_to_text(new_uuid())
            if cluster_id not in (None, self.cluster_id):
                raise DataDirectoryError(
                    f"{path / META_FILE} names cluster {self.cluster_id}, but another directory of this broker is of "
                    f"cluster {cluster_id}: take the one out of log.dirs that does not belong there"
                )
            self.directory_id = meta.get("directory.id") or uuid_to_text(new_uuid())
            if not meta:
                self._write_meta()
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise DirectoryBroken(f"{error.filename or path}: {error.strerror}") from error
            raise

    def close(self) -> None:
        """Let somebody else have the directory."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _read_meta(self) -> dict[str, str]:
        path = self.path / META_FILE
        meta = _properties(self._files, path)
        if meta is None:
            return {}
        for key in ("version", "cluster.id", "node.id"):
            if not meta.get(key):
                raise DataDirectoryError(f"{path} has no {key}: restore it, or remove it to found a new cluster")
        if meta["version"] != META_VERSION:
            raise DataDirectoryError(f"{path} has version {meta['version']}, this release knows only {META_VERSION}")
        if meta["node.id"] != str(self.node_id):
            raise DataDirectoryError(
                f"{path} belongs to node.id {meta['node.id']}, but this broker has node.id {self.node_id}: "
                f"set node.id={meta['node.id']}, or choose another directory with --data-dir"
            )
        return meta

    def _write_meta(self) -> None:
        lines = (
            f"cluster.id={self.cluster_id}",
            f"directory.id={self.directory_id}",
            f"node.id={self.node_id}",
            f"version={META_VERSION}",
        )
        self._files.replace(self.path / META_FILE, "".join(f"{line}\n" for line in lines).encode(), durably=True)


def stored_cluster_id(path: Path, files: FileSystem | None = None) -> str | None:
    """Return the cluster that a directory says to be of; None if there is no directory or it cannot say."""
    try:
        return (_properties(files or FileSystem(), path / META_FILE) or {}).get("cluster.id")
    except (OSError, DataDirectoryError):
        return None  # whoever opens the directory will hear of it


def _properties(files: FileSystem, path: Path) -> dict[str, str] | None:
    """Return the lines of a properties file, None if there is no file. Raises OSError and DataDirectoryError."""
    try:
        text = files.read(path).decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise DataDirectoryError(
            f"{path} is not readable text: restore it, or remove it to found a new cluster"
        ) from None
    lines = (line.strip() for line in text.splitlines())
    return dict(_property(line) for line in lines if line and line[0] not in "#!")


def _property(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
