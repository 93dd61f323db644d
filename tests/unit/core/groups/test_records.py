"""The records of `__consumer_offsets`, byte for byte as Kafka 4.4.0's own classes write them."""

from __future__ import annotations

import pytest

from kafkalite.core.groups.records import (
    Change,
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
