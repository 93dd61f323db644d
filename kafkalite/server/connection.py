"""One client over a plain socket: optimistic non-blocking reads and writes, one task, one send per round.

Waiting for the kernel costs three times what an attempt costs, so every round first tries `recv`, handles every
complete frame of that read, writes all answers at once, and waits only when the kernel has nothing.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

import trio

from kafkalite.apis.context import CloseConnection
from kafkalite.server.dispatch import Conversation
from kafkalite.server.inbox import BufferPool, Inbox
from kafkalite.storage.segment_store import FileSpan
from kafkalite.wire.codec import Part, ProtocolError

if TYPE_CHECKING:
    from kafkalite.broker.broker import Broker
    from kafkalite.broker.session import Session

log = logging.getLogger(__name__)

Bytes = bytes | bytearray | memoryview

ROUNDS_PER_TURN = 16
"""A connection that always has bytes lets the others run after this many rounds."""

DRAIN_SECONDS = 2.0
"""How long a stop waits for an answer that is half on the wire."""

_JOIN_BELOW = 64 * 1024  # joining small parts costs less than a vectored send of them
_MAX_VECTOR = 512
_MSG_MORE = getattr(socket, "MSG_MORE", 0)


class Connection:
    """Reads frames, hands them to a Conversation, writes its answers."""

    __slots__ = (
        "_broker",
        "_conversation",
        "_inbox",
        "_socket",
        "_stopping",
        "_writing",
        "active_at",
        "scope",
        "session",
    )

    def __init__(self, broker: Broker, sock: socket.socket, session: Session, pool: BufferPool) -> None:
        self._broker = broker
        self._socket = sock
        self._conversation = Conversation(broker, session)
        self._inbox = Inbox(pool)
        self._writing = False
        self._stopping = False
        self.session = session
        self.scope = trio.CancelScope()
        self.active_at = broker.clock.now()

    async def run(self) -> None:
        """Serve the client until it leaves, breaks the protocol, or `scope` is cancelled; never raises for a peer's
        fault.
        """
        reason = ""
        try:
            with self.scope:
                await self._serve()
        except (ProtocolError, CloseConnection) as error:
            reason = str(error)
        except OSError as error:
            log.debug("connection from %s:%d lost: %s", self.session.peer_host, self.session.peer_port, error)
        finally:
            self._conversation.close()
            self._inbox.release()
            self._socket.close()
        if reason:
            log.warning("closed the connection from %s:%d: %s", self.session.peer_host, self.session.peer_port, reason)

    def stop(self) -> None:
        """The broker stops: leave now, or shortly if an answer is half on the wire."""
        if self._writing:
            self.scope.deadline = trio.current_time() + DRAIN_SECONDS
            self._stopping = True
        else:
            self.scope.cancel()

    def hung_up(self) -> bool:
        """Return whether a client whose request is waiting has gone; reading stops while a request waits, so somebody
        must look.
        """
        if not self._conversation.waiting:
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def idle_since(self) -> float | None:
        """Return the instant of the last bytes, or None while a request is being waited for."""
        return None if self._conversation.waiting else self.active_at

    async def _serve(self) -> None:
        inbox, receive = self._inbox, self._socket.recv_into
        rounds = 0
        while not self._stopping:
            try:
                count = receive(inbox.target())
            except BlockingIOError:
                rounds = 0
                await trio.lowlevel.wait_readable(self._socket)
                continue
            if count == 0:
                return
            inbox.end += count
            self.active_at = self._broker.clock.now()
            await self._answer()
            rounds += 1
            if rounds == ROUNDS_PER_TURN:
                rounds = 0
                await trio.lowlevel.checkpoint()

    async def _answer(self) -> None:
        """Handle everything complete in the inbox and write the answers, waiting where a request must."""
        conversation, inbox = self._conversation, self._inbox
        while True:
            before = inbox.start
            try:
                inbox.start = conversation.process(inbox.view, before, inbox.end)
                missing = 0 if conversation.waiting else conversation.missing(inbox.view, inbox.start, inbox.end)
            except (ProtocolError, CloseConnection):
                await self._flush()  # the requests before the bad one were good
                raise
            handled = inbox.start - before
            inbox.settle(missing)
            await self._flush()
            if conversation.waiting:
                await conversation.finish()
                await self._flush()
            elif not handled:
                return

    async def _flush(self) -> None:
        conversation = self._conversation
        if not conversation.output:
            return
        parts, total = conversation.output, conversation.unsent
        conversation.output, conversation.unsent = [], 0
        if total <= _JOIN_BELOW and not any(type(part) is FileSpan for part in parts):
            await self._send(b"".join(parts))  # type: ignore[arg-type]
            return
        await self._send_parts(parts)

    async def _send_parts(self, parts: Sequence[Part]) -> None:
        run: list[Bytes] = []
        for part in parts:
            if isinstance(part, FileSpan):
                await self._send_run(run, _MSG_MORE)
                run = []
                await self._send_file(part)
            else:
                run.append(part)  # type: ignore[arg-type]
        await self._send_run(run, 0)

    async def _send_run(self, run: Sequence[Bytes], flags: int) -> None:
        """Send large pieces without joining them: records of the memory store go from their slab to the kernel."""
        if not hasattr(self._socket, "sendmsg"):  # Windows
            await self._send(b"".join(run), flags)
            return
        first = 0
        while first < len(run):
            some = run[first : first + _MAX_VECTOR]
            try:
                sent = self._socket.sendmsg(some, (), flags)
            except BlockingIOError:
                await self._writable()
                continue
            for piece in some:
                if sent < len(piece):
                    await self._send(memoryview(piece)[sent:], flags)
                    sent = 0
                else:
                    sent -= len(piece)
                first += 1
                if not sent:
                    break

    async def _send(self, data: bytes | memoryview, flags: int = 0) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest, flags) :]
            except BlockingIOError:
                await self._writable()

    async def _send_file(self, span: FileSpan) -> None:
        position, left = span.position, span.size
        while left:
            try:
                sent = os.sendfile(self._socket.fileno(), span.descriptor, position, left)
            except BlockingIOError:
                await self._writable()
                continue
            if sent == 0:
                raise CloseConnection("a log segment ended before the bytes promised to the client")
            position += sent
            left -= sent

    async def _writable(self) -> None:
        """Wait until the client takes bytes again. A client that never does is idle, and closed as such."""
        self._writing = True
        await trio.lowlevel.wait_writable(self._socket)
        self._writing = False
        self.active_at = self._broker.clock.now()
