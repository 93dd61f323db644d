"""Drives one group's core as its shell does, with a log in memory that can be slow or broken. For tests only."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any

from kafkalite.core.effects import KeyedRecord
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.group_settings import GroupSettings
from kafkalite.core.groups.records import decode_record
from kafkalite.core.groups.turn import Caller, Turn
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.consumer_offsets import GroupMetadataValue
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse

WALL_START_MS = 1_700_000_000_000
TOPIC_ID = b"t" * 16

Protocols = tuple[tuple[str, bytes], ...]
RANGE: Protocols = (("range", b"r"),)


class Driver:
    """One group, the clock, the log, and every answer by its slot (a number per request).

    slow: appended records are kept only by `keep`. broken: appends fail.
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = GroupSettings(**settings)
        self._ids = count(1)
        self._slots = count(1)
        self.now = self.others_until = 0.0
        self.slow = self.broken = False
        self.log: list[KeyedRecord] = []
        self.unkept: deque[Turn] = deque()
        self.answers: dict[int, Any] = {}
        self.asked: set[int] = set()
        self.news: list[str] = []
        self.group = self.new_group()

    def new_group(self) -> Group:
        return Group("g", self.settings, lambda: str(next(self._ids)), others_until=lambda _: self.others_until)

    @property
    def wall_ms(self) -> int:
        return WALL_START_MS + round(self.now * 1000)

    # -- the shell's part

    def settle(self, turn: Turn) -> None:
        self.news += turn.news
        if turn.follows and self.unkept and not turn.records:
            self.unkept.append(turn)
        elif not turn.records:
            for slot, response in turn.replies:
                assert isinstance(slot, int)
                assert slot in self.asked
                assert slot not in self.answers, "a request is answered once"
                self.answers[slot] = response
        elif self.broken:
            self.settle(self.group.failed(turn, ErrorCode.NOT_COORDINATOR, self.now, self.wall_ms))
        else:
            self.log += turn.records
            self.group.storing(turn)
            self.unkept.append(turn)
            if not self.slow:
                self.keep()

    def keep(self) -> None:
        """The store keeps everything appended so far."""
        while self.unkept:
            self.settle(self.group.stored(self.unkept.popleft(), self.now, self.wall_ms))

    def keep_one(self) -> None:
        """The store keeps the oldest of what was appended."""
        self.settle(self.group.stored(self.unkept.popleft(), self.now, self.wall_ms))

    def lose(self) -> None:
        """The broker stops before the store has kept what was appended last, and starts again."""
        lost = sum(len(turn.records) for turn in self.unkept)
        del self.log[len(self.log) - lost :]
        self.restart()

    def late(self) -> None:
        """Nobody waits any longer for the store."""
        for turn in list(self.unkept):
            self.settle(self.group.late(turn, ErrorCode.COORDINATOR_NOT_AVAILABLE, self.now, self.wall_ms))

    def advance(self, seconds: float) -> None:
        """Let time pass; the group ticks whenever it wants to."""
        until = self.now + seconds
        while self.group.deadline() <= until:
            self.now = max(self.now, self.group.deadline())
            self.settle(self.group.tick(self.now, self.wall_ms))
            assert self.group.deadline() > self.now
        self.now = until

    def replayed(self) -> Group:
        """Return the group that a restart would make of the log."""
        group = self.new_group()
        for record in self.log:
            change = decode_record(record.key, record.value)
            assert change is not None
            group.apply([change], self.now, self.wall_ms)
        group.restore(self.now)
        return group

    def restart(self, **settings: Any) -> None:
        """The broker stops and starts again: nobody who waits gets an answer."""
        if settings:
            self.settings = GroupSettings(**settings)
        self.unkept.clear()
        self.asked = set(self.answers)
        self.group = self.replayed()

    @property
    def life(self) -> int:
        """How often the group was deleted; a later one has generations of its own."""
        return sum(value is None for value in self.stored())

    @property
    def waiting(self) -> set[int]:
        return self.asked - self.answers.keys()

    def stored(self) -> list[GroupMetadataValue | None]:
        """Return every record of the group's members in the log."""
        changes = [decode_record(record.key, record.value) for record in self.log]
        return [change.value for change in changes if isinstance(change.value, GroupMetadataValue | None)]  # type: ignore[union-attr]

    # -- requests

    def _caller(self, **flags: Any) -> tuple[int, Caller]:
        slot = next(self._slots)
        self.asked.add(slot)
        return slot, Caller(slot, "c", "/127.0.0.1", **flags)

    def ask_join(
        self,
        member_id: str = "",
        *,
        instance: str | None = None,
        protocols: Protocols = RANGE,
        protocol_type: str = "consumer",
        session: float = 10.0,
        rebalance: float = 60.0,
        reason: str | None = None,
        others_until: float = 0.0,
        **flags: Any,
    ) -> int:
        self.others_until = others_until
        slot, caller = self._caller(**flags)
        message = JoinGroupRequest(
            group_id="g",
            session_timeout_ms=round(session * 1000),
            rebalance_timeout_ms=round(rebalance * 1000),
            member_id=member_id,
            group_instance_id=instance,
            protocol_type=protocol_type,
            protocols=[JoinGroupRequest.JoinGroupRequestProtocol(name=name, metadata=data) for name, data in protocols],
            reason=reason,
        )
        self.settle(self.group.join(message, caller, self.now, self.wall_ms))
        return slot

    def join(self, member_id: str = "", **options: Any) -> JoinGroupResponse:
        """Join and return the answer, which must be there."""
        answer = self.answers[self.ask_join(member_id, **options)]
        assert isinstance(answer, JoinGroupResponse)
        return answer

    def ask_sync(
        self,
        member_id: str,
        generation: int,
        assignments: dict[str, bytes] | None = None,
        *,
        instance: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
    ) -> int:
        slot, caller = self._caller()
        parts = [
            SyncGroupRequest.SyncGroupRequestAssignment(member_id=member, assignment=data)
            for member, data in (assignments or {}).items()
        ]
        message = SyncGroupRequest(
            group_id="g",
            generation_id=generation,
            member_id=member_id,
            group_instance_id=instance,
            protocol_type=protocol_type,
            protocol_name=protocol_name,
            assignments=parts,
        )
        self.settle(self.group.sync(message, caller, self.now, self.wall_ms))
        return slot

    def sync(self, *arguments: Any, **options: Any) -> SyncGroupResponse:
        answer = self.answers[self.ask_sync(*arguments, **options)]
        assert isinstance(answer, SyncGroupResponse)
        return answer

    def heartbeat(self, member_id: str, generation: int, instance: str | None = None) -> ErrorCode:
        message = HeartbeatRequest(
            group_id="g", member_id=member_id, generation_id=generation, group_instance_id=instance
        )
        return self.group.heartbeat(message, self.now)

    def ask_leave(self, *members: tuple[str, str | None], reason: str | None = None) -> int:
        slot, caller = self._caller()
        identities = [
            LeaveGroupRequest.MemberIdentity(member_id=member_id, group_instance_id=instance, reason=reason)
            for member_id, instance in members
        ]
        message = LeaveGroupRequest(group_id="g", members=identities)
        self.settle(self.group.leave(message, caller, self.now, self.wall_ms))
        return slot

    def leave(self, *members: tuple[str, str | None], reason: str | None = None) -> list[int]:
        """Leave and return the error of each member; the whole answer has none."""
        answer = self.answers[self.ask_leave(*members, reason=reason)]
        assert isinstance(answer, LeaveGroupResponse)
        assert answer.error_code == 0
        return [member.error_code for member in answer.members]

    def ask_commit(
        self,
        offsets: dict[tuple[str, int], int],
        member_id: str = "",
        generation: int = -1,
        *,
        instance: str | None = None,
        metadata: str | None = "",
        retention_ms: int = -1,
        topic_id: bytes = TOPIC_ID,
        **flags: Any,
    ) -> int:
        slot, caller = self._caller(**flags)
        topics: dict[str, OffsetCommitRequest.OffsetCommitRequestTopic] = {}
        for (topic, index), offset in offsets.items():
            wanted = topics.setdefault(
                topic, OffsetCommitRequest.OffsetCommitRequestTopic(name=topic, topic_id=topic_id)
            )
            wanted.partitions.append(
                OffsetCommitRequest.OffsetCommitRequestPartition(
                    partition_index=index, committed_offset=offset, committed_metadata=metadata
                )
            )
        message = OffsetCommitRequest(
            group_id="g",
            generation_id_or_member_epoch=generation,
            member_id=member_id,
            group_instance_id=instance,
            retention_time_ms=retention_ms,
            topics=list(topics.values()),
        )
        self.settle(self.group.commit(message, caller, self.now, self.wall_ms))
        return slot

    def commit(self, offsets: dict[tuple[str, int], int], *arguments: Any, **options: Any) -> set[int]:
        """Commit and return the errors, one for all of equal ones."""
        answer = self.answers[self.ask_commit(offsets, *arguments, **options)]
        assert isinstance(answer, OffsetCommitResponse)
        return {partition.error_code for topic in answer.topics for partition in topic.partitions}

    def committed(self, topic: str = "t", partition: int = 0) -> int | None:
        found = self.group.offsets.find(topic, partition)
        return None if found is None else found.offset

    def delete_offsets(self, *partitions: tuple[str, int]) -> int | dict[tuple[str, int], int]:
        """Return the error of the whole, or the error of each partition."""
        slot, caller = self._caller()
        topics = [
            OffsetDeleteRequest.OffsetDeleteRequestTopic(
                name=topic, partitions=[OffsetDeleteRequest.OffsetDeleteRequestPartition(partition_index=index)]
            )
            for topic, index in partitions
        ]
        message = OffsetDeleteRequest(group_id="g", topics=topics)
        self.settle(self.group.delete_offsets(message, caller, self.now, self.wall_ms))
        answer = self.answers[slot]
        assert isinstance(answer, OffsetDeleteResponse)
        if answer.error_code:
            return answer.error_code
        return {
            (topic.name, one.partition_index): one.error_code for topic in answer.topics for one in topic.partitions
        }

    def ask_delete(self) -> int:
        slot, caller = self._caller()
        self.settle(self.group.delete(caller, self.now, self.wall_ms))
        return slot

    def delete(self) -> int:
        code = self.answers[self.ask_delete()].error_code
        assert isinstance(code, int)
        return code

    def expire(self) -> None:
        self.settle(self.group.expire(self.now, self.wall_ms))

    # -- what most tests begin with

    @property
    def state(self) -> str:
        return self.group.classic.state.value

    @property
    def generation(self) -> int:
        return self.group.classic.generation

    def new_member(self, **options: Any) -> str:
        """A dynamic member that learnt its id and waits in JoinGroup."""
        member_id: str = self.join(**options).member_id
        self.ask_join(member_id, **options)
        return member_id

    def new_static(self, instance: str, **options: Any) -> str:
        """A static member that waits in its first JoinGroup."""
        self.ask_join(instance=instance, **options)
        return self.group.classic.roster.static_ids[instance]

    def gather(self) -> None:
        """Let the initial delay pass."""
        self.advance(self.settings.initial_rebalance_delay)

    def assign(self, **assignments: bytes) -> None:
        """Everybody syncs, the leader last, and each gets its own id as assignment."""
        classic = self.group.classic
        leader = classic.roster.leader
        assert leader is not None
        for member_id in classic.members:
            if member_id != leader:
                self.ask_sync(member_id, classic.generation)
        self.ask_sync(leader, classic.generation, {member_id: member_id.encode() for member_id in classic.members})

    def stable(self, members: int = 1, *, statics: tuple[str, ...] = (), **options: Any) -> list[str]:
        """Bring the group to Stable with new members; return their ids, the leader's first."""
        for instance in statics:
            self.ask_join(instance=instance, **options)
        waiting = [self.join(**options).member_id for _ in range(members)]
        for member_id in waiting:
            self.ask_join(member_id, **options)
        self.gather()
        self.assign()
        assert self.state == "Stable"
        return list(self.group.classic.members)


