"""CreatePartitions in all versions, as a client sees it."""

from __future__ import annotations

import pytest

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest, CreatePartitionsResponse
from tests.unit.apis.admin_client import AdminClient, connect

Wanted = CreatePartitionsRequest.CreatePartitionsTopic
Assignment = CreatePartitionsRequest.CreatePartitionsAssignment


async def grow(
    client: AdminClient, *topics: Wanted, version: int = 3, timeout_ms: int = 5000, validate_only: bool = False
) -> list[tuple[str, int, str | None]]:
    message = CreatePartitionsRequest(topics=list(topics), timeout_ms=timeout_ms, validate_only=validate_only)
    answer = await client.ask(message, version, CreatePartitionsResponse)
    return [(result.name, result.error_code, result.error_message) for result in answer.results]


def wanted(name: str, count: int, *placements: int) -> Wanted:
    assignments = [Assignment(broker_ids=[node]) for node in placements] or None
    return Wanted(name=name, count=count, assignments=assignments)


@pytest.fixture
async def client() -> AdminClient:
    """A broker with topic `a` of 2 partitions."""
    connected = await connect()
    await connected.create("a", 2)
    return connected


def partitions(client: AdminClient) -> int:
    return len(client.broker.topics.by_name["a"].partitions)


@pytest.mark.parametrize("version", range(4))
async def test_count_is_the_new_total(client: AdminClient, version: int) -> None:
    assert await grow(client, wanted("a", 5), version=version) == [("a", 0, None)]
    assert partitions(client) == 5


@pytest.mark.parametrize("version", range(4))
async def test_refusals_carry_code_and_text(client: AdminClient, version: int) -> None:
    assert await grow(client, wanted("nope", 3), wanted("a", 2), version=version) == [
        ("nope", 3, None),
        ("a", 37, "Topic already has 2 partition(s)."),
    ]


async def test_a_placement_by_hand(client: AdminClient) -> None:
    assert await grow(client, wanted("a", 4, 0, 0)) == [("a", 0, None)]
    assert partitions(client) == 4
    ((_, code, reason),) = await grow(client, wanted("a", 6, 0))
    assert code == 39
    assert reason == "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified."


async def test_validating_creates_nothing(client: AdminClient) -> None:
    assert await grow(client, wanted("a", 5), validate_only=True) == [("a", 0, None)]
    assert partitions(client) == 2


async def test_a_name_twice_is_42(client: AdminClient) -> None:
    assert await grow(client, wanted("a", 3), wanted("a", 4)) == [("a", 42, "Duplicate topic name.")]
    assert partitions(client) == 2


async def test_without_time_everything_is_7(client: AdminClient) -> None:
    assert await grow(client, wanted("a", 3), wanted("nope", 1), timeout_ms=0) == [("a", 7, None), ("nope", 7, None)]
    assert partitions(client) == 2


async def test_what_cannot_be_stored_is_56(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    assert await grow(client, wanted("a", 3)) == [("a", 56, "disk full")]
    assert partitions(client) == 2
