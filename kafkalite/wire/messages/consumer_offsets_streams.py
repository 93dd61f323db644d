"""Generated from protocol/messages/consumer_offsets_streams.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class StreamsGroupMetadataKey(Message):
    """Key of record type 17, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 17
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class StreamsGroupMetadataValue(Message):
    """Value of record type 17, versions 0-0, flexible from 0."""

    __slots__ = (
        "epoch",
        "metadata_hash",
        "validated_topology_epoch",
        "last_assignment_configs",
        "stored_description_topology_epoch",
        "failed_description_topology_epoch",
    )
    RECORD_TYPE: ClassVar[int] = 17
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("epoch", "int32", (0, 0), None, 0, None),
        ("metadata_hash", "int64", (0, 0), None, 0, None),
        ("validated_topology_epoch", "int32", (0, 0), None, -1, 0),
        ("last_assignment_configs", "[]LastAssignmentConfig", (0, 0), (0, 0), NEW, 1),
        ("stored_description_topology_epoch", "int32", (0, 0), None, -1, 2),
        ("failed_description_topology_epoch", "int32", (0, 0), None, -1, 3),
    )

    class LastAssignmentConfig(Message):
        """A part of StreamsGroupMetadataValue."""

        __slots__ = (
            "key",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 0), None, "", None),
            ("value", "string", (0, 0), None, "", None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            value: str = "",
        ) -> None:
            self.key = key
            self.value = value

    def __init__(
        self,
        *,
        epoch: int = 0,
        metadata_hash: int = 0,
        validated_topology_epoch: int = -1,
        last_assignment_configs: list[StreamsGroupMetadataValue.LastAssignmentConfig] | None = NEW,
        stored_description_topology_epoch: int = -1,
        failed_description_topology_epoch: int = -1,
    ) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash
        self.validated_topology_epoch = validated_topology_epoch
        self.last_assignment_configs = [] if last_assignment_configs is NEW else last_assignment_configs
        self.stored_description_topology_epoch = stored_description_topology_epoch
        self.failed_description_topology_epoch = failed_description_topology_epoch


class StreamsGroupMemberMetadataKey(Message):
    """Key of record type 19, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 19
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


class StreamsGroupMemberMetadataValue(Message):
    """Value of record type 19, versions 0-0, flexible from 0."""

    __slots__ = (
        "instance_id",
        "rack_id",
        "client_id",
        "client_host",
        "rebalance_timeout_ms",
        "topology_epoch",
        "process_id",
        "user_endpoint",
        "client_tags",
    )
    RECORD_TYPE: ClassVar[int] = 19
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("instance_id", "string", (0, 0), (0, 0), "", None),
        ("rack_id", "string", (0, 0), (0, 0), "", None),
        ("client_id", "string", (0, 0), None, "", None),
        ("client_host", "string", (0, 0), None, "", None),
        ("rebalance_timeout_ms", "int32", (0, 0), None, -1, None),
        ("topology_epoch", "int32", (0, 0), None, 0, None),
        ("process_id", "string", (0, 0), None, "", None),
        ("user_endpoint", "Endpoint", (0, 0), (0, 0), None, None),
        ("client_tags", "[]KeyValue", (0, 0), None, NEW, None),
    )

    class Endpoint(Message):
        """A part of StreamsGroupMemberMetadataValue."""

        __slots__ = (
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("host", "string", (0, 0), None, "", None),
            ("port", "uint16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            host: str = "",
            port: int = 0,
        ) -> None:
            self.host = host
            self.port = port

    class KeyValue(Message):
        """A part of StreamsGroupMemberMetadataValue."""

        __slots__ = (
            "key",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 0), None, "", None),
            ("value", "string", (0, 0), None, "", None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            value: str = "",
        ) -> None:
            self.key = key
            self.value = value

    def __init__(
        self,
        *,
        instance_id: str | None = "",
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        rebalance_timeout_ms: int = -1,
        topology_epoch: int = 0,
        process_id: str = "",
        user_endpoint: StreamsGroupMemberMetadataValue.Endpoint | None = None,
        client_tags: list[StreamsGroupMemberMetadataValue.KeyValue] = NEW,
    ) -> None:
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.topology_epoch = topology_epoch
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags = [] if client_tags is NEW else client_tags


class StreamsGroupTargetAssignmentMetadataKey(Message):
    """Key of record type 20, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 20
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class StreamsGroupTargetAssignmentMetadataValue(Message):
    """Value of record type 20, versions 0-0, flexible from 0."""

    __slots__ = (
        "assignment_epoch",
        "assignment_timestamp",
    )
    RECORD_TYPE: ClassVar[int] = 20
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


