"""Those who wait: told in the order in which they came."""

from __future__ import annotations

from kafkalite.broker.waiters import Waiters
from tests.unit.test_durability import Waiter


def test_waiters_keep_their_order_and_come_once() -> None:
    waiters = Waiters()
    first, second, third = (Waiter(lambda number: None) for _ in range(3))
    for one in (second, first, third, second):
        waiters.add(one)
    assert list(waiters) == [second, first, third]
    waiters.discard(first)
    waiters.discard(first)
    assert list(waiters) == [second, third]
