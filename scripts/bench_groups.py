#!/usr/bin/env python3
"""How quickly groups get going, and what they cost: kafkalite, and Apache Kafka beside it in the same run.

    scripts/bench_groups.py [--members 1,10,50] [--rounds N] [--alone] [--json]

Rows, for the classic and the consumer protocol (KIP-848), members being consumers of librdkafka in one process that
subscribe at the same moment:

    stable          milliseconds until every partition has its one owner, and no member two more than another
    first record    milliseconds until the first member gets its first record
    commits         synchronous commits of one member in a second, one after the other
    heartbeat       broker CPU microseconds for one heartbeat of a member, one in each of a thousand groups
    produce         broker CPU microseconds for one Produce of one record of 100 bytes, to compare

Each figure is the median of the rounds, and how many times kafkalite's Kafka's is. Both brokers have their defaults,
but Apache Kafka does not hold up the first rebalance of a classic group for three seconds; kafkalite does not either.
`--alone` leaves Apache Kafka out, which needs Java.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, TopicPartition

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.compat import raw  # noqa: E402
from tests.compat.brokers import BrokerProcess  # noqa: E402

SETTLED_SECONDS = 1.0
TIMEOUT_SECONDS = 60.0
COMMITS = 500
GROUPS = 1000
REQUESTS = 10_000
IN_FLIGHT = 50

Figures = dict[str, float]

Topic = tuple[str, int]
"""Name and number of partitions."""

Table = dict[str, dict[str, list[float]]]
"""`broker` -> row -> the figure of each round."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", default="1,10,50", help="sizes of groups (default 1,10,50)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without Apache Kafka")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    options = parser.parse_args()
    sizes = [int(size) for size in options.members.split(",")]
    table = measure(["kafkalite"] if options.alone else ["kafkalite", "apache-kafka"], sizes, options.rounds)
    if options.json:
        print(json.dumps(table, indent=1))
    else:
        show(table)


def measure(kinds: list[str], sizes: list[int], rounds: int) -> Table:
    """The brokers take turns."""
    table: Table = {kind: {} for kind in kinds}
    with tempfile.TemporaryDirectory(prefix="kafkalite-bench-") as work, contextlib.ExitStack() as stack:
        brokers = {kind: stack.enter_context(broker(kind, Path(work, kind))) for kind in kinds}
        for _ in range(rounds):
            for kind, process in brokers.items():
                for row, figure in one_round(process, sizes):
                    table[kind].setdefault(row, []).append(figure)
                    print(f"{kind}: {row} {figure:.1f}", file=sys.stderr, flush=True)
    return table


@contextlib.contextmanager
def broker(kind: str, directory: Path) -> Iterator[BrokerProcess]:
    directory.mkdir()
    process = BrokerProcess(kind, directory)
    process.start()
    try:
        yield process
    finally:
        process.stop()


