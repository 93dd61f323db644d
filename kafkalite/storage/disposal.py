"""Removing large files without holding anybody up.

A system takes 0.3 ms to give back a megabyte, so unlinking a segment of a gigabyte would stop the broker for a third of
a second. But it only does so when nobody has the file open any more: it is opened, its name is removed, and a thread
closes it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Final

LARGE_BYTES: Final = 8 << 20
"""Less is gone within two milliseconds or so."""


class Disposal:
    """The thread, which begins with the first large file. It is a daemon: the system closes what is open at the end."""

    def __init__(self) -> None:
        self._descriptors: SimpleQueue[int] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def unlink(self, path: Path) -> None:
        """Remove a file's name; one that is not there is fine. Raises OSError."""
        descriptor = _opened_if_large(path)
        try:
            path.unlink(missing_ok=True)
        finally:
            if descriptor is not None:
                self._close(descriptor)

    def _close(self, descriptor: int) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="disposal", daemon=True)
            self._thread.start()
        self._descriptors.put(descriptor)

    def _run(self) -> None:
        while True:
            os.close(self._descriptors.get())


def _opened_if_large(path: Path) -> int | None:
    """Open a large file, on systems that remove names of open ones; None where it cannot be had."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            if os.stat(path, follow_symlinks=False).st_size >= LARGE_BYTES:
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    return None
