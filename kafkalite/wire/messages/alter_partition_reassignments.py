"""Generated from protocol/messages/alter_partition_reassignments.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AlterPartitionReassignmentsRequest(Message):
    """AlterPartitionReassignments request, versions 0-1, flexible from 0."""

    __slots__ = (
        "timeout_ms",
        "allow_replication_factor_change",
        "topics",
    )
    API_KEY: ClassVar[int] = 45
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("timeout_ms", "int32", (0, 1), None, 60000, None),
        ("allow_replication_factor_change", "bool", (1, 1), None, True, None),
        ("topics", "[]ReassignableTopic", (0, 1), None, NEW, None),
    )

    class ReassignableTopic(Message):
        """A part of AlterPartitionReassignmentsRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 1), None, "", None),
            ("partitions", "[]ReassignablePartition", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[AlterPartitionReassignmentsRequest.ReassignablePartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class ReassignablePartition(Message):
        """A part of AlterPartitionReassignmentsRequest."""

        __slots__ = (
            "partition_index",
            "replicas",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 1), None, 0, None),
            ("replicas", "[]int32", (0, 1), (0, 1), None, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            replicas: list[int] | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.replicas = replicas

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        allow_replication_factor_change: bool = True,
        topics: list[AlterPartitionReassignmentsRequest.ReassignableTopic] = NEW,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.topics = [] if topics is NEW else topics


class AlterPartitionReassignmentsResponse(Message):
    """AlterPartitionReassignments response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "allow_replication_factor_change",
        "error_code",
        "error_message",
        "responses",
    )
    API_KEY: ClassVar[int] = 45
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("allow_replication_factor_change", "bool", (1, 1), None, True, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("error_message", "string", (0, 1), (0, 1), "", None),
        ("responses", "[]ReassignableTopicResponse", (0, 1), None, NEW, None),
    )

    class ReassignableTopicResponse(Message):
        """A part of AlterPartitionReassignmentsResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 1), None, "", None),
            ("partitions", "[]ReassignablePartitionResponse", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[AlterPartitionReassignmentsResponse.ReassignablePartitionResponse] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class ReassignablePartitionResponse(Message):
        """A part of AlterPartitionReassignmentsResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 1), None, 0, None),
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), "", None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        allow_replication_factor_change: bool = True,
        error_code: int = 0,
        error_message: str | None = "",
        responses: list[AlterPartitionReassignmentsResponse.ReassignableTopicResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is NEW else responses
