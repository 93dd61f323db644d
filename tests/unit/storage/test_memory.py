"""The memory store: few copies, little waste, and a limit."""

from __future__ import annotations

import contextlib
import random

import pytest

from kafkalite.storage import slabs
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentId, StorageError, StoreFull
from kafkalite.storage.slabs import SMALLEST_SLAB
from tests.unit.storage.stores import FIRST, PARTITION

SECOND = SegmentId(PARTITION, 100)


def filled(store: MemoryStore, *sizes: int) -> MemoryStore:
    store.create(FIRST)
    for number, size in enumerate(sizes):
        store.append(FIRST, (bytes([number % 256]) * size,))
    return store


def test_a_full_store_refuses_and_stays_as_it_was() -> None:
    store = filled(MemoryStore(max_bytes=1000), 600)
    store.append(FIRST, (bytes(400),))
    with pytest.raises(StorageError, match="full"):
        store.append(FIRST, (b"x",))
    assert store.segments(PARTITION) == [(FIRST, 1000)]


def test_space_comes_back() -> None:
    store = filled(MemoryStore(max_bytes=1000), 600)
    store.truncate(FIRST, 100)
    store.create(SECOND)
    store.append(SECOND, (bytes(900),))
    store.delete(FIRST)
    store.append(SECOND, (bytes(100),))
    with pytest.raises(StorageError):
        store.append(SECOND, (b"x",))
    store.delete_partition(PARTITION)
    filled(store, 1000)


def test_what_counts_is_what_is_allocated() -> None:
    """A hundred partitions with a byte each take as much memory as a hundred slabs."""
    store = MemoryStore(max_bytes=100 * SMALLEST_SLAB)
    segments = [SegmentId(PARTITION, base) for base in range(150)]
    for segment in segments[:100]:
        store.create(segment)
        store.append(segment, (b"x",))
    assert store.space() == (100 * SMALLEST_SLAB, 0)
    store.create(segments[100])
    with pytest.raises(StoreFull):
        store.append(segments[100], (b"x",))
    store.append(segments[0], (b"it fits in",))
    store.delete(segments[0])
    store.append(segments[100], (b"x",))


def test_the_last_bytes_of_the_limit_are_of_use() -> None:
    store = filled(MemoryStore(max_bytes=10_000), *[100] * 99)
    assert store.segments(PARTITION) == [(FIRST, 9_900)]
    with pytest.raises(StoreFull):
        store.append(FIRST, (bytes(100),))


def test_the_limit_says_what_to_do() -> None:
    store = MemoryStore(max_bytes=1000)
    store.create(FIRST)
    with pytest.raises(StoreFull, match=r"full \(1000 bytes\)\. Delete records or topics.*--memory-limit"):
        store.append(FIRST, (bytes(1001),))


def test_all_that_is_kept_counts_and_comes_back() -> None:
    store = MemoryStore(max_bytes=50_000)
    dice = random.Random(3)
    for number in range(300):
        segment = SegmentId(PARTITION, dice.randrange(4))
        size = dice.randrange(1, 9000)
        with contextlib.suppress(StorageError):
            match dice.randrange(7):
                case 0 | 1:
                    if segment not in dict(store.segments(PARTITION)):
                        store.create(segment)
                    store.append(segment, (bytes(size),))
                case 2:
                    store.truncate(segment, dice.randrange(size))
                case 3:
                    store.keep_companion(PARTITION, f"{segment.base_offset:020d}.index", bytes(size))
                case 4:
                    rewrite = store.rewrite(segment)
                    rewrite.append((bytes(size),))
                    rewrite.keep_companion(".index", bytes(size // 2))
                    if number % 3:
                        store.swap([(segment, rewrite)], [segment])
                case 5:
                    store.delete(segment)
                case _:
                    store.drop_companion(PARTITION, f"{segment.base_offset:020d}.index")
        kept = sum(size for _, size in store.segments(PARTITION))
        assert 0 <= kept <= 50_000 - store.space()[1] <= 50_000
    store.delete_partition(PARTITION)
    assert store.space() == (50_000, 50_000)


def test_no_memory_left_is_a_storage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(MemoryStore(), 100)

    def no_memory(start: int, capacity: int) -> None:
        raise MemoryError

    monkeypatch.setattr(slabs, "_Slab", no_memory)
    with pytest.raises(StorageError, match="out of memory"):
        store.append(FIRST, (bytes(10_000),))
    assert store.segments(PARTITION) == [(FIRST, 100)]
    store.append(FIRST, (b"still works",))


def test_closing_lets_go_of_everything() -> None:
    store = filled(MemoryStore(), 100)
    store.close(clean=True)
    assert store.segments(PARTITION) == []
