"""A turn begins with nothing to do."""

from __future__ import annotations

from kafkalite.core.transactions.turn import Turn


def test_a_turn_knows_when_it_is_and_asks_for_nothing() -> None:
    turn = Turn(1.5, 1_700_000_000_000)
    assert (turn.now, turn.wall_ms) == (1.5, 1_700_000_000_000)
    assert (turn.records, turn.replies, turn.state, turn.markers) == ([], [], None, None)
    turn.tell("x")
    assert turn.news == ["x"]
