"""JoinGroup (11): become a member of a group, or come back for its next generation.

Waits until everybody has joined, at most the longest rebalance timeout of the members; only the leader gets the list
of them. Every error has generation -1, no leader and no members; the codes are in `core/groups/classic_group.py`. v1
rebalance timeout · v4 MEMBER_ID_REQUIRED · v5 static members · v6 flexible · v7 protocol type in the answer, protocol
name may be null · v8 reason · v9 skip_assignment
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse

_REBALANCE_TIMEOUT = 1
_LEARNS_MEMBER_ID = 4
_NULL_PROTOCOL_NAME = 7
_SKIPS_ASSIGNMENT = 9


class _Slot(Waiting):
    __slots__ = ("_version",)

    def __init__(self, version: int) -> None:
        super().__init__()
        self._version = version

    def answer(self) -> Message | None:
        response = super().answer()
        assert isinstance(response, JoinGroupResponse)
        if response.protocol_name is None and self._version < _NULL_PROTOCOL_NAME:
            response.protocol_name = ""
        return response


def handle(message: JoinGroupRequest, context: Context) -> Answer:
    version = context.version
    slot = _Slot(version)
    if not message.group_id:
        refused = JoinGroupResponse(
            error_code=ErrorCode.INVALID_GROUP_ID, protocol_name=None, member_id=message.member_id
        )
        slot.resolve(refused)
        return slot.answer()
    if version < _REBALANCE_TIMEOUT:
        message.rebalance_timeout_ms = message.session_timeout_ms
    groups = context.broker.groups
    if not message.member_id:
        groups.announced.joins(message.group_id, context.client_id, context.session)
    caller = Caller(
        slot,
        context.client_id,
        f"/{context.session.peer_host}",
        learns_member_id=version >= _LEARNS_MEMBER_ID,
        can_skip_assignment=version >= _SKIPS_ASSIGNMENT,
    )
    return groups.ask(Group.join, message, caller, creates=True)
