"""What a client does while it is recorded: a short tour through what it can, on a broker that nobody else uses.

Names are fixed and everything is small, for a recording is kept and replayed. What the tour looks up for itself goes to
the broker directly and changes nothing there, so that it need not be in the recording.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import cache, raw
from .brokers import Broker
from .clients import CODECS, CONNECTOR, STREAM_PROCESSOR, Client, Launch, require_programs
from .clients.launches import JAVA_FLAGS
from .driver import ClientError, Driver
from .scenarios import Stage, consume, message, open_consumer, produce
from .scenarios.connectors import FILE

TOPIC, GROUP, OTHER = "orders", "billing", "other"
PARTITIONS = 2
TIME = 1_700_000_000_000
KEEP = ["log.initial.task.delay.ms=3600000"]
"""Settings of the recorded Kafka: it is not to delete what the tour writes, whose times are long past."""

GROUPS, TRANSACTIONS = 0, 1
"""Key types of FindCoordinator."""
MEMBER_SECONDS = 60.0
TRANSACTION_MS = 60_000
TOOL_SECONDS = 120
LEAST = 3
"""Records that come out of a framework, at least: of each word it may leave out all counts but the last."""
ONE_BY_ONE = {"kafka-streams": {"threads": 1}}
"""Settings with which an application does one thing after the other: who is first is not to be chance."""


@dataclass
class Recorded(Broker):
    """The broker through the proxy for the client; directly for who looks on."""

    address: str
    direct: str

    def connect(self) -> raw.Connection:
        return raw.Connection(self.direct)


def prepare(address: str) -> None:
    """Have the broker make what it makes on first need, so that a recording is not of a broker's first seconds."""
    with raw.Connection(address) as connection:
        raw.until(lambda: coordinator_error(connection, GROUPS) == 0, what="the coordinator of groups")
        raw.until(lambda: coordinator_error(connection, TRANSACTIONS) == 0, what="the coordinator of transactions")
        raw.until(lambda: connection.ask("init_producer_id", 4, transactional_id=None).error_code == 0, what="an id")
        raw.until(
            lambda: connection.ask("offset_fetch", 7, group_id="", topics=None).error_code not in raw.TRY_AGAIN,
            what="the offsets",
        )


def coordinator_error(connection: raw.Connection, key_type: int) -> int:
    answer = connection.ask("find_coordinator", 4, key_type=key_type, coordinator_keys=["prepared"])
    return int(answer.coordinators[0].error_code)


# --- every client -------------------------------------------------------------------------------------------------


def general(client: Client, launch: Launch, broker: Recorded, logs: Path) -> None:
    with ExitStack() as exits:
        stage = Stage(client, launch, broker, logs, exits)
        driver = stage.driver()
        topics(stage, driver)
        produced = producing(stage, driver)
        administration(driver)
        consuming(stage, driver, produced)
        if stage.can("members"):
            groups(stage, driver, produced)
        if stage.can("consumer_protocol"):
            with suppress(ClientError):  # a driver that does not know this yet
                consumer_protocol(stage, produced)
        if stage.can("create_topics"):
            driver.ask("delete_topic", name=TOPIC)


# --- frameworks ---------------------------------------------------------------------------------------------------


def framework(client: Client, launch: Launch, broker: Recorded, logs: Path) -> None:
    """Words are counted, lines are copied; the words come through the proxy, too: the recording has to have them."""
    with ExitStack() as exits:
        stage = Stage(client, launch, broker, logs, exits)
        driver = stage.driver()
        with raw.Connection(broker.address) as connection:
            for topic in (TOPIC, OTHER):
                asked = {"name": topic, "num_partitions": PARTITIONS, "replication_factor": 1}
                connection.ask("create_topics", 7, topics=[asked], timeout=TOOL_SECONDS * 1000)
                raw.until(partial(raw.is_ready, stage.observer, topic, PARTITIONS), what=f"topic {topic}")
            if client.kind == STREAM_PROCESSOR:
                words = raw.batch(
                    b"one two", b"two three", timestamp=TIME
                )  # in one partition: who is first is not chance
                assert raw.produce(connection, TOPIC, words).error_code == 0
        if client.kind == STREAM_PROCESSOR:
            settings: dict[str, object] = {"directory": str(logs / "state"), "exactly_once": False}
            settings |= ONE_BY_ONE.get(client.name, {})
            driver.ask("start", application=GROUP, input=TOPIC, output=OTHER, **settings)
        else:
            copy_lines(driver, logs)
        target = OTHER if client.kind == STREAM_PROCESSOR else TOPIC

        def is_done() -> bool:
            copied = client.kind != CONNECTOR or f"line {LEAST - 1}" in (logs / "target").read_text()
            ends = [raw.end_offset(stage.observer, target, partition) for partition in range(PARTITIONS)]
            return copied and sum(ends) >= LEAST

        raw.until(is_done, MEMBER_SECONDS, "what comes of it")
        driver.ask("stop")


