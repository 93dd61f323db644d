"""Generated from protocol/messages/join_group.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class JoinGroupRequest(Message):
    """JoinGroup request, versions 0-9, flexible from 6."""

    __slots__ = (
        "group_id",
        "session_timeout_ms",
        "rebalance_timeout_ms",
        "member_id",
        "group_instance_id",
        "protocol_type",
        "protocols",
        "reason",
    )
    API_KEY: ClassVar[int] = 11
    VERSIONS: ClassVar[Versions] = (0, 9)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 9), None, "", None),
        ("session_timeout_ms", "int32", (0, 9), None, 0, None),
        ("rebalance_timeout_ms", "int32", (1, 9), None, -1, None),
        ("member_id", "string", (0, 9), None, "", None),
        ("group_instance_id", "string", (5, 9), (5, 9), None, None),
        ("protocol_type", "string", (0, 9), None, "", None),
        ("protocols", "[]JoinGroupRequestProtocol", (0, 9), None, NEW, None),
        ("reason", "string", (8, 9), (8, 9), None, None),
    )

    class JoinGroupRequestProtocol(Message):
        """A part of JoinGroupRequest."""

        __slots__ = (
            "name",
            "metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 9), None, "", None),
            ("metadata", "bytes", (0, 9), None, b"", None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            metadata: bytes = b"",
        ) -> None:
            self.name = name
            self.metadata = metadata

    def __init__(
        self,
        *,
        group_id: str = "",
        session_timeout_ms: int = 0,
        rebalance_timeout_ms: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        protocol_type: str = "",
        protocols: list[JoinGroupRequest.JoinGroupRequestProtocol] = NEW,
        reason: str | None = None,
    ) -> None:
        self.group_id = group_id
        self.session_timeout_ms = session_timeout_ms
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.protocol_type = protocol_type
        self.protocols = [] if protocols is NEW else protocols
        self.reason = reason


class JoinGroupResponse(Message):
    """JoinGroup response, versions 0-9, flexible from 6."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "generation_id",
        "protocol_type",
        "protocol_name",
        "leader",
        "skip_assignment",
        "member_id",
        "members",
    )
    API_KEY: ClassVar[int] = 11
    VERSIONS: ClassVar[Versions] = (0, 9)
    FLEXIBLE: ClassVar[int | None] = 6
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (2, 9), None, 0, None),
        ("error_code", "int16", (0, 9), None, 0, None),
        ("generation_id", "int32", (0, 9), None, -1, None),
        ("protocol_type", "string", (7, 9), (7, 9), None, None),
        ("protocol_name", "string", (0, 9), (7, 9), "", None),
        ("leader", "string", (0, 9), None, "", None),
        ("skip_assignment", "bool", (9, 9), None, False, None),
        ("member_id", "string", (0, 9), None, "", None),
        ("members", "[]JoinGroupResponseMember", (0, 9), None, NEW, None),
    )

    class JoinGroupResponseMember(Message):
        """A part of JoinGroupResponse."""

        __slots__ = (
            "member_id",
            "group_instance_id",
            "metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (0, 9), None, "", None),
            ("group_instance_id", "string", (5, 9), (5, 9), None, None),
            ("metadata", "bytes", (0, 9), None, b"", None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            metadata: bytes = b"",
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.metadata = metadata

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        generation_id: int = -1,
        protocol_type: str | None = None,
        protocol_name: str | None = "",
        leader: str = "",
        skip_assignment: bool = False,
        member_id: str = "",
        members: list[JoinGroupResponse.JoinGroupResponseMember] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.generation_id = generation_id
        self.protocol_type = protocol_type
        self.protocol_name = protocol_name
        self.leader = leader
        self.skip_assignment = skip_assignment
        self.member_id = member_id
        self.members = [] if members is NEW else members
