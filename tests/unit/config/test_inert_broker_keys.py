"""What would break a promise if it were ignored is refused; what nobody misses is harmless."""

from __future__ import annotations

import pytest

from kafkalite.config.inert_broker_keys import INERT_BROKER_KEYS


@pytest.mark.parametrize(
    "prefix",
    ["ssl.", "sasl.", "delegation.token.", "security.", "authorizer.", "max.connection"],
)
def test_security_durability_and_limits_are_never_ignored(prefix: str) -> None:
    found = {key.disposition for name, key in INERT_BROKER_KEYS.items() if name.startswith(prefix)}
    assert found == {"refused"}


def test_a_class_to_be_loaded_is_never_ignored_where_it_would_decide_something() -> None:
    classes = {name for name, key in INERT_BROKER_KEYS.items() if key.type == "CLASS"}
    assert {INERT_BROKER_KEYS[name].disposition for name in classes} == {"refused"}


def test_a_harmless_key_says_why_nobody_misses_it() -> None:
    assert [key.name for key in INERT_BROKER_KEYS.values() if not key.section.endswith(".")] == []
