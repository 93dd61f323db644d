"""What every client must be able to do, one function each: SCENARIOS is the list, `needs` what the client must offer.

A scenario talks to the client through drivers (one process each, see drivers/line_protocol.py) and looks at the broker
through raw requests, so that what it expects does not rest on the client's own word.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from . import raw
from .brokers import Broker
from .clients import CODECS, Client, Launch
from .driver import ClientError, Driver

Message = dict[str, Any]
CONSUME_SECONDS = 60.0
POLL_SECONDS = 0.3
_numbers = count(1)


@dataclass
class Stage:
    """One client and one broker for the length of a scenario."""

    client: Client
    launch: Launch
    broker: Broker
    logs: Path  # a directory
    exit: ExitStack
    observer: raw.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.observer = self.exit.enter_context(self.broker.connect())

    def driver(self) -> Driver:
        log = self.logs / f"driver-{next(_numbers)}.stderr"
        return self.exit.enter_context(Driver(self.launch, self.broker.address, log))

    def can(self, ability: str) -> bool:
        return ability not in self.client.cannot

    def codecs(self, *names: str) -> list[str]:
        """These, and nothing in the place of what the client lacks."""
        return [name if self.can(name) else "none" for name in names]

    def name(self, purpose: str) -> str:
        return raw.unique(f"{self.client.name}.{purpose}")

    def new_topic(self, driver: Driver, partitions: int = 1) -> str:
        name = self.name("topic")
        if self.can("create_topics"):
            driver.ask("create_topic", name=name, partitions=partitions)
            raw.until(lambda: raw.is_ready(self.observer, name, partitions), what=f"topic {name}")
        else:
            raw.create_topic(self.observer, name, partitions)
        return name

    def reconnect(self) -> None:
        """After a restart of the broker."""
        self.observer = self.exit.enter_context(self.broker.connect())


# --- steps that scenarios share -----------------------------------------------------------------------------------


def message(value: str | None, key: str | None = None, **more: Any) -> Message:
    return {"key": key, "value": value, "headers": []} | more


def produce(driver: Driver, topic: str, messages: Sequence[Message], **settings: Any) -> list[list[int]] | None:
    """Where each message went, if the client tells."""
    defaults = {"codec": "none", "acks": "all", "idempotent": False, "batch_bytes": None, "max_request_bytes": None}
    sent = driver.ask("produce", topic=topic, messages=messages, **(defaults | settings))
    return None if sent is None else list(sent)


def open_consumer(driver: Driver, topic: str, group: str | None = None, **settings: Any) -> None:
    defaults = {"limit": None, "fetch_bytes": None, "auto_commit": False}
    driver.ask("open", topic=topic, group=group, **(defaults | settings))


def consume(driver: Driver, count: int) -> list[Message]:
    """Poll until this many messages came."""
    messages: list[Message] = []
    deadline = time.monotonic() + CONSUME_SECONDS
    while len(messages) < count:
        assert time.monotonic() < deadline, f"{len(messages)} of {count} messages within {CONSUME_SECONDS:.0f} s"
        messages += driver.ask("poll", seconds=POLL_SECONDS)
    return messages


def contents(messages: Sequence[Message]) -> list[tuple[str | None, str | None]]:
    return sorted(((message["key"], message["value"]) for message in messages), key=repr)


def places(messages: Sequence[Message]) -> list[tuple[int, int]]:
    return [(message["partition"], message["offset"]) for message in messages]


def check_order(messages: Sequence[Message]) -> None:
    """Offsets rise within each partition."""
    last: dict[int, int] = {}
    for partition, offset in places(messages):
        assert offset > last.get(partition, -1), f"offset {offset} of partition {partition} after {last[partition]}"
        last[partition] = offset


# --- the scenarios ------------------------------------------------------------------------------------------------


def create_topic(stage: Stage) -> None:
    """The client creates a topic with six partitions and sees them; a second time the name is taken (36)."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=6)
    assert raw.partition_count(stage.observer, topic) == 6
    assert driver.ask("partitions", name=topic) == 6
    with pytest.raises(ClientError) as refused:
        driver.ask("create_topic", name=topic, partitions=6)
    check_error(stage, refused.value, 36, "already exists")
    driver.ask("delete_topic", name=topic)
    raw.until(lambda: raw.topic_error(stage.observer, topic) == 3, what=f"deletion of {topic}")


