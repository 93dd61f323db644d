"""Which batches belong to aborted transactions, and when a marker may go: followed along a log that is compacted.

Nothing behind the last stable offset is compacted, so every transaction in there is decided, and all aborted ones are
known beforehand. Their records go at once; a marker stays until no batch of its transaction is left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.control_batch import marker_in
from kafkalite.wire.record_batch import BatchHeader, Buffer


class _Aborted:
    """A transaction that is passed at the moment."""

    __slots__ = ("has_batches", "transaction")

    def __init__(self, transaction: AbortedTransaction) -> None:
        self.transaction = transaction
        self.has_batches = False


class CleanedTransactions:
    """Tell it of every batch in order, once."""

    __slots__ = ("_aborted", "_ahead", "_committed", "_kept")

    def __init__(self, aborted: Iterable[AbortedTransaction]) -> None:
        """aborted: all that overlap what will be passed; others do no harm."""
        self._ahead = deque(sorted(aborted, key=lambda transaction: transaction.first_offset))
        self._aborted: dict[int, _Aborted] = {}
        self._committed: set[int] = set()
        self._kept: list[AbortedTransaction] = []

    def is_aborted(self, header: BatchHeader) -> bool:
        """A batch of data: return whether its records were never committed."""
        self._come_to(header)
        if not header.is_transactional:
            return False
        aborted = self._aborted.get(header.producer_id)
        if aborted is None:
            self._committed.add(header.producer_id)
            return False
        aborted.has_batches = True
        return True

    def is_last_of_its(self, header: BatchHeader, batch: Buffer) -> bool:
        """A control batch: return whether nothing is left of its transaction but itself. Raises CorruptRecord."""
        self._come_to(header)
        if not header.records_count:
            return True  # it was emptied before
        marker = marker_in(batch, header)
        if marker is None:  # another kind of control record
            return False
        if marker.committed:
            has_batches = header.producer_id in self._committed
            self._committed.discard(header.producer_id)
            return not has_batches
        aborted = self._aborted.pop(header.producer_id, None)
        if aborted is None or not aborted.has_batches:
            return True
        self._kept.append(aborted.transaction)
        return False

    def take_kept(self) -> list[AbortedTransaction]:
        """Return the aborted transactions whose markers stay, of the batches since this was last asked."""
        kept, self._kept = self._kept, []
        return kept

    def _come_to(self, header: BatchHeader) -> None:
        """Transactions that begin up to this batch are under way, but for those that ended in front of it."""
        ahead = self._ahead
        while ahead and ahead[0].first_offset <= header.last_offset:
            transaction = ahead.popleft()
            if transaction.last_offset >= header.base_offset:
                self._aborted.setdefault(transaction.producer_id, _Aborted(transaction))
