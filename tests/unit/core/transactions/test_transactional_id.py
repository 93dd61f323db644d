"""A transactional id as it runs: who waits, timeouts, slow and failing stores, restarts in every state."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafkalite.core.transactions.state import Producer, Status
from kafkalite.core.transactions.transactional_id import PATIENCE_SECONDS, RETRY_SECONDS
from tests.unit.core.transactions.transaction_driver import WALL_START_MS, Driver, partitions, texts

CONCURRENT, NOT_COORDINATOR = 51, 16


def ongoing(driver: Driver, *names: str, timeout: float = 60.0) -> Producer:
    producer = driver.init(timeout=timeout)
    driver.add(producer, *names or ("t-0",))
    return producer


# -- one step after the other


def test_an_answer_comes_when_its_record_is_kept() -> None:
    driver = Driver()
    driver.slow = True
    slot = driver.begin_init()
    assert driver.waiting == {slot}
    assert driver.id.state is None
    driver.keep()
    assert driver.answers[slot].producer == (1000, 0)


def test_who_comes_meanwhile_is_served_afterwards_in_order() -> None:
    driver = Driver()
    driver.slow = True
    first, second, third = driver.begin_init(), driver.begin_init(), driver.begin_init()
    assert len(driver.log) == 1
    driver.finish()
    assert [driver.answers[slot].producer.epoch for slot in (first, second, third)] == [0, 1, 2]


def test_the_end_is_answered_when_it_is_decided_and_the_next_waits_for_the_markers() -> None:
    driver = Driver()
    producer = ongoing(driver)
    driver.slow = True
    end = driver.begin_end(producer, True)
    driver.keep()
    assert driver.answers[end].producer == (1000, 1)
    add = driver.begin_add(Producer(1000, 1), "u-0")
    driver.write_markers()
    assert driver.waiting == {add}
    driver.keep()  # the transaction is complete
    driver.keep()  # the partition is added
    assert driver.answers[add].code == 0
    assert [record[0].text for record in driver.stored() if record] == [
        "Empty",
        "Ongoing",
        "PrepareCommit",
        "CompleteCommit",
        "Ongoing",
    ]


def test_a_new_instance_waits_until_the_transaction_of_the_old_one_has_ended() -> None:
    driver = Driver()
    ongoing(driver)
    driver.slow = True
    slot = driver.begin_init()
    driver.keep()
    assert driver.status == Status.PREPARE_ABORT
    driver.write_markers()
    driver.keep()
    assert driver.waiting == {slot}
    driver.keep()
    assert driver.answers[slot].producer == (1000, 2)


def test_who_has_waited_long_enough_is_sent_away() -> None:
    driver = Driver()
    producer = ongoing(driver)
    driver.slow = True
    driver.begin_end(producer, True)
    driver.advance(1.0)
    early = driver.begin_init()
    driver.advance(1.0)
    late = driver.begin_init()
    driver.advance(PATIENCE_SECONDS - 1)
    assert driver.answers[early].code == CONCURRENT
    assert late in driver.waiting
    driver.finish()
    assert driver.answers[late].producer.epoch == 2


def test_a_new_instance_sent_away_has_fenced_the_old_one_all_the_same() -> None:
    driver = Driver()
    ongoing(driver)
    driver.slow = True
    slot = driver.begin_init()
    driver.advance(PATIENCE_SECONDS)
    assert driver.answers[slot].code == CONCURRENT
    driver.finish()
    assert driver.status == Status.COMPLETE_ABORT
    assert driver.state.producer == (1000, 1)


def test_an_abort_without_partitions_writes_no_markers() -> None:
    driver = Driver()
    driver.end(driver.init(), False)
    assert [status for status, _ in filter(None, driver.stored())] == [
        Status.EMPTY,
        Status.PREPARE_ABORT,
        Status.COMPLETE_ABORT,
    ]
    assert driver.markers == []


# -- time


@pytest.mark.parametrize(("level", "version"), [(2, 2), (2, 0), (1, 0)])
def test_a_transaction_that_does_not_end_is_aborted_at_its_timeout(level: int, version: int) -> None:
    driver = Driver(level=level)
    producer = driver.init(timeout=60.0)
    driver.add(producer, "t-0", version=version)
    driver.advance(30.0)
    driver.add(producer, "u-0", version=version)
    driver.advance(29.5)
    assert driver.status == Status.ONGOING
    driver.advance(0.5)
    assert driver.status == Status.COMPLETE_ABORT
    assert texts(driver.markers) == ["abort 1000/1 t-0 u-0"]
    assert driver.add(producer, "t-0", version=version) == 90
    assert driver.news == [
        "transactional id x: the transaction of producer 1000 is aborted, it did not end within 60000 ms"
    ]
    assert driver.id.deadline() == math.inf


def test_each_transaction_has_the_whole_timeout() -> None:
    driver = Driver()
    producer = ongoing(driver)
    driver.advance(59.0)
    producer = driver.commit(producer)
    driver.add(producer, "t-0")
    driver.advance(59.0)
    assert driver.commit(producer).epoch == 2


def test_a_timeout_that_cannot_be_stored_is_tried_again() -> None:
    driver = Driver()
    ongoing(driver)
    driver.broken = True
    driver.advance(60.0)
    assert driver.status == Status.ONGOING
    driver.broken = False
    driver.advance(RETRY_SECONDS)
    assert driver.status == Status.COMPLETE_ABORT


def test_an_id_expires() -> None:
    driver = Driver()
    driver.commit(ongoing(driver))
    driver.advance(7 * 24 * 3600 - 1.0)
    driver.expire()
    assert driver.id.is_needed
    driver.advance(1.0)
    driver.expire()
    assert not driver.id.is_needed
    assert driver.stored()[-1] is None
    assert driver.init() == (1001, 0), "it is as if it had never been"


def test_an_id_does_not_expire_while_it_has_a_transaction() -> None:
    driver = Driver()
    producer = ongoing(driver, timeout=2_000_000.0)
    driver.advance(8 * 24 * 3600.0)
    driver.expire()
    driver.slow = True
    driver.begin_end(producer, True)
    driver.keep()
    driver.advance(8 * 24 * 3600.0)
    driver.expire()
    assert driver.status == Status.PREPARE_COMMIT


# -- failing stores


def test_what_cannot_be_stored_has_not_happened() -> None:
    driver = Driver()
    producer = ongoing(driver)
    before = driver.id.state
    driver.broken = True
    assert driver.end(producer, True).code == NOT_COORDINATOR
    assert driver.add(producer, "u-0") == NOT_COORDINATOR
    assert driver.init_error() == NOT_COORDINATOR
    assert driver.id.state == before
    driver.broken = False
    assert driver.commit(producer).epoch == 1


def test_a_new_id_that_cannot_be_stored_is_none() -> None:
    driver = Driver()
    driver.broken = True
    assert driver.init_error() == NOT_COORDINATOR
    assert not driver.id.is_needed


def test_everybody_who_waits_is_sent_away_when_the_store_fails() -> None:
    driver = Driver()
    driver.slow = True
    slots = [driver.begin_init(), driver.begin_init()]
    turn = driver.unkept.popleft()
    driver.settle(driver.id.failed(turn, 16, driver.now, driver.wall_ms))  # type: ignore[arg-type]
    assert [driver.answers[slot].code for slot in slots] == [NOT_COORDINATOR] * 2


def test_a_completion_that_cannot_be_stored_is_tried_again_without_new_markers() -> None:
    driver = Driver()
    producer = ongoing(driver)
    driver.slow = True
    driver.begin_end(producer, True)
    driver.keep()
    driver.broken = True
    driver.write_markers()
    assert driver.status == Status.PREPARE_COMMIT
    driver.advance(RETRY_SECONDS)
    assert driver.status == Status.PREPARE_COMMIT
    driver.broken = driver.slow = False
    driver.advance(RETRY_SECONDS)
    assert driver.status == Status.COMPLETE_COMMIT
    assert len(driver.markers) == 1


# -- restarts


def test_a_restart_goes_on_from_every_state() -> None:
    driver = Driver()
    producer = driver.init()
    driver.restart()
    driver.add(producer, "t-0")
    driver.restart()
    driver.add(producer, "u-0")
    driver.restart()
    assert driver.state.partitions == partitions("t-0", "u-0")
    driver.slow = True
    driver.begin_end(producer, True)
    driver.keep()
    driver.slow = False
    driver.restart()
    assert texts(driver.markers) == ["commit 1000/1 t-0 u-0"]
    assert driver.status == Status.COMPLETE_COMMIT
    driver.restart()
    assert driver.end(producer, True).producer == (1000, 1), "the answer may have been lost with the broker"
    assert driver.add(Producer(1000, 1), "t-0") == 0


def test_a_restart_finishes_a_transaction_without_partitions() -> None:
    driver = Driver()
    producer = driver.init()
    driver.slow = True
    driver.begin_end(producer, False)
    driver.keep()
    driver.unkept.clear()
    driver.log.pop()  # the completion was on its way
    driver.slow = False
    driver.restart()
    assert driver.status == Status.COMPLETE_ABORT


def test_a_restart_does_not_prolong_a_transaction() -> None:
    driver = Driver()
    ongoing(driver)
    driver.advance(40.0)
    driver.restart()
    driver.advance(19.0)
    assert driver.status == Status.ONGOING
    driver.advance(1.0)
    assert driver.status == Status.COMPLETE_ABORT


def test_a_transaction_that_timed_out_while_the_broker_was_down_is_aborted_at_once() -> None:
    driver = Driver()
    ongoing(driver)
    driver.now += 3600.0
    driver.restart()
    driver.advance(0.0)
    assert driver.status == Status.COMPLETE_ABORT


def test_a_wall_clock_set_back_does_not_prolong_a_transaction_beyond_its_timeout() -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    fresh = driver.replayed()
    fresh.apply(driver.id.state, 0.0, WALL_START_MS - 10_000_000)
    assert fresh.deadline() == 60.0


def test_a_repeated_init_after_a_restart_is_fenced_as_by_kafka() -> None:
    driver = Driver()
    first = driver.init()
    driver.init(first)
    driver.restart()
    assert driver.init_error(first) == 90


# -- everything at once


class AnyHistory(RuleBasedStateMachine):
    """Requests of a producer and of its zombies, slow and broken stores, time and restarts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.producers = [Producer(-1, -1)]

    @initialize(level=st.sampled_from((0, 1, 2)), slow=st.booleans())
    def begin(self, level: int, slow: bool) -> None:
        self.driver.level, self.driver.slow = level, slow

    def _learn(self) -> None:
        known = self.driver.answers.values()
        self.producers = [Producer(-1, -1), *dict.fromkeys(reply.producer for reply in known if reply.producer[0] >= 0)]

    @rule(data=st.data())
    def init(self, data: st.DataObject) -> None:
        self.driver.begin_init(data.draw(st.sampled_from(self.producers)))
        self._learn()

    @rule(data=st.data(), name=st.sampled_from(("t-0", "t-1", "u-0")), version=st.sampled_from((0, 2)))
    def add(self, data: st.DataObject, name: str, version: int) -> None:
        self.driver.begin_add(data.draw(st.sampled_from(self.producers)), name, version=version)

    @rule(data=st.data(), committed=st.booleans(), version=st.sampled_from((0, 2)))
    def end(self, data: st.DataObject, committed: bool, version: int) -> None:
        self.driver.begin_end(data.draw(st.sampled_from(self.producers)), committed, version=version)
        self._learn()

    @precondition(lambda self: self.driver.unkept)
    @rule()
    def keep(self) -> None:
        self.driver.keep()
        self._learn()

    @precondition(lambda self: self.driver.unmarked)
    @rule()
    def write_markers(self) -> None:
        self.driver.write_markers()

    @rule(broken=st.booleans())
    def breaks(self, broken: bool) -> None:
        self.driver.broken = broken

    @rule(seconds=st.sampled_from((0.5, 1.0, 10.0, 100.0)))
    def advance(self, seconds: float) -> None:
        self.driver.advance(seconds)

    @rule()
    def expire(self) -> None:
        self.driver.expire()

    @rule(lost=st.booleans())
    def restart(self, lost: bool) -> None:
        """The records on their way may be there afterwards or not."""
        if lost:
            del self.driver.log[len(self.driver.log) - len(self.driver.unkept) :]
        self.driver.restart()
        self._learn()

    @invariant()
    def who_waits_is_not_forgotten(self) -> None:
        on_the_way = any(turn.replies for turn in self.driver.unkept)
        if self.driver.waiting and not on_the_way:
            assert self.driver.id.deadline() < math.inf

    @invariant()
    def a_restart_would_be_here(self) -> None:
        driver = self.driver
        unkept = len(driver.unkept)
        log = driver.log
        driver.log = log[: len(log) - unkept]
        replayed = driver.replayed().state
        driver.log = log
        live = driver.id.state
        assert (replayed and without_memory(replayed)) == (live and without_memory(live))

    @invariant()
    def an_open_transaction_ends(self) -> None:
        state = self.driver.id.state
        if state is not None and state.status is Status.ONGOING and not self.driver.unkept:
            assert self.driver.id.deadline() <= self.driver.now + state.timeout_ms / 1000 + RETRY_SECONDS

    @invariant()
    def epochs_never_go_back(self) -> None:
        seen: dict[int, int] = {}
        for record in self.driver.stored():
            if record is not None:
                producer_id, epoch = record[1]
                assert epoch >= seen.get(producer_id, 0)
                seen[producer_id] = epoch


def without_memory(state: Any) -> Any:
    """What a restart keeps: see `records`. Level 0 has no place for earlier producer ids."""
    state = state._replace(previous_producer_id=-1)
    keeps_before = state.client_version >= 2 and state.status not in (Status.EMPTY, Status.ONGOING)
    return state if keeps_before else state._replace(before=None)


AnyHistory.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyHistory = AnyHistory.TestCase
