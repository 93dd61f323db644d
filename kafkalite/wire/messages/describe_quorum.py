"""Generated from protocol/messages/describe_quorum.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class DescribeQuorumRequest(Message):
    """DescribeQuorum request, versions 0-2, flexible from 0."""

    __slots__ = ("topics",)
    API_KEY: ClassVar[int] = 55
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("topics", "[]TopicData", (0, 2), None, NEW, None),)

    class TopicData(Message):
        """A part of DescribeQuorumRequest."""

        __slots__ = (
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 2), None, "", None),
            ("partitions", "[]PartitionData", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[DescribeQuorumRequest.PartitionData] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of DescribeQuorumRequest."""

        __slots__ = ("partition_index",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("partition_index", "int32", (0, 2), None, 0, None),)

        def __init__(
            self,
            *,
            partition_index: int = 0,
        ) -> None:
            self.partition_index = partition_index

    def __init__(
        self,
        *,
        topics: list[DescribeQuorumRequest.TopicData] = NEW,
    ) -> None:
        self.topics = [] if topics is NEW else topics


class DescribeQuorumResponse(Message):
    """DescribeQuorum response, versions 0-2, flexible from 0."""

    __slots__ = (
        "error_code",
        "error_message",
        "topics",
        "nodes",
    )
    API_KEY: ClassVar[int] = 55
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (0, 2), None, 0, None),
        ("error_message", "string", (2, 2), (2, 2), "", None),
        ("topics", "[]TopicData", (0, 2), None, NEW, None),
        ("nodes", "[]Node", (2, 2), None, NEW, None),
    )

    class TopicData(Message):
        """A part of DescribeQuorumResponse."""

        __slots__ = (
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (0, 2), None, "", None),
            ("partitions", "[]PartitionData", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[DescribeQuorumResponse.PartitionData] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of DescribeQuorumResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "leader_id",
            "leader_epoch",
            "high_watermark",
            "current_voters",
            "observers",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 2), None, 0, None),
            ("error_code", "int16", (0, 2), None, 0, None),
            ("error_message", "string", (2, 2), (2, 2), "", None),
            ("leader_id", "int32", (0, 2), None, 0, None),
            ("leader_epoch", "int32", (0, 2), None, 0, None),
            ("high_watermark", "int64", (0, 2), None, 0, None),
            ("current_voters", "[]ReplicaState", (0, 2), None, NEW, None),
            ("observers", "[]ReplicaState", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
            leader_id: int = 0,
            leader_epoch: int = 0,
            high_watermark: int = 0,
            current_voters: list[DescribeQuorumResponse.ReplicaState] = NEW,
            observers: list[DescribeQuorumResponse.ReplicaState] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.high_watermark = high_watermark
            self.current_voters = [] if current_voters is NEW else current_voters
            self.observers = [] if observers is NEW else observers

    class Node(Message):
        """A part of DescribeQuorumResponse."""

        __slots__ = (
            "node_id",
            "listeners",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("node_id", "int32", (2, 2), None, 0, None),
            ("listeners", "[]Listener", (2, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            node_id: int = 0,
            listeners: list[DescribeQuorumResponse.Listener] = NEW,
        ) -> None:
            self.node_id = node_id
            self.listeners = [] if listeners is NEW else listeners

    class Listener(Message):
        """A part of DescribeQuorumResponse."""

        __slots__ = (
            "name",
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 2), None, "", None),
            ("host", "string", (2, 2), None, "", None),
            ("port", "uint16", (2, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            host: str = "",
            port: int = 0,
        ) -> None:
            self.name = name
            self.host = host
            self.port = port

    class ReplicaState(Message):
        """A part of DescribeQuorumResponse."""

        __slots__ = (
            "replica_id",
            "replica_directory_id",
            "log_end_offset",
            "last_fetch_timestamp",
            "last_caught_up_timestamp",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("replica_id", "int32", (0, 2), None, 0, None),
            ("replica_directory_id", "uuid", (2, 2), None, ZERO_UUID, None),
            ("log_end_offset", "int64", (0, 2), None, 0, None),
            ("last_fetch_timestamp", "int64", (1, 2), None, -1, None),
            ("last_caught_up_timestamp", "int64", (1, 2), None, -1, None),
        )

        def __init__(
            self,
            *,
            replica_id: int = 0,
            replica_directory_id: Uuid = ZERO_UUID,
            log_end_offset: int = 0,
            last_fetch_timestamp: int = -1,
            last_caught_up_timestamp: int = -1,
        ) -> None:
            self.replica_id = replica_id
            self.replica_directory_id = replica_directory_id
            self.log_end_offset = log_end_offset
            self.last_fetch_timestamp = last_fetch_timestamp
            self.last_caught_up_timestamp = last_caught_up_timestamp

    def __init__(
        self,
        *,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[DescribeQuorumResponse.TopicData] = NEW,
        nodes: list[DescribeQuorumResponse.Node] = NEW,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.topics = [] if topics is NEW else topics
        self.nodes = [] if nodes is NEW else nodes
