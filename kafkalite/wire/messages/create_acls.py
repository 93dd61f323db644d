"""Generated from protocol/messages/create_acls.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class CreateAclsRequest(Message):
    """CreateAcls request, versions 1-3, flexible from 2."""

    __slots__ = ("creations",)
    API_KEY: ClassVar[int] = 30
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("creations", "[]AclCreation", (1, 3), None, NEW, None),)

    class AclCreation(Message):
        """A part of CreateAclsRequest."""

        __slots__ = (
            "resource_type",
            "resource_name",
            "resource_pattern_type",
            "principal",
            "host",
            "operation",
            "permission_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_type", "int8", (1, 3), None, 0, None),
            ("resource_name", "string", (1, 3), None, "", None),
            ("resource_pattern_type", "int8", (1, 3), None, 3, None),
            ("principal", "string", (1, 3), None, "", None),
            ("host", "string", (1, 3), None, "", None),
            ("operation", "int8", (1, 3), None, 0, None),
            ("permission_type", "int8", (1, 3), None, 0, None),
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            resource_pattern_type: int = 3,
            principal: str = "",
            host: str = "",
            operation: int = 0,
            permission_type: int = 0,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.resource_pattern_type = resource_pattern_type
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission_type = permission_type

    def __init__(
        self,
        *,
        creations: list[CreateAclsRequest.AclCreation] = NEW,
    ) -> None:
        self.creations = [] if creations is NEW else creations


class CreateAclsResponse(Message):
    """CreateAcls response, versions 1-3, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 30
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 3), None, 0, None),
        ("results", "[]AclCreationResult", (1, 3), None, NEW, None),
    )

    class AclCreationResult(Message):
        """A part of CreateAclsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 3), None, 0, None),
            ("error_message", "string", (1, 3), (1, 3), "", None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[CreateAclsResponse.AclCreationResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
