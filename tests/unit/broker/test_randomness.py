"""Ids are well formed, differ, and are never one that Kafka or its tools would misread."""

from __future__ import annotations

import random
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable

from kafkalite.broker.randomness import Random


def dealt(*values: bytes) -> Callable[[int], bytes]:
    """A source of randomness that deals these values, in order."""
    rest = iter(values)
    return lambda size: next(rest)


def test_a_uuid_is_sixteen_bytes_and_another_every_time() -> None:
    ids = {Random().uuid() for _ in range(200)}
    assert {len(value) for value in ids} == {16}
    assert len(ids) == 200


def test_a_uuid_is_of_version_4_as_those_of_kafka() -> None:
    value = uuid.UUID(bytes=Random().uuid())
    assert (value.version, value.variant) == (4, uuid.RFC_4122)


def test_a_uuid_whose_text_begins_with_a_dash_is_thrown_away() -> None:
    dash = urlsafe_b64decode("-AAAAAAAQACAAAAAAAAAAA==")
    good = urlsafe_b64decode("aAAAAAAAQACAAAAAAAAAAA==")
    assert Random(dealt(dash, good)).uuid() == good


def test_uuid_text_is_what_str_of_a_uuid4_is() -> None:
    text = Random().uuid_text()
    assert str(uuid.UUID(text)) == text
    assert uuid.UUID(text).version == 4


def test_a_session_id_is_a_positive_int32() -> None:
    assert Random(dealt(b"\x00\x00\x00\x00", b"\x80\x00\x00\x00", b"\xff\xff\xff\xff")).session_id() == 2**31 - 1
    assert all(0 < Random().session_id() < 2**31 for _ in range(200))


def test_the_same_seed_gives_the_same_ids() -> None:
    first, second = (Random(random.Random(7).randbytes) for _ in range(2))
    assert [first.uuid(), first.uuid_text(), first.session_id()] == [
        second.uuid(),
        second.uuid_text(),
        second.session_id(),
    ]
