"""What consumers say in their JoinGroup metadata, as far as a broker must know it: which topics they consume.

int16 version | topics, then more in later versions; every version begins as version 0 does
"""

from __future__ import annotations

from collections.abc import Iterable

from kafkalite.wire.codec import ProtocolError, decode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolSubscription

_VERSION_SIZE = 2


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
    if len(metadata) < _VERSION_SIZE or metadata[0] & 0x80:  # no version, or a negative one
        return None
    try:
        subscription, _ = decode(ConsumerProtocolSubscription, 0, metadata, _VERSION_SIZE)
    except ProtocolError:
        return None
    return subscription.topics
