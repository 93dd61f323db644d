"""What Kafka answers in the consumer group protocol (KIP-848): heartbeats, static members, patterns, offsets, groups
with members of both protocols, and the configurations of groups.

The broker computes each target assignment at once here; by default it may take its time.
"""

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from . import raw
from .brokers import Broker, BrokerProcess
from .conftest import broker_kind
from .raw import Connection, unique

GROUP = 32
SET, DELETE = 0, 1
PARTITIONS = 4

Answer = tuple[int, list[int] | None]
"""Member epoch, and the partitions of the one topic (None: unchanged)."""


@pytest.fixture(scope="module")
def eager_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    overrides = ["group.consumer.assignment.interval.ms=0", "offsets.topic.num.partitions=1"]
    kind = broker_kind(request)
    if kind == "kafkalite":  # no hurry, to be compared
        overrides.append("kafkalite.group.consumer.reconciling.heartbeat.interval.ms=0")
    process = BrokerProcess(kind, tmp_path_factory.mktemp("eager"), overrides)
    process.start()
    yield process
    assert process.stop() == 0
    assert process.kind != "kafkalite" or "Traceback" not in process.log(), process.log()[-5000:]


@pytest.fixture
def connection(eager_broker: Broker) -> Iterator[Connection]:
    with eager_broker.connect() as connection:
        yield connection


@pytest.fixture
def topic(connection: Connection) -> str:
    """A new topic with four partitions."""
    name = unique("raw").replace(".", "-")
    raw.create_topic(connection, name, PARTITIONS)
    return name


class Group:
    """One group, asked through one connection."""

    def __init__(self, connection: Connection, topic: str) -> None:
        self.connection, self.topic, self.name = connection, topic, unique("group")
        self.topic_id = raw.topic_id(connection, topic)

    def ask(self, member: str, epoch: int, version: int = 1, **values: Any) -> Any:
        owned = values.pop("owned", None)
        if owned is not None:
            values["topic_partitions"] = [{"topic_id": self.topic_id, "partitions": owned}] if owned else []
        wanted = {"group_id": self.name, "member_id": member, "member_epoch": epoch, "rebalance_timeout": -1}
        return self.connection.ask("consumer_group_heartbeat", version, **(wanted | values))

    def beat(self, member: str, epoch: int, **values: Any) -> Answer:
        answer = self.ask(member, epoch, **values)
        assert (answer.error_code, answer.error_message, answer.member_id) == (0, None, member), answer
        if answer.assignment is None:
            return answer.member_epoch, None
        return answer.member_epoch, sorted(
            partition for one in answer.assignment.topic_partitions for partition in one.partitions
        )

    def enter(self, member: str, **values: Any) -> Answer:
        return self.beat(member, 0, **(self.first() | values))

    def first(self) -> dict[str, Any]:
        return {"owned": [], "rebalance_timeout": 60_000, "subscribed_topic_names": [self.topic]}

    def refused(self, member: str, epoch: int, **values: Any) -> tuple[int, str | None]:
        answer = self.ask(member, epoch, **values)
        assert (answer.member_id, answer.member_epoch, answer.assignment) == (None, 0, None), answer
        return int(answer.error_code), answer.error_message

    def described(self) -> Any:
        return raw.consumer_group(self.connection, self.name)

    @property
    def state(self) -> tuple[str, int, int]:
        described = self.described()
        return described.group_state, described.group_epoch, described.assignment_epoch

    def stable_two(self) -> None:
        """m1 with partitions 0 and 1, m2 with 2 and 3, both at epoch 3."""
        self.enter("m1")
        self.enter("m2")
        self.beat("m1", 2)
        self.beat("m1", 2, owned=[0, 1])
        self.beat("m2", 3)
        assert self.state == ("Stable", 3, 3)


