"""Partitions: appends that are stored or have not happened, reads, those who wait, and restarts."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kafkalite.broker.partition_answers import ReadResult, StoredMarker, StoredRecord
from kafkalite.broker.partition_store import FILE_SPAN_MINIMUM
from kafkalite.broker.partitions import (
    EARLIEST,
    EARLIEST_LOCAL,
    EARLIEST_PENDING_UPLOAD,
    LATEST,
    LATEST_TIERED,
    MAX_TIMESTAMP,
    Partition,
)
from kafkalite.broker.topics import Topic, Topics
from kafkalite.config import BrokerConfig
from kafkalite.core.effects import KeyedRecord
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.files import FileSystem
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import FileSpan, PartitionId, SegmentId, SegmentStore, StorageError, StoreFull
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import TRANSACTIONAL, Record, iterate_records, read_header
from tests.unit.core.log.batches import NOW, batch, changed, flipped
from tests.unit.storage.stores import FailingStore, LateStore

TOPIC_ID = b"the id of a topi"
SIZE = len(batch())
MEBIBYTE = 1 << 20


class Clock:
    """A clock the test sets."""

    def __init__(self) -> None:
        self.ms = NOW

    def now(self) -> float:
        return self.ms / 1000

    def wall_ms(self) -> int:
        return self.ms


class Waiter:
    """Notes what it is told."""

    def __init__(self, partition: Partition, *, leaves: bool = False) -> None:
        self.told: list[object] = []
        self.leaves = leaves
        partition.waiters.add(self)

    def on_progress(self, partition: Partition) -> None:
        self.told.append(partition.high_watermark)
        if self.leaves:
            partition.waiters.discard(self)

    def on_start_moved(self, partition: Partition) -> None:
        self.told.append(("start", partition.log_start_offset))

    def on_gone(self, partition: Partition) -> None:
        self.told.append("gone")


def topics_on(store: SegmentStore, *, clock: Clock | None = None, leader_epoch: int = 0, **keys: str) -> Topics:
    config = BrokerConfig.of({key.replace("_", "."): value for key, value in keys.items()})
    return Topics(LogDirectories([store]), config, clock or Clock(), leader_epoch=leader_epoch)


def topic_on(store: SegmentStore, *, leader_epoch: int = 0, **configs: str) -> Topic:
    topics = topics_on(store, leader_epoch=leader_epoch)
    return topics.create("topic", TOPIC_ID, 2, {key.replace("_", "."): value for key, value in configs.items()})


def partition_on(store: SegmentStore, *, leader_epoch: int = 0, **configs: str) -> Partition:
    return topic_on(store, leader_epoch=leader_epoch, **configs).partitions[0]


def read(partition: Partition, offset: int, max_bytes: int = MEBIBYTE, *, committed: bool = False) -> ReadResult:
    return partition.read(offset, max_bytes, committed=committed, at_least_one=True)


def delete_records(partition: Partition, offset: int) -> int:
    """What DeleteRecords does, without its rules about topics."""
    start = partition.start_for(offset)
    partition.store.keep_starts({partition.id: start})
    partition.move_start(start)
    return partition.log_start_offset


def content(result: ReadResult) -> bytes:
    if isinstance(result.records, FileSpan):
        return FileSystem().read_at(result.records.descriptor, result.records.position, result.records.size)
    return bytes(result.records)


def records(partition: Partition) -> list[Record]:
    """Everything, fetched as a consumer does."""
    found: list[Record] = []
    offset = partition.log_start_offset
    while data := content(read(partition, offset)):
        while data:
            header = read_header(data)
            found += iterate_records(data)
            data = data[header.size :]
        offset = found[-1].offset + 1
    return found


def logs(directory: Path, suffix: str = ".log") -> list[int]:
    """The base offsets of a directory's segments."""
    return sorted(int(name.removesuffix(suffix)) for name in os.listdir(directory) if name.endswith(suffix))


def refusal(partition: Partition, data: memoryview) -> KafkaError:
    with pytest.raises(KafkaError) as raised:
        partition.append(data)
    return raised.value


