"""The broker as a process: stores opened, sockets bound, signals heard, everything let go in order."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import trio

from kafkalite.broker.broker import Broker
from kafkalite.broker.clock import Clock, SystemClock, SystemThreadClock
from kafkalite.broker.randomness import Random
from kafkalite.config import Listener as ListenAddress
from kafkalite.metadata.local_file import LocalFileMetadata
from kafkalite.server.listener import Listener, open_socket
from kafkalite.server.stores import open_stores
from kafkalite.settings import LostDisk, Ready, Settings, StartError
from kafkalite.storage.segment_store import StorageError

log = logging.getLogger(__name__)


async def serve(settings: Settings, *, ready: Callable[[Ready], None]) -> None:
    """Run one broker until SIGTERM or SIGINT; `ready` is called once it answers.

    Raises StartError when a port or a directory is not to be had or what is stored cannot be trusted, LostDisk when the
    disks that the broker cannot do without fail while it runs or as it stops.
    """
    lost = _Lost()
    async with contextlib.AsyncExitStack() as stack:
        signals = stack.enter_context(trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT))
        sockets = _bind(settings.listeners, stack)
        broker = await stack.enter_async_context(_started(settings, SystemClock(), Random(), lost))
        listeners = _listeners(broker, settings.listeners, sockets)
        bound = [
            address._replace(host=one.address[0], port=one.address[1])
            for address, one in zip(settings.listeners, listeners, strict=True)
        ]
        stack.enter_context(_watched(settings))
        async with trio.open_nursery() as timers:
            timers.start_soon(broker.run)
            async with trio.open_nursery() as nursery:
                for listener in listeners:
                    nursery.start_soon(listener.run)
                gc.freeze()  # what there is now stays: to look at it again and again would find nothing
                gc.enable()  # `cli` starts without
                if settings.port_file is not None:
                    stack.enter_context(_port_file(settings.port_file, bound[0]))
                ready(Ready(bound, broker.node_id, broker.cluster_id, broker.stores.describe()))
                await _end(signals, lost)
                for listener in listeners:
                    listener.stop()
            timers.cancel_scope.cancel()
    if lost.reason is not None:
        raise LostDisk(lost.reason)


def _watched(settings: Settings) -> contextlib.AbstractContextManager[None]:
    limit_ms = settings.config.int("kafkalite.loop.watchdog.ms")
    if not limit_ms:
        return contextlib.nullcontext()
    from kafkalite.server.watchdog import watched

    return watched(limit_ms, SystemThreadClock())


class _Lost:
    """Whether the broker has lost what it cannot do without."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.event = trio.Event()

    def tell(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.event.set()


async def _end(signals: AsyncIterator[int], lost: _Lost) -> None:
    """Return when it is time to stop; the log says why."""
    async with trio.open_nursery() as nursery:

        async def hear_a_signal() -> None:
            number = await anext(signals)
            log.info("%s: stopping", signal.Signals(number).name)
            nursery.cancel_scope.cancel()

        nursery.start_soon(hear_a_signal)
        await lost.event.wait()
        log.critical("the broker cannot go on: %s", lost.reason)
        nursery.cancel_scope.cancel()


def _bind(addresses: Sequence[ListenAddress], stack: contextlib.AsyncExitStack) -> list[socket.socket]:
    sockets = []
    for address in addresses:
        try:
            sockets.append(stack.enter_context(contextlib.closing(open_socket(address.host, address.port))))
        except OSError as error:
            raise StartError(
                f"cannot listen on {address.host}:{address.port}: {error.strerror or error}. "
                "Stop whoever uses the port, or choose another with --listen HOST:PORT (port 0 takes a free one)."
            ) from error
    return sockets


def _listeners(broker: Broker, addresses: Sequence[ListenAddress], sockets: Sequence[socket.socket]) -> list[Listener]:
    try:
        return [Listener(broker, sock, address.name) for address, sock in zip(addresses, sockets, strict=True)]
    except ValueError as error:  # a driver that this system does not have
        raise StartError(str(error)) from error


@contextlib.asynccontextmanager
async def _started(settings: Settings, clock: Clock, random: Random, lost: _Lost) -> AsyncIterator[Broker]:
    """Open the stores the settings name and start a broker on them; close them, cleanly unless something broke.

    Raises StartError.
    """
    with contextlib.ExitStack() as stack:
        stores = open_stores(settings, random.uuid, stack)
        stack.callback(stores.metadata.close)
        stores.directories.on_lost = lost.tell
        if isinstance(stores.metadata, LocalFileMetadata):
            stores.metadata.on_broken = lost.tell
        broker = Broker(
            settings.config,
            clock=clock,
            random=random,
            stores=stores.directories,
            metadata=stores.metadata,
            cluster_id=stores.cluster_id,
        )
        try:
            await broker.start()
        except StorageError as error:
            raise StartError(str(error)) from error
        is_clean = False
        try:
            yield broker
            is_clean = True
        finally:
            try:
                broker.topics.close(clean=is_clean)
            except StorageError as error:
                log.error("the next start will check what is stored: %s", error)
                lost.tell(str(error))


@contextlib.contextmanager
def _port_file(path: Path, address: ListenAddress) -> Iterator[None]:
    """Write `host:port` in one atomic step; take the file away again at the end, so that it never misleads."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    host = f"[{address.host}]" if ":" in address.host else address.host
    temporary.write_text(f"{host}:{address.port}\n", encoding="ascii")
    temporary.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
