"""InitProducerId (22): a new producer id, so that the broker can tell a producer's retries from its new records.

Without a transactional id: always a new id with epoch 0, whatever id and epoch the request gives; one without the other
is 42. Ids are fetched in stored blocks, so none is given out twice, restarts included.
Transactions are not built yet: a transactional id gets 35 UNSUPPORTED_VERSION, which makes the Java producer fail at
once with "The version of API is not supported." An empty one is 42, as on Kafka.
v2 flexible · v3 producer id and epoch · v4 error 90 · v5 error 120
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.cluster import Cluster

_NONE = -1


def handle(
    message: InitProducerIdRequest, context: Context
) -> InitProducerIdResponse | Coroutine[Any, Any, InitProducerIdResponse]:
    refusal = _refusal(message)
    if refusal is not ErrorCode.NONE:
        return _failed(refusal)
    producer_id = context.broker.cluster.next_producer_id()
    if producer_id is None:
        return _fetch_block_and_answer(context.broker.cluster)
    return InitProducerIdResponse(producer_id=producer_id)


def _refusal(message: InitProducerIdRequest) -> ErrorCode:
    if (message.producer_id == _NONE) != (message.producer_epoch == _NONE):
        return ErrorCode.INVALID_REQUEST
    if message.transactional_id is None:
        return ErrorCode.NONE
    return ErrorCode.UNSUPPORTED_VERSION if message.transactional_id else ErrorCode.INVALID_REQUEST


def _failed(code: ErrorCode) -> InitProducerIdResponse:
    return InitProducerIdResponse(error_code=code, producer_epoch=_NONE)


async def _fetch_block_and_answer(cluster: Cluster) -> InitProducerIdResponse:
    try:
        return InitProducerIdResponse(producer_id=await cluster.new_producer_id())
    except StorageError:
        return _failed(ErrorCode.COORDINATOR_NOT_AVAILABLE)
