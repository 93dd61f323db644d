"""What the members of a consumer group subscribed to, counted: topics by name, patterns, and what patterns matched.

Changed as members come, change and go, so that no question has to look through all of them.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from kafkalite.core.groups.consumer_member import ConsumerMember


class Resolved(NamedTuple):
    """The topics a pattern matched, when (wall milliseconds), and the metadata revision that was looked through."""

    topics: frozenset[str]
    version: int
    timestamp: int


_NO_TOPICS: frozenset[str] = frozenset()


class Subscriptions:
    """The subscriptions of one group."""

    __slots__ = ("_by_name", "_by_resolved", "patterns", "resolved")

    def __init__(self) -> None:
        self._by_name: Counter[str] = Counter()  # topic -> members that name it
        self._by_resolved: Counter[str] = Counter()  # topic -> patterns that matched it
        self.patterns: Counter[str] = Counter()
        """How many members subscribed to each pattern."""
        self.resolved: dict[str, Resolved] = {}

    def add(self, member: ConsumerMember) -> None:
        self._by_name.update(member.topics)
        if member.regex:
            self.patterns[member.regex] += 1

    def remove(self, member: ConsumerMember) -> None:
        _withdraw(self._by_name, member.topics)
        if member.regex:
            _withdraw(self.patterns, (member.regex,))

    def resolve(self, pattern: str, resolved: Resolved | None) -> None:
        """Take over what a pattern matches; None: nobody wants to know any more."""
        before = self.resolved.pop(pattern, None)
        if before is not None:
            _withdraw(self._by_resolved, before.topics)
        if resolved is not None:
            self.resolved[pattern] = resolved
            self._by_resolved.update(resolved.topics)

    def __contains__(self, topic: object) -> bool:
        return topic in self._by_name or topic in self._by_resolved

    def topics(self) -> set[str]:
        """Return the name of every topic somebody subscribed to, whether it exists or not."""
        return {*self._by_name, *self._by_resolved}

    def topics_of(self, member: ConsumerMember) -> frozenset[str]:
        """Return the names of the topics a member subscribed to; an unresolved pattern matches nothing yet."""
        resolved = self.resolved.get(member.regex) if member.regex else None
        matched = resolved.topics if resolved is not None else _NO_TOPICS
        if not matched or not member.topics:
            return member.topics or matched
        return member.topics | matched

    def refreshed_at(self) -> int | None:
        """Return when the patterns were last resolved, all of them at once; None if that never happened."""
        return next((one.timestamp for one in self.resolved.values()), None)

    def resolved_version(self) -> int:
        return next((one.version for one in self.resolved.values()), 0)


def _withdraw(counts: Counter[str], names: frozenset[str] | tuple[str, ...]) -> None:
    for name in names:
        counts[name] -= 1
        if not counts[name]:
            del counts[name]
