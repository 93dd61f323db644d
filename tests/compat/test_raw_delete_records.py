"""DeleteRecords and retention: where a log starts, what is refused, and that deleted records stay deleted."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import crc32c
import pytest

from . import raw
from .brokers import FIRST_LOOK, Broker, BrokerProcess
from .conftest import broker_kind
from .raw import Connection, unique

EARLIEST, LATEST = -2, -1
OUT_OF_RANGE, UNKNOWN, INVALID_TOPIC, POLICY_VIOLATION = 1, 3, 17, 44


def delete(connection: Connection, topic: str, *offsets: tuple[int, int], version: int = 2) -> dict[int, Any]:
    """Partition -> (error, low watermark)."""
    partitions = [{"partition_index": index, "offset": offset} for index, offset in offsets]
    topics = [{"name": topic, "partitions": partitions}]
    [answer] = connection.ask("delete_records", version, topics=topics, timeout=30000).topics
    assert answer.name == topic
    return {one.partition_index: (int(one.error_code), one.low_watermark) for one in answer.partitions}


def offset(connection: Connection, topic: str, which: int) -> int:
    where = [{"name": topic, "partitions": [{"partition_index": 0, "timestamp": which}]}]
    answer = connection.ask("list_offsets", 4, replica_id=-1, isolation_level=0, topics=where)
    return int(answer.topics[0].partitions[0].offset)


def fetch(connection: Connection, topic: str, offset: int, **values: Any) -> Any:
    """The answer for partition 0."""
    wanted = {"partition": 0, "fetch_offset": offset, "partition_max_bytes": values.pop("partition_max_bytes", 1 << 20)}
    values = {"max_wait": 0, "min_bytes": 1, "max_bytes": 1 << 20, "session_epoch": -1} | values
    answer = connection.ask("fetch", 11, topics=[{"topic": topic, "partitions": [wanted]}], **values)
    return answer.responses[0].partitions[0]


@pytest.fixture
def filled(connection: Connection, topic: str) -> str:
    """A topic with ten records in partition 0, in two batches."""
    for _ in range(2):
        assert raw.produce(connection, topic, raw.batch(*[b"x"] * 5)).error_code == 0
    return topic


# --- DeleteRecords ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(3))
def test_delete_records_moves_the_log_start(connection: Connection, filled: str, version: int) -> None:
    assert delete(connection, filled, (0, 3), version=version) == {0: (0, 3)}
    assert (offset(connection, filled, EARLIEST), offset(connection, filled, LATEST)) == (3, 10)
    answer = fetch(connection, filled, 3)
    assert (answer.error_code, answer.log_start_offset) == (0, 3)
    assert [header.base_offset for header in raw.batch_headers(answer.records)] == [0, 5], "batches stay whole"
    assert fetch(connection, filled, 2).error_code == OUT_OF_RANGE


def test_delete_records_up_to_the_high_watermark(connection: Connection, filled: str) -> None:
    assert delete(connection, filled, (0, -1), (1, -1)) == {0: (0, 10), 1: (0, 0)}
    assert (offset(connection, filled, EARLIEST), offset(connection, filled, LATEST)) == (10, 10)
    assert raw.produce(connection, filled, raw.batch(b"next")).base_offset == 10
    assert fetch(connection, filled, 9).error_code == OUT_OF_RANGE
    assert fetch(connection, filled, 10).error_code == 0


def test_delete_records_below_the_log_start_changes_nothing(connection: Connection, filled: str) -> None:
    assert delete(connection, filled, (0, 6)) == {0: (0, 6)}
    assert delete(connection, filled, (0, 2)) == {0: (0, 6)}
    assert delete(connection, filled, (0, 0)) == {0: (0, 6)}
    assert offset(connection, filled, EARLIEST) == 6


def test_delete_records_refuses_by_partition(connection: Connection, filled: str) -> None:
    assert delete(connection, filled, (0, 11)) == {0: (OUT_OF_RANGE, -1)}
    assert delete(connection, filled, (0, -2)) == {0: (OUT_OF_RANGE, -1)}
    answer = delete(connection, filled, (0, 4), (1, 1), (2, 0))
    assert answer == {0: (0, 4), 1: (OUT_OF_RANGE, -1), 2: (UNKNOWN, -1)}
    assert delete(connection, unique("missing"), (0, 0)) == {0: (UNKNOWN, -1)}


@pytest.mark.parametrize(
    ("policy", "code"), [("compact", POLICY_VIOLATION), ("compact,delete", 0), ("delete", 0), ("", 0)]
)
def test_delete_records_and_the_cleanup_policy(connection: Connection, policy: str, code: int) -> None:
    name = unique("policy")
    raw.create_topic(connection, name, cleanup_policy=policy)
    assert raw.produce(connection, name, raw.batch(b"a", b"b", keys=[b"k", b"l"])).error_code == 0
    assert delete(connection, name, (0, 1)) == {0: (code, -1 if code else 1)}


def test_delete_records_of_an_internal_topic(connection: Connection) -> None:
    raw.until(lambda: not raw.find_coordinator(connection, unique("group")).error_code, what="a coordinator")
    assert delete(connection, "__consumer_offsets", (0, 0)) == {0: (INVALID_TOPIC, -1)}


def test_a_duplicate_is_known_though_its_record_is_gone(connection: Connection, topic: str) -> None:
    numbered = raw.batch(b"once", producer_id=4711, producer_epoch=0, base_sequence=0)
    assert raw.produce(connection, topic, numbered).base_offset == 0
    assert delete(connection, topic, (0, -1)) == {0: (0, 1)}
    assert raw.produce(connection, topic, numbered).base_offset == 0
    assert offset(connection, topic, LATEST) == 1


# --- A broker of their own ----------------------------------------------------------------------------------------


@pytest.fixture
def process(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker that looks for old segments all the time, and is stopped at the end."""
    kind = broker_kind(request)
    process = BrokerProcess(kind, tmp_path, ["log.retention.check.interval.ms=100", *FIRST_LOOK[kind]])
    process.start()
    yield process
    if process.alive():
        assert process.stop() == 0


@pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])
def test_deleted_records_stay_deleted(process: BrokerProcess, how: str) -> None:
    if how == "kill -9" and process.kind == "apache-kafka":
        pytest.skip("Apache Kafka writes its log starts once a minute: a kill may bring records back")
    with process.connect() as connection:
        raw.create_topic(connection, "topic")
        for _ in range(2):
            assert raw.produce(connection, "topic", raw.batch(*[b"x"] * 5)).error_code == 0
        assert delete(connection, "topic", (0, 7)) == {0: (0, 7)}
    if how == "kill -9":
        process.kill_nine()
    else:
        assert process.stop() == 0
    process.start()
    with process.connect() as connection:
        raw.until(lambda: raw.is_ready(connection, "topic", 1), what="the topic")
        assert (offset(connection, "topic", EARLIEST), offset(connection, "topic", LATEST)) == (7, 10)
        assert fetch(connection, "topic", 6).error_code == OUT_OF_RANGE
        assert raw.produce(connection, "topic", raw.batch(b"next")).base_offset == 10


def test_retention_deletes_by_age_and_by_size(process: BrokerProcess) -> None:
    with process.connect() as connection:
        raw.create_topic(connection, "aged", retention_ms="1000", segment_bytes="1048576", file_delete_delay_ms="0")
        raw.create_topic(connection, "sized", retention_bytes="1500000", segment_bytes="1048576")
        raw.create_topic(connection, "kept", cleanup_policy="compact", retention_ms="1000")
        raw.create_topic(connection, "young", retention_ms="3600000")
        for _ in range(6):  # two to a segment
            for topic in ("aged", "sized"):
                assert raw.produce(connection, topic, raw.batch(bytes(500_000))).error_code == 0
        old = raw.batch(b"x", keys=[b"k"], timestamp=1_600_000_000_000)
        for topic, batch in (("kept", old), ("young", raw.batch(b"x"))):
            assert raw.produce(connection, topic, batch).error_code == 0
        raw.until(lambda: offset(connection, "aged", EARLIEST) == 6, seconds=60, what="retention by age")
        raw.until(lambda: offset(connection, "sized", EARLIEST) == 2, seconds=60, what="retention by size")
        assert [offset(connection, topic, LATEST) for topic in ("aged", "sized")] == [6, 6]
        assert [offset(connection, topic, EARLIEST) for topic in ("kept", "young")] == [0, 0]
        assert fetch(connection, "aged", 5).error_code == OUT_OF_RANGE
        assert fetch(connection, "aged", 6).error_code == 0
    assert process.stop() == 0
    process.start()
    with process.connect() as connection:
        raw.until(lambda: raw.is_ready(connection, "aged", 1), what="the topic")
        assert (offset(connection, "aged", EARLIEST), offset(connection, "aged", LATEST)) == (6, 6)
        assert raw.produce(connection, "aged", raw.batch(b"next")).base_offset == 6


