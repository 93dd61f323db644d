"""What consumers say they consume."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.subscription import all_subscribed_topics, subscribed_topics
from kafkalite.wire.codec import encode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolSubscription


def metadata(version: int, *topics: str) -> bytes:
    return version.to_bytes(2) + encode(ConsumerProtocolSubscription(topics=list(topics)), min(version, 3))


@pytest.mark.parametrize("version", [0, 1, 2, 3, 9])
def test_every_version_begins_as_the_first(version: int) -> None:
    assert subscribed_topics(metadata(version, "a", "b")) == ["a", "b"]


@pytest.mark.parametrize(
    "broken", [b"", b"\0", b"\0\0", b"\xff\xff" + metadata(0, "a")[2:], metadata(0, "abc")[:9], b"r"]
)
def test_what_makes_no_sense(broken: bytes) -> None:
    assert subscribed_topics(broken) is None


def test_all_members_together() -> None:
    assert all_subscribed_topics([metadata(0, "a"), metadata(1, "b", "a")]) == {"a", "b"}
    assert all_subscribed_topics([metadata(0, "a"), b""]) is None
    assert all_subscribed_topics([]) == set()
