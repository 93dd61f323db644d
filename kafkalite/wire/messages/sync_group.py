"""Generated from protocol/messages/sync_group.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class SyncGroupRequest(Message):
    """SyncGroup request, versions 0-5, flexible from 4."""

    __slots__ = (
        "group_id",
        "generation_id",
        "member_id",
        "group_instance_id",
        "protocol_type",
        "protocol_name",
        "assignments",
    )
    API_KEY: ClassVar[int] = 14
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 5), None, "", None),
        ("generation_id", "int32", (0, 5), None, 0, None),
        ("member_id", "string", (0, 5), None, "", None),
        ("group_instance_id", "string", (3, 5), (3, 5), None, None),
        ("protocol_type", "string", (5, 5), (5, 5), None, None),
        ("protocol_name", "string", (5, 5), (5, 5), None, None),
        ("assignments", "[]SyncGroupRequestAssignment", (0, 5), None, NEW, None),
    )

    class SyncGroupRequestAssignment(Message):
        """A part of SyncGroupRequest."""

        __slots__ = (
            "member_id",
            "assignment",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (0, 5), None, "", None),
            ("assignment", "bytes", (0, 5), None, b"", None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            assignment: bytes = b"",
        ) -> None:
            self.member_id = member_id
            self.assignment = assignment

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id: int = 0,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignments: list[SyncGroupRequest.SyncGroupRequestAssignment] = NEW,
    ) -> None:
        self.group_id = group_id
        self.generation_id = generation_id
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignments = [] if assignments is NEW else assignments


class SyncGroupResponse(Message):
    """SyncGroup response, versions 0-5, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "protocol_type",
        "protocol_name",
        "assignment",
    )
    API_KEY: ClassVar[int] = 14
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 5), None, 0, None),
        ("error_code", "int16", (0, 5), None, 0, None),
        ("protocol_type", "string", (5, 5), (5, 5), None, None),
        ("protocol_name", "string", (5, 5), (5, 5), None, None),
        ("assignment", "bytes", (0, 5), None, b"", None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
        assignment: bytes = b"",
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.assignment = assignment
