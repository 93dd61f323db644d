"""A topic's configuration: what its overrides and the broker's keys make of every topic key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafkalite.config.key import ConfigError, Key
from kafkalite.config.topic_keys import TOPIC_KEYS

if TYPE_CHECKING:
    from kafkalite.config.broker_config import BrokerConfig

_MILLISECONDS = {
    "log.retention.hours": 3_600_000,
    "log.retention.minutes": 60_000,
    "log.roll.hours": 3_600_000,
    "log.roll.jitter.hours": 3_600_000,
}
"""What one of it is, of the keys that count in something else."""


def parse_topic_configs(broker: BrokerConfig, overrides: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the parsed values of a topic's overrides. Raises ConfigError with the text that Kafka gives a client.

    As in Kafka, overrides are held against what the broker says of the other keys, and a topic without any is not.
    """
    missing = [name for name, text in overrides.items() if text is None]
    if missing:
        raise ConfigError(f"Null value not supported for topic configs: {','.join(missing)}", missing[0])
    for name in overrides:
        if name not in TOPIC_KEYS:
            raise ConfigError(f"Unknown topic config name: {name}", name)
    values = {name: TOPIC_KEYS[name].accept(text) for name, text in overrides.items() if text is not None}
    if values:
        _check_compaction_lags(broker.topic_defaults | values)
    return values


def topic_values(broker: BrokerConfig, overrides: Mapping[str, str]) -> dict[str, Any]:
    """Return every topic key's effective value: the override, else what the broker says, else the default."""
    return broker.topic_defaults | {name: TOPIC_KEYS[name].parse(text) for name, text in overrides.items()}


def inherited(key: Key, broker: BrokerConfig) -> Any:
    """Return what a topic without an override takes from the broker's keys, the most specific one first."""
    for name in key.synonyms:
        value = broker.value(name)
        if value is not None:
            if name in _MILLISECONDS:
                value *= _MILLISECONDS[name]
            return max(value, -1) if key.name == "retention.ms" else value
    return key.default_value


def _check_compaction_lags(values: Mapping[str, Any]) -> None:
    low, high = values["min.compaction.lag.ms"], values["max.compaction.lag.ms"]
    if low > high:
        raise ConfigError(
            f"conflict topic config setting min.compaction.lag.ms ({low}) > max.compaction.lag.ms ({high})",
            "min.compaction.lag.ms",
        )
