"""DescribeTopicPartitions: order, pages, cursors. What is expected here is what a Kafka 4.4 answered."""

from __future__ import annotations

import pytest

from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
)
from tests.unit.apis.admin_client import AdminClient, connect

Page = tuple[list[tuple[str | None, int, list[int]]], tuple[str, int] | None]
"""(name, error, partitions) of each topic, and the next cursor."""


async def ask(
    client: AdminClient, names: list[str], limit: int = 2000, cursor: tuple[str, int] | None = None
) -> DescribeTopicPartitionsResponse:
    message = DescribeTopicPartitionsRequest(
        topics=[DescribeTopicPartitionsRequest.TopicRequest(name=name) for name in names],
        response_partition_limit=limit,
    )
    if cursor is not None:
        message.cursor = DescribeTopicPartitionsRequest.Cursor(topic_name=cursor[0], partition_index=cursor[1])
    return await client.ask(message, 0, DescribeTopicPartitionsResponse)


async def page(client: AdminClient, names: list[str], limit: int = 2000, cursor: tuple[str, int] | None = None) -> Page:
    answer = await ask(client, names, limit, cursor)
    after = answer.next_cursor
    return (
        [(topic.name, topic.error_code, [one.partition_index for one in topic.partitions]) for topic in answer.topics],
        None if after is None else (after.topic_name, after.partition_index),
    )


@pytest.fixture
async def client() -> AdminClient:
    """A broker with `a.1` of 3 partitions, `a1` of 2 and `b1` of 1."""
    connected = await connect()
    await connected.create("b1", 1)
    await connected.create("a1", 2)
    await connected.create("a.1", 3)
    return connected


A_DOT_1 = ("a.1", 0, [0, 1, 2])
A1 = ("a1", 0, [0, 1])
B1 = ("b1", 0, [0])


async def test_a_partition_is_described_in_full(client: AdminClient) -> None:
    (topic,) = (await ask(client, ["b1"])).topics
    assert topic.topic_id == client.broker.topics.by_name["b1"].topic_id
    assert (topic.is_internal, topic.topic_authorized_operations) == (False, 3576)
    (partition,) = topic.partitions
    assert (partition.error_code, partition.leader_id, partition.leader_epoch) == (0, 0, 0)
    assert (partition.replica_nodes, partition.isr_nodes, partition.offline_replicas) == ([0], [0], [])
    assert (partition.eligible_leader_replicas, partition.last_known_elr) == ([], [])


async def test_topics_come_sorted_by_name_and_once(client: AdminClient) -> None:
    topics, cursor = await page(client, ["b1", "a1", "nope", "a b", "a.1", "a1"])
    assert topics == [("a b", 17, []), A_DOT_1, A1, B1, ("nope", 3, [])]
    assert cursor is None


async def test_operations_are_given_for_unknown_topics_too(client: AdminClient) -> None:
    (topic,) = (await ask(client, ["nope"])).topics
    assert (topic.topic_authorized_operations, topic.topic_id) == (3576, ZERO_UUID)


async def test_no_names_are_all_topics(client: AdminClient) -> None:
    assert await page(client, []) == ([A_DOT_1, A1, B1], None)


@pytest.mark.parametrize(
    ("limit", "topics", "cursor"),
    [
        (1, [("a.1", 0, [0])], ("a.1", 1)),
        (0, [("a.1", 0, [0])], ("a.1", 1)),
        (-1, [("a.1", 0, [0])], ("a.1", 1)),
        (2, [("a.1", 0, [0, 1])], ("a.1", 2)),
        (3, [A_DOT_1], ("a1", 0)),
        (4, [A_DOT_1, ("a1", 0, [0])], ("a1", 1)),
        (5, [A_DOT_1, A1], ("b1", 0)),
        (6, [A_DOT_1, A1, B1], None),
        (100_000, [A_DOT_1, A1, B1], None),
    ],
)
async def test_a_page_ends_after_so_many_partitions(
    client: AdminClient, limit: int, topics: object, cursor: object
) -> None:
    assert await page(client, ["b1", "a1", "a.1"], limit) == (topics, cursor)


async def test_a_full_page_ends_before_an_unknown_topic_too(client: AdminClient) -> None:
    assert await page(client, ["a.1", "a1", "nope"], 5) == ([A_DOT_1, A1], ("nope", 0))


async def test_the_brokers_limit_bounds_every_page() -> None:
    client = await connect({"max.request.partition.size.limit": "2"})
    await client.create("a", 3)
    assert await page(client, ["a"]) == ([("a", 0, [0, 1])], ("a", 2))


async def test_pages_together_are_everything(client: AdminClient) -> None:
    seen: list[tuple[str | None, int]] = []
    cursor: tuple[str, int] | None = None
    while True:
        topics, cursor = await page(client, [], 2, cursor)
        seen += [(name, index) for name, _, indexes in topics for index in indexes]
        if cursor is None:
            break
    assert seen == [("a.1", 0), ("a.1", 1), ("a.1", 2), ("a1", 0), ("a1", 1), ("b1", 0)]


async def test_a_page_begins_at_its_cursor(client: AdminClient) -> None:
    assert await page(client, ["b1", "a1", "a.1"], cursor=("a1", 1)) == ([("a1", 0, [1]), B1], None)


async def test_a_cursor_behind_the_last_partition_lists_the_topic_without_any(client: AdminClient) -> None:
    assert await page(client, ["b1", "a1"], cursor=("a1", 9)) == ([("a1", 0, []), B1], None)


async def test_a_cursor_may_name_a_topic_that_is_gone(client: AdminClient) -> None:
    assert await page(client, ["a1", "nope"], cursor=("nope", 1)) == ([("nope", 3, [])], None)
    assert await page(client, [], cursor=("a0", 1)) == ([A1, B1], None)


@pytest.mark.parametrize("cursor", [("a0", 1), ("zzzz", 0), ("zzzz", -1), ("a1", -1)])
async def test_an_impossible_cursor_is_42_for_every_topic(client: AdminClient, cursor: tuple[str, int]) -> None:
    answer = await ask(client, ["b1", "a1"], cursor=cursor)
    assert [(topic.name, topic.error_code) for topic in answer.topics] == [("b1", 42), ("a1", 42)]
    assert {topic.topic_authorized_operations for topic in answer.topics} == {-(2**31)}
    assert answer.next_cursor is None


async def test_internal_topics_are_flagged(client: AdminClient) -> None:
    await client.broker.cluster.ensure_topic("__consumer_offsets")
    (topic,) = (await ask(client, ["__consumer_offsets"])).topics
    assert topic.is_internal
