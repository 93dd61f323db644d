"""kafka-consumer-groups, Kafka's own tool: it describes groups, resets and deletes their offsets, and deletes them."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from . import cache, raw
from .brokers import Broker
from .clients import CLIENTS, DRIVERS, Launch, require_programs
from .conftest import MISSING, Launches
from .driver import Driver
from .scenarios import consume, open_consumer

CLIENT = next(client for client in CLIENTS if client.name == "confluent-kafka")
HOUR_MS = 3_600_000


class Tool:
    """The tool, and what of a group it is asked about."""

    def __init__(self, driver: Driver, group: str, topic: str) -> None:
        self._driver, self.group, self.topic = driver, group, topic

    def run(self, *words: str) -> str:
        output = self._driver.ask("run", arguments=[*words])
        assert isinstance(output, str)
        return output

    def table(self, *words: str) -> list[dict[str, str]]:
        """The rows of the table it printed, by the names of the columns; what stands around the table is left out."""
        rows = [line.split() for line in self.run("--group", self.group, *words).splitlines() if line.strip()]
        begin = next((number for number, row in enumerate(rows) if row[0] == "GROUP"), None)
        assert begin is not None, rows
        names = " ".join(rows[begin]).replace("COORDINATOR (ID)", "COORDINATOR ID").split()
        return [dict(zip(names, row, strict=False)) for row in rows[begin + 1 :]]

    def reset(self, *words: str, execute: bool = True) -> dict[int, int]:
        """The new offset of each partition as the tool tells; of the whole topic unless the words say otherwise."""
        scope = [] if {"--from-file", "--topic"} & {*words} else ["--topic", self.topic]
        rows = self.table("--reset-offsets", *scope, *words, "--execute" if execute else "--dry-run")
        return {int(row["PARTITION"]): int(row["NEW-OFFSET"]) for row in rows}


@pytest.fixture(scope="module")
def tool_driver(
    request: pytest.FixtureRequest, session_broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Driver]:
    try:
        require_programs("java", "javac")
        jars = f"{cache.jars('tools')}:{cache.jars('log')}"
        classes = cache.java_classes(jars, DRIVERS / "GroupTool.java")
    except cache.Unavailable as reason:
        request.config.stash[MISSING]["kafka-consumer-groups"] = str(reason)
        pytest.skip(f"kafka-consumer-groups: {reason}")
    logging = f"-Dlog4j2.configurationFile={DRIVERS / 'log4j2.properties'}"
    flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", logging]
    launch = Launch(["java", *flags, "-cp", f"{classes}:{jars}", "GroupTool"], os.environ)
    with Driver(launch, session_broker.address, tmp_path_factory.mktemp("tool") / "stderr") as driver:
        yield driver


@pytest.fixture
def tool(tool_driver: Driver, connection: raw.Connection) -> Tool:
    """With a topic of two partitions: ten messages an hour old and ten new ones in each."""
    topic = raw.unique("tool.topic")
    raw.create_topic(connection, topic, 2)
    now = int(time.time() * 1000)
    for partition in range(2):
        for timestamp in (now - HOUR_MS, now):
            batch = raw.batch(*(b"%d" % number for number in range(10)), timestamp=timestamp)
            assert raw.produce(connection, topic, batch, partition=partition).error_code == 0
    return Tool(tool_driver, raw.unique("tool.group"), topic)


@pytest.fixture
def member(broker: Broker, launches: Launches, tmp_path: Path, tool: Tool) -> Iterator[Driver]:
    """A consumer that has read everything and committed."""
    with Driver(launches.of(CLIENT), broker.address, tmp_path / "member.stderr") as driver:
        open_consumer(driver, tool.topic, tool.group)
        consume(driver, 40)
        driver.ask("commit")
        yield driver


def committed(connection: raw.Connection, tool: Tool) -> list[int]:
    return raw.committed(connection, tool.group, tool.topic, 2)


def test_describing_a_group_with_a_member(tool: Tool, member: Driver, broker: Broker) -> None:
    rows = tool.table("--describe", "--offsets")
    assert [(row["TOPIC"], row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]) for row in rows] == [
        (tool.topic, "20", "20", "0")
    ] * 2
    assert {row["PARTITION"] for row in rows} == {"0", "1"}
    assert {row["HOST"] for row in rows} == {"/127.0.0.1"}
    assert {row["CLIENT-ID"] for row in rows} == {"rdkafka"}

    [shown] = tool.table("--describe", "--members")
    assert (shown["#PARTITIONS"], shown["CONSUMER-ID"]) == ("2", rows[0]["CONSUMER-ID"])
    assert f"{tool.topic}:0,1" in tool.run("--group", tool.group, "--describe", "--members", "--verbose")

    [state] = tool.table("--describe", "--state")
    assert (state["COORDINATOR"], state["ASSIGNMENT-STRATEGY"], state["STATE"], state["#MEMBERS"]) == (
        broker.address,
        "range",
        "Stable",
        "1",
    )


def test_listing_groups(tool: Tool, member: Driver) -> None:
    assert tool.group in tool.run("--list").split()
    rows = [row.split() for row in tool.run("--list", "--state", "--type").splitlines()]
    assert [tool.group, "Classic", "Stable"] in rows
    assert tool.group not in tool.run("--list", "--state", "empty")
    assert tool.group in tool.run("--list", "--type", "classic")
    member.ask("close")
    assert tool.group in tool.run("--list", "--state", "empty")
    assert tool.table("--describe", "--state")[0]["STATE"] == "Empty"


def test_a_group_in_use_is_left_alone(tool: Tool, member: Driver, connection: raw.Connection) -> None:
    refused = tool.run("--group", tool.group, "--reset-offsets", "--topic", tool.topic, "--to-earliest", "--execute")
    assert "can only be reset if the group" in refused
    assert "not empty" in tool.run("--group", tool.group, "--delete")
    assert "GroupSubscribedToTopicException" in tool.run(
        "--group", tool.group, "--delete-offsets", "--topic", tool.topic
    )
    assert committed(connection, tool) == [20, 20]


def test_resetting_offsets_in_every_form(
    tool: Tool, member: Driver, connection: raw.Connection, tmp_path: Path
) -> None:
    member.ask("close")
    assert tool.reset("--to-earliest", execute=False) == {0: 0, 1: 0}
    assert committed(connection, tool) == [20, 20], "a plan changes nothing"
    then = datetime.fromtimestamp(time.time() - 1800, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000")
    forms: list[tuple[list[str], int]] = [
        (["--to-earliest"], 0),
        (["--to-latest"], 20),
        (["--to-offset", "5"], 5),
        (["--shift-by", "4"], 9),
        (["--shift-by", "-2"], 7),
        (["--shift-by", "-100"], 0),
        (["--to-offset", "1000"], 20),
        (["--to-datetime", then], 10),
        (["--by-duration", "PT2H"], 0),
        (["--by-duration", "PT30M"], 10),
        (["--to-current"], 10),
    ]
    for words, offset in forms:
        assert tool.reset(*words) == {0: offset, 1: offset}, words
        assert committed(connection, tool) == [offset, offset], words
    assert tool.reset("--to-latest", "--topic", f"{tool.topic}:1") == {1: 20}
    assert committed(connection, tool) == [10, 20]
    plan = tmp_path / "plan.csv"
    plan.write_text(f"{tool.topic},0,3\n{tool.topic},1,8\n")
    assert tool.reset("--from-file", str(plan)) == {0: 3, 1: 8}
    assert committed(connection, tool) == [3, 8]
    words = ["--reset-offsets", "--topic", tool.topic, "--to-current", "--export", "--dry-run"]
    exported = tool.run("--group", tool.group, *words).replace('"', "").splitlines()
    assert {f"{tool.topic},0,3", f"{tool.topic},1,8"} <= {*exported}


def test_deleting_offsets_and_groups(tool: Tool, member: Driver, connection: raw.Connection) -> None:
    member.ask("close")
    rows = tool.run("--group", tool.group, "--delete-offsets", "--topic", f"{tool.topic}:0")
    assert "Successful" in rows
    assert committed(connection, tool) == [-1, 20]
    assert "Deletion of requested consumer groups" in tool.run("--group", tool.group, "--delete")
    assert committed(connection, tool) == [-1, -1]
    assert tool.group not in tool.run("--list").split()
    assert "GroupIdNotFoundException" in tool.run("--group", tool.group, "--delete")
    assert f"Group {tool.group} not found." in tool.run("--group", tool.group, "--describe")


# --- groups of the consumer protocol (KIP-848) --------------------------------------------------------------------


@pytest.fixture
def consumer(broker: Broker, launches: Launches, tmp_path: Path, tool: Tool) -> Iterator[Driver]:
    """A member of a consumer group that has read everything and committed."""
    settings = {"protocol": "consumer", "assignor": None, "instance": "static-1", "pattern": None}
    with Driver(launches.of(CLIENT), broker.address, tmp_path / "member.stderr") as driver:
        open_consumer(driver, tool.topic, tool.group, member=settings)
        consume(driver, 40)
        driver.ask("commit")
        yield driver


def test_describing_a_consumer_group(tool: Tool, consumer: Driver, broker: Broker) -> None:
    rows = tool.table("--describe", "--offsets")
    assert [(row["TOPIC"], row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]) for row in rows] == [
        (tool.topic, "20", "20", "0")
    ] * 2
    assert {row["HOST"] for row in rows} == {"/127.0.0.1"}

    [shown] = tool.table("--describe", "--members")
    assert (shown["#PARTITIONS"], shown["CONSUMER-ID"]) == ("2", rows[0]["CONSUMER-ID"])
    [shown] = tool.table("--describe", "--members", "--verbose")
    assert shown["GROUP-INSTANCE-ID"] == "static-1"
    assert shown["CURRENT-EPOCH"] == shown["TARGET-EPOCH"]
    assert shown["CURRENT-ASSIGNMENT"] == shown["TARGET-ASSIGNMENT"] == f"{tool.topic}:0,1"

    [state] = tool.table("--describe", "--state", "--verbose")
    assert (state["COORDINATOR"], state["ASSIGNMENT-STRATEGY"], state["STATE"], state["#MEMBERS"]) == (
        broker.address,
        "uniform",
        "Stable",
        "1",
    )
    assert state["GROUP-EPOCH"] == state["TARGET-ASSIGNMENT-EPOCH"] == shown["CURRENT-EPOCH"]


def test_a_consumer_group_to_its_end(tool: Tool, consumer: Driver, connection: raw.Connection) -> None:
    rows = [row.split() for row in tool.run("--list", "--state", "--type").splitlines()]
    assert [tool.group, "Consumer", "Stable"] in rows
    assert tool.group in tool.run("--list", "--type", "consumer")
    assert tool.group not in tool.run("--list", "--type", "classic")
    refused = tool.run("--group", tool.group, "--reset-offsets", "--topic", tool.topic, "--to-earliest", "--execute")
    assert "can only be reset if the group" in refused
    assert "not empty" in tool.run("--group", tool.group, "--delete")
    assert "GroupSubscribedToTopicException" in tool.run(
        "--group", tool.group, "--delete-offsets", "--topic", tool.topic
    )
    consumer.stop()
    identity = {"member_id": "", "group_instance_id": "static-1", "reason": "the test is over"}
    [gone] = connection.ask("leave_group", 5, group_id=tool.group, members=[identity]).members
    assert gone.error_code == 0
    assert tool.group in tool.run("--list", "--state", "empty")
    assert tool.reset("--to-offset", "7") == {0: 7, 1: 7}
    assert committed(connection, tool) == [7, 7]
    assert "Deletion of requested consumer groups" in tool.run("--group", tool.group, "--delete")
    assert f"Group {tool.group} not found." in tool.run("--group", tool.group, "--describe")
