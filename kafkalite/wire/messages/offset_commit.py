"""Generated from protocol/messages/offset_commit.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class OffsetCommitRequest(Message):
    """OffsetCommit request, versions 2-10, flexible from 8."""

    __slots__ = (
        "group_id",
        "generation_id_or_member_epoch",
        "member_id",
        "group_instance_id",
        "retention_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 8
    VERSIONS: ClassVar[Versions] = (2, 10)
    FLEXIBLE: ClassVar[int | None] = 8
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (2, 10), None, "", None),
        ("generation_id_or_member_epoch", "int32", (2, 10), None, -1, None),
        ("member_id", "string", (2, 10), None, "", None),
        ("group_instance_id", "string", (7, 10), (7, 10), None, None),
        ("retention_time_ms", "int64", (2, 4), None, -1, None),
        ("topics", "[]OffsetCommitRequestTopic", (2, 10), None, NEW, None),
    )

    class OffsetCommitRequestTopic(Message):
        """A part of OffsetCommitRequest."""

        __slots__ = (
            "name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 9), None, "", None),
            ("topic_id", "uuid", (10, 10), None, ZERO_UUID, None),
            ("partitions", "[]OffsetCommitRequestPartition", (2, 10), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[OffsetCommitRequest.OffsetCommitRequestPartition] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class OffsetCommitRequestPartition(Message):
        """A part of OffsetCommitRequest."""

        __slots__ = (
            "partition_index",
            "committed_offset",
            "committed_leader_epoch",
            "committed_metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (2, 10), None, 0, None),
            ("committed_offset", "int64", (2, 10), None, 0, None),
            ("committed_leader_epoch", "int32", (6, 10), None, -1, None),
            ("committed_metadata", "string", (2, 10), (2, 10), "", None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            committed_metadata: str | None = "",
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.committed_metadata = committed_metadata

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id_or_member_epoch: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        retention_time_ms: int = -1,
        topics: list[OffsetCommitRequest.OffsetCommitRequestTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.generation_id_or_member_epoch = generation_id_or_member_epoch
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.retention_time_ms = retention_time_ms
        self.topics = [] if topics is NEW else topics


class OffsetCommitResponse(Message):
    """OffsetCommit response, versions 2-10, flexible from 8."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 8
    VERSIONS: ClassVar[Versions] = (2, 10)
    FLEXIBLE: ClassVar[int | None] = 8
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (3, 10), None, 0, None),
        ("topics", "[]OffsetCommitResponseTopic", (2, 10), None, NEW, None),
    )

    class OffsetCommitResponseTopic(Message):
        """A part of OffsetCommitResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 9), None, "", None),
            ("topic_id", "uuid", (10, 10), None, ZERO_UUID, None),
            ("partitions", "[]OffsetCommitResponsePartition", (2, 10), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[OffsetCommitResponse.OffsetCommitResponsePartition] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class OffsetCommitResponsePartition(Message):
        """A part of OffsetCommitResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (2, 10), None, 0, None),
            ("error_code", "int16", (2, 10), None, 0, None),
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
        throttle_time_ms: int = 0,
        topics: list[OffsetCommitResponse.OffsetCommitResponseTopic] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
