"""Generated from protocol/messages/alter_share_group_offsets.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class AlterShareGroupOffsetsRequest(Message):
    """AlterShareGroupOffsets request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 91
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]AlterShareGroupOffsetsRequestTopic", (0, 0), None, NEW, None),
    )

    class AlterShareGroupOffsetsRequestTopic(Message):
        """A part of AlterShareGroupOffsetsRequest."""

        __slots__ = (
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 0), None, "", None),
            ("partitions", "[]AlterShareGroupOffsetsRequestPartition", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    class AlterShareGroupOffsetsRequestPartition(Message):
        """A part of AlterShareGroupOffsetsRequest."""

        __slots__ = (
            "partition_index",
            "start_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("start_offset", "int64", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            start_offset: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.start_offset = start_offset

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class AlterShareGroupOffsetsResponse(Message):
    """AlterShareGroupOffsets response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "responses",
    )
    API_KEY: ClassVar[int] = 91
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), None, None),
        ("responses", "[]AlterShareGroupOffsetsResponseTopic", (0, 0), None, NEW, None),
    )

    class AlterShareGroupOffsetsResponseTopic(Message):
        """A part of AlterShareGroupOffsetsResponse."""

        __slots__ = (
            "topic_name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 0), None, "", None),
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]AlterShareGroupOffsetsResponsePartition", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class AlterShareGroupOffsetsResponsePartition(Message):
        """A part of AlterShareGroupOffsetsResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), None, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is NEW else responses
