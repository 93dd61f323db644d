"""Slabs: few copies, little waste, and nobody writes over what a reader holds."""

from __future__ import annotations

from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.slabs import LARGEST_SLAB, SMALLEST_SLAB, MemorySegment
from tests.unit.storage.stores import FIRST
from tests.unit.storage.test_memory import filled


def slabs(store: MemoryStore) -> list[int]:
    return [len(slab.data) for slab in store._get(FIRST)._slabs]


def test_a_small_segment_is_small() -> None:
    assert slabs(filled(MemoryStore(), 100)) == [SMALLEST_SLAB]


def test_slabs_grow_and_then_stay() -> None:
    sizes = slabs(filled(MemoryStore(), *[1024] * 5000))
    assert sizes[:3] == [4096, 8192, 16384]
    assert sizes[-1] == sizes[-2] == LARGEST_SLAB


def test_one_append_stays_in_one_piece() -> None:
    store = filled(MemoryStore(), *[3000] * 50, 2_000_000)
    for number in range(50):
        piece = store.read(FIRST, number * 3000, 3000)
        assert isinstance(piece, memoryview)
        assert piece == bytes([number]) * 3000
    assert isinstance(store.read(FIRST, 150_000, 2_000_000), memoryview)


def test_a_read_across_two_slabs_is_joined() -> None:
    store = filled(MemoryStore(), 3000, 3000)
    assert len(slabs(store)) == 2
    for position, size in ((2999, 2), (0, 3001), (2999, 1), (3000, 1), (0, 3000)):
        piece = store.read(FIRST, position, size)
        assert bytes(piece) == (bytes(3000) + b"\x01" * 3000)[position : position + size]


def test_reads_copy_nothing_and_cannot_be_written() -> None:
    store = filled(MemoryStore(), 100)
    piece = store.read(FIRST, 10, 50)
    assert isinstance(piece, memoryview)
    assert piece.readonly
    assert piece.obj is store._get(FIRST)._slabs[0].data


def test_what_a_slab_does_not_use_is_given_back() -> None:
    store = filled(MemoryStore(), *[600_000] * 10)
    assert sum(slabs(store)) < 6_000_000 + LARGEST_SLAB


def test_a_slab_under_a_reader_is_left_alone() -> None:
    store = filled(MemoryStore(), 100)
    held = store.read(FIRST, 0, 100)
    store.append(FIRST, (bytes(100_000),))
    assert bytes(held) == bytes(100)
    assert slabs(store)[0] == SMALLEST_SLAB


def test_what_is_allocated_is_known() -> None:
    segment = MemorySegment()
    for size in (10, 5000, 3000, 200_000, 1):
        if not segment.append((bytes(size),), size):
            segment.grow(size, None)
            assert segment.append((bytes(size),), size)
        assert segment.allocated == sum(len(slab.data) for slab in segment._slabs)
    for size in (208_010, 8000, 4000, 10, 0):
        segment.truncate(size)
        assert segment.allocated == sum(len(slab.data) for slab in segment._slabs)
        assert segment.size == size
    assert segment.allocated == 0


def test_a_slab_is_no_larger_than_the_room_for_it_unless_it_must() -> None:
    segment = MemorySegment()
    segment.grow(100, 1000)
    assert segment.allocated == 1000
    segment.grow(5000, 10)
    assert segment.allocated == 5000
