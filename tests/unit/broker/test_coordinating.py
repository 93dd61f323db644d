"""What coordinators share: where names live, what clients are told, what a start finds, deadlines that move."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from kafkalite.broker.coordinating import Sleeper, append_error, partition_for, replayed
from kafkalite.broker.partition_answers import StoredMarker, StoredRecord
from kafkalite.broker.partitions import Partition
from kafkalite.broker.waiting import Timers
from kafkalite.core.effects import KeyedRecord
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.codec import ProtocolError
from kafkalite.wire.errors import ErrorCode, KafkaError


@pytest.mark.parametrize(
    ("name", "hash_code"),
    [
        ("", 0),
        ("a", 97),
        ("Aa", 2112),
        ("BB", 2112),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", 233),
        ("\N{GRINNING FACE}", 1_772_899),
        ("polygenelubricants", 0),  # Java's hash is -2**31, which has no absolute value
        ("console-consumer-12345", 158_455_506),
    ],
)
def test_a_name_lives_where_java_would_put_it(name: str, hash_code: int) -> None:
    assert partition_for(name, 2**31) == hash_code
    assert partition_for(name, 50) == hash_code % 50


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StorageError("no space"), ErrorCode.NOT_COORDINATOR),
        (KafkaError(ErrorCode.KAFKA_STORAGE_ERROR), ErrorCode.NOT_COORDINATOR),
        (KafkaError(ErrorCode.MESSAGE_TOO_LARGE), ErrorCode.UNKNOWN_SERVER_ERROR),
        (ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (KafkaError(ErrorCode.INVALID_PRODUCER_EPOCH), ErrorCode.INVALID_PRODUCER_EPOCH),
    ],
)
def test_what_clients_are_told_when_nothing_can_be_stored(
    error: KafkaError | StorageError | ErrorCode, told: ErrorCode
) -> None:
    assert append_error(error) is told


class Topic:
    name = "__consumer_offsets"


class FakePartition:
    """A partition with these things in it."""

    topic, index = Topic, 3

    def __init__(self, *stored: StoredRecord | StoredMarker) -> None:
        self._stored = stored

    def replay(self) -> Iterator[StoredRecord | StoredMarker]:
        yield from self._stored


def decode(key: bytes, value: bytes | None) -> bytes:
    if key == b"bad":
        raise ProtocolError("no such thing")
    return key + (value or b"")


def test_what_says_nothing_is_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    records = [StoredRecord(offset, KeyedRecord(key, b"!"), -1) for offset, key in enumerate((b"a", b"bad", b"c"))]
    marker = StoredMarker(7, committed=True)
    partition = cast(Partition, FakePartition(records[0], records[1], marker, records[2]))
    assert list(replayed(partition, decode)) == [(records[0], b"a!"), (marker, None), (records[2], b"c!")]
    assert caplog.messages == ["skipped record 1 of __consumer_offsets-3: no such thing"]


class FakeTimer:
    def __init__(self, deadline: float, call: Callable[[], None]) -> None:
        self.deadline, self.call, self.cancelled = deadline, call, False

    def cancel(self) -> None:
        self.cancelled = True


class FakeTimers:
    def __init__(self) -> None:
        self.made: list[FakeTimer] = []

    def at(self, deadline: float, call: Callable[[], None]) -> FakeTimer:
        self.made.append(FakeTimer(deadline, call))
        return self.made[-1]


def sleeper() -> tuple[Callable[[float], None], list[FakeTimer], list[Any]]:
    """Sets a sleeper's deadline; its timers; a word for each time that it woke."""
    one, timers, woken = Sleeper(), FakeTimers(), list[Any]()
    return lambda deadline: one.wake_at(deadline, cast(Timers, timers), lambda: woken.append("up")), timers.made, woken


def test_a_later_deadline_needs_no_new_timer() -> None:
    wake_at, made, woken = sleeper()
    wake_at(5.0)
    wake_at(9.0)
    assert [timer.deadline for timer in made] == [5.0]
    made[0].call()
    assert woken == ["up"]
    wake_at(9.0)
    assert [timer.deadline for timer in made] == [5.0, 9.0]


def test_an_earlier_deadline_and_none_at_all() -> None:
    wake_at, made, _ = sleeper()
    wake_at(5.0)
    wake_at(3.0)
    assert [(timer.deadline, timer.cancelled) for timer in made] == [(5.0, True), (3.0, False)]
    wake_at(math.inf)
    assert made[1].cancelled
    wake_at(4.0)
    assert made[2].deadline == 4.0
