"""IncrementalAlterConfigs in all versions: what changes, from when on, what is refused, what a restart keeps."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from kafkalite.broker import log_levels
from kafkalite.config import TOPIC_KEYS
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.messages.describe_configs import DescribeConfigsRequest, DescribeConfigsResponse
from kafkalite.wire.messages.incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.log_keys import LOG_KEYS, LogKey
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = range(4)

Resource = IncrementalAlterConfigsRequest.AlterConfigsResource
Config = tuple[str, int, str | None]


def resource(kind: int, name: str, *configs: Config) -> Resource:
    return Resource(
        resource_type=kind,
        resource_name=name,
        configs=[
            IncrementalAlterConfigsRequest.AlterableConfig(name=key, config_operation=operation, value=value)
            for key, operation, value in configs
        ],
    )


async def ask(
    client: AdminClient, *resources: Resource, version: int = 1, validate_only: bool = False
) -> list[tuple[int, str | None]]:
    message = IncrementalAlterConfigsRequest(resources=list(resources), validate_only=validate_only)
    answer = await client.ask(message, version, IncrementalAlterConfigsResponse)
    assert [(one.resource_type, one.resource_name) for one in answer.responses] == [
        (one.resource_type, one.resource_name) for one in resources
    ]
    return [(one.error_code, one.error_message) for one in answer.responses]


async def alter(
    client: AdminClient, kind: int, name: str, *configs: Config, version: int = 1
) -> tuple[int, str | None]:
    (result,) = await ask(client, resource(kind, name, *configs), version=version)
    return result


@pytest.fixture
async def client() -> AdminClient:
    """A broker with topic `a`, which has an override, and `b` without."""
    connected = await connect()
    await connected.create("a", 2, retention_ms="12345")
    await connected.create("b")
    return connected


def values(client: AdminClient, name: str) -> dict[str, object]:
    """What the running topic obeys."""
    return client.broker.topics.by_name[name].values


def overrides(client: AdminClient, name: str) -> dict[str, str]:
    """What the image and the running topic have; they agree."""
    configs = client.broker.cluster.image.topics[name].configs
    assert configs == client.broker.topics.by_name[name].configs
    return configs


def append(client: AdminClient, name: str, size: int) -> int:
    """Return the error code of appending a batch of about `size` bytes."""
    try:
        client.broker.topics.by_name[name].partitions[0].append(memoryview(batch(1, value=bytes(size))))
    except KafkaError as refusal:
        return refusal.code
    return 0


# Topics


@pytest.mark.parametrize("version", [0, 1])
async def test_an_override_is_set_and_deleted(client: AdminClient, version: int) -> None:
    assert await alter(client, TOPIC, "a", ("segment.ms", SET, "77"), version=version) == (0, None)
    assert overrides(client, "a") == {"retention.ms": "12345", "segment.ms": "77"}
    assert values(client, "a")["segment.ms"] == 77
    assert await alter(client, TOPIC, "a", ("retention.ms", DELETE, None), version=version) == (0, None)
    assert overrides(client, "a") == {"segment.ms": "77"}
    assert values(client, "a")["retention.ms"] == 604_800_000


async def test_lists_change_item_by_item_from_their_default(client: AdminClient) -> None:
    assert await alter(client, TOPIC, "a", ("cleanup.policy", APPEND, "compact")) == (0, None)
    assert values(client, "a")["cleanup.policy"] == ["delete", "compact"]
    assert await alter(client, TOPIC, "a", ("cleanup.policy", SUBTRACT, "delete")) == (0, None)
    assert values(client, "a")["cleanup.policy"] == ["compact"]
    assert await alter(client, TOPIC, "a", ("cleanup.policy", SUBTRACT, "compact")) == (0, None)
    assert values(client, "a")["cleanup.policy"] == []


async def test_partitions_obey_at_once(client: AdminClient) -> None:
    assert append(client, "a", 3000) == 0
    assert await alter(client, TOPIC, "a", ("max.message.bytes", SET, "2000")) == (0, None)
    assert append(client, "a", 3000) == 10
    assert append(client, "b", 3000) == 0


@pytest.mark.parametrize(
    ("config", "code", "text"),
    [
        (("nope", SET, "1"), 40, "Unknown topic config name: nope"),
        (("retention.ms", SET, "x"), 40, "Invalid value x for configuration retention.ms: Not a number of type LONG"),
        (("retention.ms", SET, None), 42, "Null value not supported for : retention.ms"),
        (("retention.ms", APPEND, "1"), 40, "Can't APPEND to key retention.ms because its type is not LIST."),
        (("cleanup.policy", APPEND, ""), 40, "Configuration 'cleanup.policy' values must not be empty."),
        (("retention.ms", 9, "1"), 42, "Unknown operation type 9"),
        (
            ("remote.storage.enable", SET, "true"),
            40,
            "Invalid value true for configuration remote.storage.enable: "
            "Tiered Storage functionality is disabled in the broker.",
        ),
    ],
)
async def test_what_a_topic_refuses_changes_nothing(client: AdminClient, config: Config, code: int, text: str) -> None:
    assert await alter(client, TOPIC, "a", ("segment.ms", SET, "77"), config) == (code, text)
    assert overrides(client, "a") == {"retention.ms": "12345"}


async def test_each_resource_fails_for_itself_in_the_order_of_the_request(client: AdminClient) -> None:
    setting = ("segment.ms", SET, "77")
    wanted = [resource(TOPIC, name, setting) for name in ("nope", "a", "", "b", "a b")]
    assert [code for code, _ in await ask(client, *wanted)] == [3, 0, 42, 0, 17]
    assert overrides(client, "a")["segment.ms"] == overrides(client, "b")["segment.ms"] == "77"


async def test_a_resource_twice_fails_twice(client: AdminClient) -> None:
    setting = ("segment.ms", SET, "77")
    answers = await ask(client, resource(TOPIC, "a", setting), resource(TOPIC, "b", setting), resource(TOPIC, "a"))
    twice = (42, "Each resource must appear at most once.")
    assert answers == [twice, (0, None), twice]
    assert overrides(client, "a") == {"retention.ms": "12345"}


async def test_validating_changes_nothing(client: AdminClient) -> None:
    wanted = [
        resource(TOPIC, "a", ("segment.ms", SET, "77")),
        resource(BROKER, "0", ("message.max.bytes", SET, "5")),
        resource(TOPIC, "b", ("segment.ms", SET, "x")),
        resource(LOGGER, "0", ("root", SET, "FATAL")),
    ]
    before = client.broker.cluster.image.revision
    assert [code for code, _ in await ask(client, *wanted, validate_only=True)] == [0, 0, 40, 0]
    assert client.broker.cluster.image.revision == before
    assert log_levels.levels()["root"] != "FATAL"


async def test_what_changes_nothing_is_not_stored(client: AdminClient) -> None:
    before = client.broker.cluster.image.revision
    assert await alter(client, TOPIC, "a", ("retention.ms", SET, "12345")) == (0, None)
    assert await alter(client, BROKER, "0", ("retention.ms", DELETE, None)) == (0, None)
    assert client.broker.cluster.image.revision == before


async def test_what_cannot_be_stored_is_56_and_not_obeyed(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    wanted = [
        resource(TOPIC, "a", ("segment.ms", SET, "77")),
        resource(BROKER, "0", ("message.max.bytes", SET, "5")),
        resource(99, "x"),
    ]
    assert await ask(client, *wanted) == [(56, "disk full"), (56, "disk full"), (42, "Unknown resource type 99")]
    assert overrides(client, "a") == {"retention.ms": "12345"}
    assert client.broker.config.int("message.max.bytes") == 1048588


# Brokers


async def test_topics_without_override_follow_their_broker(client: AdminClient) -> None:
    assert await alter(client, BROKER, "", ("log.retention.ms", SET, "8000")) == (0, None)
    assert (values(client, "a")["retention.ms"], values(client, "b")["retention.ms"]) == (12345, 8000)
    assert await alter(client, BROKER, "0", ("log.retention.ms", SET, "7000")) == (0, None)
    assert values(client, "b")["retention.ms"] == 7000
    assert await alter(client, BROKER, "0", ("log.retention.ms", DELETE, None)) == (0, None)
    assert values(client, "b")["retention.ms"] == 8000
    assert await alter(client, BROKER, "", ("log.retention.ms", DELETE, None)) == (0, None)
    assert values(client, "b")["retention.ms"] == 604_800_000


async def test_a_topic_created_afterwards_follows_too(client: AdminClient) -> None:
    assert await alter(client, BROKER, "0", ("message.max.bytes", SET, "2000")) == (0, None)
    await client.create("c")
    assert [append(client, name, 3000) for name in "abc"] == [10, 10, 10]


async def test_idempotent_producers_are_forgotten_after_another_time(client: AdminClient) -> None:
    assert await alter(client, BROKER, "0", ("producer.id.expiration.ms", SET, "60000")) == (0, None)
    partition = client.broker.topics.by_name["a"].partitions[0]
    partition.append(memoryview(batch(1, producer=(5, 0, 0))))
    assert partition.expire_producers(client.broker.clock.wall_ms() + 30000) == 0
    assert partition.expire_producers(client.broker.clock.wall_ms() + 60000) == 1


async def test_both_layers_in_one_request(client: AdminClient) -> None:
    wanted = [resource(BROKER, name, ("message.max.bytes", SET, size)) for name, size in (("", "2"), ("0", "3"))]
    assert await ask(client, *wanted) == [(0, None), (0, None)]
    assert client.broker.config.int("message.max.bytes") == 3


@pytest.mark.parametrize("name", ["0", ""])
@pytest.mark.parametrize(
    ("config", "code", "text"),
    [
        (("node.id", SET, "1"), 42, "Cannot update these configs dynamically: [node.id]"),
        (("node.id", DELETE, None), 0, None),
        (("some.plugin", SET, "1"), 0, None),
        (("some.plugin", APPEND, "1"), 40, "Unknown config name: some.plugin"),
        (("message.max.bytes", SET, "x"), 42, "Invalid value x for configuration message.max.bytes: Not a number of"),
        (("message.max.bytes", SET, None), 42, "Null value not supported for : message.max.bytes"),
        (("message.max.bytes", APPEND, "1"), 40, "Config value append is not allowed for config key: message.max"),
        (
            ("log.retention.ms", SET, "0"),
            42,
            "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
        ),
        (("listener.name.x.ssl.protocol", SET, "y"), 42, "Configuration listener.name.x.ssl.protocol: settings for a"),
    ],
)
async def test_what_brokers_take_and_refuse(
    client: AdminClient, name: str, config: Config, code: int, text: str | None
) -> None:
    found, reason = await alter(client, BROKER, name, config)
    assert found == code
    assert reason == text or (reason or "").startswith(text or "?")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("9", "Unexpected broker id, expected 0, but received 9"),
        ("x", "Node id must be an integer, but it is: x"),
    ],
)
async def test_other_brokers_are_42(client: AdminClient, name: str, text: str) -> None:
    assert await alter(client, BROKER, name, ("message.max.bytes", SET, "5")) == (42, text)


async def test_a_setting_without_effect_is_said_in_the_log(
    client: AdminClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert await alter(client, BROKER, "0", ("num.io.threads", SET, "3")) == (0, None)
    assert [record.getMessage() for record in caplog.records if "no effect" in record.getMessage()] == [
        "no effect: num.io.threads. One thread runs the broker and hands requests on without a queue."
    ]


# Restarts


async def test_a_restart_keeps_everything(client: AdminClient) -> None:
    metadata, store = MemoryMetadata(), MemoryStore()
    client = await connect(metadata=metadata, store=store)
    await client.create("a")
    await client.create("b", retention_ms="1")
    wanted = [
        resource(TOPIC, "a", ("segment.ms", SET, "77")),
        resource(TOPIC, "b", ("retention.ms", DELETE, None)),
        resource(BROKER, "", ("log.retention.ms", SET, "8000"), ("some.plugin", SET, "x")),
        resource(BROKER, "0", ("message.max.bytes", SET, "2000")),
    ]
    assert [code for code, _ in await ask(client, *wanted)] == [0] * 4
    again = await connect(metadata=metadata, store=store)
    assert overrides(again, "a") == {"segment.ms": "77"}
    assert overrides(again, "b") == {}
    assert values(again, "a")["segment.ms"] == 77
    assert values(again, "b")["retention.ms"] == 8000
    assert append(again, "b", 3000) == 10
    assert again.broker.config.cluster_wide == {"log.retention.ms": "8000", "some.plugin": "x"}


async def test_a_setting_that_a_restart_makes_wrong_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    metadata = MemoryMetadata()
    client = await connect(metadata=metadata)
    wanted = resource(BROKER, "0", ("message.max.bytes", SET, "2000"), ("log.retention.ms", SET, "5"))
    assert await ask(client, wanted) == [(0, None)]
    _, records = await metadata.load()
    records[-1]["configs"]["message.max.bytes"] = "many"
    again = await connect(metadata=metadata)
    assert again.broker.config.int("message.max.bytes") == 1048588
    assert again.broker.config.value("log.retention.ms") == 5
    assert "a dynamic setting is ignored: Invalid value many for configuration message.max.bytes" in caplog.text
    assert (await alter(again, BROKER, "0", ("log.retention.ms", SET, "6")))[0] == 42
    assert await alter(again, BROKER, "0", ("message.max.bytes", DELETE, None)) == (0, None)


# Loggers

LOGGER_NAME = "kafkalite.test_incremental_alter_configs"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger(LOGGER_NAME)
    yield logger
    logger.setLevel(logging.NOTSET)


async def test_a_loggers_level_is_set_and_deleted(client: AdminClient, logger: logging.Logger) -> None:
    assert await alter(client, LOGGER, "0", (LOGGER_NAME, SET, "TRACE")) == (0, None)
    assert logger.level == 5
    assert await alter(client, LOGGER, "0", (LOGGER_NAME, DELETE, None)) == (0, None)
    assert logger.level == logging.NOTSET


@pytest.mark.parametrize(
    ("name", "config", "code", "text"),
    [
        ("9", ("root", SET, "INFO"), 42, "Unexpected node id. Expected 0, but received 9"),
        ("", ("root", SET, "INFO"), 42, "Node id must be an integer, but it is: "),
        ("0", ("nope", SET, "INFO"), 40, "Logger nope does not exist!"),
        ("0", ("nope", DELETE, None), 40, "Logger nope does not exist!"),
        ("0", ("root", DELETE, None), 42, "Removing the log level of the root logger is not allowed"),
        ("0", ("root", APPEND, "x"), 42, "APPEND operation is not allowed for the BROKER_LOGGER resource"),
        ("0", ("root", SUBTRACT, "x"), 42, "SUBTRACT operation is not allowed for the BROKER_LOGGER resource"),
        (
            "0",
            ("root", SET, "info"),
            40,
            "Cannot set the log level of root to info as it is not a supported log level. "
            "Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN",
        ),
    ],
)
async def test_what_loggers_refuse(client: AdminClient, name: str, config: Config, code: int, text: str) -> None:
    assert await alter(client, LOGGER, name, config) == (code, text)


async def test_one_bad_level_spares_all_loggers_of_the_resource(client: AdminClient, logger: logging.Logger) -> None:
    assert (await alter(client, LOGGER, "0", (LOGGER_NAME, SET, "TRACE"), ("root", SET, "LOUD")))[0] == 40
    assert logger.level == logging.NOTSET


# Groups, client metrics and others


@pytest.mark.parametrize(
    ("kind", "name", "config", "code", "text"),
    [
        (GROUP, "g", ("nope", SET, "1"), 40, "Unknown group config name: nope"),
        (GROUP, "g", ("nope", DELETE, None), 0, None),
        (GROUP, "g", ("consumer.session.timeout.ms", DELETE, None), 0, None),
        (GROUP, "", ("consumer.session.timeout.ms", SET, "1"), 42, "Default group resources are not allowed."),
        (
            GROUP,
            "g",
            ("consumer.session.timeout.ms", SET, "x"),
            40,
            "Invalid value x for configuration consumer.session.timeout.ms: Not a number of type INT",
        ),
        (
            GROUP,
            "g",
            ("consumer.session.timeout.ms", SET, "44999"),
            40,
            "consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive.",
        ),
        (
            GROUP,
            "g",
            ("share.session.timeout.ms", SET, "46000"),
            40,
            "Invalid value 46000 for configuration share.session.timeout.ms: Share groups are not offered yet.",
        ),
        (
            GROUP,
            "g",
            ("consumer.session.timeout.ms", APPEND, "1"),
            40,
            "Can't APPEND to key consumer.session.timeout.ms because its type is not LIST.",
        ),
        (METRICS, "", ("interval.ms", SET, "1000"), 42, "Subscription name can't be empty"),
        (METRICS, "m", ("nope", SET, "1"), 42, "Unknown client metrics configuration: nope"),
        (METRICS, "m", ("nope", DELETE, None), 0, None),
        (METRICS, "m", ("metrics", APPEND, "x"), 40, "Can't APPEND to key metrics because its type is not LIST."),
        (
            METRICS,
            "m",
            ("interval.ms", SET, "x"),
            40,
            "Invalid value x for configuration interval.ms: Not a number of type INT",
        ),
        (
            METRICS,
            "m",
            ("interval.ms", SET, "5"),
            42,
            "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
        ),
        (
            METRICS,
            "m",
            ("interval.ms", SET, "1000"),
            42,
            "Client metrics are not collected yet, so there are no subscriptions.",
        ),
        (99, "x", ("key", SET, "1"), 42, "Unknown resource type 99"),
    ],
)
async def test_what_has_nothing_that_could_obey(
    client: AdminClient, kind: int, name: str, config: Config, code: int, text: str | None
) -> None:
    before = client.broker.cluster.image.revision
    assert await alter(client, kind, name, config) == (code, text)
    assert client.broker.cluster.image.revision == before


# Every key that rules logs

EVERY_LOG_KEY = pytest.mark.parametrize("key", LOG_KEYS, ids=lambda key: key.name)


def test_no_key_that_rules_logs_is_left_out() -> None:
    honoured = {key.name for key in TOPIC_KEYS.values() if key.disposition == "honoured"}
    assert {key.name for key in LOG_KEYS} == honoured - {"min.insync.replicas"}


@EVERY_LOG_KEY
async def test_a_log_key_from_creation_to_its_default(key: LogKey) -> None:
    """Set when the topic is created, changed live, validated only, taken back; shown and obeyed each time."""
    client = await connect()
    first, second = key.values
    await client.create("a", 1, **{key.name: first})
    assert await shown(client, key) == (first, 1, [(key.name, first, 1), *key.synonyms])
    ruled = client.broker.topics.by_name["a"].partitions[0].log.config
    assert ruled is client.broker.topics.by_name["a"].log_config
    assert await alter(client, TOPIC, "a", (key.name, SET, second)) == (0, None)
    assert await shown(client, key) == (second, 1, [(key.name, second, 1), *key.synonyms])
    only = resource(TOPIC, "a", (key.name, SET, first))
    assert await ask(client, only, validate_only=True) == [(0, None)]
    assert await ask(client, resource(TOPIC, "a", (key.name, SET, key.bad)), validate_only=True) == [(40, key.refusal)]
    assert await shown(client, key) == (second, 1, [(key.name, second, 1), *key.synonyms])
    assert values(client, "a")[key.name] == TOPIC_KEYS[key.name].parse(second)
    assert await alter(client, TOPIC, "a", (key.name, DELETE, None)) == (0, None)
    assert await shown(client, key) == (key.default, 5, key.synonyms)
    assert values(client, "a")[key.name] == TOPIC_KEYS[key.name].default_value


async def shown(client: AdminClient, key: LogKey) -> tuple[str | None, int, list[tuple[str, str | None, int]]]:
    """Value, source and synonyms as DescribeConfigs tells them."""
    wanted = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=TOPIC, resource_name="a", configuration_keys=[key.name]
    )
    message = DescribeConfigsRequest(resources=[wanted], include_synonyms=True, include_documentation=True)
    (found,) = (await client.ask(message, 4, DescribeConfigsResponse)).results[0].configs
    assert (found.config_type, found.read_only, found.is_sensitive) == (key.type_id, False, False)
    assert found.documentation
    return found.value, found.config_source, [(one.name, one.value, one.source) for one in found.synonyms]


@EVERY_LOG_KEY
async def test_what_a_log_key_may_not_be(client: AdminClient, key: LogKey) -> None:
    assert await alter(client, TOPIC, "b", (key.name, SET, key.bad)) == (40, key.refusal)
    assert await alter(client, TOPIC, "b", (key.name, SET, None)) == (42, f"Null value not supported for : {key.name}")
    for operation, name in ((APPEND, "APPEND"), (SUBTRACT, "SUBTRACT")):
        expected = (
            (0, None) if key.type == "LIST" else (40, f"Can't {name} to key {key.name} because its type is not LIST.")
        )
        assert await alter(client, TOPIC, "b", (key.name, operation, key.values[0])) == expected
    assert overrides(client, "b") == ({"cleanup.policy": "delete"} if key.type == "LIST" else {})


@pytest.mark.parametrize("key", [key for key in LOG_KEYS if key.broker_key], ids=lambda key: key.name)
async def test_what_the_broker_says_of_a_log_key(client: AdminClient, key: LogKey) -> None:
    """For all brokers and for this one: obeyed at once by topics without an override."""
    assert key.broker_key is not None
    first, second = key.values
    assert await alter(client, BROKER, "", (key.broker_key, SET, first)) == (0, None)
    assert await alter(client, BROKER, "0", (key.broker_key, SET, second)) == (0, None)
    assert values(client, "b")[key.name] == TOPIC_KEYS[key.name].parse(second)
    refusal = key.refusal.replace(key.name, key.broker_key, 1)
    assert await alter(client, BROKER, "0", (key.broker_key, SET, key.bad)) == (42, refusal)
    assert await alter(client, BROKER, "0", (key.broker_key, DELETE, None)) == (0, None)
    assert values(client, "b")[key.name] == TOPIC_KEYS[key.name].parse(first)
