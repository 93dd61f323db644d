"""What a handler is given."""

from __future__ import annotations

from kafkalite.apis.context import CloseConnection, Context
from tests.unit.apis.admin_client import connect


async def test_a_context_names_broker_session_client_and_version() -> None:
    client = await connect()
    context = Context(client.broker, client.session, "me", 7)
    assert (context.broker, context.session, context.client_id, context.version) == (
        client.broker,
        client.session,
        "me",
        7,
    )


def test_closing_says_why() -> None:
    assert str(CloseConnection("because")) == "because"
