"""flush.messages=1 from outside: an answer follows its sync, many share one, and none follows a sync that failed.

A small library in front of the system's makes every sync slow and notes it (slow_sync.c), so it needs Linux and a C
compiler. Apache Kafka syncs inside the JVM where the library does not reach, so these tests are of kafkalite alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from . import raw
from .brokers import BrokerProcess
from .conftest import broker_kind

SOURCE = Path(__file__).with_name("slow_sync.c")
SYNC_MS = 100
STORAGE_ERROR = 56


class SlowBroker(BrokerProcess):
    """A kafkalite whose syncs are slow, noted and can be made to fail."""

    def __init__(self, directory: Path, library: Path) -> None:
        self._notes = directory / "syncs"
        self._failing = directory / "fail"
        environment = {
            "LD_PRELOAD": str(library),
            "SLOW_SYNC_MS": str(SYNC_MS),
            "SLOW_SYNC_LOG": str(self._notes),
            "SLOW_SYNC_FAIL": str(self._failing),
        }
        super().__init__("kafkalite", directory, environment=environment)

    def fail_syncs(self) -> None:
        self._failing.touch()

    def mend_syncs(self) -> None:
        self._failing.unlink()

    def sync_ends(self) -> list[int]:
        """When each sync ended, in ms of the monotonic clock."""
        words = [line.split() for line in self._notes.read_text().splitlines()]
        return [int(ms) for what, ms in words if what == "end"]


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SlowBroker]:
    if broker_kind(request) != "kafkalite":
        pytest.skip("Apache Kafka syncs inside the JVM")
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip("slow_sync.c needs Linux and a C compiler")
    library = tmp_path / "slow_sync.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    broker = SlowBroker(tmp_path, library)
    broker.start()
    try:
        with broker.connect() as connection:
            raw.create_topic(connection, "synced", flush_messages="1")
            raw.create_topic(connection, "unsynced")
        yield broker
    finally:
        if broker.alive():
            broker.kill_nine()


def produce(broker: BrokerProcess, topic: str) -> tuple[int, int, int]:
    """When it was sent, when it was answered (ms of the monotonic clock), and the error code."""
    with broker.connect() as connection:
        sent = time.monotonic_ns() // 1_000_000
        code = raw.produce(connection, topic, raw.batch(b"value")).error_code
        return sent, time.monotonic_ns() // 1_000_000, code


def test_an_answer_follows_its_sync(broker: SlowBroker) -> None:
    for _ in range(3):
        sent, answered, code = produce(broker, "synced")
        assert code == 0
        assert any(sent + SYNC_MS <= end <= answered for end in broker.sync_ends())
    sent, answered, code = produce(broker, "unsynced")
    assert (code, answered - sent < SYNC_MS) == (0, True)


def test_many_share_a_sync(broker: SlowBroker) -> None:
    with ThreadPoolExecutor(20) as threads:
        before = time.monotonic()
        answers = list(threads.map(lambda _: produce(broker, "synced"), range(60)))
        seconds = time.monotonic() - before
    assert [code for _, _, code in answers] == [0] * 60
    assert seconds < 60 * SYNC_MS / 1000 / 2, "one sync for each would take 6 s"
    ends = broker.sync_ends()
    assert all(any(sent <= end <= answered for end in ends) for sent, answered, _ in answers)


def test_no_answer_follows_a_failed_sync(broker: SlowBroker) -> None:
    """It is not tried again. The only log directory is out of use, so the broker ends and says so, as Kafka does."""
    assert produce(broker, "synced")[2] == 0
    broker.fail_syncs()
    assert produce(broker, "synced")[2] == STORAGE_ERROR
    raw.until(lambda: not broker.alive(), what="the end of the broker")
    assert "a sync failed" in broker.log()
    broker.mend_syncs()
    broker.start()
    with broker.connect() as connection:
        assert raw.end_offset(connection, "synced") in (1, 2), "what got no good answer may be there"
        assert raw.produce(connection, "synced", raw.batch(b"next")).error_code == 0
