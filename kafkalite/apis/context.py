"""What a handler is given beside the decoded message, and what it may return."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from kafkalite.broker.waiting import Waiting
from kafkalite.wire.message import Message

if TYPE_CHECKING:
    from kafkalite.broker.broker import Broker
    from kafkalite.broker.session import Session


class CloseConnection(Exception):
    """The only honest answer is to close (acks=0 that failed); the message says why."""


class Context:
    """One request: who sent it over what, in which version, to which broker."""

    __slots__ = ("broker", "client_id", "done", "session", "version")

    def __init__(self, broker: Broker, session: Session, client_id: str, version: int, done: object = None) -> None:
        self.broker = broker
        self.session = session
        self.client_id = client_id
        self.version = version
        self.done = done
        """What the shortcut has got already, None if it has done nothing."""


Answer = Message | Waiting | Coroutine[Any, Any, Message | None] | None
"""A response now, a slot resolved later, a coroutine for work that must wait (metadata), or no answer (acks=0)."""
