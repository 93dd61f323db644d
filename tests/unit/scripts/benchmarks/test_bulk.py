"""What the bulk rows make of seconds and CPU time."""

from __future__ import annotations

import pytest

from scripts.benchmarks.bulk import KIB, SMALL, Bulk
from scripts.benchmarks.peers import Peer
from scripts.benchmarks.rows import Sizes


class Busy(Peer):
    """Has used three CPU seconds."""

    def cpu_seconds(self) -> float | None:
        return 3.0


def test_a_row_moves_its_megabytes_and_small_records_half_of_them() -> None:
    assert Bulk(KIB).records(Sizes(megabytes=1024)) == 1_000_000
    assert Bulk(SMALL).records(Sizes(megabytes=1000)) == 5_000_000


def test_rate_and_cpu() -> None:
    figures = Bulk(KIB).figures(Busy(), 1.0, 2.0, 1_000_000)
    assert figures == pytest.approx({"MB/s": 512.0, "broker CPU s/GB": 2 / 1.024})


def test_small_records_are_counted_and_cpu_is_left_out_where_nobody_knows_the_process() -> None:
    assert Bulk(SMALL).figures(Peer(), None, 2.0, 5_000_000) == {"M records/s": 2.5}