# Appending


def test_an_append_answers_its_place() -> None:
    partition = partition_on(MemoryStore())
    partition.append(batch(3))
    appended = partition.append(batch(2))
    assert (appended.base_offset, appended.last_offset, appended.log_start_offset) == (3, 4, 0)
    assert (appended.log_append_time_ms, appended.kept) == (-1, True)
    assert (partition.log_end_offset, partition.high_watermark, partition.last_stable_offset) == (5, 5, 5)


def test_a_duplicate_answers_its_first_place() -> None:
    partition = partition_on(MemoryStore())
    partition.append(batch())
    partition.append(batch(2, producer=(7, 0, 0)))
    appended = partition.append(batch(2, producer=(7, 0, 0)))
    assert (appended.base_offset, appended.last_offset, appended.kept) == (1, 2, True)
    assert appended.log_append_time_ms == NOW
    assert partition.log_end_offset == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (memoryview(b""), ErrorCode.CORRUPT_MESSAGE),
        (batch()[:-1], ErrorCode.CORRUPT_MESSAGE),
        (memoryview(bytes(batch()) * 2), ErrorCode.CORRUPT_MESSAGE),
        (flipped(batch(), 16, 1), ErrorCode.CORRUPT_MESSAGE),
        (flipped(batch(), 70), ErrorCode.CORRUPT_MESSAGE),
        (changed(batch(), base_offset=3), ErrorCode.INVALID_RECORD),
    ],
)
def test_a_bad_batch_changes_nothing(data: memoryview, code: ErrorCode) -> None:
    store = MemoryStore()
    partition = partition_on(store)
    assert refusal(partition, data).code == code
    assert (partition.log_end_offset, partition.size) == (0, 0)


def test_a_store_that_fails_has_stored_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """B7, B12: after the failure the same batch is new, not a duplicate."""
    for fail in range(6):
        partition = partition_on(FailingStore(fail_append=fail), segment_bytes="1048576")
        value = bytes(400_000)  # two batches fill a segment
        offsets = []
        for sequence in range(6):
            data = batch(value=value, producer=(7, 0, sequence))
            if sequence == fail:
                error = refusal(partition, data)
                assert error.code == ErrorCode.KAFKA_STORAGE_ERROR
                assert "no space left here" in caplog.text
                assert partition.log_end_offset == partition.high_watermark == sequence
            offsets.append(partition.append(data).base_offset)
        assert offsets == [0, 1, 2, 3, 4, 5]
        assert [record.offset for record in records(partition)] == offsets


def test_a_failed_first_append_of_a_segment_leaves_no_segment_behind() -> None:
    """The next batch may still fit into the old segment, and the log goes on there."""
    store = FailingStore()
    partition = partition_on(store, segment_bytes="1048576")
    partition.append(batch(value=bytes(700_000)))
    for failing in ({"append"}, {"create"}, {"append", "delete"}):
        store.failing = failing
        refusal(partition, batch(value=bytes(700_000)))
        store.failing = set()
        assert len(store.segments(PartitionId("topic", TOPIC_ID, 0))) == (2 if "delete" in failing else 1)
        partition.append(batch())
    partition.append(batch(value=bytes(700_000)))
    before = records(partition)
    assert records(partition_on(store)) == before


def test_a_read_that_fails_is_a_storage_error() -> None:
    store = FailingStore()
    partition = partition_on(store)
    partition.append(batch())
    store.failing = {"read"}
    with pytest.raises(KafkaError) as raised:
        read(partition, 0)
    assert raised.value.code == ErrorCode.KAFKA_STORAGE_ERROR


def test_the_brokers_own_records_are_replayed() -> None:
    partition = partition_on(MemoryStore())
    partition.append_records([KeyedRecord(b"a", b"1"), KeyedRecord(b"b", None)])
    appended = partition.append_records([KeyedRecord(b"a", b"2")])
    assert (appended.base_offset, appended.kept) == (2, True)
    assert list(partition.replay()) == [
        StoredRecord(0, KeyedRecord(b"a", b"1"), -1),
        StoredRecord(1, KeyedRecord(b"b", None), -1),
        StoredRecord(2, KeyedRecord(b"a", b"2"), -1),
    ]


