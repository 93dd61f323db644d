"""OffsetCommit in all versions."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from tests.unit.apis.group_client import GroupClient, connected

VERSIONS = range(2, 11)

Topic = OffsetCommitRequest.OffsetCommitRequestTopic
Partition = OffsetCommitRequest.OffsetCommitRequestPartition
Answers = list[tuple[str | bytes, int, int]]


async def commit(client: GroupClient, version: int, message: OffsetCommitRequest) -> Answers:
    answer = await client.ask(message, version, OffsetCommitResponse)
    return [
        (topic.topic_id if version >= 10 else topic.name, one.partition_index, one.error_code)
        for topic in answer.topics
        for one in topic.partitions
    ]


def wanted(version: int, name: str, topic_id: bytes, *partitions: Partition) -> Topic:
    listed = list(partitions) or [Partition(partition_index=0, committed_offset=5, committed_metadata="m")]
    return Topic(topic_id=topic_id, partitions=listed) if version >= 10 else Topic(name=name, partitions=listed)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_commit(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t", 2)
    partition = Partition(partition_index=1, committed_offset=5, committed_metadata="m")
    if version >= 6:
        partition.committed_leader_epoch = 4
    message = OffsetCommitRequest(group_id="g", topics=[wanted(version, "t", topic_id, partition)])
    assert await commit(client, version, message) == [(topic_id if version >= 10 else "t", 1, 0)]
    found = client.broker.groups.committed("g").find("t", 1)
    assert found is not None
    assert (found.offset, found.metadata, found.topic_id) == (5, "m", topic_id)
    assert (found.leader_epoch, found.expire_timestamp) == (4 if version >= 6 else -1, -1)


@pytest.mark.parametrize("version", range(2, 5))
async def test_a_retention_time(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t")
    message = OffsetCommitRequest(group_id="g", retention_time_ms=1000, topics=[wanted(version, "t", topic_id)])
    await commit(client, version, message)
    found = client.broker.groups.committed("g").find("t", 0)
    assert found is not None
    assert found.expire_timestamp == found.commit_timestamp + 1000


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_does_not_exist_is_refused_and_the_rest_committed(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t", 2)
    partitions = [
        Partition(partition_index=index, committed_offset=index, committed_metadata="") for index in (-1, 0, 2, 1)
    ]
    message = OffsetCommitRequest(
        group_id="g",
        topics=[wanted(version, "t", topic_id, *partitions), wanted(version, "unknown", b"u" * 16)],
    )
    name, unknown = (topic_id, b"u" * 16) if version >= 10 else ("t", "unknown")
    assert sorted(await commit(client, version, message), key=str) == sorted(
        [(name, -1, 3), (name, 0, 0), (name, 2, 3), (name, 1, 0), (unknown, 0, 100 if version >= 10 else 3)], key=str
    )
    assert len(client.broker.groups.committed("g")) == 2


@pytest.mark.parametrize("version", VERSIONS)
async def test_if_nothing_exists_nothing_is_asked(version: int) -> None:
    client = await connected()
    message = OffsetCommitRequest(group_id="g", topics=[wanted(version, "unknown", b"u" * 16)])
    ((_, _, code),) = await commit(client, version, message)
    assert code == (100 if version >= 10 else 3)
    assert await commit(client, version, OffsetCommitRequest(group_id="g")) == []
    assert client.broker.groups.find("g") is None
    assert OFFSETS_TOPIC not in client.broker.topics.by_name


async def test_the_zero_id_is_no_topic() -> None:
    client = await connected()
    message = OffsetCommitRequest(group_id="g", topics=[wanted(10, "", bytes(16))])
    assert await commit(client, 10, message) == [(bytes(16), 0, 100)]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_generation_of_a_missing_group(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t")
    message = OffsetCommitRequest(
        group_id="g",
        member_id="m",
        generation_id_or_member_epoch=1,
        topics=[wanted(version, "t", topic_id)],
    )
    ((_, _, code),) = await commit(client, version, message)
    assert code == (69 if version >= 9 else 22)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_group_without_a_name_is_one(version: int) -> None:
    client = await connected()
    topic_id = await client.create("t")
    ((_, _, code),) = await commit(
        client, version, OffsetCommitRequest(group_id="", topics=[wanted(version, "t", topic_id)])
    )
    assert code == 0
    assert client.broker.groups.find("") is not None


async def test_the_same_partition_twice() -> None:
    client = await connected()
    topic_id = await client.create("t")
    partitions = [Partition(partition_index=0, committed_offset=offset, committed_metadata=None) for offset in (5, -6)]
    message = OffsetCommitRequest(group_id="g", topics=[wanted(9, "t", topic_id, *partitions)])
    assert await commit(client, 9, message) == [("t", 0, 0), ("t", 0, 0)]
    found = client.broker.groups.committed("g").find("t", 0)
    assert found is not None
    assert found.offset == -6


@pytest.mark.parametrize("version", VERSIONS)
async def test_metadata_has_a_limit(version: int) -> None:
    client = await connected(offset_metadata_max_bytes="3")
    topic_id = await client.create("t", 2)
    partitions = [
        Partition(partition_index=index, committed_offset=5, committed_metadata="x" * (3 + index)) for index in (0, 1)
    ]
    message = OffsetCommitRequest(group_id="g", topics=[wanted(version, "t", topic_id, *partitions)])
    assert [answer[1:] for answer in await commit(client, version, message)] == [(0, 0), (1, 12)]
