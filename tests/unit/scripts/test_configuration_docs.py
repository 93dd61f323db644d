"""docs/configuration.md names every key, and drift is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.config import BROKER_KEYS, TOPIC_KEYS
from kafkalite.config.group_keys import GROUP_KEYS
from scripts import configuration_docs


def test_every_key_is_on_the_page() -> None:
    page = configuration_docs.page()
    assert [name for keys in (BROKER_KEYS, TOPIC_KEYS, GROUP_KEYS) for name in keys if f"`{name}`" not in page] == []


def test_a_default_of_ours_stands_beside_kafkas() -> None:
    line = next(line for line in configuration_docs.page().splitlines() if "`group.initial.rebalance.delay.ms`" in line)
    assert "| `0` |" in line
    assert "*Kafka's default: `3000`.*" in line


def test_what_changes_while_the_broker_runs_is_marked() -> None:
    lines = {line.split("`")[1]: line for line in configuration_docs.page().splitlines() if line.startswith("| `")}
    assert "*Dynamic.*" in lines["message.max.bytes"]
    assert "*Dynamic.*" not in lines["num.partitions"] + lines["listeners"] + lines["max.message.bytes"]


def test_check_tells_drift_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "docs" / "configuration.md"
    monkeypatch.setattr(configuration_docs, "PAGE", page)
    monkeypatch.setattr(configuration_docs, "ROOT", tmp_path)
    assert configuration_docs.main(["--check"]) == 1
    assert "run it" in capsys.readouterr().err
    assert not page.exists()
    assert configuration_docs.main([]) == 0
    assert configuration_docs.main(["--check"]) == 0
