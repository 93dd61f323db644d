"""Fetch, rule by rule, against a whole broker in memory."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
import trio
import trio.testing

from kafkalite.apis import fetch
from kafkalite.apis.fetch import ParkedFetch
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.create_partitions import CreatePartitionsRequest
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse
from kafkalite.wire.record_batch import HEADER_SIZE, read_header
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch

Answer = FetchResponse.PartitionData
BIG = 1 << 20


def request(
    offsets: dict[int, int], *, topic: str = "t", topic_id: bytes = bytes(16), partition_bytes: int = BIG, **more: int
) -> FetchRequest:
    """A fetch without session from partition -> offset."""
    asked = FetchRequest(
        max_bytes=BIG,
        min_bytes=1,
        topics=[
            FetchRequest.FetchTopic(
                topic=topic,
                topic_id=topic_id,
                partitions=[
                    FetchRequest.FetchPartition(partition=at, fetch_offset=offset, partition_max_bytes=partition_bytes)
                    for at, offset in offsets.items()
                ],
            )
        ],
    )
    return changed(asked, more)


def changed(asked: FetchRequest, fields: Mapping[str, int]) -> FetchRequest:
    """The request with other values; `partition_bytes` is every partition's."""
    for name, value in fields.items():
        if name == "partition_bytes":
            for partition in asked.topics[0].partitions:
                partition.partition_max_bytes = value
        else:
            setattr(asked, name, value)
    return asked


async def answers(client: AdminClient, asked: FetchRequest, version: int = 12) -> list[Answer]:
    response = await client.ask(asked, version, FetchResponse)
    assert response.error_code == 0
    return [partition for topic in response.responses for partition in topic.partitions]


def base_offsets(answer: Answer) -> list[int]:
    """The base offsets of the whole batches in an answer."""
    records = answer.records
    assert isinstance(records, memoryview)
    found = []
    while len(records) >= HEADER_SIZE:
        header = read_header(records)
        found.append(header.base_offset)
        records = records[header.size :]
    assert len(records) == 0, "only whole batches"
    return found


def fill(client: AdminClient, *counts: int, partition: int = 0) -> None:
    for count in counts:
        client.broker.topics.by_name["t"].partitions[partition].append(batch(count))


@pytest.fixture
async def client() -> AdminClient:
    client = await connect()
    await client.create("t", 3)
    return client


async def test_whole_batches_from_the_one_that_contains_the_offset(client: AdminClient) -> None:
    fill(client, 3, 3, 3)
    [answer] = await answers(client, request({0: 4}))
    assert base_offsets(answer) == [3, 6]
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (9, 9, 0)


@pytest.mark.parametrize("version", range(4, 19))
async def test_every_version(client: AdminClient, version: int) -> None:
    fill(client, 2)
    topic_id = client.broker.topics.by_name["t"].topic_id
    [answer] = await answers(client, request({0: 0}, topic_id=topic_id), version)
    assert base_offsets(answer) == [0]


async def test_at_the_end_records_are_empty_not_null(client: AdminClient) -> None:
    fill(client, 2)
    [answer] = await answers(client, request({0: 2}))
    assert answer.error_code == 0
    assert answer.records == b""


@pytest.mark.parametrize("offset", [-1, 3, 1 << 40])
async def test_out_of_range_has_no_offsets(client: AdminClient, offset: int) -> None:
    fill(client, 2)
    [answer] = await answers(client, request({0: offset}))
    assert answer.error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (-1, -1, -1)
    assert answer.aborted_transactions is None


async def test_unknown_partitions_come_last_with_an_empty_aborted_list(client: AdminClient) -> None:
    fill(client, 1)
    both = await answers(client, request({9: 0, 0: 0}))
    assert [(one.partition_index, one.error_code) for one in both] == [(0, 0), (9, 3)]
    assert both[1].aborted_transactions == []


async def test_an_unknown_topic_id_is_100(client: AdminClient) -> None:
    [answer] = await answers(client, request({0: 0}, topic_id=b"x" * 16), 13)
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_ID


async def test_aborted_transactions_are_null_or_a_list_by_isolation(client: AdminClient) -> None:
    [uncommitted] = await answers(client, request({0: 0}))
    [committed] = await answers(client, request({0: 0}, isolation_level=1))
    assert uncommitted.aborted_transactions is None
    assert committed.aborted_transactions == []


@pytest.mark.parametrize("limits", [{"max_bytes": 0}, {"partition_bytes": 0}, {"max_bytes": 1, "partition_bytes": 1}])
async def test_the_first_partition_with_records_gives_at_least_one_batch(
    client: AdminClient, limits: dict[str, int]
) -> None:
    fill(client, 1, 1, partition=1)
    fill(client, 1, 1, partition=2)
    asked = changed(request({0: 0, 1: 0, 2: 0}, min_bytes=0), limits)
    found = await answers(client, asked)
    assert [base_offsets(one) for one in found] == [[], [0], []]


