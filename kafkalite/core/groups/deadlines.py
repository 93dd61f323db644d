"""Until when the members of a consumer group must have done something, and the earliest of it all."""

from __future__ import annotations

import math


class MemberDeadlines:
    """Of one member: an instant each, or never.

    session: be heard of. rebalance: confirm what it gave up. join, sync: of members that speak the classic protocol.
    """

    __slots__ = ("join", "rebalance", "session", "sync")

    def __init__(self) -> None:
        self.session = self.rebalance = self.join = self.sync = math.inf

    def earliest(self) -> float:
        return min(self.session, self.rebalance, self.join, self.sync)

    def missed(self, now: float) -> str:
        """Say what the member did not do in time."""
        if self.session <= now:
            return "not heard of within the session timeout"
        if self.rebalance <= now:
            return "partitions not given up within the rebalance timeout"
        return f"no {'JoinGroup' if self.join <= now else 'SyncGroup'} within the rebalance timeout"


class Deadlines:
    """Of all members of a group."""

    __slots__ = ("_due", "_of")

    def __init__(self) -> None:
        self._of: dict[str, MemberDeadlines] = {}
        self._due = math.inf

    def __contains__(self, member_id: object) -> bool:
        return member_id in self._of

    def of(self, member_id: str) -> MemberDeadlines:
        """Return those of a member, which may be new."""
        return self._of.get(member_id) or self._of.setdefault(member_id, MemberDeadlines())

    def forget(self, member_id: str) -> None:
        """The member is gone."""
        self._of.pop(member_id, None)
        if not self._of:
            self._due = math.inf

    def by(self, instant: float) -> float:
        """Note that something is due at `instant`, which is returned."""
        if instant < self._due:
            self._due = instant
        return instant

    def earliest(self) -> float:
        """Return when `overdue` must be asked: often early, never late, so that a heartbeat costs nothing."""
        return self._due

    def overdue(self, now: float) -> dict[str, str]:
        """Return who let a deadline pass, by member id, and what it did not do: they must be gone by the next time."""
        if self._due > now:
            return {}
        late = {member_id: one.missed(now) for member_id, one in self._of.items() if one.earliest() <= now}
        rest = (one.earliest() for member_id, one in self._of.items() if member_id not in late)
        self._due = min(rest, default=math.inf)
        return late
