"""Deciding on a DeleteTopics request: topics by name (v1-5) or by name or id (v6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kafkalite.core.cluster.image import ClusterImage, MetadataRecord, TopicImage, topic_removed_record
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Uuid

if TYPE_CHECKING:
    from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest

    DeleteTopicState = DeleteTopicsRequest.DeleteTopicState


class Outcome(NamedTuple):
    """What becomes of one topic of the request: named as the answer names it, gone when there is no refusal."""

    name: str | None
    topic_id: Uuid
    refusal: KafkaError | None = None


def delete_topics(image: ClusterImage, wanted: Sequence[DeleteTopicState]) -> list[Outcome]:
    """Decide on every topic of a request: refusals first. What is mentioned twice is not deleted."""
    outcomes: list[Outcome] = []
    names, ids = _mentions(wanted, outcomes)
    found: dict[Uuid, TopicImage] = {}
    for topic_id, times in ids.items():
        topic = image.topics_by_id.get(topic_id)
        if times > 1:
            outcomes.append(_invalid(None, topic_id, "Duplicate topic id."))
        elif topic is None:
            unknown = KafkaError(ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")
            outcomes.append(Outcome(None, topic_id, unknown))
        else:
            found[topic_id] = topic
    for name, times in names.items():
        topic = image.topics.get(name)
        if times > 1:
            outcomes.append(_invalid(name, ZERO_UUID, "Duplicate topic name."))
        elif topic is None:
            unknown = KafkaError(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition."
            )
            outcomes.append(Outcome(name, ZERO_UUID, unknown))
        elif topic.topic_id in ids:
            reason = "The provided topic name maps to an ID that was already supplied."
            outcomes.append(_invalid(name, topic.topic_id, reason))
            found.pop(topic.topic_id, None)
        else:
            found[topic.topic_id] = topic
    return outcomes + [Outcome(topic.name, topic.topic_id) for topic in found.values()]


def records_of(outcomes: Iterable[Outcome]) -> list[MetadataRecord]:
    """Return the records that make the outcomes true."""
    return [topic_removed_record(outcome.topic_id) for outcome in outcomes if outcome.refusal is None]


def _mentions(wanted: Sequence[DeleteTopicState], outcomes: list[Outcome]) -> tuple[Counter[str], Counter[Uuid]]:
    """Count names and ids; what is neither or both goes to `outcomes`."""
    names: Counter[str] = Counter()
    ids: Counter[Uuid] = Counter()
    for topic in wanted:
        if topic.name is not None and topic.topic_id != ZERO_UUID:
            outcomes.append(_invalid(topic.name, topic.topic_id, "You may not specify both topic name and topic id."))
        elif topic.name is not None:
            names[topic.name] += 1
        elif topic.topic_id != ZERO_UUID:
            ids[topic.topic_id] += 1
        else:
            outcomes.append(_invalid(None, ZERO_UUID, "Neither topic name nor id were specified."))
    return names, ids


def _invalid(name: str | None, topic_id: Uuid, reason: str) -> Outcome:
    return Outcome(name, topic_id, KafkaError(ErrorCode.INVALID_REQUEST, reason))
