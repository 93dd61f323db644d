"""What is stored of a consumer group (KIP-848), and what follows from it. Changed by records only.

The live group changes it as it writes its records, a restart by reading them: the same `apply` for both. Beside it
there is nothing but deadlines and work under way, which a restart begins anew.

    3 ConsumerGroupMetadata      the group epoch, raised whenever a new target is needed; a hash of the topics
    5 MemberMetadata             what a member says of itself
    6 TargetAssignmentMetadata   the epoch the target assignment was computed for, and when
    7 TargetAssignmentMember     the target of one member
    8 CurrentMemberAssignment    where a member stands
    16 RegularExpression         the topics a pattern matched
    4 PartitionMetadata          brokers before 4.1 wrote the topics here; we only delete it
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from kafkalite.core.groups.consumer_member import (
    HOLDS_NOTHING,
    NOTHING,
    Assignment,
    ConsumerMember,
    Held,
    target_from,
    target_record,
)
from kafkalite.core.groups.records import ConsumerGroupStored
from kafkalite.core.groups.subscriptions import Resolved, Subscriptions
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue,
    ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue,
    ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue,
    ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue,
    ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue,
)

FIRST_EPOCH = 1
"""The group epoch and the target's epoch before anything was stored of them."""

NEVER = 0
"""The time of a target that was never computed: the next may be computed at once."""


class ConsumerGroupState(Enum):
    """Where a consumer group stands; the value is Kafka's name of it. Heartbeats are answered alike in each."""

    EMPTY = "Empty"
    """It has no members. Anybody may commit offsets; it may be deleted; a classic member makes it a classic group."""

    ASSIGNING = "Assigning"
    """The group epoch is ahead of the target assignment: a heartbeat will have a new one computed."""

    RECONCILING = "Reconciling"
    """Some members are not yet where the target assignment wants them."""

    STABLE = "Stable"
    """Every member is in the target's epoch and has what it gave it."""

    DEAD = "Dead"
    """There is no such group: what DescribeGroups says of one."""


