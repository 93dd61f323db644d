"""Members of a consumer group that speak the classic protocol, while a group moves from one to the other.

JoinGroup and SyncGroup are a slow kind of heartbeat to them: the broker assigns, so no request waits for the others,
nobody leads, and the generation of each is its member epoch. Who must take part in a rebalance learns it from its
Heartbeat (27), says in JoinGroup what it still owns, and fetches its partitions with SyncGroup. It has its rebalance
timeout for each of the two.

Every function raises KafkaError with the code of the answer, and then nothing has changed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.groups.classic_group import CONSUMER, join_error
from kafkalite.core.groups.consumer_entry import Entry, rebalance_timeout, successor
from kafkalite.core.groups.consumer_group import ConsumerGroup
from kafkalite.core.groups.consumer_member import ClassicMetadata, ConsumerMember, MemberState
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.reconciliation import check_state
from kafkalite.core.groups.subscription import read_subscription, write_assignment
from kafkalite.core.groups.turn import Caller, Turn
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_offsets import ConsumerGroupMemberMetadataValue
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolSubscription
from kafkalite.wire.messages.heartbeat import HeartbeatRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse

# -- JoinGroup


def check_join(group: ConsumerGroup, message: JoinGroupRequest, caller: Caller) -> Entry:
    """Return what a JoinGroup will do. Raises KafkaError; the text of MEMBER_ID_REQUIRED is the new member's id."""
    if not (group.settings.upgrades or group.settings.downgrades):
        raise _inconsistent("the group migration is disabled")
    member_id, instance_id = message.member_id or group.new_id(), message.group_instance_id
    group.check_room(member_id, instance_id)
    _check_protocols(group.state, message)
    subscription = read_subscription(message.protocols[0].metadata)
    if subscription is None:
        raise _inconsistent("its subscription cannot be read")
    if caller.learns_member_id and not message.member_id and instance_id is None:
        raise KafkaError(ErrorCode.MEMBER_ID_REQUIRED, member_id)
    member, predecessor = _who(group, message, member_id)
    owned = _by_id(subscription, group.image)
    check_state(member, owned)
    return Entry(member, predecessor, _told(member, message, subscription, caller), owned)


def join(group: ConsumerGroup, message: JoinGroupRequest, entry: Entry, caller: Caller, turn: Turn) -> None:
    """Let the member in, or a step further, and answer it."""
    changed = group.enter(entry, turn)
    group.assign(turn)
    member = group.reconcile(entry.told.member_id, entry.owned, turn, subscription_changed=changed)
    group.heard_of(member, turn.now)
    deadlines = group.deadlines.of(member.member_id)
    deadlines.join = math.inf
    deadlines.sync = group.deadlines.by(turn.now + rebalance_timeout(member))
    turn.reply(caller.slot, joined(member.member_id, member.epoch, message))


def joined(member_id: str, generation: int, message: JoinGroupRequest) -> JoinGroupResponse:
    """Return the answer that lets a member in. Nobody leads, so nobody gets the list of members."""
    return JoinGroupResponse(
        generation_id=generation,
        protocol_type=CONSUMER,
        protocol_name=message.protocols[0].name,
        member_id=member_id,
    )


def refused_join(refused: KafkaError) -> JoinGroupResponse:
    """Return the answer to who may not come in; the only member id in it is one to come back with."""
    needs_id = refused.code is ErrorCode.MEMBER_ID_REQUIRED
    return join_error(refused.code, (refused.message or "") if needs_id else "")


def _check_protocols(state: ConsumerState, message: JoinGroupRequest) -> None:
    if message.protocol_type != CONSUMER or not message.protocols:
        raise _inconsistent("it is no consumer or offers no protocol")
    classic = [member.classic for member in state.members.values() if member.classic is not None]
    supported = Counter(protocol.name for one in classic for protocol in one.supported_protocols)
    if state.members and all(supported[protocol.name] < len(classic) for protocol in message.protocols):
        raise _inconsistent("none of its protocols is supported by all classic members")


def _inconsistent(why: str) -> KafkaError:
    return KafkaError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, why)


def _who(
    group: ConsumerGroup, message: JoinGroupRequest, member_id: str
) -> tuple[ConsumerMember, ConsumerMember | None]:
    instance_id = message.group_instance_id
    if instance_id is not None and message.member_id:
        return group.known_static(member_id, instance_id), None
    static = group.state.static_member(instance_id)
    if static is not None:
        return successor(static, member_id), static
    return group.state.members.get(member_id, ConsumerMember(member_id)), None


def _told(
    member: ConsumerMember, message: JoinGroupRequest, subscription: ConsumerProtocolSubscription, caller: Caller
) -> ConsumerMember:
    protocols = [
        ConsumerGroupMemberMetadataValue.ClassicProtocol(name=protocol.name, metadata=protocol.metadata)
        for protocol in message.protocols
    ]
    return member._replace(
        instance_id=member.instance_id if message.group_instance_id is None else message.group_instance_id,
        rack_id=subscription.rack_id or member.rack_id,
        rebalance_timeout_ms=message.rebalance_timeout_ms,
        topics=frozenset(subscription.topics),
        regex="",
        client_id=caller.client_id,
        client_host=caller.client_host,
        classic=ClassicMetadata(session_timeout_ms=message.session_timeout_ms, supported_protocols=protocols),
    )


