"""The table of topic keys is whole, as Kafka's, and falls back on broker keys of the same kind."""

from __future__ import annotations

import pytest

from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.topic_keys import TOPIC_KEYS


def test_every_topic_key_of_kafka_4_4_is_there_with_kafkas_default() -> None:
    assert len(TOPIC_KEYS) == 37
    assert [key.name for key in TOPIC_KEYS.values() if key.default != key.kafka_default] == []


@pytest.mark.parametrize("key", TOPIC_KEYS.values(), ids=lambda key: key.name)
def test_a_topic_key_is_whole(key) -> None:  # type: ignore[no-untyped-def]
    assert key.text(key.parse(key.default)) == key.default
    assert key.documentation.endswith(".")
    assert not key.read_only
    assert set(key.synonyms) <= BROKER_KEYS.keys()


def test_a_topic_key_and_the_broker_key_behind_it_have_the_same_fate() -> None:
    for key in TOPIC_KEYS.values():
        for synonym in key.synonyms:
            assert BROKER_KEYS[synonym].disposition == key.disposition, key.name


def test_everything_about_logs_is_honoured_but_for_tiered_storage() -> None:
    others = {key.name: key.disposition for key in TOPIC_KEYS.values() if key.disposition != "honoured"}
    assert others == {
        "errors.deadletterqueue.group.enable": "later",
        "follower.replication.throttled.replicas": "harmless",
        "leader.replication.throttled.replicas": "harmless",
        "local.retention.bytes": "harmless",
        "local.retention.ms": "harmless",
        "remote.copy.lag.bytes": "harmless",
        "remote.copy.lag.ms": "harmless",
        "remote.log.copy.disable": "harmless",
        "remote.log.delete.on.disable": "harmless",
        "remote.storage.enable": "refused",
        "unclean.leader.election.enable": "harmless",
    }
