"""DescribeGroups (15): members, state and assignments of classic groups.

The protocol and the members' metadata are shown only while the group is Stable. Without an authorizer everything is
allowed. v3 authorized operations · v4 instance ids · v5 flexible · v6 GROUP_ID_NOT_FOUND for a group that does not
exist, or is a consumer group (before: no error, a Dead group)
"""

from __future__ import annotations

from kafkalite.apis.context import Context
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse

ALL_GROUP_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11
"""READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS: one bit each by Kafka's number of the operation."""

_TELLS_MISSING_GROUP = 6

_Group = DescribeGroupsResponse.DescribedGroup


def handle(message: DescribeGroupsRequest, context: Context) -> DescribeGroupsResponse:
    groups = [_describe(group_id, context) for group_id in message.groups]
    if message.include_authorized_operations:
        for group in groups:
            if not group.error_code:
                group.authorized_operations = ALL_GROUP_OPERATIONS
    return DescribeGroupsResponse(groups=groups)


def _describe(group_id: str, context: Context) -> _Group:
    try:
        group = context.broker.groups.find(group_id)
    except KafkaError as error:
        return _Group(group_id=group_id, error_code=error.code)
    if group is not None and group.consumer is None:
        return group.describe()
    missing = _Group(group_id=group_id, group_state="Dead")
    if context.version >= _TELLS_MISSING_GROUP:
        missing.error_code = ErrorCode.GROUP_ID_NOT_FOUND
        why = "not found" if group is None else "is not a classic group"
        missing.error_message = f"Group {group_id} {why}."
    return missing
