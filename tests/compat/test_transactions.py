"""Transactional producers: commit, abort, fencing, timeouts and offsets, seen by both kinds of readers side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from . import raw
from .brokers import Broker
from .clients import KNOWS_KIP_890, TRANSACTIONAL_CLIENTS, Client, Launch
from .conftest import Launches
from .driver import ClientError, Driver
from .test_raw_transactions import feature, finalized

CONTROL = 0x20
PARTITIONS = 2
TIMEOUT_MS = 60_000
MORE_SECONDS = 0.5
FENCED = (47, 90)
"""INVALID_PRODUCER_EPOCH, PRODUCER_FENCED."""
ENDED = (*FENCED, 48, 120)
"""What a client may hear of a transaction that is over: 48 INVALID_TXN_STATE, 120 TRANSACTION_ABORTABLE, too."""


@dataclass
class Stage:
    client: Client
    launch: Launch
    broker: Broker
    logs: Path
    exit: ExitStack
    observer: raw.Connection
    topic: str

    def driver(self) -> Driver:
        log = self.logs / f"driver-{time.monotonic_ns()}.stderr"
        return self.exit.enter_context(Driver(self.launch, self.broker.address, log))

    def producer(self, timeout_ms: int = TIMEOUT_MS) -> Driver:
        """A producer with the transactional id of this test."""
        driver = self.driver()
        driver.ask("init", id=self.topic, timeout_ms=timeout_ms)
        return driver

    def state(self) -> Any:
        [found] = self.observer.ask("describe_transactions", 0, transactional_ids=[self.topic]).transaction_states
        assert found.error_code == 0
        return found

    def last_stable_offset(self, partition: int = 0) -> int:
        return int(raw.fetch(self.observer, self.topic, partition, 0, isolation_level=1).last_stable_offset)

    def read(self, driver: Driver, committed: list[str], uncommitted: list[str]) -> None:
        """What the client reads of the topic in both ways."""
        for is_committed, expected in ((True, committed), (False, uncommitted)):
            seen = driver.ask(
                "read",
                topic=self.topic,
                partitions=PARTITIONS,
                committed=is_committed,
                count=len(expected),
                more_seconds=MORE_SECONDS,
            )
            assert sorted(text for _, _, text in seen) == sorted(expected), is_committed


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, client: Client, broker: Broker, launches: Launches, tmp_path: Path
) -> Iterator[Stage]:
    launch = launches.of_transactions(client)
    with ExitStack() as stack:
        observer = stack.enter_context(broker.connect())
        topic = raw.unique(f"{client.name}.transactions")
        raw.create_topic(observer, topic, PARTITIONS)
        yield Stage(client, launch, broker, tmp_path, stack, observer, topic)


every_client = pytest.mark.parametrize(
    "client", [pytest.param(client, id=client.name) for client in TRANSACTIONAL_CLIENTS]
)


@every_client
def test_committed_aborted_and_open(stage: Stage) -> None:
    """Readers of committed data see what is committed, at once and as a whole; others see everything as it comes."""
    producer, reader = stage.producer(), stage.driver()
    send(producer, stage, (0, "a"), (1, "b"))
    stage.read(reader, [], ["a", "b"])
    producer.ask("commit")
    stage.read(reader, ["a", "b"], ["a", "b"])
    send(producer, stage, (0, "c"), (0, "d"))
    producer.ask("abort")
    stage.read(reader, ["a", "b"], ["a", "b", "c", "d"])
    send(producer, stage, (1, "e"))
    producer.ask("commit")
    send(producer, stage, (0, "f"))
    stage.read(reader, ["a", "b", "e"], ["a", "b", "c", "d", "e", "f"])
    producer.ask("abort")


@every_client
def test_the_protocol_is_the_one_meant(stage: Stage) -> None:
    """TV2 ends every transaction with an epoch of its own, TV1 keeps it; offsets and sequences go on without a gap."""
    producer = stage.producer()
    for text in ("a", "b"):
        send(producer, stage, (0, text))
        producer.ask("commit")
    first, one, second, two = raw.stored_batches(stage.observer, stage.topic, 0)
    assert [header.attributes & 0x30 for header in (first, one, second, two)] == [0x10, 0x30, 0x10, 0x30]
    steps = 1 if stage.client.name in KNOWS_KIP_890 else 0
    epochs = [header.producer_epoch - first.producer_epoch for header in (first, one, second, two)]
    assert epochs == [0, steps, steps, 2 * steps]
    assert second.base_sequence == 1 - steps
    assert (one.base_sequence, one.records_count) == (-1, 1)


@pytest.mark.parametrize(
    "client", [pytest.param(client, id=client.name) for client in TRANSACTIONAL_CLIENTS if client.name in KNOWS_KIP_890]
)
def test_a_client_of_tv2_speaks_tv1_where_that_is_finalized(stage: Stage) -> None:
    """One that speaks TV2 already may go on."""
    before = stage.producer()
    send(before, stage, (0, "a"))
    before.ask("commit")
    try:
        finalize(stage, 1)
        send(before, stage, (0, "b"))
        before.ask("commit")
        between = stage.producer()
        for text, end in (("c", "commit"), ("d", "abort"), ("e", "commit")):
            send(between, stage, (0, text))
            between.ask(end)
    finally:
        finalize(stage, 2)
    after = stage.producer()
    send(after, stage, (0, "f"))
    after.ask("commit")
    stage.read(stage.driver(), ["a", "b", "c", "e", "f"], ["a", "b", "c", "d", "e", "f"])
    headers = raw.stored_batches(stage.observer, stage.topic, 0)
    markers = [header.producer_epoch for header in headers if header.attributes & CONTROL]
    batches = [header.producer_epoch for header in headers if not header.attributes & CONTROL]
    assert [marker - batch for batch, marker in zip(batches, markers, strict=True)] == [1, 1, 0, 0, 0, 1]
    assert len(set(batches[2:5])) == 1


def finalize(stage: Stage, level: int) -> None:
    """Set transaction.version."""
    assert feature(stage.observer, level, 1 if level == 2 else 2) == 0
    raw.until(lambda: finalized(stage.observer) == level, what="the level")
    time.sleep(0.5)  # brokers take it over in their own time


@every_client
def test_a_second_instance_fences_the_first(stage: Stage) -> None:
    old, reader = stage.producer(), stage.driver()
    send(old, stage, (0, "old"))
    new = stage.producer()
    send(new, stage, (0, "new"))
    with pytest.raises(ClientError) as refused:
        send_and_commit(old, stage, (1, "late"))
    check_code(stage, refused.value, FENCED)
    new.ask("commit")
    stage.read(reader, ["new"], ["old", "new"])
    assert stage.state().transaction_state == "CompleteCommit"


@every_client
def test_a_transaction_does_not_outlive_its_timeout(stage: Stage) -> None:
    producer, reader = stage.producer(timeout_ms=2000), stage.driver()
    send(producer, stage, (0, "a"))
    begun = time.monotonic()
    assert stage.last_stable_offset() == 0
    raw.until(lambda: stage.last_stable_offset() == 2, what="the abort")
    assert 1.0 < time.monotonic() - begun < 7.0
    with pytest.raises(ClientError) as refused:
        producer.ask("commit")
    check_code(stage, refused.value, ENDED)
    stage.read(reader, [], ["a"])


@every_client
@pytest.mark.parametrize("commit", [True, False], ids=["commit", "abort"])
def test_offsets_are_part_of_a_transaction(stage: Stage, commit: bool) -> None:
    producer, group = stage.producer(), raw.unique("group")
    send(producer, stage, (0, "a"))
    producer.ask("send_offsets", group=group, topic=stage.topic, offsets={"0": 7, "1": 8})
    assert committed(stage, group, stable=True) == [(-1, 88)] * PARTITIONS
    assert committed(stage, group, stable=False) == [(-1, 0)] * PARTITIONS
    producer.ask("commit" if commit else "abort")
    expected = [(7, 0), (8, 0)] if commit else [(-1, 0)] * PARTITIONS
    raw.until(lambda: committed(stage, group, stable=True) == expected, what="the decision")


@every_client
def test_a_restart_of_the_broker_in_a_transaction(stage: Stage) -> None:
    if not stage.broker.can_restart:
        pytest.skip("nobody said how to restart the broker behind --bootstrap")
    producer, group = stage.producer(), raw.unique("group")
    send(producer, stage, (0, "a"))
    producer.ask("send_offsets", group=group, topic=stage.topic, offsets={"0": 7})
    stage.broker.restart()  # type: ignore[attr-defined]
    stage.observer = stage.exit.enter_context(stage.broker.connect())
    raw.until(lambda: raw.is_ready(stage.observer, stage.topic, PARTITIONS), what="the topic after the restart")
    send_more(producer, stage, (0, "b"), (1, "c"))
    producer.ask("commit")
    stage.read(stage.driver(), ["a", "b", "c"], ["a", "b", "c"])
    raw.until(lambda: committed(stage, group, stable=True)[0] == (7, 0), what="the decision")


def send(driver: Driver, stage: Stage, *messages: tuple[int, str]) -> None:
    """Begin a transaction and send messages in it."""
    driver.ask("begin")
    send_more(driver, stage, *messages)


def send_more(driver: Driver, stage: Stage, *messages: tuple[int, str]) -> None:
    places = driver.ask("send", topic=stage.topic, messages=list(messages))
    assert sorted(partition for partition, _ in places) == sorted(partition for partition, _ in messages)


def send_and_commit(driver: Driver, stage: Stage, *messages: tuple[int, str]) -> None:
    send_more(driver, stage, *messages)
    driver.ask("commit")


def committed(stage: Stage, group: str, *, stable: bool) -> list[tuple[int, int]]:
    """(offset, error) of each partition."""
    where = [{"name": stage.topic, "partition_indexes": list(range(PARTITIONS))}]
    answer = stage.observer.ask("offset_fetch", 8, groups=[{"group_id": group, "topics": where}], require_stable=stable)
    return [(int(one.committed_offset), int(one.error_code)) for one in answer.groups[0].topics[0].partitions]


def check_code(stage: Stage, error: ClientError, codes: tuple[int, ...]) -> None:
    """By number; librdkafka has fencing codes of its own, and kafka-python an error state that remembers its cause."""
    if error.code is None:
        assert any(text in str(error) for text in ("fenced", "Fenced", "FENCED", "InvalidProducerEpoch")), error
    else:
        assert error.code in codes, error
