"""FindCoordinator in all versions."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC, TRANSACTIONS_TOPIC
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from tests.unit.apis.group_client import GroupClient, connected


async def find(
    client: GroupClient, version: int, *keys: str, key_type: int = 0
) -> list[tuple[str, int, int, str, int, str | None]]:
    message = FindCoordinatorRequest(key=keys[0], coordinator_keys=list(keys), key_type=key_type)
    answer = await client.ask(message, version, FindCoordinatorResponse)
    if version >= 4:
        return [
            (one.key, one.error_code, one.node_id, one.host, one.port, one.error_message) for one in answer.coordinators
        ]
    return [(keys[0], answer.error_code, answer.node_id, answer.host, answer.port, answer.error_message)]


@pytest.mark.parametrize("version", range(7))
async def test_this_broker_coordinates_every_group(version: int) -> None:
    client = await connected()
    for _ in range(2):  # the first makes the topic, the second finds it
        found = await find(client, version, "g", *(["h", ""] if version >= 4 else []))
        assert [one[:5] for one in found] == [
            (key, 0, client.broker.node_id, "127.0.0.1", 19092) for key in ("g", "h", "")[: len(found)]
        ]
        assert {one[5] for one in found} == {"NONE" if 1 <= version < 4 else ""}
    assert OFFSETS_TOPIC in client.broker.topics.by_name


async def test_it_answers_by_the_address_that_clients_are_told() -> None:
    client = await connected(advertised_listeners="PLAINTEXT://example:9999")
    assert (await find(client, 6, "g"))[0][3:5] == ("example", 9999)


@pytest.mark.parametrize("version", range(1, 7))
async def test_this_broker_coordinates_every_transactional_id(version: int) -> None:
    client = await connected()
    for _ in range(2):  # the first makes the topic, the second finds it
        found = await find(client, version, "x", *(["y", ""] if version >= 4 else []), key_type=1)
        assert {one[1:5] for one in found} == {(0, client.broker.node_id, "127.0.0.1", 19092)}
    topic = client.broker.topics.by_name[TRANSACTIONS_TOPIC]
    assert len(topic.partitions) == 50
    assert topic.configs["cleanup.policy"] == "compact"
    assert OFFSETS_TOPIC not in client.broker.topics.by_name


@pytest.mark.parametrize("version", range(1, 7))
@pytest.mark.parametrize("key_type", [2, 3, -1])
async def test_it_coordinates_nothing_else_yet(version: int, key_type: int) -> None:
    client = await connected()
    (found,) = await find(client, version, "k", key_type=key_type)
    assert found[:5] == ("k", 42, -1, "", -1)
    assert found[5] or version == 0
    assert OFFSETS_TOPIC not in client.broker.topics.by_name


async def test_without_the_topic_there_is_no_coordinator(monkeypatch: pytest.MonkeyPatch) -> None:
    client = await connected()

    async def fail(name: str) -> None:
        raise StorageError("no space left")

    monkeypatch.setattr(client.broker.cluster, "ensure_topic", fail)
    for key_type in (0, 1):
        assert (await find(client, 6, "g", key_type=key_type))[0][1] == 15