def _by_id(subscription: ConsumerProtocolSubscription, image: ClusterImage) -> list[tuple[Uuid, list[int]]]:
    return [
        (image.topics[owned.topic].topic_id, owned.partitions)
        for owned in subscription.owned_partitions
        if owned.topic in image.topics
    ]


# -- SyncGroup, Heartbeat, LeaveGroup


def sync(group: ConsumerGroup, message: SyncGroupRequest, caller: Caller, turn: Turn) -> None:
    """Tell a member its partitions."""
    member = _member(group, message.member_id, message.group_instance_id)
    metadata = _check_generation(member, message.generation_id)
    protocol = metadata.supported_protocols[0]
    if message.protocol_type not in (None, CONSUMER) or message.protocol_name not in (None, protocol.name):
        raise _inconsistent("that is not the protocol it joined with")
    deadlines = group.deadlines.of(member.member_id)
    if group.state.target_epoch > member.epoch and member.state is not MemberState.UNREVOKED_PARTITIONS:
        _must_join(group, member, turn.now)
        raise KafkaError(ErrorCode.REBALANCE_IN_PROGRESS)
    deadlines.sync = math.inf
    group.heard_of(member, turn.now)
    topics = group.image.topics_by_id
    partitions = {topics[topic_id].name: held for topic_id, held in member.assigned.items() if topic_id in topics}
    response = SyncGroupResponse(
        protocol_type=message.protocol_type,
        protocol_name=message.protocol_name,
        assignment=write_assignment(partitions, protocol.metadata),
    )
    turn.reply(caller.slot, response)


def heartbeat(group: ConsumerGroup, message: HeartbeatRequest, now: float) -> ErrorCode:
    """Prolong the session; REBALANCE_IN_PROGRESS where the member must join again to get on."""
    member = _member(group, message.member_id, message.group_instance_id)
    _check_generation(member, message.generation_id)
    group.heard_of(member, now)
    if not _is_behind(group, member):
        return ErrorCode.NONE
    _must_join(group, member, now)
    return ErrorCode.REBALANCE_IN_PROGRESS


def _is_behind(group: ConsumerGroup, member: ConsumerMember) -> bool:
    state = group.state
    match member.state:
        case MemberState.UNREVOKED_PARTITIONS:
            return True
        case MemberState.UNRELEASED_PARTITIONS if not _waits_for_others(state, member):
            return True
    if member.epoch < state.target_epoch:
        return True
    # A new target is computed when somebody joins or a consumer heartbeats: without consumers somebody must join.
    return state.epoch > state.target_epoch and all(one.classic is not None for one in state.members.values())


def _waits_for_others(state: ConsumerState, member: ConsumerMember) -> bool:
    return any(
        partition not in member.assigned.get(topic_id, ()) and state.owner(topic_id, partition) is not None
        for topic_id, partitions in state.target_of(member.member_id).items()
        for partition in partitions
    )


def _must_join(group: ConsumerGroup, member: ConsumerMember, now: float) -> None:
    deadlines = group.deadlines.of(member.member_id)
    if deadlines.join == math.inf:
        deadlines.join = group.deadlines.by(now + rebalance_timeout(member))


def check_leave(
    group: ConsumerGroup, identities: Iterable[LeaveGroupRequest.MemberIdentity]
) -> tuple[list[LeaveGroupResponse.MemberResponse], list[ConsumerMember]]:
    """Return the answer to each, and who really leaves."""
    answers, leaving = [], {}
    for identity in identities:
        code = ErrorCode.NONE
        try:
            member = _leaving(group, identity)
            leaving[member.member_id] = member
        except KafkaError as refusal:
            code = refusal.code
        answers.append(
            LeaveGroupResponse.MemberResponse(
                member_id=identity.member_id, group_instance_id=identity.group_instance_id, error_code=code
            )
        )
    return answers, list(leaving.values())


def _leaving(group: ConsumerGroup, identity: LeaveGroupRequest.MemberIdentity) -> ConsumerMember:
    static = group.state.static_member(identity.group_instance_id)
    if static is not None and not identity.member_id:
        return static
    return _any_member(group, identity.member_id, identity.group_instance_id)


def _member(group: ConsumerGroup, member_id: str, instance_id: str | None) -> ConsumerMember:
    """Return the member that speaks the classic protocol under these ids."""
    member = _any_member(group, member_id, instance_id)
    if member.classic is None:
        raise KafkaError(ErrorCode.UNKNOWN_MEMBER_ID, f"Member {member_id} does not use the classic protocol.")
    return member


def _any_member(group: ConsumerGroup, member_id: str, instance_id: str | None) -> ConsumerMember:
    if instance_id is not None:
        return group.known_static(member_id, instance_id)
    member = group.state.members.get(member_id)
    if member is None:
        raise group.no_member(member_id)
    return member


def _check_generation(member: ConsumerMember, generation: int) -> ClassicMetadata:
    assert member.classic is not None
    if generation != member.epoch:
        raise KafkaError(ErrorCode.ILLEGAL_GENERATION)
    return member.classic
