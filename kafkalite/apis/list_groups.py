"""ListGroups (16): every group this broker coordinates.

Filters ignore case; a name nobody knows matches nothing. Groups with offsets only, and those whose members have not
joined yet, are listed too. v3 flexible · v4 states, filter by state · v5 types, filter by type
"""

from __future__ import annotations

from kafkalite.apis.context import Context
from kafkalite.wire.messages.list_groups import ListGroupsRequest, ListGroupsResponse


def handle(message: ListGroupsRequest, context: Context) -> ListGroupsResponse:
    states = {state.lower() for state in message.states_filter}
    types = {kind.lower() for kind in message.types_filter}
    listed = (group.listed() for group in context.broker.groups)
    return ListGroupsResponse(
        groups=[
            group
            for group in listed
            if (not states or group.group_state.lower() in states) and (not types or group.group_type.lower() in types)
        ]
    )
