"""ListPartitionReassignments: always none."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from tests.unit.apis.admin_client import connect

Wanted = ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics


@pytest.mark.parametrize("topics", [None, [], [Wanted(name="nope", partition_indexes=[0])]])
async def test_nothing_is_on_its_way(topics: list[Wanted] | None) -> None:
    message = ListPartitionReassignmentsRequest(topics=topics)
    answer = await (await connect()).ask(message, 0, ListPartitionReassignmentsResponse)
    assert (answer.error_code, answer.error_message, answer.topics) == (0, None, [])
