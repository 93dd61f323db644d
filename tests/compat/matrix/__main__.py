"""`scripts/compat`: run clients through scenarios, show each as it ends, and write a report.

    scripts/compat                                     every client here against kafkalite, which it starts
    scripts/compat --broker apache-kafka               the same against Apache Kafka 4.4 (needs Java and Maven)
    scripts/compat --bootstrap localhost:9092          against a broker that runs already
    scripts/compat --client franz-go --only codec      one client, the scenarios with `codec` in their name
    scripts/compat --list                              which clients and scenarios there are
    scripts/compat --quick                             the part that CI runs

The exit code is 0 if everything passed that a client can do and this machine has the tools for, 1 if something failed.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from tests.compat.brokers import COMMANDS
from tests.compat.clients import CLIENTS, LANGUAGES, Client
from tests.compat.scenarios import AREAS, Scenario, scenarios_for

from . import published
from .quick import quick_scenarios
from .report import write_report
from .results import FAIL, PASS, Cell, Results
from .rows import Plan, run
from .screen import Screen

INTERRUPTED = 130
"""What shells say of a command that ^C has ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if options.list:
        return show_list()
    plan = make_plan(options)
    screen = Screen(sys.stdout, sum(len(scenarios) for _, scenarios in plan.rows))
    begin = time.monotonic()
    results = Results(plan.broker_name(), date.today().isoformat())

    def take(cell: Cell) -> None:
        results.add(cell)
        screen.show(cell)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(plan, take, screen.say)
    except KeyboardInterrupt:
        screen.say("interrupted")
        return INTERRUPTED
    screen.summary(results, time.monotonic() - begin)
    if options.report:
        print(f"report: {write_report(options.report, results)}")
    if options.publish:
        print(f"published: {published.publish(results)}; now run scripts/compatibility_docs.py")
    drifted = published.drift(results) if options.check else []
    for line in drifted:
        print(f"not as published: {line}")
    return 1 if results.count(FAIL) or drifted or not results.count(PASS) else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/compat", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="use this running broker instead of starting one")
    parser.add_argument("--broker", choices=list(COMMANDS), help="which broker to start (default kafkalite)")
    parser.add_argument("--client", action="append", metavar="NAME", choices=[client.name for client in CLIENTS])
    parser.add_argument("--only", metavar="PATTERN", help="the scenarios whose name has this in it")
    parser.add_argument("--list", action="store_true", help="show clients and scenarios, and run nothing")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write results.json, junit.xml and index.html there")
    parser.add_argument("--quick", action="store_true", help="the part that CI runs")
    parser.add_argument("--check", action="store_true", help="fail if a cell differs from docs/compatibility/")
    parser.add_argument("--publish", action="store_true", help="write what was run to docs/compatibility/")
    parser.add_argument(
        "--jobs", type=int, default=min(os.cpu_count() or 1, 4), metavar="N", help="clients at a time (default: cores)"
    )
    options = parser.parse_args(arguments)
    if options.bootstrap and options.broker:
        parser.error("--bootstrap uses a broker, --broker starts one: not both")
    return options


def make_plan(options: argparse.Namespace) -> Plan:
    wanted = [client for client in CLIENTS if not options.client or client.name in options.client]
    rows = [(client, scenarios_of(client, options)) for client in wanted]
    rows = [(client, scenarios) for client, scenarios in rows if scenarios]
    if not rows:
        raise SystemExit(f"scripts/compat: no scenario has {options.only!r} in its name")
    return Plan(rows, options.bootstrap, options.broker or "kafkalite", options.jobs)


def scenarios_of(client: Client, options: argparse.Namespace) -> list[Scenario]:
    chosen = quick_scenarios(client) if options.quick else scenarios_for(client)
    return [scenario for scenario in chosen if not options.only or options.only in scenario.name]


def show_list() -> int:
    try:
        print("\n".join(list_lines()), flush=True)
    except BrokenPipeError:  # `| head` has read enough; what is left in the buffer goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def list_lines() -> Iterator[str]:
    for language, clients in LANGUAGES.items():
        yield f"{language}: {', '.join(client.name for client in clients)}"
    for area, scenarios in AREAS.items():
        yield f"\n{area}"
        for scenario in scenarios:
            needs = f" (needs {', '.join(scenario.needs)})" if scenario.needs else ""
            yield f"  {scenario.name:26} {scenario.proves}{needs}"


if __name__ == "__main__":
    sys.exit(main())
