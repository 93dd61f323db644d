"""Changing configurations and looking at log directories, by raw requests: codes, texts, and what holds afterwards.

Kafka answers before its own broker has taken a change in, so what holds is waited for.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.log_keys import LOG_KEYS, LogKey

from . import raw
from .conftest import broker_kind, new_broker
from .raw import Connection, unique

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = range(4)
LAG = "log.cleaner.max.compaction.lag.ms"

Result = tuple[int, str | None]


def resource(kind: int, name: str, *configs: tuple[Any, ...]) -> dict[str, Any]:
    """`configs`: (key, value) for AlterConfigs, (key, operation, value) for IncrementalAlterConfigs."""
    entries = [{"name": config[0], "value": config[-1]} for config in configs]
    for entry, config in zip(entries, configs, strict=True):
        if len(config) == 3:
            entry["config_operation"] = config[1]
    return {"resource_type": kind, "resource_name": name, "configs": entries}


def ask(connection: Connection, api: str, version: int, *resources: dict[str, Any], **more: Any) -> list[Result]:
    answer = connection.ask(api, version, resources=resources, **more)
    names = [(result.resource_type, result.resource_name) for result in answer.responses]
    assert sorted(names) == sorted((wanted["resource_type"], wanted["resource_name"]) for wanted in resources)
    return [(int(result.error_code), result.error_message) for result in answer.responses]


def alter(connection: Connection, kind: int, name: str, *configs: tuple[str, int, str | None], **more: Any) -> Result:
    [result] = ask(connection, "incremental_alter_configs", 1, resource(kind, name, *configs), **more)
    return result


def replace(connection: Connection, kind: int, name: str, *configs: tuple[str, str | None], **more: Any) -> Result:
    [result] = ask(connection, "alter_configs", 2, resource(kind, name, *configs), **more)
    return result


def entry(connection: Connection, kind: int, name: str, key: str) -> Any:
    wanted = [{"resource_type": kind, "resource_name": name, "configuration_keys": [key]}]
    [result] = connection.ask("describe_configs", 4, resources=wanted, include_synonyms=True).results
    assert result.error_code == 0, result
    return result.configs[0] if result.configs else None


def value(connection: Connection, kind: int, name: str, key: str) -> tuple[str | None, int]:
    found = entry(connection, kind, name, key)
    return (found.value, found.config_source) if found else (None, 0)


def becomes(connection: Connection, kind: int, name: str, key: str, wanted: tuple[str | None, int]) -> None:
    raw.until(lambda: value(connection, kind, name, key) == wanted, seconds=10, what=f"{key} {wanted}")


@pytest.fixture
def node(connection: Connection) -> str:
    """The broker's id."""
    [broker] = connection.ask("metadata", 9, topics=[]).brokers
    return str(broker.node_id)


@pytest.fixture
def clean_node(connection: Connection, node: str) -> Iterator[str]:
    """The broker's id; its dynamic settings are taken back at the end."""
    yield node
    for name in (node, ""):
        keys = ("log.retention.ms", "log.cleanup.policy", "message.max.bytes", "some.plugin.setting", LAG)
        assert alter(connection, BROKER, name, *((key, DELETE, None) for key in keys)) == (0, None)
    raw.until(lambda: value(connection, BROKER, node, "message.max.bytes")[1] == 5, what="the default")


# --- topics -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, 1])
def test_set_and_delete(connection: Connection, topic: str, version: int) -> None:
    wanted = resource(TOPIC, topic, ("retention.ms", SET, "12345"))
    assert ask(connection, "incremental_alter_configs", version, wanted) == [(0, None)]
    becomes(connection, TOPIC, topic, "retention.ms", ("12345", 1))
    wanted = resource(TOPIC, topic, ("retention.ms", DELETE, None), ("no.such.key", DELETE, None))
    assert ask(connection, "incremental_alter_configs", version, wanted) == [(0, None)]
    becomes(connection, TOPIC, topic, "retention.ms", ("604800000", 5))


def test_append_and_subtract(connection: Connection, topic: str) -> None:
    for operation, given, left in (
        (APPEND, "compact", "delete,compact"),
        (APPEND, "compact", "delete,compact"),
        (SUBTRACT, "delete", "compact"),
        (SUBTRACT, "delete", "compact"),
        (SUBTRACT, "compact", ""),
        (SET, " compact , delete,compact", "compact,delete"),
    ):
        assert alter(connection, TOPIC, topic, ("cleanup.policy", operation, given)) == (0, None)
        becomes(connection, TOPIC, topic, "cleanup.policy", (left, 1))


