"""Generated from protocol/messages/remove_raft_voter.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import ZERO_UUID, Field, Message, Uuid, Versions


class RemoveRaftVoterRequest(Message):
    """RemoveRaftVoter request, versions 0-0, flexible from 0."""

    __slots__ = (
        "cluster_id",
        "voter_id",
        "voter_directory_id",
    )
    API_KEY: ClassVar[int] = 81
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("cluster_id", "string", (0, 0), (0, 0), "", None),
        ("voter_id", "int32", (0, 0), None, 0, None),
        ("voter_directory_id", "uuid", (0, 0), None, ZERO_UUID, None),
    )

    def __init__(
        self,
        *,
        cluster_id: str | None = "",
        voter_id: int = 0,
        voter_directory_id: Uuid = ZERO_UUID,
    ) -> None:
        self.cluster_id = cluster_id
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id


class RemoveRaftVoterResponse(Message):
    """RemoveRaftVoter response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
    )
    API_KEY: ClassVar[int] = 81
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