class ConsumerState:
    """One consumer group as its records tell it."""

    __slots__ = (
        "_owners",
        "_unreconciled",
        "epoch",
        "group_id",
        "has_old_record",
        "members",
        "metadata_hash",
        "static_ids",
        "subscriptions",
        "target_epoch",
        "target_time_ms",
        "targets",
    )

    def __init__(self, group_id: str) -> None:
        self.group_id = group_id
        self.epoch = FIRST_EPOCH
        self.metadata_hash = 0
        self.target_epoch = FIRST_EPOCH
        self.target_time_ms = NEVER
        self.members: dict[str, ConsumerMember] = {}
        self.static_ids: dict[str, str] = {}  # instance id -> member id
        self.targets: dict[str, Assignment] = {}
        self.subscriptions = Subscriptions()
        self.has_old_record = False
        self._owners: dict[Uuid, dict[int, str]] = {}  # who has or is giving up a partition
        self._unreconciled: set[str] = set()

    @property
    def state(self) -> ConsumerGroupState:
        if not self.members:
            return ConsumerGroupState.EMPTY
        if self.epoch > self.target_epoch:
            return ConsumerGroupState.ASSIGNING
        return ConsumerGroupState.RECONCILING if self._unreconciled else ConsumerGroupState.STABLE

    def owner(self, topic_id: Uuid, partition: int) -> str | None:
        """Return the member that has a partition or is giving it up."""
        return self._owners.get(topic_id, {}).get(partition)

    def target_of(self, member_id: str) -> Assignment:
        return self.targets.get(member_id, NOTHING)

    def static_member(self, instance_id: str | None) -> ConsumerMember | None:
        member_id = None if instance_id is None else self.static_ids.get(instance_id)
        return None if member_id is None else self.members[member_id]

    # -- what records say

    def apply(self, change: ConsumerGroupStored) -> None:
        """Take over what one record says."""
        _APPLY[type(change.key)](self, change.key, change.value)

    def _metadata(self, key: ConsumerGroupMetadataKey, value: ConsumerGroupMetadataValue | None) -> None:
        self.epoch = FIRST_EPOCH if value is None else value.epoch
        self.metadata_hash = 0 if value is None else value.metadata_hash

    def _old_record(
        self, key: ConsumerGroupPartitionMetadataKey, value: ConsumerGroupPartitionMetadataValue | None
    ) -> None:
        self.has_old_record = value is not None

    def _member(self, key: ConsumerGroupMemberMetadataKey, value: ConsumerGroupMemberMetadataValue | None) -> None:
        before = self.members.get(key.member_id)
        if value is not None:
            self._put(before, (before or ConsumerMember(key.member_id)).with_metadata(value))
        elif before is not None:
            self._put(before, None)

    def _current(
        self, key: ConsumerGroupCurrentMemberAssignmentKey, value: ConsumerGroupCurrentMemberAssignmentValue | None
    ) -> None:
        before = self.members.get(key.member_id)
        if value is not None:
            self._put(before, (before or ConsumerMember(key.member_id)).with_current(value))
        elif before is not None:
            # Its other records follow; until then it has nothing.
            self._put(before, before._replace(epoch=-1, assigned=HOLDS_NOTHING, revoking=HOLDS_NOTHING))

    def _put(self, before: ConsumerMember | None, member: ConsumerMember | None) -> None:
        """Let `member` stand where `before` stood, in everything that follows from the members."""
        if before is not None:
            self._take_out(before)
        if member is None:
            if before is not None:
                del self.members[before.member_id]
            return
        self.members[member.member_id] = member
        self.subscriptions.add(member)
        if member.instance_id is not None:
            self.static_ids[member.instance_id] = member.member_id
        for topic_id, partition in _partitions(member.assigned, member.revoking):
            self._owners.setdefault(topic_id, {})[partition] = member.member_id
        if not member.is_reconciled_to(self.target_epoch):
            self._unreconciled.add(member.member_id)

    def _take_out(self, member: ConsumerMember) -> None:
        self.subscriptions.remove(member)
        if member.instance_id is not None and self.static_ids.get(member.instance_id) == member.member_id:
            del self.static_ids[member.instance_id]
        for topic_id, partition in _partitions(member.assigned, member.revoking):
            owners = self._owners.get(topic_id, {})
            if owners.get(partition) == member.member_id:  # in a log that lost old records it may be another's by now
                del owners[partition]
                if not owners:
                    del self._owners[topic_id]
        self._unreconciled.discard(member.member_id)

    def _target_metadata(
        self, key: ConsumerGroupTargetAssignmentMetadataKey, value: ConsumerGroupTargetAssignmentMetadataValue | None
    ) -> None:
        self.target_epoch = FIRST_EPOCH if value is None else value.assignment_epoch
        self.target_time_ms = NEVER if value is None else value.assignment_timestamp
        self._unreconciled = {
            member.member_id for member in self.members.values() if not member.is_reconciled_to(self.target_epoch)
        }

    def _target(
        self, key: ConsumerGroupTargetAssignmentMemberKey, value: ConsumerGroupTargetAssignmentMemberValue | None
    ) -> None:
        if value is None:
            self.targets.pop(key.member_id, None)
        else:
            self.targets[key.member_id] = target_from(value)

    def _regex(self, key: ConsumerGroupRegularExpressionKey, value: ConsumerGroupRegularExpressionValue | None) -> None:
        resolved = None
        if value is not None:
            resolved = Resolved(frozenset(value.topics), value.version, value.timestamp)
        self.subscriptions.resolve(key.regular_expression, resolved)

    # -- changes to be written

    def new_epoch(self, epoch: int, metadata_hash: int) -> ConsumerGroupStored:
        value = ConsumerGroupMetadataValue(epoch=epoch, metadata_hash=metadata_hash)
        return ConsumerGroupStored(ConsumerGroupMetadataKey(group_id=self.group_id), value)

    def new_target_epoch(self, epoch: int, time_ms: int) -> ConsumerGroupStored:
        value = ConsumerGroupTargetAssignmentMetadataValue(assignment_epoch=epoch, assignment_timestamp=time_ms)
        return ConsumerGroupStored(ConsumerGroupTargetAssignmentMetadataKey(group_id=self.group_id), value)

    def new_target(self, member_id: str, target: Assignment) -> ConsumerGroupStored:
        return target_record(self.group_id, member_id, target)

    def new_resolved(self, pattern: str, resolved: Resolved | None) -> ConsumerGroupStored:
        value = None
        if resolved is not None:
            value = ConsumerGroupRegularExpressionValue(
                topics=sorted(resolved.topics), version=resolved.version, timestamp=resolved.timestamp
            )
        key = ConsumerGroupRegularExpressionKey(group_id=self.group_id, regular_expression=pattern)
        return ConsumerGroupStored(key, value)

    def without_old_record(self) -> ConsumerGroupStored:
        return ConsumerGroupStored(ConsumerGroupPartitionMetadataKey(group_id=self.group_id), None)

    def without_member(self, member_id: str) -> Iterator[ConsumerGroupStored]:
        """Yield the changes that remove a member; the order matters to Kafka."""
        for key in (
            ConsumerGroupCurrentMemberAssignmentKey,
            ConsumerGroupTargetAssignmentMemberKey,
            ConsumerGroupMemberMetadataKey,
        ):
            yield ConsumerGroupStored(key(group_id=self.group_id, member_id=member_id), None)

    def without_anything(self) -> Iterator[ConsumerGroupStored]:
        """Yield the changes that delete the group; the order matters to Kafka."""
        group_id, members = self.group_id, list(self.members)
        for member_id in members:
            yield ConsumerGroupStored(
                ConsumerGroupCurrentMemberAssignmentKey(group_id=group_id, member_id=member_id), None
            )
        for member_id in dict.fromkeys([*members, *self.targets]):
            yield ConsumerGroupStored(
                ConsumerGroupTargetAssignmentMemberKey(group_id=group_id, member_id=member_id), None
            )
        yield ConsumerGroupStored(ConsumerGroupTargetAssignmentMetadataKey(group_id=group_id), None)
        for member_id in members:
            yield ConsumerGroupStored(ConsumerGroupMemberMetadataKey(group_id=group_id, member_id=member_id), None)
        for pattern in list(self.subscriptions.resolved):
            yield self.new_resolved(pattern, None)
        yield self.without_old_record()
        yield ConsumerGroupStored(ConsumerGroupMetadataKey(group_id=group_id), None)

    def everything(self) -> Iterator[ConsumerGroupStored]:
        """Yield the changes that make a group that is like this one."""
        for member in self.members.values():
            yield member.metadata_record(self.group_id)
        yield self.new_epoch(self.epoch, self.metadata_hash)
        for member_id, target in self.targets.items():
            yield self.new_target(member_id, target)
        yield self.new_target_epoch(self.target_epoch, self.target_time_ms)
        for member in self.members.values():
            yield member.current_record(self.group_id)
        for pattern, resolved in self.subscriptions.resolved.items():
            yield self.new_resolved(pattern, resolved)

    def copy(self) -> ConsumerState:
        """Return another object with the same content."""
        other = ConsumerState(self.group_id)
        for change in self.everything():
            other.apply(change)
        other.has_old_record = self.has_old_record
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConsumerState):
            return NotImplemented
        return self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]

    def _content(self) -> tuple[object, ...]:
        return (
            self.group_id,
            self.epoch,
            self.metadata_hash,
            self.target_epoch,
            self.target_time_ms,
            self.members,
            self.targets,
            self.subscriptions.resolved,
            self.has_old_record,
        )


def _partitions(*helds: Held) -> Iterator[tuple[Uuid, int]]:
    for held in helds:
        for topic_id, partitions in held.items():
            for partition in partitions:
                yield topic_id, partition


_APPLY: dict[type, Callable[[ConsumerState, Any, Any], None]] = {
    ConsumerGroupMetadataKey: ConsumerState._metadata,
    ConsumerGroupPartitionMetadataKey: ConsumerState._old_record,
    ConsumerGroupMemberMetadataKey: ConsumerState._member,
    ConsumerGroupTargetAssignmentMetadataKey: ConsumerState._target_metadata,
    ConsumerGroupTargetAssignmentMemberKey: ConsumerState._target,
    ConsumerGroupCurrentMemberAssignmentKey: ConsumerState._current,
    ConsumerGroupRegularExpressionKey: ConsumerState._regex,
}