def test_replay_tells_records_of_transactions_and_how_these_ended() -> None:
    partition = partition_on(MemoryStore())
    partition.append_in_transaction([KeyedRecord(b"a", b"1")], 7, 0)
    partition.append_records([KeyedRecord(b"a", b"2")])
    partition.append_marker(7, 0, committed=True, coordinator_epoch=0)
    partition.append_marker(8, 3, committed=False, coordinator_epoch=0)
    assert list(partition.replay()) == [
        StoredRecord(0, KeyedRecord(b"a", b"1"), 7),
        StoredRecord(1, KeyedRecord(b"a", b"2"), -1),
        StoredMarker(7, True),
        StoredMarker(8, False),
    ]


def test_replay_begins_at_the_log_start() -> None:
    partition = partition_on(MemoryStore())
    partition.append_records([KeyedRecord(b"%d" % number, b"") for number in range(5)])
    delete_records(partition, 3)
    assert [one.offset for one in partition.replay() if isinstance(one, StoredRecord)] == [3, 4]


def test_replay_of_very_many_records() -> None:
    partition = partition_on(MemoryStore())
    for number in range(3000):
        partition.append_records([KeyedRecord(b"key", b"%d" % number)])
    assert [one.record.value for one in partition.replay() if isinstance(one, StoredRecord)] == [
        b"%d" % number for number in range(3000)
    ]


# Waiting


def test_waiters_hear_of_progress_in_their_order() -> None:
    partition = partition_on(MemoryStore())
    told: list[int] = []

    class Ordered(Waiter):
        def on_progress(self, partition: Partition) -> None:
            told.append(waiters.index(self))

    waiters = [Ordered(partition) for _ in range(20)]
    partition.append(batch())
    assert told == list(range(20))


def test_a_waiter_may_leave_while_it_is_told() -> None:
    partition = partition_on(MemoryStore())
    waiters = [Waiter(partition, leaves=True) for _ in range(3)]
    partition.append(batch())
    partition.append(batch())
    assert [waiter.told for waiter in waiters] == [[1]] * 3
    partition.waiters.discard(waiters[0])


def test_a_refused_or_repeated_batch_is_no_progress() -> None:
    partition = partition_on(MemoryStore())
    partition.append(batch(producer=(7, 0, 0)))
    waiter = Waiter(partition)
    partition.append(batch(producer=(7, 0, 0)))
    refusal(partition, flipped(batch(), 70))
    assert waiter.told == []


def test_a_late_promise_moves_the_high_watermark_when_it_is_kept() -> None:
    store = LateStore()
    partition = partition_on(store)
    waiter = Waiter(partition)
    appended = [partition.append(batch(2)) for _ in range(3)]
    assert [one.kept for one in appended] == [False] * 3
    assert (partition.log_end_offset, partition.high_watermark) == (6, 0)
    assert (waiter.told, content(read(partition, 0))) == ([], b"")
    segment = next(iter(store.unkept))
    store.keep(segment, len(batch(2)) + 5)
    assert waiter.told == [2]
    store.keep(segment, len(batch(2)) + 6)
    assert waiter.told == [2]
    store.keep()
    assert waiter.told == [2, 6]
    assert len(records(partition)) == 6


def test_a_repeated_batch_waits_for_the_promise_of_the_first() -> None:
    store = LateStore()
    partition = partition_on(store)
    partition.append(batch(producer=(7, 0, 0)))
    assert not partition.append(batch(producer=(7, 0, 0))).kept
    store.keep()
    assert partition.append(batch(producer=(7, 0, 0))).kept


def test_a_promise_kept_after_the_topic_is_gone_is_nobodys() -> None:
    store = LateStore()
    topics = topics_on(store)
    topic = topics.create("topic", TOPIC_ID, 1, {})
    topic.partitions[0].append(batch())
    topics.delete(topic)
    store.keep()