def test_a_limit_holds_at_once(connection: Connection, topic: str) -> None:
    big = raw.batch(bytes(3000))
    assert raw.produce(connection, topic, big).error_code == 0
    assert alter(connection, TOPIC, topic, ("max.message.bytes", SET, "2000")) == (0, None)
    raw.until(lambda: raw.produce(connection, topic, big).error_code == 10, what="MESSAGE_TOO_LARGE")
    assert alter(connection, TOPIC, topic, ("max.message.bytes", DELETE, None)) == (0, None)
    raw.until(lambda: raw.produce(connection, topic, big).error_code == 0, what="the limit's end")


def test_validate_only(connection: Connection, topic: str) -> None:
    assert alter(connection, TOPIC, topic, ("retention.ms", SET, "5"), validate_only=True) == (0, None)
    assert replace(connection, TOPIC, topic, ("retention.ms", "5"), validate_only=True) == (0, None)
    assert alter(connection, TOPIC, topic, ("retention.ms", SET, "x"), validate_only=True)[0] == 40
    assert value(connection, TOPIC, topic, "retention.ms") == ("604800000", 5)


NOT_LIST = "because its type is not LIST."
REFUSED = {
    "unknown key": (("no.such.key", SET, "1"), 40, "Unknown topic config name: no.such.key"),
    "wrong type": (
        ("retention.ms", SET, "soon"),
        40,
        "Invalid value soon for configuration retention.ms: Not a number of type LONG",
    ),
    "out of range": (
        ("retention.ms", SET, "-2"),
        40,
        "Invalid value -2 for configuration retention.ms: Value must be at least -1",
    ),
    "set null": (("retention.ms", SET, None), 42, "Null value not supported for : retention.ms"),
    "append null": (("cleanup.policy", APPEND, None), 42, "Null value not supported for : cleanup.policy"),
    "append to a number": (("retention.ms", APPEND, "1"), 40, f"Can't APPEND to key retention.ms {NOT_LIST}"),
    "subtract from a number": (("retention.ms", SUBTRACT, "1"), 40, f"Can't SUBTRACT to key retention.ms {NOT_LIST}"),
    "append to an unknown key": (("no.such.key", APPEND, "1"), 40, f"Can't APPEND to key no.such.key {NOT_LIST}"),
    "append a bad item": (
        ("cleanup.policy", APPEND, "nope"),
        40,
        "Invalid value nope for configuration cleanup.policy: String must be one of: compact, delete",
    ),
    "append nothing": (("cleanup.policy", APPEND, ""), 40, "Configuration 'cleanup.policy' values must not be empty."),
}