@pytest.fixture
def group(connection: Connection, topic: str) -> Group:
    """A name for a group, with its coordinator ready."""
    made = Group(connection, topic)

    def ready() -> bool:
        if raw.find_coordinator(connection, made.name).error_code != 0:
            return False
        return made.ask("nobody", 1).error_code not in raw.TRY_AGAIN

    raw.until(ready, what="the group coordinator")
    return made


# --- heartbeats ---------------------------------------------------------------------------------------------------


def test_the_feature_is_there(connection: Connection) -> None:
    answer = connection.ask("api_versions", 4, client_software_name="raw", client_software_version="1")
    supported = {one.name: (one.min_version, one.max_version) for one in answer.supported_features}
    finalized = {one.name: (one.min_version_level, one.max_version_level) for one in answer.finalized_features}
    assert (supported["group.version"], finalized["group.version"][1]) == ((0, 1), 1)
    keys = {one.api_key: (one.min_version, one.max_version) for one in answer.api_keys}
    assert (keys[68], keys[69]) == ((0, 1), (0, 1))


def test_two_members(group: Group) -> None:
    assert group.enter("m1") == (2, [0, 1, 2, 3])
    assert group.beat("m1", 2) == (2, None)
    assert (group.enter("m2"), group.state) == ((3, []), ("Reconciling", 3, 3))
    assert group.beat("m1", 2) == (2, [0, 1])
    assert group.beat("m1", 2) == (2, None)
    assert group.beat("m2", 3) == (3, None)
    assert group.beat("m1", 2, owned=[0, 1]) == (3, None)
    assert group.beat("m2", 3) == (3, [2, 3])
    assert group.beat("m1", 2, owned=[0, 1]) == (3, None), "it may not have heard of epoch 3"
    assert group.state == ("Stable", 3, 3)
    assert group.beat("m1", -1) == (-1, None)
    assert group.beat("m2", 3) == (4, [0, 1, 2, 3])
    assert group.beat("m2", -1) == (-1, None)
    assert group.state == ("Empty", 5, 5)


def test_in_version_0_the_broker_makes_member_ids(group: Group) -> None:
    answer = group.ask("", 0, version=0, **group.first())
    assert (answer.error_code, answer.member_epoch) == (0, 2)
    assert len(answer.member_id) == 22


def test_joining_again_and_full_requests_get_everything(group: Group) -> None:
    group.stable_two()
    assert group.enter("m1") == (3, [0, 1])
    assert group.beat("m1", 3, **(group.first() | {"owned": [0, 1]})) == (3, [0, 1])
    assert group.beat("m1", 3, owned=[0, 1, 2, 3]) == (3, None), "a claim is only a claim"


@pytest.mark.parametrize(
    ("epoch", "values", "text"),
    [
        (0, {"group_id": ""}, "GroupId can't be empty."),
        (0, {"group_id": "  "}, "GroupId can't be empty."),
        (0, {"instance_id": ""}, "InstanceId can't be empty."),
        (0, {"rack_id": ""}, "RackId can't be empty."),
        (0, {"member_id": ""}, "MemberId can't be empty."),
        (0, {"rebalance_timeout": -1}, "RebalanceTimeoutMs must be provided in first request."),
        (0, {"owned": [0]}, "TopicPartitions must be empty when (re-)joining."),
        (0, {"owned": None}, "TopicPartitions must be empty when (re-)joining."),
        (
            0,
            {"subscribed_topic_names": None},
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
        ),
        (-2, {}, "InstanceId can't be null."),
        (-3, {}, "MemberEpoch is invalid."),
    ],
)
def test_a_form_that_is_wrong(group: Group, epoch: int, values: dict[str, Any], text: str) -> None:
    assert group.refused("m1", epoch, **(group.first() | values)) == (42, text)


def test_an_assignor_nobody_has(group: Group) -> None:
    text = "ServerAssignor best is not supported. Supported assignors: uniform, range."
    assert group.refused("m1", 0, **(group.first() | {"server_assignor": "best"})) == (112, text)


