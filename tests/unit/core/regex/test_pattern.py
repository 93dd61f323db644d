"""Patterns match what RE2 matches, and never take long."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.regex.pattern import MAX_KEPT, MAX_SIZE, Pattern
from kafkalite.core.regex.syntax import PatternError

NAMES = [
    "",
    "a",
    "b",
    "k",
    "K",
    "s",
    "ab",
    "aa",
    "aaa",
    "a.b",
    "a-b",
    "_",
    "1",
    "a1",
    "KAK",
    "k_s",
    "a.b.c",
    "b1b",
    "aB",
]


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("orders", ["orders"], ["orders2", "my-orders", ""]),
        ("orders.*", ["orders", "orders-eu"], ["order"]),
        ("orders-(eu|us)", ["orders-eu", "orders-us"], ["orders-", "orders-asia"]),
        (".*", ["", "anything.at-all_1"], []),
        (".", ["a", "."], ["", "ab"]),
        ("", [""], ["a"]),
        ("a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("(ab)?", ["", "ab"], ["a", "abab"]),
        ("[a-c]+", ["abc"], ["abd", ""]),
        ("[^a-c]+", ["xyz"], ["xa"]),
        ("(?i)ORDERS", ["orders", "OrDeRs"], ["orders1"]),
        ("\\Qa.b\\E", ["a.b"], ["axb"]),
        ("a\\.b", ["a.b"], ["axb"]),
        ("^a$", ["a"], ["aa"]),
        ("a^b", [], ["ab", "a"]),
        ("a\\b.*", ["a", "a.b", "a-"], ["ab"]),
        ("a\\B.*", ["ab", "a1"], ["a", "a.b"]),
        ("\\d+[[:alpha:]]", ["12x"], ["12", "x"]),
        ("(a*)*b", ["b", "aab"], ["aa"]),
        ("(|a)+", ["", "aa"], ["b"]),
        ("ä|a", ["a"], ["b"]),
        ("\\p{Lu}+", ["AB"], ["Ab"]),
        ("(?i)\u212a", ["k", "K"], ["s"]),
    ],
)
def test_matching(pattern: str, yes: list[str], no: list[str]) -> None:
    compiled = Pattern(pattern)
    assert [name for name in yes if not compiled.matches(name)] == []
    assert [name for name in no if compiled.matches(name)] == []


TOKENS = [
    *(
        "a",
        "b",
        "k",
        "1",
        "_",
        "-",
        ".",
        "*",
        "+",
        "?",
        "{2}",
        "{1,3}",
        "{0}",
        "{,2}",
        "{2,",
        "(",
        "(?:",
        "(?i)",
        "(?i:",
    ),
    *("(?P<n>", "(?-i)", "(?s)", "(?U)", ")", "|", "[", "[^", "]", "[a-c]", "[^a]", "[[:alpha:]]", "[[:^digit:]]"),
    *("\\d", "\\W", "\\s", "\\b", "\\B", "^", "$", "\\A", "\\z", "\\pL", "\\p{Lu}", "\\P{Greek}", "\\p{^N}", "\\x41"),
    *("\\x{61}", "\\101", "\\Qa.b\\E", "\\.", "\\n", "\u212a", "\u017f", "ä", "[\\w-]", "[a\\-z]", "(?m)", "{", "}"),
]


def google_re2() -> Any:
    return pytest.importorskip("re2", reason="google-re2 has no wheel here")


@given(st.lists(st.sampled_from(TOKENS), max_size=8).map("".join))
def test_any_pattern_means_what_it_means_to_re2(pattern: str) -> None:
    re2 = google_re2()
    options = re2.Options()
    options.log_errors = False
    try:
        theirs = re2.compile(pattern, options)
    except re2.error:
        with pytest.raises(PatternError):
            Pattern(pattern)
        return
    ours = Pattern(pattern)
    for name in NAMES:
        assert ours.matches(name) == bool(theirs.fullmatch(name)), name


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+b", "(a|b)*a(a|b){200}", "(.*)*(.*)*(.*)*x", "((a+)+)+b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    compiled = Pattern(pattern)
    for name in ("a" * 249, "ab" * 124, "b" * 249):
        compiled.matches(name)
    assert compiled.steps() < 3 * 250 * MAX_SIZE


def test_what_was_seen_costs_nothing() -> None:
    compiled = Pattern("(orders|payments)-[a-z]+")
    assert compiled.matches("orders-eu")
    assert compiled.steps() > 0
    compiled.matches("orders-eu")
    assert compiled.steps() <= 3, "only whether the end is reached"


@pytest.mark.parametrize(
    "pattern",
    ["(((a{100}){100}){100})", "x{1000}" * 6, "((((){1000}){1000}){1000}){1000}", "(a?){1000}{0}|" + "a{900}" * 9],
)
def test_a_pattern_that_is_too_large_is_refused_at_once(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises(PatternError):
        Pattern(pattern)
    assert time.process_time() - started < 1.0


def test_a_large_one_is_not() -> None:
    assert Pattern("(a{1000}){2}").matches("a" * 2000)
    assert Pattern("|".join(f"topic-{number}" for number in range(400))).matches("topic-399")


def test_what_is_kept_is_bounded() -> None:
    compiled = Pattern("(a|b)*a(a|b){20}")
    for number in range(2000):
        compiled.matches(f"{number:016b}".replace("0", "a").replace("1", "b") * 3)
    assert len(compiled._kept) <= MAX_KEPT
