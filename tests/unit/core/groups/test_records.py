"""The records of `__consumer_offsets`, byte for byte as Kafka 4.4.0's own classes write them."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.consumer_member import MemberState
from kafkalite.core.groups.consumer_state import ConsumerState
from kafkalite.core.groups.records import (
    Change,
    ConsumerGroupStored,
    GroupStored,
    OffsetStored,
    PendingStored,
    decode_record,
    encode_record,
    record_type,
)
from kafkalite.wire.codec import ProtocolError
from kafkalite.wire.messages.consumer_offsets import (
    GroupMetadataKey,
    GroupMetadataValue,
    OffsetCommitKey,
    OffsetCommitValue,
)

OFFSET_KEY = OffsetCommitKey(group="g", topic="tt", partition=3)
GROUP_KEY = GroupMetadataKey(group="g")
OFFSET_KEY_BYTES = bytes.fromhex("00010001670002747400000003")
GROUP_KEY_BYTES = bytes.fromhex("0002000167")
TOPIC_ID = bytes.fromhex("00000000000000010000000000000002")


def offset(**changes: object) -> OffsetCommitValue:
    value = OffsetCommitValue(offset=77, leader_epoch=5, metadata="m\u00e9", commit_timestamp=1_700_000_000_000)
    for name, change in changes.items():
        setattr(value, name, change)
    return value


def group(**changes: object) -> GroupMetadataValue:
    member = GroupMetadataValue.MemberMetadata(
        member_id="c-1",
        group_instance_id="i",
        client_id="c",
        client_host="/127.0.0.1",
        rebalance_timeout=60_000,
        session_timeout=10_000,
        subscription=b"\1\2",
        assignment=b"\3",
    )
    value = GroupMetadataValue(
        protocol_type="consumer",
        generation=7,
        protocol="range",
        leader="c-1",
        current_state_timestamp=1_700_000_000_000,
        members=[member],
    )
    for name, change in changes.items():
        setattr(member if hasattr(member, name) else value, name, change)
    return value


EMPTY_GROUP = GroupMetadataValue(protocol=None, leader=None, current_state_timestamp=1_700_000_000_000)

WRITTEN = [
    (
        OffsetStored(OFFSET_KEY, offset(topic_id=TOPIC_ID)),
        "0004000000000000004d00000005046dc3a90000018bcfe5680001001000000000000000010000000000000002",
    ),
    (OffsetStored(OFFSET_KEY, offset()), "0004000000000000004d00000005046dc3a90000018bcfe5680000"),
    (
        OffsetStored(OFFSET_KEY, offset(leader_epoch=-1, expire_timestamp=1_700_000_600_000)),
        "0001000000000000004d00036dc3a90000018bcfe568000000018bcfee8fc0",
    ),
    (
        GroupStored(GROUP_KEY, group()),
        "00030008636f6e73756d657200000007000572616e67650003632d310000018bcfe56800000000010003632d31000169000163000a2f3132372e"
        "302e302e310000ea60000027100000000201020000000103",
    ),
    (GroupStored(GROUP_KEY, EMPTY_GROUP), "0003000000000000ffffffff0000018bcfe5680000000000"),
]

ONLY_READ = [
    (OffsetStored(OFFSET_KEY, offset()), "0003000000000000004d0000000500036dc3a90000018bcfe56800"),
    (OffsetStored(OFFSET_KEY, offset(leader_epoch=-1)), "0000000000000000004d00036dc3a90000018bcfe56800"),
    (
        GroupStored(GROUP_KEY, group(current_state_timestamp=-1, group_instance_id=None, rebalance_timeout=-1)),
        "00000008636f6e73756d657200000007000572616e67650003632d31000000010003632d31000163000a2f3132372e302e302e31000027100000"
        "000201020000000103",
    ),
]


def key_bytes(change: Change) -> bytes:
    return OFFSET_KEY_BYTES if isinstance(change, OffsetStored) else GROUP_KEY_BYTES


@pytest.mark.parametrize(("change", "value"), WRITTEN)
def test_what_we_write_is_what_kafka_writes(change: Change, value: str) -> None:
    assert encode_record(change) == (key_bytes(change), bytes.fromhex(value))


@pytest.mark.parametrize(("change", "value"), [*WRITTEN, *ONLY_READ])
def test_we_read_every_version(change: Change, value: str) -> None:
    assert decode_record(key_bytes(change), bytes.fromhex(value)) == change
    assert decode_record(memoryview(key_bytes(change)), memoryview(bytes.fromhex(value))) == change


@pytest.mark.parametrize("change", [OffsetStored(OFFSET_KEY, None), GroupStored(GROUP_KEY, None)])
def test_deletions(change: Change) -> None:
    assert encode_record(change) == (key_bytes(change), None)
    assert decode_record(key_bytes(change), None) == change


def test_other_types_are_not_ours() -> None:
    assert decode_record(b"\0\12\0\1g", b"") is None
    assert decode_record(b"", None) is None
    assert (record_type(b"\0\12\0\1g"), record_type(b"\0")) == (10, -1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"\0\1\0", None),
        (OFFSET_KEY_BYTES, b"\0\5"),
        (OFFSET_KEY_BYTES, b"\0"),
        (OFFSET_KEY_BYTES, b"\0\4\0"),
        (GROUP_KEY_BYTES, b"\xff\xff"),
    ],
)
def test_what_makes_no_sense(key: bytes, value: bytes | None) -> None:
    with pytest.raises(ProtocolError):
        decode_record(key, value)


def test_an_offset_of_a_transaction_is_the_same_record() -> None:
    stored = OffsetStored(OFFSET_KEY, offset())
    assert encode_record(PendingStored(7, stored)) == encode_record(stored)


# -- consumer groups (KIP-848), as a running Kafka 4.4.0 wrote them

T = bytes.fromhex("0e34aa8486f74b4da2bea30eeab6e597")
NAME = "742d313739353738303732333136312d31"  # t-1795780723161-1
M1, M2 = "00016700026d31", "00016700026d32"
WRITTEN_OF_CONSUMERS = [
    ("0005" + M1, "000002690272047261770b2f3132372e302e302e310212" + NAME + "010000ea600672616e676501000100"),
    ("0003000167", "0000000000020100084bd86ff8d2cbf6e0"),
    ("0007" + M1, "0000020e34aa8486f74b4da2bea30eeab6e597040000000000000001000000020000"),
    ("0006000167", "000000000002010008000001a21cdf424a"),
    (
        "0008" + M1,
        "0000000000020000000000020e34aa8486f74b4da2bea30eeab6e59704000000000000000100000002"
        "01000d040000000200000002000000020100",
    ),
    ("0005" + M2, "00000000047261770b2f3132372e302e302e310105742d2e2a0000ea600001000100"),
    ("0008" + M2, "0000000000020000000000010100"),
    ("001000016700" + "04742d2e2a", "00000212" + NAME + "00000000000043a0000001a21cdf46ff00"),
    ("0003000167", "0000000000030100084bd86ff8d2cbf6e0"),
    ("0007" + M1, "0000020e34aa8486f74b4da2bea30eeab6e5970300000000000000010000"),
    ("0007" + M2, "0000020e34aa8486f74b4da2bea30eeab6e59702000000020000"),
    ("0006000167", "000000000003010008000001a21cdf4d8a"),
    (
        "0008" + M1,
        "0000000000020000000201020e34aa8486f74b4da2bea30eeab6e597030000000000000001010009030000000200000002"
        "020e34aa8486f74b4da2bea30eeab6e5970200000002010005020000000200",
    ),
]
"""Two members of group g, one with a pattern, up to the moment when m1 is told to give a partition up."""


@pytest.mark.parametrize(("key", "value"), WRITTEN_OF_CONSUMERS)
def test_what_kafka_wrote_of_a_consumer_group(key: str, value: str) -> None:
    key_data, data = bytes.fromhex(key), bytes.fromhex(value)
    change = decode_record(key_data, data)
    assert isinstance(change, ConsumerGroupStored)
    assert change.group_id == "g"
    assert encode_record(change) == (key_data, data)
    assert encode_record(change._replace(value=None)) == (key_data, None)
    assert decode_record(key_data, None) == change._replace(value=None)


def test_a_consumer_group_that_kafka_wrote() -> None:
    state = ConsumerState("g")
    for key, value in WRITTEN_OF_CONSUMERS:
        change = decode_record(bytes.fromhex(key), bytes.fromhex(value))
        assert isinstance(change, ConsumerGroupStored)
        state.apply(change)
    assert (state.epoch, state.target_epoch, state.state.value) == (3, 3, "Reconciling")
    m1, m2 = state.members.values()
    assert (m1.instance_id, m1.rack_id, m1.assignor, m1.rebalance_timeout_ms) == ("i", "r", "range", 60_000)
    assert (m1.client_id, m1.client_host) == ("raw", "/127.0.0.1")
    assert (m1.epoch, m1.previous_epoch, m1.state) == (2, 2, MemberState.UNREVOKED_PARTITIONS)
    assert (m1.assigned, m1.revoking) == ({T: {0: 2, 1: 2}}, {T: {2: 2}})
    assert (m2.regex, m2.topics, m2.epoch) == ("t-.*", frozenset(), 2)
    assert {member_id: target[T] for member_id, target in state.targets.items()} == {"m1": {0, 1}, "m2": {2}}
    assert state.subscriptions.resolved["t-.*"].topics == {"t-1795780723161-1"}
