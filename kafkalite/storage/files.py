"""What platforms do differently about files, in one place: writing and reading at a position, syncing, sending.

Every function takes a descriptor, finishes what it was asked for (the system may do less in one call), and raises
OSError.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kafkalite.storage.segment_store import Buffer

CAN_SEND: Final = hasattr(os, "sendfile")
"""Whether the socket layer can have the kernel move bytes of a file."""

_OPEN_FLAGS: Final = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_file(path: Path, *, create: bool = False) -> int:
    """Open for reading and writing."""
    return os.open(path, _OPEN_FLAGS | (os.O_CREAT if create else 0), 0o644)


def write_at(descriptor: int, parts: Sequence[Buffer], position: int) -> None:
    """Write all parts one behind the other from `position` on, in one call where the system takes it all."""
    written = _write_once(descriptor, parts, position)
    total = sum(map(len, parts))
    if written < total:
        rest = memoryview(b"".join(parts))
        while written < total:
            written += _write_once(descriptor, (rest[written:],), position + written)


def read_at(descriptor: int, position: int, size: int) -> bytes:
    """Read `size` bytes from `position`, fewer only where the file ends."""
    data = _read_once(descriptor, position, size)
    if len(data) == size or not data:
        return data
    pieces = [data]
    got = len(data)
    while got < size:
        data = _read_once(descriptor, position + got, size - got)
        if not data:
            break
        pieces.append(data)
        got += len(data)
    return b"".join(pieces)


def sync(path: Path) -> None:
    """Make a file's content durable, whoever wrote it."""
    descriptor = open_file(path)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Make names in a directory durable. Windows cannot and need not."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(path: Path, content: str, *, durably: bool = False) -> None:
    """Write a small file so that other eyes see the old one or the new one; `durably` holds for a power cut too."""
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(content)
        if durably:
            file.flush()
            os.fsync(file.fileno())
    os.replace(temporary, path)
    if durably:
        sync_directory(path.parent)


def write_once_by_seeking(descriptor: int, parts: Sequence[Buffer], position: int) -> int:
    """For systems without pwritev (Windows); nobody else uses the descriptor between the two calls."""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.write(descriptor, parts[0] if len(parts) == 1 else b"".join(parts))


def read_once_by_seeking(descriptor: int, position: int, size: int) -> bytes:
    """For systems without pread (Windows)."""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)


def _pread(descriptor: int, position: int, size: int) -> bytes:
    return os.pread(descriptor, size, position)


_write_once = getattr(os, "pwritev", write_once_by_seeking)
_read_once = _pread if hasattr(os, "pread") else read_once_by_seeking
