"""Messages: equality, text, ids."""

from __future__ import annotations

import copy

import pytest

from kafkalite.wire.message import NEW, ZERO_UUID, uuid_from_text, uuid_to_text
from kafkalite.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from kafkalite.wire.messages.metadata import MetadataRequest
from kafkalite.wire.messages.produce import ProduceRequest
from kafkalite.wire.messages.sasl_authenticate import SaslAuthenticateRequest


def test_messages_are_equal_field_by_field() -> None:
    assert HeartbeatRequest(group_id="g") == HeartbeatRequest(group_id="g")
    assert HeartbeatRequest(group_id="g") != HeartbeatRequest(group_id="h")
    assert HeartbeatRequest() != HeartbeatResponse()
    assert HeartbeatRequest() != "a string"
    partition = ProduceRequest.PartitionProduceData
    assert partition(records=memoryview(b"abc")) == partition(records=b"abc")


def test_messages_are_not_hashable() -> None:
    with pytest.raises(TypeError):
        hash(HeartbeatRequest())


def test_messages_have_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        HeartbeatRequest().groupId = "g"  # type: ignore[attr-defined]


def test_messages_can_be_copied() -> None:
    message = MetadataRequest(topics=[MetadataRequest.MetadataRequestTopic(name="t")])
    assert copy.copy(message) == message
    deep = copy.deepcopy(message)
    assert deep == message
    assert deep.topics is not message.topics


def test_null_is_not_the_default_of_a_nullable_list() -> None:
    assert MetadataRequest().topics == []
    assert MetadataRequest(topics=None).topics is None


def test_the_text_names_every_field() -> None:
    text = "HeartbeatRequest(group_id='g', generation_id=5, member_id='', group_instance_id=None)"
    assert repr(HeartbeatRequest(group_id="g", generation_id=5)) == text


def test_the_text_holds_neither_records_nor_secrets() -> None:
    partition = ProduceRequest.PartitionProduceData(index=1, records=memoryview(bytes(65)))
    assert repr(partition) == "PartitionProduceData(index=1, records=<65 bytes>)"
    partition.records = b"short"
    assert repr(partition) == "PartitionProduceData(index=1, records=b'short')"
    assert (
        repr(SaslAuthenticateRequest(auth_bytes=b"\0user\0password")) == "SaslAuthenticateRequest(auth_bytes=<secret>)"
    )


def test_the_text_of_an_id_is_kafkas() -> None:
    uuid = bytes.fromhex("fbefbe00000000000000000000000001")
    assert uuid_to_text(uuid) == "----AAAAAAAAAAAAAAAAAQ"
    assert uuid_from_text("----AAAAAAAAAAAAAAAAAQ") == uuid
    assert uuid_to_text(ZERO_UUID) == "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 24, "not base64 at all!!!!!", "ключключключключключкл"])
def test_what_is_not_the_text_of_an_id(text: str) -> None:
    with pytest.raises(ValueError, match="is not the text of an id"):
        uuid_from_text(text)


def test_new_shows_itself_in_signatures() -> None:
    assert repr(NEW) == "NEW"
