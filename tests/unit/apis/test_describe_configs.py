"""DescribeConfigs in all versions: values, where they come from, and what Kafka says of bad resources."""

from __future__ import annotations

import logging

import pytest

from kafkalite.config import BROKER_KEYS, TOPIC_KEYS
from kafkalite.core.cluster.image import group_configs_record
from kafkalite.wire.messages.describe_configs import DescribeConfigsRequest, DescribeConfigsResponse
from tests.unit.apis.admin_client import AdminClient, connect

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32

Result = DescribeConfigsResponse.DescribeConfigsResult
Entry = DescribeConfigsResponse.DescribeConfigsResourceResult


async def describe(
    client: AdminClient, kind: int, name: str, *keys: str, version: int = 4, synonyms: bool = False, docs: bool = False
) -> Result:
    wanted = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=kind, resource_name=name, configuration_keys=list(keys) or None
    )
    message = DescribeConfigsRequest(
        resources=[wanted], include_synonyms=synonyms, include_documentation=docs and version >= 3
    )
    (result,) = (await client.ask(message, version, DescribeConfigsResponse)).results
    assert (result.resource_type, result.resource_name) == (kind, name)
    return result


async def entry(client: AdminClient, kind: int, name: str, key: str) -> Entry:
    (found,) = (await describe(client, kind, name, key, synonyms=True)).configs
    return found


def sources(found: Entry) -> list[tuple[str, str | None, int]]:
    return [(synonym.name, synonym.value, synonym.source) for synonym in found.synonyms]


@pytest.fixture
async def client() -> AdminClient:
    """A broker with a topic `a` that keeps records for 12345 ms, and `b` without overrides."""
    connected = await connect()
    await connected.create("a", retention_ms="12345", cleanup_policy="compact,delete")
    await connected.create("b")
    return connected


# Topics


@pytest.mark.parametrize("version", range(1, 5))
async def test_a_topics_override_and_its_default(client: AdminClient, version: int) -> None:
    result = await describe(client, TOPIC, "a", "retention.ms", "segment.bytes", version=version, docs=True)
    assert (result.error_code, result.error_message) == (0, "")
    retention, segment = result.configs
    assert (retention.name, retention.value, retention.config_source) == ("retention.ms", "12345", 1)
    assert (segment.name, segment.value, segment.config_source) == ("segment.bytes", "1073741824", 5)
    assert not retention.read_only
    assert not retention.is_sensitive
    assert retention.synonyms == []
    assert retention.config_type == (5 if version >= 3 else 0)
    assert bool(retention.documentation) == (version >= 3)


@pytest.mark.parametrize("keys", [None, []])
async def test_no_keys_are_all_keys(client: AdminClient, keys: list[str] | None) -> None:
    wanted = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=TOPIC, resource_name="a", configuration_keys=keys
    )
    answer = await client.ask(DescribeConfigsRequest(resources=[wanted]), 4, DescribeConfigsResponse)
    assert [config.name for config in answer.results[0].configs] == sorted(TOPIC_KEYS)


async def test_unknown_keys_are_left_out(client: AdminClient) -> None:
    result = await describe(client, TOPIC, "a", "nonsense", "retention.ms")
    assert [config.name for config in result.configs] == ["retention.ms"]


async def test_synonyms_go_from_the_override_to_the_default(client: AdminClient) -> None:
    policy = await entry(client, TOPIC, "a", "cleanup.policy")
    assert sources(policy) == [("cleanup.policy", "compact,delete", 1), ("log.cleanup.policy", "delete", 5)]
    size = await entry(client, TOPIC, "b", "max.message.bytes")
    assert sources(size) == [("message.max.bytes", "1048588", 5)]


async def test_a_key_whose_broker_default_is_null_has_no_default_as_synonym(client: AdminClient) -> None:
    assert sources(await entry(client, TOPIC, "a", "retention.ms")) == [("retention.ms", "12345", 1)]
    retention = await entry(client, TOPIC, "b", "retention.ms")
    assert (retention.value, retention.config_source, retention.synonyms) == ("604800000", 5, [])


async def test_what_the_broker_was_given_is_the_topics_static_source() -> None:
    client = await connect({"log.retention.ms": "5000", "message.max.bytes": "77"})
    await client.create("a")
    retention = await entry(client, TOPIC, "a", "retention.ms")
    assert (retention.value, retention.config_source) == ("5000", 4)
    assert sources(retention) == [("log.retention.ms", "5000", 4), ("log.retention.hours", "168", 5)]
    size = await entry(client, TOPIC, "a", "max.message.bytes")
    assert sources(size) == [("message.max.bytes", "77", 4), ("message.max.bytes", "1048588", 5)]


