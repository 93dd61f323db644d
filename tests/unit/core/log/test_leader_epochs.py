"""Leader epochs, with Kafka's answers to OffsetForLeaderEpoch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.log.leader_epochs import LeaderEpochs


def epochs(*entries: tuple[int, int]) -> LeaderEpochs:
    made = LeaderEpochs()
    for epoch, start in entries:
        made.begin(epoch, start)
    return made


def test_no_epoch_yet() -> None:
    assert epochs().latest == -1
    assert epochs().epoch_of(0) == -1
    assert epochs().end_offset(0, 0) == (-1, -1)


def test_the_current_epoch_ends_at_the_log_end() -> None:
    assert epochs((0, 0), (2, 10)).end_offset(2, 25) == (2, 25)


def test_an_older_epoch_ends_where_the_next_begins() -> None:
    assert epochs((0, 0), (2, 10)).end_offset(0, 25) == (0, 10)


def test_a_skipped_epoch_is_answered_with_the_one_below() -> None:
    assert epochs((0, 0), (2, 10)).end_offset(1, 25) == (0, 10)


def test_an_epoch_above_all_known_is_unknown() -> None:
    assert epochs((0, 0), (2, 10)).end_offset(3, 25) == (-1, -1)


def test_no_epoch_asked_for_is_unknown() -> None:
    assert epochs((0, 0)).end_offset(-1, 25) == (-1, -1)


def test_an_epoch_below_all_known_ends_where_the_oldest_begins() -> None:
    assert epochs((5, 7), (6, 9)).end_offset(3, 25) == (3, 7)


def test_the_same_epoch_begins_once() -> None:
    assert epochs((1, 0), (1, 5)).entries() == [(1, 0)]


def test_an_epoch_without_records_is_forgotten() -> None:
    assert epochs((0, 0), (1, 10), (2, 10)).entries() == [(0, 0), (2, 10)]


def test_epoch_of_an_offset() -> None:
    known = epochs((0, 5), (3, 10))
    assert [known.epoch_of(offset) for offset in (4, 5, 9, 10, 99)] == [-1, 0, 0, 3, 3]


def test_moving_the_start_forgets_what_ended_before() -> None:
    known = epochs((0, 0), (1, 10), (2, 20))
    known.move_start(15)
    assert known.entries() == [(1, 15), (2, 20)]
    known.move_start(20)
    assert known.entries() == [(2, 20)]
    assert known.end_offset(0, 30) == (0, 20)


def test_moving_the_start_of_nothing() -> None:
    known = epochs()
    known.move_start(5)
    assert known.entries() == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10))
def test_entries_always_grow_in_both(steps: list[tuple[int, int]]) -> None:
    known = LeaderEpochs()
    offset = 0
    for rise, written in steps:
        known.begin(known.latest + rise if known.latest >= 0 else rise, offset)
        offset += written
    entries = known.entries()
    assert entries == sorted(entries)
    assert len({epoch for epoch, _ in entries}) == len({start for _, start in entries}) == len(entries)


def test_the_file_says_where_in_a_gap_an_epoch_began() -> None:
    made = LeaderEpochs()
    made.hear(epochs((0, 0), (2, 33), (5, 60)).checkpoint())
    made.restore(0, 25, 0)
    made.restore(2, 58, 32)
    made.restore(2, 60, 59)
    made.restore(5, 70, 61)
    assert made.entries() == [(0, 0), (2, 33), (5, 70)], "a batch of epoch 2 reaches to 61"


@pytest.mark.parametrize(
    "checkpoint", [b"", b"0\n", b"0\n1\n2\n", b"0\n1\n2 x\n", b"0\n1\n2 -33\n", b"\xff\xff\n\n2 3 4"]
)
def test_a_file_that_says_nothing_changes_nothing(checkpoint: bytes) -> None:
    made = LeaderEpochs()
    made.hear(checkpoint)
    made.restore(2, 58, 32)
    assert made.entries() == [(2, 58)]
