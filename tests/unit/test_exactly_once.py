"""Transactions under any history: a whole broker whose store is slow, and whose process dies between any two records.

Producers of both protocols, their zombies, offsets in transactions, timeouts and restarts in any order, on real logs in
memory. In the end nothing hangs, and what readers saw stands up to the history checker: no aborted or open record,
every committed transaction whole and once. A restart changes nothing that was stored.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random as Seeded
from typing import Any

import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafkalite.apis.context import Context
from kafkalite.broker.broker import Broker
from kafkalite.broker.randomness import Random
from kafkalite.broker.session import Session
from kafkalite.broker.waiting import Waiting
from kafkalite.config import BrokerConfig
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import Buffer, SegmentId
from kafkalite.wire.message import Message
from kafkalite.wire.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from kafkalite.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest
from kafkalite.wire.messages.end_txn import EndTxnRequest
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest
from kafkalite.wire.messages.produce import ProduceRequest
from kafkalite.wire.messages.txn_offset_commit import TxnOffsetCommitRequest
from kafkalite.wire.record_batch import TRANSACTIONAL, iterate_records, read_header
from tests.history import Operation, Outcome, Poll, Send, check
from tests.unit.core.log.batches import batch
from tests.unit.wire.messages.samples import THOROUGH

TIMEOUT = 60.0
PARTITIONS = 2
NAMES = ("x", "y")
READERS = 2
STEPS = ("write 0", "write 0", "write 1", "write 1", "offset 0", "offset 1", "time")
SETTINGS = {
    "offsets.topic.num.partitions": "2",
    "transaction.state.log.num.partitions": "2",
    "num.partitions": str(PARTITIONS),
}


class Crashed(BaseException):
    """The process is dead. Nothing in it may catch this."""


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wall_ms(self) -> int:
        return 1_700_000_000_000 + round(self.seconds * 1000)


class Store(MemoryStore):
    """Memory that outlives its process, keeps its promise later (slow), and ends its process (fuse)."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self.fuse: int | None = None  # appends until the process dies
        self.lands = False  # whether the append it dies in is there afterwards
        self.unkept: list[tuple[SegmentId, int, int]] = []  # with the sizes before and after

    def append(self, segment: SegmentId, data: Sequence[Buffer]) -> bool:
        if self.fuse == 0 and not self.lands:
            raise Crashed
        before = self.size_of(segment)
        super().append(segment, data)
        if self.slow:
            self.unkept.append((segment, before, self.size_of(segment)))
        if self.fuse == 0:
            raise Crashed
        if self.fuse is not None:
            self.fuse -= 1
        return not self.slow

    def size_of(self, segment: SegmentId) -> int:
        return dict(self.segments(segment.partition)).get(segment, 0)

    def keep(self, choice: int = 0) -> None:
        """Keep the oldest append of one of the segments that have any: they keep no order among each other."""
        segments = list(dict.fromkeys(segment for segment, _, _ in self.unkept))
        chosen = segments[choice % len(segments)]
        place = next(at for at, (segment, _, _) in enumerate(self.unkept) if segment == chosen)
        segment, _, size = self.unkept.pop(place)
        assert self.on_kept is not None
        self.on_kept(segment, size)

    def lose(self, random: Seeded) -> None:
        """The process is dead: of what was not kept, each segment has some of the first appends."""
        cut: dict[SegmentId, int] = {}
        for segment, before, _ in self.unkept:
            if segment not in cut and random.random() < 0.5:
                cut[segment] = before
        for segment, size in cut.items():
            self.truncate(segment, size)
        self.unkept.clear()
        self.fuse = None


@dataclass
class Transaction:
    """What its client knows. offsets: (partition, offset) committed for the group, in order."""

    client: int
    sends: list[Send] = field(default_factory=list)
    offsets: list[tuple[int, int]] = field(default_factory=list)
    acknowledged: bool = False
    asked: bool = False
    refused: bool = False
    """Its commit was acknowledged; asked for; definitely refused."""

    @property
    def outcome(self) -> Outcome:
        if self.acknowledged:
            return Outcome.OK
        return Outcome.UNKNOWN if self.asked and not self.refused else Outcome.ABORTED


