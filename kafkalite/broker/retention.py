"""Housekeeping: what topics keep no longer is deleted, a slice at a time, so that no request waits long.

A round looks at every partition, every `log.retention.check.interval.ms`; between two slices others get their turn. In
a slice: an empty segment where nothing would be left (it names the log end offset), then all new log starts are stored,
then the segments in front of them go. A crash in between leaves segments that the next start removes, or the next
round.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Final

from kafkalite.broker.partitions import Partition
from kafkalite.broker.topics import Topics
from kafkalite.broker.waiting import Timers
from kafkalite.config import BrokerConfig
from kafkalite.storage.segment_store import StorageError

log = logging.getLogger(__name__)

FIRST_ROUND_SECONDS: Final = 30.0
"""The first round comes this long after the start at the latest (as with Kafka's tasks)."""

SLICE_PARTITIONS: Final = 200
SLICE_SEGMENTS: Final = 10
"""What one slice looks at and deletes at most: a few milliseconds of work, most of it the file system's."""

PAUSE_SECONDS: Final = 0.01
"""Between two slices."""


class Retention:
    """The one housekeeping timer of all logs."""

    def __init__(self, topics: Topics, config: BrokerConfig, timers: Timers) -> None:
        self._topics = topics
        self._timers = timers
        self._interval = config.int("log.retention.check.interval.ms") / 1000
        self._left: deque[Partition] = deque()

    def start(self) -> None:
        """Begin a round when it is time, for ever."""
        self._timers.after(min(self._interval, FIRST_ROUND_SECONDS), self._begin_round)

    def _begin_round(self) -> None:
        for topic in self._topics.by_id.values():
            if topic.log_config.deletes:
                self._left.extend(topic.partitions)
        self._run_slice()

    def _run_slice(self) -> None:
        looked = deleted = 0
        starts: dict[Partition, int] = {}
        while self._left and looked < SLICE_PARTITIONS and deleted < SLICE_SEGMENTS:
            partition = self._left.popleft()
            looked += 1
            segments = self._plan(partition, SLICE_SEGMENTS - deleted, starts)
            deleted += segments
            if deleted == SLICE_SEGMENTS and segments:
                self._left.appendleft(partition)  # it may have more
        self._carry_out(starts)
        if self._left:
            self._timers.after(PAUSE_SECONDS, self._run_slice)
        else:
            self._timers.after(self._interval, self._begin_round)

    def _plan(self, partition: Partition, limit: int, starts: dict[Partition, int]) -> int:
        """Put down where the partition's log shall start, if that changes; return how many segments that deletes."""
        found = partition.surplus(limit)
        if found is None:
            return 0
        if found.is_all:
            try:
                partition.begin_empty_segment()
            except StorageError as error:
                log.error("%r: nothing deleted, no segment to begin again with: %s", partition, error)
                return 0
        log.info("%r: %d segments are kept no longer, it starts at %d", partition, found.segments, found.start_offset)
        starts[partition] = found.start_offset
        return found.segments

    def _carry_out(self, starts: dict[Partition, int]) -> None:
        try:
            self._topics.move_starts(starts)
        except StorageError as error:
            log.error("retention: the new log starts cannot be stored, nothing deleted: %s", error)
            self._left.clear()  # the next round tries again
