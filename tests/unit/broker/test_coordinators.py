"""The group coordinator on real topics in memory: slow and broken stores, restarts, timers, housekeeping."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from kafkalite.broker import coordinators
from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.cluster import Cluster
from kafkalite.broker.coordinating import partition_for
from kafkalite.broker.coordinators import (
    COST_OF_A_GROUP,
    OFFSETS_PER_SLICE,
    GroupCoordinator,
)
from kafkalite.broker.partitions import Partition
from kafkalite.broker.randomness import Random
from kafkalite.broker.storing import Storing
from kafkalite.broker.topics import Topics
from kafkalite.broker.waiting import Timers, Waiting
from kafkalite.config import BrokerConfig
from kafkalite.core.cluster import alter_configs
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.metadata.metadata_store import MetadataRecord
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.segment_store import Buffer, SegmentId, StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatRequest
from kafkalite.wire.messages.create_topics import CreateTopicsRequest
from kafkalite.wire.messages.delete_groups import DeleteGroupsResponse
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupRequest
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest
from kafkalite.wire.messages.sync_group import SyncGroupRequest
from kafkalite.wire.record_batch import read_header
from tests.unit.storage.stores import FailingStore

WEEK = 7 * 24 * 3600.0
SETTINGS = {"offsets.topic.num.partitions": "3", "group.initial.rebalance.delay.ms": "0"}


class Store(FailingStore):
    """A store that can fail, and can be slow to keep its promise: append by append, when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self._sizes: dict[SegmentId, int] = {}
        self.unkept: list[tuple[SegmentId, int]] = []

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
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
        self.cluster.on_configured.append(self.groups.reconfigure)

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

    def consume(self, member_id: str, epoch: int, group_id: str = "g", **fields: Any) -> Any:
        """A heartbeat of the new protocol, with all a first one must say if it joins."""
        if epoch == 0:
            first = {"subscribed_topic_names": ["t"], "rebalance_timeout_ms": 60_000, "topic_partitions": []}
            fields = first | fields
        message = ConsumerGroupHeartbeatRequest(group_id=group_id, member_id=member_id, member_epoch=epoch, **fields)
        return self.groups.ask(Group.consumer_heartbeat, message, Caller(Waiting(), "c"), creates=epoch == 0)

    async def create(self, name: str = "t", partitions: int = 2) -> None:
        topic = CreateTopicsRequest.CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
        await self.cluster.create_topics([topic])

    async def configure(self, resource_type: int, name: str, key: str, value: str) -> None:
        operation = alter_configs.Operation(key, alter_configs.SET, value)
        (outcome,) = await self.cluster.alter_configs([alter_configs.Alteration(resource_type, name, (operation,))])
        assert not isinstance(outcome, KafkaError), outcome

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


async def test_nobody_waits_longer_than_the_commit_timeout(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(offsets_commit_timeout_ms="2000")
    await life.finish(life.commit(5))
    joined = await life.finish(life.join())
    life.store.slow = True
    started = trio.current_time()
    slots = [life.commit(6, "h"), life.sync(joined.member_id, 1)]
    assert code_of(await life.finish(slots[0])) == 15
    assert (await life.finish(slots[1])).error_code == 15
    assert trio.current_time() - started == pytest.approx(2.0)
    assert (life.committed("h"), life.state()) == (None, "PreparingRebalance")
    life.store.keep()
    assert life.committed("h") == 6


async def test_what_is_stored_in_time_leaves_no_timer(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5))
    life.store.slow = True
    slot = life.commit(6)
    life.store.keep()
    assert code_of(slot.answer()) == 0
    await trio.sleep(6)
    assert life.committed() == 6
    assert not [timer for timer in life.timers._heap if timer.action and timer.deadline < trio.current_time() + 100]


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
    life = await begin(offsets_commit_timeout_ms="3600000")
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
    life.store.failing.add("append")
    assert code_of(life.commit(6, "h")) == 16
    assert code_of(life.commit(6, "new")) == 16
    assert (life.committed("h"), life.groups.find("new"), life.heartbeat(member, 1)) == (5, None, 0)
    life.store.failing.clear()
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
    life.store.failing.add("append")
    waits = life.sync(other, 2)
    assert life.sync(member, 2).error_code == 16
    assert waits.answer().error_code == 16
    assert joined.generation_id == 2
    assert (life.state(), life.heartbeat(member, 1), life.heartbeat(other, 2)) == ("Stable", 0, 25)
    assert "could not be stored" in caplog.text
    life.store.failing.clear()
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
            KeyedRecord(b"\0\12\0\1g", b"\0\0"),
            KeyedRecord(b"\0\12\0\1h", None),
            KeyedRecord(b"", b""),
            KeyedRecord(b"\0\1\0\1", b"\0\1"),
            KeyedRecord(b"\0\2\0\1g", b"\0\x63"),
        ]
    )
    caplog.set_level(logging.INFO)
    life = await begin(life)
    assert life.committed() == 5
    assert "holds 2 records of type 10, which this broker does not know" in caplog.text
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


