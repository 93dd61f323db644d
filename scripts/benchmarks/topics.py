"""Rows: topics come and go, and many partitions in one request."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from typing import Any

from tests.compat import raw

from .generator import Failed
from .peers import LOG, TOPICS, Peer
from .requests import Flood, encoded
from .rows import Figures, Measure, Row, Sizes

MANY = 1000
TURNS = 20
FETCH_VERSION = 11
CREATE_VERSION = 7


def create_request(names: list[str]) -> dict[str, Any]:
    """For topics of one partition."""
    topics = [{"name": name, "num_partitions": 1, "replication_factor": 1} for name in names]
    return {"topics": topics, "timeout": 30_000}


def check_created(answer: Any) -> None:
    errors = {topic.error_code for topic in answer.topics} - {0}
    if errors:
        raise Failed(f"CreateTopics answers {errors}")


def create(connection: raw.Connection, names: list[str]) -> None:
    check_created(connection.ask("create_topics", CREATE_VERSION, **create_request(names)))


def delete(connection: raw.Connection, names: list[str]) -> None:
    connection.ask("delete_topics", 4, topic_names=names, timeout=30_000)


@contextlib.contextmanager
def create_and_produce(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    """One after the other: until the topic is there, and until a record is in it."""

    def measure() -> Figures:
        names = [raw.unique("bench") for _ in range(TURNS)]
        created, produced = [], []
        with raw.Connection(peer.address) as connection:
            for name in names:
                began = time.perf_counter()
                create(connection, [name])
                created.append(time.perf_counter() - began)
                while (answer := raw.produce(connection, name, raw.batch(b"first"))).error_code:
                    if answer.error_code not in raw.TRY_AGAIN | {6}:
                        raise Failed(f"Produce answers {answer.error_code!r}")
                produced.append(time.perf_counter() - began)
            delete(connection, names)
        return {
            "created, ms": 1000 * statistics.median(created),
            "and produced to, ms": 1000 * statistics.median(produced),
        }

    yield measure


@contextlib.contextmanager
def create_many(peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
    def measure() -> Figures:
        names = [raw.unique("bench") for _ in range(MANY)]
        frame = encoded(
            "create_topics", CREATE_VERSION, **create_request(names)
        )  # not timed, nor is reading the answer:
        with raw.Connection(peer.address) as connection:  # that takes Python longer than any broker
            began = time.perf_counter()
            connection.send_bytes(frame)
            received = connection.read_frame()
            seconds = time.perf_counter() - began
            check_created(raw.decode_response("create_topics", CREATE_VERSION, 1, received))
            delete(connection, names)
        return {"ms": 1000 * seconds}

    yield measure


@contextlib.contextmanager
def fetch_many(peer: Peer, sizes: Sizes) -> Iterator[Measure]:
    """A Fetch without a session of partitions that have one record each."""
    topic = peer.new_topic(MANY)
    with raw.Connection(peer.address) as connection:
        produce_to_all(connection, topic)
        request: dict[str, Any] = {"max_wait": 0, "min_bytes": 1, "max_bytes": 50 << 20, "session_epoch": -1}
        where = [{"partition": one, "fetch_offset": 0, "partition_max_bytes": 1 << 20} for one in range(MANY)]
        request |= {"replica_id": -1, "topics": [{"topic": topic, "partitions": where}]}
        [answer] = connection.ask("fetch", FETCH_VERSION, **request).responses
    if any(partition.error_code or not partition.records for partition in answer.partitions):
        raise Failed("Fetch does not answer with a record for each partition")
    frame = encoded("fetch", FETCH_VERSION, **request)
    yield lambda: Flood(1).measure(peer, [frame], sizes.seconds)
    peer.drop_topic(topic)


def produce_to_all(connection: raw.Connection, topic: str) -> None:
    data = [{"index": one, "records": raw.batch(b"record")} for one in range(MANY)]
    request = {"acks": -1, "timeout": 30_000, "topic_data": [{"name": topic, "partition_data": data}]}
    [answer] = connection.ask("produce", 9, **request).responses
    if any(partition.error_code for partition in answer.partition_responses):
        raise Failed("Produce to all partitions fails")


ROWS = [
    Row("create a topic", create_and_produce, frozenset({TOPICS})),
    Row("1,000 partitions in one fetch", fetch_many, frozenset({TOPICS, LOG})),
]
LATE = [Row("create 1,000 topics", create_many, frozenset({TOPICS}))]
"""A Kafka deletes a thousand topics for a while, and makes none meanwhile."""