@pytest.mark.parametrize(("config", "code", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals(connection: Connection, topic: str, config: Any, code: int, text: str) -> None:
    assert alter(connection, TOPIC, topic, config) == (code, text)


def test_tiered_storage_is_refused(connection: Connection, topic: str) -> None:
    code, text = alter(connection, TOPIC, topic, ("remote.storage.enable", SET, "true"))
    assert code == 40
    assert text is not None
    assert "Tiered Storage functionality is disabled in the broker." in text


def test_keys_that_contradict_each_other(connection: Connection, topic: str) -> None:
    lags = (("min.compaction.lag.ms", SET, "10"), ("max.compaction.lag.ms", SET, "5"))
    text = "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)"
    assert alter(connection, TOPIC, topic, *lags) == (40, text)


def test_a_key_twice(connection: Connection, topic: str) -> None:
    twice = (("retention.ms", SET, "1"), ("retention.ms", DELETE, None))
    assert alter(connection, TOPIC, topic, *twice) == (42, "Error due to duplicate config keys")


def test_a_resource_twice_fails_and_another_does_not(connection: Connection, topic: str) -> None:
    other = unique("other")
    raw.create_topic(connection, other)
    wanted = [resource(TOPIC, name, ("retention.ms", SET, "1")) for name in (topic, other, topic)]
    found = ask(connection, "incremental_alter_configs", 1, *wanted)
    assert sorted(found, key=str) == sorted(
        [(0, None), *[(42, "Each resource must appear at most once.")] * 2], key=str
    )
    becomes(connection, TOPIC, other, "retention.ms", ("1", 1))
    assert value(connection, TOPIC, topic, "retention.ms")[1] == 5


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("no-such-topic", 3, "The topic 'no-such-topic' does not exist."),
        ("", 42, "Default topic resources are not allowed."),
        (
            "two words",
            17,
            "Topic name is invalid: 'two words' contains one or more characters other than ASCII alphanumerics, "
            "'.', '_' and '-'",
        ),
    ],
)
def test_topics_that_cannot_be_altered(connection: Connection, name: str, code: int, text: str) -> None:
    assert alter(connection, TOPIC, name, ("retention.ms", SET, "1")) == (code, text)
    assert replace(connection, TOPIC, name, ("retention.ms", "1")) == (code, text)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_alter_configs_replaces_everything(connection: Connection, topic: str, version: int) -> None:
    wanted = resource(TOPIC, topic, ("retention.ms", "99"), ("segment.ms", "100"))
    assert ask(connection, "alter_configs", version, wanted) == [(0, None)]
    becomes(connection, TOPIC, topic, "retention.ms", ("99", 1))
    assert ask(connection, "alter_configs", version, resource(TOPIC, topic, ("segment.ms", "101"))) == [(0, None)]
    becomes(connection, TOPIC, topic, "segment.ms", ("101", 1))
    assert value(connection, TOPIC, topic, "retention.ms") == ("604800000", 5)
    assert ask(connection, "alter_configs", version, resource(TOPIC, topic)) == [(0, None)]
    becomes(connection, TOPIC, topic, "segment.ms", ("604800000", 5))


def test_alter_configs_refuses(connection: Connection, topic: str) -> None:
    assert replace(connection, TOPIC, topic, ("retention.ms", None))[0] == 42
    assert replace(connection, TOPIC, topic, ("retention.ms", "1"), ("retention.ms", "2"))[0] == 42
    assert replace(connection, TOPIC, topic, ("no.such.key", "1")) == (40, "Unknown topic config name: no.such.key")
    assert replace(connection, TOPIC, topic, ("retention.ms", "soon"))[0] == 40
    assert value(connection, TOPIC, topic, "retention.ms") == ("604800000", 5)


@pytest.mark.parametrize("key", LOG_KEYS, ids=lambda key: key.name)
def test_every_key_that_rules_logs(connection: Connection, key: LogKey) -> None:
    """Set at creation, changed live, validated only, refused, taken back; each time shown with its sources."""
    name = unique("ruled")
    first, second = key.values
    raw.create_topic(connection, name, 1, **{key.name: first})

    def is_shown(value: str, source: int, *overrides: tuple[str, str, int]) -> bool:
        found = entry(connection, TOPIC, name, key.name)
        assert (found.config_type, found.read_only, found.is_sensitive) == (key.type_id, False, False)
        sources = [(one.name, one.value, one.source) for one in found.synonyms]
        return (found.value, found.config_source, sources) == (value, source, [*overrides, *key.synonyms])

    raw.until(lambda: is_shown(first, 1, (key.name, first, 1)), what=first)
    assert alter(connection, TOPIC, name, (key.name, SET, second)) == (0, None)
    raw.until(lambda: is_shown(second, 1, (key.name, second, 1)), what=second)
    assert alter(connection, TOPIC, name, (key.name, SET, first), validate_only=True) == (0, None)
    for validate_only in (True, False):
        answer = alter(connection, TOPIC, name, (key.name, SET, key.bad), validate_only=validate_only)
        assert answer == (40, key.refusal)
    if key.type != "LIST":
        text = f"Can't APPEND to key {key.name} {NOT_LIST}"
        assert alter(connection, TOPIC, name, (key.name, APPEND, first)) == (40, text)
    assert is_shown(second, 1, (key.name, second, 1))
    assert alter(connection, TOPIC, name, (key.name, DELETE, None)) == (0, None)
    raw.until(lambda: is_shown(key.default, 5), what="the default")


