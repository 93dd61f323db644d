"""What is read of this machine's processes, and the end of time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.benchmarks import machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks read /proc")


def test_cpu_seconds_are_those_of_the_process() -> None:
    before = time.process_time()
    measured = machine.cpu_seconds(os.getpid())
    assert before <= measured <= time.process_time()


def test_cpu_seconds_of_another_process_and_none_of_one_that_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert machine.cpu_seconds(process.pid) >= 0
        assert process.pid in machine.children(os.getpid())
        assert 0 <= machine.age_seconds(process.pid) < 60
        process.communicate(b"\n")
    with pytest.raises(OSError, match="Invalid argument"):
        machine.cpu_seconds(process.pid)


def test_memory_is_what_this_interpreter_may_need() -> None:
    assert 5 < machine.resident_mib(os.getpid()) < 5000


def test_a_package_is_compiled_where_python_keeps_no_byte_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "inner").mkdir()
    for name in ("one.py", "inner/two.py"):
        (tmp_path / name).write_text("a = 1\n")
    machine.compile_package(tmp_path)
    assert sorted(path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")) == ["one", "two"]


def test_a_body_that_takes_too_long_is_interrupted() -> None:
    with pytest.raises(TimeoutError, match="the wait took more than 0 s"), machine.time_limit(0.01, "the wait"):
        signal.pause()


def test_in_time_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with machine.time_limit(60, "nothing"):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_the_description_names_what_figures_depend_on() -> None:
    assert machine.description().keys() >= {"CPU", "memory", "system", "Python", "load before"}
