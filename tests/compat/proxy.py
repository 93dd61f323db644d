"""Something between a client and a broker that breaks connections, when it is told to and where it hurts.

The broker's address in its answers becomes the proxy's own, as with `scripts/record`, so that a client stays here.
"""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import NamedTuple, Self

from scripts.recording.conversation import Address, Conversation, apis

from . import raw

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends a reset."""


class Pair(NamedTuple):
    client: socket.socket
    broker: socket.socket

    def reset(self) -> None:
        for side in self:
            with contextlib.suppress(OSError):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                side.shutdown(socket.SHUT_RD)  # wakes the thread that reads from it
            side.close()


class Proxy:
    def __init__(self, upstream: str) -> None:
        apis()  # imports them all, which takes longer than kafka-python 2.0 waits for the first answer
        self._upstream = raw.address(upstream)
        self._listener = socket.create_server(("127.0.0.1", raw.free_port()))
        self._own: Address = self._listener.getsockname()[:2]
        self._pairs: list[Pair] = []
        self._threads: list[threading.Thread] = []
        self._break_at: tuple[str, str] | None = None  # "request" or "answer", and of which API
        self.broken = 0

    @property
    def address(self) -> str:
        return "{}:{}".format(*self._own)

    def break_at_request(self, api: str) -> None:
        """The next request of this API does not reach the broker: its connection is reset instead."""
        self._break_at = ("request", api)

    def break_at_answer(self, api: str) -> None:
        """The next request of this API reaches the broker, and in the place of the answer comes a reset."""
        self._break_at = ("answer", api)

    def break_all(self) -> None:
        """Reset every connection there is."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            pair.reset()
            self.broken += 1

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._listener.close()
        self.break_all()
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                broker = socket.create_connection(self._upstream)
            except OSError:  # it restarts
                client.close()
                continue
            pair = Pair(client, broker)
            self._pairs.append(pair)
            for side in pair:
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            conversation = Conversation(lambda _broker: self._own)
            self._start(self._pass_requests, pair, conversation)
            self._start(self._pass_answers, pair, conversation)

    def _pass_requests(self, pair: Pair, conversation: Conversation) -> None:
        self._pass(pair, "request", pair.client, pair.broker, lambda frame: (conversation.request(frame), frame))

    def _pass_answers(self, pair: Pair, conversation: Conversation) -> None:
        self._pass(pair, "answer", pair.broker, pair.client, conversation.answer)

    def _pass(self, pair: Pair, what: str, source: socket.socket, target: socket.socket, note: object) -> None:
        """Frame after frame, until one side closes or the connection is to break."""
        with contextlib.suppress(OSError, EOFError):
            while True:
                line, frame = note(read_frame(source))  # type: ignore[operator]
                if self._break_at == (what, line.get("api")):
                    self._break_at = None
                    self.broken += 1
                    break
                target.sendall(struct.pack(">i", len(frame)) + frame)
        pair.reset()


def read_frame(source: socket.socket) -> bytes:
    (size,) = struct.unpack(">i", read(source, 4))
    return read(source, size)


def read(source: socket.socket, size: int) -> bytes:
    data = source.recv(size, socket.MSG_WAITALL)
    if len(data) < size:
        raise EOFError
    return data
