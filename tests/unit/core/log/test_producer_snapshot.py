"""Producer snapshots: Kafka's bytes, ours behind them, and no damage unnoticed."""

from __future__ import annotations

from kafkalite.core.log.producer_snapshot import ProducerRow, Snapshot, StoredBatch, decode, encode

KAFKAS = bytes.fromhex(
    "0001 0f4a1a3c 00000001 0000000000000002 0000 00000001 0000000000000004 00000000 0000018bcfe56803 ffffffff"
    "0000000000000000"
)
BATCHES = [StoredBatch(number * 3, number * 3 + 2, 100 + number * 3, 1_700_000_000_000 + number) for number in range(5)]
ROWS = [
    ProducerRow(2, 0, [StoredBatch(1, 1, 4, 1_700_000_000_003)], 1_700_000_000_003, -1, 0, 1_700_000_000_500),
    ProducerRow(9, 7, BATCHES, 1_700_000_000_004, 3, -1, 1_700_000_000_500),
    ProducerRow(11, 1, [], 1_700_000_000_004, 0, -1, 1_700_000_000_500),
]
SNAPSHOT = Snapshot(ROWS, [(0, 0), (4, 77)])


def test_everything_comes_back() -> None:
    assert decode(encode(SNAPSHOT)) == SNAPSHOT
    assert decode(encode(Snapshot([], []))) == Snapshot([], [])


def test_kafka_sees_its_own_entries() -> None:
    """Version, checksum, count, then 46 bytes each, as in a directory of a real Kafka."""
    content = encode(Snapshot(ROWS[:1], []))
    assert content[6 : 10 + 46].hex() == KAFKAS[6:].hex()
    assert content[:2].hex() == "0001"


def test_only_the_last_batch_is_in_kafkas_part() -> None:
    entry = encode(Snapshot(ROWS[1:2], []))[10:56]
    assert entry.hex(" ", 2) == (
        "0000 0000 0000 0009 0007 0000 000e 0000 0000 0000 0072 0000 0002 0000 018b cfe5 6804 0000 0003 "
        "ffff ffff ffff ffff"
    )


def test_what_kafka_wrote() -> None:
    from kafkalite.wire.crc32c import crc32c

    content = KAFKAS[:2] + crc32c(KAFKAS[6:]).to_bytes(4, "big") + KAFKAS[6:]
    snapshot = decode(content)
    assert snapshot is not None
    assert snapshot.epochs is None
    assert list(snapshot.producers) == [ROWS[0]._replace(last_seen_ms=None)]


def test_an_empty_one_of_kafka() -> None:
    assert decode(bytes.fromhex("0001 48674bc7 00000000")) == Snapshot([], None)


def test_sequences_wrap() -> None:
    batch = StoredBatch((1 << 31) - 2, 1, 50, 5)
    content = encode(Snapshot([ProducerRow(1, 0, [batch], 5, -1, -1, 6)], []))
    snapshot = decode(content[:10] + content[10:])
    assert snapshot is not None
    assert next(iter(snapshot.producers)).batches == [batch]
    assert int.from_bytes(content[10 + 14 : 10 + 22], "big") == 53  # last offset
    assert int.from_bytes(content[10 + 22 : 10 + 26], "big") == 3  # offset delta


def test_every_flipped_bit_and_every_cut_is_noticed() -> None:
    content = encode(SNAPSHOT)
    for position in range(len(content)):
        assert decode(content[:position]) is None
        for bit in range(8):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            assert decode(bytes(changed)) is None, (position, bit)


def test_a_batch_knows_its_last_offset_though_its_sequence_wraps_around() -> None:
    assert StoredBatch(5, 7, 100, 0).last_offset == 102
    assert StoredBatch((1 << 31) - 2, 1, 100, 0).last_offset == 103
