"""The disk store: Kafka's layout, what survives a process that just ends, and disks that fail."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from kafkalite.storage import files as file_system
from kafkalite.storage.checkpoint import RECOVERY_POINTS_FILE, STARTS_FILE
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.files import FileSystem
from kafkalite.storage.group_commit import GroupCommit
from kafkalite.storage.log_directory import CLEAN_SHUTDOWN_FILE, LogDirectory
from kafkalite.storage.partition_directory import log_name
from kafkalite.storage.reserve import RESERVE_BYTES, RESERVE_FILE
from kafkalite.storage.segment_store import PartitionId, SegmentId, StorageError, StoreFull, StoreOffline
from kafkalite.wire.message import uuid_to_text
from tests.unit.storage.faults import CHANGES, Crash, Faults, Held
from tests.unit.storage.lives import ONE, PARTITIONS, TWO, Model, found, life, opened, reopened
from tests.unit.storage.stores import FIRST, PARTITION

NEWER = PartitionId(PARTITION.topic, b"another topic id", PARTITION.index)
LOG = "00000000000000000000.log"


def filled(path: Path, *appends: bytes, files: Faults | None = None) -> DiskStore:
    store = DiskStore(path, files=files, background=Held())
    store.create(FIRST)
    for data in appends:
        store.append(FIRST, (data,))
    return store


def tree(path: Path) -> list[str]:
    return sorted(str(found.relative_to(path)) for found in path.rglob("*") if found.name != RESERVE_FILE)


# Layout


def test_names_are_kafkas(tmp_path: Path) -> None:
    store = filled(tmp_path, b"abc")
    store.create(SegmentId(PARTITION, 1234567))
    assert tree(tmp_path) == [
        "topic-3",
        f"topic-3/{LOG}",
        "topic-3/00000000000001234567.log",
        "topic-3/partition.metadata",
    ]
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abc"
    owner = (tmp_path / "topic-3" / "partition.metadata").read_text()
    assert owner == f"version: 0\ntopic_id: {uuid_to_text(PARTITION.topic_id)}"


def test_an_empty_partition_costs_nothing(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    for index in range(100):
        assert store.segments(PartitionId("topic", bytes(16), index)) == []
    assert tree(tmp_path) == []


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").close(clean=True)
    others = ["leader-epoch-checkpoint", "00000000000000000000.index", "x.log", "1.log"]
    for name in others:
        (tmp_path / "topic-3" / name).write_text("Kafka's")
    assert DiskStore(tmp_path).segments(PARTITION) == [(FIRST, 3)]
    assert set(others) < set(os.listdir(tmp_path / "topic-3"))


# The end of a process


def test_what_was_appended_is_there_after_a_kill(tmp_path: Path) -> None:
    """Nothing is closed, flushed or synced: another process sees what was appended."""
    filled(tmp_path, b"abc", b"def")
    later = DiskStore(tmp_path)
    assert not later.opened_clean()
    assert later.segments(PARTITION) == [(FIRST, 6)]
    assert later.read(FIRST, 0, 10) == b"abcdef"
    later.append(FIRST, (b"ghi",))
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abcdefghi"


def test_a_clean_close_leaves_kafkas_mark_for_one_owner(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").close(clean=True)
    mark = tmp_path / CLEAN_SHUTDOWN_FILE
    assert json.loads(mark.read_text())["version"] == 0
    assert DiskStore(tmp_path).opened_clean()
    assert not mark.exists()
    assert not DiskStore(tmp_path).opened_clean()


def test_an_unclean_close_leaves_no_mark(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").close(clean=False)
    assert not DiskStore(tmp_path).opened_clean()


def test_a_clean_close_syncs_content_and_names(tmp_path: Path) -> None:
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("needs /proc to see what is synced")
    synced: list[str] = []
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    store.keep_companion(PARTITION, "leader-epoch-checkpoint", b"text")
    files.sync = lambda file: synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{file}"), tmp_path))
    files.sync_directory = lambda path: synced.append(os.path.relpath(path, tmp_path))  # type: ignore[method-assign]
    store.close(clean=True)
    assert synced[:4] == [f"topic-3/{LOG}", "topic-3/partition.metadata", "topic-3", "."]
    assert synced[4:] == [f"{CLEAN_SHUTDOWN_FILE}.tmp", "."]


def test_a_close_whose_sync_fails_is_not_clean(tmp_path: Path) -> None:
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    files.fail("sync", errno.EIO)
    with pytest.raises(StorageError, match="not closed cleanly"):
        store.close(clean=True)
    assert not DiskStore(tmp_path).opened_clean()


# Segments and records that are gone


def test_a_deleted_segment_is_put_aside_first(tmp_path: Path) -> None:
    store = filled(tmp_path, b"abc")
    store.create(SegmentId(PARTITION, 3))
    free = store.delete(FIRST)
    assert tree(tmp_path / "topic-3") == [f"{LOG}.deleted", "00000000000000000003.log", "partition.metadata"]
    assert free is not None
    free()
    assert tree(tmp_path / "topic-3") == ["00000000000000000003.log", "partition.metadata"]


def test_what_was_put_aside_goes_at_the_next_start(tmp_path: Path) -> None:
    store = filled(tmp_path, b"abc")
    store.create(SegmentId(PARTITION, 3))
    store.delete(FIRST)
    again = DiskStore(tmp_path)
    assert again.segments(PARTITION) == [(SegmentId(PARTITION, 3), 0)]
    assert tree(tmp_path / "topic-3") == ["00000000000000000003.log", "partition.metadata"]


def test_what_was_put_aside_and_cannot_be_removed_is_a_storage_error(tmp_path: Path) -> None:
    files = Faults()
    free = filled(tmp_path, b"abc", files=files).delete(FIRST)
    assert free is not None
    files.fail("unlink", errno.EACCES)
    with pytest.raises(StorageError, match=f"{LOG}.deleted: Permission denied"):
        free()
    free()
    assert tree(tmp_path / "topic-3") == ["partition.metadata"]


def test_log_starts_are_in_kafkas_file_at_once(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").keep_starts({PARTITION: 17})
    assert (tmp_path / STARTS_FILE).read_text() == "0\n1\ntopic 3 17\n"
    later = DiskStore(tmp_path)
    assert later.start_of(PARTITION) == 17
    later.close(clean=True)
    assert DiskStore(tmp_path).start_of(PARTITION) == 17


def test_a_log_start_that_cannot_be_stored_has_not_moved(tmp_path: Path) -> None:
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    store.keep_starts({PARTITION: 5})
    files.fail("write", errno.ENOSPC, lasting=True)
    with pytest.raises(StoreFull, match=f"{STARTS_FILE}: No space left on device"):
        store.keep_starts({PARTITION: 6})
    assert (store.start_of(PARTITION), DiskStore(tmp_path).start_of(PARTITION)) == (5, 5)


def test_on_a_full_disk_there_is_room_for_a_log_start(tmp_path: Path) -> None:
    """Or nothing could ever be deleted to make room."""
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    assert (tmp_path / RESERVE_FILE).stat().st_size == RESERVE_BYTES
    files.fail("write", errno.ENOSPC)
    store.keep_starts({PARTITION: 6})
    assert DiskStore(tmp_path).start_of(PARTITION) == 6
    assert (tmp_path / RESERVE_FILE).exists()


def test_damaged_recovery_points_only_cost_time(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    filled(tmp_path, b"abc").keep_recovery_points({PARTITION: 3})
    (tmp_path / RECOVERY_POINTS_FILE).write_text("0\n1\ntopic 3\n")
    store = DiskStore(tmp_path)
    assert store.recovery_point_of(PARTITION) == 0
    assert f"{RECOVERY_POINTS_FILE}: line 3 is not a topic" in caplog.text
    store.keep_recovery_points({PARTITION: 2})
    assert DiskStore(tmp_path).recovery_point_of(PARTITION) == 2


def test_a_damaged_checkpoint_stops_the_start_and_says_what_to_do(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").keep_starts({PARTITION: 17})
    (tmp_path / STARTS_FILE).write_text("0\n1\ntopic 3\n")
    with pytest.raises(StorageError, match=f"{STARTS_FILE}: line 3 is not a topic, .* remove it"):
        DiskStore(tmp_path)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("how", ["deleted", "removed by hand"])
def test_a_new_topic_never_starts_where_an_older_one_did(tmp_path: Path, how: str, restarts: bool) -> None:
    """Even if the process ends right after the new topic's first append."""
    store = filled(tmp_path, b"abc")
    store.keep_starts({PARTITION: 17})
    match how:
        case "deleted":
            store.delete_partition(PARTITION)
        case "removed by hand":
            shutil.rmtree(tmp_path / "topic-3")
            restarts = True
    if restarts:
        store = DiskStore(tmp_path)
    newer = SegmentId(NEWER, 0)
    store.create(newer)
    store.append(newer, (b"new",))
    assert store.start_of(NEWER) == 0
    assert DiskStore(tmp_path).start_of(NEWER) == 0


