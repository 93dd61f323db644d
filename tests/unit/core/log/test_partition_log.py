"""A partition's log: what an append gives and changes, what a fetch finds, look-ups by time, epochs, removal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafkalite.core.log import partition_log
from kafkalite.core.log.append_plan import AppendPlan
from kafkalite.core.log.batch_check import BatchRejected
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    TRANSACTIONAL,
    CorruptRecord,
    Record,
    build_batch,
    is_intact,
    iterate_records,
    read_header,
)
from tests.unit.core.log.batches import NOW, Driver, batch, changed, flipped

HOUR = 3600 * 1000
MEBIBYTE = 1024 * 1024


def refusal(driver: Driver, data: memoryview, now_ms: int = NOW) -> KafkaError:
    with pytest.raises(KafkaError) as raised:
        driver.append(data, now_ms)
    return raised.value


def everything(driver: Driver) -> list[Record]:
    """All records between log start and high watermark, fetched as a consumer does."""
    records: list[Record] = []
    offset = driver.log.log_start_offset
    while offset < driver.log.high_watermark:
        span = driver.log.locate(offset, MEBIBYTE, driver.log.high_watermark, at_least_one=True, read=driver.read)
        assert span is not None
        data = bytes(driver.segments[span.segment_base][span.position : span.position + span.size])
        while data:
            header = read_header(data)
            records += [record for record in iterate_records(data) if record.offset >= offset]
            data = data[header.size :]
        offset = records[-1].offset + 1
    return records


# Offsets


def test_an_empty_log() -> None:
    log = Driver().log
    assert (log.log_start_offset, log.log_end_offset, log.high_watermark, log.last_stable_offset) == (0, 0, 0, 0)
    assert log.size == 0


def test_offsets_follow_each_other() -> None:
    driver = Driver()
    assert [(plan.base_offset, plan.last_offset) for plan in map(driver.append, (batch(3), batch(1), batch(2)))] == [
        (0, 2),
        (3, 3),
        (4, 5),
    ]
    assert driver.log.log_end_offset == driver.log.high_watermark == 6


def test_a_stored_batch_is_the_clients_but_for_offset_and_epoch() -> None:
    driver = Driver()
    driver.log.begin_epoch(4)
    driver.append(batch(2))
    sent = batch(3, codec=Compression.GZIP, producer=(9, 1, 0))
    plan = driver.append(sent)
    stored = bytes(driver.segments[0][-len(sent) :])
    assert read_header(stored) == read_header(sent)._replace(base_offset=2, partition_leader_epoch=4)
    assert is_intact(stored, read_header(stored))
    assert stored[16:] == sent[16:]
    assert plan.log_append_time_ms == -1


def test_the_clients_leader_epoch_is_overwritten() -> None:
    driver = Driver()
    driver.append(changed(batch(), partition_leader_epoch=77))
    assert read_header(driver.segments[0]).partition_leader_epoch == 0


def test_log_append_time_is_stored_and_answered() -> None:
    driver = Driver({"message.timestamp.type": "LogAppendTime"})
    plan = driver.append(batch(3, timestamp=5), NOW)
    assert plan.log_append_time_ms == NOW
    stored = bytes(driver.segments[0])
    assert is_intact(stored, read_header(stored))
    assert {record.timestamp for record in iterate_records(stored)} == {NOW}
    assert read_header(stored).base_timestamp == 5


def test_the_topics_codec_is_stored() -> None:
    driver = Driver({"compression.type": "zstd"})
    sent = batch(20, value=b"x" * 100)
    driver.append(sent)
    stored = bytes(driver.segments[0])
    header = read_header(stored)
    assert header.codec == Compression.ZSTD
    assert header.size == len(stored) < len(sent)
    assert is_intact(stored, header)
    assert list(iterate_records(stored)) == list(iterate_records(sent))


def test_a_batch_that_grows_beyond_the_largest_size_is_refused() -> None:
    driver = Driver({"compression.type": "uncompressed", "max.message.bytes": 2000})
    assert refusal(driver, batch(20, codec=Compression.GZIP, value=bytes(100))).code == ErrorCode.MESSAGE_TOO_LARGE
    driver.append(batch(15, codec=Compression.GZIP, value=bytes(100)))


def test_a_cleared_append_time_bit_is_stored_with_a_right_checksum() -> None:
    driver = Driver()
    driver.append(changed(batch(), attributes=8))
    stored = bytes(driver.segments[0])
    assert is_intact(stored, read_header(stored))
    assert not read_header(stored).has_log_append_time


# Plan, persist, publish


def state(driver: Driver) -> Any:
    log = driver.log
    producer = log.producers.get(7)
    sequences = (producer.epoch, producer.next_sequence, tuple(producer.batches)) if producer else None
    return log.log_end_offset, log.high_watermark, log.size, log.readable_bytes, log.epochs.entries(), sequences


def test_preparing_changes_nothing() -> None:
    driver = Driver()
    driver.append(batch(producer=(7, 0, 0)))
    before = state(driver)
    for _ in range(2):
        plan = driver.log.prepare_append(batch(5, producer=(7, 0, 1)), NOW)
        assert (plan.base_offset, state(driver)) == (1, before)
    driver.store(plan)
    assert driver.log.log_end_offset == 6


BAD = {
    "corrupt": (flipped(batch(producer=(7, 0, 1)), 60), ErrorCode.CORRUPT_MESSAGE),
    "offset": (changed(batch(producer=(7, 0, 1)), base_offset=3), ErrorCode.INVALID_RECORD),
    "count": (changed(batch(producer=(7, 0, 1)), records_count=2), ErrorCode.INVALID_RECORD),
    "control": (batch(producer=(7, 0, 1), attributes=0x20), ErrorCode.INVALID_RECORD),
    "future": (batch(producer=(7, 0, 1), timestamp=NOW + 2 * HOUR), ErrorCode.INVALID_TIMESTAMP),
    "too large": (batch(producer=(7, 0, 1), value=bytes(3000)), ErrorCode.MESSAGE_TOO_LARGE),
    "transactional": (batch(producer=(7, 0, 1), attributes=0x10), ErrorCode.INVALID_TXN_STATE),
    "gap": (batch(producer=(7, 0, 2)), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER),
    "old epoch": (batch(producer=(7, -1, 1)), ErrorCode.INVALID_PRODUCER_EPOCH),
    "new epoch": (batch(producer=(7, 1, 1)), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER),
}


@pytest.mark.parametrize("name", BAD)
def test_a_refused_batch_never_advances_a_sequence(name: str) -> None:
    """B12: were it to, the next good batch would be answered as a duplicate, and lost."""
    data, code = BAD[name]
    driver = Driver({"max.message.bytes": 2000})
    driver.append(batch(producer=(7, 0, 0)))
    before = state(driver)
    assert refusal(driver, data).code == code
    assert state(driver) == before
    plan = driver.append(batch(producer=(7, 0, 1)))
    assert (plan.is_duplicate, plan.base_offset) == (False, 1)


def test_a_batch_that_was_not_stored_never_advances_a_sequence() -> None:
    driver = Driver()
    driver.append(batch(producer=(7, 0, 0)))
    driver.log.prepare_append(batch(producer=(7, 0, 1)), NOW)  # and then the store fails
    plan = driver.append(batch(producer=(7, 0, 1)))
    assert (plan.is_duplicate, plan.base_offset) == (False, 1)


def test_a_refused_batch_tells_the_log_start() -> None:
    driver = Driver()
    for _ in range(5):
        driver.append(batch(producer=(7, 0, driver.log.log_end_offset)))
    driver.log.move_start(3)
    for data in (changed(batch(), base_offset=1), batch(timestamp=NOW + 2 * HOUR), batch(producer=(7, 0, 50))):
        error = refusal(driver, data)
        assert isinstance(error, BatchRejected)
        assert error.log_start_offset == 3
    assert not hasattr(refusal(driver, flipped(batch(), 40)), "log_start_offset")


@pytest.mark.parametrize("producer", [None, (7, 0, 0)])
def test_a_transactional_batch_finds_no_open_transaction(producer: tuple[int, int, int] | None) -> None:
    assert refusal(Driver(), batch(producer=producer, attributes=0x10)).code == ErrorCode.INVALID_TXN_STATE


def test_the_brokers_own_records() -> None:
    driver = Driver({"cleanup.policy": ["compact"]})
    driver.append(batch(3))
    plan = driver.store(driver.log.prepare_records([(b"a", b"1"), (b"b", None)], NOW + 5))
    assert (plan.base_offset, plan.last_offset) == (3, 4)
    assert everything(driver)[3:] == [Record(3, NOW + 5, b"a", b"1"), Record(4, NOW + 5, b"b", None)]


def test_the_brokers_own_records_have_a_largest_size_too() -> None:
    with pytest.raises(KafkaError) as raised:
        Driver({"max.message.bytes": 1000}).log.prepare_records([(b"k", bytes(1000))], NOW)
    assert raised.value.code == ErrorCode.MESSAGE_TOO_LARGE


# Idempotence


def test_a_duplicate_is_answered_with_its_first_offset_and_time() -> None:
    driver = Driver()
    driver.append(batch())
    driver.append(batch(3, timestamp=NOW - 50, step=10, producer=(7, 0, 0)))
    driver.append(batch())
    before = state(driver)
    plan = driver.append(batch(3, timestamp=NOW - 50, step=10, producer=(7, 0, 0)))
    assert plan.is_duplicate
    assert (plan.base_offset, plan.last_offset, plan.log_append_time_ms) == (1, 3, NOW - 30)
    assert state(driver) == before


def test_a_duplicate_is_checked_like_any_batch_first() -> None:
    driver = Driver()
    data = batch(producer=(7, 0, 0))
    driver.append(data)
    assert refusal(driver, flipped(data, 65)).code == ErrorCode.CORRUPT_MESSAGE
    late = batch(timestamp=NOW + 2 * HOUR, producer=(7, 0, 0))
    assert refusal(driver, late).code == ErrorCode.INVALID_TIMESTAMP


def test_a_duplicate_on_a_log_append_time_topic_tells_the_first_append_time() -> None:
    driver = Driver({"message.timestamp.type": "LogAppendTime"})
    driver.append(batch(producer=(7, 0, 0)), NOW)
    assert driver.append(batch(producer=(7, 0, 0)), NOW + 500).log_append_time_ms == NOW


def test_deleting_records_forgets_no_producer() -> None:
    driver = Driver()
    driver.append(batch(producer=(7, 0, 0)))
    driver.log.move_start(1)
    assert driver.append(batch(producer=(7, 0, 0))).is_duplicate
    assert refusal(driver, batch(producer=(7, 0, 5))).code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


# Segments


def test_a_log_begins_with_a_segment() -> None:
    plan = Driver().log.prepare_append(batch(), NOW)
    assert (plan.rolls, plan.segment_base) == (True, 0)


def test_a_full_segment_is_followed_by_another() -> None:
    size = len(batch())
    driver = Driver({"segment.bytes": 3 * size})
    bases = [driver.append(batch()).segment_base for _ in range(7)]
    assert bases == [0, 0, 0, 3, 3, 3, 6]


def test_a_batch_larger_than_a_segment_is_refused() -> None:
    driver = Driver({"segment.bytes": 1000})
    assert refusal(driver, batch(value=bytes(1000))).code == ErrorCode.RECORD_LIST_TOO_LARGE


def test_a_segment_grows_old_by_record_time() -> None:
    driver = Driver({"segment.ms": HOUR})
    driver.append(batch(timestamp=NOW - 10 * HOUR))
    assert not driver.append(batch(timestamp=NOW - 9 * HOUR), NOW + 99 * HOUR).rolls
    assert driver.append(batch(timestamp=NOW - 9 * HOUR + 1)).rolls


def test_a_segment_without_timestamps_grows_old_by_the_clock() -> None:
    driver = Driver({"segment.ms": HOUR})
    driver.append(batch(timestamp=-1), NOW)
    assert not driver.append(batch(timestamp=-1), NOW + HOUR).rolls
    assert driver.append(batch(timestamp=-1), NOW + HOUR + 1).rolls


def test_a_clock_that_goes_back_rolls_nothing() -> None:
    driver = Driver({"segment.ms": HOUR})
    driver.append(batch(timestamp=-1), NOW)
    assert not driver.append(batch(timestamp=-1), NOW - 100 * HOUR).rolls
    assert not driver.append(batch(timestamp=NOW - 100 * HOUR)).rolls


def test_a_segment_holds_no_more_offsets_than_an_index_entry_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_log, "MAX_RELATIVE_OFFSET", 10)
    driver = Driver()
    assert [driver.append(batch(4)).segment_base for _ in range(4)] == [0, 0, 8, 8]


def test_commit_names_the_segment_that_is_complete() -> None:
    driver = Driver({"segment.bytes": len(batch())})
    completed = []
    for _ in range(3):
        plan = driver.log.prepare_append(batch(), NOW)
        completed.append(driver.log.commit(plan))
    assert completed == [None, 0, 1]


# Fetching


def ten_segments() -> Driver:
    """Ten segments of four batches of three records."""
    size = len(batch(3))
    driver = Driver({"segment.bytes": 4 * size, "index.interval.bytes": 2 * size})
    for number in range(40):
        driver.append(batch(3, timestamp=NOW + number))
    return driver


def test_every_offset_is_fetched_from_the_batch_that_contains_it() -> None:
    driver = ten_segments()
    for offset in range(120):
        headers = driver.fetch(offset)
        assert headers[0].base_offset == offset // 3 * 3
        assert [header.base_offset for header in headers] == list(
            range(headers[0].base_offset, offset // 12 * 12 + 12, 3)
        )


def test_one_segment_at_a_time() -> None:
    assert {header.base_offset for header in ten_segments().fetch(13)} == {12, 15, 18, 21}


def test_the_end_has_nothing_to_fetch() -> None:
    assert ten_segments().fetch(120) == []


@pytest.mark.parametrize("offset", [-1, 121, 1 << 62])
def test_offsets_outside_the_log_are_out_of_range(offset: int) -> None:
    with pytest.raises(KafkaError) as raised:
        ten_segments().fetch(offset)
    assert raised.value.code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_offsets_below_the_log_start_are_out_of_range() -> None:
    driver = ten_segments()
    driver.log.move_start(50)
    with pytest.raises(KafkaError) as raised:
        driver.fetch(49)
    assert raised.value.code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert driver.fetch(50)[0].base_offset == 48


def test_at_least_one_batch_however_small_the_limit() -> None:
    driver = ten_segments()
    for limit in (0, 1, len(batch(3)) - 1):
        assert [header.base_offset for header in driver.fetch(7, limit)] == [6]
        assert driver.fetch(7, limit, at_least_one=False) == []


def test_the_limit_is_hard_and_exact() -> None:
    driver = ten_segments()
    size = len(batch(3))
    for count in (1, 2, 3):
        for limit in (count * size, count * size + size - 1):
            assert len(driver.fetch(12, limit, at_least_one=False)) == count


def test_nothing_at_or_behind_the_end_offset() -> None:
    driver = ten_segments()
    for end_offset in range(121):
        for offset in range(0, 121, 5):
            fetched = driver.fetch(offset, end_offset=end_offset)
            assert all(header.last_offset < end_offset for header in fetched)
            assert bool(fetched) == (offset // 3 * 3 + 3 <= end_offset)


def test_reading_on_from_the_tail_needs_no_walk() -> None:
    driver = Driver()
    for number in range(50):
        driver.fetch(driver.log.log_end_offset)  # a long poll that finds nothing
        for _ in range(number % 4 + 1):
            driver.append(batch(2))
        driver.reads = 0
        headers = driver.fetch(driver.log.log_end_offset - 2 * (number % 4 + 1))
        assert len(headers) == number % 4 + 1
        assert driver.reads == 0


def test_reading_through_a_log_needs_hardly_a_walk() -> None:
    driver = Driver({"index.interval.bytes": 200})
    for _ in range(500):
        driver.append(batch(2))
    driver.reads = 0
    offset = fetches = 0
    while headers := driver.fetch(offset, 10_000):
        offset = headers[-1].last_offset + 1
        fetches += 1
    assert offset == 1000
    assert driver.reads < fetches


def test_a_damaged_header_is_an_error_and_never_wrong_data() -> None:
    driver = ten_segments()
    driver.segments[12][len(batch(3)) + 8] ^= 0x7F
    driver.log.segments[1]._boundaries.clear()
    with pytest.raises(CorruptRecord):
        driver.fetch(19, 500)


def test_a_header_that_hides_offsets_is_an_error() -> None:
    driver = Driver()
    for _ in range(3):
        driver.append(batch(3))
    for position in (0, len(batch(3)), 2 * len(batch(3))):
        driver.segments[0][position + 26] = 0  # last_offset_delta
    with pytest.raises(CorruptRecord):
        driver.fetch(8)


# The store's promise


def test_the_high_watermark_waits_for_the_promise() -> None:
    driver = Driver()
    size = len(batch(2))
    for _ in range(3):
        driver.append(batch(2), kept=False)
    log = driver.log
    assert (log.log_end_offset, log.high_watermark, log.last_stable_offset, log.readable_bytes) == (6, 0, 0, 0)
    assert driver.fetch(0) == []
    assert not log.keep(0, size - 1)
    assert log.keep(0, size)
    assert (log.high_watermark, log.readable_bytes) == (2, size)
    assert [header.base_offset for header in driver.fetch(0)] == [0]
    assert log.keep(0, 3 * size)
    assert (log.high_watermark, log.readable_bytes) == (6, 3 * size)


def test_a_promise_for_a_later_segment_does_not_cover_an_earlier_one() -> None:
    size = len(batch())
    driver = Driver({"segment.bytes": size})
    for _ in range(3):
        driver.append(batch(), kept=False)
    assert not driver.log.keep(1, size)
    assert driver.log.keep(0, size)
    assert driver.log.high_watermark == 2
    assert driver.log.keep(2, size)
    assert driver.log.high_watermark == 3


def test_a_promise_kept_before_the_commit_counts() -> None:
    driver = Driver()
    plan = driver.log.prepare_append(batch(), NOW)
    driver.log.keep(0, plan.size)
    driver.store(plan, kept=False)
    assert driver.log.high_watermark == 1


def test_a_promise_kept_at_once_does_not_overtake_an_earlier_one() -> None:
    driver = Driver({"segment.bytes": len(batch())})
    driver.append(batch(), kept=False)
    driver.append(batch(), kept=True)
    assert driver.log.high_watermark == 0
    driver.log.keep(0, len(batch()))
    assert driver.log.high_watermark == 2


def test_offsets_behind_the_high_watermark_are_in_range_but_unreadable() -> None:
    driver = Driver()
    driver.append(batch(2))
    driver.append(batch(2), kept=False)
    assert driver.fetch(3) == []
    with pytest.raises(KafkaError):
        driver.fetch(5)


# Time


def test_the_first_record_at_or_after_a_time() -> None:
    driver = Driver({"segment.bytes": 3 * len(batch(4)), "index.interval.bytes": 0})
    for start in (100, 50, 300, 200, 400):
        driver.append(batch(4, timestamp=start, step=10))
    found = driver.log.offset_for_timestamp
    assert found(0, driver.read) == (0, 100)
    assert found(100, driver.read) == (0, 100)
    assert found(101, driver.read) == (1, 110)
    assert found(131, driver.read) == (8, 300)
    assert found(331, driver.read) == (16, 400)
    assert found(430, driver.read) == (19, 430)
    assert found(431, driver.read) is None


@pytest.mark.parametrize("codec", Compression)
def test_the_record_inside_a_compressed_batch(codec: Compression) -> None:
    driver = Driver()
    driver.append(batch(50, timestamp=1000, step=2, codec=codec))
    assert driver.log.offset_for_timestamp(1001, driver.read) == (1, 1002)
    assert driver.log.max_timestamp(driver.read) == (49, 1098)


def test_a_log_append_time_batch_is_found_by_its_append_time() -> None:
    driver = Driver({"message.timestamp.type": "LogAppendTime"})
    driver.append(batch(3, timestamp=5), NOW)
    driver.append(batch(3, timestamp=5), NOW + 10)
    assert driver.log.offset_for_timestamp(5, driver.read) == (0, NOW)
    assert driver.log.offset_for_timestamp(NOW + 1, driver.read) == (3, NOW + 10)


def test_records_below_the_log_start_are_not_found() -> None:
    driver = Driver()
    driver.append(batch(10, timestamp=1000, step=1))
    driver.log.move_start(4)
    assert driver.log.offset_for_timestamp(0, driver.read) == (4, 1004)


def test_the_largest_timestamp_is_found_even_below_the_log_start() -> None:
    driver = Driver()
    driver.append(batch(3, timestamp=1000, step=1))
    driver.append(batch(1, timestamp=500))
    driver.log.move_start(3)
    assert driver.log.max_timestamp(driver.read) == (2, 1002)


def test_of_equal_largest_timestamps_the_first() -> None:
    driver = Driver({"segment.bytes": len(batch(2))})
    for timestamp in (1, 9, 9, 5):
        driver.append(batch(2, timestamp=timestamp))
    assert driver.log.max_timestamp(driver.read) == (2, 9)


def test_no_timestamps_no_answer() -> None:
    driver = Driver()
    assert driver.log.max_timestamp(driver.read) is None
    assert driver.log.offset_for_timestamp(0, driver.read) is None
    driver.append(batch(timestamp=-1))
    assert driver.log.max_timestamp(driver.read) is None


def test_a_lying_header_is_passed_over() -> None:
    driver = Driver()
    driver.append(changed(batch(2, timestamp=1000), max_timestamp=2000))
    driver.append(batch(2, timestamp=1500))
    assert driver.log.offset_for_timestamp(1200, driver.read) == (2, 1500)


def test_a_batch_of_very_many_records_answers_with_its_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_log, "WALKABLE_RECORDS", 10)
    driver = Driver()
    driver.append(batch(11, timestamp=1000, step=1))
    assert driver.log.offset_for_timestamp(1005, driver.read) == (0, 1000)


# Epochs and removal


def test_epochs_come_from_leading() -> None:
    driver = Driver()
    driver.append(batch(2))
    driver.restart(epoch=3)
    driver.append(batch(2))
    assert driver.log.leader_epoch == 3
    assert driver.log.epochs.entries() == [(0, 0), (3, 2)]
    assert [header.partition_leader_epoch for header in driver.fetch(0)] == [0, 3]


def test_an_epoch_never_goes_back() -> None:
    driver = Driver()
    driver.log.begin_epoch(5)
    driver.append(batch())
    driver.restart(epoch=2)
    assert driver.log.leader_epoch == 5


def test_segments_in_front_of_the_log_start_go() -> None:
    driver = ten_segments()
    assert driver.log.move_start(11) == []
    assert driver.log.move_start(12) == [0]
    assert driver.log.move_start(40) == [12, 24]
    assert driver.log.log_start_offset == 40
    assert driver.fetch(40)[0].base_offset == 39


def test_the_last_segment_stays_to_name_the_end() -> None:
    driver = ten_segments()
    assert driver.log.move_start(120) == list(range(0, 108, 12))
    assert (driver.log.log_start_offset, driver.log.log_end_offset) == (120, 120)
    assert driver.fetch(120) == []
    driver.append(batch())
    assert [header.base_offset for header in driver.fetch(120)] == [120]


def test_epochs_in_front_of_the_log_start_go() -> None:
    driver = Driver()
    for epoch in range(3):
        driver.log.begin_epoch(epoch)
        driver.append(batch(5))
    driver.log.move_start(7)
    assert driver.log.epochs.entries() == [(1, 7), (2, 10)]


def test_the_log_start_never_goes_back() -> None:
    driver = ten_segments()
    driver.log.move_start(50)
    assert driver.log.move_start(20) == []
    assert driver.log.log_start_offset == 50


def test_moving_the_start_of_an_empty_log() -> None:
    assert Driver().log.move_start(0) == []


def test_batches_walks_what_is_readable() -> None:
    driver = ten_segments()
    driver.log.move_start(50)
    driver.append(batch(3), kept=False)
    offsets = [header.base_offset for header, _ in driver.log.batches(driver.read)]
    assert offsets == list(range(48, 120, 3))


# Transactions


def transactional(count: int = 1, *, pid: int, sequence: int, epoch: int = 0) -> memoryview:
    return batch(count, producer=(pid, epoch, sequence), attributes=TRANSACTIONAL)


def test_the_last_stable_offset_waits_for_the_first_open_transaction() -> None:
    driver = Driver()
    driver.append(batch(2))
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    driver.append(batch(2))
    driver.append(transactional(pid=8, sequence=0), in_transaction=True)
    log = driver.log
    assert (log.high_watermark, log.last_stable_offset) == (6, 2)
    driver.end(7, 0, committed=True)
    assert log.last_stable_offset == 5
    driver.end(8, 0, committed=False)
    assert log.last_stable_offset == log.high_watermark == 8


def test_an_open_transaction_takes_more_batches_without_asking_again() -> None:
    driver = Driver()
    assert refusal(driver, transactional(pid=7, sequence=0)).code == ErrorCode.INVALID_TXN_STATE
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    driver.append(transactional(pid=7, sequence=1))
    assert refusal(driver, transactional(pid=7, sequence=0, epoch=1)).code == ErrorCode.INVALID_TXN_STATE
    assert refusal(driver, batch(producer=(7, 0, 2))).code == ErrorCode.INVALID_TXN_STATE
    driver.end(7, 0, committed=True)
    assert refusal(driver, transactional(pid=7, sequence=2)).code == ErrorCode.INVALID_TXN_STATE
    assert driver.append(transactional(pid=7, sequence=1)).is_duplicate
    driver.append(batch(producer=(7, 0, 2)))


def test_a_marker_of_the_past_is_refused() -> None:
    driver = Driver()
    driver.append(transactional(pid=7, sequence=0, epoch=3), in_transaction=True)
    for epoch, coordinator, code in (
        (2, 9, ErrorCode.INVALID_PRODUCER_EPOCH),
        (3, 4, ErrorCode.TRANSACTION_COORDINATOR_FENCED),
    ):
        if coordinator == 4:
            driver.end(7, 3, committed=True, coordinator_epoch=5)
        with pytest.raises(KafkaError) as raised:
            driver.end(7, epoch, committed=True, coordinator_epoch=coordinator)
        assert raised.value.code == code


def test_a_marker_with_a_higher_epoch_fences_the_producer() -> None:
    driver = Driver()
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    driver.end(7, 1, committed=False)
    assert refusal(driver, batch(producer=(7, 0, 1))).code == ErrorCode.INVALID_PRODUCER_EPOCH
    driver.append(batch(producer=(7, 1, 0)))


def test_readers_hear_of_aborted_transactions_that_overlap_what_they_read() -> None:
    driver = Driver({"segment.bytes": 250})
    for pid, committed in ((1, False), (2, True), (3, False), (4, False)):
        driver.append(transactional(2, pid=pid, sequence=0), in_transaction=True)  # 0-1, 3-4, 6-7, 9-10
        driver.end(pid, 0, committed=committed)
    log = driver.log
    assert len(log.segments) > 2
    aborted = [(1, 0, 2), (3, 6, 8), (4, 9, 11)]

    def listed(start: int, end: int) -> list[tuple[int, int, int]]:
        return [one[:3] for one in log.aborted_transactions(start, end, driver.read)]

    assert listed(0, 12) == aborted
    assert listed(2, 12) == aborted  # up to its marker
    assert listed(3, 12) == aborted[1:]
    assert listed(3, 6) == []
    assert listed(3, 7) == aborted[1:2]
    assert listed(0, 9) == aborted[:2]
    for clean in (False, True, False):
        driver.restart(clean=clean)
        log = driver.log
        assert listed(0, 12) == aborted
        assert listed(8, 12) == aborted[1:]
        assert log.last_stable_offset == 12


def test_overlapping_transactions_are_listed_by_first_offset() -> None:
    driver = Driver()
    for pid in (1, 2, 3):
        driver.append(transactional(pid=pid, sequence=0), in_transaction=True)
    for pid in (3, 1, 2):
        driver.end(pid, 0, committed=False)
    found = driver.log.aborted_transactions(0, 99, driver.read)
    assert [(one.producer_id, one.first_offset, one.last_offset) for one in found] == [(1, 0, 4), (2, 1, 5), (3, 2, 3)]
    assert {one.producer_id: one.last_stable_offset for one in found} == {3: 0, 1: 1, 2: 6}


def test_a_transaction_stays_undecided_until_its_marker_is_promised() -> None:
    driver = Driver()
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    driver.append(batch())
    driver.end(7, 0, committed=False, kept=False)
    log = driver.log
    assert (log.high_watermark, log.last_stable_offset) == (2, 0)
    log.keep(0, log.segments[0].size)
    assert log.last_stable_offset == 3


@pytest.mark.parametrize("clean", [True, False])
def test_open_transactions_survive_a_restart(clean: bool) -> None:
    driver = Driver({"segment.bytes": 400})
    driver.append(batch(2))
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    for _ in range(20):
        driver.append(batch(2))
    driver.restart(clean=clean)
    assert driver.log.last_stable_offset == 2
    driver.append(transactional(pid=7, sequence=1))
    driver.end(7, 0, committed=False)
    assert driver.log.last_stable_offset == driver.log.high_watermark
    assert [one[:2] for one in driver.log.aborted_transactions(0, 99, driver.read)] == [(7, 2)]


def test_a_log_start_inside_an_open_transaction() -> None:
    driver = Driver()
    driver.append(transactional(3, pid=7, sequence=0), in_transaction=True)
    driver.log.move_start(2)
    assert driver.log.last_stable_offset == 2


def test_a_transaction_without_records_here_leaves_no_trace_for_readers() -> None:
    driver = Driver()
    driver.end(7, 0, committed=False)
    assert driver.log.aborted_transactions(0, 99, driver.read) == []
    assert driver.log.last_stable_offset == 1


def test_the_brokers_own_records_in_a_transaction() -> None:
    driver = Driver()
    for _ in range(2):
        driver.store(driver.log.prepare_transactional([(b"k", b"v")], 7, 0, NOW))
    header = read_header(driver.segments[0])
    assert (header.producer_id, header.base_sequence, header.is_transactional) == (7, -1, True)
    assert driver.log.last_stable_offset == 0
    driver.end(7, 0, committed=True)
    assert driver.log.last_stable_offset == 3


def test_a_producer_with_an_open_transaction_is_not_forgotten() -> None:
    driver = Driver(expiration_ms=1000)
    driver.append(transactional(pid=7, sequence=0), in_transaction=True)
    assert driver.log.producers.expire(NOW + 5000) == 0
    driver.end(7, 0, committed=True)
    assert driver.log.producers.expire(NOW + 5000) == 1


# Segments that an earlier process wrote


def test_segments_grow_old_by_up_to_a_jitter_sooner() -> None:
    ages = set()
    for partition in range(20):
        driver = Driver({"segment.ms": HOUR, "segment.jitter.ms": HOUR // 2})
        driver.log._name = f"t-{partition}"
        driver.append(batch(timestamp=NOW))
        age = next(
            age for age in range(0, HOUR + 2, 1000) if driver.log.prepare_append(batch(timestamp=NOW + age), NOW).rolls
        )
        assert HOUR // 2 <= age <= HOUR + 1000
        ages.add(age)
    assert len(ages) > 10


def test_a_full_index_begins_another_segment() -> None:
    driver = Driver({"segment.index.bytes": 48, "index.interval.bytes": 0})
    for _ in range(30):
        driver.append(batch())
    assert [segment.base_offset for segment in driver.log.segments] == [0, 7, 14, 21, 28]


def test_compaction_in_time_needs_segments_in_time() -> None:
    driver = Driver({"cleanup.policy": ["compact"], "max.compaction.lag.ms": 1000})
    driver.append(batch(timestamp=NOW))
    assert driver.append(batch(timestamp=NOW + 1001)).rolls


# Against a model that is too simple to be wrong


class Model(RuleBasedStateMachine):
    """A list of records, five remembered batches per producer, and the same questions to both.

    Producers are remembered even when all their batches are gone: where a segment begins there is a snapshot.
    """

    def __init__(self) -> None:
        super().__init__()
        self.records: list[tuple[int, bytes]] = []  # (timestamp, value), by offset
        self.starts: list[int] = []
        self.sent: dict[int, list[tuple[int, int, int]]] = {}  # producer: (first sequence, count, offset)
        self.next: dict[int, int] = {}
        self.log_start = 0
        self.now = NOW

    @initialize(interval=st.sampled_from([0, 150, 4096]), segment=st.sampled_from([400, 1000, 1 << 20]))
    def begin(self, interval: int, segment: int) -> None:
        self.driver = Driver({"index.interval.bytes": interval, "segment.bytes": segment})

    def made(self, count: int, timestamp: int, producer: tuple[int, int, int] | None, codec: int) -> memoryview:
        records = [Record(0, timestamp + at, b"k", b"%d" % (len(self.records) + at)) for at in range(count)]
        pid, epoch, sequence = producer or (-1, -1, -1)
        return memoryview(
            bytes(build_batch(records, 0, codec=codec, producer_id=pid, producer_epoch=epoch, base_sequence=sequence))
        )

    def stored(self, plan: AppendPlan, count: int, timestamp: int) -> None:
        assert (plan.is_duplicate, plan.base_offset) == (False, len(self.records))
        self.starts.append(len(self.records))
        self.records += [(timestamp + at, b"%d" % (len(self.records) + at)) for at in range(count)]

    @rule(count=st.integers(1, 4), time=st.integers(0, 50), codec=st.sampled_from([0, 0, 1, 3]))
    def append(self, count: int, time: int, codec: int) -> None:
        self.stored(self.driver.append(self.made(count, time, None, codec), self.now), count, time)

    @rule(pid=st.integers(0, 2), count=st.integers(1, 3), skip=st.sampled_from([0, 0, 0, 1]))
    def append_idempotent(self, pid: int, count: int, skip: int) -> None:
        first = self.next.get(pid, 0) + skip
        data = self.made(count, 7, (pid, 0, first), 0)
        if skip and pid in self.next:
            assert refusal(self.driver, data).code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
            return
        self.sent.setdefault(pid, []).append((first, count, len(self.records)))
        self.next[pid] = first + count
        self.stored(self.driver.append(data, self.now), count, 7)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        pid = data.draw(st.sampled_from(sorted(self.sent)))
        first, count, offset = data.draw(st.sampled_from(self.sent[pid]))
        again = self.made(count, 7, (pid, 0, first), 0)
        if (first, count, offset) in self.sent[pid][-5:]:
            plan = self.driver.append(again, self.now)
            assert (plan.is_duplicate, plan.base_offset, plan.last_offset) == (True, offset, offset + count - 1)
        else:
            assert refusal(self.driver, again).code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER

    @rule(clean=st.booleans(), torn=st.integers(0, 120))
    def restart(self, clean: bool, torn: int) -> None:
        if not clean and torn and self.driver.segments:
            last = self.driver.segments[max(self.driver.segments)]
            data = bytearray(self.made(9, 0, None, 0))
            data[:8] = len(self.records).to_bytes(8, "big")
            last += data[: min(torn, len(data) - 1)]
        self.driver.restart(clean=clean)
        self.log_start = min(self.driver.segments, default=0)  # not remembered in the store yet
        self.driver.log.move_start(self.log_start)

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.log_start = data.draw(st.integers(self.log_start, len(self.records)))
        for base in self.driver.log.move_start(self.log_start):
            self.driver.remove(base)

    @rule(offset=st.integers(0, 150), limit=st.sampled_from([0, 80, 200, 1000, 1 << 20]), one=st.booleans())
    def fetch(self, offset: int, limit: int, one: bool) -> None:
        if not self.log_start <= offset <= len(self.records):
            with pytest.raises(KafkaError):
                self.driver.fetch(offset)
            return
        headers = self.driver.fetch(offset, limit, at_least_one=one)
        if offset == len(self.records):
            assert headers == []
            return
        at = max(start for start in self.starts if start <= offset)
        for header in headers:
            assert header.base_offset == at
            at = header.last_offset + 1
        assert headers or not one
        assert sum(header.size for header in headers) <= limit or len(headers) == 1

    @rule(time=st.integers(0, 60))
    def look_up(self, time: int) -> None:
        expected = next(
            ((at, own) for at, (own, _) in enumerate(self.records) if own >= time and at >= self.log_start), None
        )
        assert self.driver.log.offset_for_timestamp(time, self.driver.read) == expected

    @invariant()
    def the_same_end(self) -> None:
        log = self.driver.log
        assert log.log_end_offset == log.high_watermark == len(self.records)
        assert log.log_start_offset == self.log_start

    def teardown(self) -> None:
        if hasattr(self, "driver"):
            expected = [value for _, value in self.records[self.log_start :]]
            assert [record.value for record in everything(self.driver)] == expected


Model.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAgainstAModel = Model.TestCase
