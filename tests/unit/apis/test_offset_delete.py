"""OffsetDelete."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from kafkalite.wire.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from tests.unit.apis.group_client import GroupClient, connected


async def delete(
    client: GroupClient, topics: list[tuple[str, list[int]]], group_id: str = "g"
) -> tuple[int, list[tuple[str, list[tuple[int, int]]]]]:
    wanted = [
        OffsetDeleteRequest.OffsetDeleteRequestTopic(
            name=name,
            partitions=[OffsetDeleteRequest.OffsetDeleteRequestPartition(partition_index=index) for index in indexes],
        )
        for name, indexes in topics
    ]
    message = OffsetDeleteRequest(group_id=group_id, topics=wanted)
    answer = await client.ask(message, 0, OffsetDeleteResponse)
    return answer.error_code, [
        (topic.name, [(one.partition_index, one.error_code) for one in topic.partitions]) for topic in answer.topics
    ]


async def test_errors_of_the_group_stand_alone() -> None:
    client = await connected()
    assert await delete(client, [("t", [0])], "") == (24, [])
    assert await delete(client, [("t", [0])]) == (69, [])


async def test_unknown_partitions_come_first() -> None:
    client = await connected()
    await client.create("t", 2)
    await client.commit({("t", 0): 5, ("t", 1): 6})
    assert await delete(client, [("t", [0, 2]), ("unknown", [0]), ("t", [7])]) == (
        0,
        [("t", [(2, 3), (7, 3), (0, 0)]), ("unknown", [(0, 3)])],
    )
    offsets = client.broker.groups.committed("g")
    assert (offsets.find("t", 0), len(offsets)) == (None, 1)


async def test_topics_in_use(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    client = await connected()
    nursery.start_soon(client.broker.run)
    await client.stable()  # its metadata makes no sense, so it may consume anything
    await client.create("t")
    assert await delete(client, [("t", [0])]) == (0, [("t", [(0, 86)])])
