"""The classic group protocol, rule by rule; RULES at the end says which test shows which rule.

Numbers are Kafka's error codes: 15 COORDINATOR_NOT_AVAILABLE, 16 NOT_COORDINATOR, 22 ILLEGAL_GENERATION,
23 INCONSISTENT_GROUP_PROTOCOL, 25 UNKNOWN_MEMBER_ID, 26 INVALID_SESSION_TIMEOUT, 27 REBALANCE_IN_PROGRESS,
79 MEMBER_ID_REQUIRED, 81 GROUP_MAX_SIZE_REACHED, 82 FENCED_INSTANCE_ID.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import pytest

from kafkalite.core.groups.classic_group import LONGEST_GATHERING, NEW_MEMBER_JOIN_TIMEOUT
from kafkalite.core.groups.roster import SHORTEST_REBALANCE
from kafkalite.wire.messages.join_group import JoinGroupResponse
from tests.unit.core.groups.group_driver import RANGE, Driver

Answers = dict[int, JoinGroupResponse]

RANGE_THEN_ROUND = (("range", b"r"), ("round", b"o"))
ROUND_THEN_RANGE = (("round", b"o"), ("range", b"r"))
OTHER_METADATA = (("range", b"other"),)


# -- joining


@pytest.mark.parametrize("session", [5.999, 1800.001, 0.0])
def test_session_timeout_out_of_bounds(session: float) -> None:
    driver = Driver()
    assert driver.join(session=session).error_code == 26
    assert not driver.group.exists
    assert driver.join(session=6.0).error_code == 79
    assert driver.join(session=1800.0).error_code == 79


def test_member_id_of_a_missing_group() -> None:
    driver = Driver()
    answer = driver.join("who")
    assert (answer.error_code, answer.member_id) == (25, "who")
    assert not driver.group.exists
    assert driver.log == []


def test_unknown_member_id() -> None:
    driver = Driver()
    driver.stable()
    assert driver.join("who").error_code == 25


def test_every_join_error_has_the_same_shape() -> None:
    answer = Driver().join("who")
    assert answer == JoinGroupResponse(error_code=25, generation_id=-1, leader="", protocol_name=None, member_id="who")


@pytest.mark.parametrize(
    ("protocol_type", "protocols"),
    [("connect", RANGE), ("consumer", (("other", b""),)), ("consumer", ()), ("", RANGE)],
)
def test_no_protocol_in_common(protocol_type: str, protocols: tuple[tuple[str, bytes], ...]) -> None:
    driver = Driver()
    [member] = driver.stable(protocols=RANGE_THEN_ROUND)
    assert driver.join(protocol_type=protocol_type, protocols=protocols).error_code == 23
    answer = driver.join(member, protocol_type=protocol_type, protocols=protocols)
    assert (answer.error_code, answer.member_id) == (23, member)
    assert driver.state == "Stable"


@pytest.mark.parametrize(("protocol_type", "protocols"), [("consumer", ()), ("", RANGE)])
def test_a_join_refused_for_its_protocols_still_creates_the_group(
    protocol_type: str, protocols: tuple[tuple[str, bytes], ...]
) -> None:
    driver = Driver()
    assert driver.join(protocol_type=protocol_type, protocols=protocols).error_code == 23
    assert driver.group.exists
    assert driver.replayed().exists


def test_a_protocol_must_be_common_to_all_members() -> None:
    driver = Driver()
    driver.ask_join(protocols=RANGE_THEN_ROUND, learns_member_id=False)
    driver.ask_join(protocols=RANGE, learns_member_id=False)
    assert driver.join(protocols=(("round", b""),), learns_member_id=False).error_code == 23


def test_a_new_member_first_learns_its_id() -> None:
    driver = Driver()
    answer = driver.join()
    assert (answer.error_code, answer.member_id) == (79, "c-1")
    assert (driver.state, driver.group.classic.protocol_type) == ("Empty", None)
    slot = driver.ask_join("c-1")
    driver.gather()
    assert driver.answers[slot].generation_id == 1


def test_an_old_client_joins_in_one_step() -> None:
    driver = Driver()
    slot = driver.ask_join(learns_member_id=False)
    driver.gather()
    answer: JoinGroupResponse = driver.answers[slot]
    assert (answer.error_code, answer.member_id, answer.generation_id, answer.leader) == (0, "c-1", 1, "c-1")
    assert (answer.protocol_type, answer.protocol_name) == ("consumer", "range")


def test_a_pending_member_is_waited_for_until_its_session_ends() -> None:
    driver = Driver()
    [member] = driver.stable()
    pending = driver.join(session=6.0).member_id
    slot = driver.ask_join(member)
    driver.advance(5.9)
    assert slot in driver.waiting
    driver.advance(0.1)
    assert driver.answers[slot].error_code == 0
    assert driver.join(pending).error_code == 25


def test_a_pending_member_is_nobody_yet() -> None:
    driver = Driver()
    pending = driver.join().member_id
    assert driver.heartbeat(pending, 0) == 25
    assert driver.sync(pending, 0).error_code == 25
    assert driver.commit({("t", 0): 1}, pending, 0) == {25}
    assert driver.leave((pending, None)) == [0]
    assert driver.join(pending).error_code == 25


def test_a_pending_member_that_leaves_holds_nobody_up() -> None:
    driver = Driver()
    [member] = driver.stable()
    pending = driver.join().member_id
    slot = driver.ask_join(member)
    assert slot in driver.waiting
    driver.leave((pending, None))
    assert driver.answers[slot].error_code == 0


def test_pending_members_do_not_keep_an_empty_group_waiting() -> None:
    driver = Driver()
    [member] = driver.stable()
    pending = driver.join().member_id
    driver.leave((member, None))
    assert driver.state == "Empty"
    slot = driver.ask_join(pending)
    driver.gather()
    assert driver.answers[slot].generation_id == 3


def test_a_pending_member_that_leaves_makes_nobody_rebalance() -> None:
    driver = Driver()
    driver.stable()
    driver.leave((driver.join().member_id, None))
    assert driver.state == "Stable"


def test_a_pending_member_id_with_an_instance_id_is_unknown() -> None:
    driver = Driver()
    assert driver.join(driver.join().member_id, instance="i").error_code == 25


def test_an_empty_instance_id_is_one() -> None:
    driver = Driver()
    assert driver.new_static("") == "-1"


def test_a_full_group_takes_nobody_new() -> None:
    driver = Driver(max_size=2)
    _leader, follower = driver.stable(2)
    answer = driver.join()
    assert (answer.error_code, answer.member_id) == (81, "")
    assert driver.join(follower).error_code == 0
    assert driver.state == "Stable"


def test_a_full_group_while_it_gathers_counts_those_who_wait() -> None:
    driver = Driver(max_size=2)
    leader, follower = driver.stable(2)
    driver.ask_join(leader)
    late = driver.join().member_id  # one waits, so there is room for one
    driver.ask_join(late)
    assert driver.join(follower).error_code == 81
    assert set(driver.group.classic.members) == {leader, late}
    assert driver.state == "CompletingRebalance"


def test_a_pending_member_that_finds_the_group_full_holds_nobody_up() -> None:
    driver = Driver(max_size=1)
    pending = driver.join().member_id
    [member] = driver.stable()
    slot = driver.ask_join(member)
    assert slot in driver.waiting
    assert driver.join(pending).error_code == 81
    assert driver.answers[slot].error_code == 0


def test_a_group_that_is_too_large_at_a_restart_puts_out_who_comes_last() -> None:
    driver = Driver()
    first, second, third = driver.stable(3)
    driver.restart(max_size=2)
    assert driver.state == "PreparingRebalance"
    assert driver.heartbeat(first, 1) == 27
    slots = [driver.ask_join(member) for member in (third, first)]
    assert driver.join(second).error_code == 81
    assert {driver.answers[slot].generation_id for slot in slots} == {2}
    assert set(driver.group.classic.members) == {first, third}


def test_a_repeated_join_waits_in_the_place_of_the_old_one() -> None:
    driver = Driver(initial_rebalance_delay=3.0)
    member = driver.join().member_id
    first = driver.ask_join(member)
    second = driver.ask_join(member)
    assert driver.answers[first].error_code == 27
    driver.gather()
    assert driver.answers[second].error_code == 0


# -- gathering


def test_the_initial_delay_lets_others_come() -> None:
    driver = Driver(initial_rebalance_delay=3.0)
    slot = driver.ask_join(learns_member_id=False)
    driver.advance(2.9)
    assert slot in driver.waiting
    driver.advance(0.1)
    assert driver.answers[slot].error_code == 0


def test_the_initial_delay_is_extended_per_joiner() -> None:
    driver = Driver(initial_rebalance_delay=3.0)
    slots = [driver.ask_join(learns_member_id=False)]
    driver.advance(2.0)
    slots.append(driver.ask_join(learns_member_id=False))
    driver.advance(2.0)
    slots.append(driver.ask_join(learns_member_id=False))
    driver.advance(4.9)
    assert driver.waiting == set(slots)
    driver.advance(0.1)  # 9.0 s, as Kafka
    assert [driver.answers[slot].generation_id for slot in slots] == [1, 1, 1]


def test_the_initial_delay_ends_with_the_rebalance_timeout() -> None:
    driver = Driver(initial_rebalance_delay=3.0)
    slot = driver.ask_join(rebalance=4.0, learns_member_id=False)
    driver.advance(2.0)
    driver.ask_join(rebalance=4.0, learns_member_id=False)
    driver.advance(1.9)
    assert slot in driver.waiting
    driver.advance(0.1)  # 4.0 s, as Kafka
    assert driver.answers[slot].error_code == 0


def test_who_comes_alone_waits_for_nobody() -> None:
    driver = Driver(gathering=0.1)
    slot = driver.ask_join(learns_member_id=False)
    driver.advance(0.0)
    assert driver.answers[slot].generation_id == 1


def test_the_first_generation_waits_for_who_is_announced_and_no_longer() -> None:
    driver = Driver(gathering=0.1)
    slots = [driver.ask_join(learns_member_id=False, others_until=0.1)]
    driver.advance(0.05)
    slots.append(driver.ask_join(learns_member_id=False, others_until=0.12))
    driver.advance(0.06)
    assert driver.waiting == set(slots)
    slots.append(driver.ask_join(learns_member_id=False, others_until=driver.now))  # the last one
    assert {driver.answers[slot].generation_id for slot in slots} == {1}


def test_the_first_generation_waits_for_who_is_announced_while_it_waits() -> None:
    driver = Driver(gathering=0.1)
    slots = [driver.ask_join(learns_member_id=False, others_until=0.1)]
    driver.advance(0.09)
    driver.others_until = 0.19
    driver.advance(0.09)
    assert driver.waiting == set(slots)
    slots.append(driver.ask_join(learns_member_id=False, others_until=driver.now))
    assert {driver.answers[slot].generation_id for slot in slots} == {1}


def test_the_first_generation_does_not_wait_for_who_does_not_come() -> None:
    driver = Driver(gathering=0.1)
    slot = driver.ask_join(learns_member_id=False, others_until=0.1)
    driver.advance(0.099)
    assert slot in driver.waiting
    driver.advance(0.001)
    assert driver.answers[slot].generation_id == 1


def test_the_first_generation_does_not_wait_for_ever_for_who_asks_again_and_again() -> None:
    """As an admin client does that looks every 50 ms whether the group is stable."""
    driver = Driver(gathering=0.1)
    slot = driver.ask_join(learns_member_id=False, others_until=0.1)
    while driver.now < LONGEST_GATHERING - 0.06:
        driver.others_until = driver.now + 0.1
        driver.advance(0.05)
    assert slot in driver.waiting
    driver.others_until = driver.now + 0.1
    driver.advance(0.06)
    assert driver.answers[slot].generation_id == 1


def test_the_first_generation_waits_for_who_has_just_got_its_id() -> None:
    driver = Driver(gathering=0.1)
    other = driver.join()
    assert other.error_code == 79
    slot = driver.ask_join(learns_member_id=False)
    driver.advance(0.05)
    assert slot in driver.waiting
    second = driver.ask_join(other.member_id)
    assert {driver.answers[slot].generation_id, driver.answers[second].generation_id} == {1}
    driver = Driver(gathering=0.1)
    driver.join()
    slot = driver.ask_join(learns_member_id=False)
    driver.advance(0.1)
    assert driver.answers[slot].generation_id == 1


def test_nobody_is_waited_for_where_there_is_a_delay_or_a_generation() -> None:
    driver = Driver(gathering=0.1, initial_rebalance_delay=3.0)
    slot = driver.ask_join(learns_member_id=False, others_until=9.0)
    driver.advance(3.0)
    assert driver.answers[slot].generation_id == 1
    driver = Driver(gathering=0.1)
    leader, follower = driver.stable(2)
    slots = [driver.ask_join(member, others_until=driver.now + 9) for member in (leader, follower)]
    assert {driver.answers[slot].generation_id for slot in slots} == {2}


def test_a_rebalance_ends_when_everybody_came_back() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    first = driver.ask_join(leader)
    assert first in driver.waiting
    second = driver.ask_join(follower)
    assert {driver.answers[first].generation_id, driver.answers[second].generation_id} == {2}


def test_who_does_not_come_back_in_time_is_out() -> None:
    driver = Driver()
    leader, follower = driver.stable(2, session=30.0, rebalance=20.0)
    slot = driver.ask_join(leader, session=30.0, rebalance=5.0)  # the longest timeout of all counts
    driver.advance(19.9)
    assert slot in driver.waiting
    driver.advance(0.1)
    assert [member.member_id for member in driver.answers[slot].members] == [leader]
    assert driver.heartbeat(follower, 2) == 25


def test_a_rebalance_has_its_time_whatever_else_is_due() -> None:
    driver = Driver()
    leader, follower = driver.stable(2, session=30.0, rebalance=5.0)
    for _ in range(3):
        driver.advance(20.0)
        for member in (leader, follower):
            assert driver.heartbeat(member, 1) == 0
    slot = driver.ask_join(leader, session=30.0, rebalance=5.0)
    driver.advance(5.0)
    assert driver.answers[slot].error_code == 0
    driver.advance(5.0)
    assert driver.state == "Empty", "it did not sync"


def test_a_silent_static_member_stays_until_its_session_ends() -> None:
    driver = Driver()
    static, dynamic = driver.stable(statics=("i",), session=100.0, rebalance=20.0)
    slot = driver.ask_join(dynamic, protocols=OTHER_METADATA, session=100.0, rebalance=20.0)
    driver.advance(20.0)
    answer: JoinGroupResponse = driver.answers[slot]
    assert {member.member_id for member in answer.members} == {static, dynamic}
    assert answer.leader == dynamic, "a silent static leader loses it"
    driver.advance(100.0)
    assert static not in driver.group.classic.members


def test_if_nobody_comes_back_the_static_members_are_waited_for() -> None:
    driver = Driver()
    one, two = driver.stable(0, statics=("i", "j"), session=30.0, rebalance=5.0)
    driver.ask_leave((two, "j"))
    driver.advance(29.0)
    assert (driver.state, set(driver.group.classic.members)) == ("PreparingRebalance", {one})
    slot = driver.ask_join(instance="i", session=30.0, rebalance=5.0)
    assert driver.answers[slot].error_code == 0
    assert driver.state == "CompletingRebalance"


def test_if_the_silent_static_members_expire_the_group_is_empty() -> None:
    driver = Driver()
    driver.stable(0, statics=("i", "j"), session=30.0, rebalance=5.0)
    driver.ask_leave(("", "j"))
    driver.advance(30.0)
    assert driver.state == "Empty"


def test_the_leader_is_the_first_joiner_and_stays() -> None:
    driver = Driver()
    first, second, third = driver.stable(3)
    assert driver.group.classic.roster.leader == first
    slots = [driver.ask_join(member, protocols=OTHER_METADATA) for member in (third, second, first)]
    assert {driver.answers[slot].leader for slot in slots} == {first}


def test_a_leader_that_does_not_come_back_is_replaced() -> None:
    driver = Driver()
    first, second = driver.stable(2, session=200.0)
    driver.ask_leave((first, None))
    slot = driver.ask_join(second, session=200.0)
    assert driver.answers[slot].leader == second


def test_only_the_leader_gets_the_members() -> None:
    driver = Driver()
    slots = [driver.ask_join(learns_member_id=False, protocols=(("range", name),)) for name in (b"1", b"2")]
    driver.gather()
    leader, follower = (driver.answers[slot] for slot in slots)
    assert [(member.member_id, member.metadata) for member in leader.members] == [("c-1", b"1"), ("c-2", b"2")]
    assert follower.members == []


def test_the_protocol_is_chosen_by_vote() -> None:
    driver = Driver()
    for protocols in (RANGE_THEN_ROUND, ROUND_THEN_RANGE, ROUND_THEN_RANGE):
        driver.ask_join(protocols=protocols, learns_member_id=False)
    driver.gather()
    assert driver.group.classic.protocol == "round"


def test_votes_count_only_for_what_all_support() -> None:
    driver = Driver()
    both = (("mine", b""), *RANGE_THEN_ROUND)
    for protocols in (both, both, RANGE_THEN_ROUND):
        driver.ask_join(protocols=protocols, learns_member_id=False)
    driver.gather()
    assert driver.group.classic.protocol == "range"


def test_in_a_tie_the_first_joiner_decides() -> None:
    driver = Driver()
    for protocols in (ROUND_THEN_RANGE, RANGE_THEN_ROUND):
        driver.ask_join(protocols=protocols, learns_member_id=False)
    driver.gather()
    assert driver.group.classic.protocol == "round"


def test_a_protocol_named_twice_counts_once() -> None:
    driver = Driver()
    driver.ask_join(protocols=(*RANGE, *RANGE), learns_member_id=False)
    driver.ask_join(learns_member_id=False)
    driver.gather()
    assert driver.group.classic.protocol == "range"


def test_timeouts_of_nothing_are_stretched() -> None:
    driver = Driver()
    slot = driver.ask_join(rebalance=-1.0, learns_member_id=False)
    driver.gather()
    assert driver.answers[slot].error_code == 0
    assert driver.sync("c-1", 1).error_code == 0
    driver.ask_join("c-1", rebalance=0.0)
    driver.advance(SHORTEST_REBALANCE)
    assert driver.state == "Empty"  # joined at once, and had its moment to sync


# -- coming back


def test_a_leader_that_joins_a_stable_group_makes_it_rebalance() -> None:
    driver = Driver()
    leader, _follower = driver.stable(2)
    slot = driver.ask_join(leader)
    assert (driver.state, slot in driver.waiting) == ("PreparingRebalance", True)


def test_a_follower_that_joins_a_stable_group_unchanged_gets_the_generation() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    answer = driver.join(follower)
    assert (answer.error_code, answer.generation_id, answer.leader, answer.members) == (0, 1, leader, [])
    assert driver.state == "Stable"


def test_a_follower_with_other_metadata_makes_a_stable_group_rebalance() -> None:
    driver = Driver()
    _leader, follower = driver.stable(2)
    assert driver.ask_join(follower, protocols=OTHER_METADATA) in driver.waiting
    assert driver.state == "PreparingRebalance"


@pytest.mark.parametrize("who", ["leader", "follower"])
def test_who_joins_unchanged_before_the_assignment_gets_the_generation_again(who: str) -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    member = {"leader": "c-1", "follower": "c-2"}[who]
    answer = driver.join(member)
    assert (answer.error_code, answer.generation_id, answer.leader) == (0, 1, "c-1")
    assert [one.member_id for one in answer.members] == (["c-1", "c-2"] if who == "leader" else [])
    assert driver.state == "CompletingRebalance"


def test_who_joins_changed_before_the_assignment_starts_again() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    waits = driver.ask_sync("c-2", 1)
    assert driver.ask_join("c-1", protocols=OTHER_METADATA) in driver.waiting
    assert driver.answers[waits].error_code == 27
    assert driver.state == "PreparingRebalance"


def test_an_empty_group_takes_any_protocol_type() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.leave((member, None))
    slot = driver.ask_join(protocol_type="connect", protocols=(("default", b""),), learns_member_id=False)
    driver.gather()
    assert (driver.answers[slot].protocol_type, driver.answers[slot].generation_id) == ("connect", 3)


# -- SyncGroup


def test_sync_by_nobody() -> None:
    driver = Driver()
    assert driver.sync("who", 1).error_code == 25
    driver.stable()
    assert driver.sync("who", 1).error_code == 25


def test_sync_of_another_generation() -> None:
    driver = Driver()
    [member] = driver.stable()
    assert driver.sync(member, 0).error_code == 22


@pytest.mark.parametrize(("protocol_type", "protocol_name"), [("connect", "range"), ("consumer", "round")])
def test_sync_of_another_protocol(protocol_type: str, protocol_name: str) -> None:
    driver = Driver()
    [member] = driver.stable()
    options = {"protocol_type": protocol_type, "protocol_name": protocol_name}
    assert driver.sync(member, 1, **options).error_code == 23
    assert driver.sync(member, 1, protocol_type="consumer", protocol_name="range").error_code == 0


def test_sync_while_a_rebalance_gathers() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.ask_join(leader)
    assert driver.sync(follower, 1).error_code == 27
    assert driver.sync(follower, 0).error_code == 22
    assert driver.sync("who", 1).error_code == 25


def test_the_leaders_sync_answers_everybody() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    follower = driver.ask_sync("c-2", 1)
    assert follower in driver.waiting
    answer = driver.sync("c-1", 1, {"c-1": b"one", "c-2": b"two", "who": b"nobody's"})
    assert (answer.assignment, driver.answers[follower].assignment) == (b"one", b"two")
    assert (answer.protocol_type, answer.protocol_name) == ("consumer", "range")
    assert driver.state == "Stable"


def test_who_is_not_in_the_assignment_gets_nothing() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    follower = driver.ask_sync("c-2", 1)
    driver.sync("c-1", 1, {"c-1": b"all"})
    assert (driver.answers[follower].error_code, driver.answers[follower].assignment) == (0, b"")


def test_sync_of_a_stable_group_is_the_stored_assignment() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    assert driver.sync(follower, 1).assignment == follower.encode()
    assert driver.sync(leader, 1, {leader: b"other", follower: b"other"}).assignment == leader.encode()
    assert driver.sync(follower, 1).assignment == follower.encode()


def test_who_does_not_sync_in_time_is_out() -> None:
    driver = Driver()
    for _ in range(3):
        driver.ask_join(session=100.0, rebalance=20.0, learns_member_id=False)
    driver.gather()
    waits = driver.ask_sync("c-2", 1)
    driver.advance(19.9)
    assert waits in driver.waiting
    driver.advance(0.1)
    assert driver.answers[waits].error_code == 27
    assert set(driver.group.classic.members) == {"c-2"}
    assert driver.state == "PreparingRebalance"


def test_who_does_not_sync_in_a_stable_group_is_out_too() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(session=100.0, rebalance=20.0, learns_member_id=False)
    driver.gather()
    driver.sync("c-1", 1)
    assert driver.state == "Stable"
    driver.advance(20.0)
    assert (driver.state, set(driver.group.classic.members)) == ("PreparingRebalance", {"c-1"})


def test_a_static_member_that_came_back_need_not_sync_again() -> None:
    driver = Driver()
    for instance in ("i", "j"):
        driver.ask_join(instance=instance, session=100.0, rebalance=20.0)
    driver.gather()
    driver.sync("i-1", 1, instance="i")
    back = driver.join(instance="j", session=100.0, rebalance=20.0).member_id
    driver.advance(50.0)
    assert (driver.state, set(driver.group.classic.members)) == ("Stable", {"i-1", back})


def test_waiting_syncs_learn_that_a_member_left() -> None:
    driver = Driver()
    for _ in range(3):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    stays, leaves = driver.ask_sync("c-2", 1), driver.ask_sync("c-3", 1)
    driver.leave(("c-3", None))
    assert (driver.answers[stays].error_code, driver.answers[leaves].error_code) == (27, 25)


def test_a_repeated_sync_waits_in_the_place_of_the_old_one() -> None:
    driver = Driver()
    driver.slow = True
    driver.ask_join(learns_member_id=False)
    driver.keep()
    driver.gather()
    first, second = driver.ask_sync("c-1", 1, {"c-1": b"a"}), driver.ask_sync("c-1", 1, {"c-1": b"b"})
    driver.keep()
    assert (driver.answers[first].error_code, driver.answers[second].assignment) == (27, b"a")
    assert driver.replayed().classic.members["c-1"].assignment == b"a", "the first one is the assignment"


# -- Heartbeat and sessions


def test_heartbeats() -> None:
    driver = Driver()
    assert driver.heartbeat("c-1", 0) == 25
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    assert driver.heartbeat("c-2", 1) == 0, "CompletingRebalance"
    driver.assign()
    assert driver.heartbeat("c-2", 1) == 0
    assert driver.heartbeat("c-2", 0) == 22
    assert driver.heartbeat("who", 1) == 25
    driver.ask_join("c-1")
    assert driver.heartbeat("c-2", 1) == 27
    assert driver.heartbeat("c-2", 0) == 22
    driver.leave(("c-1", None), ("c-2", None))
    assert driver.state == "Empty"
    assert driver.heartbeat("c-2", 1) == 25


def test_a_silent_member_is_removed() -> None:
    driver = Driver()
    leader, _follower = driver.stable(2)
    driver.advance(6.0)
    driver.heartbeat(leader, 1)
    driver.advance(4.0)
    assert (driver.state, set(driver.group.classic.members)) == ("PreparingRebalance", {leader})


@pytest.mark.parametrize("what", ["heartbeat", "commit", "join", "heartbeat while gathering"])
def test_what_keeps_a_session_alive(what: str) -> None:
    driver = Driver()
    leader, follower = driver.stable(2, session=10.0)
    if what == "heartbeat while gathering":
        driver.ask_join(leader)
    driver.advance(9.0)
    if what.startswith("heartbeat"):
        driver.heartbeat(follower, 1)
    elif what == "commit":
        assert driver.commit({("t", 0): 1}, follower, 1) == {0}
    else:
        driver.ask_join(follower, protocols=OTHER_METADATA)
    driver.advance(9.0)
    assert follower in driver.group.classic.members
    driver.advance(1.0)
    assert (follower in driver.group.classic.members) == (what == "join"), "and no longer than that"


def test_an_answered_sync_begins_a_session() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    driver.ask_sync("c-2", 1)
    driver.advance(9.0)
    driver.heartbeat("c-1", 1)
    driver.advance(5.0)
    driver.ask_sync("c-1", 1)
    driver.advance(9.0)
    assert driver.heartbeat("c-2", 1) == 0


def test_who_waits_in_join_does_not_expire() -> None:
    driver = Driver()
    leader, follower = driver.stable(2, session=6.0, rebalance=60.0)
    slot = driver.ask_join(leader, session=6.0, rebalance=60.0)
    for _ in range(5):
        driver.advance(5.0)
        assert driver.heartbeat(follower, 1) == 27
    assert slot in driver.waiting
    driver.ask_join(follower, session=6.0, rebalance=60.0)
    assert driver.answers[slot].error_code == 0


def test_a_new_member_waits_no_longer_than_five_minutes() -> None:
    driver = Driver()
    [_leader] = driver.stable(session=1800.0, rebalance=1800.0)
    slot = driver.ask_join(session=1800.0, rebalance=1800.0, learns_member_id=False)
    driver.advance(NEW_MEMBER_JOIN_TIMEOUT - 1)
    assert slot in driver.waiting
    driver.advance(1)
    assert (driver.answers[slot].error_code, driver.answers[slot].member_id) == (25, "")


def test_all_members_gone_leave_an_empty_group() -> None:
    driver = Driver()
    driver.stable(3)
    driver.advance(10.0)
    assert (driver.state, driver.generation, driver.group.deadline()) == ("Empty", 2, math.inf)
    stored = driver.stored()[-1]
    assert stored is not None
    assert (stored.generation, stored.members, stored.protocol, stored.leader) == (2, [], None, None)
    assert stored.protocol_type == "consumer"


# -- LeaveGroup


def test_leaving() -> None:
    driver = Driver()
    assert driver.leave(("who", None)) == [25], "there is no such group"
    _static, leader, follower = driver.stable(2, statics=("i",))
    assert driver.leave() == []
    answers = driver.leave(
        ("who", None), ("", None), ("", "j"), (follower, "j"), (follower, "i"), (follower, None), (follower, None)
    )
    assert answers == [25, 25, 25, 25, 82, 0, 25]
    assert driver.state == "PreparingRebalance"
    assert driver.leave(("", "i")) == [0]
    assert set(driver.group.classic.members) == {leader}


def test_who_leaves_in_a_list_is_gone_for_the_rest_of_it() -> None:
    driver = Driver()
    [old] = driver.stable(0, statics=("i",))
    new = driver.join(instance="i").member_id
    assert driver.leave((old, "i"), (new, "i"), (old, "i")) == [82, 0, 25]


def test_a_static_member_leaves_by_both_its_ids() -> None:
    driver = Driver()
    [static] = driver.stable(0, statics=("i",))
    assert driver.leave((static, "i")) == [0]
    assert driver.state == "Empty"


def test_the_waiting_join_of_who_leaves_is_answered() -> None:
    driver = Driver()
    leader, _follower = driver.stable(2)
    slot = driver.ask_join(leader)
    driver.leave((leader, None))
    assert (driver.answers[slot].error_code, driver.answers[slot].member_id) == (25, "")


def test_the_last_to_leave_completes_the_rebalance_of_the_others() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    slot = driver.ask_join(leader)
    driver.leave((follower, None))
    assert driver.answers[slot].error_code == 0


# -- static members


@pytest.mark.parametrize("can_skip", [True, False])
def test_a_static_leader_comes_back_without_a_rebalance(can_skip: bool) -> None:
    driver = Driver()
    old, other = driver.stable(statics=("i",))
    answer = driver.join(instance="i", can_skip_assignment=can_skip)
    new = answer.member_id
    assert new not in (old, "")
    assert (answer.error_code, answer.generation_id, answer.skip_assignment) == (0, 1, can_skip)
    assert answer.leader == (new if can_skip else old)
    assert {member.member_id for member in answer.members} == ({new, other} if can_skip else set())
    assert driver.state == "Stable"
    assert driver.sync(new, 1).assignment == old.encode(), "it has its old assignment"
    stored = driver.stored()[-1]
    assert stored is not None
    assert (stored.leader, {part.member_id: part.assignment for part in stored.members}) == (
        new,
        {new: old.encode(), other: other.encode()},
    )


def test_a_static_follower_comes_back_without_a_rebalance() -> None:
    driver = Driver()
    leader, _old = driver.stable(0, statics=("i", "j"))
    answer = driver.join(instance="j")
    assert (answer.generation_id, answer.leader, answer.members, answer.skip_assignment) == (1, leader, [], False)
    assert driver.state == "Stable"


def test_the_old_id_of_a_static_member_is_fenced() -> None:
    driver = Driver()
    [old] = driver.stable(0, statics=("i",))
    driver.join(instance="i")
    assert driver.heartbeat(old, 1, "i") == 82
    assert driver.heartbeat(old, 1) == 25
    assert driver.sync(old, 1, instance="i").error_code == 82
    assert driver.join(old, instance="i").error_code == 82
    assert driver.commit({("t", 0): 1}, old, 1, instance="i") == {82}
    assert driver.leave((old, "i")) == [82]


def test_a_static_member_need_not_say_so() -> None:
    driver = Driver()
    [member] = driver.stable(0, statics=("i",))
    assert driver.heartbeat(member, 1) == 0
    assert driver.heartbeat(member, 1, "i") == 0
    assert driver.heartbeat(member, 1, "j") == 25


def test_other_metadata_for_the_chosen_protocol_makes_no_rebalance() -> None:
    driver = Driver()
    driver.stable(statics=("i",))
    answer = driver.join(instance="i", protocols=OTHER_METADATA)
    assert (answer.generation_id, driver.state) == (1, "Stable")
    assert driver.group.classic.members[answer.member_id].metadata("range") == b"other"


def test_a_static_member_that_changes_the_chosen_protocol_makes_a_rebalance() -> None:
    driver = Driver()
    driver.stable(0, statics=("i",), protocols=RANGE_THEN_ROUND)
    assert driver.join(instance="i", protocols=ROUND_THEN_RANGE).generation_id == 2
    assert driver.group.classic.protocol == "round"


def test_a_sole_static_member_needs_a_protocol_of_its_old_self() -> None:
    driver = Driver()
    driver.stable(0, statics=("i",))
    assert driver.join(instance="i", protocols=(("round", b""),)).error_code == 23


def test_a_static_member_that_comes_back_before_the_assignment_starts_again() -> None:
    driver = Driver()
    leader, old = driver.new_static("i"), driver.new_static("j")
    driver.gather()
    waiting = [driver.ask_sync(old, 1, instance="j"), driver.ask_sync(leader, 0, instance="i")]
    slot = driver.ask_join(instance="j")
    assert [driver.answers[one].error_code for one in waiting] == [82, 22]
    assert (slot in driver.waiting, driver.state) == (True, "PreparingRebalance")


def test_a_waiting_join_is_fenced_when_its_instance_comes_back() -> None:
    driver = Driver(initial_rebalance_delay=3.0)
    old = driver.ask_join(instance="i")
    new = driver.ask_join(instance="i")
    assert (driver.answers[old].error_code, driver.answers[old].member_id) == (82, "i-1")
    driver.gather()
    assert (driver.answers[new].error_code, driver.answers[new].member_id) == (0, "i-2")


def test_a_static_member_that_came_back_shows_its_new_client() -> None:
    driver = Driver()
    driver.stable(0, statics=("i",))
    driver.join(instance="i")
    [member] = driver.group.describe().members
    assert (member.client_id, member.client_host, member.group_instance_id) == ("c", "/127.0.0.1", "i")


# -- Dead


def test_a_dead_group_sends_everybody_away() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.leave((member, None))
    driver.slow = True
    slot = driver.ask_delete()
    assert driver.state == "Dead"
    assert driver.join().error_code == 15
    assert driver.join(member).error_code == 15
    assert driver.sync(member, 1).error_code == 15
    assert driver.heartbeat(member, 1) == 15
    assert driver.answers[driver.ask_leave((member, None))].error_code == 15
    assert driver.commit({("t", 0): 1}) == {15}
    driver.keep()
    assert driver.answers[slot].error_code == 0
    assert not driver.group.exists


# -- what is stored


def test_what_is_stored_when() -> None:
    driver = Driver()
    driver.join()
    assert [(value.protocol_type, value.generation, value.members) for value in driver.stored() if value] == [
        ("", 0, [])
    ]
    driver.ask_join("c-1")
    driver.gather()
    assert len(driver.log) == 1, "a generation is stored when it has its assignment"
    driver.advance(1.0)
    driver.sync("c-1", 1, {"c-1": b"mine"})
    stored = driver.stored()[-1]
    assert stored is not None
    [member] = stored.members
    assert (stored.generation, stored.protocol_type, stored.protocol, stored.leader) == (1, "consumer", "range", "c-1")
    assert (member.member_id, member.subscription, member.assignment) == ("c-1", b"r", b"mine")
    assert (member.session_timeout, member.rebalance_timeout) == (10_000, 60_000)
    assert (member.client_id, member.client_host) == ("c", "/127.0.0.1")
    assert len(driver.log) == 2


def test_a_group_is_stable_only_once_it_is_stored() -> None:
    driver = Driver()
    driver.slow = True
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    slots = [driver.ask_sync("c-2", 1), driver.ask_sync("c-1", 1, {"c-1": b"1", "c-2": b"2"})]
    assert driver.state == "CompletingRebalance"
    assert driver.waiting == set(slots)
    assert driver.heartbeat("c-2", 1) == 0
    driver.keep()
    assert driver.state == "Stable"
    assert [driver.answers[slot].assignment for slot in slots] == [b"2", b"1"]


def test_an_assignment_that_was_overtaken_by_a_rebalance_is_only_stored() -> None:
    driver = Driver()
    driver.slow = True
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    slot = driver.ask_sync("c-1", 1, {"c-1": b"1"})
    driver.leave(("c-2", None))
    assert driver.answers[slot].error_code == 27
    driver.keep()
    assert driver.state == "PreparingRebalance"
    assert driver.replayed().classic.generation == 1
    driver.slow = False
    assert driver.join("c-1").generation_id == 2
    assert driver.sync("c-1", 2, {"c-1": b"2"}).assignment == b"2"


def test_an_assignment_that_cannot_be_stored_is_nobodys() -> None:
    driver = Driver()
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.gather()
    driver.broken = True
    slots = [driver.ask_sync("c-2", 1), driver.ask_sync("c-1", 1, {"c-1": b"1", "c-2": b"2"})]
    assert [driver.answers[slot].error_code for slot in slots] == [16, 16]
    assert (driver.state, driver.generation) == ("Empty", 0), "what is stored is the new group"
    driver.broken = False
    driver.stable()


def test_an_assignment_that_is_stored_too_late_is_nobodys() -> None:
    driver = Driver()
    driver.slow = True
    for _ in range(2):
        driver.ask_join(learns_member_id=False)
    driver.keep()
    driver.gather()
    slots = [driver.ask_sync("c-2", 1), driver.ask_sync("c-1", 1, {"c-1": b"1", "c-2": b"2"})]
    driver.late()
    assert [driver.answers[slot].error_code for slot in slots] == [15, 15]
    assert driver.state == "PreparingRebalance"
    driver.keep()
    assert driver.replayed().classic.generation == 1
    assert driver.state == "PreparingRebalance"
    joins = [driver.ask_join("c-1"), driver.ask_join("c-2")]
    assert {driver.answers[slot].generation_id for slot in joins} == {2}


def test_what_is_late_of_another_generation_disturbs_nobody() -> None:
    driver = Driver()
    driver.slow = True
    driver.ask_join(learns_member_id=False)
    driver.keep()
    driver.gather()
    driver.ask_sync("c-1", 1, {"c-1": b"1"})
    driver.ask_join("c-1", protocols=OTHER_METADATA)
    assert (driver.state, driver.generation) == ("CompletingRebalance", 2)
    driver.late()
    assert driver.state == "CompletingRebalance"
    slot = driver.ask_sync("c-1", 2, {"c-1": b"2"})
    driver.keep()
    assert driver.answers[slot].assignment == b"2"


def test_a_static_member_that_is_stored_too_late_is_replaced_all_the_same() -> None:
    driver = Driver()
    driver.stable(0, statics=("i",))
    driver.slow = True
    slot = driver.ask_join(instance="i")
    driver.late()
    assert driver.answers[slot].error_code == 15
    driver.keep()
    new = driver.group.classic.roster.static_ids["i"]
    assert driver.replayed().classic.roster.static_ids == {"i": new}


def test_a_group_that_cannot_be_created_does_not_exist() -> None:
    driver = Driver()
    driver.broken = True
    answer = driver.join()
    assert (answer.error_code, answer.member_id, answer.protocol_name) == (16, "", None)
    slot = driver.ask_join(learns_member_id=False)
    assert driver.answers[slot].error_code == 16
    assert not driver.group.exists
    assert driver.group.classic.pending == {}


def test_a_static_member_that_cannot_be_stored_was_never_replaced() -> None:
    driver = Driver()
    [old] = driver.stable(0, statics=("i",))
    driver.broken = True
    assert driver.join(instance="i").error_code == 16
    assert driver.heartbeat(old, 1, "i") == 0
    assert driver.state == "Stable"


def test_members_who_left_unstored_are_waited_for_again() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.broken = True
    assert driver.answers[driver.ask_leave((member, None))].error_code == 16
    assert driver.state == "Stable"
    driver.broken = False
    driver.advance(10.0)
    assert driver.state == "Empty"


def test_falling_back_spares_what_is_in_the_log_already() -> None:
    driver = Driver()
    [member] = driver.stable()
    driver.slow = True
    left = driver.ask_leave((member, None))  # on its way
    driver.broken = True
    failed = driver.ask_delete()
    assert driver.answers[failed].error_code == 16
    assert (driver.state, driver.generation) == ("Empty", 2), "that the member left will be kept"
    driver.broken = False
    assert driver.join(member).error_code == 25
    driver.keep()
    assert driver.answers[left].error_code == 0
    assert (driver.state, driver.generation) == ("Empty", 2)
    assert driver.replayed().classic.generation == 2


def test_a_restored_group_gives_its_members_a_session() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.advance(9.0)
    driver.restart()
    assert (driver.state, driver.generation, driver.group.classic.roster.leader) == ("Stable", 1, leader)
    assert driver.heartbeat(leader, 1) == 0
    assert driver.sync(follower, 1).assignment == follower.encode()
    driver.advance(9.9)
    assert set(driver.group.classic.members) == {leader, follower}
    driver.advance(0.1)
    assert driver.state == "Empty"


def test_a_restored_group_rebalances_with_the_protocol_it_had() -> None:
    driver = Driver()
    leader, follower = driver.stable(2, protocols=RANGE_THEN_ROUND)
    driver.restart()
    assert driver.join(follower, protocols=(("round", b"o"),)).error_code == 23
    slot = driver.ask_join(leader, protocols=RANGE_THEN_ROUND)
    driver.ask_join(follower, protocols=RANGE_THEN_ROUND)
    assert driver.answers[slot].generation_id == 2


def test_a_restored_group_keeps_its_leader() -> None:
    driver = Driver()
    _static, dynamic = driver.stable(statics=("i",), session=100.0, rebalance=20.0)
    driver.ask_join(dynamic, protocols=OTHER_METADATA, session=100.0, rebalance=20.0)
    driver.advance(20.0)
    driver.assign()
    driver.restart()
    assert (driver.state, driver.group.classic.roster.leader) == ("Stable", dynamic)


def test_a_generation_without_assignment_is_forgotten_at_a_restart() -> None:
    driver = Driver()
    driver.new_member()
    driver.gather()
    assert driver.state == "CompletingRebalance"
    driver.restart()
    assert (driver.state, driver.generation) == ("Empty", 0)


# -- for people and tools


def test_a_stable_group_described() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    shown = driver.group.describe()
    assert (shown.group_state, shown.protocol_type, shown.protocol_data) == ("Stable", "consumer", "range")
    assert [(one.member_id, one.member_metadata, one.member_assignment) for one in shown.members] == [
        (leader, b"r", leader.encode()),
        (follower, b"r", follower.encode()),
    ]


def test_outside_stable_protocol_and_metadata_are_not_shown() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.ask_join(leader)
    driver.ask_join(follower)
    shown = driver.group.describe()
    assert (shown.group_state, shown.protocol_data) == ("CompletingRebalance", "")
    assert [one.member_metadata for one in shown.members] == [b"", b""]
    assert [one.member_assignment for one in shown.members] == [leader.encode(), follower.encode()], "the former ones"


def test_a_rebalance_before_the_assignment_forgets_the_former_ones() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.ask_join(leader)
    driver.ask_join(follower)
    driver.ask_join(follower, protocols=OTHER_METADATA)
    shown = driver.group.describe()
    assert (shown.group_state, {one.member_assignment for one in shown.members}) == ("PreparingRebalance", {b""})


def test_a_group_with_pending_members_only_is_listed() -> None:
    driver = Driver()
    driver.join()
    listed = driver.group.listed()
    assert (listed.group_state, listed.protocol_type, listed.group_type) == ("Empty", "", "classic")


def test_people_are_told_why() -> None:
    driver = Driver()
    leader, follower = driver.stable(2)
    driver.news.clear()
    driver.leave((follower, None), reason="the consumer is being closed")
    assert driver.news == [
        f"group g: {follower} leaves (the consumer is being closed)",
        f"group g: generation 1 rebalances: {follower} left",
    ]
    driver.news.clear()
    driver.ask_join(leader, reason="need to revoke partitions")
    assert driver.news == [
        f"group g: {leader} joined as the leader (need to revoke partitions)",
        f"group g: generation 2: leader {leader}, protocol range, members: 1",
    ]
    driver.news.clear()
    driver.advance(60.0)
    assert driver.news == [
        f"group g: generation 2 rebalances: {leader} removed: not heard of within the session timeout",
        "group g: generation 3 is empty",
    ]


def test_a_heartbeat_moves_no_deadline() -> None:
    driver = Driver()
    [member] = driver.stable()
    before = driver.group.deadline()
    driver.advance(1.0)
    driver.heartbeat(member, 1)
    assert driver.group.deadline() == before
    driver.now = before
    driver.settle(driver.group.tick(driver.now, driver.wall_ms))
    assert driver.group.deadline() == before + 1.0


def work(action: Callable[[], object]) -> int:
    """Count the functions that are called: a measure of cost that does not depend on the machine."""
    calls = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def costs_of_a_group(members: int) -> tuple[int, int, int]:
    """Return what it costs to become stable, to rebalance after one left, and one heartbeat."""
    driver = Driver()
    joining = work(lambda: driver.stable(members))
    first, *rest = driver.group.classic.members

    def rebalance() -> None:
        driver.leave((first, None))
        for member in rest:
            driver.ask_join(member)

    rebalancing = work(rebalance)
    assert (driver.state, driver.generation) == ("CompletingRebalance", 2)
    return joining, rebalancing, work(lambda: driver.heartbeat(rest[-1], 2))


def test_a_large_group_costs_no_more_per_member_and_no_more_per_heartbeat() -> None:
    small, large = costs_of_a_group(50), costs_of_a_group(500)
    assert large[0] < 11 * small[0]
    assert large[1] < 11 * small[1]
    assert large[2] == small[2]


RULES: dict[str, list[Callable[..., None]]] = {
    "3.5 JoinGroup: session timeout out of range 26": [test_session_timeout_out_of_bounds],
    "3.5 JoinGroup: member id and no group 25": [test_member_id_of_a_missing_group, test_unknown_member_id],
    "3.5 JoinGroup: size limit 81": [
        test_a_full_group_takes_nobody_new,
        test_a_full_group_while_it_gathers_counts_those_who_wait,
        test_a_pending_member_that_finds_the_group_full_holds_nobody_up,
        test_a_group_that_is_too_large_at_a_restart_puts_out_who_comes_last,
    ],
    "3.5 JoinGroup: other type, nothing in common, nothing at all 23": [
        test_no_protocol_in_common,
        test_a_protocol_must_be_common_to_all_members,
    ],
    "3.5 dead group 15": [test_a_dead_group_sends_everybody_away],
    "3.5 MEMBER_ID_REQUIRED, pending until session timeout": [
        test_a_new_member_first_learns_its_id,
        test_an_old_client_joins_in_one_step,
        test_a_pending_member_is_waited_for_until_its_session_ends,
        test_a_pending_member_id_with_an_instance_id_is_unknown,
    ],
    "3.5 initial delay": [
        test_the_initial_delay_lets_others_come,
        test_the_initial_delay_is_extended_per_joiner,
        test_the_initial_delay_ends_with_the_rebalance_timeout,
    ],
    "ours: without a delay, who is on the way is waited for": [
        test_who_comes_alone_waits_for_nobody,
        test_the_first_generation_waits_for_who_is_announced_and_no_longer,
        test_the_first_generation_waits_for_who_is_announced_while_it_waits,
        test_the_first_generation_does_not_wait_for_who_does_not_come,
        test_the_first_generation_does_not_wait_for_ever_for_who_asks_again_and_again,
        test_the_first_generation_waits_for_who_has_just_got_its_id,
        test_nobody_is_waited_for_where_there_is_a_delay_or_a_generation,
    ],
    "3.5 end of the join phase": [
        test_a_rebalance_ends_when_everybody_came_back,
        test_who_does_not_come_back_in_time_is_out,
        test_a_rebalance_has_its_time_whatever_else_is_due,
        test_a_silent_static_member_stays_until_its_session_ends,
        test_if_nobody_comes_back_the_static_members_are_waited_for,
        test_if_the_silent_static_members_expire_the_group_is_empty,
        test_timeouts_of_nothing_are_stretched,
    ],
    "3.5 leader": [
        test_the_leader_is_the_first_joiner_and_stays,
        test_a_leader_that_does_not_come_back_is_replaced,
        test_only_the_leader_gets_the_members,
    ],
    "3.5 protocol vote": [
        test_the_protocol_is_chosen_by_vote,
        test_votes_count_only_for_what_all_support,
        test_a_protocol_named_twice_counts_once,
    ],
    "3.5 rejoin of a Stable member": [
        test_a_leader_that_joins_a_stable_group_makes_it_rebalance,
        test_a_follower_that_joins_a_stable_group_unchanged_gets_the_generation,
        test_a_follower_with_other_metadata_makes_a_stable_group_rebalance,
    ],
    "3.5 rejoin in CompletingRebalance": [
        test_who_joins_unchanged_before_the_assignment_gets_the_generation_again,
        test_who_joins_changed_before_the_assignment_starts_again,
    ],
    "3.5 SyncGroup 25, 22, 23, 27": [
        test_sync_by_nobody,
        test_sync_of_another_generation,
        test_sync_of_another_protocol,
        test_sync_while_a_rebalance_gathers,
    ],
    "3.5 SyncGroup: the leader's call completes everybody": [
        test_the_leaders_sync_answers_everybody,
        test_who_is_not_in_the_assignment_gets_nothing,
        test_sync_of_a_stable_group_is_the_stored_assignment,
    ],
    "3.5 sync timeout": [
        test_who_does_not_sync_in_time_is_out,
        test_who_does_not_sync_in_a_stable_group_is_out_too,
        test_a_static_member_that_came_back_need_not_sync_again,
        test_waiting_syncs_learn_that_a_member_left,
    ],
    "3.5 Heartbeat": [test_heartbeats],
    "3.5 sessions": [
        test_a_silent_member_is_removed,
        test_what_keeps_a_session_alive,
        test_an_answered_sync_begins_a_session,
        test_who_waits_in_join_does_not_expire,
        test_a_new_member_waits_no_longer_than_five_minutes,
        test_all_members_gone_leave_an_empty_group,
    ],
    "3.5 a waiting join gets 25 when its member leaves, 82 when its instance is taken over": [
        test_the_waiting_join_of_who_leaves_is_answered,
        test_a_waiting_join_is_fenced_when_its_instance_comes_back,
    ],
    "3.5 LeaveGroup": [
        test_leaving,
        test_who_leaves_in_a_list_is_gone_for_the_rest_of_it,
        test_a_static_member_leaves_by_both_its_ids,
        test_the_last_to_leave_completes_the_rebalance_of_the_others,
    ],
    "3.5 static members": [
        test_a_static_leader_comes_back_without_a_rebalance,
        test_a_static_follower_comes_back_without_a_rebalance,
        test_the_old_id_of_a_static_member_is_fenced,
        test_other_metadata_for_the_chosen_protocol_makes_no_rebalance,
        test_a_static_member_that_changes_the_chosen_protocol_makes_a_rebalance,
        test_a_static_member_that_comes_back_before_the_assignment_starts_again,
    ],
    "3.11 shape of JoinGroup errors": [test_every_join_error_has_the_same_shape],
    "3.11 instance id '' is one": [test_an_empty_instance_id_is_one],
    "3.11 a JoinGroup refused with 23 creates the group": [
        test_a_join_refused_for_its_protocols_still_creates_the_group
    ],
    "3.11 an Empty group takes any protocol type": [test_an_empty_group_takes_any_protocol_type],
    "3.11 a group with pending members only is Empty and listed": [test_a_group_with_pending_members_only_is_listed],
    "3.11 pending member: 25, holds up a rebalance, LeaveGroup 0": [
        test_a_pending_member_is_nobody_yet,
        test_a_pending_member_that_leaves_holds_nobody_up,
        test_pending_members_do_not_keep_an_empty_group_waiting,
        test_a_pending_member_that_leaves_makes_nobody_rebalance,
    ],
    "3.11 DescribeGroups": [
        test_a_stable_group_described,
        test_outside_stable_protocol_and_metadata_are_not_shown,
        test_a_rebalance_before_the_assignment_forgets_the_former_ones,
    ],
    "3.11 Heartbeat of a static member without instance id 0": [test_a_static_member_need_not_say_so],
    "3.11 1-1 vote tie": [test_in_a_tie_the_first_joiner_decides],
    "3.11 a sole static member without a common protocol 23": [
        test_a_sole_static_member_needs_a_protocol_of_its_old_self
    ],
    "3.11 records": [
        test_what_is_stored_when,
        test_a_restored_group_gives_its_members_a_session,
        test_a_restored_group_rebalances_with_the_protocol_it_had,
        test_a_restored_group_keeps_its_leader,
        test_a_generation_without_assignment_is_forgotten_at_a_restart,
    ],
    "ours: state never runs ahead of the log": [
        test_a_group_is_stable_only_once_it_is_stored,
        test_an_assignment_that_was_overtaken_by_a_rebalance_is_only_stored,
        test_an_assignment_that_cannot_be_stored_is_nobodys,
        test_a_group_that_cannot_be_created_does_not_exist,
        test_a_static_member_that_cannot_be_stored_was_never_replaced,
        test_members_who_left_unstored_are_waited_for_again,
        test_falling_back_spares_what_is_in_the_log_already,
    ],
    "ours: who waits for a slow store does so for a bounded time": [
        test_an_assignment_that_is_stored_too_late_is_nobodys,
        test_what_is_late_of_another_generation_disturbs_nobody,
        test_a_static_member_that_is_stored_too_late_is_replaced_all_the_same,
    ],
    "ours: every request is answered": [
        test_a_repeated_join_waits_in_the_place_of_the_old_one,
        test_a_repeated_sync_waits_in_the_place_of_the_old_one,
    ],
    "ours: what people see": [test_people_are_told_why, test_a_static_member_that_came_back_shows_its_new_client],
    "ours: a heartbeat costs nothing": [
        test_a_heartbeat_moves_no_deadline,
        test_a_large_group_costs_no_more_per_member_and_no_more_per_heartbeat,
    ],
}


def test_every_test_here_shows_a_rule() -> None:
    shown = {test.__name__ for tests in RULES.values() for test in tests}
    here = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert here - shown == {"test_every_test_here_shows_a_rule"}
