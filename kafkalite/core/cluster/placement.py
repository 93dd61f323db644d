"""Which brokers hold which partitions: Kafka's rules for a placement given by hand, stripes when the choice is ours."""

from __future__ import annotations

from collections.abc import Iterable

from kafkalite.core.cluster.image import ClusterImage, Replicas
from kafkalite.wire.errors import ErrorCode, KafkaError


def place(image: ClusterImage, count: int, replication_factor: int, start: int) -> Replicas:
    """Return replicas for `count` partitions, spread over all brokers that take new ones; `start` moves the first
    leader along.

    Raises KafkaError when there are not that many brokers.
    """
    nodes = sorted(image.brokers.keys() - image.cordoned)
    if not nodes:
        raise KafkaError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"Unable to replicate the partition {replication_factor} time(s): All brokers are currently fenced, or "
            "have all their log directories cordoned.",
        )
    if replication_factor > len(nodes):
        raise KafkaError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"Unable to replicate the partition {replication_factor} time(s): The target replication factor of "
            f"{replication_factor} cannot be reached because only {len(nodes)} broker(s) are registered or some "
            f"brokers have all their log directories cordoned.",
        )
    return [
        [nodes[(first + replica) % len(nodes)] for replica in range(replication_factor)]
        for first in range(start, start + count)
    ]


def check_placement(image: ClusterImage, nodes: list[int], replication_factor: int | None) -> None:
    """Check one partition's replicas given by hand; `replication_factor` is what the partitions before it have.

    Raises KafkaError.
    """
    if not nodes:
        raise _refused("The manual partition assignment includes an empty replica list.")
    previous: int | None = None
    for node in sorted(nodes):
        if node not in image.brokers:
            raise _refused(f"The manual partition assignment includes broker {node}, but no such broker is registered.")
        if node in image.cordoned:
            raise _refused(
                f"The manual partition assignment includes broker {node}, but all its log directories are cordoned."
            )
        if node == previous:
            raise _refused(f"The manual partition assignment includes the broker {node} more than once.")
        previous = node
    if replication_factor is not None and len(nodes) != replication_factor:
        raise _refused(
            f"The manual partition assignment includes a partition with {len(nodes)} replica(s), but this is not "
            f"consistent with previous partitions, which have {replication_factor} replica(s)."
        )


def check_placements(image: ClusterImage, partitions: Iterable[list[int]], replication_factor: int | None) -> Replicas:
    """Check the replicas of consecutive partitions and return them. Raises KafkaError."""
    replicas: Replicas = []
    for nodes in partitions:
        check_placement(image, nodes, replication_factor)
        replication_factor = len(nodes)
        replicas.append(list(nodes))
    return replicas


def _refused(reason: str) -> KafkaError:
    return KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, reason)
