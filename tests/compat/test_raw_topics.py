"""What Kafka answers about topics, configurations and the cluster."""

from typing import Any

import pytest

from . import raw
from .raw import Connection, unique

NOT_ASKED = -(2**31)  # authorized operations that were not asked for
ALL_OF_CLUSTER, ALL_OF_TOPIC = 8096, 3576


# --- ApiVersions, Metadata, DescribeCluster -----------------------------------------------------------------------


@pytest.mark.parametrize("version", range(5))
def test_api_versions(connection: Connection, version: int) -> None:
    names = {"client_software_name": "raw", "client_software_version": "1.0"} if version >= 3 else {}
    answer = connection.ask("api_versions", version, **names)
    ranges = {key.api_key: (key.min_version, key.max_version) for key in answer.api_keys}
    assert answer.error_code == 0
    assert ranges[0] == (0, 13), "Produce is advertised from 0: old librdkafka switches compression off otherwise"
    expected = {1: (4, 18), 2: (1, 11), 3: (0, 13), 8: (2, 10), 9: (1, 10), 10: (0, 6), 11: (0, 9), 18: (0, 5)}
    expected |= {19: (2, 7), 20: (1, 6), 21: (0, 2), 22: (0, 5), 32: (1, 4), 37: (0, 3), 60: (0, 2), 75: (0, 0)}
    assert {key: ranges[key] for key in expected} == expected
    assert not {71, 72} & ranges.keys(), "telemetry only where somebody collects it"


def metadata(connection: Connection, version: int, **values: Any) -> Any:
    return connection.ask("metadata", version, **values)


def test_metadata_of_all_topics(connection: Connection, topic: str) -> None:
    """An empty list is all topics in version 0 and none later, where null is all."""
    assert topic in {described.name for described in metadata(connection, 0, topics=[]).topics}
    assert metadata(connection, 1, topics=[]).topics == ()
    assert topic in {described.name for described in metadata(connection, 1, topics=None).topics}
    assert topic in {described.name for described in metadata(connection, 12, topics=None).topics}


@pytest.mark.parametrize("version", range(14))
def test_metadata_in_every_version(connection: Connection, topic: str, version: int) -> None:
    wanted = {"name": topic} | ({"topic_id": None} if version >= 10 else {})
    answer = metadata(connection, version, topics=[wanted])
    [described], [broker] = answer.topics, answer.brokers
    assert (described.error_code, described.name) == (0, topic)
    assert sorted(partition.partition_index for partition in described.partitions) == [0, 1]
    for partition in described.partitions:
        assert (partition.error_code, partition.leader_id) == (0, broker.node_id)
        assert partition.replica_nodes == partition.isr_nodes == (broker.node_id,)
    assert (broker.host, broker.port) == connection.socket.getpeername()
    if version >= 1:
        assert answer.controller_id == broker.node_id
    if version >= 2:
        assert answer.cluster_id
    if version >= 7:
        assert all(partition.leader_epoch >= 0 for partition in described.partitions)
    if version >= 8:
        assert described.topic_authorized_operations == NOT_ASKED
    if version >= 10:
        assert described.topic_id is not None


def test_authorized_operations(connection: Connection, topic: str) -> None:
    asked = {"include_cluster_authorized_operations": True, "include_topic_authorized_operations": True}
    answer = metadata(connection, 8, topics=[{"name": topic}], **asked)
    assert answer.cluster_authorized_operations == ALL_OF_CLUSTER
    assert answer.topics[0].topic_authorized_operations == ALL_OF_TOPIC


def test_metadata_of_an_unknown_topic(connection: Connection) -> None:
    name = unique("missing")
    [described] = metadata(connection, 9, topics=[{"name": name}], allow_auto_topic_creation=False).topics
    assert (described.error_code, described.name, described.partitions) == (3, name, ())
    assert raw.topic_error(connection, name) == 3


def test_metadata_creates_a_topic_if_asked_to(connection: Connection) -> None:
    name = unique("auto")
    for version in (0, 5):
        wanted = f"{name}.{version}"
        values = {"allow_auto_topic_creation": True} if version >= 4 else {}

        def created(version: int = version, wanted: str = wanted, values: dict[str, Any] = values) -> bool:
            [described] = metadata(connection, version, topics=[{"name": wanted}], **values).topics
            assert described.error_code in (0, 3, 5)
            return bool(described.error_code == 0)

        raw.until(created, seconds=5, what="auto-creation")
        assert raw.partition_count(connection, wanted) == 1


def test_metadata_by_id(connection: Connection, topic: str) -> None:
    topic_id = raw.topic_id(connection, topic)
    [described] = metadata(connection, 12, topics=[{"topic_id": topic_id, "name": None}]).topics
    assert (described.error_code, described.name, described.topic_id) == (0, topic, topic_id)
    unknown = raw.random_uuid()
    [described] = metadata(connection, 12, topics=[{"topic_id": unknown, "name": None}]).topics
    assert (described.error_code, described.name, described.topic_id) == (100, None, unknown)


