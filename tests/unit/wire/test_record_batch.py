"""Record batches: the bytes, as aiokafka writes and reads them too, and every lie a header or a record can tell."""

from __future__ import annotations

import contextlib

import pytest
from aiokafka.record.default_records import (
    DefaultRecordBatch,
    DefaultRecordBatchBuilder,
)
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    LOG_APPEND_TIME,
    BatchHeader,
    CorruptRecord,
    Record,
    RecordHeader,
    attributes_of,
    build_batch,
    header_bytes,
    is_intact,
    iterate_records,
    only_batch,
    read_header,
    stamp,
    start_bytes,
)

RECORDS = [
    Record(0, 1000, b"key", b"value"),
    Record(1, 1005, None, b""),
    Record(2, 990, b"", None, (RecordHeader("h", b"1"), RecordHeader("h", None), RecordHeader("ü", b""))),
    Record(3, 1000, b"k" * 100, b"v" * 20_000),
]


def body_of(data: bytes) -> bytearray:
    """A batch of one record with these bytes as its records."""
    header = read_header(build_batch([(b"k", b"v")], 0))
    return bytearray(header_bytes(header, data) + data)


# Building and reading


@pytest.mark.parametrize("codec", Compression)
def test_what_is_built_is_read_back(codec: Compression) -> None:
    batch = build_batch(RECORDS, 0, codec=codec, base_offset=7, leader_epoch=3)
    assert list(iterate_records(batch)) == [record._replace(offset=record.offset + 7) for record in RECORDS]
    header = read_header(batch)
    assert header.size == len(batch)
    assert is_intact(batch, header)
    assert (header.base_offset, header.last_offset, header.records_count) == (7, 10, 4)
    assert (header.base_timestamp, header.max_timestamp) == (1000, 1005)
    assert (header.partition_leader_epoch, header.codec, header.producer_id) == (3, codec, -1)


def test_pairs_of_key_and_value_carry_one_timestamp() -> None:
    batch = build_batch([(b"a", b"1"), (b"b", None)], 42)
    assert list(iterate_records(batch)) == [Record(0, 42, b"a", b"1"), Record(1, 42, b"b", None)]


DATA = st.none() | st.sampled_from([0, 1, 56, 57, 58, 63, 64, 65, 8183, 8184, 8191, 8192, 20_000]).map(bytes)


@given(st.lists(st.tuples(DATA, DATA), min_size=1, max_size=3), st.sampled_from([1, 40]))
def test_pairs_are_the_records_they_stand_for(some: list[tuple[bytes | None, bytes | None]], times: int) -> None:
    pairs = some * times
    records = [Record(0, 42, key, value) for key, value in pairs]
    assert build_batch(pairs, 42, base_offset=7) == build_batch(records, 0, base_offset=7)


def test_header_fields_of_an_idempotent_control_batch() -> None:
    batch = build_batch([(b"", b"")], 1, attributes=0x30, producer_id=9, producer_epoch=2, base_sequence=17)
    header = read_header(batch)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (9, 2, 17)
    assert header.is_transactional
    assert header.is_control
    assert not header.has_log_append_time


@pytest.mark.parametrize("codec", Compression)
def test_aiokafka_reads_what_we_build(codec: Compression) -> None:
    batch = build_batch(RECORDS, 0, codec=codec, base_offset=5, leader_epoch=1)
    other = DefaultRecordBatch(bytes(batch))
    assert other.validate_crc()
    assert [(r.offset, r.timestamp, r.key, r.value) for r in other] == [
        (r.offset + 5, r.timestamp, r.key, r.value) for r in RECORDS
    ]


@pytest.mark.parametrize("codec", Compression)
def test_we_read_what_aiokafka_builds(codec: Compression) -> None:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=4,
        producer_epoch=1,
        base_sequence=2,
        batch_size=1 << 20,
    )
    for number in range(50):
        builder.append(number, timestamp=1000 + number, key=b"k%d" % number, value=b"v" * number, headers=[("h", b"x")])
    batch = bytes(builder.build())
    header = read_header(batch)
    assert is_intact(batch, header)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (4, 1, 2)
    assert list(iterate_records(batch)) == [
        Record(number, 1000 + number, b"k%d" % number, b"v" * number, (RecordHeader("h", b"x"),))
        for number in range(50)
    ]


