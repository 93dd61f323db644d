"""Generated from protocol/messages/list_partition_reassignments.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ListPartitionReassignmentsRequest(Message):
    """ListPartitionReassignments request, versions 0-0, flexible from 0."""

    __slots__ = (
        "timeout_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 46
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("timeout_ms", "int32", (0, 0), None, 60000, None),
        ("topics", "[]ListPartitionReassignmentsTopics", (0, 0), (0, 0), None, None),
    )

    class ListPartitionReassignmentsTopics(Message):
        """A part of ListPartitionReassignmentsRequest."""

        __slots__ = (
            "name",
            "partition_indexes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partition_indexes", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partition_indexes: list[int] = NEW,
        ) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is NEW else partition_indexes

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        topics: list[ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics] | None = None,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.topics = topics


class ListPartitionReassignmentsResponse(Message):
    """ListPartitionReassignments response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "topics",
    )
    API_KEY: ClassVar[int] = 46
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), "", None),
        ("topics", "[]OngoingTopicReassignment", (0, 0), None, NEW, None),
    )

    class OngoingTopicReassignment(Message):
        """A part of ListPartitionReassignmentsResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partitions", "[]OngoingPartitionReassignment", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[ListPartitionReassignmentsResponse.OngoingPartitionReassignment] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class OngoingPartitionReassignment(Message):
        """A part of ListPartitionReassignmentsResponse."""

        __slots__ = (
            "partition_index",
            "replicas",
            "adding_replicas",
            "removing_replicas",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("replicas", "[]int32", (0, 0), None, NEW, None),
            ("adding_replicas", "[]int32", (0, 0), None, NEW, None),
            ("removing_replicas", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            replicas: list[int] = NEW,
            adding_replicas: list[int] = NEW,
            removing_replicas: list[int] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.replicas = [] if replicas is NEW else replicas
            self.adding_replicas = [] if adding_replicas is NEW else adding_replicas
            self.removing_replicas = [] if removing_replicas is NEW else removing_replicas

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[ListPartitionReassignmentsResponse.OngoingTopicReassignment] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.topics = [] if topics is NEW else topics
