"""Files held open: as many as the limit says, and as long as somebody holds them."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem
from kafkalite.storage.segment_file import OpenFile, OpenFiles, SegmentFile
from kafkalite.storage.segment_store import SegmentId
from tests.unit.storage.stores import PARTITION


def segments(path: Path, count: int) -> list[SegmentFile]:
    return [SegmentFile(SegmentId(PARTITION, base), path / f"{base}", 0) for base in range(count)]


def test_the_oldest_is_let_go_of(tmp_path: Path) -> None:
    files = OpenFiles(FileSystem(), 2)
    first, second, third = every = segments(tmp_path, 3)
    for segment in every:
        assert files.create(segment) is segment.file
    assert (first.file is None, second.file is None, third.file is None) == (True, False, False)
    assert files.open(second) is second.file
    assert files.open(first) is first.file
    assert second.file is None


def test_a_file_that_is_not_there_is_not_made_by_opening(tmp_path: Path) -> None:
    files = OpenFiles(FileSystem(), 2)
    with pytest.raises(FileNotFoundError):
        files.open(segments(tmp_path, 1)[0])


def test_who_holds_a_file_keeps_it_open(tmp_path: Path) -> None:
    files = OpenFiles(FileSystem(), 1)
    first, second = segments(tmp_path, 2)
    held: OpenFile | None = files.create(first)
    assert held is not None
    descriptor = held.descriptor
    files.create(second)
    os.fstat(descriptor)
    held = None
    gc.collect()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(descriptor)
    files.let_go(second)
    assert second.file is None
