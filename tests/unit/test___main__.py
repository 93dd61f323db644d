"""`python -m kafkalite` is the command."""

from __future__ import annotations

import subprocess
import sys

from kafkalite import __version__


def test_python_m_kafkalite_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "kafkalite", "--version"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"kafkalite {__version__}\n", "")
