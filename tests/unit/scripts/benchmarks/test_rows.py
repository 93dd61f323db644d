"""Which rows a command line means, and how much of each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from scripts.benchmarks import rows
from scripts.benchmarks.peers import Peer
from scripts.benchmarks.rows import Measure, Row, Sizes


@contextlib.contextmanager
def nothing(_peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    yield dict


ROWS = [Row("produce 1 KiB", nothing, quick=True), Row("produce 100 B", nothing), Row("sync", nothing, quick=True)]


def names(*patterns: str, quick: bool = False) -> list[str]:
    return [row.name for row in rows.chosen(ROWS, patterns, quick=quick)]


def test_without_a_pattern_all_rows_are_meant_or_those_of_the_short_form() -> None:
    assert names() == ["produce 1 KiB", "produce 100 B", "sync"]
    assert names(quick=True) == ["produce 1 KiB", "sync"]


def test_a_pattern_is_a_part_of_a_name() -> None:
    assert names("100 B", "syn") == ["produce 100 B", "sync"]
    assert names("prod*KiB") == ["produce 1 KiB"]
    assert names("other") == []


def test_a_whole_name_means_that_row_alone() -> None:
    assert names("sync") == ["sync"]
    assert [row.name for row in rows.chosen([*ROWS, Row("sync, twice", nothing)], ["sync"], quick=False)] == ["sync"]


def test_a_named_row_is_measured_in_the_short_form_as_well() -> None:
    assert names("100 B", quick=True) == ["produce 100 B"]


def test_sizes() -> None:
    assert rows.sizes(quick=False) == Sizes()
    assert rows.sizes(quick=True, megabytes=7).megabytes == 7
    assert rows.sizes(quick=True).is_quick