def test_who_is_nobody(group: Group) -> None:
    name = group.name
    assert group.refused("m1", 1) == (69, f"Consumer group {name} not found.")
    assert group.refused("m1", -1) == (69, f"Group {name} not found.")
    group.enter("m1")
    assert group.refused("m2", 1) == (25, f"Member m2 is not a member of group {name}.")
    assert group.refused("m2", -1) == (25, f"Member m2 is not a member of group {name}.")
    assert group.refused("m1", 1, instance_id="i") == (25, "Instance id i is unknown.")
    assert group.refused("m1", -2, instance_id="i") == (25, "Instance id i is unknown.")


def test_epochs(group: Group) -> None:
    group.stable_two()
    begin = "The consumer group member has a "
    end = "The member must abandon all its partitions and rejoin."
    known = "than the one known by the group coordinator (3)."
    assert group.refused("m1", 4) == (110, f"{begin}greater member epoch (4) {known} {end}")
    assert group.refused("m1", 1) == (110, f"{begin}smaller member epoch (1) {known} {end}")
    assert group.refused("m1", 2) == (110, f"{begin}smaller member epoch (2) {known} {end}")
    assert group.refused("m1", 2, owned=[0, 2]) == (110, f"{begin}smaller member epoch (2) {known} {end}")


def test_the_assignors_differ(connection: Connection, group: Group) -> None:
    for assignor in ("range", "uniform"):
        group.enter(assignor, server_assignor=assignor)
        assert group.described().assignor_name in ("range", "uniform")
    group.beat("uniform", -1)
    assert group.described().assignor_name == "range"


def test_topics_that_change(connection: Connection, group: Group) -> None:
    other = unique("raw").replace(".", "-")
    assert group.enter("m1", subscribed_topic_names=[group.topic, other]) == (2, [0, 1, 2, 3])
    raw.create_topic(connection, other, 1)
    assert raw.until(lambda: group.beat("m1", 2) == (3, [0, 0, 1, 2, 3]) or None, what="the other topic")
    wanted = [{"name": group.topic, "count": 6}]
    [grown] = connection.ask("create_partitions", 3, topics=wanted, timeout=10_000).results
    assert grown.error_code == 0
    assert raw.until(lambda: group.beat("m1", 3) == (4, [0, 0, 1, 2, 3, 4, 5]) or None, what="the new partitions")
    [gone] = connection.ask("delete_topics", 4, topic_names=[other], timeout=10_000).responses
    assert gone.error_code == 0
    assert raw.until(lambda: group.beat("m1", 4) == (4, [0, 1, 2, 3, 4, 5]) or None, what="the end of the topic")
    assert group.beat("m1", 4, owned=[0, 1, 2, 3, 4, 5]) == (5, None)


# --- static members -----------------------------------------------------------------------------------------------


def test_a_static_member_goes_and_comes(group: Group) -> None:
    assert group.enter("m1", instance_id="i") == (2, [0, 1, 2, 3])
    text = "Static member m2 with instance id i cannot join the group because the instance id is owned by m1 member."
    assert group.refused("m2", 0, **(group.first() | {"instance_id": "i"})) == (111, text)
    assert group.beat("m1", -2, instance_id="i") == (-2, None)
    assert group.state == ("Reconciling", 2, 2)
    assert group.enter("m2", instance_id="i") == (2, [0, 1, 2, 3])
    text = "Static member m1 with instance id i was fenced by member m2."
    for epoch in (2, -1, -2):
        assert group.refused("m1", epoch, instance_id="i") == (82, text)
    assert group.beat("m2", -1, instance_id="i") == (-1, None)
    assert group.state == ("Empty", 3, 3)


# --- regular expressions ------------------------------------------------------------------------------------------


def test_patterns(connection: Connection, group: Group) -> None:
    pattern = {"subscribed_topic_names": None, "subscribed_topic_regex": f"{group.topic}(-[a-z]+)?"}
    assert group.enter("m1", **pattern) == (1, [])
    assert raw.until(lambda: group.beat("m1", 1) == (2, [0, 1, 2, 3]) or None, what="what the pattern matches")
    [member] = group.described().members
    assert member.subscribed_topic_regex == pattern["subscribed_topic_regex"]
    assert group.enter("m2", **pattern) == (3, []), "the pattern is known"


