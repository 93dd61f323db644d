"""Recovery: everything comes back, a torn tail goes, and damage to what was acknowledged is never cut silently."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafkalite.core.log import recovery
from kafkalite.core.log.partition_log import PartitionLog
from kafkalite.core.log.producer_state import ProducerState
from kafkalite.core.log.recovery import Cut, DamagedLog, in_front, recover
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.record_batch import (
    HEADER_SIZE,
    TRANSACTIONAL,
    CorruptRecord,
    build_batch,
    iterate_records,
    read_header,
)
from tests.unit.core.log.batches import NOW, Driver, batch

SIZE = len(batch())
LAST = 78  # bytes of a marker's batch, the last in `transactions`


def filled(count: int = 40, **values: int) -> Driver:
    """`count` batches of one record, by an idempotent producer."""
    driver = Driver(values)
    for number in range(count):
        driver.append(batch(timestamp=NOW + number, producer=(7, 0, number)))
    return driver


def facts(driver: Driver) -> object:
    log = driver.log
    segments = [
        (
            segment.base_offset,
            segment.next_offset,
            segment.size,
            segment.max_timestamp,
            segment.max_timestamp_offset,
            segment.first_timestamp,
            segment.index.offset_bytes(),
            segment.aborted,
        )
        for segment in (log.segments.loaded(segment, driver.read) for segment in log.segments)
    ]
    producers = {
        producer_id: (entry.epoch, entry.next_sequence, entry.batches)
        for producer_id, entry in log.producers._entries.items()
    }
    ends = (log.log_start_offset, log.log_end_offset, log.high_watermark, log.size)
    return segments, producers, ends, log.epochs.entries()


def recovered(driver: Driver, data: bytes | bytearray, *, clean: bool = False) -> tuple[PartitionLog, list[Cut]]:
    """A new log from one segment of these bytes."""
    log = PartitionLog("t-0", driver.config, ProducerState())

    def read(base: int, position: int, size: int) -> bytes:
        return bytes(data[position : position + size])

    files = Driver()
    done = recover(log, [(0, len(data))], read, files, clean=clean, recovery_point=0, now_ms=NOW)
    return log, done.cuts


def damage(driver: Driver, *, clean: bool = False) -> DamagedLog:
    with pytest.raises(DamagedLog) as raised:
        driver.restart(clean=clean, closed=False)
    return raised.value


# All of it comes back


@pytest.mark.parametrize("clean", [True, False])
@pytest.mark.parametrize("segment_bytes", [2 * SIZE, 5 * SIZE, 1 << 30])
def test_a_log_comes_back_as_it_was(clean: bool, segment_bytes: int) -> None:
    driver = filled(**{"segment.bytes": segment_bytes, "index.interval.bytes": 300})
    for epoch in (2, 3):
        driver.restart(epoch=epoch)
        driver.append(batch(3, timestamp=NOW - 5, producer=(8, epoch, 0)))
    before = facts(driver)
    assert driver.restart(clean=clean) == []
    assert facts(driver) == before


def test_no_segments_are_an_empty_log() -> None:
    driver = Driver()
    assert driver.restart() == []
    assert driver.append(batch()).base_offset == 0


def test_all_five_batches_of_a_producer_come_back() -> None:
    """Kafka keeps only the last one over a clean restart."""
    driver = filled(10)
    for clean in (True, False):
        driver.restart(clean=clean)
        for number in range(5, 10):
            plan = driver.append(batch(producer=(7, 0, number)))
            assert (plan.is_duplicate, plan.base_offset) == (True, number)
        with pytest.raises(KafkaError) as raised:
            driver.append(batch(producer=(7, 0, 4)))
        assert raised.value.code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert not driver.append(batch(producer=(7, 0, 10))).is_duplicate


def test_producers_live_on_from_the_restart() -> None:
    """Record timestamps may be days old; a producer that was here just now must not be forgotten for that."""
    driver = Driver(expiration_ms=1000)
    driver.append(batch(timestamp=NOW - 10**9, producer=(7, 0, 0)))
    driver.restart(now_ms=NOW)
    assert driver.append(batch(producer=(7, 0, 0)), NOW + 999).is_duplicate


def test_an_empty_last_segment_names_the_end() -> None:
    driver = filled(3, **{"segment.bytes": SIZE})
    driver.segments[3] = bytearray()
    driver.restart()
    assert (driver.log.log_start_offset, driver.log.log_end_offset) == (0, 3)
    assert not driver.log.prepare_append(batch(producer=(7, 0, 3)), NOW).rolls


def test_only_an_empty_segment_is_left() -> None:
    driver = Driver()
    driver.segments[17] = bytearray()
    driver.restart()
    assert (driver.log.log_start_offset, driver.log.log_end_offset) == (17, 17)


def test_an_empty_segment_whose_first_append_failed_is_passed_over() -> None:
    driver = filled(5)
    driver.segments[3] = bytearray()
    driver.restart()
    assert driver.log.log_end_offset == 5
    driver.append(batch())
    driver.segments[6] = driver.segments.pop(3)
    driver.restart()
    assert driver.log.log_end_offset == 6


def test_a_log_that_starts_late_keeps_its_start() -> None:
    driver = filled(9, **{"segment.bytes": 3 * SIZE})
    for base in driver.log.move_start(7):
        del driver.segments[base]
    driver.restart()
    assert (driver.log.log_start_offset, driver.log.log_end_offset) == (6, 9)


@pytest.mark.parametrize("clean", [True, False])
def test_batches_larger_than_any_one_read(clean: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    for size in (10, 5000, 100, 100_000, 3, 40_000, 70_000, 1):
        driver.append(batch(value=bytes(size)))
    before = facts(driver)
    monkeypatch.setattr(recovery, "CHUNK_BYTES", 8192)
    assert driver.restart(clean=clean) == []
    assert facts(driver) == before


def test_a_clean_start_reads_no_records() -> None:
    driver = Driver({"max.message.bytes": 1 << 21, "segment.bytes": 5 << 20})
    for number in range(20):
        driver.append(batch(value=bytes(1_000_000), producer=(7, 0, number)))
    before = facts(driver)
    driver.reads = 0
    driver.restart(clean=True)
    assert driver.reads == 0
    assert driver.log.log_end_offset == 20
    assert driver.append(batch(producer=(7, 0, 15))).is_duplicate
    assert facts(driver) == before
    assert driver.unfitting == []


# T3: a torn tail, at every byte


def test_a_tail_torn_at_every_byte_is_cut_to_the_last_whole_batch() -> None:
    driver = filled(40)
    whole = bytes(driver.segments[0])
    for end in range(len(whole) + 1):
        log, cuts = recovered(driver, whole[:end])
        good = end // SIZE
        assert (log.log_end_offset, log.size) == (good, good * SIZE)
        assert cuts == ([Cut(0, good * SIZE)] if end % SIZE else [])


@pytest.mark.parametrize("tail", ["zeros", "old segment", "old batches", "noise"])
def test_what_stands_behind_the_tear_does_not_matter(tail: str) -> None:
    """Preallocated files, and file systems that give the space of an old file to a new one."""
    driver = filled(40)
    whole = bytes(driver.segments[0])
    junk = {
        "zeros": bytes(3 * SIZE),
        "old segment": whole[: 5 * SIZE],  # these offsets are long known
        "old batches": whole[SIZE // 2 : 4 * SIZE],
        "noise": bytes((at * 7919 + 2) % 256 for at in range(3 * SIZE)),
    }[tail]
    for end in range(6 * SIZE, 9 * SIZE, 1):
        log, cuts = recovered(driver, whole[:end] + junk)
        good = end // SIZE
        torn_off = (good + 1) * SIZE - end
        if junk[:torn_off] == whole[end : end + torn_off]:
            good += 1  # by chance just the bytes that were missing
        assert (log.log_end_offset, cuts) == (good, [Cut(0, good * SIZE)])


def test_a_second_recovery_changes_nothing_and_appends_go_on() -> None:
    for torn in (1, 11, 12, HEADER_SIZE - 1, HEADER_SIZE, SIZE - 1):
        driver = filled(10)
        del driver.segments[0][-torn:]
        assert driver.restart() == [Cut(0, 9 * SIZE)]
        before = facts(driver)
        assert driver.restart() == []
        assert facts(driver) == before
        assert driver.append(batch(producer=(7, 0, 9))).base_offset == 9
        assert driver.restart() == []
        assert [header.base_offset for header in driver.fetch(0)] == list(range(10))


def test_a_tail_torn_in_the_first_batch_leaves_an_empty_log() -> None:
    driver = filled(1)
    del driver.segments[0][-1:]
    assert driver.restart() == [Cut(0, 0)]
    assert driver.log.log_end_offset == 0
    assert driver.append(batch()).base_offset == 0


def test_a_whole_batch_with_a_wrong_checksum_at_the_end_is_a_torn_tail() -> None:
    driver = filled(10)
    driver.segments[0][-1] ^= 1
    assert driver.restart() == [Cut(0, 9 * SIZE)]


def test_only_the_last_segment_may_be_torn() -> None:
    driver = filled(9, **{"segment.bytes": 3 * SIZE})
    del driver.segments[3][-5:]
    found = damage(driver)
    assert (found.segment_base, found.position) == (3, 2 * SIZE)


def test_after_a_clean_end_nothing_may_be_torn() -> None:
    driver = filled(10)
    del driver.segments[0][-5:]
    found = damage(driver, clean=True)
    assert (found.segment_base, found.position) == (0, 9 * SIZE)
    assert "behind the end of the file" in found.reason


# T4: flipped bits


def test_no_flipped_bit_ever_loses_a_batch_silently() -> None:
    """Whatever bit is wrong: the log is refused, or it is the last batch and taken for torn, or the checksum of the
    client will tell. Nothing in the middle is cut."""
    driver = filled(5)
    whole = bytes(driver.segments[0])
    refused = cut = 0
    places = set()
    for position in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[position] ^= 1 << bit
            try:
                log, cuts = recovered(driver, data)
            except DamagedLog as found:
                places.add(found.position // SIZE - position // SIZE)
                refused += 1
                continue
            assert position >= 4 * SIZE, f"bit {bit} of byte {position}"
            if cuts:
                assert (log.log_end_offset, cuts) == (4, [Cut(0, 4 * SIZE)])
            else:
                assert read_header(data, 4 * SIZE).partition_leader_epoch > 0
            cut += 1
    assert refused > 4 * SIZE * 8
    assert refused + cut == 5 * SIZE * 8
    assert places == {0, 1}  # the damaged batch, or the next one, which does not follow it


def test_a_clean_start_finds_every_flip_that_headers_can_show() -> None:
    driver = filled(5)
    whole = bytes(driver.segments[0])
    for position in [*range(12), 16]:
        data = bytearray(whole)
        data[2 * SIZE + position] ^= 0x08
        with pytest.raises(DamagedLog):
            recovered(driver, data, clean=True)


@pytest.mark.parametrize("length", [0, 48, 1 << 20, (1 << 31) - 1])
def test_a_wrong_length_in_the_middle_hides_nothing(length: int) -> None:
    driver = filled(10)
    driver.segments[0][4 * SIZE + 8 : 4 * SIZE + 12] = length.to_bytes(4, "big")
    assert damage(driver).position == 4 * SIZE


def test_many_batches_wiped_out_in_the_middle() -> None:
    driver = filled(20)
    driver.segments[0][4 * SIZE : 15 * SIZE + 7] = bytes(11 * SIZE + 7)
    assert damage(driver).position == 4 * SIZE


def test_proof_of_later_batches_is_found_across_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = filled(60)
    whole = bytes(driver.segments[0])
    for chunk in (HEADER_SIZE, 100, 150, SIZE, 4096):
        monkeypatch.setattr(recovery, "CHUNK_BYTES", chunk)
        for wiped in (1, 3, 40):
            data = bytearray(whole)
            data[SIZE : SIZE + wiped * SIZE] = b"\x02" * (wiped * SIZE)
            with pytest.raises(DamagedLog):
                recovered(driver, data)


# What a batch must not say of itself


def test_segments_must_not_overlap() -> None:
    driver = filled(6, **{"segment.bytes": 3 * SIZE})
    driver.segments[2] = driver.segments.pop(3)
    found = damage(driver)
    assert (found.segment_base, found.position) == (2, 0)


@pytest.mark.parametrize(("offset", "epoch"), [(6, 0), (5 + (1 << 32), 0), (5, -1)])
def test_a_whole_batch_that_does_not_follow_is_damage(offset: int, epoch: int) -> None:
    driver = filled(5)
    driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=offset, leader_epoch=epoch)
    assert damage(driver).position == 5 * SIZE


def test_a_whole_batch_with_an_old_offset_is_what_an_old_file_left() -> None:
    driver = filled(5)
    driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=4, leader_epoch=0)
    assert driver.restart() == [Cut(0, 5 * SIZE)]


def test_an_epoch_must_not_go_back() -> None:
    driver = filled(3)
    driver.restart(epoch=4)
    driver.append(batch())
    driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=4, leader_epoch=3)
    driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=5, leader_epoch=4)
    assert "leader epoch 3 behind 4" in damage(driver).reason


def test_a_compacted_log_may_have_gaps() -> None:
    driver = Driver({"cleanup.policy": ["compact"]})
    driver.segments[0] = bytearray()
    for offset in (5, 9, 30):
        driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=offset, leader_epoch=0)
    driver.segments[50] = build_batch([(b"k", b"v")], NOW, base_offset=50, leader_epoch=0)
    assert driver.restart() == []
    assert driver.log.log_end_offset == 51
    assert [driver.fetch(offset)[0].base_offset for offset in (0, 6, 29, 30, 31, 50)] == [5, 9, 30, 30, 50, 50]


def test_a_segment_that_ends_with_a_gap_reaches_to_the_next_one() -> None:
    """Or its files would not fit it at the start after this one, when it is trusted."""
    driver = Driver({"cleanup.policy": ["compact"], "segment.bytes": 2 * len(batch())})
    for _ in range(5):
        driver.append(batch())
    del driver.segments[0][len(batch()) :]  # as compaction may leave it
    driver.files.clear()
    driver.restart()
    first, second, last = driver.log.segments
    assert [one.next_offset for one in (first, second, last)] == [2, 4, 5]
    assert driver.log.log_end_offset == 5


def test_damage_in_a_compacted_log_is_not_cut_either() -> None:
    driver = Driver({"cleanup.policy": ["compact"]})
    driver.segments[0] = bytearray()
    for offset in (5, 9, 30):
        driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=offset, leader_epoch=0)
    driver.segments[0][5] = 1  # the first batch now claims offset 65,541
    assert damage(driver).segment_base == 0


@pytest.mark.parametrize(
    ("segments", "start", "count"),
    [
        ([], 5, 0),
        ([(0, 9)], 50, 0),
        ([(0, 9), (10, 9), (20, 9)], 0, 0),
        ([(0, 9), (10, 9), (20, 9)], 9, 0),
        ([(0, 9), (10, 9), (20, 9)], 10, 1),
        ([(0, 9), (10, 9), (20, 9)], 19, 1),
        ([(0, 9), (10, 9), (20, 9)], 500, 2),
        ([(0, 9), (10, 0)], 10, 0),  # perhaps the first append to it failed, and the first segment goes on to 50
        ([(0, 9), (10, 0), (20, 9)], 15, 0),
        ([(0, 9), (10, 0), (20, 9)], 20, 2),
    ],
)
def test_segments_in_front_of_the_log_start_are_not_read(
    segments: list[tuple[int, int]], start: int, count: int
) -> None:
    assert in_front(segments, start) == count


# What need not be read


def test_below_the_recovery_point_nothing_is_read() -> None:
    driver = filled(40, **{"segment.bytes": 5 * SIZE})
    before = facts(driver)
    driver.reads = 0
    driver.restart(recovery_point=35)
    assert driver.reads == 1  # the last segment
    assert [segment.is_known for segment in driver.log.segments] == [False] * 7 + [True]
    assert facts(driver) == before
    assert driver.recovered.read == []
    driver.restart(recovery_point=12)
    assert [segment.is_known for segment in driver.log.segments] == [False] * 2 + [True] * 6
    assert [segment.base_offset for segment in driver.recovered.read] == [10, 15, 20, 25, 30]
    assert facts(driver) == before


@pytest.mark.parametrize("missing", ["summary", "snapshot"])
def test_a_segment_without_its_files_is_read_with_all_behind_it(missing: str) -> None:
    driver = filled(40, **{"segment.bytes": 5 * SIZE})
    before = facts(driver)
    del driver.files[f"{20:020d}.{missing}"]
    driver.restart(clean=True, closed=True)
    known = [segment.base_offset for segment in driver.log.segments if segment.is_known]
    assert known == ([20, 25, 30, 35] if missing == "summary" else [35])
    if missing == "snapshot":  # needed only where the trusted segments end
        driver.restart(recovery_point=20)
        known = [segment.base_offset for segment in driver.log.segments if segment.is_known]
        assert known == [15, 20, 25, 30, 35]
    assert facts(driver) == before


def test_only_snapshots_at_a_segments_begin_or_at_the_end_are_kept() -> None:
    driver = filled(8, **{"segment.bytes": 5 * SIZE})
    driver.restart(clean=True)
    driver.append(batch(producer=(7, 0, 8)))
    driver.restart()
    assert sorted(name for name in driver.files if name.endswith(".snapshot")) == [f"{5:020d}.snapshot"]
    driver.files[f"{99:020d}.snapshot"] = b""
    driver.restart()
    assert driver.recovered.stale == [f"{99:020d}.snapshot"]


def test_producers_whose_batches_are_gone_are_still_known() -> None:
    driver = filled(5, **{"segment.bytes": 5 * SIZE})
    for _ in range(5):
        driver.append(batch())
    for base in driver.log.move_start(5):
        driver.remove(base)
    for clean in (False, True):
        driver.restart(clean=clean)
        assert driver.append(batch(producer=(7, 0, 4))).is_duplicate


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_log_that_ends_elsewhere_than_where_it_was_closed_is_damaged(size: int) -> None:
    driver = Driver({"max.message.bytes": 1 << 21})
    for _ in range(5):
        driver.append(batch(value=bytes(size)))
    last = len(driver.segments[0]) // 5 * 4
    driver.close()
    driver.segments[0][last + 6] = 1
    if size == 10:
        assert "closed at offset 5" in damage(driver, clean=True).reason
    else:  # too large to be read at the start
        driver.restart(clean=True)
        with pytest.raises(CorruptRecord):
            driver.fetch(4)


def test_gaps_are_damage_only_where_nothing_may_have_been_compacted() -> None:
    driver = Driver()
    driver.segments[0] = bytearray()
    for offset in (5, 9, 30):
        driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=offset, leader_epoch=0)
    assert damage(driver).position == 0
    assert driver.restart(recovery_point=31) == []
    assert driver.restart(clean=True, closed=False) == []
    driver.segments[0] += build_batch([(b"k", b"v")], NOW, base_offset=40, leader_epoch=0)
    with pytest.raises(DamagedLog):
        driver.restart(recovery_point=31)


# T4 over every file: whatever bit is wrong, what is read is what was written, or an error


def transactions() -> Driver:
    """Three complete segments and a fourth: idempotent and transactional batches, both outcomes, two epochs."""
    driver = Driver({"segment.bytes": 330, "index.interval.bytes": 100})
    for number in range(4):
        driver.append(batch(2, timestamp=NOW + number, producer=(7, 0, 2 * number)))
        transactional = batch(timestamp=NOW - number, producer=(8 + number, 0, 0), attributes=TRANSACTIONAL)
        driver.append(transactional, in_transaction=True)
        driver.end(8 + number, 0, committed=number % 2 == 0)
        driver.log.begin_epoch(number // 2)
    return driver


def seen(driver: Driver) -> dict[object, object]:
    """Every question a client can ask, each with its answer or that it is an error."""
    log = driver.log
    answers: dict[object, object] = {"ends": (log.log_start_offset, log.log_end_offset, log.last_stable_offset)}

    def ask(question: object, answer: Callable[..., object], *arguments: object) -> None:
        try:
            answers[question, *arguments] = answer(*arguments)
        except CorruptRecord:
            answers[question, *arguments] = "error"

    for offset in range(log.log_end_offset):
        ask("fetch", fetched, driver, offset)
        ask("aborted", log.aborted_transactions, offset, offset + 4, driver.read)
    for time in range(NOW - 4, NOW + 5):
        ask("time", log.offset_for_timestamp, time, driver.read)
    ask("largest", log.max_timestamp, driver.read)
    ask("replay", lambda: [list(iterate_records(data)) for _, data in log.batches(driver.read)])
    for row in log.producers.rows():
        answers["producer", row.producer_id] = row._replace(batches=tuple(row.batches))
    return answers


def fetched(driver: Driver, offset: int) -> bytes:
    """The first batch of what is fetched there, all of which must be as it was written."""
    span = driver.log.locate(offset, 1 << 20, driver.log.high_watermark, at_least_one=True, read=driver.read)
    assert span is not None
    data = without_epochs(driver.segments[span.segment_base][span.position : span.position + span.size])
    assert data in driver.written, "bytes that were never written"
    return data[: read_header(data).size]


def without_epochs(data: bytearray) -> bytes:
    """A batch's leader epoch has no checksum: that of a neighbour looks as good."""
    position = 0
    while position < len(data):
        data[position + 12 : position + 16] = bytes(4)
        position += read_header(data, position).size
    return bytes(data)


