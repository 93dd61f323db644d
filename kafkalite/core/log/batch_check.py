"""Kafka's rules for a record batch that a client brings, and what the broker changes of it before it is stored.

Everything is judged by the 61 header bytes and one checksum. Records are walked only where Kafka's answer depends on
them: on compacted topics (every record needs a key), for a count that the bytes make doubtful, and to name the records
of a batch whose timestamps are out of range. So a batch whose header hides a bad timestamp of a single record is stored
as it is; Kafka, which decompresses every batch, would refuse it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kafkalite.core.log.log_config import LogConfig
from kafkalite.wire import compression
from kafkalite.wire.compression import Compression
from kafkalite.wire.crc32c import crc32c
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    COMPRESSION_MASK,
    CONTROL,
    CRC_START,
    HEADER_SIZE,
    LENGTH_END,
    LOG_APPEND_TIME,
    MAGIC,
    MINIMUM_RECORD_SIZE,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    BatchHeader,
    Buffer,
    CorruptRecord,
    iterate_records,
    read_header,
)

PLAUSIBLE_RATIO: Final = 32
"""Real records of the smallest size do not compress better; a count that says so is checked by decompressing."""

WALKABLE_RECORDS: Final = 500_000
"""Records of one batch that we look at one by one: about a second of the only thread. Clients send thousands."""

LISTED_RECORD_ERRORS: Final = 1000
"""Bad records named in one answer; Kafka names all, which makes an answer far larger than its request."""

SHOWN_RECORD_ERRORS: Final = 3  # as Kafka's error_message


class RecordError(NamedTuple):
    """What is wrong with one record of a batch."""

    batch_index: int
    message: str


class BatchRejected(KafkaError):
    """A batch that was looked at and refused; the answer also carries the log's start and the bad records, if known."""

    def __init__(self, code: ErrorCode, message: str | None = None, errors: Sequence[RecordError] = ()) -> None:
        super().__init__(code, message)
        self.record_errors = tuple(errors)
        self.log_start_offset = -1


def check_batch(batch: memoryview, config: LogConfig) -> BatchHeader:
    """Return the header of a batch that may be stored as far as header and checksum tell; raises KafkaError."""
    header = read_header(batch)
    size = len(batch)
    if header.magic != MAGIC or header.batch_length + LENGTH_END != size:
        raise CorruptRecord(f"{size} bytes are not one record batch")
    if header.base_offset != 0:
        raise BatchRejected(ErrorCode.INVALID_RECORD)
    if size > config.max_message_bytes:
        raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
    if crc32c(batch[CRC_START:]) != header.crc:
        raise KafkaError(ErrorCode.CORRUPT_MESSAGE)
    count = header.records_count
    attributes = header.attributes
    if count <= 0 or header.last_offset_delta != count - 1 or attributes & CONTROL:
        raise BatchRejected(ErrorCode.INVALID_RECORD)
    if header.producer_id > NO_PRODUCER_ID and header.base_sequence < 0:
        raise BatchRejected(ErrorCode.INVALID_RECORD)
    if attributes & COMPRESSION_MASK > Compression.ZSTD:
        raise BatchRejected(ErrorCode.INVALID_RECORD, f"Unknown compression type id: {attributes & COMPRESSION_MASK}")
    if count * MINIMUM_RECORD_SIZE > size - HEADER_SIZE:
        _check_count(batch, header, config)
    return header


def _check_count(batch: memoryview, header: BatchHeader, config: LogConfig) -> None:
    room = len(batch) - HEADER_SIZE
    least = header.records_count * MINIMUM_RECORD_SIZE
    if header.codec == Compression.NONE:
        raise BatchRejected(ErrorCode.INVALID_RECORD)
    if least > room * PLAUSIBLE_RATIO and least > len(_decompressed(header, batch[HEADER_SIZE:], config)):
        raise BatchRejected(ErrorCode.INVALID_RECORD)


def _decompressed(header: BatchHeader, records: Buffer, config: LogConfig) -> Buffer:
    try:
        return compression.decompress(header.codec, records, config.decompressed_limit)
    except KafkaError as error:
        raise BatchRejected(ErrorCode.INVALID_RECORD, error.message) from None


