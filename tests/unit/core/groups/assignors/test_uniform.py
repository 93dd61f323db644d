"""`uniform` is complete, even and sticky."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given

from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.assignors.uniform import assign
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.work import Work, finish
from kafkalite.wire.message import Uuid
from tests.unit.core.groups.assignors.groups_to_assign import Group, T, U, check_complete, groups, members, of, size


def assigned(subscribers: dict[str, Subscriber], partitions: dict[Uuid, int]) -> Mapping[str, Assignment]:
    return finish(assign(subscribers, partitions))


def again(subscribers: dict[str, Subscriber], result: Mapping[str, Assignment]) -> dict[str, Subscriber]:
    return {name: one._replace(target=result.get(name, {})) for name, one in subscribers.items()}


# -- by hand


def test_the_first_gets_all_and_gives_half_to_the_second() -> None:
    first = assigned(members("a"), {T: 4})
    assert first == {"a": of(T=[0, 1, 2, 3])}
    assert assigned(again(members("a", "b"), first), {T: 4}) == {"a": of(T=[0, 1]), "b": of(T=[2, 3])}


def test_who_leaves_is_shared_out_and_nothing_else_moves() -> None:
    group = members("a", "b", "c", a=of(T=[0, 1]), b=of(T=[2, 3]), c=of(T=[4, 5]))
    del group["b"]
    assert assigned(group, {T: 6}) == {"a": of(T=[0, 1, 2]), "c": of(T=[3, 4, 5])}


def test_who_has_the_odd_ones_keeps_them() -> None:
    group = members("a", "b", "c", a=of(T=[0]), b=of(T=[1, 2]), c=of(T=[3, 4]))
    assert assigned(group, {T: 5}) == {"a": of(T=[0]), "b": of(T=[1, 2]), "c": of(T=[3, 4])}


def test_more_members_than_partitions() -> None:
    result = assigned(members("a", "b", "c"), {T: 2})
    assert sorted(map(size, result.values())) == [0, 1, 1]


def test_what_does_not_exist_any_more_is_forgotten() -> None:
    group = members("a", "b", a=of(T=[0, 7], U=[0]), b=of(T=[1]))
    assert assigned(group, {T: 2}) == {"a": of(T=[0]), "b": of(T=[1])}


def test_a_partition_that_two_had_is_the_firsts() -> None:
    group = members("a", "b", a=of(T=[0]), b=of(T=[0]))
    assert assigned(group, {T: 2}) == {"a": of(T=[0]), "b": of(T=[1])}


def test_nobody_and_nothing() -> None:
    assert assigned({}, {}) == {}
    assert assigned(members("a", topics=frozenset()), {}) == {"a": {}}


def test_the_only_subscriber_has_all_of_its_topic() -> None:
    group = {"a": Subscriber(frozenset([T])), "b": Subscriber(frozenset([T, U]))}
    assert assigned(group, {T: 3, U: 3}) == {"a": of(T=[0, 1, 2]), "b": of(U=[0, 1, 2])}


def test_many_members_of_many_partitions_take_no_long_turns() -> None:
    work = Work(assign(members(*(f"m{number}" for number in range(500))), {T: 2000}))
    slices = 1
    while not work.go_on():
        slices += 1
    assert slices > 2
    assert {size(one) for one in work.result.values()} == {4}


# -- any group


@given(groups(same=True))
def test_with_one_subscription_it_is_complete_and_nobody_has_two_more_than_another(group: Group) -> None:
    result = assigned(*group)
    check_complete(group, result)
    sizes = [size(one) for one in result.values()]
    assert max(sizes) - min(sizes) <= 1


@given(groups(same=True))
def test_with_one_subscription_no_partition_moves_that_need_not(group: Group) -> None:
    """Everybody keeps as much as it may have; whatever moves had no owner, or one that has its full share."""
    subscribers, partitions = group
    result = assigned(*group)
    total = sum(size(one) for one in result.values())
    quota = total // len(subscribers)
    for member_id, subscriber in subscribers.items():
        valid = {
            (topic_id, one)
            for topic_id, some in subscriber.target.items()
            for one in some
            if topic_id in subscriber.topics and one < partitions[topic_id]
        }
        kept = {(topic_id, one) for topic_id, some in result[member_id].items() for one in some} & valid
        assert len(kept) >= min(len(valid), quota)
        assert kept == valid or len(kept) == size(result[member_id])


@given(groups())
def test_with_any_subscriptions_it_is_complete_and_no_move_would_make_it_more_even(group: Group) -> None:
    result = assigned(*group)
    check_complete(group, result)
    for giver, assignment in result.items():
        for topic_id in assignment:
            for taker, subscriber in group[0].items():
                if topic_id in subscriber.topics:
                    assert size(result[giver]) - size(result[taker]) <= 1


@given(groups())
def test_what_is_even_stays_as_it_is(group: Group) -> None:
    subscribers, partitions = group
    result = assigned(subscribers, partitions)
    assert assigned(again(subscribers, result), partitions) == result


@given(groups())
def test_the_same_group_is_assigned_alike(group: Group) -> None:
    assert assigned(*group) == assigned(*group)
