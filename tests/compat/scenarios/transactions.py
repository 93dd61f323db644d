"""Transactions, by the client's program for them (drivers/transactions.py)."""

from typing import Any

import pytest

from tests.compat import raw
from tests.compat.driver import ClientError, Driver

from .stage import Stage

PARTITIONS = 2
TIMEOUT_MS = 300_000  # longer than any broker takes to start again
MORE_SECONDS = 0.5
SECONDS = 60.0
FENCED = (47, 90)
"""INVALID_PRODUCER_EPOCH, PRODUCER_FENCED."""


def transactions(stage: Stage) -> None:
    """Readers of committed data see what is committed, as a whole; others see everything as it comes."""
    topic = stage.new_topic(partitions=PARTITIONS)
    producer, reader = begun(stage, topic), stage.transactional_driver()
    send(producer, topic, (0, "a"), (1, "b"))
    check(reader, topic, [], ["a", "b"])
    producer.ask("commit")
    producer.ask("begin")
    send(producer, topic, (0, "c"), (0, "d"))
    producer.ask("abort")
    check(reader, topic, ["a", "b"], ["a", "b", "c", "d"])
    producer.ask("begin")
    send(producer, topic, (0, "e"))
    producer.ask("commit")
    check(reader, topic, ["a", "b", "e"], ["a", "b", "c", "d", "e"])


def fenced_producer(stage: Stage) -> None:
    """A second producer with the same transactional id fences the first, whose transaction is aborted."""
    topic = stage.new_topic(partitions=PARTITIONS)
    old = begun(stage, topic)
    send(old, topic, (0, "old"))
    new = begun(stage, topic)
    send(new, topic, (0, "new"))
    with pytest.raises(ClientError) as refused:
        commit_with(old, topic, (1, "late"))
    error = refused.value
    told = error.code in FENCED if error.code is not None else is_fenced(str(error))
    assert told, f"not fenced: {error.code}, {error}"
    new.ask("commit")
    check(stage.transactional_driver(), topic, ["new"], ["old", "new"])


def commit_with(driver: Driver, topic: str, *messages: tuple[int, str]) -> None:
    send(driver, topic, *messages)
    driver.ask("commit")


def is_fenced(text: str) -> bool:
    return any(word in text for word in ("fenced", "Fenced", "FENCED", "InvalidProducerEpoch"))


def transactional_offsets(stage: Stage) -> None:
    """Offsets sent in a transaction are committed with it, or not at all."""
    topic, group = stage.new_topic(partitions=PARTITIONS), raw.unique("group")
    producer = begun(stage, topic)
    for ending, expected in (("abort", [-1, -1]), ("commit", [7, 8])):
        send(producer, topic, (0, ending))
        producer.ask("send_offsets", group=group, topic=topic, offsets={"0": 7, "1": 8})
        assert raw.committed(stage.observer, group, topic, PARTITIONS) == [-1, -1]
        producer.ask(ending)
        raw.until(lambda: stable_offsets(stage, group, topic) == expected, what=f"the {ending}")  # noqa: B023
        if ending == "abort":
            producer.ask("begin")


def transaction_over_restart(stage: Stage) -> None:
    """A transaction that was open when the broker restarted goes on, and is committed as a whole."""
    topic = stage.new_topic(partitions=PARTITIONS)
    producer = begun(stage, topic)
    send(producer, topic, (0, "a"))
    stage.restart_broker(topic, PARTITIONS)
    raw.until(lambda: raw.is_ready(stage.observer, topic, PARTITIONS), what="the topic after the restart")
    send(producer, topic, (0, "b"), (1, "c"))
    producer.ask("commit")
    check(stage.transactional_driver(), topic, ["a", "b", "c"], ["a", "b", "c"])


def exactly_once(stage: Stage) -> None:
    """Consume, transform, produce: each result and the offset of what it was made of are committed together."""
    source, target = stage.new_topic(partitions=PARTITIONS), stage.new_topic(partitions=PARTITIONS)
    stage.fill(source, 50, PARTITIONS)
    driver, group = stage.transactional_driver(), raw.unique("group")
    settings = {"group": group, "timeout_ms": TIMEOUT_MS, "records": 20, "work_ms": 0}
    driver.send("transform", id=group, source=source, target=target, **settings)
    raw.until(lambda: stable_offsets(stage, group, source) == [50] * PARTITIONS, SECONDS, "the end of the input")
    assert not driver.answered(), driver.answer()  # only an error ends it
    driver.stop()
    expected = [f"f({number})" for number in range(50)] * PARTITIONS
    check(stage.transactional_driver(), target, expected, expected)


def begun(stage: Stage, topic: str) -> Driver:
    """A producer with the topic's name as its transactional id, in its first transaction."""
    driver = stage.transactional_driver()
    driver.ask("init", id=topic, timeout_ms=TIMEOUT_MS)
    driver.ask("begin")
    return driver


def send(driver: Driver, topic: str, *messages: tuple[int, str]) -> None:
    places = driver.ask("send", topic=topic, messages=list(messages))
    assert places is None or sorted(place[0] for place in places) == sorted(partition for partition, _ in messages)


def check(driver: Driver, topic: str, committed: list[str], everything: list[str]) -> None:
    """What the client reads of the topic in both ways."""
    for is_committed, expected in ((True, committed), (False, everything)):
        asked: dict[str, Any] = {"topic": topic, "partitions": PARTITIONS, "committed": is_committed}
        seen = driver.ask("read", **asked, count=len(expected), more_seconds=MORE_SECONDS)
        assert sorted(text for _, _, text in seen) == sorted(expected), f"committed: {is_committed}"


def stable_offsets(stage: Stage, group: str, topic: str) -> list[int]:
    """The committed offsets, -1 where there are none, or while a transaction may still change them."""
    where = [{"name": topic, "partition_indexes": list(range(PARTITIONS))}]
    answer = stage.observer.ask("offset_fetch", 8, groups=[{"group_id": group, "topics": where}], require_stable=True)
    partitions = answer.groups[0].topics[0].partitions
    return [-2 if one.error_code else int(one.committed_offset) for one in partitions]
