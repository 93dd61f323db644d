"""Groups: members that join and leave, what they commit, and how groups are administered."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.compat import raw
from tests.compat.clients import CODECS
from tests.compat.driver import Driver

from .stage import Stage
from .steps import (
    CONSUME_SECONDS,
    POLL_SECONDS,
    Message,
    check_order,
    consume,
    contents,
    message,
    open_consumer,
    places,
    produce,
)

PARTITIONS = 6
SESSION_MS = 30_000  # nobody is to be too late on a busy machine


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
    group.leave_all()
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
        self._stage, self.topic = stage, topic
        self.name = stage.name("group")
        self.members: dict[str, Driver] = {}
        self.latest: dict[str, list[Message]] = {}  # of each member, since `forget_latest`
        self.seen: dict[tuple[int, int], Message] = {}

    def join(self, name: str, **settings: Any) -> None:
        self.members[name], self.latest[name] = self._stage.driver(), []
        open_consumer(self.members[name], self.topic, self.name, auto_commit=True, **settings)

    def leave(self, name: str) -> None:
        self._take(name, self.members.pop(name).ask("close"))
        del self.latest[name]

    def leave_all(self) -> None:
        for name in list(self.members):
            self.leave(name)

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


def commit_and_resume(stage: Stage) -> None:
    """What one member committed is where the next one begins, message for message."""
    producer = stage.driver()
    topic, group = stage.new_topic(producer, partitions=3), stage.name("group")
    messages = [message(f"{number}", key=f"{number}") for number in range(600)]
    produce(producer, topic, messages)
    first, second = stage.driver(), stage.driver()
    seen_first = consume_some(stage, first, topic, group, 250)
    open_consumer(second, topic, group)
    seen_second = consume(second, 350)
    second.ask("close")
    assert not set(places(seen_first)) & set(places(seen_second))
    assert contents(seen_first + seen_second) == contents(messages)


def consume_some(stage: Stage, driver: Driver, topic: str, group: str, count: int) -> list[Message]:
    """A member that consumes so many messages of three partitions, commits them and leaves."""
    open_consumer(driver, topic, group, limit=count)
    seen = consume(driver, count)
    driver.ask("commit")
    driver.ask("close")
    assert len(seen) == count
    assert sum(offset for offset in raw.committed(stage.observer, group, topic, 3) if offset > 0) == count
    return seen


def cooperative_rebalance(stage: Stage) -> None:
    """Members that rebalance cooperatively keep what they need not give away, and each partition has one owner."""
    topic = stage.new_topic(partitions=PARTITIONS)
    group = Group(stage, topic)
    settings = member("cooperative-sticky")
    for name in ("first", "second"):
        group.join(name, member=settings)
        group.poll_until(lambda: group.shares_out(PARTITIONS), "each partition with an owner")
    two = settled(stage, group, 0)
    group.join("third", member=settings)
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of three")
    three = settled(stage, group, 20)
    assert all(three[name] < two[name] for name in two)
    group.leave("first")
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of two again")
    settled(stage, group, 40)
    group.leave_all()


def static_member(stage: Stage) -> None:
    """A static member that closes and comes back has the same partitions, and the group did not rebalance."""
    topic = stage.new_topic(partitions=PARTITIONS)
    group = Group(stage, topic)
    for name in ("one", "two"):
        group.join(name, member=member("range", instance=name))
        group.poll_until(lambda: group.shares_out(PARTITIONS), "each partition with an owner")
    before = instances(stage, group)
    assert before.keys() == {"one", "two"}
    group.leave("one")
    stage.fill(topic, 10, PARTITIONS)
    assert raw.group_state(stage.observer, group.name).state == "Stable"
    group.join("one", member=member("range", instance="one"))
    everything = {(partition, offset) for partition in range(PARTITIONS) for offset in range(10)}
    group.poll_until(partial(group.has_seen, everything), "what came while one was away")
    assert instances(stage, group) == before
    group.leave_all()


def consumer_protocol(stage: Stage) -> None:
    """Members of the consumer protocol (KIP-848) share partitions out as they come and go, and commit."""
    topic = stage.new_topic(partitions=PARTITIONS)
    group = Group(stage, topic)
    settings = {"protocol": "consumer", "assignor": None, "instance": None, "pattern": None}
    for name in ("first", "second"):
        group.join(name, member=settings)
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of two")
    assert raw.consumer_group(stage.observer, group.name).assignor_name == "uniform"
    assert all(settled(stage, group, 0).values())
    group.join("third", member=settings)
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of three")
    assert all(settled(stage, group, 20).values())
    group.leave("first")
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of two again")
    settled(stage, group, 40)
    group.leave_all()
    assert raw.committed(stage.observer, group.name, topic, PARTITIONS) == [60] * PARTITIONS


def member(assignor: str, instance: str | None = None) -> dict[str, Any]:
    return {"assignor": assignor, "instance": instance, "session_ms": SESSION_MS, "heartbeat_ms": 500}


def settled(stage: Stage, group: "Group", written: int) -> dict[str, set[int]]:
    """Write to each partition: the partitions that each member gets messages of."""
    group.forget_latest()
    stage.fill(group.topic, 20, PARTITIONS, begin=written)
    end = written + 20
    everything = {(partition, offset) for partition in range(PARTITIONS) for offset in range(end)}
    group.poll_until(partial(group.has_seen, everything), "every message")
    return {name: {came["partition"] for came in seen} for name, seen in group.latest.items()}


def instances(stage: Stage, group: "Group") -> dict[str, list[int]]:
    """The partitions of each static member."""
    members = raw.group_members(stage.observer, group.name)
    return {name: raw.assigned(found.member_assignment) for name, found in members.items()}


def list_groups(stage: Stage) -> None:
    """A group is in the list while it has a member, and its committed offsets are what the member committed."""
    driver, consumer = stage.driver(), stage.driver()
    topic, group = group_with_offsets(stage, driver, consumer)
    assert group in driver.ask("list_groups")
    consumer.ask("close")
    committed = raw.committed(stage.observer, group, topic, 2)
    assert sum(committed) == 200
    assert driver.ask("group_offsets", group=group, topic=topic) == {
        str(partition): offset for partition, offset in enumerate(committed)
    }


def describe_group(stage: Stage) -> None:
    """A group is stable with its one member, and empty when that has left."""
    driver, consumer = stage.driver(), stage.driver()
    _topic, group = group_with_offsets(stage, driver, consumer)

    def described() -> tuple[str, int]:
        answer = driver.ask("describe_group", group=group)
        return answer["state"].lower(), answer["members"]

    raw.until(lambda: described() == ("stable", 1), what="a stable group")
    consumer.ask("close")
    raw.until(lambda: described() == ("empty", 0), what="an empty group")


def set_group_offsets(stage: Stage) -> None:
    """The committed offsets of an empty group are set, and its next member begins there."""
    driver, consumer = stage.driver(), stage.driver()
    topic, group = group_with_offsets(stage, driver, consumer)
    consumer.ask("close")
    ends = raw.committed(stage.observer, group, topic, 2)
    wanted = [end - 10 for end in ends]
    driver.ask("set_group_offsets", group=group, topic=topic, offsets={"0": wanted[0], "1": wanted[1]})
    assert raw.committed(stage.observer, group, topic, 2) == wanted
    open_consumer(consumer, topic, group)
    expected = {(partition, offset) for partition, end in enumerate(ends) for offset in range(end - 10, end)}
    assert set(places(consume(consumer, 20))) == expected
    consumer.ask("close")


def delete_group(stage: Stage) -> None:
    """A group is deleted when nobody is in it (68), and then it is not found (69)."""
    driver, consumer = stage.driver(), stage.driver()
    _topic, group = group_with_offsets(stage, driver, consumer)
    delete = partial(driver.ask, "delete_group", group=group)
    stage.refused(delete, 68, "GroupNotEmptyException")
    consumer.ask("close")
    delete()
    assert raw.group_state(stage.observer, group).state == "Dead"
    stage.refused(delete, 69, "GroupIdNotFoundException")


def group_with_offsets(stage: Stage, driver: Driver, consumer: Driver) -> tuple[str, str]:
    """(topic, group): 200 messages of two partitions, which the one member has consumed and committed."""
    topic, group = stage.new_topic(driver, partitions=2), stage.name("group")
    produce(driver, topic, [message(f"{number}", key=f"{number}") for number in range(200)])
    open_consumer(consumer, topic, group)
    consume(consumer, 200)
    consumer.ask("commit")
    return topic, group
