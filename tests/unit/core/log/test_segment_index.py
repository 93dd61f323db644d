"""The sparse indexes: Kafka's entries at Kafka's places, and what they find."""

from __future__ import annotations

import pytest

from kafkalite.core.log.segment_index import SegmentIndex


def filled(count: int = 6, *, interval: int = 64, size: int = 109, base: int = 0) -> SegmentIndex:
    """Batches of three records, as in the directory of a real Kafka that the expected bytes below come from."""
    index = SegmentIndex(base)
    largest, largest_offset = -1, base
    for number in range(count):
        timestamp = [2, 3, 4002, 3, 8002, 5][number % 6] + 1_700_000_000_000
        last = base + 3 * number + 2
        if timestamp > largest:
            largest, largest_offset = timestamp, last
        index.add(last, number * size, size, interval, largest, largest_offset)
    index.add_time(largest, largest_offset)
    return index


def test_the_offset_file_is_kafkas() -> None:
    assert filled().offset_bytes().hex(" ", 4) == (
        "00000005 0000006d 00000008 000000da 0000000b 00000147 0000000e 000001b4 00000011 00000221"
    )


def test_the_time_file_is_kafkas() -> None:
    """A largest timestamp is noted once, with the last offset of the batch that has it."""
    assert filled().time_bytes().hex(" ", 4) == (
        "0000018b cfe56803 00000005 0000018b cfe577a2 00000008 0000018b cfe58742 0000000e"
    )


def test_closing_adds_the_largest_timestamp_once() -> None:
    index = SegmentIndex(0)
    index.add(0, 0, 100, 1000, 5, 0)
    assert index.time_bytes() == b""
    index.add_time(5, 0)
    index.add_time(5, 0)
    assert len(index.time_bytes()) == 12
    assert index.offset_bytes() == b""


def test_records_without_timestamps_have_no_time_entry() -> None:
    index = SegmentIndex(0)
    index.add_time(-1, 0)
    assert index.time_bytes() == b""


@pytest.mark.parametrize("base", [0, 1 << 40])
def test_what_is_stored_comes_back(base: int) -> None:
    index = filled(50, base=base)
    again = SegmentIndex.from_bytes(base, index.offset_bytes(), index.time_bytes())
    assert again.offset_bytes() == index.offset_bytes()
    assert again.time_bytes() == index.time_bytes()
    for offset in range(base, base + 160):
        assert again.before(offset) == index.before(offset)


def test_positions_by_offset() -> None:
    index = filled()
    assert [index.before(offset)[0] for offset in (0, 4, 5, 7, 8, 16, 17, 99)] == [0, 0, 109, 109, 218, 436, 545, 545]
    assert [index.before(offset)[1] for offset in (0, 4, 5, 7, 99)] == [None, None, 5, 5, 17]


def test_positions_by_position() -> None:
    index = filled()
    assert [index.last_position(limit) for limit in (0, 108, 109, 300, 10_000)] == [0, 0, 109, 218, 545]


def test_offsets_by_position() -> None:
    index = filled()
    assert [index.offset_behind(position) for position in (0, 109, 110, 545, 546)] == [5, 5, 8, 17, None]


def test_positions_by_time_are_never_too_late() -> None:
    index = filled()
    expected = {0: 0, 1_700_000_000_003: 0, 1_700_000_000_004: 109, 1_700_000_004_003: 218, 1_700_000_008_003: 436}
    assert {timestamp: index.before_time(timestamp)[0] for timestamp in expected} == expected


def test_full_by_either_file() -> None:
    """As in Kafka the time index keeps one place free, for the entry that closes it."""
    assert not filled().is_full(60)
    assert filled().is_full(47)
    growing = SegmentIndex(0)
    for number in range(10):
        growing.add(number, number * 100, 100, 0, number, number)
    assert growing.is_full(10 * 12)
    assert not growing.is_full(11 * 12)
