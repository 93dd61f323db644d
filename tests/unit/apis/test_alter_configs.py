"""AlterConfigs in all versions: the complete set of configs, replaced as a whole."""

from __future__ import annotations

import pytest

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.alter_configs import AlterConfigsRequest, AlterConfigsResponse
from tests.unit.apis.admin_client import AdminClient, connect

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32

Resource = AlterConfigsRequest.AlterConfigsResource
Config = tuple[str, str | None]


def resource(kind: int, name: str, *configs: Config) -> Resource:
    entries = [AlterConfigsRequest.AlterableConfig(name=key, value=value) for key, value in configs]
    return Resource(resource_type=kind, resource_name=name, configs=entries)


async def ask(
    client: AdminClient, *resources: Resource, version: int = 2, validate_only: bool = False
) -> list[tuple[int, str | None]]:
    message = AlterConfigsRequest(resources=list(resources), validate_only=validate_only)
    answer = await client.ask(message, version, AlterConfigsResponse)
    assert [(one.resource_type, one.resource_name) for one in answer.responses] == [
        (one.resource_type, one.resource_name) for one in resources
    ]
    return [(one.error_code, one.error_message) for one in answer.responses]


@pytest.fixture
async def client() -> AdminClient:
    """A broker with topic `a`, which has an override."""
    connected = await connect()
    await connected.create("a", retention_ms="12345")
    return connected


def overrides(client: AdminClient) -> dict[str, str]:
    configs = client.broker.cluster.image.topics["a"].configs
    assert configs == client.broker.topics.by_name["a"].configs
    return configs


@pytest.mark.parametrize("version", range(3))
async def test_what_is_not_mentioned_is_unset(client: AdminClient, version: int) -> None:
    wanted = resource(TOPIC, "a", ("segment.ms", "77"), ("cleanup.policy", "compact"))
    assert await ask(client, wanted, version=version) == [(0, None)]
    assert overrides(client) == {"segment.ms": "77", "cleanup.policy": "compact"}
    assert client.broker.topics.by_name["a"].values["retention.ms"] == 604_800_000
    assert await ask(client, resource(TOPIC, "a"), version=version) == [(0, None)]
    assert overrides(client) == {}


async def test_settings_of_a_broker_are_replaced_too(client: AdminClient) -> None:
    assert await ask(client, resource(BROKER, "0", ("message.max.bytes", "5"), ("some.plugin", "x"))) == [(0, None)]
    assert client.broker.config.own == {"message.max.bytes": "5", "some.plugin": "x"}
    assert await ask(client, resource(BROKER, "0", ("log.retention.ms", "6"))) == [(0, None)]
    assert client.broker.config.own == {"log.retention.ms": "6"}
    assert client.broker.config.int("message.max.bytes") == 1048588
    assert await ask(client, resource(BROKER, "", ("message.max.bytes", "7"))) == [(0, None)]
    assert (client.broker.config.int("message.max.bytes"), client.broker.config.value("log.retention.ms")) == (7, 6)


@pytest.mark.parametrize(
    ("wanted", "code", "text"),
    [
        (resource(TOPIC, "a", ("retention.ms", None)), 42, "Null value not supported for : retention.ms"),
        (resource(TOPIC, "a", ("retention.ms", "1"), ("retention.ms", "2")), 42, "Error due to duplicate config keys"),
        (resource(TOPIC, "a", ("nope", "1")), 40, "Unknown topic config name: nope"),
        (resource(TOPIC, "nope", ("retention.ms", "1")), 3, "The topic 'nope' does not exist."),
        (resource(BROKER, "0", ("node.id", "1")), 42, "Cannot update these configs dynamically: [node.id]"),
        (resource(BROKER, "9"), 42, "Unexpected broker id, expected 0, but received 9"),
        (resource(LOGGER, "0", ("root", "INFO")), 42, "Unknown resource type 8"),
        (resource(METRICS, "m", ("nope", "1")), 42, "Unknown client metrics configuration: nope"),
        (resource(GROUP, "g", ("nope", "1")), 40, "Unknown group config name: nope"),
        (resource(GROUP, "g"), 0, None),
        (resource(3, "x"), 42, "Unknown resource type 3"),
    ],
)
async def test_refusals_change_nothing(client: AdminClient, wanted: Resource, code: int, text: str | None) -> None:
    before = client.broker.cluster.image.revision
    assert await ask(client, wanted) == [(code, text)]
    assert client.broker.cluster.image.revision == before


async def test_a_resource_twice_is_answered_where_kafka_hangs(client: AdminClient) -> None:
    wanted = resource(TOPIC, "a", ("segment.ms", "77"))
    assert await ask(client, wanted, wanted) == [(42, "Each resource must appear at most once.")] * 2
    assert overrides(client) == {"retention.ms": "12345"}


async def test_validating_changes_nothing(client: AdminClient) -> None:
    assert await ask(client, resource(TOPIC, "a"), validate_only=True) == [(0, None)]
    assert overrides(client) == {"retention.ms": "12345"}


async def test_what_cannot_be_stored_is_56(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    assert await ask(client, resource(TOPIC, "a")) == [(56, "disk full")]
    assert overrides(client) == {"retention.ms": "12345"}
