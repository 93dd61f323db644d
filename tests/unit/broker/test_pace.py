"""The pace of work beside the broker: rests, a rate, and a stop that is noticed wherever it waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafkalite.broker.pace import LONGEST_WAIT, REST_SECONDS, WORK_SECONDS, Pace, Stopped


class Clock:
    """Time that passes when the test says so, and while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        self.on_sleep()


def test_it_rests_after_every_bit_of_work() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    for _ in range(100):
        clock.time += WORK_SECONDS / 4.001
        pace.rest()
    assert clock.slept == [REST_SECONDS] * 20
    pace.spend(1 << 40)
    assert len(clock.slept) == 20, "without a limit bytes cost nothing"


def test_the_rate_is_kept() -> None:
    clock = Clock()
    pace = Pace(1000.0, clock)
    for _ in range(50):
        pace.spend(100)
    assert clock.time - 100 == pytest.approx(5.0, abs=0.2)
    assert max(clock.slept) <= LONGEST_WAIT


def test_time_that_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    pace = Pace(1000.0, clock)
    clock.time += 60
    began = clock.time
    for _ in range(10):
        pace.spend(100)
    assert clock.time - began == pytest.approx(1.0, abs=0.2)


def test_a_stop_is_noticed_at_the_next_rest() -> None:
    pace = Pace(clock=Clock())
    pace.rest()
    pace.stop()
    for verb in (pace.rest, lambda: pace.spend(1)):
        with pytest.raises(Stopped):
            verb()


def test_a_stop_is_noticed_while_it_waits_for_the_rate() -> None:
    clock = Clock()
    pace = Pace(1.0, clock)
    clock.on_sleep = lambda: pace.stop() if len(clock.slept) == 3 else None
    with pytest.raises(Stopped):
        pace.spend(1000)
    assert clock.slept == [LONGEST_WAIT] * 3


def test_the_real_clock_is_there_too() -> None:
    pace = Pace(1e12)
    pace.rest()
    pace.spend(1000)
