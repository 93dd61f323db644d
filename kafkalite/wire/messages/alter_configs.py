"""Generated from protocol/messages/alter_configs.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AlterConfigsRequest(Message):
    """AlterConfigs request, versions 0-2, flexible from 2."""

    __slots__ = (
        "resources",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 33
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("resources", "[]AlterConfigsResource", (0, 2), None, NEW, None),
        ("validate_only", "bool", (0, 2), None, False, None),
    )

    class AlterConfigsResource(Message):
        """A part of AlterConfigsRequest."""

        __slots__ = (
            "resource_type",
            "resource_name",
            "configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_type", "int8", (0, 2), None, 0, None),
            ("resource_name", "string", (0, 2), None, "", None),
            ("configs", "[]AlterableConfig", (0, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[AlterConfigsRequest.AlterableConfig] = NEW,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is NEW else configs

    class AlterableConfig(Message):
        """A part of AlterConfigsRequest."""

        __slots__ = (
            "name",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 2), None, "", None),
            ("value", "string", (0, 2), (0, 2), "", None),
        )
        SECRETS: ClassVar[tuple[str, ...]] = ("value",)

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
        ) -> None:
            self.name = name
            self.value = value

    def __init__(
        self,
        *,
        resources: list[AlterConfigsRequest.AlterConfigsResource] = NEW,
        validate_only: bool = False,
    ) -> None:
        self.resources = [] if resources is NEW else resources
        self.validate_only = validate_only


class AlterConfigsResponse(Message):
    """AlterConfigs response, versions 0-2, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "responses",
    )
    API_KEY: ClassVar[int] = 33
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("responses", "[]AlterConfigsResourceResponse", (0, 2), None, NEW, None),
    )

    class AlterConfigsResourceResponse(Message):
        """A part of AlterConfigsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "resource_type",
            "resource_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 2), None, 0, None),
            ("error_message", "string", (0, 2), (0, 2), "", None),
            ("resource_type", "int8", (0, 2), None, 0, None),
            ("resource_name", "string", (0, 2), None, "", None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        responses: list[AlterConfigsResponse.AlterConfigsResourceResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is NEW else responses
