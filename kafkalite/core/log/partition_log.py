"""One partition's log: offsets, segments, producers, epochs and the high watermark. It stores nothing itself.

Appending is plan, persist, publish. `prepare_append` checks a batch, gives it its offsets and changes nothing; the
shell hands the plan's bytes to its store; `commit` makes them part of the log. Whoever stops in between has changed
nothing, and a refused batch never advances a producer's sequence.

Reading is `locate`: which bytes of which segment answer a fetch. Bytes are only read here, through the `Reader` that
the caller passes, where a header or a record decides (an offset between two index entries, a look-up by time), and
where an earlier process wrote them and nobody has checked them yet.

Of transactions a log knows what its own batches and markers say: which are open, hence the last stable offset, and
which were aborted. What goes by age and size is decided in `retention`, what compaction drops in `compaction`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kafkalite.core.log import producer_snapshot
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.append_plan import AppendPlan, repeated
from kafkalite.core.log.batch_check import WALKABLE_RECORDS, BatchRejected, check_batch, check_records, recompressed
from kafkalite.core.log.companions import SNAPSHOT, Companions, File, file_name
from kafkalite.core.log.control_batch import marker_batch, marker_in
from kafkalite.core.log.leader_epochs import LeaderEpochs
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.producer_snapshot import Snapshot
from kafkalite.core.log.producer_state import CompletedTransaction, Marker, ProducerState
from kafkalite.core.log.segment import DamagedSegment, Reader, Segment
from kafkalite.core.log.segment_list import SegmentList
from kafkalite.wire.compression import Compression
from kafkalite.wire.crc32c import crc32c
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
    build_batch,
    header_bytes,
    is_intact,
    iterate_records,
    read_header,
    start_bytes,
)

MAX_RELATIVE_OFFSET: Final = (1 << 31) - 1
"""Kafka's index files hold offsets relative to their segment in 32 bits."""


class Span(NamedTuple):
    """Whole batches, one after the other in one segment."""

    segment_base: int
    position: int
    size: int


class FoundOffset(NamedTuple):
    """The answer to a look-up by time: the record's offset and timestamp."""

    offset: int
    timestamp: int