def test_readable_bytes_tell_what_is_new() -> None:
    store = LateStore()
    partition = partition_on(store)
    before = partition.readable_bytes
    partition.append(batch(2))
    assert partition.readable_bytes == before
    store.keep()
    assert partition.readable_bytes - before == len(batch(2))


# Reading


def test_a_read_gives_whole_batches_and_where_the_log_stands() -> None:
    partition = partition_on(MemoryStore())
    for _ in range(4):
        partition.append(batch(2))
    delete_records(partition, 1)
    result = read(partition, 3, 2 * len(batch(2)) + 5)
    assert [read_header(content(result), at).base_offset for at in (0, len(batch(2)))] == [2, 4]
    assert len(content(result)) == 2 * len(batch(2))
    assert (result.high_watermark, result.last_stable_offset, result.log_start_offset) == (8, 8, 1)


def test_aborted_transactions_are_for_readers_of_committed_data() -> None:
    partition = partition_on(MemoryStore())
    partition.append(batch())
    assert read(partition, 0).aborted is None
    assert read(partition, 0, committed=True).aborted == []
    assert content(read(partition, 0, committed=True))


def test_readers_hear_only_of_aborted_transactions_near_what_they_get() -> None:
    """Not of all up to the last stable offset: there may be very many."""
    partition = partition_on(MemoryStore(), index_interval_bytes="100")
    for number in range(50):
        partition.append(batch(producer=(number, 0, 0), attributes=TRANSACTIONAL), in_transaction=True)
        partition.append_marker(number, 0, committed=False, coordinator_epoch=0)
    assert partition.open_transaction(49) is None
    found = read(partition, 0, 500, committed=True)
    assert found.last_stable_offset == 100
    assert [one.first_offset for one in found.aborted or ()] == [0, 2, 4]
    assert read(partition, 100, committed=True).aborted == []


def test_nothing_to_read_is_no_bytes_and_not_none() -> None:
    partition = partition_on(MemoryStore())
    assert content(read(partition, 0)) == b""
    partition.append(batch())
    assert content(read(partition, 1)) == b""
    assert partition.read(0, 10, committed=False, at_least_one=False).records == b""


@pytest.mark.parametrize("offset", [-1, 4, 0])
def test_an_offset_outside_is_out_of_range(offset: int) -> None:
    partition = partition_on(MemoryStore())
    for _ in range(3):
        partition.append(batch())
    delete_records(partition, 1)
    with pytest.raises(KafkaError) as raised:
        read(partition, offset)
    assert raised.value.code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_large_reads_of_files_are_left_to_the_kernel(tmp_path: Path) -> None:
    partition = partition_on(DiskStore(tmp_path))
    for _ in range(20):
        partition.append(batch(value=bytes(10_000)))
    small = read(partition, 0, FILE_SPAN_MINIMUM - 1)
    assert isinstance(small.records, bytes)
    large = read(partition, 0, FILE_SPAN_MINIMUM + 10_100)
    assert isinstance(large.records, FileSpan)
    assert len(large.records) >= FILE_SPAN_MINIMUM
    assert content(large)[: len(small.records)] == content(small)


def damaged_at(path: Path, position: int) -> Partition:
    """A running partition of five batches whose file is changed under it."""
    partition = partition_on(DiskStore(path))
    for number in range(5):
        partition.append(batch(timestamp=NOW + number))
    with open(path / "topic-0" / "00000000000000000000.log", "r+b") as file:
        file.seek(position)
        file.write(b"\xff" * 4)
    return partition


def corruption(attempt: Callable[[], object]) -> None:
    with pytest.raises(KafkaError) as raised:
        attempt()
    assert raised.value.code == ErrorCode.CORRUPT_MESSAGE


