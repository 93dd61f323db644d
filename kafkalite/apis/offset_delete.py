"""OffsetDelete (47): forget committed offsets of a group.

Errors for the group: INVALID_GROUP_ID, GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP while members other than consumers are in
it. Errors per partition: UNKNOWN_TOPIC_OR_PARTITION, GROUP_SUBSCRIBED_TO_TOPIC while a member consumes the topic. To
forget what was never committed is no error.
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse

_Topic = OffsetDeleteResponse.OffsetDeleteResponseTopic
_Partition = OffsetDeleteResponse.OffsetDeleteResponsePartition


class _Slot(Waiting):
    """Puts the partitions that do not exist before the group's answer; an error of the whole group stands alone."""

    __slots__ = ("_refused",)

    def __init__(self, refused: dict[str, _Topic]) -> None:
        super().__init__()
        self._refused = refused

    def answer(self) -> Message | None:
        response = super().answer()
        assert isinstance(response, OffsetDeleteResponse)
        if not response.error_code:
            for topic in response.topics:
                self._refused.setdefault(topic.name, _Topic(name=topic.name)).partitions += topic.partitions
            response.topics = list(self._refused.values())
        return response


def handle(message: OffsetDeleteRequest, context: Context) -> Answer:
    if not message.group_id:
        return OffsetDeleteResponse(error_code=ErrorCode.INVALID_GROUP_ID)
    refused: dict[str, _Topic] = {}
    for wanted in message.topics:
        topic = context.broker.topics.by_name.get(wanted.name)
        count = 0 if topic is None else len(topic.partitions)
        bad = [one.partition_index for one in wanted.partitions if not 0 <= one.partition_index < count]
        wanted.partitions = [one for one in wanted.partitions if 0 <= one.partition_index < count]
        if bad:
            code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            answers = (_Partition(partition_index=index, error_code=code) for index in bad)
            refused.setdefault(wanted.name, _Topic(name=wanted.name)).partitions += answers
    message.topics = [topic for topic in message.topics if topic.partitions]
    return context.broker.groups.ask(Group.delete_offsets, message, Caller(_Slot(refused)))
