"""Rows: how long a start takes, and the memory a broker needs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from scripts import apache_kafka
from tests.compat import raw

from . import machine
from .bulk import KIB, Bulk
from .generator import Failed
from .peers import DISK, START, Helper, Node, Peer, broker_pid
from .rows import Figures, Measure, Row, Sizes

IDLE_SECONDS = 1.0
ANSWER_SECONDS = 60.0
LOOK_SECONDS = 0.001


@contextlib.contextmanager
def start(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    """Of a broker with an empty directory that it has seen before: an Apache Kafka's must be formatted first."""
    assert isinstance(peer, Node | Helper)
    other = peer.another()
    if isinstance(other, Node):
        other.start()
        other.process.stop()

    def measure() -> Figures:
        milliseconds = start_and_wait(other)
        time.sleep(IDLE_SECONDS)
        resident = other.resident_mib()
        if isinstance(other, Node):
            other.process.stop()
        else:
            other.stop()
        return {"first answer, ms": milliseconds, "idle, MiB resident": resident or 0.0}

    try:
        yield measure
    finally:
        other.stop()


def start_and_wait(peer: Peer) -> float:
    """Milliseconds from the start of the process to its first answer to Metadata."""
    began = time.perf_counter()
    if not isinstance(peer, Node):
        peer.start()
        wait_for_answer(peer, began)
        return (time.perf_counter() - began) * 1000
    peer.process.launch()
    wait_for_answer(peer, began)
    answered = time.perf_counter()
    peer.pid = broker_pid(peer.process)
    if peer.pid == peer.process.pid:
        return (answered - began) * 1000
    age = machine.age_seconds(peer.pid)  # of the JVM: our script that starts it is not Kafka's
    return (age - (time.perf_counter() - answered)) * 1000


def wait_for_answer(peer: Peer, began: float) -> None:
    host, port = raw.address(peer.address)
    while not apache_kafka.answers(host, port):
        if not peer.alive() or time.perf_counter() > began + ANSWER_SECONDS:
            raise Failed(f"{peer.name} does not answer")
        time.sleep(LOOK_SECONDS)


@contextlib.contextmanager
def killed(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    """With a log that was written just before: until the broker says where its end is."""
    assert isinstance(peer, Node)
    bulk = Bulk(KIB)
    other = peer.another()
    other.start()

    def measure() -> Figures:
        topic = other.new_topic()
        bulk.produce(other, topic, sizes)
        other.process.kill_nine()
        first_answer = start_and_wait(other)
        answered = time.perf_counter()
        with raw.Connection(other.address) as connection:
            raw.until(lambda: raw.is_ready(connection, topic, 1), ANSWER_SECONDS, "the partition's answer")
            log = first_answer + (time.perf_counter() - answered) * 1000
            found, written = raw.end_offset(connection, topic), bulk.records(sizes) + 1
        if found != written:
            raise Failed(f"{written} records acknowledged, {found} after the start")
        other.drop_topic(topic)
        return {"first answer, ms": first_answer, "log's end, ms": log}

    try:
        yield measure
    finally:
        other.stop()


@contextlib.contextmanager
def memory(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    def measure() -> Figures:
        resident = peer.resident_mib()
        return {} if resident is None else {"MiB resident": resident}

    yield measure


ROWS = [
    Row("start", start, frozenset({START}), quick=True),
    Row("start after kill -9", killed, frozenset({START, DISK}), warm_up=False, writes=True),
]
LAST = [Row("memory after all rows", memory, quick=True, warm_up=False, once=True)]
