"""Topic names: which are allowed, which are Kafka's own, and which collide."""

from __future__ import annotations

import re
from typing import Final

LONGEST_NAME = 249
"""Kafka's limit: with `-<partition>` behind it the name must fit a file name of 255 bytes."""

CLUSTER_METADATA = "__cluster_metadata"
"""Kafka's log of metadata records. Nobody may create a topic of this name."""

OFFSETS_TOPIC: Final = "__consumer_offsets"
TRANSACTIONS_TOPIC: Final = "__transaction_state"
INTERNAL_TOPICS: Final = frozenset({OFFSETS_TOPIC, TRANSACTIONS_TOPIC, "__share_group_state"})
"""The topics coordinators keep their state in."""

_ALLOWED = re.compile(r"[a-zA-Z0-9._-]+", re.ASCII)


def name_problem(name: str) -> str | None:
    """Return what is wrong with the name in Kafka's words, None when it is fine."""
    if _ALLOWED.fullmatch(name) and len(name) <= LONGEST_NAME and name not in (".", ".."):
        return None
    return f"Topic name is invalid: {_reason(name)}"


def _reason(name: str) -> str:
    if not name:
        return "the empty string is not allowed"
    if name in (".", ".."):
        return f"'{name}' is not allowed"
    if len(name) > LONGEST_NAME:
        return f"the length of '{name}' is longer than the max allowed length {LONGEST_NAME}"
    return f"'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"


def collision_key(name: str) -> str | None:
    """Return what two colliding names share, None for a name that cannot collide.

    Kafka keeps names apart that differ only in '.' and '_', because its metric names turn one into the other.
    """
    return name.replace(".", "_") if "." in name or "_" in name else None
