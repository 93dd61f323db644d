"""Log directories are Kafka's: its tool finds nothing wrong in ours, and topics move to a real Apache Kafka and back.

All of it needs Java and is skipped, in the summary too, where there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit import kafka_directory

from . import log_content, log_moves, raw
from .brokers import FIRST_LOOK, BrokerProcess
from .cache import Unavailable
from .conftest import MISSING, broker_kind
from .log_content import LAYER, Filler, Topics, Writer
from .raw import Connection

OUT_OF_ORDER = 45
SETTINGS = [
    "log.cleaner.backoff.ms=200",
    "log.flush.start.offset.checkpoint.interval.ms=1000",
    "offsets.topic.num.partitions=2",
    "transaction.state.log.num.partitions=2",
]
"""Compaction that looks often, log starts that do not wait a minute, few internal partitions."""

KINDS = ("kafkalite", "apache-kafka")
Start = Callable[[str], BrokerProcess]


@pytest.fixture(scope="session")
def java(request: pytest.FixtureRequest) -> None:
    try:
        log_moves.require_java()
    except Unavailable as reason:
        request.config.stash[MISSING]["DumpLogSegments and moved log directories"] = str(reason)
        pytest.skip(str(reason))


@pytest.fixture
def start(request: pytest.FixtureRequest, java: None, tmp_path: Path) -> Iterator[Start]:
    """Starts a broker of this kind, in a directory of its own."""
    broker_kind(request)  # skips where brokers are not ours to start
    started: list[BrokerProcess] = []

    def start(kind: str) -> BrokerProcess:
        directory = tmp_path / f"{kind}-{len(started)}"
        directory.mkdir()
        broker = BrokerProcess(kind, directory, SETTINGS + FIRST_LOOK[kind])
        started.append(broker)
        broker.start()
        return broker

    yield start
    for broker in started:
        if broker.alive():
            broker.kill_nine()


# --- both ways ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])
@pytest.mark.parametrize("source_kind", KINDS)
def test_topics_move(source_kind: str, how: str, start: Start) -> None:
    """To the other kind of broker: everything a client may ask for is the same there, and producers go on."""
    source = start(source_kind)
    topics, open_transaction = filled_twice(source)
    expected = log_content.describe(source.address, topics)
    if how == "kill -9":
        settle_checkpoints(source, expected)
        source.kill_nine()
    else:
        assert source.stop() == 0
    [target_kind] = set(KINDS) - {source_kind}
    target = start(target_kind)
    create_empty(target, topics)
    log_moves.move(source.log_directory, target.log_directory, topics, clean=how == "SIGTERM")
    target.start()
    check_content(target, topics, expected)
    with target.connect() as connection:
        for partition in range(3):
            producers_go_on(connection, "numbered", partition, expected[f"numbered-{partition}"])
            check_epochs(connection, "numbered", partition)
        if target_kind == "apache-kafka":
            skip_producer_ids(connection, expected)
    Writer(target.address, enable_idempotence=True).send("numbered", {"value": b"from a new producer"}, partition=2)
    target.restart()
    log_content.wait_until_ready(target.address, topics)
    with target.connect() as connection:
        ends = [raw.end_offset(connection, "numbered", partition) for partition in range(3)]
    before = [expected[f"numbered-{partition}"]["end_offset"] for partition in range(3)]
    assert [after - end for after, end in zip(ends, before, strict=True)] == [4, 4, 5]
    del open_transaction


def test_a_topic_that_went_on_in_apache_kafka_comes_back(start: Start) -> None:
    """What kafkalite knew of a segment that Kafka has compacted or appended to is not believed any more."""
    first, kafka, last = start("kafkalite"), start("apache-kafka"), start("kafkalite")
    topics, open_transaction = filled_twice(first)
    assert first.stop() == 0
    create_empty(kafka, topics)
    log_moves.move(first.log_directory, kafka.log_directory, topics, clean=True)
    kafka.start()
    log_content.wait_until_ready(kafka.address, topics)
    with kafka.connect() as connection:
        skip_producer_ids(connection, log_content.describe(kafka.address, topics))
    third = Filler(kafka.address, "three", int(time.time() * 1000) + 2 * LAYER)
    fill(third, transactions=open_transaction is not None)
    with kafka.connect() as connection:
        log_content.start_compaction(connection, compacted_of(topics))
        log_content.wait_for_compaction(kafka.address, compacted_of(topics))
        log_content.stop_compaction(connection, compacted_of(topics))
    expected = log_content.describe(kafka.address, topics)
    assert kafka.stop() == 0
    create_empty(last, topics)
    log_moves.move(kafka.log_directory, last.log_directory, topics, clean=True)
    last.start()
    check_content(last, topics, expected)
    last.restart()
    check_content(last, topics, expected)


def check_content(broker: BrokerProcess, topics: Topics, expected: dict[str, Any]) -> None:
    log_content.wait_until_ready(broker.address, topics)
    found = log_content.describe(broker.address, topics)
    assert found.keys() == expected.keys()
    for place, content in expected.items():
        assert found[place] == content, place


def filled_twice(broker: BrokerProcess) -> tuple[Topics, object]:
    """Two layers of content, with a restart between."""
    topics = log_content.PLAIN | log_content.COMPACT
    with broker.connect() as connection:
        transactions = log_content.has_transactions(connection)
        if transactions:
            topics = topics | log_content.TRANSACTIONS
        log_content.create(connection, topics)
    begin = int(time.time() * 1000)
    open_transaction = None
    for layer, note in enumerate(("one", "two")):
        filler = Filler(broker.address, note, begin + layer * LAYER)
        fill(filler, transactions=transactions)
        if layer == 0:
            broker.restart()
            log_content.wait_until_ready(broker.address, topics)
        elif transactions:
            open_transaction = filler.open_transaction()
    compacted = compacted_of(topics)
    log_content.wait_for_compaction(broker.address, compacted)
    with broker.connect() as connection:
        log_content.stop_compaction(connection, compacted)
        log_content.delete_records(connection, 11)
    return topics, open_transaction


def compacted_of(topics: Topics) -> list[str]:
    return [name for name in topics if name.startswith("compacted")]


def fill(filler: Filler, *, transactions: bool) -> None:
    filler.plain()
    filler.compacted()
    filler.group()
    if transactions:
        filler.transactions()
        filler.compacted_transactions()
        filler.group_in_transactions()


def settle_checkpoints(broker: BrokerProcess, expected: dict[str, Any]) -> None:
    """Kafka writes its log starts from time to time."""
    start = expected["deleted-0"]["log_start_offset"]
    path = broker.log_directory / log_moves.STARTS_FILE
    raw.until(
        lambda: log_moves.read_checkpoint(path).get("deleted 0") == start, seconds=90, what="the log start on disk"
    )


def create_empty(broker: BrokerProcess, topics: Topics) -> None:
    """Create the topics and stop the broker."""
    with broker.connect() as connection:
        log_content.create(connection, topics)
        log_content.stop_compaction(connection, compacted_of(topics))
    assert broker.stop() == 0


def producers_go_on(connection: Connection, topic: str, partition: int, content: dict[str, Any]) -> None:
    """Each producer's last batch is known, its next is taken, one that skips a sequence number is refused."""
    headers = {header.producer_id: header for header in (raw.BatchHeader(*fields) for fields in content["batches"])}
    assert len(headers) == 4, "two producers before the restart and two behind it"
    for producer_id in sorted(headers)[-2:]:
        last = headers[producer_id]
        values = [b"again"] * last.records_count
        numbers: dict[str, Any] = {"producer_id": producer_id, "producer_epoch": last.producer_epoch}
        again = raw.batch(*values, **numbers, base_sequence=last.base_sequence)
        assert raw.produce(connection, topic, again, partition=partition).base_offset == last.base_offset
        sequence = last.base_sequence + last.records_count
        skips = raw.batch(b"skips", **numbers, base_sequence=sequence + 1)
        assert raw.produce(connection, topic, skips, partition=partition).error_code == OUT_OF_ORDER
        end = raw.end_offset(connection, topic, partition)
        follows = raw.batch(b"goes", b"on", **numbers, base_sequence=sequence)
        assert raw.produce(connection, topic, follows, partition=partition).base_offset == end


