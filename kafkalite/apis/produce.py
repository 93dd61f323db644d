"""Produce (0): append record batches to partitions.

Every error is per partition. acks=0 gets no answer; an error then closes the connection.
v3 record batch v2 · v5 log start offset · v7 zstd · v8 error messages · v9 flexible · v10 current leader tags ·
v11 may say 120 · v12 adds the partition to its transaction · v13 topic ids

A transactional batch on a partition where its producer has no transaction open is taken once the coordinator has said
that the partition belongs to it; v12+ add it. Else 48 (v11: 120) not added, 47 not its epoch, 49 unknown or not its
producer id, 19 for what passes: a code that old clients repeat without looking for the partition's leader anew.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from kafkalite.apis.context import CloseConnection, Context
from kafkalite.broker.partition_answers import Appended
from kafkalite.broker.partitions import Partition
from kafkalite.broker.topics import Topic
from kafkalite.broker.waiting import Timer, Waiting
from kafkalite.core.log.batch_check import BatchRejected
from kafkalite.wire import usual_produce
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Message
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkalite.wire.record_batch import (
    COMPRESSION_MASK,
    ZSTD,
    attributes_of,
    is_transactional,
    only_batch,
    producer_of,
    read_header,
)
from kafkalite.wire.usual_produce import FLEXIBLE, TOPIC_IDS

if TYPE_CHECKING:
    from kafkalite.apis.table import Shortcut
    from kafkalite.broker.broker import Broker
    from kafkalite.core.transactions.rules import Reply

_TopicData = ProduceRequest.TopicProduceData
_PartitionData = ProduceRequest.PartitionProduceData
_TopicResponse = ProduceResponse.TopicProduceResponse
_PartitionResponse = ProduceResponse.PartitionProduceResponse

ADMIN_CLIENT_ID = "__admin_client"
"""The one client id that Kafka lets write to internal topics."""

_ABORTABLE = 11
_ADDS_PARTITIONS = 12


class _Unverified(NamedTuple):
    """A transactional batch that the coordinator has to vouch for."""

    partition: Partition
    batch: memoryview
    answer: _PartitionResponse


class _Produce:
    """One request as far as it has come."""

    __slots__ = ("context", "failed", "message", "refusal", "response", "unkept", "unverified")

    def __init__(self, message: ProduceRequest, context: Context) -> None:
        self.message = message
        self.context = context
        self.response = ProduceResponse()
        self.failed: ErrorCode | None = None
        """An error, the last one."""
        self.refusal = _check_transaction(message)
        """Why no transactional batch is taken."""
        self.unkept: list[tuple[Partition, _PartitionResponse, int]] = []
        self.unverified: list[_Unverified] = []


def shortcut(version: int) -> Shortcut | None:
    """What answers the usual request of this version: 24 -> 13 us of a small Produce."""
    return partial(_append_usual, has_ids=version >= TOPIC_IDS) if version >= FLEXIBLE else None


def _append_usual(
    broker: Broker, view: memoryview, position: int, end: int, *, has_ids: bool
) -> bytes | Appended | KafkaError | None:
    """Append the one batch there is and answer; or return what has become of it, if the answer has to wait or to say
    what is wrong, or None.
    """
    usual = usual_produce.read(view, position, end, has_ids=has_ids)
    if usual is None:
        return None
    key, index, acks, batch = usual
    topics: dict[Any, Topic] = broker.topics.by_id if has_ids else broker.topics.by_name
    topic = topics.get(key)
    if topic is None or topic.internal or not 0 <= index < len(topic.partitions):
        return None
    try:
        appended = topic.partitions[index].append(batch)
    except KafkaError as error:
        return error
    if not acks:
        return b""
    if _must_wait(appended, acks):
        return appended
    return usual_produce.answer(
        key, index, appended.base_offset, appended.log_append_time_ms, appended.log_start_offset
    )


def _must_wait(appended: Appended, acks: int) -> bool:
    return not appended.kept and (acks == -1 or appended.syncs)


def handle(message: ProduceRequest, context: Context) -> Message | Waiting | None:
    produce = _Produce(message, context)
    responses = produce.response.responses
    for data in message.topic_data:
        topic = _find_topic(data, context)
        answers = []
        for one in _last_mentions(data.partition_data):
            answer = _PartitionResponse(index=one.index)
            try:
                _append(produce, topic, data, one, answer)
            except KafkaError as error:
                _refuse(produce, answer, error)
            answers.append(answer)
        responses.append(_TopicResponse(name=data.name, topic_id=data.topic_id, partition_responses=answers))
    if produce.unverified:
        return _ask_coordinator(produce)
    if message.acks == 0:
        _close_if_failed(produce)
        return None
    if produce.unkept:
        slot = _WaitingProduce(produce)
        slot.go_on()
        return slot
    return produce.response


def _close_if_failed(produce: _Produce) -> None:
    if produce.failed is not None:
        raise CloseConnection(f"produce with acks=0 failed: {produce.failed.name}")


def _check_transaction(message: ProduceRequest) -> KafkaError | None:
    """Return why no transactional batch of the request is taken. What is too short to tell is refused later."""
    producers = set()
    for data in message.topic_data:
        for partition_data in data.partition_data:
            records = partition_data.records
            if isinstance(records, memoryview) and is_transactional(records):
                producers.add(producer_of(records))
    if not producers:
        return None
    if message.transactional_id is None:
        return KafkaError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    if len(producers) > 1:
        text = "Transactional records contained more than one producer ID"
        return KafkaError(ErrorCode.INVALID_PRODUCER_ID_MAPPING, text)
    return None


def _find_topic(data: _TopicData, context: Context) -> Topic | None:
    topics = context.broker.topics
    return topics.by_id.get(data.topic_id) if context.version >= 13 else topics.by_name.get(data.name)


def _last_mentions(partitions: list[_PartitionData]) -> list[_PartitionData]:
    """Of a partition named twice only the last counts, as in Kafka."""
    if len(partitions) == 1:
        return partitions
    return list({one.index: one for one in partitions}.values())


def _append(
    produce: _Produce,
    topic: Topic | None,
    data: _TopicData,
    partition_data: _PartitionData,
    answer: _PartitionResponse,
) -> None:
    """Append one partition's batch. Raises KafkaError in Kafka's order of checks."""
    message, context = produce.message, produce.context
    index = partition_data.index
    if produce.refusal is not None:
        raise produce.refusal
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
        if isinstance(context.done, KafkaError):
            raise context.done
        appended = context.done if isinstance(context.done, Appended) else partition.append(batch)
    except KafkaError as error:
        if error.code is not ErrorCode.INVALID_TXN_STATE or not is_transactional(batch):
            raise
        produce.unverified.append(_Unverified(partition, batch, answer))
        return
    _take(produce, partition, answer, appended)


def _take(produce: _Produce, partition: Partition, answer: _PartitionResponse, appended: Appended) -> None:
    answer.base_offset = appended.base_offset
    answer.log_append_time_ms = appended.log_append_time_ms
    answer.log_start_offset = appended.log_start_offset
    if _must_wait(appended, produce.message.acks):
        produce.unkept.append((partition, answer, appended.last_offset))


def _ask_coordinator(produce: _Produce) -> Message | Waiting | None:
    """Have the partitions in the transaction, or learn that they are, then append."""
    from kafkalite.core.transactions.rules import Reply, add_partitions, verify_partitions
    from kafkalite.core.transactions.state import TV2, Producer, TopicPartition

    context, name = produce.context, produce.message.transactional_id
    adds = context.version >= _ADDS_PARTITIONS
    slot = _WaitingProduce(produce)
    if not name:
        slot.hear(Reply(ErrorCode.INVALID_REQUEST))
    elif not adds and not context.broker.config.bool("transaction.partition.verification.enable"):
        slot.hear(Reply())
    else:
        where = frozenset(TopicPartition(one.partition.topic.name, one.partition.index) for one in produce.unverified)
        producer = Producer(*producer_of(produce.unverified[0].batch))
        if adds:
            question = partial(add_partitions, producer=producer, partitions=where, client_version=TV2)
        else:
            question = partial(verify_partitions, producer=producer, partitions=where)
        context.broker.transactions.ask(name, question, slot)
    if slot.resolved:
        return slot.answer()
    if not slot.heard:  # the request's bytes will make room for others
        produce.unverified = [one._replace(batch=memoryview(bytes(one.batch))) for one in produce.unverified]
    return slot


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


def _refuse(produce: _Produce, answer: _PartitionResponse, error: KafkaError) -> None:
    produce.failed = error.code
    answer.error_code = error.code
    answer.base_offset = answer.log_append_time_ms = -1
    answer.log_start_offset = getattr(error, "log_start_offset", -1)
    answer.record_errors = [
        ProduceResponse.BatchIndexAndErrorMessage(batch_index=at, batch_index_error_message=text)
        for at, text in getattr(error, "record_errors", ())
    ]
    answer.error_message = error.message
    # What led to it holds the whole request, in a circle that only a look for rubbish would find.
    error.__traceback__ = error.__context__ = error.__cause__ = None


class _WaitingProduce(Waiting):
    """A request that cannot be answered at once: the coordinator is asked, or the store keeps its promise later.

    acks=all is answered when the high watermarks cover the batches, and so is acks=1 where the topic wants batches
    synced first (flush.messages). What is not covered within timeout_ms is answered REQUEST_TIMED_OUT, as Kafka does;
    the records stay.
    """

    __slots__ = ("_abandoned", "_left", "_produce", "_timer", "heard")

    def __init__(self, produce: _Produce) -> None:
        super().__init__()
        self._produce = produce
        self._left: list[tuple[Partition, _PartitionResponse, int]] = []
        self._timer: Timer | None = None
        self._abandoned = False
        self.heard = False

    def hear(self, reply: Reply) -> None:
        """The coordinator has answered: append what it vouches for, at once, so that nothing comes in between."""
        self.heard = True
        produce = self._produce
        for partition, batch, answer in produce.unverified:
            try:
                _check_reply(reply, partition, produce.context.version)
                _check_beginning(partition, batch, produce.context.version)
                _take(produce, partition, answer, partition.append(batch, in_transaction=True))
            except KafkaError as error:
                _refuse(produce, answer, error)
        self.go_on()

    def go_on(self) -> None:
        """Everything is appended or refused."""
        produce = self._produce
        if self._abandoned or not produce.unkept or produce.message.acks == 0:
            self.resolve(produce.response)
            return
        self._left = list(produce.unkept)
        for partition, _, _ in self._left:
            partition.waiters.add(self)
        timeout = max(0, produce.message.timeout_ms) / 1000
        self._timer = produce.context.broker.timers.after(timeout, self._expire)

    def answer(self) -> Message | None:
        if self._produce.message.acks:
            return super().answer()
        _close_if_failed(self._produce)
        return None

    def on_progress(self, partition: Partition) -> None:
        """The high watermark of `partition` moved."""
        left = [one for one in self._left if one[0] is not partition or partition.high_watermark <= one[2]]
        if len(left) == len(self._left):
            return
        self._left = left
        partition.waiters.discard(self)
        if not left:
            self.abandon()
            self.resolve(self._produce.response)

    def on_start_moved(self, partition: Partition) -> None:
        pass

    def on_gone(self, partition: Partition) -> None:
        """`partition` was deleted or its storage failed before the promise was kept."""
        offline = partition.failure is not None and partition.failure.code == ErrorCode.KAFKA_STORAGE_ERROR
        self._fail(ErrorCode.KAFKA_STORAGE_ERROR if offline else ErrorCode.NOT_LEADER_OR_FOLLOWER)

    def abandon(self) -> None:
        self._abandoned = True
        if self._timer is not None:
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
        self.resolve(self._produce.response)


_PASSING = (
    ErrorCode.CONCURRENT_TRANSACTIONS,
    ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_COORDINATOR,
)


def _check_reply(reply: Reply, partition: Partition, version: int) -> None:
    """Raise KafkaError if the coordinator does not vouch for a partition."""
    where = (partition.topic.name, partition.index)
    if where in reply.missing and version >= _ABORTABLE:
        raise KafkaError(ErrorCode.TRANSACTION_ABORTABLE)
    if where in reply.missing:
        raise KafkaError(ErrorCode.INVALID_TXN_STATE, "Partition was not added to the transaction")
    if reply.code in _PASSING:
        text = f"Unable to verify the partition has been added to the transaction. Underlying error: {reply.code.name}"
        raise KafkaError(ErrorCode.NOT_ENOUGH_REPLICAS, text)
    if reply.code is ErrorCode.PRODUCER_FENCED:
        raise KafkaError(ErrorCode.INVALID_PRODUCER_EPOCH)
    if reply.code:
        raise KafkaError(reply.code)


def _check_beginning(partition: Partition, batch: memoryview, version: int) -> None:
    """With an epoch for each transaction a producer's first batch on a partition is its first: none was lost.

    Raises KafkaError.
    """
    header = read_header(batch)
    if version >= _ADDS_PARTITIONS and header.base_sequence and not partition.knows_producer(header.producer_id):
        rejected = BatchRejected(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
        rejected.log_start_offset = partition.log_start_offset
        raise rejected
