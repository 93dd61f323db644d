"""How much memory there is: the machine's, or a container's part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage import machine_memory as module
from kafkalite.storage.machine_memory import machine_memory


def test_this_machine_has_some() -> None:
    found = machine_memory()
    assert found is not None
    assert found > 64 * 1024 * 1024


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["max\n", None], 1000),
        (["300\n", None], 300),
        ([None, "400\n"], 400),
        ([None, "9223372036854771712\n"], 1000),
        ([None, "nonsense"], 1000),
    ],
)
def test_a_container_has_what_its_limit_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: list[str | None], expected: int
) -> None:
    monkeypatch.setattr(module, "_physical", lambda: 1000)
    paths = [tmp_path / "two", tmp_path / "one"]
    for path, text in zip(paths, texts, strict=True):
        if text is not None:
            path.write_text(text)
    assert machine_memory(paths) == expected


def test_a_system_that_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_physical", lambda: None)
    assert machine_memory([]) is None
