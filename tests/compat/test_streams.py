"""Kafka Streams counts words with exactly_once_v2 while it and the broker are killed: the totals are right.

The application caches nothing and sends every count, so what is read of committed data has to be 1, 2, 3 and so on for
each word, in this order, up to how often that word was sent.

`--rounds N` for a longer run: `scripts/test --only compat -k streams -s --rounds 50`.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from . import log_content, raw
from .brokers import BrokerProcess
from .clients import CLIENTS, Launch
from .conftest import Launches
from .driver import Driver

INPUT, OUTPUT = "lines", "counts"
PARTITIONS = 2
VOCABULARY = [f"word-{number}" for number in range(30)]
LINES = 3000
"""Per round."""
WORDS_PER_LINE = 8
ROUNDS = 3
SECONDS = 90.0
"""For all counts of a round: an application that is killed is missed after its session timeout of six seconds."""


@pytest.fixture(scope="module")
def word_count(launches: Launches) -> Launch:
    [client] = [client for client in CLIENTS if client.name == "kafka-streams"]
    return launches.of(client)


class Application:
    """The word count; what it has on disk is there when it is started again."""

    def __init__(self, launch: Launch, broker: BrokerProcess, directory: Path) -> None:
        self._launch = launch
        self._address = broker.address
        self._directory = directory
        self._starts = 0
        self._driver: Driver | None = None

    def start(self) -> None:
        self._starts += 1
        self._driver = Driver(self._launch, self._address, self._directory / f"application-{self._starts}.stderr")
        settings = {"directory": str(self._directory / "state"), "exactly_once": True}
        self._driver.ask("start", application="word-count", input=INPUT, output=OUTPUT, **settings)

    def kill_nine(self) -> None:
        assert self._driver is not None
        self._driver.stop()


@pytest.fixture
def application(word_count: Launch, own_broker: BrokerProcess, tmp_path: Path) -> Iterator[Application]:
    with own_broker.connect() as connection:
        for topic in (INPUT, OUTPUT):
            raw.create_topic(connection, topic, PARTITIONS)
    application = Application(word_count, own_broker, tmp_path)
    application.start()
    yield application
    application.kill_nine()


def test_every_word_is_counted_once(
    application: Application, own_broker: BrokerProcess, request: pytest.FixtureRequest
) -> None:
    rounds = request.config.getoption("rounds", None) or ROUNDS
    sent: Counter[str] = Counter()
    counts = CommittedCounts(own_broker.address)
    report = []
    for number in range(rounds):
        begun = written(own_broker)
        sent += send_lines(own_broker.address)
        reached = wait_for_output(own_broker, begun + int(random.uniform(0.05, 0.5) * LINES * WORDS_PER_LINE))
        victim = (application, own_broker)[number % 2]
        victim.kill_nine()
        killed = time.monotonic()
        assert reached < begun + LINES * WORDS_PER_LINE, "the kill came too late to show anything"
        victim.start()
        counts.wait_for(sent.total())
        report.append(f"{('application', 'broker')[number % 2]} {time.monotonic() - killed:.1f}")
    counts.close()
    print(
        f"\nKafka Streams on {own_broker.kind}: {sent.total()} words in {rounds} rounds; "
        f"seconds from kill -9 to all counts: {', '.join(report)}"
    )
    assert read_counts(own_broker.address) == {word: list(range(1, times + 1)) for word, times in sent.items()}


def send_lines(address: str) -> Counter[str]:
    """How often each word is in the lines sent."""
    lines = [random.choices(VOCABULARY, k=WORDS_PER_LINE) for _ in range(LINES)]
    writer = log_content.Writer(address)
    for partition in range(PARTITIONS):
        records = ({"value": " ".join(line).encode()} for line in lines[partition::PARTITIONS])
        writer.send(INPUT, *records, partition=partition)
    return Counter(word for line in lines for word in line)


def written(broker: BrokerProcess) -> int:
    """How far the output reaches, whatever becomes of it."""
    with broker.connect() as connection:
        return sum(raw.end_offset(connection, OUTPUT, partition) for partition in range(PARTITIONS))


def wait_for_output(broker: BrokerProcess, offsets: int) -> int:
    """Until it reaches as far as that; how far it does."""
    raw.until(lambda: written(broker) >= offsets, SECONDS, f"output up to {offsets}")
    return written(broker)


class CommittedCounts:
    """A reader of committed data, who counts the counts."""

    def __init__(self, address: str) -> None:
        settings = {"group.id": "counts", "enable.auto.commit": False, "isolation.level": "read_committed"}
        self._consumer = Consumer(settings | {"bootstrap.servers": address, "log_level": 2})
        self._consumer.assign([TopicPartition(OUTPUT, number, OFFSET_BEGINNING) for number in range(PARTITIONS)])
        self._seen = 0

    def wait_for(self, total: int) -> None:
        raw.until(lambda: self._so_far() >= total, SECONDS, f"the arrival of {total} counts")

    def _so_far(self) -> int:
        self._seen += sum(one.error() is None for one in self._consumer.consume(10_000, timeout=0.2))
        return self._seen

    def close(self) -> None:
        self._consumer.close()


def read_counts(address: str) -> dict[str, list[int]]:
    """All committed counts of each word, in the order of the log."""
    places = [(OUTPUT, partition) for partition in range(PARTITIONS)]
    found: dict[str, list[int]] = {}
    for records in log_content.read(address, places, "read_committed").values():
        for record in records:
            found.setdefault(record["key"], []).append(int(record["value"]))
    return found
