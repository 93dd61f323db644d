"""A plot of the ratios as SVG: a bar for each figure, to the right of the middle where kafkalite is better."""

from __future__ import annotations

import math
from html import escape

from .results import OURS, Line, Results

ROW_HEIGHT = 22
NAMES = 400
HALF = 260
MARGIN = 70
TOP = 60
MOST = 5.0
"""Doublings to each side; a longer bar is cut off and says so with its number."""

BETTER, WORSE = "#2a7f62", "#b4543c"
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-weight: 600; font-size: 15px } .quiet { fill: #666 }
rect.back { fill: #fff } line { stroke: #ddd } line.middle { stroke: #888 }
"""


def gain(line: Line, peer: str) -> float | None:
    """How many times better: a rate by the peer's, or the peer's cost by ours."""
    ratio = line.ratio(peer)
    if not ratio:
        return None
    return ratio if line.more_is_better else 1 / ratio


def svg(results: Results, peer: str) -> str:
    bars = [(line, found) for line in results.lines if (found := gain(line, peer)) is not None]
    height = TOP + ROW_HEIGHT * len(bars) + 30
    width = NAMES + 2 * HALF + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(f'{OURS} beside {peer}')}</title><style>{STYLE}</style>",
        f'<rect class="back" width="{width}" height="{height}"/>',
        f'<text class="title" x="12" y="22">{escape(f"How many times better than {peer}")}</text>',
        *grid(height),
        *(part for index, (line, found) in enumerate(bars) for part in bar(index, line, found)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def place(times: float) -> float:
    """The x of so many times better: each doubling has the same width."""
    doublings = max(-MOST, min(MOST, math.log2(times)))
    return NAMES + MARGIN + HALF + doublings / MOST * HALF


def grid(height: int) -> list[str]:
    parts = []
    for power in range(-int(MOST), int(MOST) + 1):
        x = place(2.0**power)
        name = f"{2**power}x" if power >= 0 else f"1/{2**-power}"
        kind = ' class="middle"' if power == 0 else ""
        parts.append(f'<line{kind} x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - 24}"/>')
        parts.append(f'<text class="quiet" x="{x:.1f}" y="{TOP - 12}" text-anchor="middle">{name}</text>')
    return parts


def bar(index: int, line: Line, times: float) -> list[str]:
    y = TOP + ROW_HEIGHT * index
    left, right = sorted((place(1.0), place(times)))
    is_better = times >= 1
    text_x, anchor = (right + 6, "start") if is_better else (left - 6, "end")
    shown = f"{times:,.0f}" if times >= 10 else f"{times:.2f}"
    return [
        f'<text x="{NAMES - 6}" y="{y + 15}" text-anchor="end">{escape(f"{line.row}: {line.figure}")}</text>',
        f'<rect x="{left:.1f}" y="{y + 4}" width="{max(1.0, right - left):.1f}" height="{ROW_HEIGHT - 8}" '
        f'fill="{BETTER if is_better else WORSE}"/>',
        f'<text class="quiet" x="{text_x:.1f}" y="{y + 15}" text-anchor="{anchor}">{shown}</text>',
    ]
