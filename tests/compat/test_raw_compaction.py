"""Compaction, by raw requests: what is left, with which offsets and headers, and when.

Segments are closed by the timestamps that the tests give their batches (`segment.ms` counts in record time), so that
a few batches make a log worth compacting. What is still in the last segment is never compacted.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.record.memory_records import MemoryRecords

from . import log_content, raw
from .brokers import Broker, BrokerProcess
from .conftest import broker_kind
from .raw import BatchHeader, Connection, unique

DELETE_HORIZON, CONTROL = 0x40, 0x20
HOUR_MS = 3_600_000

Pair = tuple[str, str | None]


@pytest.fixture(scope="module")
def process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """A broker that looks for logs to compact all the time."""
    process = BrokerProcess(broker_kind(request), tmp_path_factory.mktemp("broker"), ["log.cleaner.backoff.ms=100"])
    process.start()
    yield process
    assert process.stop() == 0


@pytest.fixture
def broker(process: BrokerProcess) -> Broker:
    return process


class Log:
    """One partition of a compacted topic, whose segments end when `roll` says so."""

    def __init__(self, connection: Connection, **configs: str) -> None:
        self.connection = connection
        self.topic = unique("compacted")
        self.time = int(time.time() * 1000) - HOUR_MS
        settings = {"cleanup_policy": "compact", "segment_ms": "60000", "min_cleanable_dirty_ratio": "0.01", **configs}
        raw.create_topic(connection, self.topic, 1, **settings)

    def append(self, *pairs: Pair, **values: Any) -> int:
        """Append a batch; return its base offset."""
        keys: list[bytes | None] = [key.encode() for key, _ in pairs]
        stored = [None if value is None else value.encode() for _, value in pairs]
        made = raw.batch(*stored, keys=keys, timestamp=self.time, **values)
        answer = raw.produce(self.connection, self.topic, made)
        assert answer.error_code == 0, answer
        return int(answer.base_offset)

    def roll(self, *pairs: Pair, **values: Any) -> int:
        """Append a batch that begins the next segment."""
        self.time += 61_000
        return self.append(*(pairs or [("roll", "x")]), **values)

    def batches(self) -> list[BatchHeader]:
        """The headers of all batches."""
        return raw.stored_batches(self.connection, self.topic)

    def records(self) -> list[tuple[int, str | None, str | None]]:
        """(offset, key, value) of all records."""
        return [(one.offset, text(one.key), text(one.value)) for one in self._read()]

    def timestamps(self) -> list[int]:
        return [one.timestamp for one in self._read()]

    def _read(self) -> list[Any]:
        found: list[Any] = []
        offset, end = 0, raw.end_offset(self.connection, self.topic)
        while offset < end:
            data = raw.fetch(self.connection, self.topic, 0, offset).records
            batches = MemoryRecords(data)
            while batches.has_next():
                batch = batches.next_batch()
                found += [] if batch.is_control_batch else batch
                offset = batch.next_offset
        return found

    def becomes(self, *wanted: tuple[int, str | None, str | None]) -> None:
        """Wait until these are the records."""
        raw.until(lambda: self.records() == list(wanted), seconds=60, what=f"{wanted}")


def text(data: bytes | None) -> str | None:
    return None if data is None else data.decode()


# --- values -------------------------------------------------------------------------------------------------------


def test_the_newest_value_of_each_key_stays_where_it_is(connection: Connection) -> None:
    log = Log(connection)
    log.append(("a", "1"), ("b", "1"), ("a", "2"))
    log.append(("c", "1"), ("", "1"))
    log.roll(("b", "2"), ("a", "3"))
    log.append(("", ""))
    log.roll(("c", "active"))
    log.becomes((3, "c", "1"), (5, "b", "2"), (6, "a", "3"), (7, "", ""), (8, "c", "active"))
    log.roll()
    log.becomes((5, "b", "2"), (6, "a", "3"), (7, "", ""), (8, "c", "active"), (9, "roll", "x"))
    assert raw.fetch(connection, log.topic, 0, 0).error_code == 0
    assert raw.fetch(connection, log.topic, 0, 4).log_start_offset == 0


def test_batches_keep_offsets_producer_sequence_and_timestamps(connection: Connection) -> None:
    log = Log(connection)
    log.append(("b", "1"), ("a", "1"), ("b", "2"), ("b", "3"), producer_id=4711, producer_epoch=0, base_sequence=0)
    [before] = log.batches()
    log.roll(("b", "4"))
    log.roll()
    log.becomes((1, "a", "1"), (4, "b", "4"), (5, "roll", "x"))
    after = log.batches()[0]
    same = ("base_offset", "last_offset_delta", "attributes", "max_timestamp", "producer_id", "producer_epoch")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert (after.base_sequence, after.records_count) == (0, 1)
    assert log.timestamps()[0] == before.base_timestamp


def test_the_last_batch_of_a_producer_stays_without_its_records(connection: Connection) -> None:
    log = Log(connection)
    numbered = {"producer_id": 4711, "producer_epoch": 0}
    log.append(("a", "1"), **numbered, base_sequence=0)
    log.append(("a", "2"), ("a", "3"), **numbered, base_sequence=1)
    log.append(("a", "4"))
    log.roll()
    log.becomes((3, "a", "4"), (4, "roll", "x"))
    empty = log.batches()[0]
    assert (empty.base_offset, empty.last_offset_delta, empty.records_count) == (1, 1, 0)
    assert (empty.batch_length, empty.attributes, empty.base_timestamp) == (49, 0, -1)
    assert (empty.producer_id, empty.producer_epoch, empty.base_sequence) == (4711, 0, 1)
    assert log.append(("a", "2"), ("a", "3"), **numbered, base_sequence=1) == 1, "a repeated batch"
    assert log.append(("b", "1"), **numbered, base_sequence=3) == 5


def test_records_without_a_key_go_when_the_policy_changes(connection: Connection) -> None:
    log = Log(connection, cleanup_policy="delete")
    log.append(("a", "1"))
    made = raw.batch(b"without a key", timestamp=log.time)
    assert raw.produce(connection, log.topic, made).error_code == 0
    log.roll()
    set_config(connection, log.topic, "cleanup.policy", "compact")
    log.becomes((0, "a", "1"), (2, "roll", "x"))


def set_config(connection: Connection, topic: str, key: str, value: str) -> None:
    configs = [{"name": key, "config_operation": 0, "value": value}]
    resource = {"resource_type": 2, "resource_name": topic, "configs": configs}
    [answer] = connection.ask("incremental_alter_configs", 1, resources=[resource]).responses
    assert answer.error_code == 0, answer


def test_log_append_time_stays(connection: Connection) -> None:
    log = Log(connection, message_timestamp_type="LogAppendTime", segment_ms="50")
    log.append(("a", "1"), ("b", "1"))
    [before] = log.batches()
    raw.until(lambda: time.time() * 1000 > before.max_timestamp + 60, what="the next segment")
    log.append(("a", "2"))
    raw.until(lambda: time.time() * 1000 > before.max_timestamp + 300, what="the next segment")
    log.append(("c", "1"))
    log.becomes((1, "b", "1"), (2, "a", "2"), (3, "c", "1"))
    after = log.batches()[0]
    assert (after.attributes, after.max_timestamp) == (before.attributes, before.max_timestamp)
    assert log.timestamps()[0] == before.max_timestamp


# --- tombstones ---------------------------------------------------------------------------------------------------


def test_a_tombstone_stays_for_delete_retention_ms(connection: Connection) -> None:
    log = Log(connection, delete_retention_ms="2000")
    log.append(("a", "1"), ("b", "1"))
    log.append(("c", "1"), ("a", None))
    log.roll()
    began = int(time.time() * 1000)
    log.becomes((1, "b", "1"), (2, "c", "1"), (3, "a", None), (4, "roll", "x"))
    ended = int(time.time() * 1000)
    batch = log.batches()[1]
    assert (batch.base_offset, batch.attributes) == (2, DELETE_HORIZON)
    assert began + 1000 <= batch.base_timestamp <= ended + 2100
    assert log.timestamps()[:3] == [log.time - 61_000] * 3
    assert batch.max_timestamp == log.time - 61_000
    raw.until(lambda: time.time() * 1000 > batch.base_timestamp, what="the end of its time")
    assert (3, "a", None) in log.records(), "nothing is new, so nothing is compacted"
    log.roll()
    log.becomes((1, "b", "1"), (2, "c", "1"), (4, "roll", "x"), (5, "roll", "x"))
    assert log.timestamps()[0] == log.time - 122_000


# --- transactions -------------------------------------------------------------------------------------------------


def test_markers_stay_until_their_transactions_are_gone(connection: Connection, process: BrokerProcess) -> None:
    """And then for delete.retention.ms, as tombstones do."""
    if not log_content.has_transactions(connection):
        pytest.skip("this broker has no transactions yet")
    log = Log(connection, delete_retention_ms="1000")
    producer = log_content.Writer(process.address, transactional_id=unique("transactional"))

    def transaction(*pairs: Pair, commit: bool) -> None:
        producer.begin()
        producer.send(log.topic, *({"key": key, "value": value} for key, value in pairs))
        producer.end(commit=commit)

    transaction(("a", "1"), ("b", "1"), commit=True)
    transaction(("a", "never"), commit=False)
    transaction(("c", "1"), commit=True)
    log.time = int(time.time() * 1000)  # as the records of clients and markers have it
    log.roll()
    log.becomes((0, "a", "1"), (1, "b", "1"), (5, "c", "1"), (7, "roll", "x"))
    assert markers(log) == {2: False, 4: False, 6: False}, "all are there, none has a delete horizon"
    log.roll(("a", "2"), ("b", "2"))
    log.roll()
    log.becomes((5, "c", "1"), (7, "roll", "x"), (8, "a", "2"), (9, "b", "2"), (10, "roll", "x"))
    assert markers(log) == {2: False, 4: True, 6: False}, "nothing of the second was left before this"
    time.sleep(1.1)
    log.roll()
    raw.until(lambda: markers(log) == {2: True, 6: False}, what="the end of the second marker's time")
    assert log.records()[0] == (5, "c", "1")


def markers(log: Log) -> dict[int, bool]:
    """Offset of every marker -> whether it has a delete horizon."""
    return {one.base_offset: bool(one.attributes & DELETE_HORIZON) for one in log.batches() if one.attributes & CONTROL}


# --- when ---------------------------------------------------------------------------------------------------------


def unchanged(log: Log, seconds: float) -> None:
    """Nothing is compacted for so long."""
    before = log.records()
    time.sleep(seconds)
    assert log.records() == before


def test_the_dirty_ratio_rules(connection: Connection) -> None:
    log = Log(connection)
    log.append(("a", "1" * 2000), ("a", "2" * 2000))
    log.roll()
    log.becomes((1, "a", "2" * 2000), (2, "roll", "x"))
    set_config(connection, log.topic, "min.cleanable.dirty.ratio", "0.9")
    log.append(("b", "1"), ("b", "2"))
    log.roll()
    unchanged(log, 1.0)
    set_config(connection, log.topic, "min.cleanable.dirty.ratio", "0.001")
    log.becomes((1, "a", "2" * 2000), (2, "roll", "x"), (4, "b", "2"), (5, "roll", "x"))


def test_the_lags_rule(connection: Connection) -> None:
    log = Log(connection, min_compaction_lag_ms="7200000")
    log.append(("a", "1"), ("a", "2"))
    log.roll()
    unchanged(log, 1.0)
    set_config(connection, log.topic, "min.compaction.lag.ms", "60000")
    log.becomes((1, "a", "2"), (2, "roll", "x"))

    log = Log(connection, min_cleanable_dirty_ratio="1", max_compaction_lag_ms="7200000")
    log.append(("a", "1"), ("a", "2"))
    log.roll()
    unchanged(log, 1.0)
    set_config(connection, log.topic, "max.compaction.lag.ms", "60000")
    log.becomes((1, "a", "2"), (2, "roll", "x"))


def test_another_policy_compacts_nothing(connection: Connection) -> None:
    log = Log(connection, cleanup_policy="delete")
    log.append(("a", "1"), ("a", "2"))
    log.roll()
    unchanged(log, 1.0)
    set_config(connection, log.topic, "cleanup.policy", "compact,delete")
    log.becomes((1, "a", "2"), (2, "roll", "x"))


# --- over a restart -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])
def test_what_was_compacted_stays_so(process: BrokerProcess, how: str) -> None:
    with process.connect() as connection:
        log = Log(connection)
        for value in range(5):
            log.roll(("a", str(value)), ("b", str(value)), (f"only {value}", "x"))
        log.becomes(
            (2, "only 0", "x"),
            (5, "only 1", "x"),
            (8, "only 2", "x"),
            *((9 + number, key, "3") for number, key in enumerate("ab")),
            (11, "only 3", "x"),
            *((12 + number, key, "4") for number, key in enumerate("ab")),
            (14, "only 4", "x"),
        )
        before = log.records(), log.batches()
    if how == "SIGTERM":
        assert process.stop() == 0
    else:
        process.kill_nine()
    process.start()
    with process.connect() as connection:
        raw.until(lambda: raw.is_ready(connection, log.topic, 1), what="the topic")
        log.connection = connection
        assert (log.records(), log.batches()) == before
        assert log.append(("a", "5")) == 15
        log.roll()
        raw.until(lambda: (9, "a", "3") not in log.records() and (12, "a", "4") not in log.records(), what="more of it")
