"""The cluster image: every cluster fact, built from metadata records through one `apply` and from nothing else.

The same records give the same image on every broker and after every restart. Records are plain JSON data; topic ids are
in Kafka's text form, `replicas` has one list of node ids per partition, the leader first:

    cluster         cluster_id                          once, before everything else
    broker          node_id, rack [, leader_epoch]      this broker started: what it leads gets a higher leader epoch,
                                                        and no lower one than this
    topic           name, topic_id, replicas, configs   a topic was created
    partitions      topic_id, replicas                  partitions were added behind the existing ones
    topic_configs   topic_id, configs                   the complete set of overrides from now on
    broker_configs  node_id, configs                    the complete set of dynamic settings of a broker from now on, of
                                                        all brokers where node_id is null
    group_configs   group_id, configs                   the complete set of a group's configurations from now on
    topic_removed   topic_id                            the topic is gone; its data goes next
    topic_erased    topic_id, node_id                   this broker holds no data of the removed topic any more
    producer_ids    node_id, first, count               the block [first, first + count) is given out by this broker
    feature         name, level                         the finalized level of a feature from now on

A record also says when it was written (`at_ms`): for people who read the list, nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from kafkalite.core.cluster.features import FEATURES
from kafkalite.core.cluster.topic_names import INTERNAL_TOPICS, collision_key
from kafkalite.wire.message import Uuid, uuid_from_text, uuid_to_text

MetadataRecord = dict[str, Any]
"""One fact; the module's docstring names the types."""

Replicas = list[list[int]]
"""Node ids per partition, the leader first."""


class UnknownMetadata(Exception):
    """A metadata record this version does not understand; the message says which. Nothing may be built on a guess."""


class BrokerImage:
    """One registered broker."""

    __slots__ = ("leader_epoch", "node_id", "rack")

    def __init__(self, node_id: int) -> None:
        self.node_id = node_id
        self.rack: str | None = None
        self.leader_epoch = -1
        """The leader epoch of every partition it leads: 0 in its first life, at least one more in each further one."""


class TopicImage:
    """One topic: who holds its partitions, and what is configured on it."""

    __slots__ = ("configs", "internal", "name", "replicas", "topic_id")

    def __init__(self, name: str, topic_id: Uuid, replicas: Replicas, configs: dict[str, str]) -> None:
        self.name = name
        self.topic_id = topic_id
        self.internal = name in INTERNAL_TOPICS
        self.replicas = replicas
        self.configs = configs

    def __len__(self) -> int:
        """Return the number of partitions."""
        return len(self.replicas)

    def leader(self, index: int) -> int:
        return self.replicas[index][0]

    def holders(self) -> set[int]:
        """Return every broker that holds data of it."""
        return {node for nodes in self.replicas for node in nodes}


