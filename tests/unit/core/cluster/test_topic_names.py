"""Kafka's rules and texts for topic names."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.topic_names import collision_key, name_problem

CHARACTERS = "contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"


@pytest.mark.parametrize("name", ["a", "A-z_0.9", "...", "-", "__consumer_offsets", "x" * 249])
def test_allowed_names(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "the empty string is not allowed"),
        (".", "'.' is not allowed"),
        ("..", "'..' is not allowed"),
        ("a b", f"'a b' {CHARACTERS}"),
        ("é", f"'é' {CHARACTERS}"),
        ("٣", f"'٣' {CHARACTERS}"),  # a digit, but not an ASCII one
        ("a\n", f"'a\n' {CHARACTERS}"),
        ("x" * 250, f"the length of '{'x' * 250}' is longer than the max allowed length 249"),
    ],
)
def test_refused_names_and_kafkas_texts(name: str, reason: str) -> None:
    assert name_problem(name) == f"Topic name is invalid: {reason}"


def test_names_that_differ_only_in_dots_and_underscores_collide() -> None:
    assert collision_key("a.b_c") == collision_key("a_b.c") == collision_key("a_b_c") != collision_key("a.bc")


def test_a_name_without_dots_and_underscores_cannot_collide() -> None:
    assert collision_key("abc-d") is None
