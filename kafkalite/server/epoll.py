"""One trio task over an epoll of its own, for all connections of a listener (Linux).

    client's bytes -> epoll -> advance -> answers        an answer that comes later -> `_wake` -> advance

A connection is registered once, for both directions and for edges only, and never again: `advance` reads until there
is nothing more and writes until there is no room, so every edge that matters is still to come. Between two looks at the
epoll those go on whose answer has come or whose turn was over. While there is something to do nobody asks trio, whose
own waiting costs more than a small request; but every few rounds everything else in the broker has its turn.
"""

from __future__ import annotations

import os
import select
from functools import partial
from typing import Final

import trio

from kafkalite.broker.waiting import Waiting
from kafkalite.server.connection import DRAIN_SECONDS, Connection, Need
from kafkalite.server.driver import Left

ROUNDS_PER_TURN: Final = 16
SECONDS_PER_TURN: Final = 0.005
"""Whatever comes first, everything else in the broker has its turn."""
EVENTS_PER_ROUND: Final = 64
"""Of 256 KiB at most each: a round takes some milliseconds at worst."""

_EDGES = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
_LEFT = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


class EpollDriver:
    """See `Driver`."""

    def __init__(self, left: Left) -> None:
        self._left = left
        self._epoll: select.epoll
        self._bell: int
        """Wakes the loop when a connection can go on and no client has sent anything."""
        self._connections: dict[int, Connection] = {}
        self._finishing: dict[Connection, trio.CancelScope] = {}
        self._ready: list[Connection] = []
        self._asleep = False
        self._stopped = False
        self._nursery: trio.Nursery

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
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
        poll, connections, advance = self._epoll.poll, self._connections, self._advance
        rounds, until = 0, trio.current_time() + SECONDS_PER_TURN
        while connections or not self._stopped:
            events = poll(0, EVENTS_PER_ROUND)
            ready, self._ready = self._ready, []
            if not events and not ready:
                rounds = 0
                self._asleep = True
                await trio.lowlevel.wait_readable(self._epoll)
                self._asleep = False
                until = trio.current_time() + SECONDS_PER_TURN
                continue
            for descriptor, mask in events:
                connection = connections.get(descriptor)
                if connection is not None:
                    if mask & _LEFT:
                        self._note_left(connection)
                    else:
                        advance(connection)
            for connection in ready:
                advance(connection)
            rounds += 1
            if rounds == ROUNDS_PER_TURN or trio.current_time() > until:
                rounds = 0
                await trio.lowlevel.checkpoint()
                until = trio.current_time() + SECONDS_PER_TURN

    def _note_left(self, connection: Connection) -> None:
        connection.is_left = True
        if connection.hung_up():
            self._end(connection)
        else:
            self._advance(connection)

    def _advance(self, connection: Connection) -> None:
        if connection.is_closed:  # earlier in this round
            return
        try:
            need = connection.advance()
        except Exception as error:
            self._end(connection, error)
            return
        if need is Need.ANSWER:
            self._await_answer(connection)
        elif need is Need.TURN:
            self._ready.append(connection)
        elif need is Need.NOTHING:
            self._end(connection)

    def _await_answer(self, connection: Connection) -> None:
        pending = connection.conversation.pending
        if isinstance(pending, Waiting):
            pending.listener = partial(self._wake, connection)
        elif connection not in self._finishing:
            self._finishing[connection] = trio.CancelScope()
            self._nursery.start_soon(self._finish, connection)

    async def _finish(self, connection: Connection) -> None:
        """Run a request that must await something."""
        reason = None
        try:
            with self._finishing[connection]:
                if not connection.is_closed:  # before this task had its first turn
                    await connection.conversation.finish()
        except Exception as error:
            reason = error
        finally:
            del self._finishing[connection]
        if reason is not None:
            self._end(connection, reason)
        self._wake(connection)

    def _wake(self, connection: Connection) -> None:
        self._ready.append(connection)
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
