"""A segment's summary: it comes back as it was written, or not at all."""

from __future__ import annotations

from kafkalite.core.log.segment_summary import SegmentSummary, decode, encode
from kafkalite.wire.crc32c import crc32c

SUMMARY = SegmentSummary(
    1000, 4711, -1, 1_700_000_009_999, 4690, 1_700_000_010_000, {".index": 7, ".txnindex": 1 << 31}
)


def test_it_comes_back() -> None:
    assert decode(encode(SUMMARY)) == SUMMARY


def test_people_can_read_it() -> None:
    assert encode(SUMMARY).decode().splitlines()[:7] == [
        "size=1000",
        "next_offset=4711",
        "first_timestamp=-1",
        "max_timestamp=1700000009999",
        "max_timestamp_offset=4690",
        "appended_ms=1700000010000",
        ".index=00000007",
    ]


def test_every_flipped_bit_and_every_cut_is_noticed() -> None:
    content = encode(SUMMARY)
    for position in range(len(content)):
        assert decode(content[:position]) is None
        for bit in range(8):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            assert decode(bytes(changed)) is None, (position, bit)


def test_a_newer_version_is_not_misread() -> None:
    body = b"size=1000\nsomething=else\n"
    assert decode(body + b"crc32c=%08x\n" % crc32c(body)) is None
    body = b"size=1000=5\n"
    assert decode(body + b"crc32c=%08x\n" % crc32c(body)) is None
