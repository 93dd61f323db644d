"""Generated from protocol/messages/transaction_state.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class TransactionLogKey(Message):
    """Key of record type 0, versions 0-0, never flexible."""

    __slots__ = ("transactional_id",)
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("transactional_id", "string", (0, 0), None, "", None),)

    def __init__(
        self,
        *,
        transactional_id: str = "",
    ) -> None:
        self.transactional_id = transactional_id


class TransactionLogValue(Message):
    """Value of record type 0, versions 0-1, flexible from 1."""

    __slots__ = (
        "producer_id",
        "previous_producer_id",
        "next_producer_id",
        "producer_epoch",
        "next_producer_epoch",
        "transaction_timeout_ms",
        "transaction_status",
        "transaction_partitions",
        "transaction_last_update_timestamp_ms",
        "transaction_start_timestamp_ms",
        "client_transaction_version",
    )
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("producer_id", "int64", (0, 1), None, 0, None),
        ("previous_producer_id", "int64", (1, 1), None, -1, 0),
        ("next_producer_id", "int64", (1, 1), None, -1, 1),
        ("producer_epoch", "int16", (0, 1), None, 0, None),
        ("next_producer_epoch", "int16", (1, 1), None, -1, 3),
        ("transaction_timeout_ms", "int32", (0, 1), None, 0, None),
        ("transaction_status", "int8", (0, 1), None, 0, None),
        ("transaction_partitions", "[]PartitionsSchema", (0, 1), (0, 1), NEW, None),
        ("transaction_last_update_timestamp_ms", "int64", (0, 1), None, 0, None),
        ("transaction_start_timestamp_ms", "int64", (0, 1), None, 0, None),
        ("client_transaction_version", "int16", (1, 1), None, 0, 2),
    )

    class PartitionsSchema(Message):
        """A part of TransactionLogValue."""

        __slots__ = (
            "topic",
            "partition_ids",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("topic", "string", (0, 1), None, "", None),
            ("partition_ids", "[]int32", (0, 1), None, NEW, None),
        )

        def __init__(
            self,
            *,
            topic: str = "",
            partition_ids: list[int] = NEW,
        ) -> None:
            self.topic = topic
            self.partition_ids = [] if partition_ids is NEW else partition_ids

    def __init__(
        self,
        *,
        producer_id: int = 0,
        previous_producer_id: int = -1,
        next_producer_id: int = -1,
        producer_epoch: int = 0,
        next_producer_epoch: int = -1,
        transaction_timeout_ms: int = 0,
        transaction_status: int = 0,
        transaction_partitions: list[TransactionLogValue.PartitionsSchema] | None = NEW,
        transaction_last_update_timestamp_ms: int = 0,
        transaction_start_timestamp_ms: int = 0,
        client_transaction_version: int = 0,
    ) -> None:
        self.producer_id = producer_id
        self.previous_producer_id = previous_producer_id
        self.next_producer_id = next_producer_id
        self.producer_epoch = producer_epoch
        self.next_producer_epoch = next_producer_epoch
        self.transaction_timeout_ms = transaction_timeout_ms
        self.transaction_status = transaction_status
        self.transaction_partitions = [] if transaction_partitions is NEW else transaction_partitions
        self.transaction_last_update_timestamp_ms = transaction_last_update_timestamp_ms
        self.transaction_start_timestamp_ms = transaction_start_timestamp_ms
        self.client_transaction_version = client_transaction_version
