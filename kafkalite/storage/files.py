"""The one door to the file system: what platforms do differently, what their errors mean, and where tests step in.

Every store does all that it does to files through a `FileSystem`. Its verbs finish what they were asked for (the system
may do less in one call) and raise OSError; a test's subclass lets the n-th one fail, do less, or end the process.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kafkalite.storage.disposal import Disposal
from kafkalite.storage.segment_store import Buffer, StorageError, StoreFull, StoreOffline

CAN_SEND: Final = hasattr(os, "sendfile")
"""Whether the socket layer can have the kernel move bytes of a file."""

TEMPORARY_SUFFIX: Final = ".tmp"
"""A file with this behind its name is on its way to replace the one without."""

_OPEN_FLAGS: Final = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

NO_ROOM: Final = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

BROKEN: Final = {
    code
    for name in ("EIO", "EROFS", "ENXIO", "ENODEV", "ENOTBLK", "ESTALE", "EUCLEAN", "EREMOTEIO", "ENOMEDIUM", "ENOLINK")
    if (code := getattr(errno, name, None)) is not None
}
"""What systems say when the device or its file system is gone, broken or has become read-only. Everything else (too
many open files, no permission, a file that vanished) is about one call or one file."""

TRANSIENT: Final = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN}

_NOT_RESERVABLE: Final = {errno.EINVAL, errno.ENODEV, errno.ENOSYS, errno.EOPNOTSUPP}


class Entry(NamedTuple):
    """One name in a directory."""

    name: str
    is_directory: bool
    size: int
    """-1: not asked for."""


def storage_error(path: Path | str, error: OSError) -> StorageError:
    """Say what an error means for a store, with the file's name in front."""
    text = f"{path}: {error.strerror or error}"
    if error.errno in NO_ROOM:
        return StoreFull(text)
    return StoreOffline(text) if error.errno in BROKEN else StorageError(text)


def write_once_by_seeking(descriptor: int, parts: Sequence[Buffer], position: int) -> int:
    """For systems without pwritev (Windows); nobody else uses the descriptor between the two calls."""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.write(descriptor, parts[0] if len(parts) == 1 else b"".join(parts))


def read_once_by_seeking(descriptor: int, size: int, position: int) -> bytes:
    """For systems without pread (Windows)."""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)


def _full_sync() -> Callable[[int], object]:
    """Return the system call that makes content durable: the cheapest that really does."""
    try:
        import fcntl

        full = fcntl.F_FULLFSYNC  # type: ignore[attr-defined,unused-ignore]  # macOS: fsync leaves it to the drive
    except (ImportError, AttributeError):
        return getattr(os, "fdatasync", os.fsync)
    return lambda descriptor: fcntl.fcntl(descriptor, full)


def _size(entry: os.DirEntry[str], sized: str) -> int:
    return entry.stat().st_size if sized and entry.name.endswith(sized) else -1


