"""What a heartbeat says of a member."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.consumer_entry import (
    SHORTEST_REBALANCE,
    as_assignment,
    check_epoch,
    owned_by,
    rebalance_timeout,
    successor,
    told_by,
)
from kafkalite.core.groups.consumer_member import ConsumerMember
from kafkalite.core.groups.turn import Caller
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatRequest

T = b"t" * 16
CALLER = Caller(None, "client", "/host")
MEMBER = ConsumerMember(
    "m", instance_id="i", topics=frozenset({"t"}), epoch=5, previous_epoch=3, assigned={T: {0: 3, 1: 5}}
)


def test_what_is_left_out_stays() -> None:
    told = told_by(MEMBER, ConsumerGroupHeartbeatRequest(member_id="m"), CALLER)
    assert told == MEMBER._replace(client_id="client", client_host="/host")


def test_what_is_said_counts() -> None:
    message = ConsumerGroupHeartbeatRequest(
        rack_id="r",
        rebalance_timeout_ms=7,
        server_assignor="range",
        subscribed_topic_names=["u", "u"],
        subscribed_topic_regex="x.*",
    )
    told = told_by(MEMBER, message, CALLER)
    assert (told.instance_id, told.rack_id, told.rebalance_timeout_ms, told.assignor) == ("i", "r", 7, "range")
    assert (list(told.topics), told.regex) == (["u"], "x.*")


def test_a_successor_begins_its_epochs_with_all_there_is() -> None:
    assert successor(MEMBER, "n") == MEMBER._replace(member_id="n", epoch=0, previous_epoch=0)


@pytest.mark.parametrize("epoch", [0, 5])
def test_an_epoch_that_will_do(epoch: int) -> None:
    check_epoch(MEMBER, epoch, None)


def test_the_previous_epoch_will_do_with_a_subset() -> None:
    check_epoch(MEMBER, 3, [(T, [0])])
    check_epoch(MEMBER, 3, [])
    for owned in (None, [(T, [0, 2])], [(b"u" * 16, [0])]):
        with pytest.raises(KafkaError, match=r"smaller member epoch \(3\)") as refused:
            check_epoch(MEMBER, 3, owned)
        assert refused.value.code == 110


@pytest.mark.parametrize(("epoch", "side"), [(4, "smaller"), (6, "greater")])
def test_any_other_epoch_is_fenced(epoch: int, side: str) -> None:
    with pytest.raises(KafkaError, match=rf"{side} member epoch \({epoch}\)"):
        check_epoch(MEMBER, epoch, [])


@pytest.mark.parametrize(("milliseconds", "seconds"), [(5000, 5.0), (0, SHORTEST_REBALANCE), (-5, SHORTEST_REBALANCE)])
def test_nobody_gets_no_time_at_all(milliseconds: int, seconds: float) -> None:
    assert rebalance_timeout(MEMBER._replace(rebalance_timeout_ms=milliseconds)) == seconds


def test_owned_partitions() -> None:
    assert owned_by(ConsumerGroupHeartbeatRequest()) is None
    assert owned_by(ConsumerGroupHeartbeatRequest(topic_partitions=[])) == []
    part = ConsumerGroupHeartbeatRequest.TopicPartitions(topic_id=T, partitions=[1])
    assert owned_by(ConsumerGroupHeartbeatRequest(topic_partitions=[part])) == [(T, [1])]


def test_an_assignment() -> None:
    (one,) = as_assignment({T: {3: 1, 1: 2}}).topic_partitions
    assert (one.topic_id, one.partitions) == (T, [1, 3])
