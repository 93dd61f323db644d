"""Every rule of CreatePartitions, in Kafka's words, decided on an image."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.create_partitions import NewPartitions, create_partitions, records_of
from kafkalite.core.cluster.image import ClusterImage, broker_record, topic_record
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest

Wanted = CreatePartitionsRequest.CreatePartitionsTopic
Assignment = CreatePartitionsRequest.CreatePartitionsAssignment


def cluster() -> ClusterImage:
    """Topics `a` with 2 partitions, `b` and an internal one with 1 on broker 0."""
    image = ClusterImage()
    image.apply(broker_record(0, None))
    image.apply(topic_record("a", bytes([1] * 16), [[0], [0]], {}))
    image.apply(topic_record("b", bytes([2] * 16), [[0]], {}))
    image.apply(topic_record("__consumer_offsets", bytes([3] * 16), [[0]], {}))
    return image


def wanted(name: str, count: int, placements: list[list[int]] | None = None) -> Wanted:
    assignments = None if placements is None else [Assignment(broker_ids=nodes) for nodes in placements]
    return Wanted(name=name, count=count, assignments=assignments)


def refusal(topic: Wanted) -> tuple[ErrorCode, str | None]:
    ((_, outcome),) = create_partitions(cluster(), [topic])
    assert isinstance(outcome, KafkaError)
    return outcome.code, outcome.message


def test_count_is_the_new_total() -> None:
    image = cluster()
    outcomes = create_partitions(image, [wanted("a", 5)])
    assert outcomes == [("a", NewPartitions(bytes([1] * 16), [[0], [0], [0]]))]
    for record in records_of(outcomes):
        image.apply(record)
    assert len(image.topics["a"]) == 5


def test_an_unknown_topic_is_3() -> None:
    assert refusal(wanted("nope", 3)) == (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, None)


def test_an_internal_topic_keeps_its_partitions_42() -> None:
    code, message = refusal(wanted("__consumer_offsets", 2))
    assert (code, message) == (
        ErrorCode.INVALID_REQUEST,
        "The broker finds groups and transactions by the number of partitions, so it stays as it is.",
    )


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (2, "Topic already has 2 partition(s)."),
        (1, "The topic a currently has 2 partition(s); 1 would not be an increase."),
        (0, "The topic a currently has 2 partition(s); 0 would not be an increase."),
        (-1, "The topic a currently has 2 partition(s); -1 would not be an increase."),
    ],
)
def test_a_count_that_adds_nothing_is_37(count: int, reason: str) -> None:
    assert refusal(wanted("a", count)) == (ErrorCode.INVALID_PARTITIONS, reason)


@pytest.mark.parametrize(
    ("placements", "reason"),
    [
        ([], "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified."),
        ([[0], [0]], "Attempted to add 1 additional partition(s), but only 2 assignment(s) were specified."),
        ([[7]], "The manual partition assignment includes broker 7, but no such broker is registered."),
        ([[]], "The manual partition assignment includes an empty replica list."),
        ([[0, 0]], "The manual partition assignment includes the broker 0 more than once."),
    ],
)
def test_a_bad_placement_by_hand_is_39(placements: list[list[int]], reason: str) -> None:
    assert refusal(wanted("a", 3, placements)) == (ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason)


def test_a_placement_by_hand_must_have_the_topics_replication_factor() -> None:
    image = cluster()
    image.apply(broker_record(1, None))
    ((_, outcome),) = create_partitions(image, [wanted("a", 3, [[0, 1]])])
    assert isinstance(outcome, KafkaError)
    assert "not consistent with previous partitions, which have 1 replica(s)" in str(outcome.message)


def test_a_good_placement_by_hand_is_taken() -> None:
    image = cluster()
    image.apply(broker_record(1, None))
    ((_, outcome),) = create_partitions(image, [wanted("a", 4, [[1], [0]])])
    assert outcome == NewPartitions(bytes([1] * 16), [[1], [0]])


def test_a_name_twice_is_42_and_the_others_go_on() -> None:
    outcomes = create_partitions(cluster(), [wanted("a", 3), wanted("b", 2), wanted("a", 4)])
    assert [name for name, _ in outcomes] == ["a", "b"]
    assert str(outcomes[0][1]) == "INVALID_REQUEST: Duplicate topic name."
    assert isinstance(outcomes[1][1], NewPartitions)


def test_more_than_10000_new_partitions_are_44_for_all_of_the_request() -> None:
    reason = "Excessively large number of additional partitions per request."
    for topics in ([wanted("a", 10_003)], [wanted("a", 6000), wanted("b", 6000)], [wanted("a", 2**31 - 1)]):
        outcomes = create_partitions(cluster(), topics)
        assert [str(outcome) for _, outcome in outcomes] == [f"POLICY_VIOLATION: {reason}"] * len(topics)


def test_10000_new_partitions_are_allowed() -> None:
    ((_, outcome),) = create_partitions(cluster(), [wanted("a", 10_002)])
    assert isinstance(outcome, NewPartitions)
