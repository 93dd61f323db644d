"""Generated from protocol/messages/list_groups.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ListGroupsRequest(Message):
    """ListGroups request, versions 0-5, flexible from 3."""

    __slots__ = (
        "states_filter",
        "types_filter",
    )
    API_KEY: ClassVar[int] = 16
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("states_filter", "[]string", (4, 5), None, NEW, None),
        ("types_filter", "[]string", (5, 5), None, NEW, None),
    )

    def __init__(
        self,
        *,
        states_filter: list[str] = NEW,
        types_filter: list[str] = NEW,
    ) -> None:
        self.states_filter = [] if states_filter is NEW else states_filter
        self.types_filter = [] if types_filter is NEW else types_filter


class ListGroupsResponse(Message):
    """ListGroups response, versions 0-5, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "groups",
    )
    API_KEY: ClassVar[int] = 16
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 5), None, 0, None),
        ("error_code", "int16", (0, 5), None, 0, None),
        ("groups", "[]ListedGroup", (0, 5), None, NEW, None),
    )

    class ListedGroup(Message):
        """A part of ListGroupsResponse."""

        __slots__ = (
            "group_id",
            "protocol_type",
            "group_state",
            "group_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("group_id", "string", (0, 5), None, "", None),
            ("protocol_type", "string", (0, 5), None, "", None),
            ("group_state", "string", (4, 5), None, "", None),
            ("group_type", "string", (5, 5), None, "", None),
        )

        def __init__(
            self,
            *,
            group_id: str = "",
            protocol_type: str = "",
            group_state: str = "",
            group_type: str = "",
        ) -> None:
            self.group_id = group_id
            self.protocol_type = protocol_type
            self.group_state = group_state
            self.group_type = group_type

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        groups: list[ListGroupsResponse.ListedGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.groups = [] if groups is NEW else groups
