"""What a row is, and how much of it is measured."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from .peers import Peer

Figures = Mapping[str, float]
"""Name, which ends in `/s` where more is better -> what one repeat measured."""

Measure = Callable[[], Figures]


@dataclass(frozen=True)
class Sizes:
    """How much one repeat of a row does."""

    megabytes: int = 1000
    samples: int = 5000
    seconds: int = 4
    is_quick: bool = False


QUICK = Sizes(megabytes=200, samples=1000, seconds=1, is_quick=True)


@dataclass(frozen=True)
class Row:
    """`open` prepares one peer for all repeats of the row and gives the measure of one repeat."""

    name: str
    open: Callable[[Peer, Sizes], contextlib.AbstractContextManager[Measure]]
    needs: frozenset[str] = frozenset()
    quick: bool = False  # belongs to the short form
    warm_up: bool = True  # the first repeat does not count
    once: bool = False  # what a second repeat would not change
    writes: bool = False  # a gigabyte or so: touches the page cache first
    limit_seconds: float = 120.0  # for preparing, and for one repeat


def chosen(rows: Iterable[Row], patterns: Sequence[str], *, quick: bool) -> list[Row]:
    """The rows that any of the patterns names, by its whole name, a part of it, or with `*`; all without a pattern."""
    known = list(rows)
    names = {row.name for row in known}

    def is_meant(row: Row, pattern: str) -> bool:
        return row.name == pattern if pattern in names else fnmatch(row.name, f"*{pattern}*")

    if patterns:
        return [row for row in known if any(is_meant(row, pattern) for pattern in patterns)]
    return [row for row in known if row.quick or not quick]


def sizes(*, quick: bool, megabytes: int | None = None) -> Sizes:
    form = QUICK if quick else Sizes()
    return replace(form, megabytes=megabytes) if megabytes else form
