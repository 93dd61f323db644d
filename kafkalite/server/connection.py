"""One client over a plain socket, without waiting: whoever drives it waits for what `advance` says it needs.

Waiting for the kernel costs three times what an attempt costs, so `advance` reads, handles the complete frames of
that read and goes on until there is nothing to do without somebody else: the client, the kernel, or whoever has the
answer to a request that must wait. Short answers stay until `flush`, so that who drives many connections can answer
all of them together. Two drivers share it: a trio task for each connection (`tasks`) and one epoll for all of them
(`epoll`).
"""

from __future__ import annotations

import enum
import logging
import socket
from typing import TYPE_CHECKING, Final

from kafkalite.apis.context import CloseConnection
from kafkalite.server.dispatch import Conversation
from kafkalite.server.inbox import BufferPool, Inbox
from kafkalite.server.outbox import Outbox
from kafkalite.wire.codec import ProtocolError
from kafkalite.wire.frame import SIZE_BYTES

if TYPE_CHECKING:
    from kafkalite.broker.broker import Broker
    from kafkalite.broker.session import Session

log = logging.getLogger(__name__)

READS_PER_TURN = 1
"""A connection that always has bytes lets the others run after this many reads, of 256 KiB or the rest of a frame."""

HELD_BYTES: Final = 64 * 1024
"""Answers longer than this together do not wait for `flush`."""

DRAIN_SECONDS = 2.0
"""How long a stop waits for an answer that is half on the wire."""


class Need(enum.Enum):
    """What has to come before a connection can go on."""

    BYTES = enum.auto()
    """More from the client; everything that was there is read."""
    ROOM = enum.auto()
    """The kernel must take more of an answer."""
    ANSWER = enum.auto()
    """A request waits: `pending` has its answer later, or is the coroutine that `finish` runs."""
    TURN = enum.auto()
    """Nothing: it has used up its turn."""
    NOTHING = enum.auto()
    """The client has left, or the broker stops: close it."""


class Connection:
    """Reads frames, hands them to a Conversation, writes its answers."""

    __slots__ = (
        "_failure",
        "_inbox",
        "_outbox",
        "_socket",
        "_stopping",
        "active_at",
        "conversation",
        "is_closed",
        "is_left",
        "is_ready",
        "session",
    )

    def __init__(self, broker: Broker, sock: socket.socket, session: Session, pool: BufferPool) -> None:
        self._socket = sock
        self._inbox = Inbox(pool)
        self._outbox = Outbox(sock, is_local=session.local_host == session.peer_host)
        self._stopping = False
        self._failure: Exception | None = None
        self.conversation = Conversation(broker, session)
        self.session = session
        self.active_at = broker.clock.now()
        self.is_closed = False
        self.is_ready = False
        """The driver has it in its list of those who can go on."""
        self.is_left = False
        """The driver knows that the client has shut its side: whatever is there must be read to the end."""

    def fileno(self) -> int:
        return self._socket.fileno()

    def advance(self, now: float) -> Need:
        """Do what can be done without waiting, and say what has to come next. Whatever that is, `flush` comes first.

        now: what the clock says. Raises ProtocolError or CloseConnection, once the answers before are sent, and
        OSError: close it then.
        """
        if self._outbox.rest:
            self.active_at = now  # who takes a long answer little by little is not idle
            if not self._outbox.push():
                return Need.ROOM
        inbox, conversation = self._inbox, self.conversation
        is_unfinished = (
            inbox.end or conversation.output or conversation.pending is not None or self._failure is not None
        )
        need = self._handle() if is_unfinished else None
        reads = 0
        while need is None:
            if self._stopping:
                return Need.NOTHING
            if reads == READS_PER_TURN:
                return Need.TURN
            target = inbox.target()
            try:
                count = self._socket.recv_into(target)
            except BlockingIOError:
                return Need.BYTES
            if count == 0:
                return Need.NOTHING
            inbox.end += count
            self.active_at = now
            need = self._handle()
            if need is None and count < len(target) and not self.is_left:
                return Need.BYTES
            reads += 1
        return need

    def _handle(self) -> Need | None:
        """Handle what is complete in the inbox, send long answers; return what that needs, None: more bytes."""
        conversation, inbox = self.conversation, self._inbox
        while True:
            if conversation.pending is not None and not conversation.resume():
                return Need.ANSWER
            before = after = inbox.start
            is_turn_over = False
            if inbox.end > before and self._failure is None:
                try:
                    inbox.start = after = conversation.process(inbox.view, before, inbox.end)
                    if after == inbox.end:
                        inbox.release()
                    else:
                        missing = conversation.missing(inbox.view, after, inbox.end)
                        is_turn_over = not missing and inbox.end - after >= SIZE_BYTES  # another frame is there
                        inbox.settle(missing)
                except (ProtocolError, CloseConnection) as error:
                    self._failure = error  # the requests before the bad one were good
            if (conversation.unsent > HELD_BYTES or self._failure is not None) and not self.flush():
                return Need.ROOM
            if self._failure is not None:
                raise self._failure
            if conversation.pending is None:
                if is_turn_over:
                    return Need.TURN
                if after == before or not inbox.end:
                    return None

    def flush(self) -> bool:
        """Send the answers that `advance` has left; return whether the kernel has everything. Raises OSError,
        CloseConnection.
        """
        conversation = self.conversation
        if conversation.output:
            parts, total = conversation.output, conversation.unsent
            conversation.output, conversation.unsent = [], 0
            return self._outbox.send(parts, total)
        return not self._outbox.rest

    def stop(self) -> bool:
        """The broker stops: begin nothing more. Return whether an answer is half on the wire."""
        self._stopping = True
        return bool(self._outbox.rest)

    def hung_up(self) -> bool:
        """Return whether a client whose request is waiting has gone; reading stops while a request waits, so somebody
        must look.
        """
        if self.conversation.pending is None:
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def idle_since(self) -> float | None:
        """Return the instant of the last bytes, or None while a request is being waited for."""
        return None if self.conversation.pending is not None else self.active_at

    def close(self, reason: Exception | None = None) -> None:
        """Let go of everything; whatever waits has nobody to answer. `reason` is what `advance` raised."""
        self.is_closed = self.session.is_closed = True
        self.conversation.close()
        self._failure = None  # what led to it holds this connection and the request's bytes, in a circle
        self._inbox.release()
        self._socket.close()
        host, port = self.session.peer_host, self.session.peer_port
        if isinstance(reason, ProtocolError | CloseConnection):
            log.warning("closed the connection from %s:%d: %s", host, port, reason)
        elif isinstance(reason, OSError):
            log.debug("connection from %s:%d lost: %s", host, port, reason)
        elif reason is not None:
            log.error("BUG: the connection from %s broke; please report this", host, exc_info=reason)
