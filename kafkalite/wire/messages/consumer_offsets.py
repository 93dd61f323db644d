"""Generated from protocol/messages/consumer_offsets.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class LegacyOffsetCommitKey(Message):
    """Key of record type 0, versions 0-0, never flexible."""

    __slots__ = (
        "group",
        "topic",
        "partition",
    )
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group", "string", (0, 0), None, "", None),
        ("topic", "string", (0, 0), None, "", None),
        ("partition", "int32", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        group: str = "",
        topic: str = "",
        partition: int = 0,
    ) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition


class LegacyOffsetCommitValue(Message):
    """Value of record type 0, versions 0-0, never flexible."""

    __slots__ = (
        "offset",
        "metadata",
        "commit_timestamp",
    )
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("offset", "int64", (0, 0), None, 0, None),
        ("metadata", "string", (0, 0), None, "", None),
        ("commit_timestamp", "int64", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        offset: int = 0,
        metadata: str = "",
        commit_timestamp: int = 0,
    ) -> None:
        self.offset = offset
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp


class OffsetCommitKey(Message):
    """Key of record type 1, versions 0-0, never flexible."""

    __slots__ = (
        "group",
        "topic",
        "partition",
    )
    RECORD_TYPE: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group", "string", (0, 0), None, "", None),
        ("topic", "string", (0, 0), None, "", None),
        ("partition", "int32", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        group: str = "",
        topic: str = "",
        partition: int = 0,
    ) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition


class OffsetCommitValue(Message):
    """Value of record type 1, versions 0-4, flexible from 4."""

    __slots__ = (
        "offset",
        "leader_epoch",
        "metadata",
        "commit_timestamp",
        "expire_timestamp",
        "topic_id",
    )
    RECORD_TYPE: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("offset", "int64", (0, 4), None, 0, None),
        ("leader_epoch", "int32", (3, 4), None, -1, None),
        ("metadata", "string", (0, 4), None, "", None),
        ("commit_timestamp", "int64", (0, 4), None, 0, None),
        ("expire_timestamp", "int64", (1, 1), None, -1, None),
        ("topic_id", "uuid", (4, 4), None, ZERO_UUID, 0),
    )

    def __init__(
        self,
        *,
        offset: int = 0,
        leader_epoch: int = -1,
        metadata: str = "",
        commit_timestamp: int = 0,
        expire_timestamp: int = -1,
        topic_id: Uuid = ZERO_UUID,
    ) -> None:
        self.offset = offset
        self.leader_epoch = leader_epoch
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp
        self.expire_timestamp = expire_timestamp
        self.topic_id = topic_id


class GroupMetadataKey(Message):
    """Key of record type 2, versions 0-0, never flexible."""

    __slots__ = ("group",)
    RECORD_TYPE: ClassVar[int] = 2
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group: str = "",
    ) -> None:
        self.group = group


class GroupMetadataValue(Message):
    """Value of record type 2, versions 0-4, flexible from 4."""

    __slots__ = (
        "protocol_type",
        "generation",
        "protocol",
        "leader",
        "current_state_timestamp",
        "members",
    )
    RECORD_TYPE: ClassVar[int] = 2
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("protocol_type", "string", (0, 4), None, "", None),
        ("generation", "int32", (0, 4), None, 0, None),
        ("protocol", "string", (0, 4), (0, 4), "", None),
        ("leader", "string", (0, 4), (0, 4), "", None),
        ("current_state_timestamp", "int64", (2, 4), None, -1, None),
        ("members", "[]MemberMetadata", (0, 4), None, NEW, None),
    )

    class MemberMetadata(Message):
        """A part of GroupMetadataValue."""

        __slots__ = (
            "member_id",
            "group_instance_id",
            "client_id",
            "client_host",
            "rebalance_timeout",
            "session_timeout",
            "subscription",
            "assignment",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (0, 4), None, "", None),
            ("group_instance_id", "string", (3, 4), (3, 4), None, None),
            ("client_id", "string", (0, 4), None, "", None),
            ("client_host", "string", (0, 4), None, "", None),
            ("rebalance_timeout", "int32", (1, 4), None, -1, None),
            ("session_timeout", "int32", (0, 4), None, 0, None),
            ("subscription", "bytes", (0, 4), None, b"", None),
            ("assignment", "bytes", (0, 4), None, b"", None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            rebalance_timeout: int = -1,
            session_timeout: int = 0,
            subscription: bytes = b"",
            assignment: bytes = b"",
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.client_id = client_id
            self.client_host = client_host
            self.rebalance_timeout = rebalance_timeout
            self.session_timeout = session_timeout
            self.subscription = subscription
            self.assignment = assignment

    def __init__(
        self,
        *,
        protocol_type: str = "",
        generation: int = 0,
        protocol: str | None = "",
        leader: str | None = "",
        current_state_timestamp: int = -1,
        members: list[GroupMetadataValue.MemberMetadata] = NEW,
    ) -> None:
        self.protocol_type = protocol_type
        self.generation = generation
        self.protocol = protocol
        self.leader = leader
        self.current_state_timestamp = current_state_timestamp
        self.members = [] if members is NEW else members


class ConsumerGroupMetadataKey(Message):
    """Key of record type 3, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 3
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ConsumerGroupMetadataValue(Message):
    """Value of record type 3, versions 0-0, flexible from 0."""

    __slots__ = (
        "epoch",
        "metadata_hash",
    )
    RECORD_TYPE: ClassVar[int] = 3
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("epoch", "int32", (0, 0), None, 0, None),
        ("metadata_hash", "int64", (0, 0), None, 0, 0),
    )

    def __init__(
        self,
        *,
        epoch: int = 0,
        metadata_hash: int = 0,
    ) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash


