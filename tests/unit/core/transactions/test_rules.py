"""What a producer may do with its transactional id: every question in every state, with the codes of Kafka 4.4."""

from __future__ import annotations

import pytest

from kafkalite.core.transactions import rules
from kafkalite.core.transactions.rules import NOBODY, Moment
from kafkalite.core.transactions.state import LAST_EPOCH, Producer, Status, TransactionState
from tests.unit.core.transactions.transaction_driver import Driver, partitions, texts

FENCED, UNKNOWN, INVALID = 90, 49, 48


def epochs(driver: Driver, epoch: int) -> Producer:
    """Return the producer with this epoch, all before it used up."""
    driver.init()
    state = driver.state._replace(producer=Producer(1000, epoch - 1))
    driver.id.apply(state, driver.now, driver.wall_ms)
    return driver.init()


# -- InitProducerId


def test_every_new_instance_gets_the_next_epoch() -> None:
    driver = Driver()
    assert driver.init() == (1000, 0)
    assert driver.init() == (1000, 1)
    assert driver.init() == (1000, 2)


def test_a_new_id_ignores_who_the_producer_was() -> None:
    assert Driver().init(Producer(55, 7)) == (1000, 0)


def test_a_producer_that_says_who_it_was_goes_on() -> None:
    driver = Driver()
    first = driver.init()
    second = driver.init(first)
    assert second == (1000, 1)
    assert driver.init(first) == second, "a repeated request is not a second one"
    assert driver.init(first) == second


def test_a_producer_is_fenced_once_another_instance_came() -> None:
    driver = Driver()
    old = driver.init()
    new = driver.init()
    for producer in (old, Producer(new.producer_id, 7), Producer(77, new.epoch)):
        assert driver.init_error(producer) == FENCED
    assert driver.state.producer == new


def test_a_new_instance_aborts_what_the_old_one_left_open() -> None:
    driver = Driver()
    old = driver.init()
    driver.add(old, "t-0", "u-1")
    assert driver.init() == (1000, 2), "one epoch fences the old instance, the next is the new one's"
    assert texts(driver.markers) == ["abort 1000/1 t-0 u-1"]
    assert driver.add(old, "t-0") == FENCED


def test_a_producer_that_begins_anew_aborts_what_it_left_open() -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    assert driver.init(producer) == (1000, 1)
    assert texts(driver.markers) == ["abort 1000/1 t-0"]
    assert driver.init(producer) == (1000, 1), "its answer may have been lost"


def test_below_level_2_a_producer_that_begins_anew_in_a_transaction_is_fenced() -> None:
    driver = Driver(level=1)
    producer = driver.init()
    driver.add(producer, "t-0", version=0)
    assert driver.init_error(producer) == FENCED
    assert texts(driver.markers) == ["abort 1000/1 t-0"]


def test_a_fenced_producer_cannot_abort_what_its_successor_has_open() -> None:
    driver = Driver()
    old = driver.init()
    new = driver.init()
    driver.add(new, "t-0")
    assert driver.init_error(old) == FENCED
    assert driver.state.status is Status.ONGOING
    assert driver.markers == []


def test_a_repeated_request_of_before_does_not_abort_the_transaction_begun_since() -> None:
    driver = Driver()
    first = driver.init()
    second = driver.init(first)
    driver.add(second, "t-0")
    assert driver.init_error(first) == FENCED
    assert driver.state.status is Status.ONGOING


@pytest.mark.parametrize("committed", [True, False])
def test_after_its_end_with_a_new_epoch_the_client_may_say_who_it_was(committed: bool) -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    driver.end(producer, committed)
    assert driver.init(producer) == (1000, 1)
    assert driver.state.status is Status.EMPTY


def test_the_timeout_is_that_of_the_last_request() -> None:
    driver = Driver()
    driver.init(timeout=60.0)
    driver.init(timeout=7.0)
    assert driver.state.timeout_ms == 7000


def test_when_the_epochs_are_used_up_a_new_producer_id_comes() -> None:
    driver = Driver()
    last = epochs(driver, LAST_EPOCH)
    assert driver.init() == (1001, 0)
    assert driver.init_error(last) == FENCED, "another instance came"


def test_a_producer_with_its_last_epoch_goes_on_under_a_new_id() -> None:
    driver = Driver()
    last = epochs(driver, LAST_EPOCH)
    assert driver.init(last) == (1001, 0)
    assert driver.init(last) == (1001, 0)


def test_the_answer_that_brought_the_last_epoch_may_be_asked_for_again() -> None:
    driver = Driver()
    last_but_one = epochs(driver, LAST_EPOCH - 1)
    last = driver.init(last_but_one)
    assert driver.init(last_but_one) == last == (1000, LAST_EPOCH)


