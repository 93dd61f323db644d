"""The segment store contract, held against every store there is."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.files import FileSystem, read_once_by_seeking, write_once_by_seeking
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import FileSpan, PartitionId, Rewrite, SegmentId, SegmentStore, StorageError
from kafkalite.storage.slabs import SMALLEST_SLAB
from tests.unit.storage.faults import Held
from tests.unit.storage.stores import FIRST, PARTITION, FailingStore, LateStore

Make = Callable[[], SegmentStore]


@pytest.fixture(params=["memory", "late", "failing", "disk", "disk, one open file", "disk without pwritev"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentStore:
    match request.param:
        case "memory":
            return MemoryStore()
        case "late":
            return LateStore()
        case "failing":
            return FailingStore()
        case "disk, one open file":
            return disk(tmp_path, max_open_files=1)
        case "disk without pwritev":
            files = FileSystem()
            files.write_once, files.read_once = write_once_by_seeking, read_once_by_seeking
            return disk(tmp_path, files=files)
    return disk(tmp_path)


def disk(path: Path, *, max_open_files: int = 100, files: FileSystem | None = None) -> DiskStore:
    return DiskStore(path, max_open_files=max_open_files, files=files, background=Held())


def run_background(store: SegmentStore) -> None:
    """Let the store do what it does behind the caller's back."""
    if isinstance(store, DiskStore):
        assert isinstance(store._background, Held)
        store._background.run()


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
            assert FileSystem().read_at(span.descriptor, 0, 8) == b"abcdefgh"
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


def test_space_can_be_reserved(store: SegmentStore) -> None:
    store.create(FIRST, preallocate=100_000)
    assert store.segments(PARTITION) == [(FIRST, 0)]
    assert content(store) == b""
    store.append(FIRST, (b"abc",))
    store.append(FIRST, (b"def",))
    assert store.segments(PARTITION) == [(FIRST, 6)]
    assert content(store) == b"abcdef"
    span = store.span(FIRST, 2, 100)
    assert span is None or len(span) == 4
    store.seal(FIRST)
    assert content(store) == b"abcdef"


# Safety


def test_what_was_synced_is_told(store: SegmentStore) -> None:
    told: list[tuple[SegmentId, int]] = []
    store.on_kept = lambda segment, size: told.append((segment, size))
    second = SegmentId(PARTITION, 7)
    for segment in (FIRST, second):
        store.create(segment)
        store.append(segment, (b"abc",))
    store.sync(FIRST)
    run_background(store)
    assert told == [(FIRST, 3)]
    store.append(FIRST, (b"def",))
    store.sync(FIRST)
    store.sync(second)
    run_background(store)
    assert sorted(told[1:]) == [(FIRST, 6), (second, 3)]


@pytest.mark.parametrize("how", ["deleted", "deleted with its partition", "swapped"])
def test_a_sync_of_what_goes_meanwhile_is_told(store: SegmentStore, how: str) -> None:
    told: list[tuple[SegmentId, int]] = []
    store.on_kept = lambda segment, size: told.append((segment, size))
    store.create(FIRST)
    store.append(FIRST, (b"abc",))
    store.keep_companion(PARTITION, COMPANION, b"x")
    store.sync(FIRST)
    match how:
        case "deleted":
            store.delete(FIRST)
        case "swapped":
            store.swap([(FIRST, rewritten(store, FIRST, b"new"))], [FIRST])
        case _:
            store.delete_partition(PARTITION)
    run_background(store)
    assert told == [(FIRST, 3)]


# Companions

COMPANION = "00000000000000000000.index"


def test_an_unknown_partition_has_no_companions(store: SegmentStore) -> None:
    assert store.companions(PARTITION) == []
    assert store.companion(PARTITION, COMPANION) is None
    store.drop_companion(PARTITION, COMPANION)


def test_companions_are_replaced_whole(store: SegmentStore) -> None:
    names = [COMPANION, "00000000000000000000.timeindex", "00000000000000000017.snapshot", "leader-epoch-checkpoint"]
    for text in (b"first content", b"", b"second"):
        for name in names:
            store.keep_companion(PARTITION, name, memoryview(text + name.encode()))
        assert store.companions(PARTITION) == sorted(names)
        assert [store.companion(PARTITION, name) for name in names] == [text + name.encode() for name in names]
    assert store.segments(PARTITION) == []


def test_a_companion_can_be_dropped(store: SegmentStore) -> None:
    store.keep_companion(PARTITION, COMPANION, b"abc")
    store.keep_companion(PARTITION, "leader-epoch-checkpoint", b"def")
    for _ in range(2):
        store.drop_companion(PARTITION, COMPANION)
        assert store.companions(PARTITION) == ["leader-epoch-checkpoint"]
        assert store.companion(PARTITION, COMPANION) is None


