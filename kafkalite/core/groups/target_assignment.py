"""Computing the target assignment of a consumer group, in slices, from the group as it is when that begins."""

from __future__ import annotations

from typing import NamedTuple

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.groups.assignors import ASSIGNORS
from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.records import ConsumerGroupStored, encode_record
from kafkalite.core.groups.work import Pace, Steps, Work
from kafkalite.wire.message import Uuid

_STEPS_OF_RECORD = 20
"""What encoding one member's target costs beside handing out one partition."""


class NewTarget(NamedTuple):
    """One member's target where it is not what it was, and the record that says so."""

    target: Assignment
    change: ConsumerGroupStored
    record: KeyedRecord


class TargetAssignment:
    """A target assignment that is being computed for `epoch`.

    replaced: members whose place was taken since it began, by the id of who took it.
    """

    __slots__ = ("assignor", "epoch", "replaced", "work")

    def __init__(self, state: ConsumerState, image: ClusterImage, assignor: str) -> None:
        self.epoch = state.epoch
        self.assignor = assignor
        self.replaced: dict[str, str] = {}
        self.work = Work(_compute(state, image, assignor))


def _compute(state: ConsumerState, image: ClusterImage, assignor: str) -> Steps[dict[str, NewTarget]]:
    subscribers, partitions = _snapshot(state, image)
    before = {member_id: state.targets.get(member_id) for member_id in subscribers}
    assigned = yield from ASSIGNORS[assignor](subscribers, partitions)
    pace = Pace()
    result = {}
    for member_id, target in assigned.items():
        if target != before[member_id]:
            change = state.new_target(member_id, target)
            result[member_id] = NewTarget(target, change, encode_record(change))
            if pace.is_over(_STEPS_OF_RECORD):
                yield
    return result


def _snapshot(state: ConsumerState, image: ClusterImage) -> tuple[dict[str, Subscriber], dict[Uuid, int]]:
    """Return what the assignor needs to know; members with one subscription share one set of topics."""
    known: dict[frozenset[str], frozenset[Uuid]] = {}
    subscribers = {}
    for member in state.members.values():
        names = state.subscriptions.topics_of(member)
        if names not in known:
            known[names] = topic_ids(names, image)
        subscribers[member.member_id] = Subscriber(known[names], member.instance_id, state.target_of(member.member_id))
    ids = frozenset().union(*known.values())
    return subscribers, {topic_id: len(image.topics_by_id[topic_id]) for topic_id in ids}


def topic_ids(names: frozenset[str], image: ClusterImage) -> frozenset[Uuid]:
    """Return the ids of those topics that exist."""
    return frozenset(image.topics[name].topic_id for name in names if name in image.topics)
