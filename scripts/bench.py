#!/usr/bin/env python3
"""Measure kafkalite beside other brokers, which take turns with it under the same client, and print the ratios.

    scripts/bench.py --quick                          # about a minute, kafkalite alone
    scripts/bench.py --peer apache-kafka              # everything, Apache Kafka beside it: about half an hour
    scripts/bench.py --peer kfake --only 'produce*' --only sync --store memory
    scripts/bench.py --bootstrap 127.0.0.1:9092@4711  # a running broker, and its process if its CPU matters
    scripts/bench.py --list

Peers are `apache-kafka` (scripts/apache_kafka.py; needs Java and Maven), `kfake` (needs Go) and `mock` (librdkafka's
mock cluster). All have their defaults but for the delay after which a deleted topic's files go. Each row is prepared
once, run once without counting, and then `--repeats` times, the brokers in turns. The table has medians, ranges, and
`ratio`: kafkalite's figure by the peer's, the median over the repeats. Rates and latencies depend on what else the
machine does; ratios and CPU much less. The load generator is C on the librdkafka of the confluent-kafka package, which
`scripts/test` installs; it is built when a row needs it, and rows that a machine cannot run say why.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import kafkalite  # noqa: E402
from scripts.benchmarks import (  # noqa: E402
    bulk,
    clients,
    crowding,
    crowds,
    generator,
    latency,
    machine,
    plot,
    requests,
    rows,
    runner,
    starts,
    topics,
    transactions,
)
from scripts.benchmarks.peers import Node, Peer, Running, make  # noqa: E402
from scripts.benchmarks.results import OURS, Results  # noqa: E402

MODULES = (starts, bulk, latency, requests, crowding, topics, crowds, transactions, clients)
ROWS = [*(row for module in MODULES for row in module.ROWS), *topics.LATE, *starts.LAST]
PEERS = ("apache-kafka", "mock", "kfake")


def main() -> None:
    options = parse_arguments()
    wanted = rows.chosen(ROWS, options.only, quick=options.quick)
    if options.list or not wanted:
        print("\n".join(row.name for row in wanted or ROWS))
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the brokers end, and what there is, is kept
    machine.raise_file_limit()
    machine.compile_package(Path(kafkalite.__file__).parent)
    with tempfile.TemporaryDirectory(prefix="kafkalite-bench-", ignore_cleanup_errors=True) as directory:
        results = measure(options, wanted, Path(directory))
    print("\n" + "\n".join(f"{name}: {value}" for name, value in results.about.items()))
    if options.json:
        options.json.write_text(json.dumps(results.as_json(), indent=1) + "\n")
    if options.svg:
        options.svg.write_text(plot.svg(results, results.others[0]))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n", 1)[0],
        epilog=(__doc__ or "").split("\n\n", 1)[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--peer", action="append", default=[], choices=PEERS, help="start this broker, too")
    parser.add_argument("--bootstrap", action="append", default=[], metavar="HOST:PORT[@PID]", help="a running broker")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="rows with this in their name")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--quick", action="store_true", help="few rows, small ones, two repeats")
    parser.add_argument("--store", choices=("disk", "memory"), default="disk", help="of kafkalite (default disk)")
    parser.add_argument("--repeats", type=int, help="default 5")
    parser.add_argument("--megabytes", type=int, help="of one repeat of a bulk row (default 1000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every repeat")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="plot the ratios to the first peer")
    options = parser.parse_args()
    if options.svg and not options.peer + options.bootstrap:
        parser.error("--svg plots ratios: it needs a --peer or a --bootstrap")
    return options


def measure(options: argparse.Namespace, wanted: list[rows.Row], directory: Path) -> Results:
    sizes = rows.sizes(quick=options.quick, megabytes=options.megabytes)
    ours = Node(OURS, directory / OURS, options.store)
    peers: list[Peer] = [ours, *(make(kind, directory / kind) for kind in options.peer)]
    peers += [Running(text) for text in options.bootstrap]
    repeats = options.repeats or (2 if options.quick else 5)
    results = Results([peer.name for peer in peers], about(peers, sizes, repeats))
    try:
        runner.run(wanted, peers, sizes, repeats, results)
    except KeyboardInterrupt:
        runner.to_stderr("stopped; what is complete is kept")
    finally:
        for peer in peers:
            peer.stop()
    return results


def about(peers: list[Peer], sizes: rows.Sizes, repeats: int) -> dict[str, str]:
    """What the figures depend on."""
    return {
        **machine.description(),
        "client": f"librdkafka {generator.librdkafka_version()}",
        "repeats": f"{repeats}, of {sizes.megabytes} MB, {sizes.samples} samples, {sizes.seconds} s",
        **{peer.name: peer.version() for peer in peers},
    }


if __name__ == "__main__":
    main()
