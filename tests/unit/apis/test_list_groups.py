"""ListGroups in all versions."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from tests.unit.apis.group_client import GroupClient, connected
from tests.unit.apis.test_consumer_group_heartbeat import join


async def listed(client: GroupClient, version: int, *, states: str = "", types: str = "") -> list[str]:
    message = ListGroupsRequest(states_filter=states.split(), types_filter=types.split())
    answer = await client.ask(message, version, ListGroupsResponse)
    assert answer.error_code == 0
    return [group.group_id for group in answer.groups]


@pytest.mark.parametrize("version", range(6))
async def test_every_group(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    assert await listed(client, version) == []
    await client.stable()
    await client.create("t")
    await client.commit({("t", 0): 5}, "simple")
    answer = await client.ask(ListGroupsRequest(), version, ListGroupsResponse)
    assert [(group.group_id, group.protocol_type) for group in answer.groups] == [("g", "consumer"), ("simple", "")]
    if version >= 4:
        assert [group.group_state for group in answer.groups] == ["Stable", "Empty"]
    if version >= 5:
        assert [group.group_type for group in answer.groups] == ["classic", "classic"]


async def test_consumer_groups_beside_classic_ones() -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5}, "simple")
    await join(client, "m1", topics=["t"])
    answer = await client.ask(ListGroupsRequest(), 5, ListGroupsResponse)
    assert [(one.group_id, one.protocol_type, one.group_type, one.group_state) for one in answer.groups] == [
        ("simple", "", "classic", "Empty"),
        ("g", "consumer", "consumer", "Stable"),
    ]
    assert await listed(client, 5, types="Consumer") == ["g"]
    assert await listed(client, 5, types="classic") == ["simple"]
    await client.create("u")
    await join(client, "m2", topics=["u"])
    assert await listed(client, 5, states="assigning") == ["g"], "the assignment interval is not over"
    assert await listed(client, 5, states="reconciling") == []


async def test_filters(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    await client.stable()
    await client.create("t")
    await client.commit({("t", 0): 5}, "simple")
    assert await listed(client, 4, states="STABLE") == ["g"]
    assert await listed(client, 4, states="empty Stable") == ["g", "simple"]
    assert await listed(client, 4, states="Nonsense") == []
    assert await listed(client, 5, types="Classic") == ["g", "simple"]
    assert await listed(client, 5, types="consumer") == []
    assert await listed(client, 5, states="empty", types="CLASSIC nonsense") == ["simple"]
