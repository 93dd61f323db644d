"""ListOffsets (2): offsets by timestamp, and the named positions of a log.

-1 latest · -2 earliest · -3 largest timestamp (v7) · -4 earliest local (v8) · -5 latest tiered (v9) · -6 earliest
pending upload (v11). Without tiered storage -4 is the log start and -5, -6 find nothing. Every error is per
partition. v2 isolation · v4 leader epochs · v6 flexible · v10 timeout
"""

from __future__ import annotations

from collections import Counter

from kafkalite.apis.context import Context
from kafkalite.broker.partitions import (
    EARLIEST,
    EARLIEST_LOCAL,
    EARLIEST_PENDING_UPLOAD,
    LATEST,
    LATEST_TIERED,
    MAX_TIMESTAMP,
)
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.list_offsets import ListOffsetsRequest, ListOffsetsResponse

_SINCE_VERSION = {
    LATEST: 1,
    EARLIEST: 1,
    MAX_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}

_Partition = ListOffsetsRequest.ListOffsetsPartition
_Answer = ListOffsetsResponse.ListOffsetsPartitionResponse


def handle(message: ListOffsetsRequest, context: Context) -> ListOffsetsResponse:
    mentions = Counter((topic.name, one.partition_index) for topic in message.topics for one in topic.partitions)
    topics = []
    for topic in message.topics:
        answers = []
        for one in {wanted.partition_index: wanted for wanted in topic.partitions}.values():
            try:
                if mentions[topic.name, one.partition_index] > 1:
                    raise KafkaError(ErrorCode.INVALID_REQUEST)
                if one.timestamp < 0 and context.version < _SINCE_VERSION.get(one.timestamp, context.version + 1):
                    raise KafkaError(ErrorCode.UNSUPPORTED_VERSION)
                answers.append(_find(topic.name, one, message.isolation_level, context))
            except KafkaError as error:
                answers.append(_Answer(partition_index=one.partition_index, error_code=error.code))
        topics.append(ListOffsetsResponse.ListOffsetsTopicResponse(name=topic.name, partitions=answers))
    return ListOffsetsResponse(topics=topics)


def _find(name: str, wanted: _Partition, isolation: int, context: Context) -> _Answer:
    topic = context.broker.topics.by_name.get(name)
    if topic is None or not 0 <= wanted.partition_index < len(topic.partitions):
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if not 0 <= isolation <= 1:
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    partition = topic.partitions[wanted.partition_index]
    partition.check_leader_epoch(wanted.current_leader_epoch)
    answer = _Answer(partition_index=wanted.partition_index)
    if wanted.timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return answer
    found = partition.offset_for(wanted.timestamp, committed=isolation == 1)
    if found is not None:
        answer.offset, answer.timestamp, answer.leader_epoch = found
    return answer
