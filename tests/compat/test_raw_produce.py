"""What Kafka answers to Produce and InitProducerId, by its error codes."""

import random
import time
from typing import Any

import pytest

from . import raw
from .raw import Connection, batch, produce, unique

HOUR_MS = 3_600_000
SOMEBODY = 1_000_000_000  # a producer id that nobody was given; Kafka takes any


def new_producer(connection: Connection) -> tuple[int, int]:
    def ask() -> Any:
        answer = connection.ask("init_producer_id", 4, transactional_id=None, transaction_timeout=0)
        return None if answer.error_code in raw.TRY_AGAIN else answer

    answer = raw.until(ask, what="a producer id")
    assert answer.error_code == 0
    return answer.producer_id, answer.producer_epoch


def numbered(producer: tuple[int, int], sequence: int, *values: bytes, **fields: Any) -> bytes:
    producer_id, epoch = producer
    return batch(*values, producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence, **fields)


# --- appending ----------------------------------------------------------------------------------------------------


def test_answers_the_first_offset(connection: Connection, topic: str) -> None:
    first = produce(connection, topic, batch(b"a", b"b", b"c"))
    second = produce(connection, topic, batch(b"d"), acks=1)
    assert (first.error_code, first.base_offset, first.log_append_time, first.log_start_offset) == (0, 0, None, 0)
    assert (second.error_code, second.base_offset) == (0, 3)


@pytest.mark.parametrize("version", range(3, 13))
def test_every_version(connection: Connection, topic: str, version: int) -> None:
    assert produce(connection, topic, batch(b"value"), version=version).error_code == 0


def test_by_topic_id(connection: Connection, topic: str) -> None:
    [described] = connection.ask("metadata", 12, topics=[{"topic_id": None, "name": topic}]).topics
    for topic_id, expected in ((described.topic_id, 0), (raw.random_uuid(), 100)):
        where = {"topic_id": topic_id, "partition_data": [{"index": 0, "records": batch(b"value")}]}
        answer = connection.ask("produce", 13, acks=-1, timeout=30000, topic_data=[where])
        [topic_answer] = answer.responses
        assert topic_answer.topic_id == topic_id
        assert topic_answer.partition_responses[0].error_code == expected


def test_no_answer_without_acks(connection: Connection, topic: str) -> None:
    data = raw.encode_request("produce", 9, 99, "raw", raw.produce_request(topic, batch(b"value"), acks=0))
    connection.send_bytes(raw.frame(data))
    assert raw.end_offset(connection, topic) == 1  # the next answer is that of the next request


def test_several_partitions_in_one_request(connection: Connection, topic: str) -> None:
    data = [{"index": index, "records": batch(b"value")} for index in (0, 1, 7)]
    answer = connection.ask("produce", 9, acks=-1, timeout=1000, topic_data=[{"name": topic, "partition_data": data}])
    codes = {p.index: int(p.error_code) for t in answer.responses for p in t.partition_responses}
    assert codes == {0: 0, 1: 0, 7: 3}


def test_log_append_time(connection: Connection) -> None:
    """The broker's clock replaces the batch's timestamps, even one far in the future."""
    name = raw.unique("append-time")
    raw.create_topic(connection, name, message_timestamp_type="LogAppendTime")
    before = int(time.time() * 1000) - 1
    answer = produce(connection, name, batch(b"value", timestamp=before + 48 * HOUR_MS))
    assert answer.error_code == 0
    appended = raw.milliseconds(answer.log_append_time)
    assert before <= appended <= int(time.time() * 1000) + 1
    [stored] = raw.stored_batches(connection, name)
    assert stored.max_timestamp == appended
    assert stored.attributes & 8


def test_the_stored_batch(connection: Connection, topic: str) -> None:
    """What the broker assigns: base offset and leader epoch; what it must leave alone: the rest."""
    produce(connection, topic, batch(b"a", b"b"))
    sent = batch(b"c", b"d", timestamp=1_700_000_000_000)
    produce(connection, topic, sent)
    stored = raw.fetch(connection, topic, 0, 2).records
    header = next(raw.batch_headers(stored))
    assert (header.base_offset, header.last_offset_delta, header.max_timestamp) == (2, 1, 1_700_000_000_000)
    assert header.leader_epoch >= 0
    assert stored[16:] == sent[16:]


# --- refusing -----------------------------------------------------------------------------------------------------

