"""Request and response headers, read and written by hand: every request passes here.

    request:  api_key int16 | api_version int16 | correlation_id int32 | client_id string, nullable | [tagged fields]
    response: correlation_id int32 | [tagged fields]

The tagged fields stand there for flexible versions; Kafka defines none so far. Answers to ApiVersions never have them,
in no version: the caller knows that and passes flexible=False.
"""

from __future__ import annotations

import struct

from kafkalite.wire.decoder import MAX_TAGGED_FIELDS, Buffer, skip_tagged_fields
from kafkalite.wire.message import ProtocolError

_FIXED = struct.Struct(">hhi")
_SIZE = struct.Struct(">h")
_PLAIN_RESPONSE = struct.Struct(">i")
_FLEXIBLE_RESPONSE = struct.Struct(">ix")

FIXED_SIZE = _FIXED.size
"""Bytes that read_request_header reads; client_id begins behind them."""


def read_request_header(buffer: Buffer, position: int, end: int) -> tuple[int, int, int]:
    """(api_key, api_version, correlation_id) of the request that begins at `position`. Raises ProtocolError."""
    if end - position < FIXED_SIZE:
        raise ProtocolError("a request is shorter than its header")
    return _FIXED.unpack_from(buffer, position)


def read_client_id(buffer: Buffer, position: int, end: int, flexible: bool) -> tuple[str | None, int]:
    """The rest of the header, from `position` FIXED_SIZE behind its start. Returns (client_id, position of the body).

    Unknown tagged fields are passed over; more than MAX_TAGGED_FIELDS of them, or of the bytes that remain, are an
    attack (CVE-2026-111115) that reaches us before any login. Raises ProtocolError.
    """
    if end - position < 2:
        raise ProtocolError("a request ends before its client_id")
    (size,) = _SIZE.unpack_from(buffer, position)
    position += 2
    client_id = None
    if size >= 0:
        if size > end - position:
            raise ProtocolError("a client_id is longer than its request")
        client_id = str(buffer[position : position + size], "utf-8", "replace")
        position += size
    if flexible:
        if position >= end:
            raise ProtocolError("a request ends before the tagged fields of its header")
        count = buffer[position]
        position += 1
        if count:
            position = _skip_tagged_fields(buffer, position, end, count)
    return client_id, position


def _skip_tagged_fields(buffer: Buffer, position: int, end: int, count: int) -> int:
    try:
        return skip_tagged_fields(memoryview(buffer)[:end], position, end, count, MAX_TAGGED_FIELDS)[0]
    except IndexError:
        raise ProtocolError("a request ends inside its header") from None


def response_header(correlation_id: int, flexible: bool) -> bytes:
    """What stands before the body of an answer."""
    return (_FLEXIBLE_RESPONSE if flexible else _PLAIN_RESPONSE).pack(correlation_id)
