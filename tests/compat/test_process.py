"""The broker as a process: a free port, the port file, SIGTERM, and everything still there after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import raw
from .brokers import BrokerProcess
from .conftest import broker_kind


@pytest.fixture
def stopped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker of our own that does not run yet."""
    broker = BrokerProcess(broker_kind(request), tmp_path)
    yield broker
    if broker.alive():
        broker.kill_nine()


def test_port_zero_and_the_port_file(stopped: BrokerProcess) -> None:
    """The file names the port that was picked, and is not there before the broker answers."""
    stopped.start(listen="127.0.0.1:0")
    host, port = raw.address(stopped.address)
    assert (host, port > 0) == ("127.0.0.1", True)
    with stopped.connect() as connection:
        [broker] = connection.ask("metadata", 1, topics=[]).brokers
        assert (broker.host, broker.port) == (host, port)
    assert stopped.stop() == 0


def test_sigterm_ends_open_connections_and_long_polls(stopped: BrokerProcess) -> None:
    stopped.start()
    with stopped.connect() as idle, stopped.connect() as waiting:
        raw.create_topic(idle, "topic")
        topics = [{"topic": "topic", "partitions": [{"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}]}]
        waiting.send("fetch", 11, topics=topics, max_wait=60000, min_bytes=1, max_bytes=1000, session_epoch=-1)
        assert idle.ask("metadata", 1, topics=[]).brokers
        assert stopped.stop() == 0
        assert idle.is_closed_by_broker()


@pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])
def test_what_a_restart_keeps(stopped: BrokerProcess, how: str) -> None:
    """Cluster id, topics with their ids and configs, records, committed offsets, and what a producer sent last."""
    stopped.start()
    with stopped.connect() as connection:
        raw.create_topic(connection, "topic", 3, retention_ms="1234567")
        before = remembered(connection)
        numbered = raw.batch(b"once", producer_id=77, producer_epoch=0, base_sequence=0)
        assert raw.produce(connection, "topic", numbered).base_offset == 0
        raw.until(lambda: commit(connection) == 0, what="a commit")
    if how == "kill -9":
        stopped.kill_nine()
    else:
        assert stopped.stop() == 0
    stopped.start()
    with stopped.connect() as connection:
        raw.until(lambda: raw.is_ready(connection, "topic", 3), what="the topic")
        assert remembered(connection) == before
        assert raw.produce(connection, "topic", numbered).base_offset == 0
        assert raw.produce(connection, "topic", raw.batch(b"next")).base_offset == 1
        assert raw.committed(connection, "group", "topic", 1) == [5]


def remembered(connection: raw.Connection) -> tuple[object, ...]:
    answer = connection.ask("metadata", 12, topics=[{"topic_id": None, "name": "topic"}])
    resources = [{"resource_type": 2, "resource_name": "topic", "configuration_keys": ["retention.ms"]}]
    [configs] = connection.ask("describe_configs", 4, resources=resources).results
    [topic] = answer.topics
    return answer.cluster_id, topic.topic_id, len(topic.partitions), configs.configs[0].value


def commit(connection: raw.Connection) -> int:
    raw.find_coordinator(connection, "group")
    entry = {"partition_index": 0, "committed_offset": 5, "committed_leader_epoch": -1, "committed_metadata": ""}
    topics = [{"name": "topic", "partitions": [entry]}]
    answer = connection.ask("offset_commit", 7, group_id="group", generation_id_or_member_epoch=-1, topics=topics)
    return int(answer.topics[0].partitions[0].error_code)
