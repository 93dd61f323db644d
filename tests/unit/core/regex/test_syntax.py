"""Which patterns there are: what Kafka 4.4 said of each, asked through ConsumerGroupHeartbeat."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.regex.syntax import (
    MAX_LENGTH,
    MAX_NESTING,
    Assertion,
    Chars,
    Choice,
    PatternError,
    Repeat,
    Sequence,
    parse,
)

TAKEN = [
    *("", " ", "(?<n>a)", "(?P<n>a)", "\\Qa", "\\Qa.*\\E", "a\\Qb\\E*", "(?i)a", "(?U)a", "(?:)", "(|)", "(?-i:a)"),
    *(
        "\\07",
        "\\101",
        "\\x41",
        "\\x{41}",
        "x{1000}",
        "^*",
        "\\b+",
        "x{0}",
        "{",
        "a{",
        "a{,2}",
        "a{1",
        "a{01}",
        "a{1,02}",
    ),
    *("[\\d-z]", "[]a]", "[^]a]", "[a-]", "[[.a.]]", "[[=a=]]", "[a-z&&b]", "[[:alpha:]]", "[[:^alpha:]]", "[[:alpha]"),
    *("\\_", "\\-", "a\\/b", "\\<", "ä", "\\pL", "\\p{Greek}", "\\p{^Greek}", "\\PN", "a|", "|a", "a*?", "a+?", "a??"),
    *("a{2}?", "(?i)(?-i)a", "(?ims)a", "a\\.b", "[\\.]", "[\\]]", "a(?i)*", "(?)a", "(?s:.)"),
]

REFUSED = {
    "(": "missing closing )",
    "(a": "missing closing )",
    "(?i": "invalid or unsupported Perl syntax",
    "(?z)": "invalid or unsupported Perl syntax",
    "(?=a)": "invalid or unsupported Perl syntax",
    "(?!a)": "invalid or unsupported Perl syntax",
    "(?<=a)": "invalid named capture",
    "(?-)a": "invalid or unsupported Perl syntax",
    "(?i--s)": "invalid or unsupported Perl syntax",
    "(?#a)": "invalid or unsupported Perl syntax",
    "(?P<x": "invalid named capture",
    "(?P<>a)": "invalid named capture",
    "(?P<a-b>a)": "invalid named capture",
    "(?P=n)": "invalid or unsupported Perl syntax",
    "(?P<n>a)(?P<n>b)": "duplicate capture group name",
    "[": "missing closing ]",
    "[a": "missing closing ]",
    "[]": "missing closing ]",
    "[^]": "missing closing ]",
    "[b-a]": "invalid character class range",
    "[[:foo:]]": "invalid character class range",
    "[a-\\d]": "invalid escape sequence",
    "a**": "invalid nested repetition operator",
    "a++": "invalid nested repetition operator",
    "a{2}{3}": "invalid nested repetition operator",
    "a*{2}": "invalid nested repetition operator",
    "*": "missing argument to repetition operator",
    "+a": "missing argument to repetition operator",
    "a|*": "missing argument to repetition operator",
    "(*)": "missing argument to repetition operator",
    "{2}": "missing argument to repetition operator",
    "(?i)*": "missing argument to repetition operator",
    "\\Q\\E*": "missing argument to repetition operator",
    "a{1001}": "invalid repeat count",
    "a{2,1}": "invalid repeat count",
    "a{1,1001}": "invalid repeat count",
    "a{99999999999999999999}": "invalid repeat count",
    "\\": "trailing backslash at end of expression",
    "[\\": "trailing backslash at end of expression",
    "\\1": "invalid escape sequence",
    "\\8": "invalid escape sequence",
    "\\C": "invalid escape sequence",
    "\\Z": "invalid escape sequence",
    "\\E": "invalid escape sequence",
    "\\e": "invalid escape sequence",
    "\\cA": "invalid escape sequence",
    "\\u0041": "invalid escape sequence",
    "\\ä": "invalid escape sequence",
    "\\x": "invalid escape sequence",
    "\\x4": "invalid escape sequence",
    "\\xg0": "invalid escape sequence",
    "\\x{}": "invalid escape sequence",
    "\\x{41": "invalid escape sequence",
    "\\x{110000}": "invalid escape sequence",
    "\\p": "invalid character class range",
    "\\pX": "invalid character class range",
    "\\p{Foo}": "invalid character class range",
    "\\p{L": "invalid character class range",
    "a)": "unexpected )",
    ")": "unexpected )",
}


@pytest.mark.parametrize("pattern", TAKEN)
def test_what_is_taken(pattern: str) -> None:
    parse(pattern)


@pytest.mark.parametrize(("pattern", "why"), REFUSED.items())
def test_what_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse(pattern)
    assert str(refused.value) == why


def test_a_tree() -> None:
    a, b = Chars(1 << ord("a")), Chars(1 << ord("b"))
    assert parse("a") == a
    assert parse("") == Sequence([])
    assert parse("^a|b{2,}?") == Choice([Sequence([Assertion("begin"), a]), Repeat(b, 2, None)])
    assert parse("(?i)a(?-i:b)*") == Sequence([Chars(1 << ord("a") | 1 << ord("A")), Repeat(b, 0, None)])
    assert parse("(?i:a)b") == Sequence([Chars(1 << ord("a") | 1 << ord("A")), b]), "flags end with their group"


def test_nesting_is_bounded() -> None:
    parse("(" * MAX_NESTING + ")" * MAX_NESTING)
    with pytest.raises(PatternError, match="nests too deeply"):
        parse("(" * (MAX_NESTING + 1) + ")" * (MAX_NESTING + 1))
    with pytest.raises(PatternError, match="nests too deeply"):
        parse("(" * MAX_LENGTH)


def test_length_is_bounded() -> None:
    parse("a" * MAX_LENGTH)
    with pytest.raises(PatternError, match="too large"):
        parse("a" * (MAX_LENGTH + 1))


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40) | st.text("()[]{}*+?|\\^$.-:a1,QEpPx<>iP", max_size=30)
)
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    with contextlib.suppress(PatternError):
        parse(pattern)
