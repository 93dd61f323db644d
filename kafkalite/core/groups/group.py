"""One group id: its members, its committed offsets, and what of both is stored.

Every question has the form `(message, caller, now, wall_ms) -> Turn`. The shell appends the turn's records; it calls
`stored` once they are kept, `failed` if they could not be, and only then releases the replies of the turn it gets
back. Offsets and the stored form of the members change in `apply` only, which a restart runs over the same records.
Where the group was changed but could not be stored it falls back to what is, and everybody who waits is told to come
again.

A group nobody has heard of is a Group that does not `exists`; the question decides whether it begins to.
KIP-848 consumer groups will stand beside `classic`, behind the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kafkalite.core.groups.classic_group import CONSUMER, ClassicGroup, GroupState, join_error
from kafkalite.core.groups.group_settings import GroupSettings
from kafkalite.core.groups.offsets import CommittedOffsets, is_expired
from kafkalite.core.groups.records import Change, GroupStored, OffsetStored, PendingStored
from kafkalite.core.groups.turn import Caller, Turn, refusal
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_offsets import GroupMetadataKey, GroupMetadataValue
from kafkalite.wire.messages.delete_groups import DeleteGroupsResponse
from kafkalite.wire.messages.describe_groups import DescribeGroupsResponse
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest
from kafkalite.wire.messages.leave_group import LeaveGroupRequest
from kafkalite.wire.messages.list_groups import ListGroupsResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from kafkalite.wire.messages.sync_group import SyncGroupRequest

CLASSIC = "classic"
"""The group type of ListGroups."""


class Group:
    """The members and offsets of one group."""

    __slots__ = ("_begun", "_incarnation", "_settings", "_stored", "classic", "group_id", "offsets")

    def __init__(self, group_id: str, settings: GroupSettings, new_id: Callable[[], str]) -> None:
        self.group_id = group_id
        self._settings = settings
        self.classic = ClassicGroup(group_id, settings, new_id)
        self.offsets = CommittedOffsets(group_id)
        self._stored: GroupMetadataValue | None = None
        self._begun = False  # a record that makes the group is on its way to the log
        self._incarnation = 0  # how often the group fell back to what is stored

    @property
    def exists(self) -> bool:
        """Whether there is such a group, for clients and for the shell that keeps it."""
        return self._begun or self._stored is not None or bool(self.offsets)

    # -- members

    def join(self, message: JoinGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = self._turn(now, wall_ms)
        settings = self._settings
        if not settings.min_session_timeout_ms <= message.session_timeout_ms <= settings.max_session_timeout_ms:
            turn.reply(caller.slot, join_error(ErrorCode.INVALID_SESSION_TIMEOUT, message.member_id))
        elif message.member_id and not self.exists:
            turn.reply(caller.slot, join_error(ErrorCode.UNKNOWN_MEMBER_ID, message.member_id))
        else:
            if not self.exists:
                self._begun = True
                turn.change(self.classic.as_created())
            self.classic.join(message, caller, turn)
        return turn

    def sync(self, message: SyncGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = self._turn(now, wall_ms)
        self.classic.sync(message, caller, turn)
        return turn

    def leave(self, message: LeaveGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = self._turn(now, wall_ms)
        self.classic.leave(message, caller, turn)
        return turn

    def heartbeat(self, message: HeartbeatRequest, now: float) -> ErrorCode:
        return self.classic.heartbeat(message, now)

    # -- offsets

    def commit(self, message: OffsetCommitRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Commit offsets of topics that exist, given with name and id. A simple consumer makes the group by it.

        In a producer's transaction they stay pending until `decide`.
        """
        turn = self._turn(now, wall_ms)
        turn.producer = caller.producer
        code = self._check_commit(message, caller, now)
        topics = []
        for topic in message.topics:
            answers = []
            for partition in topic.partitions:
                verdict = code or self._check_metadata(partition.committed_metadata)
                if verdict is ErrorCode.NONE:
                    change = self.offsets.committed(
                        topic.name, topic.topic_id, partition, message.retention_time_ms, wall_ms
                    )
                    producer = caller.producer
                    turn.change(change if producer is None else PendingStored(producer.producer_id, change))
                answers.append(
                    OffsetCommitResponse.OffsetCommitResponsePartition(
                        partition_index=partition.partition_index, error_code=verdict
                    )
                )
            topics.append(
                OffsetCommitResponse.OffsetCommitResponseTopic(
                    name=topic.name, topic_id=topic.topic_id, partitions=answers
                )
            )
        self._begun = self._begun or bool(turn.changes)
        turn.reply(caller.slot, OffsetCommitResponse(topics=topics))
        return turn

    def _check_commit(self, message: OffsetCommitRequest, caller: Caller, now: float) -> ErrorCode:
        if not self.exists and message.generation_id_or_member_epoch >= 0:
            return ErrorCode.GROUP_ID_NOT_FOUND if caller.knows_missing_group else ErrorCode.ILLEGAL_GENERATION
        return self.classic.check_commit(message, now, in_transaction=caller.producer is not None)

    def decide(self, producer_id: int, committed: bool, now: float, wall_ms: int) -> Turn:
        """A producer's transaction has ended: what it committed becomes visible, or never was."""
        self.offsets.decide(producer_id, committed=committed)
        return self._turn(now, wall_ms)

    def _check_metadata(self, metadata: str | None) -> ErrorCode:
        if metadata is not None and len(metadata) > self._settings.offset_metadata_max_size:
            return ErrorCode.OFFSET_METADATA_TOO_LARGE
        return ErrorCode.NONE

    def delete_offsets(self, message: OffsetDeleteRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Forget offsets of topics no member consumes; the partitions exist."""
        turn = self._turn(now, wall_ms)
        if code := self._check_delete_offsets():
            turn.reply(caller.slot, OffsetDeleteResponse(error_code=code))
            return turn
        topics = []
        for topic in message.topics:
            subscribed = self.classic.is_subscribed(topic.name)
            for partition in () if subscribed else topic.partitions:
                index = partition.partition_index
                if self.offsets.find(topic.name, index) or self.offsets.pending.has(topic.name, index):
                    turn.change(self.offsets.deleted(topic.name, index))
            code = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC if subscribed else ErrorCode.NONE
            answers = [
                OffsetDeleteResponse.OffsetDeleteResponsePartition(
                    partition_index=partition.partition_index, error_code=code
                )
                for partition in topic.partitions
            ]
            topics.append(OffsetDeleteResponse.OffsetDeleteResponseTopic(name=topic.name, partitions=answers))
        turn.reply(caller.slot, OffsetDeleteResponse(topics=topics))
        return turn

    def _check_delete_offsets(self) -> ErrorCode:
        if not self.exists or self.classic.state is GroupState.DEAD:
            return ErrorCode.GROUP_ID_NOT_FOUND
        if self.classic.state is not GroupState.EMPTY and self.classic.protocol_type != CONSUMER:
            return ErrorCode.NON_EMPTY_GROUP
        return ErrorCode.NONE

    def forget(self, is_gone: Callable[[str, Uuid], bool], now: float, wall_ms: int) -> Turn:
        """Forget the offsets of topics that are gone; `is_gone` gets name and id, ZERO_UUID where that is unknown."""
        turn = self._turn(now, wall_ms)
        for change in self.offsets.all_deleted(lambda topic, value: is_gone(topic, value.topic_id)):
            turn.change(change)
        return turn

    # -- the group as a whole

    def delete(self, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Delete a group nobody is in, with its offsets; replies with its part of DeleteGroups."""
        turn = self._turn(now, wall_ms)
        code = ErrorCode.NONE
        if not self.exists or self.classic.state is GroupState.DEAD:
            code = ErrorCode.GROUP_ID_NOT_FOUND
        elif self.classic.state is not GroupState.EMPTY:
            code = ErrorCode.NON_EMPTY_GROUP
        else:
            for change in self.offsets.all_deleted():
                turn.change(change)
            self._end(turn)
            turn.tell(f"group {self.group_id}: deleted")
        turn.reply(caller.slot, DeleteGroupsResponse.DeletableGroupResult(group_id=self.group_id, error_code=code))
        return turn

    def expire(self, now: float, wall_ms: int) -> Turn:
        """Forget offsets that outlived their retention (KIP-211), and the group once it has nothing left."""
        turn = self._turn(now, wall_ms)
        since = self.classic.unused_since()
        if since is None or not self.exists:
            return turn
        topics = self.classic.subscribed_topics() or ()
        retention_ms = self._settings.offsets_retention_ms
        for change in self.offsets.all_stable_deleted(
            lambda topic, value: topic not in topics and is_expired(value, since, retention_ms, wall_ms)
        ):
            turn.change(change)
        if turn.changes:
            turn.tell(f"group {self.group_id}: {len(turn.changes)} committed offsets expired")
        idle = self.classic.state is GroupState.EMPTY and not self.classic.pending
        if idle and len(turn.changes) == len(self.offsets) and not self.offsets.pending:
            self._end(turn)
            turn.tell(f"group {self.group_id}: has no members and no offsets any more and is forgotten")
        return turn

    def _end(self, turn: Turn) -> None:
        self.classic.die(turn)
        turn.change(GroupStored(GroupMetadataKey(group=self.group_id), None))

    # -- what is stored

    def apply(self, changes: Sequence[Change], now: float, wall_ms: int) -> Turn:
        """Take over what stored records say: as they are kept, or at a restart all of them and then `restore`."""
        turn = self._turn(now, wall_ms)
        self._apply(changes, turn)
        return turn

    def _apply(self, changes: Sequence[Change], turn: Turn) -> None:
        for change in changes:
            if isinstance(change, OffsetStored):
                self.offsets.apply(change)
            elif isinstance(change, PendingStored):
                self.offsets.apply_pending(*change)
            elif change.value is not None:
                self._stored = change.value
                self.classic.stored(change.value, turn)
            else:
                self._stored = None
                if self.classic.state is GroupState.DEAD:
                    self.restore(turn.now)

    def restore(self, now: float) -> None:
        """Be what the applied records say. Nothing may wait."""
        self._begun = False
        self.classic.restore(self._stored, now)

    def stored(self, stored: Turn, now: float, wall_ms: int) -> Turn:
        """The records of an earlier turn are kept: return its replies, and those of whoever waited for that."""
        turn = self._turn(now, wall_ms)
        turn.replies += stored.replies
        overtaken = stored.incarnation != self._incarnation and stored.changes_group
        if overtaken:
            # The group fell back to what was stored before this was; what has happened since is not what is stored.
            self._fall_back(ErrorCode.NOT_COORDINATOR, turn)
        self._apply(stored.changes, turn)
        if overtaken:
            self.restore(now)
        return turn

    def failed(self, failed: Turn, code: ErrorCode, now: float, wall_ms: int) -> Turn:
        """The records of an earlier turn could not be stored: whom it would have answered gets `code`.

        A commit or deletion of offsets has changed nothing yet. Where the group itself was to be stored it falls back.
        """
        turn = self._turn(now, wall_ms)
        for slot, response in failed.replies:
            turn.reply(slot, refusal(response, code))
        if failed.changes_group:
            self._fall_back(code, turn)
        elif self._stored is None:
            self._begun = False
        return turn

    def _fall_back(self, code: ErrorCode, turn: Turn) -> None:
        """Be what is stored; whoever waits gets `code` and will join again."""
        self.classic.give_up(code, turn)
        self._incarnation += 1
        self.restore(turn.now)
        turn.tell(f"group {self.group_id}: falls back to generation {self.classic.generation}, which is stored")

    def _turn(self, now: float, wall_ms: int) -> Turn:
        return Turn(now, wall_ms, self._incarnation)

    # -- time

    def deadline(self) -> float:
        """Return the instant by which `tick` must be called."""
        return self.classic.deadline()

    def tick(self, now: float, wall_ms: int) -> Turn:
        """Do what is due; `deadline` is after `now` then."""
        turn = self._turn(now, wall_ms)
        self.classic.tick(turn)
        return turn

    def describe(self) -> DescribeGroupsResponse.DescribedGroup:
        """Return the group as DescribeGroups shows it, without an answer for one that does not exist."""
        return self.classic.describe()

    def listed(self) -> ListGroupsResponse.ListedGroup:
        """Return the group as ListGroups shows it."""
        return ListGroupsResponse.ListedGroup(
            group_id=self.group_id,
            protocol_type=self.classic.protocol_type or "",
            group_state=self.classic.state.value,
            group_type=CLASSIC,
        )
