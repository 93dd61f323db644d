"""ListConfigResources: what there is to configure, by type."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.image import group_configs_record
from kafkalite.wire.messages.list_config_resources import ListConfigResourcesRequest, ListConfigResourcesResponse
from tests.unit.apis.admin_client import AdminClient, connect

Found = list[tuple[int, str]]


async def ask(client: AdminClient, *types: int) -> tuple[int, Found]:
    message = ListConfigResourcesRequest(resource_types=list(types))
    answer = await client.ask(message, 1, ListConfigResourcesResponse)
    return answer.error_code, [(one.resource_type, one.resource_name) for one in answer.config_resources]


@pytest.fixture
async def client() -> AdminClient:
    """A broker with a topic."""
    connected = await connect()
    await connected.create("a")
    return connected


@pytest.mark.parametrize(
    ("types", "found"),
    [
        ((), [(2, "a"), (4, "0"), (8, "0")]),
        ((2,), [(2, "a")]),
        ((8, 4, 4), [(4, "0"), (8, "0")]),
        ((16, 32), []),
    ],
)
async def test_types(client: AdminClient, types: tuple[int, ...], found: Found) -> None:
    assert await ask(client, *types) == (0, found)


async def test_groups_are_those_with_configurations_of_their_own(client: AdminClient) -> None:
    client.broker.cluster.image.apply(group_configs_record("g", {"consumer.session.timeout.ms": "46000"}))
    assert await ask(client, 32) == (0, [(32, "g")])
    client.broker.cluster.image.apply(group_configs_record("g", {}))
    assert await ask(client, 32) == (0, [])


@pytest.mark.parametrize("types", [(99,), (4, 1), (0,)])
async def test_an_unknown_type_fails_all(client: AdminClient, types: tuple[int, ...]) -> None:
    assert await ask(client, *types) == (35, [])


async def test_version_0_lists_client_metrics_only(client: AdminClient) -> None:
    answer = await client.ask(ListConfigResourcesRequest(), 0, ListConfigResourcesResponse)
    assert (answer.error_code, answer.config_resources) == (0, [])
