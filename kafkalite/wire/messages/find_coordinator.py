"""Generated from protocol/messages/find_coordinator.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class FindCoordinatorRequest(Message):
    """FindCoordinator request, versions 0-6, flexible from 3."""

    __slots__ = (
        "key",
        "key_type",
        "coordinator_keys",
    )
    API_KEY: ClassVar[int] = 10
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("key", "string", (0, 3), None, "", None),
        ("key_type", "int8", (1, 6), None, 0, None),
        ("coordinator_keys", "[]string", (4, 6), None, NEW, None),
    )

    def __init__(
        self,
        *,
        key: str = "",
        key_type: int = 0,
        coordinator_keys: list[str] = NEW,
    ) -> None:
        self.key = key
        self.key_type = key_type
        self.coordinator_keys = [] if coordinator_keys is NEW else coordinator_keys


class FindCoordinatorResponse(Message):
    """FindCoordinator response, versions 0-6, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "node_id",
        "host",
        "port",
        "coordinators",
    )
    API_KEY: ClassVar[int] = 10
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 6), None, 0, None),
        ("error_code", "int16", (0, 3), None, 0, None),
        ("error_message", "string", (1, 3), (1, 3), "", None),
        ("node_id", "int32", (0, 3), None, 0, None),
        ("host", "string", (0, 3), None, "", None),
        ("port", "int32", (0, 3), None, 0, None),
        ("coordinators", "[]Coordinator", (4, 6), None, NEW, None),
    )

    class Coordinator(Message):
        """A part of FindCoordinatorResponse."""

        __slots__ = (
            "key",
            "node_id",
            "host",
            "port",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (4, 6), None, "", None),
            ("node_id", "int32", (4, 6), None, 0, None),
            ("host", "string", (4, 6), None, "", None),
            ("port", "int32", (4, 6), None, 0, None),
            ("error_code", "int16", (4, 6), None, 0, None),
            ("error_message", "string", (4, 6), (4, 6), "", None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            node_id: int = 0,
            host: str = "",
            port: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.key = key
            self.node_id = node_id
            self.host = host
            self.port = port
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        node_id: int = 0,
        host: str = "",
        port: int = 0,
        coordinators: list[FindCoordinatorResponse.Coordinator] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.node_id = node_id
        self.host = host
        self.port = port
        self.coordinators = [] if coordinators is NEW else coordinators