class ConsumerGroupPartitionMetadataKey(Message):
    """Key of record type 4, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 4
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ConsumerGroupPartitionMetadataValue(Message):
    """Value of record type 4, versions 0-0, flexible from 0."""

    __slots__ = ("topics",)
    RECORD_TYPE: ClassVar[int] = 4
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("topics", "[]TopicMetadata", (0, 0), None, NEW, None),)

    class TopicMetadata(Message):
        """A part of ConsumerGroupPartitionMetadataValue."""

        __slots__ = (
            "topic_id",
            "topic_name",
            "num_partitions",
            "partition_metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("topic_name", "string", (0, 0), None, "", None),
            ("num_partitions", "int32", (0, 0), None, 0, None),
            ("partition_metadata", "[]PartitionMetadata", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            topic_name: str = "",
            num_partitions: int = 0,
            partition_metadata: list[ConsumerGroupPartitionMetadataValue.PartitionMetadata] = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.topic_name = topic_name
            self.num_partitions = num_partitions
            self.partition_metadata = [] if partition_metadata is NEW else partition_metadata

    class PartitionMetadata(Message):
        """A part of ConsumerGroupPartitionMetadataValue."""

        __slots__ = (
            "partition",
            "racks",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition", "int32", (0, 0), None, 0, None),
            ("racks", "[]string", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            racks: list[str] = NEW,
        ) -> None:
            self.partition = partition
            self.racks = [] if racks is NEW else racks

    def __init__(
        self,
        *,
        topics: list[ConsumerGroupPartitionMetadataValue.TopicMetadata] = NEW,
    ) -> None:
        self.topics = [] if topics is NEW else topics


class ConsumerGroupMemberMetadataKey(Message):
    """Key of record type 5, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 5
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


