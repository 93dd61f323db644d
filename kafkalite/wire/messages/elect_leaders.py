"""Generated from protocol/messages/elect_leaders.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ElectLeadersRequest(Message):
    """ElectLeaders request, versions 0-2, flexible from 2."""

    __slots__ = (
        "election_type",
        "topic_partitions",
        "timeout_ms",
    )
    API_KEY: ClassVar[int] = 43
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("election_type", "int8", (1, 2), None, 0, None),
        ("topic_partitions", "[]TopicPartitions", (0, 2), (0, 2), NEW, None),
        ("timeout_ms", "int32", (0, 2), None, 60000, None),
    )

    class TopicPartitions(Message):
        """A part of ElectLeadersRequest."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 2), None, "", None),
            ("partitions", "[]int32", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        election_type: int = 0,
        topic_partitions: list[ElectLeadersRequest.TopicPartitions] | None = NEW,
        timeout_ms: int = 60000,
    ) -> None:
        self.election_type = election_type
        self.topic_partitions = [] if topic_partitions is NEW else topic_partitions
        self.timeout_ms = timeout_ms


class ElectLeadersResponse(Message):
    """ElectLeaders response, versions 0-2, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "replica_election_results",
    )
    API_KEY: ClassVar[int] = 43
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("error_code", "int16", (1, 2), None, 0, None),
        ("replica_election_results", "[]ReplicaElectionResult", (0, 2), None, NEW, None),
    )

    class ReplicaElectionResult(Message):
        """A part of ElectLeadersResponse."""

        __slots__ = (
            "topic",
            "partition_result",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 2), None, "", None),
            ("partition_result", "[]PartitionResult", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partition_result: list[ElectLeadersResponse.PartitionResult] = NEW,
        ) -> None:
            self.topic = topic
            self.partition_result = [] if partition_result is NEW else partition_result

    class PartitionResult(Message):
        """A part of ElectLeadersResponse."""

        __slots__ = (
            "partition_id",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_id", "int32", (0, 2), None, 0, None),
            ("error_code", "int16", (0, 2), None, 0, None),
            ("error_message", "string", (0, 2), (0, 2), "", None),
        )

        def __init__(
            self,
            *,
            partition_id: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.partition_id = partition_id
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        replica_election_results: list[ElectLeadersResponse.ReplicaElectionResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.replica_election_results = [] if replica_election_results is NEW else replica_election_results
