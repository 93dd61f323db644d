"""Generated from protocol/messages/describe_producers.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeProducersRequest(Message):
    """DescribeProducers request, versions 0-0, flexible from 0."""

    __slots__ = ("topics",)
    API_KEY: ClassVar[int] = 61
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("topics", "[]TopicRequest", (0, 0), None, NEW, None),)

    class TopicRequest(Message):
        """A part of DescribeProducersRequest."""

        __slots__ = (
            "name",
            "partition_indexes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partition_indexes", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partition_indexes: list[int] = NEW,
        ) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is NEW else partition_indexes

    def __init__(
        self,
        *,
        topics: list[DescribeProducersRequest.TopicRequest] = NEW,
    ) -> None:
        self.topics = [] if topics is NEW else topics


class DescribeProducersResponse(Message):
    """DescribeProducers response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 61
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("topics", "[]TopicResponse", (0, 0), None, NEW, None),
    )

    class TopicResponse(Message):
        """A part of DescribeProducersResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partitions", "[]PartitionResponse", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DescribeProducersResponse.PartitionResponse] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class PartitionResponse(Message):
        """A part of DescribeProducersResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "active_producers",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 0), None, 0, None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), None, None),
            ("active_producers", "[]ProducerState", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            active_producers: list[DescribeProducersResponse.ProducerState] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.active_producers = [] if active_producers is NEW else active_producers

    class ProducerState(Message):
        """A part of DescribeProducersResponse."""

        __slots__ = (
            "producer_id",
            "producer_epoch",
            "last_sequence",
            "last_timestamp",
            "coordinator_epoch",
            "current_txn_start_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("producer_id", "int64", (0, 0), None, 0, None),
            ("producer_epoch", "int32", (0, 0), None, 0, None),
            ("last_sequence", "int32", (0, 0), None, -1, None),
            ("last_timestamp", "int64", (0, 0), None, -1, None),
            ("coordinator_epoch", "int32", (0, 0), None, 0, None),
            ("current_txn_start_offset", "int64", (0, 0), None, -1, None),
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            producer_epoch: int = 0,
            last_sequence: int = -1,
            last_timestamp: int = -1,
            coordinator_epoch: int = 0,
            current_txn_start_offset: int = -1,
        ) -> None:
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.last_sequence = last_sequence
            self.last_timestamp = last_timestamp
            self.coordinator_epoch = coordinator_epoch
            self.current_txn_start_offset = current_txn_start_offset

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[DescribeProducersResponse.TopicResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