def test_overrides_are_held_against_what_the_broker_says(connection: Connection, topic: str, clean_node: str) -> None:
    assert alter(connection, BROKER, "", (LAG, SET, "50")) == (0, None)
    becomes(connection, TOPIC, topic, "max.compaction.lag.ms", ("50", 3))
    text = "conflict topic config setting min.compaction.lag.ms (60) > max.compaction.lag.ms (50)"
    assert alter(connection, TOPIC, topic, ("min.compaction.lag.ms", SET, "60")) == (40, text)
    lags = (("min.compaction.lag.ms", SET, "60"), ("max.compaction.lag.ms", SET, "70"))
    assert alter(connection, TOPIC, topic, *lags) == (0, None)


# --- brokers ------------------------------------------------------------------------------------------------------


def synonyms(connection: Connection, kind: int, name: str, key: str) -> list[tuple[str, str | None, int]]:
    return [(one.name, one.value, one.source) for one in entry(connection, kind, name, key).synonyms]


def test_settings_of_a_broker_over_those_of_all(connection: Connection, topic: str, clean_node: str) -> None:
    node = clean_node
    assert alter(connection, BROKER, "", ("log.retention.ms", SET, "8000")) == (0, None)
    becomes(connection, TOPIC, topic, "retention.ms", ("8000", 3))
    assert value(connection, BROKER, "", "log.retention.ms") == ("8000", 3)
    assert alter(connection, BROKER, node, ("log.retention.ms", SET, "7000")) == (0, None)
    becomes(connection, TOPIC, topic, "retention.ms", ("7000", 2))
    all_of_them = [("log.retention.ms", "7000", 2), ("log.retention.ms", "8000", 3), ("log.retention.hours", "168", 5)]
    assert synonyms(connection, BROKER, node, "log.retention.ms") == all_of_them
    assert synonyms(connection, TOPIC, topic, "retention.ms") == all_of_them
    assert synonyms(connection, BROKER, "", "log.retention.ms") == [("log.retention.ms", "8000", 3)]
    assert alter(connection, BROKER, node, ("log.retention.ms", DELETE, None)) == (0, None)
    becomes(connection, TOPIC, topic, "retention.ms", ("8000", 3))
    assert alter(connection, BROKER, "", ("log.retention.ms", DELETE, None)) == (0, None)
    becomes(connection, TOPIC, topic, "retention.ms", ("604800000", 5))
    assert synonyms(connection, TOPIC, topic, "retention.ms") == []
    assert entry(connection, BROKER, "", "log.retention.ms") is None


def test_a_brokers_limit_holds_at_once(connection: Connection, topic: str, clean_node: str) -> None:
    big = raw.batch(bytes(3000))
    assert replace(connection, BROKER, clean_node, ("message.max.bytes", "2000")) == (0, None)
    raw.until(lambda: raw.produce(connection, topic, big).error_code == 10, what="MESSAGE_TOO_LARGE")
    becomes(connection, BROKER, clean_node, "message.max.bytes", ("2000", 2))
    assert replace(connection, BROKER, clean_node) == (0, None)
    raw.until(lambda: raw.produce(connection, topic, big).error_code == 0, what="the limit's end")


def test_a_topics_override_goes_first(connection: Connection, topic: str, clean_node: str) -> None:
    assert alter(connection, TOPIC, topic, ("max.message.bytes", SET, "5000")) == (0, None)
    assert alter(connection, BROKER, clean_node, ("message.max.bytes", SET, "4000")) == (0, None)
    becomes(connection, BROKER, clean_node, "message.max.bytes", ("4000", 2))
    assert synonyms(connection, TOPIC, topic, "max.message.bytes") == [
        ("max.message.bytes", "5000", 1),
        ("message.max.bytes", "4000", 2),
        ("message.max.bytes", "1048588", 5),
    ]


def test_lists_of_a_broker(connection: Connection, clean_node: str) -> None:
    for operation, given, left in (
        (APPEND, "compact", "delete,compact"),
        (SUBTRACT, "delete", "compact"),
        (SET, "delete", "delete"),
    ):
        assert alter(connection, BROKER, clean_node, ("log.cleanup.policy", operation, given)) == (0, None)
        becomes(connection, BROKER, clean_node, "log.cleanup.policy", (left, 2))


