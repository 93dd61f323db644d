"""Compaction by example, against Kafka's rules, and over made-up histories."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kafkalite.core.log.cleaned_transactions import CleanedTransactions
from kafkalite.core.log.compaction import BatchFilter, LastRecord, Rules, learn
from kafkalite.core.log.offset_map import OffsetMap
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.record_batch import (
    DELETE_HORIZON,
    LOG_APPEND_TIME,
    CorruptRecord,
    Record,
    RecordHeader,
    build_batch,
    header_bytes,
    is_intact,
    iterate_records,
    read_header,
)
from tests.unit.core.log.compacting import DAY, NOW, BatchLog

# Values


def test_the_newest_record_of_each_key_stays() -> None:
    log = BatchLog()
    log.append((b"a", b"1"), (b"b", b"1"), (b"a", b"2"))
    log.append((b"b", b"2"), (b"c", b"1"))
    log.append((b"b", b"3"))
    log.append((b"x", b"behind"))
    log.compact(6)
    assert log.seen() == [(2, b"a", b"2"), (4, b"c", b"1"), (5, b"b", b"3"), (6, b"x", b"behind")]


@pytest.mark.parametrize("codec", Compression)
def test_offsets_timestamps_headers_codec_and_sequences_stay(codec: Compression) -> None:
    log = BatchLog(codec=codec)
    record = Record(0, NOW - 5, b"a", b"kept", (RecordHeader("h", b"x"), RecordHeader("", None)))
    log.append(Record(0, NOW + 9, b"b", b"old"), record, Record(0, NOW, b"b", b"old"), producer=(7, 2, 40))
    log.append((b"b", b"new"))
    before = read_header(log.batches[0])
    log.compact()
    header, batch = log.headers()[0]
    assert list(iterate_records(batch)) == [record._replace(offset=1)]
    assert is_intact(batch, header)
    assert header.max_timestamp == NOW - 5, "of the records that are left"
    unchanged = ("base_offset", "last_offset_delta", "partition_leader_epoch", "attributes", "producer_id")
    assert all(getattr(header, name) == getattr(before, name) for name in unchanged)
    assert (header.producer_epoch, header.base_sequence, header.codec) == (2, 40, codec)


def test_a_batch_of_which_everything_stays_is_the_same_bytes() -> None:
    log = BatchLog(codec=Compression.LZ4)
    log.append((b"a", b"1"), (b"b", b"1"))
    log.append((b"c", b"1"))
    before = list(log.batches)
    assert log.compact() == 0
    assert log.batches == before


def test_a_batch_of_which_nothing_stays_goes() -> None:
    log = BatchLog()
    log.append((b"a", b"1"), (b"b", b"1"))
    log.append((b"a", b"2"), (b"b", b"2"))
    log.compact()
    assert len(log.batches) == 1
    assert log.seen() == [(2, b"a", b"2"), (3, b"b", b"2")]


def test_log_append_time_stays() -> None:
    log = BatchLog(attributes=LOG_APPEND_TIME)
    log.append(Record(0, 5, b"a", b"1"), Record(0, NOW, b"b", b"1"))
    log.append((b"b", b"2"))
    log.compact()
    (kept, _) = log.records()
    assert (kept.key, kept.timestamp) == (b"a", NOW)
    assert read_header(log.batches[0]).has_log_append_time


def test_records_without_a_key_go() -> None:
    """The topic was not compacted when they came."""
    log = BatchLog()
    log.append((None, b"1"), (b"a", b"1"), (None, None))
    log.append((None, b"behind"))
    log.compact(3)
    assert log.seen() == [(1, b"a", b"1"), (3, None, b"behind")]


def test_an_empty_key_is_a_key_and_an_empty_value_is_a_value() -> None:
    log = BatchLog()
    log.append((b"", b"1"), (b"", b""), (b"a", b""))
    log.compact(now_ms=NOW)
    log.compact(now_ms=NOW + 10 * DAY)
    assert log.seen() == [(1, b"", b""), (2, b"a", b"")]


# Tombstones


def test_a_tombstone_stays_until_its_time_is_over() -> None:
    log = BatchLog(delete_retention_ms=1000)
    log.append((b"a", b"1"), (b"b", b"1"))
    log.append(Record(0, NOW - 50, b"b", b"2"), Record(0, NOW - 40, b"a", None), Record(0, NOW - 30, b"c", b"1"))
    log.append((b"d", b"1"))
    log.compact(now_ms=NOW)
    assert log.seen() == [(2, b"b", b"2"), (3, b"a", None), (4, b"c", b"1"), (5, b"d", b"1")]
    header = read_header(log.batches[0])
    assert header.attributes == DELETE_HORIZON
    assert header.base_timestamp == header.delete_horizon_ms == NOW + 1000
    assert [record.timestamp for record in log.records()] == [NOW - 50, NOW - 40, NOW - 30, NOW]
    assert header.max_timestamp == NOW - 30

    before = list(log.batches)
    log.compact(now_ms=NOW + 999)
    assert log.batches == before, "the horizon is set once"
    log.compact(now_ms=NOW + 1000)
    assert log.seen() == [(2, b"b", b"2"), (4, b"c", b"1"), (5, b"d", b"1")]
    assert [record.timestamp for record in log.records()] == [NOW - 50, NOW - 30, NOW]


def test_a_newer_record_takes_the_place_of_a_tombstone() -> None:
    log = BatchLog()
    log.append((b"a", None))
    log.append((b"a", b"again"))
    log.compact()
    assert log.seen() == [(1, b"a", b"again")]
    assert read_header(log.batches[0]).delete_horizon_ms is None


@pytest.mark.parametrize("retention_ms", [0, (1 << 63) - 1])
def test_the_shortest_and_the_longest_delete_retention(retention_ms: int) -> None:
    log = BatchLog(delete_retention_ms=retention_ms)
    log.append((b"a", None), (b"b", b"1"))
    log.append((b"c", b"1"))
    log.compact()
    assert (0, b"a", None) in log.seen(), "one compaction always leaves it"
    log.compact(now_ms=NOW + 1000 * DAY)
    assert ((0, b"a", None) in log.seen()) == (retention_ms > 0)
    assert (1, b"b", b"1") in log.seen()


def test_the_horizon_of_a_batch_with_log_append_time() -> None:
    log = BatchLog(attributes=LOG_APPEND_TIME, codec=Compression.ZSTD)
    log.append((b"a", None), (b"b", b"1"))
    log.compact(now_ms=NOW + 7)
    header = read_header(log.batches[0])
    assert header.delete_horizon_ms == NOW + 7 + DAY
    assert header.has_log_append_time
    assert {record.timestamp for record in log.records()} == {NOW}


def test_a_timestamp_too_far_from_the_horizon_is_kept_and_the_horizon_is_not_set() -> None:
    log = BatchLog()
    log.append(Record(0, -(1 << 63), b"a", None))
    log.compact()
    assert log.records() == [Record(0, -(1 << 63), b"a", None)]
    assert read_header(log.batches[0]).delete_horizon_ms is None


# As far as the map reaches


def test_behind_the_reach_of_the_map_nothing_changes() -> None:
    log = BatchLog()
    log.append((b"a", b"1"), (b"b", b"1"), (b"a", b"2"))
    log.append((b"c", b"1"), (b"a", b"3"))
    log.append((b"d", b"1"), (b"c", b"2"))
    before = log.batches[-1]
    log.compact(max_keys=3)  # of three slots two are filled: a and b
    assert log.first_dirty == 3
    assert log.seen()[:3] == [(1, b"b", b"1"), (2, b"a", b"2"), (3, b"c", b"1")]
    assert log.batches[-1] == before
    log.compact(max_keys=3)
    log.compact(max_keys=3)
    log.compact(max_keys=3)
    assert log.first_dirty == log.end_offset
    assert log.seen() == [(1, b"b", b"1"), (4, b"a", b"3"), (5, b"d", b"1"), (6, b"c", b"2")]


def test_a_map_that_is_full_inside_a_batch_reaches_up_to_its_last_key() -> None:
    log = BatchLog()
    log.append((b"a", b"1"))
    log.append((b"a", b"2"), (b"b", b"1"), (b"c", b"1"), (b"a", b"3"))
    log.compact(max_keys=3)
    assert log.first_dirty == 3
    assert log.seen() == [(1, b"a", b"2"), (2, b"b", b"1"), (3, b"c", b"1"), (4, b"a", b"3")]


def test_only_dirty_records_are_learned() -> None:
    log = BatchLog()
    log.append((b"a", b"1"), (b"b", b"1"))
    log.compact()
    log.append((b"c", b"1"), (b"b", b"2"))
    offsets = OffsetMap(1000, 0.9, 10)
    for header, batch in log.headers():
        assert learn(offsets, CleanedTransactions([]), header, batch, first_dirty=log.first_dirty, pause=lambda: None)
    assert len(offsets) == 2
    assert offsets.get(b"a") == -1


# Producers


def test_the_last_batch_of_a_producer_stays_without_its_records() -> None:
    log = BatchLog(codec=Compression.GZIP)
    log.append((b"a", b"1"), producer=(5, 1, 0))
    log.append((b"a", b"2"), (b"b", None), (b"a", b"3"), producer=(5, 1, 1))
    log.append((b"a", b"4"), (b"b", b"2"))
    log.compact(last_records=log.last_records)
    first = read_header(log.batches[0])
    assert log.seen() == [(4, b"a", b"4"), (5, b"b", b"2")]
    assert (first.base_offset, first.last_offset, first.records_count, first.size) == (1, 3, 0, 61)
    assert (first.producer_id, first.producer_epoch, first.base_sequence) == (5, 1, 1)
    assert (first.attributes, first.base_timestamp, first.max_timestamp) == (0, -1, NOW)
    assert is_intact(log.batches[0], first)

    before = list(log.batches)
    log.compact(last_records=log.last_records)
    assert log.batches == before
    log.compact(last_records={})  # the producer was forgotten
    assert log.batches == before[1:]


def test_the_last_batch_of_all_stays_without_its_records() -> None:
    """So that the end offset of the segment stays known."""
    log = BatchLog()
    log.append((b"a", b"1"))
    log.append((None, b"1"))
    log.append((b"b", b"1"))
    log.compact(2)
    assert [header.records_count for header, _ in log.headers()] == [1, 0, 1]
    assert read_header(log.batches[1]).last_offset == 1
    log.compact()
    assert [header.base_offset for header, _ in log.headers()] == [0, 2]


# Transactions


def test_what_was_aborted_goes_and_what_was_committed_is_compacted() -> None:
    log = BatchLog()
    log.append((b"a", b"1"), (b"b", b"1"))
    log.append((b"a", b"never"), (b"c", b"never"), producer=(1, 0, 0), transactional=True)
    log.append((b"b", b"2"), producer=(2, 0, 0), transactional=True)
    log.mark(1, committed=False)
    log.mark(2, committed=True)
    log.append((b"a", b"never again"), producer=(1, 0, 2), transactional=True)
    log.mark(1, committed=False)
    log.compact()
    expected = [(0, b"a", b"1"), (4, b"b", b"2")]
    assert log.seen() == log.seen(committed=True) == expected


def test_nothing_is_compacted_behind_an_open_transaction() -> None:
    log = BatchLog()
    log.append((b"a", b"1"))
    log.append((b"a", b"2"), producer=(1, 0, 0), transactional=True)
    log.append((b"a", b"3"))
    log.compact()
    assert [value for _, _, value in log.seen()] == [b"1", b"2", b"3"]
    log.mark(1, committed=False)
    log.compact()
    assert [value for _, _, value in log.seen()] == [b"3"]


def test_a_marker_stays_as_long_as_its_transaction_has_batches_and_then_as_a_tombstone() -> None:
    log = BatchLog(delete_retention_ms=1000)
    log.append((b"a", b"1"), producer=(1, 0, 0), transactional=True)
    marker = log.mark(1, committed=True)
    log.append((b"z", b"1"))
    log.compact()
    assert read_header(log.batches[1]).delete_horizon_ms is None
    log.append((b"a", b"2"))
    log.compact(now_ms=NOW)  # the data go; when their marker was passed, they were still there
    assert [header.base_offset for header, _ in log.headers()] == [marker, 2, 3]
    log.compact(now_ms=NOW + 5)
    header, batch = log.headers()[0]
    assert header.is_control
    assert header.delete_horizon_ms == NOW + 5 + 1000
    assert [record.key for record in iterate_records(batch)] == [b"\x00\x00\x00\x01"]
    assert [record.timestamp for record in iterate_records(batch)] == [NOW]
    log.compact(now_ms=NOW + 1004)
    assert log.headers()[0][0].base_offset == marker
    log.compact(now_ms=NOW + 1005)
    assert [header.base_offset for header, _ in log.headers()] == [2, 3]


def test_the_marker_of_an_aborted_transaction_and_its_index_entry_stay_while_a_batch_is_left() -> None:
    """The batch of a producer who is still known is left, empty."""
    log = BatchLog()
    log.append((b"a", b"never"), producer=(1, 0, 0), transactional=True)
    log.mark(1, committed=False)
    log.append((b"z", b"1"))
    log.compact(last_records=log.last_records)
    log.compact(last_records=log.last_records)
    assert len(log.aborted) == 1
    assert [header.records_count for header, _ in log.headers()] == [0, 1, 1]
    assert read_header(log.batches[0]).is_transactional
    assert read_header(log.batches[1]).delete_horizon_ms is None
    log.compact(last_records={})
    log.compact(last_records={})
    assert log.aborted == []
    assert [header.records_count for header, _ in log.headers()] == [1, 1]
    assert read_header(log.batches[0]).delete_horizon_ms == NOW + DAY


def test_the_marker_that_is_all_that_is_known_of_a_producer_stays() -> None:
    """It has the epoch that fences older ones (transaction.version 2 bumps it with the marker)."""
    log = BatchLog(delete_retention_ms=0)
    log.append((b"a", b"1"), producer=(1, 0, 0), transactional=True)
    log.mark(1, committed=True, epoch=1)
    log.append((b"a", b"2"))
    assert log.last_records[1] == LastRecord(None, 1)
    for passed_ms in range(3):
        log.compact(now_ms=NOW + passed_ms, last_records=log.last_records)
    header = read_header(log.batches[0])
    assert (header.base_offset, header.is_control, header.producer_epoch) == (1, True, 1)
    log.compact(now_ms=NOW + 9, last_records={1: LastRecord(None, 2)})
    assert log.seen() == [(2, b"a", b"2")]
    assert len(log.batches) == 1


def test_other_control_records_stay_for_ever() -> None:
    log = BatchLog(delete_retention_ms=0)
    batch = build_batch([(b"\x00\x00\x00\x02", b"leader")], NOW, attributes=0x20)
    log.batches = [bytes(batch)]
    log.end_offset = 1
    log.append((b"a", b"1"))
    for _ in range(3):
        log.compact(now_ms=NOW + 10 * DAY)
    assert log.batches[0] == batch


# Damage


def filtered(batch: bytes) -> None:
    offsets = OffsetMap(1000, 0.9, 10)
    offsets.put(b"other", 99)
    BatchFilter(offsets, CleanedTransactions([]), Rules(NOW, DAY, 100, {}), lambda: None).filter(
        read_header(batch), batch
    )


def learned(batch: bytes) -> None:
    learn(
        OffsetMap(1000, 0.9, 10), CleanedTransactions([]), read_header(batch), batch, first_dirty=0, pause=lambda: None
    )


@pytest.mark.parametrize("look_at", [filtered, learned])
def test_damaged_batches_are_refused(look_at: object) -> None:
    assert callable(look_at)
    batch = bytes(build_batch([(b"a", b"1")], NOW))
    look_at(batch)
    for position in range(17, len(batch)):
        damaged = bytearray(batch)
        damaged[position] ^= 1
        with pytest.raises(CorruptRecord):
            look_at(bytes(damaged))


@pytest.mark.parametrize("look_at", [filtered, learned])
def test_what_a_producer_sent_wrong_is_refused(look_at: object) -> None:
    """With a right checksum: it came to a topic that was not compacted then, where nobody looks into batches."""
    assert callable(look_at)
    header = read_header(build_batch([(b"a", b"1")], NOW))
    for attributes, records in ((0, b"nonsense"), (1, b"no gzip"), (0x20, bytes([14, 0, 0, 0, 2, 0, 2, 0]))):
        bad = header._replace(attributes=attributes)
        with pytest.raises(KafkaError):
            look_at(header_bytes(bad, records) + records)


def test_timestamps_beyond_64_bits_are_refused() -> None:
    first = build_batch([Record(0, 0, b"a", b"1"), Record(0, 9, b"b", b"1"), Record(0, 8, b"a", b"1")], NOW)
    records = bytes(first[61:])
    bad = header_bytes(read_header(first)._replace(base_timestamp=(1 << 63) - 1), records) + records
    log = BatchLog()
    log.batches = [bad]
    log.end_offset = 3
    with pytest.raises(CorruptRecord):
        log.compact()


# Made-up histories

KEYS = st.sampled_from([b"a", b"b", b""])
VALUES = st.none() | st.sampled_from([b"", b"1", b"22"])
PAIRS = st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=4)
PRODUCERS = st.integers(1, 3)
RETENTION_MS = 100


class Histories(RuleBasedStateMachine):
    """Writers of all kinds, compactions whenever, and what readers may rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.log = BatchLog(delete_retention_ms=RETENTION_MS)
        self.now_ms = NOW
        self.written: dict[int, Record] = {}
        self.undecided: dict[int, list[int]] = {}
        """Producer id -> offsets in its open transaction."""
        self.committed: set[int] = set()
        self.sequences: dict[int, int] = {}
        self.met: dict[int, int] = {}
        """Offset of a tombstone -> when a compaction came past it for the first time."""

    def write(self, pairs: list[tuple[bytes | None, bytes | None]], producer_id: int, *, transactional: bool) -> None:
        producer = None
        if producer_id:
            producer = producer_id, 0, self.sequences.get(producer_id, 0)
            self.sequences[producer_id] = producer[2] + len(pairs)
        base_offset = self.log.append(*pairs, producer=producer, transactional=transactional, timestamp=self.now_ms)
        for number, (key, value) in enumerate(pairs):
            self.written[base_offset + number] = Record(base_offset + number, self.now_ms, key, value)
        offsets = range(base_offset, base_offset + len(pairs))
        if transactional:
            self.undecided.setdefault(producer_id, []).extend(offsets)
        else:
            self.committed.update(offsets)

    @rule(pairs=PAIRS)
    def anybody_writes(self, pairs: list[tuple[bytes | None, bytes | None]]) -> None:
        self.write(pairs, 0, transactional=False)

    @rule(pairs=PAIRS)
    def an_idempotent_producer_writes(self, pairs: list[tuple[bytes | None, bytes | None]]) -> None:
        self.write(pairs, 9, transactional=False)

    @rule(pairs=PAIRS, producer_id=PRODUCERS)
    def a_transaction_goes_on(self, pairs: list[tuple[bytes | None, bytes | None]], producer_id: int) -> None:
        self.write(pairs, producer_id, transactional=True)

    @precondition(lambda self: self.undecided)
    @rule(producer_id=PRODUCERS, committed=st.booleans())
    def a_transaction_ends(self, producer_id: int, committed: bool) -> None:
        if producer_id in self.undecided:
            self.log.mark(producer_id, committed=committed)
            offsets = self.undecided.pop(producer_id)
            self.committed.update(offsets if committed else ())

    @rule(passed_ms=st.integers(1, 80))
    def time_passes(self, passed_ms: int) -> None:
        self.now_ms += passed_ms

    @rule()
    def silent_producers_are_forgotten(self) -> None:
        for producer_id in self.sequences.keys() - self.undecided.keys():
            del self.sequences[producer_id], self.log.last_records[producer_id]

    @rule(left=st.sampled_from([0, 0, 0, 1, 2, 5]), max_keys=st.sampled_from([1000, 1000, 5, 3]))
    def compact(self, left: int, max_keys: int) -> None:
        """All that is decided, or less by so many batches."""
        ends = [0] + [one.last_offset + 1 for one, _ in self.log.headers() if one.last_offset < self.log.stable]
        upper_bound = max(ends[max(len(ends) - 1 - left, 0)], self.log.first_dirty)
        last_records = self.log.last_records
        self.log.compact(upper_bound, now_ms=self.now_ms, max_keys=max_keys, last_records=last_records)
        for offset in self.written:
            if offset < self.log.first_dirty:
                self.met.setdefault(offset, self.now_ms)
        self.check_producers()

    def check_producers(self) -> None:
        for producer_id, sequence in self.sequences.items():
            last = [
                header
                for header, _ in self.log.headers()
                if header.producer_id == producer_id and header.base_sequence >= 0
            ]
            assert last[-1].base_sequence + last[-1].last_offset_delta + 1 == sequence

    @invariant()
    def readers_see_a_subsequence(self) -> None:
        for committed in (False, True):
            seen = self.log.records(committed=committed)
            offsets = [record.offset for record in seen]
            assert offsets == sorted(set(offsets))
            assert all(self.written[record.offset] == record for record in seen)
        assert {record.offset for record in self.log.records(committed=True)} <= self.committed

    @invariant()
    def the_newest_of_each_key_is_there(self) -> None:
        stable = self.log.stable
        newest = {
            self.written[offset].key: self.written[offset] for offset in sorted(self.committed) if offset < stable
        }
        seen = {record.key: record for record in self.log.records(committed=True)}
        everything = {record.offset for record in self.log.records()}
        for key, record in newest.items():
            if record.value is not None or key in seen:
                assert seen[key] == record
            else:
                assert self.met[record.offset] + RETENTION_MS <= self.now_ms
            if key in seen:
                assert record.offset in everything

    @invariant()
    def batches_are_whole_and_in_order(self) -> None:
        end = 0
        for header, batch in self.log.headers():
            assert is_intact(batch, header)
            assert header.base_offset >= end
            end = header.last_offset + 1
            assert len(list(iterate_records(batch))) == header.records_count
        assert end <= self.log.end_offset
        if self.log.first_dirty < self.log.end_offset:
            assert end == self.log.end_offset


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
