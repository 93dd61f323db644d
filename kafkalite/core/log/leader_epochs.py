"""Which leader epoch began at which offset. A log's epochs never go down, nor do their start offsets.

Kafka keeps them in a file of each partition, `leader-epoch-checkpoint`:

    0          the version of the format
    2          how many lines follow
    0 0        leader epoch, start offset
    3 1712
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

NO_EPOCH: Final = -1
NO_OFFSET: Final = -1

_VERSION: Final = "0"


class LeaderEpochs:
    """The epochs that have records in the log, and the current one."""

    __slots__ = ("_epochs", "_said", "_starts")

    def __init__(self, entries: Iterable[tuple[int, int]] = ()) -> None:
        """entries: (epoch, start offset), oldest first."""
        self._epochs: list[int] = []
        self._starts: list[int] = []
        self._said: dict[int, int] = {}
        for epoch, start_offset in entries:
            self.begin(epoch, start_offset)

    @property
    def latest(self) -> int:
        """The newest epoch, or -1."""
        return self._epochs[-1] if self._epochs else NO_EPOCH

    def entries(self) -> list[tuple[int, int]]:
        """Return (epoch, start offset), oldest first."""
        return list(zip(self._epochs, self._starts, strict=True))

    def begin(self, epoch: int, start_offset: int) -> None:
        """Epoch `epoch` leads from `start_offset` on; an epoch that never wrote a record is forgotten."""
        if epoch == self.latest:
            return
        while self._starts and (self._starts[-1] >= start_offset or self._epochs[-1] >= epoch):
            self._epochs.pop()
            self._starts.pop()
        self._epochs.append(epoch)
        self._starts.append(start_offset)

    def hear(self, checkpoint: bytes) -> None:
        """Remember what the file says for `restore`: its words alone are no proof."""
        self._said = _parse(checkpoint)

    def restore(self, epoch: int, base_offset: int, end_offset: int) -> None:
        """A stored batch of this epoch stands at `base_offset`, the one before it ends at `end_offset`.

        If compaction left a gap between them, only the file can say where in it the epoch began.
        """
        said = self._said.get(epoch, base_offset)
        self.begin(epoch, said if end_offset <= said <= base_offset else base_offset)

    def epoch_of(self, offset: int) -> int:
        """Return the epoch in which the record at `offset` was written, or -1."""
        place = bisect_right(self._starts, offset)
        return self._epochs[place - 1] if place else NO_EPOCH

    def end_offset(self, epoch: int, log_end_offset: int) -> tuple[int, int]:
        """Return (largest known epoch <= `epoch`, the offset where it ended); (-1, -1) for an epoch above all known.

        An epoch below all known ones is answered with itself and the start of the oldest, as Kafka does.
        """
        if epoch < 0 or epoch > self.latest:
            return NO_EPOCH, NO_OFFSET
        place = bisect_right(self._epochs, epoch)
        end = self._starts[place] if place < len(self._starts) else log_end_offset
        return (self._epochs[place - 1] if place else epoch), end

    def move_start(self, log_start_offset: int) -> None:
        """Forget epochs that end before the new log start; the one that spans it now begins there."""
        place = bisect_right(self._starts, log_start_offset) - 1
        if place >= 0:
            del self._epochs[:place], self._starts[:place]
            self._starts[0] = log_start_offset

    def checkpoint(self) -> bytes:
        """Return the content of the file."""
        entries = self.entries()
        lines = [_VERSION, str(len(entries))]
        lines += [f"{epoch} {start}" for epoch, start in entries]
        return "".join(f"{line}\n" for line in lines).encode()


def _parse(checkpoint: bytes) -> dict[int, int]:
    """Return epoch -> start offset, of a file that is not as it should be as much as can be read."""
    words = (line.split(b" ") for line in checkpoint.splitlines()[2:])
    return {int(pair[0]): int(pair[1]) for pair in words if len(pair) == 2 and all(map(bytes.isdigit, pair))}
