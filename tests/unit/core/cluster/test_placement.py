"""Where replicas go, and Kafka's texts about placements given by hand."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.image import ClusterImage, broker_record
from kafkalite.core.cluster.placement import check_placement, check_placements, place
from kafkalite.wire.errors import ErrorCode, KafkaError


def cluster_of(*nodes: int) -> ClusterImage:
    image = ClusterImage()
    for node in nodes:
        image.apply(broker_record(node, None))
    return image


def test_on_one_broker_everything_is_there() -> None:
    assert place(cluster_of(0), 3, 1, start=5) == [[0], [0], [0]]


def test_leaders_and_replicas_are_spread_over_all_brokers() -> None:
    assert place(cluster_of(1, 2, 3), 4, 2, start=0) == [[1, 2], [2, 3], [3, 1], [1, 2]]
    assert place(cluster_of(1, 2, 3), 1, 1, start=1) == [[2]]


def test_more_replicas_than_brokers_is_38() -> None:
    with pytest.raises(KafkaError) as refusal:
        place(cluster_of(0), 1, 2, start=0)
    assert refusal.value.code is ErrorCode.INVALID_REPLICATION_FACTOR
    assert refusal.value.message == (
        "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because "
        "only 1 broker(s) are registered or some brokers have all their log directories cordoned."
    )


def test_a_cordoned_broker_gets_nothing_new() -> None:
    image = cluster_of(1, 2, 3)
    image.cordoned = {2}
    assert place(image, 4, 2, start=0) == [[1, 3], [3, 1], [1, 3], [3, 1]]
    with pytest.raises(KafkaError) as refusal:
        place(image, 1, 3, start=0)
    assert refusal.value.code is ErrorCode.INVALID_REPLICATION_FACTOR
    with pytest.raises(KafkaError) as refusal:
        check_placement(image, [1, 2], None)
    assert refusal.value.code is ErrorCode.INVALID_REPLICA_ASSIGNMENT
    assert refusal.value.message == (
        "The manual partition assignment includes broker 2, but all its log directories are cordoned."
    )


def test_when_all_are_cordoned_kafka_says_so() -> None:
    image = cluster_of(1)
    image.cordoned = {1}
    with pytest.raises(KafkaError) as refusal:
        place(image, 1, 1, start=0)
    assert (refusal.value.code, refusal.value.message) == (
        ErrorCode.INVALID_REPLICATION_FACTOR,
        "Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all their log "
        "directories cordoned.",
    )


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ([], "The manual partition assignment includes an empty replica list."),
        ([5], "The manual partition assignment includes broker 5, but no such broker is registered."),
        ([0, 0], "The manual partition assignment includes the broker 0 more than once."),
        (
            [0, 1],
            "The manual partition assignment includes a partition with 2 replica(s), but this is not consistent with "
            "previous partitions, which have 1 replica(s).",
        ),
    ],
)
def test_a_bad_placement_by_hand_is_39(nodes: list[int], reason: str) -> None:
    with pytest.raises(KafkaError) as refusal:
        check_placement(cluster_of(0, 1), nodes, 1)
    assert (refusal.value.code, refusal.value.message) == (ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason)


def test_a_good_placement_by_hand_is_taken() -> None:
    assert check_placements(cluster_of(0, 1), [[1, 0], [0, 1]], None) == [[1, 0], [0, 1]]


def test_all_partitions_need_the_same_number_of_replicas() -> None:
    with pytest.raises(KafkaError, match="not consistent"):
        check_placements(cluster_of(0, 1), [[1, 0], [0]], None)
