"""Rows: records a second, and what a gigabyte of them costs the broker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import generator
from .peers import LOG, Peer
from .rows import Figures, Measure, Row, Sizes

PRODUCER = {"linger.ms": "5", "batch.size": "1000000", "queue.buffering.max.messages": "1000000"}
PRODUCER |= {"queue.buffering.max.kbytes": "1000000", "delivery.report.only.error": "true"}
CONSUMER = {"fetch.queue.backoff.ms": "1"}
"""Without the small backoff librdkafka sleeps for a second when it has fetched ahead enough."""

KIB = 1024
SMALL = 100
SMALL_SHARE = 2
"""The rows of 100 bytes move half as many megabytes: the client needs as long for them."""

WARM_UP, WARM_UP_QUICK = 1000, 200
"""Megabytes, of small records half as many."""


@dataclass(frozen=True)
class Bulk:
    size: int
    partitions: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    consumers: int = 1

    def records(self, sizes: Sizes) -> int:
        return sizes.megabytes * 1_000_000 // self.size // (SMALL_SHARE if self.size == SMALL else 1)

    def produce(self, peer: Peer, topic: str, sizes: Sizes) -> dict[str, Any]:
        settings = PRODUCER | dict(self.settings)
        records = self.records(sizes)
        return generator.run(
            "produce",
            settings,
            bootstrap=peer.address,
            topic=topic,
            partitions=self.partitions,
            records=records,
            bytes=self.size,
        )

    @contextlib.contextmanager
    def producing(self, peer: Peer, sizes: Sizes) -> Iterator[Measure]:
        def measure() -> Figures:
            topic = peer.new_topic(self.partitions)
            try:
                before = peer.cpu_seconds()
                answer = self.produce(peer, topic, sizes)
                return self.figures(peer, before, answer["seconds"], self.records(sizes))
            finally:
                peer.drop_topic(topic)

        yield measure

    @contextlib.contextmanager
    def consuming(self, peer: Peer, sizes: Sizes) -> Iterator[Measure]:
        topic = peer.new_topic(self.partitions)
        self.produce(peer, topic, sizes)
        records = self.records(sizes)
        where = {"bootstrap": peer.address, "topic": topic, "partitions": self.partitions}

        def measure() -> Figures:
            before = peer.cpu_seconds()
            answer = generator.run("consume", CONSUMER, **where, records=records, consumers=self.consumers)
            return self.figures(peer, before, answer["seconds"], records * self.consumers)

        yield measure
        peer.drop_topic(topic)

    def figures(self, peer: Peer, cpu_before: float | None, seconds: float, records: int) -> Figures:
        gigabytes = records * self.size / 1e9
        rate = {"M records/s": records / 1e6 / seconds} if self.size == SMALL else {"MB/s": 1000 * gigabytes / seconds}
        cpu_after = peer.cpu_seconds()
        if cpu_before is None or cpu_after is None:
            return rate
        return rate | {"broker CPU s/GB": (cpu_after - cpu_before) / gigabytes}


LZ4 = {"compression.type": "lz4"}
PRODUCE = {
    "produce 1 KiB, 1 partition": Bulk(KIB),
    "produce 1 KiB, 6 partitions": Bulk(KIB, 6),
    "produce 1 KiB, 1 partition, acks 1": Bulk(KIB, settings={"acks": "1"}),
    "produce 1 KiB, 1 partition, idempotent": Bulk(KIB, settings={"enable.idempotence": "true"}),
    "produce 1 KiB, 1 partition, lz4": Bulk(KIB, settings=LZ4),
    "produce 100 B, 1 partition": Bulk(SMALL),
    "produce 100 B, 6 partitions": Bulk(SMALL, 6),
    "produce 100 B, 1 partition, acks 1": Bulk(SMALL, settings={"acks": "1"}),
    "produce 100 B, 1 partition, idempotent": Bulk(SMALL, settings={"enable.idempotence": "true"}),
    "produce 100 B, 1 partition, lz4": Bulk(SMALL, settings=LZ4),
    "produce 100 B, 6 partitions, lz4": Bulk(SMALL, 6, settings=LZ4),
}
CONSUME = {
    "consume 1 KiB, 1 partition": Bulk(KIB),
    "consume 1 KiB, 6 partitions": Bulk(KIB, 6),
    "consume 1 KiB, 1 partition, 4 consumers": Bulk(KIB, consumers=4),
    "consume 100 B, 1 partition": Bulk(SMALL),
    "consume 100 B, 6 partitions": Bulk(SMALL, 6),
    "consume 100 B, 1 partition, lz4": Bulk(SMALL, settings=LZ4),
    "consume 100 B, 1 partition, 4 consumers": Bulk(SMALL, consumers=4),
}
IN_QUICK = {"produce 1 KiB, 1 partition", "produce 100 B, 1 partition", "consume 1 KiB, 1 partition"}

ROWS = [
    *(Row(name, bulk.producing, quick=name in IN_QUICK, writes=True) for name, bulk in PRODUCE.items()),
    *(
        Row(name, bulk.consuming, frozenset({LOG}), quick=name in IN_QUICK, writes=True)
        for name, bulk in CONSUME.items()
    ),
]


def warm_up(peer: Peer, sizes: Sizes) -> None:
    """Records through a broker that has just started: a JVM is warm after five to thirteen million of them."""
    few = Sizes(megabytes=WARM_UP_QUICK if sizes.is_quick else WARM_UP)
    for bulk in (Bulk(SMALL), Bulk(KIB)):
        topic = peer.new_topic()
        bulk.produce(peer, topic, few)
        if LOG in peer.can:
            where = {"bootstrap": peer.address, "topic": topic, "partitions": 1}
            generator.run("consume", CONSUMER, **where, records=bulk.records(few), consumers=1)
        peer.drop_topic(topic)
