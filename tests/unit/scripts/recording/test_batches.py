"""Record batches as plain values: nothing is lost when they are wanted whole, long values are only described else."""

from __future__ import annotations

import pytest

from kafkalite.wire.compression import Compression
from kafkalite.wire.record_batch import TRANSACTIONAL, Record, RecordHeader, build_batch, is_intact, read_header
from scripts.recording.batches import batches_from_plain, bytes_from_plain, plain_batches, plain_bytes

RECORDS = (
    Record(0, 1000, b"key", b"value", (RecordHeader("name", b"text"), RecordHeader("none", None))),
    Record(1, 1005, None, b"\x00\xff"),
)


def test_a_batch_is_shown() -> None:
    batch = build_batch(RECORDS, 0, codec=Compression.GZIP, attributes=TRANSACTIONAL, base_offset=7, producer_id=5)
    [shown] = plain_batches(memoryview(batch), whole=False)
    assert shown == {
        "base_offset": 7,
        "leader_epoch": -1,
        "codec": "gzip",
        "flags": ["transactional"],
        "last_offset_delta": 1,
        "base_timestamp": 1000,
        "max_timestamp": 1005,
        "producer_id": 5,
        "producer_epoch": -1,
        "base_sequence": -1,
        "records": [
            {
                "offset": 7,
                "timestamp": 1000,
                "key": "key",
                "value": "value",
                "headers": [["name", "text"], ["none", None]],
            },
            {"offset": 8, "timestamp": 1005, "key": None, "value": {"hex": "00ff"}, "headers": []},
        ],
    }


def test_long_bytes_are_described_unless_wanted_whole() -> None:
    long = b"x" * 1000
    described = plain_bytes(long, whole=False)
    assert described == {"bytes": 1000, "sha256": "44f8354494a5ba03"}
    assert plain_bytes(long, whole=True) == long.decode()
    with pytest.raises(ValueError, match="only a description of 1000 bytes"):
        bytes_from_plain(described)


@pytest.mark.parametrize("data", [b"", b"text\twith\nlines", b"\x00", b"\xff\xfe", "ünï".encode(), b"\x1b[0m"])
def test_bytes_come_back(data: bytes) -> None:
    assert bytes_from_plain(plain_bytes(data, whole=True)) == data


def test_whole_batches_come_back_and_what_is_cut_does_too() -> None:
    data = bytes(build_batch(RECORDS, 0, codec=Compression.LZ4) + build_batch(RECORDS, 0)[:-3])
    shown = plain_batches(memoryview(data), whole=True)
    assert "bytes of a batch of" in shown[1]["reason"]
    assert batches_from_plain(shown) == data


def test_a_batch_comes_back_with_another_producer() -> None:
    [shown] = plain_batches(memoryview(build_batch(RECORDS, 0, producer_id=5, producer_epoch=1)), whole=True)
    batch = batches_from_plain([shown | {"producer_id": 9}])
    header = read_header(batch)
    assert (header.producer_id, header.producer_epoch) == (9, 1)
    assert is_intact(batch, header)


@pytest.mark.parametrize("data", [b"rubbish", b"\x00" * 100, bytes(build_batch(RECORDS, 0))[:-8] + b"rubbish!"])
def test_what_is_no_batch_has_a_reason(data: bytes) -> None:
    [shown] = plain_batches(memoryview(data), whole=False)
    assert shown["hex"] == data.hex()
    assert shown["reason"]
