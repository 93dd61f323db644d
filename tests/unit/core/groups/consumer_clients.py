"""Clients that do what they are told, over a `ConsumerDriver`: one of the new protocol, one of the classic. Tests only.

Each knows which partitions it consumes, as a real one does: what was assigned to it is its own until it gives it up, is
told that it is no member any more, or is gone.
"""

from __future__ import annotations

import fnmatch
import struct
from collections.abc import Iterable

from kafkalite.core.groups.classic_state import GroupState
from kafkalite.core.groups.subscription import read_assignment, read_subscription
from kafkalite.wire.codec import encode
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatResponse
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolAssignment, ConsumerProtocolSubscription
from kafkalite.wire.messages.join_group import JoinGroupResponse
from kafkalite.wire.messages.sync_group import SyncGroupResponse
from tests.unit.core.groups.consumer_driver import ConsumerDriver, Partitions

Owned = set[tuple[Uuid, int]]

SESSION, REBALANCE = 10.0, 5.0
"""Seconds."""

_COME_AGAIN = (ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE)
_GROUP_OF_ANOTHER_KIND = (ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)


class Client:
    """What both have in common. `step` looks at the last answer and sends the next request."""

    def __init__(self, driver: ConsumerDriver, topics: Iterable[str], *, instance: str | None = None) -> None:
        self.driver = driver
        self.topics = sorted(topics)
        self.instance = instance
        self.member_id = ""
        self.epoch = 0
        self.owned: Owned = set()
        self.alive = True
        self.slot: int | None = None
        self.was_removed = False  # and has not noticed: it consumes what is not its own any more
        self._old_slot: int | None = None  # the request it had sent when it was removed

    @property
    def waits(self) -> bool:
        return self.slot is not None and self.slot not in self.driver.answers

    @property
    def is_member(self) -> bool:
        """Whether the group says so."""
        group = self.driver.group
        return self.member_id in (group.classic.members if group.consumer is None else group.consumer.state.members)

    @property
    def is_in(self) -> bool:
        """Whether it believes to be a member, and the group says the same, and did so all the time."""
        if not self.was_removed and self.owned and (not self.is_member or self.is_behind):
            self.was_removed, self._old_slot = True, self.slot
        return self.alive and self.epoch > 0 and self.is_member and not self.was_removed

    @property
    def is_behind(self) -> bool:
        """Whether a classic group got a new generation without it, as it may where the member is static (KIP-345)."""
        classic = self.driver.group.classic
        settled = classic.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE)
        return settled and self.slot is None and self.epoch != classic.generation

    def wants(self, topic: str) -> bool:
        return topic in self.topics

    def end(self) -> None:
        """Be gone, with a word to nobody."""
        self.alive, self.owned, self.slot = False, set(), None

    def step(self) -> None:
        raise NotImplementedError

    def lose_answer(self) -> None:
        """The connection breaks."""
        raise NotImplementedError

    def leave(self) -> None:
        raise NotImplementedError


