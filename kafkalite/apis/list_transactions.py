"""ListTransactions (66): every transactional id this broker coordinates, or those that pass all filters.

States are named exactly; names nobody knows come back in unknown_state_filters and match nothing. A duration is the
time since the transaction began, in ms, and has to be longer; an id without one counts as very old, as in Kafka. A
pattern (RE2) has to match the whole id; one that is none is 128. Unlike in Kafka no pattern matches an id with
characters beyond ASCII, nor one longer than LONGEST_MATCHED.
v1 duration · v2 pattern
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

import trio

from kafkalite.core.groups.work import Pace
from kafkalite.core.regex.pattern import Pattern
from kafkalite.core.regex.syntax import PatternError
from kafkalite.core.transactions.state import Status
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.list_transactions import ListTransactionsRequest, ListTransactionsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.transactions.state import TransactionState

_State = ListTransactionsResponse.TransactionState

LONGEST_MATCHED: Final = 500
"""What a pattern costs grows with the text; topic names have at most half of that."""

_STATES = {status.text for status in Status}
_KNOWN = {*_STATES, "Dead", "PrepareEpochFence"}


def handle(
    message: ListTransactionsRequest, context: Context
) -> ListTransactionsResponse | Coroutine[Any, Any, ListTransactionsResponse]:
    now_ms = context.broker.clock.wall_ms()
    states = [
        _State(
            transactional_id=one.name,
            producer_id=one.state.producer.producer_id,
            transaction_state=one.state.status.text,
        )
        for one in context.broker.transactions
        if one.state is not None and _passes(one.state, message, now_ms)
    ]
    unknown = [name for name in dict.fromkeys(message.state_filters) if name not in _KNOWN]
    answer = ListTransactionsResponse(unknown_state_filters=unknown, transaction_states=states)
    if not message.transactional_id_pattern:
        return answer
    try:
        pattern = Pattern(message.transactional_id_pattern)
    except PatternError:
        return ListTransactionsResponse(error_code=ErrorCode.INVALID_REGULAR_EXPRESSION)
    return _matching(answer, pattern)


def _passes(state: TransactionState, message: ListTransactionsRequest, now_ms: int) -> bool:
    return (
        (not message.state_filters or state.status.text in message.state_filters)
        and (not message.producer_id_filters or state.producer.producer_id in message.producer_id_filters)
        and (message.duration_filter < 0 or now_ms - state.started_ms > message.duration_filter)
    )


async def _matching(answer: ListTransactionsResponse, pattern: Pattern) -> ListTransactionsResponse:
    """Keep those whose id the pattern matches. Others get their turn in between: there may be many."""
    pace, kept = Pace(), []
    for one in answer.transaction_states:
        if len(one.transactional_id) <= LONGEST_MATCHED and pattern.matches(one.transactional_id):
            kept.append(one)
        if pace.is_over(1 + pattern.steps()):
            await trio.lowlevel.checkpoint()
    answer.transaction_states = kept
    return answer