REFUSED = {
    "no batch": ([b""], 87),
    "two batches": ([batch(b"a"), batch(b"b")], 87),
    "a base offset": ([batch(b"a", base_offset=5)], 87),
    "count above the records": ([batch(b"a", count=2)], 87),
    "count zero": ([batch(count=0, last_offset_delta=0)], 87),
    "last offset delta off": ([batch(b"a", b"b", last_offset_delta=5)], 87),
    "a control batch": ([batch(b"a", attributes=0x20)], 87),
    "a producer id without sequence": ([batch(b"a", producer_id=5, producer_epoch=0)], 87),
    "wrong CRC": ([batch(b"a", crc=1)], 2),
    "too large": ([batch(b"x" * 1_100_000)], 10),
    "a transactional batch without transactional id": ([numbered((SOMEBODY, 0), 0, b"a", attributes=0x10)], 53),
}


@pytest.mark.parametrize(("batches", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(connection: Connection, topic: str, batches: list[bytes], code: int) -> None:
    answer = produce(connection, topic, *batches)
    assert (answer.error_code, answer.base_offset) == (code, -1)
    assert raw.end_offset(connection, topic) == 0


def test_acks_must_be_0_1_or_all(connection: Connection, topic: str) -> None:
    answer = produce(connection, topic, batch(b"a"), acks=2)
    assert (answer.error_code, answer.base_offset, answer.log_start_offset) == (21, -1, -1)
    assert produce(connection, raw.unique("missing"), batch(b"a"), acks=2).error_code == 3
    assert produce(connection, topic, batch(b"a"), batch(b"b"), acks=2).error_code == 87


def test_unknown_topic_or_partition(connection: Connection, topic: str) -> None:
    missing = raw.unique("missing")
    answer = produce(connection, missing, batch(b"a"))
    assert (answer.error_code, answer.base_offset, answer.log_start_offset) == (3, -1, -1)
    assert produce(connection, topic, batch(b"a"), partition=2).error_code == 3
    assert produce(connection, topic, batch(b"a"), partition=-1).error_code == 3
    assert raw.topic_error(connection, missing) == 3  # Produce never creates a topic


def test_zstd_before_version_7(connection: Connection, topic: str) -> None:
    assert produce(connection, topic, batch(b"a", attributes=4), version=6).error_code == 76


def test_timestamp_in_the_future(connection: Connection, topic: str) -> None:
    answer = produce(connection, topic, batch(b"a", b"b", timestamp=int(time.time() * 1000) + 2 * HOUR_MS))
    assert (answer.error_code, answer.base_offset, answer.log_start_offset) == (32, -1, 0)
    assert [record.batch_index for record in answer.record_errors] == [0, 1]
    assert "out of range" in answer.record_errors[0].batch_index_error_message
    assert answer.error_message == "One or more records have been rejected due to invalid timestamp"


def test_compacted_topic_needs_keys(connection: Connection) -> None:
    name = raw.unique("compacted")
    raw.create_topic(connection, name, cleanup_policy="compact")
    answer = produce(connection, name, batch(b"a", b"b", keys=[b"key", None]))
    assert (answer.error_code, answer.base_offset) == (87, -1)
    [bad] = answer.record_errors
    text = f"Compacted topic cannot accept message without key in topic partition {name}-0"
    assert (bad.batch_index, text in bad.batch_index_error_message) == (1, True)
    assert answer.error_message.startswith("One or more records have been rejected due to 1 record errors in total")
    assert produce(connection, name, batch(b"a", keys=[b"key"])).error_code == 0


def test_internal_topics_are_closed_to_clients(connection: Connection) -> None:
    raw.until(lambda: raw.find_coordinator(connection, "g").error_code == 0, what="the group coordinator")
    assert produce(connection, "__consumer_offsets", batch(b"a", keys=[b"key"])).error_code == 17


def test_max_message_bytes_of_the_topic(connection: Connection) -> None:
    name = raw.unique("small")
    raw.create_topic(connection, name, max_message_bytes="200")
    fits, exceeds = batch(b"x" * 100), batch(b"x" * 200)
    assert len(fits) < 200 < len(exceeds)
    assert produce(connection, name, exceeds).error_code == 10
    assert produce(connection, name, fits).error_code == 0


# --- idempotence --------------------------------------------------------------------------------------------------


def test_producer_ids_differ_and_start_at_epoch_0(connection: Connection) -> None:
    first, second = new_producer(connection), new_producer(connection)
    assert first[0] != second[0]
    assert first[1] == second[1] == 0


def test_a_duplicate_is_answered_with_the_first_offset(connection: Connection, topic: str) -> None:
    """And with the original batch's max timestamp as log append time, though the topic has CreateTime."""
    producer = new_producer(connection)
    timestamp = 1_700_000_000_000
    original = numbered(producer, 0, b"a", b"b", timestamp=timestamp)
    assert produce(connection, topic, original).base_offset == 0
    assert produce(connection, topic, numbered(producer, 2, b"c")).base_offset == 2
    again = produce(connection, topic, original)
    assert (again.error_code, again.base_offset, again.log_start_offset) == (0, 0, 0)
    assert raw.milliseconds(again.log_append_time) == timestamp
    assert raw.end_offset(connection, topic) == 3


def test_the_last_five_batches_are_remembered(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    batches = [numbered(producer, number, b"value") for number in range(6)]
    for offset, data in enumerate(batches):
        assert produce(connection, topic, data).base_offset == offset
    answers = [produce(connection, topic, data) for data in batches]
    assert [int(answer.error_code) for answer in answers] == [45, 0, 0, 0, 0, 0]
    assert [answer.base_offset for answer in answers[1:]] == [1, 2, 3, 4, 5]
    assert raw.end_offset(connection, topic) == 6


def test_a_gap_in_the_sequence(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    assert produce(connection, topic, numbered(producer, 0, b"a")).error_code == 0
    gap = produce(connection, topic, numbered(producer, 2, b"c"))
    assert (gap.error_code, gap.base_offset, gap.log_start_offset) == (45, -1, 0)
    partly_known = produce(connection, topic, numbered(producer, 0, b"a", b"b"))
    assert partly_known.error_code == 45
    assert produce(connection, topic, numbered(producer, 1, b"b")).base_offset == 1


def test_sequences_are_counted_per_partition(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    for partition in (0, 1):
        assert produce(connection, topic, numbered(producer, 0, b"a"), partition=partition).error_code == 0


def test_the_sequence_wraps_to_zero(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    assert produce(connection, topic, numbered(producer, 2**31 - 2, b"a", b"b")).error_code == 0
    assert produce(connection, topic, numbered(producer, 0, b"c")).base_offset == 2


def test_a_batch_may_span_the_wrap(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    assert produce(connection, topic, numbered(producer, 2**31 - 1, b"a", b"b", b"c")).error_code == 0
    assert produce(connection, topic, numbered(producer, 2, b"d")).base_offset == 3


def test_producer_epochs(connection: Connection, topic: str) -> None:
    """A higher epoch must start at 0; a lower one is fenced (47)."""
    producer_id, _ = new_producer(connection)
    assert produce(connection, topic, numbered((producer_id, 1), 0, b"a")).error_code == 0
    assert produce(connection, topic, numbered((producer_id, 0), 1, b"b")).error_code == 47
    assert produce(connection, topic, numbered((producer_id, 2), 1, b"b")).error_code == 45
    assert produce(connection, topic, numbered((producer_id, 2), 0, b"b")).base_offset == 1
    assert produce(connection, topic, numbered((producer_id, 1), 1, b"c")).error_code == 47


def test_an_unknown_producer_may_start_anywhere(connection: Connection, topic: str) -> None:
    assert produce(connection, topic, numbered((SOMEBODY + time.time_ns() % 10**9, 3), 17, b"a")).error_code == 0


def test_a_sequence_without_a_producer_id_means_nothing(connection: Connection, topic: str) -> None:
    """aiokafka, kafkajs and others send producer id -1 with sequence 0, every time."""
    for offset in range(2):
        answer = produce(connection, topic, batch(b"a", producer_id=-1, producer_epoch=-1, base_sequence=0))
        assert (answer.error_code, answer.base_offset) == (0, offset)


def test_a_duplicate_is_validated_first(connection: Connection, topic: str) -> None:
    producer = new_producer(connection)
    assert produce(connection, topic, numbered(producer, 0, b"a")).error_code == 0
    assert produce(connection, topic, numbered(producer, 0, b"a", crc=1)).error_code == 2


@pytest.mark.parametrize(
    ("codec", "quick", "small"), [("gzip", 1, 9), ("lz4", 9, 12), ("zstd", -100, 19)], ids=["gzip", "lz4", "zstd"]
)
def test_the_topics_compression_level_is_obeyed(connection: Connection, codec: str, quick: int, small: int) -> None:
    """Kafka's default for lz4, 9, is its quickest: every other level compresses better."""
    rng = random.Random(1)
    value = b" ".join(rng.choices([b"alpha", b"beta", b"gamma", b"delta", b"epsilon"], k=5000))
    sizes = []
    for level in (quick, small):
        name = unique("level")
        raw.create_topic(connection, name, 1, compression_type=codec, **{f"compression.{codec}.level": str(level)})
        assert raw.produce(connection, name, raw.batch(value)).error_code == 0
        [stored] = raw.stored_batches(connection, name)
        assert stored.codec == codec
        sizes.append(stored.batch_length)
    assert sizes[1] < sizes[0] < len(value)
