"""DescribeLogDirs in all versions: true sizes, a result for every directory, what is not there is not listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import StorageError
from kafkalite.storage.slabs import SMALLEST_SLAB
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.create_topics import CreateTopicsRequest, CreateTopicsResponse
from kafkalite.wire.messages.describe_log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse
from kafkalite.wire.messages.incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.unit.apis.admin_client import AdminClient, connect
from tests.unit.core.log.batches import batch

Result = DescribeLogDirsResponse.DescribeLogDirsResult
Wanted = dict[str, list[int]] | None


async def describe(client: AdminClient, wanted: Wanted = None, version: int = 5) -> Result:
    topics = None
    if wanted is not None:
        topics = [
            DescribeLogDirsRequest.DescribableLogDirTopic(topic=name, partitions=indexes)
            for name, indexes in wanted.items()
        ]
    answer = await client.ask(DescribeLogDirsRequest(topics=topics), version, DescribeLogDirsResponse)
    assert answer.error_code == 0
    (result,) = answer.results
    return result


def sizes(result: Result) -> dict[str, dict[int, int]]:
    return {
        topic.name: {partition.partition_index: partition.partition_size for partition in topic.partitions}
        for topic in result.topics
    }


@pytest.fixture
async def client() -> AdminClient:
    """A broker with topics `a` of 2 partitions and `b`."""
    connected = await connect()
    await connected.create("a", 2)
    await connected.create("b")
    return connected


@pytest.mark.parametrize("version", range(1, 6))
async def test_null_is_everything_with_true_sizes(client: AdminClient, version: int) -> None:
    first, second = batch(3), batch(1)
    partition = client.broker.topics.by_name["a"].partitions[1]
    partition.append(memoryview(first))
    partition.append(memoryview(second))
    result = await describe(client, version=version)
    assert sizes(result) == {"a": {0: 0, 1: len(first) + len(second)}, "b": {0: 0}}
    assert (result.error_code, result.log_dir, result.is_cordoned) == (0, "memory", False)
    assert {(one.offset_lag, one.is_future_key) for topic in result.topics for one in topic.partitions} == {(0, False)}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {}),
        ({"a": [1]}, {"a": {1: 0}}),
        ({"a": [0, 0, 7, -1], "nope": [0]}, {"a": {0: 0}}),
        ({"a": [7]}, {}),
        ({"a": []}, {}),
    ],
)
async def test_what_is_asked_for_and_exists(
    client: AdminClient, wanted: Wanted, found: dict[str, dict[int, int]]
) -> None:
    assert sizes(await describe(client, wanted)) == found


async def test_a_topic_asked_for_twice_comes_once(client: AdminClient) -> None:
    topics = [DescribeLogDirsRequest.DescribableLogDirTopic(topic="a", partitions=[index]) for index in (0, 1, 0)]
    answer = await client.ask(DescribeLogDirsRequest(topics=topics), 5, DescribeLogDirsResponse)
    assert sizes(answer.results[0]) == {"a": {0: 0, 1: 0}}


async def test_memory_without_a_limit_has_no_volume(client: AdminClient) -> None:
    result = await describe(client)
    assert (result.total_bytes, result.usable_bytes) == (-1, -1)


async def test_memory_with_a_limit_says_what_is_left() -> None:
    client = await connect(store=MemoryStore(max_bytes=10_000))
    await client.create("a")
    client.broker.topics.by_name["a"].partitions[0].append(memoryview(batch(1)))
    result = await describe(client)
    assert (result.total_bytes, result.usable_bytes) == (10_000, 10_000 - SMALLEST_SLAB)


async def test_a_directory_has_its_path_and_the_bytes_of_its_volume(tmp_path: Path) -> None:
    client = await connect(store=DiskStore(tmp_path))
    await client.create("a")
    client.broker.topics.by_name["a"].partitions[0].append(memoryview(batch(3)))
    result = await describe(client)
    assert result.log_dir == str(tmp_path)
    assert result.total_bytes > result.usable_bytes > 0
    (file,) = (tmp_path / "a-0").glob("*.log")
    assert sizes(result) == {"a": {0: file.stat().st_size}}


async def test_a_directory_that_cannot_be_read_is_56(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[int, int]:
        raise StorageError("gone")

    monkeypatch.setattr(next(iter(client.broker.stores)), "space", fail)
    result = await describe(client)
    assert (result.error_code, result.log_dir, result.topics, result.total_bytes) == (56, "memory", [], -1)


async def test_every_directory_has_its_result_also_one_that_is_offline(tmp_path: Path) -> None:
    stores = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        stores.append(DiskStore(tmp_path / name))
    client = await connect(store=LogDirectories(stores, offline={"/never/opened": "no such directory"}))
    await client.create("a", 3)
    await client.create("b", 4)
    data = batch(3)
    for topic in client.broker.topics.by_name.values():
        for partition in topic.partitions:
            partition.append(memoryview(data))
    stores[1].on_offline(StorageError("broken"))  # type: ignore[misc]
    answer = await client.ask(DescribeLogDirsRequest(topics=None), 5, DescribeLogDirsResponse)
    found = {result.log_dir: (result.error_code, sizes(result)) for result in answer.results}
    assert found == {
        str(tmp_path / "one"): (0, {"a": {0: len(data)}, "b": {0: len(data), 3: len(data)}}),
        str(tmp_path / "three"): (0, {"a": {2: len(data)}, "b": {2: len(data)}}),
        str(tmp_path / "two"): (56, {}),
        "/never/opened": (56, {}),
    }
    on_disk = {path.parent.name: path.stat().st_size for path in (tmp_path / "one").glob("*/*.log")}
    assert on_disk == dict.fromkeys(("a-0", "b-0", "b-3"), len(data))


async def test_cordoned_directories_get_nothing_new(tmp_path: Path) -> None:
    """What Apache Kafka 4.4 does and says, tried on it."""
    paths = [tmp_path / name for name in ("one", "two", "three")]
    for path in paths:
        path.mkdir()
    keys = {"log.dirs": ",".join(map(str, paths)), "cordoned.log.dirs": f"{paths[0]},{paths[2]}"}
    client = await connect(keys, store=LogDirectories([DiskStore(path) for path in paths]))
    await client.create("a", 3)
    answer = await client.ask(DescribeLogDirsRequest(topics=None), 5, DescribeLogDirsResponse)
    assert [(result.is_cordoned, sizes(result)) for result in answer.results] == [
        (True, {}),
        (False, {"a": {0: 0, 1: 0, 2: 0}}),
        (True, {}),
    ]
    assert await alter(client, "*") == (0, None)
    answer = await client.ask(DescribeLogDirsRequest(topics=None), 5, DescribeLogDirsResponse)
    assert [result.is_cordoned for result in answer.results] == [True] * 3
    wanted = CreateTopicsRequest.CreatableTopic(name="b", num_partitions=1, replication_factor=1)
    refused = (await client.ask(CreateTopicsRequest(topics=[wanted]), 7, CreateTopicsResponse)).topics[0]
    assert refused.error_code == ErrorCode.INVALID_REPLICATION_FACTOR
    assert refused.error_message is not None
    assert refused.error_message.endswith("or have all their log directories cordoned.")
    assert await alter(client, "/x") == (
        ErrorCode.INVALID_REQUEST,
        "requirement failed: All entries in cordoned.log.dirs must be present in log.dirs or log.dir. "
        "Missing entries : /x",
    )
    assert await alter(client, None) == (0, None)
    await client.create("b")


async def alter(client: AdminClient, value: str | None) -> tuple[int, str | None]:
    """Set cordoned.log.dirs, or take the dynamic setting away."""
    config = IncrementalAlterConfigsRequest.AlterableConfig(
        name="cordoned.log.dirs", config_operation=0 if value is not None else 1, value=value
    )
    resource = IncrementalAlterConfigsRequest.AlterConfigsResource(
        resource_type=4, resource_name=str(client.broker.node_id), configs=[config]
    )
    request = IncrementalAlterConfigsRequest(resources=[resource])
    [answer] = (await client.ask(request, 1, IncrementalAlterConfigsResponse)).responses
    return answer.error_code, answer.error_message
