"""Generated from protocol/messages/list_config_resources.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ListConfigResourcesRequest(Message):
    """ListConfigResources request, versions 0-1, flexible from 0."""

    __slots__ = ("resource_types",)
    API_KEY: ClassVar[int] = 74
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("resource_types", "[]int8", (1, 1), None, NEW, None),)

    def __init__(
        self,
        *,
        resource_types: list[int] = NEW,
    ) -> None:
        self.resource_types = [] if resource_types is NEW else resource_types


class ListConfigResourcesResponse(Message):
    """ListConfigResources response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "config_resources",
    )
    API_KEY: ClassVar[int] = 74
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("config_resources", "[]ConfigResource", (0, 1), None, NEW, None),
    )

    class ConfigResource(Message):
        """A part of ListConfigResourcesResponse."""

        __slots__ = (
            "resource_name",
            "resource_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_name", "string", (0, 1), None, "", None),
            ("resource_type", "int8", (1, 1), None, 16, None),
        )

        def __init__(
            self,
            *,
            resource_name: str = "",
            resource_type: int = 16,
        ) -> None:
            self.resource_name = resource_name
            self.resource_type = resource_type

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        config_resources: list[ListConfigResourcesResponse.ConfigResource] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.config_resources = [] if config_resources is NEW else config_resources