# --- Fetches at the same time -------------------------------------------------------------------------------------


def test_the_files_of_deleted_segments_stay_a_while(process: BrokerProcess) -> None:
    """file.delete.delay.ms: for whoever still reads them; a restart does not wait."""
    with process.connect() as connection:
        for name in ("soon", "restarted"):
            raw.create_topic(connection, name, segment_bytes=str(1 << 20), file_delete_delay_ms="3000")
            for _ in range(6):
                assert raw.produce(connection, name, raw.batch(bytes(500_000))).error_code == 0
        assert delete(connection, "soon", (0, 5)) == {0: (0, 5)}
        raw.until(lambda: deleted_logs(process, "soon") == 2, what="the end of two segments")
        assert fetch(connection, "soon", 3).error_code == OUT_OF_RANGE
        raw.until(lambda: deleted_logs(process, "soon") == 0, what="the end of their files")
        assert delete(connection, "restarted", (0, 5)) == {0: (0, 5)}
        raw.until(lambda: deleted_logs(process, "restarted") == 2, what="the end of two segments")
    process.restart()
    with process.connect() as connection:
        raw.until(lambda: raw.is_ready(connection, "restarted", 1), what="the topic")
    assert deleted_logs(process, "restarted") == 0


def deleted_logs(process: BrokerProcess, topic: str) -> int:
    return len(list((process.log_directory / f"{topic}-0").glob("*.log.deleted")))


def test_a_fetch_racing_a_deletion_gets_an_error_or_the_right_data(process: BrokerProcess) -> None:
    """Four connections fetch everywhere while the log start moves on and segments go; each value says its offset."""
    count, size = 120, 100_000  # ten batches to a segment
    with process.connect() as connection:
        raw.create_topic(connection, "race", segment_bytes=str(1 << 20), file_delete_delay_ms="0")
        for number in range(count):
            value = number.to_bytes(4, "big") * (size // 4)
            assert raw.produce(connection, "race", raw.batch(value)).base_offset == number
        start = [0]
        with ThreadPoolExecutor() as threads:
            fetches = [threads.submit(fetch_everywhere, process, count, start) for _ in range(4)]
            for offset in range(5, count + 1, 5):
                time.sleep(0.03)  # the look for old segments comes by in between
                assert delete(connection, "race", (0, offset)) == {0: (0, offset)}
                start[0] = offset
            start[0] = -1
            tallies = [fetch.result() for fetch in fetches]
    served, refused = map(sum, zip(*tallies, strict=True))
    assert served > 20, (served, refused)
    assert refused > 20, (served, refused)


def fetch_everywhere(broker: Broker, count: int, start: list[int]) -> tuple[int, int]:
    """Until `start` is -1: how many fetches were served and how many refused."""
    served = refused = 0
    with broker.connect() as connection:
        while (before := start[0]) >= 0:
            wanted = random.randrange(max(0, before - 5), count)
            answer = fetch(connection, "race", wanted, partition_max_bytes=250_000)
            if answer.error_code == OUT_OF_RANGE:
                refused += 1
                assert answer.log_start_offset == -1
                assert not answer.records
                assert wanted < start[0] + 5 or start[0] < 0, "it is still there"
            else:
                served += 1
                assert answer.error_code == 0
                assert wanted >= before, "it was deleted before we asked"
                check_batches(answer.records, wanted)
    return served, refused


def check_batches(records: bytes, first: int) -> None:
    """Batches of one record each, in a row from `first` on; the last one may be cut off."""
    position = 0
    for number, header in enumerate(raw.batch_headers(records), first):
        assert header.base_offset == number
        content = records[position : position + 12 + header.batch_length]
        assert header.crc == crc32c.crc32c(content[21:])
        assert number.to_bytes(4, "big") * 1000 in content
        position += 12 + header.batch_length
    assert position > 0
