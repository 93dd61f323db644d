"""What a log remembers of idempotent producers: their epoch and their last five batches.

Enough to answer a repeated batch with its first offset instead of storing it again, and to refuse a gap. A batch is
checked before it is stored and recorded after, so that a batch refused for any reason never advances a sequence. After
a restart all of it comes back from the batch headers (Kafka keeps only the last batch of each over a clean restart).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from kafkalite.core.log.batch_check import BatchRejected
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.record_batch import BatchHeader

REMEMBERED_BATCHES: Final = 5
"""As many as a producer may have in flight (max.in.flight.requests.per.connection with idempotence)."""

DEFAULT_EXPIRATION_MS: Final = 86_400_000
"""producer.id.expiration.ms"""

_SEQUENCE_MASK: Final = 0x7FFFFFFF  # after 2^31-1 comes 0
_NO_EPOCH: Final = -1


class ProducerBatch(NamedTuple):
    """One stored batch of a producer."""

    first_sequence: int
    last_sequence: int
    base_offset: int
    max_timestamp: int


class ProducerEntry:
    """One producer id on one partition."""

    __slots__ = ("batches", "epoch", "last_seen_ms", "next_sequence")

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.next_sequence = 0
        self.batches: list[ProducerBatch] = []
        self.last_seen_ms = 0

    def stored(self, first_sequence: int, last_sequence: int) -> ProducerBatch | None:
        """Return the remembered batch with exactly these sequences."""
        for batch in self.batches:
            if batch.first_sequence == first_sequence and batch.last_sequence == last_sequence:
                return batch
        return None


class ProducerState:
    """Every idempotent producer of one log."""

    __slots__ = ("_entries", "expiration_ms")

    def __init__(self, expiration_ms: int = DEFAULT_EXPIRATION_MS) -> None:
        self.expiration_ms = expiration_ms
        self._entries: dict[int, ProducerEntry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, producer_id: int) -> ProducerEntry | None:
        return self._entries.get(producer_id)

    def check(self, header: BatchHeader, now_ms: int) -> ProducerBatch | None:
        """Return the stored batch that this one repeats, None for one to append; raises 45 or 47. Changes nothing."""
        entry = self._entries.get(header.producer_id)
        if entry is None or self._has_expired(entry, now_ms):
            return None
        epoch = header.producer_epoch
        first = header.base_sequence
        if epoch == entry.epoch:
            if first == entry.next_sequence:
                return None
            stored = entry.stored(first, _last_sequence(header))
            if stored is None:
                raise BatchRejected(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
            return stored
        if epoch < entry.epoch:
            raise BatchRejected(ErrorCode.INVALID_PRODUCER_EPOCH)
        if first != 0 and entry.epoch != _NO_EPOCH:
            raise BatchRejected(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
        return None

    def record(self, header: BatchHeader, base_offset: int, now_ms: int) -> None:
        """A batch of a producer stands in the log at `base_offset`."""
        entry = self._entries.get(header.producer_id)
        if entry is None or self._has_expired(entry, now_ms):
            entry = self._entries[header.producer_id] = ProducerEntry(header.producer_epoch)
        elif entry.epoch != header.producer_epoch:
            entry.epoch = header.producer_epoch
            entry.batches = []
        first = header.base_sequence
        last = _last_sequence(header)
        batches = entry.batches
        batches.append(ProducerBatch(first, last, base_offset, header.max_timestamp))
        if len(batches) > REMEMBERED_BATCHES:
            del batches[0]
        entry.next_sequence = (last + 1) & _SEQUENCE_MASK
        entry.last_seen_ms = now_ms

    def expire(self, now_ms: int) -> int:
        """Forget producers unseen for producer.id.expiration.ms; return how many."""
        expired = [producer_id for producer_id, entry in self._entries.items() if self._has_expired(entry, now_ms)]
        for producer_id in expired:
            del self._entries[producer_id]
        return len(expired)

    def _has_expired(self, entry: ProducerEntry, now_ms: int) -> bool:
        return now_ms - entry.last_seen_ms >= self.expiration_ms


def _last_sequence(header: BatchHeader) -> int:
    return (header.base_sequence + header.last_offset_delta) & _SEQUENCE_MASK
