"""Which part of a log compaction may take up, how urgent that is, and which segments become one.

    log start ── clean ── first dirty ── cleanable ── first uncleanable ── the rest

Clean is what the last compaction left (`cleaned_to`, the checkpoint). Never taken up: the active segment, what the last
stable offset or the store's promise of safety does not cover, and, counted from the oldest dirty segment, everything
from the first one that holds a record younger than min.compaction.lag.ms. A record's age is that of `Segment.dated_ms`:
a timestamp in the future counts as the time of the append.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kafkalite.core.log.log_config import FOREVER, LogConfig
from kafkalite.core.log.partition_log import MAX_RELATIVE_OFFSET, PartitionLog
from kafkalite.core.log.segment import Reader, Segment
from kafkalite.core.log.segment_index import TIME_ENTRY_BYTES
from kafkalite.core.log.segment_list import SegmentList
from kafkalite.wire.record_batch import HEADER_SIZE


class Dirt(NamedTuple):
    """What there is to compact in a log: offsets from `first_dirty` up to `first_uncleanable`, a segment's base."""

    first_dirty: int
    first_uncleanable: int
    clean_bytes: int
    cleanable_bytes: int
    is_overdue: bool
    """A dirty segment is older than max.compaction.lag.ms."""

    @property
    def ratio(self) -> float:
        """The share that is dirty: the higher, the sooner."""
        return self.cleanable_bytes / max(self.clean_bytes + self.cleanable_bytes, 1)

    def is_due(self, config: LogConfig) -> bool:
        """Whether it is worth the work, by min.cleanable.dirty.ratio and max.compaction.lag.ms."""
        return self.cleanable_bytes > 0 and (self.is_overdue or self.ratio > config.min_cleanable_ratio)


def dirt(log: PartitionLog, cleaned_to: int | None, synced_to: int, now_ms: int, read: Reader) -> Dirt:
    """Measure a log that has segments.

    cleaned_to: where the last compaction ended, None if there was none. One that lies outside of the log is of another
    time: then all of it is dirty. synced_to: everything in front of it survives a power cut, or need not.
    Raises DamagedSegment where a segment's timestamps count and cannot be had.
    """
    segments = log.segments
    config = log.config
    first_dirty = log.log_start_offset
    if cleaned_to is not None and first_dirty <= cleaned_to <= log.log_end_offset:
        first_dirty = cleaned_to
    begin = segments.place_of(first_dirty)
    end = min(segments.place_of(min(log.last_stable_offset, synced_to)), len(segments) - 1)
    if config.min_compaction_lag_ms > 0:
        end = _first_young(segments, begin, end, now_ms - config.min_compaction_lag_ms, read)
    is_overdue = config.max_compaction_lag_ms < FOREVER and any(
        0 < segments.known(segment, read).first_timestamp < now_ms - config.max_compaction_lag_ms
        for segment in segments[begin:end]
    )
    return Dirt(
        first_dirty,
        max(first_dirty, segments[end].base_offset),
        sum(segment.size for segment in segments if segment.base_offset < first_dirty),
        sum(segment.size for segment in segments[begin:end]),
        is_overdue,
    )


def _first_young(segments: SegmentList, begin: int, end: int, latest_ms: int, read: Reader) -> int:
    """Return the place of the first of segments[begin:end] with a record younger than `latest_ms`, else `end`."""
    for place in range(begin, end):
        if segments.known(segments[place], read).dated_ms > latest_ms:
            return place
    return end


def groups(segments: Sequence[Segment], config: LogConfig, end_offset: int) -> list[list[Segment]]:
    """Return the segments in groups of neighbours, each of which fits into one segment: by size, index and offsets.

    end_offset: where the last of them ends.
    """
    grouped: list[list[Segment]] = []
    size = index_size = 0
    for number, segment in enumerate(segments):
        following = segments[number + 1].base_offset if number + 1 < len(segments) else end_offset
        more = _largest_index(segment, config)
        if (
            grouped
            and size + segment.size <= config.segment_bytes
            and index_size + more <= config.index_bytes
            and (not segment.size or following - 1 - grouped[-1][0].base_offset <= MAX_RELATIVE_OFFSET)
        ):
            grouped[-1].append(segment)
            size += segment.size
            index_size += more
        else:
            grouped.append([segment])
            size, index_size = segment.size, more
    return grouped


def _largest_index(segment: Segment, config: LogConfig) -> int:
    """Return the most bytes that its index can take: reading it only to know that would cost more."""
    return TIME_ENTRY_BYTES * (segment.size // max(config.index_interval_bytes, HEADER_SIZE) + 1)
