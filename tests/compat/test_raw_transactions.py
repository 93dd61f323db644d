"""Transactions request by request: epochs, codes and states of both protocols, the same on Apache Kafka.

What Kafka answers with "come back" (51 while markers are written, 14 and 16 while things appear) is asked again here:
kafkalite lets such requests wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from . import raw
from .brokers import Broker

PASSES = {14, 15, 16, 51}
TRANSACTIONAL = 0x10


class Producer(NamedTuple):
    name: str
    producer_id: int
    epoch: int

    def at(self, epoch: int) -> Producer:
        return self._replace(epoch=epoch)


def again(ask: Callable[[], Any], code: Callable[[Any], int]) -> Any:
    """Ask until the answer is more than "come back"."""
    answers: list[Any] = []

    def final() -> bool:
        answers[:] = [ask()]
        return code(answers[0]) not in PASSES

    raw.until(final, what="an answer")
    return answers[0]


def init(
    connection: raw.Connection,
    name: str,
    before: Producer | None = None,
    *,
    version: int = 5,
    timeout_ms: int = 60_000,
) -> tuple[int, Producer]:
    """(error, producer)."""
    given = {} if before is None else {"producer_id": before.producer_id, "producer_epoch": before.epoch}
    asked = {"transactional_id": name, "transaction_timeout": timeout_ms, **given}
    answer = again(lambda: connection.ask("init_producer_id", version, **asked), lambda one: int(one.error_code))
    return int(answer.error_code), Producer(name, int(answer.producer_id), int(answer.producer_epoch))


def begin(connection: raw.Connection, **options: Any) -> Producer:
    """A new transactional id with its first producer."""
    name = raw.unique("tx")
    again(lambda: connection.ask("find_coordinator", 4, key_type=1, coordinator_keys=[name]).coordinators[0], code_of)
    code, producer = init(connection, name, **options)
    assert (code, producer.epoch) == (0, 0)
    return producer


def code_of(answer: Any) -> int:
    return int(answer.error_code)


def add(connection: raw.Connection, producer: Producer, topic: str, *partitions: int, version: int = 3) -> list[int]:
    asked = {
        "v3_and_below_transactional_id": producer.name,
        "v3_and_below_producer_id": producer.producer_id,
        "v3_and_below_producer_epoch": producer.epoch,
        "v3_and_below_topics": [{"name": topic, "partitions": partitions}],
    }
    answer = again(
        lambda: connection.ask("add_partitions_to_txn", version, **asked),
        lambda one: int(one.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code),
    )
    results = answer.results_by_topic_v3_and_below[0].results_by_partition
    return [int(one.partition_error_code) for one in sorted(results, key=lambda one: one.partition_index)]


def produce(
    connection: raw.Connection,
    producer: Producer,
    topic: str,
    sequence: int = 0,
    *,
    partition: int = 0,
    version: int = 12,
    value: bytes = b"v",
    transactional: bool = True,
) -> Any:
    data = raw.batch(
        value,
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        base_sequence=sequence,
        attributes=TRANSACTIONAL if transactional else 0,
    )
    asked = raw.produce_request(topic, data, partition=partition) | {"transactional_id": producer.name}
    answer = again(
        lambda: connection.ask("produce", version, **asked),
        lambda one: int(one.responses[0].partition_responses[0].error_code),
    )
    return answer.responses[0].partition_responses[0]


def end(connection: raw.Connection, producer: Producer, committed: bool, *, version: int = 5) -> tuple[int, Producer]:
    asked = {
        "transactional_id": producer.name,
        "producer_id": producer.producer_id,
        "producer_epoch": producer.epoch,
        "committed": committed,
    }
    answer = again(lambda: connection.ask("end_txn", version, **asked), code_of)
    if version < 5 or answer.error_code:
        return int(answer.error_code), producer
    return 0, Producer(producer.name, int(answer.producer_id), int(answer.producer_epoch))


def describe(connection: raw.Connection, producer: Producer) -> Any:
    [found] = connection.ask("describe_transactions", 0, transactional_ids=[producer.name]).transaction_states
    return found


def status(connection: raw.Connection, producer: Producer) -> str:
    """The state's name; kio cannot read a description whose transaction never began."""
    answer = connection.ask("list_transactions", 0, producer_id_filters=[producer.producer_id])
    [found] = answer.transaction_states
    return str(found.transaction_state)


