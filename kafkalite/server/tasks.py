"""A trio task for each connection: the driver that runs everywhere."""

from __future__ import annotations

import trio

from kafkalite.server.connection import DRAIN_SECONDS, Connection, Need
from kafkalite.server.driver import Left


class TaskDriver:
    """See `Driver`."""

    def __init__(self, left: Left) -> None:
        self._left = left
        self._scopes: dict[Connection, trio.CancelScope] = {}
        self._stopped = trio.Event()
        self._nursery: trio.Nursery

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        async with trio.open_nursery() as self._nursery:
            task_status.started()
            await self._stopped.wait()

    def add(self, connection: Connection) -> None:
        self._scopes[connection] = trio.CancelScope()
        self._nursery.start_soon(self._serve, connection)

    def close(self, connection: Connection) -> None:
        self._scopes[connection].cancel()

    def stop(self) -> None:
        self._stopped.set()
        for connection, scope in self._scopes.items():
            if connection.stop():
                scope.deadline = trio.current_time() + DRAIN_SECONDS
            else:
                scope.cancel()

    async def _serve(self, connection: Connection) -> None:
        try:
            with self._scopes[connection]:
                await self._go_on(connection)
        except Exception as error:
            connection.close(error)
        finally:
            if not connection.is_closed:
                connection.close()
            del self._scopes[connection]
            self._left(connection)

    async def _go_on(self, connection: Connection) -> None:
        while True:
            need = connection.advance(trio.current_time())
            if not connection.flush():
                need = Need.ROOM
            match need:
                case Need.BYTES:
                    await trio.lowlevel.wait_readable(connection)
                case Need.ANSWER:
                    await connection.conversation.finish()
                case Need.TURN:
                    await trio.lowlevel.checkpoint()
                case Need.ROOM:
                    await trio.lowlevel.wait_writable(connection)
                case Need.NOTHING:
                    return
