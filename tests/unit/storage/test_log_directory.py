"""A log directory's own files: the clean mark, whose partitions are whose, and what is on its way out."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem
from kafkalite.storage.log_directory import CLEAN_SHUTDOWN_FILE, LogDirectory
from kafkalite.storage.segment_store import PartitionId, StorageError, StoreOffline
from tests.unit.storage.faults import Faults
from tests.unit.storage.stores import PARTITION

NEWER = PartitionId(PARTITION.topic, b"another topic id", PARTITION.index)


def opened(path: Path) -> LogDirectory:
    return LogDirectory(FileSystem(), path)


def made(path: Path, *partitions: PartitionId) -> LogDirectory:
    directory = opened(path)
    for partition in partitions:
        directory.make(partition, directory.open(partition))
    return directory


def test_the_mark_is_taken_away_by_the_next_owner(tmp_path: Path) -> None:
    made(tmp_path, PARTITION).mark_clean()
    assert (tmp_path / CLEAN_SHUTDOWN_FILE).read_bytes() == b'{"version":0,"brokerEpoch":-1}'
    assert opened(tmp_path).opened_clean
    assert not (tmp_path / CLEAN_SHUTDOWN_FILE).exists()
    assert not opened(tmp_path).opened_clean


@pytest.mark.parametrize("kind", ["create", "write", "sync", "rename", "sync_directory"])
def test_a_mark_that_could_not_be_made_durable_is_no_mark(tmp_path: Path, kind: str) -> None:
    made(tmp_path, PARTITION)
    files = Faults()
    directory = LogDirectory(files, tmp_path)
    files.fail(kind, errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        directory.mark_clean()
    assert not opened(tmp_path).opened_clean


def test_a_new_directory_has_nothing_to_distrust(tmp_path: Path) -> None:
    assert opened(tmp_path).opened_clean
    (tmp_path / "lost+found").mkdir()
    assert opened(tmp_path).opened_clean


def test_partitions_are_counted_and_known_by_name(tmp_path: Path) -> None:
    others = [PartitionId("a-b", bytes(16), 12), PartitionId("a.b_c", bytes(16), 0)]
    made(tmp_path, PARTITION, *others)
    for name in ("lost+found", "no-number-", "topic-3.00112233445566778899aabbccddeeff-delete"):
        (tmp_path / name).mkdir()
    directory = opened(tmp_path)
    assert directory.partition_count == 3
    assert all(directory.holds(partition) for partition in (PARTITION, NEWER, *others))
    assert not directory.holds(PartitionId("topic", bytes(16), 4))
    assert directory.is_of(PARTITION)
    assert not directory.is_of(NEWER)
    assert directory.path_of(others[0]) == tmp_path / "a-b-12"


def test_another_topics_directory_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"topic-3/partition\.metadata: .*Nothing was changed"):
        made(tmp_path, PARTITION).open(NEWER)


def test_only_what_changed_is_to_be_synced(tmp_path: Path) -> None:
    directory = opened(tmp_path)
    assert directory.unsynced() is None
    directory.make(PARTITION, directory.open(PARTITION))
    assert directory.unsynced() == []
    assert directory.unsynced() is None
    directory.starts.keep({("topic", 3): 1})
    directory.recovery_points.keep({("topic", 3): 2})
    written = [path.name for path in directory.unsynced() or []]
    assert [name for name in written if not name.endswith(".kafkalite")] == [
        "log-start-offset-checkpoint",
        "recovery-point-offset-checkpoint",
    ]
    assert directory.unsynced() is None


def test_what_a_crash_left_half_written_goes(tmp_path: Path) -> None:
    directory = made(tmp_path, PARTITION)
    directory.starts.keep({("topic", 3): 1})
    names = {path.name for path in tmp_path.iterdir()}
    for name in ("log-start-offset-checkpoint", "log-start-offset-checkpoint.kafkalite", CLEAN_SHUTDOWN_FILE):
        (tmp_path / f"{name}.tmp").write_text("half")
    (tmp_path / "somebody's.tmp").write_text("not ours")
    assert opened(tmp_path).starts.get(("topic", 3)) == 1
    assert {path.name for path in tmp_path.iterdir()} == names | {"somebody's.tmp"}


def test_what_is_put_aside_is_gone_at_the_next_start(tmp_path: Path) -> None:
    directory = made(tmp_path, PARTITION)
    aside = directory.put_aside(PARTITION)
    assert aside.name == f"topic-3.{PARTITION.topic_id.hex()}-delete"
    assert not directory.holds(PARTITION)
    assert opened(tmp_path).partition_count == 0
    assert not aside.exists()


def test_a_directory_that_is_put_aside_twice(tmp_path: Path) -> None:
    directory = made(tmp_path, PARTITION)
    aside = directory.put_aside(PARTITION)
    directory.make(PARTITION, directory.open(PARTITION))
    assert directory.put_aside(PARTITION) == aside
    assert not directory.holds(PARTITION)


@pytest.mark.parametrize(("error", "kind"), [(errno.EIO, StoreOffline), (errno.EACCES, StorageError)])
def test_a_directory_that_cannot_be_read_is_not_taken_over(
    tmp_path: Path, error: int, kind: type[StorageError]
) -> None:
    (tmp_path / "log-start-offset-checkpoint").write_text("0\n0\n")
    files = Faults()
    files.fail("open", error)
    with pytest.raises(kind, match="log-start-offset-checkpoint"):
        LogDirectory(files, tmp_path)
