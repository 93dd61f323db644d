"""Transactions along a log: which batches were aborted, which markers are alone."""

from __future__ import annotations

from struct import pack

import pytest

from kafkalite.core.log.cleaned_transactions import CleanedTransactions
from kafkalite.wire.record_batch import CONTROL, TRANSACTIONAL, BatchHeader, CorruptRecord, build_batch, read_header
from tests.unit.core.log.compacting import aborted

ABORT = pack(">hh", 0, 0)
COMMIT = pack(">hh", 0, 1)


def batch(offset: int, producer_id: int, attributes: int, key: bytes = b"k") -> tuple[BatchHeader, bytearray]:
    made = build_batch(
        [(key, pack(">hi", 0, 7))], 0, attributes=attributes, base_offset=offset, producer_id=producer_id
    )
    return read_header(made), made


class Passing:
    """Transactions that are told of one batch after the other."""

    def __init__(self, *known: tuple[int, int, int]) -> None:
        """known: (producer id, first offset, marker's offset) of aborted transactions."""
        self.transactions = CleanedTransactions([aborted(*one) for one in known])

    def data(self, offset: int, producer_id: int) -> bool:
        return self.transactions.is_aborted(batch(offset, producer_id, TRANSACTIONAL)[0])

    def marker(self, offset: int, producer_id: int, key: bytes) -> bool:
        return self.transactions.is_last_of_its(*batch(offset, producer_id, TRANSACTIONAL | CONTROL, key))

    def kept(self) -> list[int]:
        return [one.first_offset for one in self.transactions.take_kept()]


def test_batches_between_the_first_offset_and_the_marker_are_aborted() -> None:
    passing = Passing((1, 5, 9), (1, 12, 14), (2, 3, 8))
    assert [passing.data(0, 1), passing.data(4, 1), passing.data(4, 2)] == [False, False, True]
    assert [passing.data(5, 1), passing.data(6, 3), passing.data(7, 2)] == [True, False, True]
    assert not passing.marker(8, 2, ABORT)
    assert not passing.marker(9, 1, ABORT)
    assert [passing.data(10, 1), passing.data(11, 2), passing.data(13, 1)] == [False, False, True]
    assert not passing.marker(14, 1, ABORT)
    assert passing.kept() == [3, 5, 12]
    assert passing.kept() == []


def test_a_producer_without_a_transaction_is_never_aborted() -> None:
    transactions = CleanedTransactions([aborted(1, 0, 9)])
    assert not transactions.is_aborted(batch(3, 1, 0)[0])
    assert transactions.is_aborted(batch(4, 1, TRANSACTIONAL)[0])


def test_markers_without_batches_are_alone() -> None:
    passing = Passing((1, 5, 9))
    assert passing.marker(3, 2, COMMIT)
    assert passing.marker(9, 1, ABORT)
    assert passing.marker(10, 1, ABORT), "its transaction is not even known any more"
    assert passing.kept() == []


def test_a_marker_behind_batches_of_its_transaction_is_not_alone() -> None:
    passing = Passing()
    assert not passing.data(3, 2)
    assert not passing.marker(4, 2, COMMIT)
    assert passing.marker(5, 2, COMMIT), "a further one is"


def test_a_transaction_that_began_in_front_is_under_way() -> None:
    passing = Passing((1, 5, 90))
    assert passing.data(50, 1)
    assert not passing.marker(90, 1, ABORT)


def test_a_transaction_that_ended_in_front_is_over() -> None:
    passing = Passing((1, 0, 1), (1, 20, 30))
    assert [passing.data(3, 1), passing.data(25, 1)] == [False, True]


def test_a_control_batch_without_a_record_is_alone_and_one_of_another_kind_never() -> None:
    transactions = CleanedTransactions([])
    header = batch(1, 1, TRANSACTIONAL | CONTROL)[0]._replace(records_count=0)
    assert transactions.is_last_of_its(header._replace(batch_length=49), bytes(61))
    assert not Passing().marker(2, 1, pack(">hh", 0, 2))


def test_a_control_record_without_a_type_is_damage() -> None:
    with pytest.raises(CorruptRecord):
        Passing().marker(2, 1, b"\x00\x00\x00")
