"""The control batch that ends a transaction on a partition: one record, never seen by applications.

    key     version i16 | type i16           0 abort, 1 commit (ControlRecordTypeSchema)
    value   version i16 | coordinator epoch i32                (EndTxnMarker)

Its attributes are transactional and control, its base sequence is -1.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from kafkalite.core.log.producer_state import Marker
from kafkalite.wire.record_batch import (
    CONTROL,
    TRANSACTIONAL,
    BatchHeader,
    Buffer,
    CorruptRecord,
    build_batch,
    iterate_records,
)

_KEY: Final = Struct(">hh")
_VALUE: Final = Struct(">hi")
_VERSION: Final = 0
ABORT: Final = 0
COMMIT: Final = 1


def marker_batch(
    producer_id: int, producer_epoch: int, marker: Marker, now_ms: int, *, base_offset: int, leader_epoch: int
) -> bytearray:
    """Return the whole batch."""
    key = _KEY.pack(_VERSION, COMMIT if marker.committed else ABORT)
    value = _VALUE.pack(_VERSION, marker.coordinator_epoch)
    return build_batch(
        [(key, value)],
        now_ms,
        attributes=TRANSACTIONAL | CONTROL,
        base_offset=base_offset,
        leader_epoch=leader_epoch,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
    )


def marker_in(batch: Buffer, header: BatchHeader) -> Marker | None:
    """Return what a control batch says, None for other kinds of control records. Raises CorruptRecord."""
    for record in iterate_records(batch, header):
        key, value = record.key or b"", record.value or b""
        if len(key) < _KEY.size:
            raise CorruptRecord(f"A control record without a type at offset {record.offset}")
        kind = _KEY.unpack_from(key)[1]
        if kind not in (ABORT, COMMIT):
            return None
        if len(value) < _VALUE.size:
            raise CorruptRecord(f"A transaction marker without a coordinator epoch at offset {record.offset}")
        return Marker(kind == COMMIT, _VALUE.unpack_from(value)[1])
    return None  # compaction has emptied it
