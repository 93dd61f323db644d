"""The records of `__transaction_state`: Kafka's formats, in and out.

    key    int16 0       | the transactional id
    value  int16 version | its state in that version; no value at all deletes the id

Kafka 4.4 writes version 1, and 0 while transaction.version is 0, which keeps nothing of what KIP-890 needs; so do we.
Both are read. What the client called itself before (`TransactionState.before`) has no field: where a transaction ended
with a new epoch it follows from what has; otherwise a restart forgets it, and a client whose InitProducerId was
answered into the void is fenced, as by Kafka.
"""

from __future__ import annotations

import struct
from functools import lru_cache

from kafkalite.core.effects import KeyedRecord
from kafkalite.core.transactions.state import (
    LAST_EPOCH,
    NO_PRODUCER_ID,
    TV2,
    Producer,
    Status,
    TopicPartition,
    TransactionState,
)
from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.messages.transaction_state import TransactionLogKey, TransactionLogValue

_INT16 = struct.Struct(">h")
_KEY = _INT16.pack(TransactionLogKey.RECORD_TYPE)
_NO_PARTITIONS = b"\0"
# version | producer_id | producer_epoch | transaction_timeout_ms | transaction_status, and behind the partitions:
# transaction_last_update_timestamp_ms | transaction_start_timestamp_ms | how many tagged fields
_BEFORE_PARTITIONS = struct.Struct(">hqhib")
_BEHIND_PARTITIONS = struct.Struct(">qqB")
_TAGGED_INT64 = struct.Struct(">BBq")
_TAGGED_INT16 = struct.Struct(">BBh")


def encode_record(transactional_id: str, state: TransactionState | None, transaction_version: int) -> KeyedRecord:
    """Return the record that says what an id now is, None: that it is gone."""
    if state is None:
        return KeyedRecord(_key(transactional_id), None)
    if transaction_version == 0:
        return KeyedRecord(_key(transactional_id), _INT16.pack(0) + encode(_value(state), 0))
    return KeyedRecord(_key(transactional_id), _written(state))


@lru_cache(maxsize=128)
def _key(transactional_id: str) -> bytes:
    return _KEY + encode(TransactionLogKey(transactional_id=transactional_id), 0)


def _written(state: TransactionState) -> bytes:
    """The value in version 1, by hand, byte for byte what `encode` makes of `_value`: three times in a transaction that
    saves a tenth of its instructions.
    """
    producer_id, epoch = state.producer
    partitions = _NO_PARTITIONS if state.status is Status.EMPTY else _partitions(state.partitions)
    tagged = []
    if state.previous_producer_id != NO_PRODUCER_ID:
        tagged.append(_TAGGED_INT64.pack(0, 8, state.previous_producer_id))
    if state.next_producer_id != NO_PRODUCER_ID:
        tagged.append(_TAGGED_INT64.pack(1, 8, state.next_producer_id))
    if state.client_version:
        tagged.append(_TAGGED_INT16.pack(2, 2, state.client_version))
    before = _BEFORE_PARTITIONS.pack(1, producer_id, epoch, state.timeout_ms, state.status)
    behind = _BEHIND_PARTITIONS.pack(state.updated_ms, state.started_ms, len(tagged))
    return b"".join((before, partitions, behind, *tagged))


@lru_cache(maxsize=64)
def _partitions(partitions: frozenset[TopicPartition]) -> bytes:
    """Encode as in version 1; a transaction tells the same ones twice, and the next one often again."""
    value = TransactionLogValue(transaction_partitions=_topics(partitions))
    return encode(value, 1)[_BEFORE_PARTITIONS.size - _INT16.size : -_BEHIND_PARTITIONS.size]


def _topics(partitions: frozenset[TopicPartition]) -> list[TransactionLogValue.PartitionsSchema]:
    topics: dict[str, list[int]] = {}
    for topic, partition in sorted(partitions):
        topics.setdefault(topic, []).append(partition)
    return [
        TransactionLogValue.PartitionsSchema(topic=topic, partition_ids=indexes) for topic, indexes in topics.items()
    ]


def _value(state: TransactionState) -> TransactionLogValue:
    return TransactionLogValue(
        producer_id=state.producer.producer_id,
        previous_producer_id=state.previous_producer_id,
        next_producer_id=state.next_producer_id,
        producer_epoch=state.producer.epoch,
        transaction_timeout_ms=state.timeout_ms,
        transaction_status=state.status,
        transaction_partitions=None if state.status is Status.EMPTY else _topics(state.partitions),
        transaction_last_update_timestamp_ms=state.updated_ms,
        transaction_start_timestamp_ms=state.started_ms,
        client_transaction_version=state.client_version,
    )


def decode_record(
    key: bytes | memoryview, value: bytes | memoryview | None
) -> tuple[str, TransactionState | None] | None:
    """Return (transactional id, its state), None for a type of record that is not known.

    Raises ProtocolError if the record makes no sense.
    """
    if _version_of(key) != TransactionLogKey.RECORD_TYPE:
        return None
    decoded, _ = decode(TransactionLogKey, 0, key, _INT16.size)
    return decoded.transactional_id, None if value is None else _state(value)


def _state(data: bytes | memoryview) -> TransactionState:
    version = _version_of(data)
    first, last = TransactionLogValue.VERSIONS
    if not first <= version <= last:
        raise ProtocolError(f"TransactionLogValue version {version} is not known")
    value, _ = decode(TransactionLogValue, version, data, _INT16.size)
    try:
        status = Status(value.transaction_status)
    except ValueError:
        raise ProtocolError(f"transaction status {value.transaction_status} is not known") from None
    return TransactionState(
        producer=Producer(value.producer_id, value.producer_epoch),
        timeout_ms=value.transaction_timeout_ms,
        status=status,
        partitions=frozenset(
            TopicPartition(topic.topic, index)
            for topic in value.transaction_partitions or ()
            for index in topic.partition_ids
        ),
        started_ms=value.transaction_start_timestamp_ms,
        updated_ms=value.transaction_last_update_timestamp_ms,
        client_version=value.client_transaction_version,
        previous_producer_id=value.previous_producer_id,
        next_producer_id=value.next_producer_id,
        before=_before(value, status),
    )


def _before(value: TransactionLogValue, status: Status) -> Producer | None:
    """Return what the client of a transaction that ended with a new epoch called itself in it."""
    if value.client_transaction_version < TV2 or status in (Status.EMPTY, Status.ONGOING):
        return None
    if value.producer_epoch > 0:
        return Producer(value.producer_id, value.producer_epoch - 1)
    return Producer(value.previous_producer_id, LAST_EPOCH)


def _version_of(data: bytes | memoryview) -> int:
    return int(_INT16.unpack_from(data)[0]) if len(data) >= _INT16.size else NO_PRODUCER_ID