def test_describe_cluster(connection: Connection) -> None:
    answer = connection.ask("describe_cluster", 1, include_cluster_authorized_operations=True, endpoint_type=1)
    [broker] = answer.brokers
    assert answer.error_code == 0
    assert answer.cluster_id == metadata(connection, 9, topics=[]).cluster_id
    assert answer.controller_id == broker.broker_id
    assert (broker.host, broker.port) == connection.socket.getpeername()
    assert answer.cluster_authorized_operations == ALL_OF_CLUSTER
    answer = connection.ask("describe_cluster", 1, include_cluster_authorized_operations=False, endpoint_type=1)
    assert answer.cluster_authorized_operations == NOT_ASKED


def test_describe_topic_partitions(connection: Connection, topic: str) -> None:
    missing = unique("zz-missing")
    wanted = [{"name": missing}, {"name": topic}]
    answer = connection.ask("describe_topic_partitions", 0, topics=wanted, response_partition_limit=2000, cursor=None)
    found = {described.name: described for described in answer.topics}
    assert list(found) == sorted(found)
    assert (found[topic].error_code, found[missing].error_code) == (0, 3)
    assert [partition.partition_index for partition in found[topic].partitions] == [0, 1]
    assert found[topic].topic_id == raw.topic_id(connection, topic)
    assert answer.next_cursor is None


def test_describe_topic_partitions_in_pages(connection: Connection, topic: str) -> None:
    settings = {"topics": [{"name": topic}], "response_partition_limit": 1}
    first = connection.ask("describe_topic_partitions", 0, cursor=None, **settings)
    assert [partition.partition_index for partition in first.topics[0].partitions] == [0]
    assert (first.next_cursor.topic_name, first.next_cursor.partition_index) == (topic, 1)
    cursor = {"topic_name": topic, "partition_index": 1}
    second = connection.ask("describe_topic_partitions", 0, cursor=cursor, **settings)
    assert [partition.partition_index for partition in second.topics[0].partitions] == [1]
    assert second.next_cursor is None


# --- CreateTopics, CreatePartitions, DeleteTopics -----------------------------------------------------------------


def create(connection: Connection, *topics: dict[str, Any], version: int = 7, validate_only: bool = False) -> list[Any]:
    defaults = {"num_partitions": 1, "replication_factor": 1}
    wanted = [defaults | topic for topic in topics]
    answer = connection.ask("create_topics", version, topics=wanted, timeout=30000, validate_only=validate_only)
    return list(answer.topics)


@pytest.mark.parametrize("version", range(2, 8))
def test_create_topics_in_every_version(connection: Connection, version: int) -> None:
    name = unique("created")
    [result] = create(connection, {"name": name, "num_partitions": 3}, version=version)
    assert (result.name, result.error_code) == (name, 0)
    if version >= 5:
        assert (result.num_partitions, result.replication_factor) == (3, 1)
        configs = {config.name: config.value for config in result.configs}
        assert configs["cleanup.policy"] == "delete"
        assert list(configs) == sorted(configs)
    if version >= 7:
        assert result.topic_id == raw.until(lambda: raw.topic_id(connection, name), what="the topic's id")
    raw.until(lambda: raw.partition_count(connection, name) == 3, what="the topic")


def test_create_topics_with_the_brokers_defaults(connection: Connection) -> None:
    [result] = create(connection, {"name": unique("defaults"), "num_partitions": -1, "replication_factor": -1})
    assert (result.error_code, result.num_partitions, result.replication_factor) == (0, 1, 1)


def test_create_topics_with_configs(connection: Connection) -> None:
    config = [{"name": "retention.ms", "value": "1234567"}, {"name": "cleanup.policy", "value": "compact"}]
    [result] = create(connection, {"name": unique("configured"), "configs": config})
    found = {entry.name: (entry.value, entry.config_source) for entry in result.configs}
    assert (result.error_code, found["retention.ms"], found["cleanup.policy"]) == (0, ("1234567", 1), ("compact", 1))
    assert found["min.compaction.lag.ms"] == ("0", 5)


def config(key: str, value: str | None) -> dict[str, Any]:
    return {"configs": [{"name": key, "value": value}]}


def assigned(*replicas: list[int], **more: Any) -> dict[str, Any]:
    lists = [{"partition_index": number, "broker_ids": ids} for number, ids in enumerate(replicas)]
    return {"num_partitions": -1, "replication_factor": -1, "assignments": lists} | more


