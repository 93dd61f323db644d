"""What Kafka answers to Fetch and ListOffsets: data, waiting, sessions, error codes."""

import time
from typing import Any

import pytest

from . import raw
from .brokers import Broker
from .raw import Connection, batch, fetch, produce

LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, EARLIEST_PENDING = -1, -2, -3, -4, -5, -6
T0 = 1_700_000_000_000


# --- reading ------------------------------------------------------------------------------------------------------


def test_an_empty_partition(connection: Connection, topic: str) -> None:
    """No records is a zero-length field, never null: some clients count its bytes."""
    answer = fetch(connection, topic, 0, 0)
    assert (answer.error_code, answer.records) == (0, b"")
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (0, 0, 0)
    assert answer.aborted_transactions is None


def test_read_committed_lists_aborted_transactions(connection: Connection, topic: str) -> None:
    produce(connection, topic, batch(b"a"))
    answer = fetch(connection, topic, 0, 0, isolation_level=1)
    assert (answer.last_stable_offset, answer.aborted_transactions) == (1, ())


@pytest.mark.parametrize("version", range(4, 13))
def test_every_version_by_name(connection: Connection, topic: str, version: int) -> None:
    data = batch(b"value")
    produce(connection, topic, data)
    wanted = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
    if version >= 9:
        wanted["current_leader_epoch"] = -1
    if version >= 12:
        wanted["last_fetched_epoch"] = -1
    settings: dict[str, Any] = {"max_wait": 0, "min_bytes": 1, "max_bytes": 1000, "isolation_level": 0}
    if version >= 7:
        settings["session_epoch"] = -1
    if version <= 14:
        settings["replica_id"] = -1
    answer = connection.ask("fetch", version, topics=[{"topic": topic, "partitions": [wanted]}], **settings)
    assert answer.responses[0].partitions[0].records[16:] == data[16:]


@pytest.mark.parametrize("version", range(13, 19))
def test_every_version_by_id(connection: Connection, topic: str, version: int) -> None:
    data = batch(b"value")
    produce(connection, topic, data)
    for topic_id, code in ((raw.topic_id(connection, topic), 0), (raw.random_uuid(), 100)):
        wanted = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000, "current_leader_epoch": -1}
        wanted["last_fetched_epoch"] = -1
        settings: dict[str, Any] = {"max_wait": 0, "min_bytes": 1, "max_bytes": 1000, "session_epoch": -1}
        if version <= 14:
            settings["replica_id"] = -1
        answer = connection.ask("fetch", version, topics=[{"topic_id": topic_id, "partitions": [wanted]}], **settings)
        [partition] = answer.responses[0].partitions
        assert partition.error_code == code
        assert (partition.records or b"")[16:] == (data[16:] if code == 0 else b"")


@pytest.mark.parametrize("offset", [-1, 3, 1000])
def test_offset_out_of_range(connection: Connection, topic: str, offset: int) -> None:
    produce(connection, topic, batch(b"a", b"b"))
    answer = fetch(connection, topic, 0, offset)
    assert answer.error_code == 1
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (-1, -1, -1)
    assert answer.records == b""


def test_data_starts_with_the_batch_that_holds_the_offset(connection: Connection, topic: str) -> None:
    produce(connection, topic, batch(b"a"))
    produce(connection, topic, batch(b"b", b"c", b"d"))
    first, *rest = raw.batch_headers(fetch(connection, topic, 0, 2).records)
    assert (first.base_offset, first.records_count, rest) == (1, 3, [])


@pytest.mark.parametrize(("max_bytes", "partition_max_bytes"), [(1, 1 << 20), (1 << 20, 1), (1, 1), (0, 0)])
def test_at_least_one_whole_batch(connection: Connection, topic: str, max_bytes: int, partition_max_bytes: int) -> None:
    data = batch(b"x" * 5000)
    produce(connection, topic, data)
    produce(connection, topic, data)
    answer = fetch(connection, topic, 0, 0, max_bytes=max_bytes, partition_max_bytes=partition_max_bytes)
    assert [header.base_offset for header in raw.batch_headers(answer.records)] == [0]


