"""OffsetForLeaderEpoch in all versions."""

from __future__ import annotations

import pytest

from kafkalite.core.effects import KeyedRecord
from kafkalite.wire.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
)
from tests.unit.apis.admin_client import AdminClient, connect

Asked = OffsetForLeaderEpochRequest.OffsetForLeaderPartition

VERSIONS = range(2, 5)


@pytest.fixture
async def client() -> AdminClient:
    """Topic `a`: partition 0 has three records of epoch 0, partition 1 none."""
    connected = await connect()
    await connected.create("a", 2)
    for _ in range(3):
        connected.broker.topics.by_name["a"].partitions[0].append_records([KeyedRecord(b"k", b"v")])
    return connected


async def end_offset(
    client: AdminClient, topic: str, partition: int, epoch: int, *, current: int = -1, version: int = 4
) -> tuple[int, int, int]:
    """Return (error, epoch, end offset)."""
    asked = Asked(partition=partition, leader_epoch=epoch, current_leader_epoch=current)
    message = OffsetForLeaderEpochRequest(
        topics=[OffsetForLeaderEpochRequest.OffsetForLeaderTopic(topic=topic, partitions=[asked])]
    )
    answer = await client.ask(message, version, OffsetForLeaderEpochResponse)
    (result,) = answer.topics[0].partitions
    assert (answer.topics[0].topic, result.partition) == (topic, partition)
    return result.error_code, result.leader_epoch, result.end_offset


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_newest_epoch_ends_at_the_log_end(client: AdminClient, version: int) -> None:
    assert await end_offset(client, "a", 0, 0, version=version) == (0, 0, 3)
    assert await end_offset(client, "a", 1, 0, version=version) == (0, 0, 0)


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_epoch_nobody_knows_is_minus_1_without_an_error(client: AdminClient, version: int) -> None:
    assert await end_offset(client, "a", 0, 99, version=version) == (0, -1, -1)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_clients_own_epoch_is_checked(client: AdminClient, version: int) -> None:
    assert await end_offset(client, "a", 0, 0, current=0, version=version) == (0, 0, 3)
    assert await end_offset(client, "a", 0, 0, current=1, version=version) == (75, -1, -1)


async def test_an_unknown_topic_or_partition_is_3(client: AdminClient) -> None:
    for topic, partition in (("nope", 0), ("a", 2), ("a", -1)):
        assert await end_offset(client, topic, partition, 0) == (3, -1, -1)


async def test_a_partition_asked_twice_is_answered_twice(client: AdminClient) -> None:
    topic = OffsetForLeaderEpochRequest.OffsetForLeaderTopic(
        topic="a", partitions=[Asked(partition=0, leader_epoch=0), Asked(partition=0, leader_epoch=9)]
    )
    answer = await client.ask(OffsetForLeaderEpochRequest(topics=[topic]), 4, OffsetForLeaderEpochResponse)
    assert [result.end_offset for result in answer.topics[0].partitions] == [3, -1]