def skip_producer_ids(connection: Connection, expected: dict[str, Any]) -> None:
    """Kafka gives out ids that moved records have already, and then refuses the new producer: let it pass them."""
    headers = (raw.BatchHeader(*fields) for content in expected.values() for fields in content["batches"])
    highest = max(header.producer_id for header in headers)
    producer_id = -1
    while producer_id <= highest:
        answer = connection.ask("init_producer_id", 4, transactional_id=None, transaction_timeout=1000)
        assert answer.error_code in raw.TRY_AGAIN | {0}, answer
        producer_id = answer.producer_id


def check_epochs(connection: Connection, topic: str, partition: int) -> None:
    """Who follows Metadata is not fenced, and the epochs of the batches never go down."""
    [described] = connection.ask("metadata", 12, topics=[{"topic_id": None, "name": topic}]).topics
    [epoch] = [one.leader_epoch for one in described.partitions if one.partition_index == partition]
    fetched = raw.fetch(connection, topic, partition, 0, current_leader_epoch=epoch)
    assert fetched.error_code == 0
    epochs = [header.leader_epoch for header in raw.stored_batches(connection, topic, partition)]
    assert epochs == sorted(epochs)
    assert epochs[-1] == epoch, "the last ones were written here"


# --- Kafka's tool over what we wrote ------------------------------------------------------------------------------

