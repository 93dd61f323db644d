"""DescribeCluster in all versions."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.describe_cluster import DescribeClusterRequest, DescribeClusterResponse
from tests.unit.apis.admin_client import connect


async def describe(
    version: int, endpoint_type: int = 1, operations: bool = False, settings: dict[str, str] | None = None
) -> DescribeClusterResponse:
    message = DescribeClusterRequest(
        include_cluster_authorized_operations=operations, endpoint_type=endpoint_type if version else 1
    )
    return await (await connect(settings)).ask(message, version, DescribeClusterResponse)


@pytest.mark.parametrize("version", range(3))
async def test_this_broker_is_the_cluster_and_its_controller(version: int) -> None:
    answer = await describe(version, settings={"node.id": "3", "broker.rack": "r1"})
    (broker,) = answer.brokers
    assert (answer.error_code, answer.error_message, answer.controller_id) == (0, None, 3)
    assert (broker.broker_id, broker.host, broker.port, broker.rack) == (3, "127.0.0.1", 19092, "r1")
    assert not broker.is_fenced
    assert len(answer.cluster_id) == 22


@pytest.mark.parametrize("version", range(3))
async def test_operations_are_told_only_when_asked(version: int) -> None:
    assert (await describe(version)).cluster_authorized_operations == -(2**31)
    assert (await describe(version, operations=True)).cluster_authorized_operations == 8096


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("endpoint_type", "code", "text"),
    [
        (2, 114, "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"),
        (3, 115, "Unsupported endpoint type 3"),
        (0, 115, "Unsupported endpoint type 0"),
    ],
)
async def test_only_brokers_can_be_asked_for(version: int, endpoint_type: int, code: int, text: str) -> None:
    answer = await describe(version, endpoint_type, operations=True)
    assert (answer.error_code, answer.error_message) == (code, text)
    assert (answer.cluster_id, answer.controller_id, answer.brokers) == ("", -1, [])
    assert (answer.endpoint_type, answer.cluster_authorized_operations) == (1, -(2**31))
