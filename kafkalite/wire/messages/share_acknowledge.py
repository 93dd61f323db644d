"""Generated from protocol/messages/share_acknowledge.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ShareAcknowledgeRequest(Message):
    """ShareAcknowledge request, versions 1-2, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "share_session_epoch",
        "is_renew_ack",
        "topics",
    )
    API_KEY: ClassVar[int] = 79
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (1, 2), (1, 2), None, None),
        ("member_id", "string", (1, 2), (1, 2), "", None),
        ("share_session_epoch", "int32", (1, 2), None, 0, None),
        ("is_renew_ack", "bool", (2, 2), None, False, None),
        ("topics", "[]AcknowledgeTopic", (1, 2), None, NEW, None),
    )

    class AcknowledgeTopic(Message):
        """A part of ShareAcknowledgeRequest."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 2), None, ZERO_UUID, None),
            ("partitions", "[]AcknowledgePartition", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[ShareAcknowledgeRequest.AcknowledgePartition] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class AcknowledgePartition(Message):
        """A part of ShareAcknowledgeRequest."""

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
            acknowledgement_batches: list[ShareAcknowledgeRequest.AcknowledgementBatch] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.acknowledgement_batches = [] if acknowledgement_batches is NEW else acknowledgement_batches

    class AcknowledgementBatch(Message):
        """A part of ShareAcknowledgeRequest."""

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

    def __init__(
        self,
        *,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        is_renew_ack: bool = False,
        topics: list[ShareAcknowledgeRequest.AcknowledgeTopic] = NEW,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.is_renew_ack = is_renew_ack
        self.topics = [] if topics is NEW else topics


class ShareAcknowledgeResponse(Message):
    """ShareAcknowledge response, versions 1-2, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "acquisition_lock_timeout_ms",
        "responses",
        "node_endpoints",
    )
    API_KEY: ClassVar[int] = 79
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 2), None, 0, None),
        ("error_code", "int16", (1, 2), None, 0, None),
        ("error_message", "string", (1, 2), (1, 2), None, None),
        ("acquisition_lock_timeout_ms", "int32", (2, 2), None, 0, None),
        ("responses", "[]ShareAcknowledgeTopicResponse", (1, 2), None, NEW, None),
        ("node_endpoints", "[]NodeEndpoint", (1, 2), None, NEW, None),
    )

    class ShareAcknowledgeTopicResponse(Message):
        """A part of ShareAcknowledgeResponse."""

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
            partitions: list[ShareAcknowledgeResponse.PartitionData] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    class PartitionData(Message):
        """A part of ShareAcknowledgeResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "current_leader",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 2), None, 0, None),
            ("error_code", "int16", (1, 2), None, 0, None),
            ("error_message", "string", (1, 2), (1, 2), None, None),
            ("current_leader", "LeaderIdAndEpoch", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            current_leader: ShareAcknowledgeResponse.LeaderIdAndEpoch = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.current_leader = (
                ShareAcknowledgeResponse.LeaderIdAndEpoch() if current_leader is NEW else current_leader
            )

    class LeaderIdAndEpoch(Message):
        """A part of ShareAcknowledgeResponse."""

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

    class NodeEndpoint(Message):
        """A part of ShareAcknowledgeResponse."""

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
        responses: list[ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse] = NEW,
        node_endpoints: list[ShareAcknowledgeResponse.NodeEndpoint] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses = [] if responses is NEW else responses
        self.node_endpoints = [] if node_endpoints is NEW else node_endpoints
