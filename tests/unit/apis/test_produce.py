"""Produce, rule by rule, against a whole broker in memory."""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Callable

import pytest
import trio
import trio.testing

from kafkalite.apis import produce
from kafkalite.apis.context import CloseConnection
from kafkalite.apis.produce import ADMIN_CLIENT_ID
from kafkalite.broker.waiting import Waiting
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentId
from kafkalite.wire.compression import Compression
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Records
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkalite.wire.record_batch import CONTROL, TRANSACTIONAL
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.apis.slow_store import SlowStore as Slow
from tests.unit.apis.transaction_client import Producer, TransactionClient, transactional
from tests.unit.core.log.batches import batch, changed

NOW = 1_700_000_000_000
Answer = ProduceResponse.PartitionProduceResponse


def request(
    *records: Records | None, acks: int = -1, topic: str = "t", topic_id: bytes = bytes(16), **more: object
) -> ProduceRequest:
    """Records for partitions 0, 1, ... of a topic."""
    data = [ProduceRequest.PartitionProduceData(index=at, records=one) for at, one in enumerate(records)]
    asked = ProduceRequest(
        acks=acks,
        timeout_ms=1000,
        topic_data=[ProduceRequest.TopicProduceData(name=topic, topic_id=topic_id, partition_data=data)],
    )
    for name, value in more.items():
        setattr(asked, name, value)
    return asked


async def answers(client: AdminClient, asked: ProduceRequest, version: int = 9) -> list[Answer]:
    response = await client.ask(asked, version, ProduceResponse)
    return response.responses[0].partition_responses


async def code(client: AdminClient, asked: ProduceRequest, version: int = 9) -> int:
    return (await answers(client, asked, version))[0].error_code


