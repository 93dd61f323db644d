"""Generated from protocol/messages/read_share_group_state.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ReadShareGroupStateRequest(Message):
    """ReadShareGroupState request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 84
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]ReadStateData", (0, 0), None, NEW, None),
    )

    class ReadStateData(Message):
        """A part of ReadShareGroupStateRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]PartitionData", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ReadShareGroupStateRequest.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of ReadShareGroupStateRequest."""

        __slots__ = (
            "partition",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 0), None, 0, None),
            ("leader_epoch", "int32", (0, 0), None, 0, None),
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
        topics: list[ReadShareGroupStateRequest.ReadStateData] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class ReadShareGroupStateResponse(Message):
    """ReadShareGroupState response, versions 0-0, flexible from 0."""

    __slots__ = ("results",)
    API_KEY: ClassVar[int] = 84
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("results", "[]ReadStateResult", (0, 0), None, NEW, None),)

    class ReadStateResult(Message):
        """A part of ReadShareGroupStateResponse."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]PartitionResult", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ReadShareGroupStateResponse.PartitionResult] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionResult(Message):
        """A part of ReadShareGroupStateResponse."""

        __slots__ = (
            "partition",
            "error_code",
            "error_message",
            "state_epoch",
            "start_offset",
            "state_batches",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 0), None, 0, None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), None, None),
            ("state_epoch", "int32", (0, 0), None, 0, None),
            ("start_offset", "int64", (0, 0), None, 0, None),
            ("state_batches", "[]StateBatch", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            state_epoch: int = 0,
            start_offset: int = 0,
            state_batches: list[ReadShareGroupStateResponse.StateBatch] = NEW,
        ) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.state_epoch = state_epoch
            self.start_offset = start_offset
            self.state_batches = [] if state_batches is NEW else state_batches

    class StateBatch(Message):
        """A part of ReadShareGroupStateResponse."""

        __slots__ = (
            "first_offset",
            "last_offset",
            "delivery_state",
            "delivery_count",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("first_offset", "int64", (0, 0), None, 0, None),
            ("last_offset", "int64", (0, 0), None, 0, None),
            ("delivery_state", "int8", (0, 0), None, 0, None),
            ("delivery_count", "int16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_state: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_state = delivery_state
            self.delivery_count = delivery_count

    def __init__(
        self,
        *,
        results: list[ReadShareGroupStateResponse.ReadStateResult] = NEW,
    ) -> None:
        self.results = [] if results is NEW else results
