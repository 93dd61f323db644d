"""Frame sizes: what a stranger may announce."""

from __future__ import annotations

import struct

import pytest

from kafkalite.wire.codec import ProtocolError
from kafkalite.wire.frame import frame_size

LIMIT = 1000


def view(start: bytes) -> memoryview:
    return memoryview(bytearray(start + b"...."))


@pytest.mark.parametrize("size", [1, 17, LIMIT])
def test_a_size_within_the_limit_is_returned(size: int) -> None:
    assert frame_size(view(struct.pack(">i", size)), 0, LIMIT) == size


@pytest.mark.parametrize("size", [0, -1, -(2**31), LIMIT + 1, 2**31 - 1])
def test_any_other_size_names_the_limit(size: int) -> None:
    with pytest.raises(ProtocolError, match=rf"frame size {size} .*socket\.request\.max\.bytes=1000"):
        frame_size(view(struct.pack(">i", size)), 0, LIMIT)


def test_tls_on_a_plaintext_port_is_named() -> None:
    with pytest.raises(ProtocolError, match="TLS"):
        frame_size(view(b"\x16\x03\x01\x02"), 0, LIMIT)


@pytest.mark.parametrize("method", [b"GET ", b"POST"])
def test_http_is_named(method: bytes) -> None:
    with pytest.raises(ProtocolError, match="HTTP"):
        frame_size(view(method), 0, LIMIT)


def test_the_size_is_read_at_the_position() -> None:
    assert frame_size(memoryview(b"xx" + struct.pack(">i", 5)), 2, LIMIT) == 5
