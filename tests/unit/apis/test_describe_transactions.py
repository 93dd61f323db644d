"""DescribeTransactions: every state as tools show it."""

from __future__ import annotations

from kafkalite.wire.messages.describe_transactions import DescribeTransactionsRequest, DescribeTransactionsResponse
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import TransactionClient, transactional

State = DescribeTransactionsResponse.TransactionState


async def describe(client: TransactionClient, *names: str) -> list[State]:
    message = DescribeTransactionsRequest(transactional_ids=list(names))
    return (await client.ask(message, 0, DescribeTransactionsResponse)).transaction_states


async def test_an_open_transaction_with_its_partitions() -> None:
    client = await transactional()
    producer = await client.init("x", timeout_ms=7000)
    await client.produce(producer, {("t", 2): b"a", ("t", 0): b"b"})
    (found,) = await describe(client, "x")
    assert (found.error_code, found.transactional_id, found.transaction_state) == (0, "x", "Ongoing")
    assert (found.transaction_timeout_ms, found.producer_id, found.producer_epoch) == (7000, 0, 0)
    assert 0 <= client.broker.clock.wall_ms() - found.transaction_start_time_ms < 60_000
    assert [(topic.topic, topic.partitions) for topic in found.topics] == [("t", [0, 2])]


async def test_before_and_after_a_transaction_there_are_no_partitions() -> None:
    client = await transactional()
    producer = await client.init()
    (found,) = await describe(client, "x")
    assert (found.transaction_state, found.transaction_start_time_ms, found.topics) == ("Empty", -1, [])
    await client.write(producer, b"a")
    await client.commit_transaction(producer)
    (found,) = await describe(client, "x")
    assert (found.transaction_state, found.producer_epoch, found.topics) == ("CompleteCommit", 1, [])
    assert found.transaction_start_time_ms > 0


async def test_a_transaction_whose_markers_are_on_their_way() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    producer = await client.init()
    await client.write(producer, b"a")
    store.slow = True
    client.begin_end(producer, False)
    store.keep(1)
    assert await client.describe_one() == (0, "PrepareAbort", 0, 1)
    store.keep_all()
    assert await client.describe_one() == (0, "CompleteAbort", 0, 1)


async def test_ids_that_are_not_there() -> None:
    client = await transactional()
    await client.init("x")
    found = await describe(client, "nobody", "", "x", "x")
    assert [(one.error_code, one.transactional_id) for one in found] == [(105, "nobody"), (42, ""), (0, "x"), (0, "x")]
    assert await describe(client) == []


async def test_an_id_that_could_not_be_read_is_16() -> None:
    client = await transactional()
    await client.init("x")
    for partition in client.broker.topics.by_name["__transaction_state"].partitions:
        partition.delete()
    (found,) = await describe(client, "x")
    assert (found.error_code, found.transactional_id) == (16, "x")
