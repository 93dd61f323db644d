"""What ConsumerGroupDescribe shows of a group."""

from __future__ import annotations

from kafkalite.core.groups.consumer_description import describe
from kafkalite.wire.messages.consumer_group_describe import ConsumerGroupDescribeResponse
from tests.unit.core.groups.consumer_driver import ConsumerDriver, Partitions
from tests.unit.core.groups.test_classic_consumers import consumer


def shown(assignment: ConsumerGroupDescribeResponse.Assignment) -> Partitions:
    return {one.topic_name: one.partitions for one in assignment.topic_partitions}


def test_a_stable_group() -> None:
    driver = ConsumerDriver({"u": 1, "t": 2})
    driver.enter("m1", ["u", "t"], instance="i", rack="r", assignor="range", regex="x.*")
    group = describe(driver.consumers)
    assert (group.error_code, group.group_id, group.group_state) == (0, "g", "Stable")
    assert (group.group_epoch, group.assignment_epoch, group.assignor_name) == (2, 2, "range")
    (member,) = group.members
    assert (member.member_id, member.instance_id, member.rack_id, member.member_epoch) == ("m1", "i", "r", 2)
    assert (member.client_id, member.client_host, member.member_type) == ("c", "/127.0.0.1", 1)
    assert (member.subscribed_topic_names, member.subscribed_topic_regex) == (["t", "u"], "x.*")
    assert shown(member.assignment) == shown(member.target_assignment) == {"u": [0], "t": [0, 1]}
    assert {one.topic_name: one.topic_id for one in member.assignment.topic_partitions} == {
        "t": driver.topic_id("t"),
        "u": driver.topic_id("u"),
    }


def test_a_partition_is_a_members_until_it_has_given_it_up() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.enter("m2")
    driver.beat("m1", 2)
    group = describe(driver.consumers)
    assert group.group_state == "Reconciling"
    assert [shown(member.assignment) for member in group.members] == [{"t": [0, 1, 2, 3]}, {}]
    assert [shown(member.target_assignment) for member in group.members] == [{"t": [0, 1]}, {"t": [2, 3]}]
    assert [member.member_epoch for member in group.members] == [2, 3]


def test_members_of_the_classic_protocol_are_told_apart() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.join(protocols=consumer(), learns_member_id=False)
    assert [member.member_type for member in describe(driver.consumers).members] == [1, 0]


def test_a_topic_that_is_gone_has_no_name_to_show() -> None:
    driver = ConsumerDriver({"t": 1, "u": 1})
    driver.enter("m1", ["t", "u"])
    driver.delete_topic("t")
    (member,) = describe(driver.consumers).members
    assert (shown(member.assignment), shown(member.target_assignment)) == ({"u": [0]}, {"u": [0]})
    assert member.subscribed_topic_names == ["t", "u"]


def test_an_empty_group() -> None:
    driver = ConsumerDriver()
    driver.enter("m1")
    driver.beat("m1", -1)
    group = describe(driver.consumers)
    assert (group.group_state, group.group_epoch, group.assignment_epoch, group.members) == ("Empty", 3, 3, [])
    assert group.assignor_name == "uniform"
