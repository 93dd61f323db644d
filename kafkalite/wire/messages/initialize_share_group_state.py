"""Generated from protocol/messages/initialize_share_group_state.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class InitializeShareGroupStateRequest(Message):
    """InitializeShareGroupState request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 83
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]InitializeStateData", (0, 0), None, NEW, None),
    )

    class InitializeStateData(Message):
        """A part of InitializeShareGroupStateRequest."""

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
            partitions: list[InitializeShareGroupStateRequest.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of InitializeShareGroupStateRequest."""

        __slots__ = (
            "partition",
            "state_epoch",
            "start_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 0), None, 0, None),
            ("state_epoch", "int32", (0, 0), None, 0, None),
            ("start_offset", "int64", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            state_epoch: int = 0,
            start_offset: int = 0,
        ) -> None:
            self.partition = partition
            self.state_epoch = state_epoch
            self.start_offset = start_offset

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[InitializeShareGroupStateRequest.InitializeStateData] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class InitializeShareGroupStateResponse(Message):
    """InitializeShareGroupState response, versions 0-0, flexible from 0."""

    __slots__ = ("results",)
    API_KEY: ClassVar[int] = 83
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("results", "[]InitializeStateResult", (0, 0), None, NEW, None),)

    class InitializeStateResult(Message):
        """A part of InitializeShareGroupStateResponse."""

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
            partitions: list[InitializeShareGroupStateResponse.PartitionResult] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionResult(Message):
        """A part of InitializeShareGroupStateResponse."""

        __slots__ = (
            "partition",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 0), None, 0, None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), None, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        results: list[InitializeShareGroupStateResponse.InitializeStateResult] = NEW,
    ) -> None:
        self.results = [] if results is NEW else results
