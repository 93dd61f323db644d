"""The segment store contract, held against every store there is."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkalite.storage import files
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import FileSpan, PartitionId, SegmentId, SegmentStore, StorageError
from tests.unit.storage.stores import FIRST, PARTITION, FailingStore, LateStore

Make = Callable[[], SegmentStore]


@pytest.fixture(params=["memory", "late", "failing", "disk", "disk, one open file", "disk without pwritev"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SegmentStore:
    match request.param:
        case "memory":
            return MemoryStore()
        case "late":
            return LateStore()
        case "failing":
            return FailingStore()
        case "disk, one open file":
            return DiskStore(tmp_path, max_open_files=1)
        case "disk without pwritev":
            monkeypatch.setattr(files, "_write_once", files.write_once_by_seeking)
            monkeypatch.setattr(files, "_read_once", files.read_once_by_seeking)
            return DiskStore(tmp_path)
    return DiskStore(tmp_path)


def content(store: SegmentStore, segment: SegmentId = FIRST) -> bytes:
    return bytes(store.read(segment, 0, 1 << 30))


def test_nothing_is_known_of_an_unknown_partition(store: SegmentStore) -> None:
    assert store.segments(PARTITION) == []


def test_an_empty_segment(store: SegmentStore) -> None:
    store.create(FIRST)
    assert store.segments(PARTITION) == [(FIRST, 0)]
    assert content(store) == b""


def test_parts_are_joined_and_appends_follow_each_other(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"ab", memoryview(b"cd"), bytearray(b"ef")))
    store.append(FIRST, (b"gh",))
    assert content(store) == b"abcdefgh"
    assert store.segments(PARTITION) == [(FIRST, 8)]


def test_the_buffers_are_free_again_after_an_append(store: SegmentStore) -> None:
    store.create(FIRST)
    buffer = bytearray(b"abcd")
    store.append(FIRST, (memoryview(buffer),))
    buffer[:] = b"xxxx"
    assert content(store) == b"abcd"


def test_any_range_can_be_read(store: SegmentStore) -> None:
    store.create(FIRST)
    whole = bytearray()
    dice = random.Random(5)
    for size in [1, 2, 4000, 100, 5000, 9000, 70_000, 300, 1_100_000, 3_000_000, 10] + [dice.randrange(40_000)] * 60:
        data = dice.randbytes(size)
        store.append(FIRST, (data[: size // 2], data[size // 2 :]))
        whole += data
    assert store.segments(PARTITION) == [(FIRST, len(whole))]
    for _ in range(200):
        position = dice.randrange(len(whole))
        size = dice.choice([1, 100, 5000, 200_000, 1 << 22])
        assert bytes(store.read(FIRST, position, size)) == whole[position : position + size]
    assert content(store) == whole


def test_reading_behind_the_end_gives_nothing(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    assert bytes(store.read(FIRST, 2, 100)) == b"c"
    assert bytes(store.read(FIRST, 3, 100)) == b""
    assert bytes(store.read(FIRST, 99, 100)) == b""


def test_what_was_read_never_changes(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    before = store.read(FIRST, 0, 3)
    store.append(FIRST, (b"def",))
    store.truncate(FIRST, 1)
    store.append(FIRST, (b"xyz",))
    assert bytes(before) == b"abc"
    assert content(store) == b"axyz"
    store.delete_partition(PARTITION)
    assert bytes(before) == b"abc"


def test_segments_come_in_order_of_their_base_offset(store: SegmentStore) -> None:
    for base in (500, 0, 20):
        store.create(SegmentId(PARTITION, base))
        store.append(SegmentId(PARTITION, base), (b"x" * (base + 1),))
    assert [(segment.base_offset, size) for segment, size in store.segments(PARTITION)] == [
        (0, 1),
        (20, 21),
        (500, 501),
    ]


def test_partitions_are_apart(store: SegmentStore) -> None:
    others = [PartitionId("topic", PARTITION.topic_id, 4), PartitionId("other", bytes(16), 3)]
    for number, partition in enumerate([PARTITION, *others]):
        store.create(SegmentId(partition, 0))
        store.append(SegmentId(partition, 0), (b"%d" % number,))
    assert [content(store, SegmentId(partition, 0)) for partition in [PARTITION, *others]] == [b"0", b"1", b"2"]
    store.delete_partition(PARTITION)
    assert store.segments(PARTITION) == []
    assert content(store, SegmentId(others[0], 0)) == b"1"


def test_a_segment_that_is_there_and_empty_can_be_created(store: SegmentStore) -> None:
    store.create(FIRST)
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    with pytest.raises(StorageError):
        store.create(FIRST)
    assert content(store) == b"abc"


def test_truncating(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abcdef",))
    store.truncate(FIRST, 4)
    assert store.segments(PARTITION) == [(FIRST, 4)]
    assert content(store) == b"abcd"
    store.truncate(FIRST, 4)
    store.truncate(FIRST, 9)
    store.append(FIRST, (b"XY",))
    assert content(store) == b"abcdXY"
    store.truncate(FIRST, 0)
    assert content(store) == b""


def test_a_sealed_segment_can_be_read(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    store.seal(FIRST)
    assert content(store) == b"abc"


def test_a_deleted_segment_is_gone(store: SegmentStore) -> None:
    for base in (0, 5):
        store.create(SegmentId(PARTITION, base))
        store.append(SegmentId(PARTITION, base), (b"abc",))
    store.delete(FIRST)
    store.delete(FIRST)
    store.delete(SegmentId(PARTITION, 77))
    assert [segment.base_offset for segment, _ in store.segments(PARTITION)] == [5]
    with pytest.raises(StorageError):
        store.read(FIRST, 0, 1)
    with pytest.raises(StorageError):
        store.append(FIRST, (b"x",))


def test_a_deleted_segment_can_be_read_to_the_end_by_who_has_it(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abcdefgh",))
    span, view = store.span(FIRST, 0, 8), store.read(FIRST, 0, 8)
    free = store.delete(FIRST)
    for _ in range(2):
        assert bytes(view) == b"abcdefgh"
        if span is not None:
            assert files.read_at(span.descriptor, 0, 8) == b"abcdefgh"
        if free is not None:
            free()
            free()


def test_a_deleted_segment_can_begin_again_before_its_space_is_free(store: SegmentStore) -> None:
    frees = []
    for data in (b"abc", b"defg"):
        store.create(FIRST)
        store.append(FIRST, (data,))
        assert content(store) == data
        frees.append(store.delete(FIRST))
    store.create(FIRST)
    store.append(FIRST, (b"h",))
    for free in frees:
        if free is not None:
            free()
    assert store.segments(PARTITION) == [(FIRST, 1)]
    assert content(store) == b"h"


def test_when_a_segment_was_appended_to_is_known_or_not(store: SegmentStore) -> None:
    with pytest.raises(StorageError):
        store.appended_ms(FIRST)
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    appended = store.appended_ms(FIRST)
    assert appended is None or abs(appended - time.time() * 1000) < 60_000


OTHER = PartitionId("other-1", b"the other one id", 0)


def begun(store: SegmentStore, *partitions: PartitionId) -> None:
    for partition in partitions:
        store.create(SegmentId(partition, 0))


def test_a_partition_begins_without_a_number(store: SegmentStore) -> None:
    assert store.start_of(PARTITION) == 0
    begun(store, PARTITION)
    assert store.start_of(PARTITION) == 0


def test_numbers_are_kept_for_several_partitions_at_once(store: SegmentStore) -> None:
    begun(store, PARTITION, OTHER)
    store.keep_starts({PARTITION: 5, OTHER: 7})
    store.keep_starts({OTHER: 1 << 62})
    store.keep_starts({})
    assert (store.start_of(PARTITION), store.start_of(OTHER)) == (5, 1 << 62)


def test_the_number_goes_with_its_partition(store: SegmentStore) -> None:
    begun(store, PARTITION, OTHER)
    store.keep_starts({PARTITION: 5, OTHER: 7})
    store.delete_partition(PARTITION)
    again = PartitionId(PARTITION.topic, bytes(16), PARTITION.index)
    assert store.start_of(again) == 0
    begun(store, again)
    assert (store.start_of(again), store.start_of(OTHER)) == (0, 7)
    store.keep_starts({again: 2})
    assert (store.start_of(again), store.start_of(OTHER)) == (2, 7)


def test_a_deleted_partition_can_begin_again(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    store.delete_partition(PARTITION)
    store.delete_partition(PARTITION)
    assert store.segments(PARTITION) == []
    again = SegmentId(PartitionId(PARTITION.topic, bytes(16), PARTITION.index), 0)
    store.create(again)
    assert store.segments(again.partition) == [(again, 0)]


def test_a_span_of_a_file_is_what_reading_gives(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abcdefgh",))
    span = store.span(FIRST, 2, 4)
    if span is None:
        assert not isinstance(store, DiskStore)
        return
    assert isinstance(span, FileSpan)
    assert (len(span), span.position) == (4, 2)
    assert files.read_at(span.descriptor, span.position, span.size) == b"cdef"
    cut = store.span(FIRST, 6, 100)
    assert cut is not None
    assert len(cut) == 2


def test_a_span_outlives_the_segment(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abcdefgh",))
    span = store.span(FIRST, 0, 8)
    store.delete_partition(PARTITION)
    store.close(clean=False)
    if span is not None:
        assert files.read_at(span.descriptor, 0, 8) == b"abcdefgh"


@pytest.mark.parametrize("verb", ["append", "read", "truncate", "seal", "span"])
def test_an_unknown_segment_is_a_storage_error(store: SegmentStore, verb: str) -> None:
    arguments: dict[str, tuple[object, ...]] = {
        "append": ((b"x",),),
        "read": (0, 1),
        "truncate": (0,),
        "seal": (),
        "span": (0, 1),
    }
    if verb in ("seal", "span") and not isinstance(store, DiskStore):
        return
    with pytest.raises(StorageError, match="0" * 20 if isinstance(store, DiskStore) else "does not exist"):
        getattr(store, verb)(FIRST, *arguments[verb])


def test_a_new_store_has_nothing_to_distrust(store: SegmentStore) -> None:
    assert store.opened_clean()


def test_it_says_what_it_is_and_where_a_segment_stands(store: SegmentStore, tmp_path: Path) -> None:
    if isinstance(store, DiskStore):
        assert store.describe() == f"disk {tmp_path}"
        assert store.name(FIRST) == str(tmp_path / "topic-3" / "00000000000000000000.log")
    else:
        assert store.describe() == "memory"
        assert "topic-3" in store.name(FIRST)


def test_it_tells_its_directory_and_how_much_it_takes(store: SegmentStore, tmp_path: Path) -> None:
    total, usable = store.space()
    if isinstance(store, DiskStore):
        assert store.directory == str(tmp_path)
        assert total > usable > 0
    else:
        assert (store.directory, total, usable) == ("memory", -1, -1)


def test_memory_with_a_limit_tells_what_is_left() -> None:
    store = MemoryStore(max_bytes=100)
    store.create(FIRST)
    store.append(FIRST, (b"x" * 30,))
    assert store.space() == (100, 70)


def test_a_directory_that_is_gone_has_no_space(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store._path = tmp_path / "gone"
    with pytest.raises(StorageError, match="gone: "):
        store.space()
