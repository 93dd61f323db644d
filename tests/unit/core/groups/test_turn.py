"""A turn: what it gathers, and what becomes of its replies when its records could not be stored."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.records import GroupStored, OffsetStored, encode_record
from kafkalite.core.groups.turn import Caller, Turn, refusal
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.consumer_offsets import GroupMetadataKey, OffsetCommitKey, OffsetCommitValue
from kafkalite.wire.messages.delete_groups import DeleteGroupsResponse
from kafkalite.wire.messages.join_group import JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitResponse
from kafkalite.wire.messages.offset_delete import OffsetDeleteResponse
from kafkalite.wire.messages.sync_group import SyncGroupResponse

CODE = ErrorCode.NOT_COORDINATOR


def test_a_change_is_a_record() -> None:
    turn = Turn(1.0, 1000)
    offset, group = OffsetStored(OffsetCommitKey(), None), GroupStored(GroupMetadataKey(), None)
    turn.change(offset)
    assert not turn.changes_group
    turn.change(group)
    assert turn.changes_group
    assert turn.changes == [offset, group]
    assert turn.records == [encode_record(offset), encode_record(group)]


def test_a_caller_is_a_new_client_unless_told_otherwise() -> None:
    caller = Caller("slot")
    assert (caller.slot, caller.learns_member_id, caller.can_skip_assignment) == ("slot", True, True)


def commit(*codes: int) -> OffsetCommitResponse:
    partitions = [OffsetCommitResponse.OffsetCommitResponsePartition(error_code=code) for code in codes]
    return OffsetCommitResponse(
        topics=[OffsetCommitResponse.OffsetCommitResponseTopic(name="t", partitions=partitions)]
    )


@pytest.mark.parametrize(
    ("response", "refused"),
    [
        (JoinGroupResponse(generation_id=3, member_id="m"), JoinGroupResponse(error_code=CODE, protocol_name=None)),
        (SyncGroupResponse(assignment=b"a"), SyncGroupResponse(error_code=CODE)),
        (LeaveGroupResponse(members=[LeaveGroupResponse.MemberResponse()]), LeaveGroupResponse(error_code=CODE)),
        (OffsetDeleteResponse(), OffsetDeleteResponse(error_code=CODE)),
        (
            DeleteGroupsResponse.DeletableGroupResult(group_id="g"),
            DeleteGroupsResponse.DeletableGroupResult(group_id="g", error_code=CODE),
        ),
        (commit(0, 12), commit(CODE, CODE)),
    ],
    ids=lambda response: type(response).__name__,
)
def test_what_could_not_be_stored_is_refused_in_the_same_shape(response: Message, refused: Message) -> None:
    assert refusal(response, CODE) == refused


def test_many_deletions_are_parted() -> None:
    turn = Turn(1.0, 2)
    for partition in range(5):
        turn.change(OffsetStored(OffsetCommitKey(group="g", topic="t", partition=partition), None))
    turn.change(GroupStored(GroupMetadataKey(group="g"), None))
    turn.reply("slot", LeaveGroupResponse())
    size = len(turn.records[0].key)
    assert [len(part.changes) for part in turn.parts(1 << 20)] == [6]
    parts = turn.parts(2 * size)
    assert [len(part.records) for part in parts] == [2, 2, 2]
    assert [change for part in parts for change in part.changes] == turn.changes
    assert [part.replies for part in parts] == [[], [], turn.replies]
    assert {(part.now, part.wall_ms) for part in parts} == {(1.0, 2)}
    assert len(turn.parts(1)) == 6, "at least one each"


def test_whatever_else_is_stored_at_once() -> None:
    turn = Turn(1.0, 2)
    for partition in range(5):
        turn.change(OffsetStored(OffsetCommitKey(group="g", topic="t", partition=partition), OffsetCommitValue()))
    assert turn.parts(1) == [turn]
