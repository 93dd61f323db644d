"""For the tests of compaction: a log as a list of batches, its transactions, and what readers see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import pack

from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.cleaned_transactions import CleanedTransactions
from kafkalite.core.log.compaction import BatchFilter, LastRecord, Rules, learn
from kafkalite.core.log.offset_map import SLOT_BYTES, OffsetMap
from kafkalite.wire.record_batch import (
    CONTROL,
    TRANSACTIONAL,
    BatchHeader,
    Record,
    build_batch,
    iterate_records,
    read_header,
)

NOW = 1_700_000_000_000
DAY = 86_400_000

Pair = tuple[bytes | None, bytes | None]


class BatchLog:
    """Batches one after the other, compacted by the real parts."""

    def __init__(self, *, codec: int = 0, attributes: int = 0, delete_retention_ms: int = DAY) -> None:
        self.codec = codec
        self.attributes = attributes
        self.delete_retention_ms = delete_retention_ms
        self.batches: list[bytes] = []
        self.end_offset = 0
        self.first_dirty = 0
        self.aborted: list[AbortedTransaction] = []
        self.open: dict[int, int] = {}
        """Producer id -> first offset of its transaction."""
        self.last_records: dict[int, LastRecord] = {}

    def append(
        self,
        *records: Pair | Record,
        producer: tuple[int, int, int] | None = None,
        transactional: bool = False,
        timestamp: int = NOW,
    ) -> int:
        """Append one batch; `producer` is (id, epoch, first sequence). Returns its base offset."""
        producer_id, epoch, sequence = producer or (-1, -1, -1)
        base_offset = self.end_offset
        self._add(
            build_batch(
                records,
                timestamp,
                codec=self.codec,
                attributes=self.attributes | (TRANSACTIONAL if transactional else 0),
                base_offset=base_offset,
                leader_epoch=3,
                producer_id=producer_id,
                producer_epoch=epoch,
                base_sequence=sequence,
            )
        )
        if transactional:
            self.open.setdefault(producer_id, base_offset)
        if producer is not None:
            self.last_records[producer_id] = LastRecord(self.end_offset - 1, epoch)
        return base_offset

    def mark(self, producer_id: int, *, committed: bool, epoch: int = 0) -> int:
        """End a producer's transaction with a control batch. Returns its offset."""
        offset = self.end_offset
        self._add(
            build_batch(
                [(pack(">hh", 0, committed), pack(">hi", 0, 7))],
                NOW,
                attributes=TRANSACTIONAL | CONTROL,
                base_offset=offset,
                leader_epoch=3,
                producer_id=producer_id,
                producer_epoch=epoch,
            )
        )
        first = self.open.pop(producer_id, None)
        if first is not None and not committed:
            self.aborted.append(aborted(producer_id, first, offset))
        last = self.last_records.get(producer_id)
        if last is None or last.epoch != epoch:
            self.last_records[producer_id] = LastRecord(None, epoch)
        return offset

    def _add(self, batch: bytearray) -> None:
        self.batches.append(bytes(batch))
        self.end_offset += read_header(batch).last_offset_delta + 1

    @property
    def stable(self) -> int:
        """The last stable offset."""
        return min([self.end_offset, *self.open.values()])

    def compact(
        self,
        upper_bound: int | None = None,
        *,
        now_ms: int = NOW,
        max_keys: int = 10_000,
        last_records: Mapping[int, LastRecord] | None = None,
    ) -> int:
        """Compact the batches in front of `upper_bound` (default: all that are decided); return how many changed."""
        bound = self.stable if upper_bound is None else upper_bound
        offsets = OffsetMap(max_keys * SLOT_BYTES, 0.9, max(self.end_offset, 1))
        passed = CleanedTransactions(self.aborted)
        for header, batch in self.headers():
            is_dirty = self.first_dirty <= header.last_offset < bound
            if is_dirty and not learn(offsets, passed, header, batch, first_dirty=self.first_dirty, pause=lambda: None):
                break
        else:
            offsets.latest_offset = max(offsets.latest_offset, bound - 1)
        rules = Rules(now_ms, self.delete_retention_ms, bound, last_records or {})
        transactions = CleanedTransactions(self.aborted)
        keep = BatchFilter(offsets, transactions, rules, lambda: None)
        batches = []
        changed = 0
        for header, batch in self.headers():
            if header.last_offset >= bound:
                batches.append(batch)
                continue
            kept = keep.filter(header, batch)
            changed += kept is None or not kept.is_original
            if kept is not None:
                batches.append(b"".join(kept.parts))
                assert read_header(batches[-1]) == kept.header
        self.batches = batches
        self.first_dirty = max(self.first_dirty, offsets.latest_offset + 1)
        self.aborted = transactions.take_kept() + [one for one in self.aborted if one.last_offset >= bound]
        return changed

    def headers(self) -> list[tuple[BatchHeader, bytes]]:
        return [(read_header(batch), batch) for batch in self.batches]

    def records(self, *, committed: bool = False) -> list[Record]:
        """What a consumer reads: it skips markers and, if it wants committed data only, what was aborted."""
        found: list[Record] = []
        ahead = sorted(self.aborted, key=lambda one: one.first_offset)
        skipped: set[int] = set()
        for header, batch in self.headers():
            if committed and header.base_offset >= self.stable:
                break
            while ahead and ahead[0].first_offset <= header.last_offset:
                skipped.add(ahead.pop(0).producer_id)
            if header.is_control:
                if any(record.key == pack(">hh", 0, 0) for record in iterate_records(batch)):
                    skipped.discard(header.producer_id)
            elif not (committed and header.is_transactional and header.producer_id in skipped):
                found += iterate_records(batch)
        return found

    def seen(self, *, committed: bool = False) -> list[tuple[int, bytes | None, bytes | None]]:
        return [(record.offset, record.key, record.value) for record in self.records(committed=committed)]


def aborted(producer_id: int, first_offset: int, last_offset: int) -> AbortedTransaction:
    return AbortedTransaction(producer_id, first_offset, last_offset, last_offset + 1)


def newest(records: Iterable[Record]) -> dict[bytes | None, Record]:
    """The last record of each key."""
    return {record.key: record for record in records}
