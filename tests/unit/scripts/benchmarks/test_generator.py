"""How a job of the load generator is called, and what becomes of its failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.benchmarks import generator
from tests.compat.cache import Unavailable


def test_arguments_and_settings_of_librdkafka(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "program", lambda: Path("load"))
    command = generator.command("produce", {"linger.ms": "5"}, {"topic": "t", "in_flight": 3})
    assert command == ["load", "produce", "topic=t", "in-flight=3", "-X", "linger.ms=5"]


def script(directory: Path, text: str) -> Path:
    path = directory / "load"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_answer_is_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path, """echo '{"seconds": 1.5}'""")
    monkeypatch.setattr(generator, "program", lambda: path)
    assert generator.run("produce") == {"seconds": 1.5}


def test_a_failure_says_what_the_program_said_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path, "echo first >&2; echo last >&2; exit 1")
    monkeypatch.setattr(generator, "program", lambda: path)
    with pytest.raises(generator.Failed, match=r"^load sync: last$"):
        generator.run("sync")


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path, "exec sleep 60")
    monkeypatch.setattr(generator, "program", lambda: path)
    monkeypatch.setattr(generator, "RUN_SECONDS", 0.2)
    with pytest.raises(generator.Failed, match="did not end"):
        generator.run("sync")


def test_without_a_compiler_the_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKALITE_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    generator.program.cache_clear()
    with pytest.raises(Unavailable, match="no C compiler"):
        generator.program()


def test_what_goes_on_beside_ends_with_the_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path, "exec sleep 60")
    monkeypatch.setattr(generator, "program", lambda: path)
    with generator.going_on("connections"):
        pass


def test_what_goes_on_beside_must_not_end_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(tmp_path, "echo broken >&2; exit 1")
    monkeypatch.setattr(generator, "program", lambda: path)
    with (
        pytest.raises(generator.Failed, match="load connections ended: broken"),
        generator.going_on("connections") as process,
    ):
        process.wait(10)