REFUSED_TOPICS = {
    "no partitions": ({"num_partitions": 0}, 37, "Number of partitions was set to an invalid non-positive value."),
    "negative partitions": ({"num_partitions": -2}, 37, None),
    "no replicas": (
        {"replication_factor": 0},
        38,
        "Replication factor must be larger than 0, or -1 to use the default",
    ),
    "more replicas than brokers": ({"replication_factor": 2}, 38, None),
    "an unknown config": (config("no.such.key", "1"), 40, "Unknown topic config name: no.such.key"),
    "a value out of range": (config("retention.ms", "-2"), 40, "Invalid value -2 for configuration retention.ms"),
    "a value of the wrong type": (
        config("retention.ms", "soon"),
        40,
        "Invalid value soon for configuration retention.ms",
    ),
    "a null value": (config("retention.ms", None), 40, None),
    "assignments beside a count": (assigned([1], num_partitions=1), 42, None),
    "an unknown broker": (assigned([12345]), 39, None),
}


@pytest.mark.parametrize(("topic", "code", "text"), REFUSED_TOPICS.values(), ids=REFUSED_TOPICS.keys())
def test_create_topics_refuses(connection: Connection, topic: dict[str, Any], code: int, text: str | None) -> None:
    name = unique("refused")
    [result] = create(connection, {"name": name} | topic)
    assert (result.error_code, result.num_partitions, result.replication_factor) == (code, -1, -1)
    assert text is None or text in result.error_message
    assert raw.topic_error(connection, name) == 3


def test_create_topics_with_assignments(connection: Connection) -> None:
    [broker] = metadata(connection, 1, topics=[]).brokers
    [result] = create(connection, {"name": unique("assigned")} | assigned([broker.node_id], [broker.node_id]))
    assert (result.error_code, result.num_partitions) == (0, 2)


def test_create_topics_with_an_existing_name(connection: Connection, topic: str) -> None:
    [result] = create(connection, {"name": topic})
    assert (result.error_code, result.error_message) == (36, f"Topic '{topic}' already exists.")


def test_create_topics_with_a_colliding_name(connection: Connection, topic: str) -> None:
    """Names that are the same once dots are underscores would share metrics."""
    colliding = topic.replace(".", "_")
    [result] = create(connection, {"name": colliding})
    assert result.error_code == 17
    assert result.error_message == f"Topic '{colliding}' collides with existing topic: {topic}"


def test_create_topics_with_a_name_twice(connection: Connection) -> None:
    name, other = unique("twice"), unique("once")
    results = create(connection, {"name": name}, {"name": other}, {"name": name})
    assert sorted((result.name, int(result.error_code)) for result in results) == sorted([(name, 42), (other, 0)])


def test_create_topics_validate_only(connection: Connection, topic: str) -> None:
    name = unique("validated")
    assert [result.error_code for result in create(connection, {"name": name}, validate_only=True)] == [0]
    assert raw.topic_error(connection, name) == 3
    assert [result.error_code for result in create(connection, {"name": topic}, validate_only=True)] == [36]


def create_partitions(connection: Connection, name: str, count: int, **more: Any) -> Any:
    topics = [{"name": name, "count": count, "assignments": None} | more]
    [result] = connection.ask("create_partitions", 3, topics=topics, timeout=30000, validate_only=False).results
    return result


def test_create_partitions(connection: Connection, topic: str) -> None:
    assert create_partitions(connection, topic, 5).error_code == 0
    raw.until(lambda: raw.is_ready(connection, topic, 5), what="five partitions")
    assert raw.produce(connection, topic, raw.batch(b"value"), partition=4).base_offset == 0


def test_create_partitions_refuses(connection: Connection, topic: str) -> None:
    same, fewer = create_partitions(connection, topic, 2), create_partitions(connection, topic, 1)
    assert (same.error_code, same.error_message) == (37, "Topic already has 2 partition(s).")
    assert fewer.error_code == 37
    assert "1 would not be an increase" in fewer.error_message
    assert create_partitions(connection, unique("missing"), 3).error_code == 3
    too_many = [{"broker_ids": [0]}, {"broker_ids": [0]}]
    assert create_partitions(connection, topic, 3, assignments=too_many).error_code == 39
    assert raw.partition_count(connection, topic) == 2


def delete(connection: Connection, *topics: dict[str, Any]) -> list[Any]:
    wanted = [{"name": None, "topic_id": None} | topic for topic in topics]
    return list(connection.ask("delete_topics", 6, topics=wanted, timeout=30000).responses)


def test_delete_topics(connection: Connection, topic: str) -> None:
    topic_id = raw.topic_id(connection, topic)
    [result] = delete(connection, {"name": topic})
    assert (result.error_code, result.name, result.topic_id) == (0, topic, topic_id)
    raw.until(lambda: raw.topic_error(connection, topic) == 3, what="deletion")
    assert raw.until(lambda: raw.fetch(connection, topic, 0, 0).error_code == 3, what="deletion of the partition")