async def test_the_limits_hold_after_the_first_batch(client: AdminClient) -> None:
    fill(client, 1, 1, 1)
    size = len(batch(1))
    [answer] = await answers(client, request({0: 0}, partition_bytes=2 * size + 1))
    assert base_offsets(answer) == [0, 1]


@pytest.mark.parametrize("bad", [{"max_bytes": -1}, {"partition_bytes": -1}, {"isolation_level": 2}])
async def test_nonsense_is_an_unknown_server_error(client: AdminClient, bad: dict[str, int]) -> None:
    [answer] = await answers(client, changed(request({0: 0}, max_wait_ms=1000), bad))
    assert answer.error_code == ErrorCode.UNKNOWN_SERVER_ERROR


async def test_leader_epochs_are_compared(client: AdminClient) -> None:
    partition = client.broker.topics.by_name["t"].partitions[0]
    partition._log.begin_epoch(5)
    for epoch, expected in ((5, 0), (-1, 0), (4, 74), (6, 75)):
        asked = request({0: 0})
        asked.topics[0].partitions[0].current_leader_epoch = epoch
        [answer] = await answers(client, asked)
        assert answer.error_code == expected


async def test_a_fenced_reader_is_told_the_leader_from_v16(client: AdminClient) -> None:
    topic = client.broker.topics.by_name["t"]
    topic.partitions[0]._log.begin_epoch(5)
    asked = request({0: 0}, topic_id=topic.topic_id)
    asked.topics[0].partitions[0].current_leader_epoch = 4
    response = await client.ask(asked, 16, FetchResponse)
    leader = response.responses[0].partitions[0].current_leader
    assert leader is not None
    assert (leader.leader_id, leader.leader_epoch) == (client.broker.node_id, 5)
    assert [(one.node_id, one.host, one.port) for one in response.node_endpoints] == [(0, "127.0.0.1", 19092)]


async def test_a_diverging_reader_is_told_where(client: AdminClient) -> None:
    partition = client.broker.topics.by_name["t"].partitions[0]
    fill(client, 3)
    partition._log.begin_epoch(7)
    fill(client, 3)
    asked = request({0: 5})
    asked.topics[0].partitions[0].last_fetched_epoch = 0
    [answer] = await answers(client, asked)
    assert answer.diverging_epoch is not None
    assert answer.diverging_epoch.end_offset == 3
    assert answer.records == b""
    asked.topics[0].partitions[0].last_fetched_epoch = 99
    [answer] = await answers(client, asked)
    assert answer.error_code == ErrorCode.OFFSET_OUT_OF_RANGE


async def test_a_session_answers_only_what_is_new(client: AdminClient) -> None:
    fill(client, 1, partition=1)
    opened = await client.ask(request({0: 0, 1: 1}, session_epoch=0), 12, FetchResponse)
    assert opened.session_id > 0
    assert len(opened.responses[0].partitions) == 2
    follow = FetchRequest(session_id=opened.session_id, session_epoch=1, max_bytes=BIG)
    quiet = await client.ask(follow, 12, FetchResponse)
    assert (quiet.session_id, quiet.responses) == (opened.session_id, [])
    fill(client, 1, partition=1)
    follow.session_epoch = 2
    news = await client.ask(follow, 12, FetchResponse)
    assert [one.partition_index for one in news.responses[0].partitions] == [1]


async def test_session_errors_are_for_the_whole_answer(client: AdminClient) -> None:
    response = await client.ask(FetchRequest(session_id=4711, session_epoch=1), 12, FetchResponse)
    assert (response.error_code, response.session_id, response.responses) == (70, 0, [])


async def test_a_topic_deleted_or_made_anew_within_a_session(client: AdminClient) -> None:
    topics = client.broker.topics
    asked = request({0: 0}, topic_id=topics.by_name["t"].topic_id, session_epoch=0)
    opened = await client.ask(asked, 13, FetchResponse)
    topics.delete(topics.by_name["t"])
    for epoch, expected in ((1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), (2, ErrorCode.INCONSISTENT_TOPIC_ID)):
        follow = FetchRequest(session_id=opened.session_id, session_epoch=epoch, max_bytes=BIG)
        answer = await client.ask(follow, 13, FetchResponse)
        assert answer.responses[0].partitions[0].error_code == expected
        if epoch == 1:
            topics.create("t", b"n" * 16, 1, {})


# Long polls


def park(client: AdminClient, asked: FetchRequest, version: int = 12) -> ParkedFetch:
    waiting = client.begin(asked, version)
    assert isinstance(waiting, ParkedFetch)
    assert not waiting.resolved
    return waiting


async def test_a_long_poll_ends_with_the_first_bytes(client: AdminClient) -> None:
    waiting = park(client, request({0: 0, 1: 0}, max_wait_ms=1000))
    fill(client, 1, partition=2)
    assert not waiting.resolved
    fill(client, 1, partition=1)
    assert waiting.resolved
    partitions = waiting.answer().responses[0].partitions
    assert [len(one.records or b"") > 0 for one in partitions] == [False, True]
    assert not any(partition.waiters for partition in client.broker.topics.by_name["t"].partitions)


