"""The topics of this broker as they run: identity, configuration, and the partitions of each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from kafkalite.broker.clock import Clock
from kafkalite.broker.partition_store import Later
from kafkalite.broker.partitions import Partition
from kafkalite.broker.progress import Progress
from kafkalite.config import BrokerConfig, topic_values
from kafkalite.core.cluster.topic_names import INTERNAL_TOPICS
from kafkalite.core.log.log_config import LogConfig
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.segment_store import PartitionId, SegmentId, SegmentStore, StorageError, StoreFull

log = logging.getLogger(__name__)


Effective = tuple[dict[str, Any], LogConfig]
"""Every topic key's effective value, and what a log obeys of them."""


class Topic:
    """A topic of this broker: its identity, configuration and partitions."""

    __slots__ = ("configs", "internal", "log_config", "name", "partitions", "topic_id", "values")

    def __init__(self, name: str, topic_id: bytes, configs: Mapping[str, str], effective: Effective) -> None:
        self.name = name
        self.topic_id = topic_id
        self.internal = name in INTERNAL_TOPICS
        self.partitions: list[Partition] = []
        self.configure(configs, effective)

    def configure(self, configs: Mapping[str, str], effective: Effective) -> None:
        """Obey other overrides, and what is in effect with them, from now on."""
        self.configs = dict(configs)
        self.values, self.log_config = effective
        for partition in self.partitions:
            partition.configure(self.log_config)