def group_of_three(stage: Stage) -> None:
    """20,000 messages in five codecs; of a group of three one leaves and one joins midway; every message is seen."""
    producer = stage.driver()
    topic = stage.new_topic(producer, partitions=6)
    group = Group(stage, topic)
    written = Written(producer, topic)
    written.produce(stage.codecs("none", "gzip"))

    for name in ("first", "second", "third"):
        group.join(name)
    group.poll_until(lambda: group.shares_out(6), "a stable group of three")
    written.produce(stage.codecs("snappy", "lz4"))
    group.poll_until(lambda: all(group.latest.values()), "a message for each member")

    group.leave("first")
    group.join("fourth")
    group.poll_until(lambda: group.shares_out(6), "a stable group of three again")
    group.forget_latest()
    written.produce(stage.codecs("zstd"))
    group.poll_until(lambda: len(group.seen) == 20_000, "all messages")

    assert all(group.latest.values()), "each member has a part of the last messages"
    written.check(group.seen)
    stored = [raw.stored_batches(stage.observer, topic, partition) for partition in range(6)]
    assert {header.codec for batches in stored for header in batches} == set(stage.codecs(*CODECS))
    for name in list(group.members):
        group.leave(name)
    assert sum(raw.committed(stage.observer, group.name, topic, 6)) == 20_000


class Written:
    """Messages in one codec after the other: what was sent and, if the client tells, where each one went."""

    def __init__(self, producer: Driver, topic: str) -> None:
        self._producer, self._topic = producer, topic
        self._expected: list[Message] = []
        self._sent: list[list[int]] = []

    def produce(self, codecs: Sequence[str]) -> None:
        for codec in codecs:
            numbers = range(len(self._expected), len(self._expected) + 4000)
            messages = [message(f"{number} {'.' * (number % 50)}", key=f"key-{number % 500}") for number in numbers]
            self._sent += produce(self._producer, self._topic, messages, codec=codec) or []
            self._expected += messages

    def check(self, seen: dict[tuple[int, int], Message]) -> None:
        """Each message is there once, where the client said, and those of one key are in the order of producing."""
        assert contents(list(seen.values())) == contents(self._expected)
        for (partition, offset), expected in zip(self._sent, self._expected, strict=bool(self._sent)):
            assert contents([seen[partition, offset]]) == contents([expected])
        last: dict[str, int] = {}
        for place in sorted(seen):
            key, number = seen[place]["key"], int(seen[place]["value"].split()[0])
            assert number > last.get(key, -1), f"message {number} of {key} after {last[key]}"
            last[key] = number


class Group:
    """Consumers of one group, each in a process of its own, and what they have seen."""

    def __init__(self, stage: Stage, topic: str) -> None:
        self._stage, self._topic = stage, topic
        self.name = stage.name("group")
        self.members: dict[str, Driver] = {}
        self.latest: dict[str, list[Message]] = {}  # of each member, since `forget_latest`
        self.seen: dict[tuple[int, int], Message] = {}

    def join(self, name: str, **settings: Any) -> None:
        self.members[name], self.latest[name] = self._stage.driver(), []
        open_consumer(self.members[name], self._topic, self.name, auto_commit=True, **settings)

    def leave(self, name: str) -> None:
        self._take(name, self.members.pop(name).ask("close"))
        del self.latest[name]

    def kill(self, name: str) -> None:
        self.members.pop(name).stop()
        del self.latest[name]

    def has_seen(self, places: set[tuple[int, int]]) -> bool:
        return places <= self.seen.keys()

    def forget_latest(self) -> None:
        self.latest = {name: [] for name in self.members}

    def shares_out(self, partitions: int) -> bool:
        """Stable, and each partition belongs to one member, each member has at least one."""
        state = raw.group_state(self._stage.observer, self.name)
        owned = sorted(partition for assignment in state.assignments for partition in assignment)
        balanced = len(state.assignments) == len(self.members) and all(state.assignments)
        return state.state == "Stable" and balanced and owned == list(range(partitions))

    def poll_until(self, done: Callable[[], bool], what: str) -> None:
        """All members poll at the same time, again and again."""
        deadline = time.monotonic() + CONSUME_SECONDS
        while not done():
            assert time.monotonic() < deadline, f"{what} did not come within {CONSUME_SECONDS:.0f} s"
            for driver in self.members.values():
                driver.send("poll", seconds=POLL_SECONDS)
            for name, driver in self.members.items():
                self._take(name, driver.answer())

    def _take(self, name: str, messages: list[Message]) -> None:
        check_order(messages)
        self.latest[name] += messages
        self.seen |= {(one["partition"], one["offset"]): one for one in messages}


