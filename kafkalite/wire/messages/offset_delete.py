"""Generated from protocol/messages/offset_delete.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class OffsetDeleteRequest(Message):
    """OffsetDelete request, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 47
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]OffsetDeleteRequestTopic", (0, 0), None, NEW, None),
    )

    class OffsetDeleteRequestTopic(Message):
        """A part of OffsetDeleteRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partitions", "[]OffsetDeleteRequestPartition", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetDeleteRequest.OffsetDeleteRequestPartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class OffsetDeleteRequestPartition(Message):
        """A part of OffsetDeleteRequest."""

        __slots__ = ("partition_index",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("partition_index", "int32", (0, 0), None, 0, None),)

        def __init__(
            self,
            *,
            partition_index: int = 0,
        ) -> None:
            self.partition_index = partition_index

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[OffsetDeleteRequest.OffsetDeleteRequestTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class OffsetDeleteResponse(Message):
    """OffsetDelete response, versions 0-0, never flexible."""

    __slots__ = (
        "error_code",
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 47
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (0, 0), None, 0, None),
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("topics", "[]OffsetDeleteResponseTopic", (0, 0), None, NEW, None),
    )

    class OffsetDeleteResponseTopic(Message):
        """A part of OffsetDeleteResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partitions", "[]OffsetDeleteResponsePartition", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetDeleteResponse.OffsetDeleteResponsePartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class OffsetDeleteResponsePartition(Message):
        """A part of OffsetDeleteResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("error_code", "int16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code

    def __init__(
        self,
        *,
        error_code: int = 0,
        throttle_time_ms: int = 0,
        topics: list[OffsetDeleteResponse.OffsetDeleteResponseTopic] = NEW,
    ) -> None:
        self.error_code = error_code
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
