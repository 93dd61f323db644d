"""Members that speak the classic protocol in a consumer group (3.6a), rule by rule.

Numbers are Kafka's error codes: 22 ILLEGAL_GENERATION, 23 INCONSISTENT_GROUP_PROTOCOL, 25 UNKNOWN_MEMBER_ID,
27 REBALANCE_IN_PROGRESS, 79 MEMBER_ID_REQUIRED, 81 GROUP_MAX_SIZE_REACHED, 82 FENCED_INSTANCE_ID,
113 STALE_MEMBER_EPOCH.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest

from kafkalite.core.groups.subscription import read_assignment
from kafkalite.wire.codec import encode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolSubscription
from tests.unit.core.groups.consumer_driver import ConsumerDriver, Partitions
from tests.unit.core.groups.group_driver import Protocols


def subscription(*topics: str, owned: Partitions | None = None, rack: str | None = None) -> bytes:
    """What a consumer of the classic protocol says in JoinGroup."""
    partitions = [
        ConsumerProtocolSubscription.TopicPartition(topic=topic, partitions=some)
        for topic, some in (owned or {}).items()
    ]
    message = ConsumerProtocolSubscription(topics=list(topics), owned_partitions=partitions, rack_id=rack)
    return struct.pack(">h", 3) + encode(message, 3)


def consumer(*topics: str, name: str = "range", **options: Any) -> Protocols:
    return ((name, subscription(*(topics or ("t",)), **options)),)


def assigned(data: bytes) -> Partitions:
    assignment = read_assignment(data)
    assert assignment is not None
    return {one.topic: one.partitions for one in assignment.assigned_partitions}


def mixed(**options: Any) -> tuple[ConsumerDriver, str]:
    """A consumer `m1` at epoch 2 with all four partitions of `t`, and a classic member that waits in vain for nothing.

    Returns the id of the classic member too; it joined at epoch 3, and m1 does not know yet.
    """
    driver = ConsumerDriver(**options)
    driver.enter("m1")
    classic = driver.join(protocols=consumer()).member_id
    answer = driver.join(classic, protocols=consumer())
    assert (answer.error_code, answer.generation_id) == (0, 3)
    return driver, classic


def settled() -> tuple[ConsumerDriver, str]:
    """The two of `mixed` after the revocation, half of the partitions each."""
    driver, classic = mixed()
    assert driver.beat("m1", 2) == (2, {"t": [0, 1]})
    assert driver.beat("m1", 2, owned={"t": [0, 1]}) == (3, None)
    assert driver.heartbeat(classic, 3) == 27
    assert driver.join(classic, protocols=consumer()).generation_id == 3
    assert assigned(driver.sync(classic, 3).assignment) == {"t": [2, 3]}
    assert driver.state == "Stable"
    return driver, classic


# -- JoinGroup


def test_a_new_member_first_learns_its_id() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    answer = driver.join(protocols=consumer())
    assert (answer.error_code, answer.member_id, answer.generation_id) == (79, "id-1", -1)
    assert list(driver.now_is.members) == ["m1"]


def test_an_older_client_is_let_in_at_once() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    answer = driver.join(protocols=consumer(), learns_member_id=False)
    assert (answer.error_code, answer.member_id, answer.generation_id) == (0, "id-1", 3)


def test_a_joining_member_is_answered_at_once_and_leads_nobody() -> None:
    driver, classic = mixed()
    answer = driver.join(classic, protocols=consumer())
    assert (answer.member_id, answer.leader, answer.members) == (classic, "", [])
    assert (answer.protocol_type, answer.protocol_name) == ("consumer", "range")


def test_partitions_come_when_they_are_free() -> None:
    driver, classic = mixed()
    assert assigned(driver.sync(classic, 3).assignment) == {}
    assert driver.heartbeat(classic, 3) == 0, "it can do nothing about it"
    driver.beat("m1", 2)
    driver.beat("m1", 2, owned={"t": [0, 1]})
    assert driver.heartbeat(classic, 3) == 27, "they are free: it can fetch them"
    assert driver.join(classic, protocols=consumer()).generation_id == 3
    assert assigned(driver.sync(classic, 3).assignment) == {"t": [2, 3]}
    assert driver.heartbeat(classic, 3) == 0


def test_a_revocation_is_confirmed_by_joining_without_what_was_taken() -> None:
    driver, classic = settled()
    driver.enter("m2")
    driver.enter("m3")
    assert driver.heartbeat(classic, 3) == 27
    assert driver.join(classic, protocols=consumer(owned={"t": [2, 3]})).generation_id == 3
    assert assigned(driver.sync(classic, 3).assignment) == {"t": [2]}
    assert driver.heartbeat(classic, 3) == 27
    assert driver.join(classic, protocols=consumer(owned={"t": [2, 3]})).generation_id == 3, "it still owns both"
    assert driver.heartbeat(classic, 3) == 27
    assert driver.join(classic, protocols=consumer(owned={"t": [2]})).generation_id == 5
    assert driver.heartbeat(classic, 5) == 0
    assert assigned(driver.sync(classic, 5).assignment) == {"t": [2]}


def test_what_it_says_is_taken_in_each_time() -> None:
    driver, classic = settled()
    driver.create_topic("u")
    protocols = consumer("t", "u", rack="r", owned={"t": [2, 3]})
    assert driver.join(classic, protocols=protocols, rebalance=20.0, session=11.0).generation_id == 4
    member = driver.member(classic)
    assert (sorted(member.topics), member.rack_id, member.rebalance_timeout_ms) == (["t", "u"], "r", 20_000)
    assert member.classic is not None
    assert member.classic.session_timeout_ms == 11_000
    assert "u" in assigned(driver.sync(classic, 4).assignment)


@pytest.mark.parametrize(
    "options",
    [
        {"protocol_type": "connect"},
        {"protocols": ()},
        {"protocols": (("range", b"what"),)},
        {"protocols": (("range", b""),)},
    ],
)
def test_who_is_no_consumer_does_not_get_in(options: dict[str, Any]) -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    answer = driver.join(**({"protocols": consumer()} | options))
    assert (answer.error_code, answer.member_id) == (23, "")


def test_a_protocol_that_other_classic_members_do_not_speak() -> None:
    driver, _ = mixed()
    assert driver.join(protocols=consumer(name="sticky")).error_code == 23
    assert driver.join(protocols=consumer(name="sticky") + consumer()).error_code == 79


def test_no_mixing_where_migration_is_disabled() -> None:
    driver = ConsumerDriver(upgrades=False, downgrades=False)
    driver.enter("m1")
    assert driver.join(protocols=consumer()).error_code == 23


def test_a_full_group_takes_no_classic_member() -> None:
    driver = ConsumerDriver(max_size=1)
    driver.enter("m1")
    assert driver.join(protocols=consumer()).error_code == 81


def test_a_static_member_comes_in_without_learning_an_id() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    answer = driver.join(instance="i", protocols=consumer())
    assert (answer.error_code, answer.member_id, answer.generation_id) == (0, "id-1", 3)


def test_a_static_member_comes_back_as_another_and_fences_the_old_one() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    old = driver.join(instance="i", protocols=consumer()).member_id
    new = driver.join(instance="i", protocols=consumer())
    assert (new.member_id, new.generation_id, driver.now_is.epoch) == ("id-2", 3, 3)
    assert driver.join(old, instance="i", protocols=consumer()).error_code == 82
    assert driver.heartbeat(old, 3, "i") == 82
    assert driver.sync(old, 3, instance="i").error_code == 82
    assert driver.heartbeat(old, 3) == 25
    assert driver.join("who", instance="j", protocols=consumer()).error_code == 25


def test_a_consumer_may_come_back_as_classic_member_and_the_other_way_round() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.enter("m2", instance="i")
    back = driver.join(instance="i", protocols=consumer())
    assert (back.error_code, driver.member("id-1").classic is not None) == (0, True)
    assert driver.enter("m3", instance="i")[0] == 3
    assert driver.member("m3").classic is None
    assert list(driver.now_is.members) == ["m1", "m3"]


# -- SyncGroup and Heartbeat


def test_only_members_that_speak_it() -> None:
    driver, _ = mixed()
    assert driver.heartbeat("m1", 2) == 25
    assert driver.sync("m1", 2).error_code == 25
    assert driver.heartbeat("who", 3) == 25
    assert driver.heartbeat("who", 3, "i") == 25
    assert driver.sync("who", 3).error_code == 25


def test_the_generation_must_be_the_members() -> None:
    driver, classic = mixed()
    for generation in (2, 4, -1):
        assert driver.heartbeat(classic, generation) == 22
        assert driver.sync(classic, generation).error_code == 22


def test_the_protocol_must_be_the_one_it_joined_with() -> None:
    driver, classic = mixed()
    assert driver.sync(classic, 3, protocol_name="sticky").error_code == 23
    assert driver.sync(classic, 3, protocol_type="connect").error_code == 23
    answer = driver.sync(classic, 3, protocol_type="consumer", protocol_name="range")
    assert (answer.error_code, answer.protocol_type, answer.protocol_name) == (0, "consumer", "range")


def test_a_newer_target_must_be_joined_first() -> None:
    driver, classic = settled()
    driver.enter("m2")
    assert driver.sync(classic, 3).error_code == 27


def test_a_group_of_classic_members_only_goes_on_by_joining() -> None:
    """Nobody else's heartbeat would compute the target."""
    driver = ConsumerDriver(downgrades=False)
    driver.enter("m1")
    classic = driver.join(protocols=consumer()).member_id
    driver.join(classic, protocols=consumer())
    driver.beat("m1", -1)
    assert driver.state == "Assigning"
    assert driver.heartbeat(classic, 3) == 27
    assert driver.join(classic, protocols=consumer()).generation_id == 4
    assert assigned(driver.sync(classic, 4).assignment) == {"t": [0, 1, 2, 3]}
    assert (driver.state, driver.heartbeat(classic, 4)) == ("Stable", 0)


