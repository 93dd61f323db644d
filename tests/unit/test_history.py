"""The history checker: each anomaly is found in a history made by hand, and none in one that is as it should be."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from tests.history import Operation, Outcome, Poll, Send, check

OK, ABORTED, UNKNOWN = Outcome.OK, Outcome.ABORTED, Outcome.UNKNOWN


def wrote(process: int, *sends: tuple[str, int, int | None], outcome: Outcome = OK) -> Operation:
    """(key, value, offset) each."""
    return Operation(process, outcome, sends=[Send(*one) for one in sends])


def saw(process: int, key: str, *records: tuple[int, int], moved: bool = False) -> Operation:
    """(offset, value) each."""
    return Operation(process, polls=[Poll(key, records)], moved=moved)


def names(*history: Operation) -> set[str]:
    return set(check(history).found)


GOOD = (
    wrote(1, ("a", 1, 0), ("b", 2, 0)),
    wrote(2, ("a", 3, 2), outcome=ABORTED),
    wrote(1, ("a", 4, 4), ("b", 5, 2)),
    wrote(2, ("b", 6, None), outcome=UNKNOWN),
    saw(3, "a", (0, 1)),
    saw(3, "a", (4, 4)),
    saw(3, "b", (0, 2), (2, 5), (4, 6)),
    saw(4, "a", (0, 1), (4, 4)),
    saw(4, "a", (0, 1), moved=True),
)

BAD: dict[str, Sequence[Operation]] = {
    "aborted read": (wrote(1, ("a", 1, 0), outcome=ABORTED), saw(2, "a", (0, 1))),
    "inconsistent offsets": (wrote(1, ("a", 1, 0)), wrote(2, ("a", 2, 0)), saw(3, "a", (0, 1)), saw(4, "a", (0, 2))),
    "duplicate": (wrote(1, ("a", 1, 0)), saw(2, "a", (0, 1), (3, 1))),
    "lost write": (wrote(1, ("a", 1, 0), ("a", 2, 1)), saw(2, "a", (1, 2))),
    "torn transaction": (
        wrote(1, ("a", 1, 0), ("b", 2, 0), outcome=UNKNOWN),
        wrote(2, ("b", 3, 1)),
        saw(3, "a", (0, 1)),
        saw(3, "b", (1, 3)),
    ),
    "unseen": (wrote(1, ("a", 1, 0)),),
    "nonmonotonic poll": (
        wrote(1, ("a", 1, 0)),
        wrote(1, ("a", 2, 1)),
        saw(2, "a", (0, 1), (1, 2)),
        saw(2, "a", (0, 1)),
    ),
    "internal nonmonotonic poll": (wrote(1, ("a", 1, 0), ("a", 2, 1)), saw(2, "a", (1, 2), (0, 1))),
    "skipped poll": (
        wrote(1, ("a", 1, 0)),
        wrote(1, ("a", 2, 1)),
        wrote(1, ("a", 3, 2)),
        saw(2, "a", (0, 1), (1, 2), (2, 3)),
        saw(3, "a", (0, 1)),
        saw(3, "a", (2, 3)),
    ),
    "internal skipped poll": (
        wrote(1, ("a", 1, 0), ("a", 2, 1), ("a", 3, 2)),
        saw(2, "a", (0, 1), (1, 2), (2, 3)),
        saw(3, "a", (0, 1), (2, 3)),
    ),
    "nonmonotonic send": (wrote(1, ("a", 1, 5)), wrote(1, ("a", 2, 3)), saw(2, "a", (3, 2), (5, 1))),
    "internal nonmonotonic send": (wrote(1, ("a", 1, 5), ("a", 2, 3)), saw(2, "a", (3, 2), (5, 1))),
    "precommitted read": (Operation(1, sends=[Send("a", 1, 0)], polls=[Poll("a", [(0, 1)])]), saw(2, "a", (0, 1))),
    "G0": (
        wrote(1, ("a", 1, 0), ("b", 2, 1)),
        wrote(2, ("a", 3, 1), ("b", 4, 0)),
        saw(3, "a", (0, 1), (1, 3)),
        saw(3, "b", (0, 4), (1, 2)),
    ),
    "G1c": (
        Operation(1, sends=[Send("a", 1, 0)], polls=[Poll("b", [(0, 2)])]),
        Operation(2, sends=[Send("b", 2, 0)], polls=[Poll("a", [(0, 1)])]),
    ),
    "mixed cycle": (
        Operation(1, sends=[Send("a", 1, 0)], polls=[Poll("b", [(0, 3)])]),
        wrote(2, ("a", 2, 1), ("b", 3, 0)),
        saw(3, "a", (0, 1), (1, 2)),
    ),
    "G-single": (
        wrote(1, ("a", 1, 0), ("b", 2, 0)),
        wrote(2, ("a", 3, 1), ("b", 4, 1)),
        Operation(3, polls=[Poll("a", [(0, 1), (1, 3)]), Poll("b", [(0, 2)])]),
        saw(4, "b", (0, 2), (1, 4)),
    ),
}


def test_a_history_as_it_should_be_has_no_anomalies() -> None:
    assert check(GOOD).found == {}


@pytest.mark.parametrize("name", BAD)
def test_each_anomaly_is_found_and_no_other_is_made_up(name: str) -> None:
    assert names(*BAD[name]) == {name}


def test_a_value_nobody_sent() -> None:
    assert names(saw(2, "a", (0, 1))) == {"aborted read"}


def test_what_kafka_leaves_open_is_not_serious() -> None:
    serious = {name for name, history in BAD.items() if check(history).serious()}
    assert set(BAD) - serious == {"unseen", "G0", "mixed cycle", "G-single"}


def test_what_nobody_knows_may_be_there_as_a_whole_or_not() -> None:
    unknown = wrote(1, ("a", 1, 0), ("b", 2, 0), outcome=UNKNOWN)
    rest = (wrote(2, ("a", 3, 2), ("b", 4, 2)),)
    assert names(unknown, *rest, saw(3, "a", (2, 3)), saw(3, "b", (2, 4))) == set()
    assert names(unknown, *rest, saw(3, "a", (0, 1), (2, 3)), saw(3, "b", (0, 2), (2, 4))) == set()


def test_a_long_cycle_is_found_without_recursion() -> None:
    length = 20_000
    circle = [
        Operation(
            one, sends=[Send(f"k{one}", one, 0)], polls=[Poll(f"k{(one + 1) % length}", [(0, (one + 1) % length)])]
        )
        for one in range(length)
    ]
    assert names(*circle) == {"G1c"}


def test_a_hundred_thousand_operations_take_seconds() -> None:
    history = []
    for number in range(50_000):
        key = f"k{number % 10}"
        history.append(wrote(number % 7, (key, number, number // 10)))
        history.append(saw(100 + number % 10, key, (number // 10, number)))
    started = time.process_time()
    assert check(history).found == {}
    assert time.process_time() - started < 10.0
