"""ListTransactions: all, and by filters."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.list_transactions import ListTransactionsRequest, ListTransactionsResponse
from tests.unit.apis.transaction_client import TransactionClient, transactional


async def listed(client: TransactionClient, version: int = 1, **filters: Any) -> dict[str, str]:
    """Return state by id."""
    answer = await client.ask(ListTransactionsRequest(**filters), version, ListTransactionsResponse)
    assert answer.error_code == 0
    return {one.transactional_id: one.transaction_state for one in answer.transaction_states}


@pytest.fixture
async def client() -> TransactionClient:
    """x (producer 0) is Empty, y (1) Ongoing, z (2) CompleteAbort."""
    client = await transactional()
    await client.init("x")
    await client.write(await client.init("y"), b"a")
    z = await client.init("z")
    await client.write(z, b"b", index=1)
    await client.end(z, False)
    return client


@pytest.mark.parametrize("version", [0, 1])
async def test_all(client: TransactionClient, version: int) -> None:
    assert await listed(client, version) == {"x": "Empty", "y": "Ongoing", "z": "CompleteAbort"}


async def test_by_state(client: TransactionClient) -> None:
    assert await listed(client, state_filters=["Ongoing", "Empty"]) == {"x": "Empty", "y": "Ongoing"}
    assert await listed(client, state_filters=["PrepareCommit"]) == {}


async def test_states_nobody_knows_come_back(client: TransactionClient) -> None:
    message = ListTransactionsRequest(state_filters=["ongoing", "Bogus", "Bogus", "", "Dead", "PrepareEpochFence"])
    answer = await client.ask(message, 0, ListTransactionsResponse)
    assert answer.unknown_state_filters == ["ongoing", "Bogus", ""]
    assert answer.transaction_states == []


async def test_by_producer(client: TransactionClient) -> None:
    assert await listed(client, producer_id_filters=[2, 77, -1]) == {"z": "CompleteAbort"}


async def test_by_duration(autojump_clock: MockClock) -> None:
    client = await transactional()
    await client.write(await client.init("y"), b"a")
    await client.init("x")
    await trio.sleep(10.0)
    await client.write(await client.init("new"), b"b", index=1)
    await trio.sleep(1.0)
    assert set(await listed(client, duration_filter=999)) == {"x", "y", "new"}
    assert set(await listed(client, duration_filter=1000)) == {"x", "y"}
    assert set(await listed(client, duration_filter=10_000)) == {"x", "y"}
    assert set(await listed(client, duration_filter=11_000)) == {"x"}


async def test_every_filter_has_to_be_passed(client: TransactionClient) -> None:
    assert await listed(client, state_filters=["Ongoing"], producer_id_filters=[2]) == {}
    assert await listed(client, state_filters=["Ongoing"], producer_id_filters=[1]) == {"y": "Ongoing"}
