"""Generated from protocol/messages/expire_delegation_token.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class ExpireDelegationTokenRequest(Message):
    """ExpireDelegationToken request, versions 1-2, flexible from 2."""

    __slots__ = (
        "hmac",
        "expiry_time_period_ms",
    )
    API_KEY: ClassVar[int] = 40
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("hmac", "bytes", (1, 2), None, b"", None),
        ("expiry_time_period_ms", "int64", (1, 2), None, 0, None),
    )
    SECRETS: ClassVar[tuple[str, ...]] = ("hmac",)

    def __init__(
        self,
        *,
        hmac: bytes = b"",
        expiry_time_period_ms: int = 0,
    ) -> None:
        self.hmac = hmac
        self.expiry_time_period_ms = expiry_time_period_ms


class ExpireDelegationTokenResponse(Message):
    """ExpireDelegationToken response, versions 1-2, flexible from 2."""

    __slots__ = (
        "error_code",
        "expiry_timestamp_ms",
        "throttle_time_ms",
    )
    API_KEY: ClassVar[int] = 40
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (1, 2), None, 0, None),
        ("expiry_timestamp_ms", "int64", (1, 2), None, 0, None),
        ("throttle_time_ms", "int32", (1, 2), None, 0, None),
    )

    def __init__(
        self,
        *,
        error_code: int = 0,
        expiry_timestamp_ms: int = 0,
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.throttle_time_ms = throttle_time_ms
