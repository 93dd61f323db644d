"""TxnOffsetCommit (28): commit offsets of a group in a producer's transaction; pending until that is committed.

The group's partition of `__consumer_offsets` has to be in the transaction: v0-4 look (AddOffsetsToTxn added it, else
48, v4 120), v5+ add it. Per partition: 3 unknown (v6, by id: 100), 42 empty transactional id, 24 empty group id, 49
unknown or not its producer id, 47 not its epoch, 14 while its last transaction still ends, 12 metadata too large. What
is said of the member is checked as in OffsetCommit, but saying nothing is allowed at any time: 25, 82, 22, and for what
v6 knows better 69 unknown group and 113 stale member epoch, before that 22.
v2 leader epochs · v3 flexible, generation and member · v6 topic ids
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kafkalite.apis.offset_commit import keep_what_exists
from kafkalite.apis.transactional import offsets_topic, once_ready
from kafkalite.broker.waiting import Waiting
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.core.transactions.rules import Reply, add_partitions, verify_partitions
from kafkalite.core.transactions.state import TV2, Producer
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.txn_offset_commit import TxnOffsetCommitRequest, TxnOffsetCommitResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

_Topic = TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
_Partition = TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition

_ABORTABLE = 4
_ADDS_ITSELF = 5
_TOPIC_IDS = 6

_CODES = {
    ErrorCode.PRODUCER_FENCED: ErrorCode.INVALID_PRODUCER_EPOCH,
    ErrorCode.CONCURRENT_TRANSACTIONS: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
}
"""The transaction coordinator's codes as this API has them."""


def handle(message: TxnOffsetCommitRequest, context: Context) -> Answer:
    slot = _Slot(context.version)
    wanted = _as_commit(message, slot, context)
    code = _refusal(message)
    if not wanted.topics or code:
        slot.refuse(wanted, code)
        return slot.answer()
    begin = partial(_ask, message, wanted, slot, context)
    if OFFSETS_TOPIC in context.broker.topics.by_name:
        return begin()
    return once_ready(offsets_topic(context), begin, partial(_refused, slot, wanted))


def _refusal(message: TxnOffsetCommitRequest) -> ErrorCode:
    if not message.transactional_id:
        return ErrorCode.INVALID_REQUEST
    return ErrorCode.NONE if message.group_id else ErrorCode.INVALID_GROUP_ID


def _as_commit(message: TxnOffsetCommitRequest, slot: _Slot, context: Context) -> OffsetCommitRequest:
    """Return the same commit as the group knows it, without what does not exist, which `slot` answers."""
    wanted = []
    for topic in message.topics:
        asked = OffsetCommitRequest.OffsetCommitRequestTopic(
            name=topic.name,
            topic_id=topic.topic_id,
            partitions=[
                OffsetCommitRequest.OffsetCommitRequestPartition(
                    partition_index=one.partition_index,
                    committed_offset=one.committed_offset,
                    committed_leader_epoch=one.committed_leader_epoch,
                    committed_metadata=one.committed_metadata,
                )
                for one in topic.partitions
            ],
        )
        for bad in keep_what_exists(asked, context, by_id=context.version >= _TOPIC_IDS):
            slot.take(asked.name, asked.topic_id, bad.partition_index, bad.error_code)
        if asked.partitions:
            wanted.append(asked)
    return OffsetCommitRequest(
        group_id=message.group_id,
        generation_id_or_member_epoch=message.generation_id_or_member_epoch,
        member_id=message.member_id,
        group_instance_id=message.group_instance_id,
        topics=wanted,
    )


def _ask(message: TxnOffsetCommitRequest, wanted: OffsetCommitRequest, slot: _Slot, context: Context) -> Answer:
    """Have the group's partition in the transaction, then have the offsets in the partition."""
    producer = Producer(message.producer_id, message.producer_epoch)
    partitions = frozenset((context.broker.groups.where(message.group_id),))
    question = partial(verify_partitions, producer=producer, partitions=partitions)
    if context.version >= _ADDS_ITSELF:
        question = partial(add_partitions, producer=producer, partitions=partitions, client_version=TV2)
    listener = _Listener(wanted, producer, slot, context)
    context.broker.transactions.ask(message.transactional_id, question, listener)
    return slot.answer() if slot.resolved else slot


class _Listener:
    """Goes on to the group when the coordinator has answered: at once, so that nothing comes in between."""

    __slots__ = ("_context", "_producer", "_slot", "_wanted")

    def __init__(self, wanted: OffsetCommitRequest, producer: Producer, slot: _Slot, context: Context) -> None:
        self._wanted = wanted
        self._producer = producer
        self._slot = slot
        self._context = context

    def hear(self, reply: Reply) -> None:
        code = _CODES.get(reply.code, reply.code)
        if reply.missing:
            is_new = self._context.version >= _ABORTABLE
            code = ErrorCode.TRANSACTION_ABORTABLE if is_new else ErrorCode.INVALID_TXN_STATE
        if code:
            self._slot.refuse(self._wanted, code)
            return
        knows_missing = self._context.version >= _TOPIC_IDS
        caller = Caller(self._slot, knows_missing_group=knows_missing, producer=self._producer)
        self._context.broker.groups.ask(Group.commit, self._wanted, caller)


class _Slot(Waiting):
    """Puts what the group answered together with what was refused before it was asked, and calls it by its names."""

    __slots__ = ("_topics", "_version")

    def __init__(self, version: int) -> None:
        super().__init__()
        self._version = version
        self._topics: dict[tuple[str, bytes], _Topic] = {}

    def take(self, name: str, topic_id: bytes, index: int, code: int) -> None:
        if self._version < _TOPIC_IDS and code == ErrorCode.STALE_MEMBER_EPOCH:
            code = ErrorCode.ILLEGAL_GENERATION
        topic = self._topics.setdefault((name, topic_id), _Topic(name=name, topic_id=topic_id))
        topic.partitions.append(_Partition(partition_index=index, error_code=code))

    def refuse(self, wanted: OffsetCommitRequest, code: ErrorCode) -> None:
        for topic in wanted.topics:
            for partition in topic.partitions:
                self.take(topic.name, topic.topic_id, partition.partition_index, code)
        self.resolve()

    def resolve(self, message: Message | None = None) -> None:
        """Take what the group answered, if it was asked."""
        if isinstance(message, OffsetCommitResponse):
            for topic in message.topics:
                for partition in topic.partitions:
                    self.take(topic.name, topic.topic_id, partition.partition_index, partition.error_code)
        super().resolve(TxnOffsetCommitResponse(topics=list(self._topics.values())))


def _refused(slot: _Slot, wanted: OffsetCommitRequest, code: ErrorCode) -> Message:
    slot.refuse(wanted, code)
    answer = slot.answer()
    assert answer is not None
    return answer
