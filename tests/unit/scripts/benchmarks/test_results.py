"""The table: medians, ranges, and ratios of figures that were measured beside each other."""

from __future__ import annotations

import pytest

from scripts.benchmarks.results import Line, Results, short, spread, table


def results() -> Results:
    found = Results(["kafkalite", "apache-kafka"])
    for ours, theirs in ((100.0, 50.0), (300.0, 100.0), (90.0, 90.0)):
        found.add("produce", "kafkalite", {"MB/s": ours})
        found.add("produce", "apache-kafka", {"MB/s": theirs})
    return found


def test_a_ratio_is_the_median_of_the_ratios_of_the_repeats() -> None:
    [line] = results().lines
    assert line.ratio("apache-kafka") == 2.0


def test_a_ratio_needs_both_figures_and_something_to_divide_by() -> None:
    assert Line("row", "ms", {"kafkalite": [1.0]}).ratio("apache-kafka") is None
    assert Line("row", "ms", {"kafkalite": [1.0], "apache-kafka": [0.0]}).ratio("apache-kafka") is None
    assert Line("row", "ms", {"kafkalite": [4.0, 9.0], "apache-kafka": [2.0]}).ratio("apache-kafka") == 2.0


@pytest.mark.parametrize(("figure", "more"), [("MB/s", True), ("broker CPU s/GB", False), ("p99, us", False)])
def test_a_figure_says_in_which_direction_better_is(figure: str, more: bool) -> None:
    assert Line("row", figure).more_is_better is more


def test_the_table_is_markdown_with_a_line_for_each_figure() -> None:
    lines = table(results()).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells == [
        ["row", "figure", "kafkalite", "apache-kafka", "ratio"],
        ["---"] * 5,
        ["produce", "MB/s", "100 (90.0 - 300)", "90.0 (50.0 - 100)", "**2.00**"],
    ]


def test_what_failed_is_said_under_the_table_and_leaves_its_cells_empty() -> None:
    found = results()
    found.add("sync", "kafkalite", {"p50, us": 150.0})
    found.fail("sync", "apache-kafka", "took more than 120 s")
    lines = table(found).splitlines()
    assert [cell.strip() for cell in lines[3].strip("|").split("|")] == ["sync", "p50, us", "150", "", ""]
    assert lines[-1] == "sync: apache-kafka: took more than 120 s"


def test_a_part_has_one_row_with_its_failures() -> None:
    found = results()
    found.add("sync", "kafkalite", {"p50, us": 150.0})
    found.fail("sync", "apache-kafka", "why")
    part = found.of("sync")
    assert [line.row for line in part.lines] == ["sync"]
    assert part.failures == {"sync": {"apache-kafka": "why"}}
    assert found.of("produce").failures == {}


def test_json_has_every_repeat_and_the_ratios() -> None:
    [line] = results().as_json()["lines"]
    assert line["values"]["kafkalite"] == [100.0, 300.0, 90.0]
    assert line["ratios"] == {"apache-kafka": 2.0}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0123, "0.012"), (0.571, "0.57"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (48700, "48,700")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_one_value_has_no_range() -> None:
    assert spread([]) == ""
    assert spread([2.0]) == "2.00"
    assert spread([3.0, 1.0, 2.0]) == "2.00 (1.00 - 3.00)"
