"""Writing transaction markers: the control record that ends a producer's transaction in one partition.

In a partition of `__consumer_offsets` the offsets committed in that transaction are decided with it. The coordinator
writes markers of its own transactions, and WriteTxnMarkers those somebody sends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.transactions.state import Producer, TopicPartition
from kafkalite.wire.errors import ErrorCode, KafkaError

if TYPE_CHECKING:
    from kafkalite.broker.coordinators import GroupCoordinator
    from kafkalite.broker.partitions import Partition
    from kafkalite.broker.storing import Storing
    from kafkalite.broker.topics import Topics

log = logging.getLogger(__name__)

Done = Callable[[ErrorCode], None]


class MarkerWriter:
    """Ends transactions in partitions of this broker."""

    def __init__(self, topics: Topics, groups: GroupCoordinator, storing: Storing) -> None:
        self._topics = topics
        self._groups = groups
        self._storing = storing

    def write(
        self, where: TopicPartition, producer: Producer, *, committed: bool, coordinator_epoch: int, done: Done
    ) -> None:
        """Write one marker; `done` gets NONE once it is kept, or why it is not.

        3 UNKNOWN_TOPIC_OR_PARTITION: there is no such partition; 47 INVALID_PRODUCER_EPOCH: it knows a later epoch; 52
        TRANSACTION_COORDINATOR_FENCED: it has a marker of a later coordinator; 56 KAFKA_STORAGE_ERROR: it is offline or
        cannot be written.
        """
        topic = self._topics.by_name.get(where.topic)
        if topic is None or not 0 <= where.partition < len(topic.partitions):
            done(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
            return
        partition = topic.partitions[where.partition]
        try:
            appended = partition.append_marker(
                producer.producer_id, producer.epoch, committed=committed, coordinator_epoch=coordinator_epoch
            )
        except KafkaError as error:
            done(error.code)
            return
        kept = partial(self._kept, partition, producer.producer_id, committed, done)
        self._storing.when_kept(partition, appended, kept, partial(self._lost, partition, done))

    def _kept(self, partition: Partition, producer_id: int, committed: bool, done: Done) -> None:
        if partition.topic.name == OFFSETS_TOPIC:
            self._groups.decide(partition, producer_id, committed=committed)
        done(ErrorCode.NONE)

    def _lost(self, partition: Partition, done: Done) -> None:
        assert partition.failure is not None
        done(partition.failure.code)