def copy_lines(driver: Driver, logs: Path) -> None:
    (logs / "target").touch()
    (logs / "source").write_text("".join(f"line {number}\n" for number in range(LEAST)))
    driver.ask("start", directory=str(logs), group=None)
    for name, settings in (
        ("Source", {"file": "source", "topic": TOPIC}),
        ("Sink", {"file": "target", "topics": TOPIC}),
    ):
        config = {"connector.class": f"{FILE}{name}Connector", **settings, "file": str(logs / settings["file"])}
        driver.ask("connect", name=name, config=config)


@contextmanager
def refused() -> Iterator[None]:
    """What the broker says is in the recording."""
    with suppress(ClientError):
        yield
        raise AssertionError("the broker should have refused this")


def topics(stage: Stage, driver: Driver) -> None:
    if not stage.can("create_topics"):
        produce(driver, TOPIC, [message("this makes the topic")])
        return
    driver.ask("create_topic", name=TOPIC, partitions=PARTITIONS)
    raw.until(lambda: raw.is_ready(stage.observer, TOPIC, PARTITIONS), what=f"topic {TOPIC}")
    driver.ask("partitions", name=TOPIC)
    for name in (TOPIC, "no spaces allowed"):
        with refused():
            driver.ask("create_topic", name=name, partitions=PARTITIONS)
    with refused():
        driver.ask("delete_topic", name="missing")


def producing(stage: Stage, driver: Driver) -> int:
    """Return how many messages there are."""
    count = 0 if stage.can("create_topics") else 1
    for codec in CODECS:
        if stage.can(codec):
            count += some(stage, driver, f"in {codec}", codec=codec)
    count += some(stage, driver, "acks 1", acks="1")
    if stage.can("acks_0"):
        count += some(stage, driver, "acks 0", acks="0")
        raw.until(lambda: stored(stage) == count, what="messages without an acknowledgement")
    if stage.can("idempotent"):
        count += some(stage, driver, "first", idempotent=True)
        count += some(stage, driver, "second", idempotent=True)
    with refused():
        produce(driver, TOPIC, [message("x" * 2_000_000)], max_request_bytes=4_000_000)
    return count


def some(stage: Stage, driver: Driver, text: str, **settings: object) -> int:
    messages = []
    for number in range(4):
        one = message(f"{number} {text}", key=f"key {number}") | {"headers": [["name", text], ["empty", ""]]}
        one |= {"timestamp": TIME + number} if stage.can("timestamps") else {}
        one |= {"partition": number % PARTITIONS} if stage.can("partitions") and stage.can("create_topics") else {}
        messages.append(one)
    produce(driver, TOPIC, messages, **settings)
    return len(messages)


def stored(stage: Stage) -> int:
    count = raw.partition_count(stage.observer, TOPIC)
    return sum(raw.end_offset(stage.observer, TOPIC, partition) for partition in range(count))


