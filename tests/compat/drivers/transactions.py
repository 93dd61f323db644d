"""What the programs for transactions (`Client.transactions`) speak, in the manner of `line_protocol`.

One producer and its consumers per process.

init          id, timeout_ms -> null. A transactional producer; whoever had this id before is fenced
begin         -> null
send          topic, messages [[partition, text]] -> [[partition, offset]]; returns when all are acknowledged
send_offsets  group, topic, offsets {PARTITION as text: offset} -> null
commit        -> null
abort         -> null
read          topic, partitions (how many), committed (bool), count, more_seconds -> [[partition, offset, text]]
              From the earliest offsets on: returns when `count` came, and after that nothing for `more_seconds`
transform     id, source, target, group, timeout_ms, records (so many at most in a transaction), work_ms. Only an error
              ends it: reads committed records of `source` as a static member of the group, sends `f(TEXT)` of each to
              the same partition of `target`, takes `work_ms` for whatever else it has to do, and commits offsets and
              records together, again and again
"""

import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

INSTANCE = "transformer"
"""The group instance id: whoever comes with it takes the place of the one before at once."""

SESSION_MS = 10_000


def transformed(text: str) -> str:
    """The f of consume-transform-produce."""
    return f"f({text})"


class Transformer(Protocol):
    """What `transform` asks of a client."""

    def take(self, seconds: float) -> list[tuple[int, str]]:
        """(partition, text) of what came."""

    def put(self, records: list[tuple[int, str]]) -> None:
        """Begin a transaction with these records."""

    def commit(self) -> None:
        """Commit it with the offsets of all that `take` returned."""


def transform(transformer: Transformer, work_ms: int) -> NoReturn:
    """Run the application."""
    while True:
        if taken := transformer.take(0.2):
            transformer.put([(partition, transformed(text)) for partition, text in taken])
            time.sleep(work_ms / 1000)
            transformer.commit()


def quiet(seen: list[Any], count: int, more_seconds: float, poll: Callable[[float], list[Any]]) -> list[Any]:
    """Poll until `count` came and nothing more after that."""
    while len(seen) < count:
        seen += poll(0.2)
    return seen + poll(more_seconds)
