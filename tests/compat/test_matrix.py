"""`scripts/compat` as a process: who ends it early leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from . import raw
from .cache import REPOSITORY
from .clients import Launch
from .matrix.__main__ import INTERRUPTED
from .pool import key

SECONDS = 60.0


def test_a_process_of_one_version_does_not_serve_another() -> None:
    old, new = (Launch(["python", "driver.py"], {"PYTHONPATH": version}) for version in ("2.0", "2.16"))
    assert key(old, "broker") == key(Launch(list(old.command), dict(old.environment)), "broker")
    assert len({key(old, "broker"), key(new, "broker"), key(new, "another broker")}) == 3


def command_lines(word: str) -> list[str]:
    """Return those of the running processes that have `word` in them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if word in line:
            found.append(line)
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("whom", ["the command", "its group"])
def test_what_is_ended_early_leaves_no_broker(tmp_path: Path, whom: str) -> None:
    """As `timeout` and `kill` do it: to the process alone, and to all of its group."""
    command = [sys.executable, "-m", "tests.compat.matrix", "--client", "kafka-python-3.0"]
    run = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        raw.until(lambda: any("-m kafkalite" in line for line in command_lines(str(tmp_path))), SECONDS, "a broker")
        if whom == "the command":
            run.terminate()
        else:
            os.killpg(run.pid, signal.SIGTERM)
        assert run.wait(SECONDS) == INTERRUPTED
        assert not command_lines(str(tmp_path))
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