def test_an_unknown_setting_is_kept_and_not_shown(connection: Connection, clean_node: str) -> None:
    for name, source in ((clean_node, 2), ("", 3)):
        assert alter(connection, BROKER, name, ("some.plugin.setting", SET, "secret")) == (0, None)
        becomes(connection, BROKER, name, "some.plugin.setting", (None, source))
        found = entry(connection, BROKER, name, "some.plugin.setting")
        assert (found.value, found.config_source, found.read_only, found.is_sensitive) == (None, source, True, True)
        assert found.config_type == 0
    assert synonyms(connection, BROKER, clean_node, "some.plugin.setting") == [
        ("some.plugin.setting", None, 2),
        ("some.plugin.setting", None, 3),
    ]


LONG_EXPECTED = "Invalid value soon for configuration log.retention.ms: Not a number of type LONG"
REFUSED_OF_BROKERS = {
    "read-only": ([("node.id", SET, "3")], 42, "Cannot update these configs dynamically: [node.id]"),
    "wrong type": ([("log.retention.ms", SET, "soon")], 42, LONG_EXPECTED),
    "out of range": (
        [("message.max.bytes", SET, "-5")],
        42,
        "Invalid value -5 for configuration message.max.bytes: Value must be at least 0",
    ),
    "too many at once": (
        [("log.cleaner.threads", SET, "3")],
        42,
        "Log cleaner threads cannot be increased to more than double the current value 1",
    ),
    "memory that is too small": (
        [("log.cleaner.dedupe.buffer.size", SET, "1048576")],
        42,
        "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
    ),
    "jitter below zero": (
        [("log.roll.jitter.ms", SET, "-1")],
        42,
        "requirement failed: log.roll.jitter.ms must be greater than or equal to 0",
    ),
    "read-only, of the cleaner": (
        [("log.cleaner.enable", SET, "false")],
        42,
        "Cannot update these configs dynamically: [log.cleaner.enable]",
    ),
    "null": ([("log.retention.ms", SET, None)], 42, "Null value not supported for : log.retention.ms"),
    "a key twice": (
        [("log.retention.ms", SET, "1"), ("log.retention.ms", SET, "1")],
        42,
        "Error due to duplicate config keys",
    ),
    "append to a number": (
        [("log.retention.ms", APPEND, "1")],
        40,
        "Config value append is not allowed for config key: log.retention.ms",
    ),
    "append to an unknown key": (
        [("some.plugin.setting", APPEND, "1")],
        40,
        "Unknown config name: some.plugin.setting",
    ),
}


@pytest.mark.parametrize(("configs", "code", "text"), REFUSED_OF_BROKERS.values(), ids=REFUSED_OF_BROKERS.keys())
@pytest.mark.parametrize("whose", ["own", "all"])
def test_refusals_of_brokers(connection: Connection, node: str, configs: Any, code: int, text: str, whose: str) -> None:
    answer, reason = alter(connection, BROKER, node if whose == "own" else "", *configs)
    assert answer == code
    assert reason is not None
    assert reason == text or ("org.apache.kafka" in reason and text in reason), "Kafka wraps some of them"


def test_more_refusals_of_brokers(connection: Connection, node: str) -> None:
    ssl = ("ssl.protocol", SET, "TLSv1.3")
    text = "Cannot update these configs at default cluster level, broker id must be specified: [ssl.protocol]"
    assert alter(connection, BROKER, "", ssl) == (42, text)
    assert alter(connection, BROKER, node, ("node.id", DELETE, None)) == (0, None)
    code, reason = alter(connection, BROKER, node, ("log.retention.ms", SET, "0"))
    assert code == 42
    assert reason is not None
    assert "log.retention.ms must be unlimited (-1) or, greater than or equal to 1" in reason
    assert alter(connection, BROKER, node, ("max.connections.per.ip", SET, "0"))[0] == 42
    assert alter(connection, BROKER, node, ("ssl.keystore.password", SET, "x"))[0] == 42
    assert value(connection, BROKER, node, "log.retention.ms") == (None, 5)


def test_brokers_that_are_not_this_one(connection: Connection, node: str) -> None:
    setting = ("message.max.bytes", SET, "5000")
    text = f"Unexpected broker id, expected {node}, but received 9"
    assert alter(connection, BROKER, "9", setting) == (42, text)
    assert alter(connection, BROKER, "x", setting) == (42, "Node id must be an integer, but it is: x")
    assert replace(connection, BROKER, "9", ("message.max.bytes", "5000")) == (42, text)


