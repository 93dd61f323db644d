"""Generated from protocol/messages/describe_share_group_offsets.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DescribeShareGroupOffsetsRequest(Message):
    """DescribeShareGroupOffsets request, versions 0-1, flexible from 0."""

    __slots__ = ("groups",)
    API_KEY: ClassVar[int] = 90
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("groups", "[]DescribeShareGroupOffsetsRequestGroup", (0, 1), None, NEW, None),
    )

    class DescribeShareGroupOffsetsRequestGroup(Message):
        """A part of DescribeShareGroupOffsetsRequest."""

        __slots__ = (
            "group_id",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (0, 1), None, "", None),
            ("topics", "[]DescribeShareGroupOffsetsRequestTopic", (0, 1), (0, 1), NEW, None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic] | None = NEW,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is NEW else topics

    class DescribeShareGroupOffsetsRequestTopic(Message):
        """A part of DescribeShareGroupOffsetsRequest."""

        __slots__ = (
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 1), None, "", None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        groups: list[DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup] = NEW,
    ) -> None:
        self.groups = [] if groups is NEW else groups


class DescribeShareGroupOffsetsResponse(Message):
    """DescribeShareGroupOffsets response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "groups",
    )
    API_KEY: ClassVar[int] = 90
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("groups", "[]DescribeShareGroupOffsetsResponseGroup", (0, 1), None, NEW, None),
    )

    class DescribeShareGroupOffsetsResponseGroup(Message):
        """A part of DescribeShareGroupOffsetsResponse."""

        __slots__ = (
            "group_id",
            "topics",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (0, 1), None, "", None),
            ("topics", "[]DescribeShareGroupOffsetsResponseTopic", (0, 1), None, NEW, None),
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), None, None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic] = NEW,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is NEW else topics
            self.error_code = error_code
            self.error_message = error_message

    class DescribeShareGroupOffsetsResponseTopic(Message):
        """A part of DescribeShareGroupOffsetsResponse."""

        __slots__ = (
            "topic_name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 1), None, "", None),
            ("topic_id", "uuid", (0, 1), None, ZERO_UUID, None),
            ("partitions", "[]DescribeShareGroupOffsetsResponsePartition", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class DescribeShareGroupOffsetsResponsePartition(Message):
        """A part of DescribeShareGroupOffsetsResponse."""

        __slots__ = (
            "partition_index",
            "start_offset",
            "leader_epoch",
            "lag",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 1), None, 0, None),
            ("start_offset", "int64", (0, 1), None, 0, None),
            ("leader_epoch", "int32", (0, 1), None, 0, None),
            ("lag", "int64", (1, 1), None, -1, None),
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), None, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            start_offset: int = 0,
            leader_epoch: int = 0,
            lag: int = -1,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.start_offset = start_offset
            self.leader_epoch = leader_epoch
            self.lag = lag
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is NEW else groups