def test_an_open_transaction_with_the_last_epoch_ends_under_the_old_id() -> None:
    driver = Driver()
    driver.add(epochs(driver, LAST_EPOCH), "t-0")
    assert driver.init() == (1001, 1)
    assert texts(driver.markers) == ["abort 1000/32767 t-0"]


def test_below_level_2_an_open_transaction_with_the_last_epoch_ends_under_the_old_id() -> None:
    driver = Driver(level=1)
    driver.add(epochs(driver, LAST_EPOCH), "t-0", version=0)
    assert driver.init() == (1001, 0)
    assert texts(driver.markers) == ["abort 1000/32767 t-0"]


def test_no_producer_id_at_hand() -> None:
    driver = Driver()
    driver.no_ids = True
    assert driver.init_error() == 14
    assert not driver.id.is_needed
    driver = Driver()
    last = epochs(driver, LAST_EPOCH)
    driver.add(last, "t-0")
    driver.no_ids = True
    assert driver.end(last, True).code == 14
    assert driver.state.status is Status.ONGOING
    assert driver.init_error(last) == FENCED, "without an id the fence has no next producer"
    assert texts(driver.markers) == ["abort 1000/32767 t-0"]
    assert driver.init_error() == 14
    driver.no_ids = False
    assert driver.init().epoch == 0


# -- partitions


def test_partitions_are_added_once() -> None:
    driver = Driver()
    producer = driver.init()
    assert driver.add(producer, "t-0", "t-1") == 0
    assert driver.add(producer, "t-1") == 0
    assert driver.add(producer, "t-1", "u-0") == 0
    assert driver.state.partitions == partitions("t-0", "t-1", "u-0")
    assert len(driver.log) == 3, "what is there already needs no record"


def test_a_transaction_begins_with_its_first_partition_even_if_there_is_none() -> None:
    driver = Driver()
    producer = driver.init()
    driver.advance(5.0)
    driver.add(producer)
    assert driver.state.status is Status.ONGOING
    started_ms = driver.state.started_ms
    assert started_ms == driver.wall_ms
    driver.advance(5.0)
    driver.add(producer, "t-0")
    assert driver.state.started_ms == started_ms


@pytest.mark.parametrize(
    ("producer", "code"), [(Producer(1000, 0), FENCED), (Producer(1000, 2), FENCED), (Producer(1001, 1), UNKNOWN)]
)
def test_only_the_producer_has_a_transaction(producer: Producer, code: int) -> None:
    driver = Driver()
    driver.init()
    driver.init()
    assert driver.add(producer, "t-0") == code
    assert driver.verify(producer, "t-0").code == code
    for version in (0, 2):
        assert driver.end(producer, True, version=version).code == code
    assert driver.state.status is Status.EMPTY


def test_an_id_that_nobody_initialized() -> None:
    driver = Driver()
    assert driver.add(Producer(1, 0), "t-0") == UNKNOWN
    assert driver.verify(Producer(1, 0), "t-0").code == UNKNOWN
    assert driver.end(Producer(1, 0), True).code == UNKNOWN
    assert not driver.id.is_needed


def test_verification_tells_what_is_missing_and_adds_nothing() -> None:
    driver = Driver()
    producer = driver.init()
    assert driver.verify(producer, "t-0").missing == partitions("t-0")
    driver.add(producer, "t-0")
    assert driver.verify(producer, "t-0", "t-1").missing == partitions("t-1")
    assert driver.state.partitions == partitions("t-0")


def test_nobody_is_given_the_epoch_behind_the_last() -> None:
    driver = Driver(level=1)
    driver.add(epochs(driver, LAST_EPOCH), "t-0", version=0)
    driver.advance(60.0)
    fenced = driver.state.producer
    assert fenced.epoch == LAST_EPOCH + 1
    assert driver.add(fenced, "t-0", version=0) == FENCED
    assert driver.end(fenced, False, version=0).code == FENCED


# -- EndTxn


@pytest.mark.parametrize("committed", [True, False])
def test_with_kip_890_a_transaction_ends_with_a_new_epoch(committed: bool) -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    assert driver.end(producer, committed) == (0, (1000, 1), frozenset())
    assert texts(driver.markers) == [f"{'commit' if committed else 'abort'} 1000/1 t-0"]
    assert driver.state.commits == committed
    assert driver.state.partitions == frozenset()


