"""Generated from protocol/messages/offset_for_leader_epoch.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class OffsetForLeaderEpochRequest(Message):
    """OffsetForLeaderEpoch request, versions 2-4, flexible from 4."""

    __slots__ = (
        "replica_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 23
    VERSIONS: ClassVar[Versions] = (2, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("replica_id", "int32", (3, 4), None, -2, None),
        ("topics", "[]OffsetForLeaderTopic", (2, 4), None, NEW, None),
    )

    class OffsetForLeaderTopic(Message):
        """A part of OffsetForLeaderEpochRequest."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (2, 4), None, "", None),
            ("partitions", "[]OffsetForLeaderPartition", (2, 4), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[OffsetForLeaderEpochRequest.OffsetForLeaderPartition] = NEW,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is NEW else partitions

    class OffsetForLeaderPartition(Message):
        """A part of OffsetForLeaderEpochRequest."""

        __slots__ = (
            "partition",
            "current_leader_epoch",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (2, 4), None, 0, None),
            ("current_leader_epoch", "int32", (2, 4), None, -1, None),
            ("leader_epoch", "int32", (2, 4), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            current_leader_epoch: int = -1,
            leader_epoch: int = 0,
        ) -> None:
            self.partition = partition
            self.current_leader_epoch = current_leader_epoch
            self.leader_epoch = leader_epoch

    def __init__(
        self,
        *,
        replica_id: int = -2,
        topics: list[OffsetForLeaderEpochRequest.OffsetForLeaderTopic] = NEW,
    ) -> None:
        self.replica_id = replica_id
        self.topics = [] if topics is NEW else topics


class OffsetForLeaderEpochResponse(Message):
    """OffsetForLeaderEpoch response, versions 2-4, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 23
    VERSIONS: ClassVar[Versions] = (2, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (2, 4), None, 0, None),
        ("topics", "[]OffsetForLeaderTopicResult", (2, 4), None, NEW, None),
    )

    class OffsetForLeaderTopicResult(Message):
        """A part of OffsetForLeaderEpochResponse."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (2, 4), None, "", None),
            ("partitions", "[]EpochEndOffset", (2, 4), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[OffsetForLeaderEpochResponse.EpochEndOffset] = NEW,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is NEW else partitions

    class EpochEndOffset(Message):
        """A part of OffsetForLeaderEpochResponse."""

        __slots__ = (
            "error_code",
            "partition",
            "leader_epoch",
            "end_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (2, 4), None, 0, None),
            ("partition", "int32", (2, 4), None, 0, None),
            ("leader_epoch", "int32", (2, 4), None, -1, None),
            ("end_offset", "int64", (2, 4), None, -1, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            partition: int = 0,
            leader_epoch: int = -1,
            end_offset: int = -1,
        ) -> None:
            self.error_code = error_code
            self.partition = partition
            self.leader_epoch = leader_epoch
            self.end_offset = end_offset

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
