"""Opening stores: what stops a start, what is left out, and that metadata and records stay together."""

from __future__ import annotations

import contextlib
import errno
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkalite.config import BrokerConfig
from kafkalite.metadata.local_file import FILE_NAME, LocalFileMetadata
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.server import stores as module
from kafkalite.server.stores import Stores, open_stores
from kafkalite.settings import Settings, StartError
from kafkalite.storage import machine_memory
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.segment_store import PartitionId, SegmentId
from tests.unit.storage.faults import Faults

UUIDS = itertools.count(1)


def new_uuid() -> bytes:
    return next(UUIDS).to_bytes(16, "big")


def settings(**keys: str) -> Settings:
    config = BrokerConfig.of({key.replace("_", "."): value for key, value in keys.items()})
    return Settings(config=config, listeners=config.listeners)


@contextlib.contextmanager
def opened(*paths: Path, **keys: str) -> Iterator[Stores]:
    with contextlib.ExitStack() as stack:
        stores = open_stores(settings(log_dirs=",".join(map(str, paths)), **keys), new_uuid, stack)
        stack.callback(stores.metadata.close)
        yield stores


def refused(*paths: Path, **keys: str) -> str:
    with pytest.raises(StartError) as caught, opened(*paths, **keys):
        pass
    return str(caught.value)


def meta(path: Path) -> dict[str, str]:
    return dict(line.split("=") for line in (path / "meta.properties").read_text().splitlines())


@pytest.fixture
def dirs(tmp_path: Path) -> list[Path]:
    return [tmp_path / name for name in ("a", "b", "c")]


# Memory


def test_memory_has_the_limit_it_was_given() -> None:
    stores = open_stores(settings()._replace(memory=True, memory_limit=12345), new_uuid, contextlib.ExitStack())
    [store] = stores.directories
    assert store.space() == (12345, 12345)
    assert isinstance(stores.metadata, MemoryMetadata)
    assert stores.cluster_id is None


@pytest.mark.parametrize(("machine", "limit"), [(8 << 30, 4 << 30), (None, 1 << 30)])
def test_memory_is_limited_to_half_of_the_machines(
    monkeypatch: pytest.MonkeyPatch, machine: int | None, limit: int
) -> None:
    monkeypatch.setattr(machine_memory, "machine_memory", lambda: machine)
    stores = open_stores(settings()._replace(memory=True), new_uuid, contextlib.ExitStack())
    assert [store.space()[0] for store in stores.directories] == [limit]


# Several directories


def test_every_directory_belongs_to_the_cluster_and_has_an_id_of_its_own(dirs: list[Path]) -> None:
    with opened(*dirs) as stores:
        assert [Path(store.directory) for store in stores.directories] == dirs
        assert isinstance(stores.metadata, LocalFileMetadata)
        assert stores.metadata.path == dirs[0] / FILE_NAME
        assert {meta(path)["cluster.id"] for path in dirs} == {stores.cluster_id}
        assert len({meta(path)["directory.id"] for path in dirs}) == 3
        assert "in use by another process" in refused(*dirs)
        assert "in use by another process" in refused(dirs[2])
    before = [meta(path) for path in dirs]
    with opened(*dirs):
        assert [meta(path) for path in dirs] == before


def test_a_new_directory_joins_the_cluster(dirs: list[Path]) -> None:
    with opened(dirs[0]) as stores:
        cluster_id = stores.cluster_id
    with opened(*dirs) as stores:
        assert stores.cluster_id == cluster_id
        assert meta(dirs[2])["cluster.id"] == cluster_id


def test_directories_of_two_clusters_are_refused(dirs: list[Path]) -> None:
    for path in dirs[:2]:
        with opened(path):
            pass
    assert "take the one out of log.dirs that does not belong there" in refused(*dirs)


def test_a_copy_of_a_directory_is_refused(dirs: list[Path]) -> None:
    with opened(*dirs[:2]):
        pass
    shutil.copytree(dirs[1], dirs[2])
    said = refused(*dirs)
    assert f"{dirs[2]} and {dirs[1]} have the same directory.id" in said


def test_metadata_can_have_a_directory_of_its_own(dirs: list[Path]) -> None:
    with opened(*dirs[:2], metadata_log_dir=str(dirs[2])) as stores:
        assert isinstance(stores.metadata, LocalFileMetadata)
        assert stores.metadata.path == dirs[2] / FILE_NAME
        assert [Path(store.directory) for store in stores.directories] == dirs[:2]
        assert meta(dirs[2])["cluster.id"] == stores.cluster_id
    with opened(*dirs, metadata_log_dir=str(dirs[2])) as stores:
        assert [Path(store.directory) for store in stores.directories] == dirs


def test_another_order_does_not_begin_a_cluster_without_topics(dirs: list[Path]) -> None:
    with opened(*dirs):
        pass
    said = refused(dirs[1], dirs[0], dirs[2])
    assert f"{dirs[0]} holds a {FILE_NAME}, but the cluster's metadata is looked for in {dirs[1]}" in said
    assert "metadata.log.dir" in said
    assert not (dirs[1] / FILE_NAME).exists()
    with opened(dirs[1], dirs[0], metadata_log_dir=str(dirs[0])):
        pass


# Directories that fail


def in_the_way(path: Path) -> Path:
    path.write_text("a file")
    return path / "below"


def test_one_that_cannot_be_had_is_left_out(dirs: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = in_the_way(tmp_path / "file")
    with opened(dirs[0], broken, dirs[2]) as stores:
        assert [Path(store.directory) for store in stores.directories] == [dirs[0], dirs[2]]
        assert list(stores.directories.offline) == [str(broken)]
    assert f"the log directory {broken} is offline, its partitions with it" in caplog.text


@pytest.mark.parametrize("verb", ["look", "unlink"])
def test_one_with_a_broken_disk_is_left_out(dirs: list[Path], monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    with opened(*dirs) as stores:
        for store in stores.directories:
            store.close(clean=True)

    def store_of(path: Path, *, max_open_files: int) -> DiskStore:
        files = Faults()
        if path == dirs[1]:
            files.fail(("look", "unlink"), errno.EIO, lasting=True)
        return DiskStore(path, files=files, max_open_files=max_open_files)

    monkeypatch.setattr(module, "DiskStore", store_of)
    with opened(*dirs) as stores:
        assert list(stores.directories.offline) == [str(dirs[1])]


def test_without_the_metadata_there_is_no_start(dirs: list[Path], tmp_path: Path) -> None:
    broken = in_the_way(tmp_path / "file")
    assert str(broken) in refused(broken, *dirs)
    assert str(broken) in refused(*dirs, metadata_log_dir=str(broken))


def test_without_any_log_directory_there_is_no_start(dirs: list[Path], tmp_path: Path) -> None:
    broken = [in_the_way(tmp_path / name) for name in ("one", "two")]
    said = refused(*broken, metadata_log_dir=str(dirs[0]))
    assert "no log directory can be used" in said
    assert all(str(path) in said for path in broken)


def test_what_is_stored_and_cannot_be_true_stops_the_start(dirs: list[Path]) -> None:
    with opened(*dirs) as stores:
        for index, store in enumerate(stores.directories):
            store.create(SegmentId(PartitionId("t", bytes(16), index), 0))
            store.keep_starts({PartitionId("t", bytes(16), index): 5})
    (dirs[1] / "log-start-offset-checkpoint").write_text("nonsense\n")
    assert "b/log-start-offset-checkpoint: line 1 is not the version" in refused(*dirs)
    (dirs[1] / "log-start-offset-checkpoint").unlink()
    assert "belongs to node.id 0" in refused(*dirs, node_id="7")
