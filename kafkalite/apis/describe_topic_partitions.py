"""DescribeTopicPartitions (75): topics page by page, sorted by name; the Java admin client prefers it to Metadata.

No topics in the request means all of them. A page ends after `response_partition_limit` partitions (at least 1, at most
max.request.partition.size.limit); the cursor says where the next one starts. Operations are always given. A cursor that
names a topic not asked for, or a negative partition: 42 for every topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.apis.metadata import TOPIC_OPERATIONS
from kafkalite.core.cluster.topic_names import INTERNAL_TOPICS, name_problem
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
)

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.cluster.image import TopicImage

_Cursor = DescribeTopicPartitionsResponse.Cursor
_Topic = DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
_Partition = DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition


def handle(message: DescribeTopicPartitionsRequest, context: Context) -> DescribeTopicPartitionsResponse:
    topics = context.broker.cluster.image.topics
    names = sorted({topic.name for topic in message.topics} or topics)
    start = 0
    cursor = message.cursor
    if cursor is not None:
        unlisted = bool(message.topics) and cursor.topic_name not in names
        if unlisted or cursor.partition_index < 0:
            return _refused(message)
        names = [name for name in names if name >= cursor.topic_name]
        start = cursor.partition_index if cursor.topic_name in names else 0
    most = context.broker.config.int("max.request.partition.size.limit")
    return _page(names, start, max(1, min(message.response_partition_limit, most)), context)


def _refused(message: DescribeTopicPartitionsRequest) -> DescribeTopicPartitionsResponse:
    return DescribeTopicPartitionsResponse(
        topics=[_Topic(error_code=ErrorCode.INVALID_REQUEST, name=topic.name) for topic in message.topics]
    )


def _page(names: list[str], start: int, room: int, context: Context) -> DescribeTopicPartitionsResponse:
    """Describe `names` in order, the first from partition `start`, until `room` partitions are described."""
    response = DescribeTopicPartitionsResponse()
    for name in names:
        if room == 0:
            response.next_cursor = _Cursor(topic_name=name, partition_index=0)
            break
        topic = context.broker.cluster.image.topics.get(name)
        if topic is None:
            response.topics.append(_unknown(name))
            continue
        end = min(len(topic), start + room)
        response.topics.append(_describe(topic, range(start, end), context))
        if end < len(topic):
            response.next_cursor = _Cursor(topic_name=name, partition_index=end)
            break
        room -= max(0, end - start)
        start = 0
    return response


def _unknown(name: str) -> _Topic:
    valid = name_problem(name) is None
    return _Topic(
        error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION if valid else ErrorCode.INVALID_TOPIC_EXCEPTION,
        name=name,
        is_internal=name in INTERNAL_TOPICS,
        topic_authorized_operations=TOPIC_OPERATIONS,
    )


def _describe(topic: TopicImage, indexes: range, context: Context) -> _Topic:
    image = context.broker.cluster.image
    return _Topic(
        name=topic.name,
        topic_id=topic.topic_id,
        is_internal=topic.internal,
        partitions=[
            _Partition(
                partition_index=index,
                leader_id=topic.leader(index),
                leader_epoch=image.leader_epoch(topic, index),
                replica_nodes=topic.replicas[index],
                isr_nodes=topic.replicas[index],
                eligible_leader_replicas=[],
                last_known_elr=[],
            )
            for index in indexes
        ],
        topic_authorized_operations=TOPIC_OPERATIONS,
    )