class ConsumerGroupMemberMetadataValue(Message):
    """Value of record type 5, versions 0-0, flexible from 0."""

    __slots__ = (
        "instance_id",
        "rack_id",
        "client_id",
        "client_host",
        "subscribed_topic_names",
        "subscribed_topic_regex",
        "rebalance_timeout_ms",
        "server_assignor",
        "classic_member_metadata",
    )
    RECORD_TYPE: ClassVar[int] = 5
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("instance_id", "string", (0, 0), (0, 0), "", None),
        ("rack_id", "string", (0, 0), (0, 0), "", None),
        ("client_id", "string", (0, 0), None, "", None),
        ("client_host", "string", (0, 0), None, "", None),
        ("subscribed_topic_names", "[]string", (0, 0), None, NEW, None),
        ("subscribed_topic_regex", "string", (0, 0), (0, 0), "", None),
        ("rebalance_timeout_ms", "int32", (0, 0), None, -1, None),
        ("server_assignor", "string", (0, 0), (0, 0), "", None),
        ("classic_member_metadata", "ClassicMemberMetadata", (0, 0), (0, 0), NEW, 0),
    )

    class ClassicMemberMetadata(Message):
        """A part of ConsumerGroupMemberMetadataValue."""

        __slots__ = (
            "session_timeout_ms",
            "supported_protocols",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("session_timeout_ms", "int32", (0, 0), None, 0, None),
            ("supported_protocols", "[]ClassicProtocol", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            session_timeout_ms: int = 0,
            supported_protocols: list[ConsumerGroupMemberMetadataValue.ClassicProtocol] = NEW,
        ) -> None:
            self.session_timeout_ms = session_timeout_ms
            self.supported_protocols = [] if supported_protocols is NEW else supported_protocols

    class ClassicProtocol(Message):
        """A part of ConsumerGroupMemberMetadataValue."""

        __slots__ = (
            "name",
            "metadata",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("metadata", "bytes", (0, 0), None, b"", None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            metadata: bytes = b"",
        ) -> None:
            self.name = name
            self.metadata = metadata

    def __init__(
        self,
        *,
        instance_id: str | None = "",
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = NEW,
        subscribed_topic_regex: str | None = "",
        rebalance_timeout_ms: int = -1,
        server_assignor: str | None = "",
        classic_member_metadata: ConsumerGroupMemberMetadataValue.ClassicMemberMetadata | None = NEW,
    ) -> None:
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names = [] if subscribed_topic_names is NEW else subscribed_topic_names
        self.subscribed_topic_regex = subscribed_topic_regex
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.server_assignor = server_assignor
        self.classic_member_metadata = (
            ConsumerGroupMemberMetadataValue.ClassicMemberMetadata()
            if classic_member_metadata is NEW
            else classic_member_metadata
        )


class ConsumerGroupTargetAssignmentMetadataKey(Message):
    """Key of record type 6, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 6
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class ConsumerGroupTargetAssignmentMetadataValue(Message):
    """Value of record type 6, versions 0-0, flexible from 0."""

    __slots__ = (
        "assignment_epoch",
        "assignment_timestamp",
    )
    RECORD_TYPE: ClassVar[int] = 6
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


class ConsumerGroupTargetAssignmentMemberKey(Message):
    """Key of record type 7, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 7
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


class ConsumerGroupTargetAssignmentMemberValue(Message):
    """Value of record type 7, versions 0-0, flexible from 0."""

    __slots__ = ("topic_partitions",)
    RECORD_TYPE: ClassVar[int] = 7
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("topic_partitions", "[]TopicPartition", (0, 0), None, NEW, None),)

    class TopicPartition(Message):
        """A part of ConsumerGroupTargetAssignmentMemberValue."""

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
        topic_partitions: list[ConsumerGroupTargetAssignmentMemberValue.TopicPartition] = NEW,
    ) -> None:
        self.topic_partitions = [] if topic_partitions is NEW else topic_partitions


class ConsumerGroupCurrentMemberAssignmentKey(Message):
    """Key of record type 8, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 8
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


class ConsumerGroupCurrentMemberAssignmentValue(Message):
    """Value of record type 8, versions 0-0, flexible from 0."""

    __slots__ = (
        "member_epoch",
        "previous_member_epoch",
        "state",
        "assigned_partitions",
        "partitions_pending_revocation",
    )
    RECORD_TYPE: ClassVar[int] = 8
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("member_epoch", "int32", (0, 0), None, 0, None),
        ("previous_member_epoch", "int32", (0, 0), None, 0, None),
        ("state", "int8", (0, 0), None, 0, None),
        ("assigned_partitions", "[]TopicPartitions", (0, 0), None, NEW, None),
        ("partitions_pending_revocation", "[]TopicPartitions", (0, 0), None, NEW, None),
    )

    class TopicPartitions(Message):
        """A part of ConsumerGroupCurrentMemberAssignmentValue."""

        __slots__ = (
            "topic_id",
            "partitions",
            "assignment_epochs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
            ("assignment_epochs", "[]int32", (0, 0), (0, 0), NEW, 0),
        )

        def __init__(
            self,
            *,
            topic_id: Uuid = ZERO_UUID,
            partitions: list[int] = NEW,
            assignment_epochs: list[int] | None = NEW,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is NEW else partitions
            self.assignment_epochs = [] if assignment_epochs is NEW else assignment_epochs

    def __init__(
        self,
        *,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        assigned_partitions: list[ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions] = NEW,
        partitions_pending_revocation: list[ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions] = NEW,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.assigned_partitions = [] if assigned_partitions is NEW else assigned_partitions
        self.partitions_pending_revocation = (
            [] if partitions_pending_revocation is NEW else partitions_pending_revocation
        )


class ConsumerGroupRegularExpressionKey(Message):
    """Key of record type 16, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "regular_expression",
    )
    RECORD_TYPE: ClassVar[int] = 16
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("regular_expression", "string", (0, 0), None, "", None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        regular_expression: str = "",
    ) -> None:
        self.group_id = group_id
        self.regular_expression = regular_expression


class ConsumerGroupRegularExpressionValue(Message):
    """Value of record type 16, versions 0-0, flexible from 0."""

    __slots__ = (
        "topics",
        "version",
        "timestamp",
    )
    RECORD_TYPE: ClassVar[int] = 16
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]string", (0, 0), None, NEW, None),
        ("version", "int64", (0, 0), None, 0, None),
        ("timestamp", "int64", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        topics: list[str] = NEW,
        version: int = 0,
        timestamp: int = 0,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.version = version
        self.timestamp = timestamp