class ConsumerClient(Client):
    """Speaks the consumer protocol.

    lazy: it takes its time to give partitions up, until `drop`.
    """

    def __init__(
        self,
        driver: ConsumerDriver,
        member_id: str,
        topics: Iterable[str],
        *,
        instance: str | None = None,
        regex: str | None = None,
        assignor: str | None = None,
    ) -> None:
        super().__init__(driver, topics, instance=instance)
        self.member_id = member_id
        self.regex = regex
        self.assignor = assignor
        self.lazy = False
        self.to_drop: Owned = set()
        self._says_all = True
        self._owned_changed = False

    def wants(self, topic: str) -> bool:
        pattern = None if self.regex is None else self.regex.replace(".*", "*")
        return super().wants(topic) or (pattern is not None and fnmatch.fnmatchcase(topic, pattern))

    def subscribe(self, topics: Iterable[str], regex: str | None) -> None:
        # The regex that is taken back must be told once more, as none.
        self.topics, self.regex = sorted(topics), regex if regex is not None or self.regex is None else ""
        self._says_all = True

    def drop(self) -> None:
        """Give up what was taken away."""
        self.owned -= self.to_drop
        self._owned_changed = self._owned_changed or bool(self.to_drop)
        self.to_drop = set()

    def lose_answer(self) -> None:
        self.slot, self._says_all = None, True

    def step(self) -> None:
        if not self.alive or self.waits:
            return
        if self.slot is not None:
            answer = self.driver.answers[self.slot]
            self.slot = None
            assert isinstance(answer, ConsumerGroupHeartbeatResponse)
            self._take(answer)
        if not self.alive:
            return
        if not self.lazy:
            self.drop()
        joins = self.epoch == 0
        says_all = joins or self._says_all
        owned = _by_topic(self.driver, self.owned) if says_all or self._owned_changed else None
        self._says_all = self._owned_changed = False
        self.slot = self.driver.ask_heartbeat(
            self.member_id,
            self.epoch,
            topics=self.topics if says_all else None,
            regex=self.regex if says_all else None,
            owned={} if joins else owned,
            rebalance_ms=round(REBALANCE * 1000) if says_all else -1,
            instance=self.instance,
            assignor=self.assignor,
        )

    def _take(self, answer: ConsumerGroupHeartbeatResponse) -> None:
        match answer.error_code:
            case ErrorCode.NONE:
                assert answer.member_id == self.member_id
                assert answer.member_epoch >= self.epoch
                self.epoch = answer.member_epoch
                if answer.assignment is not None:
                    assigned = {
                        (one.topic_id, index) for one in answer.assignment.topic_partitions for index in one.partitions
                    }
                    self.to_drop = self.owned - assigned
                    self.owned |= assigned
            case code if code in _COME_AGAIN:
                self._says_all = True
            case ErrorCode.FENCED_MEMBER_EPOCH | ErrorCode.UNKNOWN_MEMBER_ID:
                self._abandon()
            case ErrorCode.GROUP_ID_NOT_FOUND if self.epoch > 0:
                self._abandon()
            case ErrorCode.UNRELEASED_INSTANCE_ID:
                assert self.epoch == 0
            case ErrorCode.FENCED_INSTANCE_ID | ErrorCode.GROUP_ID_NOT_FOUND | ErrorCode.GROUP_MAX_SIZE_REACHED:
                self.end()
            case other:
                raise AssertionError(f"{ErrorCode(other)!r}: {answer.error_message}")

    def _abandon(self) -> None:
        self.owned, self.to_drop, self.epoch, self.was_removed = set(), set(), 0, False

    def leave(self, *, for_now: bool = False) -> None:
        if self.epoch > 0:
            self.driver.ask_heartbeat(self.member_id, -2 if for_now else -1, instance=self.instance)
        self.end()


