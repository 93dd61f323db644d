"""What Kafka answers in the classic group protocol: joining, syncing, leaving, committing, and calls about groups."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from . import raw
from .brokers import Broker
from .raw import Connection, unique

SUBSCRIPTION = b"\0\1\0\0\0\1\0\5topic\xff\xff\xff\xff\0\0\0\0"  # consumer protocol version 1 of one topic
RANGE: Mapping[str, bytes] = {"range": SUBSCRIPTION}


@pytest.fixture
def group(connection: Connection) -> str:
    """A name for a group, with its coordinator ready."""
    name = unique("group")

    def ready() -> bool:
        if raw.find_coordinator(connection, name).error_code != 0:
            return False
        answer = connection.ask("heartbeat", 4, group_id=name, generation_id=1, member_id="nobody")
        return answer.error_code not in raw.TRY_AGAIN

    raw.until(ready, what="the group coordinator")
    return name


# --- FindCoordinator ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(7))
def test_find_coordinator(connection: Connection, group: str, version: int) -> None:
    [broker] = connection.ask("metadata", 1, topics=[]).brokers
    key = {"coordinator_keys": [group]} if version >= 4 else {"key": group}
    answer = connection.ask("find_coordinator", version, **key)
    found = answer.coordinators[0] if version >= 4 else answer
    assert (found.error_code, found.node_id, found.host, found.port) == (0, broker.node_id, broker.host, broker.port)


def test_find_several_coordinators(connection: Connection, group: str) -> None:
    keys = [group, f"{group}.other"]
    answer = connection.ask("find_coordinator", 4, key_type=0, coordinator_keys=keys)
    assert [(found.key, int(found.error_code)) for found in answer.coordinators] == [(key, 0) for key in keys]


# --- JoinGroup ----------------------------------------------------------------------------------------------------


def join(connection: Connection, group: str, member_id: str = "", version: int = 5, **values: Any) -> Any:
    send_join(connection, group, member_id, version, **values)
    return connection.answer()


def send_join(connection: Connection, group: str, member_id: str = "", version: int = 5, **values: Any) -> None:
    protocols = values.pop("protocols", RANGE)
    settings = {
        "group_id": group,
        "member_id": member_id,
        "session_timeout": 10000,
        "protocol_type": "consumer",
        "protocols": [{"name": name, "metadata": data} for name, data in protocols.items()],
    }
    if version >= 1:
        settings["rebalance_timeout"] = 10000
    if version >= 5:
        settings["group_instance_id"] = None
    connection.send("join_group", version, **(settings | values))


@dataclass
class Member:
    """A member of a group, with a connection of its own: JoinGroup and SyncGroup wait there."""

    connection: Connection
    group: str
    id: str
    protocols: Mapping[str, bytes] = field(default_factory=lambda: RANGE)
    generation: int = -1
    leader: str = ""
    protocol: str = ""

    def send_join(self) -> None:
        send_join(self.connection, self.group, self.id, protocols=self.protocols)

    def rejoin(self) -> None:
        """As soon as the group is rebalancing."""
        raw.until(lambda: self.heartbeat() == 27, what="the rebalance")
        self.send_join()

    def joined(self) -> Any:
        answer = self.connection.answer()
        assert answer.error_code == 0, answer
        self.generation, self.leader, self.protocol = answer.generation_id, answer.leader, answer.protocol_name
        return answer

    def send_sync(self, assignments: dict[str, bytes] | None = None, **values: Any) -> None:
        given = [{"member_id": member, "assignment": data} for member, data in (assignments or {}).items()]
        settings = {"group_id": self.group, "generation_id": self.generation, "member_id": self.id}
        self.connection.send("sync_group", 3, assignments=given, **(settings | values))

    def sync(self, assignments: dict[str, bytes] | None = None, **values: Any) -> Any:
        self.send_sync(assignments, **values)
        return self.connection.answer()

    def heartbeat(self, **values: Any) -> int:
        settings = {"group_id": self.group, "generation_id": self.generation, "member_id": self.id}
        return int(self.connection.ask("heartbeat", 4, **(settings | values)).error_code)

    def leave(self) -> int:
        return int(self.connection.ask("leave_group", 2, group_id=self.group, member_id=self.id).error_code)


class Members:
    """Makes members, and takes them through rebalances together."""

    def __init__(self, broker: Broker, group: str, exits: ExitStack) -> None:
        self._broker, self._group, self._exits = broker, group, exits

    def new(self, protocols: Mapping[str, bytes] = RANGE) -> Member:
        """A member that has its id (79) and has not joined yet."""
        connection = self._exits.enter_context(self._broker.connect())
        required = join(connection, self._group, protocols=protocols)
        assert required.error_code == 79
        return Member(connection, self._group, required.member_id, protocols)

    def stable(self, *protocols: Mapping[str, bytes]) -> list[Member]:
        """A stable group with a member for each of these protocol lists, which join one after the other."""
        everybody: list[Member] = []
        for choice in protocols or [RANGE]:
            newest = self.new(protocols=choice)
            newest.send_join()
            for member in everybody:
                member.rejoin()
            everybody.append(newest)
            self.finish_rebalance(*everybody)
        return everybody

    def finish_rebalance(self, *members: Member) -> None:
        """All of them have asked to join; they sync, and each gets its own id as its assignment."""
        for member in members:
            member.joined()
        for member in members:
            member.send_sync({other.id: other.id.encode() for other in members} if member.id == member.leader else None)
        for member in members:
            answer = member.connection.answer()
            assert (answer.error_code, answer.assignment) == (0, member.id.encode())


@pytest.fixture
def members(broker: Broker, group: str) -> Iterator[Members]:
    with ExitStack() as exits:
        yield Members(broker, group, exits)


def test_one_member_alone(connection: Connection, group: str, members: Members) -> None:
    member = members.new()
    member.send_join()
    joined = member.joined()
    assert (joined.generation_id, joined.leader, joined.member_id, joined.protocol_name) == (
        1,
        member.id,
        member.id,
        "range",
    )
    assert [(other.member_id, other.metadata) for other in joined.members] == [(member.id, SUBSCRIPTION)]
    synced = member.sync({member.id: b"mine"})
    assert (synced.error_code, synced.assignment) == (0, b"mine")
    assert member.heartbeat() == 0
    assert member.leave() == 0
    assert member.heartbeat() == 25


@pytest.mark.parametrize("version", range(10))
def test_join_in_every_version(connection: Connection, group: str, version: int) -> None:
    """From version 4 a new member must first learn its id (79); before, it is in at once."""
    answer = join(connection, group, version=version)
    if version >= 4:
        assert (answer.error_code, answer.generation_id, answer.leader, answer.members) == (79, -1, "", ())
        assert answer.member_id.startswith("raw-")
        answer = join(connection, group, answer.member_id, version=version)
    assert (answer.error_code, answer.generation_id, answer.leader) == (0, 1, answer.member_id)
    if version >= 7:
        assert (answer.protocol_type, answer.protocol_name) == ("consumer", "range")
    synced = connection.ask(
        "sync_group", 0, group_id=group, generation_id=1, member_id=answer.member_id, assignments=[]
    )
    assert (synced.error_code, synced.assignment) == (0, b"")
    assert connection.ask("leave_group", 0, group_id=group, member_id=answer.member_id).error_code == 0


JOIN_REFUSED = {
    "an empty group id": ({"group_id": ""}, 24),
    "a short session timeout": ({"session_timeout": 5999}, 26),
    "a long session timeout": ({"session_timeout": 1_800_001}, 26),
    "an unknown member": ({"member_id": "nobody"}, 25),
    "no protocols": ({"protocols": {}}, 23),
}


@pytest.mark.parametrize(("values", "code"), JOIN_REFUSED.values(), ids=JOIN_REFUSED.keys())
def test_join_refuses(connection: Connection, group: str, values: dict[str, Any], code: int) -> None:
    answer = join(connection, group, **values)
    assert (answer.error_code, answer.generation_id, answer.leader, answer.members) == (code, -1, "", ())
    assert answer.member_id == values.get("member_id", "")
    answer = join(connection, group, version=7, **values)
    assert (answer.error_code, answer.protocol_type, answer.protocol_name) == (code, None, None)


def test_join_with_nothing_in_common(connection: Connection, group: str, members: Members) -> None:
    members.stable()
    for values in ({"protocols": {"other": b""}}, {"protocol_type": "connect"}):
        assert join(connection, group, **values).error_code == 23


def test_two_members(members: Members) -> None:
    [first] = members.stable()
    second = members.new()
    second.send_join()
    first.rejoin()
    of_first, of_second = first.joined(), second.joined()
    assert first.generation == second.generation == 2
    assert of_first.leader == of_second.leader == first.id
    assert {member.member_id for member in of_first.members} == {first.id, second.id}
    assert of_second.members == ()
    second.send_sync()
    assert first.sync({first.id: b"a", second.id: b"b", "nobody": b"c"}).assignment == b"a"
    assert second.connection.answer().assignment == b"b"


def test_the_protocol_most_members_prefer(members: Members) -> None:
    everybody = members.stable({"a": b"", "b": b""}, {"b": b"", "a": b""}, {"b": b"", "c": b"", "a": b""})
    assert {member.protocol for member in everybody} == {"b"}


def test_rejoining_in_a_stable_group(members: Members) -> None:
    """A follower that changed nothing is told the current generation; the leader starts a rebalance."""
    first, second = members.stable(RANGE, RANGE)
    leader, follower = (first, second) if first.id == first.leader else (second, first)
    generation = leader.generation
    follower.send_join()
    assert follower.joined().members == ()
    assert follower.generation == generation
    leader.send_join()
    follower.rejoin()
    members.finish_rebalance(leader, follower)
    assert leader.generation == follower.generation == generation + 1


def test_leaving_starts_a_rebalance(members: Members) -> None:
    first, second = members.stable(RANGE, RANGE)
    assert first.leave() == 0
    second.rejoin()
    members.finish_rebalance(second)
    assert second.leader == second.id
    assert first.heartbeat() == 25


# --- SyncGroup, Heartbeat, LeaveGroup -----------------------------------------------------------------------------


def test_sync_refuses(members: Members) -> None:
    member = members.new()
    member.send_join()
    member.joined()
    assert member.sync(member_id="nobody").error_code == 25
    assert member.sync(generation_id=7).error_code == 22
    for wrong in (
        {"protocol_type": "connect", "protocol_name": "range"},
        {"protocol_type": "consumer", "protocol_name": "x"},
    ):
        request = {
            "group_id": member.group,
            "generation_id": member.generation,
            "member_id": member.id,
            "assignments": [],
        }
        assert member.connection.ask("sync_group", 5, **(request | wrong)).error_code == 23
    assert member.sync().error_code == 0


def test_sync_of_a_stable_group_returns_what_is_stored(members: Members) -> None:
    [member] = members.stable()
    assert member.sync({member.id: b"something else"}).assignment == member.id.encode()


def test_heartbeat_refuses(connection: Connection, group: str, members: Members) -> None:
    [member] = members.stable()
    assert member.heartbeat(member_id="nobody") == 25
    assert member.heartbeat(generation_id=7) == 22
    assert member.heartbeat(group_id="") == 24
    assert member.heartbeat(group_id=unique("missing")) == 25


def test_leave_several(connection: Connection, group: str, members: Members) -> None:
    [member] = members.stable()
    wanted = [{"member_id": "nobody", "group_instance_id": None}, {"member_id": member.id, "group_instance_id": None}]
    answer = connection.ask("leave_group", 4, group_id=group, members=wanted)
    assert answer.error_code == 0
    assert [(left.member_id, int(left.error_code)) for left in answer.members] == [("nobody", 25), (member.id, 0)]
    assert connection.ask("leave_group", 2, group_id=unique("missing"), member_id="nobody").error_code == 25
    assert connection.ask("leave_group", 2, group_id="", member_id="nobody").error_code == 24


def leave(connection: Connection, group: str, *members: tuple[str, str | None]) -> list[int]:
    wanted = [{"member_id": member_id, "group_instance_id": instance} for member_id, instance in members]
    answer = connection.ask("leave_group", 5, group_id=group, members=wanted)
    assert answer.error_code == 0
    return [int(member.error_code) for member in answer.members]


def test_who_leaves_in_a_list_is_gone_for_the_rest_of_it(connection: Connection, group: str) -> None:
    old = join(connection, group, group_instance_id="one").member_id
    new = join(connection, group, group_instance_id="one").member_id
    assert leave(connection, group, (old, "one"), (new, "one"), (old, "one"), ("", "one")) == [82, 0, 25, 25]


def test_pending_members_do_not_keep_an_empty_group_waiting(
    connection: Connection, group: str, members: Members
) -> None:
    [member] = members.stable()
    pending = members.new()
    assert member.leave() == 0
    raw.until(lambda: describe(connection, group).group_state == "Empty", seconds=5, what="the empty group")
    pending.send_join()
    assert pending.joined().generation_id == 3
    assert leave(connection, group, (pending.id, None)) == [0]


# --- static membership --------------------------------------------------------------------------------------------


def test_a_static_member_comes_back_without_a_rebalance(broker: Broker, connection: Connection, group: str) -> None:
    first = join(connection, group, group_instance_id="one")
    assert (first.error_code, first.generation_id) == (0, 1)
    old = Member(connection, group, first.member_id, generation=1)
    assert old.sync({old.id: b"mine"}, group_instance_id="one").assignment == b"mine"
    with broker.connect() as other:
        second = join(other, group, group_instance_id="one")
        assert (second.error_code, second.generation_id) == (0, 1)
        assert second.member_id != first.member_id
        new = Member(other, group, second.member_id, generation=1)
        assert new.sync(group_instance_id="one").assignment == b"mine"
        assert new.heartbeat(group_instance_id="one") == 0
    assert old.heartbeat(group_instance_id="one") == 82
    assert join(connection, group, first.member_id, group_instance_id="one").error_code == 82
    [left] = connection.ask(
        "leave_group", 4, group_id=group, members=[{"member_id": "", "group_instance_id": "one"}]
    ).members
    assert left.error_code == 0


# --- OffsetCommit, OffsetFetch ------------------------------------------------------------------------------------


def commit(
    connection: Connection, group: str, topic: str, offsets: dict[int, int], version: int = 7, **values: Any
) -> Any:
    metadata = values.pop("metadata", "")
    partitions = [
        {"partition_index": partition, "committed_offset": offset, "committed_metadata": metadata}
        for partition, offset in offsets.items()
    ]
    if version >= 6:
        partitions = [partition | {"committed_leader_epoch": -1} for partition in partitions]
    topics = [{"name": topic, "partitions": partitions}]
    settings: dict[str, Any] = {"group_id": group, "member_id": "", "topics": topics}
    settings["generation_id_or_member_epoch"] = -1
    answer = connection.ask("offset_commit", version, **(settings | values))
    return {entry.partition_index: int(entry.error_code) for entry in answer.topics[0].partitions}


def test_commit_without_a_group(connection: Connection, group: str, topic: str) -> None:
    assert commit(connection, group, topic, {0: 5, 1: 7}) == {0: 0, 1: 0}
    assert raw.committed(connection, group, topic, 2) == [5, 7]
    assert commit(connection, group, topic, {0: 3}) == {0: 0}
    assert raw.committed(connection, group, topic, 2) == [3, 7]


@pytest.mark.parametrize("version", range(2, 10))
def test_commit_in_every_version(connection: Connection, group: str, topic: str, version: int) -> None:
    assert commit(connection, group, topic, {0: version}, version=version) == {0: 0}
    assert raw.committed(connection, group, topic, 1) == [version]


def test_commit_by_topic_id(connection: Connection, group: str, topic: str) -> None:
    for topic_id, code in ((raw.topic_id(connection, topic), 0), (raw.random_uuid(), 100)):
        entry = {"partition_index": 0, "committed_offset": 9, "committed_leader_epoch": -1, "committed_metadata": ""}
        answer = connection.ask(
            "offset_commit",
            10,
            group_id=group,
            generation_id_or_member_epoch=-1,
            topics=[{"topic_id": topic_id, "partitions": [entry]}],
        )
        assert answer.topics[0].partitions[0].error_code == code
    assert raw.committed(connection, group, topic, 1) == [9]


def test_commit_refuses(connection: Connection, group: str, topic: str) -> None:
    assert commit(connection, group, unique("missing"), {0: 1}) == {0: 3}
    assert commit(connection, group, topic, {0: 1, 7: 1}) == {0: 0, 7: 3}
    assert commit(connection, group, topic, {0: 1}, metadata="x" * 4096) == {0: 0}
    assert commit(connection, group, topic, {0: 2}, metadata="x" * 4097) == {0: 12}
    assert raw.committed(connection, group, topic, 1) == [1]


def test_commit_of_a_group_that_does_not_exist(connection: Connection, topic: str) -> None:
    values: dict[str, Any] = {"generation_id_or_member_epoch": 1, "member_id": "nobody"}
    assert commit(connection, unique("missing"), topic, {0: 1}, version=8, **values) == {0: 22}
    assert commit(connection, unique("missing"), topic, {0: 1}, version=9, **values) == {0: 69}


def test_commit_by_a_member(connection: Connection, group: str, topic: str, members: Members) -> None:
    member = members.new()
    member.send_join()
    member.joined()

    def code(generation: int, member_id: str) -> int:
        values: dict[str, Any] = {"generation_id_or_member_epoch": generation, "member_id": member_id}
        return int(commit(connection, group, topic, {0: 1}, **values)[0])

    assert code(1, member.id) == 27  # CompletingRebalance
    member.sync()
    assert code(1, member.id) == 0
    assert code(1, "nobody") == 25
    assert code(7, member.id) == 22
    assert code(-1, "") == 25
    assert code(-1, member.id) == 22


def fetch_offsets(connection: Connection, version: int, *groups: dict[str, Any], **values: Any) -> Any:
    wanted = [{"member_id": None, "member_epoch": -1} | group if version >= 9 else group for group in groups]
    return connection.ask("offset_fetch", version, groups=wanted, require_stable=False, **values).groups


def test_fetch_offsets_that_were_never_committed(connection: Connection, group: str, topic: str) -> None:
    for version in range(1, 8):
        topics = [{"name": topic, "partition_indexes": [0, 99]}]
        answer = connection.ask("offset_fetch", version, group_id=unique("missing"), topics=topics)
        for entry in answer.topics[0].partitions:
            assert (entry.error_code, entry.committed_offset, entry.metadata) == (0, -1, "")
            assert version < 5 or entry.committed_leader_epoch == -1


def test_fetch_all_offsets_of_a_group(connection: Connection, group: str, topic: str) -> None:
    commit(connection, group, topic, {0: 5, 1: 7}, metadata="why")
    for version in range(2, 8):
        answer = connection.ask("offset_fetch", version, group_id=group, topics=None)
        [found] = answer.topics
        assert (answer.error_code, found.name) == (0, topic)
        entries = sorted((entry.partition_index, entry.committed_offset, entry.metadata) for entry in found.partitions)
        assert entries == [(0, 5, "why"), (1, 7, "why")]


@pytest.mark.parametrize("version", [8, 9])
def test_fetch_offsets_of_several_groups(connection: Connection, group: str, topic: str, version: int) -> None:
    commit(connection, group, topic, {0: 5})
    other = unique("group")
    topics = [{"name": topic, "partition_indexes": [0]}]
    answers = fetch_offsets(
        connection, version, {"group_id": group, "topics": topics}, {"group_id": other, "topics": topics}
    )
    found = {answer.group_id: answer.topics[0].partitions[0].committed_offset for answer in answers}
    assert found == {group: 5, other: -1}
    [everything] = fetch_offsets(connection, version, {"group_id": group, "topics": None})
    assert [entry.name for entry in everything.topics] == [topic]


def test_fetch_offsets_by_topic_id(connection: Connection, group: str, topic: str) -> None:
    commit(connection, group, topic, {0: 5})
    for topic_id, expected in ((raw.topic_id(connection, topic), (0, 5)), (raw.random_uuid(), (100, -1))):
        topics = [{"topic_id": topic_id, "partition_indexes": [0]}]
        [answer] = fetch_offsets(connection, 10, {"group_id": group, "topics": topics})
        entry = answer.topics[0].partitions[0]
        assert (entry.error_code, entry.committed_offset) == expected


# --- about groups -------------------------------------------------------------------------------------------------


def describe(connection: Connection, group: str, version: int = 5) -> Any:
    [described] = connection.ask("describe_groups", version, groups=[group]).groups
    return described


def test_describe_an_unknown_group(connection: Connection, group: str) -> None:
    for version in range(6):
        described = describe(connection, group, version)
        assert (described.error_code, described.group_state, described.members) == (0, "Dead", ())
    described = describe(connection, group, 6)
    assert (described.error_code, described.group_state) == (69, "Dead")
    assert described.error_message == f"Group {group} not found."


def test_describe_a_group(connection: Connection, group: str, members: Members) -> None:
    [member] = members.stable()
    for version in range(7):
        described = describe(connection, group, version)
        assert (described.error_code, described.group_id, described.group_state) == (0, group, "Stable")
        assert (described.protocol_type, described.protocol_data) == ("consumer", "range")
        [entry] = described.members
        assert (entry.member_id, entry.client_id, entry.client_host) == (member.id, "raw", "/127.0.0.1")
        assert (entry.member_metadata, entry.member_assignment) == (SUBSCRIPTION, member.id.encode())
    member.send_join()
    member.joined()
    described = describe(connection, group)
    assert (described.group_state, described.protocol_data) == ("CompletingRebalance", "")
    assert member.sync().error_code == 0
    assert member.leave() == 0
    described = describe(connection, group)
    assert (described.group_state, described.protocol_type, described.members) == ("Empty", "consumer", ())


def listed(connection: Connection, version: int = 5, **values: Any) -> dict[str, Any]:
    answer = connection.ask("list_groups", version, **values)
    assert answer.error_code == 0
    return {entry.group_id: entry for entry in answer.groups}


def test_list_groups(connection: Connection, group: str, topic: str, members: Members) -> None:
    members.stable()
    other = unique("simple")
    commit(connection, other, topic, {0: 1})
    for version in range(6):
        entries = listed(connection, version)
        assert (entries[group].protocol_type, entries[other].protocol_type) == ("consumer", "")
        if version >= 4:
            assert (entries[group].group_state, entries[other].group_state) == ("Stable", "Empty")
        if version >= 5:
            assert entries[group].group_type == "classic"
    assert group in listed(connection, states_filter=["stable"], types_filter=["Classic"])
    assert other not in listed(connection, states_filter=["Stable"])
    assert group not in listed(connection, types_filter=["share"])
    assert listed(connection, states_filter=["NoSuchState"]) == {}


def test_delete_offsets(connection: Connection, group: str, topic: str, members: Members) -> None:
    def delete(*partitions: int, name: str = topic, group: str = group) -> Any:
        wanted = [{"name": name, "partitions": [{"partition_index": index} for index in partitions]}]
        answer = connection.ask("offset_delete", 0, group_id=group, topics=wanted)
        if answer.error_code:
            return int(answer.error_code)
        return {entry.partition_index: int(entry.error_code) for entry in answer.topics[0].partitions}

    assert delete(0, group="") == 24
    assert delete(0, group=unique("missing")) == 69
    commit(connection, group, topic, {0: 5, 1: 7})
    assert delete(0, 7) == {0: 0, 7: 3}
    assert raw.committed(connection, group, topic, 2) == [-1, 7]
    subscription = b"\0\1\0\0\0\1" + struct.pack(">h", len(topic)) + topic.encode() + b"\xff" * 4 + b"\0" * 4
    [member] = members.stable({"range": subscription})
    assert delete(1) == {1: 86}
    assert delete(0, name=unique("missing")) == {0: 3}
    assert member.leave() == 0
    assert delete(1) == {1: 0}
    assert raw.committed(connection, group, topic, 2) == [-1, -1]


def test_delete_groups(connection: Connection, group: str, topic: str, members: Members) -> None:
    def delete() -> int:
        for version in range(3):
            [missing] = connection.ask("delete_groups", version, groups_names=[unique("missing")]).results
            assert missing.error_code == 69
        [result] = connection.ask("delete_groups", 2, groups_names=[group]).results
        return int(result.error_code)

    assert delete() == 69
    [member] = members.stable()
    values: dict[str, Any] = {"generation_id_or_member_epoch": member.generation, "member_id": member.id}
    assert commit(connection, group, topic, {0: 5}, **values) == {0: 0}
    assert delete() == 68
    assert member.leave() == 0
    assert delete() == 0
    assert raw.committed(connection, group, topic, 1) == [-1]
    assert group not in listed(connection)
