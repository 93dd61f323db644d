"""Generated from protocol/messages/streams_group_describe.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class StreamsGroupDescribeRequest(Message):
    """StreamsGroupDescribe request, versions 0-1, flexible from 0."""

    __slots__ = (
        "group_ids",
        "include_authorized_operations",
        "include_topology_description",
    )
    API_KEY: ClassVar[int] = 89
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_ids", "[]string", (0, 1), None, NEW, None),
        ("include_authorized_operations", "bool", (0, 1), None, False, None),
        ("include_topology_description", "bool", (1, 1), None, False, None),
    )

    def __init__(
        self,
        *,
        group_ids: list[str] = NEW,
        include_authorized_operations: bool = False,
        include_topology_description: bool = False,
    ) -> None:
        self.group_ids = [] if group_ids is NEW else group_ids
        self.include_authorized_operations = include_authorized_operations
        self.include_topology_description = include_topology_description


class StreamsGroupDescribeResponse(Message):
    """StreamsGroupDescribe response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "groups",
    )
    API_KEY: ClassVar[int] = 89
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("groups", "[]DescribedGroup", (0, 1), None, NEW, None),
    )

    class DescribedGroup(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "group_epoch",
            "assignment_epoch",
            "topology",
            "members",
            "authorized_operations",
            "topology_description",
            "topology_description_status",
            "assignor_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), None, None),
            ("group_id", "string", (0, 1), None, "", None),
            ("group_state", "string", (0, 1), None, "", None),
            ("group_epoch", "int32", (0, 1), None, 0, None),
            ("assignment_epoch", "int32", (0, 1), None, 0, None),
            ("topology", "Topology", (0, 1), (0, 1), None, None),
            ("members", "[]Member", (0, 1), None, NEW, None),
            ("authorized_operations", "int32", (0, 1), None, -2147483648, None),
            ("topology_description", "TopologyDescription", (1, 1), (1, 1), None, None),
            ("topology_description_status", "int8", (1, 1), None, 0, None),
            ("assignor_name", "string", (1, 1), (1, 1), None, None),
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
            topology: StreamsGroupDescribeResponse.Topology | None = None,
            members: list[StreamsGroupDescribeResponse.Member] = NEW,
            authorized_operations: int = -2147483648,
            topology_description: StreamsGroupDescribeResponse.TopologyDescription | None = None,
            topology_description_status: int = 0,
            assignor_name: str | None = None,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.group_epoch = group_epoch
            self.assignment_epoch = assignment_epoch
            self.topology = topology
            self.members = [] if members is NEW else members
            self.authorized_operations = authorized_operations
            self.topology_description = topology_description
            self.topology_description_status = topology_description_status
            self.assignor_name = assignor_name

    class Topology(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "epoch",
            "subtopologies",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("epoch", "int32", (0, 1), None, 0, None),
            ("subtopologies", "[]Subtopology", (0, 1), (0, 1), None, None),
        )

        def __init__(
            self,
            *,
            epoch: int = 0,
            subtopologies: list[StreamsGroupDescribeResponse.Subtopology] | None = None,
        ) -> None:
            self.epoch = epoch
            self.subtopologies = subtopologies

    class Subtopology(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "subtopology_id",
            "source_topics",
            "repartition_sink_topics",
            "state_changelog_topics",
            "repartition_source_topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 1), None, "", None),
            ("source_topics", "[]string", (0, 1), None, NEW, None),
            ("repartition_sink_topics", "[]string", (0, 1), None, NEW, None),
            ("state_changelog_topics", "[]TopicInfo", (0, 1), None, NEW, None),
            ("repartition_source_topics", "[]TopicInfo", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            source_topics: list[str] = NEW,
            repartition_sink_topics: list[str] = NEW,
            state_changelog_topics: list[StreamsGroupDescribeResponse.TopicInfo] = NEW,
            repartition_source_topics: list[StreamsGroupDescribeResponse.TopicInfo] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.source_topics = [] if source_topics is NEW else source_topics
            self.repartition_sink_topics = [] if repartition_sink_topics is NEW else repartition_sink_topics
            self.state_changelog_topics = [] if state_changelog_topics is NEW else state_changelog_topics
            self.repartition_source_topics = [] if repartition_source_topics is NEW else repartition_source_topics

    class Member(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "member_id",
            "member_epoch",
            "instance_id",
            "rack_id",
            "client_id",
            "client_host",
            "topology_epoch",
            "process_id",
            "user_endpoint",
            "client_tags",
            "task_offsets",
            "task_end_offsets",
            "assignment",
            "target_assignment",
            "is_classic",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("member_id", "string", (0, 1), None, "", None),
            ("member_epoch", "int32", (0, 1), None, 0, None),
            ("instance_id", "string", (0, 1), (0, 1), None, None),
            ("rack_id", "string", (0, 1), (0, 1), None, None),
            ("client_id", "string", (0, 1), None, "", None),
            ("client_host", "string", (0, 1), None, "", None),
            ("topology_epoch", "int32", (0, 1), None, 0, None),
            ("process_id", "string", (0, 1), None, "", None),
            ("user_endpoint", "Endpoint", (0, 1), (0, 1), None, None),
            ("client_tags", "[]KeyValue", (0, 1), None, NEW, None),
            ("task_offsets", "[]TaskOffset", (0, 1), None, NEW, None),
            ("task_end_offsets", "[]TaskOffset", (0, 1), None, NEW, None),
            ("assignment", "Assignment", (0, 1), None, NEW, None),
            ("target_assignment", "Assignment", (0, 1), None, NEW, None),
            ("is_classic", "bool", (0, 1), None, False, None),
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            member_epoch: int = 0,
            instance_id: str | None = None,
            rack_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            topology_epoch: int = 0,
            process_id: str = "",
            user_endpoint: StreamsGroupDescribeResponse.Endpoint | None = None,
            client_tags: list[StreamsGroupDescribeResponse.KeyValue] = NEW,
            task_offsets: list[StreamsGroupDescribeResponse.TaskOffset] = NEW,
            task_end_offsets: list[StreamsGroupDescribeResponse.TaskOffset] = NEW,
            assignment: StreamsGroupDescribeResponse.Assignment = NEW,
            target_assignment: StreamsGroupDescribeResponse.Assignment = NEW,
            is_classic: bool = False,
        ) -> None:
            self.member_id = member_id
            self.member_epoch = member_epoch
            self.instance_id = instance_id
            self.rack_id = rack_id
            self.client_id = client_id
            self.client_host = client_host
            self.topology_epoch = topology_epoch
            self.process_id = process_id
            self.user_endpoint = user_endpoint
            self.client_tags = [] if client_tags is NEW else client_tags
            self.task_offsets = [] if task_offsets is NEW else task_offsets
            self.task_end_offsets = [] if task_end_offsets is NEW else task_end_offsets
            self.assignment = StreamsGroupDescribeResponse.Assignment() if assignment is NEW else assignment
            self.target_assignment = (
                StreamsGroupDescribeResponse.Assignment() if target_assignment is NEW else target_assignment
            )
            self.is_classic = is_classic

    class Endpoint(Message):
        """A part of StreamsGroupDescribeResponse."""

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
        """A part of StreamsGroupDescribeResponse."""

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

    class Assignment(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "active_tasks",
            "standby_tasks",
            "warmup_tasks",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("active_tasks", "[]TaskIds", (0, 1), None, NEW, None),
            ("standby_tasks", "[]TaskIds", (0, 1), None, NEW, None),
            ("warmup_tasks", "[]TaskIds", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            active_tasks: list[StreamsGroupDescribeResponse.TaskIds] = NEW,
            standby_tasks: list[StreamsGroupDescribeResponse.TaskIds] = NEW,
            warmup_tasks: list[StreamsGroupDescribeResponse.TaskIds] = NEW,
        ) -> None:
            self.active_tasks = [] if active_tasks is NEW else active_tasks
            self.standby_tasks = [] if standby_tasks is NEW else standby_tasks
            self.warmup_tasks = [] if warmup_tasks is NEW else warmup_tasks

    class TaskIds(Message):
        """A part of StreamsGroupDescribeResponse."""

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

    class KeyValue(Message):
        """A part of StreamsGroupDescribeResponse."""

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
        """A part of StreamsGroupDescribeResponse."""

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
            topic_configs: list[StreamsGroupDescribeResponse.KeyValue] = NEW,
        ) -> None:
            self.name = name
            self.partitions = partitions
            self.replication_factor = replication_factor
            self.topic_configs = [] if topic_configs is NEW else topic_configs

    class TopologyDescription(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "subtopologies",
            "global_stores",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopologies", "[]TopologyDescriptionSubtopology", (1, 1), None, NEW, None),
            ("global_stores", "[]TopologyDescriptionGlobalStore", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopologies: list[StreamsGroupDescribeResponse.TopologyDescriptionSubtopology] = NEW,
            global_stores: list[StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore] = NEW,
        ) -> None:
            self.subtopologies = [] if subtopologies is NEW else subtopologies
            self.global_stores = [] if global_stores is NEW else global_stores

    class TopologyDescriptionSubtopology(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "subtopology_id",
            "nodes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (1, 1), None, "", None),
            ("nodes", "[]TopologyDescriptionNode", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            nodes: list[StreamsGroupDescribeResponse.TopologyDescriptionNode] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.nodes = [] if nodes is NEW else nodes

    class TopologyDescriptionNode(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "name",
            "node_type",
            "source_topics",
            "sink_topic",
            "stores",
            "successors",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 1), None, "", None),
            ("node_type", "int8", (1, 1), None, 0, None),
            ("source_topics", "[]string", (1, 1), None, NEW, None),
            ("sink_topic", "string", (1, 1), (1, 1), None, None),
            ("stores", "[]string", (1, 1), None, NEW, None),
            ("successors", "[]string", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            node_type: int = 0,
            source_topics: list[str] = NEW,
            sink_topic: str | None = None,
            stores: list[str] = NEW,
            successors: list[str] = NEW,
        ) -> None:
            self.name = name
            self.node_type = node_type
            self.source_topics = [] if source_topics is NEW else source_topics
            self.sink_topic = sink_topic
            self.stores = [] if stores is NEW else stores
            self.successors = [] if successors is NEW else successors

    class TopologyDescriptionGlobalStore(Message):
        """A part of StreamsGroupDescribeResponse."""

        __slots__ = (
            "source",
            "processor",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("source", "TopologyDescriptionNode", (1, 1), None, NEW, None),
            ("processor", "TopologyDescriptionNode", (1, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            source: StreamsGroupDescribeResponse.TopologyDescriptionNode = NEW,
            processor: StreamsGroupDescribeResponse.TopologyDescriptionNode = NEW,
        ) -> None:
            self.source = StreamsGroupDescribeResponse.TopologyDescriptionNode() if source is NEW else source
            self.processor = StreamsGroupDescribeResponse.TopologyDescriptionNode() if processor is NEW else processor

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[StreamsGroupDescribeResponse.DescribedGroup] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is NEW else groups
