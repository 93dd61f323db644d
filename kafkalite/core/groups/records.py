"""The records of `__consumer_offsets`: Kafka's formats, in and out.

    key    int16 record type | the key message, version 0
    value  int16 version     | the value message in that version; no value at all deletes

We write what Kafka 4.4 writes: offset commits (type 1) as value version 4, or 1 when the client sent a retention
time; classic groups (type 2) as value version 3. We read every version of both. To `decode_record` any other type is
None: consumer, share and streams groups keep their records in the same topic.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, TypeVar

from kafkalite.core.effects import KeyedRecord
from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.messages.consumer_offsets import (
    GroupMetadataKey,
    GroupMetadataValue,
    OffsetCommitKey,
    OffsetCommitValue,
)

Value = TypeVar("Value", OffsetCommitValue, GroupMetadataValue)

_INT16 = struct.Struct(">h")
_OFFSET_COMMIT = _INT16.pack(OffsetCommitKey.RECORD_TYPE)
_GROUP_METADATA = _INT16.pack(GroupMetadataKey.RECORD_TYPE)

_GROUP_VERSION = 3
_OFFSET_VERSION = 4
_OFFSET_VERSION_WITH_EXPIRY = 1


class OffsetStored(NamedTuple):
    """A committed offset is now this; None: deleted."""

    key: OffsetCommitKey
    value: OffsetCommitValue | None


class PendingStored(NamedTuple):
    """A producer committed an offset in its transaction, which is open: what that will be if it is committed.

    The record is that of `offset`, in a transactional batch of the producer.
    """

    producer_id: int
    offset: OffsetStored


class GroupStored(NamedTuple):
    """A classic group is now this; None: deleted."""

    key: GroupMetadataKey
    value: GroupMetadataValue | None


Change = OffsetStored | PendingStored | GroupStored
"""What one record says. Applying it is the only way in which stored state changes, live or at a restart."""


def encode_record(change: Change) -> KeyedRecord:
    """Return the record that says `change`."""
    if isinstance(change, PendingStored):
        change = change.offset
    if isinstance(change, OffsetStored):
        return KeyedRecord(_OFFSET_COMMIT + encode(change.key, 0), _offset_value(change.value))
    return KeyedRecord(_GROUP_METADATA + encode(change.key, 0), _group_value(change.value))


def _offset_value(value: OffsetCommitValue | None) -> bytes | None:
    if value is None:
        return None
    version = _OFFSET_VERSION if value.expire_timestamp < 0 else _OFFSET_VERSION_WITH_EXPIRY
    return _INT16.pack(version) + encode(value, version)


def _group_value(value: GroupMetadataValue | None) -> bytes | None:
    return None if value is None else _INT16.pack(_GROUP_VERSION) + encode(value, _GROUP_VERSION)


def record_type(key: bytes | memoryview) -> int:
    """Return the type a record's key begins with; -1 for a key too short to have one."""
    return int(_INT16.unpack_from(key)[0]) if len(key) >= _INT16.size else -1


def decode_record(key: bytes | memoryview, value: bytes | memoryview | None) -> OffsetStored | GroupStored | None:
    """Return what a record says, None for a type that is not ours. Raises ProtocolError if it makes no sense."""
    kind = record_type(key)
    if kind == OffsetCommitKey.RECORD_TYPE:
        offset_key, _ = decode(OffsetCommitKey, 0, key, _INT16.size)
        return OffsetStored(offset_key, None if value is None else _decode_value(OffsetCommitValue, value))
    if kind == GroupMetadataKey.RECORD_TYPE:
        group_key, _ = decode(GroupMetadataKey, 0, key, _INT16.size)
        return GroupStored(group_key, None if value is None else _decode_value(GroupMetadataValue, value))
    return None


def _decode_value(cls: type[Value], value: bytes | memoryview) -> Value:
    version = record_type(value)  # a value begins with an int16 just as a key does
    if not cls.VERSIONS[0] <= version <= cls.VERSIONS[1]:
        raise ProtocolError(f"{cls.__name__} version {version} is not known")
    message, _ = decode(cls, version, value, _INT16.size)
    return message
