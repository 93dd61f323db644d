"""The image: every record type, that the records alone make it, and that it agrees with a plain dictionary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kafkalite.core.cluster import alter_configs, create_partitions, create_topics, delete_topics
from kafkalite.core.cluster.image import (
    ClusterImage,
    MetadataRecord,
    UnknownMetadata,
    broker_configs_record,
    broker_record,
    cluster_record,
    partitions_record,
    producer_ids_record,
    topic_configs_record,
    topic_erased_record,
    topic_record,
    topic_removed_record,
)
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest
from kafkalite.wire.messages.create_topics import CreateTopicsRequest
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest

A, B = bytes([1] * 16), bytes([2] * 16)


def image_of(*records: MetadataRecord) -> ClusterImage:
    image = ClusterImage()
    for record in records:
        image.apply(record)
    return image


def start(node: int = 0) -> MetadataRecord:
    return broker_record(node, None)


def topic(name: str = "a", topic_id: bytes = A, partitions: int = 1, **configs: str) -> MetadataRecord:
    return topic_record(name, topic_id, [[0]] * partitions, configs)


def test_an_empty_image_knows_nothing() -> None:
    image = ClusterImage()
    assert (image.revision, image.cluster_id, image.topics, image.brokers) == (0, None, {}, {})


def test_the_revision_is_the_number_of_records() -> None:
    assert image_of(cluster_record("c"), start(), topic()).revision == 3


def test_a_cluster_has_an_id() -> None:
    assert image_of(cluster_record("MkU3OEVBNTcwNTJENDM2Qg")).cluster_id == "MkU3OEVBNTcwNTJENDM2Qg"


def test_a_topic_is_found_by_name_and_by_id() -> None:
    image = image_of(start(), topic("a", A, 3))
    found = image.topics["a"]
    assert image.topics_by_id[A] is found
    assert (len(found), found.leader(2), found.replicas) == (3, 0, [[0], [0], [0]])
    assert not found.internal


def test_internal_topics_are_known_by_name() -> None:
    assert image_of(start(), topic("__consumer_offsets")).topics["__consumer_offsets"].internal


def test_partitions_are_added_behind_the_existing_ones() -> None:
    image = image_of(start(0), start(1), topic("a", A, 2), partitions_record(A, [[1], [0]]))
    assert image.topics["a"].replicas == [[0], [0], [1], [0]]


def test_configs_are_replaced_as_a_whole() -> None:
    image = image_of(
        start(), topic_record("a", A, [[0]], {"retention.ms": "1"}), topic_configs_record(A, {"segment.ms": "2"})
    )
    assert image.topics["a"].configs == {"segment.ms": "2"}


def test_dynamic_settings_are_replaced_as_a_whole_for_each_broker_and_for_all() -> None:
    image = image_of(
        start(),
        broker_configs_record(None, {"a": "1"}),
        broker_configs_record(0, {"b": "2"}),
        broker_configs_record(0, {"c": "3"}),
        start(),
    )
    assert image.broker_configs == {None: {"a": "1"}, 0: {"c": "3"}}


def test_a_removed_topic_is_nowhere() -> None:
    image = image_of(start(), topic(), topic_removed_record(A))
    assert image.topics == {}
    assert image.topics_by_id == {}


def test_a_removed_topic_is_remembered_until_every_holder_has_erased_it() -> None:
    records = [start(0), start(1), topic_record("a", A, [[0, 1], [1, 0]], {}), topic_removed_record(A)]
    image = image_of(*records)
    assert image.removed[A][1] == {0, 1}
    image.apply(topic_erased_record(A, 1))
    assert image.removed[A][1] == {0}
    image.apply(topic_erased_record(A, 0))
    assert image.removed == {}


def test_a_name_may_come_back_with_another_id() -> None:
    image = image_of(start(), topic("a", A), topic_removed_record(A), topic("a", B))
    assert image.topics["a"].topic_id == B
    assert list(image.topics_by_id) == [B]


def test_the_first_start_of_a_broker_is_leader_epoch_0_and_each_further_one_raises_it() -> None:
    image = image_of(start(), topic())
    assert image.leader_epoch(image.topics["a"], 0) == 0
    image.apply(start())
    image.apply(start())
    assert image.leader_epoch(image.topics["a"], 0) == 2


def test_the_start_of_another_broker_raises_nothing() -> None:
    image = image_of(start(0), topic(), start(1))
    assert image.leader_epoch(image.topics["a"], 0) == 0


def test_a_broker_keeps_the_rack_of_its_last_start() -> None:
    assert image_of(broker_record(0, "old"), broker_record(0, "new")).brokers[0].rack == "new"


def test_producer_ids_continue_behind_the_last_block() -> None:
    assert image_of(producer_ids_record(0, 0, 1000), producer_ids_record(1, 1000, 1000)).next_producer_id == 2000


def test_colliding_names_are_found_and_forgotten() -> None:
    image = image_of(start(), topic("a.b"))
    assert image.colliding_name("a_b") == "a.b"
    assert image.colliding_name("ab") is None
    image.apply(topic_removed_record(A))
    assert image.colliding_name("a_b") is None


def test_what_was_derived_from_a_topic_is_forgotten_when_it_changes() -> None:
    for change in (partitions_record(A, [[0]]), topic_configs_record(A, {}), topic_removed_record(A), start()):
        image = image_of(start(), topic("a", A), topic("b", B))
        image.derived.update(a="of a", b="of b")
        image.apply(change)
        assert "a" not in image.derived
    assert image.derived == {}, "a start changes the leader epochs of all topics"


def test_a_change_of_one_topic_keeps_what_was_derived_from_others() -> None:
    image = image_of(start(), topic("a", A), topic("b", B))
    image.derived.update(a="of a", b="of b")
    image.apply(partitions_record(A, [[0]]))
    assert image.derived == {"b": "of b"}


def test_a_record_type_of_a_newer_version_is_refused_by_name() -> None:
    with pytest.raises(UnknownMetadata, match="metadata record 1 has the type 'quota'"):
        image_of({"type": "quota"})


@pytest.mark.parametrize(
    "record",
    [{"type": "topic", "name": "a"}, {"type": "topic_removed", "topic_id": "short"}, topic_removed_record(B)],
)
def test_a_record_that_cannot_be_read_is_refused(record: MetadataRecord) -> None:
    with pytest.raises(UnknownMetadata, match=r"metadata record 1 \(topic.*\) cannot be read"):
        image_of(record)


def test_an_image_never_changes_the_records_it_is_made_from() -> None:
    records = [start(), topic("a", A, 1), partitions_record(A, [[0]]), topic_configs_record(A, {"x": "y"})]
    one, other = image_of(*records), image_of(*records)
    assert one.topics["a"].replicas == other.topics["a"].replicas == [[0], [0]]
    assert records[1]["replicas"] == [[0]]


# Any sequence of changes


NAMES = ("a", "b", "a.b", "a_b", "a.b.c", "a_b_c", "__consumer_offsets", "not valid", "")


def facts(image: ClusterImage) -> object:
    """Everything an image knows, comparable."""
    return (
        image.revision,
        {name: (t.topic_id, t.replicas, t.configs, t.internal) for name, t in image.topics.items()},
        {topic_id: t.name for topic_id, t in image.topics_by_id.items()},
        {topic_id: (t.name, holders) for topic_id, (t, holders) in image.removed.items()},
        {node: broker.leader_epoch for node, broker in image.brokers.items()},
        {name: image.colliding_name(name) for name in NAMES},
        image.broker_configs,
        image.group_configs,
        (image.topics_changed, image.topics_created),
    )


class Key:
    """What a decision on configs needs to know of a key."""

    def __init__(self, kind: str, default: str | None) -> None:
        self.type = kind
        self.default = default


KEYS = {"retention.ms": Key("LONG", "1"), "cleanup.policy": Key("LIST", "delete"), "bare": Key("LIST", None)}

operations = st.builds(
    alter_configs.Operation,
    st.sampled_from([*KEYS, "unknown"]),
    st.integers(-1, 4),
    st.sampled_from([None, "", "1", "compact", "delete,compact", "bad"]),
)
alterations = st.builds(
    alter_configs.Alteration,
    st.sampled_from([alter_configs.TOPIC, alter_configs.BROKER, alter_configs.GROUP]),
    st.sampled_from([*NAMES, "0", "1", "x"]),
    st.lists(operations, max_size=3),
    st.booleans(),
)


def bad_values(*layers: Mapping[str, str]) -> str | None:
    return "bad" if any("bad" in layer.values() for layer in layers) else None


class Changes(RuleBasedStateMachine):
    """Any sequence of creating, growing, configuring, deleting, restarting. The model: partitions by topic name, and
    the configs of every resource."""

    def __init__(self) -> None:
        super().__init__()
        self.image = ClusterImage()
        self.stored: list[str] = []
        self.model: dict[str, int] = {}
        self.configs: dict[str | int | None, dict[str, str]] = {}
        self.config_rules = alter_configs.Rules(
            0, KEYS, KEYS, bad_values, lambda cluster_wide, own, _: bad_values(cluster_wide, own), KEYS, bad_values
        )
        self.ids = count(100)
        self.topic_rules = create_topics.TopicRules(2, 1, lambda: next(self.ids).to_bytes(16), lambda _: None)
        self.store([broker_record(0, None)])

    def store(self, records: list[MetadataRecord]) -> None:
        for record in records:
            self.stored.append(json.dumps(record))
            self.image.apply(record)

    def may_exist(self, name: str) -> bool:
        taken = {other.replace(".", "_") for other in self.model}
        return name not in ("", "not valid") and name.replace(".", "_") not in taken

    @rule(names=st.lists(st.sampled_from(NAMES), max_size=4), partitions=st.integers(-2, 5))
    def create(self, names: list[str], partitions: int) -> None:
        topics = [
            CreateTopicsRequest.CreatableTopic(name=name, num_partitions=partitions, replication_factor=-1)
            for name in names
        ]
        outcomes = create_topics.create_topics(self.image, topics, self.topic_rules)
        assert sorted(name for name, _ in outcomes) == sorted(set(names))
        for name in names:
            if names.count(name) == 1 and self.may_exist(name) and partitions not in (0, -2):
                self.model[name] = 2 if partitions == -1 else partitions
        self.store(create_topics.records_of(outcomes))

    @rule(name=st.sampled_from(NAMES), partitions=st.integers(-1, 7))
    def grow(self, name: str, partitions: int) -> None:
        wanted = CreatePartitionsRequest.CreatePartitionsTopic(name=name, count=partitions, assignments=None)
        if name in self.model and not self.image.topics[name].internal:
            self.model[name] = max(self.model[name], partitions)
        self.store(create_partitions.records_of(create_partitions.create_partitions(self.image, [wanted])))

    @rule(names=st.lists(st.sampled_from(NAMES), max_size=4), by_id=st.booleans())
    def delete(self, names: list[str], by_id: bool) -> None:
        wanted = [
            DeleteTopicsRequest.DeleteTopicState(topic_id=self.image.topics[name].topic_id)
            if by_id and name in self.image.topics
            else DeleteTopicsRequest.DeleteTopicState(name=name)
            for name in names
        ]
        for name in names:
            if names.count(name) == 1 and self.model.pop(name, None) is not None:
                self.configs.pop(name, None)
        self.store(delete_topics.records_of(delete_topics.delete_topics(self.image, wanted)))

    @rule()
    def erase(self) -> None:
        self.store([topic_erased_record(topic_id, 0) for topic_id in self.image.removed])

    @rule(wanted=st.lists(alterations, max_size=3))
    def configure(self, wanted: list[alter_configs.Alteration]) -> None:
        problems = alter_configs.malformed(wanted)
        good = [one for one, problem in zip(wanted, problems, strict=True) if problem is None]
        outcomes = alter_configs.alter_configs(self.image, good, self.config_rules)
        assert len(outcomes) == len(good)
        for one, outcome in zip(good, outcomes, strict=True):
            if not isinstance(outcome, KafkaError):
                self.expect(one)
        self.store(alter_configs.records_of(outcomes))

    def expect(self, one: alter_configs.Alteration) -> None:
        """Do to the model what an alteration that succeeds does."""
        resource: str | int | None = one.resource_name
        match one.resource_type:
            case alter_configs.TOPIC:
                assert one.resource_name in self.model
            case alter_configs.BROKER:
                assert one.resource_name in ("", "0")
                resource = int(one.resource_name) if one.resource_name else None
            case alter_configs.GROUP:
                assert one.resource_name
                resource = f"group {one.resource_name}"
        configs = {} if one.replaces else dict(self.configs.get(resource, {}))
        for key, kind, value in one.operations:
            present = configs.get(key, (KEYS[key].default or "") if key in KEYS else "")
            items = [item for item in present.split(",") if item]
            given = (value or "").split(",")
            match kind:
                case alter_configs.SET:
                    configs[key] = value or ""
                case alter_configs.DELETE:
                    configs.pop(key, None)
                case alter_configs.APPEND:
                    configs[key] = ",".join(items + [item for item in given if item not in items])
                case alter_configs.SUBTRACT:
                    configs[key] = ",".join(item for item in items if item not in given)
        self.configs[resource] = configs

    @rule()
    def restart(self) -> None:
        self.store([broker_record(0, None)])

    @invariant()
    def the_image_is_the_model(self) -> None:
        assert {name: len(topic) for name, topic in self.image.topics.items()} == self.model
        for name, topic in self.image.topics.items():
            assert topic.configs == self.configs.get(name, {})
        for node_id in (None, 0):
            assert self.image.broker_configs.get(node_id, {}) == self.configs.get(node_id, {})
        groups = {name: configs for name, configs in self.configs.items() if str(name).startswith("group ") and configs}
        assert {f"group {name}": configs for name, configs in self.image.group_configs.items()} == groups

    @invariant()
    def ids_never_come_twice(self) -> None:
        created = [json.loads(line)["topic_id"] for line in self.stored if '"type": "topic"' in line]
        assert len(created) == len(set(created))

    def teardown(self) -> None:
        replayed = ClusterImage()
        for line in self.stored:
            replayed.apply(json.loads(line))
        assert facts(replayed) == facts(self.image)


TestChanges = Changes.TestCase
