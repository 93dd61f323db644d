"""Heartbeat (12): a member is alive, and learns whether it must join again.

0 go on · REBALANCE_IN_PROGRESS join again · UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, FENCED_INSTANCE_ID: it is out.
v3 static members · v4 flexible
"""

from __future__ import annotations

from kafkalite.apis.context import Context
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


def handle(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
    if not message.group_id:
        return HeartbeatResponse(error_code=ErrorCode.INVALID_GROUP_ID)
    return HeartbeatResponse(error_code=context.broker.groups.heartbeat(message))
