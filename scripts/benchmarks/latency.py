"""Rows: one record at a time, until it is acknowledged and until a consumer has it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from . import generator
from .peers import LOG, Peer
from .rows import Figures, Measure, Row, Sizes

RECORD_BYTES = 100
PRODUCER = {"linger.ms": "0", "socket.nagle.disable": "true"}
PERCENTILES = {"p50": 50.0, "p99": 99.0, "p99.9": 99.9}


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that is not below `percent` of them all."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def percentiles(samples: Sequence[float]) -> Figures:
    return {f"{name}, us": percentile(samples, percent) for name, percent in PERCENTILES.items()}


@contextlib.contextmanager
def sync_produce(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    topic = peer.new_topic()
    where = {"bootstrap": peer.address, "topic": topic, "records": sizes.samples, "bytes": RECORD_BYTES}
    yield lambda: percentiles(generator.run("sync", PRODUCER, **where)["samples_us"])
    peer.drop_topic(topic)


@contextlib.contextmanager
def end_to_end(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    def measure() -> Figures:
        topic = peer.new_topic()
        where = {"bootstrap": peer.address, "topic": topic, "records": sizes.samples, "bytes": RECORD_BYTES}
        try:
            return percentiles(generator.run("end-to-end", PRODUCER, **where)["samples_us"])
        finally:
            peer.drop_topic(topic)

    yield measure


ROWS = [
    Row("sync produce", sync_produce, quick=True),
    Row("end to end", end_to_end, frozenset({LOG}), quick=True),
]
