"""Produce (0): append record batches to partitions.

Every error is per partition. acks=0 gets no answer; an error then closes the connection.
v3 record batch v2 · v5 log start offset · v7 zstd · v8 error messages · v9 flexible · v10 current leader tags ·
v11 may say 120 · v12 adds the partition to its transaction · v13 topic ids
There are no transactions yet: a transactional batch gets 48, 120 (v11) or 49 (v12+), as for an unknown transaction.
"""

from __future__ import annotations

from kafkalite.apis.context import CloseConnection, Context
from kafkalite.broker.partitions import Appended, Partition
from kafkalite.broker.topics import Topic
from kafkalite.broker.waiting import Timer, Waiting
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkalite.wire.record_batch import COMPRESSION_MASK, HEADER_SIZE, TRANSACTIONAL, ZSTD, attributes_of, only_batch

_TopicData = ProduceRequest.TopicProduceData
_PartitionData = ProduceRequest.PartitionProduceData
_TopicResponse = ProduceResponse.TopicProduceResponse
_PartitionResponse = ProduceResponse.PartitionProduceResponse

_UNKNOWN_TRANSACTION = {11: ErrorCode.TRANSACTION_ABORTABLE, 12: ErrorCode.INVALID_PRODUCER_ID_MAPPING}

ADMIN_CLIENT_ID = "__admin_client"
"""The one client id that Kafka lets write to internal topics."""


def handle(message: ProduceRequest, context: Context) -> ProduceResponse | Waiting | None:
    unauthorized = message.transactional_id is None and _any_transactional(message)
    responses: list[_TopicResponse] = []
    unkept: list[tuple[Partition, _PartitionResponse, int]] = []
    failed = ErrorCode.NONE
    for data in message.topic_data:
        answers = []
        topic = _find_topic(data, context)
        for partition_data in _last_mentions(data.partition_data):
            try:
                if unauthorized:
                    raise KafkaError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
                answer = _append(message, context, topic, data, partition_data, unkept)
            except KafkaError as error:
                answer = _refusal(partition_data.index, error)
                failed = error.code
            answers.append(answer)
        responses.append(_TopicResponse(name=data.name, topic_id=data.topic_id, partition_responses=answers))
    response = ProduceResponse(responses=responses)
    if message.acks == 0:
        if failed:
            raise CloseConnection(f"produce with acks=0 failed: {failed.name}")
        return None
    if unkept:
        return _UnkeptProduce(response, unkept, context, message.timeout_ms)
    return response


def _any_transactional(message: ProduceRequest) -> bool:
    """Whether a batch claims a transaction. What is too short to tell is refused later."""
    return any(
        isinstance(partition_data.records, memoryview)
        and len(partition_data.records) >= HEADER_SIZE
        and attributes_of(partition_data.records) & TRANSACTIONAL
        for data in message.topic_data
        for partition_data in data.partition_data
    )


def _find_topic(data: _TopicData, context: Context) -> Topic | None:
    topics = context.broker.topics
    return topics.by_id.get(data.topic_id) if context.version >= 13 else topics.by_name.get(data.name)


def _last_mentions(partitions: list[_PartitionData]) -> list[_PartitionData]:
    """Of a partition named twice only the last counts, as in Kafka."""
    if len(partitions) == 1:
        return partitions
    return list({one.index: one for one in partitions}.values())