def test_a_damaged_header_is_reported_and_never_served(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    partition = damaged_at(tmp_path, 2 * SIZE + 8)
    for attempt in (
        lambda: read(partition, 3),
        lambda: partition.offset_for(NOW + 4, committed=False),
        lambda: list(partition.replay()),
    ):
        caplog.clear()
        corruption(attempt)
        assert f"{0:020d}.log: No record batch at position {2 * SIZE}" in caplog.text


def test_a_damaged_record_is_reported_and_never_interpreted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    partition = damaged_at(tmp_path, 3 * SIZE - 4)
    for attempt in (lambda: partition.offset_for(NOW + 2, committed=False), lambda: list(partition.replay())):
        caplog.clear()
        corruption(attempt)
        assert f"{0:020d}.log: A record batch whose checksum does not match at position {2 * SIZE}" in caplog.text


# Leader epochs


def test_the_clients_leader_epoch_is_compared() -> None:
    partition = partition_on(MemoryStore(), leader_epoch=5)
    partition.check_leader_epoch(-1)
    partition.check_leader_epoch(5)
    for epoch, code in ((4, ErrorCode.FENCED_LEADER_EPOCH), (6, ErrorCode.UNKNOWN_LEADER_EPOCH)):
        with pytest.raises(KafkaError) as raised:
            partition.check_leader_epoch(epoch)
        assert raised.value.code == code


def test_where_epochs_ended() -> None:
    store = MemoryStore()
    partition_on(store, leader_epoch=1).append(batch(3))
    partition = partition_on(store, leader_epoch=4)
    partition.append(batch(2))
    assert partition.leader_epoch == 4
    assert [partition.end_offset_for_epoch(epoch) for epoch in (0, 1, 2, 4, 5)] == [
        (0, 0),
        (1, 3),
        (1, 3),
        (4, 5),
        (-1, -1),
    ]


# ListOffsets


def listed(committed: bool = False) -> tuple[Partition, LateStore]:
    """Offsets 0-2 of epoch 1 and 3-5 of epoch 2; 6 is not kept yet."""
    store = LateStore()
    partition_on(store, leader_epoch=1).append(batch(3, timestamp=NOW, step=10))
    store.keep()
    partition = partition_on(store, leader_epoch=2)
    partition.append(batch(3, timestamp=NOW - 500, step=1, codec=Compression.ZSTD))
    store.keep()
    partition.append(batch(timestamp=NOW + 1000))
    delete_records(partition, 1)
    return partition, store


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (LATEST, (6, -1, 2)),
        (EARLIEST, (1, -1, 2)),
        (EARLIEST_LOCAL, (1, -1, 2)),
        (LATEST_TIERED, None),
        (EARLIEST_PENDING_UPLOAD, None),
        (-7, None),
        (0, (1, NOW + 10, 1)),
        (NOW + 11, (2, NOW + 20, 1)),
        (NOW + 21, None),
        (NOW + 1001, None),
    ],
)
def test_every_form_of_listing_offsets(timestamp: int, expected: object, committed: bool) -> None:
    partition, _ = listed()
    assert partition.offset_for(timestamp, committed=committed) == expected


def test_the_largest_timestamp_counts_only_once_it_can_be_fetched() -> None:
    partition, store = listed()
    assert partition.offset_for(MAX_TIMESTAMP, committed=False) is None
    store.keep()
    assert partition.offset_for(MAX_TIMESTAMP, committed=False) == (6, NOW + 1000, 2)
    assert partition_on(MemoryStore()).offset_for(MAX_TIMESTAMP, committed=False) is None


# DeleteRecords


def test_deleting_records_moves_the_log_start() -> None:
    store = MemoryStore()
    partition = partition_on(store, segment_bytes="1048576")
    for _ in range(6):
        partition.append(batch(value=bytes(500_000)))
    assert delete_records(partition, 3) == 3
    assert partition.size < 4.1 * 500_000
    assert delete_records(partition, 1) == 3
    assert delete_records(partition, -1) == 6
    assert (partition.log_start_offset, partition.log_end_offset) == (6, 6)
    for offset in (7, -2):
        with pytest.raises(KafkaError) as raised:
            delete_records(partition, offset)
        assert raised.value.code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_a_moved_start_is_told_to_who_waits_once() -> None:
    topics = topics_on(MemoryStore())
    partition = topics.create("topic", TOPIC_ID, 1, {}).partitions[0]
    partition.append(batch(5))
    waiter = Waiter(partition)
    topics.move_starts({partition: 3})
    topics.move_starts({partition: 3})
    topics.move_starts({partition: 1})
    assert waiter.told == [("start", 3)]


