"""Generated from protocol/messages/alter_user_scram_credentials.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class AlterUserScramCredentialsRequest(Message):
    """AlterUserScramCredentials request, versions 0-0, flexible from 0."""

    __slots__ = (
        "deletions",
        "upsertions",
    )
    API_KEY: ClassVar[int] = 51
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("deletions", "[]ScramCredentialDeletion", (0, 0), None, NEW, None),
        ("upsertions", "[]ScramCredentialUpsertion", (0, 0), None, NEW, None),
    )

    class ScramCredentialDeletion(Message):
        """A part of AlterUserScramCredentialsRequest."""

        __slots__ = (
            "name",
            "mechanism",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("mechanism", "int8", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            mechanism: int = 0,
        ) -> None:
            self.name = name
            self.mechanism = mechanism

    class ScramCredentialUpsertion(Message):
        """A part of AlterUserScramCredentialsRequest."""

        __slots__ = (
            "name",
            "mechanism",
            "iterations",
            "salt",
            "salted_password",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("mechanism", "int8", (0, 0), None, 0, None),
            ("iterations", "int32", (0, 0), None, 0, None),
            ("salt", "bytes", (0, 0), None, b"", None),
            ("salted_password", "bytes", (0, 0), None, b"", None),
        )
        SECRETS: ClassVar[tuple[str, ...]] = (
            "salt",
            "salted_password",
        )

        def __init__(
            self,
            *,
            name: str = "",
            mechanism: int = 0,
            iterations: int = 0,
            salt: bytes = b"",
            salted_password: bytes = b"",
        ) -> None:
            self.name = name
            self.mechanism = mechanism
            self.iterations = iterations
            self.salt = salt
            self.salted_password = salted_password

    def __init__(
        self,
        *,
        deletions: list[AlterUserScramCredentialsRequest.ScramCredentialDeletion] = NEW,
        upsertions: list[AlterUserScramCredentialsRequest.ScramCredentialUpsertion] = NEW,
    ) -> None:
        self.deletions = [] if deletions is NEW else deletions
        self.upsertions = [] if upsertions is NEW else upsertions


class AlterUserScramCredentialsResponse(Message):
    """AlterUserScramCredentials response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "results",
    )
    API_KEY: ClassVar[int] = 51
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("results", "[]AlterUserScramCredentialsResult", (0, 0), None, NEW, None),
    )

    class AlterUserScramCredentialsResult(Message):
        """A part of AlterUserScramCredentialsResponse."""

        __slots__ = (
            "user",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("user", "string", (0, 0), None, "", None),
            ("error_code", "int16", (0, 0), None, 0, None),
            ("error_message", "string", (0, 0), (0, 0), "", None),
        )

        def __init__(
            self,
            *,
            user: str = "",
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.user = user
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is NEW else results