def one_round(process: BrokerProcess, sizes: list[int]) -> Iterator[tuple[str, float]]:
    for protocol in ("classic", "consumer"):
        for size in sizes:
            with process.connect() as connection:
                topic = new_topic(connection, max(12, size + size // 5))
            for row, figure in Crowd(process.address, topic, size, protocol).run().items():
                yield f"{protocol}, {size:2} members: {row}", figure
        yield f"{protocol}: commits, 1/s", commits_per_second(process.address, protocol)
    yield from costs(process).items()


def new_topic(connection: raw.Connection, partitions: int) -> Topic:
    """A topic with a record in each partition."""
    name = raw.unique("bench")
    raw.create_topic(connection, name, partitions)
    for partition in range(partitions):
        answer = raw.produce(connection, name, raw.batch(b"record"), partition=partition)
        assert answer.error_code == 0, answer
    return name, partitions


# -- time to a stable group


class Crowd:
    """Consumers that subscribe at the same moment, each in a thread of its own."""

    def __init__(self, address: str, topic: Topic, members: int, protocol: str) -> None:
        self._topic, self._partitions = topic
        self._incremental = protocol == "consumer"
        self._consumers = [consumer(address, self._topic, protocol) for _ in range(members)]
        self._owned: list[set[int]] = [set() for _ in range(members)]
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._first_record: float | None = None
        self._stable_since: float | None = None

    def run(self) -> Figures:
        threads = [threading.Thread(target=self._consume, args=(number,)) for number in range(len(self._consumers))]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        while not self._is_done(time.perf_counter()):
            if time.perf_counter() > began + TIMEOUT_SECONDS:
                raise SystemExit(f"not stable within {TIMEOUT_SECONDS:.0f} s: {self._owned}")
            time.sleep(0.02)
        self._stop.set()
        for thread in threads:
            thread.join()
        assert self._first_record is not None
        assert self._stable_since is not None
        first, stable = (1000 * (instant - began) for instant in (self._first_record, self._stable_since))
        return {"stable, ms": stable, "first record, ms": first}

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


def consumer(address: str, group: str, protocol: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": address,
            "group.id": group,
            "group.protocol": protocol,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )


# -- commits


def commits_per_second(address: str, protocol: str) -> float:
    """Of one member that waits for each commit."""
    with raw.Connection(address) as connection:
        topic, _ = new_topic(connection, 1)
    member = consumer(address, topic, protocol)
    member.subscribe([topic])
    while (message := member.poll(1.0)) is None or message.error() is not None:
        pass
    began = time.perf_counter()
    for number in range(COMMITS):
        member.commit(offsets=[TopicPartition(topic, 0, number)], asynchronous=False)
    seconds = time.perf_counter() - began
    member.close()
    return COMMITS / seconds


# -- what requests cost the broker


def costs(process: BrokerProcess) -> Figures:
    """Broker CPU for a heartbeat and for a small Produce, in microseconds."""
    with process.connect() as connection:
        topic, _ = new_topic(connection, 1)
        members = [(f"{topic}-{number}", join(connection, f"{topic}-{number}", topic)) for number in range(GROUPS)]
        time.sleep(2.0)  # the first second after a join is not the usual one
        heartbeats = [encoded("consumer_group_heartbeat", 1, **beat(group, epoch)) for group, epoch in members]
        produce = encoded("produce", 9, **raw.produce_request(topic, raw.batch(b"x" * 100)))
        return {
            "heartbeat, broker CPU us": cost(process, connection, heartbeats),
            "produce, broker CPU us": cost(process, connection, [produce]),
        }


def join(connection: raw.Connection, group: str, topic: str) -> int:
    """A member comes; its epoch."""
    first = {"rebalance_timeout": 60_000, "subscribed_topic_names": [topic], "topic_partitions": []}

    def ask() -> Any:
        answer = connection.ask("consumer_group_heartbeat", 1, **(beat(group, 0) | first))
        return None if answer.error_code in raw.TRY_AGAIN else answer

    answer = raw.until(ask, what="the group")
    assert answer.error_code == 0, answer
    return int(answer.member_epoch)


def beat(group: str, epoch: int) -> dict[str, Any]:
    return {"group_id": group, "member_id": "member", "member_epoch": epoch, "rebalance_timeout": -1}


def encoded(api: str, version: int, **values: Any) -> bytes:
    return raw.frame(raw.encode_request(api, version, 1, "bench", values))


def cost(process: BrokerProcess, connection: raw.Connection, requests: list[bytes]) -> float:
    """CPU microseconds of the broker for one of these requests, which are sent in turn, some at a time."""
    for warm in (True, False):
        before = cpu_seconds(process.pid)
        for first in range(0, REQUESTS, IN_FLIGHT):
            connection.send_bytes(b"".join(requests[(first + one) % len(requests)] for one in range(IN_FLIGHT)))
            for _ in range(IN_FLIGHT):
                connection.read_frame()
        if not warm:
            return (cpu_seconds(process.pid) - before) / REQUESTS * 1e6
    raise AssertionError


def cpu_seconds(pid: int) -> float:
    """Of a process and its children (Linux): scripts/apache_kafka.py has the broker as its child."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)


def show(table: Table) -> None:
    for row, figures in table["kafkalite"].items():
        ours = statistics.median(figures)
        line = f"{row:44} {ours:10.1f}  ({min(figures):.1f} - {max(figures):.1f})"
        if row in table.get("apache-kafka", {}):
            theirs = statistics.median(table["apache-kafka"][row])
            line += f"   Apache Kafka {theirs:10.1f}, {theirs / ours:6.2f} times that"
        print(line)


if __name__ == "__main__":
    main()
