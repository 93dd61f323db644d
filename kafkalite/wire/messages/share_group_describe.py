"""Generated from protocol/messages/share_group_describe.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ShareGroupDescribeRequest(Message):
    """ShareGroupDescribe request, versions 1-1, flexible from 0."""

    __slots__ = (
        "group_ids",
        "include_authorized_operations",
    )
    API_KEY: ClassVar[int] = 77
    VERSIONS: ClassVar[Versions] = (1, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_ids", "[]string", (1, 1), None, NEW, None),
        ("include_authorized_operations", "bool", (1, 1), None, False, None),
    )

    def __init__(
        self,
        *,
        group_ids: list[str] = NEW,
        include_authorized_operations: bool = False,
    ) -> None:
        self.group_ids = [] if group_ids is NEW else group_ids
        self.include_authorized_operations = include_authorized_operations


class ShareGroupDescribeResponse(Message):
    """ShareGroupDescribe response, versions 1-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "groups",
    )
    API_KEY: ClassVar[int] = 77
    VERSIONS: ClassVar[Versions] = (1, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 1), None, 0, None),
        ("groups", "[]DescribedGroup", (1, 1), None, NEW, None),
    )

    class DescribedGroup(Message):
        """A part of ShareGroupDescribeResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "group_epoch",
            "assignment_epoch",
            "assignor_name",
            "members",
            "authorized_operations",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 1), None, 0, None),
            ("error_message", "string", (1, 1), (1, 1), None, None),
            ("group_id", "string", (1, 1), None, "", None),
            ("group_state", "string", (1, 1), None, "", None),
            ("group_epoch", "int32", (1, 1), None, 0, None),
            ("assignment_epoch", "int32", (1, 1), None, 0, None),
            ("assignor_name", "string", (1, 1), None, "", None),
            ("members", "[]Member", (1, 1), None, NEW, None),
            ("authorized_operations", "int32", (1, 1), None, -2147483648, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = None,
            group_id: str = "",
            group_state: str = "",
            group_epoch: int = 0,
            assignment_epoch: int = 0,
            assignor_name: str = "",
            members: list[ShareGroupDescribeResponse.Member] = NEW,
            authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.group_epoch = group_epoch
            self.assignment_epoch = assignment_epoch
            self.assignor_name = assignor_name
            self.members = [] if members is NEW else members
            self.authorized_operations = authorized_operations

    class Member(Message):
        """A part of ShareGroupDescribeResponse."""

        __slots__ = (
            "member_id",
            "rack_id",
            "member_epoch",
            "client_id",
            "client_host",
            "subscribed_topic_names",
            "assignment",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (1, 1), None, "", None),
            ("rack_id", "string", (1, 1), (1, 1), None, None),
            ("member_epoch", "int32", (1, 1), None, 0, None),
            ("client_id", "string", (1, 1), None, "", None),
            ("client_host", "string", (1, 1), None, "", None),
            ("subscribed_topic_names", "[]string", (1, 1), None, NEW, None),
            ("assignment", "Assignment", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            rack_id: str | None = None,
            member_epoch: int = 0,
            client_id: str = "",
            client_host: str = "",
            subscribed_topic_names: list[str] = NEW,
            assignment: ShareGroupDescribeResponse.Assignment = NEW,
        ) -> None:
            self.member_id = member_id
            self.rack_id = rack_id
            self.member_epoch = member_epoch
            self.client_id = client_id
            self.client_host = client_host
            self.subscribed_topic_names = [] if subscribed_topic_names is NEW else subscribed_topic_names
            self.assignment = ShareGroupDescribeResponse.Assignment() if assignment is NEW else assignment

    class TopicPartitions(Message):
        """A part of ShareGroupDescribeResponse."""

        __slots__ = (
            "topic_id",
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (1, 1), None, ZERO_UUID, None),
            ("topic_name", "string", (1, 1), None, "", None),
            ("partitions", "[]int32", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            topic_name: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    class Assignment(Message):
        """A part of ShareGroupDescribeResponse."""

        __slots__ = ("topic_partitions",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("topic_partitions", "[]TopicPartitions", (1, 1), None, NEW, None),)

        def __init__(
            self,
            *,
            topic_partitions: list[ShareGroupDescribeResponse.TopicPartitions] = NEW,
        ) -> None:
            self.topic_partitions = [] if topic_partitions is NEW else topic_partitions

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[ShareGroupDescribeResponse.DescribedGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is NEW else groups
