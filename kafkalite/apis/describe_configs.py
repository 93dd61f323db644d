"""DescribeConfigs (32): what topics, the broker and others are set to, and where each value comes from.

Resources: topics (2), this broker (4; the empty name asks for the cluster-wide dynamic settings), this broker's loggers
(8), groups (32), whether they exist or not, and client metrics subscriptions (16), where none can be set yet. A
dynamic setting that no key has is listed by name; its value, which may be a secret, is not told. Unknown keys are left
out; no keys or null means all. Every resource succeeds or fails for itself; a success carries the empty message. Values
of passwords are null.
v1 sources and synonyms · v3 types and documentation · v4 flexible
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kafkalite.broker import log_levels
from kafkalite.config import BROKER_KEYS, TOPIC_KEYS
from kafkalite.core.cluster.topic_names import name_problem
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.describe_configs import DescribeConfigsRequest, DescribeConfigsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.broker import Broker
    from kafkalite.config import BrokerConfig, Key

_Resource = DescribeConfigsRequest.DescribeConfigsResource
_Result = DescribeConfigsResponse.DescribeConfigsResult
_Synonym = DescribeConfigsResponse.DescribeConfigsSynonym
_Entry = DescribeConfigsResponse.DescribeConfigsResourceResult

TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32
"""Resource types."""

SOURCE_TOPIC = 1
SOURCE_DYNAMIC_BROKER = 2
SOURCE_DYNAMIC_DEFAULT_BROKER = 3
SOURCE_STATIC_BROKER = 4
SOURCE_DEFAULT = 5
SOURCE_BROKER_LOGGER = 6
SOURCE_GROUP = 8
"""Config sources."""

_MALFORMED = (
    "This most likely occurs because of a request being malformed by the client library or the message was sent to an "
    "incompatible broker. See the broker logs for more details."
)


class _Asked(NamedTuple):
    """What the request wants to know of every resource."""

    synonyms: bool
    documentation: bool


def handle(message: DescribeConfigsRequest, context: Context) -> DescribeConfigsResponse:
    asked = _Asked(message.include_synonyms, message.include_documentation)
    return DescribeConfigsResponse(results=[_describe(wanted, asked, context.broker) for wanted in message.resources])


def topic_entries(config: BrokerConfig, overrides: Mapping[str, str]) -> list[_Entry]:
    """Return every config of a topic with its effective value, sorted by name."""
    return _topic_entries(config, overrides, TOPIC_KEYS, _Asked(False, False))


def _describe(wanted: _Resource, asked: _Asked, broker: Broker) -> _Result:
    result = _Result(resource_type=wanted.resource_type, resource_name=wanted.resource_name)
    try:
        describe = _DESCRIBE.get(wanted.resource_type)
        if describe is None:
            raise KafkaError(ErrorCode.INVALID_REQUEST, _MALFORMED)
        result.configs = describe(wanted, asked, broker)
    except KafkaError as refusal:
        result.error_code = refusal.code
        result.error_message = refusal.message or ""
    return result


def _wanted_keys(wanted: _Resource, known: Iterable[str]) -> list[str]:
    """Return the sorted names of `known` that the request asks for."""
    if not wanted.configuration_keys:
        return sorted(known)
    return sorted(set(wanted.configuration_keys).intersection(known))


# Topics


def _topic(wanted: _Resource, asked: _Asked, broker: Broker) -> list[_Entry]:
    name = wanted.resource_name
    problem = name_problem(name)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    topic = broker.cluster.image.topics.get(name)
    if topic is None:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    return _topic_entries(broker.config, topic.configs, _wanted_keys(wanted, TOPIC_KEYS), asked)


def _topic_entries(
    config: BrokerConfig, overrides: Mapping[str, str], names: Collection[str], asked: _Asked
) -> list[_Entry]:
    entries = []
    for name in sorted(names):
        key = TOPIC_KEYS[name]
        synonyms = _broker_synonyms(config, key.synonyms)
        value = config.topic_defaults[name]
        if name in overrides:
            value = key.parse(overrides[name])
            synonyms.insert(0, _Synonym(name=name, value=_shown(key, key.text(value)), source=SOURCE_TOPIC))
        entries.append(_entry(key, key.text(value), synonyms, asked, read_only=False))
    return entries


def _broker_synonyms(config: BrokerConfig, names: Sequence[str], first: str | None = None) -> list[_Synonym]:
    """Return the values a key falls back on, most specific first: what was set, then the defaults.

    Kafka leaves out what stands before the first value of `first` (of the most specific key), and so do we: with
    log.retention.ms unset nothing shows log.retention.hours as a synonym of retention.ms.
    """
    synonyms = []
    for source, text_of in (
        (SOURCE_DYNAMIC_BROKER, config.own.get),
        (SOURCE_DYNAMIC_DEFAULT_BROKER, config.cluster_wide.get),
        (SOURCE_STATIC_BROKER, config.given),
        (SOURCE_DEFAULT, _default),
    ):
        for name in names:
            key = BROKER_KEYS[name]
            text = text_of(name)
            if text is not None:
                text = key.text(key.parse(text))
                synonyms.append(_Synonym(name=name, value=_shown(key, text), source=source))
    while synonyms and synonyms[0].name != (first or names[0]):
        del synonyms[0]
    return synonyms


def _default(name: str) -> str | None:
    return BROKER_KEYS[name].default


def _entry(key: Key, text: str | None, synonyms: list[_Synonym], asked: _Asked, *, read_only: bool) -> _Entry:
    return _Entry(
        name=key.name,
        value=_shown(key, text),
        read_only=read_only,
        config_source=synonyms[0].source if synonyms else SOURCE_DEFAULT,
        is_sensitive=key.sensitive,
        synonyms=synonyms if asked.synonyms else [],
        config_type=key.type_id,
        documentation=key.documentation if asked.documentation else None,
    )


def _shown(key: Key, text: str | None) -> str | None:
    return None if key.sensitive else text


# The broker and its loggers


def _broker(wanted: _Resource, asked: _Asked, broker: Broker) -> list[_Entry]:
    config = broker.config
    if not wanted.resource_name:
        return _cluster_wide(wanted, asked, config)
    _check_broker_id(wanted.resource_name, broker.node_id, f"{broker.node_id} or empty string,")
    entries = _entries_without_key(
        wanted, asked, {SOURCE_DYNAMIC_BROKER: config.own, SOURCE_DYNAMIC_DEFAULT_BROKER: config.cluster_wide}
    )
    for name in _wanted_keys(wanted, BROKER_KEYS):
        key = BROKER_KEYS[name]
        synonyms = _broker_synonyms(config, key.synonyms, name)
        entries.append(_entry(key, key.text(config.value(name)), synonyms, asked, read_only=key.read_only))
    return entries


def _cluster_wide(wanted: _Resource, asked: _Asked, config: BrokerConfig) -> list[_Entry]:
    """Return the dynamic settings of all brokers, and nothing else."""
    entries = _entries_without_key(wanted, asked, {SOURCE_DYNAMIC_DEFAULT_BROKER: config.cluster_wide})
    for name in _wanted_keys(wanted, BROKER_KEYS.keys() & config.cluster_wide.keys()):
        key = BROKER_KEYS[name]
        text = key.text(key.parse(config.cluster_wide[name]))
        synonym = _Synonym(name=name, value=_shown(key, text), source=SOURCE_DYNAMIC_DEFAULT_BROKER)
        entries.append(_entry(key, text, [synonym], asked, read_only=key.read_only))
    return entries


def _entries_without_key(wanted: _Resource, asked: _Asked, layers: dict[int, Mapping[str, str]]) -> list[_Entry]:
    """Return what was set under names that no key has, by source, the more specific first."""
    entries = []
    for name in _wanted_keys(wanted, {name for layer in layers.values() for name in layer} - BROKER_KEYS.keys()):
        synonyms = [_Synonym(name=name, value=None, source=source) for source in layers if name in layers[source]]
        entries.append(
            _Entry(
                name=name,
                value=None,
                read_only=True,
                config_source=synonyms[0].source,
                is_sensitive=True,
                synonyms=synonyms if asked.synonyms else [],
                documentation=None,
            )
        )
    return entries


def _check_broker_id(text: str, node_id: int, expected: str) -> None:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise KafkaError(ErrorCode.INVALID_REQUEST, f"Broker id must be an integer, but it is: {text}")
    if int(text) != node_id:
        reason = f"Unexpected broker id, expected {expected} but received {int(text)}"
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)


def _broker_logger(wanted: _Resource, asked: _Asked, broker: Broker) -> list[_Entry]:
    if not wanted.resource_name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Broker id must not be empty")
    _check_broker_id(wanted.resource_name, broker.node_id, str(broker.node_id))
    levels = log_levels.levels()
    return [
        _Entry(name=name, value=levels[name], config_source=SOURCE_BROKER_LOGGER)
        for name in _wanted_keys(wanted, levels)
    ]


# Groups and client metrics


def _group(wanted: _Resource, asked: _Asked, broker: Broker) -> list[_Entry]:
    if not wanted.resource_name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Group name must not be empty")
    from kafkalite.config.group_config import broker_key, group_value
    from kafkalite.config.group_keys import GROUP_KEYS

    configs = broker.cluster.image.group_configs.get(wanted.resource_name, {})
    entries = []
    for name in _wanted_keys(wanted, GROUP_KEYS):
        key = GROUP_KEYS[name]
        fallback = broker_key(name)
        if fallback in BROKER_KEYS:
            text = BROKER_KEYS[fallback].text(broker.config.value(fallback))
            synonyms = _broker_synonyms(broker.config, [fallback])
        else:
            text = key.default
            synonyms = [_Synonym(name=name, value=text, source=SOURCE_DEFAULT)]
        if name in configs:
            text = key.text(group_value(broker.config, configs, name))
            synonyms.insert(0, _Synonym(name=name, value=text, source=SOURCE_GROUP))
        entries.append(_entry(key, text, synonyms, asked, read_only=False))
    return entries


def _client_metrics(wanted: _Resource, asked: _Asked, broker: Broker) -> list[_Entry]:
    if not wanted.resource_name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Client metrics subscription name must not be empty")
    return [
        _Entry(
            name=name,
            value=default,
            config_source=SOURCE_DEFAULT,
            config_type=type_id,
            documentation=documentation if asked.documentation else None,
        )
        for name, (type_id, default, documentation) in _CLIENT_METRICS.items()
        if not wanted.configuration_keys or name in wanted.configuration_keys
    ]


_CLIENT_METRICS: Final = {
    "interval.ms": (3, "300000", "Metrics push interval in milliseconds"),
    "match": (7, "", "Client match criteria"),
    "metrics": (7, "", "Telemetry metric name prefix list"),
}

_DESCRIBE: Final[dict[int, Callable[[_Resource, _Asked, Broker], list[_Entry]]]] = {
    TOPIC: _topic,
    BROKER: _broker,
    BROKER_LOGGER: _broker_logger,
    CLIENT_METRICS: _client_metrics,
    GROUP: _group,
}
