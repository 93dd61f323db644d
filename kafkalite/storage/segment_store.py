"""The segment store contract: bytes in named segments. It knows nothing of batches, offsets or Kafka.

Every verb is synchronous and hands work over in order; none of them waits for a disk or a network. How far a store has
kept its promise (process memory and page cache: at once; a group-committed sync, an object store's flush: later) is
told by `append`'s answer and by `on_kept`, and the high watermark follows that promise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

Buffer = bytes | bytearray | memoryview


class StorageError(Exception):
    """The store could not do what it was asked. Nothing of the failed append is visible; the message names the file."""


class PartitionId(NamedTuple):
    """One partition of one incarnation of a topic (a topic created again under its old name has another id)."""

    topic: str
    topic_id: bytes
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


class SegmentId(NamedTuple):
    """One named run of bytes; `base_offset` only names it and gives the order."""

    partition: PartitionId
    base_offset: int


class FileSpan:
    """Bytes of a file that the socket layer may move with `sendfile` instead of reading them.

    Holds the owner of the descriptor, so that the file stays open while somebody still sends from it.
    """

    __slots__ = ("descriptor", "owner", "position", "size")

    def __init__(self, owner: object, descriptor: int, position: int, size: int) -> None:
        self.owner = owner
        self.descriptor = descriptor
        self.position = position
        self.size = size

    def __len__(self) -> int:
        return self.size


class SegmentStore(Protocol):
    """Where records live."""

    on_kept: Callable[[SegmentId, int], None] | None
    """Called with (segment, size) when the promise now covers the first `size` bytes of the segment."""

    def describe(self) -> str:
        """Return what the ready line shows, for example `memory` or `disk /path`."""

    @property
    def directory(self) -> str:
        """What DescribeLogDirs calls this store: where there is one, the directory's absolute path."""

    def space(self) -> tuple[int, int]:
        """Return (total, usable) bytes of the volume, -1 where there is no limit to tell. Raises StorageError."""

    def name(self, segment: SegmentId) -> str:
        """Return what messages about the segment call it: where there are files, its path."""

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        """Return the partition's segments with their sizes in bytes, by base offset; empty for an unknown partition."""

    def create(self, segment: SegmentId) -> None:
        """Begin an empty segment; one that is there and empty (an append failed) is taken. Raises StorageError."""

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        """Add all of `data` or nothing at the segment's end; the buffers are free again when this returns.

        True: the promise is already kept. False: `on_kept` will say so. Raises StorageError.
        """

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        """Return up to `size` bytes from `position` (fewer at the end of the segment). Raises StorageError."""

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        """Offer the bytes as part of a file, or None when this store or platform cannot."""

    def truncate(self, segment: SegmentId, size: int) -> None:
        """Cut a torn tail found at recovery. Raises StorageError."""

    def seal(self, segment: SegmentId) -> None:
        """No more appends to this segment."""

    def appended_ms(self, segment: SegmentId) -> int | None:
        """Return when the segment was last appended to (milliseconds since 1970), None if the store does not know.

        Raises StorageError.
        """

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        """Remove the segment, for good: reads in flight keep their bytes. Unknown segments are ignored.

        What is returned frees the space, at any later time; if nobody calls it the next owner of the store does it.
        None: it is free already. Both raise StorageError.
        """

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        """Remember a number for each of these partitions, which have segments: all or nothing, as safe as what was
        appended. Raises StorageError."""

    def start_of(self, partition: PartitionId) -> int:
        """Return the number kept for a partition, 0 if there is none. Raises StorageError."""

    def delete_partition(self, partition: PartitionId) -> None:
        """Remove everything of a partition and its number, also what an earlier crash left of it."""

    def close(self, *, clean: bool) -> None:
        """Let go of everything; if `clean`, the next owner may trust all that is stored. Raises StorageError."""

    def opened_clean(self) -> bool:
        """Return whether the previous owner closed this store cleanly (a new or memory store: True)."""
