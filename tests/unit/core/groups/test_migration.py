"""Groups that change their kind while members are in them (3.6a): who keeps what, and who may not.

Numbers are Kafka's error codes: 22 ILLEGAL_GENERATION, 23 INCONSISTENT_GROUP_PROTOCOL, 25 UNKNOWN_MEMBER_ID,
27 REBALANCE_IN_PROGRESS, 69 GROUP_ID_NOT_FOUND.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest

from kafkalite.core.groups.records import decode_record
from kafkalite.wire.codec import encode
from kafkalite.wire.messages.consumer_protocol import ConsumerProtocolAssignment
from tests.unit.core.groups.consumer_driver import ConsumerDriver, Partitions
from tests.unit.core.groups.group_driver import Protocols
from tests.unit.core.groups.test_classic_consumers import assigned, consumer, subscription


def assignment(partitions: Partitions, user_data: bytes | None = None) -> bytes:
    topics = [
        ConsumerProtocolAssignment.TopicPartition(topic=topic, partitions=some) for topic, some in partitions.items()
    ]
    return struct.pack(">h", 1) + encode(ConsumerProtocolAssignment(assigned_partitions=topics, user_data=user_data), 1)


def classic_group(
    driver: ConsumerDriver, *assignments: bytes, protocols: Protocols | None = None, **options: Any
) -> list[str]:
    """A stable classic group of one member for each assignment; returns their ids."""
    options["protocols"] = consumer() if protocols is None else protocols
    members = [driver.join(**options).member_id for _ in assignments]
    for member_id in members:
        driver.ask_join(member_id, **options)
    driver.gather()
    classic = driver.group.classic
    leader = classic.roster.leader
    assert leader is not None
    for member_id in members:
        if member_id != leader:
            driver.ask_sync(member_id, classic.generation)
    driver.ask_sync(leader, classic.generation, dict(zip(members, assignments, strict=True)))
    assert driver.state == "Stable"
    return members


def written(driver: ConsumerDriver, since: int) -> list[tuple[int, bool]]:
    """The records in the log since then: type, and whether it is a deletion."""
    changes = [decode_record(record.key, record.value) for record in driver.log[since:]]
    return [(change.key.RECORD_TYPE, change.value is None) for change in changes if change is not None]


# -- classic to consumer


def test_a_consumer_joins_a_classic_group() -> None:
    driver = ConsumerDriver()
    a, b = classic_group(driver, assignment({"t": [0, 1]}), assignment({"t": [2, 3]}), session=11.0, rebalance=22.0)
    generation = driver.generation
    since = len(driver.log)
    assert driver.enter("m1") == (generation + 1, {})
    assert driver.state == "Reconciling"
    assert driver.now_is.epoch == generation + 1
    assert [driver.member(one).assigned for one in (a, b)] == [
        {driver.topic_id("t"): {0: generation, 1: generation}},
        {driver.topic_id("t"): {2: generation, 3: generation}},
    ]
    member = driver.member(a)
    assert member.classic is not None
    assert (member.epoch, member.rebalance_timeout_ms, member.classic.session_timeout_ms) == (
        generation,
        22_000,
        11_000,
    )
    assert [one.name for one in member.classic.supported_protocols] == ["range"]
    assert written(driver, since)[:3] == [(2, True), (5, False), (5, False)]
    assert driver.replayed_state() == driver.now_is


def test_nobody_loses_anything_that_stays_its_own() -> None:
    driver = ConsumerDriver()
    a, b = classic_group(driver, assignment({"t": [0, 1]}), assignment({"t": [2, 3]}))
    driver.enter("m1")
    generation = driver.now_is.epoch
    held: dict[str, list[int]] = {a: [0, 1], b: [2, 3]}
    for _ in range(3):
        for one, owned in held.items():
            if driver.heartbeat(one, driver.member(one).epoch) == 27:
                joined = driver.join(one, protocols=consumer(owned={"t": owned})).generation_id
                held[one] = assigned(driver.sync(one, joined).assignment)["t"]
    epoch, got = driver.beat("m1", generation)
    assert (epoch, driver.state) == (generation, "Stable")
    assert sorted([*held[a], *held[b], *(got or {})["t"]]) == [0, 1, 2, 3]
    assert set(held[a]) < {0, 1} or held[a] == [0, 1]
    assert set(held[b]) < {2, 3} or held[b] == [2, 3]


def test_whoever_waits_in_a_classic_request_is_sent_to_join_again() -> None:
    driver = ConsumerDriver()
    first = driver.new_member(protocols=consumer())
    second = driver.new_member(protocols=consumer())
    driver.gather()
    syncing = driver.ask_sync(second, driver.generation)
    assert driver.waiting == {syncing}
    driver.enter("m1")
    assert driver.answers[syncing].error_code == 27
    assert driver.heartbeat(first, 1) == 27
    assert set(driver.now_is.members) == {first, second, "m1"}


def test_a_first_rebalance_has_no_generation_yet() -> None:
    driver = ConsumerDriver()
    driver.settings.initial_rebalance_delay = 3.0
    waiting = driver.new_member(protocols=consumer())
    driver.enter("m1")
    assert driver.now_is.epoch == 2
    assert driver.member(waiting).epoch == 1
    driver.advance(4.0)
    assert len(driver.now_is.members) == 2, "the classic group's timers are gone"


def test_topics_that_are_gone_are_nobodys() -> None:
    driver = ConsumerDriver({"t": 4, "u": 1})
    (a,) = classic_group(driver, assignment({"t": [0, 1, 2, 3], "u": [0], "v": []}))
    driver.delete_topic("u")
    driver.enter("m1")
    assert list(driver.member(a).assigned) == [driver.topic_id("t")]


def test_in_a_rebalance_begun_twice_a_member_has_what_it_said_it_owns() -> None:
    driver = ConsumerDriver()
    (a,) = classic_group(driver, assignment({"t": [0, 1, 2, 3]}))
    owned = consumer(owned={"t": [0, 1, 2, 3]})
    driver.new_member(protocols=consumer(owned={"t": [3], "gone": [0]}))
    driver.ask_join(a, protocols=owned)
    assert driver.state == "CompletingRebalance"
    driver.new_member(protocols=consumer())
    assert driver.state == "PreparingRebalance"
    driver.enter("m1")
    held = [sorted(member.assigned.get(driver.topic_id("t"), ())) for member in driver.now_is.members.values()]
    assert held == [[0, 1, 2, 3], [], [], []], "what two say they own is the first one's"


def test_in_a_stable_group_only_the_assignment_counts() -> None:
    driver = ConsumerDriver()
    a, b = classic_group(driver, b"", assignment({"t": [0, 1]}), protocols=consumer(owned={"t": [0, 1, 2, 3]}))
    driver.enter("m1")
    assert [sum(map(len, driver.member(one).assigned.values())) for one in (a, b)] == [0, 2]


def test_a_static_member_keeps_its_place() -> None:
    driver = ConsumerDriver()
    driver.ask_join(instance="i", protocols=consumer())
    driver.gather()
    (one,) = driver.group.classic.members
    driver.ask_sync(one, driver.generation, {one: assignment({"t": [0, 1, 2, 3]})})
    generation = driver.generation
    assert driver.enter("m1", instance="i") == (generation, {"t": [0, 1, 2, 3]})
    assert list(driver.now_is.members) == ["m1"]


@pytest.mark.parametrize(
    ("options", "group", "why"),
    [
        ({"upgrades": False}, {}, "online upgrade is disabled"),
        ({}, {"protocol_type": "connect"}, "the group does not use the consumer embedded protocol"),
        ({"max_size": 0}, {}, "the group size exceeds the consumer group maximum size"),
        ({}, {"protocols": (("range", b"what"),)}, "the embedded consumer protocol is malformed"),
    ],
)
def test_a_group_that_cannot_be_a_consumer_group(options: dict[str, Any], group: dict[str, Any], why: str) -> None:
    driver = ConsumerDriver(**options)
    (a,) = classic_group(driver, assignment({"t": [0]}), **group)
    since = len(driver.log)
    assert driver.join_error("m1") == (69, f"Cannot upgrade classic group g to consumer group because {why}.")
    assert (driver.state, driver.heartbeat(a, driver.generation), len(driver.log)) == ("Stable", 0, since)


@pytest.mark.parametrize(
    ("data", "why"), [(b"\x00\x01what", "malformed"), (assignment({"t": [0]}, b"mine"), "custom assignor")]
)
def test_an_assignment_that_we_could_not_go_on_with(data: bytes, why: str) -> None:
    driver = ConsumerDriver()
    classic_group(driver, data)
    code, text = driver.join_error("m1")
    assert code == 69
    assert why in str(text)


def test_a_consumer_that_may_not_come_in_changes_nothing() -> None:
    driver = ConsumerDriver()
    (a,) = classic_group(driver, assignment({"t": [0]}))
    since = len(driver.log)
    assert driver.join_error("m1", regex="(")[0] == 128
    assert (driver.heartbeat(a, driver.generation), driver.group.consumer, len(driver.log)) == (0, None, since)


def test_a_group_becomes_classic_again_if_that_is_not_stored() -> None:
    driver = ConsumerDriver()
    (a,) = classic_group(driver, assignment({"t": [0]}))
    driver.broken = True
    slot = driver.ask_heartbeat("m1", 0, topics=["t"], owned={}, rebalance_ms=1000)
    assert driver.answers[slot].error_code == 16
    assert driver.group.consumer is None
    assert (driver.state, driver.heartbeat(a, driver.generation)) == ("Stable", 0)


# -- consumer to classic


def shared(**options: Any) -> tuple[ConsumerDriver, str]:
    """A consumer m1 and a classic member, half of the partitions each, at epoch 3."""
    driver = ConsumerDriver(**options)
    driver.enter("m1")
    classic = driver.join(protocols=consumer()).member_id
    driver.join(classic, protocols=consumer())
    driver.beat("m1", 2)
    driver.beat("m1", 2, owned={"t": [0, 1]})
    driver.join(classic, protocols=consumer())
    driver.sync(classic, 3)
    return driver, classic


def test_the_last_consumer_leaves_and_the_group_is_classic() -> None:
    driver, classic = shared()
    since = len(driver.log)
    assert driver.beat("m1", -1)[0] == -1
    assert driver.group.consumer is None
    assert (driver.state, driver.generation) == ("PreparingRebalance", 3)
    assert written(driver, since)[-1] == (2, False)
    assert driver.heartbeat(classic, 3) == 27
    joined = driver.join(classic, protocols=consumer(owned={"t": [2, 3]}))
    assert (joined.generation_id, joined.leader, len(joined.members)) == (4, classic, 1)
    assert driver.sync(classic, 4, {classic: assignment({"t": [0, 1, 2, 3]})}).error_code == 0
    assert driver.state == "Stable"


def test_a_classic_group_remembers_what_everybody_had() -> None:
    driver, classic = shared()
    driver.beat("m1", -1)
    stored = driver.stored()[-1]
    assert stored is not None
    (member,) = stored.members
    assert (member.member_id, assigned(member.assignment)) == (classic, {"t": [2, 3]})
    assert (stored.protocol, stored.leader, member.subscription) == ("range", classic, subscription("t"))
    driver.restart()
    assert (driver.state, driver.generation) == ("Stable", 3)


def test_the_last_consumers_session_ends() -> None:
    driver, classic = shared(session_timeout=5.0)
    driver.advance(5.0)
    assert driver.group.consumer is None
    assert driver.heartbeat(classic, 3) == 27


def test_a_leave_group_of_all_consumers() -> None:
    driver, classic = shared()
    assert driver.leave(("m1", None)) == [0]
    assert driver.group.consumer is None
    assert driver.heartbeat(classic, 3) == 27


def test_the_last_consumer_comes_back_as_a_classic_member() -> None:
    driver = ConsumerDriver()
    driver.enter("m1", instance="i")
    back = driver.join(instance="i", protocols=consumer())
    assert (back.error_code, back.generation_id) == (0, 2)
    assert driver.group.consumer is None
    assert driver.state == "Stable", "nothing has changed: no rebalance"
    assert assigned(driver.sync(back.member_id, 2).assignment) == {"t": [0, 1, 2, 3]}


def test_the_last_consumer_comes_back_as_a_classic_member_that_wants_something_else() -> None:
    driver = ConsumerDriver({"t": 4, "u": 1})
    driver.enter("m1", instance="i")
    back = driver.join(instance="i", protocols=consumer("u"))
    assert (back.error_code, back.generation_id, driver.state) == (0, 3, "PreparingRebalance")


@pytest.mark.parametrize("options", [{"downgrades": False}, {}])
def test_the_group_stays_a_consumer_group(options: dict[str, Any]) -> None:
    """Where downgrades are disabled, or a classic group may not be that large."""
    driver, classic = shared(**options)
    if not options:
        driver.settings.max_size = 0
    driver.beat("m1", -1)
    assert driver.group.consumer is not None
    assert list(driver.now_is.members) == [classic]
    assert driver.heartbeat(classic, 3) == 27


def test_a_group_without_members_keeps_its_kind() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.beat("m1", -1)
    assert (driver.group.consumer is not None, driver.state) == (True, "Empty")


def test_topics_that_are_gone_are_not_in_the_assignment() -> None:
    driver, classic = shared()
    driver.delete_topic("t")
    driver.beat("m1", -1)
    assert assigned(driver.group.classic.members[classic].assignment) == {}


# -- empty groups


def test_an_empty_classic_group_becomes_a_consumer_group_and_keeps_its_offsets() -> None:
    driver = ConsumerDriver()
    driver.commit({("t", 0): 7}, topic_id=driver.topic_id("t"))
    assert driver.enter("m1")[0] == 2
    assert driver.committed() == 7
    assert driver.replayed().offsets.by_topic == driver.group.offsets.by_topic


def test_an_empty_consumer_group_becomes_a_classic_one_and_keeps_its_offsets() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.commit({("t", 0): 7}, "m1", 2, topic_id=driver.topic_id("t"))
    driver.beat("m1", -1)
    (a,) = classic_group(driver, assignment({"t": [0, 1, 2, 3]}))
    assert (driver.group.consumer, driver.state, driver.committed()) == (None, "Stable", 7)
    restarted = driver.replayed()
    assert restarted.consumer is None
    assert list(restarted.classic.members) == [a]


def test_an_id_of_an_empty_consumer_group_is_nobodys() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.beat("m1", -1)
    assert driver.join("m1", protocols=consumer()).error_code == 25
    assert driver.group.consumer is not None


def test_there_and_back_again() -> None:
    driver, classic = shared()
    driver.beat("m1", -1)
    driver.join(classic, protocols=consumer())
    driver.sync(classic, 4, {classic: assignment({"t": [0, 1, 2, 3]})})
    assert driver.enter("m2") == (5, {})
    assert driver.heartbeat(classic, 4) == 27
    driver.join(classic, protocols=consumer(owned={"t": [0, 1, 2, 3]}))
    kept = assigned(driver.sync(classic, 4).assignment)["t"]
    driver.join(classic, protocols=consumer(owned={"t": kept}))
    assert sorted([*kept, *(driver.beat("m2", 5)[1] or {})["t"]]) == [0, 1, 2, 3]
    assert driver.replayed_state() == driver.now_is
