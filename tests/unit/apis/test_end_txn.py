"""EndTxn in all versions: what readers see, the codes of each version, and what comes after."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.end_txn import EndTxnRequest, EndTxnResponse
from tests.unit.apis.transaction_client import Producer, transactional

OLD = range(5)


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("committed", [True, False])
async def test_until_v4_the_producer_goes_on_as_before(version: int, committed: bool) -> None:
    client = await transactional()
    producer = await client.init()
    await client.add(producer, ("t", 0))
    assert await client.write(producer, b"a", version=11) == 0
    assert client.values() == []
    assert client.values(committed=False) == [b"a"]
    assert await client.end(producer, committed, version=version) == (0, producer)
    assert client.values() == ([b"a"] if committed else [])
    assert await client.add(producer, ("t", 0)) == {("t", 0): 0}
    assert await client.write(producer, b"b", sequence=1, version=11) == 0


@pytest.mark.parametrize("committed", [True, False])
async def test_v5_gives_the_producer_a_new_epoch(committed: bool) -> None:
    client = await transactional()
    producer = await client.init()
    await client.produce(producer, {("t", 0): b"a", ("t", 1): b"b"})
    code, after = await client.end(producer, committed)
    assert (code, after) == (0, producer._replace(epoch=1))
    assert client.values() + client.values(index=1) == ([b"a", b"b"] if committed else [])
    assert await client.write(producer, b"late", sequence=1) == 47
    assert await client.write(after, b"c") == 0


@pytest.mark.parametrize("version", range(6))
async def test_codes(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    fenced = 47 if version < 2 else 90
    assert (await client.end(Producer("", 0, 0), True, version=version))[0] == 42
    assert (await client.end(Producer("nobody", 0, 0), True, version=version))[0] == 49
    assert (await client.end(producer._replace(producer_id=77), True, version=version))[0] == 49
    assert (await client.end(producer._replace(epoch=5), True, version=version))[0] == fenced
    assert (await client.end(producer, True, version=version))[0] == 48


async def test_v5_answers_ids_only_when_it_went_well() -> None:
    client = await transactional()
    answer = await client.ask(EndTxnRequest(transactional_id="x"), 5, EndTxnResponse)
    assert (answer.error_code, answer.producer_id, answer.producer_epoch) == (49, -1, -1)


async def test_a_new_producer_id_is_fetched_first_when_there_is_none_at_hand() -> None:
    client = await transactional()
    producer = await client.init()
    while client.broker.cluster.next_producer_id() is not None:
        pass
    await client.write(producer, b"a")
    assert (await client.commit_transaction(producer)).epoch == 1
    assert client.broker.cluster.has_producer_ids
