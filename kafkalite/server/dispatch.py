"""From frames to answers, without I/O: one `Conversation` per connection, driven by whoever owns the bytes.

A connection is one ordered pipeline. Frames are handled one after the other and their answers leave in that order; a
request that must wait stops the pipeline until it is answered, as Kafka mutes the channel.
"""

from __future__ import annotations

import inspect
import logging
import struct
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from kafkalite.apis.context import Answer, CloseConnection, Context
from kafkalite.apis.table import BY_KEY, Route, route
from kafkalite.broker.waiting import Waiting
from kafkalite.wire.codec import Message, Part, ProtocolError, encode_parts
from kafkalite.wire.frame import SIZE_BYTES, frame_size
from kafkalite.wire.header import read_client_id, read_request_header, response_header

if TYPE_CHECKING:
    from kafkalite.broker.broker import Broker
    from kafkalite.broker.session import Session

log = logging.getLogger(__name__)

_API_VERSIONS = 18
_SIZE = struct.Struct(">i")
_ANSWER = struct.Struct(">iix")  # size, correlation_id, no tagged fields

REQUESTS_PER_TURN: Final = 16
"""A client that has sent a thousand small requests at once lets others go on after so many of them."""

MAX_UNSENT_BYTES = 1 << 20
"""Answers of one round beyond this are sent before the next frame is looked at, so a pipelining client costs no more.
"""


class Conversation:
    """The requests and answers of one connection.

    output: parts of encoded answers, in order, not yet given to the socket; the driver takes and clears them.
    pending: the first unanswered request has to wait for this; `resume` or `finish` comes before more `process`.
    """

    __slots__ = (
        "_broker",
        "_limit",
        "_pending_correlation",
        "_pending_route",
        "_session",
        "output",
        "pending",
        "unsent",
    )

    def __init__(self, broker: Broker, session: Session) -> None:
        self._broker = broker
        self._session = session
        self._limit = broker.config.int("socket.request.max.bytes")
        self.pending: Waiting | Coroutine[Any, Any, Message | None] | None = None
        self._pending_route: Route
        self._pending_correlation = 0
        self.output: list[Part] = []
        self.unsent = 0

    def missing(self, view: memoryview, start: int, end: int) -> int:
        """Return how many bytes the frame at `start` still lacks (0: it is complete, or not even its size is there)."""
        if end - start < SIZE_BYTES:
            return 0
        return max(0, SIZE_BYTES + frame_size(view, start, self._limit) - (end - start))

    def process(self, view: memoryview, start: int, end: int) -> int:
        """Handle the complete frames in `view[start:end]`; return the position after the last one handled.

        Stops early when a request must wait, or enough of them are handled or enough output has gathered. Raises
        ProtocolError when the peer broke the wire and CloseConnection when a request asks for it; answers already in
        `output` should still be sent.
        """
        left = REQUESTS_PER_TURN
        while left and end - start >= SIZE_BYTES and self.pending is None and self.unsent < MAX_UNSENT_BYTES:
            body = start + SIZE_BYTES
            after = body + frame_size(view, start, self._limit)
            if after > end:
                break
            self._request(view, body, after)
            start = after
            left -= 1
        return start

    def resume(self) -> bool:
        """Put the pending request's answer into `output` if it has come; return whether it has.

        Raises CloseConnection.
        """
        pending = self.pending
        if not isinstance(pending, Waiting) or not pending.resolved:
            return False
        try:
            message = pending.answer()
        except CloseConnection:
            raise
        except Exception:
            message = self._our_bug(self._pending_route)
        self.pending = None
        self._reply_if_any(message)
        return True

    async def finish(self) -> None:
        """Wait for the pending request and put its answer into `output`. Raises CloseConnection."""
        pending = self.pending
        if isinstance(pending, Waiting):
            await pending.wait()
            self.resume()
            return
        assert pending is not None
        try:
            message = await pending
        except CloseConnection:
            raise
        except Exception:
            message = self._our_bug(self._pending_route)
        finally:
            self.pending = None
        self._reply_if_any(message)

    def close(self) -> None:
        """The connection is gone: whatever waits has nobody to answer. A `finish` that runs is to be cancelled."""
        if isinstance(self.pending, Waiting):
            self.pending.listener = None
            self.pending.abandon()
        elif self.pending is not None and inspect.getcoroutinestate(self.pending) == inspect.CORO_CREATED:
            self.pending.close()
        self.pending = None

    def _request(self, view: memoryview, position: int, end: int) -> None:
        key, version, correlation = read_request_header(view, position, end)
        found = route(key, version)
        if found is None:
            self._unknown(key, version, correlation, view, position, end)
            return
        try:
            done = found.shortcut(self._broker, view, position + 8, end) if found.shortcut is not None else None
        except Exception:
            self._reply(found, correlation, self._our_bug(found))
            return
        if type(done) is bytes:
            if done:
                self.output.append(_ANSWER.pack(len(done) + 5, correlation) + done)
                self.unsent += SIZE_BYTES + 5 + len(done)
            return
        client_id, position = read_client_id(view, position + 8, end, found.flexible)
        message, _ = found.decode(view, position, end)
        context = Context(self._broker, self._session, client_id or "", version, done)
        try:
            answer: Answer = found.handle(message, context)
        except CloseConnection:
            raise
        except Exception:
            answer = self._our_bug(found)
        if isinstance(answer, Message):
            self._reply(found, correlation, answer)
        elif answer is not None:
            assert isinstance(answer, Waiting) or inspect.iscoroutine(answer)
            self.pending = answer
            self._pending_route = found
            self._pending_correlation = correlation

    def _reply_if_any(self, message: Message | None) -> None:
        if message is not None:
            self._reply(self._pending_route, self._pending_correlation, message)

    def _reply(self, found: Route, correlation: int, message: Message) -> None:
        # ApiVersions answers carry header v0 in every version: the client does not know yet what we speak.
        self._send(response_header(correlation, found.flexible and found.api.key != _API_VERSIONS), found, message)

    def _send(self, header: bytes, found: Route, message: Message) -> None:
        output = self.output
        at = len(output)
        output.append(b"")
        found.encode(message, output.append)
        size = len(header) + sum(map(len, output[at:] if at else output))
        output[at] = _SIZE.pack(size) + header
        self.unsent += SIZE_BYTES + size

    def _unknown(self, key: int, version: int, correlation: int, view: memoryview, position: int, end: int) -> None:
        """Answer an ApiVersions version we do not know as KIP-511 says; anything else closes the connection, as Kafka
        does.
        """
        if key != _API_VERSIONS:
            api = BY_KEY.get(key)
            raise ProtocolError(
                f"it asked for {api.name} version {version}" if api else f"it asked for unknown API {key}"
            )
        read_client_id(view, position + 8, end, True)
        from kafkalite.apis.api_versions import unsupported_version

        parts = [response_header(correlation, False), *encode_parts(unsupported_version(), 0)]
        size = sum(map(len, parts))
        self.output += [_SIZE.pack(size), *parts]
        self.unsent += SIZE_BYTES + size

    def _our_bug(self, found: Route) -> Message:
        """Log an exception that should not be; answer UNKNOWN_SERVER_ERROR where the response has a place for it."""
        session = self._session
        log.exception(
            "BUG: %s v%d from %s:%d failed; please report this",
            found.api,
            found.version,
            session.peer_host,
            session.peer_port,
        )
        message = found.response()
        if not hasattr(message, "error_code"):
            raise CloseConnection(f"{found.api} failed inside the broker") from None
        message.error_code = -1
        return message
