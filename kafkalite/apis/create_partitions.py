"""CreatePartitions (37): more partitions for existing topics, each topic succeeding or failing for itself.

`count` is the new total. A topic named twice fails (42); a timeout of 0 or less fails all of them (7). An internal
topic keeps its partitions (42, where Kafka would lose sight of groups).
v2 flexible; nothing else ever changed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest, CreatePartitionsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context

_Result = CreatePartitionsResponse.CreatePartitionsTopicResult


async def handle(message: CreatePartitionsRequest, context: Context) -> CreatePartitionsResponse:
    if message.timeout_ms <= 0:
        return _all_failed(message, KafkaError(ErrorCode.REQUEST_TIMED_OUT))
    try:
        outcomes = await context.broker.cluster.create_partitions(message.topics, validate_only=message.validate_only)
    except StorageError as problem:
        return _all_failed(message, KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(problem)))
    return CreatePartitionsResponse(
        results=[
            _failed(name, outcome) if isinstance(outcome, KafkaError) else _Result(name=name)
            for name, outcome in outcomes
        ]
    )


def _all_failed(message: CreatePartitionsRequest, refusal: KafkaError) -> CreatePartitionsResponse:
    names = dict.fromkeys(topic.name for topic in message.topics)
    return CreatePartitionsResponse(results=[_failed(name, refusal) for name in names])


def _failed(name: str, refusal: KafkaError) -> _Result:
    return _Result(name=name, error_code=refusal.code, error_message=refusal.message)
