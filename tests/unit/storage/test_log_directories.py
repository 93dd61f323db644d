"""Several log directories: where a partition is, where a new one goes, and what is left when one fails."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import PartitionId, SegmentId, SegmentStore, StorageError, StoreOffline
from tests.unit.storage.faults import Faults, Held
from tests.unit.storage.stores import LateStore


def partition(index: int, topic: str = "topic") -> PartitionId:
    return PartitionId(topic, topic.encode().ljust(16), index)


class House:
    """Three log directories."""

    def __init__(self, path: Path, offline: dict[str, str] | None = None) -> None:
        self.paths = [path / name for name in ("a", "b", "c")]
        self.faults = [Faults() for _ in self.paths]
        self.stores = []
        for one, files in zip(self.paths, self.faults, strict=True):
            one.mkdir(exist_ok=True)
            self.stores.append(DiskStore(one, files=files, background=Held()))
        self.directories = LogDirectories(self.stores, offline=offline)

    def place(self, one: PartitionId) -> str:
        """Put a record where the partition belongs; return that directory's name."""
        store = self.directories.store_of(one)
        if not store.segments(one):
            store.create(SegmentId(one, 0))
        store.append(SegmentId(one, 0), (b"abc",))
        return Path(store.directory).name

    def names(self) -> list[list[str]]:
        return [sorted(found.name for found in path.iterdir() if found.is_dir()) for path in self.paths]

    def break_down(self, number: int) -> None:
        """Take a directory out of use."""
        self.faults[number].fail("look", errno.EIO)
        with pytest.raises(StoreOffline):
            self.stores[number].space()


