"""Generated from protocol/messages/heartbeat.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class HeartbeatRequest(Message):
    """Heartbeat request, versions 0-4, flexible from 4."""

    __slots__ = (
        "group_id",
        "generation_id",
        "member_id",
        "group_instance_id",
    )
    API_KEY: ClassVar[int] = 12
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 4), None, "", None),
        ("generation_id", "int32", (0, 4), None, 0, None),
        ("member_id", "string", (0, 4), None, "", None),
        ("group_instance_id", "string", (3, 4), (3, 4), None, None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id


class HeartbeatResponse(Message):
    """Heartbeat response, versions 0-4, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
    )
    API_KEY: ClassVar[int] = 12
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 4), None, 0, None),
        ("error_code", "int16", (0, 4), None, 0, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