@pytest.mark.parametrize("pattern", ["(", "a**", "[z-a]", "(?<n>a)(?=b)", r"\1", "a{1001}", "(?P<n"])
def test_patterns_that_are_none(group: Group, pattern: str) -> None:
    values = group.first() | {"subscribed_topic_names": None, "subscribed_topic_regex": pattern}
    assert group.refused("m1", 0, **values)[0] == 128
    assert group.described().error_code == 69


@pytest.mark.parametrize(
    "pattern", [r"\Qa.b\E", "(?i:RAW)", "[[:alpha:]]+", r"\pL+", "(?P<n>a)", "a{0,1000}", "(?U)a+"]
)
def test_patterns_of_re2(group: Group, pattern: str) -> None:
    assert group.enter("m1", subscribed_topic_names=None, subscribed_topic_regex=pattern)[0] == 1


# --- offsets ------------------------------------------------------------------------------------------------------


def commit(group: Group, member: str, epoch: int, partition: int = 0, version: int = 9) -> int:
    wanted = {"partition_index": partition, "committed_offset": 5, "committed_leader_epoch": -1}
    answer = group.connection.ask(
        "offset_commit",
        version,
        group_id=group.name,
        generation_id_or_member_epoch=epoch,
        member_id=member,
        topics=[{"name": group.topic, "partitions": [wanted | {"committed_metadata": ""}]}],
    )
    return int(answer.topics[0].partitions[0].error_code)


def test_commits(group: Group) -> None:
    group.stable_two()
    assert commit(group, "m1", 3) == 0
    assert commit(group, "m1", 4) == 113
    assert commit(group, "m1", 2) == 0, "the partition was its own then"
    assert commit(group, "m1", 1) == 113
    assert commit(group, "m2", 2, 2) == 113, "it got the partition at epoch 3"
    assert commit(group, "who", 3) == 25
    assert commit(group, "", -1) == 25
    assert commit(group, "m1", 3, version=8) == 35
    assert raw.committed(group.connection, group.name, group.topic, 2) == [5, -1]


def test_commits_without_members(group: Group) -> None:
    assert commit(group, "m1", 3) == 69
    group.enter("m1", instance_id="i")
    group.beat("m1", -2, instance_id="i")
    assert commit(group, "m1", -2) == 0
    group.beat("m1", -1, instance_id="i")
    assert commit(group, "", -1) == 0
    assert commit(group, "m1", 2) == 25


def test_fetching_as_a_member(group: Group) -> None:
    group.stable_two()
    commit(group, "m1", 3)
    for member, epoch, code in ((None, -1, 0), ("m1", 3, 0), ("m1", 2, 113), ("who", 3, 25), ("", -1, 25)):
        wanted = {"group_id": group.name, "member_id": member, "member_epoch": epoch, "topics": None}
        [found] = group.connection.ask("offset_fetch", 9, groups=[wanted], require_stable=False).groups
        assert (found.error_code, len(found.topics)) == (code, int(code == 0)), (member, epoch)


def test_deleting_offsets_and_the_group(connection: Connection, group: Group) -> None:
    group.stable_two()
    commit(group, "m1", 3)
    partitions = [{"name": group.topic, "partitions": [{"partition_index": 0}]}]
    answer = connection.ask("offset_delete", 0, group_id=group.name, topics=partitions)
    assert (answer.error_code, answer.topics[0].partitions[0].error_code) == (0, 86)
    assert delete(group) == 68
    group.beat("m1", -1)
    group.beat("m2", -1)
    answer = connection.ask("offset_delete", 0, group_id=group.name, topics=partitions)
    assert (answer.error_code, answer.topics[0].partitions[0].error_code) == (0, 0)
    assert delete(group) == 0
    assert delete(group) == 69
    assert group.described().error_code == 69


