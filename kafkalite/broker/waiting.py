"""Requests that have to wait, as objects: a slot for the answer, and one deadline heap for all of them.

A long poll, a join or an append that is not durable yet costs an object here, never a task.
"""

from __future__ import annotations

import heapq
import logging
import math
from collections.abc import Callable
from functools import partial

import trio

from kafkalite.broker.clock import Clock
from kafkalite.wire.message import Message

log = logging.getLogger(__name__)


class Waiting:
    """The answer to one request, which may come later. A handler returns it instead of a response.

    `resolve` is called once, by whoever has the answer. `answer` runs when the connection goes on, so a subclass may
    put its last work there (a fetch reads once more). `abandon` tells that nobody listens any more.

    listener: called once the answer is there, by whoever gives it; it only notes that the connection can go on.
    """

    __slots__ = ("_message", "listener", "resolved")

    def __init__(self) -> None:
        self.resolved = False
        self.listener: Callable[[], object] | None = None
        self._message: Message | None = None

    def resolve(self, message: Message | None = None) -> None:
        """Give the answer (None where `answer` makes it, or where the request gets none) and wake the connection."""
        assert not self.resolved, "a request is answered once"
        self.resolved = True
        self._message = message
        listener = self.listener
        if listener is not None:
            self.listener = None
            listener()

    def answer(self) -> Message | None:
        """Return the response once resolved; None means the request gets no answer (acks=0)."""
        return self._message

    def abandon(self) -> None:
        """The connection is gone. Most waits simply run out; a subclass may stop early."""

    async def wait(self) -> None:
        """Sleep until resolved; a cancelled wait abandons the request."""
        if self.resolved:
            return
        self.listener = partial(trio.lowlevel.reschedule, trio.lowlevel.current_task())

        def abort(_: object) -> trio.lowlevel.Abort:
            self.listener = None
            self.abandon()
            return trio.lowlevel.Abort.SUCCEEDED

        await trio.lowlevel.wait_task_rescheduled(abort)


class Timer:
    """One entry of the deadline heap; `cancel` is lazy and costs nothing."""

    __slots__ = ("action", "deadline")

    def __init__(self, deadline: float, action: Callable[[], None]) -> None:
        self.deadline = deadline
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None

    def __lt__(self, other: Timer) -> bool:
        return self.deadline < other.deadline


class Timers:
    """One heap of deadlines and one task that runs what is due, for the whole broker."""

    _COMPACT_AT = 1024  # cancelled long polls would otherwise stay in the heap until their max_wait is over

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Timer] = []
        self._compact_at = self._COMPACT_AT
        self._wake = trio.Event()
        self._sleeping_until = math.inf

    def at(self, deadline: float, action: Callable[[], None]) -> Timer:
        """Run `action` at the instant `deadline` (clock seconds) unless the returned timer is cancelled first."""
        timer = Timer(deadline, action)
        heapq.heappush(self._heap, timer)
        if len(self._heap) > self._compact_at:
            self._drop_cancelled()
        if deadline < self._sleeping_until:
            self._wake.set()
        return timer

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Run `action` in `seconds` from now."""
        return self.at(self._clock.now() + seconds, action)

    async def run(self) -> None:
        """Run due actions for ever; the broker's one timer task."""
        while True:
            self.run_due()
            self._wake = trio.Event()
            self._sleeping_until = self._heap[0].deadline if self._heap else math.inf
            with trio.move_on_at(self._sleeping_until):
                await self._wake.wait()

    def run_due(self) -> None:
        """Run every action whose deadline is not after now. What they make due at once waits for the next time: work
        that goes on in slices is to let everybody else run in between.
        """
        now = self._clock.now()
        due = []
        while self._heap and self._heap[0].deadline <= now:
            due.append(heapq.heappop(self._heap))
        for timer in due:
            action = timer.action
            if action is not None:
                try:
                    action()
                except Exception:  # one broken action must not end all sessions, retention and long polls
                    log.exception("BUG: %r failed; please report this", action)

    def _drop_cancelled(self) -> None:
        self._heap = [timer for timer in self._heap if timer.action is not None]
        heapq.heapify(self._heap)
        self._compact_at = max(self._COMPACT_AT, 2 * len(self._heap))
