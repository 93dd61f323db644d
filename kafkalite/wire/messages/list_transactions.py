"""Generated from protocol/messages/list_transactions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ListTransactionsRequest(Message):
    """ListTransactions request, versions 0-2, flexible from 0."""

    __slots__ = (
        "state_filters",
        "producer_id_filters",
        "duration_filter",
        "transactional_id_pattern",
    )
    API_KEY: ClassVar[int] = 66
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("state_filters", "[]string", (0, 2), None, NEW, None),
        ("producer_id_filters", "[]int64", (0, 2), None, NEW, None),
        ("duration_filter", "int64", (1, 2), None, -1, None),
        ("transactional_id_pattern", "string", (2, 2), (2, 2), None, None),
    )

    def __init__(
        self,
        *,
        state_filters: list[str] = NEW,
        producer_id_filters: list[int] = NEW,
        duration_filter: int = -1,
        transactional_id_pattern: str | None = None,
    ) -> None:
        self.state_filters = [] if state_filters is NEW else state_filters
        self.producer_id_filters = [] if producer_id_filters is NEW else producer_id_filters
        self.duration_filter = duration_filter
        self.transactional_id_pattern = transactional_id_pattern


class ListTransactionsResponse(Message):
    """ListTransactions response, versions 0-2, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "unknown_state_filters",
        "transaction_states",
    )
    API_KEY: ClassVar[int] = 66
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("error_code", "int16", (0, 2), None, 0, None),
        ("unknown_state_filters", "[]string", (0, 2), None, NEW, None),
        ("transaction_states", "[]TransactionState", (0, 2), None, NEW, None),
    )

    class TransactionState(Message):
        """A part of ListTransactionsResponse."""

        __slots__ = (
            "transactional_id",
            "producer_id",
            "transaction_state",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("transactional_id", "string", (0, 2), None, "", None),
            ("producer_id", "int64", (0, 2), None, 0, None),
            ("transaction_state", "string", (0, 2), None, "", None),
        )

        def __init__(
            self,
            *,
            transactional_id: str = "",
            producer_id: int = 0,
            transaction_state: str = "",
        ) -> None:
            self.transactional_id = transactional_id
            self.producer_id = producer_id
            self.transaction_state = transaction_state

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        unknown_state_filters: list[str] = NEW,
        transaction_states: list[ListTransactionsResponse.TransactionState] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown_state_filters = [] if unknown_state_filters is NEW else unknown_state_filters
        self.transaction_states = [] if transaction_states is NEW else transaction_states
