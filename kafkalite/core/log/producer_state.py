"""What a log remembers of producers: epoch, last five batches, and the transaction that is open.

Enough to answer a repeated batch with its first offset instead of storing it again, to refuse a gap, and to tell
readers of committed data how far everything is decided. A batch is checked before it is stored and recorded after, so
that a batch refused for any reason never advances a sequence. After a restart all of it comes back from the newest
snapshot and the batches behind it (Kafka keeps only the last batch of each producer over a clean restart).

Rules: KIP-98 (idempotence, transactions, markers), KIP-360 (unknown producers), KIP-890 (who may begin a transaction).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kafkalite.core.log.batch_check import BatchRejected
from kafkalite.core.log.producer_snapshot import ProducerRow, StoredBatch
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.record_batch import NO_TIMESTAMP, TRANSACTIONAL, BatchHeader

REMEMBERED_BATCHES: Final = 5
"""As many as a producer may have in flight (max.in.flight.requests.per.connection with idempotence)."""

DEFAULT_EXPIRATION_MS: Final = 86_400_000
"""producer.id.expiration.ms"""

NO_TRANSACTION: Final = -1

_SEQUENCE_MASK: Final = 0x7FFFFFFF  # after 2^31-1 comes 0
_NO_EPOCH: Final = -1
_NO_COORDINATOR: Final = -1


class Marker(NamedTuple):
    """What a control batch says of its producer's transaction."""

    committed: bool
    coordinator_epoch: int


class CompletedTransaction(NamedTuple):
    """A transaction that its marker has ended."""

    producer_id: int
    first_offset: int
    last_offset: int
    """The marker's."""
    committed: bool


class ProducerEntry:
    """One producer id on one partition."""

    __slots__ = (
        "batches",
        "coordinator_epoch",
        "epoch",
        "last_seen_ms",
        "last_timestamp",
        "next_sequence",
        "transaction_start",
    )

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.next_sequence = 0
        self.batches: list[StoredBatch] = []
        self.last_seen_ms = 0
        self.last_timestamp = NO_TIMESTAMP
        self.coordinator_epoch = _NO_COORDINATOR
        """Of the last marker."""
        self.transaction_start = NO_TRANSACTION
        """First offset of the open transaction."""

    def stored(self, first_sequence: int, last_sequence: int) -> StoredBatch | None:
        """Return the remembered batch with exactly these sequences."""
        for batch in self.batches:
            if batch.first_sequence == first_sequence and batch.last_sequence == last_sequence:
                return batch
        return None

    def row(self, producer_id: int) -> ProducerRow:
        return ProducerRow(
            producer_id,
            self.epoch,
            tuple(self.batches),
            self.last_timestamp,
            self.coordinator_epoch,
            self.transaction_start,
            self.last_seen_ms,
        )


