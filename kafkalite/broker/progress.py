"""Reading logs at the start: silent when it is quick, a line a second when it is not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kafkalite.broker.clock import Clock
    from kafkalite.core.log.segment import Reader
    from kafkalite.wire.record_batch import Buffer

log = logging.getLogger(__name__)

TELL_SECONDS: Final = 1.0
"""Between two lines, and before the first."""

_MEBIBYTE: Final = 1 << 20


class Progress:
    """How far the start is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told = clock.now()
        self._opened = 0
        self._bytes = 0
        self._name = ""

    def begin(self, name: str) -> None:
        """The log of this partition comes next."""
        self._name = name
        self._opened += 1

    def around(self, read: Reader) -> Reader:
        """Return a reader that notes what is read."""

        def noting(segment_base: int, position: int, size: int) -> Buffer:
            data = read(segment_base, position, size)
            self._bytes += len(data)
            now = self._clock.now()
            if now - self._told >= TELL_SECONDS:
                self._told = now
                log.info(
                    "reading logs: at %s, partition %d, %d MiB so far",
                    self._name,
                    self._opened,
                    self._bytes // _MEBIBYTE,
                )
            return data

        return noting
