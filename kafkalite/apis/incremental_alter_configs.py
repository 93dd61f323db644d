"""IncrementalAlterConfigs (44): set, delete, append to or subtract from single configs.

Topics (2), brokers (4; the empty name is all brokers) and groups (32, whether they exist or not) are stored before the
answer and obeyed at once; a topic or group without a value of its own follows its broker. Levels of this broker's
loggers (8) hold until it ends. Client metrics (16), and groups of kinds that are not offered, have nothing yet that
could obey: whatever is set there is refused with the reason. Every resource succeeds or fails for itself, as a whole.
Broker settings that no key has are kept, as in Kafka.
v1 flexible
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kafkalite.broker import log_levels
from kafkalite.core.cluster.alter_configs import (
    APPEND,
    BROKER,
    DELETE,
    GROUP,
    SET,
    SUBTRACT,
    TOPIC,
    Alteration,
    Operation,
    malformed,
    node_id_of,
)
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.incremental_alter_configs import IncrementalAlterConfigsRequest as Request
from kafkalite.wire.messages.incremental_alter_configs import IncrementalAlterConfigsResponse as Response

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.broker import Broker

BROKER_LOGGER, CLIENT_METRICS = 8, 16
"""Resource types beside those that are stored."""

_INTERVALS_MS = (100, 3_600_000)
"""What a client metrics subscription may have as interval.ms."""

Refusals = list[KafkaError | None]


async def handle(message: Request, context: Context) -> Response:
    alterations = [
        Alteration(
            wanted.resource_type,
            wanted.resource_name,
            [Operation(config.name, config.config_operation, config.value) for config in wanted.configs],
        )
        for wanted in message.resources
    ]
    refusals = await alter(alterations, context.broker, validate_only=message.validate_only)
    return Response(
        responses=[
            Response.AlterConfigsResourceResponse(
                error_code=refusal.code if refusal else 0,
                error_message=refusal.message if refusal else None,
                resource_type=wanted.resource_type,
                resource_name=wanted.resource_name,
            )
            for wanted, refusal in zip(alterations, refusals, strict=True)
        ]
    )


async def alter(alterations: Sequence[Alteration], broker: Broker, *, validate_only: bool) -> Refusals:
    """Change what can be changed; return for each why it is refused, None where it is not."""
    refusals = malformed(alterations)
    stored: list[int] = []
    for index, alteration in enumerate(alterations):
        if refusals[index] is not None:
            continue
        if alteration.resource_type in (TOPIC, BROKER, GROUP):
            stored.append(index)
            continue
        try:
            change = _OTHERS.get(alteration.resource_type, _unknown_type)
            change(alteration, broker, validate_only)
        except KafkaError as refusal:
            refusals[index] = refusal
    for index, refused in zip(
        stored, await _store([alterations[i] for i in stored], broker, validate_only), strict=True
    ):
        refusals[index] = refused
    return refusals


async def _store(alterations: Sequence[Alteration], broker: Broker, validate_only: bool) -> Refusals:
    try:
        outcomes = await broker.cluster.alter_configs(alterations, validate_only=validate_only)
    except StorageError as problem:
        return [KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, str(problem)) for _ in alterations]
    return [outcome if isinstance(outcome, KafkaError) else None for outcome in outcomes]


def _unknown_type(alteration: Alteration, broker: Broker, validate_only: bool) -> None:
    raise KafkaError(ErrorCode.INVALID_REQUEST, f"Unknown resource type {alteration.resource_type}")


# Loggers


def _loggers(alteration: Alteration, broker: Broker, validate_only: bool) -> None:
    if alteration.replaces:
        _unknown_type(alteration, broker, validate_only)
    node_id = node_id_of(alteration.resource_name)
    if node_id != broker.node_id:
        reason = f"Unexpected node id. Expected {broker.node_id}, but received {node_id}"
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)
    known = log_levels.levels()
    for operation in alteration.operations:
        _check_logger(operation, known)
    if not validate_only:
        for logger, kind, level in alteration.operations:
            log_levels.set_level(logger, level if kind == SET else None)


def _check_logger(operation: Operation, known: dict[str, str]) -> None:
    logger, kind, level = operation
    if kind in (APPEND, SUBTRACT):
        name = "APPEND" if kind == APPEND else "SUBTRACT"
        reason = f"{name} operation is not allowed for the BROKER_LOGGER resource"
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)
    if logger not in known:
        raise KafkaError(ErrorCode.INVALID_CONFIG, f"Logger {logger} does not exist!")
    if kind == SET and level not in log_levels.LEVELS:
        raise KafkaError(
            ErrorCode.INVALID_CONFIG,
            f"Cannot set the log level of {logger} to {level} as it is not a supported log level. "
            f"Valid log levels are {', '.join(log_levels.LEVELS)}",
        )
    if kind == DELETE and logger == log_levels.ROOT:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Removing the log level of the root logger is not allowed")


# What cannot be honoured yet


def _client_metrics(alteration: Alteration, broker: Broker, validate_only: bool) -> None:
    _refuse_lists(alteration, set())
    if not alteration.resource_name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Subscription name can't be empty")
    given = _given(alteration)
    for name in given:
        if name not in ("interval.ms", "match", "metrics"):
            raise KafkaError(ErrorCode.INVALID_REQUEST, f"Unknown client metrics configuration: {name}")
    if "interval.ms" in given:
        _check_interval(given["interval.ms"])
    if given:
        reason = "Client metrics are not collected yet, so there are no subscriptions."
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)


def _check_interval(text: str) -> None:
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        reason = f"Invalid value {text} for configuration interval.ms: Not a number of type INT"
        raise KafkaError(ErrorCode.INVALID_CONFIG, reason)
    low, high = _INTERVALS_MS
    if not low <= int(text) <= high:
        reason = f"Invalid value {text} for interval.ms, interval must be between {low} and {high} (1 hour)"
        raise KafkaError(ErrorCode.INVALID_REQUEST, reason)


def _refuse_lists(alteration: Alteration, lists: set[str]) -> None:
    for name, kind, _ in alteration.operations:
        if kind in (APPEND, SUBTRACT) and name not in lists:
            verb = "APPEND" if kind == APPEND else "SUBTRACT"
            reason = f"Can't {verb} to key {name} because its type is not LIST."
            raise KafkaError(ErrorCode.INVALID_CONFIG, reason)


def _given(alteration: Alteration) -> dict[str, str]:
    return {name: value for name, kind, value in alteration.operations if kind != DELETE and value is not None}


_OTHERS: Final[dict[int, Callable[[Alteration, Broker, bool], None]]] = {
    BROKER_LOGGER: _loggers,
    CLIENT_METRICS: _client_metrics,
}
