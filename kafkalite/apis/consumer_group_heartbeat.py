"""ConsumerGroupHeartbeat (68): join a consumer group, go on in it, or leave it (KIP-848).

Member epoch 0 joins, -1 leaves, -2 is a static member that will be back; any other is where the member stands. Errors
of form are INVALID_REQUEST here, UNSUPPORTED_ASSIGNOR for an assignor nobody has; what the group says is in
`core/groups/consumer_group.py`. Without `consumer` among group.coordinator.rebalance.protocols, or with the feature
group.version at 0, every request gets UNSUPPORTED_VERSION.
v0 member ids are the broker's · v1 regular expressions, member ids are the client's
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.core.groups.consumer_member import JOIN, LEAVE, LEFT_FOR_NOW
from kafkalite.core.groups.group import Group
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

_OWN_MEMBER_IDS = 1


def handle(message: ConsumerGroupHeartbeatRequest, context: Context) -> Answer:
    try:
        _check(message, context)
    except KafkaError as refused:
        return ConsumerGroupHeartbeatResponse(error_code=refused.code, error_message=refused.message)
    caller = Caller(Waiting(), context.client_id, f"/{context.session.peer_host}")
    return context.broker.groups.ask(Group.consumer_heartbeat, message, caller, creates=message.member_epoch == JOIN)


def _check(message: ConsumerGroupHeartbeatRequest, context: Context) -> None:
    """Raise KafkaError for a request whose form is wrong."""
    if not context.broker.groups.offers_consumer_groups:
        raise KafkaError(ErrorCode.UNSUPPORTED_VERSION)
    epoch = message.member_epoch
    if context.version >= _OWN_MEMBER_IDS or epoch > JOIN or epoch == LEAVE:
        _check_not_blank(message.member_id, "MemberId")
    _check_not_blank(message.group_id, "GroupId")
    _check_not_blank(message.instance_id, "InstanceId")
    _check_not_blank(message.rack_id, "RackId")
    if epoch == JOIN:
        _check_join(message)
    elif epoch == LEFT_FOR_NOW and message.instance_id is None:
        raise _invalid("InstanceId can't be null.")
    elif epoch < LEFT_FOR_NOW:
        raise _invalid("MemberEpoch is invalid.")
    assignors = context.broker.config.list("group.consumer.assignors")
    if message.server_assignor is not None and message.server_assignor not in assignors:
        raise KafkaError(
            ErrorCode.UNSUPPORTED_ASSIGNOR,
            f"ServerAssignor {message.server_assignor} is not supported. Supported assignors: {', '.join(assignors)}.",
        )


def _check_join(message: ConsumerGroupHeartbeatRequest) -> None:
    if message.rebalance_timeout_ms == -1:
        raise _invalid("RebalanceTimeoutMs must be provided in first request.")
    if message.topic_partitions is None or message.topic_partitions:
        raise _invalid("TopicPartitions must be empty when (re-)joining.")
    if message.subscribed_topic_names is None and message.subscribed_topic_regex is None:
        raise _invalid("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")


def _check_not_blank(text: str | None, what: str) -> None:
    if text is not None and not text.strip():
        raise _invalid(f"{what} can't be empty.")


def _invalid(why: str) -> KafkaError:
    return KafkaError(ErrorCode.INVALID_REQUEST, why)
