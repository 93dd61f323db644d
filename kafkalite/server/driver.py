"""Who runs the connections: what a driver promises, and which one this system gets.

Both do the same with the same `Connection`; they differ in what waiting costs. `tasks` has a trio task for each
connection and runs everywhere. `epoll` has one task over an epoll of its own (Linux): a small request costs it half as
much, and an idle connection 1 instead of 5 KiB.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Protocol

import trio

from kafkalite.server.connection import Connection

Left = Callable[[Connection], None]
"""Hears that a connection has ended."""

HAS_EPOLL = hasattr(select, "epoll")


class Driver(Protocol):
    """Runs connections from `add` to their end, and then tells whoever gave it them."""

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        """Serve, until `stop` and then until the last one has left; it has started when it takes connections."""

    def add(self, connection: Connection) -> None:
        """Begin to serve a client."""

    def close(self, connection: Connection) -> None:
        """Show a client out now."""

    def stop(self) -> None:
        """Everybody leaves: now, or within DRAIN_SECONDS where an answer is half on the wire."""


def new_driver(name: str, left: Left, busy_poll_us: int) -> Driver:
    """Return what `kafkalite.network.driver` and `kafkalite.network.busy.poll.us` ask for; only the module in use is
    imported.

    Raises ValueError when this system cannot have it.
    """
    if name == "epoll" and not HAS_EPOLL:
        raise ValueError("kafkalite.network.driver=epoll needs Linux; say auto or tasks")
    if name != "tasks" and HAS_EPOLL:
        from kafkalite.server.epoll import EpollDriver

        return EpollDriver(left, busy_poll_us)
    from kafkalite.server.tasks import TaskDriver

    return TaskDriver(left)
