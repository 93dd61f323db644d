"""A store in memory that keeps its promise later, for the tests of who waits for it."""

from __future__ import annotations

from collections.abc import Sequence

from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import Buffer, SegmentId, StorageError


class SlowStore(MemoryStore):
    """slow: appends are kept by `keep`. broken: appends fail, of all topics or of those whose names are given."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = self.broken = False
        self.broken_topics: set[str] = set()
        self._sizes: dict[SegmentId, int] = {}
        self.unkept: list[tuple[SegmentId, int]] = []

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        if self.broken or segment.partition.topic in self.broken_topics:
            raise StorageError("no space left")
        super().append(segment, data)
        self._sizes[segment] = self._sizes.get(segment, 0) + sum(map(len, data))
        if self.slow:
            self.unkept.append((segment, self._sizes[segment]))
        return not self.slow

    def keep(self, count: int | None = None) -> None:
        """Keep the oldest appends, all of them by default; what that leads to is appended behind."""
        assert self.on_kept is not None
        kept = self.unkept[:count]
        del self.unkept[:count]
        for segment, size in kept:
            self.on_kept(segment, size)

    def keep_all(self) -> None:
        """Keep until nothing more follows."""
        while self.unkept:
            self.keep(1)
