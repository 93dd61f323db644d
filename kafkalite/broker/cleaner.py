"""The log cleaner: of all logs with cleanup.policy=compact, the dirtiest is compacted next, beside everything else.

Up to `log.cleaner.threads` logs at a time. Choosing, swapping and the checkpoint are done in trio's thread and are
quick; reading, filtering and writing (`cleaning`) in another one. Between two segments it is seen whether the partition
is still there. A log that was deleted, reconfigured or whose segments went
away meanwhile stays as it is. A damaged one is left alone until the next start, as Kafka does, and the log says where;
after any other failure it is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

import trio

from kafkalite.broker.cleaning import Cleaning, Output
from kafkalite.broker.clock import Clock
from kafkalite.broker.pace import Pace, Stopped
from kafkalite.broker.partitions import Partition
from kafkalite.broker.topics import Topics
from kafkalite.config import BrokerConfig
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.cleanable import Dirt, dirt, groups
from kafkalite.core.log.compaction import Rules, last_records
from kafkalite.core.log.companions import SNAPSHOT, file_name
from kafkalite.core.log.offset_map import OffsetMap
from kafkalite.core.log.segment import DamagedSegment, Segment
from kafkalite.storage.segment_store import PartitionId, SegmentId, SegmentReader, StorageError, StoreFull
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import CorruptRecord

log = logging.getLogger(__name__)

T = TypeVar("T")

SHORTEST_BACKOFF: Final = 0.1
"""However small log.cleaner.backoff.ms is: every look costs as much as there are logs."""

LOOKED_AT_ONCE: Final = 50
"""Logs, before others get their turn: half a millisecond."""

LARGEST_MAP: Final = (1 << 31) - 1
"""Of one thread, as in Kafka."""


class Changed(Exception):
    """The log is not as it was when its compaction began: that is of no use any more."""


class Run(Protocol):
    """Runs blocking work elsewhere and returns what it returns."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]: ...


async def in_thread(work: Callable[[], T]) -> T:
    """Run the work in a thread of its own. Whoever cancels this stops the work first, and waits for it."""
    return await trio.to_thread.run_sync(work)


