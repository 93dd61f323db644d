"""The brokers that take turns: kafkalite, Apache Kafka, librdkafka's mock cluster, franz-go's kfake, a running one."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

import kafkalite
from scripts import apache_kafka
from tests.compat import cache, raw
from tests.compat.brokers import BrokerProcess

from . import generator, machine

GO_MODULE = Path(__file__).parent / "kfake"
STOP_SECONDS = 10.0

START = "can be started"
TOPICS = "can make topics on request"
LOG = "keeps all records"
GROUPS = "has consumer groups"
DISK = "keeps records when it ends"

OVERRIDES = ["--override", "log.segment.delete.delay.ms=1000"]
"""Of both: a deleted topic's gigabyte is to be gone before the next one comes, not a minute later."""


class Peer:
    """A broker to measure."""

    name: str
    can: frozenset[str]
    address = ""
    pid: int | None = None

    def start(self) -> None:
        """Return when it answers."""

    def stop(self) -> None: ...

    def alive(self) -> bool:
        return True

    def version(self) -> str:
        return "unknown"

    def cpu_seconds(self) -> float | None:
        return None if self.pid is None else machine.cpu_seconds(self.pid)

    def resident_mib(self) -> float | None:
        return None if self.pid is None else machine.resident_mib(self.pid)

    def new_topic(self, partitions: int = 1) -> str:
        name = raw.unique("bench")
        with raw.Connection(self.address) as connection:
            raw.create_topic(connection, name, partitions)
        return name

    def drop_topic(self, name: str) -> None:
        with raw.Connection(self.address) as connection:
            connection.ask("delete_topics", 4, topic_names=[name], timeout=30_000)


class Running(Peer):
    """A broker that somebody else runs; its CPU and memory are measured where its process is named."""

    def __init__(self, text: str) -> None:
        """text: HOST:PORT, or HOST:PORT@PID."""
        self.address, _, pid = text.partition("@")
        self.name = self.address
        self.pid = int(pid) if pid else None
        self.can = frozenset({TOPICS, LOG, GROUPS})


class Node(Peer):
    """A broker that we start, stop and kill, with a directory of its own: kafkalite or Apache Kafka."""

    can = frozenset({START, TOPICS, LOG, GROUPS, DISK})

    def __init__(self, name: str, directory: Path, store: str = "disk") -> None:
        self.name = name
        self.process = BrokerProcess(name, directory, command=self._command(directory / "data", store))
        self._directory, self._store = directory, store
        if store == "memory":
            self.can -= {DISK}

    def _command(self, data: Path, store: str) -> list[str]:
        if self.name == "kafkalite":
            place = ["--memory"] if store == "memory" else ["--data-dir", str(data)]
            return [sys.executable, "-m", "kafkalite", "--log-level", "warning", *OVERRIDES, *place]
        return [sys.executable, str(cache.APACHE_KAFKA), *OVERRIDES, "--data-dir", str(data)]

    def another(self) -> Node:
        """One more like this, with nothing in it."""
        directory = self._directory / raw.unique("more")
        return Node(self.name, directory, self._store)

    def start(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self.process.start()
        self.address, self.pid = self.process.address, broker_pid(self.process)

    def alive(self) -> bool:
        return self.process.alive()

    def stop(self) -> None:
        if self.process.alive():
            try:
                self.process.stop()
            except RuntimeError as error:
                print(error, file=sys.stderr)
        shutil.rmtree(self._directory, ignore_errors=True)

    def version(self) -> str:
        if self.name == "kafkalite":
            return f"{kafkalite.__version__}, {self._store} store"
        done = subprocess.run(["java", "-version"], capture_output=True, text=True)
        return f"{apache_kafka.VERSION}, {done.stderr.splitlines()[0]}, {' '.join(apache_kafka.JVM_FLAGS)}, 1g heap"


def broker_pid(process: BrokerProcess) -> int:
    """The process that is the broker: scripts/apache_kafka.py has it as its child, after one that formats."""
    if process.kind == "kafkalite":
        return process.pid
    [broker] = [child for child in machine.children(process.pid) if b"kafka.Kafka\0" in command_line(child)]
    return broker


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


class Helper(Peer):
    """A program that prints its address and ends with its stdin."""

    _process: subprocess.Popen[str] | None = None

    def another(self) -> Helper:
        return type(self)()

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        self._process = subprocess.Popen(
            self.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.pid = self._process.pid
        self.address = self._line()
        if not self.address:
            raise generator.Failed(f"{self.name} did not start")

    def _line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired, BrokenPipeError):
            self._process.communicate(timeout=STOP_SECONDS)
        self._process.kill()
        self._process.wait()


class Mock(Helper):
    """librdkafka's mock cluster. It keeps a partition's last few megabytes, and takes no request to make a topic."""

    name = "mock"
    can = frozenset({START})

    def command(self) -> list[str]:
        return generator.command("mock", {"log_level": "0"}, {})

    def new_topic(self, partitions: int = 1) -> str:
        name = raw.unique("bench")
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name} {partitions}\n")
        self._process.stdin.flush()
        if (answer := self._line()) != "ok":
            raise generator.Failed(f"mock: {answer}")
        return name

    def drop_topic(self, name: str) -> None:
        """It cannot; what it keeps is little."""

    def version(self) -> str:
        return f"of librdkafka {generator.librdkafka_version()}"


class Kfake(Helper):
    """franz-go's broker for tests, in Go, in memory."""

    name = "kfake"
    can = frozenset({START, TOPICS, LOG, GROUPS})

    def command(self) -> list[str]:
        return [str(cache.go_program(GO_MODULE, "kfake", cgo=False))]

    def version(self) -> str:
        lines = (GO_MODULE / "go.mod").read_text().splitlines()
        return next(line.split()[-1] for line in lines if "pkg/kfake " in line)


def make(kind: str, directory: Path) -> Peer:
    """A peer by the name that `--peer` gives it."""
    if kind == "mock":
        return Mock()
    if kind == "kfake":
        return Kfake()
    return Node(kind, directory)
