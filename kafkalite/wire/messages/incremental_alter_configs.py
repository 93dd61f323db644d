"""Generated from protocol/messages/incremental_alter_configs.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class IncrementalAlterConfigsRequest(Message):
    """IncrementalAlterConfigs request, versions 0-1, flexible from 1."""

    __slots__ = (
        "resources",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 44
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("resources", "[]AlterConfigsResource", (0, 1), None, NEW, None),
        ("validate_only", "bool", (0, 1), None, False, None),
    )

    class AlterConfigsResource(Message):
        """A part of IncrementalAlterConfigsRequest."""

        __slots__ = (
            "resource_type",
            "resource_name",
            "configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_type", "int8", (0, 1), None, 0, None),
            ("resource_name", "string", (0, 1), None, "", None),
            ("configs", "[]AlterableConfig", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[IncrementalAlterConfigsRequest.AlterableConfig] = NEW,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is NEW else configs

    class AlterableConfig(Message):
        """A part of IncrementalAlterConfigsRequest."""

        __slots__ = (
            "name",
            "config_operation",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 1), None, "", None),
            ("config_operation", "int8", (0, 1), None, 0, None),
            ("value", "string", (0, 1), (0, 1), "", None),
        )
        SECRETS: ClassVar[tuple[str, ...]] = ("value",)

        def __init__(
            self,
            *,
            name: str = "",
            config_operation: int = 0,
            value: str | None = "",
        ) -> None:
            self.name = name
            self.config_operation = config_operation
            self.value = value

    def __init__(
        self,
        *,
        resources: list[IncrementalAlterConfigsRequest.AlterConfigsResource] = NEW,
        validate_only: bool = False,
    ) -> None:
        self.resources = [] if resources is NEW else resources
        self.validate_only = validate_only


class IncrementalAlterConfigsResponse(Message):
    """IncrementalAlterConfigs response, versions 0-1, flexible from 1."""

    __slots__ = (
        "throttle_time_ms",
        "responses",
    )
    API_KEY: ClassVar[int] = 44
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("responses", "[]AlterConfigsResourceResponse", (0, 1), None, NEW, None),
    )

    class AlterConfigsResourceResponse(Message):
        """A part of IncrementalAlterConfigsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "resource_type",
            "resource_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), "", None),
            ("resource_type", "int8", (0, 1), None, 0, None),
            ("resource_name", "string", (0, 1), None, "", None),
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
        responses: list[IncrementalAlterConfigsResponse.AlterConfigsResourceResponse] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is NEW else responses
