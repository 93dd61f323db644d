"""Decoders: where Kafka is lenient, and what they refuse."""

from __future__ import annotations

import struct
import tracemalloc

import pytest

from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.decoder import MAX_ELEMENTS, MAX_TAGGED_FIELDS
from kafkalite.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest
from kafkalite.wire.messages.consumer_offsets import ConsumerGroupMemberMetadataValue
from kafkalite.wire.messages.describe_groups import DescribeGroupsRequest
from kafkalite.wire.messages.describe_topic_partitions import DescribeTopicPartitionsRequest
from kafkalite.wire.messages.fetch import FetchRequest
from kafkalite.wire.messages.headers import RequestHeader
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.metadata import MetadataRequest
from kafkalite.wire.messages.produce import ProduceRequest
from kafkalite.wire.messages.sasl_authenticate import SaslAuthenticateRequest

NO_TAGS = b"\0"


def heartbeat(tags: bytes) -> bytes:
    """A flexible Heartbeat up to its tagged fields, and those."""
    return b"\2g" + b"\0\0\0\5" + b"\2m" + b"\0" + tags


def fetch_v15(tags: bytes) -> bytes:
    return struct.pack(">iiibii", 500, 1, 100, 0, 0, -1) + b"\1" + b"\1" + b"\1" + tags


# Kafka's lenient cases


@pytest.mark.parametrize("size", [-1, -2, -32768])
def test_any_negative_string_length_is_null(size: int) -> None:
    data = b"\0\1g" + b"\0\0\0\5" + b"\0\1m" + struct.pack(">h", size)
    assert decode(HeartbeatRequest, 3, data)[0].group_instance_id is None


@pytest.mark.parametrize("count", [-1, -2, -(2**31)])
def test_any_negative_array_length_is_null(count: int) -> None:
    assert decode(MetadataRequest, 1, struct.pack(">i", count))[0].topics is None


@pytest.mark.parametrize("size", [-1, -2])
def test_any_negative_bytes_length_is_null(size: int) -> None:
    data = b"\xff\xff" + struct.pack(">hiiii", 1, 1000, 1, 0, 0)[:6] + struct.pack(">i", 1)
    data += b"\0\1t" + struct.pack(">iii", 1, 0, size)
    assert decode(ProduceRequest, 3, data)[0].topic_data[0].partition_data[0].records is None


def test_a_uvarint_zero_is_null() -> None:
    assert decode(MetadataRequest, 9, b"\0" + b"\1\0\0" + NO_TAGS)[0].topics is None


@pytest.mark.parametrize("byte", [-1, -128])
def test_a_negative_byte_is_a_null_struct(byte: int) -> None:
    data = b"\1" + b"\0\0\0\1" + struct.pack(">b", byte) + NO_TAGS
    assert decode(DescribeTopicPartitionsRequest, 0, data)[0].cursor is None


def test_any_other_byte_is_a_struct() -> None:
    data = b"\1" + b"\0\0\0\1" + b"\0" + b"\2t\0\0\0\7\0" + NO_TAGS
    cursor = decode(DescribeTopicPartitionsRequest, 0, data)[0].cursor
    assert cursor == DescribeTopicPartitionsRequest.Cursor(topic_name="t", partition_index=7)


@pytest.mark.parametrize(("byte", "expected"), [(0, False), (1, True), (2, True), (255, True)])
def test_any_byte_but_zero_is_true(byte: int, expected: bool) -> None:
    message, _ = decode(MetadataRequest, 4, b"\0\0\0\0" + bytes([byte]))
    assert message.allow_auto_topic_creation is expected


def test_invalid_utf8_becomes_replacement_characters() -> None:
    message, _ = decode(MetadataRequest, 1, b"\0\0\0\1" + b"\0\4a\xff\xfeb")
    assert message.topics is not None
    assert message.topics[0].name == "a\ufffd\ufffdb"


def test_bytes_behind_the_message_are_left_alone() -> None:
    assert decode(MetadataRequest, 1, b"\0\0\0\0" + b"behind")[1] == 4


def test_unknown_tagged_fields_are_skipped() -> None:
    tags = b"\3" + b"\0\2ab" + b"\x07\0" + b"\xff\xff\x7f\x80\x01" + bytes(128)
    message, position = decode(HeartbeatRequest, 4, heartbeat(tags))
    assert message == HeartbeatRequest(group_id="g", generation_id=5, member_id="m")
    assert position == len(heartbeat(tags))


def test_tagged_fields_may_be_unknown_out_of_order_and_repeated() -> None:
    state = b"\1\x0d" + struct.pack(">iq", 4, 5) + NO_TAGS
    tags = b"\5" + state + b"\x09\1x" + b"\0\2\2a" + b"\1\x0d" + struct.pack(">iq", 6, 7) + NO_TAGS + b"\0\2\2b"
    message, _ = decode(FetchRequest, 15, fetch_v15(tags))
    assert message.cluster_id == "b"
    assert message.replica_state == FetchRequest.ReplicaState(replica_id=6, replica_epoch=7)


def test_a_uvarint_may_be_longer_than_needed() -> None:
    assert decode(HeartbeatRequest, 4, b"\x82\0g" + heartbeat(b"\x80\0")[2:])[0].group_id == "g"
    assert decode(HeartbeatRequest, 4, b"\x82\x80\x80\x80\0g" + heartbeat(NO_TAGS)[2:])[0].group_id == "g"


