"""Make tests/unit/kafka_directory again: log directories as a real Apache Kafka leaves them, and what is in them.

    python -m tests.compat.log_fixture

It needs what scripts/apache_kafka.py needs, and a minute. Two layers of content with a restart between; then
`killed.tar.gz` is the log directory after kill -9, and `clean.tar.gz` the same after a start and a clean stop.
`expected.json` holds what clients read from both, and `tests/unit/kafka_directory/__init__.py` explains it.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from . import log_content, raw
from .brokers import FIRST_LOOK, BrokerProcess
from .cache import REPOSITORY

TARGET = REPOSITORY / "tests" / "unit" / "kafka_directory"
TOPICS = log_content.PLAIN | log_content.COMPACT | log_content.TRANSACTIONS
SETTINGS = [
    *FIRST_LOOK["apache-kafka"],
    "log.cleaner.backoff.ms=200",
    "log.flush.start.offset.checkpoint.interval.ms=1000",
    "offsets.topic.num.partitions=2",
    "offsets.topic.segment.bytes=1048576",
    "transaction.state.log.num.partitions=2",
    "transaction.state.log.segment.bytes=1048576",
    "log.index.size.max.bytes=4096",
]
NOT_OURS = "__cluster_metadata-0"  # the metadata log of KRaft
INNERMOST = re.compile(r"\[[^\[\]{}]*\]")  # lists of numbers and texts


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        broker = BrokerProcess("apache-kafka", Path(directory), SETTINGS)
        log_directory = Path(directory, "data", "log")
        broker.start()
        try:
            make(broker, log_directory)
        finally:
            if broker.alive():
                broker.kill_nine()


def make(broker: BrokerProcess, log_directory: Path) -> None:
    start = int(time.time() * 1000)
    with broker.connect() as connection:
        log_content.create(connection, TOPICS)
    fill(broker, "one", start)
    broker.restart()
    log_content.wait_until_ready(broker.address, TOPICS)
    open_transaction = fill(broker, "two", start + log_content.LAYER)
    expected = {"written_ms": start} | expect(broker)
    wait_for_checkpoints(log_directory)
    broker.kill_nine()
    pack(log_directory, TARGET / "killed.tar.gz")
    broker.start()
    log_content.wait_until_ready(broker.address, TOPICS)
    again = expect(broker)
    assert {"written_ms": start} | again == expected, "Kafka itself did not recover what it had"
    assert broker.stop() == 0
    del open_transaction
    pack(log_directory, TARGET / "clean.tar.gz")
    text = INNERMOST.sub(one_line, json.dumps(expected, indent=1, sort_keys=True))
    (TARGET / "expected.json").write_text(text + "\n", encoding="utf-8")


def one_line(match: re.Match[str]) -> str:
    return " ".join(match[0].split()).replace("[ ", "[").replace(" ]", "]")


def fill(broker: BrokerProcess, note: str, start: int) -> object:
    filler = log_content.Filler(broker.address, note, start)
    filler.plain()
    filler.compacted()
    filler.transactions()
    filler.compacted_transactions()
    filler.group()
    filler.group_in_transactions()
    log_content.wait_for_compaction(broker.address, ("compacted", "compacted-transactions"))
    if note == "one":
        return None
    with broker.connect() as connection:
        log_content.delete_records(connection, 11)
    return filler.open_transaction()


def expect(broker: BrokerProcess) -> dict[str, Any]:
    with broker.connect() as connection:
        groups = (log_content.GROUP, log_content.GROUP_IN_TRANSACTIONS)
        return {
            "partitions": log_content.describe(broker.address, TOPICS),
            "producers": log_content.producers(connection, TOPICS),
            "topic_ids": {name: raw.topic_id(connection, name).hex for name in TOPICS},
            "committed_offsets": {group: log_content.committed_offsets(connection, group) for group in groups},
        }


def wait_for_checkpoints(log_directory: Path) -> None:
    """Kafka writes its log starts from time to time: the killed directory shall have them."""
    checkpoint = log_directory / "log-start-offset-checkpoint"
    raw.until(lambda: "deleted" in checkpoint.read_text(), seconds=90, what="the checkpoint of log starts")


def pack(directory: Path, archive: Path) -> None:
    """Without owners, times and what Kafka is about to delete, so that the archive depends on the content alone."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory).as_posix()
            if path.is_file() and not name.startswith(NOT_OURS) and not name.endswith(".deleted"):
                member = tarfile.TarInfo(name)
                member.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(member, file)
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(gzip.compress(data.getvalue(), mtime=0))


if __name__ == "__main__":
    main()
