"""The consumer group protocol (KIP-848): members say what they consume and own, the group says what they may.

Pure: requests, ticks and slices of work come in with the time; records to store and replies come out in a `Turn`. What
is stored (`ConsumerState`) is changed as the records are written; if they cannot be stored, the whole group is made
anew from what the log says. No request waits for another member: who has to wait learns that at a later heartbeat.

A heartbeat does up to four things: it takes in what the member says of itself, which may raise the group epoch; has a
new target assignment computed if the group epoch is ahead of it, but not more often than the assignment interval says;
moves the member one step towards the target (`reconciliation`); and tells it where it stands. Members that speak the
classic protocol may be among the others (`classic_consumers`).

Kafka's broker is the model. We differ in this: a static member that begins again under its own member id is let in,
where Kafka says that the id is taken, by that same member; patterns are looked up again a second after a topic came,
not ten; and after something has happened members are told a short heartbeat interval (see `_interval_ms`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.groups.consumer_entry import (
    Entry,
    as_assignment,
    check_epoch,
    owned_by,
    rebalance_timeout,
    successor,
    told_by,
)
from kafkalite.core.groups.consumer_member import JOIN, LEFT_FOR_NOW, ConsumerMember, MemberState
from kafkalite.core.groups.consumer_state import NEVER, ConsumerState
from kafkalite.core.groups.deadlines import Deadlines
from kafkalite.core.groups.group_settings import ConsumerGroupSettings
from kafkalite.core.groups.reconciliation import Goal, Owned, check_state, reconcile
from kafkalite.core.groups.records import ConsumerGroupStored
from kafkalite.core.groups.subscriptions import Resolved
from kafkalite.core.groups.target_assignment import TargetAssignment, topic_ids
from kafkalite.core.groups.topic_metadata import metadata_hash
from kafkalite.core.groups.topic_patterns import check_pattern, match_topics
from kafkalite.core.groups.turn import Caller, Turn
from kafkalite.core.groups.work import Work
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest

INLINE_SLICES = 3
"""Of a new target, what the heartbeat that wants it waits for: small groups have theirs in its answer."""

REGEX_REFRESH_MIN_MS = 1_000
"""How long a new topic may go unnoticed by patterns, so that many new ones are looked at together. Kafka: 10 s."""

MEMBER_SHARE_MS = 1
"""Milliseconds of the short heartbeat interval for each member: a large group does not send more than a thousand
heartbeats a second.
"""

QUIET_SHARE = 4
"""The short heartbeat interval grows to this part of the time in which nothing has happened."""


class ConsumerGroup:
    """The members of one consumer group."""

    __slots__ = (
        "_assigning",
        "_changed_at",
        "_resolving",
        "_resolving_version",
        "_topics_seen",
        "deadlines",
        "group_id",
        "image",
        "new_id",
        "settings",
        "state",
    )

    def __init__(
        self,
        state: ConsumerState,
        image: ClusterImage,
        settings: ConsumerGroupSettings,
        new_id: Callable[[], str],
        now: float,
    ) -> None:
        """Be what the records say, and give every member a session to report in."""
        self.group_id = state.group_id
        self.state = state
        self.image = image
        self.settings = settings
        self.new_id = new_id
        self._topics_seen = -1  # the revision of the topics that the metadata hash was last made from
        self._changed_at = now  # when something was last written
        self._assigning: TargetAssignment | None = None
        self._resolving: Work[dict[str, frozenset[str]]] | None = None
        self._resolving_version = 0
        self.deadlines = Deadlines()
        for member in state.members.values():
            self.heard_of(member, now)
            self._set_rebalance_deadline(member, now)

    # -- ConsumerGroupHeartbeat

    def heartbeat(self, message: ConsumerGroupHeartbeatRequest, caller: Caller, turn: Turn) -> None:
        """Answer a member that joins or goes on. Raises KafkaError, and then nothing has changed."""
        self.answer(message, self.check(message, caller), caller, turn)

    def check(self, message: ConsumerGroupHeartbeatRequest, caller: Caller) -> Entry:
        """Return what a heartbeat will do. Raises KafkaError."""
        owned = owned_by(message)
        self.check_room(message.member_id, message.instance_id)
        member, predecessor = self._who(message, owned)
        check_state(member, owned)
        told = told_by(member, message, caller)
        if told.regex and not self.state.subscriptions.patterns[told.regex]:
            check_pattern(told.regex)
        return Entry(member, predecessor, told, owned)

    def answer(self, message: ConsumerGroupHeartbeatRequest, entry: Entry, caller: Caller, turn: Turn) -> None:
        """Do what `check` returned, and answer."""
        subscription_changed = self.enter(entry, turn)
        self.assign(turn)
        member = self.reconcile(entry.told.member_id, entry.owned, turn, subscription_changed=subscription_changed)
        self.heard_of(member, turn.now)
        response = ConsumerGroupHeartbeatResponse(
            member_id=member.member_id,
            member_epoch=member.epoch,
            heartbeat_interval_ms=self._interval_ms(turn.now),
        )
        says_all = (
            message.rebalance_timeout_ms != -1
            and (message.subscribed_topic_names is not None or message.subscribed_topic_regex is not None)
            and entry.owned is not None
        )
        if message.member_epoch == JOIN or says_all or member.assigned != entry.member.assigned:
            response.assignment = as_assignment(member.assigned)
        turn.reply(caller.slot, response)

    def _who(
        self, message: ConsumerGroupHeartbeatRequest, owned: Owned
    ) -> tuple[ConsumerMember, ConsumerMember | None]:
        """Return the member that asks, perhaps a new one, and the static member whose place it takes."""
        member_id = message.member_id or self.new_id()
        known = self.state.members.get(member_id)
        joins = message.member_epoch == JOIN
        if message.instance_id is not None:
            static = self.state.static_member(message.instance_id)
            if joins:
                return self._static_place(member_id, message.instance_id, static)
            known = self.known_static(member_id, message.instance_id)
        if known is None:
            if not joins:
                raise self.no_member(member_id)
            return ConsumerMember(member_id), None
        check_epoch(known, message.member_epoch, owned)
        return known, None

    def _static_place(
        self, member_id: str, instance_id: str, static: ConsumerMember | None
    ) -> tuple[ConsumerMember, ConsumerMember | None]:
        if static is None:
            return self.state.members.get(member_id, ConsumerMember(member_id)), None
        if static.member_id == member_id and static.epoch != LEFT_FOR_NOW:
            return static, None
        if static.classic is None and static.epoch != LEFT_FOR_NOW:
            raise KafkaError(
                ErrorCode.UNRELEASED_INSTANCE_ID,
                f"Static member {member_id} with instance id {instance_id} cannot join the group because the instance "
                f"id is owned by {static.member_id} member.",
            )
        return successor(static, member_id), static

    def known_static(self, member_id: str, instance_id: str) -> ConsumerMember:
        """Return the static member. Raises KafkaError if the instance id is nobody's or another member's."""
        static = self.state.static_member(instance_id)
        if static is None:
            raise KafkaError(ErrorCode.UNKNOWN_MEMBER_ID, f"Instance id {instance_id} is unknown.")
        if static.member_id != member_id:
            raise KafkaError(
                ErrorCode.FENCED_INSTANCE_ID,
                f"Static member {member_id} with instance id {instance_id} was fenced by member {static.member_id}.",
            )
        return static

    def no_member(self, member_id: str | None) -> KafkaError:
        text = f"Member {member_id} is not a member of group {self.group_id}."
        return KafkaError(ErrorCode.UNKNOWN_MEMBER_ID, text)

    def check_room(self, member_id: str, instance_id: str | None) -> None:
        """Raise KafkaError if the group is full; whoever is in it may stay."""
        members, limit = self.state.members, self.settings.max_size
        if len(members) < limit or member_id in members or instance_id in self.state.static_ids:
            return
        text = f"The consumer group has reached its maximum capacity of {limit} members."
        raise KafkaError(ErrorCode.GROUP_MAX_SIZE_REACHED, text)

    # -- steps of a heartbeat

    def replace(self, old: ConsumerMember, member: ConsumerMember, turn: Turn) -> None:
        """Give a static member's place, with all it has, to who came back under another member id."""
        target = self.state.target_of(old.member_id)
        self._remove(old.member_id, turn)
        self._write(member.metadata_record(self.group_id), turn)
        self._write(self.state.new_target(member.member_id, target), turn)
        self._write(member.current_record(self.group_id), turn)
        if self._assigning is not None:
            self._assigning.replaced[member.member_id] = self._assigning.replaced.pop(old.member_id, old.member_id)
        turn.tell(f"group {self.group_id}: {old.member_id} came back as {member}")

    def enter(self, entry: Entry, turn: Turn) -> bool:
        """Write what the member says of itself; return whether its subscription changed."""
        if entry.predecessor is not None:
            self.replace(entry.predecessor, entry.member, turn)
        return self._update(entry.member, entry.told, turn)

    def _update(self, member: ConsumerMember, told: ConsumerMember, turn: Turn) -> bool:
        """Take in what the member says; raise the group epoch where that, or a topic, needs a new target."""
        subscriptions = self.state.subscriptions
        votes_change = told.assignor != member.assignor or told.member_id not in self.state.members
        assignor = self.assignor() if votes_change else ""
        if told != member:
            self._write(told.metadata_record(self.group_id), turn)
        if member.regex and member.regex not in subscriptions.patterns and member.regex in subscriptions.resolved:
            self._write(self.state.new_resolved(member.regex, None), turn)
        names_changed, regex_changed = told.topics != member.topics, told.regex != member.regex
        # A pattern that is not resolved yet will raise the epoch when it is.
        known_regex = regex_changed and (not told.regex or told.regex in subscriptions.resolved)
        if names_changed or known_regex or (votes_change and self.assignor() != assignor):
            is_new = told.member_id not in self.deadlines
            self._raise_epoch(turn, f"{told} {'joined' if is_new else 'changed what it wants'}")
        elif self._topics_seen != self.image.topics_changed and self._hash() != self.state.metadata_hash:
            self._raise_epoch(turn, "its topics changed")
        self._topics_seen = self.image.topics_changed
        if self.state.has_old_record:
            self._write(self.state.without_old_record(), turn)
        self._resolve_patterns(turn)
        return names_changed or regex_changed

    def _raise_epoch(self, turn: Turn, why: str) -> None:
        self._write(self.state.new_epoch(self.state.epoch + 1, self._hash()), turn)
        turn.tell(f"group {self.group_id}: epoch {self.state.epoch}: {why}")

    def _hash(self) -> int:
        return metadata_hash(self.image, self.state.subscriptions.topics())

    def assignor(self) -> str:
        """Return the assignor most members ask for, the first of the broker's if none does."""
        votes = Counter(member.assignor for member in self.state.members.values() if member.assignor is not None)
        known = [name for name, _ in votes.most_common() if name in self.settings.assignors]
        return known[0] if known else self.settings.assignors[0]

    def reconcile(
        self, member_id: str, owned: Owned, turn: Turn, *, subscription_changed: bool = False
    ) -> ConsumerMember:
        """Move a member one step towards the target; return it as it then stands."""
        state, member = self.state, self.state.members[member_id]
        if member.is_reconciled_to(state.target_epoch) and not subscription_changed:
            return member
        goal = Goal(
            state.target_epoch,
            state.target_of(member_id),
            topic_ids(state.subscriptions.topics_of(member), self.image),
            lambda topic_id, partition: state.owner(topic_id, partition) in (None, member_id),
        )
        moved = reconcile(member, goal, owned, subscription_changed=subscription_changed)
        if moved != member:
            self._write(moved.current_record(self.group_id), turn)
            self._set_rebalance_deadline(moved, turn.now)
        return moved

    # -- the target assignment

    def assign(self, turn: Turn) -> None:
        """Begin a new target assignment if one is wanted and due; a small one is there at once."""
        state = self.state
        if state.target_epoch >= state.epoch or self._assigning is not None or not self._may_assign(turn.wall_ms):
            return
        self._assigning = TargetAssignment(state, self.image, self.assignor())
        self._go_on_assigning(INLINE_SLICES, turn)

    def _may_assign(self, wall_ms: int) -> bool:
        since = self.state.target_time_ms
        # A clock that was set back must not stop the group.
        return since == NEVER or not since <= wall_ms < since + self.settings.assignment_interval_ms

    def _go_on_assigning(self, slices: int, turn: Turn) -> None:
        assigning = self._assigning
        assert assigning is not None
        if not assigning.work.go_on(slices):
            return
        self._assigning = None
        state, new = self.state, assigning.work.result
        for member_id in list(state.members):
            was_called = assigning.replaced.get(member_id, member_id)
            if was_called not in new:
                continue
            target, change, record = new[was_called]
            if was_called == member_id:
                self._write(change, turn, record)
            else:
                self._write(state.new_target(member_id, target), turn)
        # The group may have gone on meanwhile: its members get on with this target, the next one follows.
        self._write(state.new_target_epoch(assigning.epoch, turn.wall_ms), turn)
        turn.tell(
            f"group {self.group_id}: new target assignment for epoch {assigning.epoch} by {assigning.assignor}, "
            f"members: {len(state.members)}"
        )

    # -- patterns

    def _resolve_patterns(self, turn: Turn) -> None:
        """Begin to look up which topics the patterns match, if some are new, topics came, or it is long ago."""
        subscriptions = self.state.subscriptions
        if not subscriptions.patterns or self._resolving is not None:
            return
        refreshed_at = subscriptions.refreshed_at()
        if subscriptions.patterns.keys() <= subscriptions.resolved.keys() and refreshed_at is not None:
            age = turn.wall_ms - refreshed_at
            is_new = subscriptions.resolved_version() < self.image.topics_created
            if 0 <= age < (REGEX_REFRESH_MIN_MS if is_new else self.settings.regex_refresh_interval_ms):
                return
        self._resolving = Work(match_topics(list(subscriptions.patterns), list(self.image.topics)))
        self._resolving_version = self.image.revision

    def _go_on_resolving(self, turn: Turn) -> None:
        assert self._resolving is not None
        if not self._resolving.go_on():
            return
        matched, self._resolving = self._resolving.result, None
        subscriptions = self.state.subscriptions
        changed = False
        for pattern, topics in matched.items():
            if pattern in subscriptions.patterns:
                before = subscriptions.resolved.get(pattern)
                changed = changed or topics != (before.topics if before is not None else frozenset())
                resolved = Resolved(topics, self._resolving_version, turn.wall_ms)
                self._write(self.state.new_resolved(pattern, resolved), turn)
        if self.state.members and (changed or self._hash() != self.state.metadata_hash):
            self._raise_epoch(turn, "its patterns match other topics")

    # -- leaving

    def leaving(self, message: ConsumerGroupHeartbeatRequest) -> ConsumerMember:
        """Return the member that leaves for good, or for now. Raises KafkaError."""
        if message.instance_id is not None:
            return self.known_static(message.member_id, message.instance_id)
        known = self.state.members.get(message.member_id)
        if known is None:
            raise self.no_member(message.member_id)
        return known

    def leave_for_now(self, member: ConsumerMember, turn: Turn) -> None:
        """Keep a static member's place until its session ends: it said it will be back."""
        held = {topic_id: dict.fromkeys(partitions, 0) for topic_id, partitions in member.assigned.items()}
        left = member._replace(epoch=LEFT_FOR_NOW, assigned=held, revoking={})
        self._write(left.current_record(self.group_id), turn)
        self.deadlines.of(member.member_id).rebalance = math.inf
        turn.tell(f"group {self.group_id}: {member} left for now")

    def fence(self, members: Collection[ConsumerMember], turn: Turn) -> None:
        """Remove members for good: the others need a new target."""
        for member in members:
            self._remove(member.member_id, turn)
        subscriptions = self.state.subscriptions
        for pattern in [one for one in subscriptions.resolved if one not in subscriptions.patterns]:
            self._write(self.state.new_resolved(pattern, None), turn)
        self._raise_epoch(turn, f"without {', '.join(map(str, members))}")
        if not self.state.members:
            self._assigning = self._resolving = None
            self._write(self.state.new_target_epoch(self.state.epoch, NEVER), turn)

    def _remove(self, member_id: str, turn: Turn) -> None:
        for change in self.state.without_member(member_id):
            self._write(change, turn)
        self.deadlines.forget(member_id)

    def dissolve(self, turn: Turn) -> None:
        """Delete everything of the group."""
        for change in list(self.state.without_anything()):
            self._write(change, turn)

    def _write(self, change: ConsumerGroupStored, turn: Turn, record: KeyedRecord | None = None) -> None:
        turn.change(change, record)
        self.state.apply(change)
        self._changed_at = turn.now

    # -- time

    def heard_of(self, member: ConsumerMember, now: float) -> None:
        """Prolong a member's session."""
        deadlines = self.deadlines.of(member.member_id)
        if member.classic is None:
            deadlines.session = self.deadlines.by(now + self.settings.session_timeout)
            deadlines.join = deadlines.sync = math.inf
        else:
            deadlines.session = self.deadlines.by(now + member.classic.session_timeout_ms / 1000)

    def _set_rebalance_deadline(self, member: ConsumerMember, now: float) -> None:
        revokes = member.classic is None and member.state is MemberState.UNREVOKED_PARTITIONS
        by = self.deadlines.by(now + rebalance_timeout(member)) if revokes else math.inf
        self.deadlines.of(member.member_id).rebalance = by

    @property
    def has_work(self) -> bool:
        """Whether `work` should be called soon."""
        return self._resolving is not None or self._assigning is not None

    def work(self, turn: Turn) -> None:
        """Do a slice of what is under way."""
        if self._resolving is not None:
            self._go_on_resolving(turn)
        elif self._assigning is not None:
            self._go_on_assigning(1, turn)

    def _interval_ms(self, now: float) -> int:
        """Return when a member is to send its next heartbeat: the longer nothing has happened, the later.

        Every step towards the target waits for a heartbeat, so they come quickly after something has happened, and
        slowly once everybody has what it is to have, or waits for somebody who does not answer.
        """
        normal, short = self.settings.heartbeat_interval_ms, self.settings.reconciling_interval_ms
        if not short:
            return normal
        quiet_ms = (now - self._changed_at) * 1000
        return min(normal, round(max(short, MEMBER_SHARE_MS * len(self.state.members), quiet_ms / QUIET_SHARE)))

    # -- offsets

    def check_commit(self, message: OffsetCommitRequest, caller: Caller) -> ErrorCode:
        """Return whether this member, or whoever is no member, may commit these offsets.

        In a transaction whoever says nothing of a member may always, and old clients know this error of a member.
        """
        epoch = message.generation_id_or_member_epoch
        in_transaction = caller.producer is not None
        if epoch < 0 and not self.state.members:
            return ErrorCode.NONE
        if in_transaction and epoch < 0 and not message.member_id and message.group_instance_id is None:
            return ErrorCode.NONE
        member = self.state.members.get(message.member_id)
        if member is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        stale = ErrorCode.STALE_MEMBER_EPOCH if member.classic is None else ErrorCode.ILLEGAL_GENERATION
        if member.classic is None and not caller.knows_missing_group and not in_transaction:
            return ErrorCode.UNSUPPORTED_VERSION
        if epoch == member.epoch:
            return ErrorCode.NONE
        if epoch > member.epoch:
            return stale
        # KIP-1251: what a partition's owner consumed before it moved to a new epoch counts.
        for topic in message.topics:
            for partition in topic.partitions:
                since = member.assignment_epoch(topic.topic_id, partition.partition_index)
                if since is None or epoch < since:
                    return stale
        return ErrorCode.NONE

    def check_fetch(self, member_id: str | None, epoch: int) -> ErrorCode:
        """Return whether a member may see the group's offsets; who names no member (null, -1) may."""
        if member_id is None and epoch < 0:
            return ErrorCode.NONE
        member = self.state.members.get(member_id or "")
        if member is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        if epoch == member.epoch:
            return ErrorCode.NONE
        return ErrorCode.STALE_MEMBER_EPOCH if member.classic is None else ErrorCode.ILLEGAL_GENERATION
