"""Generated from protocol/messages/metadata.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class MetadataRequest(Message):
    """Metadata request, versions 0-13, flexible from 9."""

    __slots__ = (
        "topics",
        "allow_auto_topic_creation",
        "include_cluster_authorized_operations",
        "include_topic_authorized_operations",
    )
    API_KEY: ClassVar[int] = 3
    VERSIONS: ClassVar[Versions] = (0, 13)
    FLEXIBLE: ClassVar[int | None] = 9
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]MetadataRequestTopic", (0, 13), (1, 13), NEW, None),
        ("allow_auto_topic_creation", "bool", (4, 13), None, True, None),
        ("include_cluster_authorized_operations", "bool", (8, 10), None, False, None),
        ("include_topic_authorized_operations", "bool", (8, 13), None, False, None),
    )

    class MetadataRequestTopic(Message):
        """A part of MetadataRequest."""

        __slots__ = (
            "topic_id",
            "name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (10, 13), None, ZERO_UUID, None),
            ("name", "string", (0, 13), (10, 13), "", None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            name: str | None = "",
        ) -> None:
            self.topic_id = topic_id
            self.name = name

    def __init__(
        self,
        *,
        topics: list[MetadataRequest.MetadataRequestTopic] | None = NEW,
        allow_auto_topic_creation: bool = True,
        include_cluster_authorized_operations: bool = False,
        include_topic_authorized_operations: bool = False,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.allow_auto_topic_creation = allow_auto_topic_creation
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.include_topic_authorized_operations = include_topic_authorized_operations


class MetadataResponse(Message):
    """Metadata response, versions 0-13, flexible from 9."""

    __slots__ = (
        "throttle_time_ms",
        "brokers",
        "cluster_id",
        "controller_id",
        "topics",
        "cluster_authorized_operations",
        "error_code",
    )
    API_KEY: ClassVar[int] = 3
    VERSIONS: ClassVar[Versions] = (0, 13)
    FLEXIBLE: ClassVar[int | None] = 9
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (3, 13), None, 0, None),
        ("brokers", "[]MetadataResponseBroker", (0, 13), None, NEW, None),
        ("cluster_id", "string", (2, 13), (2, 13), None, None),
        ("controller_id", "int32", (1, 13), None, -1, None),
        ("topics", "[]MetadataResponseTopic", (0, 13), None, NEW, None),
        ("cluster_authorized_operations", "int32", (8, 10), None, -2147483648, None),
        ("error_code", "int16", (13, 13), None, 0, None),
    )

    class MetadataResponseBroker(Message):
        """A part of MetadataResponse."""

        __slots__ = (
            "node_id",
            "host",
            "port",
            "rack",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("node_id", "int32", (0, 13), None, 0, None),
            ("host", "string", (0, 13), None, "", None),
            ("port", "int32", (0, 13), None, 0, None),
            ("rack", "string", (1, 13), (1, 13), None, None),
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

    class MetadataResponseTopic(Message):
        """A part of MetadataResponse."""

        __slots__ = (
            "error_code",
            "name",
            "topic_id",
            "is_internal",
            "partitions",
            "topic_authorized_operations",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 13), None, 0, None),
            ("name", "string", (0, 13), (12, 13), "", None),
            ("topic_id", "uuid", (10, 13), None, ZERO_UUID, None),
            ("is_internal", "bool", (1, 13), None, False, None),
            ("partitions", "[]MetadataResponsePartition", (0, 13), None, NEW, None),
            ("topic_authorized_operations", "int32", (8, 13), None, -2147483648, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            name: str | None = "",
            topic_id: Uuid = ZERO_UUID,
            is_internal: bool = False,
            partitions: list[MetadataResponse.MetadataResponsePartition] = NEW,
            topic_authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.name = name
            self.topic_id = topic_id
            self.is_internal = is_internal
            self.partitions = [] if partitions is NEW else partitions
            self.topic_authorized_operations = topic_authorized_operations

    class MetadataResponsePartition(Message):
        """A part of MetadataResponse."""

        __slots__ = (
            "error_code",
            "partition_index",
            "leader_id",
            "leader_epoch",
            "replica_nodes",
            "isr_nodes",
            "offline_replicas",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 13), None, 0, None),
            ("partition_index", "int32", (0, 13), None, 0, None),
            ("leader_id", "int32", (0, 13), None, 0, None),
            ("leader_epoch", "int32", (7, 13), None, -1, None),
            ("replica_nodes", "[]int32", (0, 13), None, NEW, None),
            ("isr_nodes", "[]int32", (0, 13), None, NEW, None),
            ("offline_replicas", "[]int32", (5, 13), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            partition_index: int = 0,
            leader_id: int = 0,
            leader_epoch: int = -1,
            replica_nodes: list[int] = NEW,
            isr_nodes: list[int] = NEW,
            offline_replicas: list[int] = NEW,
        ) -> None:
            self.error_code = error_code
            self.partition_index = partition_index
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.replica_nodes = [] if replica_nodes is NEW else replica_nodes
            self.isr_nodes = [] if isr_nodes is NEW else isr_nodes
            self.offline_replicas = [] if offline_replicas is NEW else offline_replicas

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        brokers: list[MetadataResponse.MetadataResponseBroker] = NEW,
        cluster_id: str | None = None,
        controller_id: int = -1,
        topics: list[MetadataResponse.MetadataResponseTopic] = NEW,
        cluster_authorized_operations: int = -2147483648,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.brokers = [] if brokers is NEW else brokers
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.topics = [] if topics is NEW else topics
        self.cluster_authorized_operations = cluster_authorized_operations
        self.error_code = error_code