def test_an_assignment_leaves_out_topics_that_are_gone() -> None:
    driver, classic = settled()
    driver.delete_topic("t")
    assert assigned(driver.sync(classic, 3).assignment) == {}


# -- time


def keep_m1(driver: ConsumerDriver, seconds: float) -> None:
    """Time passes and m1 lives on, as far as it still can."""
    for _ in range(round(seconds)):
        driver.advance(1.0)
        driver.heartbeat_raw("m1", driver.member("m1").epoch)


def test_its_session_is_the_one_it_asked_for() -> None:
    driver, classic = settled()
    keep_m1(driver, 9)
    driver.heartbeat(classic, 3)
    keep_m1(driver, 9)
    assert classic in driver.now_is.members
    keep_m1(driver, 1)
    assert classic not in driver.now_is.members
    assert f"group g: {classic} removed: not heard of within the session timeout" in driver.news


def test_who_is_told_to_join_must_do_so_within_the_rebalance_timeout() -> None:
    driver, classic = settled()
    driver.join(classic, protocols=consumer(owned={"t": [2, 3]}), rebalance=5.0)
    driver.sync(classic, 3)
    driver.enter("m2")
    for _ in range(5):
        assert driver.heartbeat(classic, 3) == 27
        driver.advance(1.0)
    assert classic not in driver.now_is.members
    assert f"group g: {classic} removed: no JoinGroup within the rebalance timeout" in driver.news


