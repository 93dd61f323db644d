"""What compaction leaves: files that the next start trusts, transactions, producers; and histories over restarts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from trio.testing import MockClock

from kafkalite.broker.partitions import Partition
from kafkalite.core.log import aborted_transactions
from kafkalite.core.log.aborted_transactions import AbortedTransaction
from kafkalite.core.log.offset_map import SLOT_BYTES
from kafkalite.core.log.segment import Segment
from kafkalite.storage.disk import DiskStore
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import TRANSACTIONAL, Record, build_batch
from tests.unit.broker.cleaning_house import SIZE, House, bases, fetch, now_ms, seen, write
from tests.unit.core.log.batches import NOW
from tests.unit.storage.faults import AtOnce, Faults


def send(
    partition: Partition,
    *pairs: tuple[bytes, bytes | None],
    producer: tuple[int, int, int],
    transactional: bool = False,
) -> int:
    """Append a batch of a producer (id, epoch, first sequence); return its base offset."""
    producer_id, epoch, sequence = producer
    batch = build_batch(
        pairs,
        now_ms(),
        attributes=TRANSACTIONAL if transactional else 0,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
    )
    return partition.append(memoryview(bytes(batch)), in_transaction=transactional).base_offset


def opened(path: Path, *, files: Faults | None = None) -> House:
    return House(DiskStore(path, files=files, background=AtOnce()))


def created(house: House, segment_bytes: int = 2 * SIZE) -> Partition:
    partition = house.create(min_cleanable_dirty_ratio="0", file_delete_delay_ms="0").partitions[0]
    partition.topic.log_config.segment_bytes = segment_bytes
    return partition


def close(house: House) -> None:
    """End as a broker does that is told to stop."""
    for topic in house.topics.by_id.values():
        for partition in topic.partitions:
            partition.close()
    house.topics.close()


def facts(segment: Segment) -> dict[str, object]:
    return {
        name: getattr(segment, name)
        for name in ("base_offset", "next_offset", "size", "max_timestamp", "first_timestamp", "appended_ms", "aborted")
    } | {"index": (segment.index.offset_bytes(), segment.index.time_bytes())}


@pytest.mark.parametrize("clean", [True, False])
async def test_a_start_trusts_what_was_compacted(tmp_path: Path, clean: bool, autojump_clock: MockClock) -> None:
    """After a clean end nothing is read at the start; after another, only behind the recovery point."""
    house = opened(tmp_path)
    partition = created(house, 40 * SIZE)
    partition.topic.log_config.index_interval_bytes = SIZE
    for number in range(10):
        write(partition, *(f"{key}{number}" for key in "abcdefghijklmno"))
    await house.clean()
    house.topics.checkpoint()
    before = seen(partition)
    assert len(before) < 60
    compacted = list(partition.log.segments)[:-1]
    known = [facts(partition.log.segments.loaded(one, partition.segment_reader)) for one in compacted]
    if clean:
        close(house)
    files = Faults()
    again = created(opened(tmp_path, files=files), 40 * SIZE)
    reads = files.done["read"]
    assert bases(again)[:-1] == [one.base_offset for one in compacted]
    assert [
        facts(again.log.segments.loaded(one, again.segment_reader)) for one in list(again.log.segments)[:-1]
    ] == known
    assert files.done["read"] - reads <= 5 * len(compacted), "only files beside the segments"
    assert seen(again) == before
    assert again.cleaned_to == partition.cleaned_to > 0
    assert (again.log_start_offset, again.log_end_offset) == (0, 150)


async def test_the_snapshot_where_a_segment_begins_goes_on_standing_there(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    house = opened(tmp_path)
    partition = created(house)
    send(partition, (b"p", b"1"), producer=(7, 0, 0))
    write(partition, "a1", "b1", "a2", "c1", "b2")
    snapshots = {name: path.read_bytes() for path in (tmp_path / "topic-0").glob("*.snapshot") if (name := path.name)}
    assert set(snapshots) == {f"{offset:020d}.snapshot" for offset in (2, 4)}
    await house.clean()
    left = {path.name: path.read_bytes() for path in (tmp_path / "topic-0").glob("*.snapshot")}
    assert left == snapshots
    partition.topic.log_config.segment_bytes = 4 * SIZE
    write(partition, "x1", "x2", "x3")
    await house.clean()
    assert bases(partition) == [0, 4, 8]
    names = {path.name for path in (tmp_path / "topic-0").glob("*.snapshot")}
    assert names == {f"{offset:020d}.snapshot" for offset in (4, 8)}


async def test_readers_of_committed_data_see_the_same_after_compaction(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    house = opened(tmp_path)
    partition = created(house, 400)
    send(partition, (b"a", b"1"), (b"b", b"1"), producer=(1, 0, 0), transactional=True)
    send(partition, (b"a", b"never"), producer=(2, 0, 0), transactional=True)
    partition.append_marker(1, 0, committed=True, coordinator_epoch=0)
    write(partition, "b2", "c1")
    partition.append_marker(2, 0, committed=False, coordinator_epoch=0)
    send(partition, (b"z", b"open"), producer=(3, 0, 0), transactional=True)
    write(partition, "z1", "z2", "z3", "z4")
    assert partition.last_stable_offset < partition.high_watermark
    committed = [(one.key, one.value) for one in fetch(partition, committed=True)]
    assert committed == [(b"a", b"1"), (b"b", b"1"), (b"b", b"2"), (b"c", b"1")]
    await house.clean()
    assert partition.cleaned_to > 0
    assert b"never" not in [one.value for one in fetch(partition)]
    expected = [(b"a", b"1"), (b"b", b"2"), (b"c", b"1")]
    assert [(one.key, one.value) for one in fetch(partition, committed=True)] == expected
    indexes = [aborted_transactions.decode(path.read_bytes()) for path in (tmp_path / "topic-0").glob("*.txnindex")]
    assert [entry for index in indexes for entry in index] == [AbortedTransaction(2, 2, 6, 7)]
    again = created(opened(tmp_path), 400)
    assert [(one.key, one.value) for one in fetch(again, committed=True)] == expected


@pytest.mark.parametrize("clean", [True, False])
async def test_a_producer_goes_on_where_it_was_though_its_records_are_gone(
    tmp_path: Path, clean: bool, autojump_clock: MockClock
) -> None:
    house = opened(tmp_path)
    partition = created(house)
    send(partition, (b"a", b"1"), producer=(7, 0, 0))
    last = send(partition, (b"b", b"1"), producer=(7, 0, 1))
    write(partition, "a2", "b2", "c1", "c2", "c3")
    await house.clean()
    assert b"1" not in [one.value for one in fetch(partition) if one.key in (b"a", b"b")]
    if clean:
        close(house)
    else:
        check_producer(partition, last)
    again = created(opened(tmp_path))
    check_producer(again, last)
    assert send(again, (b"d", b"1"), producer=(7, 0, 2)) == again.log_end_offset - 1


def check_producer(partition: Partition, last: int) -> None:
    """Its last batch is known, and nothing else comes next than what does."""
    assert send(partition, (b"b", b"1"), producer=(7, 0, 1)) == last
    with pytest.raises(KafkaError) as caught:
        send(partition, (b"d", b"1"), producer=(7, 0, 9))
    assert caught.value.code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


# Made-up histories


class SetClock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.ms = NOW

    def now(self) -> float:
        return self.ms / 1000

    def wall_ms(self) -> int:
        return self.ms


KEYS = st.sampled_from([b"a", b"b", b""])
VALUES = st.none() | st.sampled_from([b"", b"1", b"22"])
PAIRS = st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=3)
Pairs = list[tuple[bytes, bytes | None]]
TRANSACTIONAL_IDS = st.integers(1, 2)
IDEMPOTENT = 9
RETENTION_MS = 100


class Histories(RuleBasedStateMachine):
    """Writers of all kinds, compactions and restarts whenever, and what readers and producers may rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.clock = SetClock()
        self.written: dict[int, Record] = {}
        self.undecided: dict[int, list[int]] = {}
        """Producer id -> offsets in its open transaction."""
        self.committed: set[int] = set()
        self.last_batches: dict[int, tuple[int, Pairs, int]] = {}
        """Producer id -> first sequence, records and offset of its last batch."""
        self.met: dict[int, int] = {}
        """Offset of a tombstone -> when a compaction came past it for the first time."""
        self.open()

    def open(self) -> None:
        self.house = House(DiskStore(Path(self.directory.name), background=AtOnce()), clock=self.clock)
        topic = self.house.create(
            min_cleanable_dirty_ratio="0", delete_retention_ms=str(RETENTION_MS), file_delete_delay_ms="0"
        )
        topic.log_config.segment_bytes = 160
        self.partition = topic.partitions[0]
        assert not self.partition.offline

    def teardown(self) -> None:
        self.house.topics.close(clean=False)
        self.directory.cleanup()

    def append(self, pairs: Pairs, producer_id: int, sequence: int, *, transactional: bool) -> int:
        batch = build_batch(
            pairs,
            self.clock.ms,
            attributes=TRANSACTIONAL if transactional else 0,
            producer_id=producer_id,
            producer_epoch=0 if producer_id >= 0 else -1,
            base_sequence=sequence,
        )
        return self.partition.append(memoryview(bytes(batch)), in_transaction=transactional).base_offset

    def write(self, pairs: Pairs, producer_id: int, *, transactional: bool) -> None:
        sequence = -1
        if producer_id >= 0:
            first, last_pairs, _ = self.last_batches.get(producer_id, (0, [], 0))
            sequence = first + len(last_pairs)
        base_offset = self.append(pairs, producer_id, sequence, transactional=transactional)
        self.last_batches[producer_id] = sequence, pairs, base_offset
        offsets = range(base_offset, base_offset + len(pairs))
        for offset, (key, value) in zip(offsets, pairs, strict=True):
            self.written[offset] = Record(offset, self.clock.ms, key, value)
        if transactional:
            self.undecided.setdefault(producer_id, []).extend(offsets)
        else:
            self.committed.update(offsets)

    @rule(pairs=PAIRS)
    def anybody_writes(self, pairs: Pairs) -> None:
        self.write(pairs, -1, transactional=False)

    @rule(pairs=PAIRS)
    def an_idempotent_producer_writes(self, pairs: Pairs) -> None:
        self.write(pairs, IDEMPOTENT, transactional=False)

    @precondition(lambda self: IDEMPOTENT in self.last_batches)
    @rule()
    def it_repeats_itself(self) -> None:
        sequence, pairs, offset = self.last_batches[IDEMPOTENT]
        assert self.append(pairs, IDEMPOTENT, sequence, transactional=False) == offset

    @rule(pairs=PAIRS, producer_id=TRANSACTIONAL_IDS)
    def a_transaction_goes_on(self, pairs: Pairs, producer_id: int) -> None:
        self.write(pairs, producer_id, transactional=True)

    @precondition(lambda self: self.undecided)
    @rule(producer_id=TRANSACTIONAL_IDS, committed=st.booleans())
    def a_transaction_ends(self, producer_id: int, committed: bool) -> None:
        if producer_id in self.undecided:
            self.partition.append_marker(producer_id, 0, committed=committed, coordinator_epoch=0)
            offsets = self.undecided.pop(producer_id)
            self.committed.update(offsets if committed else ())

    @rule(passed_ms=st.integers(1, 80))
    def time_passes(self, passed_ms: int) -> None:
        self.clock.ms += passed_ms

    @rule(slots=st.sampled_from([1 << 20, 1 << 20, 5]))
    def compact(self, slots: int) -> None:
        self.house.config._values["log.cleaner.dedupe.buffer.size"] = slots * SLOT_BYTES
        trio.run(self.house.clean, clock=MockClock(autojump_threshold=0))
        for offset in self.written:
            if offset < self.partition.cleaned_to:
                self.met.setdefault(offset, self.clock.ms)

    @rule(clean=st.booleans())
    def the_broker_starts_again(self, clean: bool) -> None:
        cleaned_to = self.partition.cleaned_to
        if clean:
            self.house.topics.close()
        else:
            self.house.topics.close(clean=False)
        self.open()
        assert self.partition.cleaned_to == cleaned_to

    @invariant()
    def readers_see_a_subsequence(self) -> None:
        for committed in (False, True):
            shown = fetch(self.partition, committed=committed)
            offsets = [record.offset for record in shown]
            assert offsets == sorted(set(offsets))
            assert all(self.written[record.offset] == record for record in shown)
            if committed:
                assert set(offsets) <= self.committed

    @invariant()
    def the_newest_of_each_key_is_there(self) -> None:
        stable = self.partition.last_stable_offset
        newest = {self.written[at].key: self.written[at] for at in sorted(self.committed) if at < stable}
        shown = {record.key: record for record in fetch(self.partition, committed=True)}
        for key, record in newest.items():
            if record.value is not None or key in shown:
                assert shown[key] == record
            else:
                assert self.met[record.offset] + RETENTION_MS <= self.clock.ms


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=20, stateful_step_count=50, deadline=None)