def test_delete_topics_by_id(connection: Connection, topic: str) -> None:
    [result] = delete(connection, {"topic_id": raw.topic_id(connection, topic)})
    assert (result.error_code, result.name) == (0, topic)
    raw.until(lambda: raw.topic_error(connection, topic) == 3, what="deletion")


def test_delete_topics_refuses(connection: Connection, topic: str) -> None:
    missing = unique("missing")
    assert [int(result.error_code) for result in delete(connection, {"name": missing})] == [3]
    assert [int(result.error_code) for result in delete(connection, {"topic_id": raw.random_uuid()})] == [100]
    twice = delete(connection, {"name": topic}, {"name": topic})
    assert {int(result.error_code) for result in twice} == {42}
    assert raw.topic_error(connection, topic) == 0


@pytest.mark.parametrize("version", range(1, 6))
def test_delete_topics_in_every_old_version(connection: Connection, topic: str, version: int) -> None:
    missing = unique("missing")
    answer = connection.ask("delete_topics", version, topic_names=[topic, missing], timeout=30000)
    assert {result.name: int(result.error_code) for result in answer.responses} == {topic: 0, missing: 3}


def test_a_topic_created_again_is_another_topic(connection: Connection, topic: str) -> None:
    before = raw.topic_id(connection, topic)
    raw.produce(connection, topic, raw.batch(b"old"))
    delete(connection, {"name": topic})
    raw.until(lambda: raw.topic_error(connection, topic) == 3, what="deletion")
    raw.create_topic(connection, topic)
    assert raw.topic_id(connection, topic) != before
    assert raw.end_offset(connection, topic) == 0


# --- DescribeConfigs ----------------------------------------------------------------------------------------------

TOPIC, BROKER = 2, 4


def describe_configs(connection: Connection, kind: int, name: str, keys: list[str] | None = None, **more: Any) -> Any:
    resources = [{"resource_type": kind, "resource_name": name, "configuration_keys": keys}]
    [result] = connection.ask("describe_configs", 4, resources=resources, **more).results
    return result


def test_configs_of_a_topic(connection: Connection) -> None:
    name = unique("configured")
    raw.create_topic(connection, name, retention_ms="1234567")
    result = describe_configs(connection, TOPIC, name)
    entries = {entry.name: entry for entry in result.configs}
    assert (result.error_code, result.error_message, result.resource_name) == (0, "", name)
    assert (entries["retention.ms"].value, entries["retention.ms"].config_source) == ("1234567", 1)
    assert (entries["cleanup.policy"].value, entries["cleanup.policy"].config_source) == ("delete", 5)
    types = {key: entries[key].config_type for key in ("retention.ms", "cleanup.policy", "max.message.bytes")}
    assert types == {"retention.ms": 5, "cleanup.policy": 7, "max.message.bytes": 3}
    assert not any(entry.read_only or entry.is_sensitive for entry in entries.values())
    assert {"segment.bytes", "compression.type", "message.timestamp.type", "min.insync.replicas"} <= entries.keys()


def test_configs_by_key(connection: Connection, topic: str) -> None:
    result = describe_configs(connection, TOPIC, topic, ["max.message.bytes", "no.such.key"])
    assert [(entry.name, entry.value) for entry in result.configs] == [("max.message.bytes", "1048588")]


def test_synonyms_of_a_topic_config(connection: Connection) -> None:
    name = unique("synonyms")
    raw.create_topic(connection, name, max_message_bytes="5000")
    [entry] = describe_configs(connection, TOPIC, name, ["max.message.bytes"], include_synonyms=True).configs
    synonyms = [(synonym.name, synonym.value, synonym.source) for synonym in entry.synonyms]
    assert synonyms == [("max.message.bytes", "5000", 1), ("message.max.bytes", "1048588", 5)]


def test_configs_of_the_broker(connection: Connection) -> None:
    [broker] = metadata(connection, 1, topics=[]).brokers
    result = describe_configs(connection, BROKER, str(broker.node_id))
    entries = {entry.name: entry for entry in result.configs}
    assert result.error_code == 0
    assert (entries["node.id"].value, entries["node.id"].read_only) == (str(broker.node_id), True)
    assert entries["message.max.bytes"].value == "1048588"
    assert entries["message.max.bytes"].read_only is False


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [(TOPIC, "no-such-topic", 3), (TOPIC, "two words", 17), (BROKER, "12345", 42), (99, "x", 42)],
)
def test_configs_of_what_does_not_exist(connection: Connection, kind: int, name: str, code: int) -> None:
    result = describe_configs(connection, kind, name)
    assert (result.error_code, result.configs) == (code, ())
