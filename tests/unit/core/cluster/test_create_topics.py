"""Every rule of CreateTopics, in Kafka's words, decided on an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

import pytest

from kafkalite.core.cluster.create_topics import (
    NewTopic,
    Outcome,
    TopicRules,
    TopicSettings,
    create_topics,
    new_topic,
    records_of,
)
from kafkalite.core.cluster.image import ClusterImage, broker_record, topic_record
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.create_topics import CreateTopicsRequest

CreatableTopic = CreateTopicsRequest.CreatableTopic
Assignment = CreateTopicsRequest.CreatableReplicaAssignment
Config = CreateTopicsRequest.CreatableTopicConfig


def cluster_with(*names: str) -> ClusterImage:
    image = ClusterImage()
    image.apply(broker_record(0, None))
    for number, name in enumerate(names, start=1):
        image.apply(topic_record(name, bytes([number] * 16), [[0]], {}))
    return image


def rules(partitions: int = 3, replication_factor: int = 1) -> TopicRules:
    ids = count(100)

    def check_configs(configs: Mapping[str, str | None]) -> str | None:
        return next((f"Unknown topic config name: {name}" for name in configs if name != "retention.ms"), None)

    return TopicRules(partitions, replication_factor, lambda: next(ids).to_bytes(16), check_configs)


def decide(image: ClusterImage, *topics: CreatableTopic) -> list[Outcome]:
    return create_topics(image, topics, rules())


def topic(name: str, partitions: int = 1, replication_factor: int = 1, **configs: str | None) -> CreatableTopic:
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=replication_factor,
        configs=[Config(name=key.replace("_", "."), value=value) for key, value in configs.items()],
    )


def by_hand(
    name: str, placements: Sequence[tuple[int, list[int]]], partitions: int = -1, factor: int = -1
) -> CreatableTopic:
    assignments = [Assignment(partition_index=index, broker_ids=nodes) for index, nodes in placements]
    return CreatableTopic(name=name, num_partitions=partitions, replication_factor=factor, assignments=assignments)


def created(outcomes: list[Outcome]) -> dict[str, NewTopic]:
    return {name: outcome for name, outcome in outcomes if isinstance(outcome, NewTopic)}


def refusal(image: ClusterImage, wanted: CreatableTopic) -> tuple[ErrorCode, str | None]:
    ((name, outcome),) = decide(image, wanted)
    assert name == wanted.name
    assert isinstance(outcome, KafkaError)
    return outcome.code, outcome.message


def test_a_topic_gets_an_id_its_partitions_and_its_overrides() -> None:
    wanted = decide(cluster_with(), topic("a", 2, 1, retention_ms="5"))
    assert created(wanted)["a"] == NewTopic("a", (100).to_bytes(16), [[0], [0]], {"retention.ms": "5"})


def test_minus_1_means_the_brokers_defaults() -> None:
    assert created(decide(cluster_with(), topic("a", -1, -1)))["a"].replicas == [[0], [0], [0]]


def test_a_name_that_exists_is_36() -> None:
    expected = (ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 'a.b' already exists.")
    assert refusal(cluster_with("a.b"), topic("a.b")) == expected


def test_a_name_in_use_is_told_before_anything_else_is_wrong() -> None:
    assert refusal(cluster_with("a"), topic("a", 0, 0, foo="1"))[0] is ErrorCode.TOPIC_ALREADY_EXISTS


def test_an_invalid_name_is_17() -> None:
    reason = (
        "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
    )
    assert refusal(cluster_with(), topic("a b")) == (ErrorCode.INVALID_TOPIC_EXCEPTION, reason)


def test_a_name_that_collides_is_17() -> None:
    expected = (ErrorCode.INVALID_TOPIC_EXCEPTION, "Topic 'a_b' collides with existing topic: a.b")
    assert refusal(cluster_with("a.b"), topic("a_b")) == expected


def test_kafkas_own_metadata_topic_is_42() -> None:
    expected = (ErrorCode.INVALID_REQUEST, "Creation of internal topic __cluster_metadata is prohibited.")
    assert refusal(cluster_with(), topic("__cluster_metadata")) == expected


def test_of_names_that_collide_within_one_request_the_first_is_created() -> None:
    outcomes = decide(cluster_with(), topic("a.b"), topic("a_b"))
    assert list(created(outcomes)) == ["a.b"]


def test_a_name_is_not_taken_by_a_topic_that_was_refused() -> None:
    assert list(created(decide(cluster_with(), topic("a.b", 0), topic("a_b")))) == ["a_b"]


def test_a_name_twice_in_one_request_is_42_and_comes_last() -> None:
    outcomes = decide(cluster_with(), topic("a"), topic("b"), topic("a"))
    assert [name for name, _ in outcomes] == ["b", "a"]
    assert list(created(outcomes)) == ["b"]
    assert str(outcomes[1][1]) == "INVALID_REQUEST: Duplicate topic name."


@pytest.mark.parametrize("partitions", [0, -2])
def test_partitions_that_are_none_are_37(partitions: int) -> None:
    reason = "Number of partitions was set to an invalid non-positive value."
    assert refusal(cluster_with(), topic("a", partitions)) == (ErrorCode.INVALID_PARTITIONS, reason)


@pytest.mark.parametrize("factor", [0, -2])
def test_a_replication_factor_that_is_none_is_38(factor: int) -> None:
    reason = "Replication factor must be larger than 0, or -1 to use the default value."
    assert refusal(cluster_with(), topic("a", 0, factor)) == (ErrorCode.INVALID_REPLICATION_FACTOR, reason)


def test_more_replicas_than_brokers_is_38() -> None:
    code, reason = refusal(cluster_with(), topic("a", 1, 2))
    assert code is ErrorCode.INVALID_REPLICATION_FACTOR
    assert reason is not None
    assert "because only 1 broker(s) are registered" in reason


def test_a_bad_config_is_40_and_told_before_bad_numbers() -> None:
    expected = (ErrorCode.INVALID_CONFIG, "Unknown topic config name: foo")
    assert refusal(cluster_with(), topic("a", 0, 0, foo="1")) == expected


def test_a_config_without_a_value_is_40() -> None:
    expected = (ErrorCode.INVALID_CONFIG, "Null value not supported for topic configs: retention.ms")
    assert refusal(cluster_with(), topic("a", retention_ms=None)) == expected


def test_of_a_config_given_twice_the_last_counts() -> None:
    wanted = topic("a")
    wanted.configs = [Config(name="retention.ms", value="1"), Config(name="retention.ms", value="2")]
    assert created(decide(cluster_with(), wanted))["a"].configs == {"retention.ms": "2"}


def test_a_placement_by_hand_is_taken_in_the_order_of_the_partitions() -> None:
    image = cluster_with()
    image.apply(broker_record(1, None))
    outcomes = decide(image, by_hand("a", [(1, [1]), (0, [0])]))
    assert created(outcomes)["a"].replicas == [[0], [1]]


@pytest.mark.parametrize(
    ("wanted", "code", "reason"),
    [
        (
            by_hand("a", [(0, [0])], partitions=1, factor=1),
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but replication factor was not set to -1.",
        ),
        (
            by_hand("a", [(0, [0])], partitions=1),
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
        (
            by_hand("a", [(0, [0]), (0, [0])]),
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Found multiple manual partition assignments for partition 0",
        ),
        (
            by_hand("a", [(0, [0]), (2, [0])]),
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        ),
        (
            by_hand("a", [(-1, [0]), (0, [0])]),
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        ),
        (
            by_hand("a", [(0, [7])]),
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "The manual partition assignment includes broker 7, but no such broker is registered.",
        ),
    ],
)
def test_a_bad_placement_by_hand(wanted: CreatableTopic, code: ErrorCode, reason: str) -> None:
    assert refusal(cluster_with(), wanted) == (code, reason)


def test_more_than_10000_partitions_in_one_request_are_44_for_all_of_it() -> None:
    outcomes = decide(cluster_with("exists"), topic("a", 6000), topic("b", 4001), topic("exists", 0))
    reason = "Excessively large number of partitions per request."
    assert [str(outcome) for _, outcome in outcomes] == [f"POLICY_VIOLATION: {reason}"] * 3


def test_more_than_10000_records_in_one_request_are_44_for_all_of_it() -> None:
    reason = "Unable to perform excessively large batch operation."
    assert refusal(cluster_with(), topic("a", 10_000)) == (ErrorCode.POLICY_VIOLATION, reason)
    assert refusal(cluster_with(), topic("a", 9_999, retention_ms="1"))[0] is ErrorCode.POLICY_VIOLATION
    assert len(created(decide(cluster_with(), topic("a", 9_999)))) == 1


def test_each_topic_succeeds_or_fails_for_itself() -> None:
    outcomes = decide(cluster_with("old"), topic("new"), topic("old"), topic("a!"), topic("newer"))
    assert [name for name, _ in outcomes] == ["new", "old", "a!", "newer"]
    assert list(created(outcomes)) == ["new", "newer"]


def test_the_records_make_the_topics_exist() -> None:
    image = cluster_with("old")
    outcomes = decide(image, topic("new", 2, retention_ms="5"), topic("old"))
    for record in records_of(outcomes):
        image.apply(record)
    assert list(image.topics) == ["old", "new"]
    assert image.topics["new"].replicas == [[0], [0]]
    assert image.topics["new"].configs == {"retention.ms": "5"}


def test_deciding_changes_nothing() -> None:
    image = cluster_with()
    decide(image, topic("a"))
    assert image.topics == {}


def test_leaders_of_the_topics_of_one_request_are_spread() -> None:
    image = cluster_with()
    image.apply(broker_record(1, None))
    outcomes = created(decide(image, topic("a"), topic("b")))
    assert [outcomes["a"].replicas, outcomes["b"].replicas] == [[[0]], [[1]]]


def test_a_topic_the_broker_makes_by_itself_obeys_the_same_names() -> None:
    image, settings = cluster_with("a.b"), TopicSettings(2, 1, {"cleanup.policy": "compact"})
    made = new_topic(image, "new", settings, bytes(16), set())
    assert (made.replicas, made.configs) == ([[0], [0]], {"cleanup.policy": "compact"})
    for name in ("a.b", "a_b", "a b", "__cluster_metadata"):
        with pytest.raises(KafkaError):
            new_topic(image, name, settings, bytes(16), set())
