"""The classic group protocol: members join, one of them assigns, all of them sync and send heartbeats.

Pure: requests, ticks and stored records come in with the time; records to store and replies come out in a `Turn`. A
request that must wait leaves its slot with its member. The generation, the leader and the assignment are stored in
one record, written when the leader has assigned, when a static member is replaced and when the last member is gone;
the group is Stable only once that record is stored (`stored`). What is not stored is forgotten at a restart, and the
members join again.

Kafka's broker is the model (KIP-134 the initial delay, KIP-345 static members, KIP-394 member ids first, KIP-559
protocol type and name, KIP-800 reasons, KIP-814 skip_assignment). We differ where Kafka forgets a request: when a
member repeats one that still waits, the old one gets REBALANCE_IN_PROGRESS and the new one waits; the waiting
SyncGroup of a member that leaves or is removed gets UNKNOWN_MEMBER_ID as its JoinGroup does. A pending member that
leaves makes nobody rebalance; one that joins with an instance id is unknown (in Kafka that is an internal error). A
static member that comes back shows its new client id and host.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from kafkalite.core.groups.classic_state import LEGAL_FROM, GroupState
from kafkalite.core.groups.group_settings import GroupSettings
from kafkalite.core.groups.member import Member, Protocols, protocols_of
from kafkalite.core.groups.records import GroupStored
from kafkalite.core.groups.roster import Roster
from kafkalite.core.groups.turn import Caller, Turn
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.consumer_offsets import GroupMetadataKey, GroupMetadataValue
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse

CONSUMER = "consumer"
"""The protocol type of consumers, the only one whose metadata we read."""

NEW_MEMBER_JOIN_TIMEOUT = 300.0
"""Seconds a first JoinGroup may wait: Kafka's constant against clients that give up and come back as somebody else."""

LONGEST_GATHERING = 3.0
"""Seconds the first generation waits for members on their way at most, which is Kafka's initial delay: an admin client
that asks for the coordinator over and over again looks like one of them.
"""