async def test_a_long_poll_waits_for_min_bytes(client: AdminClient) -> None:
    size = len(batch(1))
    waiting = park(client, request({0: 0, 1: 0}, max_wait_ms=1000, min_bytes=3 * size))
    fill(client, 1)
    fill(client, 1, partition=1)
    assert not waiting.resolved
    fill(client, 1)
    assert waiting.resolved


async def test_bytes_that_are_there_count_for_min_bytes(client: AdminClient) -> None:
    fill(client, 1)
    waiting = park(client, request({0: 0}, max_wait_ms=1000, min_bytes=2 * len(batch(1))))
    fill(client, 1)
    assert waiting.resolved
    assert base_offsets(waiting.answer().responses[0].partitions[0]) == [0, 1]


async def test_a_long_poll_ends_empty_after_max_wait(
    client: AdminClient, autojump_clock: trio.testing.MockClock, nursery: trio.Nursery
) -> None:
    nursery.start_soon(client.broker.run)
    await trio.testing.wait_all_tasks_blocked()
    began = trio.current_time()
    waiting = park(client, request({0: 0}, max_wait_ms=750))
    await waiting.wait()
    assert trio.current_time() - began == pytest.approx(0.75)
    assert waiting.answer().responses[0].partitions[0].records == b""
    nursery.cancel_scope.cancel()


async def test_an_unknown_partition_does_not_end_the_wait_of_the_others(client: AdminClient) -> None:
    park(client, request({0: 0, 9: 0}, max_wait_ms=1000)).abandon()


@pytest.mark.parametrize("offsets", [{9: 0}, {}, {0: 5}])
async def test_nothing_to_wait_for_is_answered_at_once(client: AdminClient, offsets: dict[int, int]) -> None:
    assert isinstance(client.begin(request(offsets, max_wait_ms=1000), 12), FetchResponse)


async def test_a_deleted_topic_ends_the_wait(client: AdminClient) -> None:
    waiting = park(client, request({0: 0, 1: 0}, max_wait_ms=1000))
    client.broker.topics.delete(client.broker.topics.by_name["t"])
    assert {one.error_code for one in waiting.answer().responses[0].partitions} == {3}


async def test_records_that_go_while_a_fetch_waits_for_more_end_the_wait(client: AdminClient) -> None:
    fill(client, 2)
    waiting = park(client, request({0: 1, 1: 0}, min_bytes=BIG, max_wait_ms=1000))
    partition = client.broker.topics.by_name["t"].partitions[0]
    client.broker.topics.move_starts({partition: 1})
    assert not waiting.resolved
    client.broker.topics.move_starts({partition: 2})
    assert waiting.resolved
    codes = {one.partition_index: one.error_code for one in waiting.answer().responses[0].partitions}
    assert codes == {0: ErrorCode.OFFSET_OUT_OF_RANGE, 1: 0}


async def test_an_abandoned_poll_leaves_nothing_behind(client: AdminClient) -> None:
    waiting = park(client, request({0: 0, 1: 0}, max_wait_ms=1000))
    waiting.abandon()
    assert not any(partition.waiters for partition in client.broker.topics.by_name["t"].partitions)
    fill(client, 1)
    assert not waiting.resolved


async def test_passing_over_quiet_partitions_changes_no_answer(
    client: AdminClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sessions ask the same again and again; for one of them every partition is looked at."""
    random = Random(7)
    topic = await client.broker.cluster.ensure_topic("many")
    await client.broker.cluster.create_partitions(
        [CreatePartitionsRequest.CreatePartitionsTopic(name="many", count=9, assignments=None)]
    )
    quiet, passed = fetch._Fetch._is_quiet, 0
    offsets = dict.fromkeys(range(9), 0)
    sessions: list[int] = []
    for _ in range(2):
        opened = await client.ask(request(offsets, topic="many", session_epoch=0), 12, FetchResponse)
        sessions.append(opened.session_id)
    for number in range(1, 150):
        partition = random.choice(topic.partitions)
        if random.random() < 0.5:
            partition.append(batch(random.randrange(1, 4)))
        elif random.random() < 0.2:
            partition.move_start(random.randint(partition.log_start_offset, partition.high_watermark))
        elif random.random() < 0.1:
            partition.log.begin_epoch(partition.leader_epoch + 1)
        moved = {at: random.choice([offsets[at], topic.partitions[at].high_watermark]) for at in range(9)}
        changes = {at: offset for at, offset in moved.items() if offset != offsets[at]}
        offsets |= changes
        said = []
        for session, look in zip(sessions, (quiet, lambda fetch, wanted: False), strict=True):
            monkeypatch.setattr(fetch._Fetch, "_is_quiet", look)
            asked = request(changes, topic="many", session_id=session, session_epoch=number)
            said.append(await answers(client, asked))
        assert [repr(one) for one in said[0]] == [repr(one) for one in said[1]]
        passed += 9 - len(said[0])
    assert passed > 500
