"""TxnOffsetCommit in all versions: pending until the transaction ends, and the codes of each version."""

from __future__ import annotations

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from kafkalite.broker.waiting import Waiting
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.core.transactions.transactional_id import PATIENCE_SECONDS
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.txn_offset_commit import TxnOffsetCommitResponse
from kafkalite.wire.record_batch import read_header
from tests.unit.apis.admin_client import connect
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.test_consumer_group_heartbeat import join
from tests.unit.apis.transaction_client import Producer, TransactionClient, transactional

VERSIONS = range(7)
T0 = {("t", 0): 5}


async def started(client: TransactionClient, version: int, group_id: str = "g") -> Producer:
    """A producer that may commit offsets of the group, as a client of that version does it."""
    producer = await client.init()
    if version < 5:
        assert await client.add_group(producer, group_id) == 0
    return producer


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("committed", [True, False])
async def test_offsets_are_pending_until_the_transaction_ends(version: int, committed: bool) -> None:
    client = await transactional()
    await client.commit({("t", 0): 3})
    producer = await started(client, version)
    assert await client.send_offsets(producer, T0, version=version) == [0]
    assert await client.committed_offset() == (-1, 88)
    assert await client.committed_offset(stable=False) == (3, 0)
    await client.end(producer, committed, version=5 if version >= 5 else 4)
    assert await client.committed_offset() == (5 if committed else 3, 0)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_first_may_make_the_groups_topic_or_has_it_made(version: int) -> None:
    client = await transactional()
    producer = await client.init()
    answer = await client.send_offsets(producer, T0, version=version)
    assert answer == [0 if version >= 5 else 120 if version == 4 else 48]
    assert OFFSETS_TOPIC in client.broker.topics.by_name


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_does_not_exist_is_refused_and_the_rest_committed(version: int) -> None:
    client = await transactional()
    producer = await started(client, version)
    wanted = {("t", 0): 5, ("t", 7): 5, ("nope", 0): 5}
    unknown_topic = 100 if version >= 6 else 3
    assert sorted(await client.send_offsets(producer, wanted, version=version)) == [0, 3, unknown_topic]
    assert await client.send_offsets(producer, {("t", 7): 5}, version=version) == [3]
    assert await client.send_offsets(producer, {}, version=version) == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_codes_of_producer_and_group(version: int) -> None:
    client = await transactional()
    producer = await started(client, version)

    async def code(producer: Producer, group_id: str = "g") -> int:
        (answer,) = await client.send_offsets(producer, T0, group_id, version=version)
        return answer

    assert await code(producer._replace(name="")) == 42
    assert await code(producer, "") == 24
    assert await code(producer._replace(name="nobody")) == 49
    assert await code(producer._replace(producer_id=77)) == 49
    assert await code(producer._replace(epoch=9)) == 47
    message = client.offsets_request(producer, T0, version=version)
    message.topics[0].partitions[0].committed_metadata = "x" * 5000
    answer = await client.ask(message, version, TxnOffsetCommitResponse)
    assert answer.topics[0].partitions[0].error_code == 12


