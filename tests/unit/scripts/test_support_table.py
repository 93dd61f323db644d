"""The support table says what the broker answers, beside what Kafka knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.apis.table import APIS, Api
from scripts import readme as readme_tables
from scripts import support_table

KAFKA = {
    0: ("Produce", (3, 13)),
    3: ("Metadata", (0, 13)),
    60: ("DescribeCluster", (0, 2)),
    66: ("ListTransactions", (0, 2)),
}


def test_the_table_lists_what_is_answered_by_key_and_then_what_is_not() -> None:
    rows = [Api(60, "DescribeCluster", (0, 0)), Api(0, "Produce", (3, 13))]
    assert support_table.table(rows, KAFKA).splitlines() == [
        "| API | key | kafkalite | Kafka 4.4 |",
        "|---|---|---|---|",
        "| Produce | 0 | 3-13 | 3-13 |",
        "| DescribeCluster | 60 | 0 | 0-2 |",
        "",
        "Not answered yet, and not advertised: Metadata, ListTransactions.",
    ]


def test_kafkas_versions_are_read_from_protocol() -> None:
    apis = support_table.kafkas_apis(Path(support_table.ROOT, "protocol", "messages"))
    assert len(apis) == 79
    assert apis[0] == ("Produce", (3, 13))
    assert all(apis[api.key][0] == api.name for api in APIS)


def test_check_tells_drift_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{readme_tables.begin(support_table.NAME)}\n{readme_tables.end(support_table.NAME)}\n")
    (tmp_path / "protocol").symlink_to(support_table.ROOT / "protocol")
    monkeypatch.setattr(support_table, "ROOT", tmp_path)
    before = readme.read_text()
    assert support_table.main(["--check"]) == 1
    assert "run it" in capsys.readouterr().err
    assert readme.read_text() == before
    assert support_table.main([]) == 0
    assert support_table.main(["--check"]) == 0
