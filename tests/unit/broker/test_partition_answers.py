"""What a partition answers carries what was planned, and where the log stands."""

from __future__ import annotations

from kafkalite.broker.partition_answers import Appended, ReadResult
from tests.unit.core.log.batches import Driver, batch


def test_an_append_answers_with_its_place() -> None:
    driver = Driver()
    driver.append(batch(2))
    appended = Appended(driver.append(batch(3)), 1, kept=False, syncs=True)
    assert (appended.base_offset, appended.last_offset, appended.log_append_time_ms) == (2, 4, -1)
    assert (appended.log_start_offset, appended.kept, appended.syncs) == (1, False, True)


def test_a_read_answers_where_the_log_stands() -> None:
    log = Driver().log
    log.high_watermark = 7
    found = ReadResult(log, b"", None)
    assert (found.records, found.high_watermark, found.last_stable_offset, found.log_start_offset) == (b"", 7, 7, 0)
    assert found.aborted is None
