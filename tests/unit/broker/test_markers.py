"""Writing markers: what a partition, and the offsets in it, become."""

from __future__ import annotations

from kafkalite.core.transactions.state import Producer, TopicPartition
from kafkalite.wire.errors import ErrorCode
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import TransactionClient

P = Producer(0, 0)


async def started() -> tuple[TransactionClient, SlowStore]:
    """A broker whose producer 0 has an open transaction on t-0 and in the group g."""
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t", 2)
    producer = await client.init()
    await client.write(producer, b"a")
    await client.send_offsets(producer, {("t", 0): 5})
    return client, store


def write(
    client: TransactionClient,
    where: tuple[str, int],
    *,
    producer: Producer = P,
    committed: bool = True,
    coordinator_epoch: int = 0,
) -> list[ErrorCode]:
    """Return what `done` is told, now and later."""
    told: list[ErrorCode] = []
    client.broker.markers.write(
        TopicPartition(*where),
        producer,
        committed=committed,
        coordinator_epoch=coordinator_epoch,
        done=told.append,
    )
    return told


async def test_records_are_decided() -> None:
    client, _ = await started()
    partition = client.broker.topics.by_name["t"].partitions[0]
    assert partition.last_stable_offset == 0
    assert write(client, ("t", 0)) == [ErrorCode.NONE]
    assert partition.last_stable_offset == 2
    assert client.values() == [b"a"]


async def test_offsets_are_decided_when_the_marker_is_kept() -> None:
    client, store = await started()
    store.slow = True
    told = write(client, client.broker.groups.where("g"))
    assert (told, await client.committed_offset()) == ([], (-1, 88))
    store.keep_all()
    assert (told, await client.committed_offset()) == ([ErrorCode.NONE], (5, 0))


async def test_offsets_on_their_way_when_the_marker_is_written_are_decided_by_it() -> None:
    """The marker stands behind them: told in any other order they would stay pending for ever."""
    client, store = await started()
    producer = await client.init("y")
    await client.add_group(producer)
    store.slow = True
    other = write(client, client.broker.groups.where("g"), producer=Producer(77, 0))  # waits for the partition first
    answer = client.begin(client.offsets_request(producer, {("t", 1): 6}), 4)
    told = write(client, client.broker.groups.where("g"), producer=Producer(producer.producer_id, 0), committed=False)
    store.keep_all()
    await client.finish(answer)
    assert (other, told) == ([ErrorCode.NONE], [ErrorCode.NONE])
    assert await client.committed_offset("t", 1) == (-1, 0)


async def test_why_not() -> None:
    client, store = await started()
    assert write(client, ("nope", 0)) == write(client, ("t", 2)) == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
    assert write(client, ("t", -1)) == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
    write(client, ("t", 0), producer=Producer(0, 1), coordinator_epoch=3)
    assert write(client, ("t", 0)) == [ErrorCode.INVALID_PRODUCER_EPOCH]
    late = write(client, ("t", 0), producer=Producer(0, 1), coordinator_epoch=2)
    assert late == [ErrorCode.TRANSACTION_COORDINATOR_FENCED]
    store.broken = True
    assert write(client, ("t", 0), producer=Producer(0, 1), coordinator_epoch=3) == [ErrorCode.KAFKA_STORAGE_ERROR]


async def test_a_partition_that_goes_meanwhile() -> None:
    client, store = await started()
    store.slow = True
    told = write(client, ("t", 0))
    client.broker.topics.delete(client.broker.topics.by_name["t"])
    assert told == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
