"""DescribeTransactions (65): what transactional ids are at this moment, and which partitions their transactions have.

105 for an id that nobody initialized, 42 for an empty one, 16 where it could not be read. An id that is asked for twice
is answered twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.describe_transactions import DescribeTransactionsRequest, DescribeTransactionsResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context
    from kafkalite.core.transactions.state import TransactionState

_State = DescribeTransactionsResponse.TransactionState
_Topic = DescribeTransactionsResponse.TopicData


def handle(message: DescribeTransactionsRequest, context: Context) -> DescribeTransactionsResponse:
    return DescribeTransactionsResponse(
        transaction_states=[_state(name, context) for name in message.transactional_ids]
    )


def _state(name: str, context: Context) -> _State:
    if not name:
        return _State(error_code=ErrorCode.INVALID_REQUEST)
    try:
        found = context.broker.transactions.find(name)
    except KafkaError as error:
        return _State(error_code=error.code, transactional_id=name)
    if found is None or found.state is None:
        return _State(error_code=ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, transactional_id=name)
    state = found.state
    return _State(
        transactional_id=name,
        transaction_state=state.status.text,
        transaction_timeout_ms=state.timeout_ms,
        transaction_start_time_ms=state.started_ms,
        producer_id=state.producer.producer_id,
        producer_epoch=state.producer.epoch,
        topics=_topics(state),
    )


def _topics(state: TransactionState) -> list[_Topic]:
    topics: dict[str, list[int]] = {}
    for topic, partition in sorted(state.partitions):
        topics.setdefault(topic, []).append(partition)
    return [_Topic(topic=topic, partitions=partitions) for topic, partitions in topics.items()]