@pytest.mark.parametrize("committed", [True, False])
def test_before_kip_890_the_epoch_stays(committed: bool) -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0", version=0)
    assert driver.end(producer, committed, version=0) == (0, NOBODY, frozenset())
    assert texts(driver.markers) == [f"{'commit' if committed else 'abort'} 1000/0 t-0"]
    assert driver.add(producer, "t-0", version=0) == 0


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("committed", [True, False])
def test_the_same_end_again_gets_the_same_answer_and_the_opposite_none(version: int, committed: bool) -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0", version=version)
    first = driver.end(producer, committed, version=version)
    assert driver.end(producer, committed, version=version) == first
    assert driver.end(producer, not committed, version=version).code == INVALID
    assert len(driver.markers) == 1


def test_the_end_of_a_transaction_does_not_end_the_next_one() -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    following = driver.commit(producer)
    driver.add(following, "t-0")
    assert driver.end(producer, True).code == FENCED
    assert driver.state.status is Status.ONGOING


def test_without_a_transaction_only_kip_890_has_something_to_abort() -> None:
    driver = Driver()
    producer = driver.init()
    assert driver.end(producer, True, version=0).code == INVALID
    assert driver.end(producer, False, version=0).code == INVALID
    assert driver.end(producer, True).code == INVALID
    assert driver.end(producer, False).producer == (1000, 1)
    assert driver.end(producer, False).producer == (1000, 1), "repeated"
    assert driver.end(Producer(1000, 1), False).producer == (1000, 2), "the next one"
    assert driver.end(Producer(1000, 2), True).code == INVALID
    assert driver.state.status is Status.COMPLETE_ABORT
    assert driver.state.started_ms == driver.wall_ms
    assert driver.markers == []


def test_both_kinds_of_end_can_be_mixed() -> None:
    driver = Driver()
    producer = driver.init()
    driver.add(producer, "t-0")
    producer = driver.commit(producer)
    driver.add(producer, "t-0", version=0)
    assert driver.commit(producer, version=0) == (1000, 1)
    assert driver.end(Producer(1000, 0), True, version=0).code == FENCED, "no repeated end of TV1 gets there"
    driver.add(producer, "t-0")
    assert driver.commit(producer) == (1000, 2)


def test_an_end_of_before_kip_890_has_no_epoch_to_go_back_to() -> None:
    driver = Driver()
    first = driver.init()
    second = driver.init(first)
    driver.add(second, "t-0", version=0)
    driver.commit(second, version=0)
    assert driver.end(first, True).code == FENCED


def test_a_transaction_with_the_last_epoch_ends_under_a_new_producer_id() -> None:
    driver = Driver()
    last = epochs(driver, LAST_EPOCH)
    driver.add(last, "t-0")
    assert driver.commit(last) == (1001, 0)
    assert texts(driver.markers) == ["commit 1000/32767 t-0"]
    assert driver.state.producer == (1001, 0)
    assert driver.end(last, True).producer == (1001, 0), "repeated"
    assert driver.end(last, False).code == INVALID
    assert driver.init(last) == (1001, 0)
    assert driver.add(Producer(1001, 0), "t-0") == 0


def test_level_0_has_no_place_for_kip_890() -> None:
    driver = Driver(level=0)
    producer = driver.init()
    assert driver.add(producer, "t-0") == 35
    assert driver.add(producer, "t-0", version=0) == 0
    assert driver.end(producer, True).code == 35
    assert driver.end(producer, True, version=0).code == 0


def test_level_1_serves_clients_that_use_kip_890_all_the_same() -> None:
    driver = Driver(level=1)
    producer = driver.init()
    driver.add(producer, "t-0")
    assert driver.commit(producer) == (1000, 1)


# -- steps nobody asks for


def moment(level: int) -> Moment:
    return Moment(5, level, lambda: 2000)


@pytest.mark.parametrize(("level", "before"), [(2, Producer(7, 3)), (1, None), (0, None)])
def test_a_fenced_client_is_told_of_the_new_epoch_with_kip_890_only(level: int, before: Producer | None) -> None:
    state = TransactionState(Producer(7, 3), 1, Status.ONGOING, partitions("t-0"), before=Producer(7, 2))
    fenced = rules.fence(state, moment(level))
    assert (fenced.status, fenced.producer, fenced.before) == (Status.PREPARE_ABORT, (7, 4), before)
    assert fenced.partitions == state.partitions


@pytest.mark.parametrize("status", Status)
def test_an_id_without_a_transaction_expires(status: Status) -> None:
    state = TransactionState(Producer(7, 3), 1, status, updated_ms=100)
    assert not rules.is_expired(state, 149, 50)
    assert rules.is_expired(state, 150, 50) == state.is_idle
