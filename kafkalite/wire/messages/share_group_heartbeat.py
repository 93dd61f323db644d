"""Generated from protocol/messages/share_group_heartbeat.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ShareGroupHeartbeatRequest(Message):
    """ShareGroupHeartbeat request, versions 1-1, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "member_epoch",
        "rack_id",
        "subscribed_topic_names",
    )
    API_KEY: ClassVar[int] = 76
    VERSIONS: ClassVar[Versions] = (1, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (1, 1), None, "", None),
        ("member_id", "string", (1, 1), None, "", None),
        ("member_epoch", "int32", (1, 1), None, 0, None),
        ("rack_id", "string", (1, 1), (1, 1), None, None),
        ("subscribed_topic_names", "[]string", (1, 1), (1, 1), None, None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        rack_id: str | None = None,
        subscribed_topic_names: list[str] | None = None,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.rack_id = rack_id
        self.subscribed_topic_names = subscribed_topic_names


class ShareGroupHeartbeatResponse(Message):
    """ShareGroupHeartbeat response, versions 1-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "member_id",
        "member_epoch",
        "heartbeat_interval_ms",
        "assignment",
    )
    API_KEY: ClassVar[int] = 76
    VERSIONS: ClassVar[Versions] = (1, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 1), None, 0, None),
        ("error_code", "int16", (1, 1), None, 0, None),
        ("error_message", "string", (1, 1), (1, 1), None, None),
        ("member_id", "string", (1, 1), (1, 1), None, None),
        ("member_epoch", "int32", (1, 1), None, 0, None),
        ("heartbeat_interval_ms", "int32", (1, 1), None, 0, None),
        ("assignment", "Assignment", (1, 1), (1, 1), None, None),
    )

    class Assignment(Message):
        """A part of ShareGroupHeartbeatResponse."""

        __slots__ = ("topic_partitions",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("topic_partitions", "[]TopicPartitions", (1, 1), None, NEW, None),)

        def __init__(
            self,
            *,
            topic_partitions: list[ShareGroupHeartbeatResponse.TopicPartitions] = NEW,
        ) -> None:
            self.topic_partitions = [] if topic_partitions is NEW else topic_partitions

    class TopicPartitions(Message):
        """A part of ShareGroupHeartbeatResponse."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 1), None, ZERO_UUID, None),
            ("partitions", "[]int32", (1, 1), None, NEW, None),
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
        assignment: ShareGroupHeartbeatResponse.Assignment | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.assignment = assignment
