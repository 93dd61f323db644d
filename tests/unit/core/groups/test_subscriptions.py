"""Subscriptions are counted as members come, change and go."""

from __future__ import annotations

from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.core.groups.subscriptions import Resolved, Subscriptions


def member(name: str, *topics: str, regex: str = "") -> ConsumerMember:
    return ConsumerMember(name, topics=frozenset(topics), regex=regex)


def test_topics_by_name() -> None:
    subscriptions = Subscriptions()
    a, b = member("a", "t", "u"), member("b", "u")
    subscriptions.add(a)
    subscriptions.add(b)
    assert subscriptions.topics() == {"t", "u"}
    assert "t" in subscriptions
    subscriptions.remove(a)
    assert subscriptions.topics() == {"u"}
    assert "t" not in subscriptions


def test_topics_by_pattern() -> None:
    subscriptions = Subscriptions()
    a = member("a", "t", regex="x.*")
    subscriptions.add(a)
    assert subscriptions.topics_of(a) == {"t"}, "not resolved yet"
    assert (subscriptions.refreshed_at(), subscriptions.resolved_version()) == (None, 0)
    subscriptions.resolve("x.*", Resolved(frozenset({"x1", "x2"}), 7, 1000))
    assert subscriptions.topics_of(a) == {"t", "x1", "x2"}
    assert subscriptions.topics_of(member("b", regex="x.*")) == {"x1", "x2"}
    assert subscriptions.topics() == {"t", "x1", "x2"}
    assert (subscriptions.refreshed_at(), subscriptions.resolved_version()) == (1000, 7)
    subscriptions.resolve("x.*", Resolved(frozenset({"x2"}), 8, 2000))
    assert subscriptions.topics() == {"t", "x2"}
    subscriptions.resolve("x.*", None)
    assert subscriptions.topics() == {"t"}
    subscriptions.resolve("never.there", None)


def test_a_topic_that_name_and_patterns_have_in_common_stays_while_one_of_them_does() -> None:
    subscriptions = Subscriptions()
    for pattern in ("x.*", ".*1"):
        subscriptions.resolve(pattern, Resolved(frozenset({"x1"}), 1, 1))
    subscriptions.add(member("a", "x1"))
    subscriptions.remove(member("a", "x1"))
    subscriptions.resolve("x.*", None)
    assert "x1" in subscriptions
    subscriptions.resolve(".*1", None)
    assert "x1" not in subscriptions


def test_how_many_subscribed_to_a_pattern() -> None:
    subscriptions = Subscriptions()
    for name in "ab":
        subscriptions.add(member(name, regex="x.*"))
    assert subscriptions.patterns == {"x.*": 2}
    subscriptions.remove(member("a", regex="x.*"))
    subscriptions.remove(member("b", regex="x.*"))
    assert not subscriptions.patterns
