"""Acknowledged means stored: logs on a disk that fails at the n-th write or sync, for every n; and brokers that break
the promise, to show that these tests would notice.

A life is a fixed sequence of appends by an idempotent producer to two topics in two log directories, with commits to an
internal topic, rolls, deletions and a new topic in between. What was acknowledged is written down; afterwards another
process opens the directories and everything has to be there, once, in order.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkalite.broker.partitions import Appended, Partition, StoredRecord
from kafkalite.broker.topics import Topics
from kafkalite.config import BrokerConfig
from kafkalite.core.effects import KeyedRecord
from kafkalite.core.log import recovery
from kafkalite.core.log.recovery import Cut
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.group_commit import GroupCommit
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.segment_store import Buffer, SegmentId, StorageError
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import iterate_records, read_header
from tests.unit.core.log.batches import NOW, batch
from tests.unit.storage.faults import AtOnce, Faults, Held

FULL = ("write", "create", "rename", "make_directory", "reserve")
"""What a full disk refuses."""

VALUE = 300


class Clock:
    """Time stands still."""

    def now(self) -> float:
        return NOW / 1000

    def wall_ms(self) -> int:
        return NOW


class Waiter:
    """Acknowledges appends that could not be acknowledged at once."""

    def __init__(self, acknowledge: Callable[[int], None]) -> None:
        self._acknowledge = acknowledge
        self._waiting: list[tuple[int, int]] = []
        self.failed = 0

    def wait(self, appended: Appended, number: int, partition: Partition) -> None:
        self._waiting.append((appended.last_offset, number))
        partition.waiters.add(self)

    def on_progress(self, partition: Partition) -> None:
        while self._waiting and self._waiting[0][0] < partition.high_watermark:
            self._acknowledge(self._waiting.pop(0)[1])

    def on_start_moved(self, partition: Partition) -> None:
        pass

    def on_gone(self, partition: Partition) -> None:
        self.failed += len(self._waiting)
        self._waiting.clear()


class House:
    """Topics on two log directories, each with a file system of its own."""

    def __init__(self, path: Path, faults: list[Faults] | None = None, backgrounds: list[Held] | None = None) -> None:
        self.faults = faults or [Faults(), Faults()]
        self.backgrounds = backgrounds or [AtOnce(), AtOnce()]
        stores = []
        for number, (files, background) in enumerate(zip(self.faults, self.backgrounds, strict=True)):
            directory = path / str(number)
            directory.mkdir(exist_ok=True)
            stores.append(DiskStore(directory, files=files, background=background))
        self.stores = LogDirectories(stores)
        self.topics = Topics(self.stores, BrokerConfig.of(), Clock())

    def partition(self, name: str, **configs: str) -> Partition:
        keys = {key.replace("_", "."): value for key, value in configs.items()}
        return self.topics.create(name, name.encode()[:16].ljust(16, b"."), 1, keys).partitions[0]


SETTINGS = {"segment_bytes": "1048576", "file_delete_delay_ms": "0"}


class Life:
    """What one process did, and what it acknowledged: by topic, the numbers of the messages."""

    def __init__(self, path: Path, faults: list[Faults] | None = None, *, syncs: bool = False) -> None:
        self.house = House(path, faults)
        settings = SETTINGS | ({"flush_messages": "1"} if syncs else {})
        self.partitions = {name: self.house.partition(name, **settings) for name in ("one", "two")}
        self.offsets = self.house.partition("__consumer_offsets", segment_bytes="1048576")
        self.acknowledged: dict[str, list[int]] = {"one": [], "two": []}
        self.committed: list[int] = []
        self.refused = 0
        self._next = dict.fromkeys(self.partitions, 0)
        self._waiters = {name: Waiter(self.acknowledged[name].append) for name in self.partitions}

    def send(self, name: str) -> bool:
        """Send the next message once; a refused one is sent again the next time, as clients do."""
        number = self._next[name]
        partition = self.partitions[name]
        try:
            appended = partition.append(message(number))
        except KafkaError:
            self.refused += 1
            return False
        self._next[name] += 1
        if appended.kept:
            self.acknowledged[name].append(number)
        else:
            self._waiters[name].wait(appended, number, partition)
        return True

    def commit(self, number: int) -> None:
        try:
            self.offsets.append_records([KeyedRecord(b"group", b"%d" % number)])
        except KafkaError:
            self.refused += 1
        else:
            self.committed.append(number)

    def roll(self, name: str) -> None:
        """Have the next message begin a segment."""
        log = self.partitions[name].log
        if log.segments:
            log.segments[-1].first_timestamp = 0

    def delete_up_to(self, name: str, offset: int) -> None:
        try:
            self.house.topics.move_starts({self.partitions[name]: min(offset, self.partitions[name].high_watermark)})
        except (StorageError, KafkaError):
            self.refused += 1

    def live(self) -> None:
        for number in range(12):
            for name in self.partitions:
                self.send(name)
            if number % 4 == 3:
                self.roll("one")
            if number % 3 == 2:
                self.commit(number)
            if number == 7:
                self.house.partition("three").append(message(0)) if not self.refused else None
            if number == 9:
                self.delete_up_to("one", 3)
        self.house.topics.checkpoint()


def message(number: int) -> memoryview:
    return batch(value=b"%d" % number + bytes(VALUE), key=b"%d" % number, producer=(7, 0, number))


def check(path: Path, life: Life, *, lost_start: int = 3) -> None:
    """Another process finds everything acknowledged, once and in order, and nothing that was never sent."""
    for _ in range(2):  # what the first start puts right stays right
        house = House(path)
        for name, acknowledged in life.acknowledged.items():
            partition = house.partition(name, **SETTINGS)
            assert not partition.offline, name
            found = numbers(partition)
            assert found == sorted(set(found)), f"{name}: order or duplicates: {found}"
            start = partition.log_start_offset
            assert start <= lost_start
            missing = [number for number in acknowledged if number not in found and number >= start]
            assert not missing, f"{name}: acknowledged and lost: {missing}"
            repeated = partition.append(message(found[-1])) if found else None
            assert repeated is None or repeated.base_offset == found[-1], "a producer is not recognised any more"
        offsets = house.partition("__consumer_offsets")
        values = [int(one.record.value or b"") for one in offsets.replay() if isinstance(one, StoredRecord)]
        assert [number for number in life.committed if number not in values] == []


def numbers(partition: Partition) -> list[int]:
    found: list[int] = []
    offset = partition.log_start_offset
    while offset < partition.high_watermark:
        records = partition.read(offset, 1 << 20, committed=False, at_least_one=True).records
        assert isinstance(records, bytes | memoryview)
        data = memoryview(records)
        while data:
            header = read_header(data)
            found += [int(record.key or b"") for record in iterate_records(data) if record.offset >= offset]
            offset = header.last_offset + 1
            data = data[header.size :]
    return found


def test_a_life_without_faults(tmp_path: Path) -> None:
    life = Life(tmp_path)
    life.live()
    assert life.refused == 0
    assert life.acknowledged == {"one": list(range(12)), "two": list(range(12))}
    assert len(life.partitions["one"].log.segments) > 2
    check(tmp_path, life)


# T5: the disk is full at the n-th step that needs room


def full_at_every_step(path: Path, steps: int = 1 << 30) -> int:
    """Return how many cases there were."""
    nth = 0
    while nth < steps:
        nth += 1
        directory = path / f"full-{nth}"
        directory.mkdir()
        life = Life(directory)
        fault = life.house.faults[0]
        fault.fail(FULL, errno.ENOSPC, nth=nth)
        life.live()
        if not fault.has_failed:
            return nth - 1
        assert not life.house.stores.offline, "a full disk takes nothing offline"
        for name in life.partitions:  # there is room again
            assert life.send(name)
        check(directory, life)
    return nth


def test_a_disk_that_is_full_at_any_step_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    cases = full_at_every_step(tmp_path)
    print(f"T5: a full disk at each of {cases} steps")
    assert cases > 40


def test_reads_go_on_while_the_disk_is_full(tmp_path: Path) -> None:
    life = Life(tmp_path)
    life.live()
    life.house.faults[0].fail(FULL, errno.ENOSPC, lasting=True)
    life.house.faults[1].fail(FULL, errno.ENOSPC, lasting=True)
    before = {name: numbers(partition) for name, partition in life.partitions.items()}
    for _ in range(5):
        assert [life.send(name) for name in life.partitions] == [False, False]
        assert {name: numbers(partition) for name, partition in life.partitions.items()} == before
    for fault in life.house.faults:
        fault.heal()
    assert [life.send(name) for name in life.partitions] == [True, True]
    check(tmp_path, life)


# T6: the n-th sync fails


def failing_at_every_sync(path: Path, steps: int = 1 << 30) -> int:
    """Return how many cases there were."""
    nth = 0
    while nth < steps:
        nth += 1
        directory = path / f"sync-{nth}"
        directory.mkdir()
        life = Life(directory, syncs=True)
        fault = life.house.faults[0]
        fault.fail("sync", errno.EIO, nth=nth)
        life.live()
        if not fault.has_failed:
            return nth - 1
        check_failed_sync(life)
        check(directory, life)
    return nth


def check_failed_sync(life: Life) -> None:
    """The directory is out of use with all in it, nothing more was acknowledged there, and the other one goes on."""
    broken = next(iter(life.house.stores))
    assert list(life.house.stores.offline) == [broken.directory]
    for name, partition in life.partitions.items():
        before = len(life.acknowledged[name])
        assert partition.offline == (partition.store is broken)
        assert life.send(name) != partition.offline
        assert len(life.acknowledged[name]) == before + (not partition.offline)
        if partition.offline:
            acknowledged = life.acknowledged[name]
            assert acknowledged == list(range(len(acknowledged)))
            assert fully_synced(life, name), "acknowledged in front of its sync"


def fully_synced(life: Life, name: str) -> bool:
    """Whether everything acknowledged lies below the recovery point, which only successful syncs move."""
    acknowledged = life.acknowledged[name]
    return not acknowledged or life.partitions[name].recovery_point > acknowledged[-1]


def test_no_answer_follows_a_failed_sync(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    cases = failing_at_every_sync(tmp_path)
    print(f"T6: a failure at each of {cases} syncs")
    assert cases > 15


def test_with_flush_messages_1_an_answer_follows_its_sync(tmp_path: Path) -> None:
    """A power cut loses nothing acknowledged; many appends share a sync."""
    backgrounds = [Held(), Held()]
    house = House(tmp_path, backgrounds=backgrounds)
    partition = house.partition("one", flush_messages="1")
    acknowledged: list[int] = []
    waiter = Waiter(acknowledged.append)
    for number in range(5):
        appended = partition.append(message(number))
        assert (appended.kept, appended.syncs) == (False, True)
        waiter.wait(appended, number, partition)
    assert partition.high_watermark == 0
    syncs = house.faults[0].done["sync"]
    backgrounds[0].run()
    assert acknowledged == list(range(5))
    assert partition.high_watermark == partition.recovery_point == 5
    assert house.faults[0].done["sync"] - syncs <= 6  # twice the log (the first pass was under way), names, metadata


def test_flush_messages_n_syncs_every_nth_message(tmp_path: Path) -> None:
    house = House(tmp_path)
    partition = house.partition("one", flush_messages="3")
    points = []
    for number in range(7):
        partition.append(message(number))
        points.append(partition.recovery_point)
    assert points == [0, 0, 3, 3, 3, 6, 6]
    assert partition.high_watermark == 7


def test_flush_ms_syncs_in_time(tmp_path: Path) -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    house = House(tmp_path)
    house.topics = Topics(
        house.stores, BrokerConfig.of(), Clock(), later=lambda seconds, action: later.append((seconds, action))
    )
    partition = house.partition("one", flush_ms="2500")
    for number in range(3):
        assert partition.append(message(number)).kept
    [(seconds, action)] = later
    assert (seconds, partition.recovery_point) == (2.5, 0)
    action()
    assert partition.recovery_point == 3
    partition.append(message(3))
    assert len(later) == 2


# The test of the tests: brokers that break their promise


def eager(store: DiskStore, segment: SegmentId, data: list[Buffer]) -> bool:
    """Acknowledge first: the bytes of every fifth append get lost on the way."""
    eager.calls = getattr(eager, "calls", 0) + 1  # type: ignore[attr-defined]
    if eager.calls % 5 == 0:  # type: ignore[attr-defined]
        target = store._get(segment)
        target.size += sum(map(len, data))
        return True
    return HONEST_APPEND(store, segment, data)


HONEST_APPEND = DiskStore.append


def cut_one_more(store: DiskStore, segment: SegmentId, size: int) -> None:
    HONEST_TRUNCATE(store, segment, size + 1)


HONEST_TRUNCATE = DiskStore.truncate


def test_an_answer_in_front_of_the_write_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DiskStore, "append", eager)
    life = Life(tmp_path)
    life.live()
    with pytest.raises(AssertionError):
        check(tmp_path, life)


def test_an_ignored_sync_error_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def believing(commits: GroupCommit, error: BaseException | None) -> None:
        HONEST_DONE(commits, None)

    monkeypatch.setattr(GroupCommit, "_done", believing)
    with pytest.raises(AssertionError):
        failing_at_every_sync(tmp_path, steps=8)


HONEST_DONE = GroupCommit._done


def test_an_answer_in_front_of_the_sync_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Partition, "_must_sync", lambda partition, plan: False)
    with pytest.raises(AssertionError):
        failing_at_every_sync(tmp_path, steps=8)


def torn(path: Path) -> Life:
    """A life that ends in the middle of an append."""
    life = Life(path)
    life.live()
    file = next(path.glob("*/two-0/00000000000000000000.log"))
    file.write_bytes(file.read_bytes() + bytes(message(99))[:-20])
    return life


def test_a_torn_tail_is_no_problem(tmp_path: Path) -> None:
    check(tmp_path, torn(tmp_path))


def test_a_cut_that_is_one_byte_wrong_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = torn(tmp_path)
    monkeypatch.setattr(DiskStore, "truncate", cut_one_more)
    with pytest.raises(AssertionError):
        check_appends_go_on(tmp_path, life)


def test_a_cut_that_takes_a_whole_batch_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = torn(tmp_path)
    honest = recovery.recover
    size = len(message(11))

    def greedy(*arguments: object, **options: object) -> recovery.Recovered:
        done = honest(*arguments, **options)  # type: ignore[arg-type]
        return done._replace(cuts=[Cut(base, at - size) for base, at in done.cuts])

    monkeypatch.setattr("kafkalite.broker.partitions.recover", greedy)
    with pytest.raises((AssertionError, KafkaError)):
        check(tmp_path, life)


def check_appends_go_on(path: Path, life: Life) -> None:
    house = House(path)
    partition = house.partition("two", **SETTINGS)
    for number in range(partition.log_end_offset, partition.log_end_offset + 3):
        partition.append(message(number))
        life.acknowledged["two"].append(number)
    check(path, life)


def test_appends_go_on_behind_a_cut(tmp_path: Path) -> None:
    check_appends_go_on(tmp_path, torn(tmp_path))


def flipped(path: Path) -> Life:
    """The middle of what was acknowledged is damaged."""
    life = Life(path)
    life.live()
    file = next(path.glob("*/two-0/00000000000000000000.log"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return life


def served(path: Path) -> list[bytes]:
    """The batches of the damaged topic that a client would be sent, checksums and all."""
    house = House(path)
    partition = house.partition("two", **SETTINGS)
    try:
        records = partition.read(0, 1 << 20, committed=False, at_least_one=True).records
    except KafkaError:
        return []
    assert isinstance(records, bytes)
    return [records]


def test_damage_is_never_served(tmp_path: Path) -> None:
    flipped(tmp_path)
    assert served(tmp_path) == []


def test_checksums_that_are_not_looked_at_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flipped(tmp_path)
    monkeypatch.setattr(
        recovery._Scan, "_checksum", lambda scan, position, size: read_header(scan._bytes_at(position, size)).crc
    )
    with pytest.raises(AssertionError):
        test_damage_is_never_served(tmp_path)