class FileSystem:
    """The real one.

    write_once(descriptor, parts, position) writes there, perhaps not all, and returns how much; read_once(descriptor,
    size, position) reads there, perhaps not all; sync(descriptor) makes a file's content and size durable.
    """

    def __init__(self) -> None:
        self.write_once: Callable[[int, Sequence[Buffer], int], int] = getattr(os, "pwritev", write_once_by_seeking)
        self.read_once: Callable[[int, int, int], bytes] = getattr(os, "pread", read_once_by_seeking)
        self.sync: Callable[[int], object] = _full_sync()
        self._disposal = Disposal()

    # Bytes

    def open(self, path: Path, *, create: bool = False, empty: bool = False) -> int:
        """Open for reading and writing. empty: what the file held is gone."""
        return os.open(path, _OPEN_FLAGS | (os.O_CREAT if create else 0) | (os.O_TRUNC if empty else 0), 0o644)

    def write_at(self, descriptor: int, parts: Sequence[Buffer], position: int) -> None:
        """Write all parts one behind the other from `position` on, in one call where the system takes it all."""
        self.write_rest(descriptor, parts, position, self.write_once(descriptor, parts, position))

    def write_rest(self, descriptor: int, parts: Sequence[Buffer], position: int, written: int) -> None:
        """Write what a `write_once` that took `written` bytes left."""
        total = sum(map(len, parts))
        if written < total:
            rest = memoryview(b"".join(parts))
            while written < total:
                written += self.write_once(descriptor, (rest[written:],), position + written)

    def read_at(self, descriptor: int, position: int, size: int) -> bytes:
        """Read `size` bytes from `position`, fewer only where the file ends."""
        data = self.read_once(descriptor, size, position)
        return data if len(data) == size else self.read_rest(descriptor, position, size, data)

    def read_rest(self, descriptor: int, position: int, size: int, data: bytes) -> bytes:
        """Read on behind `data`, which is less than `size` bytes, to the end of the file."""
        pieces = [data]
        got = len(data)
        while data and got < size:
            data = self.read_once(descriptor, size - got, position + got)
            pieces.append(data)
            got += len(data)
        return b"".join(pieces)

    def size(self, descriptor: int) -> int:
        return os.fstat(descriptor).st_size

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def reserve(self, descriptor: int, size: int) -> bool:
        """Make the file `size` bytes long and have the volume keep that much for it; False where the system cannot."""
        if not hasattr(os, "posix_fallocate"):
            return False
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            if error.errno in _NOT_RESERVABLE:
                return False
            raise
        return True

    def sync_directory(self, path: Path) -> None:
        """Make names in a directory durable. Windows cannot and need not."""
        if os.name == "posix":
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    # Names

    def rename(self, source: Path, target: Path) -> None:
        """Give a file or directory another name; a file that has that name is gone."""
        os.replace(source, target)

    def unlink(self, path: Path) -> None:
        """Remove a file's name; one that is not there is fine. The bytes of a large one go a little later."""
        self._disposal.unlink(path)

    def make_directory(self, path: Path) -> None:
        path.mkdir()

    def make_directories(self, path: Path) -> None:
        """Make a directory and those above it, unless it is there."""
        path.mkdir(parents=True, exist_ok=True)

    def remove_directory(self, path: Path) -> None:
        """Remove an empty directory."""
        path.rmdir()

    def exists(self, path: Path) -> bool:
        return path.exists()

    def status(self, path: Path) -> tuple[int, int]:
        """Return (size, when it was last written to in nanoseconds since 1970) of a file."""
        status = path.stat()
        return status.st_size, status.st_mtime_ns

    def entries(self, path: Path, *, sized: str = "") -> list[Entry]:
        """Return what is in a directory, by name; with the sizes of those whose name ends with `sized`, if given."""
        with os.scandir(path) as found:
            return sorted(Entry(one.name, one.is_dir(follow_symlinks=False), _size(one, sized)) for one in found)

    def directories(self, path: Path) -> set[str]:
        """Return the names of the directories in a directory."""
        with os.scandir(path) as found:
            return {one.name for one in found if one.is_dir()}

    def space(self, path: Path) -> tuple[int, int]:
        """Return (total, usable) bytes of the volume."""
        import shutil  # for DescribeLogDirs alone

        usage = shutil.disk_usage(path)
        return usage.total, usage.free

    # Made of these

    def read(self, path: Path) -> bytes:
        """Return a small file's content."""
        descriptor = self.open(path)
        try:
            return self.read_at(descriptor, 0, self.size(descriptor))
        finally:
            os.close(descriptor)

    def write(self, path: Path, content: Buffer, *, durably: bool = False) -> None:
        """Write a small file, from nothing."""
        descriptor = self.open(path, create=True, empty=True)
        try:
            if content:
                self.write_at(descriptor, (content,), 0)
            if durably:
                self.sync(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, path: Path, content: Buffer, *, durably: bool = False) -> None:
        """Write a small file so that other eyes see the old one or the new one; `durably` holds for a power cut too."""
        with self.replacement(path) as temporary:
            self.write(temporary, content, durably=durably)
        if durably:
            self.sync_directory(path.parent)

    @contextlib.contextmanager
    def replacement(self, path: Path) -> Iterator[Path]:
        """Give another path to write to, which takes the place of `path` at the end, or is gone if something fails."""
        temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
        try:
            yield temporary
            self.rename(temporary, path)
        except OSError as error:
            error.filename = error.filename or str(path)
            with contextlib.suppress(OSError):
                self.unlink(temporary)  # it may be what the space is missing for
            raise

    def sync_file(self, path: Path) -> None:
        """Make a file's content durable, whoever wrote it."""
        descriptor = self.open(path)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def remove_tree(self, path: Path) -> None:
        """Remove a directory and all in it."""
        for entry in self.entries(path):
            if entry.is_directory:
                self.remove_tree(path / entry.name)
            else:
                self.unlink(path / entry.name)
        self.remove_directory(path)