def _append(
    message: ProduceRequest,
    context: Context,
    topic: Topic | None,
    data: _TopicData,
    partition_data: _PartitionData,
    unkept: list[tuple[Partition, _PartitionResponse, int]],
) -> _PartitionResponse:
    """Append one partition's batch. Raises KafkaError in Kafka's order of checks."""
    index = partition_data.index
    if topic is None:
        unknown_id = context.version >= 13 and data.topic_id != ZERO_UUID
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_ID if unknown_id else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if not 0 <= index < len(topic.partitions):
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    batch = _one_batch(partition_data, context.version)
    if not -1 <= message.acks <= 1:
        raise KafkaError(ErrorCode.INVALID_REQUIRED_ACKS)
    if topic.internal and context.client_id != ADMIN_CLIENT_ID:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    partition = topic.partitions[index]
    try:
        appended: Appended = partition.append(batch)
    except KafkaError as error:
        if error.code is ErrorCode.INVALID_TXN_STATE and context.version >= 11:
            # v11 may say that there is no transaction; v12 would add the partition, and finds no transactional id
            error.code = _UNKNOWN_TRANSACTION[min(context.version, 12)]
        raise
    answer = _PartitionResponse(
        index=index,
        base_offset=appended.base_offset,
        log_append_time_ms=appended.log_append_time_ms,
        log_start_offset=appended.log_start_offset,
    )
    if not appended.kept and (message.acks == -1 or appended.syncs):
        unkept.append((partition, answer, appended.last_offset))
    return answer


def _one_batch(partition_data: _PartitionData, version: int) -> memoryview:
    """Return the one batch there has to be. Raises KafkaError; Kafka never answers null records, we say
    INVALID_RECORD.
    """
    records = partition_data.records
    if records is None:
        raise KafkaError(ErrorCode.INVALID_RECORD)
    assert isinstance(records, memoryview), "decoded records are a slice of the request"
    batch = only_batch(records)
    if version < 7 and attributes_of(batch) & COMPRESSION_MASK == ZSTD:
        raise KafkaError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
    return batch


def _refusal(index: int, error: KafkaError) -> _PartitionResponse:
    return _PartitionResponse(
        index=index,
        error_code=error.code,
        base_offset=-1,
        log_start_offset=getattr(error, "log_start_offset", -1),
        record_errors=[
            ProduceResponse.BatchIndexAndErrorMessage(batch_index=at, batch_index_error_message=text)
            for at, text in getattr(error, "record_errors", ())
        ],
        error_message=error.message,
    )


class _UnkeptProduce(Waiting):
    """Answered when the high watermarks cover the batches: acks=all on a store that keeps its promise later, and acks=1
    too where the topic wants batches synced first (flush.messages).

    What is not covered within timeout_ms is answered REQUEST_TIMED_OUT, as Kafka does; the records stay.
    """

    __slots__ = ("_left", "_response", "_timer")

    def __init__(
        self,
        response: ProduceResponse,
        unkept: list[tuple[Partition, _PartitionResponse, int]],
        context: Context,
        timeout_ms: int,
    ) -> None:
        super().__init__()
        self._response = response
        self._left = list(unkept)
        for partition, _, _ in unkept:
            partition.waiters.add(self)
        self._timer: Timer = context.broker.timers.after(max(0, timeout_ms) / 1000, self._expire)

    def on_progress(self, partition: Partition) -> None:
        """The high watermark of `partition` moved."""
        left = [one for one in self._left if one[0] is not partition or partition.high_watermark <= one[2]]
        if len(left) == len(self._left):
            return
        self._left = left
        partition.waiters.discard(self)
        if not left:
            self._timer.cancel()
            self.resolve(self._response)

    def on_start_moved(self, partition: Partition) -> None:
        pass

    def on_gone(self, partition: Partition) -> None:
        """`partition` was deleted or its storage failed before the promise was kept."""
        offline = partition.failure is not None and partition.failure.code == ErrorCode.KAFKA_STORAGE_ERROR
        self._fail(ErrorCode.KAFKA_STORAGE_ERROR if offline else ErrorCode.NOT_LEADER_OR_FOLLOWER)

    def abandon(self) -> None:
        self._timer.cancel()
        for partition, _, _ in self._left:
            partition.waiters.discard(self)

    def _expire(self) -> None:
        self._fail(ErrorCode.REQUEST_TIMED_OUT)

    def _fail(self, code: ErrorCode) -> None:
        self.abandon()
        for _, answer, _ in self._left:
            answer.error_code = code
            answer.base_offset = answer.log_append_time_ms = answer.log_start_offset = -1
        self.resolve(self._response)
