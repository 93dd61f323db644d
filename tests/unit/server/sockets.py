"""For the tests of sockets: a broker in memory behind a real listener, and frames to send it."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from kafkalite.broker.broker import Broker
from kafkalite.broker.clock import SystemClock
from kafkalite.broker.randomness import Random
from kafkalite.config import BrokerConfig
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.server.driver import HAS_EPOLL
from kafkalite.server.listener import Listener, open_socket
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentStore
from kafkalite.wire.codec import encode
from kafkalite.wire.message import Message

DRIVERS = ["tasks", "epoll"] if HAS_EPOLL else ["tasks"]

driver = "auto"
"""What `listening` uses; the fixture of this name runs a test with each."""


@asynccontextmanager
async def listening(
    settings: dict[str, str] | None = None, store: SegmentStore | None = None
) -> AsyncIterator[Listener]:
    """Serve on a free port of loopback until the block ends."""
    broker = Broker(
        BrokerConfig.of({"kafkalite.network.driver": driver, **(settings or {})}),
        clock=SystemClock(),
        random=Random(),
        stores=LogDirectories([store or MemoryStore()]),
        metadata=MemoryMetadata(),
    )
    await broker.start()
    listener = Listener(broker, open_socket("127.0.0.1", 0), "PLAINTEXT")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(broker.run)
        nursery.start_soon(listener.run)
        yield listener
        nursery.cancel_scope.cancel()


async def connect(listener: Listener) -> trio.SocketStream:
    return await trio.open_tcp_stream(*listener.address)


def frame(message: Message, version: int, correlation: int) -> bytes:
    """A request as it goes over the wire."""
    flexible = message.FLEXIBLE is not None and version >= message.FLEXIBLE
    header = struct.pack(">hhih", message.API_KEY, version, correlation, 4) + b"test" + (b"\0" if flexible else b"")
    body = header + encode(message, version)
    return struct.pack(">i", len(body)) + body


class Answers:
    """Cuts the answers out of what a stream receives."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._data = b""

    async def read(self) -> tuple[int, bytes]:
        """Return (correlation id, what follows it) of the next answer."""
        body = await self._exactly(struct.unpack(">i", await self._exactly(4))[0])
        return struct.unpack_from(">i", body)[0], body[4:]

    async def ended(self) -> bool:
        """Wait for more; return whether the server closed instead, without a byte."""
        return not self._data and await self._stream.receive_some() == b""

    async def _exactly(self, size: int) -> bytes:
        while len(self._data) < size:
            more = await self._stream.receive_some()
            assert more, "the server closed the connection"
            self._data += more
        taken, self._data = self._data[:size], self._data[size:]
        return taken
