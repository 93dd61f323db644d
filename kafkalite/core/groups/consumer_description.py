"""A consumer group as ConsumerGroupDescribe shows it to people and tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kafkalite.core.cluster.image import ClusterImage
from kafkalite.core.groups.consumer_group import ConsumerGroup
from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.wire.message import Uuid
from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeResponse

_Member = ConsumerGroupDescribeResponse.Member
_Assignment = ConsumerGroupDescribeResponse.Assignment

CLASSIC, CONSUMER = 0, 1
"""Which protocol a member speaks."""


def describe(group: ConsumerGroup) -> ConsumerGroupDescribeResponse.DescribedGroup:
    """Return all of it: state, epochs, and of each member what it has and what it is to have."""
    state = group.state
    return ConsumerGroupDescribeResponse.DescribedGroup(
        group_id=state.group_id,
        group_state=state.state.value,
        group_epoch=state.epoch,
        assignment_epoch=state.target_epoch,
        assignor_name=group.assignor(),
        members=[_member(group, member) for member in state.members.values()],
    )


def _member(group: ConsumerGroup, member: ConsumerMember) -> _Member:
    held: dict[Uuid, list[int]] = {}
    for topics in (member.assigned, member.revoking):
        for topic_id, partitions in topics.items():
            held.setdefault(topic_id, []).extend(partitions)
    return _Member(
        member_id=member.member_id,
        instance_id=member.instance_id,
        rack_id=member.rack_id,
        member_epoch=member.epoch,
        client_id=member.client_id,
        client_host=member.client_host,
        subscribed_topic_names=sorted(member.topics),
        subscribed_topic_regex=member.regex,
        assignment=_assignment(held, group.image),
        target_assignment=_assignment(group.state.target_of(member.member_id), group.image),
        member_type=CONSUMER if member.classic is None else CLASSIC,
    )


def _assignment(topics: Mapping[Uuid, Iterable[int]], image: ClusterImage) -> _Assignment:
    """Topics that are gone have no name to show."""
    return _Assignment(
        topic_partitions=[
            ConsumerGroupDescribeResponse.TopicPartitions(
                topic_id=topic_id, topic_name=image.topics_by_id[topic_id].name, partitions=sorted(partitions)
            )
            for topic_id, partitions in topics.items()
            if topic_id in image.topics_by_id
        ]
    )
