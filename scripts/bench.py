#!/usr/bin/env python3
"""Measure kafkalite with librdkafka (confluent-kafka), beside a peer in the same run where one is named.

    scripts/bench.py [--store disk|memory] [--peer HOST:PORT] [--rounds N] [--megabytes N] [--json]

Rows: process start to first answered Metadata, resident memory when idle, produce and consume of 1 KiB messages,
broker CPU seconds per GB. Each is the median of the rounds, kafkalite and peer taking turns. A peer is measured as it
runs; its CPU where its process is named (`--peer-pid`). Needs confluent-kafka, as `scripts/test` installs it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

ROOT = Path(__file__).resolve().parent.parent
MESSAGE_BYTES = 1024
BATCH = 10_000
TIMEOUT_SECONDS = 60.0

# size, Metadata v1, correlation id 1, client id "bench", no topics
METADATA = struct.pack(">ihhih5si", 19, 3, 1, 1, 5, b"bench", 0)


@contextlib.contextmanager
def kafkalite(store: str) -> Iterator[tuple[str, int, float]]:
    """Run a broker of our own; yield (bootstrap, pid, milliseconds from process start to first answered Metadata)."""
    with tempfile.TemporaryDirectory(prefix="kafkalite-bench-") as directory:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        place = ["--memory"] if store == "memory" else ["--data-dir", f"{directory}/data"]
        command = [sys.executable, "-m", "kafkalite", "--listen", f"127.0.0.1:{port}", "--log-level", "warning", *place]
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for_metadata(port)
            yield f"127.0.0.1:{port}", process.pid, (time.perf_counter() - started) * 1000
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(TIMEOUT_SECONDS)


def wait_for_metadata(port: int) -> None:
    """Ask for Metadata until it is answered."""
    deadline = time.perf_counter() + TIMEOUT_SECONDS
    while time.perf_counter() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(METADATA)
            if len(sock.recv(8)) >= 4:
                return
        time.sleep(0.001)
    raise SystemExit(f"no answer on port {port} within {TIMEOUT_SECONDS:.0f} s")


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process in MiB (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds, user and system, a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def produce(bootstrap: str, topic: str, count: int) -> float:
    """Produce `count` messages with acks=all; return the seconds until all are acknowledged."""
    failures: list[Any] = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "linger.ms": 5,
            "batch.size": 1_000_000,
            "queue.buffering.max.messages": 200_000,
            "queue.buffering.max.kbytes": 1_000_000,
            "delivery.report.only.error": True,
            "on_delivery": lambda error, message: failures.append(error),
        }
    )
    batch = [{"value": os.urandom(MESSAGE_BYTES)} for _ in range(BATCH)]
    started = time.perf_counter()
    left = count
    while left > 0:
        left -= producer.produce_batch(topic, batch[: min(BATCH, left)], partition=0)
        producer.poll(0)
        while len(producer) > 100_000:
            producer.poll(0.005)
    if producer.flush(TIMEOUT_SECONDS) or failures:
        raise SystemExit(f"produce failed: {failures[:1] or 'not all acknowledged in time'}")
    return time.perf_counter() - started


def consume(bootstrap: str, topic: str, count: int) -> float:
    """Read `count` messages from the start; return the seconds it took."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench",
            "enable.auto.commit": False,
            "fetch.message.max.bytes": 8 << 20,
            "fetch.queue.backoff.ms": 1,
            "queued.max.messages.kbytes": 200_000,
            "check.crcs": False,
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    started = time.perf_counter()
    seen = 0
    while seen < count:
        messages = consumer.consume(min(BATCH, count - seen), 10.0)
        if not messages:
            raise SystemExit(f"consumed {seen} of {count} messages, then nothing for 10 s")
        seen += len(messages)
    seconds = time.perf_counter() - started
    consumer.close()
    return seconds


def warm_page_cache(megabytes: int) -> None:
    """Touch as much memory as a round will: pages never touched before cost 2 CPU seconds per GB, whoever comes
    first.
    """
    piece = bytes(1_000_000)
    with tempfile.TemporaryFile(prefix="kafkalite-bench-") as file:
        for _ in range(megabytes):
            file.write(piece)


def one_round(bootstrap: str, pid: int | None, megabytes: int, number: int) -> dict[str, float]:
    """Fill a fresh topic and read it back; return the figures of this round."""
    topic = f"bench-{os.getpid()}-{number}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(TIMEOUT_SECONDS)
    count = megabytes * 1_000_000 // MESSAGE_BYTES
    figures: dict[str, float] = {}
    for name, work in (("produce", produce), ("consume", consume)):
        before = cpu_seconds(pid) if pid else 0.0
        seconds = work(bootstrap, topic, count)
        figures[f"{name} 1 KiB, MB/s"] = megabytes / seconds
        if pid:
            figures[f"{name} 1 KiB, broker CPU s/GB"] = (cpu_seconds(pid) - before) / (megabytes / 1000)
    admin.delete_topics([topic])[topic].result(TIMEOUT_SECONDS)
    return figures


def measure(options: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """Return who -> row -> one figure a round, the two taking turns."""
    table: dict[str, dict[str, list[float]]] = {"kafkalite": {}}

    def note(who: str, figures: dict[str, float]) -> None:
        for row, figure in figures.items():
            table.setdefault(who, {}).setdefault(row, []).append(figure)

    for number in range(options.rounds):
        warm_page_cache(3 * options.megabytes)
        with kafkalite(options.store) as (bootstrap, pid, started_ms):
            note("kafkalite", {"start to first Metadata, ms": started_ms, "idle memory, MiB": resident_mib(pid)})
            note("kafkalite", one_round(bootstrap, pid, options.megabytes, number))
            note("kafkalite", {"memory after the round, MiB": resident_mib(pid)})
        if options.peer:
            note(options.peer, one_round(options.peer, options.peer_pid, options.megabytes, number))
    return table


def show(table: dict[str, dict[str, list[float]]], peer: str | None) -> None:
    """Print medians with their range, and the ratio to the peer."""
    for row, figures in table["kafkalite"].items():
        median = statistics.median(figures)
        line = f"{row:36} {median:9.2f}  ({min(figures):.2f} - {max(figures):.2f})"
        if peer and row in table.get(peer, {}):
            theirs = statistics.median(table[peer][row])
            line += f"   {peer}: {theirs:.2f}   ratio {median / theirs:.2f}"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--store", choices=("disk", "memory"), default="disk")
    parser.add_argument("--peer", metavar="HOST:PORT", help="a running Kafka to take turns with")
    parser.add_argument("--peer-pid", type=int, help="its process, to measure its CPU")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    options = parser.parse_args()
    table = measure(options)
    if options.json:
        print(json.dumps(table, indent=1))
    else:
        show(table, options.peer)


if __name__ == "__main__":
    main()
