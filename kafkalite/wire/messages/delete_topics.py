"""Generated from protocol/messages/delete_topics.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DeleteTopicsRequest(Message):
    """DeleteTopics request, versions 1-6, flexible from 4."""

    __slots__ = (
        "topics",
        "topic_names",
        "timeout_ms",
    )
    API_KEY: ClassVar[int] = 20
    VERSIONS: ClassVar[Versions] = (1, 6)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]DeleteTopicState", (6, 6), None, NEW, None),
        ("topic_names", "[]string", (1, 5), None, NEW, None),
        ("timeout_ms", "int32", (1, 6), None, 0, None),
    )

    class DeleteTopicState(Message):
        """A part of DeleteTopicsRequest."""

        __slots__ = (
            "name",
            "topic_id",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (6, 6), (6, 6), None, None),
            ("topic_id", "uuid", (6, 6), None, ZERO_UUID, None),
        )

        def __init__(
            self,
            *,
            name: str | None = None,
            topic_id: Uuid = ZERO_UUID,
        ) -> None:
            self.name = name
            self.topic_id = topic_id

    def __init__(
        self,
        *,
        topics: list[DeleteTopicsRequest.DeleteTopicState] = NEW,
        topic_names: list[str] = NEW,
        timeout_ms: int = 0,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.topic_names = [] if topic_names is NEW else topic_names
        self.timeout_ms = timeout_ms


class DeleteTopicsResponse(Message):
    """DeleteTopics response, versions 1-6, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "responses",
    )
    API_KEY: ClassVar[int] = 20
    VERSIONS: ClassVar[Versions] = (1, 6)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 6), None, 0, None),
        ("responses", "[]DeletableTopicResult", (1, 6), None, NEW, None),
    )

    class DeletableTopicResult(Message):
        """A part of DeleteTopicsResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 6), (6, 6), "", None),
            ("topic_id", "uuid", (6, 6), None, ZERO_UUID, None),
            ("error_code", "int16", (1, 6), None, 0, None),
            ("error_message", "string", (5, 6), (5, 6), None, None),
        )

        def __init__(
            self,
            *,
            name: str | None = "",
            topic_id: Uuid = ZERO_UUID,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        responses: list[DeleteTopicsResponse.DeletableTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is NEW else responses
