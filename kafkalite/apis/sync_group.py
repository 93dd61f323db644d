"""SyncGroup (14): the leader brings the assignment of its generation, everybody takes their part of it.

Waits for the leader, at most the longest rebalance timeout of the members, and until the assignment is stored.
v3 static members · v4 flexible · v5 the protocol's type and name must be given and must be the group's
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse

_NAMES_PROTOCOL = 5


def handle(message: SyncGroupRequest, context: Context) -> Answer:
    unnamed = message.protocol_type is None or message.protocol_name is None
    if unnamed and context.version >= _NAMES_PROTOCOL:
        return SyncGroupResponse(error_code=ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    if not message.group_id:
        return SyncGroupResponse(error_code=ErrorCode.INVALID_GROUP_ID)
    return context.broker.groups.ask(Group.sync, message, Caller(Waiting()))
