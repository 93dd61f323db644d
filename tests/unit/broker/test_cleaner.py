"""The log cleaner as it runs: what it takes up and when, what it leaves alone, and that nothing is ever lost."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trio
from trio.testing import MockClock

from kafkalite.broker.cleaner import Cleaner
from kafkalite.broker.pace import Pace
from kafkalite.broker.partitions import Partition
from kafkalite.core.log.offset_map import OffsetMap
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import FileSpan, SegmentId, SegmentStore
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import Record, build_batch
from tests.unit.broker.cleaning_house import SIZE, House, bases, content, fetch, now_ms, seen, write
from tests.unit.storage.faults import AtOnce, Crash, Faults, Held
from tests.unit.storage.stores import FailingStore

T = TypeVar("T")


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentStore:
    return MemoryStore() if request.param == "memory" else DiskStore(tmp_path, background=AtOnce())


# What and when


async def test_old_values_go_and_the_newest_stay_where_they_are(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    partition = house.create().partitions[0]
    write(partition, "a1", "b1", "a2", "c1", "b2", "a3", "d1", "e1", "a4")
    size = partition.size
    await house.clean()
    assert seen(partition) == ["c1", "b2", "a3", "d1", "e1", "a4"]
    assert [record.offset for record in fetch(partition)] == [3, 4, 5, 6, 7, 8]
    assert partition.size < size
    assert (partition.log_start_offset, partition.log_end_offset) == (0, 9)
    assert store.cleaned_to(partition.id) == 8
    for offset in range(10):
        assert seen(partition, offset) == [
            one for one, at in zip(seen(partition), range(3, 9), strict=True) if at >= offset
        ]


async def test_the_active_segment_is_left_alone(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    partition = house.create().partitions[0]
    write(partition, "a1", "a2")
    await house.clean()
    assert seen(partition) == ["a1", "a2"]
    write(partition, "a3", "a4")
    await house.clean()
    assert seen(partition) == ["a2", "a3", "a4"]


async def test_segments_become_one_as_far_as_they_fit(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    topic = house.create()
    partition = topic.partitions[0]
    write(partition, *(f"{key}{value}" for value in range(5) for key in "abcd"))
    assert bases(partition) == list(range(0, 20, 2))
    topic.log_config.segment_bytes = 8 * SIZE
    await house.clean()
    assert bases(partition) == [0, 8, 16, 18]
    assert seen(partition) == ["c3", "d3", "a4", "b4", "c4", "d4"]
    topic.log_config.segment_bytes = 2 * SIZE
    topic.log_config.min_cleanable_ratio = 0.0
    write(partition, "a5", "b5", "c5", "d5", "x1")
    topic.log_config.segment_bytes = 100 * SIZE
    await house.clean()
    assert bases(partition) == [0, 24]
    assert seen(partition) == ["a5", "b5", "c5", "d5", "x1"]


async def test_segments_of_which_nothing_stays_keep_their_place(store: SegmentStore, autojump_clock: MockClock) -> None:
    """The last batch of each stays without records, so every offset still belongs somewhere, over a restart too."""
    house = House(store)
    partition = house.create(min_cleanable_dirty_ratio="0").partitions[0]
    write(partition, "a1", "b1", "a2", "b2", "a3", "b3", "c1")
    await house.clean()
    assert bases(partition) == [0, 2, 4, 6]
    assert [segment.size for segment in partition.log.segments][:2] == [61, 61]
    assert partition.log_start_offset == 0
    assert seen(partition) == ["a3", "b3", "c1"]
    write(partition, "c2", "c3")
    house.topics.by_name["topic"].log_config.segment_bytes = 1 << 20
    await house.clean()
    assert bases(partition) == [0, 8]


async def test_a_round_comes_at_the_backoff_and_after_each_log(autojump_clock: MockClock) -> None:
    house = House(MemoryStore(), log_cleaner_backoff_ms="7000")
    first, second = house.create(partitions=2).partitions
    async with house.running():
        write(first, "a1", "a2", "a3")
        write(second, "a1", "a2", "a3")
        await trio.sleep(6.9)
        assert (seen(first), seen(second)) == (["a1", "a2", "a3"], ["a1", "a2", "a3"])
        await trio.sleep(0.2)
        assert (seen(first), seen(second)) == (["a2", "a3"], ["a2", "a3"])


async def test_the_smallest_backoff_leaves_time_for_others(autojump_clock: MockClock) -> None:
    house = House(MemoryStore(), log_cleaner_backoff_ms="0")
    partition = house.create().partitions[0]
    async with house.running():
        write(partition, "a1", "a2", "a3")
        await trio.sleep(0.15)
        assert seen(partition) == ["a2", "a3"]


async def test_the_dirtiest_log_comes_first(autojump_clock: MockClock) -> None:
    order: list[str] = []

    async def noting(work: Callable[[], T]) -> T:
        order.append(repr(work))
        return work()

    house = House(MemoryStore(), run=noting)
    small, large = house.create(partitions=2).partitions
    for partition in (small, large):
        write(partition, *(f"{key}1" for key in "abcdefgh"), "z1")
    await house.clean()
    write(small, "a2", "b2")
    write(large, *(f"{key}2" for key in "abcdefgh"))
    done: list[Partition] = []
    mark = Partition.mark_clean

    def marked(partition: Partition, offset: int, swapped: int | None) -> None:
        done.append(partition)
        mark(partition, offset, swapped)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Partition, "mark_clean", marked)
        small.topic.log_config.min_cleanable_ratio = 0.01
        await house.clean()
    assert done == [large, small]


@pytest.mark.parametrize(("ratio", "compacts"), [("0.5", False), ("0.49", True), ("0.0", True)])
async def test_the_dirty_ratio_rules(ratio: str, compacts: bool, autojump_clock: MockClock) -> None:
    house = House(MemoryStore())
    partition = house.create(min_cleanable_dirty_ratio=ratio).partitions[0]
    write(partition, "a1", "b1", "c1", "d1", "x1")
    partition.mark_clean(2, None)
    assert partition.cleaned_to == 2
    write(partition, "c2")
    before = seen(partition)
    await house.clean()
    assert (partition.cleaned_to == 4) == compacts
    assert seen(partition) == before


async def test_lags_rule(autojump_clock: MockClock) -> None:
    house = House(MemoryStore())
    young, old = (
        house.create("young", topic_id=b"1" * 16, min_compaction_lag_ms="60000").partitions[0],
        house.create(
            "old", topic_id=b"2" * 16, max_compaction_lag_ms="60000", min_cleanable_dirty_ratio="1"
        ).partitions[0],
    )
    for partition in (young, old):
        write(partition, "a1", "a2", "a3")
    async with house.running():
        await trio.sleep(59)
        assert (seen(young), seen(old)) == (["a1", "a2", "a3"], ["a1", "a2", "a3"])
        await trio.sleep(18)
        assert (seen(young), seen(old)) == (["a2", "a3"], ["a2", "a3"])


async def test_other_topics_are_never_touched(autojump_clock: MockClock) -> None:
    house = House(MemoryStore())
    kept = house.create("kept", topic_id=b"1" * 16, cleanup_policy="delete").partitions[0]
    both = house.create("both", topic_id=b"2" * 16, cleanup_policy="compact,delete").partitions[0]
    for partition in (kept, both):
        write(partition, "a1", "a2", "a3")
    await house.clean()
    assert (seen(kept), seen(both)) == (["a1", "a2", "a3"], ["a2", "a3"])


async def test_a_tombstone_goes_when_its_time_is_over(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    topic = house.create(delete_retention_ms="60000", min_cleanable_dirty_ratio="0")
    partition = topic.partitions[0]
    async with house.running():
        write(partition, "a1", "b1", ("a", None), "c1", "x1")
        await trio.sleep(16)
        assert seen(partition) == ["b1", "a-", "c1", "x1"]
        await trio.sleep(40)
        write(partition, "y1", "y2")
        await trio.sleep(16)
        assert seen(partition) == ["b1", "a-", "c1", "x1", "y1", "y2"]
        write(partition, "y3", "y4")
        await trio.sleep(16)
        assert seen(partition) == ["b1", "c1", "x1", "y3", "y4"]
        fetched = fetch(partition)
        assert [record.timestamp for record in fetched] == sorted(record.timestamp for record in fetched)


async def test_a_small_map_takes_several_rounds(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    partition = house.create(min_cleanable_dirty_ratio="0").partitions[0]
    keys = "abcdefghijklmnop"
    write(partition, *(f"{key}{value}" for value in range(3) for key in keys), "Z1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(house.config._values, "log.cleaner.dedupe.buffer.size", 200)  # eight slots, of which six count
        await house.clean()
    assert store.cleaned_to(partition.id) == 48
    assert seen(partition) == [f"{key}2" for key in keys] + ["Z1"]


# Beside everything else


async def test_several_logs_at_a_time(autojump_clock: MockClock) -> None:
    gate = trio.Event()
    waiting: list[None] = []

    async def held(work: Callable[[], T]) -> T:
        waiting.append(None)
        await gate.wait()
        return work()

    house = House(MemoryStore(), run=held, log_cleaner_threads="2", log_cleaner_io_max_bytes_per_second="1000")
    for partition in house.create(partitions=3).partitions:
        write(partition, "a1", "a2", "a3")
    async with house.running():
        assert len(waiting) == 2
        assert [pace.rate for pace in house.paces] == [500.0, 500.0]
        gate.set()
        await trio.sleep(1)
        assert [seen(one) for one in house.topics.by_name["topic"].partitions] == [["a2", "a3"]] * 3


async def test_the_number_of_threads_may_change(autojump_clock: MockClock) -> None:
    waiting: list[None] = []

    async def held(work: Callable[[], T]) -> T:
        waiting.append(None)
        await trio.sleep_forever()
        raise AssertionError

    house = House(MemoryStore(), run=held)
    for partition in house.create(partitions=3).partitions:
        write(partition, "a1", "a2", "a3")
    async with house.running():
        await trio.sleep(60)
        assert len(waiting) == 1
        house.config.become(house.config.with_dynamic({"log.cleaner.threads": "2"}, {}))
        await trio.sleep(16)
        assert len(waiting) == 2


async def test_all_that_is_read_and_written_counts_against_the_rate(autojump_clock: MockClock) -> None:
    house = House(MemoryStore())
    partition = house.create().partitions[0]
    write(partition, "a1", "b1", "a2", "c1", "d1")
    await house.clean()
    assert sum(house.paces[0].spent) == 4 * SIZE + 4 * SIZE + 1 * SIZE  # a segment that does not change is not written


async def test_a_stop_waits_for_the_thread_and_changes_nothing(tmp_path: Path) -> None:
    """With a real thread, in the middle of its work."""
    started = trio.Event()
    token = trio.lowlevel.current_trio_token()

    class Slow(Pace):
        def rest(self) -> None:
            token.run_sync_soon(started.set)
            while not self._is_stopped:
                pass
            super().rest()

    house = House(DiskStore(tmp_path, background=AtOnce()))
    house.cleaner = Cleaner(house.topics, house.config, house.clock, new_pace=Slow)
    partition = house.create().partitions[0]
    write(partition, "a1", "a2", "a3")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(house.cleaner.run)
        await started.wait()
        nursery.cancel_scope.cancel()
    assert seen(partition) == ["a1", "a2", "a3"]
    assert not [name for name in os.listdir(tmp_path / "topic-0") if name.endswith(".cleaned")]


async def test_a_real_thread_compacts() -> None:
    house = House(MemoryStore(), log_cleaner_backoff_ms="1")
    house.cleaner = Cleaner(house.topics, house.config, house.clock)
    partition = house.create().partitions[0]
    write(partition, "a1", "a2", "a3")
    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.cleaner.run)
            while not partition.cleaned_to:
                await trio.sleep(0.001)
            nursery.cancel_scope.cancel()
    assert seen(partition) == ["a2", "a3"]


Meddler = Callable[[House, Partition], object]


def delete_topic(house: House, partition: Partition) -> None:
    house.topics.delete(partition.topic)


def stop_compacting(house: House, partition: Partition) -> None:
    house.topics.reconfigure(partition.topic, {"cleanup.policy": "delete"})


def delete_records(house: House, partition: Partition) -> None:
    house.topics.move_starts({partition: 3})


def delete_all(house: House, partition: Partition) -> None:
    partition.begin_empty_segment()
    house.topics.move_starts({partition: partition.log_end_offset})


def write_more(house: House, partition: Partition) -> None:
    write(partition, "a9", "b9", "c9")


@pytest.mark.parametrize("meddle", [delete_topic, stop_compacting, delete_records, delete_all, write_more])
@pytest.mark.parametrize("moment", range(12))
async def test_whatever_happens_meanwhile(
    store: SegmentStore, meddle: Meddler, moment: int, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Before and after each of the first pieces of work."""
    moments = 0

    def pass_moment() -> None:
        nonlocal moments
        if moments == moment:
            meddle(house, partition)
        moments += 1

    async def meddling(work: Callable[[], T]) -> T:
        pass_moment()
        result = work()
        pass_moment()
        return result

    house = House(store, run=meddling)
    partition = house.create(min_cleanable_dirty_ratio="0", file_delete_delay_ms="0").partitions[0]
    write(partition, "a1", "b1", "a2", "c1", "b2", "a3", "d1")
    await house.clean()
    assert moments > moment
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    if meddle is delete_topic:
        assert store.segments(partition.id) == []
        return
    shown = seen(partition)
    whole = ["a1", "b1", "a2", "c1", "b2", "a3", "d1", "a9", "b9", "c9"]
    assert shown == [one for one in whole if one in shown], "a subsequence"
    if meddle is delete_all:
        assert shown == []
    elif meddle is write_more:
        assert shown[-3:] == ["a9", "b9", "c9"]
    else:
        assert {"c1", "b2", "a3", "d1"} <= set(shown)
    write(partition, "x1", "x2", "x3", "x4")
    await house.clean()
    assert seen(partition)[-2:] == ["x3", "x4"]
    if meddle is not stop_compacting:
        assert "x1" not in seen(partition)


