"""Who holds up the loop is named, with what it did; who does not is left alone."""

from __future__ import annotations

import logging
import threading

import pytest
import trio
import trio.testing

from kafkalite.server.watchdog import Watchdog, watched


class HandClock:
    """A clock that stands still unless somebody moves it."""

    def __init__(self) -> None:
        self.time = 100.0
        self.processor = 7.0

    def now(self) -> float:
        return self.time

    def computed(self) -> float:
        return self.processor


async def busy(clock: HandClock, dog: Watchdog, seconds: float) -> None:
    clock.time += seconds
    clock.processor += seconds / 2
    looking = threading.Thread(target=dog.look)
    looking.start()
    looking.join()


@pytest.mark.parametrize(("seconds", "told"), [(0.049, False), (0.051, True), (3.0, True)])
async def test_a_step_that_is_too_long_is_told(seconds: float, told: bool, caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    dog = Watchdog(0.05, clock)
    trio.lowlevel.add_instrument(dog)
    with caplog.at_level(logging.WARNING):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(busy, clock, dog, seconds)
    trio.lowlevel.remove_instrument(dog)
    assert bool(caplog.records) is told
    if told:
        said = caplog.records[0].getMessage()
        assert f"{int(seconds * 1000)} ms ({int(seconds * 500)} of them computing)" in said
        assert "in busy" in said


async def test_time_that_passes_between_steps_is_nobodys(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    with watched(50, clock), caplog.at_level(logging.WARNING):
        for _ in range(5):
            await trio.lowlevel.checkpoint()
            await trio.testing.wait_all_tasks_blocked()
    assert not caplog.records


async def test_a_halt_that_nobody_saw_has_no_stack(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    dog = Watchdog(0.05, clock)
    task = trio.lowlevel.current_task()
    dog.before_task_step(task)
    clock.time += 1
    with caplog.at_level(logging.WARNING):
        dog.after_task_step(task)
    assert "stood still for 1000 ms (0 of them computing)" in caplog.text
    assert ", at:" not in caplog.text
    dog.look()  # between steps there is nothing to see
    dog.after_task_step(task)
    assert len(caplog.records) == 1


async def test_zero_is_off() -> None:
    def watchdogs() -> int:
        return sum(thread.name == "watchdog" for thread in threading.enumerate())

    with watched(0, HandClock()):
        assert watchdogs() == 0
    with watched(50, HandClock()):
        assert watchdogs() == 1
