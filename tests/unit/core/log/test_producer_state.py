"""Idempotent producers: rules 1 to 6 of the sequence check, each by name."""

from __future__ import annotations

import pytest

from kafkalite.core.log.producer_snapshot import StoredBatch
from kafkalite.core.log.producer_state import REMEMBERED_BATCHES, ProducerState
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import BatchHeader, read_header
from tests.unit.core.log.batches import NOW, batch

LARGEST = 2**31 - 1


class Producers:
    """A producer state and the offsets a log would give."""

    def __init__(self, expiration_ms: int = 1000) -> None:
        self.state = ProducerState(expiration_ms)
        self.offset = 0

    def header(self, sequence: int, *, count: int = 1, epoch: int = 0, producer_id: int = 7) -> BatchHeader:
        return read_header(batch(count, producer=(producer_id, epoch, sequence)))

    def send(
        self, sequence: int, *, count: int = 1, epoch: int = 0, producer_id: int = 7, now_ms: int = NOW
    ) -> StoredBatch | None:
        header = self.header(sequence, count=count, epoch=epoch, producer_id=producer_id)
        stored = self.state.check(header, now_ms)
        if stored is None:
            self.state.record(header, self.offset, now_ms)
            self.offset += count
        return stored

    def refused(self, sequence: int, *, count: int = 1, epoch: int = 0) -> ErrorCode:
        with pytest.raises(KafkaError) as raised:
            self.send(sequence, count=count, epoch=epoch)
        return raised.value.code


# Rule 1: a repeated batch


def test_a_repeated_batch_is_found_with_its_first_offset() -> None:
    producers = Producers()
    producers.send(0, count=3)
    producers.send(3, count=2)
    assert producers.send(0, count=3) == StoredBatch(0, 2, 0, NOW)
    assert producers.send(3, count=2) == StoredBatch(3, 4, 3, NOW)


def test_each_of_the_last_five_is_found_and_the_sixth_is_out_of_order() -> None:
    producers = Producers()
    for sequence in range(6):
        producers.send(sequence)
    for sequence in range(1, 6):
        repeated = producers.send(sequence)
        assert repeated is not None
        assert repeated.base_offset == sequence
    assert producers.refused(0) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert REMEMBERED_BATCHES == 5


def test_other_sequences_that_overlap_are_no_repetition() -> None:
    producers = Producers()
    producers.send(0, count=3)
    for sequence, count in ((0, 2), (0, 4), (1, 2), (2, 1)):
        assert producers.refused(sequence, count=count) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


# Rule 2: an older epoch


def test_an_older_epoch_is_refused() -> None:
    producers = Producers()
    producers.send(0, epoch=3)
    assert producers.refused(1, epoch=2) == ErrorCode.INVALID_PRODUCER_EPOCH
    assert producers.refused(0, epoch=-1) == ErrorCode.INVALID_PRODUCER_EPOCH


# Rule 3: a newer epoch


def test_a_newer_epoch_begins_at_zero() -> None:
    producers = Producers()
    producers.send(0)
    assert producers.refused(1, epoch=1) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producers.send(0, epoch=1) is None


def test_a_newer_epoch_forgets_the_batches_of_the_old_one() -> None:
    producers = Producers()
    producers.send(0)
    producers.send(0, epoch=1)
    assert producers.send(0, epoch=1) == StoredBatch(0, 0, 1, NOW)
    assert producers.refused(0) == ErrorCode.INVALID_PRODUCER_EPOCH


def test_a_producer_without_an_epoch_may_take_any() -> None:
    producers = Producers()
    producers.send(40, epoch=-1)
    assert producers.send(17, epoch=0) is None


# Rule 4: the next sequence


def test_the_next_sequence_follows_the_last() -> None:
    producers = Producers()
    producers.send(0, count=10)
    assert producers.refused(11) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producers.refused(9) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producers.send(10) is None


def test_after_the_largest_sequence_comes_zero() -> None:
    producers = Producers()
    producers.send(LARGEST)
    assert producers.send(0) is None
    assert producers.send(LARGEST) == StoredBatch(LARGEST, LARGEST, 0, NOW)


def test_a_batch_may_run_over_the_largest_sequence() -> None:
    producers = Producers()
    producers.send(LARGEST - 1, count=4)
    assert producers.send(LARGEST - 1, count=4) == StoredBatch(LARGEST - 1, 1, 0, NOW)
    assert producers.refused(3) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producers.send(2) is None


# Rule 5: a producer nobody knows


@pytest.mark.parametrize(("sequence", "epoch"), [(0, 0), (17, 0), (5, 9), (3, -1)])
def test_an_unknown_producer_may_begin_anywhere(sequence: int, epoch: int) -> None:
    producers = Producers()
    assert producers.send(sequence, epoch=epoch) is None
    assert producers.send(sequence + 1, epoch=epoch) is None


def test_producers_do_not_disturb_each_other() -> None:
    producers = Producers()
    producers.send(0, producer_id=1)
    producers.send(0, producer_id=2)
    assert producers.send(1, producer_id=1) is None
    assert producers.send(1, producer_id=2) is None
    assert len(producers.state) == 2


def test_a_producer_silent_for_too_long_is_unknown() -> None:
    producers = Producers(expiration_ms=1000)
    producers.send(0)
    with pytest.raises(KafkaError):
        producers.send(5, now_ms=NOW + 999)
    assert producers.send(5, now_ms=NOW + 1000) is None
    assert producers.send(0, now_ms=NOW + 1000, producer_id=8) is None


def test_an_expired_producer_keeps_nothing_of_its_past() -> None:
    producers = Producers(expiration_ms=1000)
    producers.send(0, epoch=5)
    producers.send(3, epoch=2, now_ms=NOW + 5000)
    entry = producers.state.get(7)
    assert entry is not None
    assert (entry.epoch, [stored.first_sequence for stored in entry.batches]) == (2, [3])


def test_every_batch_renews_the_producer() -> None:
    producers = Producers(expiration_ms=1000)
    for step in range(5):
        producers.send(step, now_ms=NOW + step * 900)
    with pytest.raises(KafkaError):
        producers.send(9, now_ms=NOW + 4 * 900 + 999)


def test_expire_forgets_the_silent_ones_only() -> None:
    producers = Producers(expiration_ms=1000)
    producers.send(0, producer_id=1)
    producers.send(0, producer_id=2, now_ms=NOW + 500)
    assert producers.state.expire(NOW + 1000) == 1
    assert producers.state.get(1) is None
    assert producers.state.get(2) is not None


# Checking is not recording


def test_checking_changes_nothing() -> None:
    producers = Producers()
    producers.send(0)
    for _ in range(3):
        assert producers.state.check(producers.header(1), NOW) is None
    assert producers.refused(2) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producers.send(1) is None
