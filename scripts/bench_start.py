#!/usr/bin/env python3
"""How long a start takes with data on disk, and the memory it needs: kafkalite, and Apache Kafka on the same directory.

    scripts/bench_start.py [--megabytes N] [--partitions N] [--rounds N] [--alone] [--json]

Two directories: one partition with 1,000 MB, and 2,000 partitions with a few records each. kafkalite writes them; then
the topics' directories move to Apache Kafka, and back to a new kafkalite, which must find the same offsets. A start is

    clean     after SIGTERM
    killed    after kill -9 of a broker that was busy until then (kafkalite: a killed Kafka waits for its own session)
    scan      as after a crash that left no recovery point: everything is read and checked

Each row is the median over the rounds of: milliseconds from process start to the first answer (Metadata), milliseconds
until all partitions answer (ListOffsets), MiB resident then; and how many times kafkalite's Kafka's are. `--alone`
leaves Apache Kafka out, which needs Java.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import Producer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import kafkalite  # noqa: E402
from scripts.benchmarks import machine  # noqa: E402
from scripts.benchmarks.peers import broker_pid  # noqa: E402
from tests.compat import log_moves, raw  # noqa: E402
from tests.compat.brokers import BrokerProcess  # noqa: E402
from tests.compat.log_content import Topics  # noqa: E402

TOPIC = "bench"
VALUE_BYTES = 1024
RECORDS_PER_PARTITION = 5
FLUSH_SECONDS = 120.0
SEGMENTS = {"segment_bytes": str(100 << 20)}


class Start(NamedTuple):
    """One start."""

    answer_ms: float
    all_ms: float
    resident_mib: float


Table = dict[str, list[Start]]
"""`broker, how` -> the starts of all rounds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1000, help="in the one partition (default 1000)")
    parser.add_argument("--partitions", type=int, default=2000, help="of the other topic (default 2000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without Apache Kafka")
    parser.add_argument("--json", action="store_true", help="print the starts as JSON, too")
    options = parser.parse_args()
    machine.compile_package(Path(kafkalite.__file__).parent)
    one = (f"{options.megabytes} MB in one partition", 1, options.megabytes * 1_000_000 // VALUE_BYTES)
    many = (f"{options.partitions} partitions", options.partitions, RECORDS_PER_PARTITION)
    results = {}
    for title, partitions, records in (one, many):
        results[title] = measure(partitions, records, options.rounds, alone=options.alone)
        show(title, results[title])
    if options.json:
        print(json.dumps(results))


def measure(partitions: int, records: int, rounds: int, *, alone: bool) -> Table:
    topics: Topics = {TOPIC: (partitions, SEGMENTS)}
    table: Table = {}
    with tempfile.TemporaryDirectory(prefix="kafkalite-bench-") as work, contextlib.ExitStack() as stack:
        first = stack.enter_context(broker("kafkalite", Path(work, "first")))
        ends = fill(first, partitions, records)
        first.kill_nine()
        table["kafkalite, killed"] = [timed(first, ends)]
        stop(first)
        starts(table, first, ends, rounds)
        if not alone:
            other = stack.enter_context(broker("apache-kafka", Path(work, "other")))
            move(first, other, topics)
            starts(table, other, ends, rounds)
            back = stack.enter_context(broker("kafkalite", Path(work, "back")))
            move(other, back, topics)
            table["kafkalite, from Kafka's files"] = [timed(back, ends)]
            stop(back)
    return table


@contextlib.contextmanager
def broker(kind: str, directory: Path) -> Iterator[BrokerProcess]:
    """A started broker."""
    directory.mkdir()
    process = BrokerProcess(kind, directory)
    process.start()
    try:
        yield process
    finally:
        if process.alive():
            process.kill_nine()


def fill(process: BrokerProcess, partitions: int, records: int) -> list[int]:
    """Produce that many records to each partition; return their end offsets."""
    with process.connect() as connection:
        raw.create_topic(connection, TOPIC, partitions, **SEGMENTS)
    failures: list[Any] = []
    producer = Producer(
        {
            "bootstrap.servers": process.address,
            "linger.ms": 5,
            "batch.size": 1_000_000,
            "delivery.report.only.error": True,
            "on_delivery": lambda error, _: failures.append(error),
        }
    )
    values = [os.urandom(VALUE_BYTES) for _ in range(1000)]
    for number in range(records):
        for partition in range(partitions):
            while len(producer) > 50_000:
                producer.poll(0.01)
            producer.produce(TOPIC, values[number % 1000], partition=partition)
    if producer.flush(FLUSH_SECONDS) or failures:
        raise SystemExit(f"produce failed: {failures[:1] or 'not all acknowledged in time'}")
    return [records] * partitions


def starts(table: Table, process: BrokerProcess, ends: list[int], rounds: int) -> None:
    """Clean starts and scans, in turns, of a stopped broker."""
    preparations: dict[str, Callable[[BrokerProcess], None]] = {"clean": lambda _: None, "scan": forget_clean_end}
    for _ in range(rounds):
        for how, prepare in preparations.items():
            prepare(process)
            table.setdefault(f"{process.kind}, {how}", []).append(timed(process, ends))
            stop(process)


def forget_clean_end(process: BrokerProcess) -> None:
    directory = process.log_directory
    (directory / log_moves.CLEAN_FILE).unlink()
    points = log_moves.read_checkpoint(directory / log_moves.RECOVERY_POINTS_FILE)
    log_moves.write_checkpoint(directory / log_moves.RECOVERY_POINTS_FILE, dict.fromkeys(points, 0))


def timed(process: BrokerProcess, ends: list[int]) -> Start:
    """Start the broker; it must have everything."""
    before = time.perf_counter()
    process.start()
    answered = time.perf_counter()
    with process.connect() as connection:
        raw.until(lambda: end_offsets(connection, len(ends)) == ends, seconds=120, what="every partition's answer")
    return Start(
        (answered - before) * 1000, (time.perf_counter() - before) * 1000, machine.resident_mib(broker_pid(process))
    )


def end_offsets(connection: raw.Connection, partitions: int) -> list[int]:
    """-1 where a partition is not ready."""
    where = [{"partition_index": index, "timestamp": -1} for index in range(partitions)]
    [topic] = connection.ask("list_offsets", 4, replica_id=-1, topics=[{"name": TOPIC, "partitions": where}]).topics
    found = {one.partition_index: one.offset for one in topic.partitions}
    return [found[index] for index in range(partitions)]


def stop(process: BrokerProcess) -> None:
    if process.stop() != 0:
        raise SystemExit(f"{process.kind} did not stop cleanly:\n{process.log()[-2000:]}")


def move(source: BrokerProcess, target: BrokerProcess, topics: Topics) -> None:
    """The topic of a stopped broker to one that runs; both are stopped then."""
    with target.connect() as connection:
        raw.create_topic(connection, TOPIC, topics[TOPIC][0], **topics[TOPIC][1])
    stop(target)
    log_moves.move(source.log_directory, target.log_directory, topics, clean=True)


def show(title: str, table: Table) -> None:
    print(f"\n{title}\n{'':32} {'first answer':>14} {'all partitions':>14} {'resident':>12}")
    medians = {name: Start(*map(statistics.median, zip(*found, strict=True))) for name, found in table.items()}
    for name, one in medians.items():
        print(f"{name:32} {one.answer_ms:11,.0f} ms {one.all_ms:11,.0f} ms {one.resident_mib:8,.0f} MiB")
    for how in ("clean", "scan"):
        ours, theirs = (medians.get(f"{kind}, {how}") for kind in ("kafkalite", "apache-kafka"))
        if ours and theirs:
            ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
            print(
                f"{f'Kafka / kafkalite, {how}':32} {ratios[0]:13.1f}x {ratios[1]:13.1f}x {ratios[2]:11.1f}x", flush=True
            )


if __name__ == "__main__":
    main()
