"""Frames cut out of a stream: a size in four bytes, then as many bytes.

Somebody may speak something else here, TLS for example. Then nothing can be cut, and what came is handed on as it is.
"""

from __future__ import annotations

import struct

import trio

LARGEST_FRAME = 104_857_600
"""socket.request.max.bytes of a Kafka by default; an answer may be larger, and is then passed on in pieces."""

RECEIVE_BYTES = 65_536


class NoFrames(Exception):
    """What comes is not cut into frames; from here on the stream is passed on as it is."""


class Frames:
    """The frames that a stream receives."""

    def __init__(self, stream: trio.abc.ReceiveStream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    async def next(self) -> bytes:
        """The next frame without its size; b"" at the end of the stream. Raises NoFrames."""
        if not await self._have(4):
            return await self._end()
        (size,) = struct.unpack_from(">i", self._buffer)
        if not 0 < size <= LARGEST_FRAME:
            raise NoFrames(f"{size} is not the size of a frame")
        if not await self._have(4 + size):
            return await self._end()
        frame = bytes(self._buffer[4 : 4 + size])
        del self._buffer[: 4 + size]
        return frame

    async def rest(self) -> bytes:
        """Whatever came, b"" at the end; for after NoFrames."""
        piece = bytes(self._buffer) or await self._receive()
        self._buffer.clear()
        return piece

    async def _have(self, size: int) -> bool:
        while len(self._buffer) < size:
            piece = await self._receive()
            if not piece:
                return False
            self._buffer += piece
        return True

    async def _end(self) -> bytes:
        if self._buffer:
            raise NoFrames("it ended in the middle of a frame")
        return b""

    async def _receive(self) -> bytes:
        try:
            return bytes(await self._stream.receive_some(RECEIVE_BYTES))
        except trio.BrokenResourceError:  # a reset: for whoever reads it is an end
            return b""
