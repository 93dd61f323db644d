"""Generated from protocol/messages/unregister_broker.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class UnregisterBrokerRequest(Message):
    """UnregisterBroker request, versions 0-0, flexible from 0."""

    __slots__ = ("broker_id",)
    API_KEY: ClassVar[int] = 64
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("broker_id", "int32", (0, 0), None, 0, None),)

    def __init__(
        self,
        *,
        broker_id: int = 0,
    ) -> None:
        self.broker_id = broker_id


class UnregisterBrokerResponse(Message):
    """UnregisterBroker response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
    )
    API_KEY: ClassVar[int] = 64
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), "", None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
