"""What is read and written by hand is what the generated code reads and writes; what is not usual is left to it."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest

from kafkalite.wire import usual_produce
from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.header import read_client_id
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkalite.wire.record_batch import TRANSACTIONAL, build_batch
from kafkalite.wire.usual_produce import FLEXIBLE, TOPIC_IDS, UsualProduce

VERSIONS = range(FLEXIBLE, 14)
FRONT, BEHIND = b"front", b"behind"


def mostly(random: Random, usual: Any, *rare: Any) -> Any:
    return usual if random.random() < 0.9 else random.choice(rare)


def batch(size: int, attributes: int = 0) -> bytes:
    return bytes(build_batch([(None, bytes(size))], 7, attributes=attributes))


def request(random: Random) -> ProduceRequest:
    def partition() -> ProduceRequest.PartitionProduceData:
        whole = batch(random.choice([0, 1, 50, 60, 70, 20_000]))
        other = (
            None,
            b"",
            whole[:-1],
            whole + b"1",
            whole + whole,
            batch(1, TRANSACTIONAL),
            whole[:16] + b"1" + whole[17:],
        )
        return ProduceRequest.PartitionProduceData(index=mostly(random, 3, -1), records=mostly(random, whole, *other))

    def topic() -> ProduceRequest.TopicProduceData:
        return ProduceRequest.TopicProduceData(
            name=mostly(random, "topic", "", "ü" * 63, "ü" * 64, "x" * 249),
            topic_id=random.randbytes(16),
            partition_data=[partition() for _ in range(mostly(random, 1, 0, 2))],
        )

    return ProduceRequest(
        transactional_id=mostly(random, None, "", "id"),
        acks=mostly(random, random.choice([-1, 0, 1]), 2, -2),
        timeout_ms=30_000,
        topic_data=[topic() for _ in range(mostly(random, 1, 0, 2))],
    )


def client_id(random: Random) -> bytes:
    size = mostly(random, random.choice([-1, 0, 7, 40]), -2, 32_767)
    tagged = mostly(random, b"\0", b"\1\0\0", b"\xff")
    return struct.pack(">h", size) + random.randbytes(max(0, min(size, 100))) + bytes(tagged)


def as_generated(data: bytes, end: int, version: int) -> UsualProduce | None:
    """Return what there is to know of the request as the generated code reads it, None for what is not usual."""
    try:
        _, body = read_client_id(data, len(FRONT), end, True)
        message, _ = decode(ProduceRequest, version, data, body, end)
    except ProtocolError:
        return None
    if message.transactional_id is not None or not -1 <= message.acks <= 1 or len(message.topic_data) != 1:
        return None
    [topic] = message.topic_data
    if len(topic.partition_data) != 1:
        return None
    records = topic.partition_data[0].records
    if not isinstance(records, memoryview) or len(records) < 62 or records[16] != 2 or records[22] & TRANSACTIONAL:
        return None
    if int.from_bytes(records[8:12], "big", signed=True) + 12 != len(records):
        return None
    key = topic.topic_id if version >= TOPIC_IDS else topic.name
    return key, topic.partition_data[0].index, message.acks, records


def by_hand(data: bytes, end: int, version: int) -> UsualProduce | None:
    return usual_produce.read(memoryview(data), len(FRONT), end, has_ids=version >= TOPIC_IDS)


def check(data: bytes, end: int, version: int) -> bool:
    """See that nothing is read that the generated code reads in another way; return whether it was usual."""
    found, expected = by_hand(data, end, version), as_generated(data, end, version)
    if found is not None:
        assert found == expected
    return found is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_requests_are_read_as_the_generated_code_reads_them(version: int) -> None:
    random = Random(version)
    usual = 0
    for _ in range(150):
        data = FRONT + client_id(random) + encode(request(random), version) + BEHIND
        end = len(data) - len(BEHIND)
        usual += check(data, end, version)
        for stop in (end + len(BEHIND), end + 9, end - 1, random.randrange(5, end)):
            check(data, stop, version)
        for _ in range(40):
            at = random.choice([random.randrange(5, min(end, 120)), random.randrange(max(5, end - 6), end)])
            check(data[:at] + random.randbytes(1) + data[at + 1 :], end, version)
    assert usual > 25


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["t", "x" * 126])
@pytest.mark.parametrize("client", [b"\0\0", b"\xff\xff", b"\0\x04test"])
@pytest.mark.parametrize("size", [0, 40, 60, 20_000])
def test_the_usual_is_read(version: int, name: str, client: bytes, size: int) -> None:
    partition = ProduceRequest.PartitionProduceData(index=1, records=batch(size))
    topic = ProduceRequest.TopicProduceData(name=name, topic_id=b"i" * 16, partition_data=[partition])
    body = encode(ProduceRequest(acks=1, topic_data=[topic]), version)
    data = FRONT + client + b"\0" + body
    key = b"i" * 16 if version >= TOPIC_IDS else name
    assert by_hand(data, len(data), version) == (key, 1, 1, memoryview(batch(size)))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["t", "x" * 126])
def test_the_answer_is_what_the_generated_code_writes(version: int, name: str) -> None:
    one = ProduceResponse.PartitionProduceResponse(
        index=3, base_offset=1 << 40, log_append_time_ms=-1, log_start_offset=7
    )
    topic = ProduceResponse.TopicProduceResponse(name=name, topic_id=b"i" * 16, partition_responses=[one])
    key = b"i" * 16 if version >= TOPIC_IDS else name
    written = usual_produce.answer(key, 3, 1 << 40, -1, 7)
    assert written == encode(ProduceResponse(responses=[topic]), version)