def administration(driver: Driver) -> None:
    """What a client lacks, or its driver does not know, is answered with an error."""
    commands: list[tuple[str, dict[str, object]]] = [
        ("list_topics", {}),
        ("create_partitions", {"name": TOPIC, "partitions": PARTITIONS}),
        ("create_topic", {"name": OTHER, "partitions": 1}),
        ("create_partitions", {"name": OTHER, "partitions": 3}),
        ("topic_configs", {"name": OTHER}),
        ("set_topic_configs", {"name": OTHER, "configs": {"retention.ms": "86400000"}}),
        ("set_topic_configs", {"name": OTHER, "configs": {"retention.ms": "soon"}}),
        ("topic_configs", {"name": OTHER}),
        ("topic_configs", {"name": "missing"}),
        ("set_group_offsets", {"group": OTHER, "topic": TOPIC, "offsets": {"0": 1}}),
        ("describe_group", {"group": OTHER}),
        ("group_offsets", {"group": OTHER, "topic": TOPIC}),
        ("describe_group", {"group": "missing"}),
        ("delete_records", {"topic": TOPIC, "partition": 0, "before": 1_000_000}),
        ("delete_group", {"group": OTHER}),
        ("delete_topic", {"name": OTHER}),
    ]
    for command, parameters in commands:
        with suppress(ClientError):
            driver.ask(command, **parameters)


def consuming(stage: Stage, driver: Driver, produced: int) -> None:
    consumer = stage.driver()
    open_consumer(consumer, TOPIC)
    consume(consumer, produced)
    if stage.can("seek"):
        consumer.ask("seek", partition=0, offset=1)
        consume(consumer, 1)
    consumer.ask("close")
    if stage.can("offset_for_time"):
        for timestamp in (TIME + 2, TIME + 1_000_000_000_000):
            driver.ask("offset_for_time", topic=TOPIC, partition=0, timestamp=timestamp)


def groups(stage: Stage, driver: Driver, produced: int) -> None:
    """A member that consumes and commits, then a second, and what is left of the group."""
    first = stage.driver()
    open_consumer(first, TOPIC, GROUP)
    consume(first, produced)
    first.ask("commit")
    if stage.can("timely_poll"):
        second_member(stage, first)
    if stage.can("groups"):
        driver.ask("list_groups")
        driver.ask("group_offsets", group=GROUP, topic=TOPIC)
    first.ask("close")
    if stage.can("groups") and stage.can("delete_group"):
        driver.ask("delete_group", group=GROUP)
        with refused():
            driver.ask("delete_group", group=GROUP)


def second_member(stage: Stage, first: Driver) -> None:
    """It comes later and leaves earlier."""
    second = stage.driver()
    open_consumer(second, TOPIC, GROUP)
    members_until(stage, GROUP, [first, second], 2)
    second.ask("close")
    members_until(stage, GROUP, [first], 1)


def members_until(stage: Stage, group: str, members: list[Driver], count: int) -> None:
    """All members poll until the group is stable with so many."""
    deadline = time.monotonic() + MEMBER_SECONDS
    while True:
        state = raw.group_state(stage.observer, group)
        if state.state == "Stable" and len(state.assignments) == count:
            return
        assert time.monotonic() < deadline, f"{count} members of {group} did not agree: {state}"
        for member in members:
            member.send("poll", seconds=0.3)
        for member in members:
            member.answer()


def consumer_protocol(stage: Stage, produced: int) -> None:
    """A member of the consumer protocol (KIP-848), and one by its pattern."""
    for pattern in (None, "ord.*"):
        driver, group = stage.driver(), f"{GROUP} {pattern}"
        settings = {"protocol": "consumer", "assignor": None, "instance": None, "pattern": pattern}
        open_consumer(driver, TOPIC, group, member=settings)
        consume(driver, produced)
        driver.ask("commit")
        driver.ask("close")


# --- transactional clients ----------------------------------------------------------------------------------------


def transactions(client: Client, launch: Launch, broker: Recorded, logs: Path) -> None:
    with ExitStack() as exits:
        new_topic(broker)
        drivers = [exits.enter_context(Driver(launch, broker.address, logs / f"{name}.stderr")) for name in "abc"]
        first, second, reader = drivers
        first.ask("init", id=TOPIC, timeout_ms=TRANSACTION_MS)
        transaction(first, "commit", "committed")
        transaction(first, "abort", "aborted")
        first.ask("begin")
        first.ask("send", topic=TOPIC, messages=[[0, "with offsets"]])
        first.ask("send_offsets", group=GROUP, topic=TOPIC, offsets={"0": 7, "1": 8})
        first.ask("commit")
        transaction(first, None, "never ended")
        second.ask("init", id=TOPIC, timeout_ms=TRANSACTION_MS)
        with suppress(ClientError):  # the first is fenced: some clients say so only when they are asked again
            transaction(first, "commit", "fenced")
        transaction(second, "commit", "last")
        for committed, count in ((True, 3), (False, 5)):
            reader.ask("read", topic=TOPIC, partitions=PARTITIONS, committed=committed, count=count, more_seconds=0.2)


