"""ConsumerGroupHeartbeat in both versions: what is wrong with the form of a request. The rules are core/groups's.

Numbers are Kafka's error codes: 35 UNSUPPORTED_VERSION, 42 INVALID_REQUEST, 69 GROUP_ID_NOT_FOUND,
112 UNSUPPORTED_ASSIGNOR, 128 INVALID_REGULAR_EXPRESSION.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from kafkalite.wire.messages.update_features import UpdateFeaturesRequest, UpdateFeaturesResponse
from tests.unit.apis.group_client import GroupClient, connected

VERSIONS = range(2)

FIRST: dict[str, Any] = {
    "group_id": "g",
    "member_id": "m1",
    "member_epoch": 0,
    "rebalance_timeout_ms": 60_000,
    "subscribed_topic_names": ["t"],
    "topic_partitions": [],
}
"""What a first heartbeat says."""


async def heartbeat(client: GroupClient, version: int = 1, **fields: Any) -> ConsumerGroupHeartbeatResponse:
    return await client.ask(ConsumerGroupHeartbeatRequest(**fields), version, ConsumerGroupHeartbeatResponse)


async def join(
    client: GroupClient, member_id: str, *, topics: list[str], group_id: str = "g"
) -> ConsumerGroupHeartbeatResponse:
    answer = await heartbeat(
        client, **(FIRST | {"group_id": group_id, "member_id": member_id, "subscribed_topic_names": topics})
    )
    assert answer.error_code == 0, answer
    return answer


@pytest.mark.parametrize("version", VERSIONS)
async def test_joining_going_on_and_leaving(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t", 2)
    answer = await heartbeat(client, version, **FIRST)
    assert (answer.error_code, answer.error_message, answer.member_id, answer.member_epoch) == (0, None, "m1", 2)
    assert answer.assignment is not None
    (assigned,) = answer.assignment.topic_partitions
    assert (assigned.topic_id, assigned.partitions) == (topic_id, [0, 1])
    answer = await heartbeat(client, version, group_id="g", member_id="m1", member_epoch=2)
    assert (answer.error_code, answer.member_epoch, answer.assignment) == (0, 2, None)
    answer = await heartbeat(client, version, group_id="g", member_id="m1", member_epoch=-1)
    assert answer == ConsumerGroupHeartbeatResponse(member_id="m1", member_epoch=-1)


@pytest.mark.parametrize(
    ("settings", "interval"), [({}, 50), ({"kafkalite_group_consumer_reconciling_heartbeat_interval_ms": "0"}, 5000)]
)
async def test_a_member_that_may_have_to_wait_comes_back_soon(settings: dict[str, str], interval: int) -> None:
    client = await connected(**settings)
    await client.create("t", 2)
    answer = await join(client, "m1", topics=["t"])
    assert answer.heartbeat_interval_ms == interval


async def test_who_brings_no_member_id_is_given_one() -> None:
    client = await connected()
    await client.create("t", 2)
    answer = await heartbeat(client, 0, **(FIRST | {"member_id": ""}))
    assert answer.error_code == 0
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", str(answer.member_id)), "as Kafka's: a UUID in URL-safe base64"


FORM: dict[str, tuple[dict[str, Any], str]] = {
    "no group id": ({"group_id": ""}, "GroupId can't be empty."),
    "a blank group id": ({"group_id": " "}, "GroupId can't be empty."),
    "an empty instance id": ({"instance_id": ""}, "InstanceId can't be empty."),
    "an empty rack id": ({"rack_id": ""}, "RackId can't be empty."),
    "joins without a rebalance timeout": (
        {"rebalance_timeout_ms": -1},
        "RebalanceTimeoutMs must be provided in first request.",
    ),
    "joins without saying that it owns nothing": (
        {"topic_partitions": None},
        "TopicPartitions must be empty when (re-)joining.",
    ),
    "joins owning something": (
        {"topic_partitions": [ConsumerGroupHeartbeatRequest.TopicPartitions(topic_id=b"t" * 16, partitions=[0])]},
        "TopicPartitions must be empty when (re-)joining.",
    ),
    "joins without a subscription": (
        {"subscribed_topic_names": None},
        "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
    ),
    "leaves for now without an instance id": ({"member_epoch": -2}, "InstanceId can't be null."),
    "an epoch that is none": ({"member_epoch": -3}, "MemberEpoch is invalid."),
    "goes on without a member id": ({"member_id": "", "member_epoch": 1}, "MemberId can't be empty."),
    "leaves without a member id": ({"member_id": " ", "member_epoch": -1}, "MemberId can't be empty."),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", FORM)
async def test_a_request_whose_form_is_wrong(rule: str, version: int) -> None:
    client = await connected()
    await client.create("t", 2)
    fields, why = FORM[rule]
    answer = await heartbeat(client, version, **(FIRST | fields))
    assert answer == ConsumerGroupHeartbeatResponse(error_code=42, error_message=why)
    assert client.broker.groups.find("g") is None


async def test_from_version_1_on_a_member_brings_its_id() -> None:
    client = await connected()
    answer = await heartbeat(client, 1, **(FIRST | {"member_id": ""}))
    assert (answer.error_code, answer.error_message) == (42, "MemberId can't be empty.")


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_assignor_nobody_has(version: int) -> None:
    client = await connected()
    answer = await heartbeat(client, version, **(FIRST | {"server_assignor": "best"}))
    why = "ServerAssignor best is not supported. Supported assignors: uniform, range."
    assert (answer.error_code, answer.error_message) == (112, why)
    client = await connected(group_consumer_assignors="range")
    answer = await heartbeat(client, version, **(FIRST | {"server_assignor": "uniform"}))
    assert (answer.error_code, answer.error_message) == (112, why.replace("best", "uniform").replace("uniform, ", ""))


@pytest.mark.parametrize("timeout", [0, -5])
async def test_odd_rebalance_timeouts_pass(timeout: int) -> None:
    client = await connected()
    await client.create("t", 2)
    assert (await heartbeat(client, **(FIRST | {"rebalance_timeout_ms": timeout}))).error_code == 0


async def test_a_regular_expression_needs_version_1() -> None:
    client = await connected()
    await client.create("t", 2)
    fields = FIRST | {"subscribed_topic_names": None, "subscribed_topic_regex": "("}
    answer = await heartbeat(client, 1, **fields)
    assert answer.error_code == 128
    assert answer.error_message is not None
    assert (await heartbeat(client, 1, **(fields | {"subscribed_topic_regex": "t.*"}))).error_code == 0


async def test_who_does_not_join_makes_no_group() -> None:
    client = await connected()
    for epoch in (5, -1):
        assert (await heartbeat(client, **(FIRST | {"member_epoch": epoch}))).error_code == 69
    assert list(client.broker.groups) == []


async def test_where_the_protocol_is_not_offered() -> None:
    client = await connected(group_coordinator_rebalance_protocols="classic")
    answer = await heartbeat(client, **FIRST)
    assert answer == ConsumerGroupHeartbeatResponse(error_code=35)


async def test_where_the_feature_is_not_finalized() -> None:
    client = await connected()
    update = UpdateFeaturesRequest.FeatureUpdateKey(feature="group.version", max_version_level=0, upgrade_type=2)
    assert (
        await client.ask(UpdateFeaturesRequest(feature_updates=[update]), 1, UpdateFeaturesResponse)
    ).error_code == 0
    assert (await heartbeat(client, **FIRST)).error_code == 35
    described = await client.ask(ConsumerGroupDescribeRequest(group_ids=["g"]), 1, ConsumerGroupDescribeResponse)
    assert [group.error_code for group in described.groups] == [35]
