"""Compaction of a log, a batch at a time: of every key the newest record stays.

Twice along the log. First the offset map learns the newest offset of every key in what is dirty (`learn`); then
each batch from the log's first on becomes what is left of it (`BatchFilter.filter`). Offsets, timestamps, codec and
sequences never change; a batch of which everything stays is copied byte for byte. What Kafka keeps stays here:

    a record      whose key has no newer one as far as the map reaches; none without a key
    a tombstone   (no value) until delete.retention.ms after the first compaction that met it. That instant is the
                  batch's delete horizon: it takes the place of the base timestamp (KIP-534), and the records' deltas
                  are written anew
    a marker      of a transaction as long as there are batches of it, and then as a tombstone
    a batch       though it is empty: the last one of a producer who is still known, so that its sequence goes on from
                  there, and the last one of all that is compacted, so that the end offset stays

Records of aborted transactions go at once. Memory: the map, one batch and its records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from kafkalite.core.log.cleaned_transactions import CleanedTransactions
from kafkalite.core.log.offset_map import OffsetMap
from kafkalite.core.log.producer_snapshot import ProducerRow
from kafkalite.wire import compression
from kafkalite.wire.compression import DEFAULT_DECOMPRESSED_LIMIT
from kafkalite.wire.raw_records import RawRecord, joined, record_bytes, shifted, walk
from kafkalite.wire.record_batch import (
    COMPRESSION_MASK,
    DELETE_HORIZON,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    BatchHeader,
    Buffer,
    CorruptRecord,
    header_bytes,
    is_intact,
    read_header,
)

_INT64: Final = range(-(1 << 63), 1 << 63)

RECORDS_BETWEEN_PAUSES: Final = 64
"""After as many records `pause` is called: a fifth of a millisecond."""

Pause = Callable[[], None]
"""Called again and again by the work: who does it beside something more urgent makes room for that here."""


class LastRecord(NamedTuple):
    """The last that a known producer wrote to the log."""

    offset: int | None
    """The last offset of its last batch of data; None if there is only a marker of its present epoch."""
    epoch: int


def last_records(producers: Iterable[ProducerRow]) -> dict[int, LastRecord]:
    """Return the last records of these producers, by producer id."""
    return {
        row.producer_id: LastRecord(row.batches[-1].last_offset if row.batches else None, row.epoch)
        for row in producers
    }


class Kept(NamedTuple):
    """What is left of a batch."""

    header: BatchHeader
    parts: Sequence[Buffer]
    """Its bytes."""
    is_original: bool
    """They are those that were there before."""


class Rules(NamedTuple):
    """What decides in one compaction beside the map.

    now_ms: the wall clock when it began. upper_bound: the offset behind all that is compacted.
    last_records: of every producer that the log knows.
    """

    now_ms: int
    delete_retention_ms: int
    upper_bound: int
    last_records: Mapping[int, LastRecord]
    decompressed_limit: int = DEFAULT_DECOMPRESSED_LIMIT


def learn(
    offsets: OffsetMap,
    transactions: CleanedTransactions,
    header: BatchHeader,
    batch: Buffer,
    *,
    first_dirty: int,
    pause: Pause,
    decompressed_limit: int = DEFAULT_DECOMPRESSED_LIMIT,
) -> bool:
    """Note the batch's keys; return False when the map is full, and then it reaches up to `latest_offset`.

    Raises KafkaError for a batch that is damaged.
    """
    check_intact(header, batch)
    if header.is_control:
        transactions.is_last_of_its(header, batch)
    elif not transactions.is_aborted(header):
        base_offset = header.base_offset
        for record in _paused(walk(record_bytes(batch, header, decompressed_limit), header), pause):
            offset = base_offset + record.offset_delta
            if record.key is not None and offset >= first_dirty and not offsets.put(record.key, offset):
                return False
    if header.last_offset >= first_dirty:
        offsets.latest_offset = header.last_offset
    return True


class BatchFilter:
    """What stays of each batch, by the map and the rules."""

    __slots__ = ("_offsets", "_pause", "_rules", "_transactions")

    def __init__(self, offsets: OffsetMap, transactions: CleanedTransactions, rules: Rules, pause: Pause) -> None:
        self._offsets = offsets
        self._pause = pause
        self._transactions = transactions
        self._rules = rules

    def filter(self, header: BatchHeader, batch: Buffer) -> Kept | None:
        """Return what stays of the next batch, None if nothing does. Raises KafkaError for a damaged one."""
        check_intact(header, batch)
        if header.is_control:
            kept = self._filter_control(header, batch)
        elif self._transactions.is_aborted(header):
            kept = None
        elif header.base_offset > self._offsets.latest_offset:
            return Kept(header, (batch,), True)  # the map does not reach here
        else:
            kept = self._filter_data(header, batch)
        if kept is None and self._must_stay(header):
            return emptied(header) if header.records_count else Kept(header, (batch,), True)
        return kept

    def _must_stay(self, header: BatchHeader) -> bool:
        """Whether the batch stays even if it is empty."""
        if header.last_offset + 1 == self._rules.upper_bound:
            return True
        last = self._rules.last_records.get(header.producer_id) if header.producer_id > NO_PRODUCER_ID else None
        if last is None:
            return False
        if last.offset is not None:
            return header.last_offset == last.offset
        return header.is_control and header.producer_epoch == last.epoch

    def _filter_control(self, header: BatchHeader, batch: Buffer) -> Kept | None:
        is_alone = self._transactions.is_last_of_its(header, batch)
        if not header.records_count:
            return None
        if is_alone and header.delete_horizon_ms is None:
            data = record_bytes(batch, header, self._rules.decompressed_limit)
            return self._with_horizon(header, batch, data, list(walk(data, header)))
        if is_alone and self._is_past(header):
            return None
        return Kept(header, (batch,), True)

    def _filter_data(self, header: BatchHeader, batch: Buffer) -> Kept | None:
        data = record_bytes(batch, header, self._rules.decompressed_limit)
        kept, has_tombstones = self._newest(header, data)
        if not kept:
            return None
        is_learned = header.last_offset <= self._offsets.latest_offset  # else older records of its keys may be left
        if has_tombstones and is_learned and header.delete_horizon_ms is None:
            return self._with_horizon(header, batch, data, kept)
        return _with_records(header, batch, data, kept)

    def _newest(self, header: BatchHeader, data: bytes) -> tuple[list[RawRecord], bool]:
        """Return the records that stay, and whether a tombstone is among them."""
        kept = []
        has_tombstones = False
        drops_tombstones = self._is_past(header)
        newest = self._offsets.get
        reach = self._offsets.latest_offset
        base_offset = header.base_offset
        for record in _paused(walk(data, header), self._pause):
            offset = base_offset + record.offset_delta
            if offset <= reach:
                if record.key is None or offset < newest(record.key):
                    continue
                if drops_tombstones and not record.has_value:
                    continue
            kept.append(record)
            has_tombstones = has_tombstones or not record.has_value
        return kept, has_tombstones

    def _is_past(self, header: BatchHeader) -> bool:
        """Whether the time of the batch's tombstones or its marker is over."""
        horizon = header.delete_horizon_ms
        return horizon is not None and horizon <= self._rules.now_ms

    def _with_horizon(self, header: BatchHeader, batch: Buffer, data: bytes, kept: Sequence[RawRecord]) -> Kept:
        """The batch with these records, and from now on with a delete horizon."""
        horizon = self._rules.now_ms + self._rules.delete_retention_ms
        shift = header.base_timestamp - horizon
        if horizon not in _INT64 or min(record.timestamp_delta for record in kept) + shift not in _INT64:
            return _with_records(header, batch, data, kept)  # it would never come, or cannot be written
        header = _counted(header, kept)
        header = header._replace(attributes=header.attributes | DELETE_HORIZON, base_timestamp=horizon)
        return _kept(header, compression.compress(header.codec, shifted(data, kept, shift)))


