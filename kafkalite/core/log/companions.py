"""The files beside a partition's segments: their names, and how a log asks for them.

    00000000000000000042.log         a segment (the store's), batches from offset 42 on
    00000000000000000042.index       offset -> position              (segment_index)
    00000000000000000042.timeindex   timestamp -> offset             (segment_index)
    00000000000000000042.txnindex    aborted transactions, if any    (aborted_transactions)
    00000000000000000042.summary     what the segment holds, and the checksums of its indexes; ours (segment_summary)
    00000000000000000042.snapshot    producers as they were at offset 42 (producer_snapshot)
    leader-epoch-checkpoint          which leader epoch began where  (leader_epochs)

All but `.summary` are Kafka's, byte for byte; Kafka ignores files it does not know. A summary is what makes a segment
trusted at a start: without one, or with one that does not fit, its batches are read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

INDEX: Final = ".index"
TIME_INDEX: Final = ".timeindex"
TRANSACTION_INDEX: Final = ".txnindex"
SUMMARY: Final = ".summary"
SNAPSHOT: Final = ".snapshot"
LEADER_EPOCHS: Final = "leader-epoch-checkpoint"

_DIGITS: Final = 20

File = tuple[str, bytes | None]
"""Name and content of a file that is to stand beside a segment; None: there is to be none of this name."""


class Companions(Protocol):
    """How a log reads the files beside its segments."""

    def names(self) -> Sequence[str]:
        """Return the names of all there are."""

    def get(self, name: str) -> bytes | None:
        """Return a file's content, None if it is not there."""

    def unfit(self, segment_base: int) -> None:
        """Hear that the files beside a segment do not fit it, so that it has to be read again."""


def file_name(offset: int, suffix: str) -> str:
    """Return what a file that belongs to the segment or offset is called."""
    return f"{offset:0{_DIGITS}d}{suffix}"


def suffix_of(name: str) -> str:
    """Return the kind of a file that belongs to a segment or offset."""
    return name[_DIGITS:]


def offset_in(name: str, suffix: str) -> int | None:
    """Return the offset that the name of a file of this kind tells, None for any other file."""
    digits = name[:_DIGITS]
    return int(digits) if name == digits + suffix and len(digits) == _DIGITS and digits.isdecimal() else None
