"""One turn of a transactional id's core: when it is, and what comes of it."""

from __future__ import annotations

from typing import NamedTuple

from kafkalite.core.effects import Effects
from kafkalite.core.transactions.rules import Reply
from kafkalite.core.transactions.state import Producer, TopicPartition, TransactionState


class Markers(NamedTuple):
    """A decided transaction: every partition is to get a control record that says so."""

    producer: Producer
    committed: bool
    partitions: tuple[TopicPartition, ...]


class Turn(Effects[Reply]):
    """The effects of one question or tick, and the instant they are computed for.

    now, wall_ms: the same moment on the clock that deadlines use and on the one that records tell.
    state: what the one record, if there is one, makes of the id when it is stored (None: it is gone).
    markers: to be written, then `markers_written` is to be called.
    news: lines for people, to be logged.
    """

    __slots__ = ("markers", "news", "now", "state", "wall_ms")

    def __init__(self, now: float, wall_ms: int) -> None:
        super().__init__()
        self.now = now
        self.wall_ms = wall_ms
        self.state: TransactionState | None = None
        self.markers: Markers | None = None
        self.news: list[str] = []

    def tell(self, line: str) -> None:
        self.news.append(line)
