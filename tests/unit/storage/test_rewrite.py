"""New content on its way on a disk: what it costs, what is left when it fails, and whom it tells."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import trio
import trio.testing

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.segment_store import StorageError, StoreFull, StoreOffline
from tests.unit.storage.faults import Faults, Held
from tests.unit.storage.stores import FIRST, PARTITION

LOG = "00000000000000000000.log"


def begun(path: Path, files: Faults) -> DiskStore:
    store = DiskStore(path, files=files, background=Held())
    store.create(FIRST)
    store.append(FIRST, (b"old",))
    return store


def names(path: Path) -> list[str]:
    return sorted(name for name in os.listdir(path / "topic-3") if name not in ("partition.metadata", LOG))


def test_an_abandoned_rewrite_leaves_nothing(tmp_path: Path) -> None:
    store = begun(tmp_path, Faults())
    rewrite = store.rewrite(FIRST)
    rewrite.append((b"new", b"er"))
    rewrite.keep_companion(".index", b"x")
    assert names(tmp_path) == ["00000000000000000000.index.cleaned", f"{LOG}.cleaned"]
    rewrite.abandon()
    assert names(tmp_path) == []


def test_what_a_killed_process_left_of_a_rewrite_goes_at_the_next_start(tmp_path: Path) -> None:
    rewrite = begun(tmp_path, Faults()).rewrite(FIRST)
    rewrite.append((b"new",))
    rewrite.keep_companion(".index", b"x")
    assert DiskStore(tmp_path).segments(PARTITION) == [(FIRST, 3)]
    assert names(tmp_path) == []


def test_what_cannot_be_removed_is_removed_with_the_next_one(tmp_path: Path) -> None:
    files = Faults()
    store = begun(tmp_path, files)
    rewrite = store.rewrite(FIRST)
    rewrite.keep_companion(".other", b"x")
    files.fail("unlink", errno.EACCES, nth=2)
    rewrite.abandon()
    assert names(tmp_path) == ["00000000000000000000.other.cleaned"]
    rewrite = store.rewrite(FIRST)
    assert names(tmp_path) == [f"{LOG}.cleaned"]
    rewrite.append((b"new",))
    rewrite.sync()
    store.swap([(FIRST, rewrite)], [FIRST])
    assert bytes(store.read(FIRST, 0, 9)) == b"new"


@pytest.mark.parametrize("verb", ["append", "keep_companion"])
def test_a_full_disk_refuses_it_and_nothing_else(tmp_path: Path, verb: str) -> None:
    files = Faults()
    store = begun(tmp_path, files)
    rewrite = store.rewrite(FIRST)
    files.fail("write", errno.ENOSPC)
    with pytest.raises(StoreFull, match="cleaned: No space left"):
        getattr(rewrite, verb)(*(((b"new",),) if verb == "append" else (".index", b"x")))
    rewrite.abandon()
    assert names(tmp_path) == []
    store.append(FIRST, (b"er",))


@pytest.mark.parametrize("kind", ["write", "sync", "sync_directory"])
async def test_a_broken_disk_takes_the_store_offline_from_another_thread(tmp_path: Path, kind: str) -> None:
    files = Faults()
    store = DiskStore(tmp_path, files=files)
    store.create(FIRST)
    store.append(FIRST, (b"old",))
    told: list[tuple[StorageError, object]] = []
    store.on_offline = lambda problem: told.append((problem, trio.lowlevel.current_trio_token()))
    rewrite = store.rewrite(FIRST)
    files.fail(kind, errno.EIO)

    def write() -> None:
        rewrite.append((b"new",))
        rewrite.sync()

    with pytest.raises(StoreOffline, match="Input/output error"):
        await trio.to_thread.run_sync(write)
    await trio.testing.wait_all_tasks_blocked()
    assert [token for _, token in told] == [trio.lowlevel.current_trio_token()]
    with pytest.raises(StoreOffline):
        store.read(FIRST, 0, 1)