# --- other resources ----------------------------------------------------------------------------------------------


def test_levels_of_loggers(connection: Connection, node: str) -> None:
    before = value(connection, LOGGER, node, "root")
    other = "DEBUG" if before[0] != "DEBUG" else "INFO"
    assert alter(connection, LOGGER, node, ("root", SET, other), validate_only=True) == (0, None)
    assert value(connection, LOGGER, node, "root") == before
    assert alter(connection, LOGGER, node, ("root", SET, "FATAL")) == (0, None)
    assert value(connection, LOGGER, node, "root") == ("FATAL", 6)
    assert alter(connection, LOGGER, node, ("root", SET, before[0])) == (0, None)
    assert value(connection, LOGGER, node, "root") == before


LEVELS = "as it is not a supported log level. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"
REFUSED_OF_LOGGERS = [
    ("root", SET, "LOUD", 40, f"Cannot set the log level of root to LOUD {LEVELS}"),
    ("root", SET, "debug", 40, f"Cannot set the log level of root to debug {LEVELS}"),
    ("no.such.logger", SET, "INFO", 40, "Logger no.such.logger does not exist!"),
    ("no.such.logger", DELETE, None, 40, "Logger no.such.logger does not exist!"),
    ("root", APPEND, "INFO", 42, "APPEND operation is not allowed for the BROKER_LOGGER resource"),
    ("root", SUBTRACT, "INFO", 42, "SUBTRACT operation is not allowed for the BROKER_LOGGER resource"),
    ("root", DELETE, None, 42, "Removing the log level of the root logger is not allowed"),
    ("root", SET, None, 42, "Null value not supported for : root"),
]


@pytest.mark.parametrize(("logger", "operation", "level", "code", "text"), REFUSED_OF_LOGGERS)
def test_refusals_of_loggers(
    connection: Connection, node: str, logger: str, operation: int, level: str | None, code: int, text: str
) -> None:
    assert alter(connection, LOGGER, node, (logger, operation, level)) == (code, text)


def test_loggers_of_another_broker(connection: Connection, node: str) -> None:
    level = ("root", SET, "INFO")
    assert alter(connection, LOGGER, "9", level) == (42, f"Unexpected node id. Expected {node}, but received 9")
    assert alter(connection, LOGGER, "", level) == (42, "Node id must be an integer, but it is: ")
    assert replace(connection, LOGGER, node, ("root", "INFO")) == (42, "Unknown resource type 8")


def test_bad_settings_of_groups_and_client_metrics(connection: Connection) -> None:
    timeout = "consumer.session.timeout.ms"
    unknown = (40, "Unknown group config name: no.such.key")
    assert alter(connection, GROUP, "g", ("no.such.key", SET, "1")) == unknown
    assert replace(connection, GROUP, "g", ("no.such.key", "1")) == unknown
    assert alter(connection, GROUP, "g", ("no.such.key", DELETE, None)) == (0, None)
    assert alter(connection, GROUP, "g", (timeout, SET, "x"))[0] == 40
    assert alter(connection, GROUP, "g", (timeout, APPEND, "1")) == (40, f"Can't APPEND to key {timeout} {NOT_LIST}")
    assert alter(connection, GROUP, "", (timeout, SET, "46000")) == (42, "Default group resources are not allowed.")
    assert alter(connection, METRICS, "m", ("no.such.key", SET, "1")) == (
        42,
        "Unknown client metrics configuration: no.such.key",
    )
    assert alter(connection, METRICS, "m", ("interval.ms", SET, "5")) == (
        42,
        "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
    )
    assert alter(connection, METRICS, "", ("interval.ms", SET, "1000")) == (42, "Subscription name can't be empty")
    assert alter(connection, METRICS, "m", ("no.such.key", DELETE, None)) == (0, None)


@pytest.mark.parametrize("kind", [0, 3, 99])
def test_unknown_resource_types(connection: Connection, kind: int) -> None:
    assert alter(connection, kind, "x", ("key", SET, "1")) == (42, f"Unknown resource type {kind}")
    assert replace(connection, kind, "x", ("key", "1")) == (42, f"Unknown resource type {kind}")


# --- after a restart ----------------------------------------------------------------------------------------------


