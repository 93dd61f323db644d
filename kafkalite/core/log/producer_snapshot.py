"""Producers as they are at one offset: the content of Kafka's `.snapshot`, and behind it what Kafka does not keep.

    version i16 = 1 | crc u32, CRC-32C of all behind it | count i32
    { producer id i64 | producer epoch i16 | last sequence i32 | last offset i64 | offset delta i32 | timestamp i64 |
      coordinator epoch i32 | first offset of the open transaction i64, -1: none } ...

Kafka reads `count` entries and no further. Behind them stands ours, under the same checksum: the batches that Kafka
forgets at a restart, when each producer was last seen, and the leader epochs.

    magic 8 | producers i32 { producer id i64 | last seen i64 | batches i16 { first sequence i32 | last sequence i32 |
                                                                             base offset i64 | timestamp i64 } ... } ...
            | epochs i32 { epoch i32 | start offset i64 } ...
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct, error
from typing import Final, NamedTuple

from kafkalite.wire.crc32c import crc32c

VERSION: Final = 1
TRAILER_MAGIC: Final = b"kafkalt1"

_HEAD: Final = Struct(">hIi")
_CHECKED_FROM: Final = 6
_ENTRY: Final = Struct(">qhiqiqiq")
_COUNT: Final = Struct(">i")
_PRODUCER: Final = Struct(">qqh")
_BATCH: Final = Struct(">iiqq")
_EPOCH: Final = Struct(">iq")


class StoredBatch(NamedTuple):
    """One stored batch of a producer."""

    first_sequence: int
    last_sequence: int
    base_offset: int
    max_timestamp: int

    @property
    def offset_delta(self) -> int:
        """How far its last offset is from the first: sequences wrap around, so this is the way to count."""
        return (self.last_sequence - self.first_sequence) & 0x7FFFFFFF

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.offset_delta


class ProducerRow(NamedTuple):
    """One producer."""

    producer_id: int
    epoch: int
    batches: Sequence[StoredBatch]
    """Oldest first; from a snapshot that Kafka wrote only the last one."""
    last_timestamp: int
    coordinator_epoch: int
    transaction_start: int
    """-1: no open transaction."""
    last_seen_ms: int | None
    """None: Kafka does not say."""


class Snapshot(NamedTuple):
    """A snapshot's content."""

    producers: Sequence[ProducerRow]
    epochs: Sequence[tuple[int, int]] | None
    """(leader epoch, start offset); None: Kafka wrote this one."""


def encode(snapshot: Snapshot) -> bytes:
    """Return the file's content."""
    body = bytearray(_COUNT.pack(len(snapshot.producers)))
    for row in snapshot.producers:
        body += _kafkas_entry(row)
    body += TRAILER_MAGIC + _COUNT.pack(len(snapshot.producers))
    for row in snapshot.producers:
        body += _PRODUCER.pack(row.producer_id, row.last_seen_ms or 0, len(row.batches))
        for batch in row.batches:
            body += _BATCH.pack(*batch)
    epochs = snapshot.epochs or ()
    body += _COUNT.pack(len(epochs))
    for entry in epochs:
        body += _EPOCH.pack(*entry)
    return VERSION.to_bytes(2, "big") + crc32c(body).to_bytes(4, "big") + bytes(body)


def _kafkas_entry(row: ProducerRow) -> bytes:
    sequence, offset, delta = -1, -1, 0
    if row.batches:
        last = row.batches[-1]
        sequence = last.last_sequence
        delta = last.offset_delta
        offset = last.last_offset
    return _ENTRY.pack(
        row.producer_id,
        row.epoch,
        sequence,
        offset,
        delta,
        row.last_timestamp,
        row.coordinator_epoch,
        row.transaction_start,
    )


def decode(content: bytes) -> Snapshot | None:
    """Return what the file says, None if it is not as it was written or of another version."""
    if len(content) < _HEAD.size:
        return None
    version, crc, count = _HEAD.unpack_from(content)
    if version != VERSION or crc != crc32c(memoryview(content)[_CHECKED_FROM:]):
        return None
    try:
        rows = [_row(_ENTRY.unpack_from(content, _HEAD.size + number * _ENTRY.size)) for number in range(count)]
        return _with_trailer(content, _HEAD.size + count * _ENTRY.size, rows)
    except error:  # fewer bytes than the counts say
        return None


def _row(entry: tuple[int, ...]) -> ProducerRow:
    producer_id, epoch, sequence, offset, delta, timestamp, coordinator_epoch, transaction_start = entry
    batches = []
    if sequence >= 0:
        batches = [StoredBatch((sequence - delta) & 0x7FFFFFFF, sequence, offset - delta, timestamp)]
    return ProducerRow(producer_id, epoch, batches, timestamp, coordinator_epoch, transaction_start, None)


def _with_trailer(content: bytes, position: int, rows: list[ProducerRow]) -> Snapshot:
    if content[position : position + len(TRAILER_MAGIC)] != TRAILER_MAGIC:
        return Snapshot(rows, None)
    reader = _Reader(content, position + len(TRAILER_MAGIC))
    more: dict[int, tuple[int, list[StoredBatch]]] = {}
    for _ in range(reader.take(_COUNT)[0]):
        producer_id, last_seen_ms, batches = reader.take(_PRODUCER)
        more[producer_id] = last_seen_ms, [StoredBatch._make(reader.take(_BATCH)) for _ in range(batches)]
    epochs = [reader.take(_EPOCH) for _ in range(reader.take(_COUNT)[0])]
    return Snapshot(list(_completed(rows, more)), [(epoch, start) for epoch, start in epochs])


def _completed(rows: Iterable[ProducerRow], more: dict[int, tuple[int, list[StoredBatch]]]) -> Iterable[ProducerRow]:
    for row in rows:
        last_seen_ms, batches = more.get(row.producer_id, (None, row.batches))
        yield row._replace(batches=batches, last_seen_ms=last_seen_ms)


class _Reader:
    """Structures one after the other."""

    def __init__(self, content: bytes, position: int) -> None:
        self._content = content
        self._position = position

    def take(self, structure: Struct) -> tuple[int, ...]:
        values = structure.unpack_from(self._content, self._position)
        self._position += structure.size
        return values
