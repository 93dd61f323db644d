"""What a log keeps no longer, by `retention.bytes` and `retention.ms`: whole segments, the oldest first.

As in Kafka, first by size, then by age; a segment stays while the high watermark is not past its end, and the last one
goes only with all others. Size: a segment goes if what is left without it is not smaller than `retention.bytes`. Age
counts from a segment's largest timestamp. Kafka waits until a timestamp in the future has passed; here
it counts as the time of the segment's last append.
"""

from __future__ import annotations

from typing import NamedTuple

from kafkalite.core.log.log_config import LogConfig
from kafkalite.core.log.partition_log import PartitionLog
from kafkalite.core.log.segment import Reader, Segment


class Surplus(NamedTuple):
    """The first `segments` of a log may go; then it starts at `start_offset`."""

    segments: int
    start_offset: int
    is_all: bool
    """Nothing is left: an empty segment must name the log end offset first."""


def surplus(log: PartitionLog, now_ms: int, limit: int, read: Reader) -> Surplus | None:
    """Return what goes, at most `limit` segments (call again for the rest), None if nothing does."""
    if not log.config.deletes:
        return None
    segments = log.segments
    excess = log.size - log.config.retention_bytes if log.config.retention_bytes >= 0 else -1
    count = 0
    for number, segment in enumerate(segments[:limit]):
        is_last = number + 1 == len(segments)
        end_offset = log.log_end_offset if is_last else segments[number + 1].base_offset
        if not segment.size or end_offset > log.high_watermark:
            break
        excess -= segment.size
        if excess < 0 and not _is_too_old(segments.known(segment, read), log.config, now_ms):
            break
        count = number + 1
    if not count:
        return None
    is_all = count == len(segments)
    return Surplus(count, log.log_end_offset if is_all else segments[count].base_offset, is_all)


def _is_too_old(segment: Segment, config: LogConfig, now_ms: int) -> bool:
    return config.retention_ms >= 0 and now_ms - segment.dated_ms > config.retention_ms
