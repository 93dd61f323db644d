"""Generated from protocol/messages/sasl_handshake.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class SaslHandshakeRequest(Message):
    """SaslHandshake request, versions 0-1, never flexible."""

    __slots__ = ("mechanism",)
    API_KEY: ClassVar[int] = 17
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("mechanism", "string", (0, 1), None, "", None),)

    def __init__(
        self,
        *,
        mechanism: str = "",
    ) -> None:
        self.mechanism = mechanism


class SaslHandshakeResponse(Message):
    """SaslHandshake response, versions 0-1, never flexible."""

    __slots__ = (
        "error_code",
        "mechanisms",
    )
    API_KEY: ClassVar[int] = 17
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (0, 1), None, 0, None),
        ("mechanisms", "[]string", (0, 1), None, NEW, None),
    )

    def __init__(
        self,
        *,
        error_code: int = 0,
        mechanisms: list[str] = NEW,
    ) -> None:
        self.error_code = error_code
        self.mechanisms = [] if mechanisms is NEW else mechanisms
