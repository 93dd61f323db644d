"""Generated from protocol/messages/describe_client_quotas.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeClientQuotasRequest(Message):
    """DescribeClientQuotas request, versions 0-1, flexible from 1."""

    __slots__ = (
        "components",
        "strict",
    )
    API_KEY: ClassVar[int] = 48
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("components", "[]ComponentData", (0, 1), None, NEW, None),
        ("strict", "bool", (0, 1), None, False, None),
    )

    class ComponentData(Message):
        """A part of DescribeClientQuotasRequest."""

        __slots__ = (
            "entity_type",
            "match_type",
            "match",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("entity_type", "string", (0, 1), None, "", None),
            ("match_type", "int8", (0, 1), None, 0, None),
            ("match", "string", (0, 1), (0, 1), "", None),
        )

        def __init__(
            self,
            *,
            entity_type: str = "",
            match_type: int = 0,
            match: str | None = "",
        ) -> None:
            self.entity_type = entity_type
            self.match_type = match_type
            self.match = match

    def __init__(
        self,
        *,
        components: list[DescribeClientQuotasRequest.ComponentData] = NEW,
        strict: bool = False,
    ) -> None:
        self.components = [] if components is NEW else components
        self.strict = strict


class DescribeClientQuotasResponse(Message):
    """DescribeClientQuotas response, versions 0-1, flexible from 1."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "entries",
    )
    API_KEY: ClassVar[int] = 48
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("error_message", "string", (0, 1), (0, 1), "", None),
        ("entries", "[]EntryData", (0, 1), (0, 1), NEW, None),
    )

    class EntryData(Message):
        """A part of DescribeClientQuotasResponse."""

        __slots__ = (
            "entity",
            "values",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("entity", "[]EntityData", (0, 1), None, NEW, None),
            ("values", "[]ValueData", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            entity: list[DescribeClientQuotasResponse.EntityData] = NEW,
            values: list[DescribeClientQuotasResponse.ValueData] = NEW,
        ) -> None:
            self.entity = [] if entity is NEW else entity
            self.values = [] if values is NEW else values

    class EntityData(Message):
        """A part of DescribeClientQuotasResponse."""

        __slots__ = (
            "entity_type",
            "entity_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("entity_type", "string", (0, 1), None, "", None),
            ("entity_name", "string", (0, 1), (0, 1), "", None),
        )

        def __init__(
            self,
            *,
            entity_type: str = "",
            entity_name: str | None = "",
        ) -> None:
            self.entity_type = entity_type
            self.entity_name = entity_name

    class ValueData(Message):
        """A part of DescribeClientQuotasResponse."""

        __slots__ = (
            "key",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 1), None, "", None),
            ("value", "float64", (0, 1), None, 0.0, None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            value: float = 0.0,
        ) -> None:
            self.key = key
            self.value = value

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        entries: list[DescribeClientQuotasResponse.EntryData] | None = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.entries = [] if entries is NEW else entries
