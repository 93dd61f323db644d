"""The segment store contract: bytes in named segments. It knows nothing of batches, offsets or Kafka.

Every verb but `Rewrite`'s is synchronous, quick, and hands work over in order; none of them waits for a disk or a
network. How far a store has kept its promise (process memory and page cache: at once; a group-committed sync, an object
store's flush: later) is told by `append`'s answer and by `on_kept`, and the high watermark follows that promise.

Beside its segments a partition has companions: small files that are only ever replaced whole (indexes, producer
snapshots, the leader epochs). The store gives them no meaning but one: a companion whose name begins with a segment's
base offset as 20 digits and a dot belongs to that segment and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

Buffer = bytes | bytearray | memoryview


class StorageError(Exception):
    """The store could not do what it was asked. Nothing of the failed append is visible; the message names the file."""


class StoreOffline(StorageError):
    """The store is out of use from now on: a sync failed, or the system said that the disk is broken.

    Nothing it told as kept by a sync is in doubt, but nothing new is taken and nothing is read. `on_offline` has been
    called.
    """


class StoreFull(StorageError):
    """There is no room (the volume, a quota, the memory limit): nothing changed, and it works again once there is."""


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


SegmentReader = Callable[[int, int], Buffer]
"""read(position, size): up to `size` bytes of one segment, fewer at its end; may block, and raises StorageError."""


class Rewrite(Protocol):
    """New content for a segment, invisible until `SegmentStore.swap`.

    Its verbs may be called from another thread (one thread at a time) and may block.
    """

    @property
    def size(self) -> int:
        """Bytes so far."""

    def append(self, data: Sequence[Buffer]) -> None:
        """Add all of `data` at the end. After a StorageError only `abandon` may follow."""

    def keep_companion(self, suffix: str, content: Buffer) -> None:
        """Give the new segment a companion: `.index` for `<base offset, 20 digits>.index`. Raises StorageError."""

    def sync(self) -> None:
        """Make content, companions and their names durable. Raises StorageError."""

    def abandon(self) -> None:
        """Remove all of it, unless it was swapped in. Never raises: what stays is removed at the next start."""


class SegmentStore(Protocol):
    """Where records live."""

    on_kept: Callable[[SegmentId, int], None] | None
    """Called in trio's thread, perhaps from inside `sync`, with (segment, size): the first `size` bytes of the segment
    and all that earlier calls of `sync` asked for are as safe as the store can make them (on a disk: synced).

    Also for a segment that was deleted or swapped meanwhile: nobody need wait for it any more.
    """

    on_offline: Callable[[StorageError], None] | None
    """Called once, in trio's thread, perhaps from inside a verb (which then raises), when the store goes out of use."""

    @property
    def survives(self) -> bool:
        """Whether another owner may find what is stored here. If not (memory), nobody needs companions."""

    def describe(self) -> str:
        """Return what the ready line shows, for example `memory` or `disk /path`."""

    @property
    def directory(self) -> str:
        """What DescribeLogDirs calls this store: where there is one, the directory's absolute path."""

    def space(self) -> tuple[int, int]:
        """Return (total, usable) bytes of the volume, -1 where there is no limit to tell. Raises StorageError."""

    def name(self, segment: SegmentId) -> str:
        """Return what messages about the segment call it: where there are files, its path."""

    def holds(self, partition: PartitionId) -> bool:
        """Whether there is anything of this topic name and index, of whatever topic id."""

    @property
    def partition_count(self) -> int:
        """How many partitions there is anything of."""

    def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
        """Return the partition's segments with their sizes in bytes, by base offset; empty for an unknown partition.

        The first look at a partition also finishes or undoes what an interrupted swap or deletion left. After an
        unclean end a size may include bytes that nobody appended (space that `create` reserved). Raises StorageError,
        also when what is stored says that it belongs to another topic id; nothing is deleted then.
        """

    def create(self, segment: SegmentId, *, preallocate: int = 0) -> None:
        """Begin an empty segment; one that is there and empty (an append failed) is taken.

        preallocate: how many bytes to reserve where the system can; the segment's size stays 0. Raises StorageError.
        """

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        """Add all of `data` or nothing at the segment's end; the buffers are free again when this returns.

        True: the bytes survive the end of this process (so far as the store `survives` it). False: `on_kept` will say
        when they do. Raises StorageError.
        """

    def read(self, segment: SegmentId, position: int, size: int) -> bytes | memoryview:
        """Return up to `size` bytes from `position` (fewer at the end of the segment). Raises StorageError."""

    def span(self, segment: SegmentId, position: int, size: int) -> FileSpan | None:
        """Offer the bytes as part of a file, or None when this store or platform cannot. Raises StorageError."""

    def truncate(self, segment: SegmentId, size: int) -> None:
        """Cut a torn tail found at recovery. Raises StorageError."""

    def seal(self, segment: SegmentId) -> None:
        """No more appends to this segment; space reserved and not used is given back. Raises StorageError."""

    def appended_ms(self, segment: SegmentId) -> int | None:
        """Return when the segment was last appended to (milliseconds since 1970), None if the store does not know.

        Raises StorageError.
        """

    def sync(self, segment: SegmentId) -> None:
        """Begin to make safe what was appended to the segment so far; `on_kept` tells when.

        Not its companions: they only save work, and whoever reads one can tell whether it is whole.
        Many requests become one pass of one background thread. A sync that fails takes the store offline: it is never
        tried again and never reported as success. Raises StorageError.
        """

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        """Remove the segment and its companions, for good: reads in flight keep their bytes. Unknown ones are ignored.

        What is returned frees the space, at any later time; if nobody calls it the next owner of the store does it.
        None: it is free already. Both raise StorageError.
        """

    def reader(self, segment: SegmentId) -> SegmentReader:
        """Return how another thread reads a sealed segment, whatever becomes of it. Raises StorageError.

        It holds what it reads: let go of it before the segment is swapped, for not every system renames open files.
        """

    # Companions

    def companions(self, partition: PartitionId) -> list[str]:
        """Return the names of a partition's companions, sorted; empty for an unknown one. Raises StorageError."""

    def companion(self, partition: PartitionId, name: str) -> bytes | None:
        """Return a companion's content, None if there is none of this name. Raises StorageError."""

    def keep_companion(self, partition: PartitionId, name: str, content: Buffer) -> None:
        """Replace it whole (other eyes see the old or the new one), as safe as what was appended and not synced.

        Raises StorageError.
        """

    def drop_companion(self, partition: PartitionId, name: str) -> None:
        """Remove it; unknown ones are ignored. Raises StorageError."""

    # Compaction

    def rewrite(self, segment: SegmentId) -> Rewrite:
        """Begin new content under this segment's name, which may be new, in a partition that has segments.

        An earlier one of this name that was not swapped in is abandoned. Raises StorageError.
        """

    def swap(
        self, rewrites: Sequence[tuple[SegmentId, Rewrite]], replaced: Sequence[SegmentId]
    ) -> Callable[[], None] | None:
        """The synced rewrites (in order of base offset) take the place of the replaced segments and their companions.

        All of it or nothing, also over a crash at any point. `replaced` names every segment that goes, those with the
        base offset of a rewrite too; all are of one partition. Of the replaced segments' companions none stays: a
        rewrite brings its own. Other rewrites under way in the partition are abandoned. Reads in flight keep their
        bytes; what is returned frees the space, as for `delete`. Raises StorageError, and then the old segments are
        still in place, and the rewrites can only be abandoned.
        """

    # Numbers

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        """Remember where the logs of these partitions, which have segments, start: all or nothing, as safe as what was
        appended. Raises StorageError."""

    def start_of(self, partition: PartitionId) -> int:
        """Return the start kept for a partition, 0 if there is none. Raises StorageError."""

    def keep_recovery_points(self, points: Mapping[PartitionId, int]) -> None:
        """Remember up to which offset these partitions, which have segments, are known to be whole and synced.

        All or nothing, as safe as what was appended. Raises StorageError.
        """

    def recovery_point_of(self, partition: PartitionId) -> int:
        """Return the recovery point kept for a partition, 0 if there is none. Raises StorageError."""

    def keep_cleaned(self, offsets: Mapping[PartitionId, int]) -> None:
        """Remember up to which offset these partitions, which have segments, are compacted.

        All or nothing, as safe as what was appended. Raises StorageError.
        """

    def cleaned_to(self, partition: PartitionId) -> int:
        """Return up to where a partition is compacted, 0 if it never was. Raises StorageError."""

    def delete_partition(self, partition: PartitionId) -> None:
        """Remove everything of a partition and its numbers, also what an earlier crash left of it.

        Raises StorageError.
        """

    def close(self, *, clean: bool) -> None:
        """Let go of everything; if `clean`, the next owner may trust all that is stored. Raises StorageError."""

    def opened_clean(self) -> bool:
        """Return whether the previous owner closed this store cleanly (a new or memory store: True)."""
