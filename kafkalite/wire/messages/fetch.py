"""Generated from protocol/messages/fetch.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Records, Uuid, Versions


class FetchRequest(Message):
    """Fetch request, versions 4-18, flexible from 12."""

    __slots__ = (
        "cluster_id",
        "replica_id",
        "replica_state",
        "max_wait_ms",
        "min_bytes",
        "max_bytes",
        "isolation_level",
        "session_id",
        "session_epoch",
        "topics",
        "forgotten_topics_data",
        "rack_id",
    )
    API_KEY: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (4, 18)
    FLEXIBLE: ClassVar[int | None] = 12
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("cluster_id", "string", (12, 18), (12, 18), None, 0),
        ("replica_id", "int32", (4, 14), None, -1, None),
        ("replica_state", "ReplicaState", (15, 18), None, None, 1),
        ("max_wait_ms", "int32", (4, 18), None, 0, None),
        ("min_bytes", "int32", (4, 18), None, 0, None),
        ("max_bytes", "int32", (4, 18), None, 2147483647, None),
        ("isolation_level", "int8", (4, 18), None, 0, None),
        ("session_id", "int32", (7, 18), None, 0, None),
        ("session_epoch", "int32", (7, 18), None, -1, None),
        ("topics", "[]FetchTopic", (4, 18), None, NEW, None),
        ("forgotten_topics_data", "[]ForgottenTopic", (7, 18), None, NEW, None),
        ("rack_id", "string", (11, 18), None, "", None),
    )

    class ReplicaState(Message):
        """A part of FetchRequest."""

        __slots__ = (
            "replica_id",
            "replica_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("replica_id", "int32", (15, 18), None, -1, None),
            ("replica_epoch", "int64", (15, 18), None, -1, None),
        )

        def __init__(
            self,
            *,
            replica_id: int = -1,
            replica_epoch: int = -1,
        ) -> None:
            self.replica_id = replica_id
            self.replica_epoch = replica_epoch

    class FetchTopic(Message):
        """A part of FetchRequest."""

        __slots__ = (
            "topic",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (4, 12), None, "", None),
            ("topic_id", "uuid", (13, 18), None, ZERO_UUID, None),
            ("partitions", "[]FetchPartition", (4, 18), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[FetchRequest.FetchPartition] = NEW,
        ) -> None:
            self.topic = topic
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class FetchPartition(Message):
        """A part of FetchRequest."""

        __slots__ = (
            "partition",
            "current_leader_epoch",
            "fetch_offset",
            "last_fetched_epoch",
            "log_start_offset",
            "partition_max_bytes",
            "replica_directory_id",
            "high_watermark",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (4, 18), None, 0, None),
            ("current_leader_epoch", "int32", (9, 18), None, -1, None),
            ("fetch_offset", "int64", (4, 18), None, 0, None),
            ("last_fetched_epoch", "int32", (12, 18), None, -1, None),
            ("log_start_offset", "int64", (5, 18), None, -1, None),
            ("partition_max_bytes", "int32", (4, 18), None, 0, None),
            ("replica_directory_id", "uuid", (17, 18), None, ZERO_UUID, 0),
            ("high_watermark", "int64", (18, 18), None, 9223372036854775807, 1),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            current_leader_epoch: int = -1,
            fetch_offset: int = 0,
            last_fetched_epoch: int = -1,
            log_start_offset: int = -1,
            partition_max_bytes: int = 0,
            replica_directory_id: Uuid = ZERO_UUID,
            high_watermark: int = 9223372036854775807,
        ) -> None:
            self.partition = partition
            self.current_leader_epoch = current_leader_epoch
            self.fetch_offset = fetch_offset
            self.last_fetched_epoch = last_fetched_epoch
            self.log_start_offset = log_start_offset
            self.partition_max_bytes = partition_max_bytes
            self.replica_directory_id = replica_directory_id
            self.high_watermark = high_watermark

    class ForgottenTopic(Message):
        """A part of FetchRequest."""

        __slots__ = (
            "topic",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (7, 12), None, "", None),
            ("topic_id", "uuid", (13, 18), None, ZERO_UUID, None),
            ("partitions", "[]int32", (7, 18), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic = topic
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        replica_id: int = -1,
        replica_state: FetchRequest.ReplicaState | None = None,
        max_wait_ms: int = 0,
        min_bytes: int = 0,
        max_bytes: int = 2147483647,
        isolation_level: int = 0,
        session_id: int = 0,
        session_epoch: int = -1,
        topics: list[FetchRequest.FetchTopic] = NEW,
        forgotten_topics_data: list[FetchRequest.ForgottenTopic] = NEW,
        rack_id: str = "",
    ) -> None:
        self.cluster_id = cluster_id
        self.replica_id = replica_id
        self.replica_state = replica_state
        self.max_wait_ms = max_wait_ms
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.isolation_level = isolation_level
        self.session_id = session_id
        self.session_epoch = session_epoch
        self.topics = [] if topics is NEW else topics
        self.forgotten_topics_data = [] if forgotten_topics_data is NEW else forgotten_topics_data
        self.rack_id = rack_id


class FetchResponse(Message):
    """Fetch response, versions 4-18, flexible from 12."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "session_id",
        "responses",
        "node_endpoints",
    )
    API_KEY: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (4, 18)
    FLEXIBLE: ClassVar[int | None] = 12
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (4, 18), None, 0, None),
        ("error_code", "int16", (7, 18), None, 0, None),
        ("session_id", "int32", (7, 18), None, 0, None),
        ("responses", "[]FetchableTopicResponse", (4, 18), None, NEW, None),
        ("node_endpoints", "[]NodeEndpoint", (16, 18), None, NEW, 0),
    )

    class FetchableTopicResponse(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "topic",
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (4, 12), None, "", None),
            ("topic_id", "uuid", (13, 18), None, ZERO_UUID, None),
            ("partitions", "[]PartitionData", (4, 18), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: Uuid = ZERO_UUID,
            partitions: list[FetchResponse.PartitionData] = NEW,
        ) -> None:
            self.topic = topic
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "high_watermark",
            "last_stable_offset",
            "log_start_offset",
            "diverging_epoch",
            "current_leader",
            "snapshot_id",
            "aborted_transactions",
            "preferred_read_replica",
            "records",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (4, 18), None, 0, None),
            ("error_code", "int16", (4, 18), None, 0, None),
            ("high_watermark", "int64", (4, 18), None, 0, None),
            ("last_stable_offset", "int64", (4, 18), None, -1, None),
            ("log_start_offset", "int64", (5, 18), None, -1, None),
            ("diverging_epoch", "EpochEndOffset", (12, 18), None, None, 0),
            ("current_leader", "LeaderIdAndEpoch", (12, 18), None, None, 1),
            ("snapshot_id", "SnapshotId", (12, 18), None, None, 2),
            ("aborted_transactions", "[]AbortedTransaction", (4, 18), (4, 18), NEW, None),
            ("preferred_read_replica", "int32", (11, 18), None, -1, None),
            ("records", "records", (4, 18), (4, 18), None, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            high_watermark: int = 0,
            last_stable_offset: int = -1,
            log_start_offset: int = -1,
            diverging_epoch: FetchResponse.EpochEndOffset | None = None,
            current_leader: FetchResponse.LeaderIdAndEpoch | None = None,
            snapshot_id: FetchResponse.SnapshotId | None = None,
            aborted_transactions: list[FetchResponse.AbortedTransaction] | None = NEW,
            preferred_read_replica: int = -1,
            records: Records | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.high_watermark = high_watermark
            self.last_stable_offset = last_stable_offset
            self.log_start_offset = log_start_offset
            self.diverging_epoch = diverging_epoch
            self.current_leader = current_leader
            self.snapshot_id = snapshot_id
            self.aborted_transactions = [] if aborted_transactions is NEW else aborted_transactions
            self.preferred_read_replica = preferred_read_replica
            self.records = records

    class EpochEndOffset(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "epoch",
            "end_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("epoch", "int32", (12, 18), None, -1, None),
            ("end_offset", "int64", (12, 18), None, -1, None),
        )

        def __init__(
            self,
            *,
            epoch: int = -1,
            end_offset: int = -1,
        ) -> None:
            self.epoch = epoch
            self.end_offset = end_offset

    class LeaderIdAndEpoch(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "leader_id",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("leader_id", "int32", (12, 18), None, -1, None),
            ("leader_epoch", "int32", (12, 18), None, -1, None),
        )

        def __init__(
            self,
            *,
            leader_id: int = -1,
            leader_epoch: int = -1,
        ) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch

    class SnapshotId(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "end_offset",
            "epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("end_offset", "int64", (12, 18), None, -1, None),
            ("epoch", "int32", (12, 18), None, -1, None),
        )

        def __init__(
            self,
            *,
            end_offset: int = -1,
            epoch: int = -1,
        ) -> None:
            self.end_offset = end_offset
            self.epoch = epoch

    class AbortedTransaction(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "producer_id",
            "first_offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("producer_id", "int64", (4, 18), None, 0, None),
            ("first_offset", "int64", (4, 18), None, 0, None),
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            first_offset: int = 0,
        ) -> None:
            self.producer_id = producer_id
            self.first_offset = first_offset

    class NodeEndpoint(Message):
        """A part of FetchResponse."""

        __slots__ = (
            "node_id",
            "host",
            "port",
            "rack",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("node_id", "int32", (16, 18), None, 0, None),
            ("host", "string", (16, 18), None, "", None),
            ("port", "int32", (16, 18), None, 0, None),
            ("rack", "string", (16, 18), (16, 18), None, None),
        )

        def __init__(
            self,
            *,
            node_id: int = 0,
            host: str = "",
            port: int = 0,
            rack: str | None = None,
        ) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.rack = rack

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        session_id: int = 0,
        responses: list[FetchResponse.FetchableTopicResponse] = NEW,
        node_endpoints: list[FetchResponse.NodeEndpoint] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.session_id = session_id
        self.responses = [] if responses is NEW else responses
        self.node_endpoints = [] if node_endpoints is NEW else node_endpoints