def new_topic(broker: Recorded) -> None:
    """For a driver that cannot; it is in the recording, the wait for it is not."""
    topic = {"name": TOPIC, "num_partitions": PARTITIONS, "replication_factor": 1}
    with raw.Connection(broker.address) as recorded, broker.connect() as observer:
        recorded.ask("create_topics", 7, topics=[topic], timeout=30000)
        raw.until(lambda: raw.is_ready(observer, TOPIC, PARTITIONS), what=f"topic {TOPIC}")


def transaction(driver: Driver, end: str | None, text: str) -> None:
    driver.ask("begin")
    driver.ask("send", topic=TOPIC, messages=[[0, text]])
    if end is not None:
        driver.ask(end)


# --- Kafka's own tools, which ask for what no other client asks for -----------------------------------------------

CLASSES = {
    "TOPICS": "org.apache.kafka.tools.TopicCommand",
    "GROUPS": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "CONFIGS": "kafka.admin.ConfigCommand",
}
"""The others are in org.apache.kafka.tools."""

COMMANDS = """\
TOPICS --create --topic orders --partitions 2 --config retention.ms=86400000
TOPICS --describe
TOPICS --list
TOPICS --alter --topic orders --partitions 3
TOPICS --alter --topic orders --partitions 2
TOPICS --create --topic orders --replication-factor 3
TOPICS --create --topic other --replication-factor 3
TOPICS --create --topic other --config nonsense=1
TOPICS --create --topic other --config retention.ms=soon
CONFIGS --describe --all --entity-type topics --entity-name orders
CONFIGS --describe --all --entity-type brokers --entity-name 1
CONFIGS --describe --all --entity-type groups --entity-name billing
CONFIGS --describe --entity-type topics
CONFIGS --alter --entity-type topics --entity-name orders --add-config cleanup.policy=compact
CONFIGS --alter --entity-type topics --entity-name orders --add-config cleanup.policy=keep
CONFIGS --alter --entity-type topics --entity-name orders --delete-config cleanup.policy
CONFIGS --alter --entity-type topics --entity-name missing --add-config cleanup.policy=compact
GROUPS --list --state
GROUPS --describe --group missing
GROUPS --group billing --reset-offsets --to-earliest --topic orders --execute
GROUPS --describe --group billing
GROUPS --delete-offsets --group billing --topic orders
GROUPS --delete --group billing
GetOffsetShell
BrokerApiVersionsCommand
LogDirsCommand --describe
TransactionsCommand list
TransactionsCommand describe-producers --topic orders --partition 0
TransactionsCommand describe --transactional-id missing
FeatureCommand describe
LeaderElectionCommand --election-type preferred --all-topic-partitions
ReassignPartitionsCommand --list
ClusterTool cluster-id
TOPICS --delete --topic orders
"""


def tools(client: Client, launch: Launch, broker: Recorded, logs: Path) -> None:
    """Each command, whether it succeeds or is to fail."""
    with (logs / "tools").open("wb") as output:
        for line in COMMANDS.splitlines():
            tool, *words = line.split()
            place = len(words) if tool == "ClusterTool" else 0  # it has a verb in front of its options
            words[place:place] = ["--bootstrap-server", broker.address]
            output.write(f"\n$ {line}\n".encode())
            output.flush()
            command = [*launch.command, CLASSES.get(tool, f"org.apache.kafka.tools.{tool}"), *words]
            subprocess.run(command, stdout=output, stderr=output, timeout=TOOL_SECONDS)


def prepare_tools() -> Launch:
    require_programs("java")
    return Launch(["java", *JAVA_FLAGS, "-cp", f"{cache.jars('tools')}:{cache.jars('log')}"], {})


KAFKAS_TOOLS = Client("kafkas-tools", prepare_tools, cannot={"transactions": "it is no client of that kind"})

Tour = Callable[[Client, Launch, Recorded, Path], None]
