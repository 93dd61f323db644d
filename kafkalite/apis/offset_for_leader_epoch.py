"""OffsetForLeaderEpoch (23): where a leader epoch ended, so that a consumer notices when the log was cut behind it.

The answer is the largest known epoch up to the one asked for, and where the next one begins (the log end for the
newest); an epoch above all known ones is -1 with offset -1 and no error. The client's own epoch is checked like
Fetch's: 74 when it is older than ours, 75 when newer.
v3 replica id (consumers say -1 or -2; it does not matter here) · v4 flexible
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
)

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.topics import Topic

_Asked = OffsetForLeaderEpochRequest.OffsetForLeaderPartition
_TopicResult = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
_Result = OffsetForLeaderEpochResponse.EpochEndOffset


def handle(message: OffsetForLeaderEpochRequest, context: Context) -> OffsetForLeaderEpochResponse:
    topics = context.broker.topics.by_name
    return OffsetForLeaderEpochResponse(
        topics=[
            _TopicResult(
                topic=asked.topic,
                partitions=[_end_offset(topics.get(asked.topic), partition) for partition in asked.partitions],
            )
            for asked in message.topics
        ]
    )


def _end_offset(topic: Topic | None, asked: _Asked) -> _Result:
    if topic is None or not 0 <= asked.partition < len(topic.partitions):
        return _Result(partition=asked.partition, error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    partition = topic.partitions[asked.partition]
    try:
        partition.check_leader_epoch(asked.current_leader_epoch)
        leader_epoch, end_offset = partition.end_offset_for_epoch(asked.leader_epoch)
    except KafkaError as refusal:
        return _Result(partition=asked.partition, error_code=refusal.code)
    return _Result(partition=asked.partition, leader_epoch=leader_epoch, end_offset=end_offset)
