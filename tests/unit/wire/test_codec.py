"""The codec's functions: what they take, return and raise."""

from __future__ import annotations

import pytest

from kafkalite.wire.codec import EncodeError, ProtocolError, decode, decoder, encode, encode_parts, encoder
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.produce import ProduceRequest


def produce(records: bytes | memoryview) -> ProduceRequest:
    partition = ProduceRequest.PartitionProduceData(index=3, records=records)
    topic = ProduceRequest.TopicProduceData(name="t", partition_data=[partition])
    return ProduceRequest(acks=-1, timeout_ms=1000, topic_data=[topic])


def fetched(*records: FileSpan | bytes | None) -> FetchResponse:
    partitions = [FetchResponse.PartitionData(partition_index=i, records=span) for i, span in enumerate(records)]
    return FetchResponse(responses=[FetchResponse.FetchableTopicResponse(topic="t", partitions=partitions)])


class FileSpan:
    """Records in a file: they have a size and no bytes."""

    def __len__(self) -> int:
        return 300


def test_a_message_is_drawn_byte_by_byte() -> None:
    message = HeartbeatRequest(group_id="g", generation_id=5, member_id="mm", group_instance_id=None)
    assert encode(message, 3) == b"\0\1g" + b"\0\0\0\5" + b"\0\2mm" + b"\xff\xff"
    assert encode(message, 4) == b"\2g" + b"\0\0\0\5" + b"\3mm" + b"\0" + b"\0"


def test_decoding_starts_and_ends_where_it_is_told() -> None:
    message = HeartbeatRequest(group_id="g", generation_id=5, member_id="m")
    data = encode(message, 4)
    assert decode(HeartbeatRequest, 4, b"xx" + data + b"yyy", 2) == (message, 2 + len(data))
    assert decode(HeartbeatRequest, 4, bytearray(data), 0, len(data)) == (message, len(data))
    with pytest.raises(ProtocolError):
        decode(HeartbeatRequest, 4, data + b"yyy", 0, len(data) - 1)


def test_an_end_behind_the_data_is_no_way_out() -> None:
    data = encode(HeartbeatRequest(group_id="group"), 0)
    with pytest.raises(ProtocolError, match="HeartbeatRequest v0 ends early"):
        decode(HeartbeatRequest, 0, data[:-1], 0, 1000)


@pytest.mark.parametrize("make", [bytes, bytearray, lambda data: memoryview(bytearray(data))])
@pytest.mark.parametrize("version", [3, 9])
def test_decoded_records_are_a_view_of_the_input(make: type[bytes], version: int) -> None:
    data = make(encode(produce(b"records"), version))
    message, _ = decode(ProduceRequest, version, data)
    records = message.topic_data[0].partition_data[0].records
    assert isinstance(records, memoryview)
    assert records.tobytes() == b"records"
    assert records.obj is (data.obj if isinstance(data, memoryview) else data)


def test_records_go_out_as_the_object_they_are() -> None:
    first, second = FileSpan(), b"in memory"
    parts = encode_parts(fetched(first, b"", second), 12)
    assert parts[1] is first
    assert parts[3] is second
    assert len(parts) == 5
    whole = b"".join(bytes(300) if part is first else part for part in parts)  # type: ignore[misc]
    assert decode(FetchResponse, 12, whole)[0] == fetched(bytes(300), b"", second)


@pytest.mark.parametrize("version", [4, 12])
def test_null_and_empty_records_differ(version: int) -> None:
    message, _ = decode(FetchResponse, version, encode(fetched(None, b""), version))
    assert [partition.records for partition in message.responses[0].partitions] == [None, b""]


def test_a_field_that_the_version_lacks_is_dropped_and_comes_back_as_its_default() -> None:
    message = FetchRequest(max_wait_ms=1, rack_id="rack", session_id=9, session_epoch=4)
    again, _ = decode(FetchRequest, 4, encode(message, 4))
    assert (again.rack_id, again.session_id, again.session_epoch) == ("", 0, -1)
    assert again.max_wait_ms == 1


@pytest.mark.parametrize("version", [-1, 5])
def test_a_version_that_does_not_exist_is_our_mistake(version: int) -> None:
    with pytest.raises(ValueError, match="HeartbeatRequest has versions 0-4"):
        decoder(HeartbeatRequest, version)
    with pytest.raises(ValueError, match="HeartbeatRequest has versions 0-4"):
        encode(HeartbeatRequest(), version)


def test_functions_are_made_once() -> None:
    assert decoder(HeartbeatRequest, 4) is decoder(HeartbeatRequest, 4)
    assert encoder(HeartbeatRequest, 4) is encoder(HeartbeatRequest, 4)
    assert decoder(HeartbeatRequest, 4) is not decoder(HeartbeatRequest, 3)


def test_what_cannot_be_encoded_is_named() -> None:
    message = produce(b"")
    message.topic_data[0].name = None  # type: ignore[assignment]
    with pytest.raises(EncodeError, match=r"ProduceRequest v9 cannot be encoded: topic_data\[0\]\.name is None"):
        encode(message, 9)
    assert not issubclass(EncodeError, ProtocolError)
