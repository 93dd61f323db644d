"""How many files this process may have open: as many as the system allows it, as a JVM takes without being asked.

Connections and segments both need descriptors. Many systems give a process 1,024 of them to begin with and far more to
who asks; with too few, segments are opened and closed again for every read.
"""

from __future__ import annotations

import contextlib
from typing import Final

FEW: Final = 1024
"""What a process has where nobody can tell."""

MANY: Final = 1 << 20
"""Asked for where the system names no limit."""

FEWER: Final = 10_240
"""The most that macOS gives whatever it says."""

SEGMENTS_FEW: Final = 400
"""Segments that stay open where there are few descriptors: connections want some, too."""

SEGMENTS_MOST: Final = 16_384


def raise_limit() -> int:
    """Take all the descriptors this process may have; return how many that is."""
    try:
        import resource
    except ImportError:  # Windows
        return FEW
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MANY if hard == resource.RLIM_INFINITY else hard
    for wanted in (most, min(most, FEWER)):
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            break
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return MANY if soft == resource.RLIM_INFINITY else soft


def for_segments(limit: int, directories: int) -> int:
    """Return how many segments each log directory may keep open, of `limit` descriptors in all."""
    together = SEGMENTS_FEW if limit <= FEW else min(limit // 2, SEGMENTS_MOST)
    return max(1, together // directories)