@pytest.fixture(autouse=True, params=["shortcut", "all the way"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule holds for the usual request that is answered straight from its bytes, too."""
    monkeypatch.setattr(AdminClient, "takes_shortcuts", request.param == "shortcut")


@pytest.fixture
async def client() -> AdminClient:
    client = await connect()
    await client.create("t", 2)
    return client


async def test_batches_get_consecutive_offsets(client: AdminClient) -> None:
    first = await answers(client, request(batch(3), batch(1)))
    second = await answers(client, request(batch(2)))
    assert [(one.error_code, one.base_offset) for one in first + second] == [(0, 0), (0, 0), (0, 3)]
    assert second[0].log_append_time_ms == -1
    assert second[0].log_start_offset == 0
    assert client.broker.topics.by_name["t"].partitions[0].high_watermark == 5


@pytest.mark.parametrize("version", range(3, 14))
async def test_every_version(client: AdminClient, version: int) -> None:
    topic_id = client.broker.topics.by_name["t"].topic_id
    assert await code(client, request(batch(), topic_id=topic_id), version) == 0


async def test_unknown_topics_and_partitions(client: AdminClient) -> None:
    assert await code(client, request(batch(), topic="nope")) == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert await code(client, request(batch(), topic_id=b"x" * 16), 13) == ErrorCode.UNKNOWN_TOPIC_ID
    three = await answers(client, request(batch(), batch(), batch()))
    assert [one.error_code for one in three] == [0, 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
    assert (three[2].base_offset, three[2].log_start_offset) == (-1, -1)


@pytest.mark.parametrize("records", [None, b"", b"12345"])
async def test_no_batch_is_invalid_record(client: AdminClient, records: bytes | None) -> None:
    assert await code(client, request(records)) == ErrorCode.INVALID_RECORD


async def test_what_trails_the_batch_is_not_stored(client: AdminClient) -> None:
    assert await code(client, request(memoryview(bytes(batch()) + b"trailing"))) == 0
    assert client.broker.topics.by_name["t"].partitions[0].size == len(batch())


async def test_two_batches_in_a_partition_are_invalid_record_and_before_acks(client: AdminClient) -> None:
    two = bytes(batch()) + bytes(batch())
    assert await code(client, request(two, acks=2)) == ErrorCode.INVALID_RECORD


async def test_other_acks_are_refused_after_the_topic_and_the_batch_were_looked_at(client: AdminClient) -> None:
    [answer] = await answers(client, request(batch(), acks=2))
    assert (answer.error_code, answer.base_offset) == (ErrorCode.INVALID_REQUIRED_ACKS, -1)
    unknown = await code(client, request(batch(), acks=2, topic="nope"))
    assert unknown == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_zstd_needs_version_7(client: AdminClient) -> None:
    zstd = batch(codec=Compression.ZSTD)
    assert await code(client, request(zstd), 6) == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
    assert await code(client, request(zstd), 7) == 0


async def test_internal_topics_are_refused_but_for_the_admin_client(client: AdminClient) -> None:
    await client.broker.cluster.ensure_topic("__consumer_offsets")
    asked = request(batch(), topic="__consumer_offsets")
    assert await code(client, asked) == ErrorCode.INVALID_TOPIC_EXCEPTION
    client.client_id = ADMIN_CLIENT_ID
    assert await code(client, asked) == 0


async def test_a_partition_named_twice_counts_once_with_its_last_mention(client: AdminClient) -> None:
    asked = request(batch(2), batch(7))
    for data in asked.topic_data[0].partition_data:
        data.index = 0
    [answer] = await answers(client, asked)
    assert answer.error_code == 0
    assert client.broker.topics.by_name["t"].partitions[0].high_watermark == 7


async def test_a_transactional_batch_without_transactional_id_is_53_everywhere(client: AdminClient) -> None:
    both = await answers(client, request(batch(), batch(producer=(1, 0, 0), attributes=TRANSACTIONAL)))
    assert {one.error_code for one in both} == {ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED}


@pytest.mark.parametrize("version", range(3, 14))
async def test_a_transactional_id_that_nobody_initialized(client: AdminClient, version: int) -> None:
    topic_id = client.broker.topics.by_name["t"].topic_id
    asked = request(batch(producer=(1, 0, 0), attributes=TRANSACTIONAL), topic_id=topic_id, transactional_id="tx")
    assert await code(client, asked, version) == ErrorCode.INVALID_PRODUCER_ID_MAPPING


async def test_bad_records_are_named(client: AdminClient) -> None:
    await client.create("compacted", cleanup_policy="compact")
    [answer] = await answers(client, request(batch(2, key=None, timestamp=NOW), topic="compacted"))
    assert answer.error_code == ErrorCode.INVALID_RECORD
    assert [one.batch_index for one in answer.record_errors] == [0, 1]
    assert answer.error_message is not None
    assert "2 record errors" in answer.error_message
    assert answer.log_start_offset == 0


async def test_a_duplicate_is_answered_with_the_first_offset(client: AdminClient) -> None:
    await answers(client, request(batch(5)))
    asked = request(batch(2, producer=(7, 0, 0), timestamp=NOW))
    [first] = await answers(client, asked)
    [again] = await answers(client, asked)
    assert (first.base_offset, again.error_code, again.base_offset) == (5, 0, 5)
    assert (first.log_append_time_ms, again.log_append_time_ms) == (-1, NOW)
    assert client.broker.topics.by_name["t"].partitions[0].high_watermark == 7


async def test_acks_0_gets_no_answer(client: AdminClient) -> None:
    assert client.begin(request(batch(), acks=0), 9) is None
    assert client.broker.topics.by_name["t"].partitions[0].high_watermark == 1


async def test_acks_0_that_fails_closes_the_connection(client: AdminClient) -> None:
    with pytest.raises(CloseConnection, match="INVALID_RECORD"):
        client.begin(request(batch(attributes=CONTROL), acks=0), 9)


REFUSED = {
    "too large": batch(value=bytes(2_000_000)),
    "a control batch": batch(2, attributes=CONTROL),
    "not to be decompressed": changed(batch(codec=Compression.GZIP), attributes=Compression.ZSTD, records_count=10_000),
    "nothing": None,
}


@pytest.mark.parametrize("refused", [*REFUSED, "not to be stored"])
@pytest.mark.parametrize("acks", [0, 1])
async def test_what_is_refused_does_not_stay_in_memory(
    caplog: pytest.LogCaptureFixture, refused: str, acks: int
) -> None:
    """A request of a hundred megabytes is freed when it is answered, not when Python looks for rubbish."""
    store = Slow()
    client = await connect(store=store)
    await client.create("t")
    store.broken = True
    timeout_ms = 1234  # no other test's
    caplog.set_level(logging.CRITICAL, "kafkalite.broker.partition_store")  # pytest would hold on to what is logged
    gc.collect()
    gc.disable()
    try:
        with contextlib.suppress(CloseConnection):
            client.begin(request(REFUSED.get(refused, batch()), acks=acks, timeout_ms=timeout_ms), 9)
        assert not [one for one in gc.get_objects() if type(one) is ProduceRequest and one.timeout_ms == timeout_ms]
    finally:
        gc.enable()


class SlowStore(MemoryStore):
    """Keeps its promise when told."""

    def __init__(self) -> None:
        super().__init__()
        self.promised: list[Callable[[], None]] = []

    def append(self, segment: SegmentId, data) -> bool:  # type: ignore[no-untyped-def]
        super().append(segment, data)
        size = dict(self.segments(segment.partition))[segment]
        assert self.on_kept is not None
        on_kept = self.on_kept
        self.promised.append(lambda: on_kept(segment, size))
        return False


async def test_acks_all_waits_for_the_stores_promise() -> None:
    store = SlowStore()
    client = await connect(store=store)
    await client.create("t", 2)
    waiting = client.begin(request(batch(), batch()), 9)
    assert isinstance(waiting, Waiting)
    store.promised.pop(0)()
    assert not waiting.resolved
    store.promised.pop(0)()
    assert waiting.resolved
    answer = waiting.answer()
    assert isinstance(answer, ProduceResponse)
    assert [one.error_code for one in answer.responses[0].partition_responses] == [0, 0]


async def test_acks_1_does_not_wait_for_the_stores_promise() -> None:
    client = await connect(store=SlowStore())
    await client.create("t", 1)
    assert await code(client, request(batch(), acks=1)) == 0


async def test_a_promise_not_kept_in_time_is_7(autojump_clock: trio.testing.MockClock, nursery: trio.Nursery) -> None:
    client = await connect(store=SlowStore())
    await client.create("t", 2)
    nursery.start_soon(client.broker.run)
    waiting = client.begin(request(batch()), 9)
    assert isinstance(waiting, Waiting)
    await waiting.wait()
    answer = waiting.answer()
    assert isinstance(answer, ProduceResponse)
    assert answer.responses[0].partition_responses[0].error_code == ErrorCode.REQUEST_TIMED_OUT
    assert not client.broker.topics.by_name["t"].partitions[0].waiters
    nursery.cancel_scope.cancel()


async def test_a_topic_deleted_before_the_promise_is_6() -> None:
    client = await connect(store=SlowStore())
    await client.create("t", 1)
    waiting = client.begin(request(batch()), 9)
    client.broker.topics.delete(client.broker.topics.by_name["t"])
    answer = waiting.answer()
    assert answer.responses[0].partition_responses[0].error_code == ErrorCode.NOT_LEADER_OR_FOLLOWER


# Transactions

T0, T1 = ("t", 0), ("t", 1)


async def test_from_v12_on_producing_adds_partitions_to_the_transaction() -> None:
    client = await transactional()
    producer = await client.init()
    assert await client.produce(producer, {T0: b"a", T1: b"b"}) == [0, 0]
    found = client.broker.transactions.find("x")
    assert found is not None
    assert found.state is not None
    assert found.state.partitions == {T0, T1}
    assert len(list(client.broker.topics.by_name["__transaction_state"].partitions)) == 3
    assert await client.write(producer, b"c", sequence=1) == 0
    assert client.values(committed=False) == [b"a", b"c"]


@pytest.mark.parametrize(("version", "expected"), [(3, 48), (9, 48), (10, 48), (11, 120)])
async def test_until_v11_partitions_have_to_be_added_first(version: int, expected: int) -> None:
    client = await transactional()
    producer = await client.init()
    asked = client.produce_request(producer, {T0: b"a"})
    [answer] = (await client.ask(asked, version, ProduceResponse)).responses[0].partition_responses
    assert answer.error_code == expected
    assert (answer.base_offset, answer.log_append_time_ms, answer.log_start_offset) == (-1, -1, -1)
    if 8 <= version < 11:
        assert answer.error_message == "Partition was not added to the transaction"
    await client.add(producer, T0)
    assert await client.write(producer, b"a", version=version) == 0
    assert await client.write(producer, b"b", index=1, version=version) == expected


@pytest.mark.parametrize("version", [9, 11, 12])
async def test_whose_transaction_it_is(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    await client.add(producer, T0, T1)
    assert await client.write(producer._replace(name=""), b"a", version=version) == 42
    assert await client.write(producer._replace(epoch=1), b"a", version=version) == 47
    assert await client.write(producer._replace(producer_id=9), b"a", version=version) == 49
    assert await client.write(producer, b"a", version=version) == 0
    outside = client.produce_request(producer, {T0: b"b"}, sequence=1, transactional=False)
    [answer] = (await client.ask(outside, version, ProduceResponse)).responses[0].partition_responses
    assert (answer.error_code, answer.error_message, answer.log_start_offset) == (48, None, 0)
    assert client.values(committed=False) == [b"a"]


@pytest.mark.parametrize("version", [11, 12])
async def test_one_request_is_of_one_producer(version: int) -> None:
    client = await transactional()
    x, y = await client.init("x"), await client.init("y")
    asked = client.produce_request(x, {T0: b"a"})
    asked.topic_data += client.produce_request(y, {T1: b"b"}).topic_data
    answer = await client.ask(asked, version, ProduceResponse)
    found = [one for topic in answer.responses for one in topic.partition_responses]
    text = "Transactional records contained more than one producer ID"
    assert [(one.error_code, one.error_message) for one in found] == [(49, text)] * 2


async def test_a_batch_outside_of_transactions_may_come_along() -> None:
    client = await transactional()
    producer = await client.init()
    asked = client.produce_request(producer, {T0: b"a"})
    plain = ProduceRequest.PartitionProduceData(index=1, records=batch())
    asked.topic_data[0].partition_data.append(plain)
    answer = await client.ask(asked, 12, ProduceResponse)
    assert [one.error_code for one in answer.responses[0].partition_responses] == [0, 0]
    assert client.values(index=1) == [b"value"]
    assert client.values() == []


async def test_from_v12_on_the_first_batch_on_a_partition_is_the_first() -> None:
    client = await transactional()
    producer = await client.init()
    [answer] = (
        (await client.ask(client.produce_request(producer, {T0: b"b"}, sequence=1), 12, ProduceResponse))
        .responses[0]
        .partition_responses
    )
    assert (answer.error_code, answer.base_offset, answer.log_start_offset) == (45, -1, 0)
    assert await client.write(producer, b"a", sequence=0) == 0
    assert await client.write(producer, b"b", sequence=1) == 0
    other = await client.init("y")
    await client.add(other, T0)
    assert await client.write(other, b"c", sequence=7, version=11) == 0, "older clients may have lost their state"


async def test_a_repeated_batch_needs_no_transaction_any_more() -> None:
    client = await transactional()
    producer = await client.init()
    await client.add(producer, T0)
    await client.write(producer, b"a", version=11)
    await client.commit_transaction(producer, version=4)
    assert await client.write(producer, b"a", version=11) == 0
    assert client.values() == [b"a"]


async def test_verification_can_be_turned_off() -> None:
    client = await transactional(transaction_partition_verification_enable="false")
    producer = await client.init()
    assert await client.write(producer, b"a", version=11) == 0
    assert await client.write(producer, b"a", version=12, index=1) == 0
    assert await client.write(producer._replace(epoch=5), b"a", version=12, index=2) == 47


async def test_acks_0_in_transactions() -> None:
    client = await transactional()
    producer = await client.init()
    assert client.begin(client.produce_request(producer, {T0: b"a"}, acks=0), 12) is None
    assert client.values(committed=False) == [b"a"]
    with pytest.raises(CloseConnection, match="INVALID_PRODUCER_ID_MAPPING"):
        client.begin(client.produce_request(producer._replace(producer_id=9), {T1: b"a"}, acks=0), 12)


async def slow() -> tuple[TransactionClient, Slow, Producer]:
    store = Slow()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t", 2)
    producer = await client.init()
    store.slow = True
    return client, store, producer


@pytest.mark.parametrize("acks", [-1, 1])
async def test_on_a_slow_store_the_coordinator_comes_first(acks: int) -> None:
    client, store, producer = await slow()
    asked = client.produce_request(producer, {T0: b"a"}, acks=acks)
    data = bytearray(asked.topic_data[0].partition_data[0].records)  # type: ignore[arg-type]
    asked.topic_data[0].partition_data[0].records = memoryview(data)
    waiting = produce.handle(asked, client.context(12))
    assert isinstance(waiting, Waiting)
    data[:] = bytes(len(data))  # the connection's buffer is used again
    store.keep(1)
    assert waiting.resolved == (acks == 1)
    store.keep_all()
    answer = waiting.answer()
    assert isinstance(answer, ProduceResponse)
    assert answer.responses[0].partition_responses[0].error_code == 0
    assert client.values(committed=False) == [b"a"]


async def test_acks_0_on_a_slow_store() -> None:
    client, store, producer = await slow()
    good = client.begin(client.produce_request(producer, {T0: b"a"}, acks=0), 12)
    assert isinstance(good, Waiting)
    store.keep_all()
    assert good.resolved
    assert good.answer() is None
    bad = client.begin(client.produce_request(producer, {T1: b"b"}, acks=0, sequence=3), 12)
    assert isinstance(bad, Waiting)
    store.keep_all()
    with pytest.raises(CloseConnection, match="OUT_OF_ORDER"):
        bad.answer()


async def test_who_leaves_before_the_coordinator_answers_has_produced_all_the_same() -> None:
    client, store, producer = await slow()
    waiting = client.begin(client.produce_request(producer, {T0: b"a"}), 12)
    assert isinstance(waiting, Waiting)
    waiting.abandon()
    store.keep_all()
    assert waiting.resolved
    assert client.values(committed=False) == [b"a"]
    assert not client.broker.topics.by_name["t"].partitions[0].waiters


async def test_what_passes_is_19_which_old_clients_repeat() -> None:
    client, store, producer = await slow()
    store.broken_topics = {"__transaction_state"}
    asked = client.produce_request(producer, {T0: b"a"})
    [answer] = (await client.ask(asked, 12, ProduceResponse)).responses[0].partition_responses
    assert answer.error_code == 19
    assert answer.error_message == (
        "Unable to verify the partition has been added to the transaction. Underlying error: NOT_COORDINATOR"
    )