async def test_a_group_that_could_not_be_read_is_nobodys(
    begin: Begin, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    member = await life.stable()

    def broken(self: Partition) -> Any:
        raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, "damaged")

    monkeypatch.setattr(Partition, "replay", broken)
    life = await begin(life)
    assert life.heartbeat(member, 1) == 16
    for answer in (life.join(), life.join("g", member), life.sync(member, 1), life.leave(member)):
        assert (await life.finish(answer)).error_code == 16
    assert code_of(life.commit(5)) == 16
    slot = Waiting()
    life.groups.delete("g", slot)
    answer = slot.answer()
    assert isinstance(answer, DeleteGroupsResponse.DeletableGroupResult)
    assert answer.error_code == 16
    with pytest.raises(KafkaError):
        life.groups.find("g")
    assert list(life.groups) == []


# -- housekeeping


async def test_offsets_expire_by_the_clock(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    for number in range(OFFSETS_PER_SLICE // COST_OF_A_GROUP + 5):
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


async def test_groups_go_with_the_topic_they_live_in(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    life.cluster.on_topic_deleted.append(life.groups.forget_topic)
    member = await life.stable()
    await life.finish(life.commit(5, "h"))
    waiting = life.join()
    await life.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name=OFFSETS_TOPIC)])
    assert (await life.finish(waiting)).error_code == 16
    assert list(life.groups) == []
    assert life.heartbeat(member, 1) == 25
    assert (await life.finish(life.join())).generation_id == 1
    await life.finish(life.commit(6, "h"))
    assert (await begin(life)).committed("h") == 6


