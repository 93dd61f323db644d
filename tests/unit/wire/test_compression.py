"""Codecs: what one side packs the other unpacks, Java's framings are read, and nothing grows without bound."""

from __future__ import annotations

import contextlib
import gzip
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from random import Random

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.wire.compression import Compression, compress, decompress
from kafkalite.wire.errors import ErrorCode, KafkaError

CODECS = [Compression.GZIP, Compression.SNAPPY, Compression.LZ4, Compression.ZSTD]
MEBIBYTE = 1024 * 1024
XERIAL_HEADER = b"\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01"


def refused(codec: int, data: bytes, limit: int = MEBIBYTE) -> KafkaError:
    with pytest.raises(KafkaError) as refusal:
        decompress(codec, data, limit)
    assert refusal.value.code == ErrorCode.INVALID_RECORD
    return refusal.value


@pytest.mark.parametrize("codec", [Compression.NONE, *CODECS])
@pytest.mark.parametrize("size", [0, 1, 100, 32 * 1024, 200_000])
def test_round_trip(codec: Compression, size: int) -> None:
    data = (os.urandom(100) * (size // 100 + 1))[:size]
    assert bytes(decompress(codec, compress(codec, data))) == data


@pytest.mark.parametrize("codec", CODECS)
def test_memoryviews_go_in(codec: Compression) -> None:
    packed = memoryview(bytes(compress(codec, memoryview(b"abc" * 1000))))
    assert bytes(decompress(codec, packed)) == b"abc" * 1000


@pytest.mark.parametrize(
    ("codec", "levels"),
    [(Compression.GZIP, (1, 9)), (Compression.LZ4, (9, 1, 12)), (Compression.ZSTD, (-131072, -5, 19))],
)
def test_levels_from_the_quickest_to_the_smallest(codec: Compression, levels: tuple[int, ...]) -> None:
    """As Kafka has it, lz4's default of 9 is its quickest, every other level the slow compressor's."""
    rng = Random(1)
    words = [bytes(rng.choices(b"abcdefghijkl", k=rng.randrange(3, 10))) for _ in range(500)]
    data = b" ".join(rng.choices(words, k=20_000))
    sizes = []
    for level in levels:
        packed = compress(codec, data, level)
        assert bytes(decompress(codec, packed)) == data
        sizes.append(len(packed))
    assert sizes == sorted(set(sizes), reverse=True)
    default = {Compression.GZIP: -1, Compression.LZ4: 9, Compression.ZSTD: 3}[codec]
    assert bytes(compress(codec, data)) == bytes(compress(codec, data, default))


@pytest.mark.parametrize(("codec", "levels"), [(Compression.LZ4, range(1, 18)), (Compression.ZSTD, (-131072, 22))])
def test_every_level_that_kafka_takes(codec: Compression, levels: Iterable[int]) -> None:
    for level in levels:
        assert bytes(decompress(codec, compress(codec, b"abc" * 1000, level))) == b"abc" * 1000


def test_data_that_compresses_far_is_found_in_a_few_steps() -> None:
    data = bytes(20 * MEBIBYTE)
    assert bytes(decompress(Compression.ZSTD, compress(Compression.ZSTD, data), 32 * MEBIBYTE)) == data


# Framings


def test_snappy_as_one_raw_block() -> None:
    raw = bytes(cramjam.snappy.compress_raw(b"snap" * 1000))
    assert bytes(decompress(Compression.SNAPPY, raw)) == b"snap" * 1000


def test_snappy_is_written_as_java_does() -> None:
    packed = bytes(compress(Compression.SNAPPY, bytes(70_000)))
    assert packed[:16] == XERIAL_HEADER
    first = int.from_bytes(packed[16:20], "big")
    assert cramjam.snappy.decompress_raw_len(packed[20 : 20 + first]) == 32 * 1024


def test_lz4_blocks_are_independent_as_java_demands() -> None:
    flags = bytes(compress(Compression.LZ4, b"x" * 200_000))[4]
    assert flags & 0x20


def test_gzip_of_others() -> None:
    assert decompress(Compression.GZIP, gzip.compress(b"text")) == b"text"


@pytest.mark.parametrize(
    "blocks", [b"\x00", b"\x00\x00\x00\x05abc", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xff"]
)
def test_bad_snappy_framing(blocks: bytes) -> None:
    refused(Compression.SNAPPY, XERIAL_HEADER + blocks)


# Bounds


@pytest.mark.parametrize("codec", CODECS)
def test_exactly_the_limit_fits_and_one_byte_more_does_not(codec: Compression) -> None:
    packed = bytes(compress(codec, bytes(100_000)))
    assert len(decompress(codec, packed, 100_000)) == 100_000
    assert "more than 99999 bytes" in str(refused(codec, packed, 99_999))


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_costs_no_more_than_the_limit(codec: Compression) -> None:
    bomb = bytes(compress(codec, bytes(64 * MEBIBYTE)))
    tracemalloc.start()
    refused(codec, bomb, MEBIBYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MEBIBYTE + len(bomb)


def test_a_declared_length_is_not_believed() -> None:
    refused(Compression.SNAPPY, b"\xff\xff\xff\xff\x0f" + b"x" * 10)
    blocks = (b"\x00\x00\x00\x05" + b"\xff\xff\x3f\x00x") * 100
    refused(Compression.SNAPPY, XERIAL_HEADER + blocks)


def test_an_enormous_zstd_window_is_not_allocated() -> None:
    header = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([31 - 10 << 3])  # a window of 2 GiB
    refused(Compression.ZSTD, header + b"\x01\x00\x00")


# Bad data


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_unknown_codecs(codec: int) -> None:
    assert refused(codec, b"data").message == f"Unknown compression type id: {codec}"


@pytest.mark.parametrize("codec", CODECS)
def test_no_data_and_garbage(codec: Compression) -> None:
    for data in (b"", b"garbage that is no frame of anything", bytes(1000), b"\xff" * 50):
        refused(codec, data)


@pytest.mark.parametrize("codec", CODECS)
def test_truncation_at_every_byte(codec: Compression) -> None:
    packed = bytes(compress(codec, os.urandom(60) * 3))
    for end in range(len(packed)):
        if codec == Compression.SNAPPY and end == len(XERIAL_HEADER):
            continue  # no blocks: no data, and nothing wrong with it
        refused(codec, packed[:end])


@pytest.mark.parametrize("codec", CODECS)
@given(data=st.data())
def test_flipped_bits_never_raise_anything_else(codec: Compression, data: st.DataObject) -> None:
    packed = bytearray(compress(codec, b"some text to pack, some text to pack" * 5))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(KafkaError):
        decompress(codec, bytes(packed), MEBIBYTE)


def test_nothing_is_imported_before_it_is_needed() -> None:
    program = "import sys, kafkalite.wire.compression; sys.exit('cramjam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
