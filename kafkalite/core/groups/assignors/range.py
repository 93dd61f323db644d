"""`range`: of every topic each subscriber gets a run of neighbouring partitions.

Members stand in one order for all topics, static ones by instance id before the others by member id. So topics with as
many partitions and the same subscribers are cut alike, and what belongs together by key comes to the same member. Who
comes or goes moves many partitions: there is no memory of the assignment before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.work import Pace, Steps
from kafkalite.wire.message import Uuid


def assign(subscribers: Mapping[str, Subscriber], partitions: Mapping[Uuid, int]) -> Steps[dict[str, Assignment]]:
    """Return every subscriber's partitions; yield where others may have a turn."""
    pace = Pace()
    counts: Counter[Uuid] = Counter()
    for subscriber in subscribers.values():
        counts.update(subscriber.topics)
        if pace.is_over(len(subscriber.topics)):
            yield
    served: Counter[Uuid] = Counter()
    result: dict[str, Assignment] = {}
    for member_id in sorted(subscribers, key=lambda one: _order(one, subscribers[one].instance_id)):
        got: dict[Uuid, frozenset[int]] = {}
        for topic_id in subscribers[member_id].topics:
            part = _run(partitions[topic_id], counts[topic_id], served[topic_id])
            served[topic_id] += 1
            if part:
                got[topic_id] = frozenset(part)
            if pace.is_over(1 + len(part)):
                yield
        result[member_id] = got
    return result


def _order(member_id: str, instance_id: str | None) -> tuple[bool, str]:
    return (instance_id is None, member_id if instance_id is None else instance_id)


def _run(partitions: int, members: int, place: int) -> range:
    """Return what the member in this place gets: the first ones get one more where it does not come out even."""
    quota, extra = divmod(partitions, members)
    start = place * quota + min(place, extra)
    return range(start, start + quota + (place < extra))
