"""The members of a classic group: who they are, who leads them, and what they all can."""

from __future__ import annotations

from collections import Counter
from typing import Final

from kafkalite.core.groups.member import Member, Protocols
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.join_group import JoinGroupRequest

SHORTEST_REBALANCE: Final = 0.1
"""Seconds a phase of a rebalance lasts at least: clients may send 0 or less, and nobody could meet that."""


class Roster:
    """members: by member id, in the order they came. static_ids: the member id that an instance id has.

    leader: the member id of who assigns, None while there is nobody; the first one, until it goes or is late.
    """

    __slots__ = ("_supported", "leader", "members", "static_ids")

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.static_ids: dict[str, str] = {}
        self.leader: str | None = None
        self._supported: Counter[str] = Counter()
        """Of each protocol, how many members support it."""

    def check(self, member_id: str, instance_id: str | None) -> ErrorCode:
        """Return NONE if this is a member, else what it is told: FENCED_INSTANCE_ID or UNKNOWN_MEMBER_ID."""
        if instance_id is not None and self.static_ids.get(instance_id, member_id) != member_id:
            return ErrorCode.FENCED_INSTANCE_ID
        if member_id not in self.members or (instance_id is not None and instance_id not in self.static_ids):
            return ErrorCode.UNKNOWN_MEMBER_ID
        return ErrorCode.NONE

    # Coming and going

    def insert(self, member: Member) -> None:
        self.members[member.member_id] = member
        self._support(member.protocols)
        if member.instance_id is not None:
            self.static_ids[member.instance_id] = member.member_id
        if self.leader is None:
            self.leader = member.member_id

    def update(self, member: Member, message: JoinGroupRequest) -> None:
        """Take over what a JoinGroup of this member says."""
        self._withdraw(member.protocols)
        member.update(message)
        self._support(member.protocols)

    def take_out(self, member: Member) -> None:
        del self.members[member.member_id]
        self._withdraw(member.protocols)
        if member.instance_id is not None:
            del self.static_ids[member.instance_id]
        if self.leader == member.member_id:
            self.leader = next(iter(self.members), None)

    def _support(self, protocols: Protocols) -> None:
        self._supported.update(name for name, _ in protocols)

    def _withdraw(self, protocols: Protocols) -> None:
        for name, _ in protocols:
            self._supported[name] -= 1
            if not self._supported[name]:
                del self._supported[name]

    # What they agree on

    def share(self, name: str) -> bool:
        """Return whether all members support this protocol."""
        return self._supported[name] == len(self.members)

    def select_protocol(self) -> str:
        """Return the protocol with most votes: everybody votes for the one it likes best among those all support."""
        votes: Counter[str] = Counter()
        for member in self.members.values():
            votes.update(next(([name] for name, _ in member.protocols if self.share(name)), []))
        assert votes, "whoever joins shares a protocol with all the others"
        return votes.most_common(1)[0][0]  # in a tie the first vote counts

    def rebalance_timeout(self) -> float:
        """Return the longest of the members', in seconds."""
        longest = max((member.rebalance_timeout for member in self.members.values()), default=0.0)
        return max(longest, SHORTEST_REBALANCE)
