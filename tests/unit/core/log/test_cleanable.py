"""What compaction may take up, how urgent it is, and which segments become one."""

from __future__ import annotations

from typing import Any

import pytest

from kafkalite.core.log.cleanable import Dirt, dirt, groups
from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.segment import Segment
from tests.unit.core.log.batches import NOW, Driver, batch

SIZE = len(batch())
FAR = 1 << 60


def log_of(count: int, **settings: Any) -> Driver:
    """A compacted log of `count` segments of one record each, a second apart; the last one is active."""
    values = {name.replace("_", "."): value for name, value in settings.items()}
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": SIZE, **values})
    for number in range(count):
        driver.append(batch(timestamp=NOW + number * 1000), now_ms=NOW + number * 1000)
    return driver


def measured(driver: Driver, cleaned_to: int | None = None, synced_to: int = FAR, now_ms: int = NOW + 100_000) -> Dirt:
    return dirt(driver.log, cleaned_to, synced_to, now_ms, driver.read)


def test_everything_in_front_of_the_active_segment_is_dirty_at_first() -> None:
    found = measured(log_of(5))
    assert found == Dirt(0, 4, 0, 4 * SIZE, False)
    assert found.ratio == 1


def test_what_was_compacted_is_clean() -> None:
    found = measured(log_of(9), cleaned_to=6)
    assert found == Dirt(6, 8, 6 * SIZE, 2 * SIZE, False)
    assert found.ratio == 0.25


def test_a_segment_that_was_half_compacted_counts_on_both_sides() -> None:
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": 3 * SIZE})
    for _ in range(9):
        driver.append(batch())
    assert measured(driver, cleaned_to=4) == Dirt(4, 6, 6 * SIZE, 3 * SIZE, False)


@pytest.mark.parametrize("cleaned_to", [3, 100])
def test_a_checkpoint_outside_of_the_log_is_of_another_time(cleaned_to: int) -> None:
    driver = log_of(6)
    driver.log.move_start(4)
    assert measured(driver, cleaned_to) == Dirt(4, 5, 0, SIZE, False)


def test_a_log_start_inside_a_segment_is_where_dirt_begins() -> None:
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": 3 * SIZE})
    for _ in range(9):
        driver.append(batch())
    driver.log.move_start(4)
    assert measured(driver) == Dirt(4, 6, 3 * SIZE, 3 * SIZE, False)


@pytest.mark.parametrize(("synced_to", "uncleanable"), [(0, 0), (2, 2), (3, 3), (FAR, 4)])
def test_nothing_that_is_not_safe_yet(synced_to: int, uncleanable: int) -> None:
    found = measured(log_of(5), synced_to=synced_to)
    assert (found.first_dirty, found.first_uncleanable) == (0, uncleanable)
    assert found.cleanable_bytes == uncleanable * SIZE


def test_a_segment_that_is_safe_in_part_is_not_taken_up() -> None:
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": 3 * SIZE})
    for _ in range(9):
        driver.append(batch())
    assert measured(driver, synced_to=5).first_uncleanable == 3


def test_a_high_watermark_that_lags_holds_it_back() -> None:
    driver = log_of(3)
    for _ in range(2):
        driver.append(batch(), kept=False)
    assert driver.log.high_watermark == 3
    assert measured(driver).first_uncleanable == 3


def test_a_log_of_one_segment_has_nothing_to_compact() -> None:
    found = measured(log_of(1))
    assert found == Dirt(0, 0, 0, 0, False)
    assert found.ratio == 0
    assert not found.is_due(LogConfig({"min.cleanable.dirty.ratio": 0.0}))


def test_clean_to_the_end_is_nothing_to_compact() -> None:
    found = measured(log_of(5), cleaned_to=4)
    assert found == Dirt(4, 4, 4 * SIZE, 0, False)
    assert not found.is_due(LogConfig({"min.cleanable.dirty.ratio": 0.0}))


# Settings


