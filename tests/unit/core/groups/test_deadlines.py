"""The deadlines of a consumer group's members."""

from __future__ import annotations

import math

import pytest

from kafkalite.core.groups.deadlines import Deadlines, MemberDeadlines


def test_nothing_is_due_at_first() -> None:
    deadlines = Deadlines()
    assert deadlines.earliest() == math.inf
    assert deadlines.overdue(1e9) == {}
    assert "m" not in deadlines


def test_who_is_late_and_what_for() -> None:
    deadlines = Deadlines()
    deadlines.of("a").session = deadlines.by(10.0)
    deadlines.of("b").session = deadlines.by(20.0)
    deadlines.of("b").rebalance = deadlines.by(15.0)
    assert ("a" in deadlines, deadlines.earliest()) == (True, 10.0)
    assert deadlines.overdue(9.9) == {}
    assert deadlines.overdue(10.0) == {"a": "not heard of within the session timeout"}
    deadlines.forget("a")
    assert deadlines.earliest() == 15.0
    assert deadlines.overdue(16.0) == {"b": "partitions not given up within the rebalance timeout"}


def test_a_deadline_that_moved_is_looked_at_once_for_nothing() -> None:
    deadlines = Deadlines()
    deadlines.of("a").session = deadlines.by(10.0)
    deadlines.of("a").session = deadlines.by(30.0)
    assert deadlines.earliest() == 10.0
    assert deadlines.overdue(10.0) == {}
    assert deadlines.earliest() == 30.0


def test_where_nobody_is_nothing_is_due() -> None:
    deadlines = Deadlines()
    deadlines.of("a").session = deadlines.by(10.0)
    deadlines.forget("a")
    deadlines.forget("a")
    assert deadlines.earliest() == math.inf


@pytest.mark.parametrize(
    ("which", "why"),
    [
        ("session", "not heard of within the session timeout"),
        ("rebalance", "partitions not given up within the rebalance timeout"),
        ("join", "no JoinGroup within the rebalance timeout"),
        ("sync", "no SyncGroup within the rebalance timeout"),
    ],
)
def test_each_deadline_has_its_words(which: str, why: str) -> None:
    one = MemberDeadlines()
    setattr(one, which, 5.0)
    assert (one.earliest(), one.missed(5.0)) == (5.0, why)
