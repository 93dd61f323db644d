"""Waiting requests and the one deadline heap."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.waiting import Timers, Waiting
from kafkalite.wire.message import Message


async def test_a_resolved_request_does_not_wait() -> None:
    waiting = Waiting()
    answer = Message()
    waiting.resolve(answer)
    await waiting.wait()
    assert waiting.answer() is answer


async def test_resolving_wakes_the_waiter(nursery: trio.Nursery) -> None:
    waiting = Waiting()
    answer = Message()
    nursery.start_soon(waiting.wait)
    await trio.testing.wait_all_tasks_blocked()
    waiting.resolve(answer)
    assert waiting.answer() is answer


def test_a_request_is_answered_once() -> None:
    waiting = Waiting()
    waiting.resolve(Message())
    with pytest.raises(AssertionError):
        waiting.resolve(Message())


async def test_a_cancelled_wait_abandons_the_request_and_may_still_be_resolved() -> None:
    class Abandoned(Waiting):
        __slots__ = ("told",)

        def abandon(self) -> None:
            self.told = True

    waiting = Abandoned()
    with trio.CancelScope() as scope:
        scope.cancel()
        await waiting.wait()
    assert waiting.told
    waiting.resolve(Message())


async def test_actions_run_at_their_deadlines_in_order(
    autojump_clock: trio.testing.MockClock, nursery: trio.Nursery
) -> None:
    timers = Timers(VirtualClock())
    nursery.start_soon(timers.run)
    ran: list[tuple[str, float]] = []
    for name, seconds in (("b", 2.0), ("a", 1.0), ("c", 3600.0)):
        timers.after(seconds, lambda name=name: ran.append((name, trio.current_time())))  # type: ignore[misc]
    start = trio.current_time()
    await trio.sleep(4000)
    assert [(name, round(when - start, 3)) for name, when in ran] == [("a", 1.0), ("b", 2.0), ("c", 3600.0)]
    nursery.cancel_scope.cancel()


async def test_an_earlier_deadline_wakes_the_sleeping_task(
    autojump_clock: trio.testing.MockClock, nursery: trio.Nursery
) -> None:
    timers = Timers(VirtualClock())
    nursery.start_soon(timers.run)
    ran: list[str] = []
    timers.after(100, lambda: ran.append("late"))
    await trio.testing.wait_all_tasks_blocked()
    timers.after(1, lambda: ran.append("early"))
    await trio.sleep(2)
    assert ran == ["early"]
    nursery.cancel_scope.cancel()


async def test_a_cancelled_timer_does_not_run(autojump_clock: trio.testing.MockClock, nursery: trio.Nursery) -> None:
    timers = Timers(VirtualClock())
    nursery.start_soon(timers.run)
    ran: list[str] = []
    timers.after(1, lambda: ran.append("x")).cancel()
    await trio.sleep(2)
    assert ran == []
    nursery.cancel_scope.cancel()


async def test_a_timer_that_another_of_the_same_moment_cancels_does_not_run() -> None:
    timers = Timers(VirtualClock())
    ran: list[str] = []
    timers.after(0, lambda: second.cancel())
    second = timers.after(0, lambda: ran.append("x"))
    timers.run_due()
    assert ran == []


async def test_what_goes_on_at_once_lets_others_run_in_between(autojump_clock: trio.testing.MockClock) -> None:
    timers = Timers(VirtualClock())
    ran: list[int] = []

    def go_on() -> None:
        ran.append(len(ran))
        timers.after(0, go_on)

    timers.after(0, go_on)
    timers.run_due()
    assert ran == [0]
    timers.run_due()
    assert ran == [0, 1]


async def test_cancelled_timers_do_not_pile_up() -> None:
    timers = Timers(VirtualClock())
    kept = [timers.after(1000, lambda: None) for _ in range(10)]
    for _ in range(100_000):
        timers.after(1000, lambda: None).cancel()
    assert len(timers._heap) < 5000
    assert all(timer in timers._heap for timer in kept)


async def test_an_action_that_breaks_is_logged_and_the_others_run(
    autojump_clock: trio.testing.MockClock, nursery: trio.Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    timers = Timers(VirtualClock())
    nursery.start_soon(timers.run)
    ran: list[str] = []
    timers.after(1, lambda: ran.append(str(1 // 0)))
    timers.after(2, lambda: ran.append("next"))
    await trio.sleep(3)
    assert ran == ["next"]
    assert "BUG" in caplog.text
    nursery.cancel_scope.cancel()