def test_the_dirty_ratio_says_when() -> None:
    found = measured(log_of(9), cleaned_to=6)
    assert found.is_due(LogConfig({"min.cleanable.dirty.ratio": 0.24}))
    assert not found.is_due(LogConfig({"min.cleanable.dirty.ratio": 0.25}))


def test_young_records_hold_back_their_segment_and_all_behind_it() -> None:
    driver = log_of(6, min_compaction_lag_ms=3000)
    assert measured(driver, now_ms=NOW + 5000).first_uncleanable == 3
    assert measured(driver, now_ms=NOW + 6000).first_uncleanable == 4
    assert measured(driver, now_ms=NOW + 2999) == Dirt(0, 0, 0, 0, False)
    assert measured(driver, cleaned_to=1, now_ms=NOW).first_uncleanable == 1


def test_a_timestamp_in_the_future_counts_as_the_time_it_came() -> None:
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": SIZE, "min.compaction.lag.ms": 1000})
    for _ in range(3):
        driver.append(batch(timestamp=NOW + 3_000_000))
    assert measured(driver, now_ms=NOW + 999).first_uncleanable == 0
    assert measured(driver, now_ms=NOW + 1000).first_uncleanable == 2


def test_a_record_that_waited_for_too_long_makes_it_due_whatever_the_ratio() -> None:
    driver = log_of(9, max_compaction_lag_ms=10_000, segment_ms=100_000_000)
    config = driver.config
    assert not measured(driver, cleaned_to=6, now_ms=NOW + 16_000).is_due(config)
    late = measured(driver, cleaned_to=6, now_ms=NOW + 16_001)
    assert late.is_overdue
    assert late.is_due(config)
    assert not measured(driver, cleaned_to=8, now_ms=NOW + 100_000).is_due(config), "the active one is not ready"


# Groups


def segment(base_offset: int, size: int, next_offset: int | None = None) -> Segment:
    made = Segment(base_offset, NOW)
    made.size = size
    made.next_offset = base_offset + 1 if next_offset is None else next_offset
    return made


def grouped(*segments: Segment, end_offset: int = 1000, **settings: Any) -> list[list[int]]:
    config = LogConfig({"segment.bytes": 100, **{name.replace("_", "."): value for name, value in settings.items()}})
    return [[one.base_offset for one in group] for group in groups(segments, config, end_offset)]


def test_neighbours_that_fit_into_one_segment_become_one() -> None:
    segments = [segment(number * 10, size) for number, size in enumerate([40, 60, 1, 100, 30, 30, 30, 30])]
    assert grouped(*segments) == [[0, 10], [20], [30], [40, 50, 60], [70]]


def test_nothing_is_grouped_to_nothing() -> None:
    assert grouped() == []


def test_a_segment_that_is_too_large_stays_alone() -> None:
    assert grouped(segment(0, 500), segment(10, 1), segment(20, 500)) == [[0], [10], [20]]


def test_empty_segments_join_their_neighbours() -> None:
    assert grouped(segment(0, 0), segment(10, 100), segment(20, 0), segment(1 << 40, 0)) == [[0, 10, 20, 1 << 40]]


def test_offsets_must_fit_into_31_bits() -> None:
    widest = (1 << 31) - 1
    first, second = segment(5, 10), segment(6, 10)
    assert grouped(first, second, end_offset=5 + widest + 1) == [[5, 6]]
    assert grouped(first, second, end_offset=5 + widest + 2) == [[5], [6]]
    assert grouped(first, second, segment(5 + widest + 1, 10), end_offset=1 << 40) == [[5, 6], [5 + widest + 1]]


def test_the_index_must_fit_too() -> None:
    """At most 11 entries of 12 bytes for 1000 bytes at an interval of 100."""
    segments = [segment(0, 1000), segment(10, 1000), segment(20, 1000)]
    large = {"segment_bytes": 1 << 20, "index_interval_bytes": 100}
    assert grouped(*segments, **large, segment_index_bytes=3 * 132) == [[0, 10, 20]]
    assert grouped(*segments, **large, segment_index_bytes=3 * 132 - 1) == [[0, 10], [20]]
