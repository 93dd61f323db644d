"""Records as they lie in a batch: where each begins and ends, its key, and whether it has a value.

    length varint | attributes | timestamp delta varint | offset delta varint | key | value | headers
    ^ start                                             ^ rest                                         ^ end

Compaction looks at every record of a log, twice, and copies most of them as they are; so values and headers are left
alone. Every size is held against what there is: bad bytes are CorruptRecord and never another exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kafkalite.wire import compression
from kafkalite.wire.compression import DEFAULT_DECOMPRESSED_LIMIT
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    MINIMUM_RECORD_SIZE,
    BatchHeader,
    Buffer,
    CorruptRecord,
    get_varint,
    put_varint,
)

ATTRIBUTES_SIZE: Final = 1
"""A record's own attributes: a byte that means nothing."""


class RawRecord(NamedTuple):
    """One record's place in its batch's bytes."""

    start: int
    rest: int
    """From here on its bytes are the same whatever the batch's base timestamp is."""
    end: int
    timestamp_delta: int
    offset_delta: int
    key: bytes | None
    has_value: bool


def record_bytes(batch: Buffer, header: BatchHeader, limit: int = DEFAULT_DECOMPRESSED_LIMIT) -> bytes:
    """Return a batch's records, decompressed. Raises KafkaError for bad data and for more than `limit` bytes."""
    view = memoryview(batch)[HEADER_SIZE : header.size]
    return bytes(compression.decompress(header.codec, view, limit))  # bytes are quicker to index than a view


def walk(data: bytes, header: BatchHeader) -> Iterator[RawRecord]:
    """Yield where each record lies in `data` (as `record_bytes` returns it), in order.

    Raises CorruptRecord where the bytes are no records, or not as many as the header says.
    """
    count = header.records_count
    if count < 0 or count * MINIMUM_RECORD_SIZE > len(data):
        raise CorruptRecord(f"{len(data)} bytes cannot hold {count} records")
    last_offset_delta = header.last_offset_delta
    position = 0
    for _ in range(count):
        try:
            record = _locate(data, position)
        except IndexError:
            raise CorruptRecord(f"A record ends behind its batch of {len(data)} bytes") from None
        if not 0 <= record.offset_delta <= last_offset_delta:
            raise CorruptRecord(f"Offset delta {record.offset_delta} in a batch that ends at {last_offset_delta}")
        position = record.end
        yield record
    if position != len(data):
        raise CorruptRecord(f"{len(data) - position} bytes behind the last of {count} records")


def joined(data: bytes, records: Sequence[RawRecord]) -> bytes:
    """Return the bytes of these records of `data`, in order, as they are."""
    pieces = []
    start = end = 0
    for record in records:
        if record.start != end:
            pieces.append(data[start:end])
            start = record.start
        end = record.end
    pieces.append(data[start:end])
    return b"".join(pieces)


def shifted(data: bytes, records: Sequence[RawRecord], shift: int) -> bytearray:
    """Return the bytes of these records with `shift` added to their timestamp deltas, which stay within 64 bits."""
    body = bytearray()
    for record in records:
        delta = bytearray()
        put_varint(delta, record.timestamp_delta + shift)
        put_varint(body, ATTRIBUTES_SIZE + len(delta) + record.end - record.rest)
        body.append(0)
        body += delta
        body += data[record.rest : record.end]
    return body


def _locate(data: bytes, start: int) -> RawRecord:
    """Read the record at `start`; an IndexError says that it wants more than there is.

    Five varints a record, nearly all of one byte: those are read here, for a call costs as much as everything else.
    """
    byte = data[start]
    size, position = ((byte >> 1) ^ -(byte & 1), start + 1) if byte < 128 else get_varint(data, start)
    end = position + size
    if size < MINIMUM_RECORD_SIZE - 1 or end > len(data):
        raise CorruptRecord(f"A record of {size} bytes at {position} of {len(data)}")
    position += ATTRIBUTES_SIZE
    byte = data[position]
    delta, rest = ((byte >> 1) ^ -(byte & 1), position + 1) if byte < 128 else get_varint(data, position)
    byte = data[rest]
    offset_delta, position = ((byte >> 1) ^ -(byte & 1), rest + 1) if byte < 128 else get_varint(data, rest)
    byte = data[position]
    key_size, position = ((byte >> 1) ^ -(byte & 1), position + 1) if byte < 128 else get_varint(data, position)
    key = None
    if key_size >= 0:
        key = data[position : position + key_size]
        position += key_size
    byte = data[position]
    value_size, position = ((byte >> 1) ^ -(byte & 1), position + 1) if byte < 128 else get_varint(data, position)
    if position + max(value_size, 0) >= end:  # a header count follows
        raise CorruptRecord(f"A record's key and value of {key_size} and {value_size} bytes reach behind its end")
    return RawRecord(start, rest, end, delta, offset_delta, key, value_size >= 0)