@dataclass
class Client:
    """One instance of a producer. TV1: epoch and sequences go on; TV2: each transaction has its own."""

    number: int
    name: str
    tv2: bool
    producer: tuple[int, int]
    sequences: dict[int, int] = field(default_factory=dict)
    added: set[Any] = field(default_factory=set)
    transaction: Transaction | None = None
    unanswered: tuple[int, int] | None = None
    """(partition, value) of a produce request that has to be repeated."""
    ending: bool | None = None
    """An EndTxn that has to be repeated."""
    gave_up: bool = False
    """It does not know what became of a record, so it has to begin anew."""
    unsure: bool = False
    """The answer to an EndTxn was lost."""
    busy: bool = False
    fenced: bool = False
    instance: int = 0
    """How many of its name had begun before."""
    may_be_fenced: bool = False
    """By itself: the answer to an InitProducerId was lost, and a restart may have forgotten who asked; or it began anew
    in a transaction, which below level 2 has no way to go on.
    """
    started: float = 0.0
    """When its transaction began."""


class AnyHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock, self.store, self.metadata = Clock(), Store(), MemoryMetadata()
        self.values = count(1)
        self.clients: list[Client] = []
        self.transactions: list[Transaction] = []
        self.polls: list[Operation] = []
        self.positions: dict[tuple[int, int], int] = {}
        self.skipping: dict[tuple[int, int], set[int]] = {}
        self.waiting: list[tuple[Waiting, Callable[[Any], None]]] = []
        self.late: list[tuple[ProduceRequest, int]] = []
        self.instances = dict.fromkeys(NAMES, 0)
        self.start()

    # -- the broker

    def start(self) -> None:
        self.broker = Broker(
            BrokerConfig.of(SETTINGS),
            clock=self.clock,
            random=Random(Seeded(1).randbytes),
            stores=LogDirectories([self.store]),
            metadata=self.metadata,
        )
        trio.run(self._start)
        self.broker.timers.run_due()

    async def _start(self) -> None:
        await self.broker.start()
        for topic in ("t", "__consumer_offsets", "__transaction_state"):
            await self.broker.cluster.ensure_topic(topic)
        await self.broker.cluster.fetch_producer_ids()

    def crash(self, seed: int) -> None:
        """Everything in memory is gone, and whoever waits hears nothing."""
        self.store.lose(Seeded(seed))
        waiting, self.waiting = self.waiting, []
        for _, hear in waiting:
            hear(None)
        self.start()

    def ask(self, client: Client | None, message: Message, version: int, hear: Callable[[Any], None]) -> None:
        """Send a request; `hear` gets the answer now or later, or None if it is lost."""

        def done(answer: Any) -> None:
            if client is not None:
                client.busy = False
            hear(answer)

        if client is not None:
            client.busy = True
        module = importlib.import_module(f"kafkalite.apis.{type(message).__module__.rpartition('.')[2]}")
        session = Session(listener="PLAINTEXT", local=("127.0.0.1", 9092), peer=("127.0.0.1", 50000))
        try:
            answer = module.handle(message, Context(self.broker, session, "c", version))
        except Crashed:
            done(None)
            self.crash(1)
            return
        if isinstance(answer, Waiting):
            self.waiting.append((answer, done))
        else:
            assert isinstance(answer, Message)
            done(answer)

    def listen(self) -> None:
        """Hand out the answers that have come."""
        while ready := next((one for one in self.waiting if one[0].resolved), None):
            self.waiting.remove(ready)
            ready[1](ready[0].answer())

    def run(self, action: Callable[[], None]) -> None:
        """Let the broker do something of its own."""
        try:
            action()
        except Crashed:
            self.crash(1)
        self.listen()

    # -- producers

    @initialize(slow=st.booleans(), level=st.sampled_from((1, 2)), protocols=st.tuples(st.booleans(), st.booleans()))
    def begin(self, slow: bool, level: int, protocols: tuple[bool, bool]) -> None:
        self.level = level
        record = {"type": "feature", "name": "transaction.version", "level": level}
        trio.run(self.broker.cluster.change, lambda image: (None, [record]))
        for name, tv2 in zip(NAMES, protocols, strict=True):
            self.init(name, tv2)
        self.store.slow = slow

    @rule(name=st.sampled_from(NAMES), tv2=st.booleans())
    def init(self, name: str, tv2: bool) -> None:
        self.instances[name] += 1
        number = self.instances[name]
        self.ask(None, init_request(name), 5, lambda answer: self._initialized(answer, name, tv2, number))

    def _initialized(self, answer: Any, name: str, tv2: bool, instance: int) -> None:
        if answer is None or answer.error_code:
            assert answer is None or answer.error_code in (14, 51)
            return
        producer = (answer.producer_id, answer.producer_epoch)
        self.clients.append(Client(len(self.clients), name, tv2, producer, instance=instance))

    def _is_fenced(self, client: Client) -> None:
        """A client hears that it is; that must have a reason: another instance, its timeout, or a lost answer."""
        client.fenced = True
        is_last = self.instances[client.name] == client.instance
        assert not is_last or self.clock.seconds - client.started >= TIMEOUT or client.may_be_fenced, client

    def some_client(self, data: st.DataObject) -> Client | None:
        idle = [one for one in self.clients if not one.busy and not one.fenced]
        return data.draw(st.sampled_from(idle)) if idle else None

    @rule(data=st.data())
    def begin_anew(self, data: st.DataObject) -> None:
        """A client that says who it was; what it had open is lost to it."""
        client = self.some_client(data)
        if client is None or client.ending is not None:
            return
        client.may_be_fenced = client.may_be_fenced or (self.level < 2 and client.transaction is not None)
        client.transaction = client.unanswered = None
        client.started = self.clock.seconds
        self.ask(client, init_request(client.name, client.producer), 5, lambda answer: self._again(answer, client))

    def _again(self, answer: Any, client: Client) -> None:
        if answer is None or answer.error_code == 51:
            client.may_be_fenced = True
            return
        if answer.error_code:
            assert answer.error_code == 90
            self._is_fenced(client)
            return
        client.gave_up = False
        client.producer = (answer.producer_id, answer.producer_epoch)
        client.sequences, client.added = {}, set()

    @rule(data=st.data(), partition=st.integers(0, PARTITIONS - 1))
    def produce(self, data: st.DataObject, partition: int) -> None:
        client = self.some_client(data)
        if client is not None:
            self._write(client, partition)

    def _write(self, client: Client, partition: int) -> None:
        if client.ending is not None or client.gave_up:
            return
        if client.transaction is None:
            client.transaction = Transaction(client.number)
            client.started = self.clock.seconds
            self.transactions.append(client.transaction)
        if client.unanswered is None:
            client.unanswered = (partition, next(self.values))
            client.transaction.sends.append(Send(str(partition), client.unanswered[1]))
        partition, value = client.unanswered
        if not client.tv2 and partition not in client.added:
            self.ask(client, add_request(client, partition), 3, lambda answer: self._added(answer, client, partition))
        else:
            self._produce(client, partition, value)

    def _added(self, answer: Any, client: Client, partition: int) -> None:
        if answer is None:
            return
        code = answer.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code
        if code == 0:
            client.added.add(partition)
        elif code != 51:
            assert code in (49, 90), code
            self._is_fenced(client)

    def _produce(self, client: Client, partition: int, value: int) -> None:
        message = produce_request(client, partition, value, client.sequences.get(partition, 0))
        transaction = client.transaction
        assert transaction is not None
        self.ask(client, message, 12 if client.tv2 else 11, lambda answer: self._produced(answer, client, transaction))

    def _produced(self, answer: Any, client: Client, transaction: Transaction) -> None:
        if answer is None:
            return
        assert client.unanswered is not None
        partition, value = client.unanswered
        one = answer.responses[0].partition_responses[0]
        if one.error_code == 19:
            return
        if one.error_code:
            assert one.error_code in (47, 49, 120), one
            self._is_fenced(client)
            return
        client.unanswered = None
        client.sequences[partition] = client.sequences.get(partition, 0) + 1
        place = transaction.sends.index(Send(str(partition), value))
        transaction.sends[place] = Send(str(partition), value, one.base_offset)

    @rule(data=st.data(), partition=st.integers(0, PARTITIONS - 1))
    def give_up_on_a_record(self, data: st.DataObject, partition: int) -> None:
        """A produce request gets lost on its way. Its client aborts and begins anew; perhaps it still arrives."""
        client = self.some_client(data)
        if client is None or client.ending is not None or client.gave_up or client.transaction is None:
            return
        partition, value = client.unanswered or (partition, next(self.values))
        if not client.tv2 and partition not in client.added:
            return
        if client.unanswered is None:
            client.transaction.sends.append(Send(str(partition), value))
        message = produce_request(client, partition, value, client.sequences.get(partition, 0))
        self.late.append((message, 12 if client.tv2 else 11))
        client.unanswered, client.ending, client.gave_up = None, False, True

    @precondition(lambda self: self.late)
    @rule(choice=st.integers(0, 9))
    def arrive_late(self, choice: int) -> None:
        message, version = self.late.pop(choice % len(self.late))
        self.ask(None, message, version, lambda answer: None)

    @rule(data=st.data(), partition=st.integers(0, PARTITIONS - 1))
    def commit_offset(self, data: st.DataObject, partition: int) -> None:
        client = self.some_client(data)
        if client is not None:
            self._commit_offset(client, partition)

    def _commit_offset(self, client: Client, partition: int) -> None:
        if client.ending is not None or client.unanswered is not None or client.gave_up:
            return
        if client.transaction is None:
            client.transaction = Transaction(client.number)
            client.started = self.clock.seconds
            self.transactions.append(client.transaction)
        if not client.tv2 and "group" not in client.added:
            self.ask(client, add_offsets_request(client), 3, lambda answer: self._group_added(answer, client))
            return
        transaction, offset = client.transaction, next(self.values)
        transaction.offsets.append((partition, offset))
        message = offsets_request(client, partition, offset)
        self.ask(client, message, 5 if client.tv2 else 3, lambda answer: self._offset_committed(answer, client))

    def _group_added(self, answer: Any, client: Client) -> None:
        if answer is not None and answer.error_code == 0:
            client.added.add("group")
        elif answer is not None and answer.error_code != 51:
            assert answer.error_code in (49, 90)
            self._is_fenced(client)

    def _offset_committed(self, answer: Any, client: Client) -> None:
        if answer is not None and (code := answer.topics[0].partitions[0].error_code):
            assert code in (14, 15, 47, 48, 49, 120), code
            if code == 15:
                return  # it took too long (offsets.commit.timeout.ms), and may be stored yet
            if code != 14:
                self._is_fenced(client)
            if code == 14 and client.transaction is not None:
                client.transaction.offsets.pop()

    @rule(
        data=st.data(),
        steps=st.lists(st.sampled_from(STEPS), max_size=7),
        committed=st.sampled_from((True, True, False)),
    )
    def transact(self, data: st.DataObject, steps: list[str], committed: bool) -> None:
        """A whole transaction in one go, as far as nothing comes in between."""
        client = self.some_client(data)
        if client is None:
            return
        for step in [*steps, "end"]:
            while client.busy and self.store.unkept and step != "time":
                self.run(self.store.keep)
            if client.fenced or (client.busy and step != "time"):
                return
            match step.split():
                case ["end"]:
                    self._end(client, committed)
                case ["time"]:
                    self.advance(TIMEOUT + 1)
                case ["write", partition]:
                    self._write(client, int(partition))
                    if client.unanswered is not None and not client.busy and not client.fenced:
                        self._write(client, int(partition))  # the partition was added first
                case ["offset", partition]:
                    self._commit_offset(client, int(partition))

    @rule(data=st.data(), committed=st.booleans())
    def end(self, data: st.DataObject, committed: bool) -> None:
        client = self.some_client(data)
        if client is not None:
            self._end(client, committed)

    def _end(self, client: Client, committed: bool) -> None:
        if client.transaction is None or client.unanswered is not None:
            return
        if client.ending is None:
            client.ending = committed
        transaction = client.transaction
        transaction.asked = transaction.asked or client.ending
        first = not transaction.refused
        message = EndTxnRequest(
            transactional_id=client.name,
            producer_id=client.producer[0],
            producer_epoch=client.producer[1],
            committed=client.ending,
        )
        version = 5 if client.tv2 else 4
        self.ask(client, message, version, lambda answer: self._ended(answer, client, transaction, first))

    def _ended(self, answer: Any, client: Client, transaction: Transaction, first: bool) -> None:
        if answer is None:
            transaction.refused = False
            client.unsure = True
            return
        if answer.error_code == 51:
            return
        if answer.error_code:
            assert answer.error_code in (48, 49, 90), answer
            # Only if no earlier request of the same was lost is it sure that nothing was committed.
            transaction.refused = not client.unsure
            nothing_begun = all(send.offset is None for send in transaction.sends)
            if answer.error_code != 48 or not nothing_begun:
                self._is_fenced(client)
            elif self.clock.seconds - client.started >= TIMEOUT:
                client.may_be_fenced = True  # there was something all the same, and it timed out
        else:
            transaction.acknowledged = bool(client.ending)
            if client.tv2:
                client.producer = (answer.producer_id, answer.producer_epoch)
                client.sequences = {}
        client.unsure = False
        client.transaction, client.ending, client.added = None, None, set()

    # -- readers

    @rule(reader=st.integers(0, READERS - 1), partition=st.integers(0, PARTITIONS - 1))
    def read(self, reader: int, partition: int) -> None:
        """Read what is committed, as a client does: records of aborted transactions are left out."""
        log = self.broker.topics.by_name["t"].partitions[partition]
        at = (reader, partition)
        offset = self.positions.get(at, 0)
        result = log.read(offset, 1 << 20, committed=True, at_least_one=True)
        assert isinstance(result.records, bytes | memoryview)
        view, seen = memoryview(result.records), []
        aborted = sorted((one.first_offset, one.producer_id) for one in result.aborted or ())
        skipping = self.skipping.setdefault(at, set())
        while view:
            header = read_header(view)
            one, view = view[: header.size], view[header.size :]
            while aborted and aborted[0][0] <= header.last_offset:
                skipping.add(aborted.pop(0)[1])
            if header.is_control:
                skipping.discard(header.producer_id)
            elif header.producer_id not in skipping:
                seen += [(record.offset, int(record.value or b"")) for record in iterate_records(one, header)]
            self.positions[at] = header.last_offset + 1
        if seen:
            self.polls.append(Operation(1000 + reader, polls=[Poll(str(partition), seen)]))

    # -- time and death

    @precondition(lambda self: self.store.unkept)
    @rule(choices=st.lists(st.integers(0, 3), min_size=1, max_size=6))
    def keep(self, choices: list[int]) -> None:
        for choice in choices:
            if self.store.unkept:
                self.run(partial(self.store.keep, choice))

    @rule(seconds=st.sampled_from((1.0, 6.0, 61.0)))
    def let_time_pass(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self.clock.seconds += seconds
        self.run(self.broker.timers.run_due)

    @rule(seed=st.integers(0, 9), appends=st.none() | st.integers(0, 8), lands=st.booleans())
    def die(self, seed: int, appends: int | None, lands: bool) -> None:
        """Now, or in one of the next appends."""
        if appends is not None:
            self.store.fuse, self.store.lands = appends, lands
            return
        before = None if self.store.unkept else self.snapshot()
        self.crash(seed)
        assert before in (None, self.snapshot()), "a restart is where the broker was"

    def snapshot(self) -> list[Any]:
        """What has to survive: every id as far as it is stored, every group, and how far readers may read."""
        partitions = [one for topic in self.broker.topics.by_name.values() for one in topic.partitions]
        ids = [(one.name, one.state and one.state._replace(before=None)) for one in self.broker.transactions]
        offsets = self.broker.groups.committed("g")
        return [
            sorted(ids, key=repr),
            offsets.by_topic,
            [offsets.pending.has("t", index) for index in range(PARTITIONS)],
            [(one.high_watermark, one.last_stable_offset) for one in partitions if one.topic.name == "t"],
        ]

    # -- what must hold

    @invariant()
    def nobody_reads_what_is_open(self) -> None:
        for partition in self.broker.topics.by_name["t"].partitions:
            assert partition.last_stable_offset <= partition.high_watermark

    def teardown(self) -> None:
        """Everything comes to rest; then all that readers saw has to be right."""
        self.store.fuse = None
        for _ in range(3):
            while self.store.unkept:
                self.run(self.store.keep)
            self.advance(2 * TIMEOUT)
        self.store.slow = False
        for partition in self.broker.topics.by_name["t"].partitions:
            assert partition.last_stable_offset == partition.high_watermark, "a transaction hangs"
            for reader in range(READERS + 1):
                self.read(reader, partition.index)
        self.check_records()
        self.check_offsets()

    def check_records(self) -> None:
        history = [Operation(one.client, one.outcome, sends=one.sends) for one in self.transactions]
        found = check([*history, *self.polls]).found
        assert set(found) <= {"G0", "G-single"}, found
        seen = {(poll.key, value) for one in self.polls for poll in one.polls for _, value in poll.records}
        for one in self.transactions:
            if one.outcome is Outcome.UNKNOWN:
                assert len({(send.key, send.value) in seen for send in one.sends}) <= 1, "torn"

    def check_offsets(self) -> None:
        offsets = self.broker.groups.committed("g")
        outcomes = {offset: one.outcome for one in self.transactions for _, offset in one.offsets}
        for partition in range(PARTITIONS):
            assert not offsets.pending.has("t", partition)
            found = offsets.find("t", partition)
            if found is not None:
                assert outcomes[found.offset] is not Outcome.ABORTED


def init_request(name: str, producer: tuple[int, int] = (-1, -1)) -> InitProducerIdRequest:
    return InitProducerIdRequest(
        transactional_id=name,
        transaction_timeout_ms=round(TIMEOUT * 1000),
        producer_id=producer[0],
        producer_epoch=producer[1],
    )


def add_request(client: Client, partition: int) -> AddPartitionsToTxnRequest:
    return AddPartitionsToTxnRequest(
        v3_and_below_transactional_id=client.name,
        v3_and_below_producer_id=client.producer[0],
        v3_and_below_producer_epoch=client.producer[1],
        v3_and_below_topics=[AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name="t", partitions=[partition])],
    )


