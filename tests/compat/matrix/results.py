"""What a run found out: a cell for each client and scenario, written as it comes and kept as JSON."""

import json
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tests.compat.clients import CLIENTS, LANGUAGES, Client
from tests.compat.scenarios import SCENARIOS, Scenario

if TYPE_CHECKING:
    from tests.compat.scenarios import Stage

PASS, FAIL, CANNOT, SKIP = "pass", "fail", "cannot", "skip"
"""The broker did what was expected; it did not; the client lacks it on any broker; this machine or run lacks it."""

LOG_CHARACTERS = 6000


@dataclass
class Cell:
    client: str
    scenario: str
    status: str
    seconds: float = 0.0
    reason: str = ""
    log: str = ""
    version: str = ""

    def as_line(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> "Cell":
        return cls(**json.loads(line))


def why_not(client: Client, scenario: Scenario) -> str | None:
    """What the client says for being unable, if it is."""
    missing = [ability for ability in scenario.needs if ability in client.cannot]
    return client.cannot[missing[0]] if missing else None


@dataclass
class Results:
    """Of one broker, on one day."""

    broker: str
    date: str
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        self.cells[cell.client, cell.scenario] = cell

    def clients(self) -> list[str]:
        """Those that were asked for, in the order of clients/."""
        names = {client for client, _ in self.cells}
        return [client.name for client in CLIENTS if client.name in names]

    def scenarios(self) -> list[str]:
        names = {scenario for _, scenario in self.cells}
        return [scenario.name for scenario in SCENARIOS if scenario.name in names]

    def of(self, client: str) -> list[Cell]:
        return [self.cells[client, name] for name in self.scenarios() if (client, name) in self.cells]

    def version(self, client: str) -> str:
        return next((cell.version for cell in self.of(client) if cell.version), "")

    def count(self, status: str) -> int:
        return sum(cell.status == status for cell in self.cells.values())

    def failures(self) -> list[Cell]:
        return [cell for client in self.clients() for cell in self.of(client) if cell.status == FAIL]

    def as_json(self, *, logs: bool = False) -> str:
        """A line for each client, so that a change of one cell is a change of one line."""
        rows = {client: self._row(client, logs=logs) for client in self.clients()}
        lines = ",\n".join(f"  {json.dumps(client)}: {json.dumps(row)}" for client, row in rows.items())
        head = f'"broker": {json.dumps(self.broker)}, "date": {json.dumps(self.date)}'
        return f'{{{head}, "clients": {{\n{lines}\n}}}}\n'

    def _row(self, client: str, *, logs: bool) -> dict[str, Any]:
        row: dict[str, Any] = {"version": self.version(client)}
        for status in (PASS, FAIL, CANNOT, SKIP):
            cells = [cell for cell in self.of(client) if cell.status == status]
            if cells and status == PASS:
                row[status] = [cell.scenario for cell in cells]
            elif cells:
                row[status] = {cell.scenario: cell.reason for cell in cells}
        if logs:
            row["seconds"] = {cell.scenario: round(cell.seconds, 2) for cell in self.of(client) if cell.seconds}
            row["logs"] = {cell.scenario: cell.log for cell in self.of(client) if cell.log}
        return row

    @classmethod
    def from_json(cls, text: str) -> "Results":
        read = json.loads(text)
        results = cls(read["broker"], read["date"])
        for client, row in read["clients"].items():
            for status in (PASS, FAIL, CANNOT, SKIP):
                for scenario in row.get(status, ()):
                    reason = "" if status == PASS else row[status][scenario]
                    results.add(Cell(client, scenario, status, reason=reason, version=row["version"]))
        return results


def language_of(client: str) -> str:
    return next(name for name, clients in LANGUAGES.items() if client in {one.name for one in clients})


# --- as the tests run ---------------------------------------------------------------------------------------------


@dataclass
class Record:
    stage: "Stage | None" = None


class Recorder:
    """Writes the cell of each scenario as a line, if anybody wants to read them."""

    def __init__(self, output: TextIO | None) -> None:
        self._output = output

    @contextmanager
    def record(self, client: Client, scenario: Scenario) -> Iterator[Record]:
        record, begin = Record(), time.monotonic()
        cell = Cell(client.name, scenario.name, PASS)
        try:
            yield record
        except BaseException as error:
            cell.status, cell.reason, cell.log = FAIL, first_line(error), log_of(record, error)
            raise
        finally:
            cell.seconds = time.monotonic() - begin
            if record.stage is not None:
                versions = [driver.hello["version"] for driver in record.stage.drivers]
                cell.version = versions[0].removeprefix("v") if versions else ""
            if self._output is not None:
                print(cell.as_line(), file=self._output, flush=True)


def first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def log_of(record: Record, error: BaseException) -> str:
    """What happened, and the ends of what the drivers and the broker had to say."""
    parts = ["".join(traceback.format_exception(error))]
    if record.stage is not None:
        files = [(f"stderr of driver {number}", driver.log) for number, driver in enumerate(record.stage.drivers, 1)]
        stderr: Path | None = getattr(record.stage.broker, "stderr", None)
        parts += tails([*files, *([("stderr of the broker", stderr)] if stderr else [])])
    return "\n".join(parts)


def tails(files: Iterable[tuple[str, Path]]) -> list[str]:
    read = [(what, path.read_text(errors="replace")) for what, path in files]
    return [f"--- {what}\n{text[-LOG_CHARACTERS:]}" for what, text in read if text.strip()]
