"""How fast work beside the broker may go: it rests again and again, keeps to a rate, and stops when told to.

Python runs one thread at a time. A thread that computes gives way only every five milliseconds, and then to one waiting
thread; while it sleeps, all others run. So the work asks here often, and sleeps a sixth of the time.
"""

from __future__ import annotations

import math
from typing import Final

from kafkalite.broker.clock import SystemThreadClock, ThreadClock

WORK_SECONDS: Final = 0.0005
"""Work between two rests: what a request may have to wait longer than usual."""

REST_SECONDS: Final = 0.0001
"""A rest: enough for a waiting thread to wake up and take over."""

LONGEST_WAIT: Final = 0.1
"""A wait for the rate is cut into pieces of this, so that a stop is noticed."""


class Stopped(Exception):
    """The work is not wanted any more: leave it."""


class Pace:
    """One worker's pace. `stop` may come from any thread."""

    def __init__(self, bytes_per_second: float = math.inf, clock: ThreadClock | None = None) -> None:
        self._bytes_per_second = bytes_per_second
        self._clock = clock or SystemThreadClock()
        self._rested = self._allowed_from = self._clock.now()
        self._is_stopped = False

    def stop(self) -> None:
        self._is_stopped = True

    def rest(self) -> None:
        """Rest if it is time to. Raises Stopped."""
        if self._is_stopped:
            raise Stopped
        if self._clock.now() - self._rested >= WORK_SECONDS:
            self._clock.sleep(REST_SECONDS)
            self._rested = self._clock.now()

    def spend(self, size: int) -> None:
        """`size` bytes were read or written: wait until they may have been, and rest if it is time. Raises Stopped."""
        self.rest()
        if self._bytes_per_second == math.inf:
            return
        self._allowed_from = max(self._allowed_from, self._clock.now()) + size / self._bytes_per_second
        while (wait := self._allowed_from - self._clock.now()) > REST_SECONDS:
            if self._is_stopped:
                raise Stopped
            self._clock.sleep(min(wait, LONGEST_WAIT))
            self._rested = self._clock.now()
