"""Generated from protocol/messages/share_fetch.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Records, Uuid, Versions


class ShareFetchRequest(Message):
    """ShareFetch request, versions 1-2, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "share_session_epoch",
        "max_wait_ms",
        "min_bytes",
        "max_bytes",
        "max_records",
        "batch_size",
        "share_acquire_mode",
        "is_renew_ack",
        "topics",
        "forgotten_topics_data",
    )
    API_KEY: ClassVar[int] = 78
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (1, 2), (1, 2), None, None),
        ("member_id", "string", (1, 2), (1, 2), "", None),
        ("share_session_epoch", "int32", (1, 2), None, 0, None),
        ("max_wait_ms", "int32", (1, 2), None, 0, None),
        ("min_bytes", "int32", (1, 2), None, 0, None),
        ("max_bytes", "int32", (1, 2), None, 2147483647, None),
        ("max_records", "int32", (1, 2), None, 0, None),
        ("batch_size", "int32", (1, 2), None, 0, None),
        ("share_acquire_mode", "int8", (2, 2), None, 0, None),
        ("is_renew_ack", "bool", (2, 2), None, False, None),
        ("topics", "[]FetchTopic", (1, 2), None, NEW, None),
        ("forgotten_topics_data", "[]ForgottenTopic", (1, 2), None, NEW, None),
    )

    class FetchTopic(Message):
        """A part of ShareFetchRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 2), None, ZERO_UUID, None),
            ("partitions", "[]FetchPartition", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ShareFetchRequest.FetchPartition] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class FetchPartition(Message):
        """A part of ShareFetchRequest."""

        __slots__ = (
            "partition_index",
            "acknowledgement_batches",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 2), None, 0, None),
            ("acknowledgement_batches", "[]AcknowledgementBatch", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            acknowledgement_batches: list[ShareFetchRequest.AcknowledgementBatch] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.acknowledgement_batches = [] if acknowledgement_batches is NEW else acknowledgement_batches

    class AcknowledgementBatch(Message):
        """A part of ShareFetchRequest."""

        __slots__ = (
            "first_offset",
            "last_offset",
            "acknowledge_types",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("first_offset", "int64", (1, 2), None, 0, None),
            ("last_offset", "int64", (1, 2), None, 0, None),
            ("acknowledge_types", "[]int8", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            acknowledge_types: list[int] = NEW,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.acknowledge_types = [] if acknowledge_types is NEW else acknowledge_types

    class ForgottenTopic(Message):
        """A part of ShareFetchRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 2), None, ZERO_UUID, None),
            ("partitions", "[]int32", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        max_wait_ms: int = 0,
        min_bytes: int = 0,
        max_bytes: int = 2147483647,
        max_records: int = 0,
        batch_size: int = 0,
        share_acquire_mode: int = 0,
        is_renew_ack: bool = False,
        topics: list[ShareFetchRequest.FetchTopic] = NEW,
        forgotten_topics_data: list[ShareFetchRequest.ForgottenTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.max_wait_ms = max_wait_ms
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.max_records = max_records
        self.batch_size = batch_size
        self.share_acquire_mode = share_acquire_mode
        self.is_renew_ack = is_renew_ack
        self.topics = [] if topics is NEW else topics
        self.forgotten_topics_data = [] if forgotten_topics_data is NEW else forgotten_topics_data


class ShareFetchResponse(Message):
    """ShareFetch response, versions 1-2, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "acquisition_lock_timeout_ms",
        "responses",
        "node_endpoints",
    )
    API_KEY: ClassVar[int] = 78
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 2), None, 0, None),
        ("error_code", "int16", (1, 2), None, 0, None),
        ("error_message", "string", (1, 2), (1, 2), None, None),
        ("acquisition_lock_timeout_ms", "int32", (1, 2), None, 0, None),
        ("responses", "[]ShareFetchableTopicResponse", (1, 2), None, NEW, None),
        ("node_endpoints", "[]NodeEndpoint", (1, 2), None, NEW, None),
    )

    class ShareFetchableTopicResponse(Message):
        """A part of ShareFetchResponse."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 2), None, ZERO_UUID, None),
            ("partitions", "[]PartitionData", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ShareFetchResponse.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of ShareFetchResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "acknowledge_error_code",
            "acknowledge_error_message",
            "current_leader",
            "records",
            "acquired_records",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 2), None, 0, None),
            ("error_code", "int16", (1, 2), None, 0, None),
            ("error_message", "string", (1, 2), (1, 2), None, None),
            ("acknowledge_error_code", "int16", (1, 2), None, 0, None),
            ("acknowledge_error_message", "string", (1, 2), (1, 2), None, None),
            ("current_leader", "LeaderIdAndEpoch", (1, 2), None, NEW, None),
            ("records", "records", (1, 2), None, b"", None),
            ("acquired_records", "[]AcquiredRecords", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            acknowledge_error_code: int = 0,
            acknowledge_error_message: str | None = None,
            current_leader: ShareFetchResponse.LeaderIdAndEpoch = NEW,
            records: Records = b"",
            acquired_records: list[ShareFetchResponse.AcquiredRecords] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.acknowledge_error_code = acknowledge_error_code
            self.acknowledge_error_message = acknowledge_error_message
            self.current_leader = ShareFetchResponse.LeaderIdAndEpoch() if current_leader is NEW else current_leader
            self.records = records
            self.acquired_records = [] if acquired_records is NEW else acquired_records

    class LeaderIdAndEpoch(Message):
        """A part of ShareFetchResponse."""

        __slots__ = (
            "leader_id",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("leader_id", "int32", (1, 2), None, 0, None),
            ("leader_epoch", "int32", (1, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            leader_id: int = 0,
            leader_epoch: int = 0,
        ) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch

    class AcquiredRecords(Message):
        """A part of ShareFetchResponse."""

        __slots__ = (
            "first_offset",
            "last_offset",
            "delivery_count",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("first_offset", "int64", (1, 2), None, 0, None),
            ("last_offset", "int64", (1, 2), None, 0, None),
            ("delivery_count", "int16", (1, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_count = delivery_count

    class NodeEndpoint(Message):
        """A part of ShareFetchResponse."""

        __slots__ = (
            "node_id",
            "host",
            "port",
            "rack",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("node_id", "int32", (1, 2), None, 0, None),
            ("host", "string", (1, 2), None, "", None),
            ("port", "int32", (1, 2), None, 0, None),
            ("rack", "string", (1, 2), (1, 2), None, None),
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
        error_message: str | None = None,
        acquisition_lock_timeout_ms: int = 0,
        responses: list[ShareFetchResponse.ShareFetchableTopicResponse] = NEW,
        node_endpoints: list[ShareFetchResponse.NodeEndpoint] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses = [] if responses is NEW else responses
        self.node_endpoints = [] if node_endpoints is NEW else node_endpoints
