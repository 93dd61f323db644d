"""`range` gives runs of neighbouring partitions, topic by topic, in one order of members."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given

from kafkalite.core.groups.assignors.range import assign
from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.work import Work, finish
from kafkalite.wire.message import Uuid
from tests.unit.core.groups.assignors.groups_to_assign import Group, T, U, check_complete, groups, members, of, size


def assigned(subscribers: dict[str, Subscriber], partitions: dict[Uuid, int]) -> Mapping[str, Assignment]:
    return finish(assign(subscribers, partitions))


def test_the_first_ones_get_one_more() -> None:
    assert assigned(members("b", "c", "a"), {T: 8}) == {
        "a": of(T=[0, 1, 2]),
        "b": of(T=[3, 4, 5]),
        "c": of(T=[6, 7]),
    }


def test_topics_of_one_size_are_cut_alike() -> None:
    result = assigned(members("a", "b", topics=frozenset([T, U])), {T: 4, U: 4})
    assert result == {"a": of(T=[0, 1], U=[0, 1]), "b": of(T=[2, 3], U=[2, 3])}


def test_static_members_come_first_by_instance_id() -> None:
    group = {
        "a": Subscriber(frozenset([T])),
        "y": Subscriber(frozenset([T]), "i1"),
        "z": Subscriber(frozenset([T]), "i0"),
    }
    assert assigned(group, {T: 3}) == {"z": of(T=[0]), "y": of(T=[1]), "a": of(T=[2])}


def test_more_members_than_partitions() -> None:
    assert assigned(members("a", "b", "c"), {T: 2}) == {"a": of(T=[0]), "b": of(T=[1]), "c": {}}


def test_it_has_no_memory() -> None:
    assert assigned(members("a", "b", a=of(T=[2, 3]), b=of(T=[0, 1])), {T: 4}) == {"a": of(T=[0, 1]), "b": of(T=[2, 3])}


def test_nobody_and_nothing() -> None:
    assert assigned({}, {}) == {}
    assert assigned(members("a", topics=frozenset()), {}) == {"a": {}}


def test_many_members_take_no_long_turns() -> None:
    work = Work(assign(members(*(f"m{number}" for number in range(500))), {T: 2000}))
    slices = 1
    while not work.go_on():
        slices += 1
    assert slices > 2
    assert {size(one) for one in work.result.values()} == {4}


@given(groups())
def test_it_is_complete_and_of_every_topic_even_and_in_runs(group: Group) -> None:
    result = assigned(*group)
    check_complete(group, result)
    for topic_id in group[1]:
        shares = [result[name].get(topic_id, frozenset()) for name, one in group[0].items() if topic_id in one.topics]
        if shares:
            assert max(map(len, shares)) - min(map(len, shares)) <= 1
        for share in shares:
            assert not share or sorted(share) == list(range(min(share), max(share) + 1))