def state(connection: raw.Connection, producer: Producer) -> tuple[str, int]:
    """State and epoch once the markers are written."""
    raw.until(lambda: not describe(connection, producer).transaction_state.startswith("Prepare"), what="the markers")
    found = describe(connection, producer)
    return found.transaction_state, int(found.producer_epoch)


def commit_offset(
    connection: raw.Connection,
    producer: Producer,
    group: str,
    topic: str,
    offset: int,
    *,
    version: int = 5,
    **member: Any,
) -> int:
    partition = {"partition_index": 0, "committed_offset": offset}
    asked = {
        "transactional_id": producer.name,
        "group_id": group,
        "producer_id": producer.producer_id,
        "producer_epoch": producer.epoch,
        "topics": [{"name": topic, "partitions": [partition]}],
        "generation_id": -1,
        **member,
    }
    if version < 3:
        del asked["generation_id"]
    answer = again(
        lambda: connection.ask("txn_offset_commit", version, **asked),
        lambda one: int(one.topics[0].partitions[0].error_code),
    )
    return int(answer.topics[0].partitions[0].error_code)


def add_group(connection: raw.Connection, producer: Producer, group: str, version: int = 3) -> int:
    asked = {
        "transactional_id": producer.name,
        "producer_id": producer.producer_id,
        "producer_epoch": producer.epoch,
        "group_id": group,
    }
    return code_of(again(lambda: connection.ask("add_offsets_to_txn", version, **asked), code_of))


def committed(connection: raw.Connection, group: str, topic: str, *, stable: bool = True) -> tuple[int, int]:
    """(offset, error)."""
    where = [{"name": topic, "partition_indexes": [0]}]
    asked = {"groups": [{"group_id": group, "topics": where}], "require_stable": stable}
    answer = again(lambda: connection.ask("offset_fetch", 8, **asked).groups[0], code_of)
    [found] = answer.topics[0].partitions
    return int(found.committed_offset), int(found.error_code)


# -- InitProducerId


def test_each_instance_gets_the_next_epoch(connection: raw.Connection) -> None:
    producer = begin(connection)
    assert init(connection, producer.name) == (0, producer.at(1))
    assert init(connection, producer.name, producer.at(1)) == (0, producer.at(2))
    assert init(connection, producer.name, producer.at(1)) == (0, producer.at(2)), "repeated"
    assert init(connection, producer.name) == (0, producer.at(3))
    assert init(connection, producer.name, producer.at(1))[0] == 90
    assert init(connection, producer.name, producer.at(1), version=3)[0] == 47


@pytest.mark.parametrize("timeout_ms", [0, -1, 900_001])
def test_timeouts_have_limits(connection: raw.Connection, timeout_ms: int) -> None:
    assert init(connection, raw.unique("tx"), timeout_ms=timeout_ms)[0] == 50


