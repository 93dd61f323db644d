"""AddOffsetsToTxn (25): the offsets of a group are going to be committed in a producer's transaction.

Adds the group's partition of `__consumer_offsets`, which is made if it is missing. TV2 clients do without: their
TxnOffsetCommit does it. 42 empty transactional id, 49 unknown or not its producer id, 90 not its epoch (v0-1: 47). Any
group id is taken, the empty one too. v3 flexible · v4 error 120
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kafkalite.apis.transactional import ask, fenced_code, offsets_topic, once_ready
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.transactions.rules import Reply, add_partitions
from kafkalite.core.transactions.state import Producer
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.add_offsets_to_txn import AddOffsetsToTxnRequest, AddOffsetsToTxnResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

_KNOWS_FENCED = 2


def handle(message: AddOffsetsToTxnRequest, context: Context) -> Answer:
    if not message.transactional_id:
        return AddOffsetsToTxnResponse(error_code=ErrorCode.INVALID_REQUEST)
    if OFFSETS_TOPIC in context.broker.topics.by_name:
        return _ask(message, context)
    refuse = partial(_respond, context.version)
    return once_ready(offsets_topic(context), partial(_ask, message, context), lambda code: refuse(Reply(code)))


def _ask(message: AddOffsetsToTxnRequest, context: Context) -> Answer:
    where = context.broker.groups.where(message.group_id)
    producer = Producer(message.producer_id, message.producer_epoch)
    question = partial(add_partitions, producer=producer, partitions=frozenset((where,)), client_version=0)
    return ask(message.transactional_id, question, partial(_respond, context.version), context)


def _respond(version: int, reply: Reply) -> AddOffsetsToTxnResponse:
    return AddOffsetsToTxnResponse(error_code=fenced_code(reply.code, knows_fenced=version >= _KNOWS_FENCED))