class Consumer:
    """A client that does what it is told: it joins, syncs, sends heartbeats, and joins again when it must."""

    def __init__(self, driver: Driver, *, instance: str | None = None, protocols: Protocols = RANGE) -> None:
        self._driver = driver
        self._instance = instance
        self._protocols = protocols
        self._slot: int | None = None
        self.member_id = ""
        self.generation = -1
        self.assignment = b""

    def step(self) -> None:
        """Look at the answer to the last request, do what comes next; to be called about once a second."""
        answer = None if self._slot is None else self._driver.answers.get(self._slot)
        if self._slot is None:
            self._alive()
        elif isinstance(answer, JoinGroupResponse):
            self._joined(answer)
        elif isinstance(answer, SyncGroupResponse):
            self._synced(answer)

    def _alive(self) -> None:
        code = self._driver.heartbeat(self.member_id, self.generation, self._instance)
        if code:
            self._again(code)

    def _joined(self, answer: JoinGroupResponse) -> None:
        if answer.error_code == ErrorCode.MEMBER_ID_REQUIRED:
            self.member_id = answer.member_id
        if answer.error_code:
            self._again(answer.error_code)
            return
        self.member_id, self.generation = answer.member_id, answer.generation_id
        parts = {one.member_id: one.member_id.encode() for one in answer.members}
        options = {"instance": self._instance}
        self._slot = self._driver.ask_sync(self.member_id, self.generation, parts, **options)

    def _synced(self, answer: SyncGroupResponse) -> None:
        self._slot = None
        self.assignment = answer.assignment
        if answer.error_code:
            self._again(answer.error_code)

    def _again(self, code: int) -> None:
        if code in (ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_INSTANCE_ID):
            self.member_id = ""
        self._slot = self._driver.ask_join(self.member_id, instance=self._instance, protocols=self._protocols)
