"""InitProducerId (22): a new producer id, so that the broker can tell a producer's retries from its new records.

Without a transactional id: always a new id with epoch 0, whatever id and epoch the request gives; one without the other
is 42. Ids are fetched in stored blocks, so none is given out twice, restarts included.
With one: the producer of this id from now on. Whoever was it before is fenced, and what it left open is aborted first;
Kafka answers 51 CONCURRENT_TRANSACTIONS meanwhile and lets the client come back, here the request waits. An empty
transactional id is 42, a timeout that is not above 0 or is above `transaction.max.timeout.ms` 50.
v2 flexible · v3 producer id and epoch: go on unless somebody came in between · v4 error 90, before 47 · v5 error 120
"""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from kafkalite.apis.transactional import ask_prepared, fenced_code
from kafkalite.core.transactions.rules import Reply, init_producer_id
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context
    from kafkalite.broker.cluster import Cluster

_NONE = -1
_KNOWS_FENCED = 4


def handle(message: InitProducerIdRequest, context: Context) -> Answer:
    refusal = _refusal(message, context)
    if refusal is not ErrorCode.NONE:
        return _failed(refusal)
    if message.transactional_id is None:
        return _without_transactions(context.broker.cluster)
    question = partial(init_producer_id, message=message)
    return ask_prepared(message.transactional_id, question, partial(_respond, context.version), context, creates=True)


def _refusal(message: InitProducerIdRequest, context: Context) -> ErrorCode:
    if (message.producer_id == _NONE) != (message.producer_epoch == _NONE) or message.transactional_id == "":
        return ErrorCode.INVALID_REQUEST
    longest_ms = context.broker.config.int("transaction.max.timeout.ms")
    if message.transactional_id is not None and not 0 < message.transaction_timeout_ms <= longest_ms:
        return ErrorCode.INVALID_TRANSACTION_TIMEOUT
    return ErrorCode.NONE


def _respond(version: int, reply: Reply) -> InitProducerIdResponse:
    code = fenced_code(reply.code, knows_fenced=version >= _KNOWS_FENCED)
    producer_id, epoch = reply.producer
    return InitProducerIdResponse(error_code=code, producer_id=producer_id, producer_epoch=epoch)


def _failed(code: ErrorCode) -> InitProducerIdResponse:
    return InitProducerIdResponse(error_code=code, producer_epoch=_NONE)


def _without_transactions(cluster: Cluster) -> InitProducerIdResponse | Coroutine[Any, Any, InitProducerIdResponse]:
    producer_id = cluster.next_producer_id()
    if producer_id is None:
        return _fetch_block_and_answer(cluster)
    return InitProducerIdResponse(producer_id=producer_id)


async def _fetch_block_and_answer(cluster: Cluster) -> InitProducerIdResponse:
    try:
        return InitProducerIdResponse(producer_id=await cluster.new_producer_id())
    except StorageError:
        return _failed(ErrorCode.COORDINATOR_NOT_AVAILABLE)
