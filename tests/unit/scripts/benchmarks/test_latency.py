"""Percentiles are samples, and no sample is better than it was."""

from __future__ import annotations

import random

import pytest

from scripts.benchmarks.latency import percentile, percentiles


@pytest.mark.parametrize(("percent", "expected"), [(50.0, 500), (99.0, 990), (99.9, 999), (100.0, 1000), (0.0, 1)])
def test_a_percentile_of_a_thousand(percent: float, expected: float) -> None:
    samples = [float(one) for one in range(1, 1001)]
    random.Random(1).shuffle(samples)
    assert percentile(samples, percent) == expected


def test_of_few_samples_the_high_percentiles_are_the_worst() -> None:
    assert percentiles([3.0, 1.0, 2.0]) == {"p50, us": 2.0, "p99, us": 3.0, "p99.9, us": 3.0}
