"""Generated from protocol/messages/share_group_state.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class ShareSnapshotKey(Message):
    """Key of record type 0, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "topic_id",
        "partition",
    )
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
        ("partition", "int32", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        topic_id: Uuid = ZERO_UUID,
        partition: int = 0,
    ) -> None:
        self.group_id = group_id
        self.topic_id = topic_id
        self.partition = partition


class ShareSnapshotValue(Message):
    """Value of record type 0, versions 0-0, flexible from 0."""

    __slots__ = (
        "snapshot_epoch",
        "state_epoch",
        "leader_epoch",
        "start_offset",
        "delivery_complete_count",
        "create_timestamp",
        "write_timestamp",
        "state_batches",
    )
    RECORD_TYPE: ClassVar[int] = 0
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("snapshot_epoch", "int32", (0, 0), None, 0, None),
        ("state_epoch", "int32", (0, 0), None, 0, None),
        ("leader_epoch", "int32", (0, 0), None, 0, None),
        ("start_offset", "int64", (0, 0), None, 0, None),
        ("delivery_complete_count", "int32", (0, 0), None, -1, 0),
        ("create_timestamp", "int64", (0, 0), None, 0, None),
        ("write_timestamp", "int64", (0, 0), None, 0, None),
        ("state_batches", "[]StateBatch", (0, 0), None, NEW, None),
    )

    class StateBatch(Message):
        """A part of ShareSnapshotValue."""

        __slots__ = (
            "first_offset",
            "last_offset",
            "delivery_state",
            "delivery_count",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("first_offset", "int64", (0, 0), None, 0, None),
            ("last_offset", "int64", (0, 0), None, 0, None),
            ("delivery_state", "int8", (0, 0), None, 0, None),
            ("delivery_count", "int16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_state: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_state = delivery_state
            self.delivery_count = delivery_count

    def __init__(
        self,
        *,
        snapshot_epoch: int = 0,
        state_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
        create_timestamp: int = 0,
        write_timestamp: int = 0,
        state_batches: list[ShareSnapshotValue.StateBatch] = NEW,
    ) -> None:
        self.snapshot_epoch = snapshot_epoch
        self.state_epoch = state_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count
        self.create_timestamp = create_timestamp
        self.write_timestamp = write_timestamp
        self.state_batches = [] if state_batches is NEW else state_batches


class ShareUpdateKey(Message):
    """Key of record type 1, versions 0-0, never flexible."""

    __slots__ = (
        "group_id",
        "topic_id",
        "partition",
    )
    RECORD_TYPE: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("group_id", "string", (0, 0), None, "", None),
        ("topic_id", "uuid", (0, 0), None, ZERO_UUID, None),
        ("partition", "int32", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        topic_id: Uuid = ZERO_UUID,
        partition: int = 0,
    ) -> None:
        self.group_id = group_id
        self.topic_id = topic_id
        self.partition = partition


class ShareUpdateValue(Message):
    """Value of record type 1, versions 0-0, flexible from 0."""

    __slots__ = (
        "snapshot_epoch",
        "leader_epoch",
        "start_offset",
        "delivery_complete_count",
        "state_batches",
    )
    RECORD_TYPE: ClassVar[int] = 1
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("snapshot_epoch", "int32", (0, 0), None, 0, None),
        ("leader_epoch", "int32", (0, 0), None, 0, None),
        ("start_offset", "int64", (0, 0), None, 0, None),
        ("delivery_complete_count", "int32", (0, 0), None, -1, 0),
        ("state_batches", "[]StateBatch", (0, 0), None, NEW, None),
    )

    class StateBatch(Message):
        """A part of ShareUpdateValue."""

        __slots__ = (
            "first_offset",
            "last_offset",
            "delivery_state",
            "delivery_count",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("first_offset", "int64", (0, 0), None, 0, None),
            ("last_offset", "int64", (0, 0), None, 0, None),
            ("delivery_state", "int8", (0, 0), None, 0, None),
            ("delivery_count", "int16", (0, 0), None, 0, None),
        )

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_state: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_state = delivery_state
            self.delivery_count = delivery_count

    def __init__(
        self,
        *,
        snapshot_epoch: int = 0,
        leader_epoch: int = 0,
        start_offset: int = 0,
        delivery_complete_count: int = -1,
        state_batches: list[ShareUpdateValue.StateBatch] = NEW,
    ) -> None:
        self.snapshot_epoch = snapshot_epoch
        self.leader_epoch = leader_epoch
        self.start_offset = start_offset
        self.delivery_complete_count = delivery_complete_count
        self.state_batches = [] if state_batches is NEW else state_batches
