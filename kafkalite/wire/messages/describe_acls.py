"""Generated from protocol/messages/describe_acls.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeAclsRequest(Message):
    """DescribeAcls request, versions 1-3, flexible from 2."""

    __slots__ = (
        "resource_type_filter",
        "resource_name_filter",
        "pattern_type_filter",
        "principal_filter",
        "host_filter",
        "operation",
        "permission_type",
    )
    API_KEY: ClassVar[int] = 29
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("resource_type_filter", "int8", (1, 3), None, 0, None),
        ("resource_name_filter", "string", (1, 3), (1, 3), "", None),
        ("pattern_type_filter", "int8", (1, 3), None, 3, None),
        ("principal_filter", "string", (1, 3), (1, 3), "", None),
        ("host_filter", "string", (1, 3), (1, 3), "", None),
        ("operation", "int8", (1, 3), None, 0, None),
        ("permission_type", "int8", (1, 3), None, 0, None),
    )

    def __init__(
        self,
        *,
        resource_type_filter: int = 0,
        resource_name_filter: str | None = "",
        pattern_type_filter: int = 3,
        principal_filter: str | None = "",
        host_filter: str | None = "",
        operation: int = 0,
        permission_type: int = 0,
    ) -> None:
        self.resource_type_filter = resource_type_filter
        self.resource_name_filter = resource_name_filter
        self.pattern_type_filter = pattern_type_filter
        self.principal_filter = principal_filter
        self.host_filter = host_filter
        self.operation = operation
        self.permission_type = permission_type


class DescribeAclsResponse(Message):
    """DescribeAcls response, versions 1-3, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "resources",
    )
    API_KEY: ClassVar[int] = 29
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 3), None, 0, None),
        ("error_code", "int16", (1, 3), None, 0, None),
        ("error_message", "string", (1, 3), (1, 3), "", None),
        ("resources", "[]DescribeAclsResource", (1, 3), None, NEW, None),
    )

    class DescribeAclsResource(Message):
        """A part of DescribeAclsResponse."""

        __slots__ = (
            "resource_type",
            "resource_name",
            "pattern_type",
            "acls",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_type", "int8", (1, 3), None, 0, None),
            ("resource_name", "string", (1, 3), None, "", None),
            ("pattern_type", "int8", (1, 3), None, 3, None),
            ("acls", "[]AclDescription", (1, 3), None, NEW, None),
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            pattern_type: int = 3,
            acls: list[DescribeAclsResponse.AclDescription] = NEW,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.pattern_type = pattern_type
            self.acls = [] if acls is NEW else acls

    class AclDescription(Message):
        """A part of DescribeAclsResponse."""

        __slots__ = (
            "principal",
            "host",
            "operation",
            "permission_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("principal", "string", (1, 3), None, "", None),
            ("host", "string", (1, 3), None, "", None),
            ("operation", "int8", (1, 3), None, 0, None),
            ("permission_type", "int8", (1, 3), None, 0, None),
        )

        def __init__(
            self,
            *,
            principal: str = "",
            host: str = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        resources: list[DescribeAclsResponse.DescribeAclsResource] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.resources = [] if resources is NEW else resources
