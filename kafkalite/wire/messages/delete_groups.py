"""Generated from protocol/messages/delete_groups.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DeleteGroupsRequest(Message):
    """DeleteGroups request, versions 0-3, flexible from 2."""

    __slots__ = ("groups_names",)
    API_KEY: ClassVar[int] = 42
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("groups_names", "[]string", (0, 3), None, NEW, None),)

    def __init__(
        self,
        *,
        groups_names: list[str] = NEW,
    ) -> None:
        self.groups_names = [] if groups_names is NEW else groups_names


class DeleteGroupsResponse(Message):
    """DeleteGroups response, versions 0-3, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 42
    VERSIONS: ClassVar[Versions] = (0, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 3), None, 0, None),
        ("results", "[]DeletableGroupResult", (0, 3), None, NEW, None),
    )

    class DeletableGroupResult(Message):
        """A part of DeleteGroupsResponse."""

        __slots__ = (
            "group_id",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (0, 3), None, "", None),
            ("error_code", "int16", (0, 3), None, 0, None),
            ("error_message", "string", (3, 3), (3, 3), None, None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.group_id = group_id
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[DeleteGroupsResponse.DeletableGroupResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