@pytest.mark.parametrize("version", range(3, 7))
async def test_members_are_checked_if_something_is_said_of_them(
    version: int, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    client = await transactional()
    nursery.start_soon(client.broker.run)
    member_id = await client.stable("g")
    producer = await started(client, version)

    async def code(**fields: Any) -> int:
        (answer,) = await client.send_offsets(producer, T0, version=version, **fields)
        return answer

    assert await code() == 0
    assert await code(member_id=member_id, generation_id_or_member_epoch=1) == 0
    assert await code(member_id=member_id, generation_id_or_member_epoch=7) == 22
    assert await code(member_id="stranger", generation_id_or_member_epoch=1) == 25
    assert await code(member_id="stranger") == 25
    assert await code(group_instance_id="i", member_id=member_id, generation_id_or_member_epoch=1) == 25


@pytest.mark.parametrize("version", range(3, 7))
async def test_a_generation_of_a_group_that_does_not_exist(version: int) -> None:
    client = await transactional()
    producer = await started(client, version, "other")
    answer = await client.send_offsets(
        producer, T0, "other", version=version, member_id="m", generation_id_or_member_epoch=1
    )
    assert answer == [69 if version >= 6 else 22]


async def test_a_commit_outside_of_the_transaction_wins_if_it_came_later() -> None:
    client = await transactional()
    producer = await started(client, 5)
    await client.send_offsets(producer, T0)
    await client.commit({("t", 0): 9})
    assert await client.committed_offset() == (-1, 88)
    await client.commit_transaction(producer)
    assert await client.committed_offset() == (9, 0)


async def test_offsets_are_part_of_the_transaction_like_records() -> None:
    client = await transactional()
    producer = await started(client, 5)
    await client.write(producer, b"a")
    await client.send_offsets(producer, T0)
    await client.send_offsets(producer, {("t", 1): 6}, "h")
    after = await client.commit_transaction(producer)
    assert client.values() == [b"a"]
    assert await client.committed_offset() == (5, 0)
    assert await client.committed_offset("t", 1, "h") == (6, 0)
    await client.send_offsets(after, {("t", 0): 8})
    await client.end(after, False)
    assert await client.committed_offset() == (5, 0)


async def test_a_deleted_group_takes_its_pending_offsets_along() -> None:
    client = await transactional()
    producer = await started(client, 5)
    await client.send_offsets(producer, T0)
    slot = Waiting()
    client.broker.groups.delete("g", slot)
    assert slot.resolved
    await client.commit_transaction(producer)
    assert await client.committed_offset() == (-1, 0)


async def test_on_a_slow_store_it_waits_for_the_coordinator_and_for_the_group() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    await client.commit({("t", 0): 1})
    producer = await client.init()
    store.slow = True
    answer = client.begin(client.offsets_request(producer, T0), 5)
    assert isinstance(answer, Waiting)
    store.keep(1)  # the partition is in the transaction
    assert not answer.resolved
    store.keep(1)
    found = await client.finish(answer)
    assert [one.error_code for topic in found.topics for one in topic.partitions] == [0]


async def test_who_waits_longer_than_the_commit_timeout_gets_15_and_it_may_be_stored_yet(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    nursery.start_soon(client.broker.run)
    await client.create("t")
    await client.commit({("t", 0): 1})
    producer = await client.init()
    assert await client.write(producer, b"a") == 0
    store.slow = True
    answer = client.begin(client.offsets_request(producer, T0), 5)
    store.keep(1)  # the partition is in the transaction
    await trio.sleep(4.9)
    assert not answer.resolved
    await trio.sleep(0.2)
    found = await client.finish(answer)
    assert [one.error_code for topic in found.topics for one in topic.partitions] == [15]
    assert await client.committed_offset() == (1, 0)
    store.keep_all()
    assert await client.committed_offset() == (-1, 88)
    store.slow = False
    await client.commit_transaction(producer)
    assert await client.committed_offset() == (5, 0)


async def test_while_the_last_transaction_still_ends_it_is_14() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    await client.commit({("t", 0): 1})
    producer = await client.init()
    await client.write(producer, b"a")
    store.slow = True
    end = client.begin_end(producer)
    store.keep(1)
    assert end.resolved
    answer = client.begin(client.offsets_request(producer._replace(epoch=1), T0), 5)
    assert isinstance(answer, Waiting)
    running = client.broker.transactions._ids["x"]
    turn = running.id.tick(client.broker.clock.now() + PATIENCE_SECONDS, client.broker.clock.wall_ms())
    client.broker.transactions._store(running, turn)
    found = await client.finish(answer)
    assert [one.error_code for topic in found.topics for one in topic.partitions] == [14]


async def test_a_store_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.create("t")
    producer = await client.init()

    async def fail(name: str) -> None:
        raise StorageError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(client.broker.cluster, "ensure_topic", fail)
        assert await client.send_offsets(producer, T0) == [15]
    await client.commit({("t", 0): 1})
    store.broken_topics = {"__transaction_state"}
    assert await client.send_offsets(producer, T0) == [16]
    store.broken_topics = {OFFSETS_TOPIC}
    assert await client.send_offsets(producer, T0) == [16]
    store.broken_topics = set()
    assert await client.send_offsets(producer, T0) == [0]


@pytest.mark.parametrize("version", range(3, 7))
async def test_members_of_consumer_groups_are_checked_too(version: int) -> None:
    client = await transactional()
    await join(client, "m1", topics=["t"])
    producer = await started(client, version)

    async def code(**fields: Any) -> int:
        (answer,) = await client.send_offsets(producer, T0, version=version, **fields)
        return answer

    stale = 113 if version >= 6 else 22
    assert await code() == 0
    assert await code(member_id="m1", generation_id_or_member_epoch=2) == 0
    assert await code(member_id="m1", generation_id_or_member_epoch=3) == stale
    assert await code(member_id="m1", generation_id_or_member_epoch=-1) == stale
    assert await code(member_id="stranger", generation_id_or_member_epoch=2) == 25
    assert await code(group_instance_id="i") == 25
    assert await client.committed_offset() == (-1, 88)
    await client.commit_transaction(producer)
    assert await client.committed_offset() == (5, 0)


@pytest.mark.parametrize("codec", range(5))
async def test_pending_offsets_are_compressed_as_wanted(codec: int) -> None:
    client = await transactional(offsets_topic_compression_codec=str(codec))
    producer = await started(client, 5)
    assert await client.send_offsets(producer, T0) == [0]
    index = client.broker.groups.where("g").partition
    partition = client.broker.topics.by_name[OFFSETS_TOPIC].partitions[index]
    records = partition.read(0, 1000, committed=False, at_least_one=True).records
    assert isinstance(records, bytes | memoryview)
    header = read_header(records)
    assert (header.codec, header.is_transactional) == (codec, True)
