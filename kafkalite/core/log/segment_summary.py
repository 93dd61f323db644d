"""What a closed segment holds, in a small file of ours that makes it trusted at the next start.

    size=1048570                    of the .log file
    next_offset=4711
    first_timestamp=1700000000000   -1: none
    max_timestamp=1700000009999
    max_timestamp_offset=4690       last offset of the batch that has it
    appended_ms=1700000010000       when the last batch came
    .index=1a2b3c4d                 CRC-32C of each file beside it; a file that is not named is not there
    .timeindex=...
    crc32c=...                      of all lines above

Kafka's index files carry no checksum, so a flipped bit there could hide records; with this one it is found when the
segment is first used, and the segment is read again. The same if another program has changed the segment or its
indexes: sizes and checksums do not fit any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from kafkalite.wire.crc32c import crc32c

_LAST: Final = "crc32c="


class SegmentSummary(NamedTuple):
    """A summary's content."""

    size: int
    next_offset: int
    first_timestamp: int
    max_timestamp: int
    max_timestamp_offset: int
    appended_ms: int
    checksums: Mapping[str, int]
    """By suffix."""


def encode(summary: SegmentSummary) -> bytes:
    """Return the file's content."""
    lines = [f"{name}={value}" for name, value in zip(_NUMBERS, summary[:-1], strict=True)]
    lines += [f"{suffix}={checksum:08x}" for suffix, checksum in summary.checksums.items()]
    body = "".join(f"{line}\n" for line in lines).encode()
    return body + f"{_LAST}{crc32c(body):08x}\n".encode()


def decode(content: bytes) -> SegmentSummary | None:
    """Return what the file says, None if it is not as it was written."""
    body, last, checksum = content.rpartition(_LAST.encode())
    if not last or checksum != b"%08x\n" % crc32c(body):
        return None
    try:
        fields = dict(line.split("=") for line in body.decode().splitlines())
        numbers = {name: int(fields.pop(name)) for name in _NUMBERS}
        return SegmentSummary(**numbers, checksums={suffix: int(text, 16) for suffix, text in fields.items()})
    except (KeyError, ValueError):  # a newer version's
        return None


_NUMBERS: Final = SegmentSummary._fields[:-1]
