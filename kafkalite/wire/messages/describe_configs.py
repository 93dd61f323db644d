"""Generated from protocol/messages/describe_configs.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeConfigsRequest(Message):
    """DescribeConfigs request, versions 1-4, flexible from 4."""

    __slots__ = (
        "resources",
        "include_synonyms",
        "include_documentation",
    )
    API_KEY: ClassVar[int] = 32
    VERSIONS: ClassVar[Versions] = (1, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("resources", "[]DescribeConfigsResource", (1, 4), None, NEW, None),
        ("include_synonyms", "bool", (1, 4), None, False, None),
        ("include_documentation", "bool", (3, 4), None, False, None),
    )

    class DescribeConfigsResource(Message):
        """A part of DescribeConfigsRequest."""

        __slots__ = (
            "resource_type",
            "resource_name",
            "configuration_keys",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("resource_type", "int8", (1, 4), None, 0, None),
            ("resource_name", "string", (1, 4), None, "", None),
            ("configuration_keys", "[]string", (1, 4), (1, 4), NEW, None),
        )

        def __init__(
            self,
            *,
            resource_type: int = 0,
            resource_name: str = "",
            configuration_keys: list[str] | None = NEW,
        ) -> None:
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configuration_keys = [] if configuration_keys is NEW else configuration_keys

    def __init__(
        self,
        *,
        resources: list[DescribeConfigsRequest.DescribeConfigsResource] = NEW,
        include_synonyms: bool = False,
        include_documentation: bool = False,
    ) -> None:
        self.resources = [] if resources is NEW else resources
        self.include_synonyms = include_synonyms
        self.include_documentation = include_documentation


class DescribeConfigsResponse(Message):
    """DescribeConfigs response, versions 1-4, flexible from 4."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 32
    VERSIONS: ClassVar[Versions] = (1, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 4), None, 0, None),
        ("results", "[]DescribeConfigsResult", (1, 4), None, NEW, None),
    )

    class DescribeConfigsResult(Message):
        """A part of DescribeConfigsResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "resource_type",
            "resource_name",
            "configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 4), None, 0, None),
            ("error_message", "string", (1, 4), (1, 4), "", None),
            ("resource_type", "int8", (1, 4), None, 0, None),
            ("resource_name", "string", (1, 4), None, "", None),
            ("configs", "[]DescribeConfigsResourceResult", (1, 4), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            resource_type: int = 0,
            resource_name: str = "",
            configs: list[DescribeConfigsResponse.DescribeConfigsResourceResult] = NEW,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.resource_type = resource_type
            self.resource_name = resource_name
            self.configs = [] if configs is NEW else configs

    class DescribeConfigsResourceResult(Message):
        """A part of DescribeConfigsResponse."""

        __slots__ = (
            "name",
            "value",
            "read_only",
            "config_source",
            "is_sensitive",
            "synonyms",
            "config_type",
            "documentation",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 4), None, "", None),
            ("value", "string", (1, 4), (1, 4), "", None),
            ("read_only", "bool", (1, 4), None, False, None),
            ("config_source", "int8", (1, 4), None, -1, None),
            ("is_sensitive", "bool", (1, 4), None, False, None),
            ("synonyms", "[]DescribeConfigsSynonym", (1, 4), None, NEW, None),
            ("config_type", "int8", (3, 4), None, 0, None),
            ("documentation", "string", (3, 4), (3, 4), "", None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
            read_only: bool = False,
            config_source: int = -1,
            is_sensitive: bool = False,
            synonyms: list[DescribeConfigsResponse.DescribeConfigsSynonym] = NEW,
            config_type: int = 0,
            documentation: str | None = "",
        ) -> None:
            self.name = name
            self.value = value
            self.read_only = read_only
            self.config_source = config_source
            self.is_sensitive = is_sensitive
            self.synonyms = [] if synonyms is NEW else synonyms
            self.config_type = config_type
            self.documentation = documentation

    class DescribeConfigsSynonym(Message):
        """A part of DescribeConfigsResponse."""

        __slots__ = (
            "name",
            "value",
            "source",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 4), None, "", None),
            ("value", "string", (1, 4), (1, 4), "", None),
            ("source", "int8", (1, 4), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
            source: int = 0,
        ) -> None:
            self.name = name
            self.value = value
            self.source = source

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[DescribeConfigsResponse.DescribeConfigsResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
