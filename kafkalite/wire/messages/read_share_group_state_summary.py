"""Generated from protocol/messages/read_share_group_state_summary.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ReadShareGroupStateSummaryRequest(Message):
    """ReadShareGroupStateSummary request, versions 0-1, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 87
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 1), None, "", None),
        ("topics", "[]ReadStateSummaryData", (0, 1), None, NEW, None),
    )

    class ReadStateSummaryData(Message):
        """A part of ReadShareGroupStateSummaryRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 1), None, ZERO_UUID, None),
            ("partitions", "[]PartitionData", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ReadShareGroupStateSummaryRequest.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of ReadShareGroupStateSummaryRequest."""

        __slots__ = (
            "partition",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 1), None, 0, None),
            ("leader_epoch", "int32", (0, 1), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            leader_epoch: int = 0,
        ) -> None:
            self.partition = partition
            self.leader_epoch = leader_epoch

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[ReadShareGroupStateSummaryRequest.ReadStateSummaryData] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class ReadShareGroupStateSummaryResponse(Message):
    """ReadShareGroupStateSummary response, versions 0-1, flexible from 0."""

    __slots__ = ("results",)
    API_KEY: ClassVar[int] = 87
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("results", "[]ReadStateSummaryResult", (0, 1), None, NEW, None),)

    class ReadStateSummaryResult(Message):
        """A part of ReadShareGroupStateSummaryResponse."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 1), None, ZERO_UUID, None),
            ("partitions", "[]PartitionResult", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ReadShareGroupStateSummaryResponse.PartitionResult] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionResult(Message):
        """A part of ReadShareGroupStateSummaryResponse."""

        __slots__ = (
            "partition",
            "error_code",
            "error_message",
            "state_epoch",
            "leader_epoch",
            "start_offset",
            "delivery_complete_count",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 1), None, 0, None),
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), None, None),
            ("state_epoch", "int32", (0, 1), None, 0, None),
            ("leader_epoch", "int32", (0, 1), None, 0, None),
            ("start_offset", "int64", (0, 1), None, 0, None),
            ("delivery_complete_count", "int32", (1, 1), None, -1, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            state_epoch: int = 0,
            leader_epoch: int = 0,
            start_offset: int = 0,
            delivery_complete_count: int = -1,
        ) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.state_epoch = state_epoch
            self.leader_epoch = leader_epoch
            self.start_offset = start_offset
            self.delivery_complete_count = delivery_complete_count

    def __init__(
        self,
        *,
        results: list[ReadShareGroupStateSummaryResponse.ReadStateSummaryResult] = NEW,
    ) -> None:
        self.results = [] if results is NEW else results
