"""WriteTxnMarkers (27): end transactions in partitions, whatever their coordinator thinks.

Meant for coordinators; `kafka-transactions abort` sends it to end one that hangs. Who may send it is for the
authorizer, which is not here yet. Per partition: 3 no such partition, 47 it knows a later epoch of the producer, 52 a
marker of a later coordinator, 42 a producer id or epoch below 0 (Kafka: -1), 56 it cannot be written.
v1 flexible · v2 transaction version, which a partition here need not know
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kafkalite.broker.waiting import Waiting
from kafkalite.core.transactions.state import Producer, TopicPartition
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.write_txn_markers import WriteTxnMarkersRequest, WriteTxnMarkersResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

_Marker = WriteTxnMarkersRequest.WritableTxnMarker
_Result = WriteTxnMarkersResponse.WritableTxnMarkerResult
_TopicResult = WriteTxnMarkersResponse.WritableTxnMarkerTopicResult
_PartitionResult = WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult


def handle(message: WriteTxnMarkersRequest, context: Context) -> Answer:
    slot = _Markers()
    for marker in message.markers:
        _write(marker, slot, context)
    slot.all_begun()
    return slot.answer() if slot.resolved else slot


class _Markers(Waiting):
    """Answers when every marker is kept or refused."""

    __slots__ = ("_left", "results")

    def __init__(self) -> None:
        super().__init__()
        self.results: list[_Result] = []
        self._left = 1  # for `all_begun`

    def begin(self) -> None:
        self._left += 1

    def done(self, answer: _PartitionResult, code: ErrorCode) -> None:
        answer.error_code = code
        self.all_begun()

    def all_begun(self) -> None:
        self._left -= 1
        if not self._left:
            self.resolve(WriteTxnMarkersResponse(markers=self.results))


def _write(marker: _Marker, slot: _Markers, context: Context) -> None:
    producer = Producer(marker.producer_id, marker.producer_epoch)
    topics = []
    for topic in marker.topics:
        answers = [_PartitionResult(partition_index=index) for index in dict.fromkeys(topic.partition_indexes)]
        topics.append(_TopicResult(name=topic.name, partitions=answers))
    slot.results.append(_Result(producer_id=marker.producer_id, topics=topics))
    for result in topics:
        for answer in result.partitions:
            if min(producer) < 0:
                answer.error_code = ErrorCode.INVALID_REQUEST
                continue
            slot.begin()
            context.broker.markers.write(
                TopicPartition(result.name, answer.partition_index),
                producer,
                committed=marker.transaction_result,
                coordinator_epoch=marker.coordinator_epoch,
                done=partial(slot.done, answer),
            )