@pytest.mark.every_case
@pytest.mark.parametrize("how", ["clean", "unclean", "below the recovery point"])
def test_no_flipped_bit_of_any_file_is_ever_believed(how: str, every_case: bool) -> None:
    driver = transactions()
    driver.written = b"".join(without_epochs(data[:]) for _, data in sorted(driver.segments.items()))
    driver.close()
    expected = seen(driver)
    segments = {base: bytes(data) for base, data in driver.segments.items()}
    files = dict(driver.files)
    recovery_point = driver.log.segments[-1].base_offset if how == "below the recovery point" else 0
    cases = refused = errors = harmless = 0
    sizes: dict[int | str, int] = {base: len(data) for base, data in segments.items()}
    sizes |= {name: len(data) for name, data in files.items()}
    for name, size in sizes.items():
        for position in range(0, size, 1 if every_case else 5):
            for bit in range(8) if every_case else [position // 5 % 8]:
                driver.segments = {base: bytearray(data) for base, data in segments.items()}
                driver.files = dict(files)
                if isinstance(name, int):
                    driver.segments[name][position] ^= 1 << bit
                else:
                    changed = bytearray(driver.files[name])
                    changed[position] ^= 1 << bit
                    driver.files[name] = bytes(changed)
                cases += 1
                where = f"bit {bit} of byte {position} of {name}"
                try:
                    cuts = driver.restart(clean=how == "clean", closed=False, recovery_point=recovery_point)
                except DamagedLog:
                    refused += 1
                    continue
                if cuts:  # what may be an append that nobody was told of
                    assert how != "clean", where
                    assert name == max(segments), where
                    assert position >= size - LAST, where
                    harmless += 1
                    continue
                try:
                    answers = seen(driver)
                except AssertionError as error:
                    raise AssertionError(where) from error
                wrong = {
                    question for question in expected if answers.get(question) not in (expected[question], "error")
                }
                assert not wrong, f"{where}: {wrong}"
                if any(answer == "error" for answer in answers.values()):
                    assert isinstance(name, int), f"{where}: an index is only a help"
                    errors += 1
                else:
                    harmless += 1
    print(f"{how}: {cases} flipped bits: {refused} refused at the start, {errors} errors, {harmless} harmless")
    assert refused or how != "unclean"
    assert errors or how == "unclean"