# Topics that are gone


def test_a_deleted_partition_leaves_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path, b"abc")
    store.delete_partition(PARTITION)
    assert tree(tmp_path) == []


def test_a_deletion_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
    filled(tmp_path, b"abc").close(clean=True)
    (tmp_path / "topic-3").rename(tmp_path / "topic-3.00112233445566778899aabbccddeeff-delete")
    assert DiskStore(tmp_path).segments(PARTITION) == []
    assert tree(tmp_path) == []


def test_the_deletion_of_a_partition_found_on_disk(tmp_path: Path) -> None:
    filled(tmp_path, b"abc")
    DiskStore(tmp_path).delete_partition(PARTITION)
    assert tree(tmp_path) == []


def test_data_of_another_topic_of_the_same_name_is_refused_and_kept(tmp_path: Path) -> None:
    """One flipped bit in the file must not cost the records."""
    filled(tmp_path, b"abc").keep_starts({PARTITION: 2})
    before = tree(tmp_path)
    store = DiskStore(tmp_path)
    ids = rf"{uuid_to_text(PARTITION.topic_id)}.* {uuid_to_text(NEWER.topic_id)}.* move the directory away"
    for attempt in (
        lambda: store.segments(NEWER),
        lambda: store.create(SegmentId(NEWER, 0)),
        lambda: store.start_of(NEWER),
        lambda: store.keep_companion(NEWER, "leader-epoch-checkpoint", b""),
    ):
        with pytest.raises(StorageError, match=r"topic-3/partition\.metadata: .*" + ids):
            attempt()
    store.delete_partition(NEWER)
    assert tree(tmp_path) == before
    assert store.segments(PARTITION) == [(FIRST, 3)]
    assert store.start_of(PARTITION) == 2