def test_an_open_transaction_is_aborted_first(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    assert produce(connection, producer, topic).error_code == 0
    assert init(connection, producer.name) == (0, producer.at(2))
    assert status(connection, producer) == "Empty"
    _, marker = raw.stored_batches(connection, topic)
    assert (marker.attributes, marker.producer_epoch) == (0x30, 1)
    assert produce(connection, producer, topic, 1).error_code == 47


def test_a_producer_may_begin_anew_in_its_transaction(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    assert produce(connection, producer, topic).error_code == 0
    assert init(connection, producer.name, producer) == (0, producer.at(1))


# -- ends


@pytest.mark.parametrize("committed", [True, False])
def test_v5_ends_with_a_new_epoch(connection: raw.Connection, topic: str, committed: bool) -> None:
    producer = begin(connection)
    assert produce(connection, producer, topic).base_offset == 0
    assert end(connection, producer, committed) == (0, producer.at(1))
    assert end(connection, producer, committed) == (0, producer.at(1)), "repeated"
    assert end(connection, producer, not committed)[0] == 48
    assert state(connection, producer) == ("CompleteCommit" if committed else "CompleteAbort", 1)
    assert init(connection, producer.name, producer) == (0, producer.at(1)), "its answer was lost"
    assert produce(connection, producer.at(1), topic).base_offset == 2
    assert end(connection, producer, committed)[0] == 90, "that was the last transaction"


@pytest.mark.parametrize("committed", [True, False])
def test_v4_keeps_the_epoch(connection: raw.Connection, topic: str, committed: bool) -> None:
    producer = begin(connection)
    assert add(connection, producer, topic, 0) == [0]
    assert produce(connection, producer, topic, version=11).base_offset == 0
    assert end(connection, producer, committed, version=4)[0] == 0
    assert end(connection, producer, committed, version=4)[0] == 0, "repeated"
    assert end(connection, producer, not committed, version=4)[0] == 48
    assert state(connection, producer) == ("CompleteCommit" if committed else "CompleteAbort", 0)
    assert add(connection, producer, topic, 0) == [0]
    assert produce(connection, producer, topic, 1, version=11).base_offset == 2


def test_nothing_to_end(connection: raw.Connection) -> None:
    producer = begin(connection)
    assert [end(connection, producer, one, version=4)[0] for one in (True, False)] == [48, 48]
    assert end(connection, producer, True)[0] == 48
    assert end(connection, producer, False) == (0, producer.at(1))
    assert end(connection, producer, False) == (0, producer.at(1)), "repeated"
    assert end(connection, producer.at(1), False) == (0, producer.at(2))
    assert state(connection, producer) == ("CompleteAbort", 2)


def test_whose_transaction_it_is(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    stranger, late = producer._replace(producer_id=producer.producer_id + 100_000), producer.at(7)
    for version, fenced in ((0, 47), (1, 47), (2, 90), (3, 90)):
        assert add(connection, late, topic, 0, version=version) == [fenced]
        assert add_group(connection, late, "g", version) == fenced
        assert end(connection, late, True, version=version)[0] == fenced
    assert add(connection, stranger, topic, 0) == [49]
    assert add_group(connection, stranger, "g") == end(connection, stranger, True)[0] == 49
    assert add(connection, producer._replace(name=""), topic, 0) == [42]
    assert add(connection, producer._replace(name=raw.unique("tx")), topic, 0) == [49]
    assert add(connection, producer, topic, 0, 7) == [55, 3]
    assert status(connection, producer) == "Empty"


# -- records


@pytest.mark.parametrize(("version", "code"), [(9, 48), (10, 48), (11, 120)])
def test_until_v11_partitions_are_added_first(connection: raw.Connection, topic: str, version: int, code: int) -> None:
    producer = begin(connection)
    refused = produce(connection, producer, topic, version=version)
    assert refused.error_code == code
    assert refused.error_message == (None if code == 120 else "Partition was not added to the transaction")
    assert add(connection, producer, topic, 0) == [0]
    assert produce(connection, producer, topic, version=version).error_code == 0
    assert produce(connection, producer, topic, partition=1, version=version).error_code == code
    assert produce(connection, producer, topic, 1, version=version, transactional=False).error_code == 48


def test_from_v12_on_partitions_add_themselves(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    assert produce(connection, producer, topic, 3).error_code == 45, "the first one is the first"
    assert produce(connection, producer, topic).error_code == 0
    assert produce(connection, producer, topic, partition=1).error_code == 0
    found = describe(connection, producer)
    assert (found.transaction_state, sorted(found.topics[0].partitions)) == ("Ongoing", [0, 1])
    assert produce(connection, producer.at(4), topic).error_code == 47
    assert produce(connection, producer._replace(producer_id=10**9), topic).error_code == 49


def test_readers_of_committed_data_stop_at_the_first_open_transaction(connection: raw.Connection, topic: str) -> None:
    first, second = begin(connection), begin(connection)
    produce(connection, first, topic)
    produce(connection, second, topic)
    raw.produce(connection, topic, raw.batch(b"plain"))
    _, second = end(connection, second, True)
    state(connection, second)
    fetched = raw.fetch(connection, topic, 0, 0, isolation_level=1)
    assert (fetched.high_watermark, fetched.last_stable_offset, fetched.records) == (4, 0, b"")
    end(connection, first, False)
    state(connection, first)
    fetched = raw.fetch(connection, topic, 0, 0, isolation_level=1)
    assert (fetched.high_watermark, fetched.last_stable_offset) == (5, 5)
    aborted = [(int(one.producer_id), int(one.first_offset)) for one in fetched.aborted_transactions]
    assert aborted == [(first.producer_id, 0)]
    assert len(list(raw.batch_headers(fetched.records))) == 5


# -- offsets


@pytest.mark.parametrize("version", [0, 3, 4, 5])
def test_offsets_are_pending_until_the_end(connection: raw.Connection, topic: str, version: int) -> None:
    producer, group = begin(connection), raw.unique("group")
    raw.find_coordinator(connection, group)
    if version < 5:
        not_added = 120 if version == 4 else 48
        assert commit_offset(connection, producer, group, topic, 5, version=version) == not_added
        assert add_group(connection, producer, group) == 0
    assert commit_offset(connection, producer, group, topic, 5, version=version) == 0
    assert committed(connection, group, topic) == (-1, 88)
    assert committed(connection, group, topic, stable=False) == (-1, 0)
    end(connection, producer, True)
    state(connection, producer)
    assert committed(connection, group, topic) == (5, 0)


def test_whose_offsets_they_are(connection: raw.Connection, topic: str) -> None:
    producer, group = begin(connection), raw.unique("group")
    raw.find_coordinator(connection, group)
    assert commit_offset(connection, producer.at(3), group, topic, 5) == 47
    assert commit_offset(connection, producer._replace(producer_id=10**9), group, topic, 5) == 49
    assert commit_offset(connection, producer._replace(name=""), group, topic, 5) == 42
    assert commit_offset(connection, producer, "", topic, 5) == 24
    assert commit_offset(connection, producer, group, raw.unique("nope"), 5) == 3
    assert commit_offset(connection, producer, group, topic, 5, member_id="m", generation_id=1) == 22
    assert commit_offset(connection, producer, raw.unique("group"), topic, 5, member_id="m", generation_id=1) == 22
    assert commit_offset(connection, producer, group, topic, 5) == 0


# -- looking and repairing


def test_states_and_filters(connection: raw.Connection, topic: str) -> None:
    empty, ongoing = begin(connection), begin(connection)
    produce(connection, ongoing, topic)
    mine = [int(empty.producer_id), int(ongoing.producer_id)]

    def listed(version: int = 1, **filters: Any) -> dict[str, str]:
        answer = connection.ask("list_transactions", version, **({"producer_id_filters": mine} | filters))
        assert answer.error_code == 0
        return {one.transactional_id: one.transaction_state for one in answer.transaction_states}

    assert listed(0) == {empty.name: "Empty", ongoing.name: "Ongoing"}
    assert listed(state_filters=["Ongoing"]) == {ongoing.name: "Ongoing"}
    assert listed(duration_filter=3_600_000) == {empty.name: "Empty"}, "no transaction is a very old one"
    unknown = connection.ask("list_transactions", 0, state_filters=["Bogus"])
    assert (list(unknown.unknown_state_filters), list(unknown.transaction_states)) == (["Bogus"], [])
    found = connection.ask("describe_transactions", 0, transactional_ids=["nobody", ""]).transaction_states
    assert {one.transactional_id: int(one.error_code) for one in found} == {"nobody": 105, "": 42}


def test_producers_of_a_partition_and_markers_of_its_own(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection)
    produce(connection, producer, topic)

    def seen() -> tuple[int, int, int, int]:
        where = [{"name": topic, "partition_indexes": [0]}]
        [partition] = connection.ask("describe_producers", 0, topics=where).topics[0].partitions
        [one] = partition.active_producers
        return (
            int(one.producer_epoch),
            int(one.last_sequence),
            int(one.coordinator_epoch),
            int(one.current_txn_start_offset),
        )

    def mark(epoch: int, coordinator_epoch: int, partition: int = 0) -> int:
        marker = {
            "producer_id": producer.producer_id,
            "producer_epoch": epoch,
            "transaction_result": False,
            "topics": [{"name": topic, "partition_indexes": [partition]}],
            "coordinator_epoch": coordinator_epoch,
        }
        [answer] = connection.ask("write_txn_markers", 1, markers=[marker]).markers
        return int(answer.topics[0].partitions[0].error_code)

    assert seen() == (0, 0, -1, 0)
    assert mark(0, 0, partition=9) == 3
    assert mark(0, 4) == 0
    assert seen() == (0, 0, 4, -1)
    assert mark(0, 3) == 52
    assert mark(1, 4) == 0
    assert seen() == (1, -1, 4, -1)
    assert mark(0, 4) == 47


# -- time and features


def test_a_transaction_ends_at_its_timeout(connection: raw.Connection, topic: str) -> None:
    producer = begin(connection, timeout_ms=1000)
    produce(connection, producer, topic)
    raw.until(lambda: describe(connection, producer).transaction_state != "Ongoing", what="the abort")
    assert state(connection, producer) == ("CompleteAbort", 1)
    assert produce(connection, producer, topic, 1).error_code == 47
    assert add(connection, producer, topic, 0) == [90]
    assert end(connection, producer, True, version=4)[0] == 90
    assert end(connection, producer, True)[0] == 48
    assert end(connection, producer, False) == (0, producer.at(1))
    assert init(connection, producer.name, producer) == (0, producer.at(1))


def feature(connection: raw.Connection, level: int, upgrade_type: int) -> int:
    update = {"feature": "transaction.version", "max_version_level": level, "upgrade_type": upgrade_type}
    return int(connection.ask("update_features", 1, timeout=30000, feature_updates=[update]).error_code)


def finalized(connection: raw.Connection) -> int | None:
    answer = connection.ask("api_versions", 4, client_software_name="raw", client_software_version="1")
    return next((one.max_version_level for one in answer.finalized_features if one.name == "transaction.version"), None)


def test_levels_of_transaction_version(connection: raw.Connection, topic: str, broker: Broker) -> None:
    assert finalized(connection) == 2
    assert feature(connection, 1, 1) == 95
    try:
        for level, upgrade_type in ((1, 2), (0, 3)):
            assert feature(connection, level, upgrade_type) == 0
            raw.until(lambda: finalized(connection) == (level or None), what="the level")  # noqa: B023
        time.sleep(0.5)  # brokers take it over in their own time
        producer = begin(connection)
        assert produce(connection, producer, topic).error_code == 35
        other = begin(connection)
        assert add(connection, other, topic, 0) == [0]
        assert produce(connection, other, topic, version=11).error_code == 0
        assert end(connection, other, True, version=4)[0] == 0
    finally:
        assert feature(connection, 2, 1) == 0
        raw.until(lambda: finalized(connection) == 2, what="the level")
        time.sleep(0.5)
