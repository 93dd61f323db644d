"""Rows: transactions one after the other, and until a reader of committed data has what is in them.

The client is librdkafka (TV1: a transaction is AddPartitionsToTxn, Produce and EndTxn), driven from Python, which adds
the same to either broker.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition

from . import generator
from .latency import percentile, percentiles
from .peers import LOG, Peer
from .rows import Figures, Measure, Row, Sizes

VALUE = b"x" * 100
PART = 10
"""One repeat ends so much fewer transactions than other rows take samples."""
CALL_SECONDS = 30.0


@contextlib.contextmanager
def transactional_producer(peer: Peer) -> Iterator[Producer]:
    settings = {"transactional.id": "bench", "linger.ms": 0, "socket.nagle.disable": True}
    producer = Producer(settings | {"bootstrap.servers": peer.address})
    producer.init_transactions(CALL_SECONDS)
    yield producer


def transact(producer: Producer, topic: str, messages: int) -> None:
    """One transaction, until it is committed."""
    producer.begin_transaction()
    for _ in range(messages):
        producer.produce(topic, VALUE, partition=0)
    producer.commit_transaction(CALL_SECONDS)


def one_by_one(messages: int) -> Callable[[Peer, Sizes], AbstractContextManager[Measure]]:
    """How long transactions of so many messages take, how many there are in a second, and what they cost."""

    @contextlib.contextmanager
    def prepared(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
        topic = peer.new_topic()
        count = sizes.samples // PART

        def measure() -> Figures:
            samples = []
            cpu, began = peer.cpu_seconds(), time.perf_counter()
            for _ in range(count):
                before = time.perf_counter()
                transact(producer, topic, messages)
                samples.append((time.perf_counter() - before) * 1e6)
            seconds, after = time.perf_counter() - began, peer.cpu_seconds()
            figures = {"transactions/s": count / seconds}
            figures |= {f"{name}, us": percentile(samples, percent) for name, percent in (("p50", 50), ("p99", 99))}
            if cpu is not None and after is not None:
                figures["broker CPU us each"] = (after - cpu) / count * 1e6
            return figures

        with transactional_producer(peer) as producer:
            yield measure
        peer.drop_topic(topic)

    return prepared


@contextlib.contextmanager
def end_to_end(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    """From the beginning of a transaction until somebody who reads committed data has its one message."""
    topic = peer.new_topic()
    consumer = Consumer(
        {
            "bootstrap.servers": peer.address,
            "group.id": "bench",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "socket.nagle.disable": True,
        }
    )
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])

    def measure() -> Figures:
        samples = []
        for _ in range(sizes.samples // PART):
            before = time.perf_counter()
            transact(producer, topic, 1)
            message = consumer.poll(CALL_SECONDS)
            if message is None:
                raise generator.Failed("a committed message did not come")
            if message.error() is not None:
                raise KafkaException(message.error())
            samples.append((time.perf_counter() - before) * 1e6)
        return percentiles(samples)

    with transactional_producer(peer) as producer:
        yield measure
    consumer.close()
    peer.drop_topic(topic)


NEEDS = frozenset({LOG})
ROWS = [
    Row("transactions of 1 message", one_by_one(1), NEEDS),
    Row("transactions of 100 messages", one_by_one(100), NEEDS),
    Row("end to end, read_committed", end_to_end, NEEDS),
]