class PartitionLog:
    """What one partition's log is at this moment."""

    __slots__ = (
        "_decided",
        "_kept",
        "_name",
        "_unkept",
        "config",
        "epochs",
        "high_watermark",
        "log_end_offset",
        "log_start_offset",
        "producers",
        "readable_bytes",
        "segments",
    )

    def __init__(self, name: str, config: LogConfig, producers: ProducerState) -> None:
        self._name = name
        self.config = config
        self.producers = producers
        self.epochs = LeaderEpochs()
        self.log_start_offset = 0
        self.log_end_offset = 0
        self.high_watermark = 0
        self.segments = SegmentList(self._read_again)
        self.readable_bytes = 0
        """Bytes that came below the high watermark since this start; only differences mean anything."""
        # What the store has not promised yet: (segment, its size and the log end offset after the batch, batch size),
        # and how far it has, by segment.
        self._unkept: list[tuple[int, int, int, int]] = []
        self._kept: dict[int, int] = {}
        self._decided: list[CompletedTransaction] = []
        """Transactions whose marker is not below the high watermark yet: readers do not know of it."""

    @property
    def leader_epoch(self) -> int:
        return self.epochs.latest

    @property
    def last_stable_offset(self) -> int:
        """Everything in front of it is decided: no transaction begun there is still open."""
        first_open = self.producers.first_open_offset
        if first_open is None and not self._decided:
            return self.high_watermark
        starts = [one.first_offset for one in self._decided if one.last_offset >= self.high_watermark]
        if first_open is not None:
            starts.append(first_open)
        return max(min([self.high_watermark, *starts]), self.log_start_offset)

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(segment.size for segment in self.segments)

    def aborted_transactions(self, first_offset: int, end_offset: int, read: Reader) -> list[AbortedTransaction]:
        """Return the aborted transactions that overlap these offsets, by first offset."""
        found: list[AbortedTransaction] = []
        for segment in self.segments[self.segments.place_of(first_offset) :]:
            for one in self.segments.loaded(segment, read).aborted:
                if one.last_offset >= first_offset and one.first_offset < end_offset:
                    found.append(one)
                if one.last_stable_offset >= end_offset:
                    return sorted(found, key=_first_offset)
        return sorted(found, key=_first_offset)

    def end_of(self, span: Span) -> int:
        """Return an offset behind all of the span's records, at most an index entry too far."""
        segment = self.segments[self.segments.place_of(span.segment_base)]
        behind = segment.index.offset_behind(span.position + span.size)
        return segment.next_offset if behind is None else behind

    # Appending

    def prepare_append(self, batch: memoryview, now_ms: int, *, in_transaction: bool = False) -> AppendPlan:
        """Check one whole batch of a client and plan its append; raises KafkaError. Changes nothing.

        in_transaction: the coordinator knows that the partition belongs to the producer's transaction.
        """
        config = self.config
        try:
            original = check_batch(batch, config)
            header = check_records(batch, original, config, now_ms, self._name)
            if header.producer_id > NO_PRODUCER_ID:
                stored = self.producers.check(header, now_ms, in_transaction=in_transaction)
                if stored is not None:
                    return repeated(header, stored, now_ms)
            elif header.attributes & TRANSACTIONAL:
                raise BatchRejected(ErrorCode.INVALID_TXN_STATE, "Partition was not added to the transaction")
            if config.compression is None and header is original:
                start = start_bytes(self.log_end_offset, header.batch_length, self.epochs.latest)
                return self._plan(header, (start, batch[START_SIZE:]), len(batch), now_ms)
            header, records = recompressed(header, batch[HEADER_SIZE:], config)
        except BatchRejected as error:
            error.log_start_offset = self.log_start_offset
            raise
        size = HEADER_SIZE + len(records)
        if size > config.max_message_bytes:  # recompressed, it may have grown
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        header = header._replace(base_offset=self.log_end_offset, partition_leader_epoch=self.epochs.latest)
        return self._plan(header, (header_bytes(header, records), records), size, now_ms)

    def prepare_records(
        self, records: Sequence[tuple[bytes | None, bytes | None]], now_ms: int, codec: int = Compression.NONE
    ) -> AppendPlan:
        """Plan the append of one batch of the broker's own records (internal topics), at least one."""
        batch = build_batch(
            records, now_ms, codec=codec, base_offset=self.log_end_offset, leader_epoch=self.epochs.latest
        )
        if len(batch) > self.config.max_message_bytes:
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        return self._plan(read_header(batch), (batch,), len(batch), now_ms)

    def prepare_transactional(
        self,
        records: Sequence[tuple[bytes | None, bytes | None]],
        producer_id: int,
        producer_epoch: int,
        now_ms: int,
        codec: int = Compression.NONE,
    ) -> AppendPlan:
        """Plan the append of the broker's own records as part of a producer's transaction (pending offsets)."""
        batch = build_batch(
            records,
            now_ms,
            codec=codec,
            attributes=TRANSACTIONAL,
            base_offset=self.log_end_offset,
            leader_epoch=self.epochs.latest,
            producer_id=producer_id,
            producer_epoch=producer_epoch,
        )
        if len(batch) > self.config.max_message_bytes:
            raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
        return self._plan(read_header(batch), (batch,), len(batch), now_ms)

    def prepare_marker(self, producer_id: int, producer_epoch: int, marker: Marker, now_ms: int) -> AppendPlan:
        """Plan the append of the control batch that ends a producer's transaction here; raises 47 or 52."""
        self.producers.check_marker(producer_id, producer_epoch, marker.coordinator_epoch)
        batch = marker_batch(
            producer_id, producer_epoch, marker, now_ms, base_offset=self.log_end_offset, leader_epoch=self.leader_epoch
        )
        plan = self._plan(read_header(batch), (batch,), len(batch), now_ms)
        plan.marker = marker
        return plan

    def _plan(self, header: BatchHeader, parts: tuple[Buffer, ...], size: int, now_ms: int) -> AppendPlan:
        plan = AppendPlan(header, self.log_end_offset, header.max_timestamp, now_ms)
        plan.parts = parts
        plan.size = size
        if size > self.config.segment_bytes:
            raise KafkaError(ErrorCode.RECORD_LIST_TOO_LARGE)
        if header.attributes & LOG_APPEND_TIME:
            plan.log_append_time_ms = header.max_timestamp
        last = self.segments.last
        if last is None or self._must_roll(last, plan):
            plan.rolls = True
            plan.segment_base = plan.base_offset
        else:
            plan.segment_base = last.base_offset
        return plan

    def _must_roll(self, segment: Segment, plan: AppendPlan) -> bool:
        """Whether the batch belongs into a new segment: by size, age in record time, or what the indexes can hold."""
        config = self.config
        if segment.size > config.segment_bytes - plan.size:
            return True
        if segment.first_timestamp >= 0:
            age_ms = plan.max_timestamp - segment.first_timestamp
        else:
            age_ms = plan.now_ms - segment.created_ms
        limit_ms = config.segment_ms
        if config.segment_jitter_ms:
            limit_ms -= self._jitter_ms(segment)
        return segment.size > 0 and (
            age_ms > limit_ms
            or plan.last_offset - segment.base_offset > MAX_RELATIVE_OFFSET
            or segment.index.is_full(config.index_bytes)
        )

    def _jitter_ms(self, segment: Segment) -> int:
        """Return by how much sooner than others this segment grows old: always the same, for every segment another."""
        return crc32c(f"{self._name} {segment.base_offset}".encode()) % min(
            self.config.segment_jitter_ms, self.config.segment_ms
        )

    def commit(self, plan: AppendPlan, *, kept: bool = True) -> int | None:
        """The plan's bytes are in the store: publish them. The high watermark follows at once if they are `kept`.

        Returns the base offset of the segment that is complete now, if the batch began another.
        """
        assert plan.base_offset == self.log_end_offset, "a plan is committed before the next one is made"
        completed = None
        if plan.rolls:
            completed = self.segments[-1].base_offset if self.segments else None
            self.segments.append(Segment(plan.segment_base, plan.now_ms))
        self._add(plan.header, plan.base_offset, plan.size, plan.now_ms, plan.marker)
        if kept and not self._unkept:
            self.high_watermark = self.log_end_offset
            self.readable_bytes += plan.size
            self._decided.clear()
        else:
            segment = self.segments[-1]
            self._unkept.append((segment.base_offset, segment.size, self.log_end_offset, plan.size))
            self.keep(segment.base_offset, segment.size if kept else 0)
        return completed

    def keep(self, segment_base: int, size: int) -> bool:
        """The store's promise now covers a segment's first `size` bytes; return whether the high watermark moved."""
        kept = self._kept
        kept[segment_base] = max(size, kept.get(segment_base, 0))
        before = self.high_watermark
        done = 0
        for base, end, next_offset, batch_size in self._unkept:
            if end > kept.get(base, 0):
                break
            self.high_watermark = next_offset
            self.readable_bytes += batch_size
            self.segments[self.segments.place_of(base)].remember(next_offset, end)
            done += 1
        del self._unkept[:done]
        if not self._unkept:
            self._kept = {segment_base: kept[segment_base]}
            self._decided.clear()
        return self.high_watermark > before

    def _add(self, header: BatchHeader, base_offset: int, size: int, now_ms: int, marker: Marker | None) -> None:
        """A batch stands at the end of the last segment; live ones and recovered ones come through here."""
        next_offset = base_offset + header.last_offset_delta + 1
        segment = self.segments.last
        assert segment is not None
        segment.add(base_offset, next_offset, size, header.max_timestamp, self.config.index_interval_bytes)
        segment.appended_ms = now_ms
        self.log_end_offset = next_offset
        if header.producer_id > NO_PRODUCER_ID:
            if marker is not None:
                self._end_transaction(header, marker, next_offset - 1, now_ms)
            elif not header.attributes & CONTROL:
                self.producers.record(header, base_offset, now_ms)

    def _end_transaction(self, header: BatchHeader, marker: Marker, offset: int, now_ms: int) -> None:
        ended = self.producers.end_transaction(header, marker, offset, now_ms)
        if ended is None:
            return
        self._decided.append(ended)
        if not ended.committed:
            first_open = self.producers.first_open_offset
            stable = offset + 1 if first_open is None else first_open
            self.segments[-1].aborted.append(AbortedTransaction(ended.producer_id, ended.first_offset, offset, stable))

    # What is stored beside the segments

    def snapshot(self) -> tuple[str, bytes]:
        """Return (name, content) of the producer snapshot at the log end."""
        content = producer_snapshot.encode(Snapshot(list(self.producers.rows()), self.epochs.entries()))
        return file_name(self.log_end_offset, SNAPSHOT), content

    def closing_files(self) -> list[File]:
        """Return what belongs beside the last segment once nothing more comes to it."""
        return self.segments[-1].files() if self.segments else []

    # Recovery (core/log/recovery.py drives it)

    def restore_stored(
        self, base_offset: int, next_offset: int, size: int, companions: Companions, now_ms: int
    ) -> None:
        """The store has this segment of an earlier process behind everything restored so far; it is not read now."""
        if not self.segments:
            self.log_start_offset = base_offset
        self.segments.append(Segment.stored(base_offset, next_offset, size, companions, now_ms))
        self.high_watermark = self.log_end_offset = next_offset

    def restore_state(self, snapshot: Snapshot, now_ms: int) -> None:
        """Producers and leader epochs are what this snapshot says."""
        self.producers.restore(snapshot.producers, now_ms)
        self.epochs = LeaderEpochs(snapshot.epochs or ())

    def restore_segment(self, base_offset: int, now_ms: int) -> None:
        """The store has a segment behind everything restored so far; its batches follow."""
        if self.segments:
            self.segments[-1].next_offset = base_offset  # compaction may have taken its last batches away
        else:
            self.log_start_offset = base_offset
        self.segments.append(Segment(base_offset, now_ms))
        self.log_end_offset = max(self.log_end_offset, base_offset)
        self.high_watermark = self.log_end_offset

    def restore_batch(self, header: BatchHeader, control: Buffer | None, now_ms: int) -> None:
        """The store has this batch at the end of the last restored segment; `control`: a control batch's bytes."""
        self.epochs.restore(header.partition_leader_epoch, header.base_offset, self.log_end_offset)
        marker = None if control is None else marker_in(control, header)
        self._add(header, header.base_offset, header.size, now_ms, marker)
        self.high_watermark = self.log_end_offset
        self._decided.clear()

    def _read_again(self, segment: Segment, read: Reader) -> Segment:
        from kafkalite.core.log.recovery import read_again  # only after damage, or when another program was here

        return read_again(self.config, segment, read)

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
        segments = self.segments
        place = segments.place_of(offset)
        segment = segments.loaded(segments[place], read)
        start = segment.position_of(offset, read)
        while start == segment.size:  # the offset lies in a gap at the segment's end
            if segment is segments[-1]:
                raise DamagedSegment(segment.base_offset, start, f"No record batch that reaches offset {offset}")
            if segment.own_from:
                segment.checked(offset, start, start, read)
            place += 1
            segment = segments.loaded(segments[place], read)
            start = 0
        end = segment.size if end_offset >= segment.next_offset else segment.position_of(end_offset, read)
        stop = segment.fit(start, end, max_bytes, at_least_one, read)
        if stop == start:
            return None
        if start < segment.own_from:
            stop = segment.checked(offset, start, stop, read)
        if stop == end:
            segment.remember(min(end_offset, segment.next_offset), end)
        return Span(segment.base_offset, start, stop - start)

    def _remember_end(self, offset: int) -> None:
        """A reader waits at the end: it will go on from here, perhaps after several batches."""
        if offset == self.log_end_offset and self.segments:
            self.segments[-1].remember(offset, self.segments[-1].size)

    def offset_for_timestamp(self, timestamp: int, read: Reader) -> FoundOffset | None:
        """Return the first record at or after the log start whose timestamp is `timestamp` or later."""
        for segment in self.segments:
            if self.segments.known(segment, read).max_timestamp < timestamp:
                continue
            for position, header in self.segments.loaded(segment, read).first_at(timestamp, read):
                found = self._first_record(segment, position, header, timestamp, read)
                if found is not None:
                    return found
        return None

    def max_timestamp(self, read: Reader) -> FoundOffset | None:
        """Return the record with the largest timestamp, the first of several."""
        if not self.log_end_offset or not self.segments:
            return None
        segments = [self.segments.known(segment, read) for segment in self.segments]
        segment = max(segments, key=lambda candidate: candidate.max_timestamp)  # max() keeps the first of equals
        if segment.max_timestamp == NO_TIMESTAMP:
            return None
        position, header = self.segments.loaded(segment, read).last_dated(read)
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
        _verify(segment, position, header, batch)
        for record in iterate_records(batch, header, decompressed_limit=self.config.decompressed_limit):
            if record.timestamp >= timestamp and record.offset >= from_offset:
                return FoundOffset(record.offset, record.timestamp)
        return None

    def batches(self, read: Reader) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Yield (header, bytes) of every batch between log start and high watermark, oldest first, verified."""
        for segment in tuple(self.segments):
            for position, header, batch in segment.batches_from(0, read):
                if header.base_offset >= self.high_watermark:
                    return
                if header.last_offset >= self.log_start_offset:
                    _verify(segment, position, header, batch)
                    yield header, batch

    # Removing

    def next_segment(self) -> int | None:
        """Return the base offset of the empty segment to store before the last one may go, None if that is empty."""
        return self.log_end_offset if self.segments and self.segments[-1].size else None

    def begin_empty(self, now_ms: int) -> None:
        """The store has `next_segment`: it names the log end offset from now on."""
        self.segments.append(Segment(self.log_end_offset, now_ms))

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
        return self.segments.remove_in_front_of(offset)


def _verify(segment: Segment, position: int, header: BatchHeader, batch: Buffer) -> None:
    if not is_intact(batch, header):
        raise DamagedSegment(segment.base_offset, position, "A record batch whose checksum does not match")


def _first_offset(transaction: AbortedTransaction) -> int:
    return transaction.first_offset
