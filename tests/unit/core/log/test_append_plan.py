"""The answer for a repeated batch; plans themselves are made and tested in partition_log."""

from __future__ import annotations

from kafkalite.core.log.append_plan import repeated
from kafkalite.core.log.producer_snapshot import StoredBatch
from kafkalite.wire.record_batch import read_header
from tests.unit.core.log.batches import batch


def test_a_repeated_batch_is_answered_with_its_first_place() -> None:
    plan = repeated(read_header(batch(3)), StoredBatch(0, 2, 40, 777), 1000)
    assert (plan.is_duplicate, plan.base_offset, plan.last_offset, plan.log_append_time_ms) == (True, 40, 42, 777)
    assert not plan.parts
