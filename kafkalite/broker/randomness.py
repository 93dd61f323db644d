"""The one source of randomness: whatever must be unpredictable or merely different asks it.

It reads the system's random bytes; a test or a simulation hands in a seeded `randbytes` and gets the same ids again.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable


class Random:
    """Random ids in the forms Kafka uses."""

    __slots__ = ("_bytes",)

    def __init__(self, randbytes: Callable[[int], bytes] = os.urandom) -> None:
        self._bytes = randbytes

    def uuid(self) -> bytes:
        """Return 16 bytes for a topic, cluster or directory id.

        Never one that Kafka reserves (they are no version 4), never one whose text begins with `-` like an option.
        """
        while True:
            value = self._version_4()
            if not urlsafe_b64encode(value).startswith(b"-"):
                return value

    def uuid_text(self) -> str:
        """Return a version 4 UUID in the form 8-4-4-4-12, as Kafka appends it to member ids."""
        digits = self._version_4().hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def session_id(self) -> int:
        """Return a fetch session id: a positive int32 (0 means no session)."""
        while True:
            value = int.from_bytes(self._bytes(4)) & 0x7FFF_FFFF
            if value:
                return value

    def _version_4(self) -> bytes:
        # RFC 9562: version 4 in the high nibble of octet 6, variant 10 in the high bits of octet 8
        value = bytearray(self._bytes(16))
        value[6] = value[6] & 0x0F | 0x40
        value[8] = value[8] & 0x3F | 0x80
        return bytes(value)
