"""EndTxn (26): commit or abort a producer's transaction.

Answered when it is decided, which is to say stored; markers follow, and whatever the producer asks next waits for
them. 42 empty transactional id, 49 unknown or not its producer id, 90 not its epoch (v0-1: 47), 48 nothing to end that
way; the same end again gets the same answer.
v5 (TV2, KIP-890) gives the producer a new epoch, or a new id when its epochs are used up, whatever transaction.version
says, but for 0 (35); it may also abort what has not begun. v3 flexible · v4 error 120
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kafkalite.apis.transactional import ask, ask_prepared, fenced_code
from kafkalite.core.transactions.rules import Reply, end
from kafkalite.core.transactions.state import TV2, Producer
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.end_txn import EndTxnRequest, EndTxnResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer, Context

_KNOWS_FENCED = 2
_NEW_EPOCH = 5


def handle(message: EndTxnRequest, context: Context) -> Answer:
    respond = partial(_respond, context.version)
    if not message.transactional_id:
        return respond(Reply(ErrorCode.INVALID_REQUEST))
    bumps = context.version >= _NEW_EPOCH
    question = partial(
        end,
        producer=Producer(message.producer_id, message.producer_epoch),
        committed=message.committed,
        client_version=TV2 if bumps else 0,
    )
    put = ask_prepared if bumps else ask
    return put(message.transactional_id, question, respond, context)


def _respond(version: int, reply: Reply) -> EndTxnResponse:
    code = fenced_code(reply.code, knows_fenced=version >= _KNOWS_FENCED)
    return EndTxnResponse(error_code=code, producer_id=reply.producer.producer_id, producer_epoch=reply.producer.epoch)
