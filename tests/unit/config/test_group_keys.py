"""The table of group keys is whole, and says where and why it differs from Kafka."""

from __future__ import annotations

from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.group_config import broker_key
from kafkalite.config.group_keys import GROUP_KEYS


def test_every_group_key_of_kafka_4_4_is_there() -> None:
    assert len(GROUP_KEYS) == 21


def test_every_default_is_valid_and_every_key_has_a_sentence() -> None:
    for key in GROUP_KEYS.values():
        assert key.default is None or key.text(key.parse(key.default)) == key.default, key.name
        assert key.documentation.endswith("."), key.name


def test_what_is_not_offered_yet_says_so() -> None:
    for key in GROUP_KEYS.values():
        consumer = key.name.startswith("consumer.")
        assert key.disposition == ("honoured" if consumer else "later"), key.name
        assert consumer or key.documentation.endswith("yet.")


def test_defaults_are_those_of_the_broker_and_say_why_they_are_not_kafkas() -> None:
    for key in GROUP_KEYS.values():
        ours = BROKER_KEYS.get(broker_key(key.name))
        if ours is not None and key.name != "streams.assignor.name":
            assert (key.default, key.kafka_default) == (ours.default, ours.kafka_default), key.name
        assert key.default == key.kafka_default or key.why_different.endswith("."), key.name
