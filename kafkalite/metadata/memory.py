"""Metadata in memory: for tests, for `--memory`, and for several brokers in one process that share it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from kafkalite.metadata.metadata_store import MetadataRecord, RevisionConflict
from kafkalite.metadata.watching import Growth


class MemoryMetadata:
    """A list. It lives as long as this object: a broker started again on the same object finds its cluster."""

    def __init__(self) -> None:
        self._records: list[MetadataRecord] = []
        self._growth = Growth()

    async def load(self) -> tuple[int, list[MetadataRecord]]:
        return len(self._records), self._records.copy()

    async def append(self, records: Sequence[MetadataRecord], after: int) -> int:
        if after != len(self._records):
            raise RevisionConflict(f"the newest revision is {len(self._records)}, not {after}")
        self._records.extend(records)
        self._growth.reach(len(self._records))
        return len(self._records)

    async def watch(self, after: int) -> AsyncIterator[tuple[int, list[MetadataRecord]]]:
        while True:
            await self._growth.beyond(after)
            records = self._records[after:]
            after += len(records)
            yield after, records

    def close(self) -> None:
        """Nothing to let go of: the records stay for the next broker on this object."""
