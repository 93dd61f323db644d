"""Generated from protocol/messages/txn_offset_commit.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class TxnOffsetCommitRequest(Message):
    """TxnOffsetCommit request, versions 0-6, flexible from 3."""

    __slots__ = (
        "transactional_id",
        "group_id",
        "producer_id",
        "producer_epoch",
        "generation_id_or_member_epoch",
        "member_id",
        "group_instance_id",
        "topics",
    )
    API_KEY: ClassVar[int] = 28
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactional_id", "string", (0, 6), None, "", None),
        ("group_id", "string", (0, 6), None, "", None),
        ("producer_id", "int64", (0, 6), None, 0, None),
        ("producer_epoch", "int16", (0, 6), None, 0, None),
        ("generation_id_or_member_epoch", "int32", (3, 6), None, -1, None),
        ("member_id", "string", (3, 6), None, "", None),
        ("group_instance_id", "string", (3, 6), (3, 6), None, None),
        ("topics", "[]TxnOffsetCommitRequestTopic", (0, 6), None, NEW, None),
    )

    class TxnOffsetCommitRequestTopic(Message):
        """A part of TxnOffsetCommitRequest."""

        __slots__ = (
            "name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 5), None, "", None),
            ("topic_id", "uuid", (6, 6), None, ZERO_UUID, None),
            ("partitions", "[]TxnOffsetCommitRequestPartition", (0, 6), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class TxnOffsetCommitRequestPartition(Message):
        """A part of TxnOffsetCommitRequest."""

        __slots__ = (
            "partition_index",
            "committed_offset",
            "committed_leader_epoch",
            "committed_metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 6), None, 0, None),
            ("committed_offset", "int64", (0, 6), None, 0, None),
            ("committed_leader_epoch", "int32", (2, 6), None, -1, None),
            ("committed_metadata", "string", (0, 6), (0, 6), "", None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            committed_metadata: str | None = "",
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.committed_metadata = committed_metadata

    def __init__(
        self,
        *,
        transactional_id: str = "",
        group_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        generation_id_or_member_epoch: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        topics: list[TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic] = NEW,
    ) -> None:
        self.transactional_id = transactional_id
        self.group_id = group_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.generation_id_or_member_epoch = generation_id_or_member_epoch
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.topics = [] if topics is NEW else topics


class TxnOffsetCommitResponse(Message):
    """TxnOffsetCommit response, versions 0-6, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 28
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 6), None, 0, None),
        ("topics", "[]TxnOffsetCommitResponseTopic", (0, 6), None, NEW, None),
    )

    class TxnOffsetCommitResponseTopic(Message):
        """A part of TxnOffsetCommitResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 5), None, "", None),
            ("topic_id", "uuid", (6, 6), None, ZERO_UUID, None),
            ("partitions", "[]TxnOffsetCommitResponsePartition", (0, 6), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class TxnOffsetCommitResponsePartition(Message):
        """A part of TxnOffsetCommitResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 6), None, 0, None),
            ("error_code", "int16", (0, 6), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
