"""Generated from protocol/messages/end_txn.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class EndTxnRequest(Message):
    """EndTxn request, versions 0-5, flexible from 3."""

    __slots__ = (
        "transactional_id",
        "producer_id",
        "producer_epoch",
        "committed",
    )
    API_KEY: ClassVar[int] = 26
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactional_id", "string", (0, 5), None, "", None),
        ("producer_id", "int64", (0, 5), None, 0, None),
        ("producer_epoch", "int16", (0, 5), None, 0, None),
        ("committed", "bool", (0, 5), None, False, None),
    )

    def __init__(
        self,
        *,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        committed: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.committed = committed


class EndTxnResponse(Message):
    """EndTxn response, versions 0-5, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "producer_id",
        "producer_epoch",
    )
    API_KEY: ClassVar[int] = 26
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 5), None, 0, None),
        ("error_code", "int16", (0, 5), None, 0, None),
        ("producer_id", "int64", (5, 5), None, -1, None),
        ("producer_epoch", "int16", (5, 5), None, -1, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
