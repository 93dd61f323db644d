"""What goes by age and by size, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from kafkalite.core.log import retention
from kafkalite.core.log.partition_log import PartitionLog
from kafkalite.core.log.retention import Surplus
from tests.unit.core.log.batches import NOW, Driver, batch

SIZE = len(batch())
HOUR = 3600 * 1000


def surplus(log: PartitionLog, now_ms: int, limit: int) -> Surplus | None:
    """Of a log that this process wrote: nothing need be read."""
    return retention.surplus(log, now_ms, limit, lambda base, position, size: pytest.fail("read"))


def three_segments(**values: Any) -> Driver:
    """Segments of two records each, an hour apart: 0-1, 2-3, 4-5."""
    keys = {key.replace("_", "."): value for key, value in values.items()}
    driver = Driver({"segment.bytes": 2 * SIZE, "retention.ms": -1, **keys})
    for number in range(6):
        driver.append(batch(timestamp=NOW + number // 2 * HOUR), NOW + number // 2 * HOUR)
    assert [segment.base_offset for segment in driver.log.segments] == [0, 2, 4]
    return driver


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (HOUR, None),
        (HOUR + 1, Surplus(1, 2, False)),
        (2 * HOUR, Surplus(1, 2, False)),
        (2 * HOUR + 1, Surplus(2, 4, False)),
        (3 * HOUR, Surplus(2, 4, False)),
        (3 * HOUR + 1, Surplus(3, 6, True)),
    ],
)
def test_a_segment_goes_when_its_newest_record_is_too_old(age: int, expected: Surplus | None) -> None:
    """The last one too, with all others."""
    assert surplus(three_segments(retention_ms=HOUR).log, NOW + age, 99) == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (6, None),
        (5, None),
        (4, Surplus(1, 2, False)),
        (3, Surplus(1, 2, False)),
        (2, Surplus(2, 4, False)),
        (1, Surplus(2, 4, False)),
        (0, Surplus(3, 6, True)),
    ],
)
def test_segments_go_while_enough_bytes_are_left(kept: int, expected: Surplus | None) -> None:
    """Never so many that fewer than retention.bytes are left."""
    assert surplus(three_segments(retention_bytes=kept * SIZE).log, NOW, 99) == expected


def test_size_and_age_add_up() -> None:
    log = three_segments(retention_bytes=4 * SIZE, retention_ms=HOUR).log
    assert surplus(log, NOW, 99) == Surplus(1, 2, False)
    assert surplus(log, NOW + 2 * HOUR + 1, 99) == Surplus(2, 4, False)


@pytest.mark.parametrize(
    ("policy", "goes"), [(["delete"], True), (["compact", "delete"], True), (["compact"], False), ([], False)]
)
def test_only_the_policy_delete_deletes(policy: list[str], goes: bool) -> None:
    log = three_segments(cleanup_policy=policy, retention_bytes=0, retention_ms=0).log
    assert (surplus(log, NOW + 9 * HOUR, 99) is not None) is goes


def test_nothing_goes_by_default_of_a_week() -> None:
    driver = Driver()
    driver.append(batch(), NOW)
    assert surplus(driver.log, NOW + 7 * 24 * HOUR, 99) is None
    assert surplus(driver.log, NOW + 7 * 24 * HOUR + 1, 99) == Surplus(1, 1, True)


def test_a_young_segment_keeps_older_ones_behind_it() -> None:
    """Order is by offset: what lies behind a segment that stays, stays."""
    driver = Driver({"segment.bytes": 2 * SIZE, "retention.ms": HOUR})
    for timestamp in (NOW + 2 * HOUR, NOW + 2 * HOUR, NOW, NOW):
        driver.append(batch(timestamp=timestamp), NOW + 2 * HOUR)
    assert surplus(driver.log, NOW + 3 * HOUR, 99) is None


@pytest.mark.parametrize("timestamp", [NOW + 1000 * HOUR, -1])
def test_a_timestamp_in_the_future_or_none_counts_as_the_time_of_the_append(timestamp: int) -> None:
    driver = Driver({"retention.ms": HOUR, "message.timestamp.after.max.ms": 1 << 62})
    driver.append(batch(timestamp=timestamp), NOW)
    assert surplus(driver.log, NOW + HOUR, 99) is None
    assert surplus(driver.log, NOW + HOUR + 1, 99) == Surplus(1, 1, True)


def test_what_the_store_has_not_promised_stays() -> None:
    driver = three_segments(retention_bytes=0)
    driver.append(batch(timestamp=NOW), NOW, kept=False)
    assert surplus(driver.log, NOW, 99) == Surplus(3, 6, False)
    assert surplus(Driver().log, NOW, 99) is None


def test_an_emptied_log_has_nothing_more_to_give() -> None:
    driver = three_segments(retention_bytes=0)
    assert driver.log.next_segment() == 6
    driver.log.begin_empty(NOW)
    assert driver.log.next_segment() is None
    assert driver.log.move_start(6) == [0, 2, 4]
    assert surplus(driver.log, NOW + 1000 * HOUR, 99) is None
    assert (driver.log.log_start_offset, driver.log.log_end_offset, driver.log.high_watermark) == (6, 6, 6)


def test_not_more_than_the_limit_at_a_time() -> None:
    log = three_segments(retention_bytes=0).log
    assert surplus(log, NOW, 2) == Surplus(2, 4, False)
    assert surplus(log, NOW, 3) == Surplus(3, 6, True)


def test_after_a_clean_restart_summaries_tell_the_age() -> None:
    driver = three_segments(retention_ms=HOUR)
    driver.restart(clean=True)
    driver.reads = 0
    assert not any(segment.is_known for segment in driver.log.segments[:2])
    assert retention.surplus(driver.log, NOW + HOUR + 1, 99, driver.read) == Surplus(1, 2, False)
    assert driver.reads == 0
