"""The aborted transactions of one segment: what readers of committed data must skip. Kafka's `.txnindex`:

    { version i16 = 0 | producer id i64 | first offset i64 | last offset i64 | last stable offset i64 } ...

An entry stands in the segment that holds the transaction's marker, whose offset is the entry's last offset. The last
stable offset is what it became with that marker: no entry behind it concerns offsets in front of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final, NamedTuple

_ENTRY: Final = Struct(">hqqqq")
_VERSION: Final = 0


class AbortedTransaction(NamedTuple):
    """A transaction whose records a reader of committed data must skip."""

    producer_id: int
    first_offset: int
    last_offset: int
    """Its marker's."""
    last_stable_offset: int


def encode(entries: Iterable[AbortedTransaction]) -> bytes:
    """Return the file's content."""
    return b"".join(_ENTRY.pack(_VERSION, *entry) for entry in entries)


def decode(content: bytes) -> list[AbortedTransaction]:
    """Return what the file holds, which is known to be as it was written."""
    return [AbortedTransaction._make(entry[1:]) for entry in _ENTRY.iter_unpack(content)]
