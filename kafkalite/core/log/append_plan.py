"""What an append will do: a batch with its place in the log, made before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence

from kafkalite.core.log.producer_snapshot import StoredBatch
from kafkalite.core.log.producer_state import Marker
from kafkalite.wire.record_batch import NO_TIMESTAMP, BatchHeader, Buffer


class AppendPlan:
    """A batch with its place in the log; or (`is_duplicate`: nothing to store) the answer for one that is there."""

    __slots__ = (
        "base_offset",
        "header",
        "is_duplicate",
        "last_offset",
        "log_append_time_ms",
        "marker",
        "max_timestamp",
        "now_ms",
        "parts",
        "rolls",
        "segment_base",
        "size",
    )

    def __init__(self, header: BatchHeader, base_offset: int, max_timestamp: int, now_ms: int) -> None:
        self.header = header
        self.base_offset = base_offset
        self.last_offset = base_offset + header.last_offset_delta
        self.max_timestamp = max_timestamp
        self.now_ms = now_ms
        self.log_append_time_ms = NO_TIMESTAMP
        self.marker: Marker | None = None
        self.is_duplicate = False
        self.rolls = False
        self.segment_base = 0
        self.parts: Sequence[Buffer] = ()
        self.size = 0


def repeated(header: BatchHeader, stored: StoredBatch, now_ms: int) -> AppendPlan:
    """Return the answer for a batch that is in the log already: its offsets, and its largest timestamp as the append
    time.
    """
    plan = AppendPlan(header, stored.base_offset, stored.max_timestamp, now_ms)
    plan.log_append_time_ms = stored.max_timestamp
    plan.is_duplicate = True
    return plan
