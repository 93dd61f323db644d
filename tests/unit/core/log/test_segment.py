"""A segment's sparse index: positions by offset and by time, exact to the batch, and few reads to get there."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.log.segment import REMEMBERED_BOUNDARIES, Segment
from kafkalite.wire.record_batch import CorruptRecord, build_batch, read_header


class Bytes:
    """A segment with its bytes: batches of the given (records, value size, timestamp)."""

    def __init__(self, shapes: list[tuple[int, int, int]], *, interval: int = 200, base: int = 100) -> None:
        self.segment = Segment(base, 0)
        self.data = bytearray()
        self.starts: list[tuple[int, int]] = []
        self.timestamps: list[int] = []
        self.reads: list[tuple[int, int]] = []
        offset = base
        for count, size, timestamp in shapes:
            made = build_batch([(None, bytes(size))] * count, timestamp, base_offset=offset, leader_epoch=0)
            self.starts.append((offset, len(self.data)))
            self.timestamps.append(timestamp)
            self.segment.add(offset, offset + count, len(made), timestamp, interval)
            self.data += made
            offset += count
        self.end = offset

    def read(self, base: int, position: int, size: int) -> bytes:
        assert base == self.segment.base_offset
        self.reads.append((position, size))
        return bytes(self.data[position : position + size])

    def true_position(self, offset: int) -> int:
        return max((position for base, position in self.starts if base <= offset), default=0)


SMALL = [(2, 10, 1000 + number) for number in range(40)]


@pytest.mark.parametrize("interval", [0, 1, 200, 1000, 1 << 20])
def test_every_offset_is_found(interval: int) -> None:
    made = Bytes(SMALL, interval=interval)
    for offset in range(100, made.end):
        assert made.segment.position_of(offset, made.read) == made.true_position(offset)
    assert made.segment.position_of(made.end, made.read) == len(made.data)


def test_an_entry_for_every_interval_of_bytes() -> None:
    made = Bytes(SMALL, interval=500)
    entries = len(made.data) / 500
    assert entries * 0.6 < len(made.segment.index) <= entries + 1


def test_an_offset_near_an_entry_needs_one_read() -> None:
    made = Bytes(SMALL, interval=0)
    for number, (offset, position) in enumerate(made.starts[1:], 1):
        assert made.segment.position_of(offset, made.read) == position
        assert len(made.reads) == number


def test_a_remembered_boundary_needs_no_read() -> None:
    made = Bytes(SMALL, interval=1 << 20)
    offset, position = made.starts[30]
    made.segment.remember(offset, position)
    assert made.segment.position_of(offset, made.read) == position
    assert made.reads == []


def test_only_so_many_boundaries_are_remembered() -> None:
    made = Bytes(SMALL)
    for number in range(1000):
        made.segment.remember(number, number)
    assert len(made.segment._boundaries) == REMEMBERED_BOUNDARIES
    assert 999 in made.segment._boundaries


def test_remembering_the_same_boundary_again_forgets_no_other() -> None:
    made = Bytes(SMALL)
    for number in range(REMEMBERED_BOUNDARIES):
        made.segment.remember(number, number)
    made.segment.remember(5, 5)
    assert 0 in made.segment._boundaries


def test_one_read_serves_a_stretch_of_small_batches() -> None:
    made = Bytes(SMALL[:20], interval=1 << 20)
    made.segment.position_of(made.end - 1, made.read)
    assert len(made.reads) == 1


def test_large_batches_are_passed_over_without_reading_them() -> None:
    made = Bytes([(1, 100_000, 0)] * 5, interval=1 << 20)
    made.segment.position_of(made.end - 1, made.read)
    assert sum(size for _, size in made.reads) <= 5 * 4096


# What fits


@pytest.mark.parametrize("interval", [0, 200, 1000, 1 << 20])
@pytest.mark.parametrize("at_least_one", [True, False])
def test_what_fits_is_whole_batches_and_nearly_as_many_as_possible(interval: int, at_least_one: bool) -> None:
    made = Bytes(SMALL, interval=interval)
    ends = [position for _, position in made.starts[1:]] + [len(made.data)]
    for number, (_, start) in enumerate(made.starts[::3]):
        for max_bytes in (0, 1, 90, 91, 250, 777, 2000, 1 << 20):
            stop = made.segment.fit(start, len(made.data), max_bytes, at_least_one, made.read)
            best = max((end for end in ends if start < end <= start + max_bytes), default=start)
            if best == start and at_least_one:
                best = ends[number * 3]
            assert stop in (start, *ends)
            assert best - max_bytes // 8 <= stop <= best
            if interval == 1 << 20:
                assert stop == best


def test_nothing_behind_the_end_is_taken() -> None:
    made = Bytes(SMALL, interval=1 << 20)
    end = made.starts[10][1]
    assert made.segment.fit(0, end, 1 << 20, True, made.read) == end
    assert made.segment.fit(made.starts[9][1], end, 10, True, made.read) == end
    assert made.segment.fit(end, end, 10, True, made.read) == end


def test_a_reader_that_goes_on_needs_no_walk_to_begin() -> None:
    made = Bytes(SMALL, interval=1 << 20)
    stop = made.segment.fit(0, len(made.data), 500, True, made.read)
    made.reads.clear()
    assert made.segment.position_of(read_header(made.data, stop).base_offset, made.read) == stop
    assert made.reads == []


# Time


def first_reaching(made: Bytes, timestamp: int) -> int | None:
    return next((made.starts[at][1] for at, own in enumerate(made.timestamps) if own >= timestamp), None)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.sampled_from([0, 150, 400, 1 << 20]))
def test_the_first_batch_that_reaches_a_time(timestamps: list[int], interval: int) -> None:
    made = Bytes([(1, 10, timestamp) for timestamp in timestamps], interval=interval)
    for wanted in range(-1, 33):
        found = next(made.segment.first_at(wanted, made.read), None)
        assert (found[0] if found else None) == first_reaching(made, wanted)
    assert made.segment.max_timestamp == max(timestamps)
    assert made.segment.max_timestamp_offset == made.starts[timestamps.index(max(timestamps))][0]


def test_times_far_from_any_entry_read_one_stretch_only() -> None:
    rising = Bytes([(1, 10, number) for number in range(1000)], interval=400)
    for wanted in random.Random(3).sample(range(1000), 50):
        rising.reads.clear()
        next(rising.segment.first_at(wanted, rising.read))
        assert len(rising.reads) == 1


def test_batches_without_a_timestamp() -> None:
    made = Bytes([(1, 10, -1), (1, 10, -1)])
    assert made.segment.max_timestamp == -1
    assert next(made.segment.first_at(0, made.read), None) is None


# Damage


def test_all_batches_with_their_bytes() -> None:
    made = Bytes([(3, 100_000, 5), *SMALL, (1, 600_000, 5), (1, 1, 1)])
    whole = b""
    for header, data in made.segment.batches(made.read):
        assert read_header(data) == header
        whole += bytes(data)
    assert whole == made.data


@pytest.mark.parametrize("position", [8, 9, 10, 11, 16])
def test_bytes_that_are_no_batch_stop_a_walk(position: int) -> None:
    made = Bytes(SMALL, interval=1 << 20)
    made.data[made.starts[3][1] + position] ^= 0x80
    with pytest.raises(CorruptRecord, match=f"position {made.starts[3][1]}" if position != 11 else None):
        list(made.segment.headers(0, made.read))


def test_a_file_shorter_than_it_was_stops_a_walk() -> None:
    made = Bytes(SMALL, interval=1 << 20)
    del made.data[-30:]
    with pytest.raises(CorruptRecord):
        list(made.segment.batches(made.read))
    del made.data[5:]
    with pytest.raises(CorruptRecord):
        list(made.segment.headers(0, made.read))


# What an earlier process wrote is checked when it is first read


class NoFiles:
    """Nothing beside the segment."""

    def names(self) -> list[str]:
        return []

    def get(self, name: str) -> bytes | None:
        return None

    def unfit(self, segment_base: int) -> None:
        pass


def stored(made: Bytes) -> Segment:
    """The same segment, as a later process finds it."""
    found = Segment.stored(made.segment.base_offset, made.segment.next_offset, made.segment.size, NoFiles(), 0)
    found.become(made.segment)
    found.own_from = found.size
    return found


def test_intact_batches_are_good_and_read_once() -> None:
    made = Bytes(SMALL)
    found = stored(made)
    middle = made.starts[20][1]
    assert found.verify(0, middle, made.read) == middle
    assert made.reads
    made.reads.clear()
    assert found.verify(0, middle, made.read) == middle
    assert found.verify(made.starts[3][1], middle, made.read) == middle
    assert made.reads == []
    assert found.verify(middle, found.size, made.read) == found.size
    made.reads.clear()
    assert found.verify(0, found.size, made.read) == found.size
    assert made.reads == []


def test_what_this_process_appends_needs_no_check() -> None:
    made = Bytes(SMALL)
    found = stored(made)
    end = found.size
    made.data += build_batch([(None, b"new")], 5, base_offset=found.next_offset, leader_epoch=0)
    found.add(found.next_offset, found.next_offset + 1, len(made.data) - end, 5, 200)
    assert found.verify(end, found.size, made.read) == found.size
    assert made.reads == []
    assert found.verify(made.starts[-1][1], found.size, made.read) == found.size


@pytest.mark.parametrize("place", range(0, 61 + 20, 3))
def test_the_damaged_batch_is_never_served(place: int) -> None:
    """Up to it everything is; behind it, from where a reader can begin, too."""
    made = Bytes(SMALL)
    start = made.starts[20][1]
    if place in range(8, 12) or place in range(12, 16):
        return  # see below
    made.data[start + place] ^= 0x40
    found = stored(made)
    assert found.verify(0, found.size, made.read) == start
    with pytest.raises(CorruptRecord):
        found.verify(start, found.size, made.read)
    behind = made.starts[21][1]
    assert found.verify(behind, found.size, made.read) == found.size


def test_a_wrong_length_stops_at_the_batch_that_has_it() -> None:
    made = Bytes(SMALL)
    start = made.starts[20][1]
    made.data[start + 11] ^= 1
    found = stored(made)
    assert found.verify(0, found.size, made.read) == start
    with pytest.raises(CorruptRecord):
        found.verify(start, found.size, made.read)


def test_a_higher_epoch_is_told_by_the_next_batch() -> None:
    made = Bytes(SMALL)
    start = made.starts[20][1]
    made.data[start + 12 : start + 16] = b"\0\0\0\5"
    found = stored(made)
    assert found.verify(0, found.size, made.read) == start


def test_a_batch_that_reaches_into_the_next_segment_is_damage() -> None:
    made = Bytes(SMALL)
    last = made.starts[-1][1]
    made.data[last + 7] ^= 0x40
    found = stored(made)
    assert found.verify(0, found.size, made.read) == last


def test_batches_are_read_in_pieces_of_the_size_that_is_asked_for() -> None:
    made = Bytes([(1, size, 1000) for size in (10, 700, 10, 10, 10, 10, 10, 10, 10, 10)])
    for piece in (100, 200, 10_000):
        made.reads.clear()
        batches = [(at, bytes(batch)) for at, _, batch in made.segment.batches_from(0, made.read, piece)]
        assert [at for at, _ in batches] == [position for _, position in made.starts]
        assert b"".join(batch for _, batch in batches) == made.data
        largest = max(len(batch) for _, batch in batches)
        assert all(size <= max(piece, largest) for _, size in made.reads)
    assert len(made.reads) == 1
