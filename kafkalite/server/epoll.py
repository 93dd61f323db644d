"""One trio task over an epoll of its own, for all connections of a listener (Linux).

    client's bytes -> epoll -> advance -> answers        an answer that comes later -> `_wake` -> advance

A connection is registered once, for both directions and for edges only, and never again: `advance` reads until there
is nothing more and `flush` writes until there is no room, so every edge that matters is still to come. Between two
looks at the epoll those go on whose answer has come or whose turn was over. While there is something to do nobody asks
trio, whose own waiting costs more than a small request; but every few rounds everything else in the broker has its
turn.

What dominates a small request is not work but sleep: putting a processor to sleep and waking it, the client's by our
answer and ours by its next request. So the answers of a round leave together at its end, which wakes a client of
several connections once (86 -> 61 us of CPU each with 16 connections), and while requests follow each other closely
the loop looks for the next one before it sleeps (`Patience`; 290 -> 165 us from one acknowledgement to the next).
"""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

import trio

from kafkalite.broker.clock import SystemThreadClock
from kafkalite.broker.waiting import Waiting
from kafkalite.server.connection import DRAIN_SECONDS, Connection, Need
from kafkalite.server.driver import Left

ROUNDS_PER_TURN: Final = 16
SECONDS_PER_TURN: Final = 0.005
"""Whatever comes first, everything else in the broker has its turn."""
EVENTS_PER_ROUND: Final = 16
"""Of 256 KiB or 16 requests at most each: some milliseconds at worst, and the first answer waits for the last."""
LONGEST_REST: Final = 64
"""Sleeps, see `Patience`."""

_EDGES = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
_BYTES: Final = Need.BYTES  # by far the most frequent, and an enum's member is looked up slowly before Python 3.12
_LEFT = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


class Patience:
    """Whether to look again for a while before going to sleep: as long as that is worth it.

    Sleeping and waking cost some 50 us, and as much on the client's side, so where a request comes within `seconds`
    after the last one, as from a client that sends one after the other, looking is cheaper. When it was in vain, the
    next sleep is taken without it, then the next two, four, up to LONGEST_REST.
    """

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._seconds = seconds
        self._now = now
        """The system's time, not trio's: this is about its processor, not about anybody's deadline."""
        self._until = 0.0
        """When it is over; 0: it has not begun."""
        self._rest = 0
        """Sleeps to be taken without looking before."""
        self._last_rest = 0

    def is_left(self) -> bool:
        """Return whether to look once more; to be asked whenever a look found nothing."""
        if not self._seconds:
            return False
        now = self._now()
        if self._until:
            if now < self._until:
                return True
            self._until = 0.0
            self._rest = self._last_rest = min(2 * self._last_rest or 1, LONGEST_REST)
            return False
        if self._rest:
            self._rest -= 1
            return False
        self._until = now + self._seconds
        return True

    def found(self) -> None:
        """A look has found something."""
        if self._until:
            self._until = 0.0
            self._last_rest = 0


