"""Generated from protocol/messages/sasl_authenticate.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class SaslAuthenticateRequest(Message):
    """SaslAuthenticate request, versions 0-2, flexible from 2."""

    __slots__ = ("auth_bytes",)
    API_KEY: ClassVar[int] = 36
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("auth_bytes", "bytes", (0, 2), None, b"", None),)
    SECRETS: ClassVar[tuple[str, ...]] = ("auth_bytes",)

    def __init__(
        self,
        *,
        auth_bytes: bytes = b"",
    ) -> None:
        self.auth_bytes = auth_bytes


class SaslAuthenticateResponse(Message):
    """SaslAuthenticate response, versions 0-2, flexible from 2."""

    __slots__ = (
        "error_code",
        "error_message",
        "auth_bytes",
        "session_lifetime_ms",
    )
    API_KEY: ClassVar[int] = 36
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (0, 2), None, 0, None),
        ("error_message", "string", (0, 2), (0, 2), "", None),
        ("auth_bytes", "bytes", (0, 2), None, b"", None),
        ("session_lifetime_ms", "int64", (1, 2), None, 0, None),
    )
    SECRETS: ClassVar[tuple[str, ...]] = ("auth_bytes",)

    def __init__(
        self,
        *,
        error_code: int = 0,
        error_message: str | None = "",
        auth_bytes: bytes = b"",
        session_lifetime_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.auth_bytes = auth_bytes
        self.session_lifetime_ms = session_lifetime_ms
