"""What a consumer group's assignment depends on besides its members: the topics they subscribed to."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from kafkalite.core.cluster.image import ClusterImage, TopicImage

NO_TOPICS = 0
"""The hash where none of the topics exists."""


def metadata_hash(image: ClusterImage, names: Iterable[str]) -> int:
    """Return an int64 that differs once one of these topics comes, goes, grows or moves to other racks.

    It is kept in the group's record and compared only with one of our own: Kafka's value, made with another function,
    differs, and a group that comes from there begins with a new, equal assignment.
    """
    digest = blake2b(digest_size=8)
    racks = {node_id: broker.rack for node_id, broker in image.brokers.items() if broker.rack is not None}
    topics = [image.topics[name] for name in sorted(names) if name in image.topics]
    for topic in topics:
        digest.update(topic.topic_id + len(topic).to_bytes(4) + topic.name.encode() + b"\0")
        if racks:
            digest.update(_racks_of(topic, racks))
    return int.from_bytes(digest.digest(), signed=True) if topics else NO_TOPICS


def _racks_of(topic: TopicImage, racks: dict[int, str]) -> bytes:
    of_partitions = (sorted({racks[node] for node in nodes if node in racks}) for nodes in topic.replicas)
    return repr(list(of_partitions)).encode()
