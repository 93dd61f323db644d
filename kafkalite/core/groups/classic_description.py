"""A classic group as others see it: tools, and whoever decides how long offsets are kept."""

from __future__ import annotations

from typing import Final

from kafkalite.core.groups.classic_group import CONSUMER, ClassicGroup
from kafkalite.core.groups.classic_state import GroupState
from kafkalite.core.groups.subscription import all_subscribed_topics
from kafkalite.wire.messages.describe_groups import DescribeGroupsResponse

SINCE_COMMIT: Final = -1
"""An offset's retention begins when it is committed, not when its group became empty."""


def describe(group: ClassicGroup) -> DescribeGroupsResponse.DescribedGroup:
    """Return the group as DescribeGroups shows it; what members said of themselves only while Stable."""
    is_stable = group.state is GroupState.STABLE
    protocol = (group.protocol or "") if is_stable else ""
    return DescribeGroupsResponse.DescribedGroup(
        group_id=group.group_id,
        group_state=group.state.value,
        protocol_type=group.protocol_type or "",
        protocol_data=protocol,
        members=[
            DescribeGroupsResponse.DescribedGroupMember(
                member_id=member.member_id,
                group_instance_id=member.instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                member_metadata=member.metadata(protocol) if is_stable else b"",
                member_assignment=member.assignment,
            )
            for member in group.members.values()
        ],
    )


def subscribed_topics(group: ClassicGroup) -> set[str] | None:
    """Return the topics the members consume, None where that is not known."""
    if group.protocol_type != CONSUMER:
        return None
    protocol = group.protocol or ""
    return all_subscribed_topics(member.metadata(protocol) for member in group.members.values())


def is_subscribed(group: ClassicGroup, topic: str) -> bool:
    """Return whether members consume `topic`; consumers we cannot understand may consume anything."""
    topics = subscribed_topics(group)
    return group.protocol_type == CONSUMER if topics is None else topic in topics


def unused_since(group: ClassicGroup) -> int | None:
    """Return since when nobody uses the offsets of topics that no member consumes (KIP-211), in wall milliseconds.

    SINCE_COMMIT: each since it was committed. None: they are in use, or we cannot know.
    """
    if group.protocol_type is None:
        return SINCE_COMMIT  # a simple consumer: nobody ever joined
    if group.state is GroupState.EMPTY:
        return group.state_since_ms
    if group.state is GroupState.STABLE and subscribed_topics(group) is not None:
        return SINCE_COMMIT
    return None
