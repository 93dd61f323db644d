"""A group changes its kind while its members go on: classic to consumer group and back (KIP-848, live migration).

Nobody loses a partition by it: what was assigned stays assigned, the generation goes on as epoch, and a rebalance
follows in which everybody takes part in its own protocol. In a rebalance that was begun twice a classic group has
forgotten what it had assigned; then a member has what it said in JoinGroup that it still owns (KIP-429). Kafka does not
ask, and two members could consume the same for a moment.
"""

from __future__ import annotations

from collections.abc import Collection

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.groups.classic_group import CONSUMER, ClassicGroup
from kafkalite.core.groups.classic_state import GroupState
from kafkalite.core.groups.consumer_member import ClassicMetadata, ConsumerMember
from kafkalite.core.groups.consumer_state import FIRST_EPOCH, NEVER, ConsumerState
from kafkalite.core.groups.group_settings import ConsumerGroupSettings
from kafkalite.core.groups.member import Member
from kafkalite.core.groups.subscription import read_assignment, read_subscription, write_assignment
from kafkalite.core.groups.topic_metadata import metadata_hash
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import ZERO_UUID, Uuid
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
    taken: set[tuple[Uuid, int]] = set()
    for member in sorted(classic.members.values(), key=lambda one: not one.assignment):  # claims come last
        converted = _as_consumer(classic, member, epoch, image, taken)
        target = {topic_id: frozenset(partitions) for topic_id, partitions in converted.assigned.items()}
        for change in (
            converted.metadata_record(classic.group_id),
            converted.current_record(classic.group_id),
            state.new_target(member.member_id, target),
        ):
            state.apply(change)
    state.apply(state.new_epoch(epoch, metadata_hash(image, state.subscriptions.topics())))
    return state


def _as_consumer(
    classic: ClassicGroup, member: Member, epoch: int, image: ClusterImage, taken: set[tuple[Uuid, int]]
) -> ConsumerMember:
    """taken: the partitions of the members before this one; its own are added."""
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
    claims = () if classic.state is GroupState.STABLE or member.assignment else subscription.owned_partitions
    assigned: dict[Uuid, dict[int, int]] = {}
    for one in (*assignment.assigned_partitions, *claims):
        topic_id = image.topics[one.topic].topic_id if one.topic in image.topics else ZERO_UUID
        free = [index for index in one.partitions if topic_id != ZERO_UUID and (topic_id, index) not in taken]
        taken.update((topic_id, index) for index in free)
        if free:
            assigned.setdefault(topic_id, {}).update(dict.fromkeys(free, epoch))
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
