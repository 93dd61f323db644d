"""Generated from protocol/messages/offset_fetch.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class OffsetFetchRequest(Message):
    """OffsetFetch request, versions 1-10, flexible from 6."""

    __slots__ = (
        "group_id",
        "topics",
        "groups",
        "require_stable",
    )
    API_KEY: ClassVar[int] = 9
    VERSIONS: ClassVar[Versions] = (1, 10)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (1, 7), None, "", None),
        ("topics", "[]OffsetFetchRequestTopic", (1, 7), (2, 7), NEW, None),
        ("groups", "[]OffsetFetchRequestGroup", (8, 10), None, NEW, None),
        ("require_stable", "bool", (7, 10), None, False, None),
    )

    class OffsetFetchRequestTopic(Message):
        """A part of OffsetFetchRequest."""

        __slots__ = (
            "name",
            "partition_indexes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 7), None, "", None),
            ("partition_indexes", "[]int32", (1, 7), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partition_indexes: list[int] = NEW,
        ) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is NEW else partition_indexes

    class OffsetFetchRequestGroup(Message):
        """A part of OffsetFetchRequest."""

        __slots__ = (
            "group_id",
            "member_id",
            "member_epoch",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (8, 10), None, "", None),
            ("member_id", "string", (9, 10), (9, 10), None, None),
            ("member_epoch", "int32", (9, 10), None, -1, None),
            ("topics", "[]OffsetFetchRequestTopics", (8, 10), (8, 10), NEW, None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            member_id: str | None = None,
            member_epoch: int = -1,
            topics: list[OffsetFetchRequest.OffsetFetchRequestTopics] | None = NEW,
        ) -> None:
            self.group_id = group_id
            self.member_id = member_id
            self.member_epoch = member_epoch
            self.topics = [] if topics is NEW else topics

    class OffsetFetchRequestTopics(Message):
        """A part of OffsetFetchRequest."""

        __slots__ = (
            "name",
            "topic_id",
            "partition_indexes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (8, 9), None, "", None),
            ("topic_id", "uuid", (10, 10), None, ZERO_UUID, None),
            ("partition_indexes", "[]int32", (8, 10), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partition_indexes: list[int] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_indexes = [] if partition_indexes is NEW else partition_indexes

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[OffsetFetchRequest.OffsetFetchRequestTopic] | None = NEW,
        groups: list[OffsetFetchRequest.OffsetFetchRequestGroup] = NEW,
        require_stable: bool = False,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics
        self.groups = [] if groups is NEW else groups
        self.require_stable = require_stable


class OffsetFetchResponse(Message):
    """OffsetFetch response, versions 1-10, flexible from 6."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
        "error_code",
        "groups",
    )
    API_KEY: ClassVar[int] = 9
    VERSIONS: ClassVar[Versions] = (1, 10)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (3, 10), None, 0, None),
        ("topics", "[]OffsetFetchResponseTopic", (1, 7), None, NEW, None),
        ("error_code", "int16", (2, 7), None, 0, None),
        ("groups", "[]OffsetFetchResponseGroup", (8, 10), None, NEW, None),
    )

    class OffsetFetchResponseTopic(Message):
        """A part of OffsetFetchResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 7), None, "", None),
            ("partitions", "[]OffsetFetchResponsePartition", (1, 7), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetFetchResponse.OffsetFetchResponsePartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class OffsetFetchResponsePartition(Message):
        """A part of OffsetFetchResponse."""

        __slots__ = (
            "partition_index",
            "committed_offset",
            "committed_leader_epoch",
            "metadata",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 7), None, 0, None),
            ("committed_offset", "int64", (1, 7), None, 0, None),
            ("committed_leader_epoch", "int32", (5, 7), None, -1, None),
            ("metadata", "string", (1, 7), (1, 7), "", None),
            ("error_code", "int16", (1, 7), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            metadata: str | None = "",
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.metadata = metadata
            self.error_code = error_code

    class OffsetFetchResponseGroup(Message):
        """A part of OffsetFetchResponse."""

        __slots__ = (
            "group_id",
            "topics",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (8, 10), None, "", None),
            ("topics", "[]OffsetFetchResponseTopics", (8, 10), None, NEW, None),
            ("error_code", "int16", (8, 10), None, 0, None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[OffsetFetchResponse.OffsetFetchResponseTopics] = NEW,
            error_code: int = 0,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is NEW else topics
            self.error_code = error_code

    class OffsetFetchResponseTopics(Message):
        """A part of OffsetFetchResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (8, 9), None, "", None),
            ("topic_id", "uuid", (10, 10), None, ZERO_UUID, None),
            ("partitions", "[]OffsetFetchResponsePartitions", (8, 10), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[OffsetFetchResponse.OffsetFetchResponsePartitions] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class OffsetFetchResponsePartitions(Message):
        """A part of OffsetFetchResponse."""

        __slots__ = (
            "partition_index",
            "committed_offset",
            "committed_leader_epoch",
            "metadata",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (8, 10), None, 0, None),
            ("committed_offset", "int64", (8, 10), None, 0, None),
            ("committed_leader_epoch", "int32", (8, 10), None, -1, None),
            ("metadata", "string", (8, 10), (8, 10), "", None),
            ("error_code", "int16", (8, 10), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            metadata: str | None = "",
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.metadata = metadata
            self.error_code = error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[OffsetFetchResponse.OffsetFetchResponseTopic] = NEW,
        error_code: int = 0,
        groups: list[OffsetFetchResponse.OffsetFetchResponseGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
        self.error_code = error_code
        self.groups = [] if groups is NEW else groups