def delete(group: Group) -> int:
    [result] = group.connection.ask("delete_groups", 2, groups_names=[group.name]).results
    return int(result.error_code)


# --- describing and listing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(2))
def test_describing(connection: Connection, group: Group, version: int) -> None:
    group.enter("m1", instance_id="i", rack_id="r")
    [found] = connection.ask("consumer_group_describe", version, group_ids=[group.name]).groups
    assert (found.error_code, found.group_state, found.assignor_name) == (0, "Stable", "uniform")
    assert (found.group_epoch, found.assignment_epoch) == (2, 2)
    [member] = found.members
    assert (member.member_id, member.instance_id, member.rack_id, member.member_epoch) == ("m1", "i", "r", 2)
    assert (member.client_id, member.client_host) == ("raw", "/127.0.0.1")
    assert list(member.subscribed_topic_names) == [group.topic]
    assert member.subscribed_topic_regex in ("", None)
    [assigned] = member.assignment.topic_partitions
    assert (assigned.topic_id, assigned.topic_name, sorted(assigned.partitions)) == (
        group.topic_id,
        group.topic,
        [0, 1, 2, 3],
    )
    [target] = member.target_assignment.topic_partitions
    assert sorted(target.partitions) == [0, 1, 2, 3]
    assert version == 0 or member.member_type == 1


def test_describing_what_is_none(connection: Connection, group: Group) -> None:
    commit_alone = {"partition_index": 0, "committed_offset": 1, "committed_leader_epoch": -1, "committed_metadata": ""}
    simple = unique("simple")
    connection.ask(
        "offset_commit",
        9,
        group_id=simple,
        generation_id_or_member_epoch=-1,
        member_id="",
        topics=[{"name": group.topic, "partitions": [commit_alone]}],
    )
    answer = connection.ask("consumer_group_describe", 1, group_ids=[group.name, simple])
    found = {one.group_id: (int(one.error_code), one.error_message) for one in answer.groups}
    assert found == {
        group.name: (69, f"Group {group.name} not found."),
        simple: (69, f"Group {simple} is not a consumer group."),
    }
    group.enter("m1")
    [classic] = connection.ask("describe_groups", 6, groups=[group.name]).groups
    assert (classic.error_code, classic.error_message) == (69, f"Group {group.name} is not a classic group.")
    [classic] = connection.ask("describe_groups", 5, groups=[group.name]).groups
    assert (classic.error_code, classic.group_state) == (0, "Dead")


def test_listing(connection: Connection, group: Group) -> None:
    group.enter("m1")

    def listed(**filters: Any) -> list[tuple[str, str, str]]:
        groups = connection.ask("list_groups", 5, **filters).groups
        return [(one.protocol_type, one.group_state, one.group_type) for one in groups if one.group_id == group.name]

    assert listed() == [("consumer", "Stable", "consumer")]
    assert listed(types_filter=["Consumer"]) == listed(states_filter=["stable"]) == listed()
    assert listed(types_filter=["classic"]) == listed(states_filter=["Reconciling"]) == []


# --- members of both protocols ------------------------------------------------------------------------------------


