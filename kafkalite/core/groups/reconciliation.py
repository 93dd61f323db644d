"""One step of one member towards its target assignment (KIP-848): first give up, then get.

A member that holds what is no longer meant for it keeps its epoch and is told the smaller assignment, until it says
that it owns none of the rest. Then it enters the target's epoch and gets what is free; what others still hold comes at
a later step. So a partition never has two owners, and a member's epoch says what it may have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable
from typing import NamedTuple

from kafkalite.core.groups.consumer_member import (
    HOLDS_NOTHING,
    Assignment,
    ConsumerMember,
    Held,
    MemberState,
)
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid

Owned = Iterable[tuple[Uuid, Collection[int]]] | None
"""What a member says it owns, None if it says nothing."""


class Goal(NamedTuple):
    """Where a member is to go.

    subscribed: the topics it may have partitions of at all; the target may be older than its subscription.
    is_free: whether a partition is nobody's, or the member's own.
    """

    epoch: int
    target: Assignment
    subscribed: Container[Uuid]
    is_free: Callable[[Uuid, int], bool]


def check_state(member: ConsumerMember, owned: Owned) -> None:
    """Raise KafkaError (FENCED_MEMBER_EPOCH) where only a member without partitions can go on."""
    if member.state is MemberState.UNKNOWN and (owned is None or any(partitions for _, partitions in owned)):
        raise KafkaError(
            ErrorCode.FENCED_MEMBER_EPOCH,
            "The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.",
        )


def reconcile(member: ConsumerMember, goal: Goal, owned: Owned, *, subscription_changed: bool) -> ConsumerMember:
    """Return the member one step further, the same object if there is nothing to do."""
    match member.state:
        case MemberState.STABLE:
            stays = member.epoch == goal.epoch
        case MemberState.UNREVOKED_PARTITIONS:
            stays = _still_owns(owned, member.revoking)
        case _:
            stays = False
    if not stays:
        return _advance(member, goal, owned)
    return _without_unsubscribed(member, goal, owned) if subscription_changed else member


def _advance(member: ConsumerMember, goal: Goal, owned: Owned) -> ConsumerMember:
    kept: dict[Uuid, dict[int, int]] = {}
    lost: dict[Uuid, dict[int, int]] = {}
    gained: dict[Uuid, list[int]] = {}
    waits = False
    for topic_id in dict.fromkeys([*goal.target, *member.assigned]):
        wanted = goal.target.get(topic_id, frozenset()) if topic_id in goal.subscribed else frozenset()
        held = member.assigned.get(topic_id, {})
        _put(kept, topic_id, {partition: epoch for partition, epoch in held.items() if partition in wanted})
        _put(lost, topic_id, {partition: epoch for partition, epoch in held.items() if partition not in wanted})
        missing = wanted.difference(held)
        free = [partition for partition in sorted(missing) if goal.is_free(topic_id, partition)]
        waits = waits or len(free) < len(missing)
        if free:
            gained[topic_id] = free
    if lost and _still_owns(owned, lost):
        return _moved(member, member.epoch, MemberState.UNREVOKED_PARTITIONS, kept, lost)
    for topic_id, partitions in gained.items():
        kept.setdefault(topic_id, {}).update(dict.fromkeys(partitions, goal.epoch))
    state = MemberState.UNRELEASED_PARTITIONS if waits else MemberState.STABLE
    return _moved(member, goal.epoch, state, kept, HOLDS_NOTHING)


def _without_unsubscribed(member: ConsumerMember, goal: Goal, owned: Owned) -> ConsumerMember:
    """Take away at once what the member no longer wants; the next target will say the same."""
    kept = {topic_id: held for topic_id, held in member.assigned.items() if topic_id in goal.subscribed}
    if len(kept) == len(member.assigned):
        return member
    lost = {topic_id: dict(held) for topic_id, held in member.revoking.items()}
    for topic_id, held in member.assigned.items():
        if topic_id not in goal.subscribed:
            lost.setdefault(topic_id, {}).update(held)
    if _still_owns(owned, lost):
        return _moved(member, member.epoch, MemberState.UNREVOKED_PARTITIONS, kept, lost)
    return _moved(member, member.epoch, member.state, kept, member.revoking)


def _moved(member: ConsumerMember, epoch: int, state: MemberState, assigned: Held, revoking: Held) -> ConsumerMember:
    return member._replace(epoch=epoch, previous_epoch=member.epoch, state=state, assigned=assigned, revoking=revoking)


def _put(held: dict[Uuid, dict[int, int]], topic_id: Uuid, partitions: dict[int, int]) -> None:
    if partitions:
        held[topic_id] = partitions


def _still_owns(owned: Owned, revoking: Held) -> bool:
    """Return whether the member has, or may have, some of `revoking`: silence is no confirmation."""
    return owned is None or any(one in revoking.get(topic_id, ()) for topic_id, some in owned for one in some)
