"""The data directory: whose it is, and that only one process uses it.

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


class DataDirectory:
    """A directory that is ours until `close`."""

    __slots__ = ("_files", "_lock", "cluster_id", "directory_id", "node_id", "path")

    def __init__(
        self, path: Path, *, node_id: int, new_uuid: Callable[[], bytes], files: FileSystem | None = None
    ) -> None:
        """Create the directory if it is missing, lock it, and read or write who it belongs to.

        A new directory founds a new cluster: both ids come from `new_uuid`. Raises DataDirectoryError.
        """
        self.path = path
        self._files = files or FileSystem()
        self.node_id = node_id
        self._lock = -1
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = self._files.open(path / LOCK_FILE, create=True)
            if not _try_lock(self._lock):
                raise DirectoryLocked(
                    f"{path} is in use by another process: stop it, or choose another directory with --data-dir"
                )
            meta = self._read_meta()
            self.cluster_id = meta.get("cluster.id") or uuid_to_text(new_uuid())
            self.directory_id = meta.get("directory.id") or uuid_to_text(new_uuid())
            if not meta:
                self._write_meta()
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise DataDirectoryError(f"{error.filename or path}: {error.strerror}") from error
            raise

    def close(self) -> None:
        """Let somebody else have the directory."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _read_meta(self) -> dict[str, str]:
        path = self.path / META_FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except UnicodeDecodeError:
            raise DataDirectoryError(
                f"{path} is not readable text: restore it, or remove it to found a new cluster"
            ) from None
        lines = (line.strip() for line in text.splitlines())
        meta = dict(_property(line) for line in lines if line and line[0] not in "#!")
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