def produce_request(client: Client, partition: int, value: int, sequence: int) -> ProduceRequest:
    records = batch(value=b"%d" % value, producer=(*client.producer, sequence), attributes=TRANSACTIONAL)
    data = ProduceRequest.PartitionProduceData(index=partition, records=records)
    topic = ProduceRequest.TopicProduceData(name="t", partition_data=[data])
    return ProduceRequest(transactional_id=client.name, acks=-1, timeout_ms=10**9, topic_data=[topic])


def add_offsets_request(client: Client) -> AddOffsetsToTxnRequest:
    return AddOffsetsToTxnRequest(
        transactional_id=client.name,
        producer_id=client.producer[0],
        producer_epoch=client.producer[1],
        group_id="g",
    )


def offsets_request(client: Client, partition: int, offset: int) -> TxnOffsetCommitRequest:
    one = TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition(partition_index=partition, committed_offset=offset)
    return TxnOffsetCommitRequest(
        transactional_id=client.name,
        group_id="g",
        producer_id=client.producer[0],
        producer_epoch=client.producer[1],
        topics=[TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic(name="t", partitions=[one])],
    )


AnyHistory.TestCase.settings = settings(max_examples=2000 if THOROUGH else 100, stateful_step_count=50, deadline=None)
TestAnyHistory = AnyHistory.TestCase
