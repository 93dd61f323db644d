"""WriteTxnMarkers in both versions: transactions end in partitions, and offsets with them."""

from __future__ import annotations

import pytest

from kafkalite.broker.waiting import Waiting
from kafkalite.wire.messages.write_txn_markers import WriteTxnMarkersRequest, WriteTxnMarkersResponse
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import Producer, TransactionClient, transactional

Codes = dict[tuple[int, str, int], int]


def marker(
    producer: Producer, *partitions: tuple[str, int], committed: bool = False, coordinator_epoch: int = 0
) -> WriteTxnMarkersRequest.WritableTxnMarker:
    return WriteTxnMarkersRequest.WritableTxnMarker(
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        transaction_result=committed,
        topics=[
            WriteTxnMarkersRequest.WritableTxnMarkerTopic(name=name, partition_indexes=[index])
            for name, index in partitions
        ],
        coordinator_epoch=coordinator_epoch,
    )


def codes(answer: WriteTxnMarkersResponse) -> Codes:
    return {
        (one.producer_id, topic.name, part.partition_index): part.error_code
        for one in answer.markers
        for topic in one.topics
        for part in topic.partitions
    }


async def write(
    client: TransactionClient, *markers: WriteTxnMarkersRequest.WritableTxnMarker, version: int = 1
) -> Codes:
    return codes(await client.ask(WriteTxnMarkersRequest(markers=list(markers)), version, WriteTxnMarkersResponse))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("committed", [True, False])
async def test_a_hanging_transaction_ends(version: int, committed: bool) -> None:
    client = await transactional()
    producer = await client.init()
    await client.write(producer, b"a")
    assert await write(client, marker(producer, ("t", 0), committed=committed), version=version) == {(0, "t", 0): 0}
    assert client.values() == ([b"a"] if committed else [])


async def test_offsets_are_decided_with_their_partition() -> None:
    client = await transactional()
    producer = await client.init()
    await client.send_offsets(producer, {("t", 0): 5})
    assert await client.committed_offset() == (-1, 88)
    where = client.broker.groups.where("g")
    await write(client, marker(producer, where, committed=True))
    assert await client.committed_offset() == (5, 0)


async def test_codes() -> None:
    client = await transactional()
    producer = await client.init()
    await client.write(producer, b"a")
    await write(client, marker(producer._replace(epoch=3), ("t", 0), coordinator_epoch=5))
    answered = await write(
        client,
        marker(producer, ("nope", 0), ("t", 9), ("t", 0), coordinator_epoch=5),
        marker(Producer("", 55, 4), ("t", 1)),
        marker(Producer("", -1, 4), ("t", 0)),
        marker(Producer("", 7, -1), ("t", 0)),
    )
    assert answered == {
        (0, "nope", 0): 3,
        (0, "t", 9): 3,
        (0, "t", 0): 47,
        (55, "t", 1): 0,
        (-1, "t", 0): 42,
        (7, "t", 0): 42,
    }
    assert await write(client, marker(producer._replace(epoch=3), ("t", 0), coordinator_epoch=4)) == {(0, "t", 0): 52}


async def test_a_partition_that_is_named_twice_gets_one_marker() -> None:
    client = await transactional()
    twice = marker(Producer("", 5, 0), ("t", 0))
    twice.topics[0].partition_indexes = [0, 0]
    await write(client, twice)
    assert client.broker.topics.by_name["t"].partitions[0].log_end_offset == 1


async def test_nothing_to_do() -> None:
    client = await transactional()
    assert await write(client) == {}
    assert await write(client, marker(Producer("", 5, 0))) == {}


async def test_it_is_answered_when_every_marker_is_kept() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t", 2)
    store.slow = True
    answer = client.begin(WriteTxnMarkersRequest(markers=[marker(Producer("", 5, 0), ("t", 0), ("t", 1))]), 1)
    assert isinstance(answer, Waiting)
    store.keep(1)
    assert not answer.resolved
    store.keep()
    assert codes(await client.finish(answer)) == {(5, "t", 0): 0, (5, "t", 1): 0}


async def test_a_partition_that_is_deleted_meanwhile_is_3() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    store.slow = True
    answer = client.begin(WriteTxnMarkersRequest(markers=[marker(Producer("", 5, 0), ("t", 0))]), 1)
    client.broker.topics.delete(client.broker.topics.by_name["t"])
    assert codes(await client.finish(answer)) == {(5, "t", 0): 3}
