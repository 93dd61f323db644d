"""Generated from protocol/messages/list_offsets.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ListOffsetsRequest(Message):
    """ListOffsets request, versions 1-11, flexible from 6."""

    __slots__ = (
        "replica_id",
        "isolation_level",
        "topics",
        "timeout_ms",
    )
    API_KEY: ClassVar[int] = 2
    VERSIONS: ClassVar[Versions] = (1, 11)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("replica_id", "int32", (1, 11), None, 0, None),
        ("isolation_level", "int8", (2, 11), None, 0, None),
        ("topics", "[]ListOffsetsTopic", (1, 11), None, NEW, None),
        ("timeout_ms", "int32", (10, 11), None, 0, None),
    )

    class ListOffsetsTopic(Message):
        """A part of ListOffsetsRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 11), None, "", None),
            ("partitions", "[]ListOffsetsPartition", (1, 11), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[ListOffsetsRequest.ListOffsetsPartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class ListOffsetsPartition(Message):
        """A part of ListOffsetsRequest."""

        __slots__ = (
            "partition_index",
            "current_leader_epoch",
            "timestamp",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 11), None, 0, None),
            ("current_leader_epoch", "int32", (4, 11), None, -1, None),
            ("timestamp", "int64", (1, 11), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            current_leader_epoch: int = -1,
            timestamp: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.current_leader_epoch = current_leader_epoch
            self.timestamp = timestamp

    def __init__(
        self,
        *,
        replica_id: int = 0,
        isolation_level: int = 0,
        topics: list[ListOffsetsRequest.ListOffsetsTopic] = NEW,
        timeout_ms: int = 0,
    ) -> None:
        self.replica_id = replica_id
        self.isolation_level = isolation_level
        self.topics = [] if topics is NEW else topics
        self.timeout_ms = timeout_ms


class ListOffsetsResponse(Message):
    """ListOffsets response, versions 1-11, flexible from 6."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 2
    VERSIONS: ClassVar[Versions] = (1, 11)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (2, 11), None, 0, None),
        ("topics", "[]ListOffsetsTopicResponse", (1, 11), None, NEW, None),
    )

    class ListOffsetsTopicResponse(Message):
        """A part of ListOffsetsResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 11), None, "", None),
            ("partitions", "[]ListOffsetsPartitionResponse", (1, 11), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[ListOffsetsResponse.ListOffsetsPartitionResponse] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class ListOffsetsPartitionResponse(Message):
        """A part of ListOffsetsResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "timestamp",
            "offset",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 11), None, 0, None),
            ("error_code", "int16", (1, 11), None, 0, None),
            ("timestamp", "int64", (1, 11), None, -1, None),
            ("offset", "int64", (1, 11), None, -1, None),
            ("leader_epoch", "int32", (4, 11), None, -1, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            timestamp: int = -1,
            offset: int = -1,
            leader_epoch: int = -1,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.timestamp = timestamp
            self.offset = offset
            self.leader_epoch = leader_epoch

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[ListOffsetsResponse.ListOffsetsTopicResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
