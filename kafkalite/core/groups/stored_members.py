"""What records say of a group's members: those of a classic group, those of a consumer group, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.core.groups.records import ConsumerGroupStored, GroupStored
from kafkalite.wire.messages.consumer_offsets import ConsumerGroupMetadataKey, GroupMetadataValue

if TYPE_CHECKING:
    from kafkalite.core.groups.consumer_state import ConsumerState


class StoredMembers:
    """The members of one group as its records tell them, whatever the live group is by now."""

    __slots__ = ("classic", "consumer", "group_id")

    def __init__(self, group_id: str) -> None:
        self.group_id = group_id
        self.classic: GroupMetadataValue | None = None
        self.consumer: ConsumerState | None = None

    def __bool__(self) -> bool:
        return self.classic is not None or self.consumer is not None

    def apply(self, change: GroupStored | ConsumerGroupStored) -> None:
        """Take over what one record says."""
        if isinstance(change, GroupStored):
            self.classic = change.value
        elif isinstance(change.key, ConsumerGroupMetadataKey) and change.value is None:
            self.consumer = None
        else:
            if self.consumer is None and change.value is not None:
                from kafkalite.core.groups.consumer_state import ConsumerState

                self.consumer = ConsumerState(self.group_id)
            if self.consumer is not None:
                self.consumer.apply(change)

    def copy(self) -> StoredMembers:
        """Return another object with the same content."""
        other = StoredMembers(self.group_id)
        other.classic = self.classic
        other.consumer = None if self.consumer is None else self.consumer.copy()
        return other
