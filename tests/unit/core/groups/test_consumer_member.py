"""A member of a consumer group, in and out of Kafka's records."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.consumer_member import (
    ClassicMetadata,
    ConsumerMember,
    MemberState,
    target_from,
    target_record,
)
from kafkalite.core.groups.records import decode_record, encode_record
from kafkalite.wire.messages.consumer_offsets import (
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataValue,
)

T, U = b"t" * 16, b"u" * 16

MEMBER = ConsumerMember(
    "m",
    instance_id="i",
    rack_id="r",
    client_id="c",
    client_host="/h",
    topics=frozenset({"t", "a"}),
    regex="x.*",
    rebalance_timeout_ms=60_000,
    assignor="range",
    classic=ClassicMetadata(
        session_timeout_ms=45_000,
        supported_protocols=[ConsumerGroupMemberMetadataValue.ClassicProtocol(name="range", metadata=b"sub")],
    ),
    epoch=5,
    previous_epoch=4,
    state=MemberState.UNREVOKED_PARTITIONS,
    assigned={T: {0: 3, 2: 5}},
    revoking={T: {1: 3}, U: {0: 4}},
)


def test_a_member_is_what_its_two_records_say() -> None:
    records = [encode_record(change) for change in (MEMBER.metadata_record("g"), MEMBER.current_record("g"))]
    metadata, current = (decode_record(record.key, record.value) for record in records)
    assert metadata is not None
    assert current is not None
    assert ConsumerMember("m").with_metadata(metadata.value).with_current(current.value) == MEMBER  # type: ignore[arg-type]


def test_a_new_member_is_in_its_records_as_kafka_has_it() -> None:
    new = ConsumerMember("m", topics=frozenset({"b", "a"}))
    value = new.metadata_record("g").value
    assert (value.subscribed_topic_names, value.subscribed_topic_regex) == (["a", "b"], "")
    assert (value.instance_id, value.server_assignor, value.classic_member_metadata) == (None, None, None)


def test_what_brokers_without_assignment_epochs_wrote() -> None:
    topics = [ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions(topic_id=T, partitions=[0, 1])]
    topics[0].assignment_epochs = None
    value = ConsumerGroupCurrentMemberAssignmentValue(member_epoch=7, assigned_partitions=topics)
    assert ConsumerMember("m").with_current(value).assigned == {T: {0: 7, 1: 7}}
    value.member_epoch = -2
    assert ConsumerMember("m").with_current(value).assigned == {T: {0: 0, 1: 0}}


@pytest.mark.parametrize(("stored", "state"), [(0, "STABLE"), (1, "UNREVOKED_PARTITIONS"), (9, "UNKNOWN")])
def test_a_state_that_nobody_knows_is_unknown(stored: int, state: str) -> None:
    value = ConsumerGroupCurrentMemberAssignmentValue(state=stored)
    assert ConsumerMember("m").with_current(value).state.name == state


def test_questions() -> None:
    assert not MEMBER.is_reconciled_to(5), "it still gives something up"
    assert MEMBER._replace(state=MemberState.STABLE).is_reconciled_to(5)
    assert not MEMBER._replace(state=MemberState.STABLE).is_reconciled_to(6)
    assert MEMBER.owns_only([(T, [0, 2])])
    assert MEMBER.owns_only([])
    assert not MEMBER.owns_only([(T, [1])])
    assert not MEMBER.owns_only([(U, [0])])
    assert [MEMBER.assignment_epoch(T, one) for one in range(4)] == [3, 3, 5, None]
    assert MEMBER.assignment_epoch(U, 0) == 4
    assert (str(MEMBER), str(ConsumerMember("m"))) == ("m (instance i)", "m")


def test_a_target_in_and_out_of_its_record() -> None:
    target = {T: frozenset({2, 0}), U: frozenset({1})}
    record = encode_record(target_record("g", "m", target))
    change = decode_record(record.key, record.value)
    assert change is not None
    assert [one.partitions for one in change.value.topic_partitions] == [[0, 2], [1]]  # type: ignore[union-attr]
    assert target_from(change.value) == target  # type: ignore[arg-type]
