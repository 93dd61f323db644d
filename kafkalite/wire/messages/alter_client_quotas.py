"""Generated from protocol/messages/alter_client_quotas.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AlterClientQuotasRequest(Message):
    """AlterClientQuotas request, versions 0-1, flexible from 1."""

    __slots__ = (
        "entries",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 49
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("entries", "[]EntryData", (0, 1), None, NEW, None),
        ("validate_only", "bool", (0, 1), None, False, None),
    )

    class EntryData(Message):
        """A part of AlterClientQuotasRequest."""

        __slots__ = (
            "entity",
            "ops",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("entity", "[]EntityData", (0, 1), None, NEW, None),
            ("ops", "[]OpData", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            entity: list[AlterClientQuotasRequest.EntityData] = NEW,
            ops: list[AlterClientQuotasRequest.OpData] = NEW,
        ) -> None:
            self.entity = [] if entity is NEW else entity
            self.ops = [] if ops is NEW else ops

    class EntityData(Message):
        """A part of AlterClientQuotasRequest."""

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

    class OpData(Message):
        """A part of AlterClientQuotasRequest."""

        __slots__ = (
            "key",
            "value",
            "remove",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 1), None, "", None),
            ("value", "float64", (0, 1), None, 0.0, None),
            ("remove", "bool", (0, 1), None, False, None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            value: float = 0.0,
            remove: bool = False,
        ) -> None:
            self.key = key
            self.value = value
            self.remove = remove

    def __init__(
        self,
        *,
        entries: list[AlterClientQuotasRequest.EntryData] = NEW,
        validate_only: bool = False,
    ) -> None:
        self.entries = [] if entries is NEW else entries
        self.validate_only = validate_only


class AlterClientQuotasResponse(Message):
    """AlterClientQuotas response, versions 0-1, flexible from 1."""

    __slots__ = (
        "throttle_time_ms",
        "entries",
    )
    API_KEY: ClassVar[int] = 49
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("entries", "[]EntryData", (0, 1), None, NEW, None),
    )

    class EntryData(Message):
        """A part of AlterClientQuotasResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "entity",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), "", None),
            ("entity", "[]EntityData", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = "",
            entity: list[AlterClientQuotasResponse.EntityData] = NEW,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.entity = [] if entity is NEW else entity

    class EntityData(Message):
        """A part of AlterClientQuotasResponse."""

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

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        entries: list[AlterClientQuotasResponse.EntryData] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.entries = [] if entries is NEW else entries
