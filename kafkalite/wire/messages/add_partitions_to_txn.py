"""Generated from protocol/messages/add_partitions_to_txn.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AddPartitionsToTxnRequest(Message):
    """AddPartitionsToTxn request, versions 0-5, flexible from 3."""

    __slots__ = (
        "transactions",
        "v3_and_below_transactional_id",
        "v3_and_below_producer_id",
        "v3_and_below_producer_epoch",
        "v3_and_below_topics",
    )
    API_KEY: ClassVar[int] = 24
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactions", "[]AddPartitionsToTxnTransaction", (4, 5), None, NEW, None),
        ("v3_and_below_transactional_id", "string", (0, 3), None, "", None),
        ("v3_and_below_producer_id", "int64", (0, 3), None, 0, None),
        ("v3_and_below_producer_epoch", "int16", (0, 3), None, 0, None),
        ("v3_and_below_topics", "[]AddPartitionsToTxnTopic", (0, 3), None, NEW, None),
    )

    class AddPartitionsToTxnTransaction(Message):
        """A part of AddPartitionsToTxnRequest."""

        __slots__ = (
            "transactional_id",
            "producer_id",
            "producer_epoch",
            "verify_only",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("transactional_id", "string", (4, 5), None, "", None),
            ("producer_id", "int64", (4, 5), None, 0, None),
            ("producer_epoch", "int16", (4, 5), None, 0, None),
            ("verify_only", "bool", (4, 5), None, False, None),
            ("topics", "[]AddPartitionsToTxnTopic", (4, 5), None, NEW, None),
        )

        def __init__(
            self,
            *,
            transactional_id: str = "",
            producer_id: int = 0,
            producer_epoch: int = 0,
            verify_only: bool = False,
            topics: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTopic] = NEW,
        ) -> None:
            self.transactional_id = transactional_id
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.verify_only = verify_only
            self.topics = [] if topics is NEW else topics

    class AddPartitionsToTxnTopic(Message):
        """A part of AddPartitionsToTxnRequest."""

        __slots__ = (
            "name",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 5), None, "", None),
            ("partitions", "[]int32", (0, 5), None, NEW, None),
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
        transactions: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction] = NEW,
        v3_and_below_transactional_id: str = "",
        v3_and_below_producer_id: int = 0,
        v3_and_below_producer_epoch: int = 0,
        v3_and_below_topics: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTopic] = NEW,
    ) -> None:
        self.transactions = [] if transactions is NEW else transactions
        self.v3_and_below_transactional_id = v3_and_below_transactional_id
        self.v3_and_below_producer_id = v3_and_below_producer_id
        self.v3_and_below_producer_epoch = v3_and_below_producer_epoch
        self.v3_and_below_topics = [] if v3_and_below_topics is NEW else v3_and_below_topics


class AddPartitionsToTxnResponse(Message):
    """AddPartitionsToTxn response, versions 0-5, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "results_by_transaction",
        "results_by_topic_v3_and_below",
    )
    API_KEY: ClassVar[int] = 24
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 5), None, 0, None),
        ("error_code", "int16", (4, 5), None, 0, None),
        ("results_by_transaction", "[]AddPartitionsToTxnResult", (4, 5), None, NEW, None),
        ("results_by_topic_v3_and_below", "[]AddPartitionsToTxnTopicResult", (0, 3), None, NEW, None),
    )

    class AddPartitionsToTxnResult(Message):
        """A part of AddPartitionsToTxnResponse."""

        __slots__ = (
            "transactional_id",
            "topic_results",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("transactional_id", "string", (4, 5), None, "", None),
            ("topic_results", "[]AddPartitionsToTxnTopicResult", (4, 5), None, NEW, None),
        )

        def __init__(
            self,
            *,
            transactional_id: str = "",
            topic_results: list[AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult] = NEW,
        ) -> None:
            self.transactional_id = transactional_id
            self.topic_results = [] if topic_results is NEW else topic_results

    class AddPartitionsToTxnTopicResult(Message):
        """A part of AddPartitionsToTxnResponse."""

        __slots__ = (
            "name",
            "results_by_partition",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 5), None, "", None),
            ("results_by_partition", "[]AddPartitionsToTxnPartitionResult", (0, 5), None, NEW, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            results_by_partition: list[AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult] = NEW,
        ) -> None:
            self.name = name
            self.results_by_partition = [] if results_by_partition is NEW else results_by_partition

    class AddPartitionsToTxnPartitionResult(Message):
        """A part of AddPartitionsToTxnResponse."""

        __slots__ = (
            "partition_index",
            "partition_error_code",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("partition_index", "int32", (0, 5), None, 0, None),
            ("partition_error_code", "int16", (0, 5), None, 0, None),
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            partition_error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.partition_error_code = partition_error_code

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results_by_transaction: list[AddPartitionsToTxnResponse.AddPartitionsToTxnResult] = NEW,
        results_by_topic_v3_and_below: list[AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results_by_transaction = [] if results_by_transaction is NEW else results_by_transaction
        self.results_by_topic_v3_and_below = (
            [] if results_by_topic_v3_and_below is NEW else results_by_topic_v3_and_below
        )
