"""A partition's side of its store: what is synced, what failed, what stands beside the segments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kafkalite.broker.partition_store import PartitionStore
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentId, SegmentStore
from kafkalite.wire.errors import ErrorCode, KafkaError
from tests.unit.storage.faults import AtOnce, Held
from tests.unit.storage.stores import FIRST, PARTITION, FailingStore


def on(store: SegmentStore) -> PartitionStore:
    return PartitionStore(store, PARTITION, lambda seconds, action: action())


def test_the_recovery_point_follows_the_syncs(tmp_path: Path) -> None:
    background = Held()
    store = DiskStore(tmp_path, background=background)
    side = on(store)
    store.on_kept = lambda segment, size: side.on_kept(segment.base_offset, size)
    store.create(FIRST)
    store.append(FIRST, (b"x" * 10,))
    side.sync(0, 10, 3)
    store.append(FIRST, (b"x" * 10,))
    side.sync(0, 20, 5)
    assert (side.recovery_point, side.sync_requested) == (0, 5)
    background.run()
    assert side.recovery_point == 5


def test_a_sync_of_part_covers_part() -> None:
    side = on(FailingStore())
    side._syncing.extend([])
    side.store.on_kept = None
    side.store.create(FIRST)
    side.sync(0, 10, 3)
    side.sync(0, 20, 5)
    side.sync(100, 5, 9)
    for base, size, point in ((0, 9, 0), (0, 19, 3), (0, 20, 5), (100, 4, 5), (100, 5, 9)):
        side.on_kept(base, size)
        assert side.recovery_point == point


def test_what_fails_is_said_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    store = FailingStore()
    side = on(store)
    store.create(FIRST)
    store.failing = {"read", "seal", "delete", "sync"}
    with pytest.raises(KafkaError) as raised:
        side.read(0, 0, 1)
    assert raised.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    side.seal(0)
    side.delete(0, delay_ms=0)
    side.sync(0, 1, 1)
    for what in ("read", "seal", "delete", "sync"):
        assert f"topic-3: {what} failed: {what} fails here" in caplog.text


def test_files_beside_the_segments_are_kept_only_where_somebody_may_find_them(tmp_path: Path) -> None:
    assert not on(MemoryStore()).keep([("00000000000000000000.index", b"1")])
    store = DiskStore(tmp_path)
    store.create(FIRST)
    side = on(store)
    assert side.keep([("00000000000000000000.index", b"1"), ("leader-epoch-checkpoint", b"2")])
    assert side.names() == ["00000000000000000000.index", "leader-epoch-checkpoint"]
    assert side.get("00000000000000000000.index") == b"1"
    side.drop(["00000000000000000000.index"])
    assert side.get("00000000000000000000.index") is None


def test_a_file_that_is_not_to_be_there_is_removed(tmp_path: Path) -> None:
    store = DiskStore(tmp_path, background=AtOnce())
    store.create(FIRST)
    side = on(store)
    assert side.keep([("00000000000000000000.txnindex", b"1"), ("00000000000000000000.index", b"2")])
    assert side.keep([("00000000000000000000.txnindex", None), ("00000000000000000005.txnindex", None)])
    assert list(side.names()) == ["00000000000000000000.index"]


def test_space_is_freed_when_it_is_time() -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    side = PartitionStore(MemoryStore(), PARTITION, lambda seconds, action: later.append((seconds, action)))
    freed: list[int] = []
    side.free_later(None, 1000)
    side.free_later(lambda: freed.append(1), 0)
    side.free_later(lambda: freed.append(2), 1500)
    assert freed == [1]
    [(seconds, action)] = later
    assert seconds == 1.5
    action()
    assert freed == [1, 2]


def test_files_that_do_not_fit_are_made_anew(caplog: pytest.LogCaptureFixture) -> None:
    side = on(MemoryStore())
    heard: list[int] = []
    side.on_unfit = heard.append
    side.unfit(7)
    assert heard == [7]
    assert side.name_of(7) == MemoryStore().name(SegmentId(PARTITION, 7))
    assert "it is read again" in caplog.text
