"""Deciding on a CreatePartitions request: more partitions for existing topics, never fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kafkalite.core.cluster.create_topics import MAX_PARTITIONS_PER_REQUEST
from kafkalite.core.cluster.image import ClusterImage, MetadataRecord, Replicas, TopicImage, partitions_record
from kafkalite.core.cluster.placement import check_placements, place
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid

if TYPE_CHECKING:
    from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest

    CreatePartitionsTopic = CreatePartitionsRequest.CreatePartitionsTopic

MESSAGE_TOO_MANY_PARTITIONS = "Excessively large number of additional partitions per request."

MESSAGE_INTERNAL = "The broker finds groups and transactions by the number of partitions, so it stays as it is."
"""Of internal topics. Kafka lets it change, and after its next start does not find what lies in another partition."""


class NewPartitions(NamedTuple):
    """Partitions that will exist once their record is stored."""

    topic_id: Uuid
    replicas: Replicas

    def record(self) -> MetadataRecord:
        return partitions_record(self.topic_id, self.replicas)


Outcome = tuple[str, NewPartitions | KafkaError]
"""A topic's name and what becomes of it."""


def create_partitions(image: ClusterImage, topics: Sequence[CreatePartitionsTopic]) -> list[Outcome]:
    """Decide on every topic of a request; those mentioned twice come first, as Kafka puts them."""
    mentions = Counter(topic.name for topic in topics)
    refused = KafkaError(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
    outcomes: list[Outcome] = [(name, refused) for name, times in mentions.items() if times > 1]
    wanted = [topic for topic in topics if mentions[topic.name] == 1]
    if sum(_additional(image, topic) for topic in wanted) > MAX_PARTITIONS_PER_REQUEST:
        too_many = KafkaError(ErrorCode.POLICY_VIOLATION, MESSAGE_TOO_MANY_PARTITIONS)
        return outcomes + [(topic.name, too_many) for topic in wanted]
    for topic in wanted:
        try:
            outcomes.append((topic.name, _grow(image, topic)))
        except KafkaError as refusal:
            outcomes.append((topic.name, refusal))
    return outcomes


def records_of(outcomes: Iterable[Outcome]) -> list[MetadataRecord]:
    """Return the records that make the outcomes true."""
    return [added.record() for _, added in outcomes if isinstance(added, NewPartitions)]


def _additional(image: ClusterImage, topic: CreatePartitionsTopic) -> int:
    existing = image.topics.get(topic.name)
    return 0 if existing is None else max(0, topic.count - len(existing))


def _grow(image: ClusterImage, wanted: CreatePartitionsTopic) -> NewPartitions:
    topic = image.topics.get(wanted.name)
    if topic is None:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if topic.internal:
        raise KafkaError(ErrorCode.INVALID_REQUEST, MESSAGE_INTERNAL)
    additional = _check_count(topic, wanted.count)
    factor = len(topic.replicas[0])
    if wanted.assignments is None:
        return NewPartitions(topic.topic_id, place(image, additional, factor, len(image.topics) + len(topic)))
    if len(wanted.assignments) != additional:
        raise KafkaError(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"Attempted to add {additional} additional partition(s), but only {len(wanted.assignments)} assignment(s) "
            f"were specified.",
        )
    partitions = (assignment.broker_ids for assignment in wanted.assignments)
    return NewPartitions(topic.topic_id, check_placements(image, partitions, factor))


def _check_count(topic: TopicImage, count: int) -> int:
    """Return how many partitions `count` adds. Raises KafkaError when it adds none."""
    existing = len(topic)
    if count == existing:
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, f"Topic already has {existing} partition(s).")
    if count < existing:
        reason = f"The topic {topic.name} currently has {existing} partition(s); {count} would not be an increase."
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, reason)
    return count - existing
