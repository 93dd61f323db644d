"""AlterConfigs (33): the complete set of configs of a resource from now on; what is not mentioned is unset.

Topics, brokers, client metrics and groups as in IncrementalAlterConfigs, no loggers. A resource mentioned twice fails
(42); Kafka never answers that.
v2 flexible; nothing else ever changed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.apis.incremental_alter_configs import alter
from kafkalite.core.cluster.alter_configs import SET, Alteration, Operation
from kafkalite.wire.messages.alter_configs import AlterConfigsRequest, AlterConfigsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context


async def handle(message: AlterConfigsRequest, context: Context) -> AlterConfigsResponse:
    alterations = [
        Alteration(
            wanted.resource_type,
            wanted.resource_name,
            [Operation(config.name, SET, config.value) for config in wanted.configs],
            replaces=True,
        )
        for wanted in message.resources
    ]
    refusals = await alter(alterations, context.broker, validate_only=message.validate_only)
    return AlterConfigsResponse(
        responses=[
            AlterConfigsResponse.AlterConfigsResourceResponse(
                error_code=refusal.code if refusal else 0,
                error_message=refusal.message if refusal else None,
                resource_type=wanted.resource_type,
                resource_name=wanted.resource_name,
            )
            for wanted, refusal in zip(alterations, refusals, strict=True)
        ]
    )