def test_only_the_first_partition_may_exceed_the_limit(connection: Connection, topic: str) -> None:
    for partition in (0, 1):
        produce(connection, topic, batch(b"x" * 5000), partition=partition)
    wanted = [{"partition": p, "fetch_offset": 0, "partition_max_bytes": 1 << 20} for p in (1, 0)]
    settings = {"max_wait": 0, "min_bytes": 1, "max_bytes": 1000, "session_epoch": -1, "replica_id": -1}
    answer = connection.ask("fetch", 11, topics=[{"topic": topic, "partitions": wanted}], **settings)
    batches = {p.partition_index: len(list(raw.batch_headers(p.records))) for p in answer.responses[0].partitions}
    assert batches == {1: 1, 0: 0}


def test_unknown_topic_and_partition(connection: Connection, topic: str) -> None:
    for name, partition in ((raw.unique("missing"), 0), (topic, 2)):
        answer = fetch(connection, name, partition, 0)
        assert (answer.error_code, answer.high_watermark, answer.records) == (3, -1, b"")


def test_leader_epoch(connection: Connection, topic: str) -> None:
    assert fetch(connection, topic, 0, 0, current_leader_epoch=1000).error_code == 75
    assert fetch(connection, topic, 0, 0, current_leader_epoch=0).error_code in (0, 74)


# --- waiting ------------------------------------------------------------------------------------------------------


def test_waits_for_max_wait_when_there_is_nothing(connection: Connection, topic: str) -> None:
    before = time.monotonic()
    assert fetch(connection, topic, 0, 0, max_wait=300).error_code == 0
    assert 0.28 < time.monotonic() - before < 3


def test_min_bytes_zero_does_not_wait(connection: Connection, topic: str) -> None:
    before = time.monotonic()
    fetch(connection, topic, 0, 0, max_wait=5000, min_bytes=0)
    assert time.monotonic() - before < 2


def test_new_data_ends_the_wait(broker: Broker, connection: Connection, topic: str) -> None:
    with broker.connect() as reader:
        before = time.monotonic()
        send_fetch(reader, topic, max_wait=20000, min_bytes=1)
        produce(connection, topic, batch(b"value"))
        assert records_of(reader.answer())
        assert time.monotonic() - before < 5


def test_waits_until_min_bytes_are_there(broker: Broker, connection: Connection, topic: str) -> None:
    data = batch(b"x" * 1000)
    with broker.connect() as reader:
        send_fetch(reader, topic, max_wait=20000, min_bytes=2 * len(data))
        produce(connection, topic, data)
        reader.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            reader.socket.recv(1)
        reader.socket.settimeout(raw.ANSWER_SECONDS)
        produce(connection, topic, data)
        assert len(records_of(reader.answer())) == 2 * len(data)


def test_min_bytes_out_of_reach_waits_the_full_time(connection: Connection, topic: str) -> None:
    produce(connection, topic, batch(b"value"))
    before = time.monotonic()
    answer = fetch(connection, topic, 0, 0, max_wait=300, min_bytes=1_000_000)
    assert 0.28 < time.monotonic() - before < 3
    assert answer.records


def test_an_error_ends_the_wait(connection: Connection, topic: str) -> None:
    before = time.monotonic()
    assert fetch(connection, topic, 0, 99, max_wait=10000).error_code == 1
    assert time.monotonic() - before < 3


def test_answers_keep_the_order_of_requests(connection: Connection, topic: str) -> None:
    """A request behind a waiting Fetch is answered after it."""
    before = time.monotonic()
    send_fetch(connection, topic, max_wait=300, min_bytes=1)
    connection.send("metadata", 1, topics=())
    assert connection.answer().responses
    assert connection.answer().brokers
    assert time.monotonic() - before > 0.28


def test_a_waiting_client_may_go_away(broker: Broker, connection: Connection, topic: str) -> None:
    with broker.connect() as reader:
        send_fetch(reader, topic, max_wait=20000, min_bytes=1)
    assert produce(connection, topic, batch(b"value")).error_code == 0


def send_fetch(connection: Connection, topic: str, **settings: Any) -> None:
    wanted = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1 << 20}
    topics = [{"topic": topic, "partitions": [wanted]}]
    connection.send("fetch", 11, topics=topics, max_bytes=1 << 20, session_epoch=-1, replica_id=-1, **settings)


