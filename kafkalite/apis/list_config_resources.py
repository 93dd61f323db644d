"""ListConfigResources (74): what configs can be altered on: topics, this broker, its loggers, groups that have some.

Subscriptions of client metrics, the only kind that v0 knows, are listed once something can be set there. A type that
Kafka does not know fails all (35).
v1 types to choose from (none: all) and more than client metrics
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.list_config_resources import ListConfigResourcesRequest, ListConfigResourcesResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context

_Resource = ListConfigResourcesResponse.ConfigResource

TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32
TYPES: Final = frozenset({TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP})

_V1_TYPES = 1


def handle(message: ListConfigResourcesRequest, context: Context) -> ListConfigResourcesResponse:
    wanted = frozenset(message.resource_types) or TYPES
    if context.version < _V1_TYPES:
        wanted = frozenset({CLIENT_METRICS})
    if not wanted <= TYPES:
        return ListConfigResourcesResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    image, node_id = context.broker.cluster.image, str(context.broker.node_id)
    groups = list(image.group_configs)
    names = {TOPIC: list(image.topics), BROKER: [node_id], BROKER_LOGGER: [node_id], GROUP: groups}
    return ListConfigResourcesResponse(
        config_resources=[
            _Resource(resource_name=name, resource_type=kind) for kind in sorted(wanted) for name in names.get(kind, [])
        ]
    )
