"""Generated from protocol/messages/consumer_protocol.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ConsumerProtocolSubscription(Message):
    """ConsumerProtocolSubscription, versions 0-3, never flexible."""

    __slots__ = (
        "topics",
        "user_data",
        "owned_partitions",
        "generation_id",
        "rack_id",
    )
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]string", (0, 3), None, NEW, None),
        ("user_data", "bytes", (0, 3), (0, 3), None, None),
        ("owned_partitions", "[]TopicPartition", (1, 3), None, NEW, None),
        ("generation_id", "int32", (2, 3), None, -1, None),
        ("rack_id", "string", (3, 3), (3, 3), None, None),
    )

    class TopicPartition(Message):
        """A part of ConsumerProtocolSubscription."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (1, 3), None, "", None),
            ("partitions", "[]int32", (1, 3), None, NEW, None),
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
        topics: list[str] = NEW,
        user_data: bytes | None = None,
        owned_partitions: list[ConsumerProtocolSubscription.TopicPartition] = NEW,
        generation_id: int = -1,
        rack_id: str | None = None,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.user_data = user_data
        self.owned_partitions = [] if owned_partitions is NEW else owned_partitions
        self.generation_id = generation_id
        self.rack_id = rack_id


class ConsumerProtocolAssignment(Message):
    """ConsumerProtocolAssignment, versions 0-3, never flexible."""

    __slots__ = (
        "assigned_partitions",
        "user_data",
    )
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("assigned_partitions", "[]TopicPartition", (0, 3), None, NEW, None),
        ("user_data", "bytes", (0, 3), (0, 3), None, None),
    )

    class TopicPartition(Message):
        """A part of ConsumerProtocolAssignment."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 3), None, "", None),
            ("partitions", "[]int32", (0, 3), None, NEW, None),
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
        assigned_partitions: list[ConsumerProtocolAssignment.TopicPartition] = NEW,
        user_data: bytes | None = None,
    ) -> None:
        self.assigned_partitions = [] if assigned_partitions is NEW else assigned_partitions
        self.user_data = user_data
