"""JoinGroup in all versions: what differs between them. The rules are tested in core/groups."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from tests.unit.apis.group_client import RANGE, connected


@pytest.mark.parametrize("version", range(10))
async def test_a_first_member_joins(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    answer = await client.join(version=version)
    assert (answer.error_code, answer.generation_id, answer.leader) == (0, 1, answer.member_id)
    assert answer.member_id.startswith("test-")
    assert answer.protocol_name == "range"
    assert answer.protocol_type == ("consumer" if version >= 7 else None)
    assert [(one.member_id, one.metadata) for one in answer.members] == [(answer.member_id, b"what I am")]
    group = client.broker.groups.find("g")
    assert group is not None
    (member,) = group.describe().members
    assert (member.client_id, member.client_host) == ("test", "/127.0.0.1")


@pytest.mark.parametrize("version", range(10))
async def test_a_new_member_learns_its_id_first(version: int) -> None:
    client = await connected(group_initial_rebalance_delay_ms="1000")
    message = JoinGroupRequest(group_id="g", session_timeout_ms=10_000, protocol_type="consumer", protocols=[RANGE])
    if version < 4:
        with trio.move_on_after(0):
            await client.ask(message, version, JoinGroupResponse)
            raise AssertionError("it waits for others")
    else:
        answer = await client.ask(message, version, JoinGroupResponse)
        assert (answer.error_code, answer.member_id[:5]) == (79, "test-")


async def test_a_client_without_a_name_gets_an_id_all_the_same() -> None:
    client = await connected()
    client.client_id = ""
    message = JoinGroupRequest(group_id="g", session_timeout_ms=10_000, protocol_type="consumer", protocols=[RANGE])
    answer = await client.ask(message, 9, JoinGroupResponse)
    assert (answer.error_code, answer.member_id[0], len(answer.member_id)) == (79, "-", 37)


@pytest.mark.parametrize("version", range(10))
async def test_a_refusal(version: int) -> None:
    client = await connected()
    message = JoinGroupRequest(group_id="", member_id="who", session_timeout_ms=10_000)
    answer = await client.ask(message, version, JoinGroupResponse)
    assert answer == JoinGroupResponse(error_code=24, protocol_name=None if version >= 7 else "", member_id="who")
    message = JoinGroupRequest(group_id="g", member_id="who", session_timeout_ms=1)
    answer = await client.ask(message, version, JoinGroupResponse)
    assert answer == JoinGroupResponse(error_code=26, protocol_name=None if version >= 7 else "", member_id="who")


async def test_version_0_has_one_timeout_for_both(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    await client.join(version=0)
    group = client.broker.groups.find("g")
    assert group is not None
    (member,) = group.classic.members.values()
    assert (member.session_timeout, member.rebalance_timeout) == (10.0, 10.0)


@pytest.mark.parametrize("version", range(5, 10))
async def test_a_static_leader_comes_back(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    old = await client.stable(instance="i")
    answer = await client.join(instance="i", version=version)
    assert (answer.error_code, answer.generation_id, answer.skip_assignment) == (0, 1, version >= 9)
    assert answer.leader == (answer.member_id if version >= 9 else old)
    assert len(answer.members) == (1 if version >= 9 else 0)
