"""Retention as it runs: when rounds come, how they are cut into slices, and a crash at every step of a deletion."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from kafkalite.broker import retention
from kafkalite.broker.broker import Broker
from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.partitions import Partition
from kafkalite.broker.randomness import Random
from kafkalite.broker.retention import FIRST_ROUND_SECONDS, Retention
from kafkalite.broker.topics import Topic, Topics
from kafkalite.broker.waiting import Timers
from kafkalite.config import BrokerConfig
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentStore
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import iterate_records, read_header
from tests.unit.core.log.batches import NOW, batch
from tests.unit.storage.faults import AtOnce, Crash, Faults
from tests.unit.storage.stores import FailingStore

TOPIC_ID = b"the id of a topi"
SIZE = len(batch())


class Clock:
    """A clock the test sets."""

    def __init__(self) -> None:
        self.ms = NOW

    def now(self) -> float:
        return self.ms / 1000

    def wall_ms(self) -> int:
        return self.ms


class House:
    """Topics with their retention; time passes when `wait` says so."""

    def __init__(self, store: SegmentStore, clock: Clock | None = None, **settings: str) -> None:
        config = BrokerConfig.of({key.replace("_", "."): value for key, value in settings.items()})
        self.clock = clock or Clock()
        self.store = store
        self.timers = Timers(self.clock)
        self.topics = Topics(LogDirectories([store]), config, self.clock, later=self.timers.after)
        Retention(self.topics, config, self.timers).start()

    def create(self, name: str = "topic", topic_id: bytes = TOPIC_ID, partitions: int = 1, **configs: str) -> Topic:
        """A topic with two batches to a segment, far fewer than a client may ask for."""
        topic = self.topics.create(
            name, topic_id, partitions, {key.replace("_", "."): value for key, value in configs.items()}
        )
        topic.log_config.segment_bytes = 2 * SIZE
        return topic

    def append(self, partition: Partition, count: int = 1) -> None:
        for _ in range(count):
            partition.append(batch(timestamp=self.clock.ms))

    def wait(self, seconds: float) -> None:
        """Let time pass in steps of half a second."""
        for _ in range(int(2 * seconds)):
            self.clock.ms += 500
            self.timers.run_due()


def offsets(partition: Partition) -> tuple[int, int, int]:
    return partition.log_start_offset, partition.high_watermark, partition.log_end_offset


# When


async def test_a_broker_deletes_by_itself(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    config = BrokerConfig.of({"log.retention.ms": "60000", "log.retention.check.interval.ms": "10000"})
    broker = Broker(
        config,
        clock=VirtualClock(),
        random=Random(),
        stores=LogDirectories([MemoryStore()]),
        metadata=MemoryMetadata(),
        cluster_id="c",
    )
    await broker.start()
    nursery.start_soon(broker.run)
    partition = (await broker.cluster.ensure_topic("t")).partitions[0]
    partition.append(batch(3, timestamp=broker.clock.wall_ms()))
    await trio.sleep(60)
    assert offsets(partition) == (0, 3, 3)
    await trio.sleep(11)
    assert offsets(partition) == (3, 3, 3)
    assert partition.size == 0
    assert partition.append(batch(timestamp=broker.clock.wall_ms())).base_offset == 3
    nursery.cancel_scope.cancel()


@pytest.mark.parametrize(("interval_ms", "first", "second"), [("300000", 30, 330), ("2000", 2, 4)])
async def test_rounds_come_at_the_interval_and_the_first_soon(interval_ms: str, first: float, second: float) -> None:
    assert FIRST_ROUND_SECONDS == 30
    house = House(MemoryStore(), log_retention_check_interval_ms=interval_ms)
    partition = house.create(retention_bytes="0").partitions[0]
    house.append(partition)
    house.wait(first - 0.5)
    assert partition.log_start_offset == 0
    house.wait(0.5)
    assert partition.log_start_offset == 1
    house.append(partition)
    house.wait(second - first - 0.5)
    assert partition.log_start_offset == 1
    house.wait(0.5)
    assert partition.log_start_offset == 2


async def test_settings_that_change_count_from_the_next_round_on() -> None:
    house = House(MemoryStore())
    topic = house.create()
    house.append(topic.partitions[0], 5)
    house.wait(30)
    assert topic.partitions[0].log_start_offset == 0
    house.topics.reconfigure(topic, {"retention.bytes": str(SIZE)})
    house.wait(300)
    assert topic.partitions[0].log_start_offset == 4


async def test_compacted_and_internal_topics_keep_everything() -> None:
    house = House(MemoryStore(), log_retention_ms="1")
    compacted = house.create(cleanup_policy="compact").partitions[0]
    house.append(compacted, 3)
    house.wait(60)
    assert offsets(compacted) == (0, 3, 3)


async def test_a_topic_that_is_deleted_during_a_round_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE_PARTITIONS", 1)
    house = House(MemoryStore(), log_retention_bytes="0")
    first = house.create("first", b"1" * 16)
    second = house.create("second", b"2" * 16)
    third = house.create("third", b"3" * 16)
    for topic in (first, second, third):
        house.append(topic.partitions[0])
    house.wait(30)
    house.topics.delete(second)
    house.wait(2)
    assert third.partitions[0].log_start_offset == 1


# Slices


async def test_a_slice_looks_at_so_many_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE_PARTITIONS", 100)
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0.5)
    house = House(MemoryStore())
    house.create(partitions=1050)
    looks: list[int] = []
    monkeypatch.setattr(Partition, "surplus", lambda partition, limit: looks.append(house.clock.ms))
    house.wait(60)
    assert [looks.count(moment) for moment in sorted(set(looks))] == [100] * 10 + [50]


async def test_a_slice_deletes_so_many_segments_and_stores_starts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE_SEGMENTS", 8)
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0.5)
    house = House(MemoryStore())
    topic = house.create(partitions=3, retention_bytes="0")
    for partition in topic.partitions:
        house.append(partition, 10)
    stored: list[dict[int, int]] = []
    monkeypatch.setattr(
        house.store, "keep_starts", lambda starts: stored.append({one.index: start for one, start in starts.items()})
    )
    house.wait(60)
    assert stored == [{0: 10, 1: 6}, {1: 10, 2: 10}]
    assert [offsets(partition) for partition in topic.partitions] == [(10, 10, 10)] * 3


# Stores that fail


@pytest.mark.parametrize("verb", ["keep_starts", "create", "seal"])
async def test_what_cannot_be_stored_is_kept_and_tried_again(verb: str, caplog: pytest.LogCaptureFixture) -> None:
    store = FailingStore()
    house = House(store, log_retention_bytes="0", log_retention_check_interval_ms="1000")
    partition = house.create().partitions[0]
    house.append(partition, 5)
    store.failing = {verb}
    house.wait(3)
    assert offsets(partition) == (0, 5, 5)
    assert f"{verb} fails here" in caplog.text
    store.failing = set()
    house.append(partition)
    house.wait(2)
    assert offsets(partition) == (6, 6, 6)


# T18: a crash at every step


class Journal:
    """What one life of the broker promised: records, and where its log starts."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.acknowledged = 0
        self.start_wanted = 0
        self.start_acknowledged = 0

    def append(self, partition: Partition, clock: Clock) -> None:
        value = b"val%02d" % len(self.sent)
        self.sent.append(value)
        assert partition.append(batch(value=value, timestamp=clock.ms)).kept
        self.acknowledged += 1

    def delete(self, house: House, partition: Partition, offset: int) -> None:
        self.start_wanted = partition.start_for(offset)
        house.topics.move_starts({partition: self.start_wanted})
        self.start_acknowledged = self.start_wanted

    def wait(self, house: House, partition: Partition, seconds: float, start: int) -> None:
        """A time in which retention should move the start."""
        self.start_wanted = max(start, self.start_wanted)
        house.wait(seconds)
        assert partition.log_start_offset == self.start_wanted
        self.start_acknowledged = self.start_wanted

    def check(self, partition: Partition) -> None:
        """The log is what was promised: nothing lost, nothing wrong, nothing back that was gone."""
        assert not partition.offline
        start, high_watermark, end = offsets(partition)
        assert self.start_acknowledged <= start <= max(self.start_wanted, self.start_acknowledged)
        assert self.acknowledged <= end <= len(self.sent)
        assert high_watermark == end
        assert values(partition) == [(offset, self.sent[offset]) for offset in range(start, end)]

    def take_stock(self, partition: Partition) -> None:
        """The append that was under way when the process ended has happened, or has not."""
        self.acknowledged = partition.log_end_offset
        del self.sent[self.acknowledged :]


