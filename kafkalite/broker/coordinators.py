"""The group coordinator: the trio shell around `core.groups`.

It finds a group and the partition of `__consumer_offsets` it lives in, asks the core, appends the turn's records,
lets the group take over what is kept, releases the replies, and sleeps until the group's deadline. On a store that
keeps its promise at once all of that happens in one call; on a slow one the turn waits here until the high watermark
has passed its records, its replies no longer than `offsets.commit.timeout.ms`. If the records cannot be stored the
group falls back to what is, and everybody who waits is sent to find the coordinator again.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kafkalite.broker.coordinating import Sleeper, append_error, partition_for, replayed
from kafkalite.broker.group_settings import consumer_group_settings, group_settings
from kafkalite.broker.partition_answers import StoredMarker
from kafkalite.broker.storing import Storing
from kafkalite.broker.waiting import Timer, Waiting
from kafkalite.core.cluster.features import GROUP_VERSION
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.groups.announced import Announced
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.offsets import CommittedOffsets
from kafkalite.core.groups.records import Change, OffsetStored, PendingStored, decode_record, record_type
from kafkalite.core.groups.turn import Caller, Turn
from kafkalite.core.transactions.state import TopicPartition
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Message, Uuid, uuid_to_text
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.record_batch import NO_PRODUCER_ID

if TYPE_CHECKING:
    from kafkalite.broker.clock import Clock
    from kafkalite.broker.cluster import Cluster
    from kafkalite.broker.partitions import Partition
    from kafkalite.broker.randomness import Random
    from kafkalite.broker.topics import Topic, Topics
    from kafkalite.broker.waiting import Timers
    from kafkalite.config import BrokerConfig

log = logging.getLogger(__name__)

OFFSETS_PER_SLICE = 5000
"""Offsets that are looked through in one go: some milliseconds, so that nobody waits for housekeeping."""

COST_OF_A_GROUP = 50
"""What a group costs beside its offsets, counted in offsets."""

BATCH_BYTES = 1 << 19
"""Deletions are stored in batches of about this: half of what a batch may have by default, however many they are."""


class GroupRequest(Protocol):
    """A request about one group."""

    group_id: str


R = TypeVar("R", bound=GroupRequest)

Question = Callable[[Group, R, Caller, float, int], Turn]
"""One of Group's questions: join, sync, leave, consumer_heartbeat, commit, delete_offsets."""


