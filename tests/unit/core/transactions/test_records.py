"""Records of `__transaction_state`: as Apache Kafka 4.4 writes them, read back, and refused when they make no sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.transactions.records import _value, decode_record, encode_record
from kafkalite.core.transactions.state import Producer, Status, TopicPartition, TransactionState
from kafkalite.wire.codec import ProtocolError, encode
from tests.unit.core.transactions.transaction_driver import partitions

STATES = st.builds(
    TransactionState,
    producer=st.builds(Producer, st.integers(0, 2**62), st.integers(1, 32767)),
    timeout_ms=st.integers(1, 900_000),
    status=st.sampled_from(Status),
    partitions=st.frozensets(st.builds(TopicPartition, st.sampled_from("tuä"), st.integers(0, 9)), max_size=5),
    started_ms=st.integers(-1, 2**62),
    updated_ms=st.integers(0, 2**62),
    client_version=st.sampled_from((0, 2)),
    previous_producer_id=st.integers(-1, 2**62),
    next_producer_id=st.integers(-1, 2**62),
    before=st.none(),
)


KEY = "00000006713732303032"
KAFKAS = """\
0001000000000000000e00000000ea600000000001a21c5a33e7ffffffffffffffff010008000000000000000e
0001000000000000000e00000000ea60010207543732303032020000000000000001a21c5a33ea000001a21c5a33ea02 \
    0008000000000000000e02020002
0001000000000000000e00010000ea60020207543732303032020000000000000001a21c5a33ec000001a21c5a33ea02 \
    0008000000000000000e02020002
0001000000000000000e00010000ea600401000001a21c5a33ed000001a21c5a33ea020008000000000000000e02020002
0001000000000000000e00020000ea600000000001a21c5a34b6ffffffffffffffff020008000000000000000e02020002
000100000000000000147ffe0000ea60010207543732303433020000000200000001a21c5b23b4000001a21c5b23b402 \
    0008000000000000001402020002
000100000000000000147fff0000ea60020207543732303433020000000200000001a21c5b23b7000001a21c5b23b403 \
    000800000000000000140108000000000000001502020002
0001000000000000001500000000ea600401000001a21c5b23b7000001a21c5b23b4020008000000000000001402020002
"""
"""Values that Apache Kafka 4.4.0 wrote: InitProducerId, Produce 12, EndTxn 5, done, InitProducerId again; then for
another id, whose epochs end: Produce 12, EndTxn 5, done.
"""


@pytest.mark.parametrize("value", [bytes.fromhex(line) for line in KAFKAS.splitlines()])
def test_the_bytes_are_kafkas(value: bytes) -> None:
    key = bytes.fromhex(KEY)
    decoded = decode_record(key, value)
    assert decoded is not None
    assert encode_record(*decoded, 2) == (key, value)


def test_a_state_as_kafka_writes_it() -> None:
    decoded = decode_record(bytes.fromhex(KEY), bytes.fromhex(KAFKAS.splitlines()[2]))
    started_ms = 1_795_772_003_306
    state = TransactionState(
        Producer(14, 1),
        60_000,
        Status.PREPARE_COMMIT,
        partitions("T72002-0"),
        started_ms,
        updated_ms=started_ms + 2,
        client_version=2,
        previous_producer_id=14,
        before=Producer(14, 0),
    )
    assert decoded == ("q72002", state)


@given(STATES)
def test_what_is_written_is_read(state: TransactionState) -> None:
    record = encode_record("x", state, 2)
    decoded = decode_record(record.key, record.value)
    assert decoded is not None
    name, read = decoded
    assert read is not None
    expected = state._replace(partitions=frozenset()) if state.status is Status.EMPTY else state
    assert (name, read._replace(before=None)) == ("x", expected)


@given(STATES, st.integers(-1, 2))
def test_what_is_written_by_hand_is_what_the_codec_writes(state: TransactionState, client_version: int) -> None:
    state = state._replace(client_version=client_version)
    assert encode_record("x", state, 2).value == b"\0\1" + encode(_value(state), 1)


def test_a_tombstone_says_that_the_id_is_gone() -> None:
    record = encode_record("x", None, 2)
    assert record.value is None
    assert decode_record(record.key, record.value) == ("x", None)


def test_level_0_writes_what_brokers_before_kip_890_can_read() -> None:
    state = TransactionState(Producer(7, 3), 60_000, Status.ONGOING, partitions("t-1"), 5, 6, 0, 7)
    record = encode_record("x", state, 0)
    assert record.value is not None
    assert record.value[:2] == b"\0\0"
    assert decode_record(record.key, record.value) == ("x", state._replace(previous_producer_id=-1))


@pytest.mark.parametrize(
    ("state", "before"),
    [
        (TransactionState(Producer(7, 3), 1, Status.COMPLETE_COMMIT, client_version=2), Producer(7, 2)),
        (TransactionState(Producer(7, 3), 1, Status.PREPARE_ABORT, client_version=2), Producer(7, 2)),
        (TransactionState(Producer(7, 32767), 1, Status.PREPARE_ABORT, client_version=2), Producer(7, 32766)),
        (
            TransactionState(Producer(8, 0), 1, Status.COMPLETE_ABORT, client_version=2, previous_producer_id=7),
            Producer(7, 32766),
        ),
        (TransactionState(Producer(7, 3), 1, Status.COMPLETE_COMMIT, client_version=0), None),
        (TransactionState(Producer(7, 3), 1, Status.ONGOING, client_version=2), None),
        (TransactionState(Producer(7, 3), 1, Status.EMPTY, client_version=2), None),
    ],
)
def test_who_the_client_was_follows_from_how_the_transaction_ended(
    state: TransactionState, before: Producer | None
) -> None:
    record = encode_record("x", state, 2)
    decoded = decode_record(record.key, record.value)
    assert decoded is not None
    assert decoded[1] is not None
    assert decoded[1].before == before


def test_other_types_of_record_are_none_of_ours() -> None:
    assert decode_record(b"\0\7\0\1x", b"") is None
    assert decode_record(b"", None) is None


@pytest.mark.parametrize("value", [b"", b"\0", b"\0\2", b"\0\1\0\0", b"\xff\xff"])
def test_values_that_make_no_sense_are_refused(value: bytes) -> None:
    key = encode_record("x", None, 2).key
    with pytest.raises(ProtocolError):
        decode_record(key, value)


def test_a_status_that_nobody_knows_is_refused() -> None:
    record = encode_record("x", TransactionState(Producer(7, 3), 1), 0)
    assert record.value is not None
    bad = bytearray(record.value)
    bad[2 + 8 + 2 + 4] = 9
    with pytest.raises(ProtocolError, match="transaction status 9"):
        decode_record(record.key, bytes(bad))
