"""Answers on their way to the kernel: handed over at once as far as it takes them, the rest when it has room again."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Final

from kafkalite.apis.context import CloseConnection
from kafkalite.storage.segment_store import FileSpan
from kafkalite.wire.codec import Part

Bytes = bytes | bytearray | memoryview

JOIN_BELOW: Final = 64 * 1024
"""Joining small parts costs less than a vectored send of them."""

_HAS_PREADV = hasattr(os, "preadv")
_MAX_VECTOR = 512
_MSG_MORE = getattr(socket, "MSG_MORE", 0)
_HAS_VECTORS = hasattr(socket.socket, "sendmsg")  # not on Windows


@cache
def _scratch() -> memoryview:
    """Where the bytes of a file go through to a client on the same machine; there once somebody reads so much.

    Such a client copies them in any case, and out of the many small pages that `sendfile` leaves slower than what a
    copy costs here: consumers have 1.3 to 1.4 times as much a second for 0.8 of our CPU. To another machine nobody
    copies them.
    """
    return memoryview(bytearray(1 << 20))


class Outbox:
    """What one client is still to get, in order. It never waits."""

    __slots__ = ("_copies", "_socket", "rest")

    def __init__(self, sock: socket.socket, *, is_local: bool = False) -> None:
        """is_local: the other end is on this machine."""
        self._socket = sock
        self._copies = is_local and _HAS_PREADV
        self.rest: list[Part] = []
        """What could not be sent yet."""

    def send(self, parts: Sequence[Part], total: int) -> bool:
        """Send the parts, `total` bytes, after all sent before; return whether the kernel has everything.

        Raises OSError when the client is gone, CloseConnection when a file is shorter than it was.
        """
        if total > JOIN_BELOW or self.rest:
            self.rest += parts
            return self.push()
        try:
            data = b"".join(parts)  # type: ignore[arg-type]
            sent = self._socket.send(data)
        except TypeError:  # part of a file
            self.rest += parts
            return self.push()
        except BlockingIOError:
            sent = 0
        if sent == total:
            return True
        self.rest.append(memoryview(data)[sent:])
        return False

    def push(self) -> bool:
        """Send what is left; return whether the kernel has everything now. Raises as `send` does."""
        rest = self.rest
        try:
            while rest:
                if type(rest[0]) is not FileSpan:
                    self._send_run()
                elif not self._send_file(rest[0]):
                    return False
        except BlockingIOError:
            return False
        return True

    def _send_run(self) -> None:
        """Send the pieces in front of the next file without joining them: records of the memory store go from their
        slab to the kernel.
        """
        rest = self.rest
        run: list[Bytes] = []
        flags = 0
        for part in islice(rest, _MAX_VECTOR):
            if type(part) is FileSpan:
                flags = _MSG_MORE
                break
            run.append(part)  # type: ignore[arg-type]
        sent = self._socket.sendmsg(run, (), flags) if _HAS_VECTORS else self._socket.send(b"".join(run))
        whole = 0
        while whole < len(run) and sent >= len(run[whole]):
            sent -= len(run[whole])
            whole += 1
        if sent:
            rest[whole] = memoryview(run[whole])[sent:]
        del rest[:whole]

    def _send_file(self, span: FileSpan) -> bool:
        """Send some of it; return whether there may be room for more."""
        if self._copies:
            part = _scratch()[: span.size]
            read = os.preadv(span.descriptor, (part,), span.position)
            sent = self._socket.send(part[:read]) if read else 0
        else:
            read = sent = os.sendfile(self._socket.fileno(), span.descriptor, span.position, span.size)
        if sent == 0:
            raise CloseConnection("a log segment ended before the bytes promised to the client")
        if sent == span.size:
            del self.rest[0]
        else:
            self.rest[0] = FileSpan(span.owner, span.descriptor, span.position + sent, span.size - sent)
        return sent == read
