"""Headers, against the generated messages and with hostile bytes."""

from __future__ import annotations

import pytest

from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.header import FIXED_SIZE, read_client_id, read_request_header, response_header
from kafkalite.wire.messages.headers import RequestHeader, ResponseHeader


def header(version: int, client_id: str | None) -> bytes:
    message = RequestHeader(request_api_key=18, request_api_version=4, correlation_id=7, client_id=client_id)
    return encode(message, version)


@pytest.mark.parametrize("client_id", [None, "", "console", "ключ", "x" * 300])
@pytest.mark.parametrize("flexible", [False, True])
def test_a_request_header_is_read(client_id: str | None, flexible: bool) -> None:
    data = header(2 if flexible else 1, client_id)
    buffer = memoryview(bytearray(b"before" + data + b"body"))
    assert read_request_header(buffer, 6, len(buffer)) == (18, 4, 7)
    assert read_client_id(buffer, 6 + FIXED_SIZE, len(buffer), flexible) == (client_id, 6 + len(data))
    assert read_client_id(data, FIXED_SIZE, len(data), flexible) == (client_id, len(data))


def test_any_negative_length_is_no_client_id() -> None:
    assert read_client_id(b"\x80\0rest", 0, 6, False) == (None, 2)


def test_invalid_utf8_becomes_replacement_characters() -> None:
    assert read_client_id(b"\0\2a\xff", 0, 4, False) == ("a\ufffd", 4)


def test_tagged_fields_are_passed_over() -> None:
    data = b"\0\1c" + b"\2" + b"\5\2ab" + b"\0\0" + b"body"
    assert read_client_id(data, 0, len(data), True) == ("c", len(data) - 4)


@pytest.mark.parametrize("flexible", [False, True])
def test_a_header_cut_anywhere(flexible: bool) -> None:
    data = header(2 if flexible else 1, "console")
    for size in range(FIXED_SIZE):
        with pytest.raises(ProtocolError):
            read_request_header(data, 0, size)
    for size in range(FIXED_SIZE, len(data)):
        with pytest.raises(ProtocolError):
            read_client_id(data, FIXED_SIZE, size, flexible)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param(b"\xff\xff\xff\xff\x07" + bytes(1000), id="two thousand million"),
        pytest.param(b"\x80\x80\x80\x0a" + bytes(100_000), id="twenty million"),
        pytest.param(b"\x41" + bytes(1000), id="more than we take"),
        pytest.param(b"\3" + bytes(5), id="more than half of the bytes left"),
        pytest.param(b"\1\0\x7fabc", id="longer than the request"),
        pytest.param(b"\1\x80", id="cut in a tag"),
        pytest.param(b"\x80\x80\x80\x80\x80\x01" + bytes(100), id="a count of six bytes"),
    ],
)
def test_tagged_fields_that_cannot_be(tags: bytes) -> None:
    """CVE-2026-111115: this is read before anybody has logged in."""
    data = b"\0\1c" + tags
    with pytest.raises(ProtocolError):
        read_client_id(data, 0, len(data), True)


def test_tagged_fields_do_not_reach_into_the_next_request() -> None:
    data = b"\0\1c" + b"\1\0\x08" + b"1234" + b"next request"
    with pytest.raises(ProtocolError):
        read_client_id(data, 0, 10, True)


@pytest.mark.parametrize("flexible", [False, True])
def test_a_response_header(flexible: bool) -> None:
    data = response_header(-7, flexible)
    assert decode(ResponseHeader, int(flexible), data) == (ResponseHeader(correlation_id=-7), len(data))
