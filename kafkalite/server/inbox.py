"""Received bytes that are not handled yet.

Reads go into one scratch buffer shared by all connections, since whatever is complete is handled before anybody reads
again. Only a rest that stays behind moves into a buffer of the connection's own. That buffer grows as bytes arrive,
never to a size a stranger announced, and comes from a small pool, because memory never touched before is dear (2 CPU
seconds per GB).
"""

from __future__ import annotations

SCRATCH_BYTES = 256 * 1024
_SMALLEST = 4 * 1024
_FIRST_BYTES = 16 * 1024  # what an announcement alone gets; from then on the buffer doubles as bytes arrive
_POOLED_FROM = SCRATCH_BYTES
_POOL_BYTES = 16 << 20


class BufferPool:
    """The scratch buffer, and large buffers given back for the next large frame (at most 16 MiB of them stay)."""

    def __init__(self) -> None:
        self.scratch = memoryview(bytearray(SCRATCH_BYTES))
        self._free: list[memoryview] = []
        self._free_bytes = 0

    def take(self, size: int, hoped: int) -> memoryview:
        """Return a buffer of at least `size` bytes; one of `hoped` bytes where a used one lies ready."""
        for at, buffer in enumerate(self._free):
            if len(buffer) >= hoped:
                del self._free[at]
                self._free_bytes -= len(buffer)
                return buffer
        return memoryview(bytearray(size))

    def give(self, buffer: memoryview) -> None:
        """Take a buffer back that nobody looks at any more."""
        if len(buffer) >= _POOLED_FROM and self._free_bytes + len(buffer) <= _POOL_BYTES:
            self._free.append(buffer)
            self._free_bytes += len(buffer)


class Inbox:
    """The unhandled bytes of one connection: `view[start:end]`."""

    __slots__ = ("_own", "_pool", "_want", "end", "start", "view")

    def __init__(self, pool: BufferPool) -> None:
        self._pool = pool
        self._own = False
        self._want = 0
        self.view = pool.scratch
        self.start = 0
        self.end = 0

    def __len__(self) -> int:
        return self.end - self.start

    def target(self) -> memoryview:
        """Return where the next bytes go: no further than the end of the frame they complete, where that is known."""
        return self.view[self.end : self._want or len(self.view)]

    def settle(self, missing: int) -> None:
        """Call after handling, before anything else may read: keep the rest, make room for the `missing` bytes of its
        frame.
        """
        rest = self.end - self.start
        if not rest:
            self.release()
            return
        if not self._own or len(self.view) - self.end < (missing or _SMALLEST):
            self._move(rest, missing)
        self._want = min(self.end + missing, len(self.view)) if missing else 0

    def release(self) -> None:
        """Everything is handled: give the own buffer back."""
        if self._own:
            self._pool.give(self.view)
            self._own = False
        self.view = self._pool.scratch
        self.start = self.end = self._want = 0

    def _move(self, rest: int, missing: int) -> None:
        whole = rest + missing
        grown = min(whole, max(2 * rest, _FIRST_BYTES)) if missing else rest + _SMALLEST
        buffer = self._pool.take(max(grown, _SMALLEST), whole)
        buffer[:rest] = self.view[self.start : self.end]
        if self._own:
            self._pool.give(self.view)
        self._own = True
        self.view = buffer
        self.start, self.end = 0, rest
