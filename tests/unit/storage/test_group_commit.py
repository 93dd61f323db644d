"""Group commit: many wishes in one pass, one pass at a time, and nothing told that was not synced."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import trio

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directory import CLEAN_SHUTDOWN_FILE
from kafkalite.storage.segment_store import PartitionId, SegmentId, StorageError, StoreOffline
from tests.unit.storage.faults import Faults, Held
from tests.unit.storage.stores import FIRST, PARTITION

LOG = "00000000000000000000.log"
COMPANION = "00000000000000000000.index"


class House:
    """A store on a disk that can fail, with a background that waits for the test."""

    def __init__(self, path: Path, *, max_open_files: int = 100) -> None:
        self.path = path
        self.files = Faults()
        self.held = Held()
        self.store = DiskStore(path, files=self.files, background=self.held, max_open_files=max_open_files)
        self.told: list[tuple[SegmentId, int]] = []
        self.offline: list[StorageError] = []
        self.store.on_kept = lambda segment, size: self.told.append((segment, size))
        self.store.on_offline = self.offline.append

    def append(self, segment: SegmentId = FIRST, data: bytes = b"abc") -> None:
        if segment not in dict(self.store.segments(segment.partition)):
            self.store.create(segment)
        self.store.append(segment, (data,))

    def syncs(self) -> list[str]:
        """Let the background work; return what it synced."""
        synced: list[str] = []
        sync, directory = self.files.sync, self.files.sync_directory

        def note(descriptor: int) -> None:
            synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), self.path))
            sync(descriptor)

        def note_directory(path: Path) -> None:
            synced.append(os.path.relpath(path, self.path) + "/")
            directory(path)

        self.files.sync, self.files.sync_directory = note, note_directory  # type: ignore[method-assign]
        self.held.run()
        self.files.sync, self.files.sync_directory = sync, directory  # type: ignore[method-assign]
        return synced


needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="needs /proc to see what is synced")


@needs_proc
def test_content_comes_before_names_and_only_what_is_new(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.append()
    house.store.keep_companion(PARTITION, COMPANION, b"x")
    house.store.keep_starts({PARTITION: 1})
    house.store.sync(FIRST)
    own = ["log-start-offset-checkpoint", "log-start-offset-checkpoint.kafkalite"]
    files = [f"topic-3/{LOG}", "topic-3/partition.metadata", *own]
    assert house.syncs() == [*files, "topic-3/", "./"]
    house.append()
    house.store.sync(FIRST)
    assert house.syncs() == [f"topic-3/{LOG}"]
    house.store.keep_companion(PARTITION, COMPANION, b"y")  # not worth a sync
    house.store.sync(FIRST)
    assert house.syncs() == [f"topic-3/{LOG}"]
    assert house.told == [(FIRST, 3), (FIRST, 6), (FIRST, 6)]


def test_what_is_asked_for_during_a_pass_is_one_more_pass(tmp_path: Path) -> None:
    house = House(tmp_path)
    segments = [SegmentId(PartitionId("t", bytes(16), index), 0) for index in range(50)]
    for segment in segments:
        house.append(segment)
        house.store.sync(segment)
    for segment in segments:
        house.append(segment)
        house.store.sync(segment)
    assert len(house.held.jobs) == 1
    assert house.held.run() == 2
    assert house.told == [(segments[0], 3), *((segment, 6) for segment in [*segments[1:], segments[0]])]


def test_only_what_was_there_at_the_request_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.append()
    house.store.sync(FIRST)
    house.append()
    house.held.run()
    assert house.told == [(FIRST, 3)]
    house.files.steps.clear()
    house.store.close(clean=True)
    assert house.files.steps.count("sync") == 2  # the log, which has grown since, and the mark


def test_a_clean_close_syncs_no_more_than_is_new(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.append()
    house.store.sync(FIRST)
    house.held.run()
    house.files.steps.clear()
    house.store.close(clean=True)
    assert house.files.steps.count("sync") == 1  # the mark


@needs_proc
def test_files_that_are_not_open_are_synced_too(tmp_path: Path) -> None:
    house = House(tmp_path, max_open_files=1)
    segments = [SegmentId(PARTITION, base) for base in range(4)]
    for segment in segments:
        house.append(segment)
    for segment in segments:
        house.store.sync(segment)
    synced = house.syncs()
    assert [name for name in synced if name.endswith(".log")] == [f"topic-3/{base:020d}.log" for base in range(4)]
    assert len(house.told) == 4


def test_too_many_open_files_put_a_sync_off(tmp_path: Path) -> None:
    house = House(tmp_path, max_open_files=1)
    house.append()
    house.append(SegmentId(PARTITION, 5))
    house.store.sync(FIRST)
    house.files.fail("open", errno.EMFILE)
    job, done, after = house.held.jobs.pop()
    with pytest.raises(Exception) as caught:  # noqa: PT011
        job()
    done(caught.value)
    assert (house.told, house.offline) == ([], [])
    [(_, _, after)] = house.held.jobs
    assert after > 0
    house.held.run()
    assert house.told == [(FIRST, 3)]


# Syncs that fail (T6)


def test_a_failed_sync_takes_the_store_offline_for_good(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = House(tmp_path)
    house.append()
    house.store.sync(FIRST)
    house.files.fail("sync", errno.EIO)
    house.held.run()
    assert house.told == []
    assert len(house.offline) == 1
    assert "a sync failed: Input/output error" in caplog.text
    other = SegmentId(PartitionId("other", bytes(16), 0), 0)
    store = house.store
    for attempt in (
        lambda: store.append(FIRST, (b"x",)),
        lambda: store.read(FIRST, 0, 1),
        lambda: store.span(FIRST, 0, 1),
        lambda: store.sync(FIRST),
        lambda: store.seal(FIRST),
        lambda: store.truncate(FIRST, 0),
        lambda: store.appended_ms(FIRST),
        lambda: store.delete(FIRST),
        lambda: store.create(other),
        lambda: store.segments(PARTITION),
        lambda: store.segments(other.partition),
        lambda: store.companions(PARTITION),
        lambda: store.companion(PARTITION, COMPANION),
        lambda: store.keep_companion(PARTITION, COMPANION, b""),
        lambda: store.drop_companion(PARTITION, COMPANION),
        lambda: store.rewrite(FIRST),
        lambda: store.keep_starts({PARTITION: 1}),
        lambda: store.start_of(PARTITION),
        lambda: store.keep_recovery_points({PARTITION: 1}),
        lambda: store.recovery_point_of(PARTITION),
        lambda: store.delete_partition(PARTITION),
        lambda: store.space(),
        lambda: store.close(clean=True),
    ):
        with pytest.raises(StoreOffline, match="a sync failed"):
            attempt()
    assert house.held.jobs == []
    assert len(house.offline) == 1
    assert not (tmp_path / CLEAN_SHUTDOWN_FILE).exists()


def test_a_file_that_vanished_is_not_told_as_synced(tmp_path: Path) -> None:
    house = House(tmp_path, max_open_files=1)
    house.append()
    house.append(SegmentId(PARTITION, 5))
    (tmp_path / "topic-3" / LOG).unlink()
    house.store.sync(FIRST)
    house.held.run()
    assert house.told == []
    assert "it is gone" in str(house.offline[0])


def test_a_close_hears_of_a_sync_that_failed_meanwhile(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.append()
    house.store.sync(FIRST)
    house.files.fail("sync", errno.EIO)
    with pytest.raises(StoreOffline):
        house.store.close(clean=True)
    assert len(house.offline) == 1
    assert not DiskStore(tmp_path).opened_clean()


def test_a_sync_that_hangs_does_not_hold_up_a_close(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.append()
    house.store.sync(FIRST)
    house.held.hangs = True
    with pytest.raises(StorageError, match="not closed cleanly"):
        house.store.close(clean=True)
    assert not DiskStore(tmp_path).opened_clean()


async def test_the_real_thread(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    told: list[tuple[SegmentId, int]] = []
    woken = trio.Event()

    def kept(segment: SegmentId, size: int) -> None:
        told.append((segment, size))
        if len(told) == 3:
            woken.set()

    store.on_kept = kept
    for number in range(3):
        segment = SegmentId(PARTITION, number)
        store.create(segment)
        store.append(segment, (b"abc",))
        store.sync(segment)
    await woken.wait()
    assert told == [(SegmentId(PARTITION, number), 3) for number in range(3)]
    store.close(clean=True)
    assert DiskStore(tmp_path).opened_clean()
