"""The states of a classic group: Kafka's names, and no way into one but the legal ones."""

from __future__ import annotations

from kafkalite.core.groups.classic_state import LEGAL_FROM, GroupState


def test_the_names_are_kafkas() -> None:
    assert {state.value for state in GroupState} == {
        "Empty",
        "PreparingRebalance",
        "CompletingRebalance",
        "Stable",
        "Dead",
    }


def test_every_state_can_be_reached_from_empty_and_nothing_follows_death() -> None:
    reached = {GroupState.EMPTY}
    for _ in GroupState:
        reached |= {state for state, before in LEGAL_FROM.items() if reached.intersection(before)}
    assert reached == set(GroupState) == set(LEGAL_FROM)
    assert all(GroupState.DEAD not in before for before in LEGAL_FROM.values())
