"""What a producer that never stops keeps in mind: which message is next, and what became of each."""

import threading
from collections.abc import Iterator
from typing import Any

PAUSE_SECONDS = 0.01
"""Between two turns over all partitions: the point is many small batches in flight, not speed."""

MOST_IN_FLIGHT = 2000


class Stream:
    """Messages of one producer. `sent`, `delivered` and `undelivered` may be called from different threads."""

    def __init__(self, name: str, topics: list[str], partitions: int) -> None:
        self.stopping = threading.Event()
        self._name = name
        self._places = [(topic, partition) for topic in topics for partition in range(partitions)]
        self._number = 0
        self._lock = threading.Lock()
        self._in_flight = 0
        self._failed = 0
        self._acknowledged: dict[str, dict[str, list[list[int]]]] = {topic: {} for topic in topics}

    def turn(self) -> Iterator[tuple[str, int, int, bytes]]:
        """(topic, partition, number, value) of the next message for each partition; numbers go up in each of them."""
        for topic, partition in self._places:
            yield topic, partition, self._number, f"{self._name} {self._number}".encode()
        self._number += 1

    def may_send(self) -> bool:
        return self._in_flight < MOST_IN_FLIGHT

    def sent(self) -> None:
        with self._lock:
            self._in_flight += 1

    def delivered(self, topic: str, partition: int, number: int, offset: int) -> None:
        with self._lock:
            self._in_flight -= 1
            self._acknowledged[topic].setdefault(str(partition), []).append([number, offset])

    def undelivered(self) -> None:
        with self._lock:
            self._in_flight -= 1
            self._failed += 1

    def outcome(self) -> dict[str, Any]:
        assert not self._in_flight, f"nobody knows what became of {self._in_flight} messages"
        return {"acknowledged": self._acknowledged, "failed": self._failed}
