"""One group id: its members, its committed offsets, and what of both is stored.

Every question has the form `(message, caller, now, wall_ms) -> Turn`. The shell appends the turn's records; it calls
`stored` once they are kept, `failed` if they could not be, and only then releases the replies of the turn it gets
back. Offsets and the stored form of the members change in `apply` only, which a restart runs over the same records.
Where the group was changed but could not be stored it falls back to what is, and everybody who waits is told to come
again.

A group nobody has heard of is a Group that does not `exists`; the question decides whether it begins to. It is a
classic group unless `consumer` says otherwise (KIP-848), and may change its kind while members are in it: the same
questions find either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.groups import classic_description
from kafkalite.core.groups.classic_group import CONSUMER, ClassicGroup, join_error
from kafkalite.core.groups.classic_state import GroupState
from kafkalite.core.groups.group_settings import ConsumerGroupSettings, GroupSettings
from kafkalite.core.groups.offsets import CommittedOffsets, is_expired
from kafkalite.core.groups.records import Change, GroupStored, OffsetStored, PendingStored
from kafkalite.core.groups.stored_members import StoredMembers
from kafkalite.core.groups.turn import Caller, Turn, refusal
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeResponse
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from kafkalite.wire.messages.consumer_offsets import GroupMetadataKey
from kafkalite.wire.messages.delete_groups import DeleteGroupsResponse
from kafkalite.wire.messages.describe_groups import DescribeGroupsResponse
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest
from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from kafkalite.wire.messages.list_groups import ListGroupsResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse

if TYPE_CHECKING:
    from kafkalite.core.groups.consumer_group import ConsumerGroup
    from kafkalite.core.groups.consumer_member import ConsumerMember
    from kafkalite.core.groups.consumer_state import ConsumerState

CLASSIC = "classic"
"""The group type of ListGroups; the other is that of consumer groups, which is called like their protocol."""


class Group:
    """The members and offsets of one group."""

    __slots__ = (
        "_begun",
        "_image",
        "_new_member_id",
        "_settings",
        "_stored",
        "_storing",
        "classic",
        "consumer",
        "group_id",
        "offsets",
        "settings",
    )

    def __init__(
        self,
        group_id: str,
        settings: GroupSettings,
        new_id: Callable[[], str],
        *,
        image: ClusterImage | None = None,
        new_member_id: Callable[[], str] | None = None,
        others_until: Callable[[float], float] = float,
    ) -> None:
        """image: the topics there are. new_member_id: for members of consumer groups that bring no id. others_until:
        returns, of an instant, until when others are expected to join as well; itself if nobody is.
        """
        self.group_id = group_id
        self._settings = settings
        self._image = image or ClusterImage()
        self._new_member_id = new_member_id or new_id
        self.classic = ClassicGroup(group_id, settings, new_id, others_until)
        self.consumer: ConsumerGroup | None = None
        self.settings = settings.consumer
        self.offsets = CommittedOffsets(group_id)
        self._stored = StoredMembers(group_id)
        self._storing: deque[Turn] = deque()  # in the log, and not yet kept
        self._begun = False  # a record that makes the group is on its way to the log

    @property
    def exists(self) -> bool:
        """Whether there is such a group, for clients and for the shell that keeps it."""
        return self._begun or bool(self._stored) or bool(self.offsets)

    def configure(self, settings: ConsumerGroupSettings) -> None:
        """Obey other settings of consumer groups from now on: those of this group, or of all."""
        self.settings = settings
        if self.consumer is not None:
            self.consumer.settings = settings

    # -- members

    def join(self, message: JoinGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = Turn(now, wall_ms)
        settings = self._settings
        if not settings.min_session_timeout_ms <= message.session_timeout_ms <= settings.max_session_timeout_ms:
            turn.reply(caller.slot, join_error(ErrorCode.INVALID_SESSION_TIMEOUT, message.member_id))
        elif self.consumer is not None and self.consumer.state.members:
            self._join_consumers(self.consumer, message, caller, turn)
        elif message.member_id and (not self.exists or self.consumer is not None):
            turn.reply(caller.slot, join_error(ErrorCode.UNKNOWN_MEMBER_ID, message.member_id))
        else:
            if self.consumer is not None:
                self._dissolve(self.consumer, turn)
            if not self.exists or turn.changes:
                self._begun = True
                turn.change(self.classic.as_created())
            self.classic.join(message, caller, turn)
        return turn

    def _join_consumers(self, consumer: ConsumerGroup, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        from kafkalite.core.groups import classic_consumers

        turn.follows = True
        try:
            entry = classic_consumers.check_join(consumer, message, caller)
        except KafkaError as refused:
            turn.reply(caller.slot, classic_consumers.refused_join(refused))
            return
        old = entry.predecessor
        if old is None or old.classic is not None or not self._becomes_classic(consumer, [old], coming=1):
            classic_consumers.join(consumer, message, entry, caller, turn)
            return
        consumer.enter(entry, turn)
        settled = consumer.state.target_epoch >= consumer.state.epoch
        self._become_classic_group(consumer, [], "" if settled else f"{entry.told} came back", turn)
        turn.reply(caller.slot, classic_consumers.joined(entry.told.member_id, self.classic.generation, message))

    def sync(self, message: SyncGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = Turn(now, wall_ms)
        if self.consumer is None:
            self.classic.sync(message, caller, turn)
            return turn
        from kafkalite.core.groups import classic_consumers

        turn.follows = True
        try:
            classic_consumers.sync(self.consumer, message, caller, turn)
        except KafkaError as refused:
            turn.reply(caller.slot, SyncGroupResponse(error_code=refused.code))
        return turn

    def leave(self, message: LeaveGroupRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        turn = Turn(now, wall_ms)
        if self.consumer is None:
            self.classic.leave(message, caller, turn)
            return turn
        from kafkalite.core.groups import classic_consumers

        turn.follows = True
        answers, leaving = classic_consumers.check_leave(self.consumer, message.members)
        self._fence(self.consumer, leaving, turn)
        turn.reply(caller.slot, LeaveGroupResponse(members=answers))
        return turn

    def heartbeat(self, message: HeartbeatRequest, now: float) -> ErrorCode:
        if self.consumer is None:
            return self.classic.heartbeat(message, now)
        from kafkalite.core.groups import classic_consumers

        try:
            return classic_consumers.heartbeat(self.consumer, message, now)
        except KafkaError as refused:
            return refused.code

    def consumer_heartbeat(
        self, message: ConsumerGroupHeartbeatRequest, caller: Caller, now: float, wall_ms: int
    ) -> Turn:
        """Answer a ConsumerGroupHeartbeat whose form is right. Who joins makes the group a consumer group."""
        from kafkalite.core.groups.consumer_member import JOIN, LEAVE, LEFT_FOR_NOW

        turn = Turn(now, wall_ms)
        turn.follows = True
        try:
            if message.member_epoch in (LEFT_FOR_NOW, LEAVE):
                self._leave_consumers(message, caller, turn, for_now=message.member_epoch == LEFT_FOR_NOW)
            elif message.member_epoch != JOIN:
                self._consumer_group("Consumer group").heartbeat(message, caller, turn)
            else:
                self._join_with_heartbeat(message, caller, turn)
        except KafkaError as refused:
            response = ConsumerGroupHeartbeatResponse(error_code=refused.code, error_message=refused.message)
            turn.reply(caller.slot, response)
        return turn

    def _consumer_group(self, called: str) -> ConsumerGroup:
        """Return the consumer group that must be there. Raises KafkaError."""
        if self.consumer is not None:
            return self.consumer
        what = (
            f"Group {self.group_id} is not a consumer group." if self.exists else f"{called} {self.group_id} not found."
        )
        raise KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, what)

    def _join_with_heartbeat(self, message: ConsumerGroupHeartbeatRequest, caller: Caller, turn: Turn) -> None:
        if self.consumer is not None:
            self.consumer.heartbeat(message, caller, turn)
            return
        if self.classic.state is GroupState.DEAD:
            raise KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
        from kafkalite.core.groups.consumer_state import ConsumerState
        from kafkalite.core.groups.migration import as_consumer_group

        state = ConsumerState(self.group_id)
        if self.classic.state is not GroupState.EMPTY:
            state = as_consumer_group(self.classic, self._image, self.settings)
        consumer = self._new_consumer_group(state, turn.now)
        entry = consumer.check(message, caller)
        self._become_consumer_group(consumer, turn)
        consumer.answer(message, entry, caller, turn)

    def _leave_consumers(
        self, message: ConsumerGroupHeartbeatRequest, caller: Caller, turn: Turn, *, for_now: bool
    ) -> None:
        consumer = self._consumer_group("Group")
        member = consumer.leaving(message)
        if for_now:
            consumer.leave_for_now(member, turn)
        else:
            self._fence(consumer, [member], turn)
        response = ConsumerGroupHeartbeatResponse(member_id=member.member_id, member_epoch=message.member_epoch)
        turn.reply(caller.slot, response)

    # -- one kind of group becomes the other

    def _new_consumer_group(self, state: ConsumerState, now: float) -> ConsumerGroup:
        from kafkalite.core.groups.consumer_group import ConsumerGroup

        return ConsumerGroup(state, self._image, self.settings, self._new_member_id, now)

    def _become_consumer_group(self, consumer: ConsumerGroup, turn: Turn) -> None:
        if self._logged().classic is not None:
            turn.change(GroupStored(GroupMetadataKey(group=self.group_id), None))
        if consumer.state.members:
            for change in consumer.state.everything():
                turn.change(change)
            turn.tell(f"group {self.group_id}: generation {self.classic.generation} goes on as a consumer group")
        self.classic.give_up(ErrorCode.REBALANCE_IN_PROGRESS, turn)
        self.classic.restore(None, turn.now)
        self.consumer = consumer
        self._begun = True

    def _fence(self, consumer: ConsumerGroup, members: Collection[ConsumerMember], turn: Turn) -> None:
        """Let members of a consumer group go for good; it may be a classic group without them."""
        if not members:
            return
        if self._becomes_classic(consumer, members):
            self._become_classic_group(consumer, members, f"{', '.join(map(str, members))} left", turn)
        else:
            consumer.fence(members, turn)

    def _becomes_classic(
        self, consumer: ConsumerGroup, leaving: Collection[ConsumerMember], *, coming: int = 0
    ) -> bool:
        from kafkalite.core.groups.migration import becomes_classic

        ids = {member.member_id for member in leaving}
        return becomes_classic(consumer.state, ids, self.settings, self._settings.max_size, coming=coming)

    def _become_classic_group(
        self, consumer: ConsumerGroup, leaving: Collection[ConsumerMember], why_rebalance: str, turn: Turn
    ) -> None:
        from kafkalite.core.groups.migration import as_classic_members

        generation = consumer.state.epoch
        members = as_classic_members(consumer.state, self._image, {member.member_id for member in leaving})
        self._dissolve(consumer, turn)
        turn.tell(f"group {self.group_id}: epoch {generation} goes on as a classic group")
        self.classic.adopt(members, generation, why_rebalance, turn)
        self._begun = True

    def _dissolve(self, consumer: ConsumerGroup, turn: Turn) -> None:
        consumer.dissolve(turn)
        self.consumer = None

    # -- offsets

    def commit(self, message: OffsetCommitRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Commit offsets of topics that exist, given with name and id. A simple consumer makes the group by it.

        In a producer's transaction they stay pending until `decide`.
        """
        turn = Turn(now, wall_ms)
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
        if self.consumer is not None:
            return self.consumer.check_commit(message, caller)
        return self.classic.check_commit(message, now, in_transaction=caller.producer is not None)

    def decide(self, producer_id: int, committed: bool, now: float, wall_ms: int) -> Turn:
        """A producer's transaction has ended: what it committed becomes visible, or never was."""
        self.offsets.decide(producer_id, committed=committed)
        return Turn(now, wall_ms)

    def check_fetch(self, member_id: str | None, member_epoch: int) -> ErrorCode:
        """Return whether a member may see the offsets; classic groups do not ask (OffsetFetch 9+)."""
        return ErrorCode.NONE if self.consumer is None else self.consumer.check_fetch(member_id, member_epoch)

    def _check_metadata(self, metadata: str | None) -> ErrorCode:
        if metadata is not None and len(metadata) > self._settings.offset_metadata_max_size:
            return ErrorCode.OFFSET_METADATA_TOO_LARGE
        return ErrorCode.NONE

    def delete_offsets(self, message: OffsetDeleteRequest, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Forget offsets of topics no member consumes; the partitions exist."""
        turn = Turn(now, wall_ms)
        if code := self._check_delete_offsets():
            turn.reply(caller.slot, OffsetDeleteResponse(error_code=code))
            return turn
        topics = []
        for topic in message.topics:
            subscribed = self._is_subscribed(topic.name)
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
        if (
            self.consumer is None
            and self.classic.state is not GroupState.EMPTY
            and self.classic.protocol_type != CONSUMER
        ):
            return ErrorCode.NON_EMPTY_GROUP
        return ErrorCode.NONE

    def _is_subscribed(self, topic: str) -> bool:
        if self.consumer is not None:
            return topic in self.consumer.state.subscriptions
        return classic_description.is_subscribed(self.classic, topic)

    def forget(self, is_gone: Callable[[str, Uuid], bool], now: float, wall_ms: int) -> Turn:
        """Forget the offsets of topics that are gone; `is_gone` gets name and id, ZERO_UUID where that is unknown."""
        turn = Turn(now, wall_ms)
        for change in self.offsets.all_deleted(lambda topic, value: is_gone(topic, value.topic_id)):
            turn.change(change)
        return turn

    # -- the group as a whole

    def delete(self, caller: Caller, now: float, wall_ms: int) -> Turn:
        """Delete a group nobody is in, with its offsets; replies with its part of DeleteGroups."""
        turn = Turn(now, wall_ms)
        code = ErrorCode.NONE
        if not self.exists or self.classic.state is GroupState.DEAD:
            code = ErrorCode.GROUP_ID_NOT_FOUND
        elif self._is_used:
            code = ErrorCode.NON_EMPTY_GROUP
        else:
            for change in self.offsets.all_deleted():
                turn.change(change)
            self._end(turn)
            turn.tell(f"group {self.group_id}: deleted")
        turn.reply(caller.slot, DeleteGroupsResponse.DeletableGroupResult(group_id=self.group_id, error_code=code))
        return turn

    @property
    def _is_used(self) -> bool:
        """Whether it has members."""
        if self.consumer is not None:
            return bool(self.consumer.state.members)
        return self.classic.state is not GroupState.EMPTY

    def expire(self, now: float, wall_ms: int) -> Turn:
        """Forget offsets that outlived their retention (KIP-211), and the group once it has nothing left."""
        turn = Turn(now, wall_ms)
        if self.consumer is not None:
            since: int | None = classic_description.SINCE_COMMIT
            topics = self.consumer.state.subscriptions.topics()
        else:
            since = classic_description.unused_since(self.classic)
            topics = classic_description.subscribed_topics(self.classic) or set()
        if since is None or not self.exists:
            return turn
        retention_ms = self._settings.offsets_retention_ms
        for change in self.offsets.all_stable_deleted(
            lambda topic, value: topic not in topics and is_expired(value, since, retention_ms, wall_ms)
        ):
            turn.change(change)
        if turn.changes:
            turn.tell(f"group {self.group_id}: {len(turn.changes)} committed offsets expired")
        idle = not self._is_used and not self.classic.pending
        if idle and len(turn.changes) == len(self.offsets) and not self.offsets.pending:
            self._end(turn)
            turn.tell(f"group {self.group_id}: has no members and no offsets any more and is forgotten")
        return turn

    def _end(self, turn: Turn) -> None:
        """Delete all but the offsets; nobody gets in until that is stored or has failed."""
        if self.consumer is not None:
            self._dissolve(self.consumer, turn)
        else:
            turn.change(GroupStored(GroupMetadataKey(group=self.group_id), None))
        self.classic.die(turn)

    # -- what is stored

    def apply(self, changes: Sequence[Change], now: float, wall_ms: int) -> Turn:
        """Take over what stored records say: as they are kept, or at a restart all of them and then `restore`."""
        turn = Turn(now, wall_ms)
        self._apply(changes, turn)
        return turn

    def _apply(self, changes: Sequence[Change], turn: Turn) -> None:
        for change in changes:
            if isinstance(change, OffsetStored):
                self.offsets.apply(change)
                continue
            if isinstance(change, PendingStored):
                self.offsets.apply_pending(*change)
                continue
            self._stored.apply(change)
            if isinstance(change, GroupStored) and change.value is not None:
                self.classic.stored(change.value, turn)

    def restore(self, now: float) -> None:
        """Be what the log says: what is applied, and what is on its way. Nothing may wait."""
        said = self._logged()
        self._begun = self._begins
        self.classic.restore(said.classic if said.consumer is None else None, now)
        self.consumer = None if said.consumer is None else self._new_consumer_group(said.consumer, now)

    def _logged(self) -> StoredMembers:
        """Return what the log says, kept or not."""
        said = self._stored.copy()
        for turn in self._storing:
            for change in turn.changes:
                if not isinstance(change, OffsetStored | PendingStored):
                    said.apply(change)
        return said

    @property
    def _begins(self) -> bool:
        return any(change.value is not None for turn in self._storing for change in turn.changes)

    def storing(self, turn: Turn) -> None:
        """The records of a turn are in the log, to be kept: `stored`, or `failed` if they are lost there."""
        self._storing.append(turn)

    def stored(self, stored: Turn, now: float, wall_ms: int) -> Turn:
        """The records of an earlier turn are kept: return its replies, and those of whoever waited for that."""
        turn = Turn(now, wall_ms)
        turn.replies += stored.replies
        self._no_longer_storing(stored)
        self._apply(stored.changes, turn)
        if self.classic.state is GroupState.DEAD and not self._storing and not self._stored:
            self.restore(now)  # that was the end of the group: another may begin
        return turn

    def failed(self, failed: Turn, code: ErrorCode, now: float, wall_ms: int) -> Turn:
        """The records of an earlier turn could not be stored: whom it would have answered gets `code`.

        A commit or deletion of offsets has changed nothing yet. Where the group itself was to be stored it falls back.
        """
        turn = Turn(now, wall_ms)
        for slot, response in failed.replies:
            turn.reply(slot, refusal(response, code))
        self._no_longer_storing(failed)
        if failed.changes_group:
            self._fall_back(code, turn)
        else:
            self._begun = self._begins
        return turn

    def _no_longer_storing(self, turn: Turn) -> None:
        if self._storing and self._storing[0] is turn:
            self._storing.popleft()

    def lost(self, now: float, wall_ms: int) -> Turn:
        """Everything stored of this group is gone, so the group is."""
        turn = Turn(now, wall_ms)
        self._stored = StoredMembers(self.group_id)
        self._storing.clear()
        self.offsets = CommittedOffsets(self.group_id)
        self._fall_back(ErrorCode.NOT_COORDINATOR, turn)
        return turn

    def late(self, storing: Turn, code: ErrorCode, now: float, wall_ms: int) -> Turn:
        """The records of an earlier turn are still not kept: whom it would have answered gets `code` and comes again.

        They may be kept yet, and `stored` is called then as ever; nobody waits for it any more.
        """
        turn = Turn(now, wall_ms)
        for slot, response in storing.replies:
            turn.reply(slot, refusal(response, code))
        storing.replies.clear()
        for change in storing.changes:
            if isinstance(change, GroupStored) and change.value is not None:
                self.classic.late(change.value, code, turn)
        return turn

    def _fall_back(self, code: ErrorCode, turn: Turn) -> None:
        """Be what the log says; whoever waits gets `code` and will join again."""
        self.classic.give_up(code, turn)
        self.restore(turn.now)
        epoch = self.classic.generation if self.consumer is None else self.consumer.state.epoch
        turn.tell(f"group {self.group_id}: falls back to generation {epoch}, which is in the log")

    # -- time

    def deadline(self) -> float:
        """Return the instant by which `tick` must be called."""
        return self.classic.deadline() if self.consumer is None else self.consumer.deadlines.earliest()

    def tick(self, now: float, wall_ms: int) -> Turn:
        """Do what is due; `deadline` is after `now` then."""
        turn = Turn(now, wall_ms)
        if self.consumer is None:
            self.classic.tick(turn)
            return turn
        turn.follows = True
        late = []
        for member_id, why in self.consumer.deadlines.overdue(now).items():
            late.append(self.consumer.state.members[member_id])
            turn.tell(f"group {self.group_id}: {late[-1]} removed: {why}")
        self._fence(self.consumer, late, turn)
        return turn

    @property
    def has_work(self) -> bool:
        """Whether something is being computed: `work` should be called soon."""
        return self.consumer is not None and self.consumer.has_work

    def work(self, now: float, wall_ms: int) -> Turn:
        """Do a slice of what is being computed, about a millisecond."""
        turn = Turn(now, wall_ms)
        if self.consumer is not None:
            self.consumer.work(turn)
        return turn

    # -- for people and tools

    def describe(self) -> DescribeGroupsResponse.DescribedGroup:
        """Return the group, which must be a classic one, as DescribeGroups shows it."""
        assert self.consumer is None
        return classic_description.describe(self.classic)

    def describe_consumers(self) -> ConsumerGroupDescribeResponse.DescribedGroup:
        """Return the group, which must be a consumer group, as ConsumerGroupDescribe shows it."""
        assert self.consumer is not None
        from kafkalite.core.groups.consumer_description import describe

        return describe(self.consumer)

    def listed(self) -> ListGroupsResponse.ListedGroup:
        """Return the group as ListGroups shows it."""
        if self.consumer is not None:
            return ListGroupsResponse.ListedGroup(
                group_id=self.group_id,
                protocol_type=CONSUMER,
                group_state=self.consumer.state.state.value,
                group_type=CONSUMER,
            )
        return ListGroupsResponse.ListedGroup(
            group_id=self.group_id,
            protocol_type=self.classic.protocol_type or "",
            group_state=self.classic.state.value,
            group_type=CLASSIC,
        )
