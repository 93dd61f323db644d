"""A member of a consumer group (KIP-848) as it stands at one moment: a value that is replaced, never changed.

It comes from two records and goes into them: what the member says of itself (its metadata), and where it stands on
its way to the target assignment (its current assignment).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from kafkalite.core.groups.records import ConsumerGroupStored
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue,
)

Assignment = Mapping[Uuid, frozenset[int]]
"""Partitions by topic id."""

Held = Mapping[Uuid, Mapping[int, int]]
"""Partitions a member has, each with its assignment epoch: the member epoch at which the member got it."""

ClassicMetadata = ConsumerGroupMemberMetadataValue.ClassicMemberMetadata

NOTHING: Assignment = {}
HOLDS_NOTHING: Held = {}

JOIN, LEAVE, LEFT_FOR_NOW = 0, -1, -2
"""Member epochs that ask for something. LEFT_FOR_NOW is also that of a static member that said it will be back."""

_Topic = ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions


class MemberState(Enum):
    """How far a member is on its way to the target assignment; the value is that of its record."""

    STABLE = 0
    """It has what the target of its epoch gave it."""

    UNREVOKED_PARTITIONS = 1
    """It was told to give partitions up and has not confirmed that yet: its epoch stands still, the partitions stay its
    own. It has its rebalance timeout to confirm.
    """

    UNRELEASED_PARTITIONS = 2
    """It is in the target's epoch and waits for partitions that others have not given up yet."""

    UNKNOWN = 127
    """Written by a newer broker: the member must begin again."""


_STATES = {state.value: state for state in MemberState}


class ConsumerMember(NamedTuple):
    """Everything that is stored of one member.

    topics, regex: what it subscribed to, by name and by an RE2 pattern ("" is none).
    classic: what it needs as a member that speaks the classic protocol; None if it speaks the new one.
    epoch, previous_epoch: its member epoch, and the one before, which it may still use until it has heard of the other.
    assigned: what it may consume; revoking: what it is giving up.
    """

    member_id: str
    instance_id: str | None = None
    rack_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    topics: frozenset[str] = frozenset()
    regex: str = ""
    rebalance_timeout_ms: int = -1
    assignor: str | None = None
    classic: ClassicMetadata | None = None
    epoch: int = 0
    previous_epoch: int = -1
    state: MemberState = MemberState.STABLE
    assigned: Held = HOLDS_NOTHING
    revoking: Held = HOLDS_NOTHING

    def is_reconciled_to(self, target_epoch: int) -> bool:
        return self.epoch == target_epoch and self.state is MemberState.STABLE

    def owns_only(self, owned: Iterable[tuple[Uuid, Collection[int]]]) -> bool:
        """Return whether all of `owned` is assigned to it."""
        return all(partition in self.assigned.get(topic_id, ()) for topic_id, some in owned for partition in some)

    def assignment_epoch(self, topic_id: Uuid, partition: int) -> int | None:
        """Return at which epoch it got a partition that it has or is giving up, None if it has not."""
        epoch = self.assigned.get(topic_id, {}).get(partition)
        return self.revoking.get(topic_id, {}).get(partition) if epoch is None else epoch

    def __str__(self) -> str:
        return self.member_id if self.instance_id is None else f"{self.member_id} (instance {self.instance_id})"

    # -- to and from records

    def metadata_record(self, group_id: str) -> ConsumerGroupStored:
        value = ConsumerGroupMemberMetadataValue(
            instance_id=self.instance_id,
            rack_id=self.rack_id,
            client_id=self.client_id,
            client_host=self.client_host,
            subscribed_topic_names=sorted(self.topics),
            subscribed_topic_regex=self.regex,
            rebalance_timeout_ms=self.rebalance_timeout_ms,
            server_assignor=self.assignor,
            classic_member_metadata=self.classic,
        )
        return ConsumerGroupStored(ConsumerGroupMemberMetadataKey(group_id=group_id, member_id=self.member_id), value)

    def with_metadata(self, value: ConsumerGroupMemberMetadataValue) -> ConsumerMember:
        return self._replace(
            instance_id=value.instance_id,
            rack_id=value.rack_id,
            client_id=value.client_id,
            client_host=value.client_host,
            topics=frozenset(value.subscribed_topic_names),
            regex=value.subscribed_topic_regex or "",
            rebalance_timeout_ms=value.rebalance_timeout_ms,
            assignor=value.server_assignor,
            classic=value.classic_member_metadata,
        )

    def current_record(self, group_id: str) -> ConsumerGroupStored:
        value = ConsumerGroupCurrentMemberAssignmentValue(
            member_epoch=self.epoch,
            previous_member_epoch=self.previous_epoch,
            state=self.state.value,
            assigned_partitions=_as_topics(self.assigned),
            partitions_pending_revocation=_as_topics(self.revoking),
        )
        key = ConsumerGroupCurrentMemberAssignmentKey(group_id=group_id, member_id=self.member_id)
        return ConsumerGroupStored(key, value)

    def with_current(self, value: ConsumerGroupCurrentMemberAssignmentValue) -> ConsumerMember:
        return self._replace(
            epoch=value.member_epoch,
            previous_epoch=value.previous_member_epoch,
            state=_STATES.get(value.state, MemberState.UNKNOWN),
            assigned=_from_topics(value.assigned_partitions, value.member_epoch),
            revoking=_from_topics(value.partitions_pending_revocation, value.member_epoch),
        )


def target_record(group_id: str, member_id: str, target: Assignment) -> ConsumerGroupStored:
    """Return the change that gives a member this target assignment."""
    topics = [
        ConsumerGroupTargetAssignmentMemberValue.TopicPartition(topic_id=topic_id, partitions=sorted(partitions))
        for topic_id, partitions in target.items()
    ]
    key = ConsumerGroupTargetAssignmentMemberKey(group_id=group_id, member_id=member_id)
    return ConsumerGroupStored(key, ConsumerGroupTargetAssignmentMemberValue(topic_partitions=topics))


def target_from(value: ConsumerGroupTargetAssignmentMemberValue) -> Assignment:
    return {one.topic_id: frozenset(one.partitions) for one in value.topic_partitions}


def _as_topics(held: Held) -> list[_Topic]:
    return [
        _Topic(
            topic_id=topic_id,
            partitions=sorted(partitions),
            assignment_epochs=[partitions[one] for one in sorted(partitions)],
        )
        for topic_id, partitions in held.items()
    ]


def _from_topics(topics: Iterable[_Topic], member_epoch: int) -> Held:
    """Brokers before 4.3 stored no assignment epochs: the member's own is the latest they can be."""
    held: dict[Uuid, Mapping[int, int]] = {}
    for topic in topics:
        epochs = topic.assignment_epochs or ()
        if len(epochs) != len(topic.partitions):
            epochs = [max(member_epoch, 0)] * len(topic.partitions)
        held[topic.topic_id] = dict(zip(topic.partitions, epochs, strict=True))
    return held