class StreamsGroupTargetAssignmentMemberKey(Message):
    """Key of record type 21, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 21
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


class StreamsGroupTargetAssignmentMemberValue(Message):
    """Value of record type 21, versions 0-0, flexible from 0."""

    __slots__ = (
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
    )
    RECORD_TYPE: ClassVar[int] = 21
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("active_tasks", "[]TaskIds", (0, 0), None, NEW, None),
        ("standby_tasks", "[]TaskIds", (0, 0), None, NEW, None),
        ("warmup_tasks", "[]TaskIds", (0, 0), None, NEW, None),
    )

    class TaskIds(Message):
        """A part of StreamsGroupTargetAssignmentMemberValue."""

        __slots__ = (
            "subtopology_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 0), None, "", None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        active_tasks: list[StreamsGroupTargetAssignmentMemberValue.TaskIds] = NEW,
        standby_tasks: list[StreamsGroupTargetAssignmentMemberValue.TaskIds] = NEW,
        warmup_tasks: list[StreamsGroupTargetAssignmentMemberValue.TaskIds] = NEW,
    ) -> None:
        self.active_tasks = [] if active_tasks is NEW else active_tasks
        self.standby_tasks = [] if standby_tasks is NEW else standby_tasks
        self.warmup_tasks = [] if warmup_tasks is NEW else warmup_tasks


class StreamsGroupCurrentMemberAssignmentKey(Message):
    """Key of record type 22, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "member_id",
    )
    RECORD_TYPE: ClassVar[int] = 22
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


