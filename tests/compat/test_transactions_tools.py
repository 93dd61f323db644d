"""kafka-transactions and kafka-features, Kafka's own tools: look at transactions, find one that hangs, abort it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from . import cache, raw
from .brokers import Broker
from .cache import Unavailable
from .clients import require_programs
from .test_raw_transactions import add, begin, finalized, produce, status

TOOL_SECONDS = 60
VERIFICATION = "transaction.partition.verification.enable"


class Tools:
    def __init__(self, address: str) -> None:
        self._address = address
        self._classpath = f"{cache.jars('tools')}:{cache.jars('log')}"

    def run(self, tool: str, *arguments: str) -> str:
        """What the tool prints; the text of its failure if it fails."""
        command = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", self._classpath]
        command += [f"org.apache.kafka.tools.{tool}", "--bootstrap-server", self._address, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECONDS)
        return done.stdout + done.stderr

    def transactions(self, *arguments: str) -> list[dict[str, str]]:
        """The rows of the tool's table, by its headings."""
        lines = [
            re.split(r"\s*\t\s*|\s{2,}", line.strip())
            for line in self.run("TransactionsCommand", *arguments).splitlines()
        ]
        table = [line for line in lines if len(line) > 2]
        assert table, lines
        return [dict(zip(table[0], row, strict=False)) for row in table[1:]]


@pytest.fixture
def tools(broker: Broker) -> Tools:
    try:
        require_programs("java")
        return Tools(broker.address)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def unverified(connection: raw.Connection) -> Iterator[None]:
    """The broker takes transactional batches that the coordinator knows nothing of."""
    verify(connection, "false")
    yield
    verify(connection, "true")


def verify(connection: raw.Connection, value: str) -> None:
    config = {"name": VERIFICATION, "config_operation": 0, "value": value}
    resource = {"resource_type": 4, "resource_name": "", "configs": [config]}
    [answer] = connection.ask("incremental_alter_configs", 1, resources=[resource]).responses
    assert answer.error_code == 0, answer


def test_look_at_transactions(tools: Tools, connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    assert add(connection, producer, topic, 0) == [0]
    assert produce(connection, producer, topic, version=11).error_code == 0
    listed = {row["TransactionalId"]: row for row in tools.transactions("list")}
    assert listed[producer.name]["TransactionState"] == "Ongoing"
    assert listed[producer.name]["ProducerId"] == str(producer.producer_id)
    [described] = tools.transactions("describe", "--transactional-id", producer.name)
    assert (described["ProducerEpoch"], described["TransactionState"]) == ("0", "Ongoing")
    assert described["TopicPartitions"] == f"{topic}-0"
    [seen] = tools.transactions("describe-producers", "--topic", topic, "--partition", "0")
    assert (seen["ProducerId"], seen["LastSequence"]) == (str(producer.producer_id), "0")
    assert seen["CurrentTransactionStartOffset"] == "0"


def test_find_and_abort_one_that_hangs(
    tools: Tools, connection: raw.Connection, topic: str, unverified: None, broker: Broker
) -> None:
    """A batch reached a partition that no coordinator knows to be in its transaction: nobody will ever end it."""
    hanging = begin(connection)
    raw.until(lambda: produce(connection, hanging, topic, version=11).error_code == 0, what="the end of verification")
    fine = begin(connection)
    assert add(connection, fine, topic, 1) == [0]
    assert produce(connection, fine, topic, partition=1, version=11).error_code == 0
    [node] = connection.ask("metadata", 9, topics=None).brokers
    where = ["--broker-id", str(node.node_id), "--max-transaction-timeout", "0", "--topic", topic]
    [found] = tools.transactions("find-hanging", *where)
    assert (found["Topic"], found["Partition"], found["ProducerId"]) == (topic, "0", str(hanging.producer_id))
    assert last_stable_offset(connection, topic) == 0
    printed = tools.run("TransactionsCommand", "abort", "--topic", topic, "--partition", "0", "--start-offset", "0")
    raw.until(lambda: last_stable_offset(connection, topic) == 2, what=f"the end of it: {printed}")
    assert status(connection, fine) == "Ongoing"


def last_stable_offset(connection: raw.Connection, topic: str) -> int:
    return int(raw.fetch(connection, topic, 0, 0, isolation_level=1).last_stable_offset)


def test_features(tools: Tools, connection: raw.Connection) -> None:
    def level() -> str:
        text = tools.run("FeatureCommand", "describe")
        [line] = [line for line in text.splitlines() if line.startswith("Feature: transaction.version")]
        found = re.search(r"SupportedMaxVersion: (\S+)\s+FinalizedVersionLevel: (\S+)", line)
        assert found, line
        assert found[1] == "2"
        return found[2]

    assert level() == "2"
    try:
        assert "was downgraded to 1" in tools.run("FeatureCommand", "downgrade", "--feature", "transaction.version=1")
        raw.until(lambda: finalized(connection) == 1, what="the level")
        assert level() == "1"
        refused = tools.run("FeatureCommand", "upgrade", "--feature", "transaction.version=3")
        assert "Could not upgrade" in refused or "Invalid update version 3" in refused
    finally:
        assert "was upgraded to 2" in tools.run("FeatureCommand", "upgrade", "--feature", "transaction.version=2")
    raw.until(lambda: finalized(connection) == 2, what="the level")
