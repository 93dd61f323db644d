"""The command: what it understands, what it says, and that writing which fails ends nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.recording.__main__ import address, main, parse, writer

ROOT = Path(__file__).parents[4]


def test_options() -> None:
    options = parse(["--upstream", "kafka:9092", "--listen", "[::1]:9093"])
    assert (options.upstream, options.listen, options.out) == (("kafka", 9092), ("::1", 9093), "-")


@pytest.mark.parametrize("text", ["kafka", ":9092", "kafka:port", "kafka:99999"])
def test_what_is_no_address_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--upstream", text])
    assert f"it wants HOST:PORT, not {text!r}" in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        assert main(["--upstream", "127.0.0.1:1", "--listen", listen, "--out", str(tmp_path / "out")]) == 1
    assert "in use" in capsys.readouterr().err


def test_lines_are_json(tmp_path: Path) -> None:
    with writer(str(tmp_path / "out")) as write:
        write({"connection": 1, "text": "ünï"})
        assert json.loads((tmp_path / "out").read_text()) == {"connection": 1, "text": "ünï"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_does_not_end_it(capsys: pytest.CaptureFixture[str]) -> None:
    with writer("/dev/full") as write:
        write({"connection": 1})
        write({"connection": 1})
    assert capsys.readouterr().err.count("nothing is written any more") == 1


def test_it_runs_until_it_is_asked_to_end(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "scripts.recording", "--upstream", "127.0.0.1:1", "--port-file", str(port_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not port_file.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert json.loads(out)["recording"] == "127.0.0.1:1"
    host, port = address(port_file.read_text().strip())
    assert f"point the client at {host}:{port}" in err
