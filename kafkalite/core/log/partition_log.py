"""One partition's log: offsets, segments, producers, epochs and the high watermark. It stores nothing itself.

Appending is plan, persist, publish. `prepare_append` checks a batch, gives it its offsets and changes nothing; the
shell hands the plan's bytes to its store; `commit` makes them part of the log. Whoever stops in between has changed
nothing, and a refused batch never advances a producer's sequence.

Reading is `locate`: which bytes of which segment answer a fetch. Bytes are only read here, through the `Reader` that
the caller passes, where a header or a record decides (an offset between two index entries, a look-up by time).

Transactions are not known yet: a transactional batch is refused as one without an open transaction, the last stable
offset is the high watermark, no transaction is ever aborted. What goes by age and size is decided in `retention`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kafkalite.core.log.batch_check import WALKABLE_RECORDS, BatchRejected, check_batch, check_records, recompressed
from kafkalite.core.log.leader_epochs import LeaderEpochs
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.producer_state import ProducerBatch, ProducerState
from kafkalite.core.log.segment import Reader, Segment
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    CONTROL,
    HEADER_SIZE,
    LOG_APPEND_TIME,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    START_SIZE,
    TRANSACTIONAL,
    BatchHeader,
    Buffer,
    CorruptRecord,
    build_batch,
    header_bytes,
    is_intact,
    iterate_records,
    read_header,
    start_bytes,
)

MAX_RELATIVE_OFFSET: Final = (1 << 31) - 1
"""Kafka's index files hold offsets relative to their segment in 32 bits."""


class AppendPlan:
    """A batch with its place in the log; or (`is_duplicate`: nothing to store) the answer for one that is there."""

    __slots__ = (
        "base_offset",
        "header",
        "is_duplicate",
        "last_offset",
        "log_append_time_ms",
        "max_timestamp",
        "now_ms",
        "parts",
        "rolls",
        "segment_base",
        "size",
    )

    def __init__(self, header: BatchHeader, base_offset: int, max_timestamp: int, now_ms: int) -> None:
        self.header = header
        self.base_offset = base_offset
        self.last_offset = base_offset + header.last_offset_delta
        self.max_timestamp = max_timestamp
        self.now_ms = now_ms
        self.log_append_time_ms = NO_TIMESTAMP
        self.is_duplicate = False
        self.rolls = False
        self.segment_base = 0
        self.parts: Sequence[Buffer] = ()
        self.size = 0


class Span(NamedTuple):
    """Whole batches, one after the other in one segment."""

    segment_base: int
    position: int
    size: int


class FoundOffset(NamedTuple):
    """The answer to a look-up by time: the record's offset and timestamp."""

    offset: int
    timestamp: int


class AbortedTransaction(NamedTuple):
    """An aborted transaction whose records a read_committed reader must skip (none before transactions exist)."""

    producer_id: int
    first_offset: int


