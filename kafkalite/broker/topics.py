"""The topics of this broker as they run: identity, configuration, and the partitions of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kafkalite.broker.clock import Clock
from kafkalite.broker.partition_store import Later
from kafkalite.broker.partitions import Partition
from kafkalite.config import BrokerConfig, topic_values
from kafkalite.core.log.log_config import LogConfig
from kafkalite.storage.segment_store import SegmentId, SegmentStore, StorageError

INTERNAL_TOPICS: Final = frozenset({"__consumer_offsets", "__transaction_state", "__share_group_state"})
"""Topics that only the broker writes."""


class Topic:
    """A topic of this broker: its identity, configuration and partitions."""

    __slots__ = ("configs", "internal", "log_config", "name", "partitions", "topic_id", "values")

    def __init__(self, name: str, topic_id: bytes, configs: Mapping[str, str], values: dict[str, Any]) -> None:
        self.name = name
        self.topic_id = topic_id
        self.internal = name in INTERNAL_TOPICS
        self.partitions: list[Partition] = []
        self.configure(configs, values)

    def configure(self, configs: Mapping[str, str], values: dict[str, Any]) -> None:
        """Obey other overrides from now on."""
        self.configs = dict(configs)
        self.values = values
        self.log_config = LogConfig(values)
        for partition in self.partitions:
            partition.configure(self.log_config)


class Topics:
    """Every topic of this broker, by name and by id. Changed only by the cluster as it applies metadata records."""

    def __init__(
        self,
        store: SegmentStore,
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
        self._store = store
        self._config = config
        self._clock = clock
        self._later = later
        store.on_kept = self._on_kept

    def create(self, name: str, topic_id: bytes, partition_count: int, configs: Mapping[str, str]) -> Topic:
        """Start a topic: a new one, or one whose partitions the store already has."""
        assert name not in self.by_name, name
        topic = Topic(name, topic_id, configs, topic_values(self._config, configs))
        self.by_name[name] = topic
        self.by_id[topic_id] = topic
        self.add_partitions(topic, partition_count)
        return topic

    def add_partitions(self, topic: Topic, count: int) -> None:
        """Start `count` more partitions behind the existing ones."""
        expiration_ms = self._config.int("producer.id.expiration.ms")
        for index in range(len(topic.partitions), len(topic.partitions) + count):
            partition = Partition(topic, index, self._store, self._clock, self._later, expiration_ms)
            partition.open(self.leader_epoch)
            topic.partitions.append(partition)

    def reconfigure(self, topic: Topic, configs: Mapping[str, str]) -> None:
        """Give a topic these overrides and what else the broker's configuration now says."""
        topic.configure(configs, topic_values(self._config, configs))
        expiration_ms = self._config.int("producer.id.expiration.ms")
        for partition in topic.partitions:
            partition.remember_producers(expiration_ms)

    def delete(self, topic: Topic) -> None:
        """Stop a topic and remove its data. Raises StorageError if data could not be removed; it is stopped anyway."""
        del self.by_name[topic.name], self.by_id[topic.topic_id]
        failure: StorageError | None = None
        for partition in topic.partitions:
            try:
                partition.delete()
            except StorageError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def move_starts(self, starts: Mapping[Partition, int]) -> None:
        """Move logs' starts up: what is acknowledged is stored. Raises StorageError, and then none has moved."""
        moves = {one: offset for one, offset in starts.items() if offset > one.log_start_offset}
        if moves:
            self._store.keep_starts({one.id: offset for one, offset in moves.items()})
            for partition, offset in moves.items():
                partition.move_start(offset)

    def close(self, *, clean: bool = True) -> None:
        """Close the store; cleanly only if no partition is offline, for a clean mark would make its damage trusted.

        Raises StorageError if it could not be closed as cleanly as that.
        """
        offline = any(partition.offline for topic in self.by_id.values() for partition in topic.partitions)
        self._store.close(clean=clean and not offline)

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