class ProducerState:
    """Every producer of one log."""

    __slots__ = ("_entries", "_open", "expiration_ms")

    def __init__(self, expiration_ms: int = DEFAULT_EXPIRATION_MS) -> None:
        self.expiration_ms = expiration_ms
        self._entries: dict[int, ProducerEntry] = {}
        self._open: dict[int, int] = {}
        """Producer id -> first offset of its open transaction, in the order of these offsets."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, producer_id: int) -> ProducerEntry | None:
        return self._entries.get(producer_id)

    def ids(self) -> Iterable[int]:
        return self._entries.keys()

    def rows(self) -> Iterator[ProducerRow]:
        """Yield every producer, as snapshots and DescribeProducers show it."""
        return (entry.row(producer_id) for producer_id, entry in self._entries.items())

    def restore(self, rows: Iterable[ProducerRow], now_ms: int) -> None:
        """Be what a snapshot says."""
        for row in rows:
            entry = self._entries[row.producer_id] = ProducerEntry(row.epoch)
            entry.batches = list(row.batches)
            if entry.batches:
                entry.next_sequence = (entry.batches[-1].last_sequence + 1) & _SEQUENCE_MASK
            entry.last_seen_ms = now_ms if row.last_seen_ms is None else row.last_seen_ms
            entry.last_timestamp = row.last_timestamp
            entry.coordinator_epoch = row.coordinator_epoch
            entry.transaction_start = row.transaction_start
        started = [(row.transaction_start, row.producer_id) for row in rows if row.transaction_start >= 0]
        self._open = {producer_id: start for start, producer_id in sorted(started)}

    def check(self, header: BatchHeader, now_ms: int, *, in_transaction: bool = False) -> StoredBatch | None:
        """Return the stored batch that this one repeats, None for one to append; raises 45, 47 or 48. Changes nothing.

        in_transaction: the coordinator knows that the partition belongs to the producer's transaction.
        """
        entry = self._entries.get(header.producer_id)
        if entry is not None and self._has_expired(entry, now_ms):
            entry = None
        if entry is not None and entry.epoch == header.producer_epoch and entry.next_sequence != header.base_sequence:
            stored = entry.stored(header.base_sequence, _last_sequence(header))
            if stored is not None:
                return stored
        is_transactional = header.attributes & TRANSACTIONAL
        if is_transactional and not in_transaction and not _has_begun(entry, header):
            raise BatchRejected(ErrorCode.INVALID_TXN_STATE, "Partition was not added to the transaction")
        if entry is not None:
            _check_sequence(header, entry)
            if entry.transaction_start != NO_TRANSACTION and not is_transactional:
                raise BatchRejected(ErrorCode.INVALID_TXN_STATE)
        return None

    def record(self, header: BatchHeader, base_offset: int, now_ms: int) -> None:
        """A batch of a producer stands in the log at `base_offset`."""
        entry = self._current(header, now_ms)
        first = header.base_sequence
        if first >= 0:  # the broker's own batches of a transaction have none
            last = _last_sequence(header)
            batches = entry.batches
            batches.append(StoredBatch(first, last, base_offset, header.max_timestamp))
            if len(batches) > REMEMBERED_BATCHES:
                del batches[0]
            entry.next_sequence = (last + 1) & _SEQUENCE_MASK
        if header.attributes & TRANSACTIONAL and entry.transaction_start == NO_TRANSACTION:
            entry.transaction_start = self._open[header.producer_id] = base_offset

    def _current(self, header: BatchHeader, now_ms: int) -> ProducerEntry:
        """Return the entry of a batch's producer at the batch's epoch; batches of another epoch are forgotten."""
        entry = self._entries.get(header.producer_id)
        if entry is None or self._has_expired(entry, now_ms):
            entry = self._entries[header.producer_id] = ProducerEntry(header.producer_epoch)
        elif entry.epoch != header.producer_epoch:
            entry.epoch = header.producer_epoch
            entry.batches = []
            entry.next_sequence = 0
        entry.last_seen_ms = now_ms
        entry.last_timestamp = header.max_timestamp
        return entry

    # Transactions

    @property
    def first_open_offset(self) -> int | None:
        """Where the earliest open transaction begins."""
        for start in self._open.values():
            return start
        return None

    def check_marker(self, producer_id: int, producer_epoch: int, coordinator_epoch: int) -> None:
        """Refuse a marker of a fenced producer (47) or of a coordinator that was replaced (52)."""
        entry = self._entries.get(producer_id)
        if entry is None:
            return
        if producer_epoch < entry.epoch:
            raise BatchRejected(ErrorCode.INVALID_PRODUCER_EPOCH)
        if coordinator_epoch < entry.coordinator_epoch:
            raise BatchRejected(ErrorCode.TRANSACTION_COORDINATOR_FENCED)

    def end_transaction(
        self, header: BatchHeader, marker: Marker, offset: int, now_ms: int
    ) -> CompletedTransaction | None:
        """A marker stands in the log at `offset`; return the transaction it ends, None if none was open here."""
        entry = self._current(header, now_ms)
        entry.coordinator_epoch = marker.coordinator_epoch
        start, entry.transaction_start = entry.transaction_start, NO_TRANSACTION
        self._open.pop(header.producer_id, None)
        if start == NO_TRANSACTION:
            return None
        return CompletedTransaction(header.producer_id, start, offset, marker.committed)

    # Forgetting

    def expire(self, now_ms: int) -> int:
        """Forget producers unseen for producer.id.expiration.ms; return how many."""
        expired = [producer_id for producer_id, entry in self._entries.items() if self._has_expired(entry, now_ms)]
        for producer_id in expired:
            del self._entries[producer_id]
        return len(expired)

    def _has_expired(self, entry: ProducerEntry, now_ms: int) -> bool:
        # Kafka neither: who has a transaction open is needed to end it
        return now_ms - entry.last_seen_ms >= self.expiration_ms and entry.transaction_start == NO_TRANSACTION


def _last_sequence(header: BatchHeader) -> int:
    return (header.base_sequence + header.last_offset_delta) & _SEQUENCE_MASK


def _has_begun(entry: ProducerEntry | None, header: BatchHeader) -> bool:
    """Whether the batch's producer, in the batch's epoch, has a transaction open on this partition."""
    return entry is not None and entry.transaction_start != NO_TRANSACTION and entry.epoch == header.producer_epoch


def _check_sequence(header: BatchHeader, entry: ProducerEntry) -> None:
    """Raise 45 or 47 unless the batch follows the producer's last one."""
    if header.producer_epoch == entry.epoch:
        if header.base_sequence != entry.next_sequence:
            raise BatchRejected(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    elif header.producer_epoch < entry.epoch:
        raise BatchRejected(ErrorCode.INVALID_PRODUCER_EPOCH)
    elif header.base_sequence != 0 and entry.epoch != _NO_EPOCH:
        raise BatchRejected(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
