"""One step towards the target: give up, confirm, get."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.consumer_member import ConsumerMember, MemberState
from kafkalite.core.groups.reconciliation import Goal, Owned, check_state, reconcile
from kafkalite.wire.errors import KafkaError

T, U = b"t" * 16, b"u" * 16

STABLE, UNREVOKED, UNRELEASED, UNKNOWN = MemberState


def goal(epoch: int, *, t: list[int] | None = None, u: list[int] | None = None, taken: list[int] | None = None) -> Goal:
    """A target; `taken` are partitions of T that others still hold. Topics without partitions are subscribed too."""
    target = {topic: frozenset(some) for topic, some in ((T, t), (U, u)) if some}
    return Goal(epoch, target, {T, U}, lambda topic, partition: topic != T or partition not in (taken or []))


def member(state: MemberState = STABLE, epoch: int = 2, t: list[int] | None = None, revoking: list[int] | None = None):  # type: ignore[no-untyped-def]
    return ConsumerMember(
        "m",
        epoch=epoch,
        previous_epoch=epoch - 1,
        state=state,
        assigned={T: dict.fromkeys(t, 2)} if t else {},
        revoking={T: dict.fromkeys(revoking, 2)} if revoking else {},
    )


def step(before: ConsumerMember, to: Goal, owned: Owned = None, *, changed: bool = False) -> ConsumerMember:
    return reconcile(before, to, owned, subscription_changed=changed)


def facts(after: ConsumerMember) -> tuple[MemberState, int, int, list[int], list[int]]:
    return (
        after.state,
        after.epoch,
        after.previous_epoch,
        sorted(after.assigned.get(T, {})),
        sorted(after.revoking.get(T, {})),
    )


def test_who_has_arrived_stays() -> None:
    before = member(t=[0])
    assert step(before, goal(2, t=[0, 1])) is before


def test_a_gain_at_once() -> None:
    after = step(member(t=[0]), goal(3, t=[0, 1]))
    assert facts(after) == (STABLE, 3, 2, [0, 1], [])
    assert after.assigned == {T: {0: 2, 1: 3}}, "each partition keeps the epoch at which it came"


def test_a_loss_waits_for_the_confirmation() -> None:
    waiting = step(member(t=[0, 1]), goal(3, t=[0]))
    assert facts(waiting) == (UNREVOKED, 2, 2, [0], [1])
    assert step(waiting, goal(3, t=[0])) is waiting, "silence is no confirmation"
    assert step(waiting, goal(3, t=[0]), [(T, [0, 1])]) is waiting
    assert facts(step(waiting, goal(3, t=[0]), [(T, [0])])) == (STABLE, 3, 2, [0], [])
    assert facts(step(waiting, goal(3, t=[0]), [])) == (STABLE, 3, 2, [0], [])


def test_a_loss_that_is_confirmed_before_it_is_asked_for() -> None:
    assert facts(step(member(t=[0, 1]), goal(3, t=[0]), [(T, [0])])) == (STABLE, 3, 2, [0], [])


def test_first_the_loss_then_the_gain() -> None:
    waiting = step(member(t=[0, 1]), goal(3, t=[1, 2]))
    assert facts(waiting) == (UNREVOKED, 2, 2, [1], [0])
    assert facts(step(waiting, goal(3, t=[1, 2]), [(T, [1])])) == (STABLE, 3, 2, [1, 2], [])


def test_what_others_hold_is_waited_for() -> None:
    waiting = step(member(), goal(3, t=[0, 1], taken=[1]))
    assert facts(waiting) == (UNRELEASED, 3, 2, [0], [])
    same = step(waiting, goal(3, t=[0, 1], taken=[1]))
    assert facts(same) == (UNRELEASED, 3, 3, [0], [])
    assert step(same, goal(3, t=[0, 1], taken=[1])) == same
    assert facts(step(same, goal(3, t=[0, 1]))) == (STABLE, 3, 3, [0, 1], [])


def test_nothing_is_free_yet() -> None:
    assert facts(step(member(), goal(3, t=[0], taken=[0]))) == (UNRELEASED, 3, 2, [], [])


def test_a_newer_target_while_waiting() -> None:
    waiting = member(UNRELEASED, 3, t=[0])
    assert facts(step(waiting, goal(4, t=[1], taken=[1]))) == (UNREVOKED, 3, 3, [], [0])
    unrevoked = member(UNREVOKED, 2, t=[0], revoking=[1])
    after = step(unrevoked, goal(4, t=[1]), [(T, [0])])
    assert facts(after) == (UNREVOKED, 2, 2, [], [0]), "what it has just confirmed is nobody's, the rest is asked for"
    assert facts(step(after, goal(4, t=[1]), [])) == (STABLE, 4, 2, [1], [])


def test_what_it_gave_up_may_be_its_own_again() -> None:
    unrevoked = member(UNREVOKED, 2, t=[0], revoking=[1])
    assert facts(step(unrevoked, goal(4, t=[0, 1]), [(T, [0])])) == (STABLE, 4, 2, [0, 1], [])


def test_what_is_not_subscribed_is_no_target() -> None:
    to = Goal(3, {T: frozenset([0]), U: frozenset([0])}, {U}, lambda topic, partition: True)
    after = step(ConsumerMember("m"), to)
    assert after.assigned == {U: {0: 3}}


def test_an_unsubscribed_topic_goes_at_once() -> None:
    before = member(t=[0, 1])
    to = Goal(2, {T: frozenset([0, 1])}, {U}, lambda topic, partition: True)
    assert step(before, to) is before, "only when the subscription changed"
    assert facts(step(before, to, changed=True)) == (UNREVOKED, 2, 2, [], [0, 1])
    assert facts(step(before, to, [], changed=True)) == (STABLE, 2, 2, [], [])
    assert step(before, goal(2, t=[0, 1]), changed=True) is before, "nothing of it is unsubscribed"


def test_an_unsubscribed_topic_joins_what_is_being_given_up() -> None:
    before = member(UNREVOKED, 2, revoking=[3])._replace(assigned={T: {0: 2}, U: {0: 2}})
    to = Goal(2, {}, {U}, lambda topic, partition: True)
    after = step(before, to, changed=True)
    assert (facts(after), after.assigned) == ((UNREVOKED, 2, 2, [], [0, 3]), {U: {0: 2}})


def test_who_is_in_a_state_of_a_newer_broker_must_begin_again() -> None:
    lost = member(UNKNOWN, 2, t=[0])
    for owned in (None, [(T, [0])]):
        with pytest.raises(KafkaError) as refused:
            check_state(lost, owned)
        assert refused.value.code == 110
    check_state(lost, [])
    check_state(lost, [(T, [])])
    check_state(member(t=[0]), None)
    assert facts(step(lost, goal(3, t=[1]), [])) == (STABLE, 3, 2, [1], [])
