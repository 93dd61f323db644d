"""Generated from protocol/messages/add_raft_voter.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class AddRaftVoterRequest(Message):
    """AddRaftVoter request, versions 0-1, flexible from 0."""

    __slots__ = (
        "cluster_id",
        "timeout_ms",
        "voter_id",
        "voter_directory_id",
        "listeners",
        "ack_when_committed",
    )
    API_KEY: ClassVar[int] = 80
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("cluster_id", "string", (0, 1), (0, 1), "", None),
        ("timeout_ms", "int32", (0, 1), None, 0, None),
        ("voter_id", "int32", (0, 1), None, 0, None),
        ("voter_directory_id", "uuid", (0, 1), None, ZERO_UUID, None),
        ("listeners", "[]Listener", (0, 1), None, NEW, None),
        ("ack_when_committed", "bool", (1, 1), None, True, None),
    )

    class Listener(Message):
        """A part of AddRaftVoterRequest."""

        __slots__ = (
            "name",
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 1), None, "", None),
            ("host", "string", (0, 1), None, "", None),
            ("port", "uint16", (0, 1), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            host: str = "",
            port: int = 0,
        ) -> None:
            self.name = name
            self.host = host
            self.port = port

    def __init__(
        self,
        *,
        cluster_id: str | None = "",
        timeout_ms: int = 0,
        voter_id: int = 0,
        voter_directory_id: Uuid = ZERO_UUID,
        listeners: list[AddRaftVoterRequest.Listener] = NEW,
        ack_when_committed: bool = True,
    ) -> None:
        self.cluster_id = cluster_id
        self.timeout_ms = timeout_ms
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id
        self.listeners = [] if listeners is NEW else listeners
        self.ack_when_committed = ack_when_committed


class AddRaftVoterResponse(Message):
    """AddRaftVoter response, versions 0-1, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
    )
    API_KEY: ClassVar[int] = 80
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 1), None, 0, None),
        ("error_code", "int16", (0, 1), None, 0, None),
        ("error_message", "string", (0, 1), (0, 1), "", None),
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
