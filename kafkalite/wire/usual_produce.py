"""A Produce as it usually is, from its bytes and to its answer's, without a message in between.

That is: one batch for one partition, outside of a transaction, in a flexible version, with nothing that is rare. What
is read here the generated decoder would have read; what is written here the generated encoder would have written, byte
for byte.
"""

from __future__ import annotations

import struct
from typing import Final

from kafkalite.wire.decoder import read_long_uvarint
from kafkalite.wire.message import ProtocolError
from kafkalite.wire.record_batch import HEADER_SIZE, LENGTH_END, MAGIC, TRANSACTIONAL

FLEXIBLE: Final = 9
TOPIC_IDS: Final = 13
"""A topic has a name before this version and an id from it on."""

_ONE: Final = 2
"""A compact count is one more than what it counts."""

# transactional_id | acks | timeout_ms | topics | { topic_id | partitions | index }
_CLIENT_ID_SIZE: Final = struct.Struct(">h")
_BY_ID: Final = struct.Struct(">BhiB16sBi")
_BY_NAME: Final = struct.Struct(">BhiBB")
_PARTITION: Final = struct.Struct(">Bi")
_BATCH: Final = struct.Struct(">8xi4xB4xxB")  # batch_length, magic, the attributes that there are

# topics | topic_id, and behind it or the name: partitions | index | error_code | base_offset | log_append_time_ms
# | log_start_offset | record_errors | error_message | tagged fields | tagged fields | throttle_time_ms | tagged fields
_ANSWER_BY_ID: Final = struct.Struct(">B16sBihqqqBBBBiB")
_ANSWER: Final = struct.Struct(">BihqqqBBBBiB")


UsualProduce = tuple[str | bytes, int, int, memoryview]
"""What there is to know of the request: the topic's name or from TOPIC_IDS on its id, partition, acks, the batch."""


def read(view: memoryview, position: int, end: int, *, has_ids: bool) -> UsualProduce | None:
    """Read the request whose client_id begins at `position`; None: something is not as usual, or wrong."""
    try:
        (size,) = _CLIENT_ID_SIZE.unpack_from(view, position)
        p = position + 3 + (size if size > 0 else 0)
        has_tagged_fields = view[p - 1]
        topic: str | bytes
        if has_ids:
            transactional, acks, _, topics, topic, partitions, index = _BY_ID.unpack_from(view, p)
            p += 29
        else:
            transactional, acks, _, topics, size = _BY_NAME.unpack_from(view, p)
            p += 8 + size
            if not 1 < size < 128:
                return None
            topic = str(view[p - size + 1 : p], "utf-8", "replace")
            partitions, index = _PARTITION.unpack_from(view, p)
            p += 5
        size = view[p]
        p += 1
        if size > 127:
            size, p = read_long_uvarint(view, p, size)
        stop = p + size - 1
        batch_length, magic, flags = _BATCH.unpack_from(view, p)
    except (struct.error, IndexError, ProtocolError):
        return None
    if has_tagged_fields or transactional or topics != _ONE or partitions != _ONE or not -1 <= acks <= 1:
        return None
    if stop + 3 != end or end > len(view) or view[stop] or view[stop + 1] or view[stop + 2]:  # tagged fields
        return None
    if batch_length + LENGTH_END != size - 1 or size <= HEADER_SIZE or magic != MAGIC or flags & TRANSACTIONAL:
        return None
    return topic, index, acks, view[p:stop]


def answer(topic: str | bytes, index: int, base_offset: int, log_append_time_ms: int, log_start_offset: int) -> bytes:
    """Return the answer to a request that `read` has read and whose batch is in the log."""
    fields = _ONE, index, 0, base_offset, log_append_time_ms, log_start_offset, 1, 0, 0, 0, 0, 0
    if isinstance(topic, bytes):
        return _ANSWER_BY_ID.pack(_ONE, topic, *fields)
    name = topic.encode()
    return b"\x02%c%b%b" % (len(name) + 1, name, _ANSWER.pack(*fields))