class PartitionLog:
    """What one partition's log is at this moment."""

    __slots__ = (
        "_bases",
        "_kept",
        "_name",
        "_segments",
        "_unkept",
        "config",
        "epochs",
        "high_watermark",
        "log_end_offset",
        "log_start_offset",
        "producers",
        "readable_bytes",
    )

    def __init__(self, name: str, config: LogConfig, producers: ProducerState) -> None:
        self._name = name
        self.config = config
        self.producers = producers
        self.epochs = LeaderEpochs()
        self.log_start_offset = 0
        self.log_end_offset = 0
        self.high_watermark = 0
        self._segments: list[Segment] = []
        self._bases: list[int] = []
        self.readable_bytes = 0
        """Bytes that came below the high watermark since this start; only differences mean anything."""
        # What the store has not promised yet: (segment, its size and the log end offset after the batch, batch size),
        # and how far it has, by segment.
        self._unkept: deque[tuple[int, int, int, int]] = deque()
        self._kept: dict[int, int] = {}

    @property
    def leader_epoch(self) -> int:
        return self.epochs.latest

    @property
    def last_stable_offset(self) -> int:
        """Everything in front of it is decided: no transaction begun there is still open."""
        return self.high_watermark

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(segment.size for segment in self._segments)

    @property
    def segments(self) -> Sequence[Segment]:
        """All segments, oldest first."""
        return self._segments

    def aborted_transactions(self, first_offset: int, end_offset: int) -> list[AbortedTransaction]:
        """Return the aborted transactions that overlap these offsets, by first offset."""
        return []

    # Appending

    def prepare_append(self, batch: memoryview, now_ms: int) -> AppendPlan:
        """Check one whole batch of a client and plan its append; raises KafkaError. Changes nothing."""
        try:
            original = check_batch(batch, self.config)
            header = check_records(batch, original, self.config, now_ms, self._name)
            if header.attributes & TRANSACTIONAL:
                raise BatchRejected(ErrorCode.INVALID_TXN_STATE, "Partition was not added to the transaction")
            if header.producer_id > NO_PRODUCER_ID:
                stored = self.producers.check(header, now_ms)
                if stored is not None:
                    return _repeated(header, stored, now_ms)
            header, records = recompressed(batch, header, self.config)
        except BatchRejected as error:
            error.log_start_offset = self.log_start_offset
            raise
        if len(records) > self.config.max_message_bytes - HEADER_SIZE:  # recompressed, it may have grown
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        base_offset = self.log_end_offset
        epoch = self.epochs.latest
        parts: tuple[Buffer, ...]
        if header is original:
            parts = start_bytes(base_offset, header.batch_length, epoch), batch[START_SIZE:]
        else:
            header = header._replace(base_offset=base_offset, partition_leader_epoch=epoch)
            parts = header_bytes(header, records), records
        return self._plan(header, parts, now_ms)

    def prepare_records(
        self, records: Sequence[tuple[bytes | None, bytes | None]], now_ms: int, codec: int = Compression.NONE
    ) -> AppendPlan:
        """Plan the append of one batch of the broker's own records (internal topics), at least one."""
        batch = build_batch(
            records, now_ms, codec=codec, base_offset=self.log_end_offset, leader_epoch=self.epochs.latest
        )
        if len(batch) > self.config.max_message_bytes:
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        return self._plan(read_header(batch), (batch,), now_ms)

    def _plan(self, header: BatchHeader, parts: tuple[Buffer, ...], now_ms: int) -> AppendPlan:
        plan = AppendPlan(header, self.log_end_offset, header.max_timestamp, now_ms)
        plan.parts = parts
        plan.size = sum(map(len, parts))
        if plan.size > self.config.segment_bytes:
            raise KafkaError(ErrorCode.RECORD_LIST_TOO_LARGE)
        if header.attributes & LOG_APPEND_TIME:
            plan.log_append_time_ms = header.max_timestamp
        segments = self._segments
        if not segments or self._must_roll(segments[-1], plan):
            plan.rolls = True
            plan.segment_base = plan.base_offset
        else:
            plan.segment_base = segments[-1].base_offset
        return plan

    def _must_roll(self, segment: Segment, plan: AppendPlan) -> bool:
        """Whether the batch belongs into a new segment: by size, age in record time, or the width of an index entry."""
        if segment.size > self.config.segment_bytes - plan.size:
            return True
        if segment.first_timestamp >= 0:
            age_ms = plan.max_timestamp - segment.first_timestamp
        else:
            age_ms = plan.now_ms - segment.created_ms
        return segment.size > 0 and (
            age_ms > self.config.segment_ms or plan.last_offset - segment.base_offset > MAX_RELATIVE_OFFSET
        )

    def commit(self, plan: AppendPlan, *, kept: bool = True) -> int | None:
        """The plan's bytes are in the store: publish them. The high watermark follows at once if they are `kept`.

        Returns the base offset of the segment that is complete now, if the batch began another.
        """
        assert plan.base_offset == self.log_end_offset, "a plan is committed before the next one is made"
        completed = None
        if plan.rolls:
            completed = self._bases[-1] if self._bases else None
            self._begin_segment(plan.segment_base, plan.now_ms)
        self._add(plan.header, plan.base_offset, plan.size, plan.now_ms)
        if kept and not self._unkept:
            self.high_watermark = self.log_end_offset
            self.readable_bytes += plan.size
        else:
            segment = self._segments[-1]
            self._unkept.append((segment.base_offset, segment.size, self.log_end_offset, plan.size))
            self.keep(segment.base_offset, segment.size if kept else 0)
        return completed

    def keep(self, segment_base: int, size: int) -> bool:
        """The store's promise now covers a segment's first `size` bytes; return whether the high watermark moved."""
        kept = self._kept
        kept[segment_base] = max(size, kept.get(segment_base, 0))
        unkept = self._unkept
        before = self.high_watermark
        while unkept and unkept[0][1] <= kept.get(unkept[0][0], 0):
            base, end, self.high_watermark, batch_size = unkept.popleft()
            self.readable_bytes += batch_size
            self._segment_at(base).remember(self.high_watermark, end)
        if not unkept:
            self._kept = {segment_base: kept[segment_base]}
        return self.high_watermark > before

    def _begin_segment(self, base_offset: int, now_ms: int) -> None:
        self._segments.append(Segment(base_offset, now_ms))
        self._bases.append(base_offset)

    def _add(self, header: BatchHeader, base_offset: int, size: int, now_ms: int) -> None:
        """A batch stands at the end of the last segment; live ones and recovered ones come through here."""
        next_offset = base_offset + header.last_offset_delta + 1
        segment = self._segments[-1]
        segment.add(base_offset, next_offset, size, header.max_timestamp, self.config.index_interval_bytes)
        segment.appended_ms = now_ms
        self.log_end_offset = next_offset
        if header.producer_id > NO_PRODUCER_ID and not header.attributes & CONTROL:
            self.producers.record(header, base_offset, now_ms)

    # Recovery (core/log/recovery.py drives it)

    def restore_segment(self, base_offset: int, now_ms: int) -> None:
        """The store has a segment behind everything restored so far."""
        if not self._segments:
            self.log_start_offset = base_offset
        self._begin_segment(base_offset, now_ms)
        self.log_end_offset = max(self.log_end_offset, base_offset)
        self.high_watermark = self.log_end_offset

    def restore_batch(self, header: BatchHeader, now_ms: int) -> None:
        """The store has this batch at the end of the last restored segment."""
        self.epochs.begin(header.partition_leader_epoch, header.base_offset)
        self._add(header, header.base_offset, header.size, now_ms)
        self.high_watermark = self.log_end_offset

    def begin_epoch(self, leader_epoch: int) -> None:
        """This broker leads the partition in `leader_epoch` from the present end of the log on."""
        self.epochs.begin(max(leader_epoch, self.epochs.latest), self.log_end_offset)

    # Reading

    def locate(self, offset: int, max_bytes: int, end_offset: int, *, at_least_one: bool, read: Reader) -> Span | None:
        """Return the whole batches from the one that contains `offset`, up to `end_offset` and `max_bytes`.

        From one segment, so it may be less than there is. With `at_least_one` the first batch may exceed `max_bytes`.
        None: there is nothing, or nothing that fits. Raises OFFSET_OUT_OF_RANGE.
        """
        if not self.log_start_offset <= offset <= self.log_end_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        if offset >= end_offset:
            self._remember_end(offset)
            return None
        place = bisect_right(self._bases, offset) - 1
        segment = self._segments[place]
        start = segment.position_of(offset, read)
        if start == segment.size:  # the offset lies in a gap at the segment's end
            if segment is self._segments[-1]:
                raise CorruptRecord(f"No record batch reaches offset {offset} in segment {segment.base_offset}")
            segment = self._segments[place + 1]
            start = 0
        end = segment.size if end_offset >= segment.next_offset else segment.position_of(end_offset, read)
        stop = segment.fit(start, end, max_bytes, at_least_one, read)
        if stop == start:
            return None
        if stop == end:
            segment.remember(min(end_offset, segment.next_offset), end)
        return Span(segment.base_offset, start, stop - start)

    def _remember_end(self, offset: int) -> None:
        """A reader waits at the end: it will go on from here, perhaps after several batches."""
        if offset == self.log_end_offset and self._segments:
            self._segments[-1].remember(offset, self._segments[-1].size)

    def _segment_at(self, offset: int) -> Segment:
        return self._segments[max(bisect_right(self._bases, offset) - 1, 0)]

    def offset_for_timestamp(self, timestamp: int, read: Reader) -> FoundOffset | None:
        """Return the first record at or after the log start whose timestamp is `timestamp` or later."""
        for segment in self._segments:
            if segment.max_timestamp < timestamp:
                continue
            for position, header in segment.first_at(timestamp, read):
                found = self._first_record(segment, position, header, timestamp, read)
                if found is not None:
                    return found
        return None

    def max_timestamp(self, read: Reader) -> FoundOffset | None:
        """Return the record with the largest timestamp, the first of several."""
        if not self.log_end_offset or not self._segments:
            return None
        segment = max(self._segments, key=lambda candidate: candidate.max_timestamp)  # max() keeps the first of equals
        if segment.max_timestamp == NO_TIMESTAMP:
            return None
        position, header = next(segment.headers(segment.max_timestamp_position, read))
        return self._first_record(segment, position, header, segment.max_timestamp, read, from_offset=0)

    def _first_record(
        self,
        segment: Segment,
        position: int,
        header: BatchHeader,
        timestamp: int,
        read: Reader,
        from_offset: int | None = None,
    ) -> FoundOffset | None:
        """Return a batch's first record that reaches `timestamp`, not below `from_offset` (default: the log start)."""
        if header.records_count > WALKABLE_RECORDS:
            return FoundOffset(header.base_offset, header.base_timestamp)  # earlier than asked is safe
        if from_offset is None:
            from_offset = self.log_start_offset
        batch = read(segment.base_offset, position, header.size)
        _verify(header, batch)
        for record in iterate_records(batch, header, decompressed_limit=self.config.decompressed_limit):
            if record.timestamp >= timestamp and record.offset >= from_offset:
                return FoundOffset(record.offset, record.timestamp)
        return None

    def batches(self, read: Reader) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Yield (header, bytes) of every batch between log start and high watermark, oldest first, verified."""
        for segment in tuple(self._segments):
            for header, batch in segment.batches(read):
                if header.base_offset >= self.high_watermark:
                    return
                if header.last_offset >= self.log_start_offset:
                    _verify(header, batch)
                    yield header, batch

    # Removing

    def next_segment(self) -> int | None:
        """Return the base offset of the empty segment to store before the last one may go, None if that is empty."""
        return self.log_end_offset if self._segments and self._segments[-1].size else None

    def begin_empty(self, now_ms: int) -> None:
        """The store has `next_segment`: it names the log end offset from now on."""
        self._begin_segment(self.log_end_offset, now_ms)

    def move_start(self, offset: int) -> list[int]:
        """Raise the log start offset; return the base offsets of segments that lie wholly in front of it, now
        forgotten.

        The last segment stays, even if nothing in it counts any more: it names the log end offset.
        (`begin_empty` first, and everything that holds records goes.)
        """
        if offset <= self.log_start_offset:
            return []
        self.log_start_offset = offset
        self.epochs.move_start(offset)
        count = max(bisect_right(self._bases, offset) - 1, 0)
        removed = self._bases[:count]
        del self._segments[:count], self._bases[:count]
        return removed


def _verify(header: BatchHeader, batch: Buffer) -> None:
    if not is_intact(batch, header):
        raise CorruptRecord(f"The checksum of the record batch at offset {header.base_offset} does not match")


def _repeated(header: BatchHeader, stored: ProducerBatch, now_ms: int) -> AppendPlan:
    """The answer for a batch that is in the log already: its offsets, and its largest timestamp as the append time."""
    plan = AppendPlan(header, stored.base_offset, stored.max_timestamp, now_ms)
    plan.log_append_time_ms = stored.max_timestamp
    plan.is_duplicate = True
    return plan
