"""Run everything that CI checks, most of it one step after the other, and say at the end what failed.

    python scripts/check.py                           everything
    python scripts/check.py --only unit -k heartbeat  one step; options it does not know go to pytest
    python scripts/check.py --skip compat             all but one
    python scripts/check.py --only compat --bootstrap localhost:9092

The step `matrix` is the part of `scripts/compat` that CI can afford; a client whose toolchain is missing is skipped,
and a cell that is not as published in docs/compatibility/ fails.

`scripts/test` does the same in a virtual environment of its own making. Options for pytest go to the compat step, or to
the unit step where that one does not run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

OWN_STEPS = ("clients", "log_directory")
"""Of tests/compat: `matrix` and `moves`."""

STEPS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "messages": ["scripts/generate_messages.py", "--check"],
    "support": ["scripts/support_table.py", "--check"],
    "configuration": ["scripts/configuration_docs.py", "--check"],
    "compatibility": ["scripts/compatibility_docs.py", "--check"],
    "unit": ["-m", "pytest", "tests/unit"],
    "faults": ["-m", "pytest", "tests/unit", "-m", "every_case", "--every-case", "-s", "-q"],
    "moves": ["-m", "pytest", "tests/compat/test_log_directory.py"],
    "compat": ["-m", "pytest", "tests/compat", *(f"--ignore=tests/compat/test_{name}.py" for name in OWN_STEPS)],
    "matrix": ["-m", "tests.compat.matrix", "--quick", "--check"],
}
"""Name of a step -> what Python runs for it."""

OF_PYTEST = ("compat", "unit")

BESIDE_COMPAT = ("faults", "moves")
"""Run one after the other while `compat` waits for its clients, where that runs, too; shown when they have ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], epilog="Other options go to pytest.", allow_abbrev=False
    )
    parser.add_argument("--only", action="append", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--skip", action="append", choices=STEPS, metavar="STEP", default=[])
    options, for_pytest = parser.parse_known_args(arguments)
    chosen = [name for name in STEPS if name in (options.only or STEPS) and name not in options.skip]
    pytest_step = next((name for name in OF_PYTEST if name in chosen), None)
    if for_pytest and pytest_step is None:
        parser.error(f"no step runs pytest, so nothing understands {' '.join(for_pytest)}")
    beside = [name for name in BESIDE_COMPAT if name in chosen and "compat" in chosen]
    results = []
    with ThreadPoolExecutor(max_workers=1) as lane:
        begun: list[Future[tuple[str, bool, float]]] = []
        for name in (one for one in chosen if one not in beside):
            if name == "compat":
                begun = [lane.submit(run, one, [], beside=True) for one in beside]
            results.append(run(name, for_pytest if name == pytest_step else []))
        results += [future.result() for future in begun]
    return summary(results)


def run(name: str, more: Sequence[str], *, beside: bool = False) -> tuple[str, bool, float]:
    """Run one step, its output as it comes (beside another: at its end); return (name, whether it passed, seconds)."""
    command = [*STEPS[name], *more]
    title = f"\n== {name}: {' '.join(command)}"
    if not beside:
        print(title, flush=True)
    begin = time.monotonic()
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if beside else {}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, text=True, **output)  # type: ignore[call-overload]
    if beside:
        print(f"{title}\n{done.stdout}", flush=True)
    return name, done.returncode == 0, time.monotonic() - begin


def summary(results: Sequence[tuple[str, bool, float]]) -> int:
    print("\n== summary")
    for name, passed, seconds in results:
        print(f"{name:14} {'passed' if passed else 'FAILED'} {seconds:8.1f} s")
    failed = [name for name, passed, _ in results if not passed]
    print(f"failed: {', '.join(failed)}" if failed else "everything passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
