"""AddOffsetsToTxn in all versions."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.storage.segment_store import StorageError
from tests.unit.apis.transaction_client import transactional

VERSIONS = range(5)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_groups_partition_takes_part(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    for _ in range(2):  # the first makes the topic
        assert await client.add_group(producer, "g", version) == 0
    found = client.broker.transactions.find("x")
    assert found is not None
    assert found.state is not None
    assert found.state.partitions == {client.broker.groups.where("g")}


@pytest.mark.parametrize("version", VERSIONS)
async def test_codes(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    assert await client.add_group(producer._replace(name=""), "g", version) == 42
    assert await client.add_group(producer._replace(name="nobody"), "g", version) == 49
    assert await client.add_group(producer._replace(producer_id=77), "g", version) == 49
    assert await client.add_group(producer._replace(epoch=3), "g", version) == (47 if version < 2 else 90)


async def test_every_group_id_is_taken() -> None:
    client = await transactional()
    assert await client.add_group(await client.init(), "") == 0


async def test_without_the_groups_topic_it_is_15(monkeypatch: pytest.MonkeyPatch) -> None:
    client = await transactional()
    producer = await client.init()

    async def fail(name: str) -> None:
        raise StorageError("no space left")

    monkeypatch.setattr(client.broker.cluster, "ensure_topic", fail)
    assert await client.add_group(producer) == 15
    assert OFFSETS_TOPIC not in client.broker.topics.by_name
