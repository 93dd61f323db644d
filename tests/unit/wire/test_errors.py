"""Error codes."""

from __future__ import annotations

import pickle

from kio.schema.errors import ErrorCode as KioErrorCode

from kafkalite.wire.errors import RETRIABLE, ErrorCode, KafkaError


def test_the_codes_have_no_gap() -> None:
    assert [code.value for code in ErrorCode] == list(range(-1, 137))


def test_the_codes_are_kafkas() -> None:
    theirs = {code.value: (code.name.upper(), code.retriable) for code in KioErrorCode}
    ours = {code.value: (code.name, code in RETRIABLE) for code in ErrorCode if code <= max(theirs)}
    assert ours == theirs


def test_what_kafka_4_4_added_is_not_retriable() -> None:
    added = [code for code in ErrorCode if code > max(KioErrorCode)]
    assert [code.name for code in added] == [
        "GROUP_DELETION_FAILED",
        "STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED",
        "CONTROLLER_ID_NOT_REGISTERED",
    ]
    assert not RETRIABLE & set(added)


def test_a_kafka_error_says_its_name() -> None:
    assert str(KafkaError(ErrorCode.INVALID_REQUEST)) == "INVALID_REQUEST"
    error = KafkaError(ErrorCode.INVALID_REQUEST, "no such thing")
    assert str(error) == "INVALID_REQUEST: no such thing"
    assert (error.code, error.message) == (42, "no such thing")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