def values(partition: Partition) -> list[tuple[int, bytes | None]]:
    found: list[tuple[int, bytes | None]] = []
    offset = partition.log_start_offset
    while True:
        records = partition.read(offset, 1 << 20, committed=False, at_least_one=True).records
        assert isinstance(records, bytes)
        if not records:
            return found
        data = memoryview(records)
        while data:
            found += [(record.offset, record.value) for record in iterate_records(data)]
            data = data[read_header(data).size :]
        offset = found[-1][0] + 1


def live(path: Path, files: Faults, clock: Clock, journal: Journal) -> None:
    """DeleteRecords, retention by size and by age, the delay, and appends in between."""
    store = DiskStore(path, files=files, background=AtOnce())
    house = House(store, clock, log_retention_check_interval_ms="1000", log_segment_delete_delay_ms="2000")
    topic = house.create()
    [partition] = topic.partitions
    for _ in range(7):
        journal.append(partition, clock)
    journal.delete(house, partition, 3)
    journal.append(partition, clock)
    topic.log_config.retention_bytes = 3 * SIZE
    journal.wait(house, partition, 1, 4)
    journal.append(partition, clock)
    topic.log_config.retention_ms = 1000
    journal.wait(house, partition, 3, 9)
    journal.append(partition, clock)
    journal.append(partition, clock)
    journal.append(partition, clock)
    journal.delete(house, partition, -1)
    topic.log_config.retention_ms = -1
    house.wait(4)
    journal.append(partition, clock)
    house.topics.close()