def test_new_partitions_go_where_there_are_fewest(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert [house.place(partition(index)) for index in range(7)] == ["a", "b", "c", "a", "b", "c", "a"]
    house.directories.delete_partition(partition(1))
    house.directories.delete_partition(partition(4))
    assert [house.place(partition(index)) for index in (7, 8, 9, 10)] == ["b", "b", "b", "c"]


def test_partitions_without_files_count_too(tmp_path: Path) -> None:
    house = House(tmp_path)
    stores = [house.directories.store_of(partition(index)) for index in range(6)]
    assert stores == house.stores * 2
    assert house.names() == [[], [], []]
    again = House(tmp_path)
    assert again.directories.store_of(partition(5)) is again.stores[0]


def test_a_partition_stays_where_it_is(tmp_path: Path) -> None:
    house = House(tmp_path)
    places = {index: house.place(partition(index)) for index in range(6)}
    again = House(tmp_path)
    for index in (5, 3, 1, 0, 2, 4):
        assert again.place(partition(index)) == places[index]
    assert [again.place(partition(index)) for index in (6, 7, 8)] == ["a", "b", "c"]


def test_a_partition_in_two_directories_is_refused_and_kept(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.place(partition(0))
    for store in house.stores[1:]:
        store.create(SegmentId(partition(0), 0))
    again = House(tmp_path)
    with pytest.raises(StorageError, match=rf"topic-0 is in {tmp_path}/a and in .*/b and in .*/c: move the one away"):
        again.directories.store_of(partition(0))
    assert again.names() == [["topic-0"]] * 3
    again.directories.delete_partition(partition(0))
    assert again.names() == [[]] * 3


def test_a_partition_in_two_directories_is_refused_whatever_their_topic_ids(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.place(partition(0))
    house.stores[1].create(SegmentId(PartitionId("topic", b"another topic id", 0), 0))
    again = House(tmp_path)
    with pytest.raises(StorageError, match="topic-0 is in"):
        again.directories.store_of(partition(0))
    again.directories.delete_partition(partition(0))
    assert again.names() == [[], ["topic-0"], []]


# One directory fails


def test_the_others_go_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    places = [house.place(partition(index)) for index in range(6)]
    told: list[tuple[SegmentStore, str]] = []
    lost: list[str] = []
    house.directories.on_offline = lambda store, problem: told.append((store, str(problem)))
    house.directories.on_lost = lost.append
    house.break_down(1)
    assert [store for store, _ in told] == [house.stores[1]]
    assert "Input/output error" in told[0][1]
    assert house.directories.offline == {str(tmp_path / "b"): told[0][1]}
    assert house.directories.describe() == f"disk {tmp_path}/a, disk {tmp_path}/c, offline {tmp_path}/b"
    for index, place in enumerate(places):
        if place == "b":
            with pytest.raises(StoreOffline):
                house.place(partition(index))
        else:
            assert house.place(partition(index)) == place
    assert lost == []
    house.directories.close(clean=True)
    assert [DiskStore(path).opened_clean() for path in house.paths] == [True, False, True]


def test_only_a_partition_known_as_new_is_begun_while_a_directory_is_offline(tmp_path: Path) -> None:
    """Else the records in the directory that is offline would be in two places once it is back."""
    house = House(tmp_path)
    house.break_down(1)
    with pytest.raises(StorageError, match=f"topic-0 is in no log directory that is online; it may be in {tmp_path}/b"):
        house.directories.store_of(partition(0))
    stores = [house.directories.store_of(partition(index), is_new=True) for index in range(4)]
    assert stores == [house.stores[0], house.stores[2]] * 2


def test_a_directory_that_could_not_be_opened_counts_as_offline(tmp_path: Path) -> None:
    house = House(tmp_path, offline={"/gone": "No such file or directory"})
    with pytest.raises(StorageError, match="it may be in /gone"):
        house.directories.store_of(partition(0))
    assert house.directories.store_of(partition(0), is_new=True) is house.stores[0]
    assert house.directories.describe().endswith("offline /gone")
    with pytest.raises(StorageError, match="it may be in /gone"):
        house.directories.delete_partition(partition(1))
    house.directories.delete_partition(partition(0))


@pytest.mark.parametrize(
    ("breaking", "reason"),
    [
        ([0], "a holds the cluster's metadata: .*Input/output error"),
        ([2, 1, 0], "no log directory is left: .*Input/output error"),
    ],
)
def test_what_a_broker_cannot_do_without(tmp_path: Path, breaking: list[int], reason: str) -> None:
    house = House(tmp_path)
    lost: list[str] = []
    house.directories.on_lost = lost.append
    for number in breaking:
        assert lost == []
        house.break_down(number)
    for number in {0, 1, 2} - set(breaking):
        house.break_down(number)
    assert len(lost) == 1
    assert re.search(reason, lost[0])
    with pytest.raises(StorageError, match="no log directory is online"):
        house.directories.store_of(partition(0), is_new=True)


def test_the_deletion_of_what_is_offline_fails(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert [house.place(partition(index)) for index in (0, 1)] == ["a", "b"]
    house.break_down(1)
    with pytest.raises(StoreOffline):
        house.directories.delete_partition(partition(1))
    house.directories.delete_partition(partition(0))
    assert house.names() == [[], ["topic-1"], []]


# All of them


def test_numbers_go_to_the_store_of_each_partition(tmp_path: Path) -> None:
    house = House(tmp_path)
    for index in range(3):
        house.place(partition(index))
    house.directories.keep_starts({partition(index): index + 1 for index in range(3)})
    house.directories.keep_recovery_points({partition(index): index + 5 for index in range(3)})
    again = House(tmp_path)
    assert [again.stores[index].start_of(partition(index)) for index in range(3)] == [1, 2, 3]
    assert [again.stores[index].recovery_point_of(partition(index)) for index in range(3)] == [5, 6, 7]


def test_everybody_is_heard() -> None:
    stores = [LateStore(), LateStore()]
    directories = LogDirectories(stores)
    told: list[tuple[SegmentId, int]] = []

    def tell(segment: SegmentId, size: int) -> None:
        told.append((segment, size))

    directories.on_kept = tell
    assert directories.on_kept is tell
    for index, store in enumerate(stores):
        segment = SegmentId(partition(index), 0)
        store.create(segment)
        store.append(segment, (b"abc",))
        store.keep()
    assert told == [(SegmentId(partition(index), 0), 3) for index in (0, 1)]


def test_a_store_that_is_not_to_be_trusted_is_not_closed_cleanly(tmp_path: Path) -> None:
    house = House(tmp_path)
    for index in range(3):
        house.place(partition(index))
    house.directories.close(clean=True, distrusted=[house.stores[2]])
    assert [DiskStore(path).opened_clean() for path in house.paths] == [True, True, False]


def test_all_are_closed_even_if_one_fails(tmp_path: Path) -> None:
    house = House(tmp_path)
    for index in range(3):
        house.place(partition(index))
    house.faults[0].fail("sync", errno.EIO)
    with pytest.raises(StorageError, match="a: not closed cleanly"):
        house.directories.close(clean=True)
    assert [DiskStore(path).opened_clean() for path in house.paths] == [False, True, True]


def test_memory_is_one_directory() -> None:
    store = MemoryStore()
    directories = LogDirectories([store])
    assert list(directories) == [store]
    assert directories.describe() == "memory"
    assert all(directories.store_of(partition(index)) is store for index in range(5))
    store.create(SegmentId(partition(0), 0))
    directories.delete_partition(partition(0))
    assert not store.holds(partition(0))
