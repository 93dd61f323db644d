"""The group coordinator on real topics in memory: slow and broken stores, restarts, timers, housekeeping."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.cluster import Cluster
from kafkalite.broker.coordinators import GROUPS_PER_SLICE, OFFSETS_TOPIC, GroupCoordinator, partition_for
from kafkalite.broker.partitions import Partition
from kafkalite.broker.randomness import Random
from kafkalite.broker.storing import Storing
from kafkalite.broker.topics import Topics
from kafkalite.broker.waiting import Timers, Waiting
from kafkalite.config import BrokerConfig
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.metadata.metadata_store import MetadataRecord
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import Buffer, SegmentId, StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupRequest
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest
from kafkalite.wire.messages.sync_group import SyncGroupRequest

WEEK = 7 * 24 * 3600.0
SETTINGS = {"offsets.topic.num.partitions": "3", "group.initial.rebalance.delay.ms": "0"}


class Store(MemoryStore):
    """Memory that can be slow to keep its promise, or broken."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = self.broken = False
        self._sizes: dict[SegmentId, int] = {}
        self.unkept: list[tuple[SegmentId, int]] = []

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        if self.broken:
            raise StorageError("no space left")
        super().append(segment, data)
        self._sizes[segment] = self._sizes.get(segment, 0) + sum(map(len, data))
        if self.slow:
            self.unkept.append((segment, self._sizes[segment]))
        return not self.slow

    def keep(self, count: int | None = None) -> None:
        assert self.on_kept is not None
        for segment, size in self.unkept[:count]:
            self.on_kept(segment, size)
        del self.unkept[:count]


class Metadata(MemoryMetadata):
    broken = False

    async def append(self, records: Sequence[MetadataRecord], after: int) -> int:
        if self.broken:
            raise StorageError("no space left")
        return await super().append(records, after)


class Life:
    """One life of a broker's coordinator; the stores outlive it."""

    def __init__(self, store: Store, metadata: Metadata, settings: dict[str, str]) -> None:
        self.store, self.metadata, self.settings = store, metadata, settings
        config = BrokerConfig.of(SETTINGS | settings)
        clock, random = VirtualClock(), Random()
        self.timers = Timers(clock)
        self.topics = Topics(LogDirectories([store]), config, clock)
        self.cluster = Cluster(metadata, self.topics, config, clock=clock, random=random)
        self.groups = GroupCoordinator(
            self.topics, self.cluster, config, clock=clock, timers=self.timers, random=random, storing=Storing()
        )

    async def start(self) -> None:
        await self.cluster.start()
        self.groups.load()

    def partition(self, group_id: str = "g") -> Partition:
        partitions = self.topics.by_name[OFFSETS_TOPIC].partitions
        return partitions[partition_for(group_id, len(partitions))]

    # -- requests, each returning its slot

    async def finish(self, answer: Any) -> Any:
        if inspect.iscoroutine(answer):
            return await answer
        if isinstance(answer, Waiting):
            await answer.wait()
            return answer.answer()
        return answer

    def join(self, group_id: str = "g", member_id: str = "", instance: str | None = None, session: int = 10) -> Any:
        message = JoinGroupRequest(
            group_id=group_id,
            member_id=member_id,
            group_instance_id=instance,
            session_timeout_ms=session * 1000,
            rebalance_timeout_ms=60_000,
            protocol_type="consumer",
            protocols=[JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"")],
        )
        return self.groups.ask(Group.join, message, Caller(Waiting(), "c", learns_member_id=False), creates=True)

    def sync(self, member_id: str, generation: int, group_id: str = "g") -> Any:
        part = SyncGroupRequest.SyncGroupRequestAssignment(member_id=member_id, assignment=b"mine")
        message = SyncGroupRequest(group_id=group_id, member_id=member_id, generation_id=generation, assignments=[part])
        return self.groups.ask(Group.sync, message, Caller(Waiting()))

    def leave(self, member_id: str, group_id: str = "g") -> Any:
        message = LeaveGroupRequest(group_id=group_id, members=[LeaveGroupRequest.MemberIdentity(member_id=member_id)])
        return self.groups.ask(Group.leave, message, Caller(Waiting()))

    def commit(self, offset: int, group_id: str = "g", topic: str = "t", topic_id: bytes = bytes(16)) -> Any:
        partition = OffsetCommitRequest.OffsetCommitRequestPartition(
            partition_index=0, committed_offset=offset, committed_metadata=""
        )
        wanted = OffsetCommitRequest.OffsetCommitRequestTopic(name=topic, topic_id=topic_id, partitions=[partition])
        message = OffsetCommitRequest(group_id=group_id, topics=[wanted])
        return self.groups.ask(Group.commit, message, Caller(Waiting()), creates=True)

    def heartbeat(self, member_id: str, generation: int, group_id: str = "g") -> int:
        message = HeartbeatRequest(group_id=group_id, member_id=member_id, generation_id=generation)
        return self.groups.heartbeat(message)

    def committed(self, group_id: str = "g", topic: str = "t") -> int | None:
        found = self.groups.committed(group_id).find(topic, 0)
        return None if found is None else found.offset

    def state(self, group_id: str = "g") -> str | None:
        group = self.groups.find(group_id)
        return None if group is None else group.classic.state.value

    async def stable(self, group_id: str = "g") -> str:
        """A group with one member, Stable; returns the member's id."""
        joined: JoinGroupResponse = await self.finish(self.join(group_id))
        await self.finish(self.sync(joined.member_id, joined.generation_id, group_id))
        assert self.state(group_id) == "Stable"
        return joined.member_id


