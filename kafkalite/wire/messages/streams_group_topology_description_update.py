"""Generated from protocol/messages/streams_group_topology_description_update.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class StreamsGroupTopologyDescriptionUpdateRequest(Message):
    """StreamsGroupTopologyDescriptionUpdate request, versions 0-0, flexible from 0."""

    __slots__ = (
        "group_id",
        "member_id",
        "topology_epoch",
        "topology_description",
    )
    API_KEY: ClassVar[int] = 93
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("member_id", "string", (0, 0), None, "", None),
        ("topology_epoch", "int32", (0, 0), None, 0, None),
        ("topology_description", "TopologyDescription", (0, 0), None, NEW, None),
    )

    class TopologyDescription(Message):
        """A part of StreamsGroupTopologyDescriptionUpdateRequest."""

        __slots__ = (
            "subtopologies",
            "global_stores",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopologies", "[]TopologyDescriptionSubtopology", (0, 0), None, NEW, None),
            ("global_stores", "[]TopologyDescriptionGlobalStore", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopologies: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology] = NEW,
            global_stores: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore] = NEW,
        ) -> None:
            self.subtopologies = [] if subtopologies is NEW else subtopologies
            self.global_stores = [] if global_stores is NEW else global_stores

    class TopologyDescriptionSubtopology(Message):
        """A part of StreamsGroupTopologyDescriptionUpdateRequest."""

        __slots__ = (
            "subtopology_id",
            "nodes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("subtopology_id", "string", (0, 0), None, "", None),
            ("nodes", "[]TopologyDescriptionNode", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            nodes: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode] = NEW,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.nodes = [] if nodes is NEW else nodes

    class TopologyDescriptionNode(Message):
        """A part of StreamsGroupTopologyDescriptionUpdateRequest."""

        __slots__ = (
            "name",
            "node_type",
            "source_topics",
            "sink_topic",
            "stores",
            "successors",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("node_type", "int8", (0, 0), None, 0, None),
            ("source_topics", "[]string", (0, 0), None, NEW, None),
            ("sink_topic", "string", (0, 0), (0, 0), None, None),
            ("stores", "[]string", (0, 0), None, NEW, None),
            ("successors", "[]string", (0, 0), None, NEW, None),
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
        """A part of StreamsGroupTopologyDescriptionUpdateRequest."""

        __slots__ = (
            "source",
            "processor",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("source", "TopologyDescriptionNode", (0, 0), None, NEW, None),
            ("processor", "TopologyDescriptionNode", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            source: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode = NEW,
            processor: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode = NEW,
        ) -> None:
            self.source = (
                StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode() if source is NEW else source
            )
            self.processor = (
                StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode()
                if processor is NEW
                else processor
            )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        topology_epoch: int = 0,
        topology_description: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription = NEW,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.topology_epoch = topology_epoch
        self.topology_description = (
            StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription()
            if topology_description is NEW
            else topology_description
        )


class StreamsGroupTopologyDescriptionUpdateResponse(Message):
    """StreamsGroupTopologyDescriptionUpdate response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
    )
    API_KEY: ClassVar[int] = 93
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), None, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