def test_an_absent_tagged_struct_is_none() -> None:
    assert decode(FetchRequest, 15, fetch_v15(NO_TAGS))[0].replica_state is None


def test_a_nullable_tagged_struct_is_null_only_if_it_says_so() -> None:
    start = encode(ConsumerGroupMemberMetadataValue(client_id="c"), 0)[:-1]
    assert decode(ConsumerGroupMemberMetadataValue, 0, start + b"\1\0\1\0")[0].classic_member_metadata is None
    absent = decode(ConsumerGroupMemberMetadataValue, 0, start + NO_TAGS)[0].classic_member_metadata
    assert absent == ConsumerGroupMemberMetadataValue.ClassicMemberMetadata()


def test_the_client_id_of_a_flexible_header_is_not_compact() -> None:
    message, _ = decode(RequestHeader, 2, b"\0\x12\0\3" + b"\0\0\0\7" + b"\0\2me" + NO_TAGS)
    assert message.client_id == "me"


# What is refused


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe"])
def test_null_for_a_field_that_is_not_nullable(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="MetadataRequest v0: topics must not be null"):
        decode(MetadataRequest, 0, data)


def test_null_for_a_compact_field_that_is_not_nullable() -> None:
    with pytest.raises(ProtocolError, match="group_id must not be null"):
        decode(HeartbeatRequest, 4, b"\0" + heartbeat(NO_TAGS)[2:])


def test_null_as_an_element() -> None:
    with pytest.raises(ProtocolError, match="groups must not be null"):
        decode(DescribeGroupsRequest, 0, struct.pack(">ih", 1, -1))


def test_a_uvarint_of_more_than_five_bytes() -> None:
    with pytest.raises(ProtocolError, match="more than five bytes"):
        decode(HeartbeatRequest, 4, b"\x82\x80\x80\x80\x80\0g" + heartbeat(NO_TAGS)[2:])


def test_a_compact_string_longer_than_kafka_allows() -> None:
    with pytest.raises(ProtocolError, match="32768 bytes"):
        decode(HeartbeatRequest, 4, b"\x81\x80\x02" + b"x" * 32768 + heartbeat(NO_TAGS)[2:])
    assert (
        decode(HeartbeatRequest, 4, b"\x80\x80\x02" + b"x" * 32767 + heartbeat(NO_TAGS)[2:])[0].group_id == "x" * 32767
    )


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param(b"\2\0\0", id="more than half of the bytes left"),
        pytest.param(bytes([MAX_TAGGED_FIELDS + 1]) + bytes(400), id="more than we take"),
        pytest.param(b"\xff\xff\xff\xff\x07" + bytes(400), id="two thousand million"),
        pytest.param(b"\1\0\5abcd", id="longer than the message"),
        pytest.param(b"\1\0\xff\xff\xff\xff\x0fabcd", id="four thousand million bytes"),
        pytest.param(b"\1\x80\x80\x80\x80\x80\x01\0", id="a tag of six bytes"),
        pytest.param(b"\1\x80", id="cut in a tag"),
        pytest.param(b"", id="none"),
    ],
)
def test_tagged_fields_that_cannot_be(tags: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(HeartbeatRequest, 4, heartbeat(tags))
    with pytest.raises(ProtocolError):
        decode(FetchRequest, 15, fetch_v15(tags))


def test_a_tagged_field_of_another_size_than_its_content() -> None:
    for size in (1, 3):
        with pytest.raises(ProtocolError, match="cluster_id has another size"):
            decode(FetchRequest, 15, fetch_v15(b"\1\0" + bytes([size]) + b"\2abc"))


@pytest.mark.parametrize("count", [2, 100, 2**31 - 1])
def test_a_count_that_the_bytes_left_cannot_hold(count: int) -> None:
    with pytest.raises(ProtocolError, match="more elements"):
        decode(DescribeGroupsRequest, 0, struct.pack(">ihb", count, 0, 0))


def test_claims_allocate_nothing() -> None:
    bombs = [
        (DescribeGroupsRequest, 0, struct.pack(">i", 2**31 - 1)),
        (DescribeGroupsRequest, 5, b"\xff\xff\xff\xff\x0f"),
        (SaslAuthenticateRequest, 0, struct.pack(">i", 2**31 - 1)),
        (SaslAuthenticateRequest, 2, b"\xff\xff\xff\xff\x0f"),
        (AddPartitionsToTxnRequest, 0, b"\0\0" + bytes(10) + struct.pack(">ihi", 1, 0, 2**31 - 1)),
    ]
    for cls, version, data in bombs:
        with pytest.raises(ProtocolError):
            decode(cls, version, data)  # makes the decoder
        tracemalloc.start()
        with pytest.raises(ProtocolError):
            decode(cls, version, data + bytes(100))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20_000


def test_elements_are_counted_over_the_whole_message() -> None:
    topic = b"\0\1t" + struct.pack(">i", 100_000) + bytes(400_000)
    head = b"\0\0" + bytes(10) + struct.pack(">i", MAX_ELEMENTS // 100_000)
    with pytest.raises(ProtocolError, match="more elements"):
        decode(AddPartitionsToTxnRequest, 0, head + topic * (MAX_ELEMENTS // 100_000))


def test_one_array_beyond_the_budget() -> None:
    with pytest.raises(ProtocolError, match="more elements"):
        decode(DescribeGroupsRequest, 0, struct.pack(">i", MAX_ELEMENTS + 1) + bytes(2 * MAX_ELEMENTS + 100))
