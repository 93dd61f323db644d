"""Generated from protocol/messages/write_txn_markers.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class WriteTxnMarkersRequest(Message):
    """WriteTxnMarkers request, versions 1-2, flexible from 1."""

    __slots__ = ("markers",)
    API_KEY: ClassVar[int] = 27
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (("markers", "[]WritableTxnMarker", (1, 2), None, NEW, None),)

    class WritableTxnMarker(Message):
        """A part of WriteTxnMarkersRequest."""

        __slots__ = (
            "producer_id",
            "producer_epoch",
            "transaction_result",
            "topics",
            "coordinator_epoch",
            "transaction_version",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("producer_id", "int64", (1, 2), None, 0, None),
            ("producer_epoch", "int16", (1, 2), None, 0, None),
            ("transaction_result", "bool", (1, 2), None, False, None),
            ("topics", "[]WritableTxnMarkerTopic", (1, 2), None, NEW, None),
            ("coordinator_epoch", "int32", (1, 2), None, 0, None),
            ("transaction_version", "int8", (2, 2), None, 0, None),
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            producer_epoch: int = 0,
            transaction_result: bool = False,
            topics: list[WriteTxnMarkersRequest.WritableTxnMarkerTopic] = NEW,
            coordinator_epoch: int = 0,
            transaction_version: int = 0,
        ) -> None:
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.transaction_result = transaction_result
            self.topics = [] if topics is NEW else topics
            self.coordinator_epoch = coordinator_epoch
            self.transaction_version = transaction_version

    class WritableTxnMarkerTopic(Message):
        """A part of WriteTxnMarkersRequest."""

        __slots__ = (
            "name",
            "partition_indexes",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 2), None, "", None),
            ("partition_indexes", "[]int32", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partition_indexes: list[int] = NEW,
        ) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is NEW else partition_indexes

    def __init__(
        self,
        *,
        markers: list[WriteTxnMarkersRequest.WritableTxnMarker] = NEW,
    ) -> None:
        self.markers = [] if markers is NEW else markers


class WriteTxnMarkersResponse(Message):
    """WriteTxnMarkers response, versions 1-2, flexible from 1."""

    __slots__ = ("markers",)
    API_KEY: ClassVar[int] = 27
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (("markers", "[]WritableTxnMarkerResult", (1, 2), None, NEW, None),)

    class WritableTxnMarkerResult(Message):
        """A part of WriteTxnMarkersResponse."""

        __slots__ = (
            "producer_id",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("producer_id", "int64", (1, 2), None, 0, None),
            ("topics", "[]WritableTxnMarkerTopicResult", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            topics: list[WriteTxnMarkersResponse.WritableTxnMarkerTopicResult] = NEW,
        ) -> None:
            self.producer_id = producer_id
            self.topics = [] if topics is NEW else topics

    class WritableTxnMarkerTopicResult(Message):
        """A part of WriteTxnMarkersResponse."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (1, 2), None, "", None),
            ("partitions", "[]WritableTxnMarkerPartitionResult", (1, 2), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult] = NEW,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is NEW else partitions

    class WritableTxnMarkerPartitionResult(Message):
        """A part of WriteTxnMarkersResponse."""

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
        markers: list[WriteTxnMarkersResponse.WritableTxnMarkerResult] = NEW,
    ) -> None:
        self.markers = [] if markers is NEW else markers
