"""The wake-up behind `watch`."""

from __future__ import annotations

import trio
import trio.testing

from kafkalite.metadata.watching import Growth


async def test_whoever_is_behind_does_not_wait() -> None:
    growth = Growth()
    growth.reach(3)
    with trio.fail_after(1):
        await growth.beyond(2)


async def test_all_who_wait_are_woken_together(autojump_clock: trio.testing.MockClock) -> None:
    growth = Growth()
    woken: list[int] = []

    async def wait(number: int) -> None:
        await growth.beyond(0)
        woken.append(number)

    async with trio.open_nursery() as nursery:
        for number in range(3):
            nursery.start_soon(wait, number)
        await trio.testing.wait_all_tasks_blocked()
        assert woken == []
        growth.reach(1)
    assert sorted(woken) == [0, 1, 2]


async def test_a_cancelled_wait_leaves_the_others_waiting(autojump_clock: trio.testing.MockClock) -> None:
    growth = Growth()
    with trio.move_on_after(1):
        await growth.beyond(0)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(growth.beyond, 0)
        await trio.testing.wait_all_tasks_blocked()
        growth.reach(1)
