"""The cluster shell: stored before true, found again after every kind of end, one creation for many who ask."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from random import Random as Seeded

import pytest
import trio
import trio.testing

from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.cluster import PRODUCER_ID_BLOCK, Cluster
from kafkalite.broker.randomness import Random
from kafkalite.broker.topics import Topics
from kafkalite.config import BrokerConfig
from kafkalite.core.cluster.alter_configs import APPEND, BROKER, SET, TOPIC, Alteration, Operation
from kafkalite.core.cluster.image import MetadataRecord, topic_configs_record
from kafkalite.core.effects import KeyedRecord
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.metadata.metadata_store import RevisionConflict
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import PartitionId, StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest
from kafkalite.wire.messages.create_topics import CreateTopicsRequest
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest
from tests.unit.core.log.batches import batch

seeded = Seeded(7)  # one for all lives: a restarted broker must not draw the same ids again


class SlowMetadata(MemoryMetadata):
    """A memory store whose appends take a moment, may fail, and can be overtaken."""

    def __init__(self) -> None:
        super().__init__()
        self.appends = 0
        self.failure: StorageError | None = None
        self.overtakers: list[list[MetadataRecord]] = []

    async def append(self, records: Sequence[MetadataRecord], after: int) -> int:
        self.appends += 1
        await trio.sleep(0.01)
        if self.failure is not None:
            raise self.failure
        if self.overtakers:
            await super().append(self.overtakers.pop(0), after)
            raise RevisionConflict("overtaken")
        return await super().append(records, after)


class Life:
    """One life of a broker: cluster and topics on stores that outlive it."""

    def __init__(
        self, metadata: MemoryMetadata, segments: MemoryStore | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self.metadata = metadata
        self.segments = segments or MemoryStore()
        config = BrokerConfig.of({"num.partitions": "2"} | (settings or {}))
        clock = VirtualClock()
        self.topics = Topics(LogDirectories([self.segments]), config, clock)
        self.cluster = Cluster(metadata, self.topics, config, clock=clock, random=Random(seeded.randbytes))

    async def again(self) -> Life:
        """Return the next life on the same stores."""
        return await started(self.metadata, self.segments)

    async def create(self, *names: str, partitions: int = 1) -> None:
        topics = [
            CreateTopicsRequest.CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
            for name in names
        ]
        await self.cluster.create_topics(topics)

    async def delete(self, *names: str) -> None:
        await self.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name=name) for name in names])

    async def grow(self, name: str, partitions: int) -> None:
        wanted = CreatePartitionsRequest.CreatePartitionsTopic(name=name, count=partitions, assignments=None)
        await self.cluster.create_partitions([wanted])


async def started(
    metadata: MemoryMetadata | None = None,
    segments: MemoryStore | None = None,
    settings: dict[str, str] | None = None,
) -> Life:
    life = Life(MemoryMetadata() if metadata is None else metadata, segments, settings)
    await life.cluster.start()
    return life


async def types_in(store: MemoryMetadata) -> list[str]:
    return [record["type"] for record in (await store.load())[1]]


# Starting


async def test_the_first_start_founds_a_cluster_and_registers_the_broker() -> None:
    life = await started(settings={"broker.rack": "r1"})
    assert await types_in(life.metadata) == ["cluster", "broker"]
    assert len(life.cluster.cluster_id) == 22
    assert life.cluster.image.brokers[0].rack == "r1"


async def test_the_cluster_has_the_id_that_is_expected_or_is_not_served() -> None:
    metadata = MemoryMetadata()
    expected = "MkU3OEVBNTcwNTJENDM2Qg"
    for given in (expected, expected, None, "another"):
        life = Life(metadata)
        config = BrokerConfig.of()
        cluster = Cluster(metadata, life.topics, config, clock=VirtualClock(), random=Random(), expected_id=given)
        if given == "another":
            with pytest.raises(StorageError, match=r"meta\.properties"):
                await cluster.start()
        else:
            await cluster.start()
            assert cluster.cluster_id == expected


async def test_records_of_a_newer_epoch_raise_the_brokers_own() -> None:
    """They came with a directory that was copied here; who follows the metadata must not be fenced for ever."""
    first = await started()
    await first.create("a", "b", partitions=2)
    partition = first.topics.by_name["b"].partitions[1]
    partition.lead(7)
    partition.append_records([KeyedRecord(b"k", b"v")])
    second = await first.again()
    image, partitions = second.cluster.image, second.topics.by_name["b"].partitions
    assert [image.leader_epoch(image.topics["b"], index) for index in range(2)] == [7, 7]
    assert [partition.leader_epoch for partition in partitions] == [7, 7]
    assert second.topics.by_name["a"].partitions[0].leader_epoch == 7
    third = await second.again()
    assert third.cluster.image.leader_epoch(third.cluster.image.topics["a"], 0) == 8
    assert third.topics.by_name["b"].partitions[1].leader_epoch == 8


async def test_a_restart_keeps_the_cluster_id_and_raises_the_leader_epoch() -> None:
    first = await started()
    await first.create("a")
    assert first.topics.by_name["a"].partitions[0].leader_epoch == 0
    second = await first.again()
    assert second.cluster.cluster_id == first.cluster.cluster_id
    image = second.cluster.image
    assert image.leader_epoch(image.topics["a"], 0) == 1
    assert second.topics.by_name["a"].partitions[0].leader_epoch == 1


async def test_topics_are_found_again_by_their_ids_with_what_is_in_them() -> None:
    first = await started()
    await first.create("a", partitions=2)
    await first.grow("a", 3)
    first.topics.by_name["a"].partitions[2].append_records([KeyedRecord(b"k", b"v")])
    second = await first.again()
    topic = second.topics.by_name["a"]
    assert topic.topic_id == first.topics.by_name["a"].topic_id
    assert [partition.log_end_offset for partition in topic.partitions] == [0, 0, 1]


async def test_metadata_of_a_newer_version_refuses_the_start() -> None:
    metadata = MemoryMetadata()
    await metadata.append([{"type": "quota"}], after=0)
    with pytest.raises(StorageError, match=r"the type 'quota'.*newer version"):
        await started(metadata)


async def test_records_say_when_they_were_written(autojump_clock: trio.testing.MockClock) -> None:
    life = await started()
    await trio.sleep(60)
    await life.create("a")
    _, records = await life.metadata.load()
    assert records[-1]["at_ms"] - records[0]["at_ms"] >= 60_000


# Creating, growing, deleting


async def test_a_topic_runs_once_it_is_stored() -> None:
    life = await started()
    await life.create("a", "b", partitions=3)
    assert await types_in(life.metadata) == ["cluster", "broker", "topic", "topic"]
    assert {name: len(topic.partitions) for name, topic in life.topics.by_name.items()} == {"a": 3, "b": 3}


async def test_validating_stores_nothing_and_starts_nothing() -> None:
    life = await started()
    wanted = CreateTopicsRequest.CreatableTopic(name="a", num_partitions=1, replication_factor=1)
    ((name, _),) = await life.cluster.create_topics([wanted], validate_only=True)
    assert name == "a"
    assert life.topics.by_name == {}
    assert life.cluster.image.revision == 2


async def test_configs_are_checked_and_obeyed() -> None:
    life = await started()
    config = CreateTopicsRequest.CreatableTopicConfig
    good = CreateTopicsRequest.CreatableTopic(
        name="good", num_partitions=1, replication_factor=1, configs=[config(name="max.message.bytes", value="77")]
    )
    bad = CreateTopicsRequest.CreatableTopic(
        name="bad", num_partitions=1, replication_factor=1, configs=[config(name="max.message.bytes", value="x")]
    )
    outcomes = dict(await life.cluster.create_topics([good, bad]))
    assert str(outcomes["bad"]) == (
        "INVALID_CONFIG: Invalid value x for configuration max.message.bytes: Not a number of type INT"
    )
    assert life.topics.by_name["good"].values["max.message.bytes"] == 77


async def test_growing_starts_the_new_partitions_only() -> None:
    life = await started()
    await life.create("a")
    first = life.topics.by_name["a"].partitions[0]
    await life.grow("a", 3)
    assert len(life.topics.by_name["a"].partitions) == 3
    assert life.topics.by_name["a"].partitions[0] is first


async def test_a_deleted_topic_is_gone_with_its_data_and_its_name_is_free() -> None:
    life = await started()
    await life.create("a")
    old = life.topics.by_name["a"]
    old.partitions[0].append_records([KeyedRecord(b"k", b"v")])
    await life.delete("a")
    assert life.topics.by_name == {}
    assert life.segments.segments(PartitionId("a", old.topic_id, 0)) == []
    await life.create("a")
    assert life.topics.by_name["a"].topic_id != old.topic_id
    assert life.topics.by_name["a"].partitions[0].log_end_offset == 0


async def test_others_hear_of_a_deleted_topic() -> None:
    life = await started()
    heard: list[tuple[str, bytes]] = []
    life.cluster.on_topic_deleted.append(lambda name, topic_id: heard.append((name, topic_id)))
    await life.create("a")
    topic_id = life.topics.by_name["a"].topic_id
    await life.delete("a")
    assert heard == [("a", topic_id)]


# Failing stores and crashes


async def test_what_cannot_be_stored_does_not_happen(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    metadata.failure = StorageError("disk full")
    with pytest.raises(StorageError, match="disk full"):
        await life.create("a")
    assert life.topics.by_name == {}
    assert life.cluster.image.topics == {}
    metadata.failure = None
    await life.create("a")
    assert list(life.topics.by_name) == ["a"]


async def test_a_crash_between_record_and_partitions_of_a_new_topic_leaves_nothing_wrong() -> None:
    first = await started()
    await first.create("a", partitions=2)
    second = await started(first.metadata, MemoryStore())
    assert len(second.topics.by_name["a"].partitions) == 2


async def test_a_crash_between_the_removal_and_its_data_leaves_no_data() -> None:
    first = await started()
    await first.create("a", partitions=2)
    topic = first.topics.by_name["a"]
    topic.partitions[1].append_records([KeyedRecord(b"k", b"v")])
    first.topics.delete = lambda topic: None  # type: ignore[method-assign]
    await first.delete("a")
    first.cluster._erased.clear()  # what a crash forgets
    assert first.segments.segments(PartitionId("a", topic.topic_id, 1)) != []

    second = await first.again()
    assert second.segments.segments(PartitionId("a", topic.topic_id, 1)) == []
    assert second.topics.by_name == {}
    assert second.cluster.image.removed == {}


async def test_a_topic_created_again_before_the_crash_keeps_its_data() -> None:
    first = await started()
    await first.create("a")
    await first.delete("a")
    await first.create("a")
    first.topics.by_name["a"].partitions[0].append_records([KeyedRecord(b"k", b"v")])
    second = await first.again()
    assert second.topics.by_name["a"].partitions[0].log_end_offset == 1


async def test_data_that_cannot_be_removed_is_tried_again_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = await started()
    await first.create("a", "b")

    def refuse(partition: PartitionId) -> None:
        raise StorageError("permission denied")

    with monkeypatch.context() as broken:
        broken.setattr(first.segments, "delete_partition", refuse)
        await first.delete("a")
    assert "permission denied" in caplog.text
    assert caplog.records[0].levelno == logging.ERROR
    await first.create("c")
    assert len(first.cluster.image.removed) == 1
    second = await first.again()
    assert second.cluster.image.removed == {}
    assert sorted(second.topics.by_name) == ["b", "c"]


async def test_removed_topics_are_not_remembered_for_ever() -> None:
    life = await started()
    for number in range(5):
        await life.create(f"t{number}")
        await life.delete(f"t{number}")
    assert len(life.cluster.image.removed) == 1, "the last one waits for the next change"


async def test_a_cancelled_change_that_began_to_store_is_carried_out(autojump_clock: trio.testing.MockClock) -> None:
    life = await started(SlowMetadata())
    with trio.move_on_after(0.005):
        await life.create("a")
    assert list(life.topics.by_name) == ["a"]


# Several brokers on one store


async def test_whoever_is_overtaken_reads_and_decides_again(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    metadata.overtakers.append(
        [{"type": "topic", "name": "a", "topic_id": "AQEBAQEBAQEBAQEBAQEBAQ", "replicas": [[0]], "configs": {}}]
    )
    outcomes = await life.cluster.create_topics(
        [CreateTopicsRequest.CreatableTopic(name="a", num_partitions=3, replication_factor=1)]
    )
    assert str(outcomes[0][1]) == "TOPIC_ALREADY_EXISTS: Topic 'a' already exists."
    assert life.topics.by_name["a"].topic_id == bytes([1] * 16)


async def test_two_brokers_on_one_store_see_each_others_changes(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    one = await started(metadata)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(one.cluster.follow)
        other = await started(metadata, settings={"node.id": "1"})
        nursery.start_soon(other.cluster.follow)
        nursery.start_soon(one.create, "a", "b")
        nursery.start_soon(other.create, "c", "a")
        await trio.sleep(1)
        assert sorted(one.cluster.image.topics) == sorted(other.cluster.image.topics) == ["a", "b", "c"]
        assert one.cluster.image.revision == other.cluster.image.revision
        assert {name: topic.topic_id for name, topic in one.topics.by_name.items()} == {
            name: topic.topic_id for name, topic in other.topics.by_name.items()
        }
        assert one.cluster.cluster_id == other.cluster.cluster_id
        nursery.cancel_scope.cancel()


async def test_dynamic_settings_reach_the_brokers_they_are_for(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    async with trio.open_nursery() as nursery:
        one = await started(metadata)
        nursery.start_soon(one.cluster.follow)
        other = await started(metadata, settings={"node.id": "1"})
        nursery.start_soon(other.cluster.follow)
        await one.create("a")
        for name, size in (("", "5"), ("0", "6")):
            setting = Operation("message.max.bytes", SET, size)
            assert not isinstance(
                (await one.cluster.alter_configs([Alteration(BROKER, name, [setting])]))[0], KafkaError
            )
        await trio.sleep(1)
        assert [life.topics.by_name["a"].values["max.message.bytes"] for life in (one, other)] == [6, 5]
        nursery.cancel_scope.cancel()


async def test_a_decision_is_taken_again_when_somebody_else_was_first() -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    await life.create("a")
    topic_id = life.cluster.image.topics["a"].topic_id
    metadata.overtakers.append([topic_configs_record(topic_id, {"cleanup.policy": "compact"})])
    await life.cluster.alter_configs([Alteration(TOPIC, "a", [Operation("cleanup.policy", APPEND, "delete")])])
    assert life.topics.by_name["a"].configs == {"cleanup.policy": "compact,delete"}


# Topics that the broker makes by itself


async def test_a_missing_topic_is_made_with_the_brokers_defaults() -> None:
    life = await started()
    topic = await life.cluster.ensure_topic("a")
    assert (len(topic.partitions), topic.configs) == (2, {})
    assert await life.cluster.ensure_topic("a") is topic


async def test_many_who_need_a_topic_make_it_once(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    appends = metadata.appends
    found: list[object] = []

    async def need() -> None:
        found.append(await life.cluster.ensure_topic("a"))

    async with trio.open_nursery() as nursery:
        for _ in range(20):
            nursery.start_soon(need)
    assert metadata.appends == appends + 1
    assert found == [life.topics.by_name["a"]] * 20


@pytest.mark.parametrize(
    ("name", "partitions", "configs"),
    [
        (
            "__consumer_offsets",
            7,
            {"cleanup.policy": "compact", "compression.type": "producer", "segment.bytes": "1048576"},
        ),
        (
            "__transaction_state",
            50,
            {
                "cleanup.policy": "compact",
                "compression.type": "uncompressed",
                "segment.bytes": "104857600",
                "min.insync.replicas": "1",
                "unclean.leader.election.enable": "false",
            },
        ),
        (
            "__share_group_state",
            50,
            {
                "cleanup.policy": "delete",
                "compression.type": "producer",
                "segment.bytes": "104857600",
                "min.insync.replicas": "1",
                "retention.ms": "-1",
            },
        ),
    ],
)
async def test_internal_topics_get_their_own_settings(name: str, partitions: int, configs: dict[str, str]) -> None:
    settings = {"offsets.topic.num.partitions": "7", "offsets.topic.segment.bytes": "1048576"}
    life = await started(settings=settings)
    topic = await life.cluster.ensure_topic(name)
    assert topic.internal
    assert (len(topic.partitions), topic.configs) == (partitions, configs)


async def test_a_topic_that_may_not_exist_is_refused() -> None:
    life = await started()
    with pytest.raises(KafkaError) as refusal:
        await life.cluster.ensure_topic("a b")
    assert refusal.value.code is ErrorCode.INVALID_TOPIC_EXCEPTION
    assert await life.cluster.ensure_topics(["a.b"]) == {}
    assert list(await life.cluster.ensure_topics(["x", "a_b", "y"])) == ["a_b"]
    assert sorted(life.topics.by_name) == ["a.b", "x", "y"]


# Producer ids


async def test_producer_ids_come_from_a_stored_block() -> None:
    life = await started()
    assert life.cluster.next_producer_id() is None
    assert await life.cluster.new_producer_id() == 0
    assert (await life.metadata.load())[1][-1]["type"] == "producer_ids"
    assert [life.cluster.next_producer_id() for _ in range(3)] == [1, 2, 3]


async def test_a_used_up_block_is_followed_by_the_next() -> None:
    life = await started()
    ids = [await life.cluster.new_producer_id() for _ in range(PRODUCER_ID_BLOCK + 2)]
    assert ids == list(range(PRODUCER_ID_BLOCK + 2))
    assert life.cluster.image.next_producer_id == 2 * PRODUCER_ID_BLOCK


async def test_a_restart_begins_a_new_block() -> None:
    first = await started()
    assert await first.cluster.new_producer_id() == 0
    second = await first.again()
    assert second.cluster.next_producer_id() is None
    assert await second.cluster.new_producer_id() == PRODUCER_ID_BLOCK


async def test_ids_of_another_clusters_producers_are_not_given_out() -> None:
    """Their records came with a copied directory."""
    first = await started()
    await first.create("a", partitions=2)
    partition = first.topics.by_name["a"].partitions[1]
    for producer_id in (1, PRODUCER_ID_BLOCK - 1, PRODUCER_ID_BLOCK, 1 << 60):
        partition.append(batch(producer=(producer_id, 0, 0)))
    second = await first.again()
    ids = [await second.cluster.new_producer_id() for _ in range(PRODUCER_ID_BLOCK)]
    others = {1, PRODUCER_ID_BLOCK - 1, PRODUCER_ID_BLOCK}
    assert ids == [number for number in range(PRODUCER_ID_BLOCK + 3) if number not in others]


async def test_who_fetches_producer_ids_has_one_even_if_a_whole_block_is_anothers() -> None:
    first = await started()
    await first.create("a")
    partition = first.topics.by_name["a"].partitions[0]
    for producer_id in range(PRODUCER_ID_BLOCK):
        partition.append(batch(producer=(producer_id, 0, 0)))
    second = await first.again()
    await second.cluster.fetch_producer_ids()
    assert second.cluster.has_producer_ids
    assert second.cluster.next_producer_id() == PRODUCER_ID_BLOCK


async def test_many_who_need_an_id_at_once_take_one_block(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    appends = metadata.appends
    ids: list[int] = []

    async def need() -> None:
        ids.append(await life.cluster.new_producer_id())

    async with trio.open_nursery() as nursery:
        for _ in range(50):
            nursery.start_soon(need)
    assert sorted(ids) == list(range(50))
    assert metadata.appends == appends + 1


async def test_no_id_is_given_out_that_could_not_be_stored(autojump_clock: trio.testing.MockClock) -> None:
    metadata = SlowMetadata()
    life = await started(metadata)
    metadata.failure = StorageError("disk full")
    with pytest.raises(StorageError):
        await life.cluster.new_producer_id()
    metadata.failure = None
    assert await life.cluster.new_producer_id() == 0
