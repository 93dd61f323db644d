"""InitProducerId in all versions."""

from __future__ import annotations

import pytest

from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.apis.transaction_client import transactional


async def init(
    client: AdminClient,
    version: int = 5,
    transactional_id: str | None = None,
    producer_id: int = -1,
    producer_epoch: int = -1,
    timeout_ms: int = 60_000,
) -> tuple[int, int, int]:
    """Return (error, producer id, producer epoch)."""
    message = InitProducerIdRequest(
        transactional_id=transactional_id,
        transaction_timeout_ms=timeout_ms,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
    )
    answer = await client.ask(message, version, InitProducerIdResponse)
    return answer.error_code, answer.producer_id, answer.producer_epoch


@pytest.fixture
async def client() -> AdminClient:
    return await connect()


@pytest.mark.parametrize("version", range(6))
async def test_every_producer_gets_a_new_id_with_epoch_0(client: AdminClient, version: int) -> None:
    assert [await init(client, version) for _ in range(3)] == [(0, 0, 0), (0, 1, 0), (0, 2, 0)]


async def test_only_the_first_of_a_block_has_to_wait(client: AdminClient) -> None:
    await init(client)
    answer = client.begin(InitProducerIdRequest(transactional_id=None), 5)
    assert isinstance(answer, InitProducerIdResponse)


async def test_no_id_comes_twice_even_after_a_restart() -> None:
    store = MemoryMetadata()
    first = await connect(metadata=store)
    assert (await init(first))[1] == 0
    second = await connect(metadata=store)
    assert (await init(second))[1] == 1000


@pytest.mark.parametrize("version", [3, 4, 5])
async def test_id_and_epoch_and_timeout_do_not_matter_without_a_transactional_id(
    client: AdminClient, version: int
) -> None:
    assert await init(client, version, producer_id=77, producer_epoch=3) == (0, 0, 0)
    assert await init(client, version, producer_id=-2, producer_epoch=-2) == (0, 1, 0)
    assert await init(client, version, timeout_ms=0) == (0, 2, 0)


@pytest.mark.parametrize("version", [3, 4, 5])
async def test_an_id_without_epoch_or_the_reverse_is_42(client: AdminClient, version: int) -> None:
    assert await init(client, version, producer_id=5) == (42, -1, -1)
    assert await init(client, version, producer_epoch=5) == (42, -1, -1)


@pytest.mark.parametrize("version", range(6))
async def test_an_empty_transactional_id_is_42(client: AdminClient, version: int) -> None:
    assert await init(client, version, transactional_id="") == (42, -1, -1)


@pytest.mark.parametrize("version", range(6))
async def test_a_transactional_id_has_one_producer_with_growing_epochs(client: AdminClient, version: int) -> None:
    assert [await init(client, version, "x") for _ in range(3)] == [(0, 0, 0), (0, 0, 1), (0, 0, 2)]
    assert await init(client, version, "y") == (0, 1, 0)


@pytest.mark.parametrize("version", [3, 4, 5])
async def test_who_says_who_it_was_goes_on_unless_somebody_came_in_between(client: AdminClient, version: int) -> None:
    assert await init(client, version, "x") == (0, 0, 0)
    assert await init(client, version, "x", 0, 0) == (0, 0, 1)
    assert await init(client, version, "x", 0, 0) == (0, 0, 1)
    assert await init(client, version, "x") == (0, 0, 2)
    assert await init(client, version, "x", 0, 1) == (47 if version < 4 else 90, -1, -1)


@pytest.mark.parametrize("version", range(6))
async def test_timeouts_have_limits(version: int) -> None:
    client = await connect({"transaction.max.timeout.ms": "5000"})
    for timeout_ms in (0, -1, 5001):
        assert await init(client, version, "x", timeout_ms=timeout_ms) == (50, -1, -1)
    for timeout_ms in (1, 5000):
        assert (await init(client, version, "x", timeout_ms=timeout_ms))[0] == 0


async def test_what_the_last_instance_left_open_is_aborted_first() -> None:
    client = await transactional()
    old = await client.init()
    await client.write(old, b"a")
    assert await client.init() == old._replace(epoch=2)
    assert client.values() == []
    assert await client.write(old, b"late", sequence=1) == 47
    assert client.broker.topics.by_name["t"].partitions[0].last_stable_offset == 2


async def test_the_first_transactional_id_makes_their_topic(client: AdminClient) -> None:
    assert "__transaction_state" not in client.broker.topics.by_name
    await init(client, transactional_id="x")
    assert "__transaction_state" in client.broker.topics.by_name


async def test_without_the_topic_or_an_id_it_is_15(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(name: str) -> None:
        raise StorageError("no space left")

    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(client.broker.cluster, "ensure_topic", fail)
        assert await init(client, transactional_id="x") == (15, -1, -1)
    await client.broker.cluster.ensure_topic("__transaction_state")
    with monkeypatch.context() as broken:
        broken.setattr(client.broker.metadata, "append", refuse)
        assert await init(client, transactional_id="x") == (15, -1, -1)
    assert await init(client, transactional_id="x") == (0, 0, 0)


async def test_a_block_that_cannot_be_stored_is_15_which_clients_repeat(
    client: AdminClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(client.broker.metadata, "append", refuse)
        assert await init(client) == (15, -1, -1)
    assert await init(client) == (0, 0, 0)
