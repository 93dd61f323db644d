"""What a partition answers: to an append, to a read, and to who replays an internal topic at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kafkalite.core.effects import KeyedRecord

if TYPE_CHECKING:
    from kafkalite.core.log.aborted_transactions import AbortedTransaction
    from kafkalite.core.log.append_plan import AppendPlan
    from kafkalite.core.log.partition_log import PartitionLog
    from kafkalite.storage.segment_store import FileSpan
    from kafkalite.wire.record_batch import Buffer


class Appended:
    """What an append answers."""

    __slots__ = ("base_offset", "kept", "last_offset", "log_append_time_ms", "log_start_offset", "syncs")

    def __init__(self, plan: AppendPlan, log_start_offset: int, kept: bool, *, syncs: bool = False) -> None:
        self.base_offset = plan.base_offset
        self.last_offset = plan.last_offset
        self.log_append_time_ms = plan.log_append_time_ms
        self.log_start_offset = log_start_offset
        self.kept = kept
        """The high watermark covers the batch: acks=all may be answered."""
        self.syncs = syncs
        """The topic wants it synced first: acks=1 waits for that, too."""


class StoredRecord(NamedTuple):
    """A record of an internal topic, as a start finds it. producer_id: in whose transaction, -1 outside of one."""

    offset: int
    record: KeyedRecord
    producer_id: int


class StoredMarker(NamedTuple):
    """The end of a producer's transaction, as a start finds it."""

    producer_id: int
    committed: bool


class ReadResult:
    """What a read answers: whole batches as bytes or as part of a file, and where the log stands."""

    __slots__ = ("aborted", "high_watermark", "last_stable_offset", "log_start_offset", "records")

    def __init__(
        self, partition_log: PartitionLog, records: Buffer | FileSpan, aborted: list[AbortedTransaction] | None
    ) -> None:
        self.records = records
        self.high_watermark = partition_log.high_watermark
        self.last_stable_offset = partition_log.last_stable_offset
        self.log_start_offset = partition_log.log_start_offset
        self.aborted = aborted
        """None for a reader of uncommitted data, as in the answer."""
