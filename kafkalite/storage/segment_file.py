"""Segments' files: where they are, how many of their bytes count, and which of them are open."""

from __future__ import annotations

import os
from pathlib import Path

from kafkalite.storage.files import FileSystem
from kafkalite.storage.segment_store import SegmentId


class OpenFile:
    """An open file, closed when nobody holds it any more: not the store, no span on its way to a client."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)


class SegmentFile:
    """A segment's file: where it is, and how many of its bytes count."""

    __slots__ = ("file", "id", "path", "reserved", "size")

    def __init__(self, id: SegmentId, path: Path, size: int) -> None:
        self.id = id
        self.path = path
        self.size = size
        self.file: OpenFile | None = None
        self.reserved = False
        """The file may be longer than `size`: space that was asked for in advance."""


class OpenFiles:
    """Files held open, at most `limit`: the one that has been open longest is let go of first."""

    def __init__(self, files: FileSystem, limit: int) -> None:
        self._files = files
        self._limit = limit
        self._held: dict[SegmentFile, None] = {}

    def open(self, segment: SegmentFile) -> OpenFile:
        """Return the segment's file. Raises OSError."""
        return segment.file or self._hold(segment, self._files.open(segment.path))

    def create(self, segment: SegmentFile) -> OpenFile:
        """Return the segment's file, which need not be there. Raises OSError."""
        return self._hold(segment, self._files.open(segment.path, create=True))

    def let_go(self, segment: SegmentFile) -> None:
        segment.file = None
        self._held.pop(segment, None)

    def clear(self) -> None:
        self._held.clear()

    def _hold(self, segment: SegmentFile, descriptor: int) -> OpenFile:
        file = segment.file = OpenFile(descriptor)
        self._held[segment] = None
        if len(self._held) > self._limit:
            self.let_go(next(iter(self._held)))
        return file
