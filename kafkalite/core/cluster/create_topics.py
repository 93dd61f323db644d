"""Deciding on new topics: a CreateTopics request, or one topic that the broker itself needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kafkalite.core.cluster.image import ClusterImage, MetadataRecord, Replicas, topic_record
from kafkalite.core.cluster.placement import check_placement, place
from kafkalite.core.cluster.topic_names import CLUSTER_METADATA, collision_key, name_problem
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid

if TYPE_CHECKING:
    from kafkalite.wire.messages.create_topics import CreateTopicsRequest

    CreatableTopic = CreateTopicsRequest.CreatableTopic

MAX_PARTITIONS_PER_REQUEST = 10_000
"""Kafka's bound on what one request may add (MAX_PARTITIONS_PER_BATCH), so that no single change is enormous."""

MAX_RECORDS_PER_REQUEST = 10_000
"""Kafka's bound on one batch of metadata records (MAX_RECORDS_PER_USER_OP): topics, partitions and config overrides."""

MESSAGE_TOO_MANY_PARTITIONS = "Excessively large number of partitions per request."
MESSAGE_TOO_MANY_RECORDS = "Unable to perform excessively large batch operation."


class TopicRules(NamedTuple):
    """What a decision on new topics needs beside the image."""

    partitions: int
    """For topics that leave the number to the broker (num.partitions)."""
    replication_factor: int
    """The same (default.replication.factor)."""
    new_id: Callable[[], Uuid]
    check_configs: Callable[[Mapping[str, str | None]], str | None]
    """Says in Kafka's words what is wrong with config overrides, None when they are fine."""


class TopicSettings(NamedTuple):
    """What a topic is created with when no request says it."""

    partitions: int
    replication_factor: int
    configs: dict[str, str]


class NewTopic(NamedTuple):
    """A topic that will exist once its record is stored."""

    name: str
    topic_id: Uuid
    replicas: Replicas
    configs: dict[str, str]

    def record(self) -> MetadataRecord:
        return topic_record(self.name, self.topic_id, self.replicas, self.configs)


Outcome = tuple[str, NewTopic | KafkaError]
"""A topic's name and what becomes of it."""


