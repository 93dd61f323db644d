"""The newest offset of every key, in a fixed number of bytes: what compaction decides by.

    slot    hash of the key (16 bytes) | offset + 1 (int64; 0: the slot is free)

Keys are told apart by their hash, as in Kafka: 128 bits of BLAKE2b, which nobody can make collide. A dict of the same
content takes five times the room. When the map is as full as it may be, compaction goes only as far as it reaches.
"""

from __future__ import annotations

from hashlib import blake2b
from math import isqrt
from struct import Struct
from typing import Final

HASH_BYTES: Final = 16
_SLOT: Final = Struct("<16sq")
SLOT_BYTES: Final = _SLOT.size

_PRIME_GAP: Final = 400
"""Among as many numbers below 2^32 there is a prime."""


class OffsetMap:
    """Keys and their newest offsets, up to `capacity` keys.

    latest_offset: the map knows every key of the log up to here, from where it was begun; -1 before anything.
    """

    __slots__ = ("_entries", "_slots", "_table", "capacity", "latest_offset")

    def __init__(self, max_bytes: int, load_factor: float, max_keys: int) -> None:
        """Take at most `max_bytes`, fill at most `load_factor` of it, but no more than `max_keys` (at least 1) need."""
        slots = min(max_bytes // SLOT_BYTES, int(max_keys / load_factor) + _PRIME_GAP)
        self._slots = _prime(max(slots, 2))
        self._table = bytearray(self._slots * SLOT_BYTES)
        self._entries = 0
        self.capacity = max(1, min(int(self._slots * load_factor), self._slots - 1))
        self.latest_offset = -1

    def __len__(self) -> int:
        return self._entries

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self._table)

    def put(self, key: bytes, offset: int) -> bool:
        """Note that `key` has a record at `offset`, which is newer than all before. False: there is no room."""
        digest = blake2b(key, digest_size=HASH_BYTES).digest()
        position, known = self._find(digest)
        if not known:
            if self._entries == self.capacity:
                return False
            self._entries += 1
        _SLOT.pack_into(self._table, position, digest, offset + 1)
        self.latest_offset = offset
        return True

    def get(self, key: bytes) -> int:
        """Return the newest offset of `key`, -1 for one that is not in the map."""
        return self._find(blake2b(key, digest_size=HASH_BYTES).digest())[1] - 1

    def _find(self, digest: bytes) -> tuple[int, int]:
        """Return where the slot of `digest` begins and its offset + 1; of a free one, if it is not in the map."""
        table = self._table
        size = len(table)
        number = int.from_bytes(digest, "little")
        position = number % self._slots * SLOT_BYTES
        found, offset = _SLOT.unpack_from(table, position)
        if offset and found != digest:
            # The slots are a prime number, so that any step comes past all of them; one is always free.
            step = (1 + (number >> 64) % (self._slots - 1)) * SLOT_BYTES
            while offset and found != digest:
                position = (position + step) % size
                found, offset = _SLOT.unpack_from(table, position)
        return position, offset


def _prime(limit: int) -> int:
    """Return the largest prime up to `limit` (at least 2)."""
    while any(limit % divisor == 0 for divisor in range(2, isqrt(limit) + 1)):
        limit -= 1
    return limit
