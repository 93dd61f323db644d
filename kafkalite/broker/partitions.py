"""Partitions as they run: a pure log each, the store underneath, and those who wait for progress.

An append is plan, store, commit, without an await in between, so nothing else sees a half-done one and no lock is
needed. The high watermark follows the store's promise: at once where it is kept at once, later through `on_kept`; and
where the topic's flush settings want a batch synced first, it waits for that.

A log directory that goes out of use takes its partitions along: they are offline, and everything on them answers
KAFKA_STORAGE_ERROR, as for a log that was found damaged at the start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kafkalite.broker.clock import Clock
from kafkalite.broker.partition_answers import Appended, ReadResult, StoredMarker, StoredRecord
from kafkalite.broker.partition_store import Later, PartitionStore
from kafkalite.broker.waiters import Waiters
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.append_plan import AppendPlan
from kafkalite.core.log.companions import LEADER_EPOCHS
from kafkalite.core.log.control_batch import marker_in
from kafkalite.core.log.leader_epochs import NO_EPOCH
from kafkalite.core.log.log_config import FOREVER, LogConfig
from kafkalite.core.log.partition_log import PartitionLog, Span
from kafkalite.core.log.producer_snapshot import ProducerRow
from kafkalite.core.log.producer_state import NO_TRANSACTION, Marker, ProducerState
from kafkalite.core.log.recovery import DamagedLog, in_front, recover
from kafkalite.core.log.retention import Surplus, surplus
from kafkalite.core.log.segment import DamagedSegment, Reader, Segment
from kafkalite.storage.segment_store import PartitionId, Rewrite, SegmentId, SegmentStore, StorageError
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    TRANSACTIONAL,
    CorruptRecord,
    iterate_records,
)

if TYPE_CHECKING:
    from kafkalite.broker.topics import Topic

log = logging.getLogger(__name__)

LATEST: Final = -1
EARLIEST: Final = -2
MAX_TIMESTAMP: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING_UPLOAD: Final = -6
"""What a negative timestamp asks for in ListOffsets."""


Wrap = Callable[[Reader], Reader]
"""Puts something around the reader that a recovery uses, such as a progress report."""


class Cleaned(NamedTuple):
    """Compaction has come to `offset`, which is true for good once the segment `swapped` is safe where it stands."""

    offset: int
    swapped: int


class Partition:
    """One partition: the shell around its log."""

    __slots__ = (
        "_cleaned",
        "_clock",
        "_flush_due",
        "_is_changed",
        "_kept_epoch",
        "_later",
        "_log",
        "_store",
        "failure",
        "id",
        "index",
        "topic",
        "waiters",
    )

    def __init__(
        self, topic: Topic, index: int, store: SegmentStore, clock: Clock, later: Later, expiration_ms: int
    ) -> None:
        self.topic = topic
        self.index = index
        self.waiters = Waiters()
        self.id = PartitionId(topic.name, topic.topic_id, index)
        """What the store knows it by."""
        self.failure: KafkaError | None = None
        """Why nothing works: what is stored cannot be trusted, its directory is out of use, the topic was deleted."""
        self._clock = clock
        self._later = later
        self._store = PartitionStore(store, self.id, later)
        self._store.on_unfit = self._keep_files_of
        self._log = PartitionLog(f"{topic.name}-{index}", topic.log_config, ProducerState(expiration_ms))
        self._kept_epoch = NO_EPOCH
        """The newest leader epoch in the stored file of them."""
        self._is_changed = False
        """The files beside the last segment are not those of its end."""
        self._flush_due = False
        """A timer for flush.ms runs."""
        self._cleaned: Cleaned | None = None
        """How far it is compacted, when that is not stored yet."""

    def __repr__(self) -> str:
        return f"<Partition {self.topic.name}-{self.index}>"

    @property
    def offline(self) -> bool:
        return self.failure is not None

    @property
    def store(self) -> SegmentStore:
        """Where its records are."""
        return self._store.store

    @property
    def log(self) -> PartitionLog:
        """The log itself, for those who only look (compaction plans on it)."""
        return self._log

    @property
    def segment_reader(self) -> Reader:
        """How the log's segments are read."""
        return self._store.read

    @property
    def leader_epoch(self) -> int:
        return self._log.leader_epoch

    @property
    def log_start_offset(self) -> int:
        return self._log.log_start_offset

    @property
    def log_end_offset(self) -> int:
        return self._log.log_end_offset

    @property
    def high_watermark(self) -> int:
        return self._log.high_watermark

    @property
    def last_stable_offset(self) -> int:
        return self._log.last_stable_offset

    @property
    def size(self) -> int:
        """Bytes in the store."""
        return self._log.size

    @property
    def readable_bytes(self) -> int:
        """Bytes that came below the high watermark since the start: the difference of two looks says what is new."""
        return self._log.readable_bytes

    def append(self, batch: memoryview, *, in_transaction: bool = False) -> Appended:
        """Append a client's one whole batch (`only_batch`). Raises KafkaError, and then nothing has changed.

        in_transaction: the coordinator knows that the partition belongs to the producer's transaction.
        """
        self._check_alive()
        plan = self._log.prepare_append(batch, self._clock.wall_ms(), in_transaction=in_transaction)
        if plan.is_duplicate:
            partition_log = self._log
            kept = partition_log.high_watermark > plan.last_offset
            return Appended(plan, partition_log.log_start_offset, kept, syncs=partition_log.config.flushes)
        return self._store_and_commit(plan)

    def append_records(self, records: Sequence[KeyedRecord], codec: int = Compression.NONE) -> Appended:
        """Append the broker's own records to an internal topic as one batch. Raises KafkaError."""
        self._check_alive()
        return self._store_and_commit(self._log.prepare_records(records, self._clock.wall_ms(), codec))

    def append_in_transaction(
        self, records: Sequence[KeyedRecord], producer_id: int, producer_epoch: int, codec: int = Compression.NONE
    ) -> Appended:
        """Append the broker's own records as part of a producer's transaction. Raises KafkaError."""
        self._check_alive()
        now_ms = self._clock.wall_ms()
        plan = self._log.prepare_transactional(records, producer_id, producer_epoch, now_ms, codec)
        return self._store_and_commit(plan)

    def append_marker(
        self, producer_id: int, producer_epoch: int, *, committed: bool, coordinator_epoch: int
    ) -> Appended:
        """End a producer's transaction here. Raises KafkaError 47, 52 for what comes from the past."""
        self._check_alive()
        marker = Marker(committed, coordinator_epoch)
        plan = self._log.prepare_marker(producer_id, producer_epoch, marker, self._clock.wall_ms())
        return self._store_and_commit(plan)

    def open_transaction(self, producer_id: int) -> int | None:
        """Return the first offset of a producer's open transaction here, None if there is none."""
        entry = self._log.producers.get(producer_id)
        return None if entry is None or entry.transaction_start == NO_TRANSACTION else entry.transaction_start

    def knows_producer(self, producer_id: int) -> bool:
        """Whether there is something to check a producer's next sequence against."""
        return self._log.producers.get(producer_id) is not None

    def producers(self) -> Iterable[ProducerRow]:
        """Return every producer that this partition remembers."""
        return self._log.producers.rows()

    def producer_ids(self) -> Iterable[int]:
        """Return their ids alone."""
        return self._log.producers.ids()

    def _store_and_commit(self, plan: AppendPlan) -> Appended:
        partition_log = self._log
        store = self._store
        if plan.rolls:
            self._close_last_segment()
        kept = store.append(plan, self._reserved() if plan.rolls else 0)
        self._is_changed = True
        syncs = partition_log.config.flushes and self._must_sync(plan)
        complete = partition_log.commit(plan, kept=kept and not syncs)
        if complete is not None:
            self._on_complete(partition_log.segments[-2])
        if partition_log.epochs.latest != self._kept_epoch:
            self._keep_epochs()
        if syncs:
            self._sync()
            self._check_alive()  # if it failed at once
        kept = partition_log.high_watermark > plan.last_offset
        if kept and self.waiters:
            self._tell_progress()
        return Appended(plan, partition_log.log_start_offset, kept, syncs=syncs)

    def _reserved(self) -> int:
        """How many bytes to reserve for a new segment (preallocate)."""
        return self._log.config.segment_bytes if self._log.config.preallocates else 0

    # What stands beside the segments, for the next start

    def _close_last_segment(self) -> None:
        """Store indexes and producers as they are at the end of the log."""
        if self._log.segments and self.store.survives:
            self._store.keep([*self._log.closing_files(), self._log.snapshot()])

    def _on_complete(self, segment: Segment) -> None:
        """Another segment was begun behind this one: it is synced, and may then be trusted at the next start."""
        self._store.seal(segment.base_offset)
        self._store.sync(segment.base_offset, segment.size, segment.next_offset)
        if self.store.survives:
            self._log.segments.complete(segment, self._store)

    def _keep_files_of(self, segment_base: int) -> None:
        """Store the files beside a segment that has just been read, if it is still there and complete."""
        for segment in self._log.segments[:-1]:
            if segment.base_offset == segment_base and segment.is_loaded and self._store.keep(segment.files()):
                self._log.segments.complete(segment, self._store)

    def _keep_epochs(self) -> None:
        if self._store.keep([(LEADER_EPOCHS, self._log.epochs.checkpoint())]) or not self.store.survives:
            self._kept_epoch = self._log.epochs.latest

    def close(self) -> None:
        """Store what a start after a clean end needs not to read the log."""
        if self._is_changed and not self.offline:
            self._close_last_segment()

    # Syncing

    @property
    def recovery_point(self) -> int:
        """Everything in front of this offset is synced."""
        return self._store.recovery_point

    def _must_sync(self, plan: AppendPlan) -> bool:
        """Whether the answer to this append follows a sync (flush.messages); else one may be due later (flush.ms)."""
        config = self._log.config
        if plan.last_offset + 1 - self._store.sync_requested >= config.flush_messages:
            return True
        if not self._flush_due and config.flush_ms != FOREVER:
            self._flush_due = True
            self._later(config.flush_ms / 1000, self._flush)
        return False

    def _flush(self) -> None:
        self._flush_due = False
        if not self.offline and self._store.sync_requested < self._log.log_end_offset:
            self._sync()

    def _sync(self) -> None:
        segment = self._log.segments[-1]
        self._store.sync(segment.base_offset, segment.size, self._log.log_end_offset)

    def on_kept(self, segment_base: int, size: int) -> None:
        """The store's promise covers more of a segment."""
        self._store.on_kept(segment_base, size)
        if self._cleaned is not None and self._cleaned.swapped == segment_base:
            self._keep_cleaned(self._cleaned)
        if self._log.keep(segment_base, size):
            self._tell_progress()

    def _tell_progress(self) -> None:
        for waiter in tuple(self.waiters):
            waiter.on_progress(self)

    def read(self, offset: int, max_bytes: int, *, committed: bool, at_least_one: bool) -> ReadResult:
        """Read whole batches from the one that contains `offset`, up to `max_bytes`. Raises KafkaError."""
        self._check_alive()
        partition_log = self._log
        read = self._store.read
        end_offset = partition_log.last_stable_offset if committed else partition_log.high_watermark
        try:
            span = partition_log.locate(offset, max_bytes, end_offset, at_least_one=at_least_one, read=read)
            aborted = self._aborted(offset, span) if committed else None
        except CorruptRecord as damage:
            raise self._report(damage) from None
        records = self._store.bytes_of(span) if span is not None else b""
        return ReadResult(partition_log, records, aborted)

    def _aborted(self, offset: int, span: Span | None) -> list[AbortedTransaction]:
        """Return the aborted transactions that a reader of these records has to know."""
        if span is None:
            return []
        return self._log.aborted_transactions(offset, self._log.end_of(span), self._store.read)

    def _report(self, damage: CorruptRecord) -> CorruptRecord:
        """Stored bytes are not what was written: say so where the operator looks, too."""
        where = self._store.name_of(damage.segment_base) if isinstance(damage, DamagedSegment) else repr(self)
        log.error("%s-%d: %s: %s", self.topic.name, self.index, where, damage.message)
        return damage

    def check_leader_epoch(self, leader_epoch: int) -> None:
        """Compare the epoch that a client believes in; -1 compares nothing. Raises KafkaError 74 or 75."""
        if leader_epoch == NO_EPOCH or leader_epoch == self._log.leader_epoch:
            return
        older = leader_epoch < self._log.leader_epoch
        raise KafkaError(ErrorCode.FENCED_LEADER_EPOCH if older else ErrorCode.UNKNOWN_LEADER_EPOCH)

    def offset_for(self, timestamp: int, *, committed: bool) -> tuple[int, int, int] | None:
        """Return (offset, timestamp, leader epoch) of what ListOffsets asks for, or None. Raises KafkaError."""
        self._check_alive()
        partition_log = self._log
        end_offset = partition_log.last_stable_offset if committed else partition_log.high_watermark
        if timestamp == LATEST:
            return end_offset, NO_TIMESTAMP, partition_log.leader_epoch
        if timestamp in (EARLIEST, EARLIEST_LOCAL):
            return partition_log.log_start_offset, NO_TIMESTAMP, partition_log.leader_epoch
        try:
            if timestamp == MAX_TIMESTAMP:
                found = partition_log.max_timestamp(self._store.read)
            elif timestamp >= 0:
                found = partition_log.offset_for_timestamp(timestamp, self._store.read)
            else:  # LATEST_TIERED, EARLIEST_PENDING_UPLOAD: there is no tiered storage
                found = None
        except CorruptRecord as damage:
            raise self._report(damage) from None
        if found is None or found.offset >= end_offset:
            return None
        return found.offset, found.timestamp, partition_log.epochs.epoch_of(found.offset)

    def end_offset_for_epoch(self, leader_epoch: int) -> tuple[int, int]:
        """Return (largest known epoch up to `leader_epoch`, where it ended), (-1, -1) for one above all known."""
        self._check_alive()
        return self._log.epochs.end_offset(leader_epoch, self._log.log_end_offset)

    # Removing: the new start is stored first (`Topics.move_starts`), then made true

    def start_for(self, offset: int) -> int:
        """Return where the log starts without the records in front of `offset` (-1: the high watermark).

        Changes nothing. Raises KafkaError.
        """
        self._check_alive()
        partition_log = self._log
        if offset == -1:
            offset = partition_log.high_watermark
        if not 0 <= offset <= partition_log.high_watermark:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        return max(offset, partition_log.log_start_offset)

    def surplus(self, limit: int) -> Surplus | None:
        """Return which of its first segments, at most `limit`, the topic's settings keep no longer. Changes nothing."""
        if self.offline:
            return None
        try:
            return surplus(self._log, self._clock.wall_ms(), limit, self._store.read)
        except CorruptRecord as damage:
            self._report(damage)
        except KafkaError:  # a read failed, which the log tells
            pass
        return None

    def begin_empty_segment(self) -> None:
        """Begin the segment that names the log end when all records are gone. Raises StorageError."""
        self._check_alive()
        partition_log = self._log
        base_offset = partition_log.next_segment()
        if base_offset is not None:
            self._close_last_segment()
            self.store.seal(SegmentId(self.id, partition_log.segments[-1].base_offset))
            self._store.create(base_offset)
            partition_log.begin_empty(self._clock.wall_ms())

    def move_start(self, offset: int) -> None:
        """The log starts at `offset`, as is stored: whole segments in front of it are deleted, who waits hears of it.

        Their bytes go after `file.delete.delay.ms`.
        """
        self._move_start(offset, self._log.config.delete_delay_ms)

    def drop_segments(self, offset: int) -> None:
        """Delete the whole segments in front of `offset` and give their space back at once.

        The log then starts where the first one left begins: that needs no note.
        """
        self._move_start(self._log.segments.base_of(offset), delay_ms=0)

    def _move_start(self, offset: int, delay_ms: int) -> None:
        before = self._log.log_start_offset
        for base_offset in self._log.move_start(offset):
            self._store.delete(base_offset, delay_ms)
        if self._log.log_start_offset > before:
            if self._log.segments:
                self._keep_epochs()
            for waiter in tuple(self.waiters):
                waiter.on_start_moved(self)

    # Compaction

    def rewrite(self, segment_base: int) -> Rewrite:
        """Begin new content for a segment, which nobody sees until `swap_segments`. Raises StorageError."""
        return self.store.rewrite(SegmentId(self.id, segment_base))

    def swap_segments(self, rewritten: Sequence[tuple[Segment, Rewrite]], replaced: Sequence[int]) -> None:
        """Put rewritten segments, synced and with their files, in the place of those with the base offsets `replaced`.

        Raises KafkaError when the partition is offline and StorageError when the store fails: then the old ones stay.
        """
        self._check_alive()
        rewrites = [(SegmentId(self.id, segment.base_offset), rewrite) for segment, rewrite in rewritten]
        free = self.store.swap(rewrites, [SegmentId(self.id, base_offset) for base_offset in replaced])
        self._log.segments.replace(replaced, [segment for segment, _ in rewritten])
        for segment, _ in rewritten:
            if self.store.survives:
                self._log.segments.complete(segment, self._store)
        self._store.free_later(free, self._log.config.delete_delay_ms)

    @property
    def cleaned_to(self) -> int:
        """Everything in front of this offset was compacted once; 0 if nothing ever was. Raises StorageError."""
        return self.store.cleaned_to(self.id) if self._cleaned is None else self._cleaned.offset

    def mark_clean(self, offset: int, swapped: int | None) -> None:
        """Compaction has come to `offset`. Raises StorageError.

        A power cut must not take a swap back and leave the mark: it is stored when the last segment that was swapped
        in (None: there was nothing to change) is safe where it stands.
        """
        if swapped is None:
            self.store.keep_cleaned({self.id: offset})
        else:
            self._cleaned = Cleaned(offset, swapped)
            self.store.sync(SegmentId(self.id, swapped))

    def _keep_cleaned(self, cleaned: Cleaned) -> None:
        self._cleaned = None
        try:
            self.store.keep_cleaned({self.id: cleaned.offset})
        except StorageError as error:  # it is compacted once more
            self._store.failure("storing how far it is compacted", error)

    def replay(self) -> Iterator[StoredRecord | StoredMarker]:
        """Yield the records of an internal topic's partition and the markers between them, oldest first.

        Raises KafkaError.
        """
        self._check_alive()
        try:
            for header, batch in self._log.batches(self._store.read):
                if header.is_control:
                    marker = marker_in(batch, header)
                    if marker is not None:
                        yield StoredMarker(header.producer_id, marker.committed)
                    continue
                producer_id = header.producer_id if header.attributes & TRANSACTIONAL else NO_PRODUCER_ID
                for record in iterate_records(batch, header):
                    if record.offset >= self._log.log_start_offset:
                        yield StoredRecord(record.offset, KeyedRecord(record.key or b"", record.value), producer_id)
        except CorruptRecord as damage:
            raise self._report(damage) from None

    def configure(self, config: LogConfig) -> None:
        """Obey other topic settings from now on."""
        self._log.config = config

    def remember_producers(self, expiration_ms: int) -> None:
        """Forget idempotent producers after another time than before."""
        self._log.producers.expiration_ms = expiration_ms

    def expire_producers(self, now_ms: int) -> int:
        """Forget idempotent producers that were not seen for producer.id.expiration.ms; return how many."""
        return self._log.producers.expire(now_ms)

    def open(self, leader_epoch: int, wrap: Wrap = lambda read: read) -> None:
        """Take in what the store holds. A log that cannot be trusted goes offline: every call on it answers 56."""
        if self.store.holds(self.id):
            self._take_in(wrap)
        self.lead(leader_epoch)

    def _take_in(self, wrap: Wrap) -> None:
        try:
            start_offset = self.store.start_of(self.id)
            bases = [(segment.base_offset, size) for segment, size in self.store.segments(self.id)]
            removed = in_front(bases, start_offset)
            if bases:
                self._recover(bases[removed:], wrap(self._store.read))
            if start_offset > self._log.log_end_offset:  # not for us to decide which: nothing is deleted
                end_offset = self._log.log_end_offset
                self._fail(f"it starts at offset {start_offset} but ends at {end_offset}: one of them is wrong")
            else:
                for base_offset, _ in bases[:removed]:
                    self._store.delete(base_offset, delay_ms=0)
                self.move_start(start_offset)
        except (DamagedLog, DamagedSegment) as damage:
            self._fail(f"{self._store.name_of(damage.segment_base)}, position {damage.position}: {damage.reason}")
        except (StorageError, KafkaError) as error:
            self._fail(str(error))

    def lead(self, leader_epoch: int) -> None:
        """This broker leads the partition in this epoch from the present end of the log on."""
        self._log.begin_epoch(leader_epoch)

    def _recover(self, bases: list[tuple[int, int]], read: Reader) -> None:
        now_ms = self._clock.wall_ms()
        clean = self.store.opened_clean()
        point = self.store.recovery_point_of(self.id)
        done = recover(self._log, bases, read, self._store, clean=clean, recovery_point=point, now_ms=now_ms)
        for base_offset, size in done.cuts:
            log.warning("%s: cut to %d bytes, the last whole batch", self._store.name_of(base_offset), size)
            self.store.truncate(SegmentId(self.id, base_offset), size)
        end_offset = self._log.log_end_offset
        self._store.recovery_point = self._store.sync_requested = end_offset if clean else min(point, end_offset)
        self._is_changed = not done.is_closed
        self._kept_epoch = self._log.epochs.latest
        self._store.drop(done.stale)
        for segment in self._log.segments:
            if segment.is_known and not 0 <= segment.max_timestamp <= now_ms:  # its age is not known from its records
                appended_ms = self.store.appended_ms(SegmentId(self.id, segment.base_offset))
                segment.appended_ms = now_ms if appended_ms is None else min(appended_ms, now_ms)
        for segment in done.read:
            if self._store.keep(segment.files()):
                self._on_complete(segment)

    def _fail(self, reason: str) -> None:
        log.error("partition %s-%d is offline: %s", self.topic.name, self.index, reason)
        self.failure = KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, reason)

    def go_offline(self, reason: str) -> None:
        """Its store is out of use: from now on everything answers 56, and whoever waits hears of it."""
        if not self.offline:
            self._fail(reason)
            self._tell_gone()

    def delete(self) -> None:
        """Remove all data; whoever waits hears of it. Raises StorageError."""
        self.failure = KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        self._tell_gone()
        self.store.delete_partition(self.id)

    def _tell_gone(self) -> None:
        waiters = tuple(self.waiters)
        self.waiters.clear()
        for waiter in waiters:
            waiter.on_gone(self)

    def _check_alive(self) -> None:
        if self.failure is not None:
            raise KafkaError(self.failure.code, self.failure.message)
