"""What was measured, and the table of it: medians, ranges, and how many times a peer's figure kafkalite's is."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .rows import Figures

OURS = "kafkalite"


@dataclass
class Line:
    """One figure of one row: what each repeat measured, by peer."""

    row: str
    figure: str
    values: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, peer: str) -> float | None:
        """kafkalite's by the peer's: the median over the repeats, each with its own neighbour in time."""
        ours, theirs = self.values.get(OURS, []), self.values.get(peer, [])
        ratios = [our / their for our, their in zip(ours, theirs, strict=False) if their]
        return statistics.median(ratios) if ratios else None

    @property
    def more_is_better(self) -> bool:
        return self.figure.endswith("/s")


@dataclass
class Results:
    peers: list[str]
    about: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    failures: dict[str, dict[str, str]] = field(default_factory=dict)
    """Row -> peer -> why it has no figure, or none of all repeats."""

    def add(self, row: str, peer: str, figures: Figures) -> None:
        for figure, value in figures.items():
            self._line(row, figure).values.setdefault(peer, []).append(value)

    def _line(self, row: str, figure: str) -> Line:
        for line in self.lines:
            if (line.row, line.figure) == (row, figure):
                return line
        self.lines.append(Line(row, figure))
        return self.lines[-1]

    def fail(self, row: str, peer: str, reason: str) -> None:
        self.failures.setdefault(row, {})[peer] = reason

    def of(self, row: str) -> Results:
        """One row alone."""
        failures = {row: self.failures[row]} if row in self.failures else {}
        return Results(self.peers, {}, [line for line in self.lines if line.row == row], failures)

    def as_json(self) -> dict[str, Any]:
        ratios = [{peer: line.ratio(peer) for peer in self.others} for line in self.lines]
        lines = [asdict(line) | {"ratios": each} for line, each in zip(self.lines, ratios, strict=True)]
        return {"about": self.about, "peers": self.peers, "lines": lines, "failures": self.failures}

    @property
    def others(self) -> list[str]:
        return [peer for peer in self.peers if peer != OURS]


def table(results: Results, *, head: bool = True) -> str:
    """Markdown that can be read as it is."""
    others = results.others
    titles = ["row", "figure", OURS, *(title for peer in others for title in (peer, "ratio"))]
    rows = [titles, ["---"] * len(titles)] if head else []
    for line in results.lines:
        rows.append([line.row, line.figure, spread(line.values.get(OURS, []))])
        for peer in others:
            ratio = line.ratio(peer)
            rows[-1] += [spread(line.values.get(peer, [])), "" if ratio is None else f"**{short(ratio)}**"]
    text = [aligned(row) for row in rows]
    text += [f"\n{row}: {peer}: {why}" for row, peers in results.failures.items() for peer, why in peers.items()]
    return "\n".join(text)


WIDTHS = [44, 18, 24]


def aligned(cells: Sequence[str]) -> str:
    widths = [*WIDTHS, *[24, 8] * len(cells)]
    return "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=False)) + " |"


def spread(values: Sequence[float]) -> str:
    """The median, and what lies to both sides of it."""
    if len(values) < 2:
        return "".join(short(value) for value in values)
    return f"{short(statistics.median(values))} ({short(min(values))} - {short(max(values))})"


def short(value: float) -> str:
    """Two or three digits of it, or all before the point."""
    if abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.{2 if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}"
