"""A group changes its kind while its members go on: classic to consumer group and back (KIP-848, live migration).

Nobody loses a partition by it: what was assigned stays assigned, the generation goes on as epoch, and a rebalance
follows in which everybody takes part in its own protocol.
"""

from __future__ import annotations

from collections.abc import Collection

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.groups.classic_group import CONSUMER, ClassicGroup
from kafkalite.core.groups.consumer_member import ClassicMetadata, ConsumerMember
from kafkalite.core.groups.consumer_state import FIRST_EPOCH, NEVER, ConsumerState
from kafkalite.core.groups.group_settings import ConsumerGroupSettings
from kafkalite.core.groups.member import Member
from kafkalite.core.groups.subscription import read_assignment, read_subscription, write_assignment
from kafkalite.core.groups.topic_metadata import metadata_hash
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_offsets import ConsumerGroupMemberMetadataValue


def as_consumer_group(classic: ClassicGroup, image: ClusterImage, settings: ConsumerGroupSettings) -> ConsumerState:
    """Return the consumer group that a classic group with members becomes. Raises KafkaError if it cannot be one."""
    if not settings.upgrades:
        raise _cannot_upgrade(classic, "online upgrade is disabled")
    if classic.protocol_type != CONSUMER:
        raise _cannot_upgrade(classic, "the group does not use the consumer embedded protocol")
    if len(classic.members) > settings.max_size:
        raise _cannot_upgrade(classic, "the group size exceeds the consumer group maximum size")
    state = ConsumerState(classic.group_id)
    epoch = max(classic.generation, FIRST_EPOCH)  # it has none yet if its first rebalance is going on
    state.apply(state.new_target_epoch(epoch, NEVER))
    for member in classic.members.values():
        converted = _as_consumer(classic, member, epoch, image)
        target = {topic_id: frozenset(partitions) for topic_id, partitions in converted.assigned.items()}
        for change in (
            converted.metadata_record(classic.group_id),
            converted.current_record(classic.group_id),
            state.new_target(member.member_id, target),
        ):
            state.apply(change)
    state.apply(state.new_epoch(epoch, metadata_hash(image, state.subscriptions.topics())))
    return state


def _as_consumer(classic: ClassicGroup, member: Member, epoch: int, image: ClusterImage) -> ConsumerMember:
    protocol = member.protocols[0][0] if classic.protocol is None else classic.protocol
    subscription = read_subscription(member.metadata(protocol))
    assignment = read_assignment(member.assignment)
    if subscription is None or assignment is None:
        raise _cannot_upgrade(classic, "the embedded consumer protocol is malformed")
    if assignment.user_data:
        raise _cannot_upgrade(
            classic,
            "an unsupported custom assignor is in use. Please refer to the documentation or switch to a default "
            "assignor before re-attempting the upgrade",
        )
    assigned: dict[Uuid, dict[int, int]] = {
        image.topics[one.topic].topic_id: dict.fromkeys(one.partitions, epoch)
        for one in assignment.assigned_partitions
        if one.topic in image.topics and one.partitions
    }
    protocols = [
        ConsumerGroupMemberMetadataValue.ClassicProtocol(name=name, metadata=metadata)
        for name, metadata in member.protocols
    ]
    return ConsumerMember(
        member.member_id,
        instance_id=member.instance_id,
        rack_id=subscription.rack_id or None,
        client_id=member.client_id,
        client_host=member.client_host,
        topics=frozenset(subscription.topics),
        rebalance_timeout_ms=round(member.rebalance_timeout * 1000),
        classic=ClassicMetadata(session_timeout_ms=round(member.session_timeout * 1000), supported_protocols=protocols),
        epoch=epoch,
        previous_epoch=epoch,
        assigned=assigned,
    )


def _cannot_upgrade(classic: ClassicGroup, why: str) -> KafkaError:
    text = f"Cannot upgrade classic group {classic.group_id} to consumer group because {why}."
    return KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, text)


def becomes_classic(
    state: ConsumerState,
    leaving: Collection[str],
    settings: ConsumerGroupSettings,
    classic_max_size: int,
    *,
    coming: int = 0,
) -> bool:
    """Return whether a consumer group is a classic group once these have left it, and `coming` classic members came."""
    rest = [member for member in state.members.values() if member.member_id not in leaving]
    size = len(rest) + coming
    return settings.downgrades and 0 < size <= classic_max_size and all(member.classic is not None for member in rest)


def as_classic_members(state: ConsumerState, image: ClusterImage, leaving: Collection[str]) -> list[Member]:
    """Return the members of the classic group that a consumer group becomes: their target is their assignment."""
    members = []
    for one in state.members.values():
        if one.member_id in leaving:
            continue
        assert one.classic is not None
        member = Member(one.member_id, one.instance_id, one.client_id, one.client_host)
        member.protocols = tuple((protocol.name, protocol.metadata) for protocol in one.classic.supported_protocols)
        member.session_timeout = one.classic.session_timeout_ms / 1000
        member.rebalance_timeout = one.rebalance_timeout_ms / 1000
        target = {
            image.topics_by_id[topic_id].name: partitions
            for topic_id, partitions in state.target_of(one.member_id).items()
            if topic_id in image.topics_by_id
        }
        member.assignment = write_assignment(target, member.protocols[0][1])
        members.append(member)
    return members
