"""Compression codecs of record batches: gzip, snappy, lz4, zstd.

Output is bounded everywhere: a few KiB of zstd can stand for gigabytes, so a caller says how much it is ready to hold
and gets KafkaError(INVALID_RECORD) for more, as for data that cannot be decompressed. Never writes more than that
bound.

cramjam serves snappy, lz4 and zstd (one wheel for every platform); it and zlib are imported at the first use, because a
broker that only passes batches through needs neither.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from struct import Struct
from typing import Final

from kafkalite.wire.errors import ErrorCode, KafkaError

Buffer = bytes | bytearray | memoryview

DEFAULT_DECOMPRESSED_LIMIT: Final = 128 * 1024 * 1024
"""Bytes one batch may decompress to: a hundred times Kafka's default message.max.bytes."""


class Compression(IntEnum):
    """The low three bits of a batch's attributes."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


CODEC_BY_NAME: Final = {
    "uncompressed": Compression.NONE,
    "gzip": Compression.GZIP,
    "snappy": Compression.SNAPPY,
    "lz4": Compression.LZ4,
    "zstd": Compression.ZSTD,
}
"""Values of `compression.type` that name a codec (`producer` keeps what the producer chose)."""


def decompress(codec: int, data: Buffer, limit: int = DEFAULT_DECOMPRESSED_LIMIT) -> Buffer:
    """Return what `data` was; KafkaError(INVALID_RECORD) for bad data, an unknown codec, more than `limit` bytes."""
    if codec == Compression.NONE:
        return data
    if codec == Compression.GZIP:
        return _gunzip(data, limit)
    if codec == Compression.SNAPPY:
        return _decompress_snappy(data, limit)
    if codec == Compression.LZ4 or codec == Compression.ZSTD:
        return _decompress_stepwise(codec, data, limit)
    raise KafkaError(ErrorCode.INVALID_RECORD, f"Unknown compression type id: {codec}")


def compress(codec: int, data: Buffer, level: int | None = None) -> Buffer:
    """Return `data` compressed as Java's clients read it.

    level: as Kafka counts it in `compression.*.level`; None is the codec's default (snappy has none).
    """
    if codec == Compression.NONE:
        return data
    if codec == Compression.GZIP:
        return _gzip(data, level)
    if codec == Compression.SNAPPY:
        return _compress_snappy(data)
    import cramjam

    if codec == Compression.ZSTD:
        return memoryview(cramjam.zstd.compress(data, level=level))
    assert codec == Compression.LZ4, codec
    # Kafka's Java reader refuses frames whose blocks depend on each other.
    compressor = cramjam.lz4.Compressor(level=_lz4_level(level), content_checksum=False, block_linked=False)
    compressor.compress(bytes(data))
    return memoryview(compressor.finish())


_LZ4_FAST = 0
_LZ4_HIGH = 3


def _lz4_level(level: int | None) -> int:
    """Return the library's level: Kafka's default, 9, is the fast compressor, every other one the high compressor."""
    return _LZ4_FAST if level in (None, 9) else max(level or 0, _LZ4_HIGH)


def _too_large(limit: int) -> KafkaError:
    return KafkaError(ErrorCode.INVALID_RECORD, f"Records decompress to more than {limit} bytes")


def _undecodable(codec: Compression) -> KafkaError:
    return KafkaError(ErrorCode.INVALID_RECORD, f"Records cannot be decompressed with {codec.name.lower()}")


_GZIP_FORMAT = 16 + 15  # zlib's way to say: gzip header and trailer, largest window


def _gunzip(data: Buffer, limit: int) -> bytes:
    import zlib

    stream = zlib.decompressobj(_GZIP_FORMAT)
    try:
        records = stream.decompress(data, limit + 1)  # one more than allowed tells "just fits" from "goes on"
    except zlib.error:
        raise _undecodable(Compression.GZIP) from None
    if len(records) > limit:
        raise _too_large(limit)
    if not stream.eof:
        raise _undecodable(Compression.GZIP)
    return records


def _gzip(data: Buffer, level: int | None) -> bytes:
    import zlib

    stream = zlib.compressobj(-1 if level is None else level, zlib.DEFLATED, _GZIP_FORMAT)
    return stream.compress(data) + stream.flush()


# Java's clients wrap snappy as org.xerial.snappy does, others send one raw block:
#
#   82 'S' 'N' 'A' 'P' 'P' 'Y' 00 | version i32 = 1 | oldest reader i32 = 1 | { length i32, raw snappy block } ...
_XERIAL_MAGIC = b"\x82SNAPPY\x00"
_XERIAL_HEADER = _XERIAL_MAGIC + b"\x00\x00\x00\x01\x00\x00\x00\x01"
_XERIAL_BLOCK_SIZE = 32 * 1024  # what the Java writer uses
_INT32 = Struct(">i")


def _decompress_snappy(data: Buffer, limit: int) -> Buffer:
    import cramjam

    view = memoryview(data)
    try:
        blocks = _xerial_blocks(view) if view[:8] == _XERIAL_MAGIC else [view]
        sizes = [cramjam.snappy.decompress_raw_len(block) for block in blocks]
        if sum(sizes) > limit:
            raise _too_large(limit)
        records = bytearray(sum(sizes))
        target = memoryview(records)
        for block, size in zip(blocks, sizes, strict=True):
            cramjam.snappy.decompress_raw_into(block, target[:size])
            target = target[size:]
    except cramjam.DecompressionError:
        raise _undecodable(Compression.SNAPPY) from None
    return records


def _xerial_blocks(view: memoryview) -> list[memoryview]:
    blocks = []
    position = len(_XERIAL_HEADER)
    if len(view) < position:
        raise _undecodable(Compression.SNAPPY)
    while position < len(view):
        if position + 4 > len(view):
            raise _undecodable(Compression.SNAPPY)
        (size,) = _INT32.unpack_from(view, position)
        position += 4
        if not 0 < size <= len(view) - position:
            raise _undecodable(Compression.SNAPPY)
        blocks.append(view[position : position + size])
        position += size
    return blocks


def _compress_snappy(data: Buffer) -> bytes:
    import cramjam

    view = memoryview(data)
    parts = [_XERIAL_HEADER]
    for start in range(0, len(view), _XERIAL_BLOCK_SIZE):
        block = bytes(cramjam.snappy.compress_raw(view[start : start + _XERIAL_BLOCK_SIZE]))
        parts += (_INT32.pack(len(block)), block)
    return b"".join(parts)


_FIRST_GUESS = 64 * 1024


def _decompress_stepwise(codec: int, data: Buffer, limit: int) -> Buffer:
    """Into a buffer that is large enough, or eight times larger, or eight times larger still, or `limit`.

    The frames need not say their size, and what they say need not be true. Trying again costs at most a seventh of the
    last try; the memory of an untouched bytearray is not real.
    """
    import cramjam

    into: Callable[[Buffer, bytearray], int]
    into = cramjam.lz4.decompress_into if codec == Compression.LZ4 else cramjam.zstd.decompress_into
    size = max(_FIRST_GUESS, 8 * len(data))
    while True:
        size = min(size, limit)
        records = bytearray(size)
        try:
            return memoryview(records)[: into(data, records)]
        except cramjam.DecompressionError as error:
            if size < limit:
                size *= 8
            elif "whole buffer" in str(error):
                raise _too_large(limit) from None
            else:
                raise _undecodable(Compression(codec)) from None
