"""DeleteRecords (21): move log start offsets up; whole segments in front of them are deleted.

The new starts are stored before the answer. Every error is per partition, with low_watermark -1: unknown 3, beyond the
high watermark or negative 1 (-1 is the high watermark itself), an internal topic 17, a topic that is only compacted 44.
An offset in front of the log start changes nothing. The same partition twice: the last one counts. v2 flexible
"""

from __future__ import annotations

from kafkalite.apis.context import Context
from kafkalite.broker.partitions import Partition
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.delete_records import DeleteRecordsRequest, DeleteRecordsResponse

_Result = DeleteRecordsResponse.DeleteRecordsPartitionResult


def handle(message: DeleteRecordsRequest, context: Context) -> DeleteRecordsResponse:
    starts: dict[Partition, int] = {}
    results: dict[str, dict[int, _Result]] = {}
    allowed: list[tuple[_Result, Partition]] = []
    for topic in message.topics:
        of_topic = results.setdefault(topic.name, {})
        for one in {wanted.partition_index: wanted for wanted in topic.partitions}.values():
            result = of_topic[one.partition_index] = _Result(partition_index=one.partition_index, low_watermark=-1)
            try:
                partition = _find(topic.name, one.partition_index, context)
                starts[partition] = partition.start_for(one.offset)
                allowed.append((result, partition))
            except KafkaError as error:
                result.error_code = error.code
    try:
        context.broker.topics.move_starts(starts)
    except StorageError:
        for result, _ in allowed:
            result.error_code = ErrorCode.KAFKA_STORAGE_ERROR
    else:
        for result, partition in allowed:
            result.low_watermark = partition.log_start_offset
    return DeleteRecordsResponse(
        topics=[
            DeleteRecordsResponse.DeleteRecordsTopicResult(name=name, partitions=list(of_topic.values()))
            for name, of_topic in results.items()
        ]
    )


def _find(name: str, index: int, context: Context) -> Partition:
    topic = context.broker.topics.by_name.get(name)
    if topic is None or not 0 <= index < len(topic.partitions):
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if topic.internal:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    if topic.log_config.compacted and not topic.log_config.deletes:
        raise KafkaError(ErrorCode.POLICY_VIOLATION)
    return topic.partitions[index]
