"""ConsumerGroupDescribe (69): epochs, members and assignments of consumer groups (KIP-848).

GROUP_ID_NOT_FOUND for a group that does not exist or is of another kind, INVALID_GROUP_ID for the empty name. Without
an authorizer everything is allowed. v1 which protocol a member speaks
"""

from __future__ import annotations

from kafkalite.apis.context import Context
from kafkalite.apis.describe_groups import ALL_GROUP_OPERATIONS
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse

_Group = ConsumerGroupDescribeResponse.DescribedGroup


def handle(message: ConsumerGroupDescribeRequest, context: Context) -> ConsumerGroupDescribeResponse:
    groups = [_describe(group_id, context) for group_id in message.group_ids]
    if message.include_authorized_operations:
        for group in groups:
            if not group.error_code:
                group.authorized_operations = ALL_GROUP_OPERATIONS
    return ConsumerGroupDescribeResponse(groups=groups)


def _describe(group_id: str, context: Context) -> _Group:
    if not context.broker.groups.offers_consumer_groups:
        return _Group(group_id=group_id, error_code=ErrorCode.UNSUPPORTED_VERSION)
    if not group_id:
        return _Group(error_code=ErrorCode.INVALID_GROUP_ID)
    try:
        group = context.broker.groups.find(group_id)
    except KafkaError as error:
        return _Group(group_id=group_id, error_code=error.code)
    if group is not None and group.consumer is not None:
        return group.describe_consumers()
    why = f"Group {group_id} not found." if group is None else f"Group {group_id} is not a consumer group."
    return _Group(group_id=group_id, error_code=ErrorCode.GROUP_ID_NOT_FOUND, error_message=why)
