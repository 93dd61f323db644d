"""A group's configuration within what the broker allows."""

from __future__ import annotations

import pytest

from kafkalite.config import BrokerConfig
from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.group_config import broker_key, check_group_configs, group_value
from kafkalite.config.group_keys import GROUP_KEYS
from kafkalite.config.key import ConfigError

SESSION, HEARTBEAT, INTERVAL = (
    "consumer.session.timeout.ms",
    "consumer.heartbeat.interval.ms",
    "consumer.assignment.interval.ms",
)


def broker(**settings: int) -> BrokerConfig:
    return BrokerConfig.of({"group.consumer." + key.replace("_", "."): str(value) for key, value in settings.items()})


@pytest.mark.parametrize(
    "configs",
    [
        {},
        {SESSION: "45000", HEARTBEAT: "5000", INTERVAL: "0"},
        {SESSION: "60000", HEARTBEAT: "15000", INTERVAL: "15000"},
    ],
)
def test_what_a_group_may_have(configs: dict[str, str]) -> None:
    check_group_configs(BrokerConfig.of(None), configs)


@pytest.mark.parametrize(
    ("configs", "why"),
    [
        ({"nope": "1"}, "Unknown group config name: nope"),
        ({SESSION: "44999"}, f"{SESSION} must be in the range 45000 to 60000 inclusive."),
        ({SESSION: "60001"}, f"{SESSION} must be in the range 45000 to 60000 inclusive."),
        ({HEARTBEAT: "4999"}, f"{HEARTBEAT} must be in the range 5000 to 15000 inclusive."),
        ({HEARTBEAT: "15001"}, f"{HEARTBEAT} must be in the range 5000 to 15000 inclusive."),
        ({INTERVAL: "15001"}, f"{INTERVAL} must be in the range 0 to 15000 inclusive."),
        ({HEARTBEAT: "often"}, f"Invalid value often for configuration {HEARTBEAT}: Not a number of type INT"),
        (
            {"share.session.timeout.ms": "46000"},
            "Invalid value 46000 for configuration share.session.timeout.ms: Share groups are not offered yet.",
        ),
    ],
)
def test_what_a_group_may_not_have(configs: dict[str, str], why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_group_configs(BrokerConfig.of(None), configs)
    assert str(refused.value) == why


def test_the_session_must_be_longer_than_the_heartbeat_interval() -> None:
    tight = broker(min_session_timeout_ms=1000, session_timeout_ms=6000)
    check_group_configs(tight, {})
    with pytest.raises(ConfigError, match=f"{SESSION} must be greater than {HEARTBEAT}"):
        check_group_configs(tight, {SESSION: "5000"})
    with pytest.raises(ConfigError, match=f"{SESSION} must be greater than {HEARTBEAT}"):
        check_group_configs(tight, {HEARTBEAT: "6000"})
    check_group_configs(tight, {HEARTBEAT: "6000", SESSION: "6001"})


def test_bounds_are_the_brokers() -> None:
    check_group_configs(broker(min_heartbeat_interval_ms=100), {HEARTBEAT: "100"})
    with pytest.raises(ConfigError, match="must be in the range 10 to 20 inclusive"):
        check_group_configs(
            broker(min_assignment_interval_ms=10, max_assignment_interval_ms=20, assignment_interval_ms=10),
            {INTERVAL: "9"},
        )


def test_a_group_without_a_value_follows_its_broker() -> None:
    config = broker(session_timeout_ms=50_000)
    assert group_value(config, {}, SESSION) == 50_000
    assert group_value(config, {SESSION: "46000"}, SESSION) == 46_000


def test_a_value_that_is_out_of_bounds_by_now_is_the_nearest_within() -> None:
    assert (
        group_value(broker(min_heartbeat_interval_ms=7000, heartbeat_interval_ms=7000), {HEARTBEAT: "6000"}, HEARTBEAT)
        == 7000
    )
    assert group_value(broker(max_session_timeout_ms=50_000), {SESSION: "60000"}, SESSION) == 50_000


def test_the_brokers_key_of_a_groups_key() -> None:
    assert broker_key(SESSION) == "group.consumer.session.timeout.ms"
    assert broker_key("streams.assignor.name") == "group.streams.assignors"
    honoured = [name for name, key in GROUP_KEYS.items() if key.disposition == "honoured"]
    assert all(broker_key(name) in BROKER_KEYS for name in honoured)
