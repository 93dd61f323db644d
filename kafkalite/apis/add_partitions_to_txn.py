"""AddPartitionsToTxn (24): partitions take part in a producer's transaction, which begins with the first of them.

A partition that does not exist is 3 (v0-3: one of an internal topic 29) and then nothing is added, all others are 55
OPERATION_NOT_ATTEMPTED; else every partition of a transaction has one code: 42 empty transactional id, 49 unknown or
not its producer id, 90 not its epoch (v0-1: 47). v4-5, meant for brokers, take several transactions, each added to or
only looked at (verify_only: 120 TRANSACTION_ABORTABLE for a partition that is not in the transaction); at
transaction.version 0 they are 35. v3 flexible · v4 several transactions · v5 error 120
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kafkalite.apis.transactional import ask, fenced_code
from kafkalite.broker.waiting import Waiting
from kafkalite.core.cluster.features import TRANSACTION_VERSION
from kafkalite.core.transactions.rules import Reply, add_partitions, verify_partitions
from kafkalite.core.transactions.state import TV2, Producer, TopicPartition
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest, AddPartitionsToTxnResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

_Transaction = AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
_Topic = AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
_Result = AddPartitionsToTxnResponse.AddPartitionsToTxnResult
_TopicResult = AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
_PartitionResult = AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult

_KNOWS_FENCED = 2
_SEVERAL = 4

Codes = dict[TopicPartition, ErrorCode]


def handle(message: AddPartitionsToTxnRequest, context: Context) -> Answer:
    if context.version >= _SEVERAL:
        return _several(message.transactions, context)
    partitions = _partitions_of(message.v3_and_below_topics)
    name = message.v3_and_below_transactional_id
    refused = _refusals(name, partitions, context)
    if refused:
        return AddPartitionsToTxnResponse(results_by_topic_v3_and_below=_by_topic(refused))
    producer = Producer(message.v3_and_below_producer_id, message.v3_and_below_producer_epoch)
    question = partial(add_partitions, producer=producer, partitions=frozenset(partitions), client_version=0)
    return ask(name, question, partial(_respond, partitions, context.version), context)


def _respond(partitions: list[TopicPartition], version: int, reply: Reply) -> AddPartitionsToTxnResponse:
    code = fenced_code(reply.code, knows_fenced=version >= _KNOWS_FENCED)
    return AddPartitionsToTxnResponse(results_by_topic_v3_and_below=_by_topic(dict.fromkeys(partitions, code)))


def _several(transactions: list[_Transaction], context: Context) -> Answer:
    if context.broker.cluster.image.feature_level(TRANSACTION_VERSION) == 0:
        return AddPartitionsToTxnResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    slot = _Several(transactions)
    for number, transaction in enumerate(transactions):
        partitions = _partitions_of(transaction.topics)
        refused = _refusals(transaction.transactional_id, partitions, context)
        if refused:
            slot.take(number, refused)
            continue
        producer, wanted = Producer(transaction.producer_id, transaction.producer_epoch), frozenset(partitions)
        if transaction.verify_only:
            question = partial(verify_partitions, producer=producer, partitions=wanted)
        else:
            question = partial(add_partitions, producer=producer, partitions=wanted, client_version=TV2)
        context.broker.transactions.ask(transaction.transactional_id, question, _One(slot, number, partitions))
    return slot.answer() if slot.resolved else slot


class _Several(Waiting):
    """Answers for several transactions, in their order, when the last one is there."""

    __slots__ = ("_missing", "_results")

    def __init__(self, transactions: list[_Transaction]) -> None:
        super().__init__()
        self._results = [_Result(transactional_id=one.transactional_id) for one in transactions]
        self._missing = len(transactions)
        if not transactions:  # Kafka never answers that
            self.resolve(AddPartitionsToTxnResponse())

    def take(self, number: int, codes: Codes) -> None:
        self._results[number].topic_results = _by_topic(codes)
        self._missing -= 1
        if not self._missing:
            self.resolve(AddPartitionsToTxnResponse(results_by_transaction=self._results))


class _One:
    """Where the coordinator's reply about one transaction goes."""

    __slots__ = ("_number", "_partitions", "_slot")

    def __init__(self, slot: _Several, number: int, partitions: list[TopicPartition]) -> None:
        self._slot = slot
        self._number = number
        self._partitions = partitions

    def hear(self, reply: Reply) -> None:
        abortable = ErrorCode.TRANSACTION_ABORTABLE
        codes = {where: abortable if where in reply.missing else reply.code for where in self._partitions}
        self._slot.take(self._number, codes)


def _partitions_of(topics: list[_Topic]) -> list[TopicPartition]:
    return [TopicPartition(topic.name, index) for topic in topics for index in topic.partitions]


def _refusals(name: str, partitions: list[TopicPartition], context: Context) -> Codes:
    """Return the codes if the transaction is not even looked at, the bad partitions first."""
    if not name:
        return dict.fromkeys(partitions, ErrorCode.INVALID_REQUEST)
    bad = {where: code for where in partitions if (code := _check(where, context))}
    return bad and bad | {where: ErrorCode.OPERATION_NOT_ATTEMPTED for where in partitions if where not in bad}


def _check(where: TopicPartition, context: Context) -> ErrorCode:
    topic = context.broker.topics.by_name.get(where.topic)
    if topic is None or not 0 <= where.partition < len(topic.partitions):
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    is_closed = topic.internal and context.version < _SEVERAL
    return ErrorCode.TOPIC_AUTHORIZATION_FAILED if is_closed else ErrorCode.NONE


def _by_topic(codes: Codes) -> list[_TopicResult]:
    topics: dict[str, list[_PartitionResult]] = {}
    for (topic, index), code in codes.items():
        topics.setdefault(topic, []).append(_PartitionResult(partition_index=index, partition_error_code=code))
    return [_TopicResult(name=topic, results_by_partition=results) for topic, results in topics.items()]