def _with_records(header: BatchHeader, batch: Buffer, data: bytes, kept: Sequence[RawRecord]) -> Kept:
    """The batch with only these of its records."""
    if len(kept) == header.records_count:
        return Kept(header, (batch,), True)
    return _kept(_counted(header, kept), compression.compress(header.codec, joined(data, kept)))


def _counted(header: BatchHeader, kept: Sequence[RawRecord]) -> BatchHeader:
    """Say in the header how many these are, and the largest of their timestamps. Raises CorruptRecord."""
    if header.has_log_append_time:
        return header._replace(records_count=len(kept))
    max_timestamp = header.base_timestamp + max(record.timestamp_delta for record in kept)
    if max_timestamp not in _INT64:
        raise CorruptRecord(f"Timestamp {max_timestamp} does not fit into 64 bits")
    return header._replace(records_count=len(kept), max_timestamp=max_timestamp)


def _paused(records: Iterable[RawRecord], pause: Pause) -> Iterator[RawRecord]:
    until_pause = RECORDS_BETWEEN_PAUSES
    for record in records:
        yield record
        until_pause -= 1
        if not until_pause:
            pause()
            until_pause = RECORDS_BETWEEN_PAUSES


def check_intact(header: BatchHeader, batch: Buffer) -> None:
    """Raise CorruptRecord for a batch whose checksum does not match."""
    if not is_intact(batch, header):
        raise CorruptRecord(f"The checksum of the record batch at offset {header.base_offset} does not match")


def emptied(header: BatchHeader) -> Kept:
    """Return a batch without its records: offsets, producer and sequence stay."""
    header = header._replace(
        attributes=header.attributes & ~(COMPRESSION_MASK | DELETE_HORIZON),
        base_timestamp=NO_TIMESTAMP,
        records_count=0,
    )
    return _kept(header, b"")


def _kept(header: BatchHeader, records: Buffer) -> Kept:
    start = header_bytes(header, records)
    return Kept(read_header(start), (start, records), False)
