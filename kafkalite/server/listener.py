"""A listening socket and the connections that came in by it."""

from __future__ import annotations

import errno
import logging
import socket
from collections import Counter
from typing import TYPE_CHECKING

import trio

from kafkalite.broker.session import Session
from kafkalite.server.connection import Connection
from kafkalite.server.driver import new_driver
from kafkalite.server.inbox import BufferPool

if TYPE_CHECKING:
    from kafkalite.broker.broker import Broker

log = logging.getLogger(__name__)

BACKLOG = 512
LOOK_SECONDS = 1.0
"""How often waiting connections are asked whether somebody is still there, and idle ones are closed."""

_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def open_socket(host: str, port: int) -> socket.socket:
    """Return a non-blocking listening TCP socket. Raises OSError (address in use, not ours, not resolvable)."""
    # As bytes, because a name as text has Python load what it knows of international ones: 2 ms of a start.
    name = host.encode() if host.isascii() else host
    family, kind, protocol, _, address = socket.getaddrinfo(
        name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


class Listener:
    """Accepts connections within `max.connections` and `max.connections.per.ip` and closes the idle ones.

    At `max.connections` newcomers wait in the kernel's backlog, as they do in Kafka. Both limits may change at any
    time; who is there already stays.
    """

    def __init__(self, broker: Broker, sock: socket.socket, name: str) -> None:
        config = broker.config
        self._broker = broker
        self._socket = sock
        self._name = name
        self._pool = BufferPool()
        self._idle_seconds = config.int("connections.max.idle.ms") / 1000
        self._send_buffer = config.int("socket.send.buffer.bytes")
        self._receive_buffer = config.int("socket.receive.buffer.bytes")
        self._per_ip: Counter[str] = Counter()
        self._room = trio.Event()
        self._accepting = trio.CancelScope()
        self._looking = trio.CancelScope()
        self._driver = new_driver(
            config.str("kafkalite.network.driver") or "auto",
            self._left,
            config.int("kafkalite.network.busy.poll.us"),
        )
        self.connections: set[Connection] = set()
        host, port = sock.getsockname()[:2]
        self.address: tuple[str, int] = (host, port)

    async def run(self) -> None:
        """Serve until `stop`, and then until the last connection has left."""
        async with trio.open_nursery() as nursery:
            await nursery.start(self._driver.run)
            nursery.start_soon(self._look_after)
            with self._socket, self._accepting:
                await self._accept()

    def stop(self) -> None:
        """Accept nobody any more; connections leave now, those in the middle of an answer within DRAIN_SECONDS."""
        self._accepting.cancel()
        self._looking.cancel()
        self._driver.stop()

    async def _accept(self) -> None:
        while True:
            while not self._has_room():
                self._room = trio.Event()
                await self._room.wait()
            try:
                sock, address = self._socket.accept()
            except BlockingIOError:
                await trio.lowlevel.wait_readable(self._socket)
                continue
            except ConnectionError:
                continue
            except OSError as error:
                if error.errno not in _OUT_OF_DESCRIPTORS:
                    raise
                log.error("cannot accept a connection: %s; raise the limit of open files (ulimit -n)", error.strerror)
                await trio.sleep(LOOK_SECONDS)
                continue
            self._welcome(sock, address)

    def _has_room(self) -> bool:
        return len(self.connections) < self._broker.config.int("max.connections")

    def _welcome(self, sock: socket.socket, address: tuple[str, int]) -> None:
        host, port = address[:2]
        most = self._broker.config.int("max.connections.per.ip")
        if self._per_ip[host] >= most:
            log.warning("refused a connection from %s: it has max.connections.per.ip=%d already", host, most)
            sock.close()
            return
        try:
            self._tune(sock)
            local_host, local_port = sock.getsockname()[:2]
        except OSError:  # it left before we looked
            sock.close()
            return
        session = Session(listener=self._name, local=(local_host, local_port), peer=(host, port))
        self._per_ip[host] += 1
        connection = Connection(self._broker, sock, session, self._pool)
        self.connections.add(connection)
        self._driver.add(connection)

    def _tune(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._send_buffer >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
        if self._receive_buffer >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)

    def _left(self, connection: Connection) -> None:
        self.connections.discard(connection)
        host = connection.session.peer_host
        self._per_ip[host] -= 1
        if not self._per_ip[host]:
            del self._per_ip[host]
        self._room.set()

    async def _look_after(self) -> None:
        """Close idle connections (`connections.max.idle.ms`) and those whose client left while its request waits."""
        with self._looking:
            while True:
                await trio.sleep(LOOK_SECONDS)
                self._close_the_left_and_the_idle()
                if self._has_room():  # the limit may be another than before
                    self._room.set()

    def _close_the_left_and_the_idle(self) -> None:
        now = self._broker.clock.now()
        for connection in tuple(self.connections):
            since = connection.idle_since()
            idle = since is not None and self._idle_seconds >= 0 and now - since > self._idle_seconds
            if idle or connection.hung_up():
                log.debug("closed the %s connection from %s", "idle" if idle else "left", connection.session.peer_host)
                self._driver.close(connection)
