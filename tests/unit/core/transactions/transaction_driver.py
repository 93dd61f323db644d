"""Drives one transactional id's core as its shell does, with a log in memory that can be slow or broken."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any

from kafkalite.core.effects import KeyedRecord
from kafkalite.core.transactions import rules
from kafkalite.core.transactions.records import decode_record
from kafkalite.core.transactions.rules import NOBODY, Question, Reply
from kafkalite.core.transactions.state import Producer, Status, TopicPartition, TransactionState
from kafkalite.core.transactions.transactional_id import TransactionalId, TransactionSettings
from kafkalite.core.transactions.turn import Markers, Turn
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest

WALL_START_MS = 1_700_000_000_000


def partitions(*names: str) -> frozenset[TopicPartition]:
    """`partitions("t-0", "u-1")`."""
    split = (name.rpartition("-") for name in names)
    return frozenset(TopicPartition(topic, int(index)) for topic, _, index in split)


class Driver:
    """One transactional id, the clock, the log, and every answer by its slot (a number per request).

    slow: appended records are kept only by `keep`, markers are written only by `write_markers`. broken: appends fail.
    level: the finalized transaction.version. no_ids: there is no producer id at hand.
    """

    def __init__(self, *, level: int = 2) -> None:
        self._ids = count(1000)
        self._slots = count(1)
        self.level = level
        self.no_ids = self.slow = self.broken = False
        self.now = 0.0
        self.log: list[KeyedRecord] = []
        self.unkept: deque[Turn] = deque()
        self.unmarked: deque[Markers] = deque()
        self.markers: list[Markers] = []
        self.answers: dict[int, Reply] = {}
        self.asked: set[int] = set()
        self.news: list[str] = []
        self.settings = TransactionSettings(self.take_producer_id, lambda: self.level)
        self.id = TransactionalId("x", self.settings)

    def take_producer_id(self) -> int | None:
        return None if self.no_ids else next(self._ids)

    @property
    def wall_ms(self) -> int:
        return WALL_START_MS + round(self.now * 1000)

    @property
    def state(self) -> TransactionState:
        assert self.id.state is not None
        return self.id.state

    @property
    def status(self) -> Any:
        """Return the Status; typed so that a test may look more than once."""
        return self.state.status

    @property
    def waiting(self) -> set[int]:
        return self.asked - self.answers.keys()

    # -- the shell's part

    def settle(self, turn: Turn) -> None:
        self.news += turn.news
        if turn.records and self.broken:
            self.settle(self.id.failed(turn, ErrorCode.NOT_COORDINATOR, self.now, self.wall_ms))
            return
        if turn.records:
            assert len(turn.records) == 1
            self.log += turn.records
            self.unkept.append(turn)
            if not self.slow:
                self.keep()
            return
        for slot, reply in turn.replies:
            assert isinstance(slot, int)
            assert slot in self.asked
            assert slot not in self.answers, "a request is answered once"
            self.answers[slot] = reply
        if turn.markers is not None:
            self.unmarked.append(turn.markers)
            if not self.slow:
                self.write_markers()

    def keep(self) -> None:
        """The store keeps the oldest record on its way."""
        self.settle(self.id.stored(self.unkept.popleft(), self.now, self.wall_ms))

    def write_markers(self) -> None:
        self.markers.append(self.unmarked.popleft())
        self.settle(self.id.markers_written(self.now, self.wall_ms))

    def finish(self) -> None:
        """A slow store catches up."""
        while self.unkept or self.unmarked:
            if self.unkept:
                self.keep()
            else:
                self.write_markers()

    def advance(self, seconds: float) -> None:
        """Let time pass; the id ticks whenever it wants to."""
        until = self.now + seconds
        while self.id.deadline() <= until:
            self.now = max(self.now, self.id.deadline())
            self.settle(self.id.tick(self.now, self.wall_ms))
            assert self.id.deadline() > self.now
        self.now = until

    def expire(self) -> None:
        self.settle(self.id.expire(self.now, self.wall_ms))

    def replayed(self) -> TransactionalId:
        """Return the id that a restart would make of the log."""
        fresh = TransactionalId("x", self.settings)
        for record in self.log:
            decoded = decode_record(record.key, record.value)
            assert decoded is not None
            fresh.apply(decoded[1], self.now, self.wall_ms)
        return fresh

    def restart(self) -> None:
        """The broker stops and starts again: nobody who waits gets an answer."""
        self.unkept.clear()
        self.unmarked.clear()
        self.asked = set(self.answers)
        self.id = self.replayed()
        self.settle(self.id.restore(self.now, self.wall_ms))

    def stored(self) -> list[tuple[Status, Producer] | None]:
        """Return status and producer of every record in the log."""
        states = [decoded[1] for record in self.log if (decoded := decode_record(record.key, record.value))]
        return [None if state is None else (state.status, state.producer) for state in states]

    # -- requests

    def begin(self, question: Question) -> int:
        slot = next(self._slots)
        self.asked.add(slot)
        self.settle(self.id.ask(question, slot, self.now, self.wall_ms))
        return slot

    def begin_init(self, producer: Producer = NOBODY, *, timeout: float = 60.0) -> int:
        message = InitProducerIdRequest(
            transactional_id="x",
            transaction_timeout_ms=round(timeout * 1000),
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
        )
        return self.begin(partial(rules.init_producer_id, message=message))

    def init(self, producer: Producer = NOBODY, *, timeout: float = 60.0) -> Producer:
        """Initialize and return the producer, which must be there."""
        reply = self.answers[self.begin_init(producer, timeout=timeout)]
        assert reply.code == 0
        return reply.producer

    def init_error(self, producer: Producer = NOBODY) -> int:
        return self.answers[self.begin_init(producer)].code

    def begin_add(self, producer: Producer, *names: str, version: int = 2) -> int:
        question = partial(
            rules.add_partitions, producer=producer, partitions=partitions(*names), client_version=version
        )
        return self.begin(question)

    def add(self, producer: Producer, *names: str, version: int = 2) -> int:
        return self.answers[self.begin_add(producer, *names, version=version)].code

    def verify(self, producer: Producer, *names: str) -> Reply:
        question = partial(rules.verify_partitions, producer=producer, partitions=partitions(*names))
        return self.answers[self.begin(question)]

    def begin_end(self, producer: Producer, committed: bool, *, version: int = 2) -> int:
        return self.begin(partial(rules.end, producer=producer, committed=committed, client_version=version))

    def end(self, producer: Producer, committed: bool, *, version: int = 2) -> Reply:
        return self.answers[self.begin_end(producer, committed, version=version)]

    def commit(self, producer: Producer, *, version: int = 2) -> Producer:
        """Commit and return who goes on."""
        reply = self.end(producer, True, version=version)
        assert reply.code == 0
        return reply.producer if version >= 2 else producer


def texts(markers: Sequence[Markers]) -> list[str]:
    """Return each marker as `commit 1000/1 t-0 u-1`."""
    return [
        f"{'commit' if one.committed else 'abort'} {one.producer.producer_id}/{one.producer.epoch} "
        + " ".join(f"{topic}-{index}" for topic, index in one.partitions)
        for one in markers
    ]
