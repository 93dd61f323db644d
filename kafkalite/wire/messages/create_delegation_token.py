"""Generated from protocol/messages/create_delegation_token.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class CreateDelegationTokenRequest(Message):
    """CreateDelegationToken request, versions 1-3, flexible from 2."""

    __slots__ = (
        "owner_principal_type",
        "owner_principal_name",
        "renewers",
        "max_lifetime_ms",
    )
    API_KEY: ClassVar[int] = 38
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("owner_principal_type", "string", (3, 3), (3, 3), "", None),
        ("owner_principal_name", "string", (3, 3), (3, 3), "", None),
        ("renewers", "[]CreatableRenewers", (1, 3), None, NEW, None),
        ("max_lifetime_ms", "int64", (1, 3), None, 0, None),
    )

    class CreatableRenewers(Message):
        """A part of CreateDelegationTokenRequest."""

        __slots__ = (
            "principal_type",
            "principal_name",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("principal_type", "string", (1, 3), None, "", None),
            ("principal_name", "string", (1, 3), None, "", None),
        )

        def __init__(
            self,
            *,
            principal_type: str = "",
            principal_name: str = "",
        ) -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name

    def __init__(
        self,
        *,
        owner_principal_type: str | None = "",
        owner_principal_name: str | None = "",
        renewers: list[CreateDelegationTokenRequest.CreatableRenewers] = NEW,
        max_lifetime_ms: int = 0,
    ) -> None:
        self.owner_principal_type = owner_principal_type
        self.owner_principal_name = owner_principal_name
        self.renewers = [] if renewers is NEW else renewers
        self.max_lifetime_ms = max_lifetime_ms


class CreateDelegationTokenResponse(Message):
    """CreateDelegationToken response, versions 1-3, flexible from 2."""

    __slots__ = (
        "error_code",
        "principal_type",
        "principal_name",
        "token_requester_principal_type",
        "token_requester_principal_name",
        "issue_timestamp_ms",
        "expiry_timestamp_ms",
        "max_timestamp_ms",
        "token_id",
        "hmac",
        "throttle_time_ms",
    )
    API_KEY: ClassVar[int] = 38
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (1, 3), None, 0, None),
        ("principal_type", "string", (1, 3), None, "", None),
        ("principal_name", "string", (1, 3), None, "", None),
        ("token_requester_principal_type", "string", (3, 3), None, "", None),
        ("token_requester_principal_name", "string", (3, 3), None, "", None),
        ("issue_timestamp_ms", "int64", (1, 3), None, 0, None),
        ("expiry_timestamp_ms", "int64", (1, 3), None, 0, None),
        ("max_timestamp_ms", "int64", (1, 3), None, 0, None),
        ("token_id", "string", (1, 3), None, "", None),
        ("hmac", "bytes", (1, 3), None, b"", None),
        ("throttle_time_ms", "int32", (1, 3), None, 0, None),
    )
    SECRETS: ClassVar[tuple[str, ...]] = ("hmac",)

    def __init__(
        self,
        *,
        error_code: int = 0,
        principal_type: str = "",
        principal_name: str = "",
        token_requester_principal_type: str = "",
        token_requester_principal_name: str = "",
        issue_timestamp_ms: int = 0,
        expiry_timestamp_ms: int = 0,
        max_timestamp_ms: int = 0,
        token_id: str = "",
        hmac: bytes = b"",
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.principal_type = principal_type
        self.principal_name = principal_name
        self.token_requester_principal_type = token_requester_principal_type
        self.token_requester_principal_name = token_requester_principal_name
        self.issue_timestamp_ms = issue_timestamp_ms
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.max_timestamp_ms = max_timestamp_ms
        self.token_id = token_id
        self.hmac = hmac
        self.throttle_time_ms = throttle_time_ms
