"""Record batches as plain values for JSON, and back.

    {"base_offset": 0, "leader_epoch": 0, "codec": "gzip", "flags": ["transactional"], "last_offset_delta": 1,
     "base_timestamp": 5, "max_timestamp": 7, "producer_id": 1, "producer_epoch": 0, "base_sequence": 0,
     "records": [{"offset": 0, "timestamp": 5, "key": null, "value": "text", "headers": [["name", "text"]]}]}

Bytes are text where they are UTF-8 that can be read, else {"hex": ...}; long ones are only described,
{"bytes": size, "sha256": its first digits}, unless they are wanted whole. A batch wanted whole also has `data`, its own
bytes in base64: another compressor would make others of the same records. What is no batch is {"hex", "reason"}.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from kafkalite.wire import record_batch
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import BatchHeader, CorruptRecord, Record

Plain = Any
"""What JSON can say."""

LONGEST_BYTES = 256
"""Longer bytes are described, unless they are wanted whole."""

FLAGS = {
    record_batch.LOG_APPEND_TIME: "log append time",
    record_batch.TRANSACTIONAL: "transactional",
    record_batch.CONTROL: "control",
    record_batch.DELETE_HORIZON: "delete horizon",
}


def plain_bytes(data: bytes, *, whole: bool) -> Plain:
    if len(data) > LONGEST_BYTES and not whole:
        return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()[:16]}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}
    return text if all(letter.isprintable() or letter in "\t\n" for letter in text) else {"hex": data.hex()}


def bytes_from_plain(value: Plain) -> bytes:
    """ValueError for bytes that are only described."""
    if isinstance(value, str):
        return value.encode()
    if "hex" not in value:
        raise ValueError(f"only a description of {value.get('bytes')} bytes was written")
    return bytes.fromhex(value["hex"])


def plain_batches(data: memoryview, *, whole: bool) -> list[Plain]:
    """Each batch of a records field. The last one of a Fetch answer may be cut."""
    return [plain_batch(batch, whole=whole) for batch in split(data)]


def split(data: memoryview) -> Iterator[memoryview]:
    """Batch after batch; what is left at the end, or has an impossible size, in one piece."""
    while data:
        size = len(data)
        if size >= record_batch.HEADER_SIZE:
            announced = record_batch.read_header(data).size
            size = announced if record_batch.HEADER_SIZE <= announced <= size else size
        yield data[:size]
        data = data[size:]


def plain_batch(batch: memoryview, *, whole: bool) -> Plain:
    try:
        header = record_batch.read_header(batch)
        if header.magic != record_batch.MAGIC:
            raise CorruptRecord(f"a batch of format {header.magic}")
        if header.size > len(batch):
            raise CorruptRecord(f"{len(batch)} bytes of a batch of {header.size}")
        records = [plain_record(record, whole=whole) for record in record_batch.iterate_records(batch, header)]
    except KafkaError as error:
        shown = plain_bytes(bytes(batch), whole=whole)
        return (shown if isinstance(shown, dict) else {"hex": bytes(batch).hex()}) | {"reason": str(error)}
    plain = facts(header) | {"records": records}
    return plain | {"data": base64.b64encode(batch).decode()} if whole else plain


def facts(header: BatchHeader) -> dict[str, Plain]:
    codec = header.codec
    return {
        "base_offset": header.base_offset,
        "leader_epoch": header.partition_leader_epoch,
        "codec": Compression(codec).name.lower() if codec in list(Compression) else codec,
        "flags": [name for bit, name in FLAGS.items() if header.attributes & bit],
        "last_offset_delta": header.last_offset_delta,
        "base_timestamp": header.base_timestamp,
        "max_timestamp": header.max_timestamp,
        "producer_id": header.producer_id,
        "producer_epoch": header.producer_epoch,
        "base_sequence": header.base_sequence,
    }


def plain_record(record: Record, *, whole: bool) -> Plain:
    return {
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else plain_bytes(record.key, whole=whole),
        "value": None if record.value is None else plain_bytes(record.value, whole=whole),
        "headers": [
            [name, None if value is None else plain_bytes(value, whole=whole)] for name, value in record.headers
        ],
    }


def batches_from_plain(batches: list[Plain]) -> bytes:
    """The bytes of batches that were written whole, their producers as the plain values say now."""
    return b"".join(batch_from_plain(batch) for batch in batches)


def batch_from_plain(batch: Plain) -> bytes:
    if "data" not in batch:
        return bytes_from_plain(batch)
    data = base64.b64decode(batch["data"])
    header = record_batch.read_header(data)
    producer = (batch["producer_id"], batch["producer_epoch"])
    if (header.producer_id, header.producer_epoch) == producer:
        return data
    records = data[record_batch.HEADER_SIZE :]
    return (
        record_batch.header_bytes(header._replace(producer_id=producer[0], producer_epoch=producer[1]), records)
        + records
    )
