"""DescribeLogDirs (35): how many bytes each partition holds, and how many its directory still takes.

One result per log directory, also for one that is out of use (error 56); records in memory are in the directory
`memory`. Sizes are those of the segments as a client could fetch them. No topics asked for is none, null all; unknown
ones are left out.
v2 flexible · v3 error code · v4 bytes of the volume · v5 whether the directory takes no new partitions
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.describe_log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.broker.partitions import Partition
    from kafkalite.broker.topics import Topics
    from kafkalite.storage.segment_store import SegmentStore

_Result = DescribeLogDirsResponse.DescribeLogDirsResult
_Topic = DescribeLogDirsResponse.DescribeLogDirsTopic
_Partition = DescribeLogDirsResponse.DescribeLogDirsPartition


def handle(message: DescribeLogDirsRequest, context: Context) -> DescribeLogDirsResponse:
    broker = context.broker
    stores = broker.stores
    topics: dict[SegmentStore, list[_Topic]] = {store: [] for store in stores}
    for name, partitions in _wanted(message, broker.topics).items():
        for store, described in _by_store(partitions).items():
            topics[store].append(_Topic(name=name, partitions=described))
    results = [_described(store, topics[store]) for store in stores if store.directory not in stores.offline]
    for result in results:
        result.is_cordoned = stores.is_cordoned(result.log_dir)
    results += [_Result(log_dir=path, error_code=ErrorCode.KAFKA_STORAGE_ERROR) for path in stores.offline]
    return DescribeLogDirsResponse(results=results)


def _described(store: SegmentStore, topics: list[_Topic]) -> _Result:
    result = _Result(log_dir=store.directory)
    try:
        result.total_bytes, result.usable_bytes = store.space()
    except StorageError:
        result.error_code = ErrorCode.KAFKA_STORAGE_ERROR
    else:
        result.topics = topics
    return result


def _wanted(message: DescribeLogDirsRequest, topics: Topics) -> dict[str, Iterable[Partition]]:
    """Return the partitions that are asked for and exist, each once, by topic."""
    if message.topics is None:
        return {name: topic.partitions for name, topic in topics.by_name.items()}
    indexes: dict[str, set[int]] = {}
    for asked in message.topics:
        indexes.setdefault(asked.topic, set()).update(asked.partitions)
    found = {
        name: [partition for partition in topics.by_name[name].partitions if partition.index in wanted]
        for name, wanted in indexes.items()
        if name in topics.by_name
    }
    return {name: partitions for name, partitions in found.items() if partitions}


def _by_store(partitions: Iterable[Partition]) -> dict[SegmentStore, list[_Partition]]:
    found: dict[SegmentStore, list[_Partition]] = {}
    for partition in partitions:
        described = _Partition(partition_index=partition.index, partition_size=partition.size)
        found.setdefault(partition.store, []).append(described)
    return found
