"""Deciding on changed configurations of topics, brokers and groups: AlterConfigs and IncrementalAlterConfigs.

Each resource succeeds or fails for itself, as a whole. What a key may hold is told by the rules; everything else that
both requests have in common is here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from kafkalite.core.cluster.image import (
    ClusterImage,
    MetadataRecord,
    broker_configs_record,
    group_configs_record,
    topic_configs_record,
)
from kafkalite.core.cluster.topic_names import name_problem
from kafkalite.wire.errors import ErrorCode, KafkaError

TOPIC: Final = 2
BROKER: Final = 4
GROUP: Final = 32
"""The resource types whose configurations are cluster facts."""

SET: Final = 0
DELETE: Final = 1
APPEND: Final = 2
SUBTRACT: Final = 3

_NAMES: Final = {APPEND: "APPEND", SUBTRACT: "SUBTRACT"}


class Operation(NamedTuple):
    """What happens to one key."""

    key: str
    kind: int
    value: str | None


class Alteration(NamedTuple):
    """What happens to one resource."""

    resource_type: int
    resource_name: str
    operations: Sequence[Operation]
    replaces: bool = False
    """AlterConfigs: what is not set now is unset."""


class Key(Protocol):
    """What the decision itself needs to know of a key."""

    type: str
    default: str | None


class Rules(NamedTuple):
    """What a decision needs beside the image."""

    node_id: int
    topic_keys: Mapping[str, Key]
    broker_keys: Mapping[str, Key]
    topic_problem: Callable[[Mapping[str, str]], str | None]
    """Says what is wrong with a topic's overrides."""
    broker_problem: Callable[[Mapping[str, str], Mapping[str, str], bool], str | None]
    """Says what is wrong with the dynamic settings of all brokers and of this one, if the latter (else the former) are
    those that change.
    """
    group_keys: Mapping[str, Key]
    group_problem: Callable[[Mapping[str, str]], str | None]
    """Says what is wrong with a group's configurations."""


Outcome = MetadataRecord | KafkaError | None
"""The record that makes the change true, why it is refused, or None where nothing changes."""


def malformed(alterations: Sequence[Alteration]) -> list[KafkaError | None]:
    """Refuse what no resource takes: the same resource or key twice, a value that is missing."""
    mentions = Counter((one.resource_type, one.resource_name) for one in alterations)
    return [_problem_of_form(one, mentions[one.resource_type, one.resource_name]) for one in alterations]


def alter_configs(image: ClusterImage, alterations: Iterable[Alteration], rules: Rules) -> list[Outcome]:
    """Decide on alterations of topics, brokers and groups, none of them malformed."""
    layers = dict(image.broker_configs)
    outcomes: list[Outcome] = []
    for one in alterations:
        try:
            if one.resource_type == TOPIC:
                outcomes.append(_alter_topic(image, one, rules))
            elif one.resource_type == GROUP:
                outcomes.append(_alter_group(image, one, rules))
            else:
                outcomes.append(_alter_broker(layers, one, rules))
        except KafkaError as refusal:
            outcomes.append(refusal)
    return outcomes


def records_of(outcomes: Iterable[Outcome]) -> list[MetadataRecord]:
    """Return the records that make the outcomes true."""
    return [outcome for outcome in outcomes if isinstance(outcome, dict)]


def node_id_of(text: str) -> int:
    """Return the node that a resource is named after. Raises KafkaError."""
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text):
        raise KafkaError(ErrorCode.INVALID_REQUEST, f"Node id must be an integer, but it is: {text}")
    return int(text)


