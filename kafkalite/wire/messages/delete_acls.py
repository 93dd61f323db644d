"""Generated from protocol/messages/delete_acls.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DeleteAclsRequest(Message):
    """DeleteAcls request, versions 1-3, flexible from 2."""

    __slots__ = ("filters",)
    API_KEY: ClassVar[int] = 31
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("filters", "[]DeleteAclsFilter", (1, 3), None, NEW, None),)

    class DeleteAclsFilter(Message):
        """A part of DeleteAclsRequest."""

        __slots__ = (
            "resource_type_filter",
            "resource_name_filter",
            "pattern_type_filter",
            "principal_filter",
            "host_filter",
            "operation",
            "permission_type",
        )
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

    def __init__(
        self,
        *,
        filters: list[DeleteAclsRequest.DeleteAclsFilter] = NEW,
    ) -> None:
        self.filters = [] if filters is NEW else filters


class DeleteAclsResponse(Message):
    """DeleteAcls response, versions 1-3, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "filter_results",
    )
    API_KEY: ClassVar[int] = 31
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 3), None, 0, None),
        ("filter_results", "[]DeleteAclsFilterResult", (1, 3), None, NEW, None),
    )

    class DeleteAclsFilterResult(Message):
        """A part of DeleteAclsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "matching_acls",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 3), None, 0, None),
            ("error_message", "string", (1, 3), (1, 3), "", None),
            ("matching_acls", "[]DeleteAclsMatchingAcl", (1, 3), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            matching_acls: list[DeleteAclsResponse.DeleteAclsMatchingAcl] = NEW,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.matching_acls = [] if matching_acls is NEW else matching_acls

    class DeleteAclsMatchingAcl(Message):
        """A part of DeleteAclsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "resource_type",
            "resource_name",
            "pattern_type",
            "principal",
            "host",
            "operation",
            "permission_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 3), None, 0, None),
            ("error_message", "string", (1, 3), (1, 3), "", None),
            ("resource_type", "int8", (1, 3), None, 0, None),
            ("resource_name", "string", (1, 3), None, "", None),
            ("pattern_type", "int8", (1, 3), None, 3, None),
            ("principal", "string", (1, 3), None, "", None),
            ("host", "string", (1, 3), None, "", None),
            ("operation", "int8", (1, 3), None, 0, None),
            ("permission_type", "int8", (1, 3), None, 0, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
            pattern_type: int = 3,
            principal: str = "",
            host: str = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.pattern_type = pattern_type
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        filter_results: list[DeleteAclsResponse.DeleteAclsFilterResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.filter_results = [] if filter_results is NEW else filter_results
