"""Kafka Connect (drivers/connect.py): lines of a file go into a topic and from there into another file."""

from pathlib import Path

from tests.compat import raw
from tests.compat.driver import Driver

from .stage import Stage

SECONDS = 90.0
FILE = "org.apache.kafka.connect.file.FileStream"


def file_to_file(stage: Stage) -> None:
    """Every line of a file comes out of the topic into another file, in order, and those that are added follow."""
    files = Files(stage)
    worker = files.worker()
    files.connect(worker)
    files.write(100)
    files.wait_for(100)
    files.write(100)
    files.wait_for(200)
    worker.ask("stop")
    assert files.arrived() == files.expected(200)


def offsets_resumed(stage: Stage) -> None:
    """A worker that was stopped goes on where it was, in the file and in the topic: each line is there once."""
    files = Files(stage)
    for count in (100, 200, 300):
        worker = files.worker()
        files.connect(worker)
        files.write(100)
        files.wait_for(count)
        worker.ask("stop")
    assert files.arrived() == files.expected(300)
    assert raw.end_offset(stage.observer, files.topic) == 300


def connectors_over_restart(stage: Stage) -> None:
    """Connectors go on after the broker's restart, and every line arrives."""
    files = Files(stage)
    worker = files.worker()
    files.connect(worker)
    files.write(100)
    files.wait_for(100)
    stage.restart_broker(files.topic, 1)
    files.write(100)
    raw.until(lambda: set(files.arrived()) == set(files.expected(200)), SECONDS, "every line")
    worker.ask("stop")


def distributed_workers(stage: Stage) -> None:
    """Two workers of a group share out the tasks; the one that is left does all, from where the other was."""
    files = Files(stage)
    group = stage.name("workers")
    first, second = files.worker(group), files.worker(group)
    files.connect(first)
    raw.until(lambda: sorted(first.ask("running").values()) == [1, 1], SECONDS, "a task on each worker")
    files.write(100)
    files.wait_for(100)
    first.ask("stop")
    raw.until(lambda: list(second.ask("running").values()) == [2], SECONDS, "both tasks on the second worker")
    files.write(100)
    files.wait_for(200)
    second.ask("stop")
    assert files.arrived() == files.expected(200)
    assert raw.end_offset(stage.observer, files.topic) == 200


class Files:
    """A file that a topic is filled from, and one that it is written into."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.topic = stage.new_topic()
        self._source, self._target = Path(stage.logs, "source"), Path(stage.logs, "target")
        self._written = 0

    def worker(self, group: str | None = None) -> Driver:
        worker = self._stage.driver()
        worker.ask("start", directory=str(self._stage.logs), group=group)
        return worker

    def connect(self, worker: Driver) -> None:
        source = {"connector.class": f"{FILE}SourceConnector", "file": str(self._source), "topic": self.topic}
        target = {"connector.class": f"{FILE}SinkConnector", "file": str(self._target), "topics": self.topic}
        worker.ask("connect", name=f"{self.topic}-source", config=source)
        worker.ask("connect", name=f"{self.topic}-sink", config=target)

    def write(self, count: int) -> None:
        with self._source.open("a") as source:
            source.write("".join(f"{line}\n" for line in self.expected(self._written + count)[self._written :]))
        self._written += count

    def expected(self, count: int) -> list[str]:
        return [f"line {number}" for number in range(count)]

    def arrived(self) -> list[str]:
        return self._target.read_text().splitlines() if self._target.exists() else []

    def wait_for(self, count: int) -> None:
        raw.until(lambda: len(self.arrived()) >= count, SECONDS, f"{count} lines")
