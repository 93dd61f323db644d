"""scripts/serve and scripts/test: which Python they take, when they install, what they say when something is missing.

Python itself is played by a shell script, so that nothing is installed and no network is asked.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")

# Answers what environment.sh asks, by exit codes from its own environment, and notes what it is told to run.
PYTHON = """\
#!/bin/sh
case "$*" in
    *version_info*) exit ${OLD-0} ;;
    *ensurepip*) exit ${INCOMPLETE-0} ;;
    --version) echo Python 3.99 ;;
    "-m venv --clear "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
    "-m pip "*) echo "pip $*" >>"$NOTES"; exit ${OFFLINE-0} ;;
    *) echo "$*" >>"$NOTES" ;;
esac
"""


class Checkout:
    """A checkout with nothing but the scripts, and a machine with nothing but `python`."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "a checkout"
        self.machine = directory / "bin"
        self.notes = directory / "notes"
        (self.root / "scripts").mkdir(parents=True)
        self.machine.mkdir()
        for name in ("environment.sh", "serve", "test"):
            shutil.copy(SCRIPTS / name, self.root / "scripts" / name)
        for tool in ("sh", "dirname", "cat", "cksum", "mkdir", "cp"):
            found = shutil.which(tool)
            assert found is not None
            (self.machine / tool).symlink_to(found)
        self.pyproject("first")

    def pyproject(self, text: str) -> None:
        (self.root / "pyproject.toml").write_text(text)

    def python(self, name: str) -> None:
        path = self.machine / name
        path.write_text(PYTHON)
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "scripts" / script, *arguments],
            env={"PATH": str(self.machine), "NOTES": str(self.notes)} | environ,
            cwd=self.machine,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def noted(self) -> list[str]:
        """What Python was told to run since the last look."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_start_installs_and_says_so_and_the_second_does_not(checkout: Checkout) -> None:
    checkout.python("python3.12")
    first = checkout.run("serve", "--listen", "h:1", "two words")
    assert first.returncode == 0
    assert "making a virtual environment" in first.stderr
    installed, served = checkout.noted()
    assert installed.endswith(f"-e {checkout.root}")
    assert served == "-P -m kafkalite --listen h:1 two words"
    second = checkout.run("serve")
    assert (second.returncode, second.stderr) == (0, "")
    assert checkout.noted() == ["-P -m kafkalite"]


def test_a_changed_pyproject_is_installed_again_into_the_same_environment(checkout: Checkout) -> None:
    checkout.python("python3")
    checkout.run("serve")
    checkout.noted()
    checkout.pyproject("second")
    again = checkout.run("serve")
    assert "making" not in again.stderr
    assert "installing" in again.stderr
    assert len(checkout.noted()) == 2


def test_the_tests_bring_their_extra_and_pass_options_on(checkout: Checkout) -> None:
    checkout.python("python3")
    assert checkout.run("test", "--only", "lint").returncode == 0
    installed, checked = checkout.noted()
    assert installed.endswith(f"-e {checkout.root}[test]")
    assert checked == f"{checkout.root}/scripts/check.py --only lint"


def test_the_newest_python_is_taken_unless_one_is_named(checkout: Checkout) -> None:
    for name in ("python3", "python3.11", "python3.13", "my-python"):
        checkout.python(name)
    assert "with python3.13," in checkout.run("serve").stderr
    shutil.rmtree(checkout.root / ".venv")
    assert "with my-python," in checkout.run("serve", PYTHON="my-python").stderr


def test_without_python_there_is_a_sentence(checkout: Checkout) -> None:
    nothing = checkout.run("serve")
    assert nothing.returncode == 1
    assert nothing.stderr == (
        "scripts/serve: Python 3.11 or newer is needed and was not found. "
        "Install it, or say where: PYTHON=/path/to/python scripts/serve\n"
    )


def test_an_old_python_is_as_good_as_none(checkout: Checkout) -> None:
    checkout.python("python3")
    old = checkout.run("serve", OLD="1")
    assert old.returncode == 1
    assert "Python 3.11 or newer is needed" in old.stderr


def test_a_python_without_venv_is_named_with_what_to_install(checkout: Checkout) -> None:
    checkout.python("python3")
    incomplete = checkout.run("test", INCOMPLETE="1")
    assert incomplete.returncode == 1
    assert (
        "python3 cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" in incomplete.stderr
    )


def test_without_a_network_there_is_a_sentence_and_the_next_start_tries_again(checkout: Checkout) -> None:
    checkout.python("python3")
    offline = checkout.run("serve", OFFLINE="1")
    assert offline.returncode == 1
    assert "pip could not install it" in offline.stderr
    checkout.noted()
    assert checkout.run("serve").returncode == 0
    assert len(checkout.noted()) == 2