def create_topics(image: ClusterImage, topics: Sequence[CreatableTopic], rules: TopicRules) -> list[Outcome]:
    """Decide on every topic of a request; those mentioned twice come last, as Kafka puts them."""
    mentions = Counter(topic.name for topic in topics)
    wanted = [topic for topic in topics if mentions[topic.name] == 1]
    outcomes = _decide(image, wanted, rules)
    for name, times in mentions.items():
        if times > 1:
            outcomes.append((name, KafkaError(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")))
    return outcomes


def records_of(outcomes: Iterable[Outcome]) -> list[MetadataRecord]:
    """Return the records that make the outcomes true."""
    return [topic.record() for _, topic in outcomes if isinstance(topic, NewTopic)]


def new_topic(image: ClusterImage, name: str, settings: TopicSettings, topic_id: Uuid, taken: set[str]) -> NewTopic:
    """Decide on one topic that the broker creates by itself; `taken` as in `_check_name`. Raises KafkaError."""
    _check_name(image, name, taken)
    replicas = place(image, settings.partitions, settings.replication_factor, len(image.topics))
    _take_name(name, taken)
    return NewTopic(name, topic_id, replicas, settings.configs)


def _decide(image: ClusterImage, topics: Sequence[CreatableTopic], rules: TopicRules) -> list[Outcome]:
    if sum(_partitions_asked(topic, rules) for topic in topics) > MAX_PARTITIONS_PER_REQUEST:
        return [(topic.name, KafkaError(ErrorCode.POLICY_VIOLATION, MESSAGE_TOO_MANY_PARTITIONS)) for topic in topics]
    outcomes: list[Outcome] = []
    taken: set[str] = set()
    records = 0
    for topic in topics:
        try:
            decided = _create(image, topic, rules, taken, len(image.topics) + len(outcomes))
            records += 1 + len(decided.replicas) + len(decided.configs)
            outcomes.append((topic.name, decided))
        except KafkaError as refusal:
            outcomes.append((topic.name, refusal))
    if records > MAX_RECORDS_PER_REQUEST:
        return [(topic.name, KafkaError(ErrorCode.POLICY_VIOLATION, MESSAGE_TOO_MANY_RECORDS)) for topic in topics]
    return outcomes


def _partitions_asked(topic: CreatableTopic, rules: TopicRules) -> int:
    if topic.assignments:
        return len(topic.assignments)
    return rules.partitions if topic.num_partitions == -1 else topic.num_partitions


def _create(image: ClusterImage, topic: CreatableTopic, rules: TopicRules, taken: set[str], start: int) -> NewTopic:
    _check_name(image, topic.name, taken)
    configs = _check_configs(topic, rules)
    replicas = _replicas_by_hand(image, topic) if topic.assignments else _replicas(image, topic, rules, start)
    _take_name(topic.name, taken)
    return NewTopic(topic.name, rules.new_id(), replicas, configs)


def _check_name(image: ClusterImage, name: str, taken: set[str]) -> None:
    """Refuse a name that is invalid or taken. `taken` are the collision keys of topics created by the same request:
    Kafka lets such a pair pass, we do not."""
    if name == CLUSTER_METADATA:
        raise KafkaError(ErrorCode.INVALID_REQUEST, f"Creation of internal topic {name} is prohibited.")
    if name in image.topics:
        raise KafkaError(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    problem = name_problem(name)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    existing = image.colliding_name(name)
    if existing is not None:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, f"Topic '{name}' collides with existing topic: {existing}")
    if collision_key(name) in taken:
        raise KafkaError(
            ErrorCode.INVALID_TOPIC_EXCEPTION, f"Topic '{name}' collides with another topic of this request."
        )


def _take_name(name: str, taken: set[str]) -> None:
    key = collision_key(name)
    if key is not None:
        taken.add(key)


def _check_configs(topic: CreatableTopic, rules: TopicRules) -> dict[str, str]:
    if not topic.configs:
        return {}
    configs: dict[str, str | None] = {config.name: config.value for config in topic.configs}
    without_value = [name for name, value in configs.items() if value is None]
    if without_value:
        reason = f"Null value not supported for topic configs: {','.join(without_value)}"
        raise KafkaError(ErrorCode.INVALID_CONFIG, reason)
    problem = rules.check_configs(configs)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_CONFIG, problem)
    return {name: value for name, value in configs.items() if value is not None}


def _replicas(image: ClusterImage, topic: CreatableTopic, rules: TopicRules, start: int) -> Replicas:
    if topic.replication_factor < -1 or topic.replication_factor == 0:
        reason = "Replication factor must be larger than 0, or -1 to use the default value."
        raise KafkaError(ErrorCode.INVALID_REPLICATION_FACTOR, reason)
    if topic.num_partitions < -1 or topic.num_partitions == 0:
        reason = "Number of partitions was set to an invalid non-positive value."
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, reason)
    partitions = rules.partitions if topic.num_partitions == -1 else topic.num_partitions
    factor = rules.replication_factor if topic.replication_factor == -1 else topic.replication_factor
    return place(image, partitions, factor, start)


def _replicas_by_hand(image: ClusterImage, topic: CreatableTopic) -> Replicas:
    if topic.replication_factor != -1:
        reason = "A manual partition assignment was specified, but replication factor was not set to -1."
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)
    if topic.num_partitions != -1:
        reason = "A manual partition assignment was specified, but numPartitions was not set to -1."
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)
    chosen: dict[int, list[int]] = {}
    factor: int | None = None
    for assignment in topic.assignments:
        index = assignment.partition_index
        if index in chosen:
            reason = f"Found multiple manual partition assignments for partition {index}"
            raise KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason)
        check_placement(image, assignment.broker_ids, factor)
        factor = len(assignment.broker_ids)
        chosen[index] = list(assignment.broker_ids)
    if sorted(chosen) != list(range(len(chosen))):
        reason = "partitions should be a consecutive 0-based integer sequence"
        raise KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason)
    return [chosen[index] for index in range(len(chosen))]
