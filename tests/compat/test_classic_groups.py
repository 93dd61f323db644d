"""Classic groups as every kind of consumer uses them: rebalances, static members, members that stop or die."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from . import raw
from .brokers import Broker, BrokerProcess
from .clients import CLIENTS, Client
from .conftest import Launches, broker_kind
from .driver import ClientError, Driver
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
    heartbeat_ms = min(500, session_ms // 3)
    return {"assignor": assignor, "instance": instance, "session_ms": session_ms, "heartbeat_ms": heartbeat_ms}


def new_topic(stage: Stage, partitions: int) -> str:
    topic = stage.name("topic")
    raw.create_topic(stage.observer, topic, partitions)
    return topic


def fill(stage: Stage, topic: str, partitions: int = PARTITIONS, messages: int = MESSAGES) -> None:
    for partition in range(partitions):
        batch = raw.batch(*(b"%d" % number for number in range(messages)))
        assert raw.produce(stage.observer, topic, batch, partition=partition).error_code == 0


def form(group: Group, members: dict[str, dict[str, Any]]) -> None:
    """Let them join, the first one alone: as the leader kafka-python 3.0.12 forgets a rebalance that begins before it
    knows the topic, and is silent from then on."""
    for name, settings in members.items():
        group.join(name, member=settings)
        if len(group.members) == 1:
            group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of one")
    group.poll_until(lambda: group.shares_out(PARTITIONS), "a group of all")


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
    form(group, {instance: member("range", instance, STATIC_SESSION_MS) for instance in INSTANCES})
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


# --- members that die ---------------------------------------------------------------------------------------------

MANY = 12  # partitions
KILL_SECONDS = 6
SHORT_SESSION_MS = 600
DRAIN_SECONDS = 60.0


@every_client
def test_members_killed_every_second_lose_nothing(stage: Stage, request: pytest.FixtureRequest) -> None:
    """Three consumers that commit what they have shown: everything is shown, and no committed offset goes back."""
    wanted = request.config.getoption("kill_seconds", None)
    if wanted is None and stage.client.name != "confluent-kafka":
        pytest.skip("only with --kill-seconds")
    churn = Churn(stage, new_topic(stage, MANY))
    kills = churn.run(wanted or KILL_SECONDS)
    churn.drain()
    print(f"\n{stage.client.name} on {stage.broker.kind}: {kills} kills, {sum(churn.written)} messages")
    assert kills >= (wanted or KILL_SECONDS) / 2


class Churn:
    """Three members at any time, messages that keep coming, and what became of them."""

    def __init__(self, stage: Stage, topic: str) -> None:
        self._stage, self._topic, self._group = stage, topic, stage.name("group")
        self.written = [0] * MANY
        self._shown: set[tuple[int, int]] = set()
        self._committed = [-1] * MANY

    def run(self, seconds: float) -> int:
        """Write, consume and kill a member every second, or as fast as new ones can be started; how many were."""
        kills, end = 0, time.monotonic() + seconds
        with ThreadPoolExecutor(1) as preparing:
            self._members = [self._new_member(self._stage.driver()) for _ in range(3)]
            spare, next_kill = preparing.submit(self._stage.driver), time.monotonic() + 1
            while time.monotonic() < end:
                self._write()
                self._step()
                if time.monotonic() >= next_kill and spare.done():
                    self._members.pop(random.randrange(3)).driver.stop()
                    self._members.append(self._new_member(spare.result()))
                    spare, next_kill = preparing.submit(self._stage.driver), time.monotonic() + 1
                    kills += 1
        return kills

    def drain(self) -> None:
        """Until everything was shown and committed."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._committed != self.written:
            assert time.monotonic() < deadline, f"committed {self._committed} of {self.written}"
            self._step()
        assert self._shown == {(index, offset) for index, count in enumerate(self.written) for offset in range(count)}

    def _new_member(self, driver: Driver) -> "Shower":
        open_consumer(driver, self._topic, self._group, member=member(session_ms=SHORT_SESSION_MS))
        return Shower(driver)

    def _write(self) -> None:
        for partition in range(MANY):
            batch = raw.batch(b"one", b"two")
            assert raw.produce(self._stage.observer, self._topic, batch, partition=partition).error_code == 0
            self.written[partition] += 2

    def _step(self) -> None:
        for one in self._members:
            self._shown |= one.step()
        now = raw.committed(self._stage.observer, self._group, self._topic, MANY)
        assert all(new >= old for new, old in zip(now, self._committed, strict=True)), f"{self._committed} became {now}"
        self._committed = now
        time.sleep(0.02)


class Shower:
    """A member that polls, and commits when what it polled was shown to us."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._polling = True
        driver.send("poll", seconds=0.2)

    def step(self) -> set[tuple[int, int]]:
        """What it shows now, as (partition, offset)."""
        shown: set[tuple[int, int]] = set()
        if self.driver.answered():
            with suppress(ClientError):  # a commit during a rebalance, or after the member was thought dead
                answer = self.driver.answer()
                shown = {(one["partition"], one["offset"]) for one in answer} if self._polling else shown
            self._polling = not shown
            if shown:
                self.driver.send("commit")
            else:
                self.driver.send("poll", seconds=0.2)
        return shown
