"""CreateTopics in all versions, as a client sees it."""

from __future__ import annotations

import pytest

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.create_topics import CreateTopicsRequest, CreateTopicsResponse
from tests.unit.apis.admin_client import AdminClient, connect

Wanted = CreateTopicsRequest.CreatableTopic
Config = CreateTopicsRequest.CreatableTopicConfig
Assignment = CreateTopicsRequest.CreatableReplicaAssignment
Result = CreateTopicsResponse.CreatableTopicResult

VERSIONS = range(2, 8)


def topic(name: str, partitions: int = 1, replication_factor: int = 1, **configs: str) -> Wanted:
    listed = [Config(name=key.replace("_", "."), value=value) for key, value in configs.items()]
    return Wanted(name=name, num_partitions=partitions, replication_factor=replication_factor, configs=listed)


async def create(
    client: AdminClient, *topics: Wanted, version: int = 7, timeout_ms: int = 5000, validate_only: bool = False
) -> list[Result]:
    message = CreateTopicsRequest(topics=list(topics), timeout_ms=timeout_ms, validate_only=validate_only)
    return (await client.ask(message, version, CreateTopicsResponse)).topics


@pytest.fixture
async def client() -> AdminClient:
    return await connect()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_topic_is_there_when_the_answer_is(client: AdminClient, version: int) -> None:
    (result,) = await create(client, topic("a", 2), version=version)
    made = client.broker.topics.by_name["a"]
    assert (result.name, result.error_code, result.error_message) == ("a", 0, None)
    assert result.num_partitions == (2 if version >= 5 else -1)
    assert result.replication_factor == (1 if version >= 5 else -1)
    assert bool(result.configs) == (version >= 5)
    assert result.topic_id == (made.topic_id if version >= 7 else ZERO_UUID)
    assert len(made.partitions) == 2


@pytest.mark.parametrize("version", VERSIONS)
async def test_refusals_carry_code_and_text(client: AdminClient, version: int) -> None:
    await client.create("a")
    (result,) = await create(client, topic("a"), version=version)
    assert (result.error_code, result.error_message) == (36, "Topic 'a' already exists.")
    assert (result.num_partitions, result.replication_factor, result.topic_id) == (-1, -1, ZERO_UUID)
    assert result.configs == []


async def test_the_answer_lists_every_effective_config_by_name(client: AdminClient) -> None:
    (result,) = await create(client, topic("a", retention_ms="12345"))
    configs = {config.name: config for config in result.configs or []}
    assert list(configs) == sorted(configs)
    assert len(configs) == 37
    retention, policy = configs["retention.ms"], configs["cleanup.policy"]
    assert (retention.value, retention.config_source, retention.read_only) == ("12345", 1, False)
    assert (policy.value, policy.config_source, policy.is_sensitive) == ("delete", 5, False)


async def test_the_brokers_settings_show_in_the_configs() -> None:
    client = await connect({"message.max.bytes": "5000"})
    (result,) = await create(client, topic("a"))
    (config,) = [config for config in result.configs or [] if config.name == "max.message.bytes"]
    assert (config.value, config.config_source) == ("5000", 4)


@pytest.mark.parametrize("version", VERSIONS)
async def test_minus_1_means_the_brokers_defaults(version: int) -> None:
    client = await connect({"num.partitions": "4"})
    (result,) = await create(client, topic("a", -1, -1), version=version)
    assert result.error_code == 0
    assert len(client.broker.topics.by_name["a"].partitions) == 4


async def test_a_placement_on_this_broker_is_accepted(client: AdminClient) -> None:
    assignments = [Assignment(partition_index=index, broker_ids=[0]) for index in range(3)]
    wanted = Wanted(name="a", num_partitions=-1, replication_factor=-1, assignments=assignments)
    (result,) = await create(client, wanted)
    assert (result.error_code, result.num_partitions, result.replication_factor) == (0, 3, 1)


async def test_a_placement_on_another_broker_is_39(client: AdminClient) -> None:
    assignments = [Assignment(partition_index=0, broker_ids=[1])]
    wanted = Wanted(name="a", num_partitions=-1, replication_factor=-1, assignments=assignments)
    assert (await create(client, wanted))[0].error_code == 39


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (topic("a b"), 17),
        (topic("a_b"), 17),
        (topic("b", 0), 37),
        (topic("b", 1, 0), 38),
        (topic("b", 1, 2), 38),
        (topic("b", nonsense="1"), 40),
        (topic("b", retention_ms="x"), 40),
        (topic("b", segment_bytes="5"), 40),
        (topic("b", 10_000), 44),
        (topic("__cluster_metadata"), 42),
    ],
)
async def test_every_refusal_leaves_no_topic(client: AdminClient, wanted: Wanted, code: int) -> None:
    await client.create("a.b")
    (result,) = await create(client, wanted)
    assert result.error_code == code
    assert result.error_message
    assert list(client.broker.topics.by_name) == ["a.b"]


async def test_each_topic_fails_for_itself_and_duplicates_come_last(client: AdminClient) -> None:
    results = await create(client, topic("x"), topic("twice"), topic("y!"), topic("twice"), topic("z"))
    assert [(result.name, result.error_code) for result in results] == [("x", 0), ("y!", 17), ("z", 0), ("twice", 42)]
    assert sorted(client.broker.topics.by_name) == ["x", "z"]


async def test_validating_answers_alike_and_creates_nothing(client: AdminClient) -> None:
    good, bad = await create(client, topic("a", 3), topic("a b"), validate_only=True)
    assert (good.error_code, good.num_partitions, bad.error_code) == (0, 3, 17)
    assert good.topic_id != ZERO_UUID
    assert client.broker.topics.by_name == {}


@pytest.mark.parametrize("timeout_ms", [0, -1])
async def test_without_time_everything_is_7(client: AdminClient, timeout_ms: int) -> None:
    results = await create(client, topic("a"), topic("a b"), timeout_ms=timeout_ms)
    assert [(result.error_code, result.error_message) for result in results] == [(7, None), (7, None)]
    assert client.broker.topics.by_name == {}


async def test_no_topics_are_no_results(client: AdminClient) -> None:
    assert await create(client) == []


async def test_what_cannot_be_stored_is_56(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    (result,) = await create(client, topic("a"))
    assert (result.error_code, result.error_message) == (56, "disk full")
    assert client.broker.topics.by_name == {}
