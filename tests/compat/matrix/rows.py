"""Runs the rows of the matrix: each client in a process of its own, with a broker of its own, some at a time."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.compat.cache import REPOSITORY, Unavailable
from tests.compat.clients import Client
from tests.compat.scenarios import Scenario

from .results import CANNOT, FAIL, LOG_CHARACTERS, SKIP, Cell, why_not

TESTS = REPOSITORY / "tests" / "compat" / "test_clients.py"
NO_RESTART = "nobody said how to restart the broker behind --bootstrap"

_playing: "set[subprocess.Popen[bytes]]" = set()

Take = Callable[[Cell], None]
Say = Callable[[str], None]


@dataclass
class Plan:
    rows: Sequence[tuple[Client, Sequence[Scenario]]]
    bootstrap: str | None
    broker: str
    jobs: int

    def broker_name(self) -> str:
        if self.bootstrap:
            return f"the broker at {self.bootstrap}"
        if self.broker == "kafkalite":
            from kafkalite import __version__

            return f"kafkalite {__version__}"
        from scripts.apache_kafka import VERSION

        return f"Apache Kafka {VERSION}"

    def options(self) -> list[str]:
        return ["--bootstrap", self.bootstrap] if self.bootstrap else ["--broker", self.broker]


def run(plan: Plan, take: Take, say: Say) -> None:
    """Give every cell to `take`, one after the other, as it is known."""
    lock = threading.Lock()

    def take_one(cell: Cell) -> None:
        with lock:
            take(cell)

    with ThreadPoolExecutor(plan.jobs) as workers:
        futures = [workers.submit(run_row, plan, client, scenarios, take_one, say) for client, scenarios in plan.rows]
        try:
            for future in futures:
                future.result()
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            for process in tuple(_playing):
                process.terminate()  # it ends its broker and its clients, and then its row
            raise


def run_row(plan: Plan, client: Client, scenarios: Sequence[Scenario], take: Take, say: Say) -> None:
    playable = []
    for scenario in scenarios:
        if (reason := why_not(client, scenario)) is not None:
            take(Cell(client.name, scenario.name, CANNOT, reason=reason))
        elif scenario.restarts and plan.bootstrap:
            take(Cell(client.name, scenario.name, SKIP, reason=NO_RESTART))
        else:
            playable.append(scenario)
    try:
        prepare(client, playable, say)
    except Unavailable as reason:
        for scenario in playable:
            take(Cell(client.name, scenario.name, SKIP, reason=str(reason)))
        return
    if playable:
        play(plan, client, playable, take)


def prepare(client: Client, scenarios: Sequence[Scenario], say: Say) -> None:
    """Have the client's packages and programs in the cache."""
    say(f"{client.name}: getting it ready")
    client.prepare()
    if client.transactions is not None and any("transactions" in scenario.needs for scenario in scenarios):
        client.transactions()


def play(plan: Plan, client: Client, scenarios: Sequence[Scenario], take: Take) -> None:
    command = [sys.executable, "-m", "pytest", str(TESTS), "-q", "-p", "no:cacheprovider", "--client", client.name]
    command += [word for scenario in scenarios for word in ("--scenario", scenario.name)]
    missing = {scenario.name for scenario in scenarios}
    with tempfile.TemporaryDirectory(prefix="compat-", ignore_cleanup_errors=True) as work:
        cells, output = Path(work, "cells"), Path(work, "output")
        os.mkfifo(cells)
        command += [*plan.options(), "--cells", str(cells), "--basetemp", f"{work}/files"]
        with output.open("wb") as log:
            process = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=log)
        _playing.add(process)
        for line in lines(cells, process):
            cell = Cell.from_line(line)
            missing.discard(cell.scenario)
            take(cell)
        code = process.wait()
        _playing.discard(process)
        text = output.read_text(errors="replace")[-LOG_CHARACTERS:]
    for scenario in scenarios:
        if scenario.name in missing:
            take(Cell(client.name, scenario.name, FAIL, reason=f"its run ended with {code}", log=text))
            text = "as above"


def lines(pipe: Path, process: "subprocess.Popen[bytes]") -> Iterator[str]:
    """What the process writes into the pipe, until it closes it; nothing if it ends before it opens it."""

    def unblock() -> None:
        process.wait()
        with open(os.open(pipe, os.O_RDWR | os.O_NONBLOCK), "w"):
            pass

    threading.Thread(target=unblock, daemon=True).start()
    with pipe.open() as written:
        yield from written
