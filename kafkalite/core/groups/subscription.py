"""What consumers of the classic protocol say and are told inside its opaque bytes, as far as a broker must know it.

    int16 version | the message in that version

Every version begins as the one before it does, so a version we do not know is read as the last one we do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import TypeVar

from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolAssignment, ConsumerProtocolSubscription

_VERSION = struct.Struct(">h")

M = TypeVar("M", ConsumerProtocolAssignment, ConsumerProtocolSubscription)


def all_subscribed_topics(metadata_of_members: Iterable[bytes]) -> set[str] | None:
    """Return every topic some member consumes, None as soon as one member's metadata makes no sense."""
    topics: set[str] = set()
    for metadata in metadata_of_members:
        one = subscribed_topics(metadata)
        if one is None:
            return None
        topics.update(one)
    return topics


def subscribed_topics(metadata: bytes) -> list[str] | None:
    """Return the topics in one member's metadata, None if it makes no sense."""
    subscription = _read(ConsumerProtocolSubscription, metadata, 0)
    return None if subscription is None else subscription.topics


def read_subscription(metadata: bytes) -> ConsumerProtocolSubscription | None:
    """Return what a member's metadata says, None if it makes no sense."""
    return _read(ConsumerProtocolSubscription, metadata, ConsumerProtocolSubscription.VERSIONS[1])


def read_assignment(assignment: bytes) -> ConsumerProtocolAssignment | None:
    """Return what a member was assigned, None if that makes no sense; no bytes are no partitions."""
    if not assignment:
        return ConsumerProtocolAssignment()
    return _read(ConsumerProtocolAssignment, assignment, ConsumerProtocolAssignment.VERSIONS[1])


def write_assignment(partitions: Mapping[str, Iterable[int]], metadata: bytes) -> bytes:
    """Return an assignment of partitions by topic name, in the version that a member's metadata is in."""
    version = min(_VERSION.unpack_from(metadata)[0], ConsumerProtocolAssignment.VERSIONS[1])
    topics = [
        ConsumerProtocolAssignment.TopicPartition(topic=topic, partitions=sorted(some))
        for topic, some in partitions.items()
    ]
    return _VERSION.pack(version) + encode(ConsumerProtocolAssignment(assigned_partitions=topics), version)


def _read(cls: type[M], data: bytes, highest: int) -> M | None:
    if len(data) < _VERSION.size or data[0] & 0x80:  # no version, or a negative one
        return None
    try:
        message, _ = decode(cls, min(_VERSION.unpack_from(data)[0], highest), data, _VERSION.size)
    except ProtocolError:
        return None
    return message
