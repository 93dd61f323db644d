"""What coordinators wait for: that the records they appended are kept, told in the order of the appends.

On a store that keeps its promise at once the word comes in the same call. Otherwise it comes when the partition's
high watermark is past the append, or never, if the partition goes first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kafkalite.broker.partition_answers import Appended
    from kafkalite.broker.partitions import Partition


class _Append(NamedTuple):
    last_offset: int
    kept: Callable[[], None]
    lost: Callable[[], None]


class Storing:
    """Appends on their way, of any number of partitions."""

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues: dict[Partition, _Queue] = {}

    def when_kept(
        self, partition: Partition, appended: Appended, kept: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        """Call `kept` once what was just appended to `partition` is kept, after all that was before it; `lost` if the
        partition is gone before that.
        """
        if self.is_kept(partition, appended):
            kept()
            return
        queue = self._queues.get(partition)
        if queue is None:
            queue = self._queues[partition] = _Queue(self._queues)
        queue.appends.append(_Append(appended.last_offset, kept, lost))
        queue.on_progress(partition)

    def is_kept(self, partition: Partition, appended: Appended) -> bool:
        """Return whether what was just appended to `partition` is kept already, and all that was before it."""
        return appended.kept and partition not in self._queues

    def follow(self, partition: Partition, kept: Callable[[], None], lost: Callable[[], None]) -> None:
        """Call `kept` after everything that is on its way to `partition` now, which is something."""
        appends = self._queues[partition].appends
        appends.append(_Append(appends[-1].last_offset, kept, lost))


class _Queue:
    """The appends on their way to one partition, oldest first; it waits for the partition while there are any."""

    __slots__ = ("_queues", "appends")

    def __init__(self, queues: dict[Partition, _Queue]) -> None:
        self._queues = queues
        self.appends: deque[_Append] = deque()

    def on_progress(self, partition: Partition) -> None:
        while self.appends and self.appends[0].last_offset < partition.high_watermark:
            self.appends.popleft().kept()
        if self.appends:
            partition.waiters.add(self)
        else:
            partition.waiters.discard(self)
            self._forget(partition)

    def on_start_moved(self, partition: Partition) -> None:
        pass

    def on_gone(self, partition: Partition) -> None:
        while self.appends:
            self.appends.popleft().lost()
        self._forget(partition)

    def _forget(self, partition: Partition) -> None:
        if self._queues.get(partition) is self:  # what was told may have appended again
            del self._queues[partition]
