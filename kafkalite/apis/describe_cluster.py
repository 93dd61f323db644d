"""DescribeCluster (60): the brokers and the controller, which is this broker.

Authorized operations are given only when asked for.
v1 endpoint type: only brokers (1) here; controllers (2) are 114, others 115 · v2 fenced brokers (there are none)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.apis.metadata import CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.describe_cluster import DescribeClusterRequest, DescribeClusterResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context

_BROKERS = 1
_CONTROLLERS = 2


def handle(message: DescribeClusterRequest, context: Context) -> DescribeClusterResponse:
    if message.endpoint_type == _CONTROLLERS:
        reason = "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
        return DescribeClusterResponse(error_code=ErrorCode.MISMATCHED_ENDPOINT_TYPE, error_message=reason)
    if message.endpoint_type != _BROKERS:
        reason = f"Unsupported endpoint type {message.endpoint_type}"
        return DescribeClusterResponse(error_code=ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, error_message=reason)
    broker = context.broker
    host, port = broker.advertised(context.session)
    rack = broker.cluster.image.brokers[broker.node_id].rack
    asked = message.include_cluster_authorized_operations
    return DescribeClusterResponse(
        cluster_id=broker.cluster_id,
        controller_id=broker.node_id,
        brokers=[
            DescribeClusterResponse.DescribeClusterBroker(broker_id=broker.node_id, host=host, port=port, rack=rack)
        ],
        cluster_authorized_operations=CLUSTER_OPERATIONS if asked else OPERATIONS_NOT_ASKED,
    )
