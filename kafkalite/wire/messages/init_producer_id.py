"""Generated from protocol/messages/init_producer_id.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class InitProducerIdRequest(Message):
    """InitProducerId request, versions 0-6, flexible from 2."""

    __slots__ = (
        "transactional_id",
        "transaction_timeout_ms",
        "producer_id",
        "producer_epoch",
        "enable2_pc",
        "keep_prepared_txn",
    )
    API_KEY: ClassVar[int] = 22
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactional_id", "string", (0, 6), (0, 6), "", None),
        ("transaction_timeout_ms", "int32", (0, 6), None, 0, None),
        ("producer_id", "int64", (3, 6), None, -1, None),
        ("producer_epoch", "int16", (3, 6), None, -1, None),
        ("enable2_pc", "bool", (6, 6), None, False, None),
        ("keep_prepared_txn", "bool", (6, 6), None, False, None),
    )

    def __init__(
        self,
        *,
        transactional_id: str | None = "",
        transaction_timeout_ms: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
        enable2_pc: bool = False,
        keep_prepared_txn: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.transaction_timeout_ms = transaction_timeout_ms
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.enable2_pc = enable2_pc
        self.keep_prepared_txn = keep_prepared_txn


class InitProducerIdResponse(Message):
    """InitProducerId response, versions 0-6, flexible from 2."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "producer_id",
        "producer_epoch",
        "ongoing_txn_producer_id",
        "ongoing_txn_producer_epoch",
    )
    API_KEY: ClassVar[int] = 22
    VERSIONS: ClassVar[Versions] = (0, 6)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 6), None, 0, None),
        ("error_code", "int16", (0, 6), None, 0, None),
        ("producer_id", "int64", (0, 6), None, -1, None),
        ("producer_epoch", "int16", (0, 6), None, 0, None),
        ("ongoing_txn_producer_id", "int64", (6, 6), None, -1, None),
        ("ongoing_txn_producer_epoch", "int16", (6, 6), None, -1, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = 0,
        ongoing_txn_producer_id: int = -1,
        ongoing_txn_producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.ongoing_txn_producer_id = ongoing_txn_producer_id
        self.ongoing_txn_producer_epoch = ongoing_txn_producer_epoch
