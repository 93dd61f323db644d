"""Classic groups as every kind of consumer uses them: rebalances, static members, members that stop or die."""

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
from .scenarios import Group, Stage, consume, open_consumer

PARTITIONS = 6
MESSAGES = 50  # per partition and round
MEMBERS = [client for client in CLIENTS if client.name in ("kafka-python-3.0", "confluent-kafka", "aiokafka", "java")]
every_client = pytest.mark.parametrize("client", [pytest.param(client, id=client.name) for client in MEMBERS])


@pytest.fixture(scope="module")
def quick_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that lets sessions be short: nobody is to wait six seconds for the end of each."""
    overrides = ["group.min.session.timeout.ms=300"]
    process = BrokerProcess(broker_kind(request), tmp_path_factory.mktemp("quick"), overrides)
    process.start()
    yield process
    assert process.stop() == 0
    assert process.kind != "kafkalite" or "Traceback" not in process.log(), process.log()[-5000:]


@pytest.fixture
def stage(client: Client, quick_broker: Broker, launches: Launches, tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as exits:
        yield Stage(client, launches.of(client), quick_broker, tmp_path, exits)


def member(assignor: str = "range", instance: str | None = None, session_ms: int = 1500) -> dict[str, Any]:
    return {"assignor": assignor, "instance": instance, "session_ms": session_ms}


def new_topic(stage: Stage, partitions: int) -> str:
    topic = stage.name("topic")
    raw.create_topic(stage.observer, topic, partitions)
    return topic


def fill(stage: Stage, topic: str, partitions: int = PARTITIONS, messages: int = MESSAGES) -> None:
    for partition in range(partitions):
        batch = raw.batch(*(b"%d" % number for number in range(messages)))
        assert raw.produce(stage.observer, topic, batch, partition=partition).error_code == 0


def owned(group: Group) -> dict[str, set[int]]:
    """What each member says that it has."""
    return {name: set(driver.ask("owned")) for name, driver in group.members.items()}


# --- rebalances ---------------------------------------------------------------------------------------------------

KINDS = [
    pytest.param(client, assignor, id=f"{client.name}-{assignor}")
    for client in MEMBERS
    for assignor in ("range", "cooperative-sticky")
    if assignor not in client.cannot
]


@pytest.mark.parametrize(("client", "assignor"), KINDS)
def test_members_come_leave_and_die(stage: Stage, assignor: str) -> None:
    """Each partition has one owner again and again; cooperative members keep what they need not give away."""
    topic = new_topic(stage, PARTITIONS)
    group = Group(stage, topic)

    def settle(what: str) -> dict[str, set[int]]:
        group.poll_until(lambda: group.shares_out(PARTITIONS), what)
        group.forget_latest()
        fill(stage, topic)
        group.poll_until(lambda: all(group.latest.values()), f"a message for each member of {what}")
        [described] = stage.observer.ask("describe_groups", 4, groups=[group.name]).groups
        assert described.protocol_data == assignor
        now = owned(group)
        assert sorted(partition for has in now.values() for partition in has) == list(range(PARTITIONS))
        return now

    group.join("first", member=member(assignor))
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of one")
    group.join("second", member=member(assignor))
    two = settle("a group of two")
    group.join("third", member=member(assignor))
    three = settle("a group of three")
    group.leave("first")
    group.join("fourth", member=member(assignor))
    settle("a group of three, of whom one is new")
    group.kill("second")
    settle("a group of those who live")
    group.poll_until(partial(group.has_seen, set(places_so_far(stage, topic))), "every message")
    if assignor == "cooperative-sticky":
        assert all(three[name] < two[name] for name in two)
    for name in list(group.members):
        group.leave(name)
    assert raw.committed(stage.observer, group.name, topic, PARTITIONS) == [4 * MESSAGES] * PARTITIONS


# --- static members -----------------------------------------------------------------------------------------------

INSTANCES = ("one", "two", "three")
STATIC_SESSION_MS = 30_000  # nobody is to be too late on a busy machine


@every_client
def test_a_rolling_restart_of_static_members_moves_no_partition(stage: Stage) -> None:
    """Each is closed, the last one killed, and comes back under its instance id: same partitions, same generation."""
    topic = new_topic(stage, PARTITIONS)
    group = Group(stage, topic)
    for instance in INSTANCES:
        group.join(instance, member=member("range", instance, STATIC_SESSION_MS))
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a stable group")
    before, generation = assignments(stage, group), generation_of(stage, group)
    assert before.keys() == set(INSTANCES)

    for instance in INSTANCES:
        if instance == INSTANCES[-1]:
            group.kill(instance)
        else:
            group.leave(instance)
        fill(stage, topic, messages=5)
        group.join(instance, member=member("range", instance, STATIC_SESSION_MS))
        everything = set(places_so_far(stage, topic))
        group.poll_until(partial(group.has_seen, everything), f"what came while {instance} was away")
        assert raw.group_state(stage.observer, group.name).state == "Stable"
        assert assignments(stage, group) == before
        assert owned(group)[instance] == set(before[instance])
    assert generation_of(stage, group) == generation


def assignments(stage: Stage, group: Group) -> dict[str, list[int]]:
    members = raw.group_members(stage.observer, group.name)
    return {name: raw.assigned(found.member_assignment) for name, found in members.items()}


def generation_of(stage: Stage, group: Group) -> int:
    """The generation whose heartbeat is accepted."""
    [(instance, found), *_] = raw.group_members(stage.observer, group.name).items()
    for generation in range(1, 20):
        values = {"group_id": group.name, "generation_id": generation, "member_id": found.member_id}
        if stage.observer.ask("heartbeat", 4, group_instance_id=instance, **values).error_code == 0:
            return generation
    raise AssertionError("no generation was accepted")


def places_so_far(stage: Stage, topic: str) -> list[tuple[int, int]]:
    ends = [raw.end_offset(stage.observer, topic, partition) for partition in range(PARTITIONS)]
    return [(partition, offset) for partition, end in enumerate(ends) for offset in range(end)]


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
