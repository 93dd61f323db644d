"""A partition's side of its store: segments, the files beside them, and how far all of it is synced.

What goes wrong is said in the log with the partition's name and becomes KAFKA_STORAGE_ERROR for whoever asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from kafkalite.storage.segment_store import FileSpan, PartitionId, SegmentId, SegmentStore, StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError

if TYPE_CHECKING:
    from kafkalite.core.log.append_plan import AppendPlan
    from kafkalite.core.log.companions import File
    from kafkalite.core.log.partition_log import Span
    from kafkalite.wire.record_batch import Buffer

log = logging.getLogger(__name__)

FILE_SPAN_MINIMUM: Final = 64 * 1024
"""From this size on it pays to let the kernel move the bytes of a file; below, one read is cheaper."""

Later = Callable[[float, Callable[[], None]], object]
"""later(seconds, action): do it then. What `Timers.after` is."""


class _Syncing(NamedTuple):
    """The log up to `offset` is on its way to the disk: it is there once `size` bytes of this segment are."""

    segment_base: int
    size: int
    offset: int


class PartitionStore:
    """The store as one partition uses it. It is the `Companions` of the partition's log, too."""

    __slots__ = (
        "_growing",
        "_id",
        "_later",
        "_name",
        "_syncing",
        "on_unfit",
        "recovery_point",
        "store",
        "sync_requested",
    )

    def __init__(self, store: SegmentStore, partition: PartitionId, later: Later) -> None:
        self.store = store
        self.recovery_point = 0
        """Everything in front of this offset is synced."""
        self.sync_requested = 0
        """Everything in front of this offset is synced or on its way."""
        self.on_unfit: Callable[[int], None] = lambda segment_base: None
        self._id = partition
        self._growing = SegmentId(partition, 0)
        """The segment of the last append."""
        self._name = f"{partition.topic}-{partition.index}"
        self._later = later
        self._syncing: list[_Syncing] = []

    # Segments

    def append(self, plan: AppendPlan, preallocate: int) -> bool:
        """Store a plan's bytes; return whether the promise is kept already. Raises KafkaError: nothing is stored."""
        segment = self._growing
        if segment.base_offset != plan.segment_base:
            segment = self._growing = SegmentId(self._id, plan.segment_base)
        try:
            if plan.rolls:
                self.store.create(segment, preallocate=preallocate)
            return self.store.append(segment, plan.parts)
        except StorageError as error:
            if plan.rolls:
                self.delete(plan.segment_base, delay_ms=0)
            raise self.failure("append", error) from error

    def create(self, segment_base: int) -> None:
        """Begin an empty segment. Raises StorageError."""
        self.store.create(SegmentId(self._id, segment_base))

    def read(self, segment_base: int, position: int, size: int) -> bytes | memoryview:
        """What a log's `Reader` is. Raises KafkaError."""
        try:
            return self.store.read(SegmentId(self._id, segment_base), position, size)
        except StorageError as error:
            raise self.failure("read", error) from error

    def bytes_of(self, span: Span) -> Buffer | FileSpan:
        """Return a span's bytes, large ones as part of a file where that is possible. Raises KafkaError."""
        if span.size >= FILE_SPAN_MINIMUM:
            try:
                in_file = self.store.span(SegmentId(self._id, span.segment_base), span.position, span.size)
            except StorageError as error:
                raise self.failure("read", error) from error
            if in_file is not None:
                return in_file
        return self.read(*span)

    def seal(self, segment_base: int) -> None:
        """No more appends to the segment."""
        try:
            self.store.seal(SegmentId(self._id, segment_base))
        except StorageError as error:  # the append that began the next segment has happened all the same
            self.failure("seal", error)

    def delete(self, segment_base: int, delay_ms: int) -> None:
        """Remove a segment that the log does not know (any more). One that stays does no harm: it is empty or old."""
        try:
            free = self.store.delete(SegmentId(self._id, segment_base))
        except StorageError as error:
            self.failure("delete", error)
        else:
            self.free_later(free, delay_ms)

    def free_later(self, free: Callable[[], None] | None, delay_ms: int) -> None:
        """Free the space of removed segments once nobody reads them any more."""
        if free is not None and delay_ms:
            self._later(delay_ms / 1000, partial(self._free, free))
        elif free is not None:
            self._free(free)

    def _free(self, free: Callable[[], None]) -> None:
        try:
            free()
        except StorageError as error:
            self.failure("delete", error)

    # The files beside them

    def names(self) -> Sequence[str]:
        return self.store.companions(self._id)

    def get(self, name: str) -> bytes | None:
        return self.store.companion(self._id, name)

    def unfit(self, segment_base: int) -> None:
        log.warning(
            "%s: the files beside it do not fit it; it is read again, and they are made anew",
            self.name_of(segment_base),
        )
        self._later(0, partial(self.on_unfit, segment_base))

    def keep(self, files: Iterable[File]) -> bool:
        """Store files beside the segments, for the next start; False: not all could be stored, so that it will read
        more."""
        if not self.store.survives:
            return False
        try:
            for name, content in files:
                if content is None:
                    self.store.drop_companion(self._id, name)
                else:
                    self.store.keep_companion(self._id, name, content)
        except StorageError as error:
            self.failure("storing an index or a snapshot", error)
            return False
        return True

    def drop(self, names: Iterable[str]) -> None:
        """Remove files that are of no use any more."""
        try:
            for name in names:
                self.store.drop_companion(self._id, name)
        except StorageError as error:
            self.failure("removing an old snapshot", error)

    # Syncing

    def sync(self, segment_base: int, size: int, offset: int) -> None:
        """Begin to sync the segment, and so all up to `offset`; `on_kept` tells when that is done."""
        self._syncing.append(_Syncing(segment_base, size, offset))
        self.sync_requested = max(self.sync_requested, offset)
        try:
            self.store.sync(SegmentId(self._id, segment_base))
        except StorageError as error:
            self.failure("sync", error)

    def on_kept(self, segment_base: int, size: int) -> None:
        """The store has made the first `size` bytes of a segment as safe as it can, and all asked for before."""
        done = 0
        for segment, end, offset in self._syncing:
            if (segment, end) > (segment_base, size):
                break
            self.recovery_point = max(self.recovery_point, offset)
            done += 1
        del self._syncing[:done]

    # Words

    def name_of(self, segment_base: int) -> str:
        """Return what the operator knows a segment by."""
        return self.store.name(SegmentId(self._id, segment_base))

    def failure(self, what: str, error: StorageError) -> KafkaError:
        """Say in the log what could not be done; return what a client is told."""
        log.error("%s: %s failed: %s", self._name, what, error)
        return KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(error))
