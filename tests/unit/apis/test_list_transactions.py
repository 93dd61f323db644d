"""ListTransactions: all, and by filters."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from kafkalite.apis.list_transactions import LONGEST_MATCHED
from kafkalite.wire.messages.list_transactions import ListTransactionsRequest, ListTransactionsResponse
from tests.unit.apis.transaction_client import TransactionClient, transactional


async def listed(client: TransactionClient, version: int = 2, **filters: Any) -> dict[str, str]:
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


@pytest.mark.parametrize("version", [0, 1, 2])
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


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (None, {"x", "y", "z"}),
        ("", {"x", "y", "z"}),
        ("[xy]", {"x", "y"}),
        ("z.*", {"z"}),
        (".", {"x", "y", "z"}),
        ("w", set()),
    ],
)
async def test_by_pattern(client: TransactionClient, pattern: str | None, expected: set[str]) -> None:
    assert set(await listed(client, transactional_id_pattern=pattern)) == expected


async def test_a_pattern_has_to_match_the_whole_id(client: TransactionClient) -> None:
    await client.init("xx")
    assert set(await listed(client, transactional_id_pattern="x")) == {"x"}


async def test_a_pattern_that_is_none_is_128(client: TransactionClient) -> None:
    answer = await client.ask(ListTransactionsRequest(transactional_id_pattern="("), 2, ListTransactionsResponse)
    assert (answer.error_code, answer.transaction_states) == (128, [])


async def test_patterns_and_ids_they_do_not_match(client: TransactionClient) -> None:
    for name in ("x" * LONGEST_MATCHED, "x" * (LONGEST_MATCHED + 1), "x\u00e4"):
        await client.init(name)
    assert set(await listed(client, transactional_id_pattern="x.*")) == {"x", "x" * LONGEST_MATCHED}


async def test_many_ids_leave_others_their_turn(client: TransactionClient, nursery: trio.Nursery) -> None:
    for number in range(1200):
        await client.init(f"n{number}")
    answer = client.begin(ListTransactionsRequest(transactional_id_pattern="n1.*"), 2)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await trio.lowlevel.checkpoint()

    nursery.start_soon(count_turns)
    await trio.lowlevel.checkpoint()
    before = turns
    found = await answer
    nursery.cancel_scope.cancel()
    assert len(found.transaction_states) == 311
    assert turns > before
