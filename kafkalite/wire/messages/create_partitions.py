"""Generated from protocol/messages/create_partitions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class CreatePartitionsRequest(Message):
    """CreatePartitions request, versions 0-3, flexible from 2."""

    __slots__ = (
        "topics",
        "timeout_ms",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 37
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]CreatePartitionsTopic", (0, 3), None, NEW, None),
        ("timeout_ms", "int32", (0, 3), None, 0, None),
        ("validate_only", "bool", (0, 3), None, False, None),
    )

    class CreatePartitionsTopic(Message):
        """A part of CreatePartitionsRequest."""

        __slots__ = (
            "name",
            "count",
            "assignments",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 3), None, "", None),
            ("count", "int32", (0, 3), None, 0, None),
            ("assignments", "[]CreatePartitionsAssignment", (0, 3), (0, 3), NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            count: int = 0,
            assignments: list[CreatePartitionsRequest.CreatePartitionsAssignment] | None = NEW,
        ) -> None:
            self.name = name
            self.count = count
            self.assignments = [] if assignments is NEW else assignments

    class CreatePartitionsAssignment(Message):
        """A part of CreatePartitionsRequest."""

        __slots__ = ("broker_ids",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("broker_ids", "[]int32", (0, 3), None, NEW, None),)

        def __init__(
            self,
            *,
            broker_ids: list[int] = NEW,
        ) -> None:
            self.broker_ids = [] if broker_ids is NEW else broker_ids

    def __init__(
        self,
        *,
        topics: list[CreatePartitionsRequest.CreatePartitionsTopic] = NEW,
        timeout_ms: int = 0,
        validate_only: bool = False,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only


class CreatePartitionsResponse(Message):
    """CreatePartitions response, versions 0-3, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 37
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 3), None, 0, None),
        ("results", "[]CreatePartitionsTopicResult", (0, 3), None, NEW, None),
    )

    class CreatePartitionsTopicResult(Message):
        """A part of CreatePartitionsResponse."""

        __slots__ = (
            "name",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 3), None, "", None),
            ("error_code", "int16", (0, 3), None, 0, None),
            ("error_message", "string", (0, 3), (0, 3), None, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.name = name
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[CreatePartitionsResponse.CreatePartitionsTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
