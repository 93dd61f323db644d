"""check.py runs every chosen step, stops at none, and says which failed."""

from __future__ import annotations

import pytest

from scripts import check

OK, BAD = ["-c", ""], ["-c", "raise SystemExit(3)"]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    show = ["-c", "import sys; print('pytest got', *sys.argv[1:])"]
    monkeypatch.setattr(check, "STEPS", {"first": BAD, "second": OK, "unit": show, "compat": show})


def test_a_failed_step_stops_nothing_and_is_told_at_the_end(steps: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    said = capfd.readouterr().out
    assert [name for name in ("first", "second", "unit", "compat") if f"\n== {name}: " in said] == list(check.STEPS)
    assert said.endswith("failed: first\n")
    assert "second         passed" in said


def test_what_runs_beside_compat_is_shown_and_counts(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = ["-c", "print('from beside'); raise SystemExit(1)"]
    monkeypatch.setattr(check, "STEPS", {"unit": OK, "faults": loud, "moves": OK, "compat": OK, "matrix": OK})
    assert check.main([]) == 1
    said = capfd.readouterr().out
    assert said.index("== faults: ") < said.index("from beside") < said.index("== summary")
    assert said.count("== faults: ") == said.count("== moves: ") == 1
    assert said.endswith("failed: faults\n")
    assert check.main(["--only", "moves"]) == 0
    assert "== moves: " in capfd.readouterr().out


def test_chosen_steps_only(steps: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--skip", "first", "--skip", "unit"]) == 0
    assert check.main(["--only", "second"]) == 0
    assert "== first" not in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "receiver"),
    [(["--only", "unit"], "unit"), (["--only", "compat"], "compat"), (["--skip", "first"], "compat")],
)
def test_options_it_does_not_know_go_to_one_pytest_step(
    steps: None, capfd: pytest.CaptureFixture[str], arguments: list[str], receiver: str
) -> None:
    assert check.main([*arguments, "--bootstrap", "h:1", "-k", "x"]) == 0
    said = capfd.readouterr().out
    assert said.count("pytest got --bootstrap h:1 -k x") == 1
    assert said.index(f"== {receiver}: ") < said.index("pytest got --bootstrap")


def test_options_that_nothing_understands_are_refused(steps: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check.main(["--only", "second", "--nonsense"])
    assert ended.value.code == 2
    assert "nothing understands --nonsense" in capsys.readouterr().err
