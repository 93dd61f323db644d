"""Metadata in all versions: who is asked for, who is there, what is made on the way."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from kafkalite.apis.metadata import CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED, TOPIC_OPERATIONS
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest, CreatePartitionsResponse
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from kafkalite.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.unit.apis.admin_client import AdminClient, connect

Wanted = MetadataRequest.MetadataRequestTopic
Topic = MetadataResponse.MetadataResponseTopic

UNKNOWN_ID = bytes([9] * 16)
LATEST = 13


async def metadata(
    client: AdminClient, *names: str | bytes | None, version: int = LATEST, auto_create: bool = False, **asked: bool
) -> MetadataResponse:
    """Ask for topics by name or, where bytes are given, by id."""
    topics = [Wanted(topic_id=one, name=None) if isinstance(one, bytes) else Wanted(name=one) for one in names]
    message = MetadataRequest(topics=topics, allow_auto_topic_creation=auto_create if version >= 4 else True, **asked)
    return await client.ask(message, version, MetadataResponse)


async def everything(client: AdminClient, version: int = LATEST) -> MetadataResponse:
    topics: Any = [] if version == 0 else None
    return await client.ask(MetadataRequest(topics=topics), version, MetadataResponse)


def codes(answer: MetadataResponse) -> list[tuple[str | None, int]]:
    return [(topic.name, topic.error_code) for topic in answer.topics]


@pytest.fixture
async def client() -> AdminClient:
    return await connect({"auto.create.topics.enable": "true"})


# The cluster


@pytest.mark.parametrize("version", range(LATEST + 1))
async def test_every_version_tells_broker_topic_and_leader(client: AdminClient, version: int) -> None:
    topic_id = await client.create("a", 2)
    answer = await metadata(client, "a", version=version)
    (broker,), (topic,) = answer.brokers, answer.topics
    assert (broker.node_id, broker.host, broker.port, broker.rack) == (0, "127.0.0.1", 19092, None)
    assert answer.cluster_id == (client.broker.cluster_id if version >= 2 else None)
    assert answer.controller_id == (0 if version >= 1 else -1)
    assert (topic.name, topic.error_code, topic.is_internal) == ("a", 0, False)
    assert topic.topic_id == (topic_id if version >= 10 else ZERO_UUID)
    assert [partition.partition_index for partition in topic.partitions] == [0, 1]
    for partition in topic.partitions:
        assert (partition.error_code, partition.leader_id) == (0, 0)
        assert partition.leader_epoch == (0 if version >= 7 else -1)
        assert (partition.replica_nodes, partition.isr_nodes, partition.offline_replicas) == ([0], [0], [])


async def test_the_address_is_what_the_client_dialled_unless_something_is_advertised() -> None:
    dialled = await connect()
    assert (await everything(dialled)).brokers[0].port == 19092
    advertised = await connect({"advertised.listeners": "PLAINTEXT://kafka.example.com:9999"})
    broker = (await everything(advertised)).brokers[0]
    assert (broker.host, broker.port) == ("kafka.example.com", 9999)


async def test_the_rack_is_told() -> None:
    assert (await everything(await connect({"broker.rack": "r1"}))).brokers[0].rack == "r1"


async def test_another_node_id_is_told_everywhere() -> None:
    client = await connect({"node.id": "7"})
    await client.create("a")
    answer = await everything(client)
    assert (answer.brokers[0].node_id, answer.controller_id) == (7, 7)
    assert answer.topics[0].partitions[0].leader_id == 7


async def test_a_restart_raises_the_leader_epoch() -> None:
    store = MemoryMetadata()
    await (await connect(metadata=store)).create("a")
    answer = await metadata(await connect(metadata=store), "a")
    assert answer.topics[0].partitions[0].leader_epoch == 1


# Which topics


@pytest.mark.parametrize("version", range(LATEST + 1))
async def test_all_topics_are_an_empty_list_in_v0_and_null_later(client: AdminClient, version: int) -> None:
    await client.create("a")
    await client.create("b")
    assert codes(await everything(client, version)) == [("a", 0), ("b", 0)]


@pytest.mark.parametrize("version", range(1, LATEST + 1))
async def test_an_empty_list_is_no_topics_from_v1_on(client: AdminClient, version: int) -> None:
    await client.create("a")
    answer = await metadata(client, version=version)
    assert (answer.topics, len(answer.brokers)) == ([], 1)


async def test_existing_topics_come_first_and_each_once(client: AdminClient) -> None:
    await client.create("a")
    assert codes(await metadata(client, "nope", "a", "nope", "a")) == [("a", 0), ("nope", 3)]


@pytest.mark.parametrize("version", range(4, LATEST + 1))
async def test_an_unknown_topic_is_3_and_an_impossible_name_17(client: AdminClient, version: int) -> None:
    answer = await metadata(client, "nope", "a b", "", ".", version=version)
    assert codes(answer) == [("nope", 3), ("a b", 17), ("", 17), (".", 17)]
    assert all(topic.topic_id == ZERO_UUID and topic.partitions == [] for topic in answer.topics)


async def test_internal_topics_are_flagged_even_if_they_are_missing(client: AdminClient) -> None:
    assert (await metadata(client, "__consumer_offsets")).topics[0].is_internal
    await client.broker.cluster.ensure_topic("__consumer_offsets")
    topic = (await metadata(client, "__consumer_offsets")).topics[0]
    assert (topic.error_code, topic.is_internal, len(topic.partitions)) == (0, True, 50)


async def test_changes_show_at_once(client: AdminClient) -> None:
    await client.create("a")
    assert len((await metadata(client, "a")).topics[0].partitions) == 1
    wanted = CreatePartitionsRequest.CreatePartitionsTopic(name="a", count=3, assignments=None)
    await client.ask(CreatePartitionsRequest(topics=[wanted], timeout_ms=1), 3, CreatePartitionsResponse)
    assert len((await metadata(client, "a")).topics[0].partitions) == 3
    await client.ask(DeleteTopicsRequest(topic_names=["a"], timeout_ms=1), 5, DeleteTopicsResponse)
    assert codes(await metadata(client, "a")) == [("a", 3)]
    await client.create("a")
    assert len((await metadata(client, "a")).topics[0].partitions) == 1


# Topic ids


@pytest.mark.parametrize("version", [12, 13])
async def test_topics_by_id(client: AdminClient, version: int) -> None:
    topic_id = await client.create("a")
    answer = await metadata(client, topic_id, UNKNOWN_ID, topic_id, version=version)
    assert codes(answer) == [("a", 0), (None, 100)]
    assert [topic.topic_id for topic in answer.topics] == [topic_id, UNKNOWN_ID]


async def test_where_ids_and_names_are_mixed_only_ids_count(client: AdminClient) -> None:
    topic_id = await client.create("a")
    await client.create("b")
    assert codes(await metadata(client, topic_id, "b", "new", auto_create=True)) == [("a", 0)]
    assert "new" not in client.broker.topics.by_name


async def test_with_both_id_and_name_the_id_wins(client: AdminClient) -> None:
    topic_id = await client.create("a")
    await client.create("b")
    answer = await client.ask(MetadataRequest(topics=[Wanted(topic_id=topic_id, name="b")]), 13, MetadataResponse)
    assert codes(answer) == [("a", 0)]


@pytest.mark.parametrize("version", [10, 11])
async def test_ids_and_null_names_are_refused_before_v12(client: AdminClient, version: int) -> None:
    topic_id = await client.create("a")
    for topics in ([Wanted(topic_id=topic_id, name="a"), Wanted(name="a")], [Wanted(name=None), Wanted(name="a")]):
        answer = await client.ask(MetadataRequest(topics=topics), version, MetadataResponse)
        assert [topic.error_code for topic in answer.topics] == [42, 42]
        assert [topic.name for topic in answer.topics] == [topics[0].name or "", "a"]
        assert (answer.brokers, answer.cluster_id, answer.controller_id) == ([], None, -1)


@pytest.mark.parametrize("version", [12, 13])
async def test_a_topic_without_name_and_id_is_refused(client: AdminClient, version: int) -> None:
    answer = await metadata(client, None, "a", version=version)
    assert [(topic.name, topic.error_code) for topic in answer.topics] == [("", -1), ("a", -1)]
    assert (answer.brokers, answer.cluster_id, answer.controller_id) == ([], None, -1)
    assert answer.error_code == (-1 if version == 13 else 0)


# Authorized operations


@pytest.mark.parametrize("version", range(8, LATEST + 1))
async def test_topic_operations_are_told_when_asked_for_unknown_topics_too(client: AdminClient, version: int) -> None:
    await client.create("a")
    answer = await metadata(client, "a", "nope", version=version, include_topic_authorized_operations=True)
    assert [topic.topic_authorized_operations for topic in answer.topics] == [TOPIC_OPERATIONS, TOPIC_OPERATIONS]
    answer = await metadata(client, "a", "nope", version=version)
    assert {topic.topic_authorized_operations for topic in answer.topics} == {OPERATIONS_NOT_ASKED}


@pytest.mark.parametrize("version", [8, 9, 10])
async def test_cluster_operations_are_told_when_asked(client: AdminClient, version: int) -> None:
    answer = await metadata(client, version=version, include_cluster_authorized_operations=True)
    assert answer.cluster_authorized_operations == CLUSTER_OPERATIONS
    assert (await metadata(client, version=version)).cluster_authorized_operations == OPERATIONS_NOT_ASKED


# Auto-creation


@pytest.mark.parametrize("version", range(LATEST + 1))
async def test_a_missing_topic_is_there_in_the_first_answer(version: int) -> None:
    client = await connect({"num.partitions": "3"})
    answer = await metadata(client, "new", version=version, auto_create=True)
    assert codes(answer) == [("new", 0)]
    assert len(answer.topics[0].partitions) == 3
    assert len(client.broker.topics.by_name["new"].partitions) == 3


@pytest.mark.parametrize("version", range(4, LATEST + 1))
async def test_nothing_is_made_unless_the_request_allows_it(client: AdminClient, version: int) -> None:
    assert codes(await metadata(client, "new", version=version, auto_create=False)) == [("new", 3)]
    assert client.broker.topics.by_name == {}


async def test_nothing_is_made_unless_the_broker_allows_it() -> None:
    client = await connect({"auto.create.topics.enable": "false"})
    assert codes(await metadata(client, "new", auto_create=True)) == [("new", 3)]


async def test_impossible_names_are_not_made(client: AdminClient) -> None:
    await client.create("a.b")
    answer = await metadata(client, "a b", "a_b", "__cluster_metadata", "new", auto_create=True)
    assert codes(answer) == [("new", 0), ("a b", 17), ("a_b", 3), ("__cluster_metadata", 3)]


async def test_internal_topics_are_made_with_their_own_settings() -> None:
    client = await connect({"offsets.topic.num.partitions": "4"})
    (topic,) = (await metadata(client, "__consumer_offsets", auto_create=True)).topics
    assert (len(topic.partitions), topic.is_internal) == (4, True)
    assert client.broker.topics.by_name["__consumer_offsets"].configs["cleanup.policy"] == "compact"


async def test_asking_for_all_topics_makes_none(client: AdminClient) -> None:
    assert (await everything(client)).topics == []
    assert client.broker.cluster.image.revision == 2


async def test_an_answer_that_needs_no_creation_is_given_at_once(client: AdminClient) -> None:
    await client.create("a")
    names = [Wanted(name="a"), Wanted(name="a b")]
    answer = client.begin(MetadataRequest(topics=names, allow_auto_topic_creation=True), LATEST)
    assert isinstance(answer, MetadataResponse)


async def test_clients_that_ask_together_get_one_topic(client: AdminClient) -> None:
    answers: list[MetadataResponse] = []

    async def ask() -> None:
        answers.append(await metadata(client, "new", auto_create=True))

    async with trio.open_nursery() as nursery:
        for _ in range(10):
            nursery.start_soon(ask)
    assert len({topic.topic_id for answer in answers for topic in answer.topics}) == 1
    assert client.broker.cluster.image.revision == 3


async def test_a_topic_that_cannot_be_stored_is_56(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await client.create("a")

    async def refuse(names: object) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.cluster, "ensure_topics", refuse)
    assert codes(await metadata(client, "new", "a", auto_create=True)) == [("a", 0), ("new", 56)]
