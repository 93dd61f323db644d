"""The hash of a group's topics changes with them and with nothing else."""

from __future__ import annotations

from kafkalite.core.cluster.image import (
    ClusterImage,
    broker_record,
    partitions_record,
    topic_configs_record,
    topic_record,
    topic_removed_record,
)
from kafkalite.core.groups.topic_metadata import NO_TOPICS, metadata_hash

A, B, C = (bytes([number]) * 16 for number in (1, 2, 3))


def image(rack: str | None = None) -> ClusterImage:
    made = ClusterImage()
    for record in (
        broker_record(0, rack),
        broker_record(1, None),
        topic_record("a", A, [[0], [1]], {}),
        topic_record("b", B, [[0]], {}),
    ):
        made.apply(record)
    return made


def test_no_topics() -> None:
    assert metadata_hash(image(), []) == NO_TOPICS
    assert metadata_hash(image(), ["nope"]) == NO_TOPICS


def test_it_is_an_int64_and_the_same_everywhere() -> None:
    value = metadata_hash(image(), ["a", "b"])
    assert value == metadata_hash(image(), ["b", "a", "nope"]) == -7355649386378969450
    assert value != metadata_hash(image(), ["a"])


def test_it_follows_the_topics() -> None:
    names = ["a", "b", "c"]
    seen = []
    cluster = image()
    for record in (
        topic_record("c", C, [[0]], {}),
        partitions_record(A, [[0]]),
        topic_removed_record(B),
        topic_record("b", bytes(16), [[0]], {}),
        broker_record(0, "east"),
        broker_record(0, "west"),
    ):
        seen.append(metadata_hash(cluster, names))
        cluster.apply(record)
    seen.append(metadata_hash(cluster, names))
    assert len(set(seen)) == len(seen)


def test_it_does_not_follow_anything_else() -> None:
    cluster = image("east")
    before = metadata_hash(cluster, ["a"])
    for record in (
        topic_configs_record(A, {"retention.ms": "1"}),
        topic_record("c", C, [[0]], {}),
        broker_record(0, "east"),
    ):
        cluster.apply(record)
    assert metadata_hash(cluster, ["a"]) == before
