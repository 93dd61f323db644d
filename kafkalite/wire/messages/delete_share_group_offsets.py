"""Generated from protocol/messages/delete_share_group_offsets.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DeleteShareGroupOffsetsRequest(Message):
    """DeleteShareGroupOffsets request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 92
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topics", "[]DeleteShareGroupOffsetsRequestTopic", (0, 0), None, NEW, None),
    )

    class DeleteShareGroupOffsetsRequestTopic(Message):
        """A part of DeleteShareGroupOffsetsRequest."""

        __slots__ = ("topic_name",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("topic_name", "string", (0, 0), None, "", None),)

        def __init__(
            self,
            *,
            topic_name: str = "",
        ) -> None:
            self.topic_name = topic_name

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is NEW else topics


class DeleteShareGroupOffsetsResponse(Message):
    """DeleteShareGroupOffsets response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "responses",
    )
    API_KEY: ClassVar[int] = 92
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), None, None),
        ("responses", "[]DeleteShareGroupOffsetsResponseTopic", (0, 0), None, NEW, None),
    )

    class DeleteShareGroupOffsetsResponseTopic(Message):
        """A part of DeleteShareGroupOffsetsResponse."""

        __slots__ = (
            "topic_name",
            "topic_id",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 0), None, "", None),
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), None, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: Uuid = ZERO_UUID,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is NEW else responses
