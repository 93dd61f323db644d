"""Messages as plain values: every message of every version comes back from its JSON."""

from __future__ import annotations

import json
from random import Random

import pytest

from kafkalite.wire.codec import decode, encode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.fetch import FetchRequest
from kafkalite.wire.messages.sasl_authenticate import SaslAuthenticateRequest
from scripts.recording.plain import from_plain, to_plain
from tests.unit.wire.messages.samples import message_classes, sample, versions

CLASSES = {name: cls for name, cls in message_classes().items() if name.endswith(("Request", "Response"))}


@pytest.mark.parametrize("name", CLASSES)
def test_messages_come_back(name: str) -> None:
    cls, random = CLASSES[name], Random(name)
    for version in versions(cls):
        for _ in range(5):
            message, _ = decode(cls, version, encode(sample(cls, version, random), version))
            plain = json.loads(json.dumps(to_plain(message, version, whole=True)))
            assert from_plain(cls, version, plain) == message


def test_what_a_version_does_not_have_is_left_out() -> None:
    topic = FetchRequest.FetchTopic(topic="t", topic_id=bytes(15) + b"\1", partitions=[])
    old, new = (to_plain(FetchRequest(topics=[topic]), version) for version in (4, 18))
    assert old["topics"] == [{"topic": "t", "partitions": []}]
    assert new["topics"] == [{"topic_id": "AAAAAAAAAAAAAAAAAAAAAQ", "partitions": []}]
    assert "cluster_id" not in new  # tagged, and null by default


def test_secrets_are_shown_only_in_what_is_whole() -> None:
    login = SaslAuthenticateRequest(auth_bytes=b"password")
    assert to_plain(login, 0) == {"auth_bytes": "<secret>"}
    assert to_plain(login, 0, whole=True) == {"auth_bytes": "password"}


def test_an_unknown_field_is_refused() -> None:
    plain = to_plain(FetchRequest(), 4) | {"max_weight": 1}
    with pytest.raises(ValueError, match="FetchRequest v4 has no max_weight"):
        from_plain(FetchRequest, 4, plain)


def test_every_message_is_tried() -> None:
    assert len(CLASSES) > 150
    assert all(issubclass(cls, Message) for cls in CLASSES.values())