class Classic:
    """A member that speaks the classic protocol, with a connection of its own."""

    def __init__(self, broker: Broker, group: Group) -> None:
        self.connection, self.group, self.id = broker.connect(), group, ""

    def join(self, owned: list[int] | None = None, **values: Any) -> Any:
        subscription = struct.pack(">hih", 1, 1, len(self.group.topic)) + self.group.topic.encode() + b"\xff" * 4
        if owned:
            subscription += struct.pack(">ih", 1, len(self.group.topic)) + self.group.topic.encode()
            subscription += struct.pack(f">i{len(owned)}i", len(owned), *owned)
        else:
            subscription += struct.pack(">i", 0)
        settings = {
            "group_id": self.group.name,
            "member_id": self.id,
            "group_instance_id": None,
            "session_timeout": 10_000,
            "rebalance_timeout": 10_000,
            "protocol_type": "consumer",
            "protocols": [{"name": "range", "metadata": subscription}],
        }
        answer = self.connection.ask("join_group", 9, **(settings | values))
        if answer.error_code == 79:
            self.id = answer.member_id
            return self.join(owned, **values)
        return answer

    def sync(self, generation: int, assignment: bytes | None = None) -> tuple[int, list[int]]:
        parts = [] if assignment is None else [{"member_id": self.id, "assignment": assignment}]
        answer = self.connection.ask(
            "sync_group",
            5,
            group_id=self.group.name,
            generation_id=generation,
            member_id=self.id,
            group_instance_id=None,
            protocol_type="consumer",
            protocol_name="range",
            assignments=parts,
        )
        return int(answer.error_code), raw.assigned(answer.assignment)

    def heartbeat(self, generation: int) -> int:
        values = {"group_id": self.group.name, "generation_id": generation, "member_id": self.id}
        return int(self.connection.ask("heartbeat", 4, group_instance_id=None, **values).error_code)

    def assignment(self, *partitions: int) -> bytes:
        name = self.group.topic.encode()
        head = struct.pack(">hih", 1, 1, len(name)) + name
        return head + struct.pack(f">i{len(partitions)}i", len(partitions), *partitions) + b"\xff" * 4


@pytest.fixture
def classic(eager_broker: Broker, group: Group) -> Iterator[Classic]:
    member = Classic(eager_broker, group)
    yield member
    member.connection.close()


def stable_classic(classic: Classic) -> None:
    """A classic group of one, which has everything at generation 1."""
    joined = classic.join()
    assert (joined.error_code, joined.generation_id) == (0, 1)
    assert classic.sync(1, classic.assignment(0, 1, 2, 3)) == (0, [0, 1, 2, 3])


def test_a_consumer_joins_a_classic_group(group: Group, classic: Classic) -> None:
    stable_classic(classic)
    assert (group.enter("m1"), group.state) == ((2, []), ("Reconciling", 2, 2))
    assert classic.heartbeat(1) == 27
    assert classic.sync(1)[0] == 27
    joined = classic.join(owned=[0, 1, 2, 3])
    assert (joined.error_code, joined.generation_id, joined.leader, len(joined.members)) == (0, 1, "", 0)
    code, kept = classic.sync(1)
    assert (code, len(kept)) == (0, 2)
    assert classic.heartbeat(1) == 27, "it must confirm"
    assert classic.join(owned=kept).generation_id == 2
    assert classic.heartbeat(2) == 0
    assert classic.sync(2) == (0, kept)
    assert group.beat("m1", 2) == (2, sorted({0, 1, 2, 3} - {*kept}))
    members = {one.member_id: one.member_type for one in group.described().members}
    assert members == {"m1": 1, classic.id: 0}


def test_a_classic_member_joins_a_consumer_group(group: Group, classic: Classic) -> None:
    group.enter("m1")
    joined = classic.join()
    assert (joined.error_code, joined.generation_id, joined.leader, joined.protocol_name) == (0, 3, "", "range")
    assert classic.sync(3) == (0, [])
    assert classic.heartbeat(3) == 0
    epoch, kept = group.beat("m1", 2)
    assert group.beat("m1", epoch, owned=kept) == (3, None)
    assert classic.heartbeat(3) == 27
    assert classic.join().generation_id == 3
    assert classic.sync(3) == (0, sorted({0, 1, 2, 3} - {*(kept or ())}))
    assert (classic.heartbeat(3), classic.heartbeat(2), classic.sync(4)[0]) == (0, 22, 22)


def test_a_group_that_becomes_classic_again(group: Group, classic: Classic) -> None:
    group.enter("m1")
    assert classic.join().generation_id == 3
    assert classic.sync(3) == (0, [])
    assert group.beat("m1", -1) == (-1, None)
    assert classic.heartbeat(3) == 27
    joined = classic.join()
    assert (joined.generation_id, joined.leader, len(joined.members)) == (4, classic.id, 1)
    assert classic.sync(4, classic.assignment(1)) == (0, [1])
    assert raw.group_state(group.connection, group.name) == ("Stable", [[1]])
    assert group.described().error_code == 69


