"""ListTransactions (66): every transactional id this broker coordinates, or those that pass all filters.

States are named exactly; names nobody knows come back in unknown_state_filters and match nothing. A duration is the
time since the transaction began, in ms, and has to be longer; an id without one counts as very old, as in Kafka.
v1 duration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.core.transactions.state import Status
from kafkalite.wire.messages.list_transactions import ListTransactionsRequest, ListTransactionsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.transactions.state import TransactionState

_State = ListTransactionsResponse.TransactionState

_STATES = {status.text for status in Status}
_KNOWN = {*_STATES, "Dead", "PrepareEpochFence"}


def handle(message: ListTransactionsRequest, context: Context) -> ListTransactionsResponse:
    now_ms = context.broker.clock.wall_ms()
    states = []
    for one in context.broker.transactions:
        if one.state is not None and _passes(one.state, message, now_ms):
            states.append(
                _State(
                    transactional_id=one.name,
                    producer_id=one.state.producer.producer_id,
                    transaction_state=one.state.status.text,
                )
            )
    return ListTransactionsResponse(
        unknown_state_filters=[name for name in dict.fromkeys(message.state_filters) if name not in _KNOWN],
        transaction_states=states,
    )


def _passes(state: TransactionState, message: ListTransactionsRequest, now_ms: int) -> bool:
    return (
        (not message.state_filters or state.status.text in message.state_filters)
        and (not message.producer_id_filters or state.producer.producer_id in message.producer_id_filters)
        and (message.duration_filter < 0 or now_ms - state.started_ms > message.duration_filter)
    )