def resume_after_restart(stage: Stage) -> None:
    """A committed position outlives the broker's restart; a producer that was connected goes on."""
    producer = stage.driver()
    topic, group = stage.new_topic(producer, partitions=3), stage.name("group")
    before = [message(f"before {number}", key=f"{number}") for number in range(900)]
    produce(producer, topic, before)

    first = stage.driver()
    open_consumer(first, topic, group, limit=400)
    seen_first = consume(first, 400)
    first.ask("commit")
    first.ask("close")
    assert len(seen_first) == 400
    assert sum(offset for offset in raw.committed(stage.observer, group, topic, 3) if offset > 0) == 400

    stage.broker.restart()  # type: ignore[attr-defined]
    stage.reconnect()
    if not stage.can("partial_retries"):
        raw.until(lambda: raw.is_ready(stage.observer, topic, 3), what=f"all partitions of {topic}")
    after = [message(f"after {number}", key=f"{number}") for number in range(100)]
    produce(producer, topic, after)
    second = stage.driver()
    open_consumer(second, topic, group)
    seen_second = consume(second, 600)
    second.ask("close")
    assert not set(places(seen_first)) & set(places(seen_second))
    assert contents(seen_first + seen_second) == contents(before + after)


def headers_and_timestamps(stage: Stage) -> None:
    """Headers (repeated, empty, not ASCII), explicit timestamps and nulls come back as they were sent."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = []
    for number in range(20):
        sent = message(f"value {number} äöü", key=f"key {number}")
        sent["headers"] = [["name", "first"], ["name", "second"], ["ünï", "cödé"]]
        if stage.can("empty_headers"):
            sent["headers"].append(["empty", ""])
        if stage.can("timestamps"):
            sent["timestamp"] = 1_700_000_000_123 + number * 1001
        messages.append(sent)
    if stage.can("nulls"):
        messages.append(message(None, key="tombstone"))
        messages.append(message("no key"))
    before = int(time.time() * 1000)
    produce(driver, topic, messages)
    after = int(time.time() * 1000)

    open_consumer(driver, topic)
    seen = consume(driver, len(messages))
    for sent, came in zip(messages, seen, strict=True):
        assert (came["key"], came["value"], came["headers"]) == (sent["key"], sent["value"], sent["headers"])
        if "timestamp" in sent:
            assert came["timestamp"] == sent["timestamp"]
        else:
            assert before <= came["timestamp"] <= after


def offset_for_time(stage: Stage) -> None:
    """A time leads to the first message at or after it, and nowhere after the last; consuming can start there."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    for start in (0, 100):
        messages = [message(f"{number}") for number in range(start, start + 100)]
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


def batch_larger_than_fetch_size(stage: Stage) -> None:
    """A consumer that asks for 8 KiB at a time gets on through batches far larger than that."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number} " + "x" * 50_000) for number in range(20)]
    produce(driver, topic, messages, batch_bytes=400_000)
    batches = raw.stored_batches(stage.observer, topic)
    assert min(header.batch_length for header in batches) > 50_000
    open_consumer(driver, topic, fetch_bytes=8192)
    assert [came["value"] for came in consume(driver, 20)] == [sent["value"] for sent in messages]


def topic_auto_creation(stage: Stage) -> None:
    """Producing to a topic that does not exist creates it, with one partition."""
    driver = stage.driver()
    topic = stage.name("auto")
    produce(driver, topic, [message(f"{number}") for number in range(10)])
    assert raw.partition_count(stage.observer, topic) == 1
    open_consumer(driver, topic)
    assert [came["value"] for came in consume(driver, 10)] == [f"{number}" for number in range(10)]


def idempotent_producer(stage: Stage) -> None:
    """An idempotent producer gets an id and numbers its batches without a gap; each message is there once, in order."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    messages = [message(f"{number}") for number in range(2000)]
    produce(driver, topic, messages, idempotent=True, batch_bytes=2000)
    batches = raw.stored_batches(stage.observer, topic)
    assert len(batches) > 1
    assert len({(header.producer_id, header.producer_epoch) for header in batches}) == 1
    assert batches[0].producer_id >= 0
    assert [header.base_sequence for header in batches] == [header.base_offset for header in batches]
    open_consumer(driver, topic)
    assert [came["value"] for came in consume(driver, 2000)] == [sent["value"] for sent in messages]


