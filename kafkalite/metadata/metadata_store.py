"""The metadata store contract: an ordered list of metadata records with compare-and-append.

Three verbs are all that a cluster needs of it: a file gives them to one broker, etcd will give them to many. A revision
is the number of records so far, so the same list has the same revision everywhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

MetadataRecord = dict[str, Any]
"""One fact as plain JSON data with a `type`; `core/cluster/image.py` names the types and what they mean."""


class RevisionConflict(Exception):
    """Somebody else appended first: read what they wrote, decide again."""


class MetadataStore(Protocol):
    """Where cluster facts live."""

    async def load(self) -> tuple[int, list[MetadataRecord]]:
        """Return the revision and every record up to it."""

    async def append(self, records: Sequence[MetadataRecord], after: int) -> int:
        """Add all records or none directly after revision `after`; return the new revision.

        Raises RevisionConflict when `after` is not the newest revision, StorageError when they could not be stored.
        """

    def watch(self, after: int) -> AsyncIterator[tuple[int, list[MetadataRecord]]]:
        """Yield (revision, records) for everything that others append after revision `after`."""

    def close(self) -> None:
        """Let go of everything."""