def test_who_joined_must_sync_within_the_rebalance_timeout() -> None:
    driver, classic = settled()
    driver.join(classic, protocols=consumer(owned={"t": [2, 3]}), rebalance=5.0)
    for _ in range(5):
        assert driver.heartbeat(classic, 3) == 0
        driver.advance(1.0)
    assert classic not in driver.now_is.members
    assert f"group g: {classic} removed: no SyncGroup within the rebalance timeout" in driver.news


def test_a_rebalance_that_ended_has_no_timeout() -> None:
    driver, classic = settled()
    driver.enter("m2")
    driver.enter("m3")
    assert driver.heartbeat(classic, 3) == 27
    for owned in ([2, 3], [2]):
        driver.join(classic, protocols=consumer(owned={"t": owned}), rebalance=5.0)
        driver.sync(classic, driver.member(classic).epoch)
    for _ in range(20):
        assert driver.heartbeat(classic, 5) == 0
        driver.advance(1.0)
    assert classic in driver.now_is.members


# -- leaving and offsets


def test_leaving_member_by_member() -> None:
    driver, classic = mixed()
    driver.enter("m2", instance="i")
    driver.enter("m3", instance="j")
    assert driver.leave(("who", None), ("who", "i"), ("m3", "k"), ("", "i"), (classic, None), (classic, None)) == [
        25,
        82,
        25,
        0,
        0,
        0,
    ]
    assert list(driver.now_is.members) == ["m1", "m3"]
    assert driver.leave(("m3", "j")) == [0]
    assert driver.leave() == []


def test_commits_of_classic_members() -> None:
    driver, classic = settled()
    topic = driver.topic_id("t")
    assert driver.commit({("t", 2): 1}, classic, 3, topic_id=topic) == {0}
    assert driver.commit({("t", 2): 1}, classic, 4, topic_id=topic) == {22}
    assert driver.commit({("t", 2): 1}, classic, 2, topic_id=topic) == {22}
    assert driver.commit({("t", 2): 1}, classic, 3, topic_id=topic, knows_missing_group=False) == {0}
    assert driver.commit({("t", 2): 1}, "m1", 3, topic_id=topic, knows_missing_group=False) == {35}


def test_fetching_offsets_as_a_classic_member() -> None:
    driver, classic = settled()
    assert [driver.consumers.check_fetch(classic, epoch) for epoch in (3, 4)] == [0, 22]


def test_a_restart_knows_what_they_speak() -> None:
    driver, classic = settled()
    before = driver.now_is
    driver.restart()
    assert driver.now_is == before
    assert driver.heartbeat(classic, 3) == 0
    driver.advance(9.9)
    assert classic in driver.now_is.members
    driver.advance(0.1)
    assert classic not in driver.now_is.members


def test_no_answer_runs_ahead_of_the_log() -> None:
    driver, classic = mixed()
    driver.slow = True
    joining = driver.ask_join(classic, protocols=consumer("t", "u"))
    syncing = driver.ask_sync(classic, 4)
    assert driver.waiting == {joining, syncing}
    driver.keep()
    assert driver.answers[joining].generation_id == 4
    assert driver.answers[syncing].error_code == 0


def test_what_cannot_be_stored_has_not_happened() -> None:
    driver, classic = mixed()
    driver.broken = True
    assert driver.join(classic, protocols=consumer("t", "u")).error_code == 16
    assert sorted(driver.member(classic).topics) == ["t"]
