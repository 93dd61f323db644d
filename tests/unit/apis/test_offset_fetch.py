"""OffsetFetch in all versions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse
from tests.unit.apis.group_client import GroupClient, connected
from tests.unit.apis.test_consumer_group_heartbeat import join
from tests.unit.apis.transaction_client import transactional

VERSIONS = range(1, 11)
NOTHING = (-1, -1, "", 0)

Wanted = dict[str, list[int]] | None
Found = dict[tuple[str | bytes, int], tuple[int, int, str | None, int]]


async def fetch(
    client: GroupClient, version: int, wanted: Wanted, group_id: str = "g", ids: dict[str, bytes] | None = None
) -> tuple[int, Found]:
    """Return the error of the group and what was found by topic (by id from version 10 on) and partition."""
    message = OffsetFetchRequest(require_stable=version >= 7)
    parts: Sequence[OffsetFetchResponse.OffsetFetchResponseTopics | OffsetFetchResponse.OffsetFetchResponseTopic]
    if version < 8:
        message.group_id = group_id
        message.topics = None
        if wanted is not None:
            message.topics = [
                OffsetFetchRequest.OffsetFetchRequestTopic(name=name, partition_indexes=indexes)
                for name, indexes in wanted.items()
            ]
        answer = await client.ask(message, version, OffsetFetchResponse)
        code, parts = answer.error_code, answer.topics
    else:
        topics = None
        if wanted is not None:
            topics = [
                OffsetFetchRequest.OffsetFetchRequestTopics(
                    **({"topic_id": (ids or {})[name]} if version >= 10 else {"name": name}),
                    partition_indexes=indexes,
                )
                for name, indexes in wanted.items()
            ]
        message.groups = [OffsetFetchRequest.OffsetFetchRequestGroup(group_id=group_id, topics=topics)]
        answer = await client.ask(message, version, OffsetFetchResponse)
        (group,) = answer.groups
        assert group.group_id == group_id
        code, parts = group.error_code, group.topics
    return code, {
        (getattr(topic, "topic_id", b"") if version >= 10 else topic.name, one.partition_index): (
            one.committed_offset,
            one.committed_leader_epoch,
            one.metadata,
            one.error_code,
        )
        for topic in parts
        for one in topic.partitions
    }


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_was_committed(version: int) -> None:
    client = await connected()
    ids = {name: await client.create(name, 2) for name in ("t", "u")}
    await client.commit({("t", 0): 5, ("u", 1): 6})
    epoch = 3 if version >= 5 else -1
    code, found = await fetch(client, version, {"t": [0, 1, 9], "u": [1]}, ids=ids)
    t, u = (ids["t"], ids["u"]) if version >= 10 else ("t", "u")
    assert (code, found) == (
        0,
        {
            (t, 0): (5, epoch, "meta", 0),
            (t, 1): NOTHING,
            (t, 9): NOTHING,
            (u, 1): (6, epoch, "meta", 0),
        },
    )


@pytest.mark.parametrize("version", range(2, 11))
async def test_null_topics_are_all(version: int) -> None:
    client = await connected()
    ids = {name: await client.create(name, 2) for name in ("t", "u")}
    await client.commit({("t", 0): 5, ("u", 1): 6})
    _, found = await fetch(client, version, None)
    t, u = (ids["t"], ids["u"]) if version >= 10 else ("t", "u")
    assert {key: value[0] for key, value in found.items()} == {(t, 0): 5, (u, 1): 6}
    assert await fetch(client, version, {}) == (0, {}), "an empty list is none"


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_unknown_group_or_topic_has_none(version: int) -> None:
    client = await connected()
    ids = {"t": await client.create("t"), "unknown": b"u" * 16}
    t, unknown = (ids["t"], ids["unknown"]) if version >= 10 else ("t", "unknown")
    code, found = await fetch(client, version, {"t": [0], "unknown": [0]}, ids=ids)
    assert code == 0
    assert found == {(t, 0): NOTHING, (unknown, 0): (-1, -1, "", 100) if version >= 10 else NOTHING}
    if version >= 2:
        assert await fetch(client, version, None) == (0, {})


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_topic_made_again_has_none(version: int) -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5})
    await client.broker.cluster.delete_topics([DeleteTopicsRequest.DeleteTopicState(name="t")])
    if version >= 2:
        _, found = await fetch(client, version, None)
        assert [value[0] for value in found.values() if value[0] != 5] == []
    ids = {"t": await client.create("t")}
    _, found = await fetch(client, version, {"t": [0]}, ids=ids)
    assert list(found.values()) == [NOTHING]
    if version >= 2:
        assert await fetch(client, version, None) == (0, {})


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_group_without_a_name_is_one(version: int) -> None:
    client = await connected()
    ids = {"t": await client.create("t")}
    assert list((await fetch(client, version, {"t": [0]}, "", ids))[1].values()) == [NOTHING]
    await client.commit({("t", 0): 5}, "")
    assert [value[0] for value in (await fetch(client, version, {"t": [0]}, "", ids))[1].values()] == [5]


@pytest.mark.parametrize("version", [9, 10])
@pytest.mark.parametrize(("member_id", "member_epoch"), [("who", 7), ("", -1), (None, 7)])
async def test_classic_groups_ignore_who_asks(version: int, member_id: str | None, member_epoch: int) -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5})
    groups = [
        OffsetFetchRequest.OffsetFetchRequestGroup(
            group_id=group_id, topics=None, member_id=member_id, member_epoch=member_epoch
        )
        for group_id in ("g", "absent")
    ]
    answer = await client.ask(OffsetFetchRequest(groups=groups), version, OffsetFetchResponse)
    assert [(group.error_code, len(group.topics)) for group in answer.groups] == [(0, 1), (0, 0)]


async def test_the_zero_id_is_no_topic() -> None:
    client = await connected()
    code, found = await fetch(client, 10, {"": [0]}, ids={"": bytes(16)})
    assert (code, list(found.values())) == (0, [(-1, -1, "", 100)])


@pytest.mark.parametrize("version", range(8, 11))
async def test_several_groups_at_once(version: int) -> None:
    client = await connected()
    await client.create("t")
    await client.commit({("t", 0): 5}, "g")
    await client.commit({("t", 0): 6}, "h")
    groups = [OffsetFetchRequest.OffsetFetchRequestGroup(group_id=name, topics=None) for name in ("g", "h", "i")]
    answer = await client.ask(OffsetFetchRequest(groups=groups), version, OffsetFetchResponse)
    assert [
        (group.group_id, group.error_code, [one.committed_offset for topic in group.topics for one in topic.partitions])
        for group in answer.groups
    ] == [("g", 0, [5]), ("h", 0, [6]), ("i", 0, [])]


@pytest.mark.parametrize("version", VERSIONS)
async def test_offsets_that_could_not_be_read(version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await connected()
    ids = {"t": await client.create("t")}

    def fail(group_id: str) -> None:
        raise KafkaError(ErrorCode.NOT_COORDINATOR)

    monkeypatch.setattr(client.broker.groups, "committed", fail)
    code, found = await fetch(client, version, {"t": [0]}, ids=ids)
    if version == 1:
        assert found == {("t", 0): (-1, -1, "", 16)}
    else:
        assert (code, found) == (16, {})


@pytest.mark.parametrize("version", VERSIONS)
async def test_who_requires_stable_offsets_is_told_of_open_transactions(version: int) -> None:
    client = await transactional()
    await client.commit({("t", 0): 3, ("t", 2): 4})
    producer = await client.init()
    await client.send_offsets(producer, {("t", 0): 5, ("t", 1): 6})
    topic_id = client.broker.topics.by_name["t"].topic_id
    ids = {"t": topic_id}
    topic = topic_id if version >= 10 else "t"
    _, found = await fetch(client, version, {"t": [0, 1, 2]}, ids=ids)
    unstable = (-1, -1, "", 88)
    if version >= 7:  # `fetch` requires it
        assert (found[topic, 0], found[topic, 1]) == (unstable, unstable)
    else:
        assert (found[topic, 0][0], found[topic, 1]) == (3, NOTHING)
    assert found[topic, 2][0] == 4
    if version >= 2:
        _, everything = await fetch(client, version, None, ids=ids)
        assert set(everything) == {(topic, 0), (topic, 2)}, "those that are only pending are not listed"
    await client.commit_transaction(producer)
    _, found = await fetch(client, version, {"t": [0, 1]}, ids=ids)
    assert (found[topic, 0][0], found[topic, 1][0]) == (5, 6)


@pytest.mark.parametrize("version", VERSIONS)
async def test_members_of_consumer_groups_are_checked(version: int) -> None:
    client = await connected()
    await client.create("t")
    await join(client, "m1", topics=["t"])
    await commit_as(client, "m1", 2)
    groups = [
        OffsetFetchRequest.OffsetFetchRequestGroup(group_id="g", topics=None, member_id=member_id, member_epoch=epoch)
        for member_id, epoch in (("m1", 2), (None, -1), ("m1", 1), ("who", 2), ("", -1))
    ]
    if version < 8:
        answer = await client.ask(OffsetFetchRequest(group_id="g", topics=None), max(version, 2), OffsetFetchResponse)
        assert (answer.error_code, len(answer.topics)) == (0, 1)
        return
    answer = await client.ask(OffsetFetchRequest(groups=groups), version, OffsetFetchResponse)
    expected = [(0, 1), (0, 1), (113, 0), (25, 0), (25, 0)] if version >= 9 else [(0, 1)] * 5
    assert [(group.error_code, len(group.topics)) for group in answer.groups] == expected


async def commit_as(client: GroupClient, member_id: str, epoch: int) -> None:
    partition = OffsetCommitRequest.OffsetCommitRequestPartition(partition_index=0, committed_offset=5)
    message = OffsetCommitRequest(
        group_id="g",
        member_id=member_id,
        generation_id_or_member_epoch=epoch,
        topics=[OffsetCommitRequest.OffsetCommitRequestTopic(name="t", partitions=[partition])],
    )
    answer = await client.ask(message, 9, OffsetCommitResponse)
    assert answer.topics[0].partitions[0].error_code == 0
