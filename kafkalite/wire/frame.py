"""Frames: an int32 size in bytes, then that many bytes of request.

    size int32 | api_key int16 | api_version int16 | correlation_id int32 | client_id ... | body

The size comes from a stranger: it is compared with a limit and never used to allocate.
"""

from __future__ import annotations

import struct

from kafkalite.wire.codec import ProtocolError

SIZE_BYTES = 4
_SIZE = struct.Struct(">i")
_HTTP_METHODS = (b"GET ", b"POST", b"PUT ", b"HEAD", b"OPTI", b"DELE", b"CONN", b"PATC")


def frame_size(buffer: memoryview, position: int, limit: int) -> int:
    """Return the size in bytes of the frame whose size field starts at `position`.

    `limit` is `socket.request.max.bytes`. Raises ProtocolError with a sentence that helps whoever reads the log.
    """
    size: int = _SIZE.unpack_from(buffer, position)[0]
    if 0 < size <= limit:
        return size
    start = bytes(buffer[position : position + SIZE_BYTES])
    if start[:2] == b"\x16\x03":
        raise ProtocolError("it spoke TLS to a plaintext listener")
    if start in _HTTP_METHODS:
        raise ProtocolError("it spoke HTTP to a Kafka listener")
    raise ProtocolError(f"frame size {size} is not between 1 and socket.request.max.bytes={limit}")
