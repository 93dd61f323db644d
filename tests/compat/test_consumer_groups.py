"""Groups of the consumer protocol (KIP-848) as clients use them, and groups that change from one protocol to the other.

Members are told to be quick, so that nobody waits for the end of a session of 45 seconds.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from . import raw
from .brokers import Broker, BrokerProcess
from .clients import CLIENTS, Client
from .conftest import Launches, broker_kind
from .driver import ClientError
from .scenarios import Group, Message, Stage, consume, open_consumer
from .test_classic_groups import (
    MESSAGES,
    PARTITIONS,
    fill,
    new_topic,
    owned,
    places_so_far,
)
from .test_classic_groups import member as classic
from .test_raw_configs import GROUP, SET, alter

MEMBERS = [client for client in CLIENTS if client.name in ("confluent-kafka", "java")]
every_client = pytest.mark.parametrize("client", [pytest.param(client, id=client.name) for client in MEMBERS])

OVERRIDES = [
    "group.consumer.min.session.timeout.ms=1000",
    "group.consumer.session.timeout.ms=2000",
    "group.consumer.min.heartbeat.interval.ms=100",
    "group.consumer.heartbeat.interval.ms=300",
    "group.consumer.assignment.interval.ms=100",
    "group.min.session.timeout.ms=300",
]


@pytest.fixture(scope="module")
def quick_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    process = BrokerProcess(broker_kind(request), tmp_path_factory.mktemp("quick"), OVERRIDES)
    process.start()
    yield process
    assert process.stop() == 0
    assert process.kind != "kafkalite" or "Traceback" not in process.log(), process.log()[-5000:]


@pytest.fixture
def stage(client: Client, quick_broker: Broker, launches: Launches, tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as exits:
        yield Stage(client, launches.of(client), quick_broker, tmp_path, exits)


def member(assignor: str | None = None, instance: str | None = None, pattern: str | None = None) -> dict[str, Any]:
    return {"protocol": "consumer", "assignor": assignor, "instance": instance, "pattern": pattern}


def form(group: Group, members: dict[str, dict[str, Any]]) -> None:
    for name, settings in members.items():
        group.join(name, member=settings)
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of all")


def assignments(stage: Stage, group: Group) -> dict[str, list[int]]:
    """The partitions of each member, by its instance id."""
    described = raw.consumer_group(stage.observer, group.name)
    return {
        one.instance_id: sorted(index for topic in one.assignment.topic_partitions for index in topic.partitions)
        for one in described.members
    }


# --- rebalances ---------------------------------------------------------------------------------------------------


@every_client
@pytest.mark.parametrize("assignor", [None, "range"])
def test_members_come_leave_and_die(stage: Stage, assignor: str | None) -> None:
    """Each partition has one owner again and again, and members keep what they need not give away."""
    topic = new_topic(stage, PARTITIONS)
    group = Group(stage, topic)

    def settle(what: str) -> dict[str, set[int]]:
        group.poll_until(lambda: group.shares_out(PARTITIONS), what)
        group.forget_latest()
        fill(stage, topic)
        group.poll_until(lambda: all(group.latest.values()), f"a message for each member of {what}")
        described = raw.consumer_group(stage.observer, group.name)
        assert described.assignor_name == (assignor or "uniform")
        assert described.group_epoch == described.assignment_epoch
        group.poll_until(lambda: all_owned(group), "what each member was told it has")
        now = owned(group)
        assert {len(has) for has in now.values()} == {PARTITIONS // len(now)}
        return now

    form(group, {name: member(assignor) for name in ("first", "second")})
    two = settle("a group of two")
    group.join("third", member=member(assignor))
    three = settle("a group of three")
    group.leave("first")
    group.join("fourth", member=member(assignor))
    settle("a group of three, of whom one is new")
    group.kill("second")
    settle("a group of those who live")
    group.poll_until(partial(group.has_seen, set(places_so_far(stage, topic))), "every message")
    if assignor is None:
        assert all(three[name] < two[name] for name in two)
    for name in list(group.members):
        group.leave(name)
    assert raw.group_state(stage.observer, group.name) == ("Empty", [])
    assert raw.committed(stage.observer, group.name, topic, PARTITIONS) == [4 * MESSAGES] * PARTITIONS


def all_owned(group: Group) -> bool:
    return sorted(partition for has in owned(group).values() for partition in has) == list(range(PARTITIONS))


@every_client
def test_topics_that_grow_or_come_are_consumed(stage: Stage) -> None:
    topic = new_topic(stage, 1)
    group = Group(stage, topic)
    group.join("one", member=member())
    group.poll_until(lambda: group.shares_out(1), "a group of one")
    wanted = [{"name": topic, "count": PARTITIONS}]
    [grown] = stage.observer.ask("create_partitions", 3, topics=wanted, timeout=10_000).results
    assert grown.error_code == 0
    group.poll_until(lambda: group.shares_out(PARTITIONS), "the new partitions")
    fill(stage, topic)
    group.poll_until(partial(group.has_seen, set(places_so_far(stage, topic))), "every message")


# --- static members -----------------------------------------------------------------------------------------------


@every_client
def test_a_rolling_restart_of_static_members_moves_no_partition(stage: Stage) -> None:
    """Each is closed and comes back under its instance id: same partitions, same epoch."""
    topic = new_topic(stage, PARTITIONS)
    group = Group(stage, topic)
    patient = ("consumer.session.timeout.ms", SET, "45000")  # Java's virtual machine may take seconds to be back
    assert alter(stage.observer, GROUP, group.name, patient) == (0, None)
    form(group, {instance: member(instance=instance) for instance in ("one", "two", "three")})
    before, epoch = assignments(stage, group), raw.consumer_group(stage.observer, group.name).group_epoch
    for instance in before:
        group.leave(instance)
        fill(stage, topic, messages=5)
        group.join(instance, member=member(instance=instance))
        everything = set(places_so_far(stage, topic))
        group.poll_until(partial(group.has_seen, everything), f"what came while {instance} was away")
        raw.until(lambda: assignments(stage, group) == before, what="the same assignments")
        raw.until(partial(owns, group, instance, set(before[instance])), what=f"{instance}'s partitions")
    assert raw.consumer_group(stage.observer, group.name).group_epoch == epoch


def owns(group: Group, instance: str, partitions: set[int]) -> bool:
    return owned(group)[instance] == partitions


# --- regular expressions ------------------------------------------------------------------------------------------


@every_client
def test_topics_by_a_regular_expression(stage: Stage) -> None:
    """Those there are, and one that comes later."""
    name = stage.name("pattern").replace(".", "-")
    for topic in (f"{name}-a", f"{name}-b", f"other-{name}-a"):
        raw.create_topic(stage.observer, topic, 1)
        assert raw.produce(stage.observer, topic, raw.batch(topic.encode())).error_code == 0
    driver = stage.driver()
    open_consumer(driver, "", stage.name("group"), member=member(pattern=f"{name}-[a-z]"))
    assert values(consume(driver, 2)) == {f"{name}-a", f"{name}-b"}
    raw.create_topic(stage.observer, f"{name}-c", 1)
    assert raw.produce(stage.observer, f"{name}-c", raw.batch(b"late")).error_code == 0
    assert values(consume(driver, 1)) == {"late"}


def values(messages: list[Message]) -> set[str]:
    return {message["value"] for message in messages}


@pytest.mark.parametrize(
    "client", [pytest.param(client, id=client.name) for client in MEMBERS if client.name == "java"]
)
def test_a_regular_expression_that_is_none(stage: Stage) -> None:
    """librdkafka looks at it before the broker does."""
    driver = stage.driver()
    open_consumer(driver, "", stage.name("group"), member=member(pattern="(unclosed"))
    with pytest.raises(ClientError) as refused:
        consume(driver, 1)
    assert refused.value.code == 128


# --- members that stop --------------------------------------------------------------------------------------------


@every_client
def test_a_member_paused_past_its_session_is_fenced(stage: Stage) -> None:
    """Another member has its partition by then, and what the paused one still wants to commit is refused."""
    topic, group = new_topic(stage, 1), stage.name("group")
    fill(stage, topic, 1, 200)
    paused, other = stage.driver(), stage.driver()
    open_consumer(paused, topic, group, limit=100, member=member())
    assert len(consume(paused, 100)) == 100
    paused.pause()
    open_consumer(other, topic, group, member=member())
    assert len(consume(other, 200)) == 200, "nothing was committed"
    other.ask("commit")
    paused.send("commit")
    paused.go_on()
    with pytest.raises(ClientError) as refused:
        paused.answer()
    assert raw.committed(stage.observer, group, topic, 1) == [200], refused.value


# --- from one protocol to the other -------------------------------------------------------------------------------

CLASSICS = [
    pytest.param(client, assignor, id=f"{client.name}-{assignor}")
    for client in MEMBERS
    for assignor in ("range", "cooperative-sticky")
    if (client.name, assignor) != ("confluent-kafka", "cooperative-sticky")  # its user data forbid it, says Kafka
]


@pytest.mark.parametrize(("client", "assignor"), CLASSICS)
def test_a_running_group_changes_its_protocol_and_back(stage: Stage, assignor: str) -> None:
    """Members are replaced one by one: every message is seen, in the order of its partition, and none of them again
    once it is committed."""
    topic = new_topic(stage, PARTITIONS)
    group = Once(stage, topic)
    old = partial(classic, assignor, session_ms=6000)

    def settle(what: str, protocol: str) -> None:
        group.poll_until(lambda: group.shares_out(PARTITIONS), what)
        fill(stage, topic)
        group.poll_until(partial(group.has_seen, set(places_so_far(stage, topic))), f"every message of {what}")
        assert kind(stage, group) == protocol
        group.commit()

    group.join("classic 1", member=old())
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a classic group of one")
    group.join("classic 2", member=old())
    settle("a classic group", "classic")
    group.join("new 1", member=member())
    settle("a group of both", "consumer")
    group.leave("classic 1")
    group.join("new 2", member=member())
    settle("a group of one classic and two new members", "consumer")
    group.leave("classic 2")
    settle("a consumer group", "consumer")
    group.join("classic 3", member=old())
    settle("a group of both again", "consumer")
    group.leave("new 1")
    group.leave("new 2")
    settle("a classic group again", "classic")
    group.leave("classic 3")
    assert raw.committed(stage.observer, group.name, topic, PARTITIONS) == [6 * MESSAGES] * PARTITIONS


def kind(stage: Stage, group: Group) -> str:
    listed = stage.observer.ask("list_groups", 5).groups
    [found] = [one.group_type for one in listed if one.group_id == group.name]
    return str(found).lower()


class Once(Group):
    """A group whose members commit when they are told to, and then nobody sees again what was seen before."""

    def join(self, name: str, **settings: Any) -> None:
        self.members[name], self.latest[name] = self._stage.driver(), []
        open_consumer(self.members[name], self.topic, self.name, **settings)

    def commit(self) -> None:
        for driver in self.members.values():
            driver.ask("commit")
        ends = [raw.end_offset(self._stage.observer, self.topic, partition) for partition in range(PARTITIONS)]
        assert raw.committed(self._stage.observer, self.name, self.topic, PARTITIONS) == ends

    def _take(self, name: str, messages: list[Message]) -> None:
        again = [one for one in messages if (one["partition"], one["offset"]) in self.seen]
        assert not again, f"{name} sees again {again[:3]}"
        super()._take(name, messages)


@every_client
def test_a_killed_member_among_both_kinds_repeats_only_what_was_not_committed(stage: Stage) -> None:
    topic, group = new_topic(stage, 2), stage.name("group")
    fill(stage, topic, 2, 100)
    first = stage.driver()
    open_consumer(first, topic, group, limit=120, member=classic("range"))
    seen = consume(first, 120)
    first.ask("commit")
    positions = raw.committed(stage.observer, group, topic, 2)
    assert sum(offset for offset in positions if offset > 0) == 120
    second = stage.driver()
    open_consumer(second, topic, group, member=member())
    first.stop()
    rest = consume(second, 80)
    assert {(one["partition"], one["offset"]) for one in rest}.isdisjoint(
        {(one["partition"], one["offset"]) for one in seen}
    )
