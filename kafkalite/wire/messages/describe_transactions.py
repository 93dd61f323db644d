"""Generated from protocol/messages/describe_transactions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeTransactionsRequest(Message):
    """DescribeTransactions request, versions 0-0, flexible from 0."""

    __slots__ = ("transactional_ids",)
    API_KEY: ClassVar[int] = 65
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("transactional_ids", "[]string", (0, 0), None, NEW, None),)

    def __init__(
        self,
        *,
        transactional_ids: list[str] = NEW,
    ) -> None:
        self.transactional_ids = [] if transactional_ids is NEW else transactional_ids


class DescribeTransactionsResponse(Message):
    """DescribeTransactions response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "transaction_states",
    )
    API_KEY: ClassVar[int] = 65
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("transaction_states", "[]TransactionState", (0, 0), None, NEW, None),
    )

    class TransactionState(Message):
        """A part of DescribeTransactionsResponse."""

        __slots__ = (
            "error_code",
            "transactional_id",
            "transaction_state",
            "transaction_timeout_ms",
            "transaction_start_time_ms",
            "producer_id",
            "producer_epoch",
            "topics",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("error_code", "int16", (0, 0), None, 0, None),
            ("transactional_id", "string", (0, 0), None, "", None),
            ("transaction_state", "string", (0, 0), None, "", None),
            ("transaction_timeout_ms", "int32", (0, 0), None, 0, None),
            ("transaction_start_time_ms", "int64", (0, 0), None, 0, None),
            ("producer_id", "int64", (0, 0), None, 0, None),
            ("producer_epoch", "int16", (0, 0), None, 0, None),
            ("topics", "[]TopicData", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            transactional_id: str = "",
            transaction_state: str = "",
            transaction_timeout_ms: int = 0,
            transaction_start_time_ms: int = 0,
            producer_id: int = 0,
            producer_epoch: int = 0,
            topics: list[DescribeTransactionsResponse.TopicData] = NEW,
        ) -> None:
            self.error_code = error_code
            self.transactional_id = transactional_id
            self.transaction_state = transaction_state
            self.transaction_timeout_ms = transaction_timeout_ms
            self.transaction_start_time_ms = transaction_start_time_ms
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.topics = [] if topics is NEW else topics

    class TopicData(Message):
        """A part of DescribeTransactionsResponse."""

        __slots__ = (
            "topic",
            "partitions",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 0), None, "", None),
            ("partitions", "[]int32", (0, 0), None, NEW, None),
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
        throttle_time_ms: int = 0,
        transaction_states: list[DescribeTransactionsResponse.TransactionState] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.transaction_states = [] if transaction_states is NEW else transaction_states
