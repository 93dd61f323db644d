"""Rows: consumer groups - the first record, members that come together, commits, heartbeats."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from tests.compat import raw

from .generator import Failed
from .peers import GROUPS, Peer
from .requests import Flood, encoded
from .rows import Figures, Measure, Row, Sizes

PROTOCOLS = ("classic", "consumer")
SETTLED_SECONDS = 1.0
STABLE_SECONDS = 60.0
COMMITS = 500
HEARTBEAT_GROUPS = 1000
IN_FLIGHT = 50


def consumer(peer: Peer, group: str, protocol: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": peer.address,
            "group.id": group,
            "group.protocol": protocol,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "log_level": 4,
        }
    )


def filled_topic(peer: Peer, partitions: int) -> str:
    """A topic with a record in each partition."""
    name = peer.new_topic(partitions)
    with raw.Connection(peer.address) as connection:
        for partition in range(partitions):
            answer = raw.produce(connection, name, raw.batch(b"record"), partition=partition)
            if answer.error_code:
                raise Failed(f"Produce answers {answer.error_code!r}")
    return name


# -- members that subscribe at the same moment


@contextlib.contextmanager
def crowd(peer: Peer, _sizes: Sizes, *, members: int, protocol: str) -> Iterator[Measure]:
    partitions = max(12, members + members // 5)

    def measure() -> Figures:
        topic = filled_topic(peer, partitions)
        try:
            first, stable = Crowd(peer, topic, partitions, members, protocol).run()
        finally:
            peer.drop_topic(topic)
        return {"first record, ms": first} if members == 1 else {"stable, ms": stable, "first record, ms": first}

    yield measure


class Crowd:
    """Consumers of librdkafka, each in a thread of its own."""

    def __init__(self, peer: Peer, topic: str, partitions: int, members: int, protocol: str) -> None:
        self._topic, self._partitions = topic, partitions
        self._incremental = protocol == "consumer"
        self._consumers = [consumer(peer, topic, protocol) for _ in range(members)]
        self._owned: list[set[int]] = [set() for _ in range(members)]
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._first_record: float | None = None
        self._stable_since: float | None = None

    def run(self) -> tuple[float, float]:
        """Milliseconds to the first record, and until every partition had its one owner for good."""
        threads = [threading.Thread(target=self._consume, args=(number,)) for number in range(len(self._consumers))]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        try:
            while not self._is_done(now := time.perf_counter()):
                if now > began + STABLE_SECONDS:
                    raise Failed(f"not stable within {STABLE_SECONDS:.0f} s")
                time.sleep(0.02)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert self._first_record is not None
        assert self._stable_since is not None
        return 1000 * (self._first_record - began), 1000 * (self._stable_since - began)

    def _is_done(self, now: float) -> bool:
        with self._lock:
            since = self._stable_since
            return since is not None and now > since + SETTLED_SECONDS and self._first_record is not None

    def _consume(self, number: int) -> None:
        mine = self._consumers[number]

        def on_assign(_: Any, partitions: list[TopicPartition]) -> None:
            kept = self._owned[number] if self._incremental else set()
            self._now_owns(number, kept | {one.partition for one in partitions})

        def on_revoke(_: Any, partitions: list[TopicPartition]) -> None:
            self._now_owns(number, self._owned[number] - {one.partition for one in partitions})

        mine.subscribe([self._topic], on_assign=on_assign, on_revoke=on_revoke)
        while not self._stop.is_set():
            message = mine.poll(0.05)
            if message is not None and message.error() is None and self._first_record is None:
                self._first_record = time.perf_counter()
        mine.close()

    def _now_owns(self, number: int, partitions: set[int]) -> None:
        with self._lock:
            self._owned[number] = partitions
            if not self._stop.is_set():
                self._stable_since = time.perf_counter() if is_shared_out(self._owned, self._partitions) else None


def is_shared_out(owned: list[set[int]], partitions: int) -> bool:
    """Return whether every partition has one owner, and nobody has more than one more than another."""
    sizes = [len(some) for some in owned]
    return sum(sizes) == partitions == len(set().union(*owned)) and max(sizes) - min(sizes) <= 1


# -- commits and heartbeats


@contextlib.contextmanager
def commits(peer: Peer, _sizes: Sizes, *, protocol: str) -> Iterator[Measure]:
    """Of one member that waits for each."""
    topic = filled_topic(peer, 1)
    member = consumer(peer, topic, protocol)
    member.subscribe([topic])
    while (message := member.poll(1.0)) is None or message.error() is not None:
        pass

    def measure() -> Figures:
        began = time.perf_counter()
        for number in range(COMMITS):
            member.commit(offsets=[TopicPartition(topic, 0, number)], asynchronous=False)
        return {"commits/s": COMMITS / (time.perf_counter() - began)}

    try:
        yield measure
    finally:
        member.close()
        peer.drop_topic(topic)


@contextlib.contextmanager
def heartbeats(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    """Of one member in each of many consumer groups, on one connection."""
    topic = filled_topic(peer, 1)
    groups = [f"{topic}-{number}" for number in range(HEARTBEAT_GROUPS)]
    with raw.Connection(peer.address) as connection:
        beats = [beat(group, join(connection, group, topic)) for group in groups]
    frames = [encoded("consumer_group_heartbeat", 1, **one) for one in beats]
    time.sleep(2.0)  # the first second after a join is not the usual one
    yield lambda: Flood(1, in_flight=IN_FLIGHT).measure(peer, frames, sizes.seconds)
    peer.drop_topic(topic)


def join(connection: raw.Connection, group: str, topic: str) -> int:
    """A member comes; its epoch."""
    first = {"rebalance_timeout": 60_000, "subscribed_topic_names": [topic], "topic_partitions": []}

    def ask() -> Any:
        answer = connection.ask("consumer_group_heartbeat", 1, **(beat(group, 0) | first))
        return None if answer.error_code in raw.TRY_AGAIN else answer

    answer = raw.until(ask, what="the group")
    if answer.error_code:
        raise Failed(f"ConsumerGroupHeartbeat answers {answer.error_code!r}")
    return int(answer.member_epoch)


def beat(group: str, epoch: int) -> dict[str, Any]:
    return {"group_id": group, "member_id": "member", "member_epoch": epoch, "rebalance_timeout": -1}


def row(name: str, opening: Callable[..., Any], *, warm_up: bool = True, quick: bool = False, **settings: Any) -> Row:
    return Row(name, functools.partial(opening, **settings), frozenset({GROUPS}), warm_up=warm_up, quick=quick)


ROWS = [
    *(row(f"1 member subscribes, {one}", crowd, members=1, protocol=one, quick=True) for one in PROTOCOLS),
    *(row(f"10 members subscribe, {one}", crowd, members=10, protocol=one, warm_up=False) for one in PROTOCOLS),
    *(row(f"50 members subscribe, {one}", crowd, members=50, protocol=one, warm_up=False) for one in PROTOCOLS),
    *(row(f"commits, {one}", commits, protocol=one) for one in PROTOCOLS),
    row("heartbeats, 1,000 consumer groups", heartbeats),
]