def test_a_segments_companions_go_with_it(store: SegmentStore) -> None:
    for base in (0, 5):
        store.create(SegmentId(PARTITION, base))
        store.append(SegmentId(PARTITION, base), (b"abc",))
        store.keep_companion(PARTITION, f"{base:020d}.index", b"x")
        store.keep_companion(PARTITION, f"{base:020d}.snapshot", b"x")
    store.keep_companion(PARTITION, "leader-epoch-checkpoint", b"x")
    free = store.delete(FIRST)
    assert store.companions(PARTITION) == [f"{5:020d}.index", f"{5:020d}.snapshot", "leader-epoch-checkpoint"]
    if free is not None:
        free()
    assert store.companions(PARTITION) == [f"{5:020d}.index", f"{5:020d}.snapshot", "leader-epoch-checkpoint"]
    store.delete_partition(PARTITION)
    assert store.companions(PARTITION) == []


def test_partitions_have_their_own_companions(store: SegmentStore) -> None:
    store.keep_companion(PARTITION, COMPANION, b"mine")
    store.keep_companion(OTHER, COMPANION, b"theirs")
    store.delete_partition(PARTITION)
    assert store.companion(OTHER, COMPANION) == b"theirs"


# Rewriting


def rewritten(store: SegmentStore, segment: SegmentId, data: bytes, **companions: bytes) -> Rewrite:
    rewrite = store.rewrite(segment)
    rewrite.append((data[:1], data[1:]))
    for suffix, companion in companions.items():
        rewrite.keep_companion(f".{suffix}", companion)
    rewrite.sync()
    assert rewrite.size == len(data)
    return rewrite


def three_segments(store: SegmentStore) -> list[SegmentId]:
    segments = [SegmentId(PARTITION, base) for base in (0, 5, 9)]
    for segment in segments:
        store.create(segment)
        store.append(segment, (b"old %d" % segment.base_offset,))
        for suffix in ("index", "snapshot"):
            store.keep_companion(PARTITION, f"{segment.base_offset:020d}.{suffix}", b"old")
    store.keep_companion(PARTITION, "leader-epoch-checkpoint", b"x")
    return segments


def everything(store: SegmentStore) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {
        f"{segment.base_offset:020d}.log": content(store, segment) for segment, _ in store.segments(PARTITION)
    }
    return found | {name: store.companion(PARTITION, name) for name in store.companions(PARTITION)}


def test_a_rewrite_is_not_seen_before_the_swap(store: SegmentStore) -> None:
    three_segments(store)
    before = everything(store)
    rewrite = rewritten(store, FIRST, b"new", index=b"new")
    assert everything(store) == before
    rewrite.abandon()
    rewrite.abandon()
    assert everything(store) == before


def test_rewrites_take_the_place_of_what_they_replace(store: SegmentStore) -> None:
    first, second, third = three_segments(store)
    view, span = store.read(first, 0, 10), store.span(second, 0, 10)
    free = store.swap([(first, rewritten(store, first, b"new 0 and 5", index=b"new"))], [first, second])
    expected = {
        f"{0:020d}.log": b"new 0 and 5",
        f"{0:020d}.index": b"new",
        f"{9:020d}.log": b"old 9",
        f"{9:020d}.index": b"old",
        f"{9:020d}.snapshot": b"old",
        "leader-epoch-checkpoint": b"x",
    }
    for _ in range(2):
        assert everything(store) == expected
        assert bytes(view) == b"old 0"
        if span is not None:
            assert FileSystem().read_at(span.descriptor, 0, 9) == b"old 5"
        if free is not None:
            free()
    with pytest.raises(StorageError):
        store.read(second, 0, 1)
    store.append(third, (b"!",))
    assert content(store, third) == b"old 9!"


def test_one_segment_becomes_several(store: SegmentStore) -> None:
    first, _, third = three_segments(store)
    middle = SegmentId(PARTITION, 3)
    rewrites = [(one, rewritten(store, one, b"new", snapshot=b"new")) for one in (first,)]
    rewrites += [(middle, rewritten(store, middle, b"more"))]
    store.swap(rewrites, [first])
    assert [(one.base_offset, size) for one, size in store.segments(PARTITION)] == [(0, 3), (3, 4), (5, 5), (9, 5)]
    assert store.companion(PARTITION, f"{0:020d}.snapshot") == b"new"
    assert store.companion(PARTITION, f"{0:020d}.index") is None
    assert third in dict(store.segments(PARTITION))


def test_a_rewrite_can_be_begun_again(store: SegmentStore) -> None:
    three_segments(store)
    rewritten(store, FIRST, b"a first try that nobody abandoned", index=b"first", other=b"first")
    store.swap([(FIRST, rewritten(store, FIRST, b"second", index=b"second"))], [FIRST])
    assert content(store) == b"second"
    assert store.companion(PARTITION, COMPANION) == b"second"
    assert f"{0:020d}.other" not in store.companions(PARTITION)


