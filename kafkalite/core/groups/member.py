"""A member of a classic group."""

from __future__ import annotations

import math

from kafkalite.core.groups.turn import Caller
from kafkalite.wire.messages.consumer_offsets import GroupMetadataValue
from kafkalite.wire.messages.join_group import JoinGroupRequest

Protocols = tuple[tuple[str, bytes], ...]
"""(name, metadata) of every protocol a member supports, the one it likes best first."""


def protocols_of(message: JoinGroupRequest) -> Protocols:
    """Return what a JoinGroup offers, every name once."""
    return tuple({protocol.name: protocol.metadata for protocol in message.protocols}.items())


class Member:
    """Who it is, what it can, and which of its requests wait for an answer.

    join_slot, sync_slot: where the waiting JoinGroup or SyncGroup is to be answered, None if none waits.
    session_deadline: when it counts as gone unless it is heard of before; see `expires_at`.
    is_new: it joined for the first time and has not been answered yet.
    """

    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "instance_id",
        "is_new",
        "join_slot",
        "member_id",
        "protocols",
        "rebalance_timeout",
        "session_deadline",
        "session_timeout",
        "sync_slot",
    )

    def __init__(self, member_id: str, instance_id: str | None, client_id: str, client_host: str) -> None:
        self.member_id = member_id
        self.instance_id = instance_id
        self.client_id = client_id
        self.client_host = client_host
        self.protocols: Protocols = ()
        self.rebalance_timeout = 0.0
        self.session_timeout = 0.0
        self.session_deadline = math.inf
        self.assignment = b""
        self.is_new = False
        self.join_slot: object | None = None
        self.sync_slot: object | None = None

    @classmethod
    def joining(cls, member_id: str, message: JoinGroupRequest, caller: Caller) -> Member:
        """Return the member a JoinGroup makes."""
        member = cls(member_id, message.group_instance_id, caller.client_id, caller.client_host)
        member.update(message)
        return member

    @classmethod
    def restored(cls, stored: GroupMetadataValue.MemberMetadata, protocol: str) -> Member:
        """Return the member as its group's record tells it: of its protocols only the chosen one is stored."""
        member = cls(stored.member_id, stored.group_instance_id, stored.client_id, stored.client_host)
        member.protocols = ((protocol, stored.subscription),)
        member.session_timeout = stored.session_timeout / 1000
        # Version 0 had one timeout for both.
        member.rebalance_timeout = (
            stored.session_timeout if stored.rebalance_timeout < 0 else stored.rebalance_timeout
        ) / 1000
        member.assignment = stored.assignment
        return member

    def update(self, message: JoinGroupRequest) -> None:
        """Take over what a JoinGroup of this member says."""
        self.protocols = protocols_of(message)
        self.rebalance_timeout = message.rebalance_timeout_ms / 1000
        self.session_timeout = message.session_timeout_ms / 1000

    def stored(self, protocol: str, assignment: bytes) -> GroupMetadataValue.MemberMetadata:
        """Return this member's part of the group's record."""
        return GroupMetadataValue.MemberMetadata(
            member_id=self.member_id,
            group_instance_id=self.instance_id,
            client_id=self.client_id,
            client_host=self.client_host,
            rebalance_timeout=round(self.rebalance_timeout * 1000),
            session_timeout=round(self.session_timeout * 1000),
            subscription=self.metadata(protocol),
            assignment=assignment,
        )

    def metadata(self, protocol: str) -> bytes:
        """Return what the member said of itself for `protocol`; empty if it does not support it."""
        for name, metadata in self.protocols:
            if name == protocol:
                return metadata
        return b""

    def expires_at(self) -> float:
        """Return when the member is gone if nothing is heard of it.

        One that waits for an answer of ours is alive. Only a new member that waits in JoinGroup may be gone all the
        same: it has no id to come back with, and whoever retries adds another.
        """
        if self.is_new or (self.join_slot is None and self.sync_slot is None):
            return self.session_deadline
        return math.inf

    def __str__(self) -> str:
        return self.member_id if self.instance_id is None else f"{self.member_id} (instance {self.instance_id})"
