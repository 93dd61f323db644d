"""Log directories that Apache Kafka wrote, opened here: all a client may ask for is as Kafka itself answered it.

The other way, and both live, is in tests/compat; what the directories hold is explained in kafka_directory/__init__.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kafkalite.broker.partitions import MAX_TIMESTAMP, Partition
from kafkalite.broker.topics import Topics
from kafkalite.config import BrokerConfig
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import BatchHeader, iterate_records, read_header
from tests.unit.broker.test_partitions import content, read
from tests.unit.core.log.batches import batch
from tests.unit.kafka_directory import KINDS, expected, unpack

EXPECTED = expected()
PARTITIONS: dict[str, dict[str, Any]] = EXPECTED["partitions"]
DAY_MS = 24 * 60 * 60 * 1000


class Clock:
    """Stands still, by default an hour after the directories were written."""

    def __init__(self, ms: int = EXPECTED["written_ms"] + DAY_MS // 24) -> None:
        self.ms = ms

    def now(self) -> float:
        return self.ms / 1000

    def wall_ms(self) -> int:
        return self.ms


class House:
    """The topics of a log directory."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._stores = LogDirectories([DiskStore(path)])
        self.topics = Topics(self._stores, BrokerConfig.of({}), clock or Clock())
        for name, id_digits in EXPECTED["topic_ids"].items():
            configs = {"cleanup.policy": "compact"} if name.startswith("compacted") else {}
            count = sum(place.rpartition("-")[0] == name for place in PARTITIONS)
            self.topics.create(name, bytes.fromhex(id_digits), count, configs)

    def partition(self, place: str) -> Partition:
        name, _, index = place.rpartition("-")
        return self.topics.by_name[name].partitions[int(index)]


@pytest.fixture(params=KINDS)
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(request.param, tmp_path)


