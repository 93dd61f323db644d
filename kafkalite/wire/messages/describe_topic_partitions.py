"""Generated from protocol/messages/describe_topic_partitions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DescribeTopicPartitionsRequest(Message):
    """DescribeTopicPartitions request, versions 0-0, flexible from 0."""

    __slots__ = (
        "topics",
        "response_partition_limit",
        "cursor",
    )
    API_KEY: ClassVar[int] = 75
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]TopicRequest", (0, 0), None, NEW, None),
        ("response_partition_limit", "int32", (0, 0), None, 2000, None),
        ("cursor", "Cursor", (0, 0), (0, 0), None, None),
    )

    class TopicRequest(Message):
        """A part of DescribeTopicPartitionsRequest."""

        __slots__ = ("name",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("name", "string", (0, 0), None, "", None),)

        def __init__(
            self,
            *,
            name: str = "",
        ) -> None:
            self.name = name

    class Cursor(Message):
        """A part of DescribeTopicPartitionsRequest."""

        __slots__ = (
            "topic_name",
            "partition_index",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 0), None, "", None),
            ("partition_index", "int32", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partition_index: int = 0,
        ) -> None:
            self.topic_name = topic_name
            self.partition_index = partition_index

    def __init__(
        self,
        *,
        topics: list[DescribeTopicPartitionsRequest.TopicRequest] = NEW,
        response_partition_limit: int = 2000,
        cursor: DescribeTopicPartitionsRequest.Cursor | None = None,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.response_partition_limit = response_partition_limit
        self.cursor = cursor


class DescribeTopicPartitionsResponse(Message):
    """DescribeTopicPartitions response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
        "next_cursor",
    )
    API_KEY: ClassVar[int] = 75
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("topics", "[]DescribeTopicPartitionsResponseTopic", (0, 0), None, NEW, None),
        ("next_cursor", "Cursor", (0, 0), (0, 0), None, None),
    )

    class DescribeTopicPartitionsResponseTopic(Message):
        """A part of DescribeTopicPartitionsResponse."""

        __slots__ = (
            "error_code",
            "name",
            "topic_id",
            "is_internal",
            "partitions",
            "topic_authorized_operations",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 0), None, 0, None),
            ("name", "string", (0, 0), (0, 0), "", None),
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("is_internal", "bool", (0, 0), None, False, None),
            ("partitions", "[]DescribeTopicPartitionsResponsePartition", (0, 0), None, NEW, None),
            ("topic_authorized_operations", "int32", (0, 0), None, -2147483648, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            name: str | None = "",
            topic_id: Uuid = ZERO_UUID,
            is_internal: bool = False,
            partitions: list[DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition] = NEW,
            topic_authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.name = name
            self.topic_id = topic_id
            self.is_internal = is_internal
            self.partitions = [] if partitions is NEW else partitions
            self.topic_authorized_operations = topic_authorized_operations

    class DescribeTopicPartitionsResponsePartition(Message):
        """A part of DescribeTopicPartitionsResponse."""

        __slots__ = (
            "error_code",
            "partition_index",
            "leader_id",
            "leader_epoch",
            "replica_nodes",
            "isr_nodes",
            "eligible_leader_replicas",
            "last_known_elr",
            "offline_replicas",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 0), None, 0, None),
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("leader_id", "int32", (0, 0), None, 0, None),
            ("leader_epoch", "int32", (0, 0), None, -1, None),
            ("replica_nodes", "[]int32", (0, 0), None, NEW, None),
            ("isr_nodes", "[]int32", (0, 0), None, NEW, None),
            ("eligible_leader_replicas", "[]int32", (0, 0), (0, 0), None, None),
            ("last_known_elr", "[]int32", (0, 0), (0, 0), None, None),
            ("offline_replicas", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            partition_index: int = 0,
            leader_id: int = 0,
            leader_epoch: int = -1,
            replica_nodes: list[int] = NEW,
            isr_nodes: list[int] = NEW,
            eligible_leader_replicas: list[int] | None = None,
            last_known_elr: list[int] | None = None,
            offline_replicas: list[int] = NEW,
        ) -> None:
            self.error_code = error_code
            self.partition_index = partition_index
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.replica_nodes = [] if replica_nodes is NEW else replica_nodes
            self.isr_nodes = [] if isr_nodes is NEW else isr_nodes
            self.eligible_leader_replicas = eligible_leader_replicas
            self.last_known_elr = last_known_elr
            self.offline_replicas = [] if offline_replicas is NEW else offline_replicas

    class Cursor(Message):
        """A part of DescribeTopicPartitionsResponse."""

        __slots__ = (
            "topic_name",
            "partition_index",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 0), None, "", None),
            ("partition_index", "int32", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partition_index: int = 0,
        ) -> None:
            self.topic_name = topic_name
            self.partition_index = partition_index

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic] = NEW,
        next_cursor: DescribeTopicPartitionsResponse.Cursor | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
        self.next_cursor = next_cursor
