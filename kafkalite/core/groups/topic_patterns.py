"""Regular expressions that consumer groups subscribe with: which are valid, and which topics they match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kafkalite.core.groups.work import Pace, Steps
from kafkalite.core.regex.pattern import Pattern
from kafkalite.core.regex.syntax import PatternError
from kafkalite.wire.errors import ErrorCode, KafkaError


def check_pattern(regex: str) -> None:
    """Raise KafkaError (INVALID_REGULAR_EXPRESSION) if that is no RE2 pattern, or one that would take too long."""
    try:
        Pattern(regex)
    except PatternError as problem:
        text = f"SubscribedTopicRegex `{regex}` is not a valid regular expression: {problem}."
        raise KafkaError(ErrorCode.INVALID_REGULAR_EXPRESSION, text) from None


def match_topics(patterns: Iterable[str], names: Sequence[str]) -> Steps[dict[str, frozenset[str]]]:
    """Return which of the names each pattern matches as a whole.

    A pattern that is not valid matches nothing: it was checked when it came, perhaps by another broker.
    """
    pace = Pace()
    matched = {}
    for regex in patterns:
        matches = []
        try:
            pattern = Pattern(regex)
        except PatternError:
            pattern = None
        for name in names if pattern is not None else ():
            assert pattern is not None
            if pattern.matches(name):
                matches.append(name)
            if pace.is_over(1 + pattern.steps()):
                yield
        matched[regex] = frozenset(matches)
    return matched
