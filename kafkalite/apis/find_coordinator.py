"""FindCoordinator (10): which broker coordinates a group or a transactional id.

With one broker it is this one, under the address the client dialled, the same that Metadata tells. The first question
makes `__consumer_offsets` or `__transaction_state` before it is answered; Kafka answers COORDINATOR_NOT_AVAILABLE
meanwhile and lets the client come back. Share groups (key type 2) and unknown types get INVALID_REQUEST.
v1 key types · v3 flexible · v4 several keys at once · v6 key type 2
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC, TRANSACTIONS_TOPIC
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse

GROUP, TRANSACTION = 0, 1

_TOPICS = {GROUP: OFFSETS_TOPIC, TRANSACTION: TRANSACTIONS_TOPIC}
"""Where coordinators of each key type keep their state."""

_Coordinator = FindCoordinatorResponse.Coordinator

_BATCHED = 4


def handle(message: FindCoordinatorRequest, context: Context) -> Answer:
    name = _TOPICS.get(message.key_type)
    if name is None:
        return _answer(message, context, ErrorCode.INVALID_REQUEST)
    if name not in context.broker.topics.by_name:
        return _answer_once_there(message, context)
    return _answer(message, context, ErrorCode.NONE)


async def _answer_once_there(message: FindCoordinatorRequest, context: Context) -> FindCoordinatorResponse:
    coordinator = context.broker.groups if message.key_type == GROUP else context.broker.transactions
    there = await coordinator.ensure_topic()
    return _answer(message, context, ErrorCode.NONE if there else ErrorCode.COORDINATOR_NOT_AVAILABLE)


def _answer(message: FindCoordinatorRequest, context: Context, code: ErrorCode) -> FindCoordinatorResponse:
    if context.version >= _BATCHED:
        return FindCoordinatorResponse(
            coordinators=[_coordinator(message.key_type, key, context, code) for key in message.coordinator_keys]
        )
    one = _coordinator(message.key_type, message.key, context, code)
    text = one.error_message or "NONE"  # Kafka's name of no error
    return FindCoordinatorResponse(
        error_code=one.error_code, error_message=text, node_id=one.node_id, host=one.host, port=one.port
    )


def _coordinator(key_type: int, key: str, context: Context, code: ErrorCode) -> _Coordinator:
    if code:
        return _Coordinator(key=key, node_id=-1, host="", port=-1, error_code=code, error_message=_TEXTS[code])
    if key_type == GROUP:
        context.broker.groups.announced.note(key, context.client_id, context.session, context.broker.clock.now())
    host, port = context.broker.advertised(context.session)
    return _Coordinator(key=key, node_id=context.broker.node_id, host=host, port=port, error_message="")


_TEXTS = {
    ErrorCode.COORDINATOR_NOT_AVAILABLE: "The coordinator is not available.",
    ErrorCode.INVALID_REQUEST: "This most likely occurs because of a request being malformed by the client library or"
    " the message was sent to an incompatible broker. See the broker logs for more details.",
}
"""Kafka's texts of the codes."""
