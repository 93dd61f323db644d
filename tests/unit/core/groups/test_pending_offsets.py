"""Offsets committed in transactions: what becomes visible, in whatever order things are written and decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.groups.pending_offsets import PendingOffsets
from kafkalite.wire.messages.consumer_offsets import OffsetCommitKey, OffsetCommitValue


def key(partition: int = 0) -> OffsetCommitKey:
    return OffsetCommitKey(group="g", topic="t", partition=partition)


def value(offset: int) -> OffsetCommitValue:
    return OffsetCommitValue(offset=offset)


def decided(pending: PendingOffsets, producer_id: int, *, committed: bool = True) -> dict[int, int]:
    return {key.partition: value.offset for key, value in pending.decide(producer_id, committed=committed)}


def test_a_commit_makes_them_visible_and_an_abort_does_not() -> None:
    pending = PendingOffsets()
    for partition in (0, 1):
        pending.add(7, key(partition), value(10 + partition))
    pending.add(8, key(2), value(12))
    assert pending
    assert [pending.has("t", partition) for partition in range(4)] == [True, True, True, False]
    assert decided(pending, 7) == {0: 10, 1: 11}
    assert decided(pending, 8, committed=False) == {}
    assert not pending


def test_deciding_twice_or_for_nobody_changes_nothing() -> None:
    pending = PendingOffsets()
    assert decided(pending, 7) == {}
    pending.add(7, key(), value(1))
    assert decided(pending, 8) == {}
    assert decided(pending, 7) == {0: 1}
    assert decided(pending, 7) == {}


def test_the_last_of_one_transaction_counts() -> None:
    pending = PendingOffsets()
    pending.add(7, key(), value(1))
    pending.add(7, key(), value(2))
    assert decided(pending, 7) == {0: 2}


def test_what_was_written_later_wins_whoever_ends_first() -> None:
    pending = PendingOffsets()
    pending.add(7, key(), value(1))
    pending.add(8, key(), value(2))
    assert decided(pending, 8) == {0: 2}
    assert pending.has("t", 0), "still undecided for those who want it stable"
    assert decided(pending, 7) == {}
    pending.add(7, key(), value(3))
    pending.add(8, key(), value(4))
    assert decided(pending, 7) == {0: 3}
    assert decided(pending, 8) == {0: 4}


def test_an_aborted_one_does_not_overtake() -> None:
    pending = PendingOffsets()
    pending.add(7, key(), value(1))
    pending.add(8, key(), value(2))
    decided(pending, 8, committed=False)
    assert decided(pending, 7) == {0: 1}


def test_a_plain_commit_overtakes_and_a_deletion_forgets() -> None:
    pending = PendingOffsets()
    pending.add(7, key(), value(1))
    pending.overtake("t", 0)
    assert pending.has("t", 0)
    assert list(pending.latest()) == []
    assert decided(pending, 7) == {}
    pending.add(7, key(), value(1))
    pending.forget("t", 0)
    assert not pending
    pending.overtake("t", 0)
    pending.forget("t", 0)


def test_what_would_be_visible() -> None:
    pending = PendingOffsets()
    pending.add(7, key(0), value(1))
    pending.add(8, key(0), value(2))
    pending.add(7, key(1), value(3))
    assert [(key.partition, value.offset) for key, value in pending.latest()] == [(0, 2), (1, 3)]


Step = tuple[str, int, int]


@given(st.lists(st.tuples(st.sampled_from(("add", "plain", "commit", "abort")), st.integers(0, 2), st.integers(0, 1))))
def test_the_visible_offset_is_the_last_written_of_those_that_count(steps: list[Step]) -> None:
    """Against a model that remembers everything with the place it was written at."""
    pending, visible = PendingOffsets(), dict[int, int]()
    written: dict[tuple[int, int], int] = {}  # (producer, partition) -> place
    model: dict[int, int] = {}  # partition -> place
    for place, (what, producer, partition) in enumerate(steps):
        if what == "add":
            pending.add(producer, key(partition), value(place))
            written[producer, partition] = place
        elif what == "plain":
            visible[partition] = model[partition] = place
            pending.overtake("t", partition)
        else:
            visible |= decided(pending, producer, committed=what == "commit")
            for at in [at for at in written if at[0] == producer]:
                it = written.pop(at)
                if what == "commit" and it > model.get(at[1], -1):
                    model[at[1]] = it
        assert visible == model
        assert {at[1] for at in written} == {one for one in (0, 1) if pending.has("t", one)}