@given(
    st.lists(
        st.builds(
            Record,
            st.just(0),
            st.integers(-1, 2**62),
            st.none() | st.binary(max_size=200),
            st.none() | st.binary(max_size=200),
            st.lists(st.builds(RecordHeader, st.text(max_size=9), st.none() | st.binary(max_size=9)), max_size=3).map(
                tuple
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_records_round_trip(records: list[Record]) -> None:
    batch = build_batch(records, 0)
    assert list(iterate_records(batch)) == [record._replace(offset=at) for at, record in enumerate(records)]


def test_log_append_time_is_every_records_timestamp() -> None:
    batch = build_batch(RECORDS, 0, attributes=LOG_APPEND_TIME)
    assert {record.timestamp for record in iterate_records(batch)} == {1005}


# Stamping


def test_offsets_and_epoch_are_outside_the_checksum() -> None:
    batch = build_batch(RECORDS, 0)
    before = read_header(batch)
    stamp(batch, 1 << 40, 12)
    after = read_header(batch)
    assert after == before._replace(base_offset=1 << 40, partition_leader_epoch=12)
    assert is_intact(batch, after)


def test_a_new_start_equals_stamping() -> None:
    batch = build_batch(RECORDS, 0)
    replaced = start_bytes(99, read_header(batch).batch_length, 5) + batch[16:]
    stamp(batch, 99, 5)
    assert replaced == batch


def test_a_new_header_has_the_right_length_and_checksum() -> None:
    batch = build_batch(RECORDS, 0)
    header = read_header(batch)._replace(max_timestamp=77, attributes=LOG_APPEND_TIME)
    again = header_bytes(header, batch[HEADER_SIZE:]) + batch[HEADER_SIZE:]
    assert is_intact(again, read_header(again))
    assert read_header(again)._replace(crc=0) == header._replace(crc=0)


# The one batch of a Produce request


def refusal(records: bytes) -> KafkaError:
    with pytest.raises(KafkaError) as raised:
        only_batch(memoryview(records))
    return raised.value


def with_length(batch: bytes, length: int) -> bytes:
    return batch[:8] + length.to_bytes(4, "big", signed=True) + batch[12:]


BATCH = bytes(build_batch(RECORDS, 0))


def test_one_batch() -> None:
    assert only_batch(memoryview(BATCH)) == BATCH


@pytest.mark.parametrize("trailing", range(12))
def test_up_to_eleven_trailing_bytes_are_ignored(trailing: int) -> None:
    assert only_batch(memoryview(BATCH + b"\xff" * trailing)) == BATCH


def test_the_beginning_of_a_second_batch_is_ignored_too() -> None:
    assert only_batch(memoryview(BATCH + BATCH[:-1])) == BATCH


def test_two_batches_are_refused() -> None:
    assert refusal(BATCH + BATCH).code == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("size", [0, 1, 11, 12, 16, 60, 61, len(BATCH) - 1])
def test_less_than_a_batch_is_refused(size: int) -> None:
    error = refusal(BATCH[:size])
    assert (error.code, error.message) == (ErrorCode.INVALID_RECORD, None)


@pytest.mark.parametrize("length", [-(2**31), -1, 0, 5, 13])
def test_a_length_below_the_old_minimum(length: int) -> None:
    error = refusal(with_length(BATCH, length))
    assert error.code == ErrorCode.CORRUPT_MESSAGE
    assert error.message == f"Record size {length} is less than the minimum record overhead (14)"


def test_a_second_length_below_the_old_minimum() -> None:
    assert refusal(BATCH + with_length(BATCH, 3)).code == ErrorCode.CORRUPT_MESSAGE
    assert refusal(BATCH + with_length(BATCH, 3)[:12]).code == ErrorCode.CORRUPT_MESSAGE


def test_a_batch_smaller_than_its_header() -> None:
    assert refusal(with_length(BATCH, 48)[:60]).code == ErrorCode.CORRUPT_MESSAGE


def test_a_length_beyond_the_data() -> None:
    assert refusal(with_length(BATCH, 2**31 - 1)).code == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("magic", [0, 1])
def test_old_formats_are_invalid(magic: int) -> None:
    error = refusal(BATCH[:16] + bytes([magic]) + BATCH[17:])
    assert (error.code, error.message) == (ErrorCode.INVALID_RECORD, None)


@pytest.mark.parametrize(("byte", "shown"), [(3, 3), (127, 127), (255, -1)])
def test_unknown_formats_are_corrupt(byte: int, shown: int) -> None:
    error = refusal(BATCH[:16] + bytes([byte]) + BATCH[17:])
    assert error.code == ErrorCode.CORRUPT_MESSAGE
    assert error.message == f"Invalid magic found in record: {shown}"


def test_attributes() -> None:
    assert attributes_of(memoryview(bytes(build_batch(RECORDS, 0, codec=Compression.ZSTD)))) == 4
    with pytest.raises(KafkaError):
        attributes_of(memoryview(BATCH[:60]))


# Bad records


def test_a_header_needs_its_bytes() -> None:
    assert read_header(BATCH[:HEADER_SIZE]) == read_header(BATCH)
    with pytest.raises(CorruptRecord):
        read_header(BATCH[: HEADER_SIZE - 1])
    with pytest.raises(CorruptRecord):
        read_header(BATCH, len(BATCH) - 10)


@pytest.mark.parametrize(
    "record",
    [
        b"",  # none at all
        b"\x0c\x00\x00\x00\x01\x01\x00\x00",  # a byte too many behind the record
        b"\x0a\x00\x00\x00\x01\x01\x00",  # size below the minimum
        b"\x01\x00\x00\x00\x01\x01\x00",  # size -1
        b"\x0e\x00\x00\x00\x01\x01\x00",  # size beyond the batch
        b"\x0e\x00\x00\x00\x01\x01\x00\x00",  # size larger than the record
        b"\x0c\x00\x00\x00\x02\x01\x00",  # a key that eats the rest
        b"\x0c\x00\x00\x00\x01\xfe\xff",  # a value size cut off
        b"\x0c\x00\x00\x00\x01\x01\x01",  # -1 headers
        b"\x0c\x00\x00\x00\x01\x01\x02",  # a header that is not there
        b"\x10\x00\x00\x00\x01\x01\x02\x01\x01",  # a header without a key
        b"\x0c\x00\x00\x02\x01\x01\x00",  # an offset delta beyond the batch
        b"\x0c\x00\x00\x01\x01\x01\x00",  # an offset delta of -1
        b"\x22\x00" + b"\xff" * 10 + b"\x01\x00\x01\x01\x00\x00",  # a varint of eleven bytes
        b"\x1e\x00" + b"\xfe" + b"\xff" * 8 + b"\x7f" + b"\x00\x01\x01\x00",  # a timestamp of more than 64 bits
    ],
)
def test_a_bad_record(record: bytes) -> None:
    with pytest.raises(CorruptRecord):
        list(iterate_records(body_of(record)))


@pytest.mark.parametrize("count", [-1, 2, 1000, 2**31 - 1])
def test_a_count_the_bytes_cannot_hold(count: int) -> None:
    batch = build_batch([(b"k", b"v")], 0)
    header = read_header(batch)._replace(records_count=count)
    with pytest.raises(CorruptRecord):
        list(iterate_records(batch, header))


def test_a_count_below_the_records() -> None:
    batch = build_batch(RECORDS, 0)
    with pytest.raises(CorruptRecord, match="behind the last of 1 records"):
        list(iterate_records(batch, read_header(batch)._replace(records_count=1)))


def test_records_come_one_by_one() -> None:
    """What is good is given before what is bad is met, and nothing is built ahead."""
    damaged = body_of(b"\x0c\x00\x00\x00\x01\x01\x00" + b"\xff" * 7)
    records = iterate_records(damaged, read_header(damaged)._replace(records_count=2))
    assert next(records) == Record(0, 0, None, None)
    with pytest.raises(CorruptRecord):
        next(records)


def test_more_than_the_limit_is_not_decompressed() -> None:
    batch = build_batch([(b"k", bytes(100_000))], 0, codec=Compression.ZSTD)
    with pytest.raises(KafkaError) as raised:
        list(iterate_records(batch, decompressed_limit=1000))
    assert raised.value.code == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("codec", [Compression.NONE, Compression.SNAPPY])
def test_truncation_at_every_byte_is_an_error(codec: Compression) -> None:
    batch = build_batch(RECORDS[:3], 0, codec=codec)
    for end in range(len(batch)):
        with pytest.raises(KafkaError):
            list(iterate_records(batch[:end]))


@given(st.data())
def test_flipped_bytes_raise_nothing_but_kafka_errors(data: st.DataObject) -> None:
    batch = build_batch(RECORDS[:3], 0, codec=data.draw(st.sampled_from(Compression)))
    for _ in range(data.draw(st.integers(1, 3))):
        batch[data.draw(st.integers(0, len(batch) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        records = list(iterate_records(batch, decompressed_limit=1 << 20))
    except KafkaError:
        return
    assert all(isinstance(record, Record) for record in records)


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_kafka_errors(data: bytes) -> None:
    for attempt in (lambda: only_batch(memoryview(data)), lambda: list(iterate_records(body_of(data)))):
        with contextlib.suppress(KafkaError):
            attempt()


def test_the_header_is_laid_out_as_drawn() -> None:
    header = BatchHeader(1, 49, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
    made = header_bytes(header, b"")
    assert made[:12] == (1).to_bytes(8, "big") + (49).to_bytes(4, "big")
    places = [(12, 4, 2), (16, 1, 2), (21, 2, 4), (23, 4, 5), (27, 8, 6), (35, 8, 7), (43, 8, 8), (51, 2, 9)]
    for start, size, value in [*places, (53, 4, 10), (57, 4, 11)]:
        assert int.from_bytes(made[start : start + size], "big") == value
    assert len(made) == HEADER_SIZE
