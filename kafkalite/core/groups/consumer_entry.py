"""What a request says of a member of a consumer group, and whether the member may be where it says it is."""

from __future__ import annotations

from typing import NamedTuple

from kafkalite.core.groups.consumer_member import JOIN, ConsumerMember, Held
from kafkalite.core.groups.reconciliation import Owned
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

SHORTEST_REBALANCE = 0.1
"""Seconds a member has to give partitions up, whatever it asked for: nobody could meet 0 or less."""


class Entry(NamedTuple):
    """A member that may come in: how it was, whose place it takes, what it says of itself and that it owns."""

    member: ConsumerMember
    predecessor: ConsumerMember | None
    told: ConsumerMember
    owned: Owned


def rebalance_timeout(member: ConsumerMember) -> float:
    """Return the seconds a member has for its part of a rebalance."""
    return max(member.rebalance_timeout_ms / 1000, SHORTEST_REBALANCE)


def told_by(member: ConsumerMember, message: ConsumerGroupHeartbeatRequest, caller: Caller) -> ConsumerMember:
    """Return the member with what it says of itself now; what it leaves out stays as it was."""
    names, regex = message.subscribed_topic_names, message.subscribed_topic_regex
    return member._replace(
        instance_id=member.instance_id if message.instance_id is None else message.instance_id,
        rack_id=member.rack_id if message.rack_id is None else message.rack_id,
        rebalance_timeout_ms=(
            member.rebalance_timeout_ms if message.rebalance_timeout_ms == -1 else message.rebalance_timeout_ms
        ),
        assignor=member.assignor if message.server_assignor is None else message.server_assignor,
        topics=member.topics if names is None else frozenset(names),
        regex=member.regex if regex is None else regex,
        client_id=caller.client_id,
        client_host=caller.client_host,
        classic=None,
    )


def successor(static: ConsumerMember, member_id: str) -> ConsumerMember:
    """Return a static member under its new member id, at the beginning of its epochs."""
    return static._replace(member_id=member_id, epoch=0, previous_epoch=0)


def check_epoch(member: ConsumerMember, epoch: int, owned: Owned) -> None:
    """Raise KafkaError for an epoch the member is not in.

    Its previous one will do if it owns nothing that it may not have: then it has not heard of the new one yet.
    """
    if epoch in (JOIN, member.epoch):
        return
    if epoch < member.epoch and epoch == member.previous_epoch and owned is not None and member.owns_only(owned):
        return
    side = "smaller" if epoch < member.epoch else "greater"
    raise KafkaError(
        ErrorCode.FENCED_MEMBER_EPOCH,
        f"The consumer group member has a {side} member epoch ({epoch}) than the one known by the group coordinator "
        f"({member.epoch}). The member must abandon all its partitions and rejoin.",
    )


def owned_by(message: ConsumerGroupHeartbeatRequest) -> Owned:
    """Return what the member says that it owns."""
    if message.topic_partitions is None:
        return None
    return [(one.topic_id, one.partitions) for one in message.topic_partitions]


def as_assignment(held: Held) -> ConsumerGroupHeartbeatResponse.Assignment:
    """Return partitions as the answer to a heartbeat has them."""
    return ConsumerGroupHeartbeatResponse.Assignment(
        topic_partitions=[
            ConsumerGroupHeartbeatResponse.TopicPartitions(topic_id=topic_id, partitions=sorted(partitions))
            for topic_id, partitions in held.items()
        ]
    )
