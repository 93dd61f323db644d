"""Tells when the loop stood still: one task ran for longer than it should, and every client had to wait for it.

    kafkalite.loop.watchdog.ms=50    WARNING the loop stood still for 83 ms (81 of them computing) in ..., at:  <stack>

It is for those who look for what makes answers late, and on in the compatibility tests. It costs each step of a task
about a microsecond, and nothing while it is off. The stack is taken by a thread while the loop stands still; a halt
that is over sooner than the thread looks has none. On a busy machine the loop may stand still because others run:
then little of it was computing.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Protocol

import trio

log = logging.getLogger(__name__)

LOOKS_PER_LIMIT = 4
"""How often within the limit the thread looks: a halt a quarter longer than that has its stack."""

STACK_LINES = 12


class StepClock(Protocol):
    """What tells how long a step took, and how much of that it computed."""

    def now(self) -> float:
        """Return the present instant in seconds."""

    def computed(self) -> float:
        """Return the processor seconds that the calling thread has used."""


class Watchdog(trio.abc.Instrument):
    """Watches the run loop of the thread it is made in."""

    def __init__(self, limit: float, clock: StepClock) -> None:
        """limit: seconds that a task may run without letting others."""
        self._limit = limit
        self._clock = clock
        self._thread = threading.get_ident()
        self._since: float | None = None
        self._computed = 0.0
        self._stack: str | None = None
        self._stopped = threading.Event()

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self._computed = self._clock.computed()
        self._since = self._clock.now()

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        since, self._since = self._since, None
        stack, self._stack = self._stack, None
        if since is not None and (seconds := self._clock.now() - since) > self._limit:
            computed = self._clock.computed() - self._computed
            log.warning(
                "the loop stood still for %d ms (%d of them computing) in %s%s",
                seconds * 1000,
                computed * 1000,
                task.name,
                f", at:\n{stack}" if stack else "",
            )

    def look(self) -> None:
        """Remember what the loop does if it has done so for too long. Runs in the thread."""
        since = self._since
        if since is not None and self._stack is None and self._clock.now() - since > self._limit:
            frame = sys._current_frames().get(self._thread)
            stack = "".join(traceback.format_stack(frame)[-STACK_LINES:]) if frame is not None else None
            if self._since == since:  # else it is over, and the stack is another's
                self._stack = stack

    def run(self) -> None:
        """Look until `stop`."""
        while not self._stopped.wait(self._limit / LOOKS_PER_LIMIT):
            self.look()

    def stop(self) -> None:
        self._stopped.set()


@contextlib.contextmanager
def watched(limit_ms: int, clock: StepClock) -> Iterator[None]:
    """Watch the run loop that this is called in; 0 does not."""
    if not limit_ms:
        yield
        return
    dog = Watchdog(limit_ms / 1000, clock)
    thread = threading.Thread(target=dog.run, name="watchdog", daemon=True)
    thread.start()
    trio.lowlevel.add_instrument(dog)
    try:
        yield
    finally:
        trio.lowlevel.remove_instrument(dog)
        dog.stop()
