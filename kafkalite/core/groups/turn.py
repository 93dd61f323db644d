"""One turn of a group's core: when it is, who asks, and what comes of it."""

from __future__ import annotations

from kafkalite.core.effects import Effects, KeyedRecord
from kafkalite.core.groups.records import Change, OffsetStored, PendingStored, encode_record
from kafkalite.core.transactions.state import Producer
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatResponse
from kafkalite.wire.messages.delete_groups import DeleteGroupsResponse
from kafkalite.wire.messages.join_group import JoinGroupResponse
from kafkalite.wire.messages.leave_group import LeaveGroupResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitResponse
from kafkalite.wire.messages.offset_delete import OffsetDeleteResponse
from kafkalite.wire.messages.sync_group import SyncGroupResponse


class Caller:
    """Who asks, and where the answer goes.

    slot: given back with the reply, once; the core knows nothing else of it.
    learns_member_id: a new dynamic member must first learn its id and join again with it (JoinGroup 4+, KIP-394).
    can_skip_assignment: a leader that comes back need not assign again (JoinGroup 9+, KIP-814).
    knows_missing_group: OffsetCommit 9+ tells a group that does not exist from an old generation.
    producer: whose transaction the commit is a part of, which is open (TxnOffsetCommit); None outside of one.
    """

    __slots__ = (
        "can_skip_assignment",
        "client_host",
        "client_id",
        "knows_missing_group",
        "learns_member_id",
        "producer",
        "slot",
    )

    def __init__(
        self,
        slot: object,
        client_id: str = "",
        client_host: str = "",
        *,
        learns_member_id: bool = True,
        can_skip_assignment: bool = True,
        knows_missing_group: bool = True,
        producer: Producer | None = None,
    ) -> None:
        self.slot = slot
        self.client_id = client_id
        self.client_host = client_host
        self.learns_member_id = learns_member_id
        self.can_skip_assignment = can_skip_assignment
        self.knows_missing_group = knows_missing_group
        self.producer = producer


class Turn(Effects[Message]):
    """The effects of one request or tick on one group, and the instant they are computed for.

    now, wall_ms: the same moment on the clock that deadlines use and on the one that records tell.
    changes: what the records say, in their order; the group applies them when they are stored, not before.
    news: lines for people, to be logged.
    follows: its replies tell what earlier turns wrote, so they wait until that is stored, even if it writes nothing.
    producer: in whose transaction the records are to be stored; None outside of one.
    """

    __slots__ = ("changes", "follows", "news", "now", "producer", "wall_ms")

    def __init__(self, now: float, wall_ms: int) -> None:
        super().__init__()
        self.now = now
        self.wall_ms = wall_ms
        self.follows = False
        self.changes: list[Change] = []
        self.news: list[str] = []
        self.producer: Producer | None = None

    def change(self, change: Change, record: KeyedRecord | None = None) -> None:
        """Have `change` stored; the group takes it over once it is. `record` is its record if that was made before."""
        self.changes.append(change)
        self.records.append(record or encode_record(change))

    @property
    def changes_group(self) -> bool:
        """Whether the records say something of the members, not only of offsets."""
        return any(not isinstance(change, OffsetStored | PendingStored) for change in self.changes)

    def parts(self, max_bytes: int) -> list[Turn]:
        """Return the turn in parts to be stored one after the other, the replies with the last.

        Only deletions are parted, where their records are more than `max_bytes` together: it does no harm if some
        have happened when the next fails. Everything else is stored at once or not at all.
        """
        if any(change.value is not None for change in self.changes):
            return [self]
        parts, size = [self._part()], 0
        for change, record in zip(self.changes, self.records, strict=True):
            size += len(record.key)
            if size > max_bytes and parts[-1].changes:
                parts.append(self._part())
                size = len(record.key)
            parts[-1].changes.append(change)
            parts[-1].records.append(record)
        parts[-1].replies = self.replies
        return parts

    def _part(self) -> Turn:
        part = Turn(self.now, self.wall_ms)
        part.producer = self.producer
        return part

    def tell(self, line: str) -> None:
        self.news.append(line)


def refusal(response: Message, code: ErrorCode) -> Message:
    """Return what a request gets instead of `response` when the records of its turn could not be stored."""
    match response:
        case JoinGroupResponse():
            return JoinGroupResponse(error_code=code, protocol_name=None)
        case SyncGroupResponse():
            return SyncGroupResponse(error_code=code)
        case LeaveGroupResponse():
            return LeaveGroupResponse(error_code=code)
        case ConsumerGroupHeartbeatResponse():
            return ConsumerGroupHeartbeatResponse(error_code=code)
        case OffsetDeleteResponse():
            return OffsetDeleteResponse(error_code=code)
        case DeleteGroupsResponse.DeletableGroupResult():
            return DeleteGroupsResponse.DeletableGroupResult(group_id=response.group_id, error_code=code)
    assert isinstance(response, OffsetCommitResponse), response
    for topic in response.topics:
        for partition in topic.partitions:
            partition.error_code = code
    return response
