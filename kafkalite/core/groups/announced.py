"""Members on their way: who has asked for a group's coordinator is about to join.

The first assignment of an empty group waits for them, so that members who start together are served together. Kafka
lets everybody wait for three seconds instead (group.initial.rebalance.delay.ms).

Who comes alone is to wait for nobody, but librdkafka's first question is lost: it gives that connection up when it
has learned the broker's id, and asks on another one 50 ms later, mostly twice. So one connection asks for one member,
and a question on a new one may be the same member's as an earlier one whose connection has gone since.
"""

from __future__ import annotations

from typing import Final, Protocol

RETURN_SECONDS: Final = 0.04
"""Who asks so much later than another one of its name, whose connection has gone, is taken for the same; that one is
expected for so much longer all the same, because they may be two: of two or four processes of librdkafka that start at
once, three in four come within that time of each other.
"""

MOST_GROUPS: Final = 1000
"""In which somebody is expected at a time; one request of a stranger may name a million."""


class Connection(Protocol):
    """What somebody asks on."""

    is_closed: bool


class _Client:
    """Somebody who has asked."""

    __slots__ = ("asked_at", "connection", "name", "until")

    def __init__(self, name: str, connection: Connection, asked_at: float, until: float) -> None:
        self.name = name
        self.connection = connection
        self.asked_at = asked_at
        self.until = until

    def may_return(self, now: float) -> bool:
        """Whether it is time that it asks on another connection."""
        return self.connection.is_closed and now - self.asked_at >= RETURN_SECONDS


class Announced:
    """Who has asked within the last `window` seconds and has not joined since, by group."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._clients: dict[str, list[_Client]] = {}
        """By group, in the order of asking."""
        self._tidy_at = 0.0

    def note(self, group_id: str, client_id: str, connection: Connection, now: float) -> None:
        """A client has asked for the group's coordinator."""
        if not self._window:
            return
        self._tidy(now)
        if len(self._clients) >= MOST_GROUPS and group_id not in self._clients:
            return
        clients = self._clients.setdefault(group_id, [])
        if any(one.connection is connection for one in clients):
            return  # that it asks again and again, as one does that looks after groups, holds up nobody for longer
        returned = next((one for one in clients if one.name == client_id and one.may_return(now)), None)
        if returned is not None:
            returned.asked_at, returned.until = now, min(now + RETURN_SECONDS, returned.until)
        clients.append(_Client(client_id, connection, now, now + self._window))

    def joins(self, group_id: str, client_id: str, connection: Connection) -> None:
        """A new member of that client asks to join: it is expected no longer. Mostly on a connection of its own."""
        own = [one for one in self._clients.get(group_id, ()) if one.name == client_id]
        if own:
            asked_here = (one for one in own if one.connection is connection)
            still_there = (one for one in own if not one.connection.is_closed)
            self._clients[group_id].remove(next(asked_here, None) or next(still_there, own[0]))

    def until(self, group_id: str, now: float) -> float:
        """Return the instant until which somebody is expected to join; one that is over if nobody is."""
        return max((one.until for one in self._clients.get(group_id, ())), default=now)

    def _tidy(self, now: float) -> None:
        """Forget who did not come, in one go now and then: many ask for a coordinator and never join."""
        if now >= self._tidy_at:
            self._tidy_at = now + self._window
            kept = {group: [one for one in clients if one.until > now] for group, clients in self._clients.items()}
            self._clients = {group: clients for group, clients in kept.items() if clients}
