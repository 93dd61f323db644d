"""SyncGroup in all versions."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.unit.apis.group_client import connected


@pytest.mark.parametrize("version", range(6))
async def test_everybody_gets_a_part(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    member = await client.stable()
    message = SyncGroupRequest(
        group_id="g", member_id=member, generation_id=1, protocol_type="consumer", protocol_name="range"
    )
    answer = await client.ask(message, version, SyncGroupResponse)
    named = ("consumer", "range") if version >= 5 else (None, None)
    assert (answer.error_code, answer.assignment) == (0, b"mine")
    assert (answer.protocol_type, answer.protocol_name) == named


@pytest.mark.parametrize("version", range(6))
async def test_refusals(version: int) -> None:
    client = await connected()
    message = SyncGroupRequest(protocol_type="consumer", protocol_name="range")
    assert (await client.ask(message, version, SyncGroupResponse)).error_code == 24
    message.group_id = "g"
    assert await client.ask(message, version, SyncGroupResponse) == SyncGroupResponse(error_code=25)


@pytest.mark.parametrize(("protocol_type", "protocol_name"), [(None, "range"), ("consumer", None), (None, None)])
async def test_from_version_5_on_the_protocol_must_be_named(
    protocol_type: str | None, protocol_name: str | None
) -> None:
    client = await connected()
    message = SyncGroupRequest(group_id="g", protocol_type=protocol_type, protocol_name=protocol_name)
    assert (await client.ask(message, 5, SyncGroupResponse)).error_code == 23
    assert (await client.ask(message, 4, SyncGroupResponse)).error_code == 25
