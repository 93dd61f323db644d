"""Dynamic settings: two layers over what was given at the start, what may be in them, and what is left of bad ones."""

from __future__ import annotations

import pytest

from kafkalite.config import BROKER_KEYS, BrokerConfig, ConfigError, check_dynamic, usable_dynamic


def problem(
    own: dict[str, str] | None = None,
    cluster_wide: dict[str, str] | None = None,
    *,
    static: dict[str, str] | None = None,
) -> str:
    """Why the layer that is given (`own`, else `cluster_wide`) is refused."""
    with pytest.raises(ConfigError) as caught:
        check_dynamic(BrokerConfig.of(static), cluster_wide or {}, own or {}, changing_own=own is not None)
    return str(caught.value)


# Two layers


def test_own_settings_stand_over_those_of_all_and_these_over_what_was_given() -> None:
    config = BrokerConfig.of({"message.max.bytes": "1", "compression.gzip.level": "2"})
    revised = config.with_dynamic(
        {"message.max.bytes": "3", "log.segment.bytes": "2000000"}, {"message.max.bytes": "4"}
    )
    assert revised.int("message.max.bytes") == 4
    assert revised.int("log.segment.bytes") == 2000000
    assert revised.int("compression.gzip.level") == 2
    assert revised.given("message.max.bytes") == "1"
    assert revised.source("message.max.bytes") == "dynamic setting of this broker"
    assert revised.source("log.segment.bytes") == "dynamic setting of the cluster"
    assert revised.source("compression.gzip.level") == "given"


def test_topics_without_override_follow() -> None:
    config = BrokerConfig.of({"log.retention.hours": "1"})
    assert config.topic_defaults["retention.ms"] == 3_600_000
    revised = config.with_dynamic({"log.retention.ms": "5"}, {"log.cleanup.policy": "compact, delete"})
    assert revised.topic_defaults["retention.ms"] == 5
    assert revised.topic_defaults["cleanup.policy"] == ["compact", "delete"]


def test_a_revision_leaves_the_config_alone_until_it_becomes_it() -> None:
    config = BrokerConfig.of()
    revised = config.with_dynamic({}, {"message.max.bytes": "4", "some.plugin": "x"})
    assert (config.int("message.max.bytes"), config.topic_defaults["max.message.bytes"]) == (1048588, 1048588)
    config.become(revised)
    assert (config.int("message.max.bytes"), config.topic_defaults["max.message.bytes"]) == (4, 4)
    assert config.own == {"message.max.bytes": "4", "some.plugin": "x"}
    config.become(config.with_dynamic({}, {}))
    assert (config.int("message.max.bytes"), config.own) == (1048588, {})


def test_dynamic_settings_without_effect_are_named() -> None:
    config = BrokerConfig.of().with_dynamic({}, {"num.io.threads": "3", "some.plugin": "x", "message.max.bytes": "4"})
    assert [notice.text.partition(".")[0] for notice in config.without_effect(config.own)] == ["no effect: num"]


# What may be set


def test_every_key_that_kafka_changes_while_it_runs_may_be_set_to_its_default() -> None:
    for key in BROKER_KEYS.values():
        if not key.read_only and key.default is not None:
            check_dynamic(BrokerConfig.of(), {}, {key.name: key.default}, changing_own=True)


def test_read_only_keys() -> None:
    assert problem({"node.id": "3"}) == "Cannot update these configs dynamically: [node.id]"
    fixed = {"num.partitions": "3", "message.max.bytes": "4", "node.id": "3"}
    assert problem(cluster_wide=fixed) == "Cannot update these configs dynamically: [num.partitions, node.id]"


@pytest.mark.parametrize("name", ["listeners", "listener.security.protocol.map"])
def test_sockets_stay_as_they_were_opened(name: str) -> None:
    assert problem({name: "PLAINTEXT://127.0.0.1:1"}) == f"Cannot update these configs dynamically: [{name}]"


