"""The contract, for every store: order, compare-and-append, whole batches, watching."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import trio
import trio.testing

from kafkalite.metadata.local_file import LocalFileMetadata
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.metadata.metadata_store import MetadataRecord, MetadataStore, RevisionConflict

Open = Callable[[], MetadataStore]


@pytest.fixture(params=["memory", "local_file"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Open the same list again and again, as a restarted broker does."""
    if request.param == "local_file":
        return lambda: LocalFileMetadata(tmp_path)
    memory = MemoryMetadata()
    return lambda: memory


def facts(*numbers: int) -> list[MetadataRecord]:
    return [{"type": "fact", "number": number, "text": "Ünïcode\nline"} for number in numbers]


async def test_a_new_store_is_empty_at_revision_0(open_store: Open) -> None:
    assert await open_store().load() == (0, [])


async def test_append_returns_the_number_of_records_so_far(open_store: Open) -> None:
    store = open_store()
    assert await store.append(facts(1), after=0) == 1
    assert await store.append(facts(2, 3), after=1) == 3


async def test_everything_appended_is_loaded_in_order(open_store: Open) -> None:
    store = open_store()
    await store.append(facts(1), after=0)
    await store.append(facts(2, 3), after=1)
    store.close()
    assert await open_store().load() == (3, facts(1, 2, 3))


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_append_behind_another_revision_than_the_newest_conflicts_and_adds_nothing(
    open_store: Open, after: int
) -> None:
    store = open_store()
    await store.append(facts(1, 2), after=0)
    with pytest.raises(RevisionConflict):
        await store.append(facts(3), after=after)
    assert await store.load() == (2, facts(1, 2))


async def test_the_loser_of_a_conflict_reads_and_appends(open_store: Open) -> None:
    store = open_store()
    await store.append(facts(1), after=0)
    revision, records = await store.load()
    assert await store.append(facts(2), after=revision) == 2
    assert records == facts(1)


async def test_of_appends_at_the_same_time_one_wins(open_store: Open) -> None:
    store = open_store()
    outcomes: list[str] = []

    async def append(number: int) -> None:
        try:
            await store.append(facts(number), after=0)
            outcomes.append("stored")
        except RevisionConflict:
            outcomes.append("conflict")

    async with trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(append, number)
    assert sorted(outcomes) == ["conflict"] * 4 + ["stored"]
    assert (await store.load())[0] == 1


async def test_appending_after_a_restart_continues_the_list(open_store: Open) -> None:
    store = open_store()
    await store.append(facts(1), after=0)
    store.close()
    store = open_store()
    revision, _ = await store.load()
    await store.append(facts(2), after=revision)
    store.close()
    assert await open_store().load() == (2, facts(1, 2))


async def test_appending_without_loading_first_loses_nothing(open_store: Open) -> None:
    store = open_store()
    await store.append(facts(1), after=0)
    store.close()
    store = open_store()
    with pytest.raises(RevisionConflict):
        await store.append(facts(2), after=0)
    assert await store.load() == (1, facts(1))


async def test_watch_tells_what_was_appended_before_and_since(open_store: Open) -> None:
    store = open_store()
    await store.append(facts(1, 2), after=0)
    seen: list[MetadataRecord] = []
    revisions: list[int] = []

    async def watch() -> None:
        async for revision, records in store.watch(after=1):
            revisions.append(revision)
            seen.extend(records)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch)
        await trio.testing.wait_all_tasks_blocked()
        assert seen == facts(2)
        await store.append(facts(3, 4), after=2)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    assert seen == facts(2, 3, 4)
    assert revisions[-1] == 4


async def test_watch_sleeps_while_nothing_is_appended(open_store: Open, autojump_clock: trio.testing.MockClock) -> None:
    store = open_store()
    await store.append(facts(1), after=0)
    with trio.move_on_after(3600) as waited:
        async for _ in store.watch(after=1):
            raise AssertionError("nothing was appended")
    assert waited.cancelled_caught
    assert not math.isinf(trio.current_time())
