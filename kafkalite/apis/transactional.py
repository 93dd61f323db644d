"""What the transactional APIs share: an answer that waits for the coordinator, and the codes of older versions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from kafkalite.broker.waiting import Waiting
from kafkalite.core.transactions.rules import Question, Reply
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

Respond = Callable[[Reply], Message]
"""Makes the response of the coordinator's reply."""


class CoordinatorAnswer(Waiting):
    """The answer to a request that is one question to a transactional id."""

    __slots__ = ("_respond",)

    def __init__(self, respond: Respond) -> None:
        super().__init__()
        self._respond = respond

    def hear(self, reply: Reply) -> None:
        self.resolve(self._respond(reply))


def ask(name: str, question: Question, respond: Respond, context: Context) -> Answer:
    """Put a question to the transactional id `name` and return a handler's answer."""
    slot = CoordinatorAnswer(respond)
    context.broker.transactions.ask(name, question, slot)
    return slot.answer() if slot.resolved else slot


def ask_prepared(name: str, question: Question, respond: Respond, context: Context, *, creates: bool = False) -> Answer:
    """The same for a question that may need a new producer id, or (`creates`) make a new transactional id."""
    preparation = context.broker.transactions.prepare(creates=creates)
    begin = partial(ask, name, question, respond, context)
    return begin() if preparation is None else once_ready(preparation, begin, lambda code: respond(Reply(code)))


async def once_ready(
    preparation: Awaitable[ErrorCode], begin: Callable[[], Answer], refuse: Callable[[ErrorCode], Message]
) -> Message | None:
    """Begin when something is there that is being made; refuse if that failed."""
    code = await preparation
    if code:
        return refuse(code)
    answer = begin()
    assert answer is None or isinstance(answer, Message | Waiting), "what is ready needs no more preparation"
    if isinstance(answer, Waiting):
        await answer.wait()
        return answer.answer()
    return answer


async def offsets_topic(context: Context) -> ErrorCode:
    """Make `__consumer_offsets`."""
    is_there = await context.broker.groups.ensure_topic()
    return ErrorCode.NONE if is_there else ErrorCode.COORDINATOR_NOT_AVAILABLE


def fenced_code(code: ErrorCode, *, knows_fenced: bool) -> ErrorCode:
    """Return the code a version has for it: clients before PRODUCER_FENCED (KIP-588) know INVALID_PRODUCER_EPOCH."""
    return ErrorCode.INVALID_PRODUCER_EPOCH if code is ErrorCode.PRODUCER_FENCED and not knows_fenced else code