def test_deleting_an_older_topic_spares_a_newer_one(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.create(SegmentId(NEWER, 0))
    store.delete_partition(PARTITION)
    assert store.segments(NEWER) == [(SegmentId(NEWER, 0), 0)]


def test_a_directory_that_does_not_say_whose_it_is_is_adopted(tmp_path: Path) -> None:
    (tmp_path / "topic-3").mkdir()
    (tmp_path / "topic-3" / LOG).write_bytes(b"abc")
    store = DiskStore(tmp_path)
    assert store.segments(PARTITION) == [(FIRST, 3)]
    store.append(FIRST, (b"d",))
    store.close(clean=True)
    assert uuid_to_text(PARTITION.topic_id) in (tmp_path / "topic-3" / "partition.metadata").read_text()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"version: 0\n",
        b"version: 0\ntopic_id: short",
        b"\xff\xfe",
        b"version: 1\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_directory_that_says_nonsense_is_not_touched(tmp_path: Path, content: bytes) -> None:
    filled(tmp_path, b"abc")
    (tmp_path / "topic-3" / "partition.metadata").write_bytes(content)
    with pytest.raises(StorageError, match=r"partition\.metadata"):
        DiskStore(tmp_path).segments(PARTITION)
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abc"


def test_a_directory_that_is_not_ours_is_never_taken(tmp_path: Path) -> None:
    """As for topics `A` and `a` where names differ in case only and the file system does not care."""
    store = DiskStore(tmp_path)
    (tmp_path / "topic-3").mkdir()
    (tmp_path / "topic-3" / LOG).write_bytes(b"somebody's")
    with pytest.raises(StorageError, match="topic-3"):
        store.create(FIRST)
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"somebody's"


def test_the_longest_topic_name(tmp_path: Path) -> None:
    partition = PartitionId("t" * 249, bytes(16), 0)
    store = DiskStore(tmp_path)
    store.create(SegmentId(partition, 0))
    store.delete_partition(partition)
    assert tree(tmp_path) == []


# Space reserved in advance


def test_reserved_space_is_on_the_volume_and_given_back(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.create(FIRST, preallocate=300_000)
    store.append(FIRST, (b"abc",))
    path = tmp_path / "topic-3" / LOG
    if path.stat().st_size == 3:
        pytest.skip("this system cannot reserve space")
    assert path.stat().st_size == 300_000
    assert path.stat().st_blocks * 512 >= 300_000
    store.append(FIRST, (b"def",))
    store.seal(FIRST)
    assert path.read_bytes() == b"abcdef"
    store.seal(FIRST)


def test_after_an_unclean_end_reserved_space_is_seen_and_can_be_cut(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.create(FIRST, preallocate=300_000)
    store.append(FIRST, (b"abc",))
    again = DiskStore(tmp_path)
    [(_, size)] = again.segments(PARTITION)
    assert bytes(again.read(FIRST, 0, size)) == b"abc" + bytes(size - 3)
    again.truncate(FIRST, 3)
    again.append(FIRST, (b"def",))
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abcdef"


def test_a_clean_close_cuts_off_and_syncs_what_was_reserved(tmp_path: Path) -> None:
    """Even where all that was appended had been synced: else the next owner would trust zeros after a power cut."""
    files, held = Faults(), Held()
    store = DiskStore(tmp_path, files=files, background=held)
    store.create(FIRST, preallocate=300_000)
    store.append(FIRST, (b"abc",))
    store.sync(FIRST)
    held.run()
    files.steps.clear()
    store.close(clean=True)
    if "truncate" in files.steps:
        assert files.steps[:2] == ["truncate", "sync"]
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abc"
    assert DiskStore(tmp_path).segments(PARTITION) == [(FIRST, 3)]


def test_what_is_cut_off_during_a_sync_is_not_part_of_it(tmp_path: Path) -> None:
    files, held = Faults(), Held()
    store = DiskStore(tmp_path, files=files, background=held)
    store.create(FIRST, preallocate=300_000)
    store.append(FIRST, (b"abc",))
    store.sync(FIRST)
    store.seal(FIRST)
    held.run()
    files.steps.clear()
    store.close(clean=True)
    assert files.steps.count("sync") == (2 if "truncate" in files.done else 1)


def test_a_segment_without_room_for_what_it_reserves_is_not_begun(tmp_path: Path) -> None:
    files = Faults()
    store = DiskStore(tmp_path, files=files)
    store.create(SegmentId(PARTITION, 7))
    files.fail("reserve", errno.ENOSPC)
    with pytest.raises(StoreFull, match=LOG):
        store.create(FIRST, preallocate=300_000)
    assert store.segments(PARTITION) == [(SegmentId(PARTITION, 7), 0)]
    assert not (tmp_path / "topic-3" / LOG).exists()
    store.create(FIRST, preallocate=300_000)


# Disks that fail


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EINTR])
@pytest.mark.parametrize("written", [0, 1, 3, 5])
def test_nothing_of_a_failed_append_is_left(tmp_path: Path, error: int, written: int) -> None:
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    files.fail("write", error)
    files.take(written)
    with pytest.raises(StorageError, match=LOG) as caught:
        store.append(FIRST, (b"def", b"ghi"))
    assert isinstance(caught.value, StoreOffline) == (error == errno.EIO)
    assert isinstance(caught.value, StoreFull) == (error == errno.ENOSPC)
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abc"
    files.heal()
    if error == errno.EIO:
        store = DiskStore(tmp_path)
    assert store.segments(PARTITION) == [(FIRST, 3)]
    store.append(FIRST, (b"xyz",))
    assert (tmp_path / "topic-3" / LOG).read_bytes() == b"abcxyz"


def test_a_failed_append_that_cannot_be_cut_off_takes_the_directory_out_of_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = Faults()
    store = filled(tmp_path, b"abc", files=files)
    told: list[StorageError] = []
    store.on_offline = told.append
    files.fail(("write", "truncate"), errno.ENOSPC, lasting=True)
    files.take(2)
    with pytest.raises(StoreOffline, match="No space left on device; what is left cannot be cut off"):
        store.append(FIRST, (b"defghi",))
    assert len(told) == 1
    assert f"{tmp_path} is offline" in caplog.text
    files.heal()
    with pytest.raises(StoreOffline):
        store.read(FIRST, 0, 10)


def test_a_directory_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    (tmp_path / "topic-3").write_text("a file is in the way")
    with pytest.raises(StorageError, match="topic-3"):
        store.create(FIRST)


def test_files_that_vanished_are_a_storage_error(tmp_path: Path) -> None:
    filled(tmp_path, b"abc")
    store = DiskStore(tmp_path)
    store.segments(PARTITION)
    (tmp_path / "topic-3" / LOG).unlink()
    for attempt in (
        lambda: store.read(FIRST, 0, 1),
        lambda: store.append(FIRST, (b"x",)),
        lambda: store.span(FIRST, 0, 1),
        lambda: store.truncate(FIRST, 1),
    ):
        with pytest.raises(StorageError, match=LOG):
            attempt()
    assert store.segments(PARTITION) == [(FIRST, 3)]
    store.delete(FIRST)


def test_a_data_directory_that_is_missing_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="missing"):
        DiskStore(tmp_path / "missing")


