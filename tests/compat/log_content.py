"""What a log holds before its directory moves: every codec, both timestamp types, sequences, transactions, compaction.

`Filler` writes it through librdkafka, one batch at a time; `describe` reads everything back through librdkafka and raw
requests. Two brokers hold the same when it says the same of both.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from . import raw
from .raw import Connection, until

SECONDS = 30.0
SECOND = 1000  # ms
LAYER = 200 * SECOND
"""How far the timestamps of one layer reach; a later layer begins behind it, because segments roll by timestamps."""

CONTROL = 0x20  # the attribute of batches that hold a marker
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
GROUP = "readers"
GROUP_IN_TRANSACTIONS = "readers-in-transactions"

Topics = dict[str, tuple[int, dict[str, str]]]
"""Name -> (number of partitions, configuration)."""

SEGMENTS = {"segment_ms": "10000", "index_interval_bytes": "64", "segment_index_bytes": "4096", "retention_ms": "-1"}
COMPACTED = {
    "cleanup_policy": "compact",
    "min_cleanable_dirty_ratio": "0.0001",
    "delete_retention_ms": "315360000000",
    "segment_ms": "10000",
    "segment_index_bytes": "4096",
}
PLAIN: Topics = {
    "codecs": (1, {"segment_index_bytes": "4096"}),
    "stamped": (1, {"message_timestamp_type": "LogAppendTime", "segment_index_bytes": "4096"}),
    "numbered": (3, SEGMENTS),
    "deleted": (1, SEGMENTS),
    "empty": (2, {"segment_index_bytes": "4096"}),
}
COMPACT: Topics = {"compacted": (1, COMPACTED)}
TRANSACTIONS: Topics = {
    "transactions": (2, SEGMENTS),
    "open": (1, {"segment_index_bytes": "4096"}),
    "compacted-transactions": (1, COMPACTED),
}


def create(connection: Connection, topics: Topics) -> None:
    for name, (partitions, configs) in topics.items():
        raw.create_topic(connection, name, partitions, **configs)


def wait_until_ready(address: str, topics: Topics) -> None:
    """After a start: until every partition has a leader."""
    with Connection(address) as connection:
        for name, (partitions, _) in topics.items():
            until(functools.partial(raw.is_ready, connection, name, partitions), what=name)


def has_transactions(connection: Connection) -> bool:
    """Whether the broker says that it can add partitions to a transaction."""
    return any(int(api.api_key) == 24 for api in connection.ask("api_versions", 0).api_keys)


# --- writing ------------------------------------------------------------------------------------------------------


class Writer:
    """A producer whose every `send` is acknowledged before it returns."""

    def __init__(self, address: str, **settings: Any) -> None:
        defaults = {"bootstrap.servers": address, "acks": "all", "linger.ms": 50, "log_level": 2}
        self._producer = Producer(defaults | {name.replace("_", "."): value for name, value in settings.items()})
        if "transactional_id" in settings:
            self._producer.init_transactions(SECONDS)

    def send(self, topic: str, *records: dict[str, Any], partition: int = 0) -> None:
        """Each record is the keyword arguments of `Producer.produce`."""
        errors: list[Any] = []
        for one in records:
            self._producer.produce(topic, partition=partition, on_delivery=lambda error, _: errors.append(error), **one)
        if self._producer.flush(SECONDS) or any(errors):
            raise KafkaException(*errors)

    def begin(self) -> None:
        self._producer.begin_transaction()

    def end(self, *, commit: bool) -> None:
        (self._producer.commit_transaction if commit else self._producer.abort_transaction)(SECONDS)

    def add_offsets(self, offsets: list[TopicPartition], consumer: Consumer) -> None:
        self._producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), SECONDS)


class Filler:
    """Writes one layer of content. `start` is the first timestamp in ms; `note` is in every value."""

    def __init__(self, address: str, note: str, start: int) -> None:
        self._address = address
        self._note = note
        self._start = start

    def _record(self, text: str, at: int = 0, key: str | None = None) -> dict[str, Any]:
        return {"value": f"{self._note} {text}".encode(), "key": key and key.encode(), "timestamp": self._start + at}

    def _writer(self, **settings: Any) -> Writer:
        return Writer(self._address, **settings)

    def plain(self) -> None:
        self._codecs()
        self._numbered()
        self._deleted()

    def _codecs(self) -> None:
        """Also null and empty keys and values, and a header that comes twice, with an empty and with a null value."""
        headers = [("twice", b"1"), ("empty", b""), ("null", None), ("twice", b"2")]
        for codec in CODECS:
            writer = self._writer(compression_type=codec)
            records = [self._record(f"{codec} {number} " + "x" * 100, number, f"key {number}") for number in range(5)]
            records.append({"value": None, "key": b"null", "timestamp": self._start + 5})
            records.append({"value": b"", "key": None, "timestamp": self._start + 3, "headers": headers})
            writer.send("codecs", *records)
            writer.send("stamped", *(self._record(f"{codec} {number}", number) for number in range(3)))

    def _numbered(self) -> None:
        """Two idempotent producers in turns; a segment for every three turns."""
        writers = [self._writer(enable_idempotence=True) for _ in range(2)]
        for turn in range(8):
            for index, writer in enumerate(writers):
                for partition in range(3):
                    records = [self._record(f"{turn} {index} {number}", turn * 4 * SECOND) for number in range(3)]
                    writer.send("numbered", *records, partition=partition)

    def _deleted(self) -> None:
        writer = self._writer()
        for turn in range(12):
            writer.send("deleted", *(self._record(f"{turn} {number}", turn * 4 * SECOND) for number in range(2)))

    def compacted(self) -> None:
        """Five keys in turns over several segments, one of them deleted; the last segment is never compacted."""
        writer = self._writer()
        for turn in range(6):
            writer.send("compacted", *(self._record(f"{turn} {key}", turn * 8 * SECOND, key) for key in "abcde"))
        writer.send("compacted", {"value": None, "key": b"e", "timestamp": self._start + 50 * SECOND})
        writer.send("compacted", self._record("only once", 51 * SECOND, self._note))
        writer.send("compacted", self._record("a segment of its own", 100 * SECOND, "roll"))

    def transactions(self) -> None:
        """Overlapping transactions over two partitions, committed and aborted, with records outside them between."""
        first, second, third = (self._writer(transactional_id=name) for name in ("first", "second", "third"))
        plain = self._writer()
        for turn in range(4):
            at = turn * 12 * SECOND
            for writer, name in ((first, "first"), (second, "second"), (third, "third")):
                writer.begin()
                for partition in range(2):
                    writer.send("transactions", self._record(f"{turn} {name}", at), partition=partition)
            plain.send("transactions", self._record(f"{turn} between", at + 1), partition=1)
            second.send("transactions", self._record(f"{turn} second again", at + 2), partition=turn % 2)
            second.end(commit=False)
            first.send("transactions", self._record(f"{turn} first again", at + 3))
            first.end(commit=bool(turn % 2))
            plain.send("transactions", self._record(f"{turn} late", at + 4))
            third.end(commit=True)

    def compacted_transactions(self) -> None:
        """The same keys committed and aborted in turns; in the end one of the committed ones is overwritten."""
        topic = "compacted-transactions"
        writers = [self._writer(transactional_id=f"compacted-{name}") for name in ("commits", "aborts")]
        for turn in range(4):
            for writer, commit in zip(writers, (True, False), strict=True):
                writer.begin()
                records = (self._record(f"{turn} {commit} {key}", turn * 12 * SECOND, key) for key in "abc")
                writer.send(topic, *records)
                writer.end(commit=commit)
        plain = self._writer()
        plain.send(topic, self._record("overwrites", 50 * SECOND, "a"))
        plain.send(topic, self._record("a segment of its own", 100 * SECOND, "roll"))

    def group(self) -> None:
        consumer = Consumer({"bootstrap.servers": self._address, "group.id": GROUP, "log_level": 2})
        for offset in (7, 14):
            consumer.commit(offsets=[TopicPartition("codecs", 0, offset)], asynchronous=False)
        consumer.commit(
            offsets=[TopicPartition("numbered", index, index + 1) for index in range(3)], asynchronous=False
        )
        consumer.close()

    def group_in_transactions(self) -> None:
        """Offsets committed in a transaction that is committed, then in one that is aborted."""
        consumer = Consumer({"bootstrap.servers": self._address, "group.id": GROUP_IN_TRANSACTIONS, "log_level": 2})
        writer = self._writer(transactional_id="offsets")
        for offset, commit in ((3, True), (5, False)):
            writer.begin()
            writer.add_offsets([TopicPartition("transactions", 0, offset)], consumer)
            writer.end(commit=commit)
        consumer.close()

    def open_transaction(self) -> Writer:
        """A transaction that stays open as long as the caller holds on to what is returned (or 15 minutes)."""
        plain = self._writer()
        writer = self._writer(transactional_id="open", transaction_timeout_ms=900_000)
        plain.send("open", self._record("before"))
        writer.begin()
        writer.send("open", self._record("undecided"))
        plain.send("open", self._record("behind"))
        return writer


def delete_records(connection: Connection, offset: int) -> None:
    """Move the log start of the topic `deleted`."""
    where = [{"name": "deleted", "partitions": [{"partition_index": 0, "offset": offset}]}]
    [answer] = connection.ask("delete_records", 2, topics=where, timeout=30000).topics
    assert answer.partitions[0].error_code == 0, answer


def wait_for_compaction(address: str, topics: Iterable[str]) -> None:
    """Until each of these topics has each key once, but for the last record, which is alone in the active segment."""
    for topic in topics:
        until(functools.partial(is_compacted, address, topic), seconds=90, what=f"compaction of {topic}")


NEVER = "315360000000"


def stop_compaction(connection: Connection, topics: Iterable[str]) -> None:
    """From now on no record of these is old enough to be compacted."""
    _set_lag(connection, topics, NEVER)


def start_compaction(connection: Connection, topics: Iterable[str]) -> None:
    _set_lag(connection, topics, "0")


def _set_lag(connection: Connection, topics: Iterable[str], value: str) -> None:
    lag = {"name": "min.compaction.lag.ms", "config_operation": 0, "value": value}
    resources = [{"resource_type": 2, "resource_name": name, "configs": [lag]} for name in topics]
    answer = connection.ask("incremental_alter_configs", 1, resources=resources)
    assert not any(response.error_code for response in answer.responses), answer


def is_compacted(address: str, topic: str) -> bool:
    [records] = read(address, [(topic, 0)], "read_uncommitted").values()
    keys = [record["key"] for record in records[:-1]]
    return len(keys) == len(set(keys))


# --- reading ------------------------------------------------------------------------------------------------------

Place = tuple[str, int]
"""Topic and partition."""


def places(topics: Topics) -> list[Place]:
    return [(name, index) for name, (count, _) in topics.items() for index in range(count)]


def describe(address: str, topics: Topics) -> dict[str, Any]:
    """`topic-partition` -> everything that a client may see of it, in plain values."""
    where = places(topics)
    records = read(address, where, "read_uncommitted")
    committed = read(address, where, "read_committed")
    with Connection(address) as connection:
        return {
            f"{topic}-{partition}": describe_log(connection, topic, partition)
            | {
                "records": records[topic, partition],
                "committed": [record["offset"] for record in committed[topic, partition]],
            }
            for topic, partition in where
        }


def describe_log(connection: Connection, topic: str, partition: int) -> dict[str, Any]:
    start = offset_at(connection, topic, partition, -2)
    everything = fetches(connection, topic, partition, start, isolation_level=0)
    committed = fetches(connection, topic, partition, start, isolation_level=1)
    aborted = {(one.producer_id, one.first_offset) for fetch in committed for one in fetch.aborted_transactions or ()}
    batches = [header for fetch in everything for header in raw.batch_headers(fetch.records or b"")]
    epochs = sorted({header.leader_epoch for header in batches})
    return {
        "log_start_offset": start,
        "end_offset": everything[-1].high_watermark,
        "last_stable_offset": everything[-1].last_stable_offset,
        "max_timestamp_offset": offset_at(connection, topic, partition, -3),
        "epochs": [[epoch, epoch_end(connection, topic, partition, epoch)] for epoch in epochs],
        "aborted": [list(one) for one in sorted(aborted) if has_records(batches, *one)],
        "batches": [list(header) for header in batches],
    }


def fetches(connection: Connection, topic: str, partition: int, start: int, *, isolation_level: int) -> list[Any]:
    """The answers to one Fetch after the other, the last of them without records."""
    answers = []
    while True:
        answer = raw.fetch(connection, topic, partition, start, isolation_level=isolation_level)
        assert answer.error_code == 0, answer
        answers.append(answer)
        headers = list(raw.batch_headers(answer.records or b""))
        if not headers:
            return answers
        start = headers[-1].base_offset + headers[-1].last_offset_delta + 1


def has_records(batches: Sequence[raw.BatchHeader], producer_id: int, first_offset: int) -> bool:
    """Whether compaction left any record of the transaction that begins there; a broker may forget one without."""
    for header in batches:
        if header.producer_id == producer_id and header.base_offset + header.last_offset_delta >= first_offset:
            if header.attributes & CONTROL:
                return False
            if header.records_count:
                return True
    return False


def epoch_end(connection: Connection, topic: str, partition: int, epoch: int) -> int:
    """The offset at which this leader epoch ended."""
    where = [
        {"topic": topic, "partitions": [{"partition": partition, "current_leader_epoch": -1, "leader_epoch": epoch}]}
    ]
    [answer] = connection.ask("offset_for_leader_epoch", 3, replica_id=-1, topics=where).topics
    [end] = answer.partitions
    assert (end.error_code, end.leader_epoch) == (0, epoch), end
    return int(end.end_offset)


def offset_at(connection: Connection, topic: str, partition: int, timestamp: int) -> int:
    where = [{"name": topic, "partitions": [{"partition_index": partition, "timestamp": timestamp}]}]
    [answer] = connection.ask("list_offsets", 7, replica_id=-1, isolation_level=0, topics=where).topics
    assert answer.partitions[0].error_code == 0, answer
    return int(answer.partitions[0].offset)


def read(address: str, where: Sequence[Place], isolation: str) -> dict[Place, list[dict[str, Any]]]:
    """All records of these partitions, from their log starts to their ends."""
    settings = {
        "bootstrap.servers": address,
        "group.id": "describe",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "isolation.level": isolation,
        "auto.offset.reset": "earliest",
        "check.crcs": True,
        "log_level": 2,
    }
    with Connection(address) as connection:
        starts = {place: offset_at(connection, *place, -2) for place in where}
    consumer = Consumer(settings)
    consumer.assign([TopicPartition(*place, offset) for place, offset in starts.items()])
    records: dict[Place, list[dict[str, Any]]] = {place: [] for place in where}
    unfinished = set(where)
    while unfinished:
        message = consumer.poll(SECONDS)
        if message is None:
            raise AssertionError(f"no end of {unfinished} within {SECONDS:.0f} s")
        place = (message.topic(), message.partition())
        if message.error() is None:
            records[place].append(record_fields(message))
        elif message.error().name() == "_PARTITION_EOF":
            unfinished.discard(place)
        else:
            raise KafkaException(message.error())
    consumer.close()
    return records


def record_fields(message: Any) -> dict[str, Any]:
    kind, timestamp = message.timestamp()
    return {
        "offset": message.offset(),
        "timestamp": timestamp,
        "timestamp_type": ("none", "CreateTime", "LogAppendTime")[kind],
        "key": text(message.key()),
        "value": text(message.value()),
        "headers": [[name, text(value)] for name, value in message.headers() or ()],
    }


def text(data: bytes | None) -> str | None:
    return None if data is None else data.decode()


def committed_offsets(connection: Connection, group: str) -> dict[str, int]:
    """`topic-partition` -> committed offset."""

    def ask() -> Any:
        answer = connection.ask("offset_fetch", 7, group_id=group, topics=None, require_stable=False)
        return None if answer.error_code in raw.TRY_AGAIN else answer

    answer = until(ask, what="OffsetFetch")
    entries = [(topic.name, entry) for topic in answer.topics for entry in topic.partitions]
    return {f"{name}-{entry.partition_index}": int(entry.committed_offset) for name, entry in sorted(entries, key=str)}


def producers(connection: Connection, topics: Topics) -> dict[str, list[list[int]]]:
    """DescribeProducers: `topic-partition` -> what the broker knows of each producer, by id."""
    where = [{"name": name, "partition_indexes": range(count)} for name, (count, _) in topics.items()]
    answer = connection.ask("describe_producers", 0, topics=where)
    return {
        f"{topic.name}-{entry.partition_index}": sorted(producer_fields(one) for one in entry.active_producers)
        for topic in answer.topics
        for entry in topic.partitions
    }


def producer_fields(producer: Any) -> list[int]:
    """id, epoch, last sequence, last timestamp, coordinator epoch, start of the open transaction."""
    return [
        int(producer.producer_id),
        int(producer.producer_epoch),
        int(producer.last_sequence),
        int(producer.last_timestamp),
        int(producer.coordinator_epoch),
        int(producer.current_txn_start_offset),
    ]
