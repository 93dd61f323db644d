"""LeaveGroup in all versions."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from tests.unit.apis.group_client import connected

Identity = LeaveGroupRequest.MemberIdentity


@pytest.mark.parametrize("version", range(6))
async def test_leaving(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    member = await client.stable()

    async def leave(group_id: str, member_id: str) -> tuple[int, list[tuple[str, int]]]:
        message = LeaveGroupRequest(group_id=group_id)
        if version >= 3:
            message.members = [Identity(member_id=member_id)]
        else:
            message.member_id = member_id
        answer = await client.ask(message, version, LeaveGroupResponse)
        return answer.error_code, [(one.member_id, one.error_code) for one in answer.members]

    several = version >= 3
    assert await leave("", member) == (24, [])
    assert await leave("h", member) == ((0, [(member, 25)]) if several else (25, []))
    assert await leave("g", "who") == ((0, [("who", 25)]) if several else (25, []))
    assert await leave("g", member) == (0, [(member, 0)] if several else [])
    group = client.broker.groups.find("g")
    assert group is not None
    assert group.classic.state.value == "Empty"


@pytest.mark.parametrize("version", range(3, 6))
async def test_several_leave_at_once(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    await client.stable(instance="i")
    message = LeaveGroupRequest(
        group_id="g", members=[Identity(member_id="", group_instance_id="i"), Identity(member_id="who")]
    )
    answer = await client.ask(message, version, LeaveGroupResponse)
    assert answer.error_code == 0
    assert [(one.member_id, one.group_instance_id, one.error_code) for one in answer.members] == [
        ("", "i", 0),
        ("who", None, 25),
    ]
