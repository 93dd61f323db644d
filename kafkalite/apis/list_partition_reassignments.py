"""ListPartitionReassignments (46): partitions on their way to other brokers. Nothing ever moves here, so there are
none.

Topics and partitions that do not exist are no error either, as on Kafka.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)

if TYPE_CHECKING:
    from kafkalite.apis.context import Context


def handle(message: ListPartitionReassignmentsRequest, context: Context) -> ListPartitionReassignmentsResponse:
    return ListPartitionReassignmentsResponse(error_message=None)
