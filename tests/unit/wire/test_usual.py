"""What is written by hand is what the generated code writes: usual, unusual or wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from kafkalite.wire import usual
from kafkalite.wire.encoder import EncodeError, make_encoder
from kafkalite.wire.message import Message, Part
from kafkalite.wire.messages.create_topics import CreateTopicsResponse
from kafkalite.wire.messages.fetch import FetchResponse

FETCH = range(4, 19)
CREATE_TOPICS = range(2, 8)


def mostly(random: Random, usual: Any, *rare: Any) -> Any:
    return usual if random.random() < 0.9 else random.choice(rare)


def fetch_response(random: Random) -> FetchResponse:
    def partition() -> FetchResponse.PartitionData:
        size = random.choice([0, 0, 1, 126, 127, 128, 20_000])
        one = FetchResponse.PartitionData(
            partition_index=mostly(random, 3, -1, 1 << 33),
            error_code=mostly(random, 0, 3),
            high_watermark=mostly(random, 1 << 40, -1),
            last_stable_offset=5,
            log_start_offset=0,
            aborted_transactions=random.choice([None, []]),
            records=mostly(random, random.randbytes(size), None),
        )
        if random.random() < 0.1:
            one.aborted_transactions = [FetchResponse.AbortedTransaction(producer_id=1, first_offset=2)]
        if random.random() < 0.1:
            one.diverging_epoch = FetchResponse.EpochEndOffset(epoch=mostly(random, 1, -1))
        if random.random() < 0.1:
            one.current_leader = FetchResponse.LeaderIdAndEpoch(leader_id=mostly(random, 1, -1))
        if random.random() < 0.1:
            one.snapshot_id = FetchResponse.SnapshotId(epoch=mostly(random, 1, -1))
        return one

    def topic() -> FetchResponse.FetchableTopicResponse:
        return FetchResponse.FetchableTopicResponse(
            topic=mostly(random, "topic", "", "ü" * 63, "ü" * 64, "x" * 249),
            topic_id=random.randbytes(mostly(random, 16, 15, 17)),
            partitions=[partition() for _ in range(mostly(random, 1, 0, 2))],
        )

    response = FetchResponse(
        responses=[topic() for _ in range(mostly(random, 1, 0, 2))],
        error_code=mostly(random, 0, 70),
        session_id=random.randrange(1 << 31),
    )
    if random.random() < 0.1:
        response.node_endpoints = [FetchResponse.NodeEndpoint(node_id=1, host="h", port=2)]
    return response


def create_topics_response(random: Random) -> CreateTopicsResponse:
    def configs() -> list[CreateTopicsResponse.CreatableTopicConfigs] | None:
        one = CreateTopicsResponse.CreatableTopicConfigs(name="a", value=mostly(random, "1", None, "v" * 300))
        return [one] * random.randrange(4) if random.random() < 0.9 else None

    def topic() -> CreateTopicsResponse.CreatableTopicResult:
        return CreateTopicsResponse.CreatableTopicResult(
            name=mostly(random, "topic", "", "ü" * 63, "ü" * 64, "x" * 249),
            topic_id=random.randbytes(mostly(random, 16, 15, 17)),
            error_code=mostly(random, 0, 0, 36),
            error_message=mostly(random, None, None, "wrong"),
            topic_config_error_code=mostly(random, 0, 0, 29),
            num_partitions=random.randrange(1 << 20),
            replication_factor=mostly(random, 1, 1 << 20),
            configs=mostly(random, common, configs()),
        )

    common = configs()
    return CreateTopicsResponse(
        topics=[topic() for _ in range(mostly(random, 3, 0, 1, 130))], throttle_time_ms=mostly(random, 0, 7)
    )


def encoded(encode: usual.Encode, message: Message) -> bytes | str:
    parts: list[Part] = []
    try:
        encode(message, parts.append)
    except EncodeError as error:
        return str(error)
    return b"".join(parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", FETCH)
def test_fetch_responses_are_written_the_same(version: int) -> None:
    random = Random(version)
    generated = make_encoder(FetchResponse, version)
    by_hand = usual.fetch_response(FetchResponse, version, generated)
    for _ in range(500):
        message = fetch_response(random)
        assert encoded(by_hand, message) == encoded(generated, message)


@pytest.mark.parametrize("version", CREATE_TOPICS)
def test_create_topics_responses_are_written_the_same(version: int) -> None:
    random = Random(version)
    generated = make_encoder(CreateTopicsResponse, version)
    by_hand = usual.create_topics_response(CreateTopicsResponse, version, generated)
    for _ in range(500):
        message = create_topics_response(random)
        assert encoded(by_hand, message) == encoded(generated, message)


def test_what_topics_have_in_common_is_encoded_once() -> None:
    calls = []
    generated = make_encoder(CreateTopicsResponse, 7)

    def noted(message: CreateTopicsResponse, append: Callable[[Part], object]) -> None:
        calls.append(message)
        generated(message, append)

    common = [CreateTopicsResponse.CreatableTopicConfigs(name="a", value="1")]
    result = CreateTopicsResponse.CreatableTopicResult
    topics = [result(name=f"t{n}", topic_id=b"i" * 16, error_message=None, configs=common) for n in range(1000)]
    by_hand = usual.create_topics_response(CreateTopicsResponse, 7, noted)
    assert encoded(by_hand, CreateTopicsResponse(topics=topics)) == encoded(
        generated, CreateTopicsResponse(topics=topics)
    )
    assert len(calls) == 1


@pytest.mark.parametrize("version", [12, 13])
def test_the_usual_does_not_reach_the_generated_code(version: int) -> None:
    def never(*arguments: object) -> Any:
        raise AssertionError("it is usual")

    fetched = FetchResponse.PartitionData(partition_index=1, records=b"records", aborted_transactions=None)
    topics = FetchResponse.FetchableTopicResponse(topic="t", topic_id=b"i" * 16, partitions=[fetched])
    parts: list[Part] = []
    usual.fetch_response(FetchResponse, version, never)(FetchResponse(responses=[topics]), parts.append)
    assert b"records" in parts
