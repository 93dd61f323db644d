"""DeleteRecords, rule by rule, against a whole broker in memory."""

from __future__ import annotations

import pytest

from kafkalite.broker.partitions import Partition
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.delete_records import DeleteRecordsRequest, DeleteRecordsResponse
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch
from tests.unit.storage.stores import FailingStore, LateStore

Wanted = DeleteRecordsRequest.DeleteRecordsTopic
OUT_OF_RANGE = ErrorCode.OFFSET_OUT_OF_RANGE
UNKNOWN = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def topic(name: str, *offsets: tuple[int, int]) -> Wanted:
    """What to delete of a topic: (partition, offset)."""
    return Wanted(
        name=name,
        partitions=[
            DeleteRecordsRequest.DeleteRecordsPartition(partition_index=index, offset=offset)
            for index, offset in offsets
        ],
    )


async def delete(client: AdminClient, *topics: Wanted, version: int = 2) -> dict[tuple[str, int], tuple[int, int]]:
    """Return (topic, partition) -> (error, low watermark)."""
    message = DeleteRecordsRequest(topics=list(topics), timeout_ms=1000)
    answer = await client.ask(message, version, DeleteRecordsResponse)
    return {
        (one.name, result.partition_index): (result.error_code, result.low_watermark)
        for one in answer.topics
        for result in one.partitions
    }


def partition(client: AdminClient, name: str = "t", index: int = 0) -> Partition:
    return client.broker.topics.by_name[name].partitions[index]


@pytest.fixture
async def client() -> AdminClient:
    """A topic `t` with ten records in partition 0, and an empty partition 1."""
    client = await connect()
    await client.create("t", 2)
    for _ in range(2):
        partition(client).append(batch(5))
    return client


@pytest.mark.parametrize("version", range(3))
async def test_the_log_start_moves(client: AdminClient, version: int) -> None:
    assert await delete(client, topic("t", (0, 3)), version=version) == {("t", 0): (0, 3)}
    assert partition(client).log_start_offset == 3


async def test_minus_one_is_the_high_watermark(client: AdminClient) -> None:
    assert await delete(client, topic("t", (0, -1), (1, -1))) == {("t", 0): (0, 10), ("t", 1): (0, 0)}
    assert partition(client).log_end_offset == 10


async def test_what_is_deleted_already_changes_nothing(client: AdminClient) -> None:
    await delete(client, topic("t", (0, 6)))
    assert await delete(client, topic("t", (0, 2))) == {("t", 0): (0, 6)}
    assert await delete(client, topic("t", (0, 6))) == {("t", 0): (0, 6)}


@pytest.mark.parametrize("offset", [11, -2, 1 << 62])
async def test_beyond_the_high_watermark_or_negative(client: AdminClient, offset: int) -> None:
    assert await delete(client, topic("t", (0, offset))) == {("t", 0): (OUT_OF_RANGE, -1)}
    assert partition(client).log_start_offset == 0


async def test_the_high_watermark_is_the_limit_not_the_log_end() -> None:
    client = await connect(store=LateStore())
    await client.create("t")
    partition(client).append(batch(5))
    assert await delete(client, topic("t", (0, 1))) == {("t", 0): (OUT_OF_RANGE, -1)}
    assert await delete(client, topic("t", (0, -1))) == {("t", 0): (0, 0)}


async def test_every_partition_has_its_own_error(client: AdminClient) -> None:
    answer = await delete(client, topic("t", (0, 4), (1, 5), (2, 0), (-1, 0)), topic("absent", (0, 0)))
    assert answer == {
        ("t", 0): (0, 4),
        ("t", 1): (OUT_OF_RANGE, -1),
        ("t", 2): (UNKNOWN, -1),
        ("t", -1): (UNKNOWN, -1),
        ("absent", 0): (UNKNOWN, -1),
    }


async def test_the_last_of_two_mentions_counts(client: AdminClient) -> None:
    assert await delete(client, topic("t", (0, 7), (0, 2)), topic("t", (0, 4))) == {("t", 0): (0, 4)}


@pytest.mark.parametrize(
    ("policy", "code"),
    [("compact", ErrorCode.POLICY_VIOLATION), ("compact,delete", 0), ("delete", 0), ("", 0)],
)
async def test_only_what_is_nothing_but_compacted_is_refused(client: AdminClient, policy: str, code: int) -> None:
    await client.create("p", cleanup_policy=policy)
    partition(client, "p").append(batch(3))
    assert await delete(client, topic("p", (0, 2))) == {("p", 0): (code, -1 if code else 2)}


async def test_internal_topics_are_the_brokers(client: AdminClient) -> None:
    await client.broker.cluster.ensure_topic("__consumer_offsets")
    answer = await delete(client, topic("__consumer_offsets", (0, 0)))
    assert answer == {("__consumer_offsets", 0): (ErrorCode.INVALID_TOPIC_EXCEPTION, -1)}


async def test_what_cannot_be_stored_is_not_done() -> None:
    store = FailingStore()
    client = await connect(store=store)
    await client.create("t")
    partition(client).append(batch(5))
    store.failing = {"keep_starts"}
    answer = await delete(client, topic("t", (0, 3), (7, 0)))
    assert answer == {("t", 0): (ErrorCode.KAFKA_STORAGE_ERROR, -1), ("t", 7): (UNKNOWN, -1)}
    assert partition(client).log_start_offset == 0


async def test_an_offline_partition(client: AdminClient) -> None:
    partition(client)._fail("the test says so")
    assert await delete(client, topic("t", (0, 3))) == {("t", 0): (ErrorCode.KAFKA_STORAGE_ERROR, -1)}


async def test_the_start_is_stored_before_the_answer(client: AdminClient) -> None:
    await delete(client, topic("t", (0, 3)))
    assert partition(client).store.start_of(partition(client).id) == 3