def records_of(answer: Any) -> bytes:
    return bytes(answer.responses[0].partitions[0].records)


# --- sessions (KIP-227) -------------------------------------------------------------------------------------------


class Session:
    """Fetches of one session, each with the next epoch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.id, self.epoch = 0, 0

    def fetch(self, topic: str, offsets: dict[int, int], forget: list[int] | None = None, **settings: Any) -> Any:
        wanted = [{"partition": p, "fetch_offset": o, "partition_max_bytes": 1 << 20} for p, o in offsets.items()]
        forgotten = [{"topic": topic, "partitions": forget}] if forget else []
        answer = self._connection.ask(
            "fetch",
            11,
            topics=[{"topic": topic, "partitions": wanted}] if wanted else [],
            forgotten_topics_data=forgotten,
            replica_id=-1,
            session_id=self.id,
            session_epoch=self.epoch,
            **({"max_wait": 0, "min_bytes": 0, "max_bytes": 1 << 20} | settings),
        )
        if answer.error_code == 0:
            self.id, self.epoch = answer.session_id, self.epoch + 1
        return answer

    def partitions(self, topic: str, offsets: dict[int, int], forget: list[int] | None = None) -> dict[int, Any]:
        answer = self.fetch(topic, offsets, forget)
        assert answer.error_code == 0
        return {entry.partition_index: entry for topic in answer.responses for entry in topic.partitions}


def test_a_session_omits_what_has_not_changed(connection: Connection, topic: str) -> None:
    session = Session(connection)
    assert session.partitions(topic, {0: 0, 1: 0}).keys() == {0, 1}
    assert session.id > 0
    assert session.partitions(topic, {}) == {}
    produce(connection, topic, batch(b"value"), partition=1)
    assert session.partitions(topic, {}).keys() == {1}
    assert session.partitions(topic, {1: 1}).keys() <= {1}  # a new position, nothing new there
    assert session.partitions(topic, {}) == {}


def test_a_session_forgets_partitions(connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0, 1: 0})
    assert session.partitions(topic, {}, forget=[1]) == {}
    for partition in (0, 1):
        produce(connection, topic, batch(b"value"), partition=partition)
    assert session.partitions(topic, {}).keys() == {0}


def test_a_session_repeats_errors(connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0, 9: 0})
    for _ in range(2):
        assert {number: int(entry.error_code) for number, entry in session.partitions(topic, {}).items()} == {9: 3}


def test_session_errors(connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0})
    session.epoch = 7
    answer = session.fetch(topic, {})
    assert (answer.error_code, answer.session_id, answer.responses) == (71, 0, ())
    session.epoch = 1
    assert session.fetch(topic, {}).error_code == 0  # the wrong epoch did no harm
    session.id += 1
    answer = session.fetch(topic, {})
    assert (answer.error_code, answer.session_id, answer.responses) == (70, 0, ())


def test_a_session_belongs_to_no_connection(broker: Broker, connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0})
    with broker.connect() as other:
        session._connection = other
        assert session.partitions(topic, {}) == {}


def test_closing_a_session(connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0})
    known = session.id
    session.epoch = -1
    answer = session.fetch(topic, {0: 0})
    assert (answer.error_code, answer.session_id) == (0, 0)
    session.id, session.epoch = known, 1
    assert session.fetch(topic, {}).error_code == 70


def test_new_data_ends_the_wait_of_a_session(broker: Broker, connection: Connection, topic: str) -> None:
    session = Session(connection)
    session.partitions(topic, {0: 0, 1: 0})
    before = time.monotonic()
    settings = {"max_wait": 20000, "min_bytes": 1, "max_bytes": 1 << 20, "replica_id": -1}
    connection.send("fetch", 11, topics=[], session_id=session.id, session_epoch=session.epoch, **settings)
    with broker.connect() as writer:
        produce(writer, topic, batch(b"value"), partition=1)
    answer = connection.answer()
    assert [entry.partition_index for entry in answer.responses[0].partitions] == [1]
    assert time.monotonic() - before < 5


# --- ListOffsets --------------------------------------------------------------------------------------------------


def list_offset(connection: Connection, topic: str, timestamp: int, version: int = 11, partition: int = 0) -> Any:
    where = [{"partition_index": partition, "timestamp": timestamp}]
    if version >= 4:
        where[0]["current_leader_epoch"] = -1
    answer = connection.ask("list_offsets", version, replica_id=-1, topics=[{"name": topic, "partitions": where}])
    return answer.topics[0].partitions[0]


def found(answer: Any) -> tuple[int, int, int]:
    return int(answer.error_code), answer.offset, answer.timestamp


@pytest.fixture
def filled(connection: Connection, topic: str) -> str:
    """Offsets 0-1 at T0, 2-3 at T0 + 2000, 4 at T0 + 1000."""
    for values, time_ms in (((b"a", b"b"), T0), ((b"c", b"d"), T0 + 2000), ((b"e",), T0 + 1000)):
        produce(connection, topic, batch(*values, timestamp=time_ms))
    return topic


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (LATEST, (0, 5, -1)),
        (EARLIEST, (0, 0, -1)),
        (MAX_TIMESTAMP, (0, 2, T0 + 2000)),
        (EARLIEST_LOCAL, (0, 0, -1)),
        (LATEST_TIERED, (0, -1, -1)),
        (EARLIEST_PENDING, (0, -1, -1)),
        (0, (0, 0, T0)),
        (T0, (0, 0, T0)),
        (T0 + 1, (0, 2, T0 + 2000)),
        (T0 + 2000, (0, 2, T0 + 2000)),
        (T0 + 2001, (0, -1, -1)),
    ],
)
def test_list_offsets(connection: Connection, filled: str, timestamp: int, expected: tuple[int, int, int]) -> None:
    assert found(list_offset(connection, filled, timestamp)) == expected


@pytest.mark.parametrize("version", range(1, 12))
def test_list_offsets_in_every_version(connection: Connection, filled: str, version: int) -> None:
    assert list_offset(connection, filled, LATEST, version).offset == 5
    assert list_offset(connection, filled, EARLIEST, version).offset == 0
    assert found(list_offset(connection, filled, T0 + 1, version)) == (0, 2, T0 + 2000)


@pytest.mark.parametrize(
    ("timestamp", "version"),
    [(MAX_TIMESTAMP, 6), (EARLIEST_LOCAL, 7), (LATEST_TIERED, 8), (EARLIEST_PENDING, 10), (-7, 11)],
)
def test_list_offsets_unknown_to_the_version(connection: Connection, topic: str, timestamp: int, version: int) -> None:
    assert found(list_offset(connection, topic, timestamp, version)) == (35, -1, -1)


@pytest.mark.parametrize("timestamp", [MAX_TIMESTAMP, T0])
def test_list_offsets_of_an_empty_log(connection: Connection, topic: str, timestamp: int) -> None:
    assert found(list_offset(connection, topic, timestamp)) == (0, -1, -1)


def test_list_offsets_of_what_does_not_exist(connection: Connection, topic: str) -> None:
    assert found(list_offset(connection, raw.unique("missing"), LATEST)) == (3, -1, -1)
    assert found(list_offset(connection, topic, LATEST, partition=2)) == (3, -1, -1)


def test_list_offsets_of_a_partition_named_twice(connection: Connection, filled: str) -> None:
    where = [{"partition_index": p, "timestamp": LATEST, "current_leader_epoch": -1} for p in (0, 1, 0)]
    answer = connection.ask("list_offsets", 7, replica_id=-1, topics=[{"name": filled, "partitions": where}])
    entries = [(entry.partition_index, int(entry.error_code)) for t in answer.topics for entry in t.partitions]
    assert sorted(entries) == [(0, 42), (1, 0)]


def test_list_offsets_leader_epoch(connection: Connection, filled: str) -> None:
    where = [{"partition_index": 0, "timestamp": LATEST, "current_leader_epoch": 1000}]
    answer = connection.ask("list_offsets", 7, replica_id=-1, topics=[{"name": filled, "partitions": where}])
    assert answer.topics[0].partitions[0].error_code == 75
    assert list_offset(connection, filled, LATEST).leader_epoch >= 0
    assert list_offset(connection, filled, T0 + 9000).leader_epoch == -1
