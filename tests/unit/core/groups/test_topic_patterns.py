"""Patterns of consumer groups: which are taken, which topics they match, and that looking takes no long turns."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.topic_patterns import check_pattern, match_topics
from kafkalite.core.groups.work import Work, finish
from kafkalite.wire.errors import KafkaError


def test_a_pattern_that_is_none_is_refused_in_kafkas_words() -> None:
    check_pattern("a.*")
    with pytest.raises(KafkaError) as refused:
        check_pattern("(")
    assert refused.value.code == 128
    assert refused.value.message == "SubscribedTopicRegex `(` is not a valid regular expression: missing closing )."


def test_whole_names_are_matched() -> None:
    names = ["a", "ab", "b", "__consumer_offsets"]
    assert finish(match_topics(["a.*", "b", ".*", "none"], names)) == {
        "a.*": {"a", "ab"},
        "b": {"b"},
        ".*": set(names),
        "none": set(),
    }


def test_what_another_broker_took_and_we_do_not_matches_nothing() -> None:
    assert finish(match_topics(["(((a{100}){100}){100})", "a"], ["a"])) == {"(((a{100}){100}){100})": set(), "a": {"a"}}


def test_many_topics_are_looked_through_in_slices() -> None:
    work = Work(match_topics(["topic-[0-9]+5"], [f"topic-{number}" for number in range(10_000)]))
    slices = 1
    while not work.go_on():
        slices += 1
    assert slices > 10
    assert len(work.result["topic-[0-9]+5"]) == 999
