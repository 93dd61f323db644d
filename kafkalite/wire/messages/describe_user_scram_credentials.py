"""Generated from protocol/messages/describe_user_scram_credentials.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class DescribeUserScramCredentialsRequest(Message):
    """DescribeUserScramCredentials request, versions 0-0, flexible from 0."""

    __slots__ = ("users",)
    API_KEY: ClassVar[int] = 50
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("users", "[]UserName", (0, 0), (0, 0), NEW, None),)

    class UserName(Message):
        """A part of DescribeUserScramCredentialsRequest."""

        __slots__ = ("name",)
        FIELDS: ClassVar[tuple[Field, ...]] = (("name", "string", (0, 0), None, "", None),)

        def __init__(
            self,
            *,
            name: str = "",
        ) -> None:
            self.name = name

    def __init__(
        self,
        *,
        users: list[DescribeUserScramCredentialsRequest.UserName] | None = NEW,
    ) -> None:
        self.users = [] if users is NEW else users


class DescribeUserScramCredentialsResponse(Message):
    """DescribeUserScramCredentials response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "results",
    )
    API_KEY: ClassVar[int] = 50
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("error_message", "string", (0, 0), (0, 0), "", None),
        ("results", "[]DescribeUserScramCredentialsResult", (0, 0), None, NEW, None),
    )

    class DescribeUserScramCredentialsResult(Message):
        """A part of DescribeUserScramCredentialsResponse."""

        __slots__ = (
            "user",
            "error_code",
            "error_message",
            "credential_infos",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("user", "string", (0, 0), None, "", None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), "", None),
            ("credential_infos", "[]CredentialInfo", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            user: str = "",
            error_code: int = 0,
            error_message: str | None = "",
            credential_infos: list[DescribeUserScramCredentialsResponse.CredentialInfo] = NEW,
        ) -> None:
            self.user = user
            self.error_code = error_code
            self.error_message = error_message
            self.credential_infos = [] if credential_infos is NEW else credential_infos

    class CredentialInfo(Message):
        """A part of DescribeUserScramCredentialsResponse."""

        __slots__ = (
            "mechanism",
            "iterations",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("mechanism", "int8", (0, 0), None, 0, None),
            ("iterations", "int32", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            mechanism: int = 0,
            iterations: int = 0,
        ) -> None:
            self.mechanism = mechanism
            self.iterations = iterations

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results = [] if results is NEW else results
