"""kill -9 in the middle of producing, again and again: nothing acknowledged is lost, doubled or out of order.

The process is killed, not the machine: what a broker has handed to the operating system survives. An idempotent
producer sends what had no answer again, and only a broker that remembers its last batches can tell that it has them.

`--rounds N` for a longer run: `scripts/test --only compat -k kill_nine -s --rounds 500`.
"""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from . import log_content, raw
from .brokers import BrokerProcess
from .clients import CLIENTS, Client
from .conftest import Launches
from .driver import Driver
from .log_content import Place
from .scenarios import check_order, consume, message, open_consumer

TOPIC = "killed"
PARTITIONS = 3
MESSAGES = 3000  # per round
VALUE_BYTES = 200
ROUNDS = 10
PRODUCERS = [client for client in CLIENTS if client.name == "franz-go"]


@pytest.mark.parametrize("client", [pytest.param(client, id=client.name) for client in PRODUCERS])
def test_nothing_acknowledged_is_lost_or_doubled(
    client: Client, own_broker: BrokerProcess, launches: Launches, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    rounds = request.config.getoption("rounds", None) or ROUNDS
    with own_broker.connect() as connection:
        raw.create_topic(connection, TOPIC, PARTITIONS)
    with Driver(launches.of(client), own_broker.address, tmp_path / "driver.stderr") as driver:
        tally = Tally()
        for number in range(rounds):
            one_round(driver, own_broker, number, tally)
        stored = read_back(driver, own_broker)
    lost = tally.acknowledged.items() - stored.items()
    doubled = len(stored) - len(set(stored.values()))
    print(
        f"\n{client.name} on {own_broker.kind}: {rounds} rounds, {tally.in_flight} of them with messages in flight, "
        f"{len(tally.acknowledged)} messages acknowledged, lost {len(lost)}, duplicates {doubled}; "
        f"from start after kill -9 to first answer {min(tally.starts):.2f}-{max(tally.starts):.2f} s"
    )
    assert not lost
    assert not doubled
    for partition in range(PARTITIONS):
        numbers = [int(value) for (where, _), value in sorted(stored.items()) if where == partition]
        assert numbers == sorted(numbers), f"partition {partition} is out of order"
    assert tally.in_flight >= rounds / 2, "the kills came too late to show anything"


class Tally:
    def __init__(self) -> None:
        self.acknowledged: dict[tuple[int, int], str] = {}  # the value at each partition and offset
        self.in_flight = 0
        self.starts: list[float] = []


def one_round(driver: Driver, broker: BrokerProcess, number: int, tally: Tally) -> None:
    """Produce, kill when some of it has arrived, start again, wait until all is acknowledged."""
    values = [f"{number * MESSAGES + index}" for index in range(MESSAGES)]
    messages = [message(value.ljust(VALUE_BYTES), partition=index % PARTITIONS) for index, value in enumerate(values)]
    kill_at = int((number + random.uniform(0.05, 0.4)) * MESSAGES)
    settings = {"codec": "none", "acks": "all", "idempotent": True, "batch_bytes": 4000, "max_request_bytes": None}
    with broker.connect() as connection:
        driver.send("produce", topic=TOPIC, messages=messages, **settings)
        while stored_count(connection) < kill_at and not driver.answered():
            pass  # each turn waits for the broker's answer
    broker.kill_nine()
    tally.in_flight += not driver.answered()
    before = time.monotonic()
    broker.start()
    tally.starts.append(time.monotonic() - before)
    places = [(partition, offset) for partition, offset in driver.answer()]
    tally.acknowledged |= dict(zip(places, values, strict=True))


def stored_count(connection: raw.Connection) -> int:
    return sum(raw.end_offset(connection, TOPIC, partition) for partition in range(PARTITIONS))


def read_back(driver: Driver, broker: BrokerProcess) -> dict[tuple[int, int], str]:
    with broker.connect() as connection:
        count = stored_count(connection)
    open_consumer(driver, TOPIC)
    records = consume(driver, count)
    check_order(records)
    return {(record["partition"], record["offset"]): record["value"].rstrip() for record in records}


# --- Producers that never stop, each a process ---------------------------------------------------------------------

STREAM_TOPICS: dict[str, dict[str, str]] = {
    "killed-a": {},
    "killed-b": {"segment_ms": "300"},  # so that kills meet segments that end and begin, and their indexes
    "killed-c": {"segment_bytes": "1048576", "index_interval_bytes": "64"},
}
STREAM_PARTITIONS = 8
KILL_SECONDS = (0.05, 1.5)


@dataclass(frozen=True)
class Load:
    client: str
    processes: int
    rounds: int
    idempotent: bool = True

    @property
    def name(self) -> str:
        return f"{self.client}{'' if self.idempotent else '-not-idempotent'}"


LOADS = (
    Load("confluent-kafka", processes=4, rounds=20),
    Load("confluent-kafka", processes=4, rounds=5, idempotent=False),
    Load("aiokafka", processes=2, rounds=5),
    Load("kafka-python-3.0", processes=2, rounds=5),
)


@dataclass
class Verdict:
    """What became of all messages."""

    acknowledged: int = 0
    stored: int = 0
    lost: list[tuple[Place, int, str]] = field(default_factory=list)
    """Acknowledged, and something else or nothing is there: place, offset, value."""
    duplicates: int = 0
    out_of_order: list[tuple[Place, str]] = field(default_factory=list)
    """Place and producer whose messages are not in the order in which they were sent."""


@pytest.mark.parametrize("load", [pytest.param(load, id=load.name) for load in LOADS])
def test_producers_that_never_stop(
    load: Load, own_broker: BrokerProcess, launches: Launches, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    rounds = request.config.getoption("rounds", None) or load.rounds
    [client] = [client for client in CLIENTS if client.name == load.client]
    with own_broker.connect() as connection:
        for topic, configs in STREAM_TOPICS.items():
            raw.create_topic(connection, topic, STREAM_PARTITIONS, **configs)
    with contextlib.ExitStack() as stack:
        names = [f"producer-{number}" for number in range(load.processes)]
        drivers = {name: Driver(launches.of(client), own_broker.address, tmp_path / name) for name in names}
        for name, driver in drivers.items():
            stack.enter_context(driver)
            settings = {"partitions": STREAM_PARTITIONS, "idempotent": load.idempotent}
            driver.ask("stream", name=name, topics=list(STREAM_TOPICS), **settings)
        starts = [kill_and_start(own_broker) for _ in range(rounds)]
        outcomes = {name: driver.ask("stop_stream") for name, driver in drivers.items()}
    verdict = judge(outcomes, stored_values(own_broker.address))
    failed = sum(outcome["failed"] for outcome in outcomes.values())
    print(
        f"\n{load.processes} x {load.name} on {own_broker.kind}: {rounds} rounds, "
        f"{verdict.acknowledged} messages acknowledged, {failed} given up, {verdict.stored} stored; "
        f"lost {len(verdict.lost)}, duplicates {verdict.duplicates}, out of order {len(verdict.out_of_order)}; "
        f"from start after kill -9 to first answer {min(starts):.2f}-{max(starts):.2f} s"
    )
    assert verdict.acknowledged > rounds * len(STREAM_TOPICS) * STREAM_PARTITIONS, "too little to show anything"
    assert not verdict.lost
    if load.idempotent:
        assert verdict.duplicates == 0
        assert not verdict.out_of_order


def kill_and_start(broker: BrokerProcess) -> float:
    """Kill it after a random while; the seconds until it answers again."""
    time.sleep(random.uniform(*KILL_SECONDS))
    broker.kill_nine()
    before = time.monotonic()
    broker.start()
    return time.monotonic() - before


def stored_values(address: str) -> dict[Place, list[tuple[int, str]]]:
    """(offset, value) of all records of each partition."""
    places = [(topic, partition) for topic in STREAM_TOPICS for partition in range(STREAM_PARTITIONS)]
    found = log_content.read(address, places, "read_uncommitted")
    return {place: [(record["offset"], record["value"]) for record in records] for place, records in found.items()}


def judge(outcomes: Mapping[str, Any], stored: Mapping[Place, Sequence[tuple[int, str]]]) -> Verdict:
    """`outcomes`: producer -> the answer to stop_stream; `stored`: place -> (offset, "PRODUCER NUMBER"), by offset."""
    verdict = Verdict(stored=sum(map(len, stored.values())))
    by_offset = {place: dict(records) for place, records in stored.items()}
    for name, outcome in outcomes.items():
        for topic, partitions in outcome["acknowledged"].items():
            for partition, acknowledged in partitions.items():
                place = (topic, int(partition))
                verdict.acknowledged += len(acknowledged)
                for number, offset in acknowledged:
                    if by_offset[place].get(offset) != f"{name} {number}":
                        verdict.lost.append((place, offset, f"{name} {number}"))
    for place, records in stored.items():
        verdict.duplicates += sum(count - 1 for count in Counter(value for _, value in records).values())
        last: dict[str, int] = {}
        for _, value in records:
            name, number = value.split()
            if int(number) < last.get(name, -1):
                verdict.out_of_order.append((place, name))
            last[name] = int(number)
    return verdict


PLACE = ("t", 0)
TWO = [(0, "a 0"), (1, "a 1")]


@pytest.mark.parametrize(
    ("acknowledged", "stored", "lost", "duplicates", "out_of_order"),
    [
        pytest.param([[0, 0], [1, 1]], TWO, 0, 0, 0, id="all is well"),
        pytest.param([[0, 0]], TWO, 0, 0, 0, id="stored without an answer"),
        pytest.param([[0, 0], [1, 1], [2, 2]], TWO, 1, 0, 0, id="the tail is lost"),
        pytest.param([[0, 0], [1, 1]], [(0, "a 0"), (1, "a 2")], 1, 0, 0, id="another one is there"),
        pytest.param([[0, 0], [1, 1]], [(0, "a 0"), (2, "a 1")], 1, 0, 0, id="at another offset"),
        pytest.param([[0, 0], [1, 2]], [(0, "a 0"), (1, "a 0"), (2, "a 1")], 0, 1, 0, id="doubled"),
        pytest.param([[0, 1], [1, 0]], [(0, "a 1"), (1, "a 0")], 0, 0, 1, id="out of order"),
        pytest.param([[0, 0], [1, 2]], [(0, "a 0"), (1, "b 7"), (2, "a 1")], 0, 0, 0, id="two producers"),
    ],
)
def test_the_judge_sees(
    acknowledged: list[list[int]], stored: list[tuple[int, str]], lost: int, duplicates: int, out_of_order: int
) -> None:
    verdict = judge({"a": {"acknowledged": {"t": {"0": acknowledged}}}}, {PLACE: stored})
    assert (len(verdict.lost), verdict.duplicates, len(verdict.out_of_order)) == (lost, duplicates, out_of_order)
    assert (verdict.acknowledged, verdict.stored) == (len(acknowledged), len(stored))
