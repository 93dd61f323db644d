"""Records in place: what `walk` says is what `iterate_records` reads, and every lie of a size is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.raw_records import RawRecord, joined, record_bytes, shifted, walk
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    BatchHeader,
    CorruptRecord,
    Record,
    RecordHeader,
    build_batch,
    header_bytes,
    iterate_records,
    read_header,
)

KEYS = st.none() | st.binary(max_size=200)
RECORDS = st.lists(
    st.builds(
        Record,
        offset=st.just(0),
        timestamp=st.integers(-1, 1 << 40),
        key=KEYS,
        value=KEYS,
        headers=st.lists(st.builds(RecordHeader, st.text(max_size=5), KEYS), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=12,
)


def walked(data: bytes, header: BatchHeader) -> list[RawRecord]:
    return list(walk(data, header))


def of_body(body: bytes, count: int = 1, last_offset_delta: int = 0) -> BatchHeader:
    """The header of a batch with these bytes as its records."""
    header = read_header(build_batch([(b"k", b"v")], 0))
    header = header._replace(records_count=count, last_offset_delta=last_offset_delta)
    return read_header(header_bytes(header, body))


@given(RECORDS, st.sampled_from(Compression))
def test_places_keys_and_values_are_those_that_were_written(records: list[Record], codec: Compression) -> None:
    batch = build_batch(records, 0, codec=codec, base_offset=40)
    header = read_header(batch)
    data = record_bytes(batch, header)
    found = walked(data, header)
    assert [(header.base_timestamp + one.timestamp_delta, one.key, one.has_value) for one in found] == [
        (record.timestamp, record.key, record.value is not None) for record in records
    ]
    assert [one.offset_delta for one in found] == list(range(len(records)))
    assert joined(data, found) == data


@given(RECORDS, st.data())
def test_some_of_the_records_are_still_those_records(records: list[Record], data: st.DataObject) -> None:
    batch = build_batch(records, 0, base_offset=40)
    header = read_header(batch)
    body = record_bytes(batch, header)
    kept = data.draw(st.lists(st.integers(0, len(records) - 1), min_size=1, unique=True).map(sorted))
    found = walked(body, header)
    shift = data.draw(st.integers(-(1 << 42), 1 << 42))
    expected = [record for record in iterate_records(batch) if record.offset - 40 in kept]

    for moved, new_body in (
        (0, joined(body, [found[number] for number in kept])),
        (shift, bytes(shifted(body, [found[number] for number in kept], shift))),
    ):
        changed = header._replace(records_count=len(kept), base_timestamp=header.base_timestamp - moved)
        rebuilt = header_bytes(changed, new_body) + new_body
        assert list(iterate_records(rebuilt)) == expected


def test_no_records_are_no_records() -> None:
    assert walked(b"", of_body(b"", 0)) == []
    assert joined(b"", []) == b""
    assert shifted(b"", [], 5) == b""


@given(RECORDS, st.data())
def test_any_changed_byte_is_corrupt_or_harmless(records: list[Record], data: st.DataObject) -> None:
    batch = build_batch(records, 0)
    header = read_header(batch)
    body = bytearray(record_bytes(batch, header))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = walked(bytes(body), header)
    except CorruptRecord:
        return
    assert (found[0].start, found[-1].end) == (0, len(body))


@pytest.mark.parametrize(
    "body",
    [
        bytes([12, 0, 0, 0, 1, 1]),  # one byte short
        bytes([12, 0, 0, 0, 1, 1, 0, 0]),  # one byte too many
        bytes([10, 0, 0, 0, 1, 1]) + bytes(1),  # smaller than the smallest record
        bytes([11, 0, 0, 0, 1, 1, 0]),  # a size below zero
        bytes([12, 0, 0, 2, 1, 1, 0]),  # an offset behind the batch's last
        bytes([12, 0, 0, 1, 1, 1, 0]),  # an offset below zero
        bytes([12, 0, 0, 0, 4, 1, 0]),  # a key that reaches into the value's size
        bytes([12, 0, 0, 0, 40, 1, 0]),  # a key behind the end
        bytes([12, 0, 0, 0, 1, 2, 0]),  # a value that takes the header count
        bytes([12, 0, 0, 0, 1, 128, 128]),  # a varint without an end
        bytes([12] + [128] * 11),  # and one of more than ten bytes
    ],
)
def test_lies_are_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptRecord):
        walked(body, of_body(body))


def test_more_records_than_bytes_are_refused_before_anything_else() -> None:
    with pytest.raises(CorruptRecord, match="cannot hold 1000000 records"):
        walked(bytes(700), of_body(bytes(700), 1_000_000, 1_000_000))


def test_records_that_unpack_to_more_than_the_limit_are_refused() -> None:
    batch = build_batch([(b"k", bytes(100_000))], 0, codec=Compression.ZSTD)
    assert len(record_bytes(batch, read_header(batch))) > 100_000
    with pytest.raises(KafkaError) as caught:
        record_bytes(batch, read_header(batch), limit=50_000)
    assert caught.value.code == ErrorCode.INVALID_RECORD


def test_only_the_batch_itself_is_looked_at() -> None:
    batch = build_batch([(b"k", b"v")], 0)
    header = read_header(batch)
    assert record_bytes(bytes(batch) + b"more", header) == bytes(batch[HEADER_SIZE:])
