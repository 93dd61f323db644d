"""What others make of a classic group: which topics it consumes, since when nobody uses its offsets."""

from __future__ import annotations

from kafkalite.core.groups.classic_description import (
    SINCE_COMMIT,
    describe,
    is_subscribed,
    subscribed_topics,
    unused_since,
)
from tests.unit.core.groups.group_driver import WALL_START_MS, Driver
from tests.unit.core.groups.test_subscription import metadata

A_AND_B = (("range", metadata(1, "a", "b")),)
MAKES_NO_SENSE = (("range", b"?"),)


def test_consumers_say_what_they_consume() -> None:
    driver = Driver()
    driver.stable(2, protocols=A_AND_B)
    group = driver.group.classic
    assert subscribed_topics(group) == {"a", "b"}
    assert (is_subscribed(group, "a"), is_subscribed(group, "c")) == (True, False)
    assert unused_since(group) == SINCE_COMMIT


def test_who_cannot_be_understood_may_consume_anything() -> None:
    driver = Driver()
    driver.stable(protocols=MAKES_NO_SENSE)
    group = driver.group.classic
    assert (subscribed_topics(group), is_subscribed(group, "c"), unused_since(group)) == (None, True, None)


def test_another_protocol_type_consumes_nothing_that_we_know_of() -> None:
    driver = Driver()
    driver.stable(protocol_type="connect")
    group = driver.group.classic
    assert (subscribed_topics(group), is_subscribed(group, "c"), unused_since(group)) == (None, False, None)


def test_an_empty_group_is_unused_since_it_became_so() -> None:
    driver = Driver()
    assert unused_since(driver.group.classic) == SINCE_COMMIT, "nobody ever joined"
    (member_id,) = driver.stable(protocols=A_AND_B)
    driver.advance(7.0)
    driver.leave((member_id, None))
    assert driver.state == "Empty"
    assert unused_since(driver.group.classic) == WALL_START_MS + round(driver.now * 1000)


def test_a_rebalancing_group_is_in_use() -> None:
    driver = Driver()
    (member_id,) = driver.stable(protocols=A_AND_B)
    driver.ask_join(member_id, protocols=A_AND_B)
    assert unused_since(driver.group.classic) is None
    assert describe(driver.group.classic).group_state == "CompletingRebalance"