async def test_any_number_of_offsets_can_be_deleted(
    begin: Begin, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    for number in range(20):
        await life.finish(life.commit(5, "g", f"t{number}"))
    monkeypatch.setattr(coordinators, "BATCH_BYTES", 100)
    before = life.partition().log_end_offset
    life.store.slow = True
    slot = Waiting()
    life.groups.delete("g", slot)
    life.store.keep(1)
    assert (slot.resolved, len(life.groups.committed("g"))) == (False, 13), "some have gone"
    life.store.keep()
    assert slot.resolved
    assert life.partition().log_end_offset == before + 21
    life.store.slow = False
    assert list((await begin(life)).groups) == []


async def test_a_deletion_that_breaks_off_is_refused_and_can_be_repeated(
    begin: Begin, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    for number in range(20):
        await life.finish(life.commit(5, "g", f"t{number}"))
    monkeypatch.setattr(coordinators, "BATCH_BYTES", 100)
    life.store.fail_append = life.store.appends + 2
    slot = Waiting()
    life.groups.delete("g", slot)
    answer = slot.answer()
    assert isinstance(answer, DeleteGroupsResponse.DeletableGroupResult)
    assert answer.error_code == 16
    assert (life.state(), len(life.groups.committed("g"))) == ("Empty", 6)
    assert len((await begin(life)).groups.committed("g")) == 6
    slot = Waiting()
    life.groups.delete("g", slot)
    assert slot.resolved
    assert list(life.groups) == []


@pytest.mark.parametrize("codec", range(5))
async def test_records_are_compressed_as_wanted(begin: Begin, autojump_clock: MockClock, codec: int) -> None:
    life = await begin(offsets_topic_compression_codec=str(codec))
    await life.finish(life.commit(5))
    stored = life.store.read(SegmentId(life.partition().id, 0), 0, 1000)
    assert read_header(stored).codec == codec
    assert (await begin(life)).committed() == 5


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


# -- consumer groups (KIP-848)


def in_group(life: Life, group_id: str = "g") -> list[str]:
    group = life.groups.find(group_id)
    return [] if group is None or group.consumer is None else list(group.consumer.state.members)


async def test_a_consumer_group_survives_a_restart(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    joined = await life.finish(life.consume("m1", 0))
    assert (joined.error_code, joined.member_epoch) == (0, 2)
    await trio.sleep(44)
    life = await begin(life)
    assert in_group(life) == ["m1"]
    await trio.sleep(44)
    assert life.consume("m1", 2).error_code == 0, "a session began with the new life"
    await trio.sleep(45.1)
    assert in_group(life) == []


async def test_heartbeats_of_consumers_make_no_timers(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    await life.finish(life.consume("m1", 0))
    before = len(life.timers._heap)
    for _ in range(100):
        assert life.consume("m1", 2).error_code == 0
    assert len(life.timers._heap) == before


async def test_no_heartbeat_runs_ahead_of_a_slow_store(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(group_consumer_assignment_interval_ms="0")
    await life.create()
    await life.finish(life.consume("m1", 0))
    life.store.slow = True
    joining, following, elsewhere = life.consume("m2", 0), life.consume("m1", 2), life.consume("m1", 0, "h")
    assert [slot.resolved for slot in (joining, following, elsewhere)] == [False, False, False]
    life.store.keep()
    assert (joining.resolved, following.resolved) == (True, True)
    assert (joining.answer().member_epoch, following.answer().member_epoch) == (3, 2)
    assert not life.partition().waiters


async def test_no_consumer_waits_longer_than_the_commit_timeout(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(offsets_commit_timeout_ms="2000")
    await life.create()
    await life.finish(life.consume("m1", 0))
    life.store.slow = True
    started = trio.current_time()
    joining, following = life.consume("m2", 0), life.consume("m1", 2)
    assert [(await life.finish(slot)).error_code for slot in (joining, following)] == [15, 15]
    assert trio.current_time() - started == pytest.approx(2.0)
    life.store.keep()
    life.store.slow = False
    assert in_group(life) == ["m1", "m2"], "it was stored after all"
    again = life.consume("m2", 0)
    assert (again.error_code, again.member_epoch) == (0, 3)


async def test_a_consumer_that_cannot_be_stored_is_not_in(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    await life.finish(life.consume("m1", 0))
    life.store.failing = {"append"}
    assert life.consume("m2", 0).error_code == 16
    life.store.failing = set()
    assert in_group(life) == ["m1"]


async def test_a_partition_that_is_gone_refuses_who_follows(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    await life.finish(life.consume("m1", 0))
    life.store.slow = True
    joining, following = life.consume("m2", 0), life.consume("m1", 2)
    await life.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name=OFFSETS_TOPIC)])
    assert [slot.answer().error_code for slot in (joining, following)] == [16, 16]


async def test_consumer_groups_go_with_the_topic_they_live_in(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    life.cluster.on_topic_deleted.append(life.groups.forget_topic)
    await life.create()
    await life.finish(life.consume("m1", 0))
    await life.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name=OFFSETS_TOPIC)])
    assert list(life.groups) == []
    assert (await life.finish(life.consume("m1", 0))).member_epoch == 2


async def test_patterns_are_looked_up_between_requests(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    pattern = {"subscribed_topic_names": None, "subscribed_topic_regex": "t.*"}
    assert (await life.finish(life.consume("m1", 0, **pattern))).member_epoch == 1
    await wait_all_tasks_blocked()
    answer = life.consume("m1", 1)
    assert (answer.member_epoch, answer.assignment.topic_partitions[0].partitions) == (2, [0, 1])


async def test_a_large_target_is_computed_between_requests(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(group_consumer_assignment_interval_ms="1000")
    await life.create(partitions=1000)
    await life.finish(life.consume("m0", 0))
    for number in range(1, 300):
        life.consume(f"m{number}", 0)
    await trio.sleep(1.1)
    group = life.groups.find("g")
    assert group is not None
    assert group.consumer is not None
    assert life.consume("m0", 2).assignment is None
    slices = 0
    while group.has_work:
        assert life.consume("m1", group.consumer.state.members["m1"].epoch).error_code == 0
        slices += 1
        await trio.lowlevel.checkpoint()
    assert slices > 3
    assert group.consumer.state.target_epoch == 301


async def test_topics_are_seen_when_a_member_asks(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(group_consumer_assignment_interval_ms="0")
    await life.create("t")
    await life.finish(life.consume("m1", 0, subscribed_topic_names=["t", "u"]))
    await life.create("u")
    answer = life.consume("m1", 2)
    assert (answer.member_epoch, len(answer.assignment.topic_partitions)) == (3, 2)
    await life.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name="t")])
    answer = life.consume("m1", 3)
    assert (answer.member_epoch, len(answer.assignment.topic_partitions)) == (3, 1), "it gives up first"


async def test_a_group_obeys_its_configuration_at_once(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    await life.finish(life.consume("m1", 0))
    await trio.sleep(30)
    assert life.consume("m1", 2).heartbeat_interval_ms == 5000
    await life.configure(alter_configs.GROUP, "g", "consumer.heartbeat.interval.ms", "6000")
    assert life.consume("m1", 2).heartbeat_interval_ms == 6000
    life = await begin(life)
    await trio.sleep(30)
    assert life.consume("m1", 2).heartbeat_interval_ms == 6000
    joined = await life.finish(life.consume("m1", 0, "h"))
    assert joined.heartbeat_interval_ms == 50
    await life.configure(alter_configs.BROKER, "", "kafkalite.group.consumer.reconciling.heartbeat.interval.ms", "0")
    assert life.consume("m1", 2, "h").heartbeat_interval_ms == 5000


async def test_a_session_of_its_own(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create()
    await life.configure(alter_configs.GROUP, "g", "consumer.session.timeout.ms", "60000")
    await life.finish(life.consume("m1", 0))
    await life.finish(life.consume("m1", 0, "h"))
    await trio.sleep(50)
    assert (in_group(life), in_group(life, "h")) == (["m1"], [])
    await trio.sleep(10.1)
    assert in_group(life) == []


async def test_a_classic_members_deadline_wakes_the_group(begin: Begin, autojump_clock: MockClock) -> None:
    """Its Heartbeat stores nothing and still begins the time it has to join."""
    life = await begin(group_consumer_assignment_interval_ms="0")
    await life.create()
    await life.finish(life.consume("m1", 0))
    metadata = b"\0\0\0\0\0\1\0\1t\xff\xff\xff\xff"
    message = JoinGroupRequest(
        group_id="g",
        session_timeout_ms=30_000,
        rebalance_timeout_ms=5_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=metadata)],
    )
    joined = life.groups.ask(Group.join, message, Caller(Waiting(), "c", learns_member_id=False))
    assert isinstance(joined, JoinGroupResponse)
    assert life.sync(joined.member_id, joined.generation_id).error_code == 0
    life.consume("m2", 0)
    assert life.heartbeat(joined.member_id, joined.generation_id) == 27
    await trio.sleep(5.1)
    assert in_group(life) == ["m1", "m2"]


# -- where a group lives


async def test_a_group_is_stored_in_its_partition(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.finish(life.commit(5, "h"))
    await wait_all_tasks_blocked()
    ends = [partition.log_end_offset for partition in life.topics.by_name[OFFSETS_TOPIC].partitions]
    assert ends == [int(index == partition_for("h", 3)) for index in range(3)]
