"""Generated from protocol/messages/describe_groups.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeGroupsRequest(Message):
    """DescribeGroups request, versions 0-6, flexible from 5."""

    __slots__ = (
        "groups",
        "include_authorized_operations",
    )
    API_KEY: ClassVar[int] = 15
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 5
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("groups", "[]string", (0, 6), None, NEW, None),
        ("include_authorized_operations", "bool", (3, 6), None, False, None),
    )

    def __init__(
        self,
        *,
        groups: list[str] = NEW,
        include_authorized_operations: bool = False,
    ) -> None:
        self.groups = [] if groups is NEW else groups
        self.include_authorized_operations = include_authorized_operations


class DescribeGroupsResponse(Message):
    """DescribeGroups response, versions 0-6, flexible from 5."""

    __slots__ = (
        "throttle_time_ms",
        "groups",
    )
    API_KEY: ClassVar[int] = 15
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 5
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 6), None, 0, None),
        ("groups", "[]DescribedGroup", (0, 6), None, NEW, None),
    )

    class DescribedGroup(Message):
        """A part of DescribeGroupsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "protocol_type",
            "protocol_data",
            "members",
            "authorized_operations",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 6), None, 0, None),
            ("error_message", "string", (6, 6), (6, 6), None, None),
            ("group_id", "string", (0, 6), None, "", None),
            ("group_state", "string", (0, 6), None, "", None),
            ("protocol_type", "string", (0, 6), None, "", None),
            ("protocol_data", "string", (0, 6), None, "", None),
            ("members", "[]DescribedGroupMember", (0, 6), None, NEW, None),
            ("authorized_operations", "int32", (3, 6), None, -2147483648, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = None,
            group_id: str = "",
            group_state: str = "",
            protocol_type: str = "",
            protocol_data: str = "",
            members: list[DescribeGroupsResponse.DescribedGroupMember] = NEW,
            authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.protocol_type = protocol_type
            self.protocol_data = protocol_data
            self.members = [] if members is NEW else members
            self.authorized_operations = authorized_operations

    class DescribedGroupMember(Message):
        """A part of DescribeGroupsResponse."""

        __slots__ = (
            "member_id",
            "group_instance_id",
            "client_id",
            "client_host",
            "member_metadata",
            "member_assignment",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (0, 6), None, "", None),
            ("group_instance_id", "string", (4, 6), (4, 6), None, None),
            ("client_id", "string", (0, 6), None, "", None),
            ("client_host", "string", (0, 6), None, "", None),
            ("member_metadata", "bytes", (0, 6), None, b"", None),
            ("member_assignment", "bytes", (0, 6), None, b"", None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            member_metadata: bytes = b"",
            member_assignment: bytes = b"",
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.client_id = client_id
            self.client_host = client_host
            self.member_metadata = member_metadata
            self.member_assignment = member_assignment

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[DescribeGroupsResponse.DescribedGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is NEW else groups
