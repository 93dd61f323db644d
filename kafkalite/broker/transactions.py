"""The transaction coordinator: the trio shell around `core.transactions`.

It finds a transactional id and the partition of `__transaction_state` it lives in, asks the core, appends the turn's
record, lets the id become what is kept, releases the replies, writes the markers, and sleeps until the id's deadline.
On a store that keeps its promise at once a whole EndTxn happens in one call: decision, markers, completion. On a slow
one each waits for the one before. What a crash leaves prepared is finished at the next start.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from kafkalite.broker.coordinating import Sleeper, append_error, partition_for, replayed
from kafkalite.core.cluster.features import TRANSACTION_VERSION
from kafkalite.core.cluster.topic_names import TRANSACTIONS_TOPIC
from kafkalite.core.transactions.records import decode_record
from kafkalite.core.transactions.rules import Question, Reply
from kafkalite.core.transactions.state import TopicPartition
from kafkalite.core.transactions.transactional_id import RETRY_SECONDS, TransactionalId, TransactionSettings
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError

if TYPE_CHECKING:
    from kafkalite.broker.clock import Clock
    from kafkalite.broker.cluster import Cluster
    from kafkalite.broker.markers import MarkerWriter
    from kafkalite.broker.partitions import Partition
    from kafkalite.broker.storing import Storing
    from kafkalite.broker.topics import Topic, Topics
    from kafkalite.broker.waiting import Timers
    from kafkalite.config import BrokerConfig
    from kafkalite.core.transactions.turn import Markers, Turn

log = logging.getLogger(__name__)

IDS_PER_SLICE = 100
"""Transactional ids that are looked through in one go for expired ones: a millisecond or two."""

_IS_DECIDED_ELSEWHERE = (ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.INVALID_PRODUCER_EPOCH)
"""With these a partition needs no marker (any more): it has it, it is deleted, or it knows a later producer."""


class Listener(Protocol):
    """Where an answer goes."""

    def hear(self, reply: Reply) -> None:
        """Take the answer; called once."""


class TransactionCoordinator:
    """Every transactional id of this broker."""

    def __init__(
        self,
        topics: Topics,
        cluster: Cluster,
        markers: MarkerWriter,
        storing: Storing,
        config: BrokerConfig,
        *,
        clock: Clock,
        timers: Timers,
    ) -> None:
        self._topics = topics
        self._cluster = cluster
        self._markers = markers
        self._storing = storing
        self._clock = clock
        self._timers = timers
        self._settings = TransactionSettings(
            cluster.next_producer_id,
            lambda: cluster.image.feature_level(TRANSACTION_VERSION),
            config.int("transactional.id.expiration.ms"),
        )
        self._check_interval = config.int("transaction.remove.expired.transaction.cleanup.interval.ms") / 1000
        self._ids: dict[str, _Running] = {}
        self._turns: deque[tuple[_Running, Turn]] = deque()
        self._settling = False

    # -- questions

    def ask(self, name: str, question: Question, listener: Listener) -> None:
        """Put a question to a transactional id; the answer may come at once."""
        partition = self._find_partition(name)
        if partition is not None and partition.offline:  # nobody may take what could not be read for "none"
            listener.hear(Reply(ErrorCode.NOT_COORDINATOR))
            return
        running = self._ids.get(name) or _Running(TransactionalId(name, self._settings))
        self._store(running, running.id.ask(question, listener, self._clock.now(), self._clock.wall_ms()))

    def prepare(self, *, creates: bool = False) -> Coroutine[Any, Any, ErrorCode] | None:
        """Return None if a question can be put now that may need a new producer id; else what has to be awaited first,
        and returns why it cannot.

        creates: the question may make a new transactional id, so the topic it is stored in is made first.
        """
        is_there = not creates or TRANSACTIONS_TOPIC in self._topics.by_name
        return None if is_there and self._cluster.has_producer_ids else self._prepare(creates)

    async def _prepare(self, creates: bool) -> ErrorCode:
        if creates and not await self.ensure_topic():
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        try:
            await self._cluster.fetch_producer_ids()
        except StorageError as error:
            log.error("no producer ids could be reserved: %s", error)
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        return ErrorCode.NONE

    async def ensure_topic(self) -> bool:
        """Make `__transaction_state` if it is missing; False if that failed, which is logged."""
        try:
            await self._cluster.ensure_topic(TRANSACTIONS_TOPIC)
        except (KafkaError, StorageError) as error:
            log.error("transactions are not available: topic %s could not be created: %s", TRANSACTIONS_TOPIC, error)
            return False
        return True

    def find(self, name: str) -> TransactionalId | None:
        """Return an id to look at; it must not be changed. Raises KafkaError where it could not be read."""
        partition = self._find_partition(name)
        if partition is not None and partition.offline:
            raise KafkaError(ErrorCode.NOT_COORDINATOR)
        running = self._ids.get(name)
        return running.id if running is not None and running.id.state is not None else None

    def __iter__(self) -> Iterator[TransactionalId]:
        return (running.id for running in self._ids.values() if running.id.state is not None)

    # -- storing

    def _store(self, running: _Running, turn: Turn) -> None:
        """Have a turn's record stored, then let go of its replies; whatever follows from that follows here, too.

        One after the other and never inside of each other: any number may wait for one id.
        """
        self._turns.append((running, turn))
        if self._settling:
            return
        self._settling = True
        try:
            while self._turns:
                self._settle(*self._turns.popleft())
        finally:
            self._settling = False

    def _settle(self, running: _Running, turn: Turn) -> None:
        for line in turn.news:
            log.info("%s", line)
        if turn.records:
            self._append(running, turn)
            return
        for listener, reply in turn.replies:
            listener.hear(reply)  # type: ignore[attr-defined]
        if turn.markers is not None:
            self._write_markers(running, turn.markers)
        self._tidy(running)

    def _append(self, running: _Running, turn: Turn) -> None:
        name = running.id.name
        self._ids[name] = running
        try:
            partition = self._partition_of(name)
            appended = partition.append_records(turn.records)
        except (KafkaError, StorageError) as error:
            self._fail(running, turn, error)
            return
        if self._storing.is_kept(partition, appended):  # and no time has passed: a look at the clock less for each
            self._store(running, running.id.stored(turn, turn.now, turn.wall_ms))
            return
        kept, lost = partial(self._kept, running, turn), partial(self._lost, running, turn)
        self._storing.when_kept(partition, appended, kept, lost)

    def _kept(self, running: _Running, turn: Turn) -> None:
        self._store(running, running.id.stored(turn, self._clock.now(), self._clock.wall_ms()))

    def _lost(self, running: _Running, turn: Turn) -> None:
        self._fail(running, turn, KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER, "the partition is gone"))

    def _fail(self, running: _Running, turn: Turn, error: KafkaError | StorageError) -> None:
        log.error("transactional id %s: its record could not be stored: %s", running.id.name, error)
        failed = running.id.failed(turn, append_error(error), self._clock.now(), self._clock.wall_ms())
        self._store(running, failed)

    def _tidy(self, running: _Running) -> None:
        """Keep the id if there is one, and its timer at its deadline; one of a transaction that has ended stays for
        the next, which ends later.
        """
        if running.id.is_needed:
            self._ids[running.id.name] = running
            deadline = running.id.deadline()
            if deadline < math.inf:
                self._wake_at(running, deadline)
        else:
            self._ids.pop(running.id.name, None)
            self._wake_at(running, math.inf)

    def _wake_at(self, running: _Running, deadline: float) -> None:
        running.wake_at(deadline, self._timers, partial(self._tick, running))

    def _tick(self, running: _Running) -> None:
        self._store(running, running.id.tick(self._clock.now(), self._clock.wall_ms()))

    def _find_partition(self, name: str) -> Partition | None:
        topic = self._topics.by_name.get(TRANSACTIONS_TOPIC)
        return None if topic is None else topic.partitions[partition_for(name, len(topic.partitions))]

    def _partition_of(self, name: str) -> Partition:
        partition = self._find_partition(name)
        if partition is None:
            raise KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE, f"there is no topic {TRANSACTIONS_TOPIC}")
        return partition

    # -- markers

    def _write_markers(self, running: _Running, markers: Markers) -> None:
        """Tell every partition how the transaction ends; when the last one knows, the id is told."""
        running.unmarked = set(markers.partitions)
        for where in markers.partitions:
            self._write_marker(running, markers, where)

    def _write_marker(self, running: _Running, markers: Markers, where: TopicPartition) -> None:
        partition = self._find_partition(running.id.name)
        self._markers.write(
            where,
            markers.producer,
            committed=markers.committed,
            coordinator_epoch=0 if partition is None else partition.leader_epoch,
            done=partial(self._marked, running, markers, where),
        )

    def _marked(self, running: _Running, markers: Markers, where: TopicPartition, code: ErrorCode) -> None:
        if code not in _IS_DECIDED_ELSEWHERE:
            if where not in running.reported:
                running.reported.add(where)
                log.error(
                    "transactional id %s: %s-%d cannot be told how its transaction ends (%s) and hangs; retrying",
                    *(running.id.name, where.topic, where.partition, code.name),
                )
            self._timers.after(RETRY_SECONDS, partial(self._write_marker, running, markers, where))
            return
        running.unmarked.discard(where)
        running.reported.discard(where)
        if not running.unmarked:
            self._store(running, running.id.markers_written(self._clock.now(), self._clock.wall_ms()))

    # -- start and housekeeping

    def load(self) -> None:
        """Make the ids what `__transaction_state` says, finish what is prepared, and begin housekeeping."""
        topic = self._topics.by_name.get(TRANSACTIONS_TOPIC)
        if topic is not None:
            self._load(topic)
        self._timers.after(self._check_interval, self._expire)

    def _load(self, topic: Topic) -> None:
        for partition in topic.partitions:
            try:
                self._load_partition(partition)
            except KafkaError as error:
                log.error("the transactions of %s-%d are not available: %s", topic.name, partition.index, error)
        for running in list(self._ids.values()):
            self._store(running, running.id.restore(self._clock.now(), self._clock.wall_ms()))
        log.info("loaded %d transactional ids", len(self._ids))

    def _load_partition(self, partition: Partition) -> None:
        now, wall_ms = self._clock.now(), self._clock.wall_ms()
        for _, decoded in replayed(partition, decode_record):
            if decoded is not None:
                name, state = decoded
                running = self._ids.get(name) or _Running(TransactionalId(name, self._settings))
                running.id.apply(state, now, wall_ms)
                self._ids[name] = running

    def _expire(self) -> None:
        """Forget ids that nobody has used for a long time, a slice at a time, and again after the check interval."""
        self._timers.after(self._check_interval, self._expire)
        self._expire_slice(list(self._ids))

    def _expire_slice(self, names: list[str]) -> None:
        for name in names[:IDS_PER_SLICE]:
            running = self._ids.get(name)
            if running is not None:
                self._store(running, running.id.expire(self._clock.now(), self._clock.wall_ms()))
        if rest := names[IDS_PER_SLICE:]:
            self._timers.after(0, partial(self._expire_slice, rest))


class _Running(Sleeper):
    """A transactional id, and the partitions that do not know yet how its transaction ends."""

    __slots__ = ("id", "reported", "unmarked")

    def __init__(self, transactional_id: TransactionalId) -> None:
        super().__init__()
        self.id = transactional_id
        self.unmarked: set[TopicPartition] = set()
        self.reported: set[TopicPartition] = set()