OPTIONS = {
    "records": ("--deep-iteration", "--print-data-log"),
    "index sanity": ("--index-sanity-check",),
    "indexes": ("--verify-index-only",),
    "everything": (),
}
DECODERS = {"__consumer_offsets": "--offsets-decoder", "__transaction_state": "--transaction-log-decoder"}


def test_dump_log_segments_has_no_complaint(start: Start) -> None:
    """While it runs, after a clean stop, and after it was killed, started and stopped."""
    broker = start("kafkalite")
    topics, open_transaction = filled_twice(broker)
    no_complaint(broker, "while it runs")
    assert broker.stop() == 0
    no_complaint(broker, "after a clean stop")
    broker.start()
    log_content.wait_until_ready(broker.address, topics)
    third = Filler(broker.address, "three", int(time.time() * 1000) + 2 * LAYER)
    fill(third, transactions=open_transaction is not None)
    broker.kill_nine()
    broker.start()
    log_content.wait_until_ready(broker.address, topics)
    assert broker.stop() == 0
    no_complaint(broker, "after kill -9, a start and a clean stop")


def test_apache_kafka_passes_too(start: Start) -> None:
    """After a clean stop; in the indexes of a running Kafka its own tool takes reserved zeros for entries."""
    broker = start("apache-kafka")
    filled_twice(broker)
    assert broker.stop() == 0
    no_complaint(broker, "after a clean stop")


@pytest.mark.parametrize(
    ("name", "position", "option"),
    [
        ("00000000000000000018.index", 3, "--verify-index-only"),
        ("00000000000000000018.timeindex", 7, "--verify-index-only"),
        ("00000000000000000018.timeindex", 11, "--verify-index-only"),
        ("00000000000000000018.snapshot", 20, "--deep-iteration"),
        ("00000000000000000018.log", 70, "--deep-iteration"),
    ],
)
def test_a_flipped_bit_is_complained_of(java: None, tmp_path: Path, name: str, position: int, option: str) -> None:
    """A test of these tests, on what Apache Kafka itself wrote."""
    files = log_moves.files_to_dump(kafka_directory.unpack("clean", tmp_path))
    files = [path for path in files if path.parent.name == "numbered-0"]
    assert not log_moves.complaints(files, log_moves.dump(files, option))
    path = tmp_path / "numbered-0" / name
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    assert log_moves.complaints(files, log_moves.dump(files, option))


def no_complaint(broker: BrokerProcess, when: str) -> None:
    files = [path for path in log_moves.files_to_dump(broker.log_directory) if "__cluster_metadata" not in str(path)]
    suffixes = {path.suffix for path in files}
    assert suffixes >= {".log", ".index", ".timeindex", ".snapshot"}, (
        f"{when}: only {suffixes} files in {broker.log_directory}"
    )
    for purpose, options in OPTIONS.items():
        found = log_moves.complaints(files, log_moves.dump(files, *options))
        assert not found, f"{purpose}, {when}: " + "\n".join(found[:20])
    decoded = 0
    for topic, decoder in DECODERS.items():
        logs = [path for path in files if path.suffix == ".log" and path.parent.name.startswith(topic)]
        if logs:
            done = log_moves.dump(logs, "--deep-iteration", decoder)
            found = log_moves.complaints(logs, done)
            assert not found, f"{decoder}, {when}: " + "\n".join(found[:20])
            decoded += done.stdout.count('key: {"type":')
    assert decoded > 0, f"{when}: no record was decoded"
