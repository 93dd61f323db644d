"""Generated from protocol/messages/add_offsets_to_txn.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class AddOffsetsToTxnRequest(Message):
    """AddOffsetsToTxn request, versions 0-4, flexible from 3."""

    __slots__ = (
        "transactional_id",
        "producer_id",
        "producer_epoch",
        "group_id",
    )
    API_KEY: ClassVar[int] = 25
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("transactional_id", "string", (0, 4), None, "", None),
        ("producer_id", "int64", (0, 4), None, 0, None),
        ("producer_epoch", "int16", (0, 4), None, 0, None),
        ("group_id", "string", (0, 4), None, "", None),
    )

    def __init__(
        self,
        *,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        group_id: str = "",
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.group_id = group_id


class AddOffsetsToTxnResponse(Message):
    """AddOffsetsToTxn response, versions 0-4, flexible from 3."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
    )
    API_KEY: ClassVar[int] = 25
    VERSIONS: ClassVar[Versions] = (0, 4)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 4), None, 0, None),
        ("error_code", "int16", (0, 4), None, 0, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
