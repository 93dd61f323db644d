"""DescribeProducers: who writes to a partition, with and without transactions."""

from __future__ import annotations

from kafkalite.wire.messages.describe_producers import DescribeProducersRequest, DescribeProducersResponse
from tests.unit.apis.transaction_client import TransactionClient, transactional
from tests.unit.core.log.batches import NOW, batch

Partition = DescribeProducersResponse.PartitionResponse


async def describe(client: TransactionClient, topic: str, *indexes: int) -> list[Partition]:
    wanted = DescribeProducersRequest.TopicRequest(name=topic, partition_indexes=list(indexes))
    answer = await client.ask(DescribeProducersRequest(topics=[wanted]), 0, DescribeProducersResponse)
    assert answer.topics[0].name == topic
    return answer.topics[0].partitions


async def test_an_open_transaction_and_after_its_end() -> None:
    client = await transactional()
    client.broker.topics.by_name["t"].partitions[0].append(batch(3))
    producer = await client.init()
    await client.write(producer, b"a")
    await client.write(producer, b"b", sequence=1)
    (found,) = (await describe(client, "t", 0))[0].active_producers
    assert (found.producer_id, found.producer_epoch, found.last_sequence, found.last_timestamp) == (0, 0, 1, NOW)
    assert (found.coordinator_epoch, found.current_txn_start_offset) == (-1, 3)
    await client.commit_transaction(producer)
    (found,) = (await describe(client, "t", 0))[0].active_producers
    assert (found.producer_epoch, found.last_sequence) == (1, -1)
    assert (found.coordinator_epoch, found.current_txn_start_offset) == (0, -1)


async def test_a_producer_without_transactions() -> None:
    client = await transactional()
    client.broker.topics.by_name["t"].partitions[1].append(batch(2, producer=(44, 3, 0)))
    first, second = await describe(client, "t", 0, 1)
    assert first.active_producers == []
    (found,) = second.active_producers
    assert (found.producer_id, found.producer_epoch, found.last_sequence) == (44, 3, 1)
    assert (found.coordinator_epoch, found.current_txn_start_offset) == (-1, -1)


async def test_what_is_not_there() -> None:
    client = await transactional()
    unknown = "This server does not host this topic-partition."
    assert [(one.error_code, one.error_message) for one in await describe(client, "nope", 0)] == [(3, unknown)]
    assert [(one.error_code, one.error_message) for one in await describe(client, "t", 9, -1)] == [(3, None)] * 2
    (bad,) = await describe(client, "a b", 0)
    assert (bad.error_code, (bad.error_message or "")[:22]) == (17, "Topic name is invalid:")
