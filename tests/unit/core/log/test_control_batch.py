"""Markers: written as Kafka writes them, and read back."""

from __future__ import annotations

import pytest

from kafkalite.core.log.control_batch import marker_batch, marker_in
from kafkalite.core.log.producer_state import Marker
from kafkalite.wire.record_batch import CONTROL, TRANSACTIONAL, CorruptRecord, build_batch, iterate_records, read_header


@pytest.mark.parametrize("committed", [True, False])
def test_a_marker_comes_back(committed: bool) -> None:
    marker = Marker(committed, 5)
    batch = marker_batch(7, 3, marker, 1000, base_offset=44, leader_epoch=2)
    header = read_header(batch)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (7, 3, -1)
    assert (header.base_offset, header.partition_leader_epoch, header.max_timestamp) == (44, 2, 1000)
    assert header.is_control
    assert header.is_transactional
    assert marker_in(batch, header) == marker
    [record] = iterate_records(batch)
    assert (record.key, record.value) == (bytes([0, 0, 0, committed]), bytes([0, 0, 0, 0, 0, 5]))


def control(*records: tuple[bytes | None, bytes | None]) -> bytearray:
    return build_batch(records, 0, attributes=CONTROL | TRANSACTIONAL, producer_id=1, producer_epoch=0)


def test_other_control_records_are_no_markers() -> None:
    batch = control((bytes([0, 0, 0, 2]), b""))
    assert marker_in(batch, read_header(batch)) is None


@pytest.mark.parametrize("record", [(None, b""), (b"\0\0", b""), (b"\0\0\0\1", b"\0\0"), (b"\0\0\0\0", None)])
def test_records_that_are_none_are_refused(record: tuple[bytes | None, bytes | None]) -> None:
    batch = control(record)
    with pytest.raises(CorruptRecord):
        marker_in(batch, read_header(batch))
