"""The published runs become a page and a table, and a fresh run that differs is told."""

from __future__ import annotations

import pytest

from scripts import compatibility_docs as docs
from tests.compat.matrix import published
from tests.compat.matrix.page import page
from tests.compat.matrix.report import junit
from tests.compat.matrix.results import CANNOT, FAIL, PASS, SKIP, Cell, Results


def results(*cells: Cell, broker: str = "kafkalite 1.2") -> Results:
    found = Results(broker, "2026-01-02")
    for cell in cells:
        found.add(cell)
    return found


OURS = results(
    Cell("franz-go", "keys", PASS, 0.5, version="1.22"),
    Cell("franz-go", "nulls", FAIL, 0.1, reason="it <broke>", log="a log & more", version="1.22"),
    Cell("franz-go", "transactions", CANNOT, reason="it has none"),
    Cell("kcat", "keys", PASS, version="1.7"),
)
REFERENCE = results(
    *(Cell("franz-go", name, PASS, version="1.22") for name in ("keys", "nulls")), broker="Apache Kafka 4.4.0"
)


def test_what_was_written_is_what_was_read() -> None:
    again = Results.from_json(OURS.as_json())
    assert {place: cell.status for place, cell in again.cells.items()} == {
        place: cell.status for place, cell in OURS.cells.items()
    }
    assert (again.broker, again.date, again.version("kcat")) == ("kafkalite 1.2", "2026-01-02", "1.7")
    assert again.as_json() == OURS.as_json()
    assert len(OURS.as_json().splitlines()) == 2 + len(OURS.clients())


def test_the_document_names_failures_and_reasons() -> None:
    text = docs.document(OURS, REFERENCE)
    assert "kafkalite 1.2 (2026-01-02)" in text
    assert "| nulls | ✗ |" in text
    assert "- franz-go cannot: transactions (it has none)." in text
    assert "| keys | (✓) |" in text  # with kcat
    turned = docs.document(REFERENCE, OURS)
    assert "| nulls | ✓ ✗ᴷ |" in turned


def test_frameworks_have_scenarios_and_tables_of_their_own() -> None:
    both = results(*OURS.cells.values(), Cell("kafka-streams", "word_count", PASS, version="4.3.1"))
    plain, frameworks = docs.document(both, both).split("## What the scenarios prove")[0].split("## Frameworks")
    assert "| word_count | ✓ |" in frameworks
    assert "| keys |" not in frameworks
    assert "| keys |" in plain
    assert "word_count" not in plain
    assert (page(OURS).count("<table>"), page(both).count("<table>")) == (1, 2)


def test_the_short_table_counts_what_was_played() -> None:
    lines = docs.short_table(OURS, REFERENCE).splitlines()
    assert lines[2:] == ["| franz-go (Go) | 1.22 | 1 of 2 | 2 of 2 |", "| kcat (C) | 1.7 | 1 of 1 | not run yet |"]


@pytest.mark.parametrize(
    ("fresh", "told"),
    [
        (Cell("franz-go", "keys", PASS, version="1.22"), []),
        (Cell("franz-go", "keys", SKIP, reason="no go"), []),
        (Cell("sarama", "keys", FAIL), []),
        (Cell("franz-go", "keys", FAIL, version="1.22"), ["franz-go, keys was pass and is fail now"]),
        (Cell("franz-go", "nulls", PASS, version="1.22"), ["franz-go, nulls was fail and is pass now"]),
        (Cell("franz-go", "keys", PASS, version="1.23"), ["franz-go, keys was run with 1.22 and now with 1.23"]),
        (Cell("franz-go", "seek", PASS, version="1.22"), ["franz-go, seek was not run then"]),
    ],
)
def test_a_cell_that_is_not_as_published_is_told(monkeypatch: pytest.MonkeyPatch, fresh: Cell, told: list[str]) -> None:
    monkeypatch.setattr(published, "load", lambda path: OURS)
    assert published.drift(results(fresh)) == told


def test_the_page_and_the_junit_file_hold_the_logs_of_failures() -> None:
    text = page(OURS)
    assert "it &lt;broke&gt;" in text
    assert "a log &amp; more" in text
    assert 'href="#franz-go-nulls"' in text
    assert 'id="franz-go-nulls"' in text
    suites = junit(OURS).getroot()
    assert suites is not None
    assert [suite.get("failures") for suite in suites] == ["1", "0"]
    assert [case.text for case in suites.iter("failure")] == ["a log & more"]
