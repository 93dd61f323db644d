"""Generated from protocol/messages/leave_group.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class LeaveGroupRequest(Message):
    """LeaveGroup request, versions 0-5, flexible from 4."""

    __slots__ = (
        "group_id",
        "member_id",
        "members",
    )
    API_KEY: ClassVar[int] = 13
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 5), None, "", None),
        ("member_id", "string", (0, 2), None, "", None),
        ("members", "[]MemberIdentity", (3, 5), None, NEW, None),
    )

    class MemberIdentity(Message):
        """A part of LeaveGroupRequest."""

        __slots__ = (
            "member_id",
            "group_instance_id",
            "reason",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (3, 5), None, "", None),
            ("group_instance_id", "string", (3, 5), (3, 5), None, None),
            ("reason", "string", (5, 5), (5, 5), None, None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            reason: str | None = None,
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.reason = reason

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        members: list[LeaveGroupRequest.MemberIdentity] = NEW,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.members = [] if members is NEW else members


class LeaveGroupResponse(Message):
    """LeaveGroup response, versions 0-5, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "members",
    )
    API_KEY: ClassVar[int] = 13
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 5), None, 0, None),
        ("error_code", "int16", (0, 5), None, 0, None),
        ("members", "[]MemberResponse", (3, 5), None, NEW, None),
    )

    class MemberResponse(Message):
        """A part of LeaveGroupResponse."""

        __slots__ = (
            "member_id",
            "group_instance_id",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (3, 5), None, "", None),
            ("group_instance_id", "string", (3, 5), (3, 5), "", None),
            ("error_code", "int16", (3, 5), None, 0, None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = "",
            error_code: int = 0,
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.error_code = error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        members: list[LeaveGroupResponse.MemberResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.members = [] if members is NEW else members
