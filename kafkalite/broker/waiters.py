"""Those who wait for a partition to move: long polls, appends that are not promised yet, turns to be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kafkalite.broker.partitions import Partition


class Waiter(Protocol):
    """Somebody who waits for a partition: a long poll, an append that the store has not promised yet."""

    def on_progress(self, partition: Partition) -> None:
        """The high watermark moved."""

    def on_start_moved(self, partition: Partition) -> None:
        """The log start moved: there are fewer records to read."""

    def on_gone(self, partition: Partition) -> None:
        """The partition is gone or offline and will never move again; `partition.failure` says which."""


class Waiters(dict[Waiter, None]):
    """A set that keeps its order, so that a run can be repeated exactly."""

    def add(self, waiter: Waiter) -> None:
        self[waiter] = None

    def discard(self, waiter: Waiter) -> None:
        self.pop(waiter, None)
