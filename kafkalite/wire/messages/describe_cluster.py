"""Generated from protocol/messages/describe_cluster.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeClusterRequest(Message):
    """DescribeCluster request, versions 0-2, flexible from 0."""

    __slots__ = (
        "include_cluster_authorized_operations",
        "endpoint_type",
        "include_fenced_brokers",
    )
    API_KEY: ClassVar[int] = 60
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("include_cluster_authorized_operations", "bool", (0, 2), None, False, None),
        ("endpoint_type", "int8", (1, 2), None, 1, None),
        ("include_fenced_brokers", "bool", (2, 2), None, False, None),
    )

    def __init__(
        self,
        *,
        include_cluster_authorized_operations: bool = False,
        endpoint_type: int = 1,
        include_fenced_brokers: bool = False,
    ) -> None:
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.endpoint_type = endpoint_type
        self.include_fenced_brokers = include_fenced_brokers


class DescribeClusterResponse(Message):
    """DescribeCluster response, versions 0-2, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "endpoint_type",
        "cluster_id",
        "controller_id",
        "brokers",
        "cluster_authorized_operations",
    )
    API_KEY: ClassVar[int] = 60
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("error_code", "int16", (0, 2), None, 0, None),
        ("error_message", "string", (0, 2), (0, 2), None, None),
        ("endpoint_type", "int8", (1, 2), None, 1, None),
        ("cluster_id", "string", (0, 2), None, "", None),
        ("controller_id", "int32", (0, 2), None, -1, None),
        ("brokers", "[]DescribeClusterBroker", (0, 2), None, NEW, None),
        ("cluster_authorized_operations", "int32", (0, 2), None, -2147483648, None),
    )

    class DescribeClusterBroker(Message):
        """A part of DescribeClusterResponse."""

        __slots__ = (
            "broker_id",
            "host",
            "port",
            "rack",
            "is_fenced",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("broker_id", "int32", (0, 2), None, 0, None),
            ("host", "string", (0, 2), None, "", None),
            ("port", "int32", (0, 2), None, 0, None),
            ("rack", "string", (0, 2), (0, 2), None, None),
            ("is_fenced", "bool", (2, 2), None, False, None),
        )

        def __init__(
            self,
            *,
            broker_id: int = 0,
            host: str = "",
            port: int = 0,
            rack: str | None = None,
            is_fenced: bool = False,
        ) -> None:
            self.broker_id = broker_id
            self.host = host
            self.port = port
            self.rack = rack
            self.is_fenced = is_fenced

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        endpoint_type: int = 1,
        cluster_id: str = "",
        controller_id: int = -1,
        brokers: list[DescribeClusterResponse.DescribeClusterBroker] = NEW,
        cluster_authorized_operations: int = -2147483648,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.endpoint_type = endpoint_type
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.brokers = [] if brokers is NEW else brokers
        self.cluster_authorized_operations = cluster_authorized_operations
