"""What the coordinators of groups and of transactions share.

In which partition of its topic a name lives, what that partition holds at a start, what clients are told when nothing
can be stored there, and being woken at a deadline that moves.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from kafkalite.broker.partition_answers import StoredMarker, StoredRecord
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.codec import ProtocolError
from kafkalite.wire.errors import ErrorCode, KafkaError

if TYPE_CHECKING:
    from kafkalite.broker.partitions import Partition
    from kafkalite.broker.waiting import Timer, Timers

log = logging.getLogger(__name__)

T = TypeVar("T")

_ERRORS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.REQUEST_TIMED_OUT: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER: ErrorCode.NOT_COORDINATOR,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
    ErrorCode.MESSAGE_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.RECORD_LIST_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
}
"""What a client is told when an append fails, as Kafka's coordinator maps it; anything else as it is."""


def append_error(error: KafkaError | StorageError | ErrorCode) -> ErrorCode:
    """Return what a client is told when its coordinator cannot store."""
    if isinstance(error, StorageError):
        code = ErrorCode.KAFKA_STORAGE_ERROR
    else:
        code = error.code if isinstance(error, KafkaError) else error
    return _ERRORS.get(code, code)


@lru_cache(maxsize=128)  # asked seven times in a transaction: 4 % of its instructions
def partition_for(name: str, partition_count: int) -> int:
    """Return the partition that Kafka keeps a group or a transactional id in: by Java's String.hashCode."""
    units = name.encode("utf-16-be", "surrogatepass")
    hash_code = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        hash_code = (31 * hash_code + (high << 8 | low)) & 0xFFFF_FFFF
    if hash_code >= 1 << 31:
        hash_code = (1 << 32) - hash_code
    return (hash_code & 0x7FFF_FFFF) % partition_count  # Kafka's abs makes 0 of the one int without an absolute value


def replayed(
    partition: Partition, decode: Callable[[bytes, bytes | None], T]
) -> Iterator[tuple[StoredRecord, T] | tuple[StoredMarker, None]]:
    """Yield what a partition holds, records with what they say; what says nothing is logged. Raises KafkaError."""
    for stored in partition.replay():
        if isinstance(stored, StoredMarker):
            yield stored, None
            continue
        try:
            yield stored, decode(*stored.record)
        except ProtocolError as error:
            log.error("skipped record %d of %s-%d: %s", stored.offset, partition.topic.name, partition.index, error)


class Sleeper:
    """Sleeps until a deadline that moves."""

    __slots__ = ("_timer",)

    def __init__(self) -> None:
        self._timer: Timer | None = None

    def wake_at(self, deadline: float, timers: Timers, wake: Callable[[], None]) -> None:
        """Have `wake` called at the deadline, or before: it sets the next one."""
        timer = self._timer
        if timer is not None:
            if timer.deadline <= deadline < math.inf:
                return  # it wakes too early, once, and looks again: cheaper than a new timer each time
            timer.cancel()
        self._timer = None if deadline == math.inf else timers.at(deadline, partial(self._wake, wake))

    def _wake(self, wake: Callable[[], None]) -> None:
        self._timer = None
        wake()
