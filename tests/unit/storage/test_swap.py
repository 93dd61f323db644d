"""Swaps: all of it or nothing (T18), wherever the process ends, whatever fails, and whoever was swapping."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkalite.storage import interrupted, swap
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.files import FileSystem
from kafkalite.storage.partition_directory import log_name
from kafkalite.storage.segment_store import SegmentId, StorageError, StoreFull, StoreOffline
from kafkalite.storage.swap import PLAN_FILE
from tests.unit.storage.faults import Crash, Faults, Held
from tests.unit.storage.stores import PARTITION

Content = dict[str, bytes]
SUFFIXES = ("index", "timeindex", "snapshot")


def segment(base: int) -> SegmentId:
    return SegmentId(PARTITION, base)


def opened(path: Path, files: FileSystem | None = None) -> DiskStore:
    return DiskStore(path, files=files, background=Held())


def begin(path: Path, files: FileSystem | None = None, bases: tuple[int, ...] = (0, 5, 9, 14)) -> DiskStore:
    """A partition of some segments with companions."""
    store = opened(path, files)
    for base in bases:
        store.create(segment(base))
        store.append(segment(base), (b"old %d" % base,))
        for suffix in SUFFIXES:
            store.keep_companion(PARTITION, f"{base:020d}.{suffix}", b"old %d" % base)
    store.keep_companion(PARTITION, "leader-epoch-checkpoint", b"epochs")
    return store


def rewrite_and_swap(store: DiskStore, new: tuple[int, ...], old: tuple[int, ...]) -> Callable[[], None] | None:
    rewrites = []
    for base in new:
        rewrite = store.rewrite(segment(base))
        rewrite.append((b"new %d" % base,))
        rewrite.keep_companion(".index", b"new %d" % base)
        rewrite.keep_companion(".timeindex", b"new %d" % base)
        rewrite.sync()
        rewrites.append((segment(base), rewrite))
    return store.swap(rewrites, [segment(base) for base in old])


def swap_and_free(store: DiskStore, new: tuple[int, ...], old: tuple[int, ...]) -> None:
    free = rewrite_and_swap(store, new, old)
    assert free is not None
    free()


def content(store: DiskStore) -> Content:
    """What a store says it has."""
    found: Content = {
        log_name(one.base_offset): bytes(store.read(one, 0, 1 << 20)) for one, _ in store.segments(PARTITION)
    }
    for name in store.companions(PARTITION):
        companion = store.companion(PARTITION, name)
        assert companion is not None
        found[name] = companion
    return found


def on_disk(path: Path) -> Content:
    """What is really there."""
    names = set(os.listdir(path / "topic-3")) - {"partition.metadata"}
    return {name: (path / "topic-3" / name).read_bytes() for name in names}


SWAPS = {
    "two become one": ((0,), (0, 5)),
    "one becomes one": ((5,), (5,)),
    "one becomes two": ((0, 3), (0,)),
    "three become two": ((0, 9), (0, 5, 9)),
    "another base offset": ((6,), (5, 9)),
}


@pytest.mark.parametrize("case", SWAPS)
def test_a_crash_at_every_step_leaves_old_or_new(tmp_path: Path, case: str) -> None:
    new, old = SWAPS[case]
    (tmp_path / "whole").mkdir()
    files = Faults()
    store = begin(tmp_path / "whole", files)
    before, first = content(store), len(files.steps)
    swap_and_free(store, new, old)
    after, last = content(store), len(files.steps)
    assert before != after == on_disk(tmp_path / "whole")
    outcomes = []
    for step in range(first + 1, last + 1):
        for how in ("before", "middle", "after"):
            path = tmp_path / f"{step}-{how}"
            path.mkdir()
            files = Faults()
            files.crash(step, how)
            with pytest.raises(Crash):
                swap_and_free(begin(path, files), new, old)
            for _ in range(2):
                found = content(opened(path))
                assert found in (before, after), (step, how, files.steps[-1])
                assert on_disk(path) == found
            outcomes.append(found == after)
    assert outcomes == sorted(outcomes), "once new, it stays new"
    assert 10 < outcomes.count(False) < len(outcomes) - 10
    print(f"{case}: {len(outcomes)} crashes")


def test_a_crash_at_every_step_of_the_start_after_a_crash(tmp_path: Path) -> None:
    """The start that puts things in order ends half-way itself."""
    files = Faults()
    (tmp_path / "whole").mkdir()
    store = begin(tmp_path / "whole", files)
    before, first = content(store), len(files.steps)
    rewrite_and_swap(store, (0, 9), (0, 5, 9))
    after, last = content(store), len(files.steps)
    cases = 0
    for step in range(first + 1, last + 1, 3):
        crashed = tmp_path / f"{step}"
        crashed.mkdir()
        files = Faults()
        files.crash(step, "before")
        with pytest.raises(Crash):
            rewrite_and_swap(begin(crashed, files), (0, 9), (0, 5, 9))
        expected = None
        for second in range(1, 100):
            for how in ("before", "after"):
                path = tmp_path / f"{step}-{second}-{how}"
                shutil.copytree(crashed, path)
                files = Faults()
                files.crash(second, how)
                try:
                    opened(path, files).segments(PARTITION)
                except Crash:
                    cases += 1
                found = content(opened(path))
                expected = expected or found
                assert found == expected
                assert on_disk(path) == found
                shutil.rmtree(path)
            if len(files.steps) < second:
                break
        assert expected in (before, after)
    print(f"{cases} crashes")
    assert cases > 200


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EMFILE, errno.EIO])
def test_a_swap_that_fails_anywhere_changes_nothing(tmp_path: Path, error: int) -> None:
    new, old = SWAPS["three become two"]
    (tmp_path / "whole").mkdir()
    files = Faults()
    store = begin(tmp_path / "whole", files)
    before, first = content(store), len(files.steps)
    rewrite_and_swap(store, new, old)
    after, steps = content(store), len(files.steps) - first
    cases = 0
    for nth in range(1, steps + 1):
        path = tmp_path / f"{nth}"
        path.mkdir()
        files = Faults()
        store = begin(path, files)
        files.fail(("create", "write", "sync", "sync_directory", "rename", "unlink"), error, nth=nth)
        with pytest.raises(StorageError) as caught:
            rewrite_and_swap(store, new, old)
        kind = {errno.ENOSPC: StoreFull, errno.EMFILE: StorageError, errno.EIO: StoreOffline}[error]
        assert type(caught.value) is kind
        cases += 1
        if error == errno.EIO:
            store = opened(path)
            assert content(store) == before
        assert content(store) == before
        for base in new:
            store.rewrite(segment(base)).abandon()
        assert on_disk(path) == before
        rewrite_and_swap(store, new, old)
        assert content(store) == after == content(opened(path))
    print(f"{cases} failures")
    assert cases == steps > 30


def test_a_swap_that_can_neither_be_done_nor_undone_takes_the_directory_out_of_use(tmp_path: Path) -> None:
    cases = 0
    for nth in range(1, 40):
        path = tmp_path / f"{nth}"
        path.mkdir()
        files = Faults()
        store = begin(path, files)
        before = content(store)
        files.fail("rename", errno.ENOSPC, nth=nth, lasting=True)
        try:
            rewrite_and_swap(store, (0,), (0, 5))
            break
        except StorageError as error:
            problem = error
        if nth > 2:  # before that nothing had been renamed
            assert isinstance(problem, StoreOffline)
            assert "neither the old nor the new" in str(problem)
            cases += 1
        after = {"00000000000000000000.log": b"new 0"}
        found = content(opened(path))
        assert found == before or (after.items() <= found.items() and log_name(5) not in found)
    assert cases > 10


# The plan, and who else was there


def test_a_plan_that_is_not_about_these_files_does_nothing(tmp_path: Path) -> None:
    """Kafka was at work on the directory since, and keeps files that it does not know."""
    files = Faults()
    store = begin(tmp_path, files)
    done = len(files.steps)
    rewrite_and_swap(store, (0,), (0, 5))
    last = len(files.steps)
    for path in (tmp_path / "one", tmp_path / "two"):
        path.mkdir()
        files = Faults()
        files.crash(last, "before")
        with pytest.raises(Crash):
            rewrite_and_swap(begin(path, files), (0,), (0, 5))
        assert (path / "topic-3" / PLAN_FILE).exists()
        (path / "topic-3" / log_name(5)).write_bytes(b"Kafka's, not the one that was to go")
        if path.name == "two":
            (path / "topic-3" / log_name(0)).write_bytes(b"Kafka's, too")
        assert (path / "topic-3" / log_name(5)).name in content(opened(path))
        assert PLAN_FILE not in os.listdir(path / "topic-3")
    assert done < last


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_a_plan_that_is_damaged_is_not_followed(tmp_path: Path, damage: str) -> None:
    store = begin(tmp_path)
    before = content(store)
    (tmp_path / "topic-3" / PLAN_FILE).write_bytes(
        {"empty": b"", "cut": b"0123456", "flipped": b"01234567 [[], [[0, 5, 5]]]\n"}[damage]
    )
    assert content(opened(tmp_path)) == before
    assert on_disk(tmp_path) == before


@pytest.mark.parametrize("broken", ["no plan", "what goes goes first", "no undo"])
def test_a_broken_swap_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The test of the tests above."""
    match broken:
        case "no plan":
            monkeypatch.setattr(interrupted, "read_plan", lambda files, path: None)
        case "what goes goes first":
            monkeypatch.setattr(swap, "SWAP_SUFFIX", ".cleaned")
        case _:
            monkeypatch.setattr(swap, "_undo", lambda files, renames, path: None)
    if broken == "no undo":
        with pytest.raises(AssertionError):
            test_a_swap_that_fails_anywhere_changes_nothing(tmp_path, errno.ENOSPC)
    else:
        with pytest.raises((AssertionError, StorageError)):
            test_a_crash_at_every_step_leaves_old_or_new(tmp_path, "two become one")
