"""How much memory there is for this process: the machine's, or less where it runs inside a limit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

CGROUP_LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says what a container may use: cgroup version 2, version 1."""


def machine_memory(limits: Iterable[Path] = CGROUP_LIMITS) -> int | None:
    """Return bytes, None if the system does not say."""
    found = [size for size in (_physical(), *map(_limit, limits)) if size is not None]
    return min(found) if found else None


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # not there, or "max"
        return None


if sys.platform == "win32":
    import ctypes

    def _physical() -> int | None:
        class Status(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
                (name, ctypes.c_ulonglong) for name in ("total", "free", "c", "d", "e", "f", "g")
            ]

        status = Status(length=ctypes.sizeof(Status))
        return status.total if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None

else:

    def _physical() -> int | None:
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (ValueError, OSError):
            return None
