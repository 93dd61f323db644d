"""OffsetCommit (8): store how far a group has consumed.

Answered once stored. Errors are per partition: UNKNOWN_TOPIC_OR_PARTITION or, by id, UNKNOWN_TOPIC_ID for what does
not exist, OFFSET_METADATA_TOO_LARGE, and what the group says of the member, the same for all. Without a generation
and on a group without members anybody may commit; that is how simple consumers and tools do it. v2-4 retention time ·
v6 leader epoch · v7 static members · v8 flexible · v9 GROUP_ID_NOT_FOUND · v10 topic ids
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse

if TYPE_CHECKING:
    from kafkalite.broker.topics import Topic

_KNOWS_MISSING_GROUP = 9
_TOPIC_IDS = 10

_Topic = OffsetCommitResponse.OffsetCommitResponseTopic
_Partition = OffsetCommitResponse.OffsetCommitResponsePartition


class _Slot(Waiting):
    """Puts what the group answered together with what was refused before it was asked."""

    __slots__ = ("_refused",)

    def __init__(self, refused: dict[tuple[str, bytes], _Topic]) -> None:
        super().__init__()
        self._refused = refused

    def answer(self) -> Message | None:
        response = super().answer()
        assert isinstance(response, OffsetCommitResponse)
        topics = self._refused  # what was refused comes first, as in Kafka's answers
        for topic in response.topics:
            key = (topic.name, topic.topic_id)
            if key in topics:
                topics[key].partitions += topic.partitions
            else:
                topics[key] = topic
        response.topics = list(topics.values())
        return response


def handle(message: OffsetCommitRequest, context: Context) -> Answer:
    refused: dict[tuple[str, bytes], _Topic] = {}
    wanted = []
    for topic in message.topics:
        bad = keep_what_exists(topic, context, by_id=context.version >= _TOPIC_IDS)
        if bad:
            known = refused.setdefault((topic.name, topic.topic_id), _Topic(name=topic.name, topic_id=topic.topic_id))
            known.partitions += bad
        if topic.partitions:
            wanted.append(topic)
    if not wanted:
        return OffsetCommitResponse(topics=list(refused.values()))
    message.topics = wanted
    caller = Caller(_Slot(refused), knows_missing_group=context.version >= _KNOWS_MISSING_GROUP)
    return context.broker.groups.ask(Group.commit, message, caller, creates=True)


def keep_what_exists(
    wanted: OffsetCommitRequest.OffsetCommitRequestTopic, context: Context, *, by_id: bool
) -> list[_Partition]:
    """Give the topic both its name and its id, take out partitions that do not exist, return the answers for those."""
    topics = context.broker.topics
    topic: Topic | None = topics.by_id.get(wanted.topic_id) if by_id else topics.by_name.get(wanted.name)
    code = ErrorCode.UNKNOWN_TOPIC_ID if by_id and topic is None else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if topic is not None:
        wanted.name, wanted.topic_id = topic.name, topic.topic_id
    count = 0 if topic is None else len(topic.partitions)
    bad = [one for one in wanted.partitions if not 0 <= one.partition_index < count]
    if bad:
        wanted.partitions = [one for one in wanted.partitions if 0 <= one.partition_index < count]
    return [_Partition(partition_index=one.partition_index, error_code=code) for one in bad]
