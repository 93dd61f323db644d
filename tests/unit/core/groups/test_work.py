"""Computations in slices."""

from __future__ import annotations

from kafkalite.core.groups.work import SLICE, Pace, Steps, Work, finish


def count_to(end: int) -> Steps[int]:
    for _ in range(end):
        yield
    return end


def test_work_goes_on_slice_by_slice() -> None:
    work = Work(count_to(3))
    assert [work.go_on() for _ in range(5)] == [False, False, False, True, True]
    assert work.result == 3
    assert Work(count_to(3)).go_on(slices=3) is False
    assert Work(count_to(3)).go_on(slices=9) is True


def test_work_that_needs_no_slice_is_done_in_the_first() -> None:
    work = Work(count_to(0))
    assert work.go_on()
    assert work.result == 0


def test_all_at_once() -> None:
    assert finish(count_to(100)) == 100


def test_the_pace() -> None:
    pace = Pace()
    assert sum(pace.is_over() for _ in range(3 * SLICE)) == 3
    assert pace.is_over(SLICE - 1) is False
    assert pace.is_over() is True
    assert pace.is_over(10 * SLICE) is True
    assert pace.is_over(SLICE - 1) is False
