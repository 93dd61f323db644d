"""This machine and its processes (Linux): CPU time, memory, limits, and what a table says of them."""

from __future__ import annotations

import compileall
import contextlib
import os
import platform
import resource
import signal
import tempfile
import time
import types
from collections.abc import Iterator
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU time, user and system, of a process with all its threads, to the nanosecond.

    Linux makes the clock's number from the pid: its complement, three bits of which say `of a whole process` and `as
    the scheduler counts`.
    """
    return time.clock_gettime((~pid << 3) | 2)


def resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def age_seconds(pid: int) -> float:
    """How long ago the process began."""
    began = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def raise_file_limit() -> int:
    """As many open files as this user may have, here and in what is started from here; returns how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def compile_package(directory: Path) -> None:
    """Keep a package's byte code, as pip does when it installs one. A checkout has none where PYTHONDONTWRITEBYTECODE
    is set: every start would compile all of it, for a third of its time, and that is no user's start.
    """
    compileall.compile_dir(directory, quiet=1)


def warm_page_cache(megabytes: int) -> None:
    """Touch as much memory as will be written: pages never touched before cost 2 CPU seconds per GB, whoever comes
    first.
    """
    piece = bytes(1_000_000)
    with tempfile.TemporaryFile(prefix="kafkalite-bench-") as file:
        for _ in range(megabytes):
            file.write(piece)


@contextlib.contextmanager
def time_limit(seconds: float, what: str) -> Iterator[None]:
    """Raise TimeoutError in the body, which runs in the main thread, when the time is over."""

    def over(_signal: int, _frame: types.FrameType | None) -> None:
        raise TimeoutError(f"{what} took more than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def description() -> dict[str, str]:
    """What a reader must know of the machine to judge a figure."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return {
        "CPU": f"{os.cpu_count()} x {names[0] if names else platform.machine()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"Linux {platform.release()}",
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }
