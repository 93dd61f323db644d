"""A topic's values: its own overrides first, then what the broker says, the most specific key first, then the default.

Every message here was given by Apache Kafka 4.4.
"""

from __future__ import annotations

import re

import pytest

from kafkalite.config import TOPIC_KEYS, BrokerConfig, ConfigError, parse_topic_configs, topic_values


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"nope": "1"}, "Unknown topic config name: nope"),
        ({"message.format.version": "3.0"}, "Unknown topic config name: message.format.version"),
        (
            {"retention.ms": None, "segment.ms": None},
            "Null value not supported for topic configs: retention.ms,segment.ms",
        ),
        ({"retention.ms": "-5"}, "Invalid value -5 for configuration retention.ms: Value must be at least -1"),
        ({"retention.ms": ""}, "Invalid value  for configuration retention.ms: Not a number of type LONG"),
        (
            {"min.compaction.lag.ms": "100", "max.compaction.lag.ms": "50"},
            "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (50)",
        ),
    ],
)
def test_a_bad_override_is_refused_in_kafkas_words(overrides: dict[str, str | None], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_topic_configs(BrokerConfig.of(), overrides)
    assert str(caught.value) == message
    assert caught.value.key == next(iter(overrides))


def test_overrides_are_parsed() -> None:
    assert parse_topic_configs(
        BrokerConfig.of(), {"cleanup.policy": " compact , delete ", "segment.bytes": "2000000"}
    ) == {
        "cleanup.policy": ["compact", "delete"],
        "segment.bytes": 2_000_000,
    }


def test_an_override_that_promises_what_is_not_here_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_topic_configs(BrokerConfig.of(), {"remote.storage.enable": "true"})
    assert str(caught.value) == (
        "Invalid value true for configuration remote.storage.enable: "
        "Tiered Storage functionality is disabled in the broker."
    )
    for key in (key for key in TOPIC_KEYS if key.startswith(("remote.", "local."))):
        default = TOPIC_KEYS[key].default
        assert default is not None
        assert parse_topic_configs(BrokerConfig.of(), {key: default})


def test_overrides_are_held_against_what_the_broker_says_of_the_other_keys() -> None:
    broker = BrokerConfig.of({"log.cleaner.min.compaction.lag.ms": "100", "log.cleaner.max.compaction.lag.ms": "50"})
    assert parse_topic_configs(broker, {}) == {}
    text = "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (50)"
    with pytest.raises(ConfigError, match=re.escape(text)):
        parse_topic_configs(broker, {"retention.ms": "5"})
    assert parse_topic_configs(broker, {"max.compaction.lag.ms": "200"}) == {"max.compaction.lag.ms": 200}


def test_a_topic_has_every_key() -> None:
    values = topic_values(BrokerConfig.of(), {})
    assert values == {name: key.default_value for name, key in TOPIC_KEYS.items()}


def test_an_override_is_stronger_than_the_broker() -> None:
    broker = BrokerConfig.of({"message.max.bytes": "2000"})
    assert topic_values(broker, {})["max.message.bytes"] == 2000
    assert topic_values(broker, {"max.message.bytes": "3000"})["max.message.bytes"] == 3000


@pytest.mark.parametrize(
    ("settings", "milliseconds"),
    [
        ({}, 604_800_000),
        ({"log.retention.hours": "1"}, 3_600_000),
        ({"log.retention.hours": "1", "log.retention.minutes": "5"}, 300_000),
        ({"log.retention.hours": "1", "log.retention.minutes": "5", "log.retention.ms": "7"}, 7),
        ({"log.retention.hours": "-1"}, -1),
        ({"log.retention.ms": "-7"}, -1),
    ],
)
def test_the_most_specific_of_the_broker_keys_counts(settings: dict[str, str], milliseconds: int) -> None:
    assert topic_values(BrokerConfig.of(settings), {})["retention.ms"] == milliseconds


def test_hours_are_turned_into_milliseconds() -> None:
    values = topic_values(BrokerConfig.of({"log.roll.hours": "2", "log.roll.jitter.hours": "1"}), {})
    assert (values["segment.ms"], values["segment.jitter.ms"]) == (7_200_000, 3_600_000)
