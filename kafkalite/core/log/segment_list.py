"""A log's segments, oldest first, and which of them have their indexes in memory.

The last one grows and always has them. A complete one may let them go once its files are stored, and loads them when
somebody reads there; if they do not fit it any more, its batches are read again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, overload

from kafkalite.core.log.companions import Companions
from kafkalite.core.log.segment import Reader, Segment

LOADED_SEGMENTS: Final = 4
"""Complete segments of one log whose indexes stay in memory, up to five megabytes each: about as many as have readers
at a time."""


class SegmentList(Sequence[Segment]):
    """Segments in the order of their base offsets."""

    __slots__ = ("_bases", "_loaded", "_read_again", "_segments", "last")

    def __init__(self, read_again: Callable[[Segment, Reader], Segment]) -> None:
        """read_again: returns what a segment's batches say; raises DamagedSegment."""
        self._segments: list[Segment] = []
        self._bases: list[int] = []
        self._loaded: list[Segment] = []
        self.last: Segment | None = None
        """The one that grows. It is never removed, only followed by another."""
        self._read_again = read_again

    def __len__(self) -> int:
        return len(self._segments)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._segments)

    @overload
    def __getitem__(self, place: int) -> Segment: ...

    @overload
    def __getitem__(self, place: slice) -> list[Segment]: ...

    def __getitem__(self, place: int | slice) -> Segment | list[Segment]:
        return self._segments[place]

    def place_of(self, offset: int) -> int:
        """Return the place of the segment that `offset` belongs to, 0 if it is in front of all."""
        return max(bisect_right(self._bases, offset) - 1, 0)

    def base_of(self, offset: int) -> int:
        """Return the base offset of the segment that `offset` belongs to, 0 if there is none."""
        return self._bases[self.place_of(offset)] if self._bases else 0

    # Changing

    def append(self, segment: Segment) -> None:
        self._segments.append(segment)
        self._bases.append(segment.base_offset)
        self.last = segment

    def remove_in_front_of(self, offset: int) -> list[int]:
        """Forget segments that lie wholly in front of `offset`, but never the last; return their base offsets."""
        count = self.place_of(offset) if self._segments else 0
        removed = self._bases[:count]
        del self._segments[:count], self._bases[:count]
        return removed

    def replace(self, removed: Sequence[int], added: Sequence[Segment]) -> None:
        """Put `added` where those with the base offsets `removed` stood, the last segment never among them."""
        gone = set(removed)
        assert self._bases[-1] not in gone, "the last segment grows"
        kept = [segment for segment in self._segments if segment.base_offset not in gone]
        self._segments = sorted([*kept, *added], key=_base_offset)
        self._bases = [segment.base_offset for segment in self._segments]

    # What is in memory

    def loaded(self, segment: Segment, read: Reader) -> Segment:
        """Return the segment with its indexes. Raises DamagedSegment if they cannot be had."""
        if not segment.is_loaded:
            self._load(segment, read)
            self._note_loaded(segment)
        return segment

    def known(self, segment: Segment, read: Reader) -> Segment:
        """Return the segment with its timestamps. Raises DamagedSegment if they cannot be had."""
        return segment if segment.is_known else self.loaded(segment, read)

    def load_last(self, read: Reader) -> None:
        """The last segment goes on growing: have its indexes, and keep them. Raises DamagedSegment."""
        segment = self._segments[-1]
        if not segment.is_loaded:
            self._load(segment, read)
        segment.may_rest(None)

    def complete(self, segment: Segment, companions: Companions) -> None:
        """The segment does not grow any more, and its files are stored: its indexes need not stay in memory."""
        segment.may_rest(companions)
        self._note_loaded(segment)

    def _load(self, segment: Segment, read: Reader) -> None:
        if not segment.load():
            segment.become(self._read_again(segment, read))

    def _note_loaded(self, segment: Segment) -> None:
        self._loaded.append(segment)
        if len(self._loaded) > LOADED_SEGMENTS:
            self._loaded.pop(0).rest()


def _base_offset(segment: Segment) -> int:
    return segment.base_offset
