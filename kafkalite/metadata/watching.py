"""How brokers in one process hear of each other's metadata records: the wake-up behind a store's `watch`."""

from __future__ import annotations

import trio


class Growth:
    """The newest revision of a list of records, and whoever waits for it to grow."""

    __slots__ = ("_grown", "revision")

    def __init__(self) -> None:
        self.revision = 0
        self._grown: trio.Event | None = None

    def reach(self, revision: int) -> None:
        """The list has grown to `revision`: wake everybody."""
        self.revision = revision
        if self._grown is not None:
            self._grown.set()
            self._grown = None

    async def beyond(self, revision: int) -> None:
        """Sleep until the list is longer than `revision`."""
        while self.revision <= revision:
            if self._grown is None:
                self._grown = trio.Event()
            await self._grown.wait()