def test_a_start_that_cannot_be_stored_has_not_moved() -> None:
    store = FailingStore()
    topics = topics_on(store)
    partitions = topics.create("topic", TOPIC_ID, 2, {}).partitions
    for partition in partitions:
        partition.append(batch(5))
    store.failing = {"keep_starts"}
    with pytest.raises(StorageError):
        topics.move_starts(dict.fromkeys(partitions, 3))
    assert [partition.log_start_offset for partition in partitions] == [0, 0]


class TightStore(MemoryStore):
    """Has no room for a note before it has deleted something."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted = 0

    def delete(self, segment: SegmentId) -> Callable[[], None] | None:
        self.deleted += 1
        return super().delete(segment)

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        if not self.deleted:
            raise StoreFull("no room here")
        super().keep_starts(starts)


def test_a_full_disk_makes_room_for_the_note_by_deleting_whole_segments_first() -> None:
    store = TightStore()
    topics = topics_on(store)
    partition = topics.create("topic", TOPIC_ID, 1, {"segment.bytes": str(MEBIBYTE)}).partitions[0]
    for _ in range(3):  # each fills a segment
        partition.append(batch(2, value=bytes(300_000)))
    waiter = Waiter(partition)
    topics.move_starts({partition: 5})
    assert store.deleted == 2
    assert (partition.log_start_offset, store.start_of(partition.id)) == (5, 5)
    assert waiter.told == [("start", 4), ("start", 5)]


def test_a_full_disk_without_a_whole_segment_to_delete_refuses() -> None:
    topics = topics_on(TightStore())
    partition = topics.create("topic", TOPIC_ID, 1, {}).partitions[0]
    partition.append(batch(5))
    with pytest.raises(StoreFull):
        topics.move_starts({partition: 3})
    assert partition.log_start_offset == 0


def test_a_fetch_in_flight_keeps_its_bytes_and_the_next_is_out_of_range(tmp_path: Path) -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    topics = Topics(
        LogDirectories([DiskStore(tmp_path)]),
        BrokerConfig.of(),
        Clock(),
        later=lambda seconds, action: later.append((seconds, action)),
    )
    keys = {"segment.bytes": "1048576", "file.delete.delay.ms": "5000"}
    partition = topics.create("topic", TOPIC_ID, 1, keys).partitions[0]
    for _ in range(6):
        partition.append(batch(value=bytes(500_000)))
    in_flight = read(partition, 0)
    assert isinstance(in_flight.records, FileSpan)
    before = content(in_flight)
    topics.move_starts({partition: 4})
    assert content(in_flight) == before
    assert [seconds for seconds, _ in later] == [5, 5]
    assert logs(tmp_path / "topic-0", ".log.deleted") == [0, 2]
    for _, action in later:
        action()
    assert content(in_flight) == before
    assert logs(tmp_path / "topic-0") == [4]
    assert not [name for name in os.listdir(tmp_path / "topic-0") if name.endswith(".deleted")]
    for offset in range(4):
        with pytest.raises(KafkaError) as raised:
            read(partition, offset)
        assert raised.value.code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_space_that_cannot_be_freed_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    partition = partition_on(DiskStore(tmp_path), segment_bytes="1048576")
    for _ in range(4):
        partition.append(batch(value=bytes(500_000)))
    blocker = tmp_path / "topic-0" / f"{0:020d}.log.deleted"
    blocker.mkdir()
    (tmp_path / "topic-0" / f"{0:020d}.log").rename(blocker / "x")
    assert delete_records(partition, 3) == 3
    assert "delete failed" in caplog.text


# Restarts


@pytest.mark.parametrize("clean", [False, True])
@pytest.mark.parametrize("start", [1, 2, 3, 4, 6])
def test_the_log_start_survives(tmp_path: Path, start: int, clean: bool) -> None:
    topics = topics_on(DiskStore(tmp_path))
    partition = topics.create("topic", TOPIC_ID, 1, {"segment.bytes": "1048576"}).partitions[0]
    for _ in range(6):
        partition.append(batch(value=bytes(500_000)))
    topics.move_starts({partition: start})
    topics.close(clean=clean)
    for _ in range(2):
        partition = partition_on(DiskStore(tmp_path))
        assert (partition.log_start_offset, partition.log_end_offset) == (start, 6)
        assert [record.offset for record in records(partition) if record.offset >= start] == list(range(start, 6))


def test_segments_that_should_have_gone_go_at_the_next_start(tmp_path: Path) -> None:
    """Unread: whatever stands in them is nobody's any more."""
    partition = partition_on(DiskStore(tmp_path), segment_bytes="1048576")
    for _ in range(6):
        partition.append(batch(value=bytes(500_000)))
    partition.store.keep_starts({partition.id: 4})
    (tmp_path / "topic-0" / f"{0:020d}.log").write_bytes(b"damaged")
    partition = partition_on(DiskStore(tmp_path))
    assert not partition.offline
    assert logs(tmp_path / "topic-0") == [4]
    assert not [name for name in os.listdir(tmp_path / "topic-0") if name.endswith(".deleted")]


