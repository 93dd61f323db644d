"""FindCoordinator (10): which broker coordinates a group.

With one broker it is this one, under the address the client dialled, the same that Metadata tells. The first question
makes `__consumer_offsets` before it is answered; Kafka answers COORDINATOR_NOT_AVAILABLE meanwhile and lets the
client come back. Transactional ids (key type 1) get UNSUPPORTED_VERSION: there are no transactions yet, and clients
would repeat a question that may come back. Share groups (key type 2) and unknown types get INVALID_REQUEST.
v1 key types · v3 flexible · v4 several keys at once · v6 key type 2
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.coordinators import OFFSETS_TOPIC
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse

GROUP, TRANSACTION = 0, 1

_Coordinator = FindCoordinatorResponse.Coordinator

_BATCHED = 4


def handle(message: FindCoordinatorRequest, context: Context) -> Answer:
    if message.key_type == GROUP and OFFSETS_TOPIC not in context.broker.topics.by_name:
        return _answer_once_there(message, context)
    return _answer(message, context, _refusal(message.key_type))


async def _answer_once_there(message: FindCoordinatorRequest, context: Context) -> FindCoordinatorResponse:
    there = await context.broker.groups.ensure_topic()
    return _answer(message, context, ErrorCode.NONE if there else ErrorCode.COORDINATOR_NOT_AVAILABLE)


def _refusal(key_type: int) -> ErrorCode:
    if key_type == GROUP:
        return ErrorCode.NONE
    return ErrorCode.UNSUPPORTED_VERSION if key_type == TRANSACTION else ErrorCode.INVALID_REQUEST


def _answer(message: FindCoordinatorRequest, context: Context, code: ErrorCode) -> FindCoordinatorResponse:
    if context.version >= _BATCHED:
        return FindCoordinatorResponse(
            coordinators=[_coordinator(key, context, code) for key in message.coordinator_keys]
        )
    one = _coordinator(message.key, context, code)
    text = one.error_message or "NONE"  # Kafka's name of no error
    return FindCoordinatorResponse(
        error_code=one.error_code, error_message=text, node_id=one.node_id, host=one.host, port=one.port
    )


def _coordinator(key: str, context: Context, code: ErrorCode) -> _Coordinator:
    if code:
        return _Coordinator(key=key, node_id=-1, host="", port=-1, error_code=code, error_message=_TEXTS[code])
    host, port = context.broker.advertised(context.session)
    return _Coordinator(key=key, node_id=context.broker.node_id, host=host, port=port, error_message="")


_TEXTS = {
    ErrorCode.COORDINATOR_NOT_AVAILABLE: "The coordinator is not available.",
    ErrorCode.INVALID_REQUEST: "This most likely occurs because of a request being malformed by the client library or"
    " the message was sent to an incompatible broker. See the broker logs for more details.",
    ErrorCode.UNSUPPORTED_VERSION: "This broker does not support transactions yet.",
}
"""Kafka's texts of the codes; the last is ours."""