class Topics:
    """Every topic of this broker, by name and by id. Changed only by the cluster as it applies metadata records."""

    def __init__(
        self,
        stores: LogDirectories,
        config: BrokerConfig,
        clock: Clock,
        *,
        later: Later = lambda seconds, action: action(),
        leader_epoch: int = 0,
    ) -> None:
        """later: how to put off what has time, such as freeing the space of deleted segments."""
        self.by_name: dict[str, Topic] = {}
        self.by_id: dict[bytes, Topic] = {}
        self.leader_epoch = leader_epoch
        self._stores = stores
        self._config = config
        self._clock = clock
        self._later = later
        self._progress = Progress(clock)
        self._checkpointed: dict[PartitionId, int] = {}
        self._latest: tuple[Mapping[str, Any], Mapping[str, str], Effective] | None = None
        """What the last topic inherits, what it overrides, and what comes of both."""
        stores.on_kept = self._on_kept
        stores.on_offline = self._on_offline

    @property
    def are_cordoned(self) -> bool:
        """Whether no log directory takes new partitions (cordoned.log.dirs)."""
        return self._stores.are_cordoned

    def create(
        self, name: str, topic_id: bytes, partition_count: int, configs: Mapping[str, str], *, is_new: bool = False
    ) -> Topic:
        """Start a topic: a new one, or one whose partitions the stores may already have."""
        assert name not in self.by_name, name
        topic = Topic(name, topic_id, configs, self._effective(configs))
        self.by_name[name] = topic
        self.by_id[topic_id] = topic
        self.add_partitions(topic, partition_count, is_new=is_new)
        return topic

    def add_partitions(self, topic: Topic, count: int, *, is_new: bool = False) -> None:
        """Start `count` more partitions behind the existing ones."""
        expiration_ms = self._config.int("producer.id.expiration.ms")
        for index in range(len(topic.partitions), len(topic.partitions) + count):
            try:
                store = self._stores.store_of(PartitionId(topic.name, topic.topic_id, index), is_new=is_new)
                problem = None
            except StorageError as error:
                store, problem = next(iter(self._stores)), error
            partition = Partition(topic, index, store, self._clock, self._later, expiration_ms)
            topic.partitions.append(partition)
            self._progress.begin(f"{topic.name}-{index}")
            if problem is None:
                partition.open(self.leader_epoch, self._progress.around)
            else:
                partition.go_offline(str(problem))

    def newest_epoch(self) -> int:
        """Return the highest leader epoch of any partition, -1 if there is none."""
        return max((one.leader_epoch for topic in self.by_id.values() for one in topic.partitions), default=-1)

    def producer_ids(self) -> Iterator[int]:
        """Yield the ids of all producers that any partition remembers."""
        for topic in self.by_id.values():
            for partition in topic.partitions:
                yield from partition.producer_ids()

    def lead(self, leader_epoch: int) -> None:
        """Lead all partitions in this epoch from where they end."""
        self.leader_epoch = leader_epoch
        for topic in self.by_id.values():
            for partition in topic.partitions:
                partition.lead(leader_epoch)

    def reconfigure(self, topic: Topic, configs: Mapping[str, str]) -> None:
        """Give a topic these overrides and what else the broker's configuration now says."""
        topic.configure(configs, self._effective(configs))
        expiration_ms = self._config.int("producer.id.expiration.ms")
        for partition in topic.partitions:
            partition.remember_producers(expiration_ms)

    def _effective(self, configs: Mapping[str, str]) -> Effective:
        """Return what is in effect with these overrides, one object for topics in a row that have the same."""
        defaults = self._config.topic_defaults
        if self._latest is None or self._latest[0] is not defaults or self._latest[1] != configs:
            values = topic_values(self._config, configs)
            self._latest = (defaults, dict(configs), (values, LogConfig(values)))
        return self._latest[2]

    def delete(self, topic: Topic) -> None:
        """Stop a topic and remove its data. Raises StorageError if data could not be removed; it is stopped anyway."""
        del self.by_name[topic.name], self.by_id[topic.topic_id]
        failure: StorageError | None = None
        for partition in topic.partitions:
            try:
                partition.delete()
                self._stores.delete_partition(partition.id)
            except StorageError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def move_starts(self, starts: Mapping[Partition, int]) -> None:
        """Move logs' starts up: what is acknowledged is stored. Raises StorageError, and then none has moved, but where
        a disk is full: there whole segments go first, to make room for the note of what else is gone."""
        moves = {one: offset for one, offset in starts.items() if offset > one.log_start_offset}
        if moves:
            try:
                self._keep_starts(moves)
            except StoreFull:
                for partition, offset in moves.items():
                    partition.drop_segments(offset)
                self._keep_starts(moves)
            for partition, offset in moves.items():
                partition.move_start(offset)

    def _keep_starts(self, moves: Mapping[Partition, int]) -> None:
        self._stores.keep_starts({partition.id: offset for partition, offset in moves.items()})

    def checkpoint(self) -> None:
        """Store how far logs are synced, so that an unclean start reads only what is behind that."""
        points = {
            partition.id: partition.recovery_point
            for topic in self.by_id.values()
            for partition in topic.partitions
            if partition.recovery_point and not partition.offline
        }
        changed = {one: point for one, point in points.items() if self._checkpointed.get(one) != point}
        if changed:
            try:
                self._stores.keep_recovery_points(changed)
            except StorageError as error:
                log.error("recovery points cannot be stored, the next unclean start will read more: %s", error)
                return
        self._checkpointed = points

    def close(self, *, clean: bool = True) -> None:
        """Close the stores; cleanly only those without an offline partition, for a clean mark makes damage trusted.

        Raises StorageError if one could not be closed as cleanly as that.
        """
        partitions = [partition for topic in self.by_id.values() for partition in topic.partitions]
        if clean:
            for partition in partitions:
                partition.close()
        self._stores.close(clean=clean, distrusted={partition.store for partition in partitions if partition.offline})

    def expire_producers(self) -> int:
        """Forget idempotent producers that have been silent for too long; return how many. For housekeeping."""
        now_ms = self._clock.wall_ms()
        return sum(
            partition.expire_producers(now_ms) for topic in self.by_id.values() for partition in topic.partitions
        )

    def _on_kept(self, segment: SegmentId, size: int) -> None:
        topic = self.by_id.get(segment.partition.topic_id)
        if topic is not None and segment.partition.index < len(topic.partitions):
            topic.partitions[segment.partition.index].on_kept(segment.base_offset, size)

    def _on_offline(self, store: SegmentStore, error: StorageError) -> None:
        for topic in self.by_id.values():
            for partition in topic.partitions:
                if partition.store is store:
                    partition.go_offline(str(error))