@pytest.fixture(scope="module", params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> House:
    """For those who only read."""
    return House(unpack(request.param, tmp_path_factory.mktemp(request.param)))


def batches(partition: Partition, *, committed: bool = False) -> list[tuple[BatchHeader, bytes]]:
    """All batches with their headers, fetched as a consumer does."""
    found = []
    offset = partition.log_start_offset
    while data := content(read(partition, offset, committed=committed)):
        while data:
            header = read_header(data)
            found.append((header, data[: header.size]))
            data = data[header.size :]
            offset = header.last_offset + 1
    return found


@pytest.mark.parametrize("place", PARTITIONS)
def test_everything_is_there(house: House, place: str) -> None:
    wanted, partition = PARTITIONS[place], house.partition(place)
    assert partition.log_start_offset == wanted["log_start_offset"]
    assert (partition.log_end_offset, partition.high_watermark) == (wanted["end_offset"], wanted["end_offset"])
    assert partition.last_stable_offset == wanted["last_stable_offset"]
    found = partition.offset_for(MAX_TIMESTAMP, committed=False)
    assert (found[0] if found else -1) == wanted["max_timestamp_offset"]
    assert [list(partition.end_offset_for_epoch(epoch)) for epoch, _ in wanted["epochs"]] == wanted["epochs"]
    stored = batches(partition)
    assert [list(header) for header, _ in stored] == wanted["batches"]
    start = partition.log_start_offset
    assert [one for header, data in stored for one in records(header, data) if one["offset"] >= start] == wanted[
        "records"
    ]


def records(header: BatchHeader, data: bytes) -> list[dict[str, Any]]:
    if header.is_control:
        return []
    stamped = bool(header.attributes & 8)
    return [
        {
            "offset": one.offset,
            "timestamp": one.timestamp,
            "timestamp_type": "LogAppendTime" if stamped else "CreateTime",
            "key": text(one.key),
            "value": text(one.value),
            "headers": [[name, text(value)] for name, value in one.headers],
        }
        for one in iterate_records(data, header)
    ]


def text(data: bytes | None) -> str | None:
    return None if data is None else bytes(data).decode()


@pytest.mark.parametrize("place", PARTITIONS)
def test_readers_of_committed_data_see_what_was_committed(house: House, place: str) -> None:
    """As every client does: what it is told of aborted transactions, in order, ends at their markers."""
    wanted, partition = PARTITIONS[place], house.partition(place)
    seen = []
    told: set[tuple[int, int]] = set()
    aborting: set[int] = set()
    for header, data in batches(partition, committed=True):
        offset = max(header.base_offset, partition.log_start_offset)
        aborted = read(partition, offset, header.size, committed=True).aborted
        assert aborted is not None
        told |= {(one.producer_id, one.first_offset) for one in aborted}
        aborting |= {one.producer_id for one in aborted if one.first_offset <= header.last_offset}
        if header.is_control:
            aborting.discard(header.producer_id)
        elif not (header.is_transactional and header.producer_id in aborting):
            seen += [one["offset"] for one in records(header, data)]
    assert [offset for offset in seen if offset >= partition.log_start_offset] == wanted["committed"]
    assert set(map(tuple, wanted["aborted"])) <= told


@pytest.mark.parametrize("place", PARTITIONS)
def test_producers_are_known(house: House, place: str) -> None:
    """Those that a batch or a snapshot tells of, with their epochs, sequences, markers and open transactions."""
    rows = [
        [
            row.producer_id,
            row.epoch,
            row.batches[-1].last_sequence if row.batches else -1,
            row.last_timestamp,
            row.coordinator_epoch,
            row.transaction_start,
        ]
        for row in house.partition(place).producers()
    ]
    assert sorted(rows) == EXPECTED["producers"][place]


def test_producers_go_on(directory: Path) -> None:
    """The last batch of each is known again, one that skips a number is refused, the next is taken."""
    house = House(directory)
    for place in ("numbered-0", "numbered-1", "numbered-2"):
        partition = house.partition(place)
        last = {header.producer_id: header for header, _ in batches(partition)}
        assert len(last) == 4
        for producer_id, header in last.items():
            again = batch(header.records_count, producer=(producer_id, 0, header.base_sequence))
            assert partition.append(again).base_offset == header.base_offset
            sequence = header.base_sequence + header.records_count
            with pytest.raises(KafkaError) as refused:
                partition.append(batch(producer=(producer_id, 0, sequence + 1)))
            assert refused.value.code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
            end = partition.log_end_offset
            assert partition.append(batch(2, producer=(producer_id, 0, sequence))).base_offset == end


@pytest.mark.parametrize("clean", [True, False])
def test_what_is_written_behind_it_comes_back(directory: Path, clean: bool) -> None:
    """The first start writes our files beside Kafka's, the second one believes them."""
    house = House(directory)
    for place in PARTITIONS:
        house.partition(place).append(batch(3, producer=(4711, 0, 0)))
    house.topics.close(clean=clean)
    house = House(directory)
    for place, wanted in PARTITIONS.items():
        partition = house.partition(place)
        assert partition.log_end_offset == wanted["end_offset"] + 3
        assert [list(header) for header, _ in batches(partition)][:-1] == wanted["batches"]
        rows = {row.producer_id: row for row in partition.producers()}
        assert rows.pop(4711).batches[-1].last_sequence == 2
        assert sorted(rows) == [row[0] for row in EXPECTED["producers"][place]]
        epochs = [[epoch, end] for epoch, end in wanted["epochs"] if epoch < partition.leader_epoch]
        assert [list(partition.end_offset_for_epoch(epoch)) for epoch, _ in epochs] == epochs


def test_a_directory_of_another_topic_is_refused_and_left_alone(directory: Path) -> None:
    """Kafka sets such a directory aside as a stray one. Here its partition is offline, the others go on."""
    path = directory / "numbered-0"
    (path / "partition.metadata").write_text("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA", encoding="utf-8")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    house = House(directory)
    with pytest.raises(KafkaError) as refused:
        house.partition("numbered-0").append(batch())
    assert refused.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert house.partition("numbered-1").append(batch()).base_offset == PARTITIONS["numbered-1"]["end_offset"]
    house.topics.close()
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
