"""What the configurations say of groups, as the core of groups wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kafkalite.config.group_config import group_value
from kafkalite.core.groups.group_settings import ConsumerGroupSettings, GroupSettings

if TYPE_CHECKING:
    from kafkalite.config import BrokerConfig


def consumer_group_settings(config: BrokerConfig, configs: Mapping[str, str]) -> ConsumerGroupSettings:
    """Return what rules a consumer group with these configurations of its own, within the broker's bounds."""
    policy = (config.str("group.consumer.migration.policy") or "").lower()
    return ConsumerGroupSettings(
        session_timeout=group_value(config, configs, "consumer.session.timeout.ms") / 1000,
        heartbeat_interval_ms=group_value(config, configs, "consumer.heartbeat.interval.ms"),
        assignment_interval_ms=group_value(config, configs, "consumer.assignment.interval.ms"),
        reconciling_interval_ms=config.int("kafkalite.group.consumer.reconciling.heartbeat.interval.ms"),
        max_size=config.int("group.consumer.max.size"),
        assignors=tuple(config.list("group.consumer.assignors")),
        upgrades=policy in ("upgrade", "bidirectional"),
        downgrades=policy in ("downgrade", "bidirectional"),
    )


def group_settings(config: BrokerConfig) -> GroupSettings:
    """Return what rules all groups."""
    return GroupSettings(
        initial_rebalance_delay=config.int("group.initial.rebalance.delay.ms") / 1000,
        gathering=config.int("kafkalite.group.initial.rebalance.gather.ms") / 1000,
        min_session_timeout_ms=config.int("group.min.session.timeout.ms"),
        max_session_timeout_ms=config.int("group.max.session.timeout.ms"),
        max_size=config.int("group.max.size"),
        offset_metadata_max_size=config.int("offset.metadata.max.bytes"),
        offsets_retention_ms=config.int("offsets.retention.minutes") * 60_000,
    )
