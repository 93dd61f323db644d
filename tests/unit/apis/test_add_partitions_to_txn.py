"""AddPartitionsToTxn in all versions: one transaction, several, and only looking."""

from __future__ import annotations

import pytest

from kafkalite.broker.waiting import Waiting
from kafkalite.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest, AddPartitionsToTxnResponse
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import Producer, TransactionClient, transactional

Results = list[tuple[str, dict[tuple[str, int], int]]]


def transaction(
    producer: Producer, *partitions: tuple[str, int], verify: bool = False
) -> AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction:
    return AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction(
        transactional_id=producer.name,
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        verify_only=verify,
        topics=[
            AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name=name, partitions=[index])
            for name, index in partitions
        ],
    )


def results(answer: AddPartitionsToTxnResponse) -> Results:
    return [
        (
            one.transactional_id,
            {
                (topic.name, part.partition_index): part.partition_error_code
                for topic in one.topic_results
                for part in topic.results_by_partition
            },
        )
        for one in answer.results_by_transaction
    ]


async def ask(
    client: TransactionClient, version: int, *wanted: AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
) -> Results:
    answer = await client.ask(AddPartitionsToTxnRequest(transactions=list(wanted)), version, AddPartitionsToTxnResponse)
    assert answer.error_code == 0
    return results(answer)


@pytest.mark.parametrize("version", range(4))
async def test_one_transaction(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    assert await client.add(producer, ("t", 0), ("t", 2), version=version) == {("t", 0): 0, ("t", 2): 0}
    assert (await client.describe_one())[1] == "Ongoing"


@pytest.mark.parametrize("version", range(4))
async def test_codes_of_one_transaction(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    part = ("t", 0)
    assert await client.add(producer._replace(name=""), part, version=version) == {part: 42}
    assert await client.add(producer._replace(name="nobody"), part, version=version) == {part: 49}
    assert await client.add(producer._replace(producer_id=77), part, version=version) == {part: 49}
    assert await client.add(producer._replace(epoch=3), part, version=version) == {part: 47 if version < 2 else 90}


@pytest.mark.parametrize("version", range(4))
async def test_one_bad_partition_and_nothing_is_attempted(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    codes = await client.add(producer, ("t", 0), ("t", 9), ("nope", 0), version=version)
    assert codes == {("t", 9): 3, ("t", 0): 55, ("nope", 0): 3}
    assert (await client.describe_one())[1] == "Empty"


async def test_clients_may_not_name_internal_topics_until_v3() -> None:
    client = await transactional()
    producer = await client.init()
    part = ("__transaction_state", 0)
    assert await client.add(producer, part) == {part: 29}
    assert await ask(client, 4, transaction(producer, part)) == [("x", {part: 0})]


async def test_a_transaction_may_begin_with_nothing() -> None:
    client = await transactional()
    producer = await client.init()
    assert await client.add(producer) == {}
    assert (await client.describe_one())[1] == "Ongoing"


@pytest.mark.parametrize("version", [4, 5])
async def test_several_transactions_are_answered_one_by_one(version: int) -> None:
    client = await transactional()
    x, y = await client.init("x"), await client.init("y")
    part = ("t", 0)
    assert await ask(
        client,
        version,
        transaction(x, part),
        transaction(y._replace(epoch=7), part),
        transaction(Producer("nobody", 1, 0), part),
        transaction(y._replace(name=""), part),
        transaction(y, part, ("t", 9)),
    ) == [
        ("x", {part: 0}),
        ("y", {part: 90}),
        ("nobody", {part: 49}),
        ("", {part: 42}),
        ("y", {("t", 9): 3, part: 55}),
    ]


@pytest.mark.parametrize("version", [4, 5])
async def test_only_looking_adds_nothing(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    assert await ask(client, version, transaction(producer, ("t", 0), verify=True)) == [("x", {("t", 0): 120})]
    await client.add(producer, ("t", 0))
    looked = await ask(client, version, transaction(producer, ("t", 0), ("t", 1), verify=True))
    assert looked == [("x", {("t", 0): 0, ("t", 1): 120})]


async def test_no_transactions_at_all_are_answered() -> None:
    client = await transactional()
    assert await ask(client, 5) == []


async def test_level_0_does_not_know_the_form_for_brokers() -> None:
    client = await transactional()
    client.broker.cluster.image.features["transaction.version"] = 0
    producer = await client.init()
    message = AddPartitionsToTxnRequest(transactions=[transaction(producer, ("t", 0))])
    assert (await client.ask(message, 5, AddPartitionsToTxnResponse)).error_code == 35
    assert await client.add(producer, ("t", 0)) == {("t", 0): 0}


async def test_on_a_slow_store_it_waits_for_every_transaction() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    x, y = await client.init("x"), await client.init("y")
    store.slow = True
    message = AddPartitionsToTxnRequest(transactions=[transaction(x, ("t", 0)), transaction(y, ("t", 0))])
    answer = client.begin(message, 5)
    assert isinstance(answer, Waiting)
    store.keep(1)
    assert not answer.resolved
    store.keep()
    assert results(await client.finish(answer)) == [("x", {("t", 0): 0}), ("y", {("t", 0): 0})]