def test_all_of_it_survives_kill_nine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    broker_kind(request)  # skips where the broker is not ours
    process = new_broker(request, tmp_path_factory.mktemp("configs"))
    try:
        with process.connect() as connection:
            [node] = [str(one.node_id) for one in connection.ask("metadata", 9, topics=[]).brokers]
            raw.create_topic(connection, "kept")
            assert alter(connection, TOPIC, "kept", ("retention.ms", SET, "111")) == (0, None)
            assert alter(connection, BROKER, "", ("log.segment.bytes", SET, "2000000")) == (0, None)
            assert alter(connection, BROKER, node, ("message.max.bytes", SET, "2000")) == (0, None)
            becomes(connection, BROKER, node, "message.max.bytes", ("2000", 2))
        process.kill_nine()
        process.start()
        with process.connect() as connection:
            raw.until(lambda: raw.is_ready(connection, "kept", 1), what="the topic")
            becomes(connection, TOPIC, "kept", "retention.ms", ("111", 1))
            becomes(connection, TOPIC, "kept", "segment.bytes", ("2000000", 3))
            becomes(connection, TOPIC, "kept", "max.message.bytes", ("2000", 2))
            assert raw.produce(connection, "kept", raw.batch(bytes(3000))).error_code == 10
    finally:
        if process.alive():
            process.kill_nine()


# --- DescribeLogDirs ----------------------------------------------------------------------------------------------


def log_dirs(connection: Connection, topics: Any, version: int = 4) -> tuple[Any, dict[tuple[str, int], int]]:
    """The one directory, and the size of each partition."""
    [found] = connection.ask("describe_log_dirs", version, topics=topics).results
    assert found.error_code == 0
    sizes = {
        (topic.name, partition.partition_index): partition.partition_size
        for topic in found.topics
        for partition in topic.partitions
    }
    assert all(topic.partitions for topic in found.topics)
    return found, sizes


@pytest.mark.parametrize("version", range(1, 5))
def test_sizes_of_partitions(connection: Connection, topic: str, version: int) -> None:
    batches = [raw.batch(bytes(size)) for size in (10, 200)]
    for data in batches:
        assert raw.produce(connection, topic, data, partition=1).error_code == 0
    wanted = [{"topic": topic, "partitions": [0, 1]}]
    found, sizes = log_dirs(connection, wanted, version)
    assert sizes == {(topic, 0): 0, (topic, 1): sum(map(len, batches))}
    assert found.log_dir
    if version >= 4:
        assert found.total_bytes > found.usable_bytes > 0
    _, every = log_dirs(connection, None, version)
    assert every[topic, 1] == sizes[topic, 1]


def test_what_does_not_exist_is_not_there(connection: Connection, topic: str) -> None:
    missing = {"topic": unique("missing"), "partitions": [0]}
    assert log_dirs(connection, [missing, {"topic": topic, "partitions": [0, 7]}])[1] == {(topic, 0): 0}
    assert log_dirs(connection, [{"topic": topic, "partitions": [7]}])[1] == {}
    assert log_dirs(connection, [{"topic": topic, "partitions": []}])[1] == {}
    assert log_dirs(connection, [])[1] == {}


def test_a_partition_asked_for_twice_comes_once(connection: Connection, topic: str) -> None:
    wanted = [{"topic": topic, "partitions": [0, 0]}, {"topic": topic, "partitions": [0]}]
    [found] = connection.ask("describe_log_dirs", 4, topics=wanted).results
    assert [[partition.partition_index for partition in one.partitions] for one in found.topics] == [[0]]


# --- ListConfigResources ------------------------------------------------------------------------------------------


def resources(connection: Connection, *types: int) -> set[tuple[int, str]]:
    answer = connection.ask("list_config_resources", 1, resource_types=types)
    assert answer.error_code == 0
    return {(one.resource_type, one.resource_name) for one in answer.config_resources}


def test_config_resources(connection: Connection, topic: str, node: str) -> None:
    assert resources(connection, BROKER, LOGGER) == {(BROKER, node), (LOGGER, node)}
    assert (TOPIC, topic) in resources(connection, TOPIC)
    assert {(TOPIC, topic), (BROKER, node), (LOGGER, node)} <= resources(connection)
    assert connection.ask("list_config_resources", 0).config_resources == ()
    assert connection.ask("list_config_resources", 1, resource_types=[4, 99]).error_code == 35
