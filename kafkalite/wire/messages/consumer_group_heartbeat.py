"""Generated from protocol/messages/consumer_group_heartbeat.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ConsumerGroupHeartbeatRequest(Message):
    """ConsumerGroupHeartbeat request, versions 0-1, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "member_epoch",
        "instance_id",
        "rack_id",
        "rebalance_timeout_ms",
        "subscribed_topic_names",
        "subscribed_topic_regex",
        "server_assignor",
        "topic_partitions",
    )
    API_KEY: ClassVar[int] = 68
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 1), None, "", None),
        ("member_id", "string", (0, 1), None, "", None),
        ("member_epoch", "int32", (0, 1), None, 0, None),
        ("instance_id", "string", (0, 1), (0, 1), None, None),
        ("rack_id", "string", (0, 1), (0, 1), None, None),
        ("rebalance_timeout_ms", "int32", (0, 1), None, -1, None),
        ("subscribed_topic_names", "[]string", (0, 1), (0, 1), None, None),
        ("subscribed_topic_regex", "string", (1, 1), (1, 1), None, None),
        ("server_assignor", "string", (0, 1), (0, 1), None, None),
        ("topic_partitions", "[]TopicPartitions", (0, 1), (0, 1), None, None),
    )

    class TopicPartitions(Message):
        """A part of ConsumerGroupHeartbeatRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 1), None, ZERO_UUID, None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        subscribed_topic_names: list[str] | None = None,
        subscribed_topic_regex: str | None = None,
        server_assignor: str | None = None,
        topic_partitions: list[ConsumerGroupHeartbeatRequest.TopicPartitions] | None = None,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.subscribed_topic_names = subscribed_topic_names
        self.subscribed_topic_regex = subscribed_topic_regex
        self.server_assignor = server_assignor
        self.topic_partitions = topic_partitions


class ConsumerGroupHeartbeatResponse(Message):
    """ConsumerGroupHeartbeat response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "member_id",
        "member_epoch",
        "heartbeat_interval_ms",
        "assignment",
    )
    API_KEY: ClassVar[int] = 68
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("error_message", "string", (0, 1), (0, 1), None, None),
        ("member_id", "string", (0, 1), (0, 1), None, None),
        ("member_epoch", "int32", (0, 1), None, 0, None),
        ("heartbeat_interval_ms", "int32", (0, 1), None, 0, None),
        ("assignment", "Assignment", (0, 1), (0, 1), None, None),
    )

    class Assignment(Message):
        """A part of ConsumerGroupHeartbeatResponse."""

        __slots__ = ("topic_partitions",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("topic_partitions", "[]TopicPartitions", (0, 1), None, NEW, None),)

        def __init__(
            self,
            *,
            topic_partitions: list[ConsumerGroupHeartbeatResponse.TopicPartitions] = NEW,
        ) -> None:
            self.topic_partitions = [] if topic_partitions is NEW else topic_partitions

    class TopicPartitions(Message):
        """A part of ConsumerGroupHeartbeatResponse."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 1), None, ZERO_UUID, None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str | None = None,
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        assignment: ConsumerGroupHeartbeatResponse.Assignment | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.assignment = assignment
