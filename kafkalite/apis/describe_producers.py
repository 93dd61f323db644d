"""DescribeProducers (61): the producers that partitions remember, and whose transactions are open there.

17 for a bad name, 3 for what does not exist. Every producer that writes idempotently is one, with or without
transactions; coordinator_epoch -1: it never got a marker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.core.cluster.topic_names import name_problem
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.describe_producers import DescribeProducersRequest, DescribeProducersResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.partitions import Partition

_Topic = DescribeProducersResponse.TopicResponse
_Partition = DescribeProducersResponse.PartitionResponse
_Producer = DescribeProducersResponse.ProducerState


def handle(message: DescribeProducersRequest, context: Context) -> DescribeProducersResponse:
    return DescribeProducersResponse(
        topics=[
            _Topic(
                name=topic.name, partitions=[_describe(topic.name, index, context) for index in topic.partition_indexes]
            )
            for topic in message.topics
        ]
    )


def _describe(name: str, index: int, context: Context) -> _Partition:
    try:
        return _Partition(partition_index=index, active_producers=_producers(_partition(name, index, context)))
    except KafkaError as error:
        return _Partition(partition_index=index, error_code=error.code, error_message=error.message)


def _partition(name: str, index: int, context: Context) -> Partition:
    topic = context.broker.topics.by_name.get(name)
    if topic is None:
        if problem := name_problem(name):
            raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
        text = "This server does not host this topic-partition."
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, text)
    if not 0 <= index < len(topic.partitions):
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    return topic.partitions[index]


def _producers(partition: Partition) -> list[_Producer]:
    return [
        _Producer(
            producer_id=row.producer_id,
            producer_epoch=row.epoch,
            last_sequence=row.batches[-1].last_sequence if row.batches else -1,
            last_timestamp=row.last_timestamp,
            coordinator_epoch=row.coordinator_epoch,
            current_txn_start_offset=row.transaction_start,
        )
        for row in partition.producers()
    ]
