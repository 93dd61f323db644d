"""The core's defaults are Kafka's, but for the initial delay."""

from __future__ import annotations

from kafkalite.config import BrokerConfig
from kafkalite.core.groups.group_settings import GroupSettings


def test_the_defaults_are_those_of_the_configuration() -> None:
    settings, config = GroupSettings(), BrokerConfig.of()
    assert settings.initial_rebalance_delay * 1000 == config.int("group.initial.rebalance.delay.ms")
    assert settings.min_session_timeout_ms == config.int("group.min.session.timeout.ms")
    assert settings.max_session_timeout_ms == config.int("group.max.session.timeout.ms")
    assert settings.max_size == config.int("group.max.size")
    assert settings.offset_metadata_max_size == config.int("offset.metadata.max.bytes")
    assert settings.offsets_retention_ms == config.int("offsets.retention.minutes") * 60_000