def crashed(path: Path, step: int, how: str) -> tuple[Faults, Journal]:
    files, journal = Faults(), Journal()
    files.crash(step, how)
    with suppress(Crash):
        live(path, files, Clock(), journal)
    return files, journal


def reopened(path: Path) -> Partition:
    return House(DiskStore(path)).create().partitions[0]


@pytest.mark.every_case
async def test_a_crash_at_every_step_loses_nothing_and_brings_nothing_back(tmp_path: Path, every_case: bool) -> None:
    whole, journal = crashed(tmp_path, -1, "")
    assert (journal.acknowledged, journal.start_acknowledged) == (13, 12)
    assert {"create", "write", "rename", "unlink"} <= set(whole.steps)
    cases = 0
    for how in ("before", "middle", "after"):
        for step, name in enumerate(whole.steps, 1):
            if (how == "middle" and name != "write") or not (every_case or step % 6 == 0):
                continue
            path = tmp_path / f"{how}-{step}"
            path.mkdir()
            files, journal = crashed(path, step, how)
            assert len(files.steps) == step
            cases += 1
            for _ in range(2):  # what the first start puts right stays right
                partition = reopened(path)
                journal.check(partition)
            journal.take_stock(partition)
            journal.append(partition, Clock())
            journal.check(partition)
            journal.check(reopened(path))
            left = os.listdir(path / "topic-0") if (path / "topic-0").exists() else []
            assert not [name for name in left if name.endswith(".deleted")]
    print(f"{cases} crashes")
    assert cases > (500 if every_case else 60)


@pytest.mark.every_case
async def test_a_crash_at_every_step_of_a_start_after_a_crash(tmp_path: Path, every_case: bool) -> None:
    """A start that finishes deletions is interrupted itself."""
    first = crashed(tmp_path, -1, "")[0]
    cases = 0
    renames = [number for number, name in enumerate(first.steps, 1) if name == "rename"]
    for step in renames if every_case else renames[::7]:
        for second in range(1, 9):
            for how in ("before", "after"):
                path = tmp_path / f"{step}-{second}-{how}"
                path.mkdir()
                _, journal = crashed(path, step, "after")
                files = Faults()
                files.crash(second, how)
                try:
                    House(DiskStore(path, files=files, background=AtOnce())).create()
                except Crash:
                    cases += 1
                journal.check(reopened(path))
    assert cases > (20 if every_case else 3)


@pytest.mark.parametrize("broken", ["start not stored", "one record too many", "no segment names the end"])
async def test_a_broken_broker_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The test of the test above."""
    move = Partition.move_start

    def without_end(partition: Partition, offset: int) -> None:
        move(partition, offset)
        if offset == partition.log_end_offset:
            for segment, _ in partition.store.segments(partition.id):
                partition.store.delete(segment)

    def beyond(partition: Partition, offset: int) -> None:
        move(partition, min(offset + 1, partition.log_end_offset))

    match broken:
        case "start not stored":
            monkeypatch.setattr(DiskStore, "keep_starts", lambda store, starts: None)
        case "one record too many":
            monkeypatch.setattr(Partition, "move_start", beyond)
        case _:
            monkeypatch.setattr(Partition, "move_start", without_end)
    with pytest.raises((AssertionError, KafkaError)):
        await test_a_crash_at_every_step_loses_nothing_and_brings_nothing_back(tmp_path, False)
