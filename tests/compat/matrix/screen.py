"""Progress for people: a line for each scenario as it ends, and the sum at the end."""

from typing import TextIO

from .results import CANNOT, FAIL, PASS, SKIP, Cell, Results

COLOURS = {PASS: "32", FAIL: "31;1", CANNOT: "2", SKIP: "33"}


class Screen:
    def __init__(self, output: TextIO, total: int) -> None:
        self._output = output
        self._total = total
        self._done = 0

    def say(self, text: str) -> None:
        self._write(f"{'':9} {text}")

    def show(self, cell: Cell) -> None:
        self._done += 1
        took = f"{cell.seconds:6.1f} s" if cell.seconds else f"{'':8}"
        place = f"{self._done:4}/{self._total}"
        reason = f"  {cell.reason}" if cell.reason else ""
        self._write(f"{place} {cell.client:24} {cell.scenario:26} {self._painted(cell.status)} {took}{reason}")

    def summary(self, results: Results, seconds: float) -> None:
        failures = results.failures()
        for cell in failures:
            self._write(f"\n== {cell.client}, {cell.scenario}: {cell.reason}\n{cell.log}")
        self._write("")
        for client in results.clients():
            cells = results.of(client)
            passed = sum(cell.status == PASS for cell in cells)
            played = [cell for cell in cells if cell.status in (PASS, FAIL)]
            if played:
                bad = "" if passed == len(played) else "  FAILED"
                self._write(f"{client:24} {passed:3} of {len(played):3} passed{bad}")
            else:
                self._write(f"{client:24} skipped: {cells[0].reason}")
        counts = ", ".join(f"{results.count(status)} {status}" for status in COLOURS)
        self._write(f"\n{results.broker}: {counts}, in {seconds // 60:.0f} min {seconds % 60:02.0f} s")

    def _painted(self, status: str) -> str:
        return f"\033[{COLOURS[status]}m{status:6}\033[0m" if self._output.isatty() else f"{status:6}"

    def _write(self, text: str) -> None:
        print(text, file=self._output, flush=True)
