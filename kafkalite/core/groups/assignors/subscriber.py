"""What an assignor knows of a member."""

from __future__ import annotations

from typing import NamedTuple

from kafkalite.core.groups.consumer_member import NOTHING, Assignment
from kafkalite.wire.message import Uuid


class Subscriber(NamedTuple):
    """topics: the ids of existing topics it subscribed to. target: its part of the assignment so far."""

    topics: frozenset[Uuid]
    instance_id: str | None = None
    target: Assignment = NOTHING