async def test_only_the_most_specific_broker_key_counts_as_a_source() -> None:
    client = await connect({"log.retention.hours": "1"})
    await client.create("a")
    retention = await entry(client, TOPIC, "a", "retention.ms")
    assert (retention.value, retention.config_source, retention.synonyms) == ("3600000", 5, [])


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("nope", 3, ""),
        ("", 17, "Topic name is invalid: the empty string is not allowed"),
        (".", 17, "Topic name is invalid: '.' is not allowed"),
    ],
)
async def test_bad_topics(client: AdminClient, name: str, code: int, text: str) -> None:
    result = await describe(client, TOPIC, name)
    assert (result.error_code, result.error_message, result.configs) == (code, text, [])


async def test_a_resource_asked_for_twice_is_answered_twice(client: AdminClient) -> None:
    wanted = DescribeConfigsRequest.DescribeConfigsResource(resource_type=TOPIC, resource_name="a")
    answer = await client.ask(DescribeConfigsRequest(resources=[wanted, wanted]), 4, DescribeConfigsResponse)
    assert [result.error_code for result in answer.results] == [0, 0]


# The broker


async def test_the_broker_lists_every_key_that_kafka_has(client: AdminClient) -> None:
    assert [config.name for config in (await describe(client, BROKER, "0")).configs] == sorted(BROKER_KEYS)


async def test_a_static_and_a_default_value() -> None:
    client = await connect({"num.partitions": "3"})
    partitions = await entry(client, BROKER, "0", "num.partitions")
    assert (partitions.value, partitions.config_source, partitions.read_only) == ("3", 4, True)
    assert sources(partitions) == [("num.partitions", "3", 4), ("num.partitions", "1", 5)]
    size = await entry(client, BROKER, "0", "message.max.bytes")
    assert (size.value, size.config_source, size.read_only, size.config_type) == ("1048588", 5, False, 3)


async def test_dynamic_values_stand_over_static_ones() -> None:
    client = await connect({"message.max.bytes": "77"})
    await client.create("a")
    config = client.broker.config
    config.become(config.with_dynamic({"message.max.bytes": " 78 "}, {"message.max.bytes": "79"}))
    found = await entry(client, BROKER, "0", "message.max.bytes")
    assert (found.value, found.config_source, found.read_only) == ("79", 2, False)
    every = [(f"{size}", source) for size, source in ((79, 2), (78, 3), (77, 4), (1048588, 5))]
    assert sources(found) == [("message.max.bytes", *one) for one in every]
    found = await entry(client, TOPIC, "a", "max.message.bytes")
    assert (found.value, found.config_source, len(found.synonyms)) == ("79", 2, 4)


async def test_the_empty_name_lists_the_dynamic_settings_of_all_brokers() -> None:
    client = await connect({"message.max.bytes": "77"})
    assert (await describe(client, BROKER, "")).configs == []
    config = client.broker.config
    config.become(config.with_dynamic({"message.max.bytes": "78"}, {"message.max.bytes": "79", "num.io.threads": "9"}))
    (found,) = (await describe(client, BROKER, "", synonyms=True)).configs
    assert (found.name, found.value, found.config_source, found.read_only) == ("message.max.bytes", "78", 3, False)
    assert sources(found) == [("message.max.bytes", "78", 3)]
    assert (await describe(client, BROKER, "", "num.io.threads")).configs == []


async def test_a_dynamic_setting_that_no_key_has_is_named_and_not_told() -> None:
    client = await connect()
    config = client.broker.config
    config.become(config.with_dynamic({"some.plugin": "secret", "other": "x"}, {"some.plugin": "secret"}))
    for name, found_sources in (("0", [2, 3]), ("", [3])):
        found = await entry(client, BROKER, name, "some.plugin")
        assert found.documentation is None
        assert (found.value, found.config_source) == (None, found_sources[0])
        assert (found.read_only, found.is_sensitive, found.config_type) == (True, True, 0)
        assert sources(found) == [("some.plugin", None, source) for source in found_sources]
    assert "other" in [one.name for one in (await describe(client, BROKER, "0")).configs]


