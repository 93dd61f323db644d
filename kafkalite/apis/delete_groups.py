"""DeleteGroups (42): delete groups nobody is in, with their committed offsets.

NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND. Answered once the deletions are stored.
v2 flexible · v3 error_message, which stays null as Kafka leaves it
"""

from __future__ import annotations

from kafkalite.apis.context import Answer, Context
from kafkalite.broker.waiting import Waiting
from kafkalite.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse


def handle(message: DeleteGroupsRequest, context: Context) -> Answer:
    slots = []
    for group_id in dict.fromkeys(message.groups_names):
        slot = Waiting()
        context.broker.groups.delete(group_id, slot)
        slots.append(slot)
    return _answer(slots) if all(slot.resolved for slot in slots) else _answer_when_stored(slots)


async def _answer_when_stored(slots: list[Waiting]) -> DeleteGroupsResponse:
    for slot in slots:
        await slot.wait()
    return _answer(slots)


def _answer(slots: list[Waiting]) -> DeleteGroupsResponse:
    results = []
    for slot in slots:
        result = slot.answer()
        assert isinstance(result, DeleteGroupsResponse.DeletableGroupResult)
        results.append(result)
    return DeleteGroupsResponse(results=results)