class StreamsGroupCurrentMemberAssignmentValue(Message):
    """Value of record type 22, versions 0-0, flexible from 0."""

    __slots__ = (
        "member_epoch",
        "previous_member_epoch",
        "state",
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
        "active_tasks_pending_revocation",
        "standby_tasks_pending_revocation",
        "warmup_tasks_pending_revocation",
    )
    RECORD_TYPE: ClassVar[int] = 22
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("member_epoch", "int32", (0, 0), None, 0, None),
        ("previous_member_epoch", "int32", (0, 0), None, 0, None),
        ("state", "int8", (0, 0), None, 0, None),
        ("active_tasks", "[]TaskIds", (0, 0), None, NEW, None),
        ("standby_tasks", "[]TaskIds", (0, 0), None, NEW, None),
        ("warmup_tasks", "[]TaskIds", (0, 0), None, NEW, None),
        ("active_tasks_pending_revocation", "[]TaskIds", (0, 0), None, NEW, None),
        ("standby_tasks_pending_revocation", "[]TaskIds", (0, 0), None, NEW, None),
        ("warmup_tasks_pending_revocation", "[]TaskIds", (0, 0), None, NEW, None),
    )

    class TaskIds(Message):
        """A part of StreamsGroupCurrentMemberAssignmentValue."""

        __slots__ = (
            "subtopology_id",
            "partitions",
            "assignment_epochs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 0), None, "", None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
            ("assignment_epochs", "[]int32", (0, 0), (0, 0), NEW, 0),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            partitions: list[int] = NEW,
            assignment_epochs: list[int] | None = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is NEW else partitions
            self.assignment_epochs = [] if assignment_epochs is NEW else assignment_epochs

    def __init__(
        self,
        *,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        active_tasks: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
        standby_tasks: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
        warmup_tasks: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
        active_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
        standby_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
        warmup_tasks_pending_revocation: list[StreamsGroupCurrentMemberAssignmentValue.TaskIds] = NEW,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.active_tasks = [] if active_tasks is NEW else active_tasks
        self.standby_tasks = [] if standby_tasks is NEW else standby_tasks
        self.warmup_tasks = [] if warmup_tasks is NEW else warmup_tasks
        self.active_tasks_pending_revocation = (
            [] if active_tasks_pending_revocation is NEW else active_tasks_pending_revocation
        )
        self.standby_tasks_pending_revocation = (
            [] if standby_tasks_pending_revocation is NEW else standby_tasks_pending_revocation
        )
        self.warmup_tasks_pending_revocation = (
            [] if warmup_tasks_pending_revocation is NEW else warmup_tasks_pending_revocation
        )


class StreamsGroupTopologyKey(Message):
    """Key of record type 23, versions 0-0, never flexible."""

    __slots__ = ("group_id",)
    RECORD_TYPE: ClassVar[int] = 23
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("group_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        group_id: str = "",
    ) -> None:
        self.group_id = group_id


class StreamsGroupTopologyValue(Message):
    """Value of record type 23, versions 0-0, flexible from 0."""

    __slots__ = (
        "epoch",
        "subtopologies",
    )
    RECORD_TYPE: ClassVar[int] = 23
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("epoch", "int32", (0, 0), None, 0, None),
        ("subtopologies", "[]Subtopology", (0, 0), None, NEW, None),
    )

    class Subtopology(Message):
        """A part of StreamsGroupTopologyValue."""

        __slots__ = (
            "subtopology_id",
            "source_topics",
            "source_topic_regex",
            "state_changelog_topics",
            "repartition_sink_topics",
            "repartition_source_topics",
            "copartition_groups",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 0), None, "", None),
            ("source_topics", "[]string", (0, 0), None, NEW, None),
            ("source_topic_regex", "[]string", (0, 0), None, NEW, None),
            ("state_changelog_topics", "[]TopicInfo", (0, 0), None, NEW, None),
            ("repartition_sink_topics", "[]string", (0, 0), None, NEW, None),
            ("repartition_source_topics", "[]TopicInfo", (0, 0), None, NEW, None),
            ("copartition_groups", "[]CopartitionGroup", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            source_topics: list[str] = NEW,
            source_topic_regex: list[str] = NEW,
            state_changelog_topics: list[StreamsGroupTopologyValue.TopicInfo] = NEW,
            repartition_sink_topics: list[str] = NEW,
            repartition_source_topics: list[StreamsGroupTopologyValue.TopicInfo] = NEW,
            copartition_groups: list[StreamsGroupTopologyValue.CopartitionGroup] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.source_topics = [] if source_topics is NEW else source_topics
            self.source_topic_regex = [] if source_topic_regex is NEW else source_topic_regex
            self.state_changelog_topics = [] if state_changelog_topics is NEW else state_changelog_topics
            self.repartition_sink_topics = [] if repartition_sink_topics is NEW else repartition_sink_topics
            self.repartition_source_topics = [] if repartition_source_topics is NEW else repartition_source_topics
            self.copartition_groups = [] if copartition_groups is NEW else copartition_groups

    class CopartitionGroup(Message):
        """A part of StreamsGroupTopologyValue."""

        __slots__ = (
            "source_topics",
            "source_topic_regex",
            "repartition_source_topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("source_topics", "[]int16", (0, 0), None, NEW, None),
            ("source_topic_regex", "[]int16", (0, 0), None, NEW, None),
            ("repartition_source_topics", "[]int16", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            source_topics: list[int] = NEW,
            source_topic_regex: list[int] = NEW,
            repartition_source_topics: list[int] = NEW,
        ) -> None:
            self.source_topics = [] if source_topics is NEW else source_topics
            self.source_topic_regex = [] if source_topic_regex is NEW else source_topic_regex
            self.repartition_source_topics = [] if repartition_source_topics is NEW else repartition_source_topics

    class TopicConfig(Message):
        """A part of StreamsGroupTopologyValue."""

        __slots__ = (
            "key",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 0), None, "", None),
            ("value", "string", (0, 0), None, "", None),
        )

        def __init__(
            self,
            *,
            key: str = "",
            value: str = "",
        ) -> None:
            self.key = key
            self.value = value

    class TopicInfo(Message):
        """A part of StreamsGroupTopologyValue."""

        __slots__ = (
            "name",
            "partitions",
            "replication_factor",
            "topic_configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("partitions", "int32", (0, 0), None, 0, None),
            ("replication_factor", "int16", (0, 0), None, 0, None),
            ("topic_configs", "[]TopicConfig", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: int = 0,
            replication_factor: int = 0,
            topic_configs: list[StreamsGroupTopologyValue.TopicConfig] = NEW,
        ) -> None:
            self.name = name
            self.partitions = partitions
            self.replication_factor = replication_factor
            self.topic_configs = [] if topic_configs is NEW else topic_configs

    def __init__(
        self,
        *,
        epoch: int = 0,
        subtopologies: list[StreamsGroupTopologyValue.Subtopology] = NEW,
    ) -> None:
        self.epoch = epoch
        self.subtopologies = [] if subtopologies is NEW else subtopologies