async def test_readers_in_flight_keep_what_they_hold(store: SegmentStore, autojump_clock: MockClock) -> None:
    house = House(store)
    partition = house.create().partitions[0]
    partition.topic.log_config.segment_bytes = 200_000
    for value in range(3):
        records = [Record(0, now_ms(), b"a%d" % number, b"%d" % value * 900) for number in range(100)]
        partition.append(memoryview(bytes(build_batch(records, 0))))
    held = partition.read(0, 1 << 20, committed=False, at_least_one=True).records
    before = content(held)
    assert isinstance(held, FileSpan) == store.survives
    await house.clean()
    assert [segment.size for segment in partition.log.segments] == [len(before) // 2] * 2
    assert content(held) == before


# What goes wrong


def damage(partition: Partition, store: DiskStore, offset: int) -> Path:
    """Flip a bit in the batch that holds `offset`; return the file."""
    segment = partition.log.segments[partition.log.segments.place_of(offset)]
    path = Path(store.name(SegmentId(partition.id, segment.base_offset)))
    data = bytearray(path.read_bytes())
    data[(offset - segment.base_offset) * SIZE + 65] ^= 1
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("offset", [1, 2, 5])
async def test_a_damaged_log_is_left_alone_and_said(
    tmp_path: Path, offset: int, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    """In what is clean or in what is dirty; until the next start."""
    store = DiskStore(tmp_path, background=AtOnce())
    house = House(store)
    bad, good = house.create(partitions=2).partitions
    for partition in (bad, good):
        write(partition, "a1", "b1", "a2", "c1")
        partition.mark_clean(2, None)
        write(partition, "c2", "a3", "b2", "d1")
    path = damage(bad, store, offset)
    files = {name: (tmp_path / "topic-0" / name).read_bytes() for name in os.listdir(tmp_path / "topic-0")}
    async with house.running():
        assert seen(good) == ["b1", "c2", "a3", "b2", "d1"]
        for _ in range(3):
            write(bad, "x1", "x2", "x3", "x4")
            await trio.sleep(60)
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert str(path) in record.getMessage()
    assert f"position {offset % 2 * SIZE} of segment {offset // 2 * 2}" in record.getMessage()
    for name, before in files.items():
        assert (tmp_path / "topic-0" / name).read_bytes()[: len(before)] == before
    assert not [name for name in os.listdir(tmp_path / "topic-0") if name.endswith((".cleaned", ".swap", ".deleted"))]


@pytest.mark.parametrize(("verb", "told"), [("rewrite", 1), ("swap", 1), ("companion", 1), ("keep_cleaned", 2)])
async def test_what_fails_is_tried_again(
    verb: str, told: int, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = FailingStore()
    house = House(store)
    partition = house.create(min_cleanable_dirty_ratio="0").partitions[0]
    write(partition, "a1", "a2", "a3")
    store.failing = {verb}
    async with house.running():
        assert seen(partition) == (["a2", "a3"] if verb == "keep_cleaned" else ["a1", "a2", "a3"])
        assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == told * [logging.ERROR]
        store.failing = set()
        await trio.sleep(14)
        assert partition.store.cleaned_to(partition.id) == 0
        await trio.sleep(2)
        assert seen(partition) == ["a2", "a3"]
        assert partition.store.cleaned_to(partition.id) == 2


async def test_a_full_store_is_told_as_a_warning_and_waited_for(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryStore(max_bytes=100_000)
    house = House(store)
    partition = house.create().partitions[0]
    write(partition, "a1", "a2", "a3")
    used = 100_000 - store.space()[1]
    store._max_bytes = used + 30
    async with house.running():
        assert seen(partition) == ["a1", "a2", "a3"]
        assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == [logging.WARNING]
        assert store.space()[1] == 30, "what was begun is given back"
        store._max_bytes = 100_000
        await trio.sleep(16)
        assert seen(partition) == ["a2", "a3"]
    assert 100_000 - store.space()[1] <= used


async def test_a_bug_is_told_and_ends_nothing(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(work: Callable[[], T]) -> T:
        if len(house.paces) == 1:
            raise ZeroDivisionError
        return work()

    house = House(MemoryStore(), run=broken)
    first, second = house.create(partitions=2).partitions
    write(first, "a1", "a2", "a3", "a4", "a5")
    write(second, "a1", "a2", "a3")
    await house.clean()
    assert (len(seen(first)), seen(second)) == (5, ["a2", "a3"])
    assert "BUG: <Partition topic-0> cannot be compacted" in caplog.text


async def test_a_bug_in_choosing_is_told_and_ends_nothing(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(MemoryStore())
    first, second = house.create(partitions=2).partitions
    for partition in (first, second):
        write(partition, "a1", "a2", "a3")
    monkeypatch.setattr(type(first), "recovery_point", property(lambda one: 1 // one.index * 100))
    await house.clean()
    assert (len(seen(first)), seen(second)) == (3, ["a2", "a3"])
    assert "BUG: <Partition topic-0> cannot be compacted" in caplog.text
    house.topics.delete(first.topic)
    await house.clean()
    assert house.cleaner._uncleanable == set()


async def test_the_mark_waits_until_the_swap_is_safe(tmp_path: Path, autojump_clock: MockClock) -> None:
    """A power cut may undo the swap; then what was compacted must count as dirty again."""
    background = Held()
    store = DiskStore(tmp_path, background=background)
    house = House(store)
    partition = house.create().partitions[0]
    write(partition, "a1", "a2", "a3")
    background.run()
    await house.clean()
    assert seen(partition) == ["a2", "a3"]
    assert (partition.cleaned_to, store.cleaned_to(partition.id)) == (2, 0)
    background.run()
    assert (partition.cleaned_to, store.cleaned_to(partition.id)) == (2, 2)


@pytest.mark.parametrize("kind", ["create", "write", "rename", "unlink", "read", "sync"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
async def test_no_error_of_the_file_system_loses_anything(
    tmp_path: Path, kind: str, error: int, autojump_clock: MockClock
) -> None:
    """The n-th step of each kind, for all n."""
    nth = 0
    met = True
    while met:
        nth += 1
        path = tmp_path / str(nth)
        path.mkdir()
        files = Faults()
        house = House(DiskStore(path, files=files, background=AtOnce()))
        partition = house.create().partitions[0]
        write(partition, "a1", "b1", "a2", "c1", "b2", "a3", "d1")
        files.fail(kind, error, nth=nth)
        await house.clean()
        met = files.has_failed
        files.heal()
        again = House(DiskStore(path, background=AtOnce())).create().partitions[0]
        shown = seen(again)
        assert shown[-4:] == ["c1", "b2", "a3", "d1"]
        assert shown == [one for one in ["a1", "b1", "a2", "c1", "b2", "a3", "d1"] if one in shown]
        if error != errno.EIO and kind != "sync":  # those take the directory out of use
            assert seen(partition) == shown
    assert nth > 1


async def crashed(path: Path, step: int, how: str) -> Faults:
    """Compact twice, and crash at a step; return the file system."""
    files = Faults()
    house = House(DiskStore(path, files=files, background=AtOnce()))
    partition = house.create(min_cleanable_dirty_ratio="0", file_delete_delay_ms="0").partitions[0]
    write(partition, "a1", "b1", "a2", "c1", "b2", "a3", "d1")
    files.steps.clear()
    files.crash(step, how)
    try:
        await house.clean()
        write(partition, "c2", "a4", "e1")
        await house.clean()
    except (Crash, BaseExceptionGroup):
        pass
    return files


WHOLE = ["a1", "b1", "a2", "c1", "b2", "a3", "d1", "c2", "a4", "e1"]


def check_after_crash(partition: Partition) -> None:
    shown = seen(partition)
    assert shown == [one for one in WHOLE if one in shown], "a subsequence"
    written = WHOLE[: partition.log_end_offset]
    assert set({one[0]: one for one in written}.values()) <= set(shown), "the newest of each key"
    assert [record.offset for record in fetch(partition)] == [WHOLE.index(one) for one in shown]
    assert partition.log_start_offset == 0
    assert 0 <= partition.cleaned_to <= partition.log_end_offset


@pytest.mark.every_case
async def test_a_crash_at_every_step_loses_nothing(tmp_path: Path, autojump_clock: MockClock, every_case: bool) -> None:
    whole = await crashed(tmp_path, -1, "")
    assert {"create", "write", "rename", "unlink"} <= set(whole.steps)
    cases = looked = 0
    for how in ("before", "middle", "after"):
        for step, name in enumerate(whole.steps, 1):
            looked += 1
            if (how == "middle" and name != "write") or (looked % 8 and not every_case):
                continue
            path = tmp_path / f"{how}-{step}"
            path.mkdir()
            await crashed(path, step, how)
            cases += 1
            for _ in range(2):  # what the first start puts right stays right
                house = House(DiskStore(path, background=AtOnce()))
                check_after_crash(house.create(min_cleanable_dirty_ratio="0").partitions[0])
            left = os.listdir(path / "topic-0")
            assert not [one for one in left if one.endswith((".cleaned", ".swap", ".deleted"))]
            partition = house.topics.by_name["topic"].partitions[0]
            await house.clean()
            check_after_crash(partition)
    print(f"{cases} crashes")
    assert cases > (300 if every_case else 30)


@pytest.mark.parametrize("broken", ["the old goes before the new is there", "the newest is dropped"])
async def test_a_broken_cleaner_is_caught(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The test of the test above."""
    swap, take_key = DiskStore.swap, OffsetMap.get

    def hasty(store: DiskStore, rewrites: Any, replaced: Any) -> Any:
        for segment in replaced:
            store.delete(segment)
        return swap(store, rewrites, [])

    match broken:
        case "the old goes before the new is there":
            monkeypatch.setattr(DiskStore, "swap", hasty)
        case _:
            monkeypatch.setattr(OffsetMap, "get", lambda offsets, key: take_key(offsets, key) + 1)
    with pytest.raises((AssertionError, KafkaError)):
        await test_a_crash_at_every_step_loses_nothing(tmp_path, autojump_clock, every_case=True)
