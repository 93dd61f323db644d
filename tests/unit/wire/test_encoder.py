"""Encoders: what is left out, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from kafkalite.wire.codec import decode, encode
from kafkalite.wire.encoder import EncodeError, pack_uvarint
from kafkalite.wire.message import Message
from kafkalite.wire.messages.api_versions import ApiVersionsResponse
from kafkalite.wire.messages.consumer_offsets import ConsumerGroupMemberMetadataValue
from kafkalite.wire.messages.describe_topic_partitions import DescribeTopicPartitionsRequest
from kafkalite.wire.messages.fetch import FetchResponse
from kafkalite.wire.messages.get_telemetry_subscriptions import GetTelemetrySubscriptionsRequest
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.metadata import MetadataRequest
from kafkalite.wire.messages.offset_for_leader_epoch import OffsetForLeaderEpochResponse
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse


@pytest.mark.parametrize(
    ("value", "packed"),
    [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\1"), (16383, b"\xff\x7f"), (2**32 - 1, b"\xff\xff\xff\xff\x0f")],
)
def test_a_uvarint_has_seven_bits_a_byte(value: int, packed: bytes) -> None:
    assert pack_uvarint(value) == packed


@pytest.mark.parametrize("size", [0, 1, 126, 127, 128, 16382, 16383, 16384, 32767])
def test_lengths_around_the_borders_of_a_uvarint(size: int) -> None:
    message = HeartbeatRequest(group_id="x" * size)
    data = encode(message, 4)
    assert data.startswith(pack_uvarint(size + 1) + b"x" * size)
    assert decode(HeartbeatRequest, 4, data) == (message, len(data))


def test_tagged_fields_with_their_default_are_left_out() -> None:
    plain = encode(ApiVersionsResponse(), 3)
    assert plain[-1] == 0
    assert encode(ApiVersionsResponse(finalized_features_epoch=-1, supported_features=[]), 3) == plain
    assert (
        encode(ApiVersionsResponse(finalized_features_epoch=7), 3) == plain[:-1] + b"\1" + b"\1\x08" + bytes(7) + b"\7"
    )


def test_a_tagged_struct_with_nothing_but_defaults_is_left_out() -> None:
    def response(leader: FetchResponse.LeaderIdAndEpoch | None) -> bytes:
        partition = FetchResponse.PartitionData(current_leader=leader)
        topic = FetchResponse.FetchableTopicResponse(partitions=[partition])
        return encode(FetchResponse(responses=[topic]), 12)

    assert response(FetchResponse.LeaderIdAndEpoch()) == response(None)
    assert len(response(FetchResponse.LeaderIdAndEpoch(leader_id=0))) > len(response(None))


def test_a_null_tagged_struct_is_said_if_null_is_not_the_default() -> None:
    assert encode(ConsumerGroupMemberMetadataValue(), 0).endswith(b"\0")
    assert encode(ConsumerGroupMemberMetadataValue(classic_member_metadata=None), 0).endswith(b"\1\0\1\0")


def test_a_nullable_struct() -> None:
    assert encode(DescribeTopicPartitionsRequest(), 0) == b"\1" + b"\0\0\x07\xd0" + b"\xff" + b"\0"
    cursor = DescribeTopicPartitionsRequest.Cursor(topic_name="t", partition_index=1)
    assert encode(DescribeTopicPartitionsRequest(cursor=cursor), 0).endswith(b"\1" + b"\2t\0\0\0\1\0" + b"\0")


def test_null_only_in_versions_that_allow_it() -> None:
    assert encode(MetadataRequest(topics=None), 1) == b"\xff\xff\xff\xff"
    with pytest.raises(EncodeError, match="topics is None"):
        encode(MetadataRequest(topics=None), 0)


def topic(**values: Any) -> ProduceRequest:
    return ProduceRequest(topic_data=[ProduceRequest.TopicProduceData(**values)])


@pytest.mark.parametrize(
    ("message", "version", "what"),
    [
        (HeartbeatRequest(group_id=None), 4, "group_id is None"),  # type: ignore[arg-type]
        (HeartbeatRequest(group_id=b"g"), 3, "group_id is b'g'"),  # type: ignore[arg-type]
        (HeartbeatRequest(generation_id=None), 3, "generation_id is None"),  # type: ignore[arg-type]
        (HeartbeatRequest(generation_id=2**31), 3, "argument out of range|format requires"),
        (HeartbeatRequest(group_id="x" * 32768), 3, "format requires"),
        (HeartbeatRequest(group_id="x" * 32768), 4, "too long"),
        (MetadataRequest(allow_auto_topic_creation=None), 4, "allow_auto_topic_creation is None"),  # type: ignore[arg-type]
        (topic(topic_id=b"short"), 13, r"topic_data\[0\]\.topic_id has 5 bytes, not 16"),
        (topic(topic_id="x" * 16), 13, r"topic_data\[0\]\.topic_id is 'xxxxxxxxxxxxxxxx'"),
        (topic(partition_data=None), 13, r"topic_data\[0\]\.partition_data is None, not a list"),
        (topic(partition_data=[None]), 9, r"partition_data\[0\] is None, not a PartitionProduceData"),
        (ProduceResponse(responses=[None]), 9, r"responses\[0\] is None, not a TopicProduceResponse"),  # type: ignore[list-item]
        (GetTelemetrySubscriptionsRequest(client_instance_id=bytes(15)), 0, "client_instance_id has 15 bytes"),
        (OffsetForLeaderEpochResponse(topics=7), 2, "topics is 7, not a list"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_is_named(message: Message, version: int, what: str) -> None:
    with pytest.raises(EncodeError, match=what):
        encode(message, version)
