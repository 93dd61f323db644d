"""LeaveGroup (13): members go, by their ids, static ones by their instance ids alone too.

Errors are per member, UNKNOWN_MEMBER_ID for everybody of a group that does not exist.
v3 several members at once (before, one, and its error is the answer's) · v4 flexible · v5 reason
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse

_SEVERAL_MEMBERS = 3


class _SingleSlot(Waiting):
    """The answer about one member, without a list."""

    __slots__ = ()

    def answer(self) -> Message | None:
        response = super().answer()
        assert isinstance(response, LeaveGroupResponse)
        code = response.error_code or next((member.error_code for member in response.members), 0)
        return LeaveGroupResponse(error_code=code)


def handle(message: LeaveGroupRequest, context: Context) -> Answer:
    if not message.group_id:
        return LeaveGroupResponse(error_code=ErrorCode.INVALID_GROUP_ID)
    if context.version >= _SEVERAL_MEMBERS:
        return context.broker.groups.ask(Group.leave, message, Caller(Waiting()))
    message.members = [LeaveGroupRequest.MemberIdentity(member_id=message.member_id)]
    return context.broker.groups.ask(Group.leave, message, Caller(_SingleSlot()))
