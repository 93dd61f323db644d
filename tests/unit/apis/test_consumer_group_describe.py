"""ConsumerGroupDescribe in both versions."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse
from tests.unit.apis.group_client import GroupClient, connected
from tests.unit.apis.test_consumer_group_heartbeat import join

VERSIONS = range(2)


async def describe(
    client: GroupClient, version: int, *group_ids: str, operations: bool = False
) -> list[ConsumerGroupDescribeResponse.DescribedGroup]:
    message = ConsumerGroupDescribeRequest(group_ids=list(group_ids), include_authorized_operations=operations)
    return (await client.ask(message, version, ConsumerGroupDescribeResponse)).groups


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_group(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t", 2)
    await join(client, "m1", topics=["t"])
    (group,) = await describe(client, version, "g")
    assert (group.error_code, group.group_id, group.group_state) == (0, "g", "Stable")
    assert (group.group_epoch, group.assignment_epoch, group.assignor_name) == (2, 2, "uniform")
    assert group.authorized_operations == -(2**31)
    (member,) = group.members
    assert (member.member_id, member.client_id, member.client_host) == ("m1", "test", "/127.0.0.1")
    (assigned,) = member.assignment.topic_partitions
    assert (assigned.topic_id, assigned.topic_name, assigned.partitions) == (topic_id, "t", [0, 1])
    assert member.target_assignment == member.assignment
    assert member.member_type == (1 if version >= 1 else -1)


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_is_no_consumer_group(version: int) -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5}, "simple")
    await join(client, "m1", topics=["t"])
    found = await describe(client, version, "simple", "none", "", "g", operations=True)
    assert [(group.group_id, group.error_code, group.error_message) for group in found] == [
        ("simple", 69, "Group simple is not a consumer group."),
        ("none", 69, "Group none not found."),
        ("", 24, None),
        ("g", 0, None),
    ]
    assert [group.authorized_operations for group in found] == [-(2**31)] * 3 + [3400]


async def test_where_the_protocol_is_not_offered() -> None:
    client = await connected(group_coordinator_rebalance_protocols="classic")
    (group,) = await describe(client, 1, "g")
    assert (group.group_id, group.error_code) == ("g", 35)
