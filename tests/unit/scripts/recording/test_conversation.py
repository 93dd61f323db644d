"""One connection: what is said becomes lines, addresses are replaced, and what cannot be read passes unchanged."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from kafkalite.wire.codec import Message, decode, encode
from kafkalite.wire.header import response_header
from kafkalite.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkalite.wire.messages.fetch import FetchResponse
from kafkalite.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkalite.wire.messages.metadata import MetadataRequest, MetadataResponse
from kafkalite.wire.messages.produce import ProduceRequest
from kafkalite.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from scripts.recording.conversation import ADDRESSES, Conversation, apis, brokers_in
from tests.unit.server import sockets

OURS = ("proxy", 1)


def frame(message: Message, version: int, correlation_id: int = 7) -> bytes:
    return sockets.frame(message, version, correlation_id)[4:]


def answer(message: Message, version: int, correlation_id: int = 7, *, flexible: bool = False) -> bytes:
    return response_header(correlation_id, flexible) + encode(message, version)


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(lambda broker: OURS)


def test_a_request_and_its_answer(conversation: Conversation) -> None:
    asked = conversation.request(frame(MetadataRequest(topics=[]), 9))
    assert asked["from"] == "client"
    assert [asked[name] for name in ("api", "version", "id", "client_id")] == ["Metadata", 9, 7, "test"]
    assert asked["fields"]["topics"] == []

    broker = MetadataResponse.MetadataResponseBroker(node_id=1, host="kafka", port=9092)
    said, passed = conversation.answer(answer(MetadataResponse(brokers=[broker], cluster_id="c"), 9, flexible=True))
    assert (said["from"], said["api"], said["version"], said["id"]) == ("broker", "Metadata", 9, 7)
    assert said["fields"]["brokers"] == [{"node_id": 1, "host": "kafka", "port": 9092, "rack": None}]
    response, end = decode(MetadataResponse, 9, passed, 5)
    assert [(one.host, one.port) for one in response.brokers] == [OURS]
    assert (response.cluster_id, end) == ("c", len(passed))


@pytest.mark.parametrize("version", [3, 6])
def test_the_place_of_a_coordinator_is_replaced_if_there_is_one(conversation: Conversation, version: int) -> None:
    conversation.request(frame(FindCoordinatorRequest(key="g", coordinator_keys=["g"]), version))
    coordinators = [
        FindCoordinatorResponse.Coordinator(key="g", host="kafka", port=9092),
        FindCoordinatorResponse.Coordinator(key="h", host="", port=-1, error_code=15),
    ]
    response = FindCoordinatorResponse(host="kafka", port=9092, coordinators=coordinators)
    _, passed = conversation.answer(answer(response, version, flexible=True))
    moved, _ = decode(FindCoordinatorResponse, version, passed, 5)
    found = [(one.host, one.port) for one in (moved.coordinators if version == 6 else [moved])]
    assert found == ([OURS, ("", -1)] if version == 6 else [OURS])


def test_every_array_of_addresses_exists() -> None:
    by_name = {api.name: api for api in apis().values()}
    for name in ADDRESSES:
        assert list(brokers_in(name, by_name[name].response())) == ([] if name != "FindCoordinator" else [_any()])


def _any() -> Any:
    class Anything:
        def __eq__(self, other: object) -> bool:
            return True

    return Anything()


def test_an_answer_without_addresses_passes_as_it_is(conversation: Conversation) -> None:
    conversation.request(frame(ApiVersionsRequest(), 3))
    original = answer(ApiVersionsResponse(), 3)
    said, passed = conversation.answer(original)
    assert passed is original
    assert said["fields"]["api_keys"] == []


def test_a_refused_version_is_answered_in_version_0(conversation: Conversation) -> None:
    conversation.request(struct.pack(">hhih", 18, 99, 7, -1))
    said, _ = conversation.answer(answer(ApiVersionsResponse(error_code=35), 0))
    assert (said["api"], said["version"], said["fields"]["error_code"]) == ("ApiVersions", 0, 35)


@pytest.mark.parametrize(
    ("request_frame", "reason"),
    [
        (b"", "shorter than its header"),
        (struct.pack(">hhih", 999, 0, 7, -1), "no API with key 999"),
        (struct.pack(">hhih", 3, 99, 7, -1), "MetadataRequest has versions 0-13"),
        (struct.pack(">hhih", 3, 1, 7, -1) + b"\0\0\0", "ends early"),
        (struct.pack(">hhih", 3, 1, 7, 50), "client_id is longer"),
        (frame(MetadataRequest(), 1) + b"more", "4 bytes behind the message"),
    ],
)
def test_what_cannot_be_read_has_its_bytes_and_a_reason(
    conversation: Conversation, request_frame: bytes, reason: str
) -> None:
    said = conversation.request(request_frame)
    assert reason in said["reason"]
    assert request_frame.hex().endswith(said["hex"])


@pytest.mark.parametrize("answer_frame", [b"", b"\0\0\0\7", b"\0\0\0\7\0", b"\0\0\0\x09\0\0"])
def test_an_answer_that_cannot_be_read_passes_unchanged(conversation: Conversation, answer_frame: bytes) -> None:
    conversation.request(frame(MetadataRequest(), 9))
    said, passed = conversation.answer(answer_frame)
    assert passed is answer_frame
    assert said["hex"] == answer_frame.hex()
    assert said["reason"]


def test_an_answer_with_tags_in_its_header_passes_unchanged(conversation: Conversation) -> None:
    conversation.request(frame(MetadataRequest(), 9))
    tagged = b"\0\0\0\7\1\0\1x" + encode(MetadataResponse(), 9)
    said, passed = conversation.answer(tagged)
    assert passed is tagged
    assert "tagged fields" in said["reason"]


def test_produce_without_an_answer_waits_for_none(conversation: Conversation) -> None:
    conversation.request(frame(ProduceRequest(acks=0), 9, 7))
    conversation.request(frame(MetadataRequest(), 1, 7))
    said, _ = conversation.answer(answer(MetadataResponse(), 1))
    assert said["api"] == "Metadata"


def test_tokens_behind_an_old_handshake_are_not_read_as_requests(conversation: Conversation) -> None:
    conversation.request(frame(SaslHandshakeRequest(mechanism="PLAIN"), 0))
    said, _ = conversation.answer(answer(SaslHandshakeResponse(), 0))
    assert said["fields"]["error_code"] == 0
    assert conversation.request(b"\0user\0password") == {"from": "client", "reason": "a token of SASL: not shown"}
    assert conversation.answer(b"any")[0] == {"from": "broker", "reason": "a token of SASL: not shown"}


def test_long_records_are_kept_when_wanted_whole() -> None:
    from kafkalite.wire.messages.fetch import FetchRequest
    from kafkalite.wire.record_batch import build_batch

    records = memoryview(build_batch([(None, b"x" * 1000)], 0))
    partition = FetchResponse.PartitionData(records=records)
    response = FetchResponse(responses=[FetchResponse.FetchableTopicResponse(topic="t", partitions=[partition])])
    values = []
    for whole in (False, True):
        conversation = Conversation(lambda broker: OURS, whole=whole)
        conversation.request(frame(FetchRequest(), 4))
        said, _ = conversation.answer(answer(response, 4))
        [batch] = said["fields"]["responses"][0]["partitions"][0]["records"]
        values.append(batch["records"][0]["value"])
    assert values == [{"bytes": 1000, "sha256": "44f8354494a5ba03"}, "x" * 1000]
