"""Metadata (3): brokers, topics, leaders. What every client asks first, and asks again after most errors.

Missing topics are created before the answer where the request (v4+; older ones always) and auto.create.topics.enable
allow it, so no client has to come back for them. Existing topics come first in the answer. An unknown name is 3 (17 if
no topic may have it), an unknown id 100. Ids and names in one request: only the ids count.
v0 an empty list means all topics · v1 null means all, empty none · v4 allow auto-creation · v5 offline replicas ·
v7 leader epochs · v8 authorized operations (the cluster's until v10) · v9 flexible · v10 topic ids in answers; in
requests they are refused until v11 (42) · v12 topics by id · v13 top-level error code
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kafkalite.core.cluster.topic_names import INTERNAL_TOPICS, name_problem
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import ZERO_UUID, Uuid
from kafkalite.wire.messages.metadata import MetadataRequest, MetadataResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.cluster.image import ClusterImage, TopicImage

_Broker = MetadataResponse.MetadataResponseBroker
_Topic = MetadataResponse.MetadataResponseTopic
_Partition = MetadataResponse.MetadataResponsePartition

CLUSTER_OPERATIONS = 8096
"""What Kafka answers without an authorizer: one bit for every operation on a cluster."""

TOPIC_OPERATIONS = 3576
"""The same for a topic."""

OPERATIONS_NOT_ASKED = -(2**31)

_Errors = dict[str, ErrorCode]


def handle(message: MetadataRequest, context: Context) -> MetadataResponse | Coroutine[Any, Any, MetadataResponse]:
    wanted = message.topics
    if wanted is None or (context.version == 0 and not wanted):
        return _answer(message, context, _known(message, context, context.broker.cluster.image.topics.values()))
    refusal = _refusal(wanted, context.version)
    if refusal is not ErrorCode.NONE:
        return _refused(wanted, refusal)
    ids = [topic.topic_id for topic in wanted if topic.topic_id != ZERO_UUID]
    if ids:
        return _answer(message, context, _by_id(message, context, dict.fromkeys(ids)))
    names = dict.fromkeys(topic.name for topic in wanted if topic.name is not None)
    missing = _to_create(message, context, names)
    if missing:
        return _create_and_answer(message, context, names, missing)
    return _answer(message, context, _by_name(message, context, names, {}))


def _refusal(wanted: Sequence[MetadataRequest.MetadataRequestTopic], version: int) -> ErrorCode:
    """Refuse what names no topic, as Kafka does: ids before v12, and a null name without an id."""
    if version in (10, 11) and any(topic.name is None or topic.topic_id != ZERO_UUID for topic in wanted):
        return ErrorCode.INVALID_REQUEST
    if version >= 12 and any(topic.name is None and topic.topic_id == ZERO_UUID for topic in wanted):
        return ErrorCode.UNKNOWN_SERVER_ERROR
    return ErrorCode.NONE


def _refused(wanted: Sequence[MetadataRequest.MetadataRequestTopic], code: ErrorCode) -> MetadataResponse:
    topics = [_Topic(error_code=code, name=topic.name or "", topic_id=topic.topic_id) for topic in wanted]
    return MetadataResponse(topics=topics, error_code=code)


# Creating missing topics


def _to_create(message: MetadataRequest, context: Context, names: Iterable[str]) -> list[str]:
    existing = context.broker.cluster.image.topics
    missing = [name for name in names if name not in existing]
    if not missing or not message.allow_auto_topic_creation:
        return []
    if not context.broker.config.bool("auto.create.topics.enable"):
        return []
    return [name for name in missing if name_problem(name) is None]


async def _create_and_answer(
    message: MetadataRequest, context: Context, names: Iterable[str], missing: list[str]
) -> MetadataResponse:
    errors: _Errors = {}
    try:
        refusals = await context.broker.cluster.ensure_topics(missing)
        # A name that is allowed but collides stays unknown, as on Kafka.
        errors = {name: refusal.code for name, refusal in refusals.items() if refusal.code not in _UNKNOWN}
    except StorageError:
        errors = dict.fromkeys(missing, ErrorCode.KAFKA_STORAGE_ERROR)
    return _answer(message, context, _by_name(message, context, names, errors))


_UNKNOWN = (ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.INVALID_REQUEST)


# Describing


def _answer(message: MetadataRequest, context: Context, topics: list[_Topic]) -> MetadataResponse:
    broker = context.broker
    asked = message.include_cluster_authorized_operations
    host, port = broker.advertised(context.session)
    rack = broker.cluster.image.brokers[broker.node_id].rack
    return MetadataResponse(
        brokers=[_Broker(node_id=broker.node_id, host=host, port=port, rack=rack)],
        cluster_id=broker.cluster_id,
        controller_id=broker.node_id,
        topics=topics,
        cluster_authorized_operations=CLUSTER_OPERATIONS if asked else OPERATIONS_NOT_ASKED,
    )


def _by_id(message: MetadataRequest, context: Context, ids: Iterable[Uuid]) -> list[_Topic]:
    by_id = context.broker.cluster.image.topics_by_id
    known = _known(message, context, (by_id[topic_id] for topic_id in ids if topic_id in by_id))
    unknown = (topic_id for topic_id in ids if topic_id not in by_id)
    return known + [_Topic(error_code=ErrorCode.UNKNOWN_TOPIC_ID, name=None, topic_id=topic_id) for topic_id in unknown]


def _by_name(message: MetadataRequest, context: Context, names: Iterable[str], errors: _Errors) -> list[_Topic]:
    existing = context.broker.cluster.image.topics
    known = _known(message, context, (existing[name] for name in names if name in existing))
    return known + [_unknown(message, name, errors) for name in names if name not in existing]


def _unknown(message: MetadataRequest, name: str, errors: _Errors) -> _Topic:
    code = errors.get(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    return _Topic(
        error_code=code if name_problem(name) is None else ErrorCode.INVALID_TOPIC_EXCEPTION,
        name=name,
        is_internal=name in INTERNAL_TOPICS,
        topic_authorized_operations=_operations(message),
    )


def _operations(message: MetadataRequest) -> int:
    return TOPIC_OPERATIONS if message.include_topic_authorized_operations else OPERATIONS_NOT_ASKED


class _Described(NamedTuple):
    """A topic's part of the answer, made once per change of the topic and shared by all answers."""

    plain: _Topic
    with_operations: _Topic


def _known(message: MetadataRequest, context: Context, topics: Iterable[TopicImage]) -> list[_Topic]:
    image = context.broker.cluster.image
    derived = image.derived
    answers = []
    for topic in topics:
        described = derived.get(topic.name)
        if described is None:
            described = derived[topic.name] = _describe(topic, image)
        answers.append(described[message.include_topic_authorized_operations])
    return answers


def _describe(topic: TopicImage, image: ClusterImage) -> _Described:
    partitions = _partitions(topic, image)
    plain, with_operations = (
        _Topic(
            name=topic.name,
            topic_id=topic.topic_id,
            is_internal=topic.internal,
            partitions=partitions,
            topic_authorized_operations=operations,
        )
        for operations in (OPERATIONS_NOT_ASKED, TOPIC_OPERATIONS)
    )
    return _Described(plain, with_operations)


def _partitions(topic: TopicImage, image: ClusterImage) -> list[_Partition]:
    return [
        _Partition(
            partition_index=index,
            leader_id=nodes[0],
            leader_epoch=image.leader_epoch(topic, index),
            replica_nodes=nodes,
            isr_nodes=nodes,
        )
        for index, nodes in enumerate(topic.replicas)
    ]
