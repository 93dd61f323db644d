"""Who is on the way to a group, and until when."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.announced import MOST_GROUPS, RETURN_SECONDS, Announced


class Connection:
    """What asks."""

    def __init__(self) -> None:
        self.is_closed = False


def gone() -> Connection:
    connection = Connection()
    connection.is_closed = True
    return connection


def test_who_asked_is_expected_until_it_joins_or_the_time_is_over() -> None:
    announced = Announced(0.125)
    a, b = Connection(), Connection()
    assert announced.until("g", 5.0) == 5.0
    announced.note("g", "a", a, 5.0)
    announced.note("g", "b", b, 5.0625)
    announced.note("other", "c", a, 5.0625)
    assert announced.until("g", 5.07) == 5.1875
    announced.joins("g", "b", b)
    assert announced.until("g", 5.07) == 5.125
    announced.joins("g", "b", b)
    announced.joins("nobody", "b", b)
    assert announced.until("g", 5.07) == 5.125
    assert announced.until("g", 9.0) <= 9.0


def test_clients_of_one_name_are_counted() -> None:
    announced = Announced(0.125)
    connections = [Connection() for _ in range(3)]
    for connection in connections:
        announced.note("g", "rdkafka", connection, 1.0)
    announced.joins("g", "rdkafka", Connection())  # members join on other connections than they ask on
    announced.joins("g", "rdkafka", Connection())
    assert announced.until("g", 1.0) == 1.125
    announced.joins("g", "rdkafka", Connection())
    assert announced.until("g", 1.0) == 1.0


def test_who_asks_twice_on_a_connection_is_one_and_expected_no_longer() -> None:
    announced = Announced(0.125)
    connection = Connection()
    announced.note("g", "a", connection, 1.0)
    announced.note("g", "a", connection, 1.0625)
    assert announced.until("g", 1.0625) == 1.125
    announced.joins("g", "a", Connection())
    assert announced.until("g", 1.0625) == 1.0625


def test_who_asks_again_on_another_connection_may_be_two_for_a_moment() -> None:
    """What librdkafka does, which gives up the connection of its first question."""
    announced = Announced(0.125)
    announced.note("g", "rdkafka", gone(), 1.0)
    connection = Connection()
    announced.note("g", "rdkafka", connection, 1.05)
    announced.joins("g", "rdkafka", Connection())
    assert announced.until("g", 1.06) == pytest.approx(1.05 + RETURN_SECONDS)


def test_the_last_of_several_is_as_long_on_its_way_as_it_was() -> None:
    announced = Announced(0.125)
    announced.note("g", "rdkafka", gone(), 1.0)
    announced.note("g", "rdkafka", gone(), 1.0)
    connection = Connection()
    announced.note("g", "rdkafka", connection, 1.05)  # the first is back
    announced.joins("g", "rdkafka", Connection())
    assert announced.until("g", 1.06) == 1.125
    late = Connection()
    announced.note("g", "rdkafka", late, 1.1)  # and so is the second; its first question counts no longer for that
    announced.joins("g", "rdkafka", late)
    assert announced.until("g", 1.11) == 1.125


def test_who_comes_soon_after_another_has_gone_is_somebody_else() -> None:
    announced = Announced(0.125)
    announced.note("g", "rdkafka", gone(), 1.0)
    announced.note("g", "other", gone(), 1.05)
    connection = Connection()
    announced.note("g", "rdkafka", connection, 1.0 + RETURN_SECONDS / 2)
    announced.joins("g", "rdkafka", connection)
    announced.joins("g", "other", Connection())
    assert announced.until("g", 1.06) == 1.125


def test_who_is_still_connected_joins_before_who_has_gone() -> None:
    announced = Announced(0.125)
    announced.note("g", "a", gone(), 1.0)
    connections = [Connection(), Connection()]
    announced.note("g", "a", connections[0], 1.01)
    announced.note("g", "a", connections[1], 1.02)
    announced.joins("g", "a", connections[1])
    assert announced.until("g", 1.03) == pytest.approx(1.135)
    announced.joins("g", "a", Connection())
    assert announced.until("g", 1.03) == 1.125
    announced.joins("g", "a", Connection())
    assert announced.until("g", 1.03) == 1.03


def test_who_never_comes_is_forgotten() -> None:
    announced = Announced(0.125)
    connection = Connection()
    for number in range(10_000):
        announced.note(f"group {number}", "admin", connection, number / 100)
    assert len(announced._clients) < 50


def test_who_names_a_million_groups_is_expected_in_a_thousand() -> None:
    announced = Announced(0.125)
    connection = Connection()
    for number in range(MOST_GROUPS + 5):
        announced.note(f"group {number}", "a", connection, 1.0)
    announced.note("group 0", "b", Connection(), 1.0625)
    assert len(announced._clients) == MOST_GROUPS
    assert announced.until("group 0", 1.0625) == 1.1875
    announced.note("late", "a", connection, 2.0)
    assert announced.until("late", 2.0) == 2.125


def test_without_a_window_nobody_is_expected() -> None:
    announced = Announced(0.0)
    announced.note("g", "a", gone(), 1.0)
    assert announced.until("g", 1.0) == 1.0
    assert not announced._clients
