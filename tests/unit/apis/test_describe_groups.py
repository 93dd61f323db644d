"""DescribeGroups in all versions."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from kafkalite.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from tests.unit.apis.group_client import connected
from tests.unit.apis.test_consumer_group_heartbeat import join

VERSIONS = range(7)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stable_group(version: int, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    member_id = await client.stable(instance="i")
    (group,) = (await client.ask(DescribeGroupsRequest(groups=["g"]), version, DescribeGroupsResponse)).groups
    assert (group.error_code, group.group_id, group.group_state) == (0, "g", "Stable")
    assert (group.protocol_type, group.protocol_data) == ("consumer", "range")
    assert group.authorized_operations == -(2**31)
    (member,) = group.members
    assert (member.member_id, member.client_id, member.client_host) == (member_id, "test", "/127.0.0.1")
    assert (member.member_metadata, member.member_assignment) == (b"what I am", b"mine")
    assert member.group_instance_id == ("i" if version >= 4 else None)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_group_that_does_not_exist(version: int) -> None:
    client = await connected()
    for group_id in ("g", ""):
        message = DescribeGroupsRequest(groups=[group_id])
        (group,) = (await client.ask(message, version, DescribeGroupsResponse)).groups
        assert (group.group_state, group.protocol_type, group.members) == ("Dead", "", [])
        if version >= 6:
            assert (group.error_code, group.error_message) == (69, f"Group {group_id} not found.")
        else:
            assert group.error_code == 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_consumer_group_is_nothing_to_it(version: int) -> None:
    client = await connected()
    await join(client, "m1", topics=["t"])
    message = DescribeGroupsRequest(groups=["g"])
    (group,) = (await client.ask(message, version, DescribeGroupsResponse)).groups
    assert (group.group_state, group.members) == ("Dead", [])
    if version >= 6:
        assert (group.error_code, group.error_message) == (69, "Group g is not a classic group.")
    else:
        assert group.error_code == 0


@pytest.mark.parametrize("version", range(3, 7))
async def test_without_an_authorizer_everything_is_allowed(version: int) -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5})
    message = DescribeGroupsRequest(groups=["g"], include_authorized_operations=True)
    (group,) = (await client.ask(message, version, DescribeGroupsResponse)).groups
    assert (group.group_state, group.authorized_operations) == ("Empty", 3400)