class EpollDriver:
    """See `Driver`; `busy_poll_us` is how long to look for the next request before going to sleep."""

    def __init__(self, left: Left, busy_poll_us: int) -> None:
        self._left = left
        alone = len(os.sched_getaffinity(0)) == 1  # then the client cannot send anything while we look
        self._patience = Patience(0.0 if alone else busy_poll_us / 1e6, SystemThreadClock.now)
        self._epoll: select.epoll
        self._bell: int
        """Wakes the loop when a connection can go on and no client has sent anything."""
        self._connections: dict[int, Connection] = {}
        self._finishing: dict[Connection, trio.CancelScope] = {}
        self._ready: deque[Connection] = deque()
        self._answered: list[Connection] = []
        """Have something to flush at the end of the round."""
        self._asleep = False
        self._now = 0.0
        """trio's time at the end of the last round or sleep."""
        self._stopped = False
        self._nursery: trio.Nursery

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        self._now = trio.current_time()
        self._epoll = select.epoll()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._bell, select.EPOLLIN | select.EPOLLET)
        try:
            async with trio.open_nursery() as self._nursery:
                task_status.started()
                await self._serve()
                self._nursery.cancel_scope.cancel()
        finally:
            for connection in list(self._connections.values()):
                self._end(connection)
            self._epoll.close()
            os.close(self._bell)

    def add(self, connection: Connection) -> None:
        descriptor = connection.fileno()
        self._connections[descriptor] = connection
        self._epoll.register(descriptor, _EDGES)

    def close(self, connection: Connection) -> None:
        self._end(connection)
        self._ring()

    def stop(self) -> None:
        self._stopped = True
        for connection in list(self._connections.values()):
            if not connection.stop():
                self._end(connection)
        self._nursery.start_soon(self._drain)
        self._ring()

    async def _drain(self) -> None:
        await trio.sleep(DRAIN_SECONDS)
        for connection in list(self._connections.values()):
            self._end(connection)
        self._ring()

    async def _serve(self) -> None:
        poll, connections, advance, patience = self._epoll.poll, self._connections, self._advance, self._patience
        rounds, until = 0, self._now + SECONDS_PER_TURN
        while connections or not self._stopped:
            events = poll(0, EVENTS_PER_ROUND)
            if not events and not self._ready:
                if patience.is_left():
                    continue
                rounds = 0
                self._asleep = True
                await trio.lowlevel.wait_readable(self._epoll)
                self._asleep = False
                self._now = trio.current_time()
                until = self._now + SECONDS_PER_TURN
                continue
            patience.found()
            for descriptor, mask in events:
                connection = connections.get(descriptor)
                if connection is not None:
                    if mask & _LEFT:
                        self._note_left(connection)
                    elif not connection.is_ready:  # else it has its turn
                        advance(connection)
            if self._ready:
                self._flush()
                self._go_on()
            self._flush()
            rounds += 1
            self._now = trio.current_time()
            if rounds == ROUNDS_PER_TURN or self._now > until:
                rounds = 0
                await trio.lowlevel.checkpoint()
                self._now = trio.current_time()
                until = self._now + SECONDS_PER_TURN

    def _go_on(self) -> None:
        """Let those go on who can, those too whose answer has come with another's request just now, until one of them
        uses up its turn: who asks little waits for one of those who ask much, not for all of them (beside four that
        send half megabytes 3.5 -> 0.4 ms p50, 8 -> 0.7 ms p99 of a sync produce).
        """
        ready = self._ready
        for _ in range(len(ready)):
            connection = ready.popleft()
            connection.is_ready = False
            if self._advance(connection):
                break

    def _flush(self) -> None:
        for connection in self._answered:
            if not connection.is_closed:
                try:
                    connection.flush()  # what there is no room for goes with the edge that tells of some
                except Exception as error:
                    self._end(connection, error)
        self._answered.clear()

    def _note_left(self, connection: Connection) -> None:
        connection.is_left = True
        if connection.hung_up():
            self._end(connection)
        else:
            self._advance(connection)

    def _advance(self, connection: Connection) -> bool:
        """Do what can be done for a client; return whether it has used up its turn."""
        if connection.is_closed:  # earlier in this round
            return False
        try:
            need = connection.advance(self._now)
        except Exception as error:
            self._end(connection, error)
            return False
        if connection.conversation.output:
            self._answered.append(connection)
        if need is _BYTES:
            return False
        if need is Need.ANSWER:
            self._await_answer(connection)
        elif need is Need.TURN:
            self._make_ready(connection)
            return True
        elif need is Need.NOTHING:
            self._flush()
            self._end(connection)
        return False

    def _make_ready(self, connection: Connection) -> None:
        if not connection.is_ready:
            connection.is_ready = True
            self._ready.append(connection)

    def _await_answer(self, connection: Connection) -> None:
        pending = connection.conversation.pending
        if isinstance(pending, Waiting):
            pending.listener = partial(self._wake, connection)
        elif connection not in self._finishing:
            self._finishing[connection] = trio.CancelScope()
            self._nursery.start_soon(self._finish, connection)

    async def _finish(self, connection: Connection) -> None:
        """Run a request that must await something."""
        try:
            with self._finishing[connection]:
                if not connection.is_closed:  # before this task had its first turn
                    await connection.conversation.finish()
        except Exception as error:
            self._end(connection, error)
        finally:
            del self._finishing[connection]
        self._wake(connection)

    def _wake(self, connection: Connection) -> None:
        self._make_ready(connection)
        self._ring()

    def _ring(self) -> None:
        if self._asleep:
            self._asleep = False
            os.eventfd_write(self._bell, 1)

    def _end(self, connection: Connection, reason: Exception | None = None) -> None:
        if connection.is_closed:
            return
        if connection in self._finishing:
            self._finishing[connection].cancel()
        del self._connections[connection.fileno()]  # closing the socket takes it out of the epoll
        connection.close(reason)
        self._left(connection)
