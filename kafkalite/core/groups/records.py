"""The records of `__consumer_offsets`: Kafka's formats, in and out.

    key    int16 record type | the key message, version 0
    value  int16 version     | the value message in that version; no value at all deletes

We write what Kafka 4.4 writes: offset commits (type 1) as value version 4, or 1 when the client sent a retention
time; classic groups (type 2) as value version 3; consumer groups (types 3 to 8 and 16) as value version 0, of type 4,
which only older brokers wrote, the deletion. We read every version of all of them. To `decode_record` any other type
is None: share and streams groups keep their records in the same topic.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from kafkalite.core.effects import KeyedRecord
from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue,
    ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue,
    ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue,
    ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue,
    ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue,
    GroupMetadataKey,
    GroupMetadataValue,
    OffsetCommitKey,
    OffsetCommitValue,
)

_INT16 = struct.Struct(">h")


class OffsetStored(NamedTuple):
    """A committed offset is now this; None: deleted."""

    key: OffsetCommitKey
    value: OffsetCommitValue | None

    @property
    def group_id(self) -> str:
        return self.key.group


class PendingStored(NamedTuple):
    """A producer committed an offset in its transaction, which is open: what that will be if it is committed.

    The record is that of `offset`, in a transactional batch of the producer.
    """

    producer_id: int
    offset: OffsetStored

    @property
    def group_id(self) -> str:
        return self.offset.group_id

    @property
    def value(self) -> OffsetCommitValue | None:
        return self.offset.value


class GroupStored(NamedTuple):
    """A classic group is now this; None: deleted."""

    key: GroupMetadataKey
    value: GroupMetadataValue | None

    @property
    def group_id(self) -> str:
        return self.key.group


ConsumerGroupKey = (
    ConsumerGroupMetadataKey
    | ConsumerGroupPartitionMetadataKey
    | ConsumerGroupMemberMetadataKey
    | ConsumerGroupTargetAssignmentMetadataKey
    | ConsumerGroupTargetAssignmentMemberKey
    | ConsumerGroupCurrentMemberAssignmentKey
    | ConsumerGroupRegularExpressionKey
)


class ConsumerGroupStored(NamedTuple):
    """One part of a consumer group, which the key names, is now this; None: deleted.

    The value is of the key's record type.
    """

    key: ConsumerGroupKey
    value: Any

    @property
    def group_id(self) -> str:
        return self.key.group_id


Change = OffsetStored | PendingStored | GroupStored | ConsumerGroupStored
"""What one record says. Applying it is the only way in which stored state changes, live or at a restart."""


class _Format(NamedTuple):
    """Records of one type: the key, the value and the version we write it in, and what the two together say."""

    key: type[Message]
    value: type[Message]
    version: int
    change: type[Change]


def _of_consumer_groups(key: type[Message], value: type[Message]) -> _Format:
    return _Format(key, value, 0, ConsumerGroupStored)


_FORMATS = {
    one.key.RECORD_TYPE: one
    for one in (
        _Format(OffsetCommitKey, OffsetCommitValue, 4, OffsetStored),
        _Format(GroupMetadataKey, GroupMetadataValue, 3, GroupStored),
        _of_consumer_groups(ConsumerGroupMetadataKey, ConsumerGroupMetadataValue),
        _of_consumer_groups(ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue),
        _of_consumer_groups(ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue),
        _of_consumer_groups(ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue),
        _of_consumer_groups(ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue),
        _of_consumer_groups(ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue),
        _of_consumer_groups(ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue),
    )
}

_OFFSET_VERSION_WITH_EXPIRY = 1


def encode_record(change: Change) -> KeyedRecord:
    """Return the record that says `change`."""
    if isinstance(change, PendingStored):
        change = change.offset
    key = _INT16.pack(change.key.RECORD_TYPE) + encode(change.key, 0)
    if change.value is None:
        return KeyedRecord(key, None)
    version = _FORMATS[change.key.RECORD_TYPE].version
    if isinstance(change, OffsetStored) and change.value.expire_timestamp >= 0:
        version = _OFFSET_VERSION_WITH_EXPIRY
    return KeyedRecord(key, _INT16.pack(version) + encode(change.value, version))


def record_type(key: bytes | memoryview) -> int:
    """Return the type a record's key begins with; -1 for a key too short to have one."""
    return int(_INT16.unpack_from(key)[0]) if len(key) >= _INT16.size else -1


def decode_record(
    key: bytes | memoryview, value: bytes | memoryview | None
) -> OffsetStored | GroupStored | ConsumerGroupStored | None:
    """Return what a record says, None for a type that is not ours. Raises ProtocolError if it makes no sense."""
    known = _FORMATS.get(record_type(key))
    if known is None:
        return None
    decoded, _ = decode(known.key, 0, key, _INT16.size)
    make: Any = known.change
    change: OffsetStored | GroupStored | ConsumerGroupStored = make(
        decoded, None if value is None else _decode_value(known.value, value)
    )
    return change


def _decode_value(cls: type[Message], value: bytes | memoryview) -> Message:
    version = record_type(value)  # a value begins with an int16 just as a key does
    if not cls.VERSIONS[0] <= version <= cls.VERSIONS[1]:
        raise ProtocolError(f"{cls.__name__} version {version} is not known")
    message, _ = decode(cls, version, value, _INT16.size)
    return message