def _problem_of_form(alteration: Alteration, mentions: int) -> KafkaError | None:
    operations = alteration.operations
    if mentions > 1:
        return KafkaError(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
    if len({operation.key for operation in operations}) < len(operations):
        return KafkaError(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys")
    missing = [operation.key for operation in operations if operation.value is None and operation.kind != DELETE]
    if missing:
        return KafkaError(ErrorCode.INVALID_REQUEST, f"Null value not supported for : {', '.join(missing)}")
    unknown = [operation.kind for operation in operations if not SET <= operation.kind <= SUBTRACT]
    if unknown:  # Kafka breaks here: it answers -1
        return KafkaError(ErrorCode.INVALID_REQUEST, f"Unknown operation type {unknown[0]}")
    return None


def _alter_topic(image: ClusterImage, alteration: Alteration, rules: Rules) -> MetadataRecord | None:
    name = alteration.resource_name
    topic = image.topics.get(name)
    before = {} if topic is None else topic.configs
    after = _altered(before, alteration, rules.topic_keys)
    if not name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Default topic resources are not allowed.")
    problem = name_problem(name)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    problem = rules.topic_problem(after)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_CONFIG, problem)
    if topic is None:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"The topic '{name}' does not exist.")
    return None if after == before else topic_configs_record(topic.topic_id, after)


def _alter_group(image: ClusterImage, alteration: Alteration, rules: Rules) -> MetadataRecord | None:
    """Decide on a group's configurations; there need not be such a group."""
    group_id = alteration.resource_name
    before = image.group_configs.get(group_id, {})
    after = _altered(before, alteration, rules.group_keys)
    if not group_id:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Default group resources are not allowed.")
    problem = rules.group_problem(after)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_CONFIG, problem)
    return None if after == before else group_configs_record(group_id, after)


def _alter_broker(
    layers: dict[int | None, dict[str, str]], alteration: Alteration, rules: Rules
) -> MetadataRecord | None:
    """Decide on one layer of dynamic settings, and keep the result for what follows in the same request."""
    node_id = _node_id(alteration.resource_name, rules.node_id)
    before = layers.get(node_id, {})
    after = _altered(before, alteration, rules.broker_keys)
    revised = layers | {node_id: after}
    cluster_wide, own = revised.get(None, {}), revised.get(rules.node_id, {})
    problem = rules.broker_problem(cluster_wide, own, node_id is not None)
    if problem is not None:
        raise KafkaError(ErrorCode.INVALID_REQUEST, problem)
    layers[node_id] = after
    return None if after == before else broker_configs_record(node_id, after)


def _node_id(text: str, expected: int) -> int | None:
    if not text:
        return None
    node_id = node_id_of(text)
    if node_id != expected:
        reason = f"Unexpected broker id, expected {expected}, but received {node_id}"
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)
    return node_id


def _altered(before: Mapping[str, str], alteration: Alteration, keys: Mapping[str, Key]) -> dict[str, str]:
    after = {} if alteration.replaces else dict(before)
    for key, kind, value in alteration.operations:
        if kind == DELETE:
            after.pop(key, None)
            continue
        assert value is not None, "malformed operations are refused before"
        if kind != SET:
            _check_list(key, kind, alteration.resource_type, keys)
            value = _changed_list(after.get(key, keys[key].default or ""), kind, value)
        after[key] = value
    return after


def _check_list(name: str, kind: int, resource_type: int, keys: Mapping[str, Key]) -> None:
    key = keys.get(name)
    if key is not None and key.type == "LIST":
        return
    if resource_type != BROKER:
        reason = f"Can't {_NAMES[kind]} to key {name} because its type is not LIST."
    elif key is None:
        reason = f"Unknown config name: {name}"
    else:
        reason = f"Config value {_NAMES[kind].lower()} is not allowed for config key: {name}"
    raise KafkaError(ErrorCode.INVALID_CONFIG, reason)


def _changed_list(before: str, kind: int, value: str) -> str:
    """Add items behind the present ones, or take items away; what is there, or is not, stays so."""
    present, given = ([item.strip() for item in text.split(",")] if text else [] for text in (before, value))
    if kind == SUBTRACT:
        return ",".join(item for item in present if item not in given)
    return ",".join(dict.fromkeys(present + (given or [""])))
