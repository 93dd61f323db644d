"""The one clock: every timer and timestamp of the broker asks it.

Instants (`now`, deadlines) are float seconds of trio's clock, so `trio.testing.MockClock` moves all of them. Wall
time is only for what records and answers say; nothing waits by it.
"""

from __future__ import annotations

import time
from typing import Protocol

import trio


class Clock(Protocol):
    """What the broker asks of time."""

    def now(self) -> float:
        """Return the present instant in seconds; it never goes back."""

    def wall_ms(self) -> int:
        """Return milliseconds since 1970, as Kafka's timestamps are."""


class SystemClock:
    """trio's time and the system's wall clock."""

    now = staticmethod(trio.current_time)

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000


class VirtualClock:
    """Both times from trio's clock: under MockClock a test moves the wall clock too."""

    now = staticmethod(trio.current_time)

    def __init__(self, wall_start_ms: int = 1_700_000_000_000) -> None:
        self._wall_start_ms = wall_start_ms

    def wall_ms(self) -> int:
        return self._wall_start_ms + int(trio.current_time() * 1000)


class ThreadClock(Protocol):
    """What work in another thread asks of time: there is no trio, and sleeping holds up nobody else."""

    def now(self) -> float:
        """Return the present instant in seconds; it never goes back."""

    def sleep(self, seconds: float) -> None:
        """Do nothing for so long."""


class SystemThreadClock:
    """The system's time."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)
    computed = staticmethod(time.thread_time)
    """Processor seconds that the calling thread has used."""