class ClusterImage:
    """What the whole cluster is, as of `revision` (the number of records applied)."""

    __slots__ = (
        "_colliding",
        "broker_configs",
        "brokers",
        "cluster_id",
        "cordoned",
        "derived",
        "features",
        "group_configs",
        "next_producer_id",
        "removed",
        "revision",
        "topics",
        "topics_by_id",
        "topics_changed",
        "topics_created",
    )

    def __init__(self) -> None:
        self.revision = 0
        self.cluster_id: str | None = None
        self.brokers: dict[int, BrokerImage] = {}
        self.broker_configs: dict[int | None, dict[str, str]] = {}
        """Dynamic settings by node id, None for those of all brokers."""
        self.group_configs: dict[str, dict[str, str]] = {}
        """Configurations of groups that have any, whether there is such a group or not."""
        self.topics: dict[str, TopicImage] = {}
        self.topics_by_id: dict[Uuid, TopicImage] = {}
        self.topics_changed = 0
        """The revision in which a topic last came, went or grew, or the rack of a broker changed."""
        self.topics_created = 0
        """The revision in which a topic last came."""
        self.removed: dict[Uuid, tuple[TopicImage, set[int]]] = {}
        """Removed topics, each with the brokers that may still hold data of it."""
        self.next_producer_id = 0
        self.features: dict[str, int] = {}
        """Finalized levels that were set; `feature_level` knows the others."""
        self.cordoned: set[int] = set()
        """Brokers that take no new partitions; of no record, each broker knows it of itself."""
        self.derived: dict[str, Any] = {}
        """What a reader worked out from one topic, by its name; forgotten as soon as the topic or its leaders change.
        """
        self._colliding: dict[str, str] = {}

    def apply(self, record: MetadataRecord) -> None:
        """Take in the next record: the only way in which an image ever changes."""
        kind = record.get("type")
        change = _CHANGES.get(kind) if isinstance(kind, str) else None
        if change is None:
            raise UnknownMetadata(
                f"metadata record {self.revision + 1} has the type {kind!r}, which this version does not know"
            )
        try:
            change(self, record)
        except (KeyError, TypeError, ValueError) as problem:
            raise UnknownMetadata(
                f"metadata record {self.revision + 1} ({kind}) cannot be read: {problem!r}"
            ) from problem
        self.revision += 1

    def colliding_name(self, name: str) -> str | None:
        """Return an existing topic whose name differs from `name` only in '.' and '_' (or not at all)."""
        key = collision_key(name)
        return None if key is None else self._colliding.get(key)

    def leader_epoch(self, topic: TopicImage, index: int) -> int:
        """Return the partition's leader epoch, which every start of its leader raises."""
        return self.brokers[topic.leader(index)].leader_epoch

    def feature_level(self, name: str) -> int:
        """Return the finalized level of a feature that there is (see `FEATURES`)."""
        level = self.features.get(name)
        return FEATURES[name].initial if level is None else level

    def _cluster(self, record: MetadataRecord) -> None:
        self.cluster_id = record["cluster_id"]

    def _broker(self, record: MetadataRecord) -> None:
        node_id = record["node_id"]
        broker = self.brokers.get(node_id)
        if broker is None:
            broker = self.brokers[node_id] = BrokerImage(node_id)
        if broker.rack != record["rack"]:
            broker.rack = record["rack"]
            self.topics_changed = self.revision + 1
        broker.leader_epoch = max(broker.leader_epoch + 1, record.get("leader_epoch", 0))
        self.derived.clear()

    def _topic(self, record: MetadataRecord) -> None:
        topic_id = uuid_from_text(record["topic_id"])
        topic = TopicImage(record["name"], topic_id, list(record["replicas"]), record["configs"])
        self.topics[topic.name] = topic
        self.topics_by_id[topic.topic_id] = topic
        self.topics_changed = self.topics_created = self.revision + 1
        key = collision_key(topic.name)
        if key is not None:
            self._colliding[key] = topic.name

    def _partitions(self, record: MetadataRecord) -> None:
        self._changing(record).replicas.extend(record["replicas"])
        self.topics_changed = self.revision + 1

    def _topic_configs(self, record: MetadataRecord) -> None:
        self._changing(record).configs = record["configs"]

    def _broker_configs(self, record: MetadataRecord) -> None:
        self.broker_configs[record["node_id"]] = record["configs"]

    def _group_configs(self, record: MetadataRecord) -> None:
        if record["configs"]:
            self.group_configs[record["group_id"]] = record["configs"]
        else:
            self.group_configs.pop(record["group_id"], None)

    def _topic_removed(self, record: MetadataRecord) -> None:
        topic = self._changing(record)
        del self.topics[topic.name]
        del self.topics_by_id[topic.topic_id]
        self.topics_changed = self.revision + 1
        key = collision_key(topic.name)
        if key is not None:
            del self._colliding[key]
        self.removed[topic.topic_id] = (topic, topic.holders())

    def _topic_erased(self, record: MetadataRecord) -> None:
        topic_id = uuid_from_text(record["topic_id"])
        _, holders = self.removed[topic_id]
        holders.discard(record["node_id"])
        if not holders:
            del self.removed[topic_id]

    def _producer_ids(self, record: MetadataRecord) -> None:
        self.next_producer_id = record["first"] + record["count"]

    def _feature(self, record: MetadataRecord) -> None:
        self.features[record["name"]] = record["level"]

    def _changing(self, record: MetadataRecord) -> TopicImage:
        topic = self.topics_by_id[uuid_from_text(record["topic_id"])]
        self.derived.pop(topic.name, None)
        return topic


_CHANGES: Final[dict[str, Callable[[ClusterImage, MetadataRecord], None]]] = {
    "cluster": ClusterImage._cluster,
    "broker": ClusterImage._broker,
    "topic": ClusterImage._topic,
    "partitions": ClusterImage._partitions,
    "topic_configs": ClusterImage._topic_configs,
    "broker_configs": ClusterImage._broker_configs,
    "group_configs": ClusterImage._group_configs,
    "topic_removed": ClusterImage._topic_removed,
    "topic_erased": ClusterImage._topic_erased,
    "producer_ids": ClusterImage._producer_ids,
    "feature": ClusterImage._feature,
}


def cluster_record(cluster_id: str) -> MetadataRecord:
    return {"type": "cluster", "cluster_id": cluster_id}


def broker_record(node_id: int, rack: str | None, least_epoch: int = 0) -> MetadataRecord:
    record = {"type": "broker", "node_id": node_id, "rack": rack}
    return record | {"leader_epoch": least_epoch} if least_epoch else record


def topic_record(
    name: str, topic_id: Uuid, replicas: Sequence[Sequence[int]], configs: dict[str, str]
) -> MetadataRecord:
    nodes = [list(partition) for partition in replicas]
    return {"type": "topic", "name": name, "topic_id": uuid_to_text(topic_id), "replicas": nodes, "configs": configs}


def partitions_record(topic_id: Uuid, replicas: Sequence[Sequence[int]]) -> MetadataRecord:
    nodes = [list(partition) for partition in replicas]
    return {"type": "partitions", "topic_id": uuid_to_text(topic_id), "replicas": nodes}


def topic_configs_record(topic_id: Uuid, configs: dict[str, str]) -> MetadataRecord:
    return {"type": "topic_configs", "topic_id": uuid_to_text(topic_id), "configs": configs}


def broker_configs_record(node_id: int | None, configs: dict[str, str]) -> MetadataRecord:
    return {"type": "broker_configs", "node_id": node_id, "configs": configs}


def group_configs_record(group_id: str, configs: dict[str, str]) -> MetadataRecord:
    return {"type": "group_configs", "group_id": group_id, "configs": configs}


def topic_removed_record(topic_id: Uuid) -> MetadataRecord:
    return {"type": "topic_removed", "topic_id": uuid_to_text(topic_id)}


def topic_erased_record(topic_id: Uuid, node_id: int) -> MetadataRecord:
    return {"type": "topic_erased", "topic_id": uuid_to_text(topic_id), "node_id": node_id}


def producer_ids_record(node_id: int, first: int, count: int) -> MetadataRecord:
    return {"type": "producer_ids", "node_id": node_id, "first": first, "count": count}