class ClassicClient(Client):
    """Speaks the classic protocol: eager (gives everything up before it joins again), or cooperative (KIP-429)."""

    def __init__(
        self, driver: ConsumerDriver, topics: Iterable[str], *, instance: str | None = None, cooperative: bool = False
    ) -> None:
        super().__init__(driver, topics, instance=instance)
        self.cooperative = cooperative
        self.must_join = True
        self._generation = -1
        self._assigned_of: dict[Uuid, int] | None = None  # the partitions there were when it led

    def lose_answer(self) -> None:
        """It joins again: where it stands it does not know."""
        if self.slot is not None:
            self.slot, self.must_join = None, True

    def step(self) -> None:
        if not self.alive or self.waits:
            return
        answer = None if self.slot is None else self.driver.answers[self.slot]
        is_old, self.slot = self.slot == self._old_slot, None
        if isinstance(answer, JoinGroupResponse):
            self._joined(answer)
        elif isinstance(answer, SyncGroupResponse):
            self._synced(answer, is_old)
        elif self.epoch > 0 and not self.must_join:
            self._told(self.driver.heartbeat(self.member_id, self._generation, self.instance))
            self.must_join = self.must_join or self._assigned_of not in (None, self._partitions())
        if self.alive and self.must_join and self.slot is None:
            self._join()

    def _join(self) -> None:
        self.must_join = False
        if not self.cooperative:
            self.owned, self.was_removed = set(), False
        self.slot = self.driver.ask_join(
            self.member_id,
            instance=self.instance,
            protocols=(("assign", self._subscription()),),
            session=SESSION,
            rebalance=REBALANCE,
        )

    def _partitions(self) -> dict[Uuid, int]:
        return {topic_id: len(topic.replicas) for topic_id, topic in self.driver.image.topics_by_id.items()}

    def _subscription(self) -> bytes:
        owned = [
            ConsumerProtocolSubscription.TopicPartition(topic=topic, partitions=sorted(partitions))
            for topic, partitions in _by_topic(self.driver, self.owned).items()
        ]
        message = ConsumerProtocolSubscription(topics=self.topics, owned_partitions=owned)
        return struct.pack(">h", 1) + encode(message, 1)

    def _joined(self, answer: JoinGroupResponse) -> None:
        if answer.error_code == ErrorCode.MEMBER_ID_REQUIRED:
            self.member_id, self.must_join = answer.member_id, True
        elif answer.error_code:
            self._told(answer.error_code)
        else:
            self.member_id = answer.member_id
            self.epoch = self._generation = answer.generation_id
            self.slot = self.driver.ask_sync(
                self.member_id, self._generation, self._assign(answer.members), instance=self.instance
            )

    def _assign(self, members: list[JoinGroupResponse.JoinGroupResponseMember]) -> dict[str, bytes]:
        """Lead: give each partition to one of those who want it, but not before its owner has given it up."""
        self._assigned_of = self._partitions() if members else None
        subscriptions = {one.member_id: read_subscription(one.metadata) for one in members}
        owners: dict[tuple[str, int], str] = {}
        for member_id, subscription in subscriptions.items():
            assert subscription is not None
            for one in subscription.owned_partitions:
                owners.update({(one.topic, index): member_id for index in one.partitions})
        parts: dict[str, dict[str, list[int]]] = {member_id: {} for member_id in subscriptions}
        for topic, image in sorted(self.driver.image.topics.items()):
            wanting = sorted(one for one, said in subscriptions.items() if said is not None and topic in said.topics)
            for index in range(len(image.replicas) if wanting else 0):
                to = wanting[index % len(wanting)]
                if owners.get((topic, index), to) == to:
                    parts[to].setdefault(topic, []).append(index)
        return {member_id: _as_assignment(part) for member_id, part in parts.items()}

    def _synced(self, answer: SyncGroupResponse, is_old: bool) -> None:
        if answer.error_code:
            self._told(answer.error_code)
            return
        assignment = read_assignment(answer.assignment)
        assert assignment is not None
        topics = self.driver.image.topics
        assigned = {
            (topics[one.topic].topic_id, index)
            for one in assignment.assigned_partitions
            if one.topic in topics
            for index in one.partitions
        }
        self.must_join = self.must_join or (self.cooperative and not self.owned <= assigned)
        self.owned, self.was_removed = assigned, self.was_removed and is_old

    def _told(self, code: int) -> None:
        match code:
            case ErrorCode.NONE:
                return
            case code if code in _COME_AGAIN or code == ErrorCode.REBALANCE_IN_PROGRESS:
                pass
            case ErrorCode.ILLEGAL_GENERATION:
                self.owned, self.was_removed = set(), False
            case ErrorCode.UNKNOWN_MEMBER_ID:
                self.owned, self.member_id, self.epoch, self.was_removed = set(), "", 0, False
            case code if code in _GROUP_OF_ANOTHER_KIND:
                self.end()
            case ErrorCode.FENCED_INSTANCE_ID | ErrorCode.GROUP_MAX_SIZE_REACHED:
                self.end()
            case other:
                raise AssertionError(repr(ErrorCode(other)))
        self.must_join = True

    def leave(self) -> None:
        if self.member_id:
            self.driver.ask_leave((self.member_id, self.instance))
        self.end()


def _by_topic(driver: ConsumerDriver, owned: Owned) -> Partitions:
    """Return partitions by topic name; what is of a deleted topic has none."""
    named: Partitions = {}
    for topic_id, index in sorted(owned):
        if topic_id in driver.image.topics_by_id:
            named.setdefault(driver.image.topics_by_id[topic_id].name, []).append(index)
    return named


def _as_assignment(part: Partitions) -> bytes:
    topics = [ConsumerProtocolAssignment.TopicPartition(topic=topic, partitions=some) for topic, some in part.items()]
    return struct.pack(">h", 1) + encode(ConsumerProtocolAssignment(assigned_partitions=topics), 1)
