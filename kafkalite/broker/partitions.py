"""Partitions as they run: a pure log each, the store underneath, and those who wait for progress.

An append is plan, store, commit, without an await in between, so nothing else sees a half-done one and no lock is
needed. The high watermark follows the store's promise: at once where it is kept at once, later through `on_kept`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from kafkalite.broker.clock import Clock
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.log.leader_epochs import NO_EPOCH
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.partition_log import AbortedTransaction, AppendPlan, PartitionLog, Span
from kafkalite.core.log.producer_state import ProducerState
from kafkalite.core.log.recovery import DamagedLog, in_front, recover
from kafkalite.core.log.retention import Surplus, surplus
from kafkalite.storage.segment_store import FileSpan, PartitionId, SegmentId, SegmentStore, StorageError
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import NO_TIMESTAMP, Buffer, CorruptRecord, iterate_records, only_batch

if TYPE_CHECKING:
    from kafkalite.broker.topics import Topic

log = logging.getLogger(__name__)

FILE_SPAN_MINIMUM: Final = 64 * 1024
"""From this size on it pays to let the kernel move the bytes of a file; below, one read is cheaper."""

LATEST: Final = -1
EARLIEST: Final = -2
MAX_TIMESTAMP: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING_UPLOAD: Final = -6
"""What a negative timestamp asks for in ListOffsets."""


Later = Callable[[float, Callable[[], None]], object]
"""later(seconds, action): do it then. What `Timers.after` is."""


class Waiter(Protocol):
    """Somebody who waits for a partition: a long poll, an append that the store has not promised yet."""

    def on_progress(self, partition: Partition) -> None:
        """The high watermark moved."""

    def on_start_moved(self, partition: Partition) -> None:
        """The log start moved: there are fewer records to read."""

    def on_gone(self, partition: Partition) -> None:
        """The partition is gone and will never move again."""


class Waiters(dict[Waiter, None]):
    """A set that keeps its order, so that a run can be repeated exactly."""

    def add(self, waiter: Waiter) -> None:
        self[waiter] = None

    def discard(self, waiter: Waiter) -> None:
        self.pop(waiter, None)


class Appended:
    """What an append answers."""

    __slots__ = ("base_offset", "kept", "last_offset", "log_append_time_ms", "log_start_offset")

    def __init__(self, plan: AppendPlan, log_start_offset: int, kept: bool) -> None:
        self.base_offset = plan.base_offset
        self.last_offset = plan.last_offset
        self.log_append_time_ms = plan.log_append_time_ms
        self.log_start_offset = log_start_offset
        self.kept = kept
        """The high watermark covers the batch: acks=all may be answered."""


class ReadResult:
    """What a read answers: whole batches as bytes or as part of a file, and where the log stands."""

    __slots__ = ("aborted", "high_watermark", "last_stable_offset", "log_start_offset", "records")

    def __init__(
        self, partition_log: PartitionLog, records: Buffer | FileSpan, aborted: list[AbortedTransaction] | None
    ) -> None:
        self.records = records
        self.high_watermark = partition_log.high_watermark
        self.last_stable_offset = partition_log.last_stable_offset
        self.log_start_offset = partition_log.log_start_offset
        self.aborted = aborted
        """None for a reader of uncommitted data, as in the answer."""


class Partition:
    """One partition: the shell around its log."""

    __slots__ = ("_clock", "_failure", "_id", "_later", "_log", "_store", "index", "topic", "waiters")

    def __init__(
        self, topic: Topic, index: int, store: SegmentStore, clock: Clock, later: Later, expiration_ms: int
    ) -> None:
        self.topic = topic
        self.index = index
        self.waiters = Waiters()
        self._store = store
        self._clock = clock
        self._later = later
        self._id = PartitionId(topic.name, topic.topic_id, index)
        self._log = PartitionLog(f"{topic.name}-{index}", topic.log_config, ProducerState(expiration_ms))
        self._failure: KafkaError | None = None

    def __repr__(self) -> str:
        return f"<Partition {self.topic.name}-{self.index}>"

    @property
    def offline(self) -> bool:
        """Nothing works: what is stored cannot be trusted, or the topic was deleted."""
        return self._failure is not None

    @property
    def id(self) -> PartitionId:
        """What the store knows it by."""
        return self._id

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

    def append(self, batch: memoryview) -> Appended:
        """Append a client's one batch. Raises KafkaError, and then nothing has changed."""
        self._check_alive()
        plan = self._log.prepare_append(only_batch(batch), self._clock.wall_ms())
        if plan.is_duplicate:
            partition_log = self._log
            return Appended(plan, partition_log.log_start_offset, partition_log.high_watermark > plan.last_offset)
        return self._store_and_commit(plan)

    def append_records(self, records: Sequence[KeyedRecord], codec: int = Compression.NONE) -> Appended:
        """Append the broker's own records to an internal topic as one batch. Raises KafkaError."""
        self._check_alive()
        return self._store_and_commit(self._log.prepare_records(records, self._clock.wall_ms(), codec))

    def _store_and_commit(self, plan: AppendPlan) -> Appended:
        partition_log = self._log
        segment = SegmentId(self._id, plan.segment_base)
        try:
            if plan.rolls:
                self._store.create(segment)
            kept = self._store.append(segment, plan.parts)
        except StorageError as error:
            if plan.rolls:
                self._delete_segment(plan.segment_base, delay_ms=0)
            raise self._storage_error("append", error) from error
        complete = partition_log.commit(plan, kept=kept)
        if complete is not None:
            self._seal_segment(complete)
        kept = partition_log.high_watermark > plan.last_offset
        if kept and self.waiters:
            self._tell_progress()
        return Appended(plan, partition_log.log_start_offset, kept)

    def _delete_segment(self, base_offset: int, delay_ms: int) -> None:
        """Remove a segment that the log does not know (any more). One that stays does no harm: it is empty or old."""
        try:
            free = self._store.delete(SegmentId(self._id, base_offset))
        except StorageError as error:
            self._storage_error("delete", error)
            return
        if free is not None and delay_ms:
            self._later(delay_ms / 1000, partial(self._free, free))
        elif free is not None:
            self._free(free)

    def _free(self, free: Callable[[], None]) -> None:
        try:
            free()
        except StorageError as error:
            self._storage_error("delete", error)

    def _seal_segment(self, base_offset: int) -> None:
        try:
            self._store.seal(SegmentId(self._id, base_offset))
        except StorageError as error:  # the append that began the next segment has happened all the same
            self._storage_error("seal", error)

    def on_kept(self, segment_base: int, size: int) -> None:
        """The store's promise covers more of a segment."""
        if self._log.keep(segment_base, size):
            self._tell_progress()

    def _tell_progress(self) -> None:
        for waiter in tuple(self.waiters):
            waiter.on_progress(self)

    def read(self, offset: int, max_bytes: int, *, committed: bool, at_least_one: bool) -> ReadResult:
        """Read whole batches from the one that contains `offset`, up to `max_bytes`. Raises KafkaError."""
        self._check_alive()
        partition_log = self._log
        end_offset = partition_log.last_stable_offset if committed else partition_log.high_watermark
        try:
            span = partition_log.locate(offset, max_bytes, end_offset, at_least_one=at_least_one, read=self._read)
        except CorruptRecord as damage:
            raise self._report(damage) from None
        records = self._bytes_of(span) if span is not None else b""
        aborted = partition_log.aborted_transactions(offset, end_offset) if committed else None
        return ReadResult(partition_log, records, aborted)

    def _bytes_of(self, span: Span) -> Buffer | FileSpan:
        if span.size >= FILE_SPAN_MINIMUM:
            segment = SegmentId(self._id, span.segment_base)
            try:
                in_file = self._store.span(segment, span.position, span.size)
            except StorageError as error:
                raise self._storage_error("read", error) from error
            if in_file is not None:
                return in_file
        return self._read(*span)

    def _report(self, damage: CorruptRecord) -> CorruptRecord:
        """Stored bytes are not what was written: say so where the operator looks, too."""
        log.error("%s-%d: %s", self.topic.name, self.index, damage.message)
        return damage

    def _storage_error(self, what: str, error: StorageError) -> KafkaError:
        log.error("%s-%d: %s failed: %s", self.topic.name, self.index, what, error)
        return KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(error))

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
                found = partition_log.max_timestamp(self._read)
            elif timestamp >= 0:
                found = partition_log.offset_for_timestamp(timestamp, self._read)
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
        return None if self.offline else surplus(self._log, self._clock.wall_ms(), limit)

    def begin_empty_segment(self) -> None:
        """Begin the segment that names the log end when all records are gone. Raises StorageError."""
        self._check_alive()
        partition_log = self._log
        base_offset = partition_log.next_segment()
        if base_offset is not None:
            self._store.seal(SegmentId(self._id, partition_log.segments[-1].base_offset))
            self._store.create(SegmentId(self._id, base_offset))
            partition_log.begin_empty(self._clock.wall_ms())

    def move_start(self, offset: int) -> None:
        """The log starts at `offset`, as is stored: whole segments in front of it are deleted, who waits hears of it.

        Their bytes go after `file.delete.delay.ms`.
        """
        before = self._log.log_start_offset
        for base_offset in self._log.move_start(offset):
            self._delete_segment(base_offset, self._log.config.delete_delay_ms)
        if self._log.log_start_offset > before:
            for waiter in tuple(self.waiters):
                waiter.on_start_moved(self)

    def replay(self) -> Iterator[tuple[int, KeyedRecord]]:
        """Yield (offset, record) of an internal topic's partition, oldest first. Raises KafkaError."""
        self._check_alive()
        try:
            for header, batch in self._log.batches(self._read):
                if header.is_control:
                    continue
                for record in iterate_records(batch, header):
                    if record.offset >= self._log.log_start_offset:
                        yield record.offset, KeyedRecord(record.key or b"", record.value)
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

    def open(self, leader_epoch: int) -> None:
        """Take in what the store holds. A log that cannot be trusted goes offline: every call on it answers 56."""
        try:
            start_offset = self._store.start_of(self._id)
            bases = [(segment.base_offset, size) for segment, size in self._store.segments(self._id)]
            removed = in_front(bases, start_offset)
            self._recover(bases[removed:])
            if start_offset > self._log.log_end_offset:  # not for us to decide which: nothing is deleted
                end_offset = self._log.log_end_offset
                self._fail(f"it starts at offset {start_offset} but ends at {end_offset}: one of them is wrong")
            else:
                for base_offset, _ in bases[:removed]:
                    self._delete_segment(base_offset, delay_ms=0)
                self.move_start(start_offset)
        except DamagedLog as damage:
            segment = SegmentId(self._id, damage.segment_base)
            self._fail(f"{self._store.name(segment)}, position {damage.position}: {damage.reason}")
        except (StorageError, KafkaError) as error:
            self._fail(str(error))
        self._log.begin_epoch(leader_epoch)

    def _recover(self, bases: list[tuple[int, int]]) -> None:
        now_ms = self._clock.wall_ms()
        cuts = recover(self._log, bases, self._read, clean=self._store.opened_clean(), now_ms=now_ms)
        for base_offset, size in cuts:
            segment = SegmentId(self._id, base_offset)
            log.warning("%s: cut to %d bytes, the last whole batch", self._store.name(segment), size)
            self._store.truncate(segment, size)
        for one in self._log.segments:
            if not 0 <= one.max_timestamp <= now_ms:  # its age is not known from its records
                appended_ms = self._store.appended_ms(SegmentId(self._id, one.base_offset))
                one.appended_ms = now_ms if appended_ms is None else min(appended_ms, now_ms)

    def _fail(self, reason: str) -> None:
        log.error("partition %s-%d is offline: %s", self.topic.name, self.index, reason)
        self._failure = KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, reason)

    def delete(self) -> None:
        """Remove all data; whoever waits hears of it. Raises StorageError."""
        self._failure = KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        waiters = tuple(self.waiters)
        self.waiters.clear()
        for waiter in waiters:
            waiter.on_gone(self)
        self._store.delete_partition(self._id)

    def _check_alive(self) -> None:
        if self._failure is not None:
            raise KafkaError(self._failure.code, self._failure.message)

    def _read(self, segment_base: int, position: int, size: int) -> bytes | memoryview:
        try:
            return self._store.read(SegmentId(self._id, segment_base), position, size)
        except StorageError as error:
            raise self._storage_error("read", error) from error