def test_who_cannot_mix(group: Group, classic: Classic) -> None:
    group.enter("m1")
    assert classic.join(protocol_type="connect").error_code == 23
    assert classic.join(protocols=[]).error_code == 23
    assert classic.join(protocols=[{"name": "range", "metadata": b"what"}]).error_code == 23
    assert classic.heartbeat(2) == 25


@pytest.mark.parametrize(
    ("values", "assignment"),
    [({"protocol_type": "connect"}, b"mine"), ({"protocols": [{"name": "range", "metadata": b"what"}]}, b"mine")],
)
def test_a_classic_group_that_cannot_be_a_consumer_group(
    group: Group, classic: Classic, values: dict[str, Any], assignment: bytes
) -> None:
    assert classic.join(**values).error_code == 0
    code, text = group.refused("m1", 0, **group.first())
    assert code == 69
    assert str(text).startswith(f"Cannot upgrade classic group {group.name} to consumer group because ")


def test_an_empty_group_of_either_kind(group: Group, classic: Classic) -> None:
    group.enter("m1")
    group.beat("m1", -1)
    joined = classic.join()
    assert (joined.error_code, joined.generation_id) == (0, 1)
    assert raw.group_state(group.connection, group.name).state == "CompletingRebalance"


# --- configurations -----------------------------------------------------------------------------------------------


def alter(connection: Connection, group: str, key: str, value: str | None, kind: int = SET) -> tuple[int, str | None]:
    configs = [{"name": key, "value": value, "config_operation": kind}]
    wanted = [{"resource_type": GROUP, "resource_name": group, "configs": configs}]
    [result] = connection.ask("incremental_alter_configs", 1, resources=wanted).responses
    return int(result.error_code), result.error_message


def value(connection: Connection, group: str, key: str) -> tuple[str, int]:
    wanted = [{"resource_type": GROUP, "resource_name": group, "configuration_keys": [key]}]
    [result] = connection.ask("describe_configs", 4, resources=wanted).results
    [found] = result.configs
    return found.value, found.config_source


def test_configurations_of_a_group(connection: Connection, group: Group) -> None:
    key = "consumer.heartbeat.interval.ms"
    group.enter("m1")
    assert alter(connection, group.name, key, "6000") == (0, None)
    raw.until(lambda: value(connection, group.name, key) == ("6000", 8), what="the value")
    raw.until(lambda: interval(group) == 6000, what="the new interval")
    assert group.name in config_resources(connection)
    assert alter(connection, group.name, key, None, DELETE) == (0, None)
    raw.until(lambda: value(connection, group.name, key) == ("5000", 5), what="the default")
    raw.until(lambda: interval(group) == 5000, what="the old interval")
    assert group.name not in config_resources(connection)


def interval(group: Group) -> int:
    """In milliseconds."""
    return int(group.ask("m1", 2).heartbeat_interval.total_seconds() * 1000)


def config_resources(connection: Connection) -> list[str]:
    answer = connection.ask("list_config_resources", 1, resource_types=[GROUP])
    return [one.resource_name for one in answer.config_resources]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("consumer.session.timeout.ms", "44999", "must be in the range 45000 to 60000 inclusive."),
        ("consumer.session.timeout.ms", "60001", "must be in the range 45000 to 60000 inclusive."),
        ("consumer.heartbeat.interval.ms", "4999", "must be in the range 5000 to 15000 inclusive."),
        ("consumer.assignment.interval.ms", "15001", "must be in the range 0 to 15000 inclusive."),
    ],
)
def test_configurations_out_of_the_brokers_bounds(connection: Connection, key: str, value: str, text: str) -> None:
    code, message = alter(connection, unique("group"), key, value)
    assert (code, message) == (40, f"{key} {text}")
