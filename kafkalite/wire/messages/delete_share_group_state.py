"""Generated from protocol/messages/delete_share_group_state.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DeleteShareGroupStateRequest(Message):
    """DeleteShareGroupState request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 86
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]DeleteStateData", (0, 0), None, NEW, None),
    )

    class DeleteStateData(Message):
        """A part of DeleteShareGroupStateRequest."""

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
            partitions: list[DeleteShareGroupStateRequest.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of DeleteShareGroupStateRequest."""

        __slots__ = ("partition",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("partition", "int32", (0, 0), None, 0, None),)

        def __init__(
            self,
            *,
            partition: int = 0,
        ) -> None:
            self.partition = partition

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[DeleteShareGroupStateRequest.DeleteStateData] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class DeleteShareGroupStateResponse(Message):
    """DeleteShareGroupState response, versions 0-0, flexible from 0."""

    __slots__ = ("results",)
    API_KEY: ClassVar[int] = 86
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("results", "[]DeleteStateResult", (0, 0), None, NEW, None),)

    class DeleteStateResult(Message):
        """A part of DeleteShareGroupStateResponse."""

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
            partitions: list[DeleteShareGroupStateResponse.PartitionResult] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionResult(Message):
        """A part of DeleteShareGroupStateResponse."""

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
        results: list[DeleteShareGroupStateResponse.DeleteStateResult] = NEW,
    ) -> None:
        self.results = [] if results is NEW else results
