"""For the tests of compaction as it runs: topics with their cleaner, and a consumer."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import trio
import trio.testing

from kafkalite.broker.cleaner import Cleaner, Run
from kafkalite.broker.clock import Clock, VirtualClock
from kafkalite.broker.pace import Pace
from kafkalite.broker.partitions import Partition
from kafkalite.broker.topics import Topic, Topics
from kafkalite.config import BrokerConfig
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.segment_store import FileSpan, SegmentStore
from kafkalite.wire.record_batch import Buffer, Record, build_batch, is_intact, iterate_records, read_header

T = TypeVar("T")

ABORT = b"\x00\x00\x00\x00"
"""The key of the control record that ends an aborted transaction."""

TOPIC_ID = b"the id of a topi"
SIZE = len(build_batch([(b"a", b"1")], 0))
"""Of a batch of one record with a key and a value of a byte each: two of them fill a segment."""


async def here(work: Callable[[], T]) -> T:
    """Do it in this thread, at once."""
    return work()


class StillClock:
    """No time passes."""

    def now(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        pass


class Patient(Pace):
    """A pace that never sleeps and notes what it was asked for."""

    def __init__(self, bytes_per_second: float) -> None:
        super().__init__(bytes_per_second, StillClock())
        self.rate = bytes_per_second
        self.spent: list[int] = []
        self.stopped = False

    def spend(self, size: int) -> None:
        self.rest()
        self.spent.append(size)

    def stop(self) -> None:
        super().stop()
        self.stopped = True


class House:
    """Topics and their cleaner."""

    def __init__(self, store: SegmentStore, run: Run = here, clock: Clock | None = None, **settings: str) -> None:
        given = {"log.cleaner.backoff.ms": "15000", **{key.replace("_", "."): value for key, value in settings.items()}}
        self.config = BrokerConfig.of(given)
        self.clock = clock or VirtualClock()
        self.store = store
        self.topics = Topics(LogDirectories([store]), self.config, self.clock)
        self.paces: list[Patient] = []
        self.cleaner = Cleaner(self.topics, self.config, self.clock, run=run, new_pace=self._new_pace)

    def _new_pace(self, rate: float) -> Patient:
        self.paces.append(Patient(rate))
        return self.paces[-1]

    def create(self, name: str = "topic", partitions: int = 1, topic_id: bytes = TOPIC_ID, **configs: str) -> Topic:
        given = {"cleanup.policy": "compact", **{key.replace("_", "."): value for key, value in configs.items()}}
        topic = self.topics.create(name, topic_id, partitions, given)
        topic.log_config.segment_bytes = 2 * SIZE  # fewer than a client may ask for
        return topic

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The cleaner runs; it has looked once when this begins."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.cleaner.run)
            await trio.testing.wait_all_tasks_blocked()
            yield
            nursery.cancel_scope.cancel()

    async def clean(self) -> None:
        """Compact all that is due."""
        async with self.running():
            pass


def write(partition: Partition, *pairs: str | tuple[str, str | None]) -> int:
    """Append a batch for each pair ("a1": key a, value 1; ("a", None): a tombstone); return the log end offset."""
    for pair in pairs:
        key, value = pair[0], pair[1]
        stored = None if value is None else value.encode()
        partition.append(memoryview(bytes(build_batch([(key.encode(), stored)], now_ms()))))
    return partition.log_end_offset


def now_ms() -> int:
    return VirtualClock().wall_ms()


def content(records: Buffer | FileSpan) -> bytes:
    """The bytes that a fetch answers with."""
    if isinstance(records, FileSpan):
        return os.pread(records.descriptor, records.size, records.position)
    return bytes(records)


def fetch(partition: Partition, offset: int | None = None, *, committed: bool = False) -> list[Record]:
    """What a consumer reads from `offset` (default: the log start) to the end."""
    found: list[Record] = []
    position = partition.log_start_offset if offset is None else offset
    while True:
        read = partition.read(position, 1 << 20, committed=committed, at_least_one=True)
        data = content(read.records)
        if not data:
            return found
        ahead = sorted((one.first_offset, one.producer_id) for one in read.aborted or ())
        skipped: set[int] = set()
        at = 0
        while at < len(data):
            header = read_header(data, at)
            batch = data[at : at + header.size]
            assert is_intact(batch, header)
            assert header.base_offset >= position or at == 0
            while ahead and ahead[0][0] <= header.last_offset:
                skipped.add(ahead.pop(0)[1])
            records = list(iterate_records(batch))
            if header.is_control:
                if [record.key for record in records] == [ABORT]:
                    skipped.discard(header.producer_id)
            elif not (header.is_transactional and header.producer_id in skipped):
                found += [record for record in records if record.offset >= position]
            at += header.size
            after = header.last_offset + 1
        position = after


def seen(partition: Partition, offset: int | None = None) -> list[str]:
    """Keys and values, as `write` takes them."""
    return [
        (record.key or b"").decode() + ("-" if record.value is None else record.value.decode())
        for record in fetch(partition, offset)
    ]


def bases(partition: Partition) -> list[int]:
    return [segment.base_offset for segment in partition.log.segments]
