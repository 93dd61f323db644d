"""Generated from protocol/messages/describe_delegation_token.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeDelegationTokenRequest(Message):
    """DescribeDelegationToken request, versions 1-3, flexible from 2."""

    __slots__ = ("owners",)
    API_KEY: ClassVar[int] = 41
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (("owners", "[]DescribeDelegationTokenOwner", (1, 3), (1, 3), NEW, None),)

    class DescribeDelegationTokenOwner(Message):
        """A part of DescribeDelegationTokenRequest."""

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
        owners: list[DescribeDelegationTokenRequest.DescribeDelegationTokenOwner] | None = NEW,
    ) -> None:
        self.owners = [] if owners is NEW else owners


class DescribeDelegationTokenResponse(Message):
    """DescribeDelegationToken response, versions 1-3, flexible from 2."""

    __slots__ = (
        "error_code",
        "tokens",
        "throttle_time_ms",
    )
    API_KEY: ClassVar[int] = 41
    VERSIONS: ClassVar[Versions] = (1, 3)
    FLEXIBLE: ClassVar[int | None] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (1, 3), None, 0, None),
        ("tokens", "[]DescribedDelegationToken", (1, 3), None, NEW, None),
        ("throttle_time_ms", "int32", (1, 3), None, 0, None),
    )

    class DescribedDelegationToken(Message):
        """A part of DescribeDelegationTokenResponse."""

        __slots__ = (
            "principal_type",
            "principal_name",
            "token_requester_principal_type",
            "token_requester_principal_name",
            "issue_timestamp",
            "expiry_timestamp",
            "max_timestamp",
            "token_id",
            "hmac",
            "renewers",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("principal_type", "string", (1, 3), None, "", None),
            ("principal_name", "string", (1, 3), None, "", None),
            ("token_requester_principal_type", "string", (3, 3), None, "", None),
            ("token_requester_principal_name", "string", (3, 3), None, "", None),
            ("issue_timestamp", "int64", (1, 3), None, 0, None),
            ("expiry_timestamp", "int64", (1, 3), None, 0, None),
            ("max_timestamp", "int64", (1, 3), None, 0, None),
            ("token_id", "string", (1, 3), None, "", None),
            ("hmac", "bytes", (1, 3), None, b"", None),
            ("renewers", "[]DescribedDelegationTokenRenewer", (1, 3), None, NEW, None),
        )
        SECRETS: ClassVar[tuple[str, ...]] = ("hmac",)

        def __init__(
            self,
            *,
            principal_type: str = "",
            principal_name: str = "",
            token_requester_principal_type: str = "",
            token_requester_principal_name: str = "",
            issue_timestamp: int = 0,
            expiry_timestamp: int = 0,
            max_timestamp: int = 0,
            token_id: str = "",
            hmac: bytes = b"",
            renewers: list[DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer] = NEW,
        ) -> None:
            self.principal_type = principal_type
            self.principal_name = principal_name
            self.token_requester_principal_type = token_requester_principal_type
            self.token_requester_principal_name = token_requester_principal_name
            self.issue_timestamp = issue_timestamp
            self.expiry_timestamp = expiry_timestamp
            self.max_timestamp = max_timestamp
            self.token_id = token_id
            self.hmac = hmac
            self.renewers = [] if renewers is NEW else renewers

    class DescribedDelegationTokenRenewer(Message):
        """A part of DescribeDelegationTokenResponse."""

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
        error_code: int = 0,
        tokens: list[DescribeDelegationTokenResponse.DescribedDelegationToken] = NEW,
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.tokens = [] if tokens is NEW else tokens
        self.throttle_time_ms = throttle_time_ms
