"""The transaction coordinator on real topics in memory: slow and broken stores, restarts, timers, housekeeping."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from kafkalite.broker.transactions import IDS_PER_SLICE
from kafkalite.broker.waiting import Waiting
from kafkalite.core.cluster.topic_names import TRANSACTIONS_TOPIC
from kafkalite.core.transactions import rules
from kafkalite.core.transactions.rules import Reply
from kafkalite.core.transactions.state import Producer, TopicPartition
from kafkalite.core.transactions.transactional_id import PATIENCE_SECONDS, RETRY_SECONDS
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.wire.errors import KafkaError
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import TransactionClient

T0, T1 = ("t", 0), ("t", 1)
WEEK = 7 * 24 * 3600.0


class Life(TransactionClient):
    """One life of a broker; the stores outlive it."""

    store: SlowStore
    metadata: MemoryMetadata

    def last_stable_offset(self, index: int = 0) -> int:
        return self.broker.topics.by_name["t"].partitions[index].last_stable_offset

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.broker.transactions]

    async def state(self, name: str = "x") -> str:
        return (await self.describe_one(name))[1]


Begin = Callable[..., Any]


@pytest.fixture
async def begin(nursery: trio.Nursery) -> AsyncIterator[Begin]:
    """Start a life, the first or after `before`, with its timers running; topic t has two partitions."""

    async def start(before: Life | None = None, **settings: str) -> Life:
        changed = {key.replace("_", "."): value for key, value in settings.items()}
        store = before.store if before else SlowStore()
        metadata = before.metadata if before else MemoryMetadata()
        topics = {"transaction.state.log.num.partitions": "3", "offsets.topic.num.partitions": "3"}
        client = await connect(topics | changed, metadata=metadata, store=store)
        life = Life(client.broker)
        life.store, life.metadata = store, metadata
        if before is None:
            await life.create("t", 2)
        nursery.start_soon(life.broker.timers.run)
        return life

    yield start
    nursery.cancel_scope.cancel()


# -- the ordinary way


async def test_on_a_fast_store_a_whole_transaction_happens_in_one_call(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.produce(producer, {T0: b"a", T1: b"b"})
    answer = life.begin_end(producer)
    assert not isinstance(answer, Waiting)
    assert await life.state() == "CompleteCommit"
    assert (life.values(), life.values(index=1)) == ([b"a"], [b"b"])


async def test_ids_live_in_the_partitions_kafka_keeps_them_in(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(transaction_state_log_num_partitions="50")
    await life.init("x")
    topic = life.broker.topics.by_name[TRANSACTIONS_TOPIC]
    assert [partition.index for partition in topic.partitions if partition.log_end_offset] == [ord("x") % 50]


async def test_questions_about_absent_ids_leave_nothing_behind(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.init("x")
    assert (await life.end(await life.init("x"), True))[0] == 48
    assert await life.add((await life.init("x"))._replace(name="y"), T0) == {T0: 49}
    assert life.names == ["x"]
    assert set(life.broker.transactions._ids) == {"x"}


async def test_the_coordinator_epoch_of_markers_grows_with_every_start(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.write(producer, b"a")
    producer = await life.commit_transaction(producer)
    partition = life.broker.topics.by_name["t"].partitions[0]
    assert [row.coordinator_epoch for row in partition.producers()] == [0]
    life = await begin(life)
    await life.write(producer, b"b")
    await life.commit_transaction(producer)
    partition = life.broker.topics.by_name["t"].partitions[0]
    assert [row.coordinator_epoch for row in partition.producers()] == [1]


# -- slow stores


async def test_on_a_slow_store_one_thing_comes_after_the_other(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.produce(producer, {T0: b"a", T1: b"b"})
    life.store.slow = True
    answer = life.begin_end(producer)
    assert isinstance(answer, Waiting)
    assert await life.state() == "Ongoing"
    life.store.keep(1)  # the decision
    assert answer.resolved
    assert await life.state() == "PrepareCommit"
    assert life.last_stable_offset() == 0, "a marker that is not kept decides nothing for readers"
    life.store.keep(1)  # the first marker
    assert (life.values(), life.values(index=1)) == ([b"a"], [])
    assert await life.state() == "PrepareCommit"
    life.store.keep(1)  # the second
    assert await life.state() == "PrepareCommit"
    life.store.keep(1)  # the completion
    assert await life.state() == "CompleteCommit"


async def test_who_comes_meanwhile_waits_or_is_sent_away(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.write(producer, b"a")
    life.store.slow = True
    life.begin_end(producer)
    life.store.keep(1)
    following = producer._replace(epoch=1)
    early = life.begin(life.produce_request(following, {T0: b"b"}), 12)
    await trio.sleep(PATIENCE_SECONDS / 2)
    late = life.begin(life.produce_request(following, {T1: b"c"}), 12)
    await trio.sleep(PATIENCE_SECONDS / 2 + 0.1)
    assert early.resolved
    assert early.answer().responses[0].partition_responses[0].error_code == 19
    assert not late.resolved
    life.store.keep_all()
    assert late.answer().responses[0].partition_responses[0].error_code == 0


async def test_any_number_may_wait_for_one_id(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create("many", 500)
    producer = await life.init()
    await life.write(producer, b"a")
    life.store.slow = True
    life.begin_end(producer)
    life.store.keep(1)
    heard: list[Reply] = []

    class Listener:
        def hear(self, reply: Reply) -> None:
            heard.append(reply)

    for index in range(500):
        question = partial(
            rules.add_partitions,
            producer=Producer(producer.producer_id, 1),
            partitions=frozenset((TopicPartition("many", index),)),
            client_version=2,
        )
        life.broker.transactions.ask("x", question, Listener())
    life.store.slow = False
    life.store.keep_all()
    assert [reply.code for reply in heard] == [0] * 500


# -- broken stores


async def test_what_cannot_be_stored_is_refused_and_has_not_happened(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.write(producer, b"a")
    life.store.broken = True
    assert (await life.end(producer, True))[0] == 16
    assert (await life.init_answer())[0] == 16
    assert (await life.init_answer("new"))[0] == 16
    assert life.names == ["x"]
    life.store.broken = False
    assert await life.commit_transaction(producer) == producer._replace(epoch=1)


async def test_markers_that_cannot_be_written_are_tried_again(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    life = await begin()
    producer = await life.init()
    await life.produce(producer, {T0: b"a", T1: b"b"})
    life.store.broken_topics = {"t"}
    await life.commit_transaction(producer)
    await trio.sleep(3 * RETRY_SECONDS + 0.1)
    assert await life.state() == "PrepareCommit"
    told = [record.getMessage() for record in caplog.records if "hangs" in record.getMessage()]
    assert told == [
        f"transactional id x: t-{index} cannot be told how its transaction ends (KAFKA_STORAGE_ERROR) and hangs; "
        "retrying"
        for index in (0, 1)
    ]
    life.store.broken_topics = set()
    await trio.sleep(RETRY_SECONDS)
    assert await life.state() == "CompleteCommit"
    assert (life.values(), life.values(index=1)) == ([b"a"], [b"b"])
    assert life.broker.topics.by_name["t"].partitions[0].log_end_offset == 2, "one marker each"


async def test_a_completion_that_cannot_be_stored_is_tried_again(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.write(producer, b"a")
    life.store.slow = True
    life.begin_end(producer)
    life.store.keep(1)
    life.store.slow, life.store.broken_topics = False, {TRANSACTIONS_TOPIC}
    life.store.keep(1)
    assert (await life.state(), life.values()) == ("PrepareCommit", [b"a"])
    life.store.broken_topics = set()
    await trio.sleep(RETRY_SECONDS + 0.1)
    assert await life.state() == "CompleteCommit"
    assert life.broker.topics.by_name["t"].partitions[0].log_end_offset == 2


async def test_a_topic_that_is_deleted_does_not_hold_up_the_rest(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    await life.create("u")
    producer = await life.init()
    await life.produce(producer, {T0: b"a", ("u", 0): b"b"})
    life.broker.topics.delete(life.broker.topics.by_name["u"])
    await life.commit_transaction(producer)
    assert (await life.state(), life.values()) == ("CompleteCommit", [b"a"])


async def test_a_partition_that_knows_a_later_producer_does_not_hold_up_the_rest(
    begin: Begin, autojump_clock: MockClock
) -> None:
    life = await begin()
    producer = await life.init()
    await life.produce(producer, {T0: b"a", T1: b"b"})
    life.broker.topics.by_name["t"].partitions[1].append_marker(0, 9, committed=False, coordinator_epoch=0)
    await life.commit_transaction(producer)
    assert await life.state() == "CompleteCommit"


async def test_ids_of_a_partition_that_is_gone_are_not_taken_for_new_ones(
    begin: Begin, autojump_clock: MockClock
) -> None:
    life = await begin()
    producer = await life.init()
    life.store.slow = True
    waiting = life.begin_end(producer, False)
    for partition in life.broker.topics.by_name[TRANSACTIONS_TOPIC].partitions:
        partition.delete()
    assert waiting.answer().error_code == 16
    assert (await life.init_answer())[0] == 16
    assert await life.add(producer, T0) == {T0: 16}
    with pytest.raises(KafkaError):
        life.broker.transactions.find("x")


# -- restarts


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("kept", range(4))
async def test_what_was_decided_is_finished_after_a_crash(
    begin: Begin, autojump_clock: MockClock, kept: int, committed: bool
) -> None:
    """After the decision, one marker, the other, or the completion."""
    life = await begin()
    await life.commit({T0: 1})
    producer = await life.init()
    await life.produce(producer, {T0: b"a", T1: b"b"})
    await life.send_offsets(producer, {T0: 7})
    life.store.slow = True
    life.begin_end(producer, committed)
    life.store.keep(1)
    for _ in range(kept):
        life.store.keep(1)
    life.store.slow = False
    life.store.unkept.clear()
    life = await begin(life)
    assert await life.state() == ("CompleteCommit" if committed else "CompleteAbort")
    assert life.values() + life.values(index=1) == ([b"a", b"b"] if committed else [])
    assert await life.committed_offset() == ((7 if committed else 1), 0)
    assert await life.end(producer, committed) == (0, producer._replace(epoch=1)), "its answer may have been lost"
    assert await life.write(producer._replace(epoch=1), b"c") == 0


async def test_an_open_transaction_goes_on_after_a_restart(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.write(producer, b"a")
    await life.send_offsets(producer, {T0: 7})
    life = await begin(life)
    assert (await life.state(), life.values()) == ("Ongoing", [])
    assert await life.committed_offset() == (-1, 88)
    assert await life.write(producer, b"b", sequence=1) == 0
    await life.commit_transaction(producer)
    assert life.values() == [b"a", b"b"]
    assert await life.committed_offset() == (7, 0)


async def test_offsets_decided_before_a_restart_stay_decided(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    await life.send_offsets(producer, {T0: 7})
    producer = await life.commit_transaction(producer)
    await life.send_offsets(producer, {T0: 8, T1: 9})
    await life.end(producer, False)
    life = await begin(life)
    assert [await life.committed_offset("t", index) for index in (0, 1)] == [(7, 0), (-1, 0)]


async def test_a_transaction_that_timed_out_meanwhile_is_aborted_at_the_start(
    begin: Begin, autojump_clock: MockClock
) -> None:
    life = await begin()
    await life.write(await life.init(timeout_ms=5000), b"a")
    life.store.broken = True  # as good as down
    await trio.sleep(60.0)
    assert life.last_stable_offset() == 0
    life.store.broken = False
    life = await begin(life)
    await trio.sleep(0.1)
    assert (await life.state(), life.last_stable_offset()) == ("CompleteAbort", 2)


async def test_records_that_make_no_sense_are_skipped(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    life = await begin()
    await life.init("x")
    for partition in life.broker.topics.by_name[TRANSACTIONS_TOPIC].partitions:
        partition.append_records([(b"\0\0\0\1x", b"\0\7"), (b"\0\5", b"what"), (b"", b"")])
        partition.append_marker(7, 0, committed=True, coordinator_epoch=0)
    life = await begin(life)
    assert life.names == ["x"]
    skipped = [record.getMessage() for record in caplog.records if record.getMessage().startswith("skipped record")]
    assert len(skipped) == 3


async def test_transactions_that_cannot_be_read_are_not_available(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    producer = await life.init("x")
    await life.init("y")

    def damaged(segment: Any, position: int, size: int) -> bytes:
        raise OSError("unreadable")

    partition = life.broker.topics.by_name[TRANSACTIONS_TOPIC].partitions[ord("x") % 3]
    broken = life.store.read

    def read(segment: Any, position: int, size: int) -> Any:
        data = broken(segment, position, size)
        return bytes(len(data)) if segment.partition == partition.id else data

    monkeypatch.setattr(life.store, "read", read)
    life = await begin(life)
    assert life.names == ["y"]
    assert await life.add(producer, T0) == {T0: 16}
    assert any("offline" in record.getMessage() for record in caplog.records)


# -- time


async def test_a_transaction_ends_at_its_timeout(
    begin: Begin, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    life = await begin()
    producer = await life.init(timeout_ms=10_000)
    await life.write(producer, b"a")
    await life.send_offsets(producer, {T0: 5})
    await trio.sleep(9.9)
    assert life.last_stable_offset() == 0
    await trio.sleep(0.2)
    assert life.last_stable_offset() == 2
    assert life.values() == []
    assert await life.committed_offset() == (-1, 0)
    assert await life.write(producer, b"late", sequence=1) == 47
    assert "did not end within 10000 ms" in caplog.text


async def test_transactions_one_after_the_other_share_a_timer(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin()
    producer = await life.init()
    timers = life.broker.timers
    before = len(timers._heap)
    for _ in range(50):
        await life.write(producer, b"a")
        producer = await life.commit_transaction(producer)
    assert len(timers._heap) <= before + 1
    await trio.sleep(60.1)
    assert len(timers._heap) <= before


async def test_a_transaction_has_its_time_whenever_the_one_before_would_have_ended(
    begin: Begin, autojump_clock: MockClock
) -> None:
    life = await begin()
    producer = await life.init(timeout_ms=10_000)
    await life.write(producer, b"a")
    producer = await life.commit_transaction(producer)
    await trio.sleep(6)
    await life.write(producer, b"b")
    await trio.sleep(9.9)
    assert await life.state() == "Ongoing"
    await trio.sleep(0.2)
    assert await life.state() == "CompleteAbort"


async def test_ids_that_nobody_uses_are_forgotten(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(transactional_id_expiration_ms="1000000")
    producer = await life.init("x")
    await life.init("y")
    await trio.sleep(3601.0)
    assert life.names == []
    assert await life.add(producer, T0) == {T0: 49}
    life = await begin(life)
    assert life.names == []


async def test_ids_in_use_are_not(begin: Begin, autojump_clock: MockClock) -> None:
    life = await begin(transactional_id_expiration_ms="7200000")
    producer = await life.init("x")
    await life.init("y")
    for _ in range(4):
        await trio.sleep(3600.0)
        await life.write(producer, b"a")
        producer = await life.commit_transaction(producer)
    assert life.names == ["x"]


async def test_many_are_looked_through_a_slice_at_a_time(
    begin: Begin, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin()
    for number in range(2 * IDS_PER_SLICE + 1):
        await life.init(str(number))
    looked: list[int] = []  # the length of what is left, each time
    look = life.broker.transactions._expire_slice

    def watch(names: list[str]) -> None:
        looked.append(len(names))
        look(names)

    monkeypatch.setattr(life.broker.transactions, "_expire_slice", watch)
    await trio.sleep(WEEK + 3601.0)
    assert life.names == []
    assert looked[-4:-1] == [2 * IDS_PER_SLICE + 1, IDS_PER_SLICE + 1, 1]
