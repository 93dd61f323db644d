"""Generated from protocol/messages/consumer_offsets_share.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ShareGroupMemberMetadataKey(Message):
    """Key of record type 10, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 10
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("member_id", "string", (0, 0), None, "", None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id


class ShareGroupMemberMetadataValue(Message):
    """Value of record type 10, versions 0-0, flexible from 0."""

    __slots__ = (
        "rack_id",
        "client_id",
        "client_host",
        "subscribed_topic_names",
    )
    RECORD_TYPE: ClassVar[int] = 10
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("rack_id", "string", (0, 0), (0, 0), "", None),
        ("client_id", "string", (0, 0), None, "", None),
        ("client_host", "string", (0, 0), None, "", None),
        ("subscribed_topic_names", "[]string", (0, 0), None, NEW, None),
    )

    def __init__(
        self,
        *,
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = NEW,
    ) -> None:
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names = [] if subscribed_topic_names is NEW else subscribed_topic_names


class ShareGroupMetadataKey(Message):
    """Key of record type 11, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 11
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ShareGroupMetadataValue(Message):
    """Value of record type 11, versions 0-0, flexible from 0."""

    __slots__ = (
        "epoch",
        "metadata_hash",
    )
    RECORD_TYPE: ClassVar[int] = 11
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("epoch", "int32", (0, 0), None, 0, None),
        ("metadata_hash", "int64", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        epoch: int = 0,
        metadata_hash: int = 0,
    ) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash


class ShareGroupTargetAssignmentMetadataKey(Message):
    """Key of record type 12, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 12
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ShareGroupTargetAssignmentMetadataValue(Message):
    """Value of record type 12, versions 0-0, flexible from 0."""

    __slots__ = (
        "assignment_epoch",
        "assignment_timestamp",
    )
    RECORD_TYPE: ClassVar[int] = 12
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("assignment_epoch", "int32", (0, 0), None, 0, None),
        ("assignment_timestamp", "int64", (0, 0), None, 0, 0),
    )

    def __init__(
        self,
        *,
        assignment_epoch: int = 0,
        assignment_timestamp: int = 0,
    ) -> None:
        self.assignment_epoch = assignment_epoch
        self.assignment_timestamp = assignment_timestamp


class ShareGroupTargetAssignmentMemberKey(Message):
    """Key of record type 13, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 13
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("member_id", "string", (0, 0), None, "", None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id


class ShareGroupTargetAssignmentMemberValue(Message):
    """Value of record type 13, versions 0-0, flexible from 0."""

    __slots__ = ("topic_partitions",)
    RECORD_TYPE: ClassVar[int] = 13
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("topic_partitions", "[]TopicPartition", (0, 0), None, NEW, None),)

    class TopicPartition(Message):
        """A part of ShareGroupTargetAssignmentMemberValue."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        topic_partitions: list[ShareGroupTargetAssignmentMemberValue.TopicPartition] = NEW,
    ) -> None:
        self.topic_partitions = [] if topic_partitions is NEW else topic_partitions


class ShareGroupCurrentMemberAssignmentKey(Message):
    """Key of record type 14, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 14
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("member_id", "string", (0, 0), None, "", None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id


class ShareGroupCurrentMemberAssignmentValue(Message):
    """Value of record type 14, versions 0-0, flexible from 0."""

    __slots__ = (
        "member_epoch",
        "previous_member_epoch",
        "state",
        "assigned_partitions",
    )
    RECORD_TYPE: ClassVar[int] = 14
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("member_epoch", "int32", (0, 0), None, 0, None),
        ("previous_member_epoch", "int32", (0, 0), None, 0, None),
        ("state", "int8", (0, 0), None, 0, None),
        ("assigned_partitions", "[]TopicPartitions", (0, 0), None, NEW, None),
    )

    class TopicPartitions(Message):
        """A part of ShareGroupCurrentMemberAssignmentValue."""

        __slots__ = (
            "topic_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        assigned_partitions: list[ShareGroupCurrentMemberAssignmentValue.TopicPartitions] = NEW,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.assigned_partitions = [] if assigned_partitions is NEW else assigned_partitions


class ShareGroupStatePartitionMetadataKey(Message):
    """Key of record type 15, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 15
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ShareGroupStatePartitionMetadataValue(Message):
    """Value of record type 15, versions 0-0, flexible from 0."""

    __slots__ = (
        "initializing_topics",
        "initialized_topics",
        "deleting_topics",
    )
    RECORD_TYPE: ClassVar[int] = 15
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("initializing_topics", "[]TopicPartitionsInfo", (0, 0), None, NEW, None),
        ("initialized_topics", "[]TopicPartitionsInfo", (0, 0), None, NEW, None),
        ("deleting_topics", "[]TopicInfo", (0, 0), None, NEW, None),
    )

    class TopicPartitionsInfo(Message):
        """A part of ShareGroupStatePartitionMetadataValue."""

        __slots__ = (
            "topic_id",
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("topic_name", "string", (0, 0), None, "", None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
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

    class TopicInfo(Message):
        """A part of ShareGroupStatePartitionMetadataValue."""

        __slots__ = (
            "topic_id",
            "topic_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("topic_name", "string", (0, 0), None, "", None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            topic_name: str = "",
        ) -> None:
            self.topic_id = topic_id
            self.topic_name = topic_name

    def __init__(
        self,
        *,
        initializing_topics: list[ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo] = NEW,
        initialized_topics: list[ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo] = NEW,
        deleting_topics: list[ShareGroupStatePartitionMetadataValue.TopicInfo] = NEW,
    ) -> None:
        self.initializing_topics = [] if initializing_topics is NEW else initializing_topics
        self.initialized_topics = [] if initialized_topics is NEW else initialized_topics
        self.deleting_topics = [] if deleting_topics is NEW else deleting_topics
