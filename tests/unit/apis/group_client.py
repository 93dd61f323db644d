"""A client for the tests of group APIs: a whole broker in memory, and requests that go through the codec both ways."""

from __future__ import annotations

import inspect
from typing import TypeVar, cast

from kafkalite.apis.context import Context
from kafkalite.broker.waiting import Waiting
from kafkalite.wire.codec import decode, encode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkalite.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.unit.apis.admin_client import AdminClient, connect

R = TypeVar("R", bound=Message)

RANGE = JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"what I am")


class GroupClient(AdminClient):
    """One connection to one broker whose timers run."""

    async def ask(self, message: Message, version: int, response: type[R]) -> R:
        answer = self.begin(message, version)
        if isinstance(answer, Waiting):
            await answer.wait()
            answer = answer.answer()
        elif inspect.iscoroutine(answer):
            answer = await answer
        received, _ = decode(response, version, encode(cast(R, answer), version))
        return received

    async def join(
        self, group_id: str = "g", member_id: str = "", *, instance: str | None = None, version: int = 9
    ) -> JoinGroupResponse:
        """Join, learning the member id first where the version wants it."""
        message = JoinGroupRequest(
            group_id=group_id,
            member_id=member_id,
            group_instance_id=instance,
            session_timeout_ms=10_000,
            rebalance_timeout_ms=60_000,
            protocol_type="consumer",
            protocols=[RANGE],
        )
        answer = await self.ask(message, version, JoinGroupResponse)
        if answer.error_code == 79:
            return await self.join(group_id, answer.member_id, version=version)
        return answer

    async def stable(self, group_id: str = "g", *, instance: str | None = None) -> str:
        """Make a group with one member, Stable; return the member's id."""
        joined = await self.join(group_id, instance=instance)
        part = SyncGroupRequest.SyncGroupRequestAssignment(member_id=joined.member_id, assignment=b"mine")
        message = SyncGroupRequest(
            group_id=group_id,
            member_id=joined.member_id,
            generation_id=joined.generation_id,
            protocol_type="consumer",
            protocol_name="range",
            assignments=[part],
        )
        answer = await self.ask(message, 5, SyncGroupResponse)
        assert answer.error_code == 0
        return joined.member_id

    async def commit(self, offsets: dict[tuple[str, int], int], group_id: str = "g") -> None:
        """Commit as a simple consumer."""
        topics = [
            OffsetCommitRequest.OffsetCommitRequestTopic(
                name=topic,
                partitions=[
                    OffsetCommitRequest.OffsetCommitRequestPartition(
                        partition_index=index,
                        committed_offset=offset,
                        committed_leader_epoch=3,
                        committed_metadata="meta",
                    )
                ],
            )
            for (topic, index), offset in offsets.items()
        ]
        answer = await self.ask(OffsetCommitRequest(group_id=group_id, topics=topics), 9, OffsetCommitResponse)
        assert {one.error_code for topic in answer.topics for one in topic.partitions} == {0}

    def context(self, version: int) -> Context:
        return Context(self.broker, self.session, "test", version)


async def connected(**settings: str) -> GroupClient:
    """Start a broker in memory and connect to it; `_` in a key stands for `.`. Its timers are still to be run."""
    changed = {key.replace("_", "."): value for key, value in settings.items()}
    client = await connect({"offsets.topic.num.partitions": "2", "num.partitions": "2"} | changed)
    return GroupClient(client.broker)
