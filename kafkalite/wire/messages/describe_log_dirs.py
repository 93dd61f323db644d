"""Generated from protocol/messages/describe_log_dirs.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeLogDirsRequest(Message):
    """DescribeLogDirs request, versions 1-5, flexible from 2."""

    __slots__ = ("topics",)
    API_KEY: ClassVar[int] = 35
    VERSIONS: ClassVar[Versions] = (1, 5)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("topics", "[]DescribableLogDirTopic", (1, 5), (1, 5), NEW, None),)

    class DescribableLogDirTopic(Message):
        """A part of DescribeLogDirsRequest."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (1, 5), None, "", None),
            ("partitions", "[]int32", (1, 5), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[int] = NEW,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is NEW else partitions

    def __init__(
        self,
        *,
        topics: list[DescribeLogDirsRequest.DescribableLogDirTopic] | None = NEW,
    ) -> None:
        self.topics = [] if topics is NEW else topics


class DescribeLogDirsResponse(Message):
    """DescribeLogDirs response, versions 1-5, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "results",
    )
    API_KEY: ClassVar[int] = 35
    VERSIONS: ClassVar[Versions] = (1, 5)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (1, 5), None, 0, None),
        ("error_code", "int16", (3, 5), None, 0, None),
        ("results", "[]DescribeLogDirsResult", (1, 5), None, NEW, None),
    )

    class DescribeLogDirsResult(Message):
        """A part of DescribeLogDirsResponse."""

        __slots__ = (
            "error_code",
            "log_dir",
            "topics",
            "total_bytes",
            "usable_bytes",
            "is_cordoned",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (1, 5), None, 0, None),
            ("log_dir", "string", (1, 5), None, "", None),
            ("topics", "[]DescribeLogDirsTopic", (1, 5), None, NEW, None),
            ("total_bytes", "int64", (4, 5), None, -1, None),
            ("usable_bytes", "int64", (4, 5), None, -1, None),
            ("is_cordoned", "bool", (5, 5), None, False, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            log_dir: str = "",
            topics: list[DescribeLogDirsResponse.DescribeLogDirsTopic] = NEW,
            total_bytes: int = -1,
            usable_bytes: int = -1,
            is_cordoned: bool = False,
        ) -> None:
            self.error_code = error_code
            self.log_dir = log_dir
            self.topics = [] if topics is NEW else topics
            self.total_bytes = total_bytes
            self.usable_bytes = usable_bytes
            self.is_cordoned = is_cordoned

    class DescribeLogDirsTopic(Message):
        """A part of DescribeLogDirsResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 5), None, "", None),
            ("partitions", "[]DescribeLogDirsPartition", (1, 5), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DescribeLogDirsResponse.DescribeLogDirsPartition] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class DescribeLogDirsPartition(Message):
        """A part of DescribeLogDirsResponse."""

        __slots__ = (
            "partition_index",
            "partition_size",
            "offset_lag",
            "is_future_key",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (1, 5), None, 0, None),
            ("partition_size", "int64", (1, 5), None, 0, None),
            ("offset_lag", "int64", (1, 5), None, 0, None),
            ("is_future_key", "bool", (1, 5), None, False, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            partition_size: int = 0,
            offset_lag: int = 0,
            is_future_key: bool = False,
        ) -> None:
            self.partition_index = partition_index
            self.partition_size = partition_size
            self.offset_lag = offset_lag
            self.is_future_key = is_future_key

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results: list[DescribeLogDirsResponse.DescribeLogDirsResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results = [] if results is NEW else results
