"""The assignors of consumer groups: who gets which partitions. `uniform` and `range`, as in Kafka 4.4.

Racks play no part, as in Kafka 4: its server-side assignors dropped them; a moved replica only begins a new
assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kafkalite.core.groups.assignors import range as range_assignor
from kafkalite.core.groups.assignors import uniform
from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.work import Steps
from kafkalite.wire.message import Uuid

Assignor = Callable[[Mapping[str, Subscriber], Mapping[Uuid, int]], Steps[dict[str, Assignment]]]
"""From subscribers by member id, and the number of partitions of every topic, to the assignment of each member."""

ASSIGNORS: Final[dict[str, Assignor]] = {"uniform": uniform.assign, "range": range_assignor.assign}
