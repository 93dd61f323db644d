"""Generated from protocol/messages/alter_replica_log_dirs.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AlterReplicaLogDirsRequest(Message):
    """AlterReplicaLogDirs request, versions 1-2, flexible from 2."""

    __slots__ = ("dirs",)
    API_KEY: ClassVar[int] = 34
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("dirs", "[]AlterReplicaLogDir", (1, 2), None, NEW, None),)

    class AlterReplicaLogDir(Message):
        """A part of AlterReplicaLogDirsRequest."""

        __slots__ = (
            "path",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("path", "string", (1, 2), None, "", None),
            ("topics", "[]AlterReplicaLogDirTopic", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            path: str = "",
            topics: list[AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic] = NEW,
        ) -> None:
            self.path = path
            self.topics = [] if topics is NEW else topics

    class AlterReplicaLogDirTopic(Message):
        """A part of AlterReplicaLogDirsRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 2), None, "", None),
            ("partitions", "[]int32", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        dirs: list[AlterReplicaLogDirsRequest.AlterReplicaLogDir] = NEW,
    ) -> None:
        self.dirs = [] if dirs is NEW else dirs


class AlterReplicaLogDirsResponse(Message):
    """AlterReplicaLogDirs response, versions 1-2, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 34
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 2), None, 0, None),
        ("results", "[]AlterReplicaLogDirTopicResult", (1, 2), None, NEW, None),
    )

    class AlterReplicaLogDirTopicResult(Message):
        """A part of AlterReplicaLogDirsResponse."""

        __slots__ = (
            "topic_name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic_name", "string", (1, 2), None, "", None),
            ("partitions", "[]AlterReplicaLogDirPartitionResult", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult] = NEW,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is NEW else partitions

    class AlterReplicaLogDirPartitionResult(Message):
        """A part of AlterReplicaLogDirsResponse."""

        __slots__ = (
            "partition_index",
            "error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 2), None, 0, None),
            ("error_code", "int16", (1, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
