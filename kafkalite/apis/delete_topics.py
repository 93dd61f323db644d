"""DeleteTopics (20): remove topics with everything in them, each succeeding or failing for itself.

What is mentioned twice, by name or id, fails (42) and stays; a timeout of 0 or less fails all of them (7). With
delete.topic.enable=false nothing is deleted (73). The removal is stored before the data goes: a crash in between leaves
no topic, and its data is removed at the next start.
v3 error 73 (before: 42) · v4 flexible · v5 error messages · v6 topics by name or by id
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkalite.apis.context import Context

_Wanted = DeleteTopicsRequest.DeleteTopicState
_Result = DeleteTopicsResponse.DeletableTopicResult

_V3_DELETION_DISABLED = 3
_V6_TOPIC_IDS = 6


async def handle(message: DeleteTopicsRequest, context: Context) -> DeleteTopicsResponse:
    wanted = message.topics
    if context.version < _V6_TOPIC_IDS:
        wanted = [_Wanted(name=name) for name in message.topic_names]
    refusal = _refusal(message, context)
    if refusal is not None:
        return _all_failed(wanted, refusal)
    try:
        outcomes = await context.broker.cluster.delete_topics(wanted)
    except StorageError as problem:
        return _all_failed(wanted, KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(problem)))
    return DeleteTopicsResponse(
        responses=[_result(outcome.name, outcome.topic_id, outcome.refusal) for outcome in outcomes]
    )


def _refusal(message: DeleteTopicsRequest, context: Context) -> KafkaError | None:
    if not context.broker.config.bool("delete.topic.enable"):
        if context.version < _V3_DELETION_DISABLED:
            return KafkaError(ErrorCode.INVALID_REQUEST)
        return KafkaError(ErrorCode.TOPIC_DELETION_DISABLED, "Topic deletion is disabled.")
    if message.timeout_ms <= 0:
        return KafkaError(ErrorCode.REQUEST_TIMED_OUT)
    return None


def _all_failed(wanted: Sequence[_Wanted], refusal: KafkaError) -> DeleteTopicsResponse:
    return DeleteTopicsResponse(responses=[_result(topic.name, topic.topic_id, refusal) for topic in wanted])


def _result(name: str | None, topic_id: bytes, refusal: KafkaError | None) -> _Result:
    if refusal is None:
        return _Result(name=name, topic_id=topic_id)
    return _Result(name=name, topic_id=topic_id, error_code=refusal.code, error_message=refusal.message)
