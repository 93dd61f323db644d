"""The store's thread: jobs in order, outcomes in trio's thread, and an end that waits for neither too long."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import trio
import trio.testing

from kafkalite.storage import background
from kafkalite.storage.background import SyncThread


async def outcome_of(thread: SyncThread, error: BaseException | None = None) -> tuple[int, int, BaseException | None]:
    """Return the thread a job ran in, the one that was told, and what it was told."""
    ran: list[int] = []
    told: list[tuple[int, BaseException | None]] = []
    woken = trio.Event()

    def job() -> None:
        ran.append(threading.get_ident())
        if error is not None:
            raise error

    def done(problem: BaseException | None) -> None:
        told.append((threading.get_ident(), problem))
        woken.set()

    thread.start(job, done)
    await woken.wait()
    return ran[0], *told[0]


def wait_for(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        event.wait()

    return wait


async def test_jobs_run_elsewhere_and_are_told_here() -> None:
    thread = SyncThread("sync test")
    ran, told, problem = await outcome_of(thread)
    assert told == threading.get_ident() != ran
    assert problem is None
    broken = OSError(5, "Input/output error")
    assert (await outcome_of(thread, broken)) == (ran, told, broken)
    assert thread.stop()
    assert not [one for one in threading.enumerate() if one.name == "sync test"]


async def test_a_thread_that_was_never_needed_is_never_started() -> None:
    before = threading.active_count()
    thread = SyncThread("sync test")
    assert thread.stop()
    assert threading.active_count() == before


async def test_stopping_waits_for_the_job_under_way_and_tells_it() -> None:
    thread = SyncThread("sync test")
    begun, go = threading.Event(), threading.Event()
    told: list[BaseException | None] = []

    def job() -> None:
        begun.set()
        go.wait()

    thread.start(job, told.append)
    begun.wait()
    threading.Timer(0, go.set).start()
    assert thread.stop()
    assert told == [None]
    await trio.testing.wait_all_tasks_blocked()
    assert told == [None]


async def test_a_job_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "STOP_SECONDS", 0.01)
    thread = SyncThread("sync test")
    go = threading.Event()
    thread.start(wait_for(go), lambda error: None)
    assert not thread.stop()
    go.set()


async def test_a_job_put_off_is_not_begun_once_stopped() -> None:
    thread = SyncThread("sync test")
    told: list[BaseException | None] = []
    thread.start(lambda: None, told.append, after=1000.0)
    assert thread.stop()
    assert told == []


async def test_another_thread_can_have_something_done_here() -> None:
    thread = SyncThread("sync test")
    thread.attach()
    ran: list[int] = []
    thread.post(lambda: ran.append(threading.get_ident()))
    assert ran == [threading.get_ident()]
    await trio.to_thread.run_sync(thread.post, lambda: ran.append(threading.get_ident()))
    await trio.testing.wait_all_tasks_blocked()
    assert ran == [threading.get_ident()] * 2


def test_without_a_run_loop_nobody_is_told_but_stop() -> None:
    thread = SyncThread("sync test")
    told: list[BaseException | None] = []
    thread.start(lambda: None, told.append)
    assert thread.stop()
    assert told == [None]


def test_a_run_loop_that_has_ended_is_no_error() -> None:
    thread = SyncThread("sync test")
    told: list[BaseException | None] = []
    go = threading.Event()

    async def ask() -> None:
        thread.start(wait_for(go), told.append)

    trio.run(ask)
    go.set()
    assert thread.stop()
    assert told == [None]