def test_keys_of_one_broker_are_not_for_all() -> None:
    assert problem(cluster_wide={"ssl.protocol": "TLSv1.3"}) == (
        "Cannot update these configs at default cluster level, broker id must be specified: [ssl.protocol]"
    )


def test_settings_of_one_listener() -> None:
    assert problem({"listener.name.plaintext.ssl.keystore.location": "/x"}) == (
        "Configuration listener.name.plaintext.ssl.keystore.location: settings for a single listener are not built yet"
    )


def test_bad_values() -> None:
    text = "Invalid value soon for configuration log.retention.ms: Not a number of type LONG"
    assert problem({"log.retention.ms": "soon"}) == text
    assert problem(cluster_wide={"log.retention.ms": "soon"}) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ssl.keystore.password", "x", "Invalid value [hidden] for configuration ssl.keystore.password: There is no"),
        ("remote.log.manager.thread.pool.size", "3", "Cannot update these configs dynamically"),
        ("metric.reporters", "x.Y", "Java classes cannot be loaded here."),
        ("cordoned.log.dirs", "/x", "must be present in log.dirs"),
    ],
)
def test_what_is_not_here_is_refused_with_the_reason(name: str, value: str, text: str) -> None:
    assert text in problem({name: value})


def test_what_no_single_key_can_say() -> None:
    unlimited = "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1"
    assert problem({"log.retention.ms": "0"}) == unlimited
    assert "max.connections.per.ip" in problem({"max.connections.per.ip": "0"})
    assert problem({"log.roll.ms": "0"}) == "requirement failed: log.roll.ms must be greater than or equal to 1"


def test_cleaner_threads_at_most_double_or_halve() -> None:
    """At a time: what was set before is what counts."""
    at_four = BrokerConfig.of({"log.cleaner.threads": "2"}).with_dynamic({"log.cleaner.threads": "4"}, {})
    for threads in ("2", "8"):
        check_dynamic(at_four, {"log.cleaner.threads": threads}, {}, changing_own=False)
    for threads, limit in (("1", "reduced to less than half"), ("9", "increased to more than double")):
        with pytest.raises(ConfigError) as caught:
            check_dynamic(at_four, {"log.cleaner.threads": threads}, {}, changing_own=False)
        assert str(caught.value) == f"Log cleaner threads cannot be {limit} the current value 4"
    assert "Log cleaner threads should be at least 1" in problem({"log.cleaner.threads": "0"})


def test_a_name_that_no_key_has_is_taken() -> None:
    check_dynamic(BrokerConfig.of(), {"some.plugin": "1"}, {"retention.ms": "x"}, changing_own=True)


# What can be used of what is stored


def test_all_that_is_right_is_used() -> None:
    config, problems = usable_dynamic(BrokerConfig.of(), {"message.max.bytes": "3"}, {"log.retention.ms": "5"})
    assert (config.int("message.max.bytes"), config.value("log.retention.ms"), problems) == (3, 5, [])


def test_a_bad_value_goes_and_the_rest_stays() -> None:
    config, problems = usable_dynamic(
        BrokerConfig.of(), {"message.max.bytes": "x", "log.retention.ms": "5"}, {"message.max.bytes": "4"}
    )
    assert (config.int("message.max.bytes"), config.value("log.retention.ms")) == (4, 5)
    assert problems == ["Invalid value x for configuration message.max.bytes: Not a number of type INT"]


def test_what_contradicts_the_rest_goes() -> None:
    config, problems = usable_dynamic(BrokerConfig.of(), {"log.retention.ms": "7"}, {"log.retention.ms": "0"})
    assert config.value("log.retention.ms") == 7
    assert len(problems) == 1
    config, problems = usable_dynamic(BrokerConfig.of(), {"log.retention.ms": "0"}, {"message.max.bytes": "4"})
    assert (config.value("log.retention.ms"), config.int("message.max.bytes")) == (None, 4)
