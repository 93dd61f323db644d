"""The sockets: what a client sends goes to a Kafka, what that answers comes back, and each message becomes a line.

A message is written down before it is passed on, so lines are in an order in which things can have happened. Every
broker that a Kafka tells of gets a port of its own here, so a client of a cluster stays in view as well.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import trio

from kafkalite.server.listener import open_socket
from scripts.recording.conversation import Address, Conversation, Line, undecoded
from scripts.recording.frames import Frames, NoFrames

Write = Callable[[Line], None]


class Proxy:
    """One Kafka, seen through a port here."""

    def __init__(self, upstream: Address, listener: socket.socket, write: Write, *, whole: bool = False) -> None:
        """listener: where clients come for the broker `upstream`; for other brokers there will be more on its host."""
        self._upstream = upstream
        self._listener = listener
        self._host = listener.getsockname()[0]
        self._write = write
        self._whole = whole
        self._places: dict[Address, Address] = {}
        self._connections = 0

    async def run(self) -> None:
        """Serve until cancelled."""
        self._begin = trio.current_time()
        async with trio.open_nursery() as self._nursery:
            self._open(self._upstream, self._listener)
            await trio.sleep_forever()

    def place(self, broker: Address) -> Address:
        """Where to find a broker through here."""
        return self._places.get(broker) or self._open(broker, open_socket(self._host, 0))

    def _open(self, broker: Address, listener: socket.socket) -> Address:
        sock = trio.socket.from_stdlib_socket(listener)
        host, port = listener.getsockname()[:2]
        self._places[broker] = (host, port)

        async def serve(client: trio.SocketStream) -> None:
            await self._serve(broker, client)

        self._nursery.start_soon(trio.serve_listeners, serve, [trio.SocketListener(sock)])
        return host, port

    async def _serve(self, broker: Address, client: trio.SocketStream) -> None:
        self._connections += 1
        talk = Talk(self._connections, Conversation(self.place, whole=self._whole), self._say)
        talk.say({"from": "client", "event": "connects", "broker": f"{broker[0]}:{broker[1]}"})
        async with client:
            try:
                upstream = await trio.open_tcp_stream(*broker)
            except OSError as error:
                talk.say({"from": "broker", "event": "closes", "reason": f"it cannot be reached: {error}"})
                return
            async with upstream:
                await talk.run(client, upstream)

    def _say(self, line: Line) -> None:
        at = round((trio.current_time() - self._begin) * 1000, 1)
        self._write({"connection": line.pop("connection"), "at": at} | line)


class Talk:
    """One connection."""

    def __init__(self, number: int, conversation: Conversation, write: Write) -> None:
        self._number = number
        self._conversation = conversation
        self._write = write
        self._is_closed = False

    def say(self, line: Line) -> None:
        self._write({"connection": self._number} | line)

    async def run(self, client: trio.SocketStream, broker: trio.SocketStream) -> None:
        """Until the broker has closed; a client that closes has its broker do so."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._pass_on, "client", client, "broker", broker, self._request)
            await self._pass_on("broker", broker, "client", client, self._answer)
            nursery.cancel_scope.cancel()

    def _request(self, frame: bytes) -> bytes:
        self.say(self._conversation.request(frame))
        return frame

    def _answer(self, frame: bytes) -> bytes:
        line, frame = self._conversation.answer(frame)
        self.say(line)
        return frame

    async def _pass_on(
        self,
        name: str,
        source: trio.SocketStream,
        other: str,
        target: trio.SocketStream,
        note: Callable[[bytes], bytes],
    ) -> None:
        frames = Frames(source)
        try:
            try:
                while frame := await frames.next():
                    frame = note(frame)
                    await target.send_all(struct.pack(">i", len(frame)) + frame)
            except NoFrames as reason:
                while piece := await frames.rest():
                    self.say({"from": name} | undecoded(piece, str(reason)))
                    await target.send_all(piece)
            self._closes(name)
            await target.send_eof()
        except trio.BrokenResourceError:
            self._closes(other)

    def _closes(self, name: str) -> None:
        """Whoever closes first; the other one can but follow."""
        if not self._is_closed:
            self._is_closed = True
            self.say({"from": name, "event": "closes"})
