"""Groups for the tests of assignors: made by hand, and any."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.wire.message import Uuid

T, U, V = (bytes([number]) * 16 for number in (1, 2, 3))
TOPICS = (T, U, V)

Group = tuple[dict[str, Subscriber], dict[Uuid, int]]


def members(*names: str, topics: frozenset[Uuid] = frozenset([T]), **targets: Assignment) -> dict[str, Subscriber]:
    return {name: Subscriber(topics, None, targets.get(name, {})) for name in names}


def of(**partitions: list[int]) -> Assignment:
    """Partitions of T, U, V."""
    ids = dict(zip("TUV", TOPICS, strict=True))
    return {ids[topic]: frozenset(some) for topic, some in partitions.items()}


@st.composite
def groups(draw: st.DrawFn, *, same: bool = False, most_members: int = 8) -> Group:
    """Any members with any targets so far, which may name what does not exist; no partition is two members' target."""
    partitions = {topic_id: draw(st.integers(1, 9)) for topic_id in TOPICS}
    shared = draw(st.frozensets(st.sampled_from(TOPICS)))
    free = {(topic_id, partition) for topic_id in TOPICS for partition in range(12)}
    result: dict[str, Subscriber] = {}
    for number in range(draw(st.integers(1, most_members))):
        topics = shared if same else draw(st.frozensets(st.sampled_from(TOPICS)))
        had = draw(st.frozensets(st.sampled_from(sorted(free)), max_size=9)) if free else frozenset()
        free -= had
        target: dict[Uuid, frozenset[int]] = {}
        for topic_id, partition in had:
            target[topic_id] = target.get(topic_id, frozenset()) | {partition}
        instance = draw(st.sampled_from([None, None, f"i{9 - number}"]))
        result[f"m{number}"] = Subscriber(topics, instance, target)
    return result, partitions


def size(assignment: Assignment) -> int:
    return sum(map(len, assignment.values()))


def check_complete(group: Group, assigned: Mapping[str, Assignment]) -> None:
    """Every partition of a subscribed topic belongs to one subscriber of it, and nothing else to anybody."""
    subscribers, partitions = group
    assert assigned.keys() == subscribers.keys()
    seen: list[tuple[Uuid, int]] = []
    for member_id, assignment in assigned.items():
        assert assignment.keys() <= subscribers[member_id].topics
        assert all(assignment.values()), "no empty sets"
        seen += [(topic_id, partition) for topic_id, some in assignment.items() for partition in some]
    subscribed = {topic_id for one in subscribers.values() for topic_id in one.topics}
    assert sorted(seen) == sorted((topic_id, one) for topic_id in subscribed for one in range(partitions[topic_id]))
