"""Who is on the way to a group, and until when."""

from __future__ import annotations

from kafkalite.core.groups.announced import Announced


def test_who_asked_is_expected_until_it_joins_or_the_time_is_over() -> None:
    announced = Announced(0.125)
    assert announced.until("g", 5.0) == 5.0
    announced.note("g", "a", 5.0)
    announced.note("g", "b", 5.0625)
    announced.note("other", "c", 5.0625)
    assert announced.until("g", 5.07) == 5.1875
    announced.joins("g", "b")
    assert announced.until("g", 5.07) == 5.125
    announced.joins("g", "b")
    announced.joins("nobody", "b")
    assert announced.until("g", 5.07) == 5.125
    assert announced.until("g", 9.0) <= 9.0


def test_clients_of_one_name_are_counted() -> None:
    announced = Announced(0.125)
    for _ in range(3):
        announced.note("g", "rdkafka", 1.0)
    announced.joins("g", "rdkafka")
    announced.joins("g", "rdkafka")
    assert announced.until("g", 1.0) == 1.125
    announced.joins("g", "rdkafka")
    assert announced.until("g", 1.0) == 1.0


def test_who_never_comes_is_forgotten() -> None:
    announced = Announced(0.125)
    for number in range(10_000):
        announced.note(f"group {number}", "admin", number / 100)
    assert len(announced._clients) < 50


def test_without_a_window_nobody_is_expected() -> None:
    announced = Announced(0.0)
    announced.note("g", "a", 1.0)
    assert announced.until("g", 1.0) == 1.0
    assert not announced._clients
