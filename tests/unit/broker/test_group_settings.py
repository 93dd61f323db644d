"""Configurations become what the core of groups goes by: seconds, bounds, policies."""

from __future__ import annotations

import pytest

from kafkalite.broker.group_settings import consumer_group_settings, group_settings
from kafkalite.config import BrokerConfig


def test_all_groups() -> None:
    settings = group_settings(
        BrokerConfig.of({"group.initial.rebalance.delay.ms": "250", "offsets.retention.minutes": "2"})
    )
    assert settings.initial_rebalance_delay == 0.25
    assert settings.offsets_retention_ms == 120_000


def test_one_group_has_its_own_within_the_bounds_of_the_broker() -> None:
    config = BrokerConfig.of({"group.consumer.max.session.timeout.ms": "50000"})
    assert consumer_group_settings(config, {}).session_timeout == 45.0
    assert consumer_group_settings(config, {"consumer.session.timeout.ms": "47000"}).session_timeout == 47.0
    assert consumer_group_settings(config, {"consumer.session.timeout.ms": "60000"}).session_timeout == 50.0


@pytest.mark.parametrize(
    ("policy", "upgrades", "downgrades"),
    [("bidirectional", True, True), ("UPGRADE", True, False), ("downgrade", False, True), ("disabled", False, False)],
)
def test_which_way_groups_migrate(policy: str, upgrades: bool, downgrades: bool) -> None:
    settings = consumer_group_settings(BrokerConfig.of({"group.consumer.migration.policy": policy}), {})
    assert (settings.upgrades, settings.downgrades) == (upgrades, downgrades)
