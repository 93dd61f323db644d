"""What one transactional id is at one moment: immutable, and complete enough to go on from after a restart."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

NO_PRODUCER_ID: Final = -1
NO_EPOCH: Final = -1
NO_TIME: Final = -1

LAST_EPOCH: Final = 32766
"""The last epoch a client may get of a producer id. One more fences it while its last transaction ends."""

TV2: Final = 2
"""The transaction version (KIP-890) from which every transaction ends with an epoch of its own."""


class Status(IntEnum):
    """The status in Kafka's records. Kafka's Dead and PrepareEpochFence are never stored, and nothing here needs them:
    an expired id is deleted at once, and an epoch is fenced in the same step that decides to abort.
    """

    EMPTY = 0
    """There is a producer, and no transaction since."""
    ONGOING = 1
    """It writes, and until now nobody knows how it ends."""
    PREPARE_COMMIT = 2
    """Decided: every partition gets a commit marker. Whoever asks waits until that is done."""
    PREPARE_ABORT = 3
    """Decided: every partition gets an abort marker. Whoever asks waits until that is done."""
    COMPLETE_COMMIT = 4
    """The last transaction is committed in every partition."""
    COMPLETE_ABORT = 5
    """The last transaction is aborted in every partition."""

    @property
    def text(self) -> str:
        """Kafka's name of it, such as PrepareCommit."""
        return self.name.title().replace("_", "")


_PREPARED: Final = (Status.PREPARE_COMMIT, Status.PREPARE_ABORT)
_COMPLETE: Final = (Status.COMPLETE_COMMIT, Status.COMPLETE_ABORT)
_COMMITS: Final = (Status.PREPARE_COMMIT, Status.COMPLETE_COMMIT)


class TopicPartition(NamedTuple):
    """A partition by name, as transactions know it."""

    topic: str
    partition: int


class Producer(NamedTuple):
    """Who a request says it is from."""

    producer_id: int
    epoch: int


class TransactionState(NamedTuple):
    """A transactional id, its producer, and its transaction.

    producer: the one that may write. In a Prepare status already the next one, as far as the epoch goes.
    before: what the client called itself before the last change of `producer` that its own request or the end of its
        transaction brought, for a client that never got that answer; None after another instance has come. Not stored:
        see `records`.
    next_producer_id: takes over when the transaction has ended, with epoch 0, because the epochs are used up.
    previous_producer_id: the one before this state, as Kafka stores it.
    client_version: 2 where the transaction ends, or ended, with a new epoch, else 0.
    started_ms, updated_ms: wall time; -1 is never.
    """

    producer: Producer
    timeout_ms: int
    status: Status = Status.EMPTY
    partitions: frozenset[TopicPartition] = frozenset()
    started_ms: int = NO_TIME
    updated_ms: int = NO_TIME
    client_version: int = 0
    previous_producer_id: int = NO_PRODUCER_ID
    next_producer_id: int = NO_PRODUCER_ID
    before: Producer | None = None

    @property
    def is_prepared(self) -> bool:
        """It is decided how the transaction ends, and not every partition knows."""
        return self.status in _PREPARED

    @property
    def is_idle(self) -> bool:
        """There is no transaction."""
        return self.status is not Status.ONGOING and not self.is_prepared

    @property
    def is_complete(self) -> bool:
        """Its last transaction has ended in every partition, and nothing came since."""
        return self.status in _COMPLETE

    @property
    def commits(self) -> bool:
        """The transaction ends, or ended, with a commit."""
        return self.status in _COMMITS

    def becomes(self, status: Status, now_ms: int, **changes: object) -> TransactionState:
        """Return the state after this one."""
        return self._replace(
            status=status,
            updated_ms=now_ms,
            previous_producer_id=self.producer.producer_id,
            **changes,  # type: ignore[arg-type]
        )
