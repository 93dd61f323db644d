"""The table of broker keys is whole, and says where and why it differs from Kafka."""

from __future__ import annotations

from pathlib import Path

from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.group_config import broker_key
from kafkalite.config.group_keys import GROUP_KEYS
from kafkalite.config.inert_broker_keys import INERT_BROKER_KEYS
from kafkalite.config.topic_keys import TOPIC_KEYS

OURS_IS_ANOTHER = {
    "controller.listener.names": "CONTROLLER",
    "group.consumer.assignment.interval.ms": "100",
    "group.coordinator.rebalance.protocols": "classic,consumer",
    "group.initial.rebalance.delay.ms": "0",
    "listeners": "PLAINTEXT://127.0.0.1:9092",
    "log.dir": "./kafkalite-data",
    "node.id": "0",
    "offsets.topic.replication.factor": "1",
    "process.roles": "broker,controller",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "socket.receive.buffer.bytes": "-1",
    "socket.send.buffer.bytes": "-1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.replication.factor": "1",
}


def test_every_key_of_kafka_4_4_is_there() -> None:
    ours = [name for name in BROKER_KEYS if name.startswith("kafkalite.")]
    assert len(BROKER_KEYS) - len(ours) == 350
    assert INERT_BROKER_KEYS.keys() < BROKER_KEYS.keys()


def test_no_default_differs_from_kafkas_without_being_listed_here() -> None:
    assert {
        name: key.default for name, key in BROKER_KEYS.items() if key.default != key.kafka_default
    } == OURS_IS_ANOTHER


def test_every_other_default_says_why() -> None:
    assert [name for name in OURS_IS_ANOTHER if not BROKER_KEYS[name].why_different.endswith(".")] == []


def test_every_default_is_valid() -> None:
    for key in BROKER_KEYS.values():
        if key.default is not None:
            assert key.parse(key.default) == key.default_value, key.name


def test_every_default_is_spelled_as_kafka_answers_it() -> None:
    assert [key.name for key in BROKER_KEYS.values() if key.text(key.default_value) != key.default] == []


def test_every_key_has_a_sentence() -> None:
    for key in BROKER_KEYS.values():
        assert key.documentation.endswith("."), key.name
        assert key.update in ("read-only", "per-broker", "cluster-wide"), key.name
        inert = key.name in INERT_BROKER_KEYS
        assert key.disposition in (("refused", "harmless") if inert else ("honoured", "later")), key.name


def test_keys_for_the_same_setting_know_each_other_the_most_specific_first() -> None:
    assert BROKER_KEYS["log.retention.minutes"].synonyms == (
        "log.retention.ms",
        "log.retention.minutes",
        "log.retention.hours",
    )
    assert BROKER_KEYS["log.roll.hours"].synonyms == ("log.roll.ms", "log.roll.hours")
    assert BROKER_KEYS["num.partitions"].synonyms == ("num.partitions",)


def test_passwords_are_sensitive_and_nothing_else_is() -> None:
    assert {key.type for key in BROKER_KEYS.values() if key.sensitive} == {"PASSWORD"}


def test_every_honoured_key_is_asked_for_by_somebody() -> None:
    """A key that nothing reads is not honoured, whatever the table says. A topic's values stand for the broker's."""
    source = Path(__file__).parents[3] / "kafkalite"
    tables = {"broker_keys.py", "inert_broker_keys.py", "topic_keys.py", "group_keys.py"}
    code = "".join(path.read_text() for path in source.rglob("*.py") if path.name not in tables)
    prefixes = [prefix for prefix in ("offsets.topic", "transaction.state.log") if f'"{prefix}"' in code]
    read_by_prefix = {key for key in BROKER_KEYS for prefix in prefixes if key.startswith(f"{prefix}.")}
    levels = {key for key in BROKER_KEYS if key.startswith("compression.") and 'f"compression.' in code}
    through_topics = {synonym for key in TOPIC_KEYS.values() if f'"{key.name}"' in code for synonym in key.synonyms}
    through_groups = {broker_key(name) for name in GROUP_KEYS if f'"{name}"' in code}
    read = read_by_prefix | levels | through_topics | through_groups
    honoured = {key.name for key in BROKER_KEYS.values() if key.disposition == "honoured"}
    assert [name for name in sorted(honoured - read) if f'"{name}"' not in code] == []
