"""Generated from protocol/messages/streams_group_heartbeat.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class StreamsGroupHeartbeatRequest(Message):
    """StreamsGroupHeartbeat request, versions 0-1, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "member_epoch",
        "endpoint_information_epoch",
        "instance_id",
        "rack_id",
        "rebalance_timeout_ms",
        "topology",
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
        "process_id",
        "user_endpoint",
        "client_tags",
        "task_offsets",
        "task_end_offsets",
        "shutdown_application",
    )
    API_KEY: ClassVar[int] = 88
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 1), None, "", None),
        ("member_id", "string", (0, 1), None, "", None),
        ("member_epoch", "int32", (0, 1), None, 0, None),
        ("endpoint_information_epoch", "int32", (0, 1), None, 0, None),
        ("instance_id", "string", (0, 1), (0, 1), None, None),
        ("rack_id", "string", (0, 1), (0, 1), None, None),
        ("rebalance_timeout_ms", "int32", (0, 1), None, -1, None),
        ("topology", "Topology", (0, 1), (0, 1), None, None),
        ("active_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("standby_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("warmup_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("process_id", "string", (0, 1), (0, 1), None, None),
        ("user_endpoint", "Endpoint", (0, 1), (0, 1), None, None),
        ("client_tags", "[]KeyValue", (0, 1), (0, 1), None, None),
        ("task_offsets", "[]TaskOffset", (0, 1), (0, 1), None, None),
        ("task_end_offsets", "[]TaskOffset", (0, 1), (0, 1), None, None),
        ("shutdown_application", "bool", (0, 1), None, False, None),
    )

    class Topology(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "epoch",
            "subtopologies",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("epoch", "int32", (0, 1), None, 0, None),
            ("subtopologies", "[]Subtopology", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            epoch: int = 0,
            subtopologies: list[StreamsGroupHeartbeatRequest.Subtopology] = NEW,
        ) -> None:
            self.epoch = epoch
            self.subtopologies = [] if subtopologies is NEW else subtopologies

    class Subtopology(Message):
        """A part of StreamsGroupHeartbeatRequest."""

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
            ("subtopology_id", "string", (0, 1), None, "", None),
            ("source_topics", "[]string", (0, 1), None, NEW, None),
            ("source_topic_regex", "[]string", (0, 1), None, NEW, None),
            ("state_changelog_topics", "[]TopicInfo", (0, 1), None, NEW, None),
            ("repartition_sink_topics", "[]string", (0, 1), None, NEW, None),
            ("repartition_source_topics", "[]TopicInfo", (0, 1), None, NEW, None),
            ("copartition_groups", "[]CopartitionGroup", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            source_topics: list[str] = NEW,
            source_topic_regex: list[str] = NEW,
            state_changelog_topics: list[StreamsGroupHeartbeatRequest.TopicInfo] = NEW,
            repartition_sink_topics: list[str] = NEW,
            repartition_source_topics: list[StreamsGroupHeartbeatRequest.TopicInfo] = NEW,
            copartition_groups: list[StreamsGroupHeartbeatRequest.CopartitionGroup] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.source_topics = [] if source_topics is NEW else source_topics
            self.source_topic_regex = [] if source_topic_regex is NEW else source_topic_regex
            self.state_changelog_topics = [] if state_changelog_topics is NEW else state_changelog_topics
            self.repartition_sink_topics = [] if repartition_sink_topics is NEW else repartition_sink_topics
            self.repartition_source_topics = [] if repartition_source_topics is NEW else repartition_source_topics
            self.copartition_groups = [] if copartition_groups is NEW else copartition_groups

    class CopartitionGroup(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "source_topics",
            "source_topic_regex",
            "repartition_source_topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("source_topics", "[]int16", (0, 1), None, NEW, None),
            ("source_topic_regex", "[]int16", (0, 1), None, NEW, None),
            ("repartition_source_topics", "[]int16", (0, 1), None, NEW, None),
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

    class KeyValue(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "key",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("key", "string", (0, 1), None, "", None),
            ("value", "string", (0, 1), None, "", None),
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
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "name",
            "partitions",
            "replication_factor",
            "topic_configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 1), None, "", None),
            ("partitions", "int32", (0, 1), None, 0, None),
            ("replication_factor", "int16", (0, 1), None, 0, None),
            ("topic_configs", "[]KeyValue", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: int = 0,
            replication_factor: int = 0,
            topic_configs: list[StreamsGroupHeartbeatRequest.KeyValue] = NEW,
        ) -> None:
            self.name = name
            self.partitions = partitions
            self.replication_factor = replication_factor
            self.topic_configs = [] if topic_configs is NEW else topic_configs

    class Endpoint(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("host", "string", (0, 1), None, "", None),
            ("port", "uint16", (0, 1), None, 0, None),
        )

        def __init__(
            self,
            *,
            host: str = "",
            port: int = 0,
        ) -> None:
            self.host = host
            self.port = port

    class TaskOffset(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "subtopology_id",
            "partition",
            "offset",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 1), None, "", None),
            ("partition", "int32", (0, 1), None, 0, None),
            ("offset", "int64", (0, 1), None, 0, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            partition: int = 0,
            offset: int = 0,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.partition = partition
            self.offset = offset

    class TaskIds(Message):
        """A part of StreamsGroupHeartbeatRequest."""

        __slots__ = (
            "subtopology_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 1), None, "", None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
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
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        endpoint_information_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        topology: StreamsGroupHeartbeatRequest.Topology | None = None,
        active_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        standby_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        warmup_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        process_id: str | None = None,
        user_endpoint: StreamsGroupHeartbeatRequest.Endpoint | None = None,
        client_tags: list[StreamsGroupHeartbeatRequest.KeyValue] | None = None,
        task_offsets: list[StreamsGroupHeartbeatRequest.TaskOffset] | None = None,
        task_end_offsets: list[StreamsGroupHeartbeatRequest.TaskOffset] | None = None,
        shutdown_application: bool = False,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.endpoint_information_epoch = endpoint_information_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.topology = topology
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags = client_tags
        self.task_offsets = task_offsets
        self.task_end_offsets = task_end_offsets
        self.shutdown_application = shutdown_application


class StreamsGroupHeartbeatResponse(Message):
    """StreamsGroupHeartbeat response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "member_id",
        "member_epoch",
        "heartbeat_interval_ms",
        "acceptable_recovery_lag_legacy",
        "task_offset_interval_ms",
        "acceptable_recovery_lag",
        "status",
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
        "topology_description_required",
        "endpoint_information_epoch",
        "partitions_by_user_endpoint",
    )
    API_KEY: ClassVar[int] = 88
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("error_message", "string", (0, 1), (0, 1), None, None),
        ("member_id", "string", (0, 1), None, "", None),
        ("member_epoch", "int32", (0, 1), None, 0, None),
        ("heartbeat_interval_ms", "int32", (0, 1), None, 0, None),
        ("acceptable_recovery_lag_legacy", "int32", (0, 0), None, 0, None),
        ("task_offset_interval_ms", "int32", (0, 1), None, 0, None),
        ("acceptable_recovery_lag", "int64", (1, 1), None, -1, None),
        ("status", "[]Status", (0, 1), (0, 1), NEW, None),
        ("active_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("standby_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("warmup_tasks", "[]TaskIds", (0, 1), (0, 1), None, None),
        ("topology_description_required", "bool", (1, 1), None, False, None),
        ("endpoint_information_epoch", "int32", (0, 1), None, 0, None),
        ("partitions_by_user_endpoint", "[]EndpointToPartitions", (0, 1), (0, 1), None, None),
    )

    class EndpointToPartitions(Message):
        """A part of StreamsGroupHeartbeatResponse."""

        __slots__ = (
            "user_endpoint",
            "active_partitions",
            "standby_partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("user_endpoint", "Endpoint", (0, 1), None, NEW, None),
            ("active_partitions", "[]TopicPartition", (0, 1), None, NEW, None),
            ("standby_partitions", "[]TopicPartition", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            user_endpoint: StreamsGroupHeartbeatResponse.Endpoint = NEW,
            active_partitions: list[StreamsGroupHeartbeatResponse.TopicPartition] = NEW,
            standby_partitions: list[StreamsGroupHeartbeatResponse.TopicPartition] = NEW,
        ) -> None:
            self.user_endpoint = StreamsGroupHeartbeatResponse.Endpoint() if user_endpoint is NEW else user_endpoint
            self.active_partitions = [] if active_partitions is NEW else active_partitions
            self.standby_partitions = [] if standby_partitions is NEW else standby_partitions

    class Status(Message):
        """A part of StreamsGroupHeartbeatResponse."""

        __slots__ = (
            "status_code",
            "status_detail",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("status_code", "int8", (0, 1), None, 0, None),
            ("status_detail", "string", (0, 1), None, "", None),
        )

        def __init__(
            self,
            *,
            status_code: int = 0,
            status_detail: str = "",
        ) -> None:
            self.status_code = status_code
            self.status_detail = status_detail

    class TopicPartition(Message):
        """A part of StreamsGroupHeartbeatResponse."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 1), None, "", None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is NEW else partitions

    class TaskIds(Message):
        """A part of StreamsGroupHeartbeatResponse."""

        __slots__ = (
            "subtopology_id",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 1), None, "", None),
            ("partitions", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is NEW else partitions

    class Endpoint(Message):
        """A part of StreamsGroupHeartbeatResponse."""

        __slots__ = (
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("host", "string", (0, 1), None, "", None),
            ("port", "uint16", (0, 1), None, 0, None),
        )

        def __init__(
            self,
            *,
            host: str = "",
            port: int = 0,
        ) -> None:
            self.host = host
            self.port = port

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str = "",
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        acceptable_recovery_lag_legacy: int = 0,
        task_offset_interval_ms: int = 0,
        acceptable_recovery_lag: int = -1,
        status: list[StreamsGroupHeartbeatResponse.Status] | None = NEW,
        active_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        standby_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        warmup_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        topology_description_required: bool = False,
        endpoint_information_epoch: int = 0,
        partitions_by_user_endpoint: list[StreamsGroupHeartbeatResponse.EndpointToPartitions] | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.acceptable_recovery_lag_legacy = acceptable_recovery_lag_legacy
        self.task_offset_interval_ms = task_offset_interval_ms
        self.acceptable_recovery_lag = acceptable_recovery_lag
        self.status = [] if status is NEW else status
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.topology_description_required = topology_description_required
        self.endpoint_information_epoch = endpoint_information_epoch
        self.partitions_by_user_endpoint = partitions_by_user_endpoint