class Cleaner:
    """What compacts the logs of one broker."""

    def __init__(
        self,
        topics: Topics,
        config: BrokerConfig,
        clock: Clock,
        *,
        run: Run | None = None,
        new_pace: Callable[[float], Pace] = Pace,
    ) -> None:
        """run: where the work is done, if not in a thread of its own.

        new_pace: makes a worker's pace from a limit in bytes per second.
        """
        self._topics = topics
        self._config = config
        self._clock = clock
        self._run = run or in_thread
        self._new_pace = new_pace
        self._wake = trio.Event()
        self._paces: dict[PartitionId, Pace] = {}
        """Of every log that is being compacted."""
        self._uncleanable: set[PartitionId] = set()
        self._not_before: dict[PartitionId, float] = {}
        """Logs whose compaction failed, and the instant from which it may be tried again."""

    async def run(self) -> None:
        """Compact what is due, for ever."""
        async with trio.open_nursery() as nursery:
            try:
                while True:
                    self._wake = trio.Event()
                    while len(self._paces) < self._threads():
                        partition = await self._dirtiest()
                        if partition is None:
                            break
                        self._paces[partition.id] = self._new_pace(self._rate())
                        nursery.start_soon(self._clean, partition)
                    with trio.move_on_after(self._backoff()):
                        await self._wake.wait()
            finally:
                for pace in self._paces.values():
                    pace.stop()

    def _backoff(self) -> float:
        return max(self._config.int("log.cleaner.backoff.ms") / 1000, SHORTEST_BACKOFF)

    def _rate(self) -> float:
        """Return how many bytes a second one thread may read and write."""
        return float(self._config.value("log.cleaner.io.max.bytes.per.second")) / self._threads()

    def _threads(self) -> int:
        return self._config.int("log.cleaner.threads")

    # Choosing

    async def _dirtiest(self) -> Partition | None:
        """Return the partition that is to be compacted next, None if none is due."""
        compacted = [topic for topic in self._topics.by_id.values() if topic.log_config.compacted]
        partitions = [partition for topic in compacted for partition in topic.partitions]
        self._forget_others({partition.id for partition in partitions})
        chosen: Partition | None = None
        largest = -1.0
        for number, partition in enumerate(partitions, 1):
            found = self._dirt(partition)
            if found is not None and found.is_due(partition.log.config) and found.ratio > largest:
                chosen, largest = partition, found.ratio
            if number % LOOKED_AT_ONCE == 0:
                await trio.lowlevel.checkpoint()
        return chosen

    def _forget_others(self, identities: set[PartitionId]) -> None:
        """Keep nothing in mind of partitions that are deleted."""
        self._uncleanable &= identities
        for identity in self._not_before.keys() - identities:
            del self._not_before[identity]

    def _dirt(self, partition: Partition) -> Dirt | None:
        """Return what there is to compact, None if it may not or cannot be."""
        identity = partition.id
        if partition.offline or len(partition.log.segments) < 2:
            return None
        if identity in self._uncleanable or identity in self._paces:
            return None
        if self._not_before.get(identity, 0.0) > self._clock.now():
            return None
        try:
            return self._measured(partition)
        except Exception as error:
            self._failed(partition, error)
        return None

    def _measured(self, partition: Partition) -> Dirt:
        now_ms = self._clock.wall_ms()
        read = partition.segment_reader
        return dirt(partition.log, partition.cleaned_to, partition.recovery_point, now_ms, read)

    # One log

    async def _clean(self, partition: Partition) -> None:
        identity = partition.id
        try:
            await self._compact(partition, self._paces[identity])
            self._not_before.pop(identity, None)
        except Exception as error:
            self._failed(partition, error)
        finally:
            del self._paces[identity]
            self._wake.set()
        await trio.lowlevel.checkpoint()

    def _failed(self, partition: Partition, error: Exception) -> None:
        """Say why a log is not compacted, and decide when it is tried again."""
        if isinstance(error, CorruptRecord):
            where = repr(partition)
            if isinstance(error, DamagedSegment):
                where = partition.store.name(SegmentId(partition.id, error.segment_base))
            log.error("%r is not compacted any more: %s: %s", partition, where, error.message)
            self._uncleanable.add(partition.id)
        elif isinstance(error, StorageError | KafkaError):
            self._not_before[partition.id] = self._clock.now() + self._backoff()
            if not partition.offline:
                level = logging.WARNING if isinstance(error, StoreFull) else logging.ERROR
                log.log(level, "%r: not compacted for now: %s", partition, error)
        elif isinstance(error, Changed | Stopped):
            log.debug("%r: its compaction was given up", partition)
        else:  # a log that cannot be compacted must not end the broker
            log.error("BUG: %r cannot be compacted; please report this", partition, exc_info=error)
            self._uncleanable.add(partition.id)

    async def _compact(self, partition: Partition, pace: Pace) -> None:
        began = self._clock.now()
        found = self._measured(partition)
        if not found.cleanable_bytes:
            return
        partition_log = partition.log
        segments = partition_log.segments[: partition_log.segments.place_of(found.first_uncleanable)]
        dirty = segments[partition_log.segments.place_of(found.first_dirty) :]
        cleaning = await self._begin(partition, found, pace)
        for segment in dirty:
            if not await self._each(partition, segment, cleaning.learn):
                break
        end_offset = cleaning.offsets.latest_offset + 1
        in_reach = [segment for segment in segments if segment.base_offset < end_offset]
        swapped = None
        for group in groups(in_reach, partition_log.config, in_reach[-1].next_offset):
            if await self._replace(partition, cleaning, group):
                swapped = group[0].base_offset
        partition.mark_clean(end_offset, swapped)
        log.info(
            "%r: compacted up to offset %d, %d bytes became %d, in %.1f s",
            partition,
            end_offset,
            cleaning.bytes_read,
            cleaning.bytes_written,
            self._clock.now() - began,
        )

    async def _begin(self, partition: Partition, found: Dirt, pace: Pace) -> Cleaning:
        config = partition.log.config
        rules = Rules(
            self._clock.wall_ms(),
            config.delete_retention_ms,
            found.first_uncleanable,
            last_records(partition.log.producers.rows()),
            config.decompressed_limit,
        )
        aborted = await self._aborted(partition, found.first_uncleanable)
        offsets = OffsetMap(
            min(self._config.int("log.cleaner.dedupe.buffer.size") // self._threads(), LARGEST_MAP),
            float(self._config.value("log.cleaner.io.buffer.load.factor")),
            found.first_uncleanable - found.first_dirty,
        )
        piece_bytes = self._config.int("log.cleaner.io.buffer.size") // self._threads() // 2
        return Cleaning(found, config, aborted, rules, offsets, pace, piece_bytes)

    async def _aborted(self, partition: Partition, end_offset: int) -> list[AbortedTransaction]:
        """Return the aborted transactions that begin in front of `end_offset`; all segments are known after this."""
        found: list[AbortedTransaction] = []
        segments = partition.log.segments
        for segment in list(segments):
            self._check(partition, [segment])
            found += segments.loaded(segment, partition.segment_reader).aborted
            await trio.lowlevel.checkpoint()  # loading it may have taken milliseconds
        return [one for one in found if one.first_offset < end_offset]

    async def _each(self, partition: Partition, segment: Segment, work: Callable[[Segment, SegmentReader], T]) -> T:
        """Do the work on a segment elsewhere."""
        self._check(partition, [segment])
        read = partition.store.reader(SegmentId(partition.id, segment.base_offset))
        return await self._run(partial(work, segment, read))

    async def _replace(self, partition: Partition, cleaning: Cleaning, group: Sequence[Segment]) -> bool:
        """Compact the segments of a group into one; return whether that changed anything."""
        if not any(_is_there(partition, segment) for segment in group):
            return False  # they were deleted by age or size
        self._check(partition, group)
        segment_base = group[0].base_offset
        snapshot = partition.store.companion(partition.id, file_name(segment_base, SNAPSHOT))
        output = Output(group, partition.rewrite(segment_base))
        try:
            for segment in group:
                await self._each(partition, segment, partial(cleaning.rewrite, output))
            await self._run(partial(cleaning.finish, output, snapshot, keeps_files=partition.store.survives))
            self._check(partition, group)
            if output.is_changed:
                partition.swap_segments([(output.segment, output.rewrite)], [one.base_offset for one in group])
        finally:
            output.rewrite.abandon()  # unless it was swapped in
        return output.is_changed

    def _check(self, partition: Partition, segments: Sequence[Segment]) -> None:
        """Raise Changed unless these segments are still there to be compacted."""
        if partition.offline or not partition.log.config.compacted:
            raise Changed
        if not all(_is_there(partition, segment) for segment in segments):
            raise Changed


def _is_there(partition: Partition, segment: Segment) -> bool:
    segments = partition.log.segments
    return bool(segments) and segments[segments.place_of(segment.base_offset)] is segment
