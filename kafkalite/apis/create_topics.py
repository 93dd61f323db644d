"""CreateTopics (19): new topics, each succeeding or failing for itself.

A topic named twice fails (42) while the others are created; a timeout of 0 or less fails all of them (7). The topic is
stored before the answer, so it is there after a crash. validate_only answers as if it had been created, a topic id too.
Names that collide within one request are refused (17); Kafka lets such a pair pass.
v4 -1 for partitions and replication factor means the broker's defaults · v5 flexible, answers with partitions,
replication factor and every effective config · v7 topic id
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kafkalite.apis.describe_configs import topic_entries
from kafkalite.core.cluster.create_topics import NewTopic
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.create_topics import CreateTopicsRequest, CreateTopicsResponse
from kafkalite.wire.messages.describe_configs import DescribeConfigsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.config import BrokerConfig

_Result = CreateTopicsResponse.CreatableTopicResult
_Configs = CreateTopicsResponse.CreatableTopicConfigs

_V5_CONFIGS = 5


async def handle(message: CreateTopicsRequest, context: Context) -> CreateTopicsResponse:
    if message.timeout_ms <= 0:
        return _all_failed(message, KafkaError(ErrorCode.REQUEST_TIMED_OUT))
    try:
        outcomes = await context.broker.cluster.create_topics(message.topics, validate_only=message.validate_only)
    except StorageError as problem:
        return _all_failed(message, KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(problem)))
    config = context.broker.config
    inherited = _configs(topic_entries(config, {})) if context.version >= _V5_CONFIGS else []
    return CreateTopicsResponse(
        topics=[
            _failed(name, outcome) if isinstance(outcome, KafkaError) else _created(outcome, inherited, config)
            for name, outcome in outcomes
        ]
    )


def _all_failed(message: CreateTopicsRequest, refusal: KafkaError) -> CreateTopicsResponse:
    return CreateTopicsResponse(topics=[_failed(topic.name, refusal) for topic in message.topics])


def _failed(name: str, refusal: KafkaError) -> _Result:
    return _Result(name=name, error_code=refusal.code, error_message=refusal.message)


def _created(topic: NewTopic, inherited: list[_Configs], config: BrokerConfig) -> _Result:
    """Answer for a topic that exists now; `inherited` are the configs of a topic without overrides (none before v5)."""
    overridden = bool(inherited) and bool(topic.configs)
    return _Result(
        name=topic.name,
        topic_id=topic.topic_id,
        error_message=None,
        num_partitions=len(topic.replicas),
        replication_factor=len(topic.replicas[0]),
        configs=_configs(topic_entries(config, topic.configs)) if overridden else inherited,
    )


def _configs(entries: Iterable[DescribeConfigsResponse.DescribeConfigsResourceResult]) -> list[_Configs]:
    return [
        _Configs(
            name=entry.name,
            value=entry.value,
            read_only=entry.read_only,
            config_source=entry.config_source,
            is_sensitive=entry.is_sensitive,
        )
        for entry in entries
    ]
