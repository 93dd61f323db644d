"""A full disk, on a real small file system: produces are refused, the broker stays, answers all else, and heals.

The file system is a tmpfs, which only root may mount: skipped with the reason elsewhere. Apache Kafka stops when its
only log directory fails, and a full disk is such a failure, so these tests are of kafkalite alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from . import log_content, raw
from .brokers import BrokerProcess
from .conftest import broker_kind
from .raw import Connection

MEBIBYTE = 1 << 20
DISK_BYTES = 8 * MEBIBYTE
STORAGE_ERROR = 56  # retriable for every client
BIG, SMALL = 100_000, 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A directory whose `data` has room for DISK_BYTES."""
    mount_point = tmp_path / "data"
    mount_point.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command here")
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(mount_point)]
    done = subprocess.run(["mount", *options], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", str(mount_point)], check=True)


@pytest.fixture
def broker(request: pytest.FixtureRequest, small_disk: Path) -> Iterator[BrokerProcess]:
    if broker_kind(request) != "kafkalite":
        pytest.skip("Apache Kafka stops when its only log directory has no room")
    broker = BrokerProcess("kafkalite", small_disk, ["log.retention.check.interval.ms=200"])
    broker.start()
    yield broker
    if broker.alive():
        broker.kill_nine()


@pytest.mark.parametrize("smallest", [BIG, SMALL], ids=["but for some room", "to the last byte"])
@pytest.mark.parametrize("remedy", ["DeleteRecords", "topic deletion"])
def test_a_full_disk_refuses_produces_and_heals(broker: BrokerProcess, smallest: int, remedy: str) -> None:
    with broker.connect() as connection:
        create_topics(connection)
        kept = fill_up(connection, smallest)
        assert broker.alive()
        assert sum(len(value) for records in kept.values() for _, value in records) > 0.9 * DISK_BYTES - 2 * BIG
        check_stored(broker, kept)
        admin_calls_work(connection)
        free_space(connection, remedy, kept)
        raw.until(lambda: produce(connection, "full", BIG, kept["full"]) == 0, what="room for a batch")
        for _ in range(10):
            assert produce(connection, "full", BIG, kept["full"]) == 0
    check_stored(broker, kept)
    broker.kill_nine()
    broker.start()
    check_stored(broker, kept)
    with broker.connect() as connection:
        assert produce(connection, "full", BIG, kept["full"]) == 0
    check_stored(broker, kept)
    assert broker.stop() == 0


Kept = dict[str, list[tuple[int, str]]]
"""Topic -> (offset, value) of what was acknowledged and not deleted."""


def create_topics(connection: Connection) -> None:
    for topic in ("full", "spare"):
        raw.create_topic(connection, topic, segment_bytes=str(MEBIBYTE), file_delete_delay_ms="0")


def fill_up(connection: Connection, smallest: int) -> Kept:
    """Produce to both topics in turns until nothing of the smallest size is taken any more."""
    kept: Kept = {"full": [], "spare": []}
    size = BIG
    while size >= smallest:
        codes = [produce(connection, topic, size, records) for topic, records in kept.items()]
        assert set(codes) <= {0, STORAGE_ERROR}, codes
        if all(codes):
            size //= 10
    return kept


def produce(connection: Connection, topic: str, size: int, kept: list[tuple[int, str]]) -> int:
    """The error code; what was taken is noted in `kept`."""
    value = f"{len(kept):08}".ljust(size, "x")
    answer = raw.produce(connection, topic, raw.batch(value.encode()))
    if answer.error_code == 0:
        kept.append((answer.base_offset, value))
    else:
        assert answer.base_offset == -1
    return int(answer.error_code)


def check_stored(broker: BrokerProcess, kept: Kept) -> None:
    """Everything acknowledged is there, and nothing else: no half of a batch that was refused."""
    with broker.connect() as connection:
        for topic, records in kept.items():
            if records:
                found = log_content.read(broker.address, [(topic, 0)], "read_uncommitted")[topic, 0]
                assert [(record["offset"], record["value"]) for record in found] == records, topic
                assert raw.end_offset(connection, topic) == records[-1][0] + 1


def admin_calls_work(connection: Connection) -> None:
    assert raw.partition_count(connection, "full") == 1
    resources = [{"resource_type": 2, "resource_name": "full", "configuration_keys": ["segment.bytes"]}]
    [result] = connection.ask("describe_configs", 4, resources=resources).results
    assert result.configs[0].value == str(MEBIBYTE)
    [directory] = connection.ask("describe_log_dirs", 4, topics=None).results
    assert directory.error_code == 0
    assert directory.usable_bytes < DISK_BYTES / 10
    assert not connection.ask("list_groups", 4).error_code
    assert commit(connection) in (0, 15, 16), "taken, or to be tried again"


def commit(connection: Connection) -> int:
    raw.until(lambda: not raw.find_coordinator(connection, "group").error_code, what="a coordinator")
    entry = {"partition_index": 0, "committed_offset": 1, "committed_leader_epoch": -1, "committed_metadata": ""}
    topics = [{"name": "full", "partitions": [entry]}]
    answer = connection.ask("offset_commit", 7, group_id="group", generation_id_or_member_epoch=-1, topics=topics)
    return int(answer.topics[0].partitions[0].error_code)


def free_space(connection: Connection, remedy: str, kept: Kept) -> None:
    if remedy == "DeleteRecords":
        middle = len(kept["full"]) // 2
        where = [{"name": "full", "partitions": [{"partition_index": 0, "offset": kept["full"][middle][0]}]}]
        [answer] = connection.ask("delete_records", 2, topics=where, timeout=30000).topics
        assert answer.partitions[0].error_code == 0
        del kept["full"][:middle]
    else:
        [deleted] = connection.ask("delete_topics", 4, topic_names=["spare"], timeout=30000).responses
        assert deleted.error_code == 0
        kept["spare"].clear()


def test_a_client_waits_for_room_and_loses_nothing(broker: BrokerProcess) -> None:
    """librdkafka meets the full disk as an error that it may try again, and does so until there is room."""
    with broker.connect() as connection:
        create_topics(connection)
        kept = fill_up(connection, BIG)
        before = len(kept["full"])
        requests = [0]
        outcomes: list[object] = []
        producer = Producer(
            {
                "bootstrap.servers": broker.address,
                "enable.idempotence": True,
                "statistics.interval.ms": 50,
                "stats_cb": lambda text: requests.append(produce_requests(text)),
                "on_delivery": lambda error, _: outcomes.append(error),
            }
        )
        values = [f"{number}".ljust(BIG) for number in range(30)]
        for value in values:
            producer.produce("full", value)
        while requests[-1] < 5:  # the first one, and then the same again and again
            producer.poll(10)
        assert not outcomes
        free_space(connection, "topic deletion", kept)
        assert producer.flush(60) == 0
    assert outcomes == [None] * 30
    found = log_content.read(broker.address, [("full", 0)], "read_uncommitted")["full", 0]
    assert [record["value"] for record in found[before:]] == values


def produce_requests(statistics: str) -> int:
    return sum(one["req"].get("Produce", 0) for one in json.loads(statistics)["brokers"].values())
