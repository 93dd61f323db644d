"""A log's segments: found by offset, and with no more indexes in memory than somebody uses."""

from __future__ import annotations

import pytest

from kafkalite.core.log.segment import Reader, Segment
from kafkalite.core.log.segment_list import LOADED_SEGMENTS, SegmentList
from tests.unit.core.log.batches import NOW, Driver, batch

SIZE = len(batch())


def ten_segments() -> Driver:
    """Two records each."""
    driver = Driver({"segment.bytes": 2 * SIZE, "index.interval.bytes": 0})
    for number in range(20):
        driver.append(batch(timestamp=NOW + number))
    return driver


def bases(segments: SegmentList) -> list[int]:
    return [segment.base_offset for segment in segments]


def test_the_segment_of_an_offset() -> None:
    segments = ten_segments().log.segments
    assert [segments.place_of(offset) for offset in (-1, 0, 1, 2, 19, 99)] == [0, 0, 0, 1, 9, 9]


def test_segments_in_front_go_but_never_the_last() -> None:
    segments = ten_segments().log.segments
    assert segments.remove_in_front_of(5) == [0, 2]
    assert segments.remove_in_front_of(5) == []
    assert segments.remove_in_front_of(99) == [4, 6, 8, 10, 12, 14, 16]
    assert bases(segments) == [18]


def test_segments_take_others_places() -> None:
    segments = ten_segments().log.segments
    merged = Segment(2, NOW)
    segments.replace([2, 4, 6], [merged])
    assert bases(segments) == [0, 2, 8, 10, 12, 14, 16, 18]
    assert segments[segments.place_of(7)] is merged
    with pytest.raises(AssertionError):
        segments.replace([18], [])


def test_few_complete_segments_keep_their_indexes() -> None:
    driver = ten_segments()
    for _ in range(2):
        assert sum(segment.is_loaded for segment in driver.log.segments) == LOADED_SEGMENTS + 1
        for offset in range(20):
            assert driver.fetch(offset)[0].base_offset == offset
        driver.restart(clean=True)
        for offset in range(20):
            assert driver.fetch(offset)[0].base_offset == offset
    assert driver.unfitting == []


def test_timestamps_stay_when_indexes_go() -> None:
    driver = ten_segments()
    first = driver.log.segments[0]
    assert not first.is_loaded
    assert driver.log.segments.known(first, driver.read).max_timestamp == NOW + 1
    assert not first.is_loaded


def test_what_does_not_fit_is_read_again() -> None:
    driver = ten_segments()
    driver.restart(clean=True)
    reread: list[int] = []

    def read_again(segment: Segment, read: Reader) -> Segment:
        reread.append(segment.base_offset)
        return Segment(segment.base_offset, NOW)

    segments = SegmentList(read_again)
    driver.files[f"{2:020d}.index"] = b"12345678"
    for base in (0, 2):
        segments.append(Segment.stored(base, base + 2, 2 * SIZE, driver, NOW))
        segments.loaded(segments[-1], driver.read)
    assert reread == driver.unfitting == [2]
