"""Drives one group with members of the new protocol (KIP-848), and plays those members. For tests only."""

from __future__ import annotations

from typing import Any

from kafkalite.core.cluster.image import (
    ClusterImage,
    broker_record,
    cluster_record,
    partitions_record,
    topic_record,
    topic_removed_record,
)
from kafkalite.core.groups.consumer_group import ConsumerGroup
from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.group_settings import ConsumerGroupSettings
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from tests.unit.core.groups.group_driver import Driver

Partitions = dict[str, list[int]]
"""Partitions by topic name."""


class ConsumerDriver(Driver):
    """One group, the topics there are, and heartbeats in the members' words."""

    def __init__(self, topics: dict[str, int] | None = None, **consumer: Any) -> None:
        self.image = ClusterImage()
        self.image.apply(cluster_record("c"))
        self.image.apply(broker_record(0, None))
        self._made = 0
        for name, partitions in (topics if topics is not None else {"t": 4}).items():
            self.create_topic(name, partitions)
        super().__init__(consumer=ConsumerGroupSettings(**{"assignment_interval_ms": 0} | consumer))

    def new_group(self) -> Group:
        return Group(
            "g",
            self.settings,
            lambda: str(next(self._ids)),
            image=self.image,
            new_member_id=lambda: f"id-{next(self._ids)}",
        )

    # -- topics

    def create_topic(self, name: str, partitions: int = 1) -> Uuid:
        self._made += 1
        topic_id = self._made.to_bytes(16)
        self.image.apply(topic_record(name, topic_id, [[0]] * partitions, {}))
        return topic_id

    def delete_topic(self, name: str) -> None:
        self.image.apply(topic_removed_record(self.image.topics[name].topic_id))

    def grow_topic(self, name: str, by: int) -> None:
        self.image.apply(partitions_record(self.image.topics[name].topic_id, [[0]] * by))

    def topic_id(self, name: str) -> Uuid:
        return self.image.topics[name].topic_id

    # -- the shell's part

    def work(self) -> None:
        """Do what is being computed, to its end."""
        while self.group.has_work:
            self.settle(self.group.work(self.now, self.wall_ms))

    # -- requests

    def ask_heartbeat(
        self,
        member_id: str,
        epoch: int,
        *,
        topics: list[str] | None = None,
        regex: str | None = None,
        owned: Partitions | None = None,
        rebalance_ms: int = -1,
        instance: str | None = None,
        rack: str | None = None,
        assignor: str | None = None,
    ) -> int:
        slot, caller = self._caller()
        message = ConsumerGroupHeartbeatRequest(
            group_id="g",
            member_id=member_id,
            member_epoch=epoch,
            instance_id=instance,
            rack_id=rack,
            rebalance_timeout_ms=rebalance_ms,
            subscribed_topic_names=topics,
            subscribed_topic_regex=regex,
            server_assignor=assignor,
            topic_partitions=None if owned is None else self._as_topics(owned),
        )
        self.settle(self.group.consumer_heartbeat(message, caller, self.now, self.wall_ms))
        return slot

    def _as_topics(self, owned: Partitions) -> list[ConsumerGroupHeartbeatRequest.TopicPartitions]:
        return [
            ConsumerGroupHeartbeatRequest.TopicPartitions(topic_id=self.topic_id(name), partitions=partitions)
            for name, partitions in owned.items()
        ]

    def heartbeat_raw(self, member_id: str, epoch: int, **options: Any) -> ConsumerGroupHeartbeatResponse:
        answer = self.answers[self.ask_heartbeat(member_id, epoch, **options)]
        assert isinstance(answer, ConsumerGroupHeartbeatResponse)
        return answer

    def beat(self, member_id: str, epoch: int, **options: Any) -> tuple[int, Partitions | None]:
        """Send a heartbeat that must succeed; return member epoch and assignment (None: unchanged)."""
        answer = self.heartbeat_raw(member_id, epoch, **options)
        assert answer.error_code == 0, answer
        return answer.member_epoch, self.named(answer.assignment)

    def enter(self, member_id: str, topics: list[str] | None = None, **options: Any) -> tuple[int, Partitions | None]:
        """Join with what a first heartbeat must say."""
        if topics is None and "regex" not in options:
            topics = ["t"]
        return self.beat(member_id, 0, topics=topics, owned={}, **({"rebalance_ms": 60_000} | options))

    def error(self, member_id: str, epoch: int, **options: Any) -> tuple[int, str | None]:
        """Send a heartbeat that must fail; return code and text."""
        answer = self.heartbeat_raw(member_id, epoch, **options)
        assert (answer.member_id, answer.member_epoch, answer.heartbeat_interval_ms, answer.assignment) == (
            None,
            0,
            0,
            None,
        )
        assert answer.error_code, answer
        return answer.error_code, answer.error_message

    def join_error(self, member_id: str, topics: list[str] | None = None, **options: Any) -> tuple[int, str | None]:
        if topics is None and "regex" not in options:
            topics = ["t"]
        return self.error(member_id, 0, topics=topics, owned={}, **({"rebalance_ms": 60_000} | options))

    def named(self, assignment: ConsumerGroupHeartbeatResponse.Assignment | None) -> Partitions | None:
        if assignment is None:
            return None
        names = self.image.topics_by_id
        return {names[one.topic_id].name: one.partitions for one in assignment.topic_partitions}

    # -- what there is

    @property
    def consumers(self) -> ConsumerGroup:
        assert self.group.consumer is not None
        return self.group.consumer

    @property
    def now_is(self) -> ConsumerState:
        return self.consumers.state

    def member(self, member_id: str) -> ConsumerMember:
        return self.now_is.members[member_id]

    @property
    def state(self) -> str:
        return self.group.listed().group_state

    @property
    def epochs(self) -> tuple[int, int]:
        """The group epoch and that of the target assignment."""
        return self.now_is.epoch, self.now_is.target_epoch

    def replayed_state(self) -> ConsumerState | None:
        consumer = self.replayed().consumer
        return None if consumer is None else consumer.state
