"""Generated from protocol/messages/control_records.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ControlRecordTypeSchema(Message):
    """ControlRecordTypeSchema, versions 0-0, never flexible."""

    __slots__ = ("type",)
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("type", "int16", (0, 0), None, 0, None),)

    def __init__(
        self,
        *,
        type: int = 0,
    ) -> None:
        self.type = type


class EndTxnMarker(Message):
    """EndTxnMarker, versions 0-0, never flexible."""

    __slots__ = ("coordinator_epoch",)
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (("coordinator_epoch", "int32", (0, 0), None, 0, None),)

    def __init__(
        self,
        *,
        coordinator_epoch: int = 0,
    ) -> None:
        self.coordinator_epoch = coordinator_epoch


class LeaderChangeMessage(Message):
    """LeaderChangeMessage, versions 0-1, flexible from 0."""

    __slots__ = (
        "version",
        "leader_id",
        "voters",
        "granting_voters",
    )
    VERSIONS: ClassVar[Versions] = (0, 1)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("version", "int16", (0, 1), None, 0, None),
        ("leader_id", "int32", (0, 1), None, 0, None),
        ("voters", "[]Voter", (0, 1), None, NEW, None),
        ("granting_voters", "[]Voter", (0, 1), None, NEW, None),
    )

    class Voter(Message):
        """A part of LeaderChangeMessage."""

        __slots__ = (
            "voter_id",
            "voter_directory_id",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("voter_id", "int32", (0, 1), None, 0, None),
            ("voter_directory_id", "uuid", (1, 1), None, ZERO_UUID, None),
        )

        def __init__(
            self,
            *,
            voter_id: int = 0,
            voter_directory_id: Uuid = ZERO_UUID,
        ) -> None:
            self.voter_id = voter_id
            self.voter_directory_id = voter_directory_id

    def __init__(
        self,
        *,
        version: int = 0,
        leader_id: int = 0,
        voters: list[LeaderChangeMessage.Voter] = NEW,
        granting_voters: list[LeaderChangeMessage.Voter] = NEW,
    ) -> None:
        self.version = version
        self.leader_id = leader_id
        self.voters = [] if voters is NEW else voters
        self.granting_voters = [] if granting_voters is NEW else granting_voters


class SnapshotHeaderRecord(Message):
    """SnapshotHeaderRecord, versions 0-0, flexible from 0."""

    __slots__ = (
        "version",
        "last_contained_log_timestamp",
    )
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("version", "int16", (0, 0), None, 0, None),
        ("last_contained_log_timestamp", "int64", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        version: int = 0,
        last_contained_log_timestamp: int = 0,
    ) -> None:
        self.version = version
        self.last_contained_log_timestamp = last_contained_log_timestamp


class SnapshotFooterRecord(Message):
    """SnapshotFooterRecord, versions 0-0, flexible from 0."""

    __slots__ = ("version",)
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("version", "int16", (0, 0), None, 0, None),)

    def __init__(
        self,
        *,
        version: int = 0,
    ) -> None:
        self.version = version


class KRaftVersionRecord(Message):
    """KRaftVersionRecord, versions 0-0, flexible from 0."""

    __slots__ = (
        "version",
        "kraft_version",
    )
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("version", "int16", (0, 0), None, 0, None),
        ("kraft_version", "int16", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        version: int = 0,
        kraft_version: int = 0,
    ) -> None:
        self.version = version
        self.kraft_version = kraft_version


class VotersRecord(Message):
    """VotersRecord, versions 0-0, flexible from 0."""

    __slots__ = (
        "version",
        "voters",
    )
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("version", "int16", (0, 0), None, 0, None),
        ("voters", "[]Voter", (0, 0), None, NEW, None),
    )

    class Voter(Message):
        """A part of VotersRecord."""

        __slots__ = (
            "voter_id",
            "voter_directory_id",
            "endpoints",
            "kraft_version_feature",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("voter_id", "int32", (0, 0), None, 0, None),
            ("voter_directory_id", "uuid", (0, 0), None, ZERO_UUID, None),
            ("endpoints", "[]Endpoint", (0, 0), None, NEW, None),
            ("kraft_version_feature", "KRaftVersionFeature", (0, 0), None, NEW, None),
        )

        def __init__(
            self,
            *,
            voter_id: int = 0,
            voter_directory_id: Uuid = ZERO_UUID,
            endpoints: list[VotersRecord.Endpoint] = NEW,
            kraft_version_feature: VotersRecord.KRaftVersionFeature = NEW,
        ) -> None:
            self.voter_id = voter_id
            self.voter_directory_id = voter_directory_id
            self.endpoints = [] if endpoints is NEW else endpoints
            self.kraft_version_feature = (
                VotersRecord.KRaftVersionFeature() if kraft_version_feature is NEW else kraft_version_feature
            )

    class Endpoint(Message):
        """A part of VotersRecord."""

        __slots__ = (
            "name",
            "host",
            "port",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (0, 0), None, "", None),
            ("host", "string", (0, 0), None, "", None),
            ("port", "uint16", (0, 0), None, 0, None),
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

    class KRaftVersionFeature(Message):
        """A part of VotersRecord."""

        __slots__ = (
            "min_supported_version",
            "max_supported_version",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("min_supported_version", "int16", (0, 0), None, 0, None),
            ("max_supported_version", "int16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            min_supported_version: int = 0,
            max_supported_version: int = 0,
        ) -> None:
            self.min_supported_version = min_supported_version
            self.max_supported_version = max_supported_version

    def __init__(
        self,
        *,
        version: int = 0,
        voters: list[VotersRecord.Voter] = NEW,
    ) -> None:
        self.version = version
        self.voters = [] if voters is NEW else voters
