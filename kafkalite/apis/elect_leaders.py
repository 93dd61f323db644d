"""ElectLeaders (43): make another replica the leader. Every partition's leader is its first replica: 84, nothing to do.

No list means all topics, which are named without partitions, as Kafka does when no election was needed.
v0 preferred leaders only · v1 election type (0 preferred, 1 unclean; others 42), top-level error code · v2 flexible
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.elect_leaders import ElectLeadersRequest, ElectLeadersResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.cluster.image import ClusterImage

_TopicResult = ElectLeadersResponse.ReplicaElectionResult
_Result = ElectLeadersResponse.PartitionResult

_ELECTION_TYPES = (0, 1)


def handle(message: ElectLeadersRequest, context: Context) -> ElectLeadersResponse:
    image = context.broker.cluster.image
    known_type = message.election_type in _ELECTION_TYPES
    wanted = message.topic_partitions
    if wanted is None:
        wanted = [ElectLeadersRequest.TopicPartitions(topic=name) for name in image.topics] if known_type else []
    return ElectLeadersResponse(
        error_code=ErrorCode.NONE if known_type else ErrorCode.INVALID_REQUEST,
        replica_election_results=[
            _TopicResult(
                topic=asked.topic,
                partition_result=[_result(message, image, asked.topic, index) for index in asked.partitions],
            )
            for asked in wanted
        ],
    )


def _result(message: ElectLeadersRequest, image: ClusterImage, name: str, index: int) -> _Result:
    refusal = _refusal(message, image, name, index)
    return _Result(partition_id=index, error_code=refusal.code, error_message=refusal.message)


def _refusal(message: ElectLeadersRequest, image: ClusterImage, name: str, index: int) -> KafkaError:
    if message.election_type not in _ELECTION_TYPES:
        return KafkaError(ErrorCode.INVALID_REQUEST, f"Unknown election type {message.election_type}")
    topic = image.topics.get(name)
    if topic is None:
        return KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"No such topic as {name}")
    if not 0 <= index < len(topic):
        return KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"No such partition as {name}-{index}")
    return KafkaError(ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.")
