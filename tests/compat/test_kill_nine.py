"""kill -9 in the middle of producing, again and again: nothing acknowledged is lost, doubled or out of order.

The process is killed, not the machine: what a broker has handed to the operating system survives. An idempotent
producer sends what had no answer again, and only a broker that remembers its last batches can tell that it has them.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import raw
from .brokers import BrokerProcess
from .clients import CLIENTS, Client
from .conftest import Launches, new_broker
from .driver import Driver
from .scenarios import check_order, consume, message, open_consumer

TOPIC = "killed"
PARTITIONS = 3
MESSAGES = 3000  # per round
VALUE_BYTES = 200
ROUNDS = 20
PRODUCERS = [client for client in CLIENTS if client.name in ("confluent-kafka", "kafka-python-3.0", "franz-go")]


@pytest.fixture
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    broker = new_broker(request, tmp_path)
    yield broker
    if broker.alive():
        broker.kill_nine()


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
