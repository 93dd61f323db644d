"""The broker under test: kafkalite, an Apache Kafka that we start the same way, or one that somebody else runs."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import raw
from .cache import APACHE_KAFKA, REPOSITORY

START_SECONDS = 180.0  # of a Kafka on a machine with much else to do
STOP_SECONDS = 30.0
COMMANDS = {
    "kafkalite": [sys.executable, "-m", "kafkalite"],
    "apache-kafka": [
        *(sys.executable, str(APACHE_KAFKA), "--heap", "512m"),
        *("--override", "group.initial.rebalance.delay.ms=0"),
        *("--override", "transaction.abort.timed.out.transaction.cleanup.interval.ms=500"),
        # After kill -9 a Kafka broker comes back when its old registration has expired.
        *("--override", "broker.heartbeat.interval.ms=500", "--override", "broker.session.timeout.ms=2000"),
    ],
}

FIRST_LOOK = {"kafkalite": [], "apache-kafka": ["log.initial.task.delay.ms=1000"]}
"""Overrides for tests of retention and compaction: Apache Kafka waits half a minute before it looks the first time."""


class Broker:
    """A broker somebody else runs (`--bootstrap`)."""

    kind = "a running broker"
    can_restart = False

    def __init__(self, address: str) -> None:
        self.address = address

    def connect(self) -> "raw.Connection":
        return raw.Connection(self.address)


class BrokerProcess(Broker):
    """A broker that we start, stop and kill; it keeps its port and its data directory."""

    can_restart = True

    def __init__(
        self,
        kind: str,
        directory: Path,
        overrides: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        """environment: variables that it has beside ours; command: instead of the tests' way of starting that kind, its
        data directory included.
        """
        super().__init__(f"127.0.0.1:{raw.free_port()}")
        self.kind = kind
        self.stderr = directory / "stderr"
        self.log_directory = directory / "data" / ("log" if kind == "apache-kafka" else "")
        self._port_file = directory / "port"
        command = command or [*COMMANDS[kind], "--data-dir", str(directory / "data")]
        self._command = [*command, "--port-file", str(self._port_file)]
        for override in overrides:
            self._command += ["--override", override]
        self._environment = os.environ | (environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, listen: str | None = None) -> None:
        """Return when the port file is there, which is to say: when the broker answers."""
        self.launch(listen)
        deadline = time.monotonic() + START_SECONDS
        try:
            while not self._port_file.exists():
                self.check_start(deadline)
                time.sleep(0.005)
        except BaseException:  # an interrupted run, too, leaves nothing behind
            self._signal(signal.SIGKILL)
            raise
        self.address = self._port_file.read_text().strip()

    def launch(self, listen: str | None = None) -> None:
        """Begin to start; for who wants to see for themselves when it answers."""
        self._port_file.unlink(missing_ok=True)
        with self.stderr.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "--listen", listen or self.address],
                cwd=REPOSITORY,
                env=self._environment,
                stdout=log if self.kind == "apache-kafka" else subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def check_start(self, deadline: float) -> None:
        """Raise if it has ended, or when `deadline` has come."""
        assert self._process is not None
        if self._process.poll() is not None or time.monotonic() > deadline:
            self._signal(signal.SIGKILL)
            code = self._process.wait()
            raise RuntimeError(f"{self.kind} did not start (exit {code}):\n{self.log()[-3000:]}")

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            raise RuntimeError(f"{self.kind} did not stop within {STOP_SECONDS:.0f} s of SIGTERM") from None

    def kill_nine(self) -> None:
        assert self._process is not None
        self._signal(signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        code = self.stop()
        assert code == 0, f"{self.kind} ended with {code} after SIGTERM"
        self.start()

    def _signal(self, number: signal.Signals) -> None:
        """To the whole session: scripts/apache_kafka.py has the broker as its child."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def log(self) -> str:
        return self.stderr.read_text(errors="replace")
