"""DeleteGroups in all versions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import MockClock

from kafkalite.broker.waiting import Waiting
from kafkalite.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from tests.unit.apis.group_client import GroupClient, connected


async def delete(client: GroupClient, version: int, groups: Sequence[str]) -> list[tuple[str, int, str | None]]:
    message = DeleteGroupsRequest(groups_names=list(groups))
    answer = await client.ask(message, version, DeleteGroupsResponse)
    return [(one.group_id, one.error_code, one.error_message) for one in answer.results]


@pytest.mark.parametrize("version", range(4))
async def test_groups_are_deleted(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    await client.stable()
    await client.create("t")
    await client.commit({("t", 0): 5}, "simple")
    answers = await delete(client, version, ["g", "simple", "unknown", "simple", ""])
    assert answers == [("g", 68, None), ("simple", 0, None), ("unknown", 69, None), ("", 69, None)]
    assert [group.group_id for group in client.broker.groups] == ["g"]


async def test_the_answer_waits_until_all_is_stored(monkeypatch: pytest.MonkeyPatch, nursery: trio.Nursery) -> None:
    client = await connected()
    slots: dict[str, Waiting] = {}
    monkeypatch.setattr(client.broker.groups, "delete", slots.__setitem__)
    results: list[tuple[str, int, str | None]] = []

    async def ask() -> None:
        results.extend(await delete(client, 3, ["g", "h"]))

    nursery.start_soon(ask)
    await trio.testing.wait_all_tasks_blocked()
    for group_id in ("h", "g"):
        assert results == []
        slots[group_id].resolve(DeleteGroupsResponse.DeletableGroupResult(group_id=group_id))
        await trio.testing.wait_all_tasks_blocked()
    assert results == [("g", 0, None), ("h", 0, None)]
