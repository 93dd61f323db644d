"""Heartbeat in all versions."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from tests.unit.apis.group_client import connected


@pytest.mark.parametrize("version", range(5))
async def test_heartbeats(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    member = await client.stable(instance="i")

    async def beat(group_id: str, member_id: str, generation: int, instance: str | None = None) -> int:
        message = HeartbeatRequest(
            group_id=group_id, member_id=member_id, generation_id=generation, group_instance_id=instance
        )
        if version < 3:
            message.group_instance_id = None
        return (await client.ask(message, version, HeartbeatResponse)).error_code

    assert await beat("", member, 1) == 24
    assert await beat("h", member, 1) == 25
    assert await beat("g", member, 1, "i") == 0
    assert await beat("g", member, 2, "i") == 22
    assert await beat("g", "who", 1, "i") == (82 if version >= 3 else 25)