def code_of(answer: Any) -> int:
    partition_code: int = answer.topics[0].partitions[0].error_code
    return partition_code


Begin = Callable[..., Any]


@pytest.fixture
async def begin(nursery: trio.Nursery) -> AsyncIterator[Begin]:
    """Start a life, the first or after `before`, with its timers running."""

    async def start(before: Life | None = None, **settings: str) -> Life:
        changed = {key.replace("_", "."): value for key, value in settings.items()}
        life = Life(
            before.store if before else Store(),
            before.metadata if before else Metadata(),
            (before.settings if before else {}) | changed,
        )
        await life.start()
        nursery.start_soon(life.timers.run)
        return life

    yield start
    nursery.cancel_scope.cancel()


# -- the ordinary way


async def test_the_first_question_makes_the_topic(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    assert OFFSETS_TOPIC not in life.topics.by_name
    joined = await life.finish(life.join())
    assert (joined.error_code, joined.generation_id) == (0, 1)
    assert len(life.topics.by_name[OFFSETS_TOPIC].partitions) == 3


async def test_without_the_topic_there_are_no_groups(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    life.metadata.broken = True
    assert (await life.finish(life.join())).error_code == 15
    assert code_of(await life.finish(life.commit(5))) == 15
    assert list(life.groups) == []
    life.metadata.broken = False
    assert (await life.finish(life.join())).error_code == 0


async def test_questions_about_absent_groups_leave_nothing_behind(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5, "other"))
    assert life.heartbeat("who", 1) == 25
    assert life.sync("who", 1).error_code == 25
    slot = Waiting()
    life.groups.delete("g", slot)
    assert slot.resolved
    assert [group.group_id for group in life.groups] == ["other"]


async def test_on_a_fast_store_answers_are_there_at_once(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.stable()
    assert code_of(life.commit(5, "h")) == 0
    assert life.committed("h") == 5


async def test_a_group_and_its_offsets_survive_a_restart(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    member = await life.stable()
    await life.finish(life.commit(5, "h"))
    await trio.sleep(9)
    life = await begin(life)
    assert (life.state(), life.heartbeat(member, 1), life.committed("h")) == ("Stable", 0, 5)
    assert life.sync(member, 1).assignment == b"mine"
    await trio.sleep(9)
    assert life.state() == "Stable", "a session began with the new life"
    await trio.sleep(2)
    assert life.state() == "Empty"


async def test_a_deleted_group_stays_deleted(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    slot = Waiting()
    life.groups.delete("g", slot)
    assert slot.resolved
    life = await begin(life)
    assert list(life.groups) == []


async def test_sessions_end_by_the_clock(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    member = await life.stable()
    for _ in range(5):
        await trio.sleep(9)
        assert life.heartbeat(member, 1) == 0
    await trio.sleep(10.1)
    assert (life.state(), life.heartbeat(member, 1)) == ("Empty", 25)


async def test_heartbeats_make_no_timers(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    member = await life.stable()
    before = len(life.timers._heap)
    for _ in range(100):
        life.heartbeat(member, 1)
    assert len(life.timers._heap) == before


async def test_joiners_of_the_same_moment_share_a_generation(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5, "h"))
    joins = [life.join() for _ in range(3)]
    answers = [await life.finish(join) for join in joins]
    assert {answer.generation_id for answer in answers} == {1}


# -- a slow store


async def test_on_a_slow_store_answers_wait_for_it(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    life.store.slow = True
    first, second = life.commit(6), life.commit(7)
    assert isinstance(first, Waiting)
    assert (first.resolved, second.resolved, life.committed()) == (False, False, 5)
    life.store.keep(1)
    assert (first.resolved, second.resolved, life.committed()) == (True, False, 6)
    life.store.keep()
    assert (second.resolved, life.committed()) == (True, 7)
    assert not life.partition().waiters


async def test_on_a_slow_store_a_group_gets_stable_all_the_same(
    begin: Begin, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    life = await begin()
    life.store.slow = True

    async def keep_later() -> None:
        while True:
            await trio.sleep(0.2)
            life.store.keep()

    nursery.start_soon(keep_later)
    started = trio.current_time()
    member = await life.stable()
    assert trio.current_time() - started >= 0.2, "the assignment had to be stored"
    life.store.slow = False
    assert (await begin(life)).heartbeat(member, 1) == 0


async def test_a_client_that_is_gone_needs_no_answer(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    life.store.slow = True
    with trio.move_on_after(1):
        await life.finish(life.commit(6))
    life.store.keep()
    assert life.committed() == 6


async def test_a_partition_that_is_gone_keeps_nothing(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    member = await life.stable()
    life.store.slow = True
    slots = [life.commit(5, "h"), life.leave(member)]
    life.topics.delete(life.topics.by_name[OFFSETS_TOPIC])
    assert (code_of(slots[0].answer()), slots[1].answer().error_code) == (16, 16)
    assert life.groups.find("h") is None
    assert life.state() == "Stable"


async def test_a_commit_on_its_way_is_not_expired(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    await trio.sleep(WEEK - 60)
    life.store.slow = True
    slot = life.commit(6)
    await trio.sleep(600)
    life.store.slow = False
    life.store.keep()
    assert (code_of(slot.answer()), life.committed()) == (0, 6)
    assert (await begin(life)).committed() == 6


# -- a broken store


async def test_a_commit_that_cannot_be_stored_is_refused(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    member = await life.stable()
    await life.finish(life.commit(5, "h"))
    life.store.broken = True
    assert code_of(life.commit(6, "h")) == 16
    assert code_of(life.commit(6, "new")) == 16
    assert (life.committed("h"), life.groups.find("new"), life.heartbeat(member, 1)) == (5, None, 0)
    life.store.broken = False
    assert code_of(life.commit(7, "h")) == 0


async def test_a_group_that_cannot_be_stored_falls_back(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    life = await begin()
    member = await life.stable()
    second = life.join()
    again = life.join("g", member)
    joined = await life.finish(again)
    other = (await life.finish(second)).member_id
    life.store.broken = True
    waits = life.sync(other, 2)
    assert life.sync(member, 2).error_code == 16
    assert waits.answer().error_code == 16
    assert joined.generation_id == 2
    assert (life.state(), life.heartbeat(member, 1), life.heartbeat(other, 2)) == ("Stable", 0, 25)
    assert "could not be stored" in caplog.text
    life.store.broken = False
    await trio.sleep(11)
    assert life.state() == "Empty"


# -- what is loaded


async def test_what_makes_no_sense_is_skipped_and_told(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    life.partition().append_records(
        [
            KeyedRecord(b"\0\3\0\1g", b"\0\0"),
            KeyedRecord(b"\0\3\0\1h", None),
            KeyedRecord(b"", b""),
            KeyedRecord(b"\0\1\0\1", b"\0\1"),
            KeyedRecord(b"\0\2\0\1g", b"\0\x63"),
        ]
    )
    caplog.set_level(logging.INFO)
    life = await begin(life)
    assert life.committed() == 5
    assert "holds 2 records of type 3, which this broker does not know" in caplog.text
    assert "holds 1 records of type -1" in caplog.text
    assert "skipped record 4 of __consumer_offsets" in caplog.text
    assert "GroupMetadataValue version 99 is not known" in caplog.text
    assert "loaded 1 groups with 1 committed offsets" in caplog.text


async def test_offsets_that_could_not_be_read_are_not_taken_for_none(
    begin: Begin, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    await life.finish(life.commit(5))

    def broken(self: Partition) -> Any:
        if self.index == partition_for("g", 3):
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, "damaged")
        return iter(())

    monkeypatch.setattr(Partition, "replay", broken)
    life = await begin(life)
    with pytest.raises(KafkaError) as caught:
        life.committed()
    assert caught.value.code == 16
    assert life.committed("h") is None
    assert partition_for("h", 3) != partition_for("g", 3)


# -- housekeeping


async def test_offsets_expire_by_the_clock(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    for number in range(GROUPS_PER_SLICE + 5):
        await life.finish(life.commit(5, f"g{number}"))
    await trio.sleep(WEEK / 2)
    await life.finish(life.commit(6, "g0"))
    await trio.sleep(WEEK / 2 + 601)
    assert [group.group_id for group in life.groups] == ["g0"]
    life = await begin(life)
    assert [group.group_id for group in life.groups] == ["g0"]


async def test_offsets_of_a_deleted_topic_go_with_it(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    old, new = b"o" * 16, b"n" * 16
    await life.finish(life.commit(5, "g", "t", old))
    await life.finish(life.commit(6, "g", "u", new))
    life.groups.forget_topic("t", new)
    assert life.committed() == 5
    life.groups.forget_topic("t", old)
    assert (life.committed(), life.committed("g", "u")) == (None, 6)


async def test_offsets_of_topics_deleted_before_a_crash_are_forgotten_at_the_start(
    begin: Begin, autojump_clock: MockClock
) -> None:
    life = await begin()
    there = await life.cluster.ensure_topic("there")
    await life.finish(life.commit(5, "g", "gone", b"o" * 16))
    await life.finish(life.commit(6, "g", "there", there.topic_id))
    await life.finish(life.commit(7, "g", "unknown"))
    life = await begin(life)
    committed = [life.committed("g", topic) for topic in ("gone", "there", "unknown")]
    assert committed == [None, 6, 7]


# -- where a group lives


@pytest.mark.parametrize(
    ("group_id", "hash_code"),
    [
        ("", 0),
        ("a", 97),
        ("Aa", 2112),
        ("BB", 2112),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", 233),
        ("\N{GRINNING FACE}", 1_772_899),
        ("polygenelubricants", 0),  # Java's hash is -2**31, which has no absolute value
        ("console-consumer-12345", 158_455_506),
    ],
)
def test_a_group_lives_where_java_would_put_it(group_id: str, hash_code: int) -> None:
    assert partition_for(group_id, 2**31) == hash_code
    assert partition_for(group_id, 50) == hash_code % 50


async def test_a_group_is_stored_in_its_partition(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5, "h"))
    await wait_all_tasks_blocked()
    ends = [partition.log_end_offset for partition in life.topics.by_name[OFFSETS_TOPIC].partitions]
    assert ends == [int(index == partition_for("h", 3)) for index in range(3)]
