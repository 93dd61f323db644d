"""The plot is SVG with a bar for each ratio, to the side that says who is better."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from scripts.benchmarks import plot
from scripts.benchmarks.results import Line, Results

SVG = "{http://www.w3.org/2000/svg}"
MIDDLE = plot.place(1.0)


def line(figure: str, ours: float, theirs: float) -> Line:
    return Line("row <1>", figure, {"kafkalite": [ours], "apache-kafka": [theirs]})


def drawn(*lines: Line) -> ElementTree.Element:
    results = Results(["kafkalite", "apache-kafka"], lines=list(lines))
    return ElementTree.fromstring(plot.svg(results, "apache-kafka"))


def bars(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Left and right of each."""
    found = [one for one in root.iter(f"{SVG}rect") if one.get("class") != "back"]
    edges = [(float(one.attrib["x"]), float(one.attrib["width"])) for one in found]
    return [(left, left + width) for left, width in edges]


@pytest.mark.parametrize(
    ("figure", "ours", "theirs", "times"),
    [("MB/s", 200.0, 100.0, 2.0), ("broker CPU s/GB", 1.0, 4.0, 4.0), ("p50, us", 300.0, 150.0, 0.5)],
)
def test_a_gain_is_more_of_a_rate_or_less_of_a_cost(figure: str, ours: float, theirs: float, times: float) -> None:
    assert plot.gain(line(figure, ours, theirs), "apache-kafka") == times


def test_without_a_ratio_there_is_no_bar() -> None:
    alone = Line("row", "MB/s", {"kafkalite": [1.0]})
    nothing = line("ms", 0.0, 5.0)
    assert plot.gain(alone, "apache-kafka") is None
    assert plot.gain(nothing, "apache-kafka") is None
    assert bars(drawn(alone, nothing)) == []


def test_better_goes_right_and_worse_goes_left_from_the_middle() -> None:
    better, worse = bars(drawn(line("MB/s", 200, 100), line("MB/s", 100, 200)))
    assert better[0] == pytest.approx(MIDDLE, abs=0.1)
    assert worse[1] == pytest.approx(MIDDLE, abs=0.1)
    assert better[1] - better[0] == pytest.approx(worse[1] - worse[0], abs=0.2)


def test_each_doubling_is_as_wide_and_bars_end_at_the_edge() -> None:
    assert plot.place(4.0) - plot.place(2.0) == pytest.approx(plot.place(2.0) - MIDDLE)
    assert plot.place(1000.0) == plot.place(32.0)
    assert plot.place(0.001) == plot.place(1 / 32)


def test_the_text_names_row_figure_and_number() -> None:
    texts = [one.text for one in drawn(line("MB/s", 3000, 100)).iter(f"{SVG}text")]
    assert "row <1>: MB/s" in texts
    assert "30" in texts
    assert "How many times better than apache-kafka" in texts
