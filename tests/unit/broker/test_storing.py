"""Waiting until appends are kept: order, the partition's end, and what is appended from within."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kafkalite.broker.storing import Storing
from kafkalite.broker.waiters import Waiters


class FakePartition:
    """A high watermark that a test moves."""

    def __init__(self) -> None:
        self.waiters = Waiters()
        self.high_watermark = 0
        self.end = 0

    def append(self, *, kept: bool = False) -> Any:
        self.end += 1
        if kept and self.high_watermark == self.end - 1:
            self.high_watermark = self.end
        return SimpleNamespace(last_offset=self.end - 1, kept=self.high_watermark >= self.end)

    def keep(self, count: int) -> None:
        self.high_watermark += count
        for waiter in tuple(self.waiters):
            waiter.on_progress(self)  # type: ignore[arg-type]


class Told:
    def __init__(self) -> None:
        self.storing = Storing()
        self.words: list[str] = []

    def wait(self, partition: FakePartition, name: str, *, kept: bool = False) -> None:
        appended = partition.append(kept=kept)
        self.storing.when_kept(
            partition,  # type: ignore[arg-type]
            appended,
            lambda: self.words.append(f"{name} kept"),
            lambda: self.words.append(f"{name} lost"),
        )

    def follow(self, partition: FakePartition, name: str) -> None:
        self.storing.follow(
            partition,  # type: ignore[arg-type]
            lambda: self.words.append(f"{name} kept"),
            lambda: self.words.append(f"{name} lost"),
        )


def test_what_is_kept_at_once_is_told_at_once() -> None:
    told, partition = Told(), FakePartition()
    told.wait(partition, "a", kept=True)
    assert told.words == ["a kept"]
    assert not partition.waiters


def test_appends_of_a_slow_store_are_told_in_order_as_far_as_they_are_kept() -> None:
    told, partition, other = Told(), FakePartition(), FakePartition()
    for name in "abc":
        told.wait(partition, name)
    told.wait(other, "other")
    partition.keep(2)
    assert told.words == ["a kept", "b kept"]
    other.keep(1)
    partition.keep(1)
    assert told.words == ["a kept", "b kept", "other kept", "c kept"]
    assert not partition.waiters


def test_nothing_is_told_before_what_was_appended_before_it() -> None:
    told, partition = Told(), FakePartition()
    told.wait(partition, "slow")
    assert not told.storing.is_kept(partition, SimpleNamespace(kept=True))  # type: ignore[arg-type]
    told.wait(partition, "fast", kept=True)  # the high watermark cannot be past it
    assert told.words == []
    partition.keep(2)
    assert told.words == ["slow kept", "fast kept"]
    assert told.storing.is_kept(partition, SimpleNamespace(kept=True))  # type: ignore[arg-type]


def test_a_partition_that_goes_loses_what_was_on_its_way() -> None:
    told, partition = Told(), FakePartition()
    told.wait(partition, "a")
    told.wait(partition, "b")
    for waiter in tuple(partition.waiters):
        waiter.on_gone(partition)  # type: ignore[arg-type]
    assert told.words == ["a lost", "b lost"]


def test_who_is_told_may_append_again() -> None:
    told, partition = Told(), FakePartition()

    def again() -> None:
        told.words.append("a kept")
        told.wait(partition, "at once", kept=True)
        told.wait(partition, "later")

    told.storing.when_kept(partition, partition.append(), again, lambda: None)  # type: ignore[arg-type]
    partition.keep(1)
    assert told.words == ["a kept", "at once kept"]
    told.wait(partition, "last")
    partition.keep(2)
    assert told.words == ["a kept", "at once kept", "later kept", "last kept"]


def test_who_follows_waits_for_what_is_on_its_way_and_for_nothing_later() -> None:
    told, partition = Told(), FakePartition()
    told.wait(partition, "a")
    told.follow(partition, "b")
    told.wait(partition, "c")
    assert told.words == []
    partition.keep(1)
    assert told.words == ["a kept", "b kept"]


def test_who_follows_is_lost_with_what_it_follows_even_if_it_comes_meanwhile() -> None:
    told, partition = Told(), FakePartition()
    told.storing.when_kept(
        partition,  # type: ignore[arg-type]
        partition.append(),
        lambda: None,
        lambda: told.follow(partition, "last"),
    )
    told.wait(partition, "a")
    for waiter in tuple(partition.waiters):
        waiter.on_gone(partition)  # type: ignore[arg-type]
    assert told.words == ["a lost", "last lost"]
