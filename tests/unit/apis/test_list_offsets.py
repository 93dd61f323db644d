"""ListOffsets, rule by rule."""

from __future__ import annotations

import pytest

from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.list_offsets import ListOffsetsRequest, ListOffsetsResponse
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch

NOW = 1_700_000_000_000
Found = tuple[int, int, int, int]


async def find(
    client: AdminClient,
    *timestamps: int,
    version: int = 11,
    topic: str = "t",
    partition: int = 0,
    leader_epoch: int = -1,
    isolation: int = 0,
) -> list[Found]:
    """Return (error, offset, timestamp, leader epoch) per timestamp, each asked of the same partition."""
    found = []
    for timestamp in timestamps:
        wanted = ListOffsetsRequest.ListOffsetsPartition(
            partition_index=partition, timestamp=timestamp, current_leader_epoch=leader_epoch
        )
        asked = ListOffsetsRequest(
            isolation_level=isolation,
            topics=[ListOffsetsRequest.ListOffsetsTopic(name=topic, partitions=[wanted])],
        )
        response = await client.ask(asked, version, ListOffsetsResponse)
        [one] = response.topics[0].partitions
        found.append((one.error_code, one.offset, one.timestamp, one.leader_epoch))
    return found


@pytest.fixture
async def client() -> AdminClient:
    client = await connect()
    await client.create("t")
    partition = client.broker.topics.by_name["t"].partitions[0]
    for number in range(3):
        partition.append(batch(2, timestamp=NOW + 10 * number, step=5))
    return client


async def test_the_named_positions(client: AdminClient) -> None:
    client.broker.topics.move_starts({client.broker.topics.by_name["t"].partitions[0]: 1})
    latest, earliest, largest, local, tiered, pending = await find(client, -1, -2, -3, -4, -5, -6)
    epoch = client.broker.topics.by_name["t"].partitions[0].leader_epoch
    assert latest == (0, 6, -1, epoch)
    assert earliest == local == (0, 1, -1, epoch)
    assert largest == (0, 5, NOW + 25, epoch)
    assert tiered == pending == (0, -1, -1, -1)


async def test_the_first_record_at_or_after_a_time(client: AdminClient) -> None:
    found = await find(client, 0, NOW + 1, NOW + 10, NOW + 26)
    assert [(offset, timestamp) for _, offset, timestamp, _ in found] == [
        (0, NOW),
        (1, NOW + 5),
        (2, NOW + 10),
        (-1, -1),
    ]
    assert {error for error, *_ in found} == {0}


@pytest.mark.parametrize(("timestamp", "since"), [(-3, 7), (-4, 8), (-5, 9), (-6, 11)])
async def test_a_position_younger_than_the_version_is_35(client: AdminClient, timestamp: int, since: int) -> None:
    assert (await find(client, timestamp, version=since))[0][0] == 0
    assert (await find(client, timestamp, version=since - 1))[0][0] == ErrorCode.UNSUPPORTED_VERSION


@pytest.mark.parametrize("timestamp", [-7, -(1 << 63)])
async def test_other_negative_timestamps_are_35(client: AdminClient, timestamp: int) -> None:
    assert (await find(client, timestamp))[0][0] == ErrorCode.UNSUPPORTED_VERSION
    nowhere = ListOffsetsRequest.ListOffsetsPartition(partition_index=9, timestamp=timestamp)
    asked = ListOffsetsRequest(topics=[ListOffsetsRequest.ListOffsetsTopic(name="t", partitions=[nowhere])])
    answer = await client.ask(asked, 11, ListOffsetsResponse)
    assert answer.topics[0].partitions[0].error_code == ErrorCode.UNSUPPORTED_VERSION, "before the partition is sought"


@pytest.mark.parametrize("version", range(1, 12))
async def test_every_version(client: AdminClient, version: int) -> None:
    assert [found[:2] for found in await find(client, -1, -2, version=version)] == [(0, 6), (0, 0)]


async def test_an_empty_log_has_no_largest_timestamp() -> None:
    client = await connect()
    await client.create("t")
    assert await find(client, -3, 0) == [(0, -1, -1, -1)] * 2


async def test_unknown_partitions_are_3(client: AdminClient) -> None:
    assert (await find(client, -1, topic="nope"))[0][0] == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert (await find(client, -1, partition=1))[0][0] == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_leader_epochs_are_compared(client: AdminClient) -> None:
    assert (await find(client, -1, leader_epoch=99))[0][0] == ErrorCode.UNKNOWN_LEADER_EPOCH


async def test_a_third_isolation_level_is_an_error(client: AdminClient) -> None:
    assert (await find(client, -1, isolation=2))[0][0] == ErrorCode.UNKNOWN_SERVER_ERROR


async def test_a_partition_named_twice_is_42_once_and_the_others_are_served(client: AdminClient) -> None:
    await client.create("u")
    twice = [ListOffsetsRequest.ListOffsetsPartition(partition_index=0, timestamp=time) for time in (-1, -2)]
    asked = ListOffsetsRequest(
        topics=[
            ListOffsetsRequest.ListOffsetsTopic(name="t", partitions=twice),
            ListOffsetsRequest.ListOffsetsTopic(name="u", partitions=twice[:1]),
        ]
    )
    response = await client.ask(asked, 6, ListOffsetsResponse)
    codes = [[one.error_code for one in topic.partitions] for topic in response.topics]
    assert codes == [[ErrorCode.INVALID_REQUEST], [0]]
