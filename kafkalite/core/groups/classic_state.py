"""The states of a classic group, and what each request gets in them."""

from __future__ import annotations

from enum import Enum
from typing import Final


class GroupState(Enum):
    """Where a classic group stands; the value is Kafka's name of it.

    In every state: a wrong or unknown member id gets UNKNOWN_MEMBER_ID (25), an instance id that belongs to another
    member id FENCED_INSTANCE_ID (82), another generation ILLEGAL_GENERATION (22), a protocol type or name that is not
    the group's INCONSISTENT_GROUP_PROTOCOL (23), a JoinGroup beyond the size limit GROUP_MAX_SIZE_REACHED (81); a
    dynamic member without an id is sent one with MEMBER_ID_REQUIRED (79) and then is pending. Heartbeat and
    OffsetCommit prolong the session.
    """

    EMPTY = "Empty"
    """Nobody is in it, though new members may be pending and offsets may be committed.

    JoinGroup: any protocol type; begins the first rebalance and waits. SyncGroup, Heartbeat: 25. OffsetCommit:
    without a generation yes, with one 25. LeaveGroup: 25, or 0 from a pending member. DeleteGroups, OffsetDelete:
    yes.
    """

    PREPARING_REBALANCE = "PreparingRebalance"
    """A new generation gathers: until all members have joined and none is pending, at most the longest rebalance
    timeout.

    From Empty it waits for the initial delay instead, once more for everybody who comes meanwhile; or, without one, for
    who has asked for the coordinator or has got an id a moment ago. JoinGroup: waits.
    SyncGroup, Heartbeat: REBALANCE_IN_PROGRESS (27). OffsetCommit: yes. LeaveGroup: yes, and its waiting JoinGroup
    gets 25. DeleteGroups: 68.
    """

    COMPLETING_REBALANCE = "CompletingRebalance"
    """The generation is told to its members; the leader computes the assignment, which then is stored.

    JoinGroup: from a member with unchanged protocols the generation once more, otherwise a new rebalance. SyncGroup:
    waits for the leader's; who does not sync within the longest rebalance timeout is removed. Heartbeat: 0.
    OffsetCommit: 27. LeaveGroup: a new rebalance, waiting SyncGroups get 27. DeleteGroups: 68.
    """

    STABLE = "Stable"
    """The assignment is stored and everybody may have it.

    JoinGroup: from the leader, a newcomer or with changed protocols a new rebalance; from a follower the generation
    once more; a static member that comes back without its id gets a new one and no rebalance unless the chosen
    protocol changes by it. SyncGroup: the stored assignment. Heartbeat: 0. OffsetCommit: yes. LeaveGroup: a new
    rebalance. DeleteGroups: 68.
    """

    DEAD = "Dead"
    """Its deletion is being stored. Everything gets COORDINATOR_NOT_AVAILABLE (15); who comes back finds no group."""


LEGAL_FROM: Final = {
    GroupState.EMPTY: (GroupState.PREPARING_REBALANCE,),
    GroupState.PREPARING_REBALANCE: (GroupState.EMPTY, GroupState.COMPLETING_REBALANCE, GroupState.STABLE),
    GroupState.COMPLETING_REBALANCE: (GroupState.PREPARING_REBALANCE,),
    GroupState.STABLE: (GroupState.COMPLETING_REBALANCE,),
    GroupState.DEAD: (GroupState.EMPTY,),
}
"""From where a state is reached, but by what the log says at a start."""
