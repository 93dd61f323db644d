"""Rows: what many connections cost when they are idle, and what a small one has beside big ones."""

from __future__ import annotations

import contextlib
import resource
import socket
import struct
from collections.abc import Iterator

from tests.compat import cache, raw

from . import generator
from .latency import one_by_one, percentiles
from .peers import START, Helper, Node, Peer
from .requests import Flood, check_produce, encoded, produce_request
from .rows import Figures, Measure, Row, Sizes

IDLE = 10_000
SPARE_FILES = 200
RESET = struct.pack("ii", 1, 0)  # linger for no seconds: close without leaving ports behind

SATURATING = 4
BIG_RECORDS = [b"x" * 1024] * 500
SOME_SAMPLES = 200
FEW = 20


@contextlib.contextmanager
def idle_connections(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    """Resident memory for each of many connections that have asked one question, of a broker that has just started:
    one that had as many before keeps the memory.
    """
    assert isinstance(peer, Node | Helper)
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < IDLE + SPARE_FILES:
        raise cache.Unavailable(f"{IDLE:,} connections need `ulimit -n {IDLE + SPARE_FILES}`; here it is {limit}")
    question = encoded("api_versions", 0)

    def measure() -> Figures:
        other = peer.another()
        with contextlib.ExitStack() as stack:
            stack.callback(other.stop)
            other.start()
            before = other.resident_mib()
            for _ in range(IDLE):
                ask(stack.enter_context(dial(other.address)), question)
            after = other.resident_mib()
        if before is None or after is None:
            return {}
        return {"KiB resident each": (after - before) * 1024 / IDLE}

    yield measure


def dial(address: str) -> socket.socket:
    one = socket.create_connection(raw.address(address), timeout=raw.ANSWER_SECONDS)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return one


def ask(one: socket.socket, question: bytes) -> None:
    one.sendall(question)
    (size,) = struct.unpack(">i", one.recv(4, socket.MSG_WAITALL))
    if len(one.recv(size, socket.MSG_WAITALL)) != size:
        raise generator.Failed("a connection got no answer")


@contextlib.contextmanager
def beside_big_ones(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    """One record at a time, while four other connections each have two requests of half a megabyte under way."""
    topic, busy = peer.new_topic(), peer.new_topic()
    check_produce(peer, busy, *BIG_RECORDS)
    frame = produce_request(busy, *BIG_RECORDS)

    def measure() -> Figures:
        with Flood(SATURATING, in_flight=2).going_on(peer, [frame]):
            figures = percentiles(one_by_one("sync", peer, topic, SOME_SAMPLES, FEW))
        return {name: figures[name] for name in ("p50, us", "p99, us")}

    yield measure
    peer.drop_topic(topic)
    peer.drop_topic(busy)


ROWS = [
    Row("10,000 idle connections", idle_connections, frozenset({START}), warm_up=False),
    Row("sync produce beside 4 busy connections", beside_big_ones, writes=True),
]