def test_what_was_swapped_in_can_be_swapped_and_deleted(store: SegmentStore) -> None:
    three_segments(store)
    for text in (b"once", b"twice"):
        rewrite = rewritten(store, FIRST, text, index=text)
        store.swap([(FIRST, rewrite)], [FIRST])
        rewrite.abandon()
        assert content(store) == text
        assert store.companion(PARTITION, COMPANION) == text
    store.delete(FIRST)
    assert [one.base_offset for one, _ in store.segments(PARTITION)] == [5, 9]


def test_a_rewrite_that_is_over_takes_no_more(store: SegmentStore) -> None:
    three_segments(store)
    earlier = rewritten(store, FIRST, b"earlier", index=b"x")
    other = rewritten(store, SegmentId(PARTITION, 5), b"other")
    swapped = rewritten(store, FIRST, b"swapped")
    store.swap([(FIRST, swapped)], [FIRST])
    for rewrite in (earlier, other, swapped):
        for verb, arguments in (("append", ((b"x",),)), ("keep_companion", (".index", b"x")), ("sync", ())):
            with pytest.raises(StorageError, match="is over"):
                getattr(rewrite, verb)(*arguments)
        rewrite.abandon()
    assert content(store) == b"swapped"


def test_a_rewrite_needs_a_known_partition(store: SegmentStore) -> None:
    with pytest.raises(StorageError):
        store.rewrite(FIRST)


# For another thread


def test_a_reader_reads_what_the_store_reads(store: SegmentStore) -> None:
    store.create(FIRST)
    for part in (b"abc", b"d" * 10_000, b"efg"):
        store.append(FIRST, (part,))
    store.seal(FIRST)
    read = store.reader(FIRST)
    for position, size in ((0, 3), (1, 9_000), (2, 1 << 20), (10_003, 100), (10_006, 1), (99_999, 1), (5, 0)):
        assert bytes(read(position, size)) == bytes(store.read(FIRST, position, size))


def test_a_reader_reads_on_when_its_segment_is_gone(store: SegmentStore) -> None:
    store.create(FIRST)
    store.append(FIRST, (b"abcdef",))
    with pytest.raises(StorageError):
        store.reader(SegmentId(PARTITION, 99))
    read = store.reader(FIRST)
    free = store.delete(FIRST)
    if free is not None:
        free()
    assert bytes(read(0, 100)) == b"abcdef"
    store.create(FIRST)
    store.append(FIRST, (b"other",))
    assert bytes(read(2, 2)) == b"cd"


# Numbers

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
    store.keep_recovery_points({PARTITION: 6, OTHER: 8})
    store.keep_starts({OTHER: 1 << 62})
    store.keep_starts({})
    assert (store.start_of(PARTITION), store.start_of(OTHER)) == (5, 1 << 62)
    store.keep_recovery_points({PARTITION: 9})
    store.keep_cleaned({OTHER: 3})
    assert (store.recovery_point_of(PARTITION), store.recovery_point_of(OTHER)) == (9, 8)
    assert (store.cleaned_to(PARTITION), store.cleaned_to(OTHER)) == (0, 3)


def test_the_number_goes_with_its_partition(store: SegmentStore) -> None:
    begun(store, PARTITION, OTHER)
    store.keep_starts({PARTITION: 5, OTHER: 7})
    store.keep_recovery_points({PARTITION: 5, OTHER: 7})
    store.keep_cleaned({PARTITION: 5, OTHER: 6})
    store.delete_partition(PARTITION)
    again = PartitionId(PARTITION.topic, bytes(16), PARTITION.index)
    assert (store.start_of(again), store.recovery_point_of(again), store.cleaned_to(again)) == (0, 0, 0)
    assert (store.recovery_point_of(OTHER), store.cleaned_to(OTHER)) == (7, 6)
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
    assert FileSystem().read_at(span.descriptor, span.position, span.size) == b"cdef"
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
        assert FileSystem().read_at(span.descriptor, 0, 8) == b"abcdefgh"


@pytest.mark.parametrize("verb", ["append", "read", "truncate", "seal", "span", "sync"])
def test_an_unknown_segment_is_a_storage_error(store: SegmentStore, verb: str) -> None:
    arguments: dict[str, tuple[object, ...]] = {
        "append": ((b"x",),),
        "read": (0, 1),
        "truncate": (0,),
        "seal": (),
        "sync": (),
        "span": (0, 1),
    }
    with pytest.raises(StorageError, match="0" * 20 if isinstance(store, DiskStore) else "does not exist"):
        getattr(store, verb)(FIRST, *arguments[verb])


def test_it_says_whether_anything_survives(store: SegmentStore) -> None:
    assert store.survives == isinstance(store, DiskStore)


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
    store = MemoryStore(max_bytes=10_000)
    store.create(FIRST)
    store.append(FIRST, (b"x" * 30,))
    assert store.space() == (10_000, 10_000 - SMALLEST_SLAB)


def test_a_directory_that_is_gone_has_no_space(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store._path = tmp_path / "gone"
    with pytest.raises(StorageError, match="gone: "):
        store.space()
