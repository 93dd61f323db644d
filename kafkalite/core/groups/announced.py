"""Members on their way: who has asked for a group's coordinator is about to join.

The first assignment of an empty group waits for them, so that members who start together are served together, and
nobody who comes alone waits. Kafka lets everybody wait for three seconds instead (group.initial.rebalance.delay.ms).
"""

from __future__ import annotations


class Announced:
    """Who has asked within the last `window` seconds and has not joined since, by group."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._clients: dict[str, list[tuple[str, float]]] = {}
        """Group -> (client id, until when it is expected), in the order of asking."""
        self._tidy_at = 0.0

    def note(self, group_id: str, client_id: str, now: float) -> None:
        """A client has asked for the group's coordinator."""
        if self._window:
            self._tidy(now)
            self._clients.setdefault(group_id, []).append((client_id, now + self._window))

    def joins(self, group_id: str, client_id: str) -> None:
        """A new member of that client asks to join: it is expected no longer."""
        clients = self._clients.get(group_id, [])
        for place, (name, _) in enumerate(clients):
            if name == client_id:
                del clients[place]
                return

    def until(self, group_id: str, now: float) -> float:
        """Return the instant until which somebody is expected to join; one that is over if nobody is."""
        return max((until for _, until in self._clients.get(group_id, ())), default=now)

    def _tidy(self, now: float) -> None:
        """Forget who did not come, in one go now and then: many ask for a coordinator and never join."""
        if now >= self._tidy_at:
            self._tidy_at = now + self._window
            kept = {group: [one for one in clients if one[1] > now] for group, clients in self._clients.items()}
            self._clients = {group: clients for group, clients in kept.items() if clients}