def check_records(batch: memoryview, header: BatchHeader, config: LogConfig, now_ms: int, name: str) -> BatchHeader:
    """Check timestamps and keys; return the header as it is to be stored on this topic (the same object if unchanged).

    `name` is the partition's, for messages.
    """
    if config.log_append_time:
        if header.attributes & LOG_APPEND_TIME:
            _refuse_log_append_time(header)
        if config.compacted:
            _walk(batch, header, config, None, name)
        return header._replace(attributes=header.attributes | LOG_APPEND_TIME, max_timestamp=now_ms)
    if header.attributes & LOG_APPEND_TIME:
        header = header._replace(attributes=header.attributes & ~LOG_APPEND_TIME)
    earliest = now_ms - config.timestamp_before_max_ms
    latest = now_ms + config.timestamp_after_max_ms
    too_early = header.base_timestamp < earliest and header.base_timestamp != NO_TIMESTAMP
    if config.compacted or too_early or header.max_timestamp > latest:
        true_maximum = _walk(batch, header, config, (earliest, latest), name)
        if true_maximum != header.max_timestamp:
            header = header._replace(max_timestamp=true_maximum)
    return header


def _refuse_log_append_time(header: BatchHeader) -> None:
    errors = [
        RecordError(
            index,
            f"Invalid timestamp type in message {index}. Producer should not set timestamp type to LogAppendTime.",
        )
        for index in range(min(header.records_count, LISTED_RECORD_ERRORS))
    ]
    raise BatchRejected(ErrorCode.INVALID_TIMESTAMP, _INVALID_TIMESTAMP, errors)


def _walk(batch: memoryview, header: BatchHeader, config: LogConfig, bounds: tuple[int, int] | None, name: str) -> int:
    """Look at every record; return the largest timestamp, or raise with all that is wrong."""
    if header.records_count > WALKABLE_RECORDS:
        raise BatchRejected(ErrorCode.INVALID_RECORD, f"A batch of more than {WALKABLE_RECORDS} records")
    errors = []
    code = ErrorCode.INVALID_RECORD
    largest = NO_TIMESTAMP
    try:
        for index, record in enumerate(iterate_records(batch, header, decompressed_limit=config.decompressed_limit)):
            timestamp = record.timestamp
            largest = max(largest, timestamp)
            if config.compacted and record.key is None:
                message = f"Compacted topic cannot accept message without key in topic partition {name}"
                errors.append(RecordError(index, message))
            elif bounds is not None and _is_outside(timestamp, bounds):
                code = ErrorCode.INVALID_TIMESTAMP
                errors.append(RecordError(index, _out_of_range(timestamp, record.offset, bounds)))
    except KafkaError as error:
        raise BatchRejected(ErrorCode.INVALID_RECORD, error.message) from None
    if errors:
        raise BatchRejected(code, _summary(code, errors), errors[:LISTED_RECORD_ERRORS])
    return largest


def _is_outside(timestamp: int, bounds: tuple[int, int]) -> bool:
    return not bounds[0] <= timestamp <= bounds[1] and timestamp != NO_TIMESTAMP


def _out_of_range(timestamp: int, offset: int, bounds: tuple[int, int]) -> str:
    return (
        f"Timestamp {timestamp} of message with offset {offset} is out of range. "
        f"The timestamp should be within [{bounds[0]}, {bounds[1]}]"
    )


_INVALID_TIMESTAMP = "One or more records have been rejected due to invalid timestamp"


def _summary(code: ErrorCode, errors: Sequence[RecordError]) -> str:
    """Kafka's error_message of a batch with bad records."""
    if code == ErrorCode.INVALID_TIMESTAMP:
        return _INVALID_TIMESTAMP
    shown = ", ".join(
        f"RecordError(batchIndex={error.batch_index}, message='{error.message}')"
        for error in errors[:SHOWN_RECORD_ERRORS]
    )
    return (
        f"One or more records have been rejected due to {len(errors)} record errors in total, "
        f"and only showing the first three errors at most: [{shown}]"
    )


def recompressed(header: BatchHeader, records: Buffer, config: LogConfig) -> tuple[BatchHeader, Buffer]:
    """Return header and records as the topic's compression.type wants them."""
    if config.compression is None or config.compression == header.attributes & COMPRESSION_MASK:
        return header, records
    plain = _decompressed(header, records, config)
    records = compression.compress(config.compression, plain, config.compression_level)
    return header._replace(attributes=header.attributes & ~COMPRESSION_MASK | config.compression), records
