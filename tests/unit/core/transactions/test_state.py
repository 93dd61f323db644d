"""A transactional id's state: what its statuses mean, and what a step keeps of the one before."""

from __future__ import annotations

import pytest

from kafkalite.core.transactions.state import Producer, Status, TransactionState

IDLE = {Status.EMPTY, Status.COMPLETE_COMMIT, Status.COMPLETE_ABORT}


@pytest.mark.parametrize("status", Status)
def test_each_status_is_open_prepared_or_idle(status: Status) -> None:
    state = TransactionState(Producer(1, 0), 60_000, status)
    assert state.is_idle == (status in IDLE)
    assert state.is_prepared == (status in (Status.PREPARE_COMMIT, Status.PREPARE_ABORT))
    assert state.is_complete == (status in (Status.COMPLETE_COMMIT, Status.COMPLETE_ABORT))
    assert state.commits == (status in (Status.PREPARE_COMMIT, Status.COMPLETE_COMMIT))


def test_the_texts_are_kafkas() -> None:
    texts = ["Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort"]
    assert [status.text for status in Status] == texts


def test_a_step_tells_when_it_was_and_whose_id_it_followed() -> None:
    before = TransactionState(Producer(1, 0), 60_000, started_ms=5)
    after = before.becomes(Status.EMPTY, 7, producer=Producer(2, 0))
    assert after == TransactionState(
        Producer(2, 0), 60_000, Status.EMPTY, started_ms=5, updated_ms=7, previous_producer_id=1
    )
