"""The table of group keys is whole; none has an effect yet."""

from __future__ import annotations

from kafkalite.config.group_keys import GROUP_KEYS


def test_every_group_key_of_kafka_4_4_is_there() -> None:
    assert len(GROUP_KEYS) == 21


def test_every_default_is_valid_and_every_key_says_that_it_has_to_wait() -> None:
    for key in GROUP_KEYS.values():
        assert key.default is None or key.text(key.parse(key.default)) == key.default, key.name
        assert key.disposition == "later"
        assert key.documentation.endswith("yet.")
