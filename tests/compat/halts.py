"""What the broker's watchdog has seen: for how long one client's request held up all others."""

import re
from typing import NamedTuple

WATCHDOG = "kafkalite.loop.watchdog.ms=50"

LONGEST_COMPUTING_MS = 1000
"""A busy machine stretches 50 ms of computing to several times that; this is a request that is out of all bounds."""

_LINE = re.compile(r"the loop stood still for (\d+) ms \((\d+) of them computing\) in (.*)")


class Halt(NamedTuple):
    """The loop stood still."""

    ms: int
    computing_ms: int
    where: str


def halts(log: str) -> list[Halt]:
    """Return what the broker's log tells, the longest first."""
    found = [Halt(int(ms), int(computing), where) for ms, computing, where in _LINE.findall(log)]
    return sorted(found, key=lambda halt: halt.computing_ms, reverse=True)


def summary(found: list[Halt]) -> str:
    """One line for people."""
    if not found:
        return "LOOP: never stood still for 50 ms"
    worst = found[0]
    return f"LOOP: stood still {len(found)} times, {worst.ms} ms ({worst.computing_ms} computing) at worst"