async def test_a_brokers_key_has_the_synonyms_of_its_family() -> None:
    client = await connect({"log.retention.ms": "5", "log.retention.minutes": "6"})
    milliseconds, minutes = [await entry(client, BROKER, "0", f"log.retention.{one}") for one in ("ms", "minutes")]
    assert sources(milliseconds) == [
        ("log.retention.ms", "5", 4),
        ("log.retention.minutes", "6", 4),
        ("log.retention.hours", "168", 5),
    ]
    assert sources(minutes) == [("log.retention.minutes", "6", 4), ("log.retention.hours", "168", 5)]


async def test_a_value_that_is_not_there_is_null_without_synonyms(client: AdminClient) -> None:
    retention = await entry(client, BROKER, "0", "log.retention.ms")
    assert (retention.value, retention.config_source, retention.synonyms) == (None, 5, [])


async def test_passwords_are_never_shown(client: AdminClient) -> None:
    password = await entry(client, BROKER, "0", "ssl.keystore.password")
    assert (password.value, password.is_sensitive, password.config_type) == (None, True, 9)


async def test_the_empty_name_asks_for_dynamic_defaults_of_which_there_are_none(client: AdminClient) -> None:
    result = await describe(client, BROKER, "")
    assert (result.error_code, result.configs) == (0, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("9", "Unexpected broker id, expected 0 or empty string, but received 9"),
        ("-1", "Unexpected broker id, expected 0 or empty string, but received -1"),
        ("x", "Broker id must be an integer, but it is: x"),
        (" 0", "Broker id must be an integer, but it is:  0"),
    ],
)
async def test_bad_brokers(client: AdminClient, name: str, text: str) -> None:
    result = await describe(client, BROKER, name)
    assert (result.error_code, result.error_message, result.configs) == (42, text, [])


async def test_a_broker_id_may_have_leading_zeros(client: AdminClient) -> None:
    assert (await describe(client, BROKER, "00", "node.id")).error_code == 0


# Loggers, client metrics, groups, nonsense


async def test_loggers_and_their_levels_in_kafkas_words(client: AdminClient) -> None:
    logging.getLogger("kafkalite.example").setLevel(logging.WARNING)
    (found,) = (await describe(client, LOGGER, "0", "kafkalite.example")).configs
    assert (found.value, found.config_source, found.read_only, found.config_type) == ("WARN", 6, False, 0)
    names = [config.name for config in (await describe(client, LOGGER, "0")).configs]
    assert "root" in names
    assert "asyncio" not in names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Broker id must not be empty"),
        ("9", "Unexpected broker id, expected 0 but received 9"),
        ("x", "Broker id must be an integer, but it is: x"),
    ],
)
async def test_bad_logger_resources(client: AdminClient, name: str, text: str) -> None:
    result = await describe(client, LOGGER, name)
    assert (result.error_code, result.error_message) == (42, text)


async def test_any_client_metrics_subscription_has_the_defaults(client: AdminClient) -> None:
    result = await describe(client, METRICS, "any", docs=True)
    assert [(one.name, one.value, one.config_type) for one in result.configs] == [
        ("interval.ms", "300000", 3),
        ("match", "", 7),
        ("metrics", "", 7),
    ]
    assert result.configs[0].documentation == "Metrics push interval in milliseconds"
    assert (await describe(client, METRICS, "")).error_message == "Client metrics subscription name must not be empty"


async def test_any_group_has_the_brokers_defaults() -> None:
    client = await connect()
    found = await entry(client, GROUP, "any", "consumer.session.timeout.ms")
    assert (found.value, found.config_source) == ("45000", 5)
    assert sources(found) == [("group.consumer.session.timeout.ms", "45000", 5)]
    assert len((await describe(client, GROUP, "any")).configs) == 21
    assert (await describe(client, GROUP, "")).error_message == "Group name must not be empty"


async def test_what_a_group_has_of_its_own_comes_first() -> None:
    client = await connect()
    record = group_configs_record("g", {"consumer.session.timeout.ms": "46000"})
    client.broker.cluster.image.apply(record)
    found = await entry(client, GROUP, "g", "consumer.session.timeout.ms")
    assert (found.value, found.config_source, found.is_sensitive, found.read_only) == ("46000", 8, False, False)
    assert sources(found) == [
        ("consumer.session.timeout.ms", "46000", 8),
        ("group.consumer.session.timeout.ms", "45000", 5),
    ]
    assert (await entry(client, GROUP, "other", "consumer.session.timeout.ms")).value == "45000"


@pytest.mark.parametrize("kind", [0, 1, 3, 64, -5])
async def test_unknown_resource_types_are_42(client: AdminClient, kind: int) -> None:
    result = await describe(client, kind, "a")
    assert result.error_code == 42
    assert result.error_message
