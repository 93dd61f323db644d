"""A group's configuration: which values it may have, and what they and the broker's keys make of every group key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafkalite.config.group_keys import GROUP_KEYS
from kafkalite.config.key import HONOURED, ConfigError

if TYPE_CHECKING:
    from kafkalite.config.broker_config import BrokerConfig

_BOUNDS: Final = {
    "consumer.heartbeat.interval.ms": (
        "group.consumer.min.heartbeat.interval.ms",
        "group.consumer.max.heartbeat.interval.ms",
    ),
    "consumer.session.timeout.ms": ("group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms"),
    "consumer.assignment.interval.ms": (
        "group.consumer.min.assignment.interval.ms",
        "group.consumer.max.assignment.interval.ms",
    ),
}
"""The broker keys with the least and the greatest value a group may have."""

_SESSION, _HEARTBEAT = "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"


def broker_key(name: str) -> str:
    """Return the broker key that says for all groups what this key says for one."""
    return "group.streams.assignors" if name == "streams.assignor.name" else f"group.{name}"


def _bounds(broker: BrokerConfig, name: str) -> tuple[int, int]:
    least, greatest = _BOUNDS[name]
    return broker.int(least), broker.int(greatest)


def check_group_configs(broker: BrokerConfig, configs: Mapping[str, str]) -> None:
    """Raise ConfigError, in Kafka's words where it has any, if a group may not be configured like this."""
    for name in configs:
        if name not in GROUP_KEYS:
            raise ConfigError(f"Unknown group config name: {name}", name)
    values = {name: GROUP_KEYS[name].parse(text) for name, text in configs.items()}
    for name, text in configs.items():
        key = GROUP_KEYS[name]
        if key.disposition != HONOURED:
            raise key.invalid(text, key.section)
    for name in _BOUNDS:
        low, high = _bounds(broker, name)
        if name in values and not low <= values[name] <= high:
            raise ConfigError(f"{name} must be in the range {low} to {high} inclusive.", name)
    session, heartbeat = (values.get(name, broker.value(broker_key(name))) for name in (_SESSION, _HEARTBEAT))
    if session <= heartbeat and (_SESSION in values or _HEARTBEAT in values):
        raise ConfigError(f"{_SESSION} must be greater than {_HEARTBEAT}", _SESSION)


def group_value(broker: BrokerConfig, configs: Mapping[str, str], name: str) -> Any:
    """Return a key's effective value: the group's, within bounds that may have changed since it was set, else the
    broker's."""
    if name not in configs:
        return broker.value(broker_key(name))
    value = GROUP_KEYS[name].parse(configs[name])
    if name in _BOUNDS:
        low, high = _bounds(broker, name)
        value = min(max(value, low), high)
    return value
