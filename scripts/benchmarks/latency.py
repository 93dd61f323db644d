"""Rows: one record at a time, until it is acknowledged and until a consumer has it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from . import generator
from .peers import LOG, Peer
from .rows import Figures, Measure, Row, Sizes

RECORD_BYTES = 100
WARM_UP = 500
PRODUCER = {"linger.ms": "0", "socket.nagle.disable": "true"}
PERCENTILES = {"p50": 50.0, "p99": 99.0, "p99.9": 99.9}


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that is not below `percent` of them all."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def percentiles(samples: Sequence[float]) -> Figures:
    return {f"{name}, us": percentile(samples, percent) for name, percent in PERCENTILES.items()}


def one_by_one(job: str, peer: Peer, topic: str, samples: int, warm_up: int = WARM_UP) -> list[float]:
    """The microseconds that each record took."""
    how = {"records": samples, "warm_up": warm_up, "bytes": RECORD_BYTES}
    found: list[float] = generator.run(job, PRODUCER, bootstrap=peer.address, topic=topic, **how)["samples_us"]
    return found


@contextlib.contextmanager
def sync_produce(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    topic = peer.new_topic()
    yield lambda: percentiles(one_by_one("sync", peer, topic, sizes.samples))
    peer.drop_topic(topic)


@contextlib.contextmanager
def end_to_end(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    def measure() -> Figures:
        topic = peer.new_topic()
        try:
            return percentiles(one_by_one("end-to-end", peer, topic, sizes.samples))
        finally:
            peer.drop_topic(topic)

    yield measure


ROWS = [
    Row("sync produce", sync_produce, quick=True),
    Row("end to end", end_to_end, frozenset({LOG}), quick=True),
]