def acks(stage: Stage) -> None:
    """With acks 0, 1 and all everything arrives."""
    driver = stage.driver()
    topic = stage.new_topic(driver, partitions=2)
    everything = []
    levels = ("0", "1", "all") if stage.can("acks_0") else ("1", "all")
    for level in levels:
        messages = [message(f"{level} {number}", key=f"{number}") for number in range(100)]
        sent = produce(driver, topic, messages, acks=level)
        assert sent is None or level == "0" or all(offset >= 0 for _, offset in sent)
        everything += messages
    open_consumer(driver, topic)
    assert contents(consume(driver, len(everything))) == contents(everything)


def message_too_large(stage: Stage) -> None:
    """A message above the broker's limit is refused (10); smaller ones still pass."""
    driver = stage.driver()
    topic = stage.new_topic(driver)
    with pytest.raises(ClientError) as refused:
        produce(driver, topic, [message("x" * 2_000_000)], max_request_bytes=4_000_000)
    check_error(stage, refused.value, 10, "larger than", "too large", "RecordTooLargeException")
    produce(driver, topic, [message("small")], max_request_bytes=4_000_000)
    open_consumer(driver, topic)
    assert [came["value"] for came in consume(driver, 1)] == ["small"]


def admin_errors(stage: Stage) -> None:
    """An invalid topic name is refused (17), an unknown topic is not found (3) and not created by asking."""
    driver = stage.driver()
    with pytest.raises(ClientError) as refused:
        driver.ask("create_topic", name="no spaces allowed", partitions=1)
    check_error(stage, refused.value, 17, "illegal", "invalid", "contains one or more characters")
    missing = stage.name("missing")
    with pytest.raises(ClientError) as refused:
        driver.ask("delete_topic", name=missing)
    check_error(stage, refused.value, 3, "does not exist")
    assert raw.topic_error(stage.observer, missing) == 3


def manage_groups(stage: Stage) -> None:
    """The client lists a group, reads its committed offsets, deletes it; an unknown group cannot be deleted (69)."""
    driver = stage.driver()
    topic, group = stage.new_topic(driver, partitions=2), stage.name("group")
    produce(driver, topic, [message(f"{number}", key=f"{number}") for number in range(200)])
    consumer = stage.driver()
    open_consumer(consumer, topic, group)
    consume(consumer, 200)
    consumer.ask("commit")
    assert group in driver.ask("list_groups")
    consumer.ask("close")
    committed = raw.committed(stage.observer, group, topic, 2)
    assert sum(committed) == 200
    assert driver.ask("group_offsets", group=group, topic=topic) == {
        str(p): offset for p, offset in enumerate(committed)
    }
    if not stage.can("delete_group"):
        return
    driver.ask("delete_group", group=group)
    assert group not in driver.ask("list_groups")
    with pytest.raises(ClientError) as refused:
        driver.ask("delete_group", group=group)
    check_error(stage, refused.value, 69, "GroupIdNotFoundException")


def check_error(stage: Stage, error: ClientError, code: int, *texts: str) -> None:
    """By number, or by one of the texts where the client does not tell the number."""
    if stage.can("error_codes"):
        assert error.code == code, error
    else:
        assert any(text in str(error) for text in texts), error


@dataclass(frozen=True)
class Scenario:
    run: Callable[[Stage], None]
    needs: Sequence[str] = ()
    restarts: bool = False

    @property
    def name(self) -> str:
        return self.run.__name__


SCENARIOS = (
    Scenario(create_topic, needs=["create_topics"]),
    Scenario(group_of_three, needs=["timely_poll"]),
    Scenario(resume_after_restart, restarts=True),
    Scenario(headers_and_timestamps),
    Scenario(offset_for_time, needs=["offset_for_time"]),
    Scenario(batch_larger_than_fetch_size),
    Scenario(topic_auto_creation),
    Scenario(idempotent_producer, needs=["idempotent"]),
    Scenario(acks),
    Scenario(message_too_large),
    Scenario(admin_errors, needs=["create_topics"]),
    Scenario(manage_groups, needs=["groups"]),
)
