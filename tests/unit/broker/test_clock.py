"""The one clock."""

from __future__ import annotations

import time

import trio
import trio.testing

from kafkalite.broker.clock import SystemClock, SystemThreadClock, VirtualClock


async def test_the_virtual_clock_moves_both_times_with_trios(mock_clock: trio.testing.MockClock) -> None:
    clock = VirtualClock(wall_start_ms=1_000)
    now, wall = clock.now(), clock.wall_ms()
    mock_clock.jump(12.5)
    assert clock.now() - now == 12.5
    assert clock.wall_ms() - wall == 12_500


async def test_the_system_clock_tells_the_wall_time() -> None:
    assert abs(SystemClock().wall_ms() - time.time() * 1000) < 10_000
    assert SystemClock().now() == trio.current_time() or SystemClock().now() <= trio.current_time()


def test_a_threads_clock_goes_on_and_sleeps() -> None:
    clock = SystemThreadClock()
    before = clock.now()
    clock.sleep(0.0001)
    assert clock.now() > before
