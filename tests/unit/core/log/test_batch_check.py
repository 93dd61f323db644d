"""Kafka's rules for a client's batch, each by name, with Kafka's codes and texts."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from kafkalite.core.log import batch_check
from kafkalite.core.log.batch_check import (
    LISTED_RECORD_ERRORS,
    BatchRejected,
    RecordError,
    check_batch,
    check_records,
    recompressed,
)
from kafkalite.core.log.log_config import LogConfig
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    LOG_APPEND_TIME,
    BatchHeader,
    Record,
    build_batch,
    header_bytes,
    iterate_records,
    read_header,
)
from tests.unit.core.log.batches import NOW, batch, changed, flipped

HOUR = 3600 * 1000
DAY = 24 * HOUR


def header_refusal(data: memoryview, values: dict[str, Any] | None = None) -> KafkaError:
    with pytest.raises(KafkaError) as raised:
        check_batch(data, LogConfig(values))
    return raised.value


def records_refusal(data: memoryview, values: dict[str, Any] | None = None) -> BatchRejected:
    with pytest.raises(BatchRejected) as raised:
        check_records(data, read_header(data), LogConfig(values), NOW, "t-0")
    return raised.value


def checked(data: memoryview, values: dict[str, Any] | None = None) -> BatchHeader:
    config = LogConfig(values)
    return check_records(data, check_batch(data, config), config, NOW, "t-0")


def of_timestamps(*timestamps: int, codec: int = 0) -> memoryview:
    return memoryview(bytes(build_batch([Record(0, time, b"k", b"v") for time in timestamps], 0, codec=codec)))


# The header


@pytest.mark.parametrize("codec", Compression)
def test_a_good_batch_is_stored_as_it_is(codec: Compression) -> None:
    data = batch(5, codec=codec, value=bytes(200))
    header = check_batch(data, LogConfig())
    assert check_records(data, header, LogConfig(), NOW, "t-0") is header
    assert recompressed(header, data[HEADER_SIZE:], LogConfig())[0] is header


def test_a_base_offset_must_be_zero() -> None:
    error = header_refusal(changed(batch(), base_offset=1))
    assert isinstance(error, BatchRejected)
    assert (error.code, error.message) == (ErrorCode.INVALID_RECORD, None)


def test_a_batch_larger_than_max_message_bytes() -> None:
    data = batch(value=bytes(2000))
    assert check_batch(data, LogConfig({"max.message.bytes": len(data)}))
    error = header_refusal(data, {"max.message.bytes": len(data) - 1})
    assert (error.code, error.message) == (ErrorCode.MESSAGE_TOO_LARGE, None)
    assert not isinstance(error, BatchRejected)


def test_kafkas_default_takes_a_mebibyte_and_twelve_bytes() -> None:
    room = 1024 * 1024 + 12 - len(batch(value=b"")) - 4
    assert header_refusal(batch(value=bytes(room + 1))).code == ErrorCode.MESSAGE_TOO_LARGE
    assert check_batch(batch(value=bytes(room)), LogConfig())


@pytest.mark.parametrize("position", [*range(17, HEADER_SIZE), HEADER_SIZE, -1])
def test_any_flip_under_the_checksum_is_corruption(position: int) -> None:
    data = batch()
    error = header_refusal(flipped(data, position % len(data), 0x40))
    assert (error.code, error.message) == (ErrorCode.CORRUPT_MESSAGE, None)


@pytest.mark.parametrize("count", [0, -1, 1, 3, 2**31 - 1])
def test_the_count_must_be_the_last_offset_delta_plus_one(count: int) -> None:
    error = header_refusal(changed(batch(2), records_count=count))
    assert (error.code, error.message) == (ErrorCode.INVALID_RECORD, None)


@pytest.mark.parametrize("count", [0, -1])
def test_a_batch_must_not_be_empty(count: int) -> None:
    empty = changed(batch(), records_count=count, last_offset_delta=count - 1)
    assert header_refusal(empty).code == ErrorCode.INVALID_RECORD


def test_clients_write_no_control_batches() -> None:
    assert header_refusal(batch(attributes=0x20)).code == ErrorCode.INVALID_RECORD


def test_a_producer_id_needs_a_sequence() -> None:
    assert header_refusal(batch(producer=(5, 0, -1))).code == ErrorCode.INVALID_RECORD


def test_a_sequence_without_a_producer_id_is_fine() -> None:
    """kafkajs, aiokafka and platformatic send it so."""
    assert check_batch(batch(producer=(-1, -1, 0)), LogConfig()).base_sequence == 0


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_unknown_codecs_are_invalid_records(codec: int) -> None:
    assert header_refusal(changed(batch(), attributes=codec)).code == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("attributes", [0x40, 0x100])
def test_unused_attribute_bits_are_kept(attributes: int) -> None:
    assert checked(changed(batch(), attributes=attributes)).attributes == attributes


def test_less_than_a_batch_and_another_magic_are_corrupt() -> None:
    for data in (batch()[:60], flipped(batch(), 16), batch()[:-1], memoryview(bytes(batch()) + b"x")):
        assert header_refusal(data).code == ErrorCode.CORRUPT_MESSAGE


# A count that the bytes cannot hold


def test_a_count_that_uncompressed_bytes_cannot_hold() -> None:
    data = changed(batch(2), records_count=1000, last_offset_delta=999)
    assert header_refusal(data).code == ErrorCode.INVALID_RECORD


def test_a_count_that_compressed_bytes_cannot_hold() -> None:
    data = changed(batch(2, codec=Compression.ZSTD), records_count=10**9, last_offset_delta=10**9 - 1)
    assert header_refusal(data).code == ErrorCode.INVALID_RECORD


def test_a_count_above_the_usual_ratio_is_believed_if_the_records_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_check, "PLAUSIBLE_RATIO", 2)
    data = batch(1000, codec=Compression.ZSTD, key=None, value=b"")
    assert 2 * len(data) < 1000 * 7
    assert check_batch(data, LogConfig()).records_count == 1000


def test_records_of_the_smallest_size_stay_below_the_usual_ratio() -> None:
    data = batch(10_000, codec=Compression.ZSTD, key=None, value=b"")
    assert batch_check.PLAUSIBLE_RATIO * len(data) / 2 > 10_000 * 7


def test_a_doubtful_count_in_front_of_what_is_no_zstd() -> None:
    header = read_header(batch(1000, codec=Compression.ZSTD, key=None, value=b""))
    data = memoryview(header_bytes(header, b"garbage") + b"garbage")
    assert header_refusal(data).code == ErrorCode.INVALID_RECORD


# Timestamps


@pytest.mark.parametrize("codec", [Compression.NONE, Compression.LZ4])
def test_a_record_too_far_in_the_future(codec: Compression) -> None:
    limit = NOW + HOUR
    assert checked(of_timestamps(NOW, limit, codec=codec))
    error = records_refusal(of_timestamps(NOW, limit + 1, limit, limit + 2, codec=codec))
    assert error.code == ErrorCode.INVALID_TIMESTAMP
    assert error.message == "One or more records have been rejected due to invalid timestamp"
    assert [bad.batch_index for bad in error.record_errors] == [1, 3]
    assert error.record_errors[0].message == (
        f"Timestamp {limit + 1} of message with offset 1 is out of range. "
        f"The timestamp should be within [{NOW - (2**63 - 1)}, {limit}]"
    )


def test_every_bad_record_is_named() -> None:
    error = records_refusal(of_timestamps(*[NOW + DAY] * 20))
    assert [bad.batch_index for bad in error.record_errors] == list(range(20))


def test_but_not_more_than_an_answer_should_hold() -> None:
    error = records_refusal(of_timestamps(*[NOW + DAY] * (LISTED_RECORD_ERRORS + 5)))
    assert len(error.record_errors) == LISTED_RECORD_ERRORS


def test_the_past_has_no_limit_by_default() -> None:
    assert checked(of_timestamps(0))


def test_a_record_too_far_in_the_past() -> None:
    values = {"message.timestamp.before.max.ms": HOUR}
    assert checked(of_timestamps(NOW - HOUR, NOW), values)
    error = records_refusal(of_timestamps(NOW - HOUR - 1, NOW), values)
    assert error.code == ErrorCode.INVALID_TIMESTAMP
    assert [bad.batch_index for bad in error.record_errors] == [0]


def test_no_timestamp_is_never_too_old() -> None:
    values = {"message.timestamp.before.max.ms": HOUR}
    assert checked(of_timestamps(-1), values)


def test_the_future_limit_is_the_topics() -> None:
    assert checked(of_timestamps(NOW + 2 * DAY), {"message.timestamp.after.max.ms": 3 * DAY})


def test_a_wrong_max_timestamp_is_corrected_where_it_matters() -> None:
    data = changed(of_timestamps(NOW, NOW + 5), max_timestamp=NOW + DAY)
    assert checked(data).max_timestamp == NOW + 5


def test_the_append_time_bit_is_cleared_on_a_create_time_topic() -> None:
    data = changed(batch(), attributes=LOG_APPEND_TIME)
    assert checked(data).attributes == 0


def test_the_append_time_bit_is_refused_on_a_log_append_time_topic() -> None:
    error = records_refusal(batch(2, attributes=LOG_APPEND_TIME), {"message.timestamp.type": "LogAppendTime"})
    assert error.code == ErrorCode.INVALID_TIMESTAMP
    assert [bad.batch_index for bad in error.record_errors] == [0, 1]


def test_log_append_time_replaces_any_timestamp() -> None:
    data = of_timestamps(NOW + 30 * DAY)
    header = checked(data, {"message.timestamp.type": "LogAppendTime"})
    assert header.max_timestamp == NOW
    assert header.has_log_append_time
    assert header.base_timestamp == NOW + 30 * DAY


# Keys


COMPACTED = {"cleanup.policy": ["compact"]}


@pytest.mark.parametrize("codec", Compression)
def test_a_compacted_topic_needs_keys(codec: Compression) -> None:
    records = [Record(0, NOW, b"k" if number % 2 else None, b"v") for number in range(10)]
    error = records_refusal(memoryview(bytes(build_batch(records, 0, codec=codec))), COMPACTED)
    text = "Compacted topic cannot accept message without key in topic partition t-0"
    assert error.code == ErrorCode.INVALID_RECORD
    assert error.record_errors == tuple(RecordError(number, text) for number in (0, 2, 4, 6, 8))
    assert error.message == (
        "One or more records have been rejected due to 5 record errors in total, "
        "and only showing the first three errors at most: "
        f"[RecordError(batchIndex=0, message='{text}'), RecordError(batchIndex=2, message='{text}'), "
        f"RecordError(batchIndex=4, message='{text}')]"
    )


def test_an_empty_key_is_a_key() -> None:
    assert checked(batch(key=b""), COMPACTED)


def test_compacted_with_log_append_time_needs_keys_too() -> None:
    values = {**COMPACTED, "message.timestamp.type": "LogAppendTime"}
    assert records_refusal(batch(key=None), values).code == ErrorCode.INVALID_RECORD
    assert checked(batch(), values).max_timestamp == NOW


def test_missing_keys_and_bad_timestamps_together_are_an_invalid_timestamp() -> None:
    records = [Record(0, NOW, None, b"v"), Record(0, NOW + DAY, b"k", b"v")]
    error = records_refusal(memoryview(bytes(build_batch(records, 0))), COMPACTED)
    assert error.code == ErrorCode.INVALID_TIMESTAMP
    assert [bad.batch_index for bad in error.record_errors] == [0, 1]


def test_records_that_are_none_are_invalid() -> None:
    broken = bytearray(batch(3))
    broken[HEADER_SIZE] = 0
    data = changed(memoryview(bytes(broken)))
    assert records_refusal(data, COMPACTED).code == ErrorCode.INVALID_RECORD


def test_more_records_than_we_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_check, "WALKABLE_RECORDS", 100)
    assert checked(batch(100), COMPACTED)
    assert records_refusal(batch(101), COMPACTED).code == ErrorCode.INVALID_RECORD
    assert checked(batch(101))


# compression.type


@pytest.mark.parametrize(
    ("codec", "quick", "small"), [("gzip", 1, 9), ("lz4", 9, 12), ("zstd", -100, 19)], ids=["gzip", "lz4", "zstd"]
)
def test_the_topics_level_is_obeyed(codec: str, quick: int, small: int) -> None:
    rng = Random(1)
    value = b" ".join(rng.choices([b"alpha", b"beta", b"gamma", b"delta", b"epsilon"], k=5000))
    data = batch(3, value=value)
    sizes = []
    for level in (quick, small):
        config = LogConfig({"compression.type": codec, f"compression.{codec}.level": level})
        header, records = recompressed(read_header(data), data[HEADER_SIZE:], config)
        stored = header_bytes(header, records) + bytes(records)
        assert [record.value for record in iterate_records(stored)] == [value] * 3
        sizes.append(len(records))
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize("theirs", Compression)
@pytest.mark.parametrize("ours", ["uncompressed", "gzip", "snappy", "lz4", "zstd"])
def test_the_topics_codec_replaces_another(theirs: Compression, ours: str) -> None:
    data = batch(10, codec=theirs, value=b"x" * 100)
    config = LogConfig({"compression.type": ours})
    header, records = recompressed(read_header(data), data[HEADER_SIZE:], config)
    assert header.codec == config.compression
    again = header_bytes(header, records) + bytes(records)
    assert list(iterate_records(again)) == list(iterate_records(data))
    if theirs == config.compression:
        assert bytes(again) == bytes(data)


def test_the_producers_codec_stays_by_default() -> None:
    data = batch(10, codec=Compression.SNAPPY)
    header = read_header(data)
    assert recompressed(header, data[HEADER_SIZE:], LogConfig())[0] is header


def test_what_cannot_be_decompressed_cannot_be_recompressed() -> None:
    data = changed(batch(), attributes=Compression.GZIP)
    with pytest.raises(BatchRejected) as raised:
        recompressed(read_header(data), data[HEADER_SIZE:], LogConfig({"compression.type": "lz4"}))
    assert raised.value.code == ErrorCode.INVALID_RECORD


def test_a_bomb_is_not_recompressed() -> None:
    data = batch(codec=Compression.ZSTD, value=bytes(2_000_000))
    values = {"compression.type": "gzip", "max.decompressed.message.bytes": 1_000_000}
    with pytest.raises(BatchRejected):
        recompressed(read_header(data), data[HEADER_SIZE:], LogConfig(values))
