"""Every rule of DeleteTopics, in Kafka's words, decided on an image."""

from __future__ import annotations

from kafkalite.core.cluster.delete_topics import Outcome, delete_topics, records_of
from kafkalite.core.cluster.image import ClusterImage, broker_record, topic_record
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest

Wanted = DeleteTopicsRequest.DeleteTopicState

A, B, UNKNOWN = bytes([1] * 16), bytes([2] * 16), bytes([9] * 16)


def cluster() -> ClusterImage:
    image = ClusterImage()
    image.apply(broker_record(0, None))
    image.apply(topic_record("a", A, [[0]], {}))
    image.apply(topic_record("b", B, [[0]], {}))
    return image


def refusals(*wanted: Wanted) -> list[tuple[str | None, bytes, ErrorCode, str | None]]:
    outcomes = delete_topics(cluster(), wanted)
    return [(one.name, one.topic_id, one.refusal.code, one.refusal.message) for one in outcomes if one.refusal]


def test_a_topic_goes_by_name_or_by_id() -> None:
    image = cluster()
    outcomes = delete_topics(image, [Wanted(name="a"), Wanted(topic_id=B)])
    assert sorted(outcomes) == [Outcome("a", A), Outcome("b", B)]
    for record in records_of(outcomes):
        image.apply(record)
    assert image.topics == {}


def test_an_unknown_name_is_3() -> None:
    reason = "This server does not host this topic-partition."
    expected = [("nope", ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, reason)]
    assert refusals(Wanted(name="nope")) == expected


def test_an_unknown_id_is_100() -> None:
    expected = [(None, UNKNOWN, ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")]
    assert refusals(Wanted(topic_id=UNKNOWN)) == expected


def test_neither_name_nor_id_is_42() -> None:
    expected = [(None, ZERO_UUID, ErrorCode.INVALID_REQUEST, "Neither topic name nor id were specified.")]
    assert refusals(Wanted()) == expected


def test_both_name_and_id_is_42_even_if_they_match() -> None:
    expected = [("a", A, ErrorCode.INVALID_REQUEST, "You may not specify both topic name and topic id.")]
    assert refusals(Wanted(name="a", topic_id=A)) == expected


def test_what_is_named_twice_is_42_and_stays_while_the_others_go() -> None:
    outcomes = delete_topics(cluster(), [Wanted(name="a"), Wanted(name="b"), Wanted(name="a")])
    assert [one for one in outcomes if one.refusal is None] == [Outcome("b", B)]
    assert refusals(Wanted(name="a"), Wanted(name="a")) == [
        ("a", ZERO_UUID, ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
    ]


def test_an_id_twice_is_42() -> None:
    expected = [(None, A, ErrorCode.INVALID_REQUEST, "Duplicate topic id.")]
    assert refusals(Wanted(topic_id=A), Wanted(topic_id=A)) == expected


def test_a_name_and_an_id_of_the_same_topic_are_one_42_and_it_stays() -> None:
    reason = "The provided topic name maps to an ID that was already supplied."
    outcomes = delete_topics(cluster(), [Wanted(topic_id=A), Wanted(name="a")])
    assert [(one.name, one.topic_id) for one in outcomes] == [("a", A)]
    assert outcomes[0].refusal is not None
    assert outcomes[0].refusal.message == reason


def test_something_unknown_twice_is_a_duplicate() -> None:
    assert [code for _, _, code, _ in refusals(Wanted(name="nope"), Wanted(name="nope"))] == [ErrorCode.INVALID_REQUEST]


def test_nothing_wanted_is_nothing_done() -> None:
    assert delete_topics(cluster(), []) == []