class GroupCoordinator:
    """Every group of this broker."""

    def __init__(
        self,
        topics: Topics,
        cluster: Cluster,
        config: BrokerConfig,
        *,
        clock: Clock,
        timers: Timers,
        random: Random,
        storing: Storing,
    ) -> None:
        """storing: shared with whoever else appends to the same partitions."""
        self._topics = topics
        self._cluster = cluster
        self._clock = clock
        self._timers = timers
        self._random = random
        self._config = config
        self._settings = group_settings(config)
        self._check_interval = config.int("offsets.retention.check.interval.ms") / 1000
        self._commit_timeout = config.int("offsets.commit.timeout.ms") / 1000
        self._codec = config.int("offsets.topic.compression.codec")
        self._groups: dict[str, _Running] = {}
        self.announced = Announced(self._settings.gathering)
        """Who is on the way to which group."""
        self._storing = storing
        self._undecided: dict[tuple[int, int], dict[str, None]] = {}
        """The groups to which a producer has committed offsets in its open transaction, by partition of the offsets
        topic and producer id.
        """
        self._unread: set[int] = set()  # partitions of the offsets topic that could not be read at the start

    # -- questions

    def ask(
        self, question: Question[R], message: R, caller: Caller, *, creates: bool = False
    ) -> Message | Waiting | Coroutine[Any, Any, Message | None] | None:
        """Put a question to the group of `message`; `caller.slot` is a Waiting that gets the reply. Returns a
        handler's answer.

        creates: the question may make a new group, so the topic it is stored in is made first.
        """
        if creates and OFFSETS_TOPIC not in self._topics.by_name:
            return self._ask_once_there(question, message, caller)
        slot = self._ask(question, message, caller)
        return slot.answer() if slot.resolved else slot

    async def _ask_once_there(self, question: Question[R], message: R, caller: Caller) -> Message | None:
        await self.ensure_topic()
        slot = self._ask(question, message, caller)
        await slot.wait()
        return slot.answer()

    def _ask(self, question: Question[R], message: R, caller: Caller) -> Waiting:
        running = self._running(message.group_id)
        self._settle(running, question(running.group, message, caller, self._clock.now(), self._clock.wall_ms()))
        assert isinstance(caller.slot, Waiting)
        return caller.slot

    def _settle(self, running: _Running, turn: Turn) -> None:
        """Store and answer what came of a question, unless nobody knows what group that is."""
        if self._is_unread(running.group.group_id):
            turn = running.group.failed(turn, ErrorCode.NOT_COORDINATOR, self._clock.now(), self._clock.wall_ms())
        self._store(running, turn)

    async def ensure_topic(self) -> bool:
        """Make `__consumer_offsets` if it is missing; False if that failed, which is logged."""
        try:
            await self._cluster.ensure_topic(OFFSETS_TOPIC)
        except (KafkaError, StorageError) as error:
            log.error("groups are not available: topic %s could not be created: %s", OFFSETS_TOPIC, error)
            return False
        return True

    def heartbeat(self, message: HeartbeatRequest) -> ErrorCode:
        """Answer a heartbeat: it waits for nothing and stores nothing."""
        running = self._groups.get(message.group_id)
        if running is None:
            return ErrorCode.NOT_COORDINATOR if self._is_unread(message.group_id) else ErrorCode.UNKNOWN_MEMBER_ID
        code = running.group.heartbeat(message, self._clock.now())
        self._wake_at(running, running.group.deadline())  # a classic member of a consumer group may have got one
        return code

    def delete(self, group_id: str, slot: Waiting) -> None:
        """Delete a group; `slot` gets its part of DeleteGroups."""
        running = self._running(group_id)
        self._settle(running, running.group.delete(Caller(slot), self._clock.now(), self._clock.wall_ms()))

    def forget_topic(self, name: str, topic_id: Uuid) -> None:
        """A topic was deleted: so are the offsets committed for it, and every group with the topic they live in."""
        ids = (topic_id, ZERO_UUID)
        if name == OFFSETS_TOPIC:
            self._forget_groups()
        else:
            holders = [running for running in self._groups.values() if name in running.group.offsets.by_topic]
            self._forget(holders, lambda topic, of_id: topic == name and of_id in ids)

    def _forget(self, holders: Iterable[_Running], is_gone: Callable[[str, Uuid], bool]) -> None:
        for running in holders:
            self._store(running, running.group.forget(is_gone, self._clock.now(), self._clock.wall_ms()))

    def _forget_groups(self) -> None:
        log.warning("topic %s was deleted: its %d groups are gone with it", OFFSETS_TOPIC, len(self._groups))
        self._unread.clear()
        self._undecided.clear()
        for running in list(self._groups.values()):
            self._store(running, running.group.lost(self._clock.now(), self._clock.wall_ms()))

    @property
    def offers_consumer_groups(self) -> bool:
        """Whether there are groups of the new protocol (KIP-848): settings and the cluster's features say so."""
        is_finalized = self._cluster.image.feature_level(GROUP_VERSION) > 0
        return is_finalized and "consumer" in self._config.list("group.coordinator.rebalance.protocols")

    def find(self, group_id: str) -> Group | None:
        """Return a group to look at; it must not be changed.

        Raises KafkaError where it could not be read at the start: nobody may take that for "none".
        """
        running = self._groups.get(group_id)
        if running is not None and running.group.exists:
            return running.group
        if self._is_unread(group_id):
            raise KafkaError(ErrorCode.NOT_COORDINATOR)
        return None

    def committed(self, group_id: str) -> CommittedOffsets:
        """Return a group's committed offsets to look at, none if there is no group. Raises KafkaError as `find`."""
        group = self.find(group_id)
        return CommittedOffsets(group_id) if group is None else group.offsets

    def where(self, group_id: str) -> TopicPartition:
        """Return the partition of `__consumer_offsets`, which is there, that keeps a group."""
        return TopicPartition(OFFSETS_TOPIC, self._partition_of(group_id).index)

    def __iter__(self) -> Iterator[Group]:
        return (running.group for running in self._groups.values() if running.group.exists)

    # -- storing

    def _running(self, group_id: str) -> _Running:
        """Return the group, a new one that is only kept if it begins to exist."""
        return self._groups.get(group_id) or _Running(self._new_group(group_id))

    def _new_group(self, group_id: str) -> Group:
        group = Group(
            group_id,
            self._settings,
            self._random.uuid_text,
            image=self._cluster.image,
            new_member_id=lambda: uuid_to_text(self._random.uuid()),
            others_until=partial(self.announced.until, group_id),
        )
        group.configure(consumer_group_settings(self._config, self._cluster.image.group_configs.get(group_id, {})))
        return group

    def reconfigure(self) -> None:
        """Have every group obey the settings as they now are."""
        for group_id, running in self._groups.items():
            configs = self._cluster.image.group_configs.get(group_id, {})
            running.group.configure(consumer_group_settings(self._config, configs))

    def _store(self, running: _Running, turn: Turn) -> None:
        """Have a turn's records stored, then let go of its replies."""
        for line in turn.news:
            log.info("%s", line)
        if not turn.records:
            if running.storing and turn.follows:
                self._follow(running, turn)
            else:
                self._release(running, turn)
            return
        self._groups[running.group.group_id] = running
        parts = turn.parts(BATCH_BYTES)
        try:
            for part in parts:
                self._append(running, part)
        except (KafkaError, StorageError) as error:
            self._fail(running, parts[-1], error)

    def _append(self, running: _Running, turn: Turn) -> None:
        """Raises KafkaError and StorageError."""
        partition = self._partition_of(running.group.group_id)
        if turn.producer is None:
            appended = partition.append_records(turn.records, self._codec)
        else:
            appended = partition.append_in_transaction(turn.records, *turn.producer, self._codec)
        running.group.storing(turn)
        running.partition = partition
        late = None if appended.kept else self._late_timer(running, turn)
        kept, lost = self._fates(running, turn, partition, late)
        self._storing.when_kept(partition, appended, kept, lost)

    def _follow(self, running: _Running, turn: Turn) -> None:
        """Have a turn without records wait for those before it."""
        partition = running.partition
        assert partition is not None
        self._storing.follow(partition, *self._fates(running, turn, partition, self._late_timer(running, turn)))

    def _fates(
        self, running: _Running, turn: Turn, partition: Partition, late: Timer | None
    ) -> tuple[Callable[[], None], Callable[[], None]]:
        """Count a turn that is on its way; return what to do when it is kept, and what when it is lost."""
        running.storing += 1
        return partial(self._kept, running, turn, partition, late), partial(self._lost, running, turn, late)

    def _kept(self, running: _Running, turn: Turn, partition: Partition, late: Timer | None) -> None:
        """A turn's records are kept: the group takes over what they say, and the replies leave."""
        running.no_longer_storing(late)
        if turn.producer is not None:
            self._remember_undecided(partition, turn.producer.producer_id, running.group.group_id)
        self._store(running, running.group.stored(turn, self._clock.now(), self._clock.wall_ms()))

    def _lost(self, running: _Running, turn: Turn, late: Timer | None) -> None:
        """A turn's records will never be kept: their partition is gone."""
        running.no_longer_storing(late)
        self._fail(running, turn, KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER, "the partition is gone"))

    def _late_timer(self, running: _Running, turn: Turn) -> Timer:
        return self._timers.after(self._commit_timeout, partial(self._late, running, turn))

    def _late(self, running: _Running, turn: Turn) -> None:
        group = running.group
        log.warning("group %s: its records are not stored within %g s", group.group_id, self._commit_timeout)
        self._store(
            running,
            group.late(turn, append_error(ErrorCode.REQUEST_TIMED_OUT), self._clock.now(), self._clock.wall_ms()),
        )

    def _fail(self, running: _Running, turn: Turn, error: KafkaError | StorageError) -> None:
        log.error("group %s: its records could not be stored: %s", running.group.group_id, error)
        failed = running.group.failed(turn, append_error(error), self._clock.now(), self._clock.wall_ms())
        self._store(running, failed)

    def _release(self, running: _Running, turn: Turn) -> None:
        for slot, response in turn.replies:
            assert isinstance(slot, Waiting)
            slot.resolve(response)
        self._tidy(running)

    def _tidy(self, running: _Running) -> None:
        """Keep the group if there is one, and its timer at its deadline."""
        group = running.group
        if group.exists or running.storing:
            self._groups[group.group_id] = running
            self._wake_at(running, group.deadline())
            self._go_on(running)
        else:
            self._groups.pop(group.group_id, None)
            self._wake_at(running, math.inf)

    def _go_on(self, running: _Running) -> None:
        """Have the group do a slice of its work once everybody else has had a turn."""
        if running.group.has_work and running.work is None:
            running.work = self._timers.after(0, partial(self._work, running))

    def _work(self, running: _Running) -> None:
        running.work = None
        self._store(running, running.group.work(self._clock.now(), self._clock.wall_ms()))

    def _wake_at(self, running: _Running, deadline: float) -> None:
        running.wake_at(deadline, self._timers, partial(self._tick, running))

    def _tick(self, running: _Running) -> None:
        self._store(running, running.group.tick(self._clock.now(), self._clock.wall_ms()))

    def _partition_of(self, group_id: str) -> Partition:
        topic = self._topics.by_name.get(OFFSETS_TOPIC)
        if topic is None:
            raise KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE, f"there is no topic {OFFSETS_TOPIC}")
        return topic.partitions[partition_for(group_id, len(topic.partitions))]

    def _is_unread(self, group_id: str) -> bool:
        return bool(self._unread) and self._partition_of(group_id).index in self._unread

    # -- transactions

    def _remember_undecided(self, partition: Partition, producer_id: int, group_id: str) -> None:
        self._undecided.setdefault((partition.index, producer_id), {})[group_id] = None

    def decide(self, partition: Partition, producer_id: int, *, committed: bool) -> None:
        """A producer's transaction has ended in a partition of the offsets topic, which is kept."""
        now, wall_ms = self._clock.now(), self._clock.wall_ms()
        for group_id in self._undecided.pop((partition.index, producer_id), ()):
            running = self._groups.get(group_id)
            if running is not None:
                self._store(running, running.group.decide(producer_id, committed, now, wall_ms))

    # -- start and housekeeping

    def load(self) -> None:
        """Make the groups what `__consumer_offsets` says, begin their members' sessions, and housekeeping."""
        topic = self._topics.by_name.get(OFFSETS_TOPIC)
        if topic is not None:
            self._load(topic)
        self._timers.after(self._check_interval, self._expire)

    def _load(self, topic: Topic) -> None:
        now, wall_ms = self._clock.now(), self._clock.wall_ms()
        unknown: Counter[int] = Counter()
        for partition in topic.partitions:
            try:
                for change in _changes(partition, unknown):
                    if isinstance(change, StoredMarker):
                        self.decide(partition, change.producer_id, committed=change.committed)
                    else:
                        self._apply(change, partition, now, wall_ms)
            except KafkaError as error:
                self._unread.add(partition.index)
                log.error("the groups of %s-%d are not available: %s", topic.name, partition.index, error)
        for running in list(self._groups.values()):
            running.group.restore(now)
            self._tidy(running)
        for kind, count in unknown.items():
            log.warning("%s holds %d records of type %d, which this broker does not know", topic.name, count, kind)
        offsets = sum(len(group.offsets) for group in self)
        log.info("loaded %d groups with %d committed offsets", len(self._groups), offsets)
        known = self._topics.by_id
        self._forget(list(self._groups.values()), lambda _, topic_id: topic_id != ZERO_UUID and topic_id not in known)

    def _apply(self, change: Change, partition: Partition, now: float, wall_ms: int) -> None:
        if isinstance(change, PendingStored):
            self._remember_undecided(partition, change.producer_id, change.group_id)
        running = self._running(change.group_id)
        running.group.apply([change], now, wall_ms)
        self._groups[change.group_id] = running

    def _expire(self) -> None:
        """Look for what outlived its retention, a slice at a time, and again after the check interval."""
        self._timers.after(self._check_interval, self._expire)
        self._expire_slice(list(self._groups))

    def _expire_slice(self, group_ids: list[str]) -> None:
        left = OFFSETS_PER_SLICE
        while group_ids and left > 0:
            running = self._groups.get(group_ids.pop())
            # A commit on its way would be deleted after it is acknowledged: next time.
            if running is not None and not running.storing:
                left -= COST_OF_A_GROUP + len(running.group.offsets)
                self._store(running, running.group.expire(self._clock.now(), self._clock.wall_ms()))
        if group_ids:
            self._timers.after(0, partial(self._expire_slice, group_ids))


class _Running(Sleeper):
    """A group, its next slice of work, its turns on their way to the log (how many, and to which)."""

    __slots__ = ("group", "partition", "storing", "work")

    def __init__(self, group: Group) -> None:
        super().__init__()
        self.group = group
        self.storing = 0
        self.partition: Partition | None = None
        self.work: Timer | None = None

    def no_longer_storing(self, late: Timer | None) -> None:
        """A turn has arrived or is lost: its timer for being late goes."""
        self.storing -= 1
        if late is not None:
            late.cancel()


def _changes(partition: Partition, unknown: Counter[int]) -> Iterator[Change | StoredMarker]:
    """Yield what a partition's records and markers say; count the types we do not know. Raises KafkaError."""
    for stored, change in replayed(partition, decode_record):
        if isinstance(stored, StoredMarker):
            yield stored
        elif change is None:
            unknown[record_type(stored.record.key)] += 1
        elif isinstance(change, OffsetStored) and stored.producer_id != NO_PRODUCER_ID:
            yield PendingStored(stored.producer_id, change)
        else:
            yield change
