"""Generated from protocol/messages/delete_records.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DeleteRecordsRequest(Message):
    """DeleteRecords request, versions 0-2, flexible from 2."""

    __slots__ = (
        "topics",
        "timeout_ms",
    )
    API_KEY: ClassVar[int] = 21
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]DeleteRecordsTopic", (0, 2), None, NEW, None),
        ("timeout_ms", "int32", (0, 2), None, 0, None),
    )

    class DeleteRecordsTopic(Message):
        """A part of DeleteRecordsRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 2), None, "", None),
            ("partitions", "[]DeleteRecordsPartition", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DeleteRecordsRequest.DeleteRecordsPartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class DeleteRecordsPartition(Message):
        """A part of DeleteRecordsRequest."""

        __slots__ = (
            "partition_index",
            "offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 2), None, 0, None),
            ("offset", "int64", (0, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            offset: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.offset = offset

    def __init__(
        self,
        *,
        topics: list[DeleteRecordsRequest.DeleteRecordsTopic] = NEW,
        timeout_ms: int = 0,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.timeout_ms = timeout_ms


class DeleteRecordsResponse(Message):
    """DeleteRecords response, versions 0-2, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 21
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("topics", "[]DeleteRecordsTopicResult", (0, 2), None, NEW, None),
    )

    class DeleteRecordsTopicResult(Message):
        """A part of DeleteRecordsResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 2), None, "", None),
            ("partitions", "[]DeleteRecordsPartitionResult", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DeleteRecordsResponse.DeleteRecordsPartitionResult] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class DeleteRecordsPartitionResult(Message):
        """A part of DeleteRecordsResponse."""

        __slots__ = (
            "partition_index",
            "low_watermark",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 2), None, 0, None),
            ("low_watermark", "int64", (0, 2), None, 0, None),
            ("error_code", "int16", (0, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            low_watermark: int = 0,
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.low_watermark = low_watermark
            self.error_code = error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[DeleteRecordsResponse.DeleteRecordsTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
