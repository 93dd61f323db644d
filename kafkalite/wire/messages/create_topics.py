"""Generated from protocol/messages/create_topics.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class CreateTopicsRequest(Message):
    """CreateTopics request, versions 2-7, flexible from 5."""

    __slots__ = (
        "topics",
        "timeout_ms",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 19
    VERSIONS: ClassVar[Versions] = (2, 7)
    FLEXIBLE: ClassVar[int | None] = 5
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("topics", "[]CreatableTopic", (2, 7), None, NEW, None),
        ("timeout_ms", "int32", (2, 7), None, 60000, None),
        ("validate_only", "bool", (2, 7), None, False, None),
    )

    class CreatableTopic(Message):
        """A part of CreateTopicsRequest."""

        __slots__ = (
            "name",
            "num_partitions",
            "replication_factor",
            "assignments",
            "configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 7), None, "", None),
            ("num_partitions", "int32", (2, 7), None, 0, None),
            ("replication_factor", "int16", (2, 7), None, 0, None),
            ("assignments", "[]CreatableReplicaAssignment", (2, 7), None, NEW, None),
            ("configs", "[]CreatableTopicConfig", (2, 7), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            num_partitions: int = 0,
            replication_factor: int = 0,
            assignments: list[CreateTopicsRequest.CreatableReplicaAssignment] = NEW,
            configs: list[CreateTopicsRequest.CreatableTopicConfig] = NEW,
        ) -> None:
            self.name = name
            self.num_partitions = num_partitions
            self.replication_factor = replication_factor
            self.assignments = [] if assignments is NEW else assignments
            self.configs = [] if configs is NEW else configs

    class CreatableReplicaAssignment(Message):
        """A part of CreateTopicsRequest."""

        __slots__ = (
            "partition_index",
            "broker_ids",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (2, 7), None, 0, None),
            ("broker_ids", "[]int32", (2, 7), None, NEW, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            broker_ids: list[int] = NEW,
        ) -> None:
            self.partition_index = partition_index
            self.broker_ids = [] if broker_ids is NEW else broker_ids

    class CreatableTopicConfig(Message):
        """A part of CreateTopicsRequest."""

        __slots__ = (
            "name",
            "value",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 7), None, "", None),
            ("value", "string", (2, 7), (2, 7), "", None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
        ) -> None:
            self.name = name
            self.value = value

    def __init__(
        self,
        *,
        topics: list[CreateTopicsRequest.CreatableTopic] = NEW,
        timeout_ms: int = 60000,
        validate_only: bool = False,
    ) -> None:
        self.topics = [] if topics is NEW else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only


class CreateTopicsResponse(Message):
    """CreateTopics response, versions 2-7, flexible from 5."""

    __slots__ = (
        "throttle_time_ms",
        "topics",
    )
    API_KEY: ClassVar[int] = 19
    VERSIONS: ClassVar[Versions] = (2, 7)
    FLEXIBLE: ClassVar[int | None] = 5
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (2, 7), None, 0, None),
        ("topics", "[]CreatableTopicResult", (2, 7), None, NEW, None),
    )

    class CreatableTopicResult(Message):
        """A part of CreateTopicsResponse."""

        __slots__ = (
            "name",
            "topic_id",
            "error_code",
            "error_message",
            "topic_config_error_code",
            "num_partitions",
            "replication_factor",
            "configs",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (2, 7), None, "", None),
            ("topic_id", "uuid", (7, 7), None, ZERO_UUID, None),
            ("error_code", "int16", (2, 7), None, 0, None),
            ("error_message", "string", (2, 7), (2, 7), "", None),
            ("topic_config_error_code", "int16", (5, 7), None, 0, 0),
            ("num_partitions", "int32", (5, 7), None, -1, None),
            ("replication_factor", "int16", (5, 7), None, -1, None),
            ("configs", "[]CreatableTopicConfigs", (5, 7), (5, 7), NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: Uuid = ZERO_UUID,
            error_code: int = 0,
            error_message: str | None = "",
            topic_config_error_code: int = 0,
            num_partitions: int = -1,
            replication_factor: int = -1,
            configs: list[CreateTopicsResponse.CreatableTopicConfigs] | None = NEW,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message
            self.topic_config_error_code = topic_config_error_code
            self.num_partitions = num_partitions
            self.replication_factor = replication_factor
            self.configs = [] if configs is NEW else configs

    class CreatableTopicConfigs(Message):
        """A part of CreateTopicsResponse."""

        __slots__ = (
            "name",
            "value",
            "read_only",
            "config_source",
            "is_sensitive",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (5, 7), None, "", None),
            ("value", "string", (5, 7), (5, 7), "", None),
            ("read_only", "bool", (5, 7), None, False, None),
            ("config_source", "int8", (5, 7), None, -1, None),
            ("is_sensitive", "bool", (5, 7), None, False, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
            read_only: bool = False,
            config_source: int = -1,
            is_sensitive: bool = False,
        ) -> None:
            self.name = name
            self.value = value
            self.read_only = read_only
            self.config_source = config_source
            self.is_sensitive = is_sensitive

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[CreateTopicsResponse.CreatableTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is NEW else topics
