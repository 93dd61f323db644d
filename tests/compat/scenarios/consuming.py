"""Consuming: where it begins, how much comes at a time, and how long it waits."""

import time
from typing import Any

from tests.compat import raw

from .stage import Stage
from .steps import CONSUME_SECONDS, Message, check_order, consume, message, numbered, open_consumer, produce, values

TRANSACTIONAL = 0x10
LONG_SECONDS = 30.0


def seek(stage: Stage) -> None:
    """A consumer goes back and forward in a partition, and gets what follows."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    stage.fill(topic, 100)
    open_consumer(driver, topic)
    assert len(consume(driver, 100)) == 100
    for offset in (10, 90, 0):
        driver.ask("seek", partition=0, offset=offset)
        assert values(consume(driver, 100 - offset)) == [f"{number}" for number in range(offset, 100)]


def offset_for_time(stage: Stage) -> None:
    """A time leads to the first message at or after it, and nowhere after the last; consuming can start there."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    for start in (0, 100):
        messages = numbered(100, start)
        if stage.can("timestamps"):
            for number, each in enumerate(messages, start):
                each["timestamp"] = 1_700_000_000_000 + number * 1000
        produce(driver, topic, messages)
    open_consumer(driver, topic)
    seen = consume(driver, 200)

    wanted = seen[100]["timestamp"]
    first = next(came["offset"] for came in seen if came["timestamp"] >= wanted)
    assert driver.ask("offset_for_time", topic=topic, partition=0, timestamp=wanted) == first
    assert driver.ask("offset_for_time", topic=topic, partition=0, timestamp=seen[0]["timestamp"] - 1) == 0
    assert driver.ask("offset_for_time", topic=topic, partition=0, timestamp=seen[-1]["timestamp"] + 1) is None
    if stage.can("seek"):
        driver.ask("seek", partition=0, offset=first)
        assert consume(driver, 1)[0]["offset"] == first


def from_the_end(stage: Stage) -> None:
    """A consumer that begins at the end gets only what is written from then on."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    stage.fill(topic, 100)
    open_consumer(driver, topic, start="latest")
    seen: list[Message] = []
    deadline = time.monotonic() + CONSUME_SECONDS
    number = 100
    while not seen:  # nobody knows when the client has asked where the end is
        assert time.monotonic() < deadline, "no message came"
        seen += driver.ask("poll", seconds=1.0)
        stage.fill(topic, 1, begin=number)
        number += 1
    seen += consume(driver, number - int(seen[-1]["value"]) - 1)
    assert seen[0]["offset"] >= 100
    assert values(seen) == [f"{number}" for number in range(seen[0]["offset"], number)]


def pause_and_resume(stage: Stage) -> None:
    """Of a paused partition nothing comes while others are read; resumed, it goes on where it stood."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=2)
    stage.fill(topic, 20, partitions=2)
    open_consumer(driver, topic)
    assert len(consume(driver, 40)) == 40
    driver.ask("pause", partition=0)
    time.sleep(1.0)  # a fetch that is under way may still bring something
    stage.fill(topic, 20, partitions=2, begin=20)
    seen = consume(driver, 20) + driver.ask("poll", seconds=1.0)
    assert {came["partition"] for came in seen} == {1}
    driver.ask("resume", partition=0)
    seen = consume(driver, 20)
    assert {came["partition"] for came in seen} == {0}
    assert values(seen) == [f"{number}" for number in range(20, 40)]


def fetch_limit(stage: Stage) -> None:
    """A consumer that asks for 8 KiB at a time gets on through batches far larger than that."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number} " + "x" * 50_000) for number in range(20)]
    produce(driver, topic, messages, batch_bytes=400_000)
    batches = raw.stored_batches(stage.observer, topic)
    assert min(header.batch_length for header in batches) > 50_000
    open_consumer(driver, topic, fetch_bytes=8192)
    assert values(consume(driver, 20)) == values(messages)


def long_poll(stage: Stage) -> None:
    """A consumer that waits at the end gets a message when it is written, not when its patience ends."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    stage.fill(topic, 1)
    open_consumer(driver, topic)
    assert values(consume(driver, 1)) == ["0"]
    driver.send("poll", seconds=LONG_SECONDS)
    time.sleep(1.0)
    stage.fill(topic, 1, begin=1)
    written = time.monotonic()
    seen = driver.answer()
    waited = time.monotonic() - written
    assert values(seen or consume(driver, 1)) == ["1"]
    assert waited < LONG_SECONDS / 3


def read_committed(stage: Stage) -> None:
    """A consumer of committed data gets nothing of an aborted transaction, and of an open one nothing until it ends."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    stage.fill(topic, 2)
    transaction = Transaction(stage.observer, topic)
    transaction.write(b"aborted")
    transaction.end(committed=False)
    transaction.write(b"committed")
    transaction.end(committed=True)
    transaction.write(b"open")
    open_consumer(driver, topic, isolation="read_committed")
    seen = consume(driver, 3) + driver.ask("poll", seconds=1.0)
    assert values(seen) == ["0", "1", "committed"]
    transaction.end(committed=True)
    assert values(consume(driver, 1)) == ["open"]
    check_order(seen)


class Transaction:
    """Transactions of one producer on one partition, without a client (TV1: one epoch for all)."""

    def __init__(self, connection: raw.Connection, topic: str) -> None:
        self._connection, self._topic, self._id = connection, topic, raw.unique("transaction")
        asked = {"transactional_id": self._id, "transaction_timeout": 60_000}
        find = {"key_type": 1, "coordinator_keys": [self._id]}
        self._ask("find_coordinator", 4, lambda answer: answer.coordinators[0], **find)
        found = self._ask("init_producer_id", 3, **asked)
        self._producer = {"producer_id": found.producer_id, "producer_epoch": found.producer_epoch}
        self._sequence = 0

    def write(self, value: bytes) -> None:
        prefixed = {f"v3_and_below_{name}": given for name, given in self._producer.items()}
        self._ask(
            "add_partitions_to_txn",
            3,
            lambda answer: answer.results_by_topic_v3_and_below[0].results_by_partition[0],
            v3_and_below_transactional_id=self._id,
            v3_and_below_topics=[{"name": self._topic, "partitions": [0]}],
            **prefixed,
        )
        batch = raw.batch(value, base_sequence=self._sequence, attributes=TRANSACTIONAL, **self._producer)
        asked = raw.produce_request(self._topic, batch) | {"transactional_id": self._id}
        self._ask("produce", 9, lambda answer: answer.responses[0].partition_responses[0], **asked)
        self._sequence += 1

    def end(self, *, committed: bool) -> None:
        self._ask("end_txn", 3, transactional_id=self._id, committed=committed, **self._producer)

    def _ask(self, api: str, version: int, part: Any = lambda answer: answer, **values: Any) -> Any:
        """Again while the broker says that it is not ready; `part`: where the answer has its error code."""

        def ask() -> Any:
            found = part(self._connection.ask(api, version, **values))
            code = int(getattr(found, "error_code", getattr(found, "partition_error_code", 0)))
            return None if code in (*raw.TRY_AGAIN, 51) else (code, found)

        code, found = raw.until(ask, what=api)
        assert code == 0, f"{api}: {code}"
        return found