# Open files


def test_files_are_closed_when_there_are_too_many(tmp_path: Path) -> None:
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("needs /proc to count open files")
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    store = DiskStore(tmp_path, max_open_files=5)
    segments = [SegmentId(PartitionId("t", bytes(16), index), 0) for index in range(30)]
    for segment in segments:
        store.create(segment)
    for number, segment in enumerate(segments):
        store.append(segment, (b"%d" % number,))
    assert [store.read(segment, 0, 9) for segment in segments] == [b"%d" % number for number in range(30)]
    assert len(os.listdir("/proc/self/fd")) <= before + 5
    store.close(clean=True)
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_loaded_late_is_not_missed_when_descriptors_run_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module is a file. Retention goes on without, and compaction tries again."""

    def no_descriptor(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    store = filled(tmp_path, b"abc")
    rewrite = store.rewrite(FIRST)
    for attempt in (lambda: store.rewrite(FIRST), lambda: store.swap([(FIRST, rewrite)], [FIRST])):
        with monkeypatch.context() as patched:
            patched.setattr("builtins.__import__", no_descriptor)
            with pytest.raises(StorageError, match="Too many open files"):
                attempt()
    with monkeypatch.context() as patched:
        patched.setattr("builtins.__import__", no_descriptor)
        store.delete(FIRST)
    assert not store.segments(PARTITION)


def test_no_span_where_the_system_cannot_send_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path, b"abc")
    monkeypatch.setattr(file_system, "CAN_SEND", False)
    assert store.span(FIRST, 0, 3) is None


# A whole life, with a failure or an end at every step of it


def test_a_life_without_failures(tmp_path: Path) -> None:
    store, model = opened(tmp_path), Model()
    for _, step, change in life():
        step(store)
        change(model)
        assert found(store) == model
    store.close(clean=True)
    assert found(opened(tmp_path)) == model
    for partition in PARTITIONS:
        store.segments(partition)


NEED_ROOM = ("create", "write", "reserve", "rename", "make_directory")
"""What a full volume can refuse."""


def steps_of_a_life(path: Path, kinds: Collection[str]) -> int:
    files = Faults()
    path.mkdir()
    store = opened(path, files)
    files.steps.clear()
    for _, step, _ in life():
        step(store)
    return sum(kind in kinds for kind in files.steps)


@pytest.mark.parametrize(("kinds", "written"), [(NEED_ROOM, -1), (("write",), 2)])
def test_a_full_disk_at_every_step_costs_nothing_and_heals(
    tmp_path: Path, kinds: tuple[str, ...], written: int
) -> None:
    """T5 at the level of the store: refused as full, nothing has changed, and the same works once there is room."""
    cases = 0
    for nth in range(1, steps_of_a_life(tmp_path / "whole", kinds) + 1):
        path = tmp_path / f"{nth}"
        path.mkdir()
        files = Faults()
        store, model = opened(path, files), Model()
        files.fail(kinds, errno.ENOSPC, nth=nth)
        files.take(written)
        for name, step, change in life():
            after = model.copy()
            change(after)
            try:
                step(store)
            except StoreFull:
                cases += 1
                files.heal()
                assert found(store) == model == reopened(copied(path)), name
                step(store)
            model = after
        assert found(store) == model
        store.close(clean=True)
        assert found(opened(path)) == model
        shutil.rmtree(path)
    print(f"{cases} failures")
    assert cases > (130 if written < 0 else 40)


def copied(path: Path) -> Path:
    """What another owner would find."""
    there = path.with_name(f"{path.name}-copy")
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(path, there)
    return there


@pytest.mark.parametrize("kinds", [("sync", "sync_directory"), ("create", "write", "truncate", "rename", "unlink")])
def test_a_broken_disk_at_every_step_takes_the_store_offline_and_keeps_what_was_told(
    tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    """T6 at the level of the store, every segment being synced after each step."""
    cases = 0
    for nth in range(1, 1000):
        path = tmp_path / f"{nth}"
        path.mkdir()
        files = Faults()
        held = Held()
        store, model = DiskStore(path, files=files, background=held), Model()
        kept: list[tuple[SegmentId, int]] = []
        store.on_kept = lambda segment, size, kept=kept: kept.append((segment, size))
        files.fail(kinds, errno.EIO, nth=nth)
        doing, failure = "", None
        after = model
        try:
            for name, step, change in life():
                doing = name
                after = model.copy()
                change(after)
                step(store)
                model = after
                told = len(kept)
                segments = [one for partition in PARTITIONS for one, _ in store.segments(partition)]
                for segment in segments:
                    store.sync(segment)
                held.run()
                assert len(kept) - told == len(segments) or files.has_failed
                store.space()
            doing = "close"
            store.close(clean=True)
            break
        except StorageError as error:
            failure = error
        assert files.has_failed, (doing, failure)
        cases += 1
        files.heal()
        for attempt in (lambda: store.segments(ONE), lambda: store.close(clean=True)):  # noqa: B023
            if doing != "close":
                with pytest.raises(StoreOffline):
                    attempt()
        again = opened(copied(path))
        assert not again.opened_clean() or again.partition_count == 0
        seen = reopened(path)
        assert seen in (model, after), doing
        for segment, size in kept:
            if segment.base_offset == 40 and segment.partition == TWO and seen.files[TWO]:
                assert len(seen.files[TWO].get(log_name(40), b"x" * size)) >= size
        shutil.rmtree(path)
    print(f"{cases} failures")
    assert cases > (60 if "sync" in kinds else 120)


@pytest.mark.parametrize("how", ["before", "middle", "after"])
def test_an_end_at_every_step_leaves_the_old_or_the_new(tmp_path: Path, how: str) -> None:
    """T18 for create, append, companions, checkpoints, swaps, deletions of segments and of partitions."""
    cases = 0
    for step_number in range(1, steps_of_a_life(tmp_path / "whole", CHANGES) + 20):
        path = tmp_path / f"{step_number}"
        path.mkdir()
        files = Faults()
        files.crash(step_number, how)
        model = after = Model()
        doing = ""
        try:
            store = opened(path, files)
            for name, step, change in life():
                doing = name
                after = model.copy()
                change(after)
                step(store)
                model = after
        except Crash:
            cases += 1
        for _ in range(2):
            seen = reopened(path)
            assert seen in (model, after) or (doing.startswith("append") and seen.is_torn_form_of(after)), doing
        assert not [left for left in tree(path) if left.endswith((".tmp", ".deleted", ".swap", ".cleaned"))]
        shutil.rmtree(path)
    print(f"{cases} ends")
    assert cases > 180


@pytest.mark.parametrize(
    "broken", ["a sync error is ignored", "a failed append is not cut off", "deleted at once", "replaced in place"]
)
def test_a_broken_store_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The test of the tests above."""
    match broken:
        case "a sync error is ignored":
            done = GroupCommit._done
            monkeypatch.setattr(GroupCommit, "_done", lambda commits, error: done(commits, None))
            with pytest.raises(AssertionError):
                test_a_broken_disk_at_every_step_takes_the_store_offline_and_keeps_what_was_told(tmp_path, ("sync",))
        case "a failed append is not cut off":
            monkeypatch.setattr(
                DiskStore, "_append_failed", lambda store, target, file, error: StoreFull("full, and torn")
            )
            with pytest.raises(AssertionError):
                test_a_full_disk_at_every_step_costs_nothing_and_heals(tmp_path, ("write",), 2)
        case "deleted at once":

            def only_forget(directory: LogDirectory, partition: PartitionId) -> Path:
                directory._names.discard(directory.name_of(partition))
                return directory.path_of(partition)

            monkeypatch.setattr(LogDirectory, "put_aside", only_forget)
            with pytest.raises(AssertionError):
                test_an_end_at_every_step_leaves_the_old_or_the_new(tmp_path, "after")
        case _:
            monkeypatch.setattr(FileSystem, "replace", FileSystem.write)
            with pytest.raises((AssertionError, StorageError)):
                test_an_end_at_every_step_leaves_the_old_or_the_new(tmp_path, "after")