class ClassicGroup:
    """The members of one group and the rebalance they are in."""

    __slots__ = (
        "_due",
        "_initial_end",
        "_is_gathering",
        "_joined",
        "_join_deadline",
        "_late_joiner",
        "_new_id",
        "_others_until",
        "_pending_until",
        "_settings",
        "_storing",
        "_sync_deadline",
        "_unsynced",
        "generation",
        "group_id",
        "pending",
        "protocol",
        "protocol_type",
        "roster",
        "state",
        "state_since_ms",
    )

    def __init__(
        self, group_id: str, settings: GroupSettings, new_id: Callable[[], str], others_until: Callable[[float], float]
    ) -> None:
        """others_until: returns, of an instant, until when others are expected to join as well."""
        self.group_id = group_id
        self._others_until = others_until
        self._settings = settings
        self._new_id = new_id
        self._reset()

    def _reset(self) -> None:
        self.state = GroupState.EMPTY
        self.state_since_ms = -1
        self.generation = 0
        self.protocol_type: str | None = None
        self.protocol: str | None = None
        self.roster = Roster()
        self.pending: dict[str, float] = {}  # member id that was handed out -> when it is no longer waited for
        self._joined = 0  # members whose JoinGroup waits
        self._join_deadline = math.inf
        self._initial_end: float | None = None  # set during a rebalance that began in Empty: when it ends at the latest
        self._is_gathering = False  # during such a rebalance: it goes on when everybody is here who was on the way
        self._pending_until = -math.inf  # until when those with a new id are expected
        self._late_joiner = False  # during such a rebalance: somebody came since the delay was last extended
        self._unsynced: set[str] = set()  # members that have not sent SyncGroup in this generation
        self._sync_deadline = math.inf
        self._storing = False  # the leader's assignment is on its way to the log
        self._due = math.inf  # no deadline of the group is before this

    @property
    def members(self) -> dict[str, Member]:
        """By member id, in the order they came."""
        return self.roster.members

    # -- JoinGroup

    def join(self, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        """Let a member in, or let it wait for the others."""
        member_id = message.member_id
        if self.state is GroupState.DEAD:
            turn.reply(caller.slot, join_error(ErrorCode.COORDINATOR_NOT_AVAILABLE, member_id))
        elif not self._has_room_for(member_id):
            self._turn_away(member_id, turn)
            turn.reply(caller.slot, join_error(ErrorCode.GROUP_MAX_SIZE_REACHED, ""))
        elif not self._shares_protocol(message.protocol_type, protocols_of(message)):
            turn.reply(caller.slot, join_error(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, member_id))
        elif not member_id:
            self._join_unknown(message, caller, turn)
        elif member_id in self.pending and message.group_instance_id is None:
            del self.pending[member_id]
            self._add(member_id, message, caller, turn)
        elif code := self._check(member_id, message.group_instance_id):
            turn.reply(caller.slot, join_error(code, member_id))
        else:
            self._rejoin(self.members[member_id], message, caller, turn)

    def _join_unknown(self, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        instance_id = message.group_instance_id
        if instance_id is None:
            member_id = f"{caller.client_id}-{self._new_id()}"
            if caller.learns_member_id:
                # KIP-394: a new member must first learn its id, so that a retry is not taken for somebody else.
                self._pending_until = turn.now + self._settings.gathering
                self.pending[member_id] = self._by(turn.now + message.session_timeout_ms / 1000)
                turn.reply(caller.slot, join_error(ErrorCode.MEMBER_ID_REQUIRED, member_id))
            else:
                self._add(member_id, message, caller, turn)
            return
        member_id = f"{instance_id}-{self._new_id()}"
        if instance_id in self.roster.static_ids:
            self._replace(self.members[self.roster.static_ids[instance_id]], member_id, message, caller, turn)
        else:
            self._add(member_id, message, caller, turn)

    def _add(self, member_id: str, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        member = Member.joining(member_id, message, caller)
        if not self.members:
            self.protocol_type = message.protocol_type
        self.roster.insert(member)
        member.is_new = True
        member.session_deadline = self._by(turn.now + NEW_MEMBER_JOIN_TIMEOUT)
        self._park_join(member, caller, turn)
        self._late_joiner = self._initial_end is not None
        self._rebalance(_reason(f"{member} joined", message.reason), turn)

    def _rejoin(self, member: Member, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        changed = member.protocols != protocols_of(message)
        leads = member.member_id == self.roster.leader
        if self.state is GroupState.COMPLETING_REBALANCE and not changed:
            turn.reply(caller.slot, self._generation_for(member))
            return
        if self.state is GroupState.STABLE and not changed and not leads:
            turn.reply(caller.slot, self._generation_for(member))
            return
        self.roster.update(member, message)
        self._park_join(member, caller, turn)
        why = "with other metadata" if changed else "as the leader" if leads else "again"
        self._rebalance(_reason(f"{member} joined {why}", message.reason), turn)

    def _replace(self, old: Member, member_id: str, message: JoinGroupRequest, caller: Caller, turn: Turn) -> None:
        """Let a static member that comes back without its id have its old place under a new id (KIP-345)."""
        leader_before = self.roster.leader
        self._answer_join(old, join_error(ErrorCode.FENCED_INSTANCE_ID, old.member_id), turn)
        self._answer_sync(old, SyncGroupResponse(error_code=ErrorCode.FENCED_INSTANCE_ID), turn)
        member = Member.joining(member_id, message, caller)
        member.assignment = old.assignment
        self._heard_of(member, turn.now)
        self._take_out(old)
        self.roster.insert(member)
        if leader_before == old.member_id:
            self.roster.leader = member_id
        turn.tell(f"group {self.group_id}: {old.member_id} came back as {member}")
        if self.state is not GroupState.STABLE or self.roster.select_protocol() != self.protocol:
            self._park_join(member, caller, turn)
            self._rebalance(_reason(f"{member} came back", message.reason), turn)
            return
        leads = self.roster.leader == member_id and caller.can_skip_assignment
        response = self._generation_for(member, with_members=leads)
        response.skip_assignment = leads
        if not caller.can_skip_assignment:
            # Before version 9 a leader that came back is told its old id as the leader's: it syncs and does not assign.
            response.leader = leader_before or ""
        turn.change(self._as_stored({one.member_id: one.assignment for one in self.members.values()}))
        turn.reply(caller.slot, response)

    def _has_room_for(self, member_id: str) -> bool:
        member = self.members.get(member_id)
        match self.state:
            case GroupState.PREPARING_REBALANCE:
                # Those who wait count, not the members: so a limit that was lowered puts out who comes back last.
                return (member is not None and member.join_slot is not None) or self._joined < self._settings.max_size
            case GroupState.COMPLETING_REBALANCE | GroupState.STABLE:
                return member is not None or len(self.members) < self._settings.max_size
        return True

    def _shares_protocol(self, protocol_type: str, protocols: Protocols) -> bool:
        if self.state is GroupState.EMPTY:
            return bool(protocol_type and protocols)
        return protocol_type == self.protocol_type and any(self.roster.share(name) for name, _ in protocols)

    def _turn_away(self, member_id: str, turn: Turn) -> None:
        if member_id in self.members:
            self._dismiss([self.members[member_id]], "the group is full", turn)
        elif self.pending.pop(member_id, None) is not None:
            self._try_complete_join(turn)

    def _generation_for(self, member: Member, *, with_members: bool | None = None) -> JoinGroupResponse:
        """Return the answer that lets `member` into the current generation; the leader gets the list to assign to."""
        if with_members is None:
            with_members = member.member_id == self.roster.leader
        protocol = self.protocol or ""
        return JoinGroupResponse(
            generation_id=self.generation,
            protocol_type=self.protocol_type,
            protocol_name=protocol,
            leader=self.roster.leader or "",
            member_id=member.member_id,
            members=[
                JoinGroupResponse.JoinGroupResponseMember(
                    member_id=one.member_id, group_instance_id=one.instance_id, metadata=one.metadata(protocol)
                )
                for one in (self.members.values() if with_members else ())
            ],
        )

    # -- the rebalance

    def _rebalance(self, reason: str, turn: Turn) -> None:
        """Begin a rebalance, or get on with the one that is going on."""
        if self.state is GroupState.PREPARING_REBALANCE:
            turn.tell(f"group {self.group_id}: {reason}")
            self._try_complete_join(turn)
        else:
            self._prepare(reason, turn)

    def _prepare(self, reason: str, turn: Turn) -> None:
        turn.tell(f"group {self.group_id}: generation {self.generation} rebalances: {reason}")
        if self.state is GroupState.COMPLETING_REBALANCE:
            for member in self.members.values():
                member.assignment = b""
                self._answer_sync(member, SyncGroupResponse(error_code=ErrorCode.REBALANCE_IN_PROGRESS), turn)
        self._unsynced.clear()
        self._sync_deadline = math.inf
        self._storing = False
        first = self.state is GroupState.EMPTY
        self._become(GroupState.PREPARING_REBALANCE, turn)
        if first:
            delay, longest = self._settings.initial_rebalance_delay, self.roster.rebalance_timeout()
            self._initial_end = turn.now + (
                max(delay, longest) if delay else min(max(LONGEST_GATHERING, self._settings.gathering), longest)
            )
            self._join_deadline = self._by(turn.now + delay)
            self._late_joiner = False
        else:
            self._join_deadline = self._by(turn.now + self.roster.rebalance_timeout())
            self._try_complete_join(turn)

    def _try_complete_join(self, turn: Turn) -> None:
        # Pending members hold up members; where there are none any more the group is empty at once.
        everybody = self._joined == len(self.members) and not (self.members and self.pending)
        gathers = self._initial_end is not None and not (
            self._is_gathering and self._gathers_until(turn.now) <= turn.now
        )
        if self.state is GroupState.PREPARING_REBALANCE and everybody and not gathers:
            self._complete_join(turn)

    def _gathers_until(self, now: float) -> float:
        """Return until when the first generation waits for members on their way, as far as is known now."""
        if not self._settings.gathering:
            return -math.inf
        return max(self._others_until(now), self._pending_until if self.pending else -math.inf)

    def _complete_join(self, turn: Turn) -> None:
        """Go on with those who joined; silent static members stay until their session ends."""
        self._initial_end = None
        self._is_gathering = False
        absent = [member for member in self.members.values() if member.join_slot is None and member.instance_id is None]
        for member in absent:
            self._remove(member, turn)
            turn.tell(f"group {self.group_id}: {member} did not join in time and is out")
        if self.members and not self._elect_leader(turn):
            self._join_deadline = self._by(turn.now + self.roster.rebalance_timeout())
            return
        self._join_deadline = math.inf
        self.generation += 1
        if self.members:
            self._begin_generation(turn)
        else:
            self._become_empty(turn)

    def _begin_generation(self, turn: Turn) -> None:
        self.protocol = self.roster.select_protocol()
        self._become(GroupState.COMPLETING_REBALANCE, turn)
        turn.tell(
            f"group {self.group_id}: generation {self.generation}: leader {self.roster.leader}, "
            f"protocol {self.protocol}, members: {len(self.members)}"
        )
        for member in self.members.values():
            member.is_new = False
            self._heard_of(member, turn.now)
            self._answer_join(member, self._generation_for(member), turn)
            self._unsynced.add(member.member_id)
        self._sync_deadline = self._by(turn.now + self.roster.rebalance_timeout())

    def _become_empty(self, turn: Turn) -> None:
        self.protocol = None
        self._become(GroupState.EMPTY, turn)
        turn.tell(f"group {self.group_id}: generation {self.generation} is empty")
        turn.change(self._as_stored({}))

    def _elect_leader(self, turn: Turn) -> bool:
        """Keep the leader if it joined, else take the first that did; False if nobody did."""
        if self.roster.leader is not None and self.members[self.roster.leader].join_slot is not None:
            return True
        joined = (member for member in self.members.values() if member.join_slot is not None)
        leader = next(joined, None)
        if leader is None:
            turn.tell(
                f"group {self.group_id}: nobody joined; waiting for the static members or the end of their sessions"
            )
            return False
        turn.tell(f"group {self.group_id}: {leader} leads instead of {self.roster.leader}, which did not join in time")
        self.roster.leader = leader.member_id
        return True

    # -- SyncGroup

    def sync(self, message: SyncGroupRequest, caller: Caller, turn: Turn) -> None:
        """Take the leader's assignment, give everybody its part."""
        if code := self._check_sync(message):
            turn.reply(caller.slot, SyncGroupResponse(error_code=code))
            return
        member = self.members[message.member_id]
        self._unsynced.discard(member.member_id)
        if self.state is GroupState.STABLE:
            turn.reply(caller.slot, self._assignment_of(member))
            return
        self._answer_sync(member, SyncGroupResponse(error_code=ErrorCode.REBALANCE_IN_PROGRESS), turn)
        member.sync_slot = caller.slot
        if member.member_id == self.roster.leader and not self._storing:
            self._storing = True
            turn.change(self._as_stored({part.member_id: part.assignment for part in message.assignments}))

    def _check_sync(self, message: SyncGroupRequest) -> ErrorCode:
        if code := self._check(message.member_id, message.group_instance_id):
            return code
        if message.generation_id != self.generation:
            return ErrorCode.ILLEGAL_GENERATION
        if message.protocol_type not in (None, self.protocol_type) or message.protocol_name not in (
            None,
            self.protocol,
        ):
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
        if self.state is GroupState.PREPARING_REBALANCE:
            return ErrorCode.REBALANCE_IN_PROGRESS
        return ErrorCode.NONE

    def _assignment_of(self, member: Member) -> SyncGroupResponse:
        return SyncGroupResponse(
            protocol_type=self.protocol_type, protocol_name=self.protocol, assignment=member.assignment
        )

    def stored(self, value: GroupMetadataValue, turn: Turn) -> None:
        """The group is in the log as `value`. If that is the assignment everybody waits for, hand it out."""
        if self.state is not GroupState.COMPLETING_REBALANCE or value.generation != self.generation:
            return
        self._storing = False
        for part in value.members:
            if part.member_id in self.members:
                self.members[part.member_id].assignment = part.assignment
        self._become(GroupState.STABLE, turn)
        for member in self.members.values():
            self._answer_sync(member, self._assignment_of(member), turn)
        turn.tell(f"group {self.group_id}: generation {self.generation} is stable")

    def late(self, value: GroupMetadataValue, code: ErrorCode, turn: Turn) -> None:
        """`value` should have been in the log by now: whoever waits for it as the assignment gets `code`, joins again.

        It may be stored yet, when the rebalance has overtaken it.
        """
        if self._storing and value.generation == self.generation:
            for member in self.members.values():
                self._answer_sync(member, SyncGroupResponse(error_code=code), turn)
            self._rebalance("the assignment is not stored in time", turn)

    # -- Heartbeat, LeaveGroup, OffsetCommit

    def heartbeat(self, message: HeartbeatRequest, now: float) -> ErrorCode:
        """Prolong the session and tell the member what is going on. Never waits, never stores."""
        if code := self._check(message.member_id, message.group_instance_id):
            return code
        if message.generation_id != self.generation:
            return ErrorCode.ILLEGAL_GENERATION
        self._heard_of(self.members[message.member_id], now)
        return ErrorCode.REBALANCE_IN_PROGRESS if self.state is GroupState.PREPARING_REBALANCE else ErrorCode.NONE

    def leave(self, message: LeaveGroupRequest, caller: Caller, turn: Turn) -> None:
        """Let members go, each by its id, a static one by its instance id alone too."""
        if self.state is GroupState.DEAD:
            turn.reply(caller.slot, LeaveGroupResponse(error_code=ErrorCode.COORDINATOR_NOT_AVAILABLE))
            return
        leaving: list[Member] = []
        answers = []
        for identity in message.members:
            code = self._leave_one(identity, leaving, turn)
            answers.append(
                LeaveGroupResponse.MemberResponse(
                    member_id=identity.member_id, group_instance_id=identity.group_instance_id, error_code=code
                )
            )
        if leaving:
            self._rebalance(f"{', '.join(map(str, leaving))} left", turn)
        else:
            self._try_complete_join(turn)
        turn.reply(caller.slot, LeaveGroupResponse(members=answers))

    def _leave_one(self, identity: LeaveGroupRequest.MemberIdentity, leaving: list[Member], turn: Turn) -> ErrorCode:
        member_id, instance_id = identity.member_id, identity.group_instance_id
        if member_id in self.pending:
            del self.pending[member_id]
            return ErrorCode.NONE
        if not member_id and instance_id is not None:
            member_id = self.roster.static_ids.get(instance_id, "")
        code = self._check(member_id, instance_id)
        if code is ErrorCode.NONE:
            member = self.members[member_id]
            turn.tell(_reason(f"group {self.group_id}: {member} leaves", identity.reason))
            self._remove(member, turn)
            leaving.append(member)
        return code

    def check_commit(self, message: OffsetCommitRequest, now: float, *, in_transaction: bool = False) -> ErrorCode:
        """Return whether this member, or whoever is no member, may commit offsets now.

        In a transaction whoever says nothing of a member may always, and a member also while a rebalance completes.
        """
        if self.state is GroupState.DEAD:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        generation = message.generation_id_or_member_epoch
        if generation < 0 and self.state is GroupState.EMPTY:
            return ErrorCode.NONE
        if generation < 0 and not message.member_id and message.group_instance_id is None:
            return ErrorCode.NONE if in_transaction else ErrorCode.UNKNOWN_MEMBER_ID
        if code := self._check(message.member_id, message.group_instance_id):
            return code
        if generation != self.generation:
            return ErrorCode.ILLEGAL_GENERATION
        if self.state is GroupState.COMPLETING_REBALANCE and not in_transaction:
            return ErrorCode.REBALANCE_IN_PROGRESS
        self._heard_of(self.members[message.member_id], now)
        return ErrorCode.NONE

    # -- time

    def deadline(self) -> float:
        """Return when `tick` must be called: often early, never late, so that a heartbeat costs nothing."""
        return self._due

    def tick(self, turn: Turn) -> None:
        """Do everything that is due."""
        while self._due <= turn.now:
            self._end_sessions(turn)
            self._end_phases(turn)
            self._due = self._earliest()

    def _end_sessions(self, turn: Turn) -> None:
        late = [member_id for member_id, deadline in self.pending.items() if deadline <= turn.now]
        for member_id in late:
            del self.pending[member_id]
            turn.tell(f"group {self.group_id}: {member_id} never joined with its new id and is no longer waited for")
        gone = [member for member in self.members.values() if member.expires_at() <= turn.now]
        if gone:
            self._dismiss(gone, "not heard of within the session timeout", turn)
        elif late:
            self._try_complete_join(turn)

    def _end_phases(self, turn: Turn) -> None:
        if self._sync_deadline <= turn.now:
            late = [self.members[member_id] for member_id in self._unsynced]
            # Nobody late before the group is Stable: a slow store has the assignment, and everybody waits for that.
            storing = self.state is GroupState.COMPLETING_REBALANCE
            self._sync_deadline = turn.now + NEW_MEMBER_JOIN_TIMEOUT if storing else math.inf
            if late:
                self._dismiss(sorted(late, key=str), "no SyncGroup within the rebalance timeout", turn)
        if self._join_deadline <= turn.now:
            later = turn.now + self._settings.initial_rebalance_delay
            if self._late_joiner and self._initial_end is not None and turn.now < min(later, self._initial_end):
                self._late_joiner = False
                self._join_deadline = min(later, self._initial_end)
            elif self._initial_end is not None and turn.now < min(self._gathers_until(turn.now), self._initial_end):
                self._is_gathering = True
                self._join_deadline = min(self._gathers_until(turn.now), self._initial_end)
            else:
                self._complete_join(turn)

    def _earliest(self) -> float:
        return min(
            self._join_deadline,
            self._sync_deadline,
            min(self.pending.values(), default=math.inf),
            min((member.expires_at() for member in self.members.values()), default=math.inf),
        )

    def _by(self, instant: float) -> float:
        """Note that something is due at `instant`."""
        if instant < self._due:
            self._due = instant
        return instant

    def _heard_of(self, member: Member, now: float) -> None:
        if not member.is_new:
            member.session_deadline = self._by(now + member.session_timeout)

    # -- the whole of it

    def die(self, turn: Turn) -> None:
        """The group is being deleted: nobody gets in until that is stored or has failed."""
        self.pending.clear()
        self._become(GroupState.DEAD, turn)

    def restore(self, value: GroupMetadataValue | None, now: float) -> None:
        """Be what the log says (None: nothing), and give every member a session to report in. Nothing may wait.

        A group that is larger than it may be by now rebalances: who comes back last is put out.
        """
        assert self._joined == 0
        assert all(member.sync_slot is None for member in self.members.values())
        self._reset()
        if value is None:
            return
        self.generation = value.generation
        self.protocol_type = value.protocol_type or None
        self.protocol = value.protocol
        self.state_since_ms = value.current_state_timestamp
        for part in value.members:
            member = Member.restored(part, value.protocol or "")
            self.roster.insert(member)
            self._heard_of(member, now)
        if self.members:
            self.roster.leader = value.leader if value.leader in self.members else self.roster.leader
            self.state = GroupState.STABLE
        if len(self.members) > self._settings.max_size:
            self.state = GroupState.PREPARING_REBALANCE
            self._join_deadline = self._by(now + self.roster.rebalance_timeout())

    def adopt(self, members: Iterable[Member], generation: int, why_rebalance: str, turn: Turn) -> None:
        """Be the group that a consumer group becomes: Stable, with these members and what they are assigned.

        why_rebalance: it begins with a rebalance for this reason; "" for none.
        """
        self._reset()
        self.generation = generation
        self.protocol_type = CONSUMER
        for member in members:
            self.roster.insert(member)
            self._heard_of(member, turn.now)
        self.protocol = self.roster.select_protocol()
        self.state = GroupState.STABLE
        self.state_since_ms = turn.wall_ms
        turn.change(self._as_stored({member.member_id: member.assignment for member in self.members.values()}))
        if why_rebalance:
            self._rebalance(why_rebalance, turn)

    def give_up(self, code: ErrorCode, turn: Turn) -> None:
        """Answer everything that waits with `code`."""
        for member in self.members.values():
            self._answer_join(member, join_error(code, member.member_id), turn)
            self._answer_sync(member, SyncGroupResponse(error_code=code), turn)

    def as_created(self) -> GroupStored:
        """Return the change that stores a group nobody is in yet."""
        return self._as_stored({})

    def _as_stored(self, assignments: dict[str, bytes]) -> GroupStored:
        protocol = self.protocol or ""
        value = GroupMetadataValue(
            protocol_type=self.protocol_type or "",
            generation=self.generation,
            protocol=self.protocol,
            leader=self.roster.leader,
            current_state_timestamp=self.state_since_ms,
            members=[
                member.stored(protocol, assignments.get(member.member_id, b"")) for member in self.members.values()
            ],
        )
        return GroupStored(GroupMetadataKey(group=self.group_id), value)

    def _become(self, state: GroupState, turn: Turn) -> None:
        assert self.state in LEGAL_FROM[state], f"{self.state} -> {state}"
        self.state = state
        self.state_since_ms = turn.wall_ms

    # -- members

    def _check(self, member_id: str, instance_id: str | None) -> ErrorCode:
        if self.state is GroupState.DEAD:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        return self.roster.check(member_id, instance_id)

    def _take_out(self, member: Member) -> None:
        self.roster.take_out(member)
        self._unsynced.discard(member.member_id)

    def _remove(self, member: Member, turn: Turn) -> None:
        self._answer_join(member, join_error(ErrorCode.UNKNOWN_MEMBER_ID, ""), turn)
        self._answer_sync(member, SyncGroupResponse(error_code=ErrorCode.UNKNOWN_MEMBER_ID), turn)
        self._take_out(member)

    def _dismiss(self, members: list[Member], why: str, turn: Turn) -> None:
        for member in members:
            self._remove(member, turn)
        self._rebalance(f"{', '.join(map(str, members))} removed: {why}", turn)

    def _park_join(self, member: Member, caller: Caller, turn: Turn) -> None:
        self._answer_join(member, join_error(ErrorCode.REBALANCE_IN_PROGRESS, member.member_id), turn)
        member.join_slot = caller.slot
        self._joined += 1

    def _answer_join(self, member: Member, response: JoinGroupResponse, turn: Turn) -> None:
        if member.join_slot is not None:
            turn.reply(member.join_slot, response)
            member.join_slot = None
            self._joined -= 1
            self._heard_of(member, turn.now)

    def _answer_sync(self, member: Member, response: SyncGroupResponse, turn: Turn) -> None:
        if member.sync_slot is not None:
            turn.reply(member.sync_slot, response)
            member.sync_slot = None
            self._heard_of(member, turn.now)


def join_error(code: ErrorCode, member_id: str) -> JoinGroupResponse:
    return JoinGroupResponse(error_code=code, protocol_name=None, member_id=member_id)


def _reason(what: str, said: str | None) -> str:
    return f"{what} ({said})" if said else what
