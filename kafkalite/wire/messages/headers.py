"""Generated from protocol/messages/headers.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import Field, Message, Versions


class RequestHeader(Message):
    """RequestHeader, versions 1-2, flexible from 2."""

    __slots__ = (
        "request_api_key",
        "request_api_version",
        "correlation_id",
        "client_id",
    )
    VERSIONS: ClassVar[Versions] = (1, 2)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("request_api_key", "int16", (1, 2), None, 0, None),
        ("request_api_version", "int16", (1, 2), None, 0, None),
        ("correlation_id", "int32", (1, 2), None, 0, None),
        ("client_id", "plain_string", (1, 2), (1, 2), "", None),
    )

    def __init__(
        self,
        *,
        request_api_key: int = 0,
        request_api_version: int = 0,
        correlation_id: int = 0,
        client_id: str | None = "",
    ) -> None:
        self.request_api_key = request_api_key
        self.request_api_version = request_api_version
        self.correlation_id = correlation_id
        self.client_id = client_id


class ResponseHeader(Message):
    """ResponseHeader, versions 0-1, flexible from 1."""

    __slots__ = ("correlation_id",)
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (("correlation_id", "int32", (0, 1), None, 0, None),)

    def __init__(
        self,
        *,
        correlation_id: int = 0,
    ) -> None:
        self.correlation_id = correlation_id
