"""OffsetFetch (9): how far groups have consumed.

No committed offset, no such group, no such topic: offset -1, no error; only an unknown topic id is UNKNOWN_TOPIC_ID.
What was committed for a deleted topic is not shown for a new one of its name. Null topics are all that have an
offset. Whoever requires stable offsets gets UNSTABLE_OFFSET_COMMIT for a partition for which a transaction that is
still open has committed one; others get what was committed before.
v2 all topics, an error for the whole answer · v3 throttle time · v5 leader epoch · v6 flexible · v7 require_stable ·
v8 several groups at once · v9 member id and epoch (UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH), which classic groups
ignore · v10 topic ids
"""

from __future__ import annotations

from collections.abc import Iterator

from kafkalite.apis.context import Context
from kafkalite.core.groups.offsets import CommittedOffsets
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Uuid
from kafkalite.wire.messages.consumer_offsets import OffsetCommitValue
from kafkalite.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse

_ERROR_FOR_ALL = 2
_SEVERAL_GROUPS = 8
_TOPIC_IDS = 10

_OnePartition = OffsetFetchResponse.OffsetFetchResponsePartition
_Topics = OffsetFetchResponse.OffsetFetchResponseTopics
_Partition = OffsetFetchResponse.OffsetFetchResponsePartitions


def handle(message: OffsetFetchRequest, context: Context) -> OffsetFetchResponse:
    if context.version >= _SEVERAL_GROUPS:
        stable = message.require_stable
        return OffsetFetchResponse(groups=[_group(wanted, context, stable) for wanted in message.groups])
    topics = None
    if message.topics is not None:
        topics = [
            OffsetFetchRequest.OffsetFetchRequestTopics(name=topic.name, partition_indexes=topic.partition_indexes)
            for topic in message.topics
        ]
    wanted = OffsetFetchRequest.OffsetFetchRequestGroup(group_id=message.group_id, topics=topics)
    group = _group(wanted, context, message.require_stable)
    if group.error_code and context.version < _ERROR_FOR_ALL:
        group.topics = [
            _Topics(
                name=topic.name,
                partitions=[_partition(index, None, group.error_code) for index in topic.partition_indexes],
            )
            for topic in topics or ()
        ]
    return OffsetFetchResponse(topics=[_as_single(topic) for topic in group.topics], error_code=group.error_code)


def _group(
    wanted: OffsetFetchRequest.OffsetFetchRequestGroup, context: Context, stable: bool
) -> OffsetFetchResponse.OffsetFetchResponseGroup:
    try:
        offsets = context.broker.groups.committed(wanted.group_id)
    except KafkaError as error:
        return OffsetFetchResponse.OffsetFetchResponseGroup(group_id=wanted.group_id, error_code=error.code)
    group = context.broker.groups.find(wanted.group_id)
    if group is not None and (code := group.check_fetch(wanted.member_id, wanted.member_epoch)):
        return OffsetFetchResponse.OffsetFetchResponseGroup(group_id=wanted.group_id, error_code=code)
    if wanted.topics is None:
        topics = list(_all_topics(offsets, context, stable))
    else:
        topics = [_topic(topic, offsets, context, stable) for topic in wanted.topics]
    return OffsetFetchResponse.OffsetFetchResponseGroup(group_id=wanted.group_id, topics=topics)


def _all_topics(offsets: CommittedOffsets, context: Context, stable: bool) -> Iterator[_Topics]:
    for name, partitions in offsets.by_topic.items():
        topic = context.broker.topics.by_name.get(name)
        topic_id = ZERO_UUID if topic is None else topic.topic_id
        if topic is None and context.version >= _TOPIC_IDS:
            continue  # nothing to call it by
        found = [index for index in partitions if offsets.find(name, index, topic_id) is not None]
        answers = [_committed(offsets, name, index, topic_id, stable) for index in found]
        if answers:
            yield _Topics(name=name, topic_id=topic_id, partitions=answers)


def _topic(
    wanted: OffsetFetchRequest.OffsetFetchRequestTopics, offsets: CommittedOffsets, context: Context, stable: bool
) -> _Topics:
    name, topic_id = wanted.name, ZERO_UUID
    if context.version >= _TOPIC_IDS:
        topic = context.broker.topics.by_id.get(wanted.topic_id)
        if topic is None:
            code = ErrorCode.UNKNOWN_TOPIC_ID
            refused = [_partition(index, None, code) for index in wanted.partition_indexes]
            return _Topics(topic_id=wanted.topic_id, partitions=refused)
        name, topic_id = topic.name, topic.topic_id
    elif topic := context.broker.topics.by_name.get(name):
        topic_id = topic.topic_id
    answers = [_committed(offsets, name, index, topic_id, stable) for index in wanted.partition_indexes]
    return _Topics(name=name, topic_id=topic_id, partitions=answers)


def _committed(offsets: CommittedOffsets, name: str, index: int, topic_id: Uuid, stable: bool) -> _Partition:
    if stable and offsets.pending.has(name, index):
        return _partition(index, None, ErrorCode.UNSTABLE_OFFSET_COMMIT)
    return _partition(index, offsets.find(name, index, topic_id))


def _partition(index: int, value: OffsetCommitValue | None, code: int = ErrorCode.NONE) -> _Partition:
    if value is None:
        return _Partition(partition_index=index, committed_offset=-1, metadata="", error_code=code)
    return _Partition(
        partition_index=index,
        committed_offset=value.offset,
        committed_leader_epoch=value.leader_epoch,
        metadata=value.metadata,
    )


def _as_single(topic: _Topics) -> OffsetFetchResponse.OffsetFetchResponseTopic:
    return OffsetFetchResponse.OffsetFetchResponseTopic(
        name=topic.name,
        partitions=[
            _OnePartition(
                partition_index=one.partition_index,
                committed_offset=one.committed_offset,
                committed_leader_epoch=one.committed_leader_epoch,
                metadata=one.metadata,
                error_code=one.error_code,
            )
            for one in topic.partitions
        ],
    )
