"""Generated from protocol/messages/produce.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Records, Uuid, Versions


class ProduceRequest(Message):
    """Produce request, versions 3-13, flexible from 9."""

    __slots__ = (
        "transactional_id",
        "acks",
        "timeout_ms",
        "topic_data",
    )
    API_KEY: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (3, 13)
    FLEXIBLE: ClassVar[int | None] = 9
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactional_id", "string", (3, 13), (3, 13), None, None),
        ("acks", "int16", (3, 13), None, 0, None),
        ("timeout_ms", "int32", (3, 13), None, 0, None),
        ("topic_data", "[]TopicProduceData", (3, 13), None, NEW, None),
    )

    class TopicProduceData(Message):
        """A part of ProduceRequest."""

        __slots__ = (
            "name",
            "topic_id",
            "partition_data",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (3, 12), None, "", None),
            ("topic_id", "uuid", (13, 13), None, ZERO_UUID, None),
            ("partition_data", "[]PartitionProduceData", (3, 13), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partition_data: list[ProduceRequest.PartitionProduceData] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_data = [] if partition_data is NEW else partition_data

    class PartitionProduceData(Message):
        """A part of ProduceRequest."""

        __slots__ = (
            "index",
            "records",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("index", "int32", (3, 13), None, 0, None),
            ("records", "records", (3, 13), (3, 13), None, None),
        )

        def __init__(
            self,
            *,
            index: int = 0,
            records: Records | None = None,
        ) -> None:
            self.index = index
            self.records = records

    def __init__(
        self,
        *,
        transactional_id: str | None = None,
        acks: int = 0,
        timeout_ms: int = 0,
        topic_data: list[ProduceRequest.TopicProduceData] = NEW,
    ) -> None:
        self.transactional_id = transactional_id
        self.acks = acks
        self.timeout_ms = timeout_ms
        self.topic_data = [] if topic_data is NEW else topic_data


class ProduceResponse(Message):
    """Produce response, versions 3-13, flexible from 9."""

    __slots__ = (
        "responses",
        "throttle_time_ms",
        "node_endpoints",
    )
    API_KEY: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (3, 13)
    FLEXIBLE: ClassVar[int | None] = 9
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("responses", "[]TopicProduceResponse", (3, 13), None, NEW, None),
        ("throttle_time_ms", "int32", (3, 13), None, 0, None),
        ("node_endpoints", "[]NodeEndpoint", (10, 13), None, NEW, 0),
    )

    class TopicProduceResponse(Message):
        """A part of ProduceResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "partition_responses",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (3, 12), None, "", None),
            ("topic_id", "uuid", (13, 13), None, ZERO_UUID, None),
            ("partition_responses", "[]PartitionProduceResponse", (3, 13), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            partition_responses: list[ProduceResponse.PartitionProduceResponse] = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_responses = [] if partition_responses is NEW else partition_responses

    class PartitionProduceResponse(Message):
        """A part of ProduceResponse."""

        __slots__ = (
            "index",
            "error_code",
            "base_offset",
            "log_append_time_ms",
            "log_start_offset",
            "record_errors",
            "error_message",
            "current_leader",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("index", "int32", (3, 13), None, 0, None),
            ("error_code", "int16", (3, 13), None, 0, None),
            ("base_offset", "int64", (3, 13), None, 0, None),
            ("log_append_time_ms", "int64", (3, 13), None, -1, None),
            ("log_start_offset", "int64", (5, 13), None, -1, None),
            ("record_errors", "[]BatchIndexAndErrorMessage", (8, 13), None, NEW, None),
            ("error_message", "string", (8, 13), (8, 13), None, None),
            ("current_leader", "LeaderIdAndEpoch", (10, 13), None, None, 0),
        )

        def __init__(
            self,
            *,
            index: int = 0,
            error_code: int = 0,
            base_offset: int = 0,
            log_append_time_ms: int = -1,
            log_start_offset: int = -1,
            record_errors: list[ProduceResponse.BatchIndexAndErrorMessage] = NEW,
            error_message: str | None = None,
            current_leader: ProduceResponse.LeaderIdAndEpoch | None = None,
        ) -> None:
            self.index = index
            self.error_code = error_code
            self.base_offset = base_offset
            self.log_append_time_ms = log_append_time_ms
            self.log_start_offset = log_start_offset
            self.record_errors = [] if record_errors is NEW else record_errors
            self.error_message = error_message
            self.current_leader = current_leader

    class BatchIndexAndErrorMessage(Message):
        """A part of ProduceResponse."""

        __slots__ = (
            "batch_index",
            "batch_index_error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("batch_index", "int32", (8, 13), None, 0, None),
            ("batch_index_error_message", "string", (8, 13), (8, 13), None, None),
        )

        def __init__(
            self,
            *,
            batch_index: int = 0,
            batch_index_error_message: str | None = None,
        ) -> None:
            self.batch_index = batch_index
            self.batch_index_error_message = batch_index_error_message

    class LeaderIdAndEpoch(Message):
        """A part of ProduceResponse."""

        __slots__ = (
            "leader_id",
            "leader_epoch",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("leader_id", "int32", (10, 13), None, -1, None),
            ("leader_epoch", "int32", (10, 13), None, -1, None),
        )

        def __init__(
            self,
            *,
            leader_id: int = -1,
            leader_epoch: int = -1,
        ) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch

    class NodeEndpoint(Message):
        """A part of ProduceResponse."""

        __slots__ = (
            "node_id",
            "host",
            "port",
            "rack",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("node_id", "int32", (10, 13), None, 0, None),
            ("host", "string", (10, 13), None, "", None),
            ("port", "int32", (10, 13), None, 0, None),
            ("rack", "string", (10, 13), (10, 13), None, None),
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
        responses: list[ProduceResponse.TopicProduceResponse] = NEW,
        throttle_time_ms: int = 0,
        node_endpoints: list[ProduceResponse.NodeEndpoint] = NEW,
    ) -> None:
        self.responses = [] if responses is NEW else responses
        self.throttle_time_ms = throttle_time_ms
        self.node_endpoints = [] if node_endpoints is NEW else node_endpoints