def test_an_emptied_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    topics = topics_on(DiskStore(tmp_path))
    partition = topics.create("topic", TOPIC_ID, 1, {}).partitions[0]
    for _ in range(3):
        partition.append(batch())
    partition.begin_empty_segment()
    partition.begin_empty_segment()
    topics.move_starts({partition: 3})
    assert logs(tmp_path / "topic-0") == [3]
    for clean in (False, True, False):
        assert (partition.log_start_offset, partition.log_end_offset, partition.high_watermark) == (3, 3, 3)
        assert content(read(partition, 3)) == b""
        topics.close(clean=clean)
        topics = topics_on(DiskStore(tmp_path))
        partition = topics.create("topic", TOPIC_ID, 1, {}).partitions[0]
    assert partition.append(batch()).base_offset == 3
    assert [record.offset for record in records(partition)] == [3]


def test_a_log_that_ends_in_front_of_its_start_is_not_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its records may be lost, or the start be wrong: neither is for us to decide."""
    partition = partition_on(DiskStore(tmp_path))
    partition.append(batch(5))
    partition.store.keep_starts({partition.id: 6})
    partition = partition_on(DiskStore(tmp_path))
    assert partition.offline
    assert "it starts at offset 6 but ends at 5" in caplog.text
    assert (tmp_path / "topic-0" / f"{0:020d}.log").stat().st_size


def test_after_a_restart_the_file_tells_when_an_undated_record_came(tmp_path: Path) -> None:
    keys = {"message.timestamp.after.max.ms": str(1 << 62), "retention.ms": "1000"}
    topic = topics_on(DiskStore(tmp_path)).create("topic", TOPIC_ID, 3, keys)
    stamps = [NOW + 10**9, -1, NOW]
    for partition, timestamp in zip(topic.partitions, stamps, strict=True):
        partition.append(batch(timestamp=timestamp))
        path = tmp_path / f"topic-{partition.index}" / f"{0:020d}.log"
        os.utime(path, (NOW / 1000 - 5, NOW / 1000 - 5))
    topic = topics_on(DiskStore(tmp_path)).create("topic", TOPIC_ID, 3, keys)
    assert [partition.surplus(9) is not None for partition in topic.partitions] == [True, True, False]


def test_a_log_survives_a_kill_and_a_clean_end(tmp_path: Path) -> None:
    dice = random.Random(4)
    sent = 0
    for life in range(6):
        store = DiskStore(tmp_path)
        topics = topics_on(store, leader_epoch=life)
        partition = topics.create("topic", TOPIC_ID, 1, {"segment.bytes": "1048576"}).partitions[0]
        assert partition.log_end_offset == partition.high_watermark == sent
        if sent:
            repeated = batch(value=b"x" * 20_000, producer=(7, 0, sent - 1))
            assert partition.append(repeated).base_offset == sent - 1
        for _ in range(dice.randrange(1, 60)):
            appended = partition.append(batch(value=b"x" * 20_000, producer=(7, 0, sent)))
            assert appended.base_offset == sent
            sent += 1
        if life % 2:
            topics.close()
    partition = partition_on(DiskStore(tmp_path))
    assert [record.offset for record in records(partition)] == list(range(sent))
    assert len(os.listdir(tmp_path / "topic-0")) > 3


def test_a_torn_tail_is_cut_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    partition = partition_on(DiskStore(tmp_path))
    for _ in range(3):
        partition.append(batch())
    file = tmp_path / "topic-0" / "00000000000000000000.log"
    file.write_bytes(file.read_bytes() + bytes(batch())[:50])
    partition = partition_on(DiskStore(tmp_path))
    assert partition.log_end_offset == 3
    assert file.stat().st_size == 3 * SIZE
    assert f"{file}: cut to {3 * SIZE} bytes" in caplog.text
    assert partition.append(batch()).base_offset == 3


def test_a_damaged_log_is_offline_and_says_where(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    topic = topic_on(DiskStore(tmp_path))
    for partition in topic.partitions:
        for _ in range(5):
            partition.append(batch())
    file = tmp_path / "topic-0" / "00000000000000000000.log"
    data = bytearray(file.read_bytes())
    data[2 * SIZE + 65] ^= 1
    file.write_bytes(data)
    store = DiskStore(tmp_path)
    topics = topics_on(store)
    damaged, good = topics.create("topic", TOPIC_ID, 2, {}).partitions
    assert f"{file}, position {2 * SIZE}: a record batch whose checksum does not match" in caplog.text
    for attempt in (
        lambda: damaged.append(batch()),
        lambda: damaged.append_records([KeyedRecord(b"k", b"v")]),
        lambda: read(damaged, 0),
        lambda: damaged.offset_for(LATEST, committed=False),
        lambda: damaged.end_offset_for_epoch(0),
        lambda: delete_records(damaged, 0),
        lambda: list(damaged.replay()),
    ):
        with pytest.raises(KafkaError) as raised:
            attempt()
        assert raised.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert damaged.offline
    assert not good.offline
    assert good.append(batch()).base_offset == 5
    assert file.read_bytes() == data
    topics.close(clean=True)
    assert not DiskStore(tmp_path).opened_clean()  # or the damage would be believed at the next start


def test_a_store_that_cannot_be_read_at_the_start_takes_one_partition_offline() -> None:
    store = FailingStore()
    partition_on(store).append(batch())
    store.failing = {"read"}
    first, second = topic_on(store).partitions
    assert first.offline
    assert not second.offline


def test_a_directory_that_cannot_be_trusted_takes_one_partition_offline(tmp_path: Path) -> None:
    for partition in topic_on(DiskStore(tmp_path)).partitions:
        partition.append(batch())
    (tmp_path / "topic-1" / "partition.metadata").write_text("nonsense")
    first, second = topic_on(DiskStore(tmp_path)).partitions
    assert (first.offline, second.offline) == (False, True)


def test_a_segment_that_cannot_be_sealed_or_deleted_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    store = FailingStore()
    partition = partition_on(store, segment_bytes="1048576")
    store.failing = {"seal", "delete"}
    for _ in range(4):
        assert partition.append(batch(value=bytes(700_000))).kept
    assert "seal fails here" in caplog.text
    assert delete_records(partition, 3) == 3
    assert "delete fails here" in caplog.text
    assert content(read(partition, 3))


# Producers grow old


@pytest.fixture(autouse=True)
def show_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
