"""What Kafka left of swaps and deletions; what we left ourselves is in test_swap and test_disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.interrupted import finish
from kafkalite.storage.partition_directory import log_name
from kafkalite.storage.segment_store import StorageError
from tests.unit.storage.faults import Faults
from tests.unit.storage.stores import PARTITION
from tests.unit.storage.test_swap import begin, content, on_disk, opened


def batch(base_offset: int, records: int, size: int = 100) -> bytes:
    """As much of a record batch as the store looks at."""
    header = bytearray(size)
    header[0:8] = base_offset.to_bytes(8, "big")
    header[8:12] = (size - 12).to_bytes(4, "big")
    header[16] = 2
    header[23:27] = (records - 1).to_bytes(4, "big")
    return bytes(header)


def kafkas(path: Path, names: dict[str, bytes]) -> Path:
    (path / "topic-3").mkdir(parents=True)
    for name, data in names.items():
        (path / "topic-3" / name).write_bytes(data)
    return path


OLD = {log_name(base): batch(base, 10) for base in (0, 10, 20, 30)} | {f"{10:020d}.index": b"old"}
NEW = batch(0, 5) + batch(25, 4)  # of the segments 0, 10 and 20


def test_a_swap_of_kafkas_is_completed(tmp_path: Path) -> None:
    """The new segment reaches to offset 28: so it holds what was kept of every segment that begins in front of it."""
    swap_files = {log_name(0) + ".swap": NEW, f"{0:020d}.index.swap": b"new", f"{0:020d}.index": b"old"}
    path = kafkas(tmp_path, OLD | swap_files)
    expected = {log_name(0): NEW, f"{0:020d}.index": b"new", log_name(30): OLD[log_name(30)]}
    assert content(opened(path)) == expected == on_disk(path)


def test_what_kafka_had_not_finished_writing_goes(tmp_path: Path) -> None:
    left = {log_name(0) + ".cleaned": NEW[:50], f"{0:020d}.index.cleaned": b"new"}
    path = kafkas(tmp_path, OLD | left | {f"{40:020d}.timeindex.deleted": b"x", log_name(50) + ".deleted": b"x"})
    assert content(opened(path)) == OLD == on_disk(path)


def test_kafkas_split_of_a_segment_that_was_not_complete_is_undone(tmp_path: Path) -> None:
    """The higher half had its `.swap` already, the lower one not."""
    left = {log_name(0) + ".cleaned": batch(0, 5), log_name(5) + ".swap": batch(5, 5), f"{5:020d}.index.swap": b"x"}
    path = kafkas(tmp_path, OLD | left)
    assert content(opened(path)) == OLD == on_disk(path)


def test_kafkas_swap_whose_log_had_its_name_leaves_the_indexes_to_be_made_anew(tmp_path: Path) -> None:
    names = {log_name(0): NEW, f"{0:020d}.index.swap": b"new", log_name(30): OLD[log_name(30)]}
    path = kafkas(tmp_path, names | {log_name(10) + ".deleted": b"", log_name(0) + ".deleted": b""})
    del names[f"{0:020d}.index.swap"]
    assert content(opened(path)) == names == on_disk(path)


def test_kafkas_swap_of_a_damaged_segment_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    for number, damaged in enumerate((NEW[:-30], NEW + b"x", b"\0" * 100)):
        path = kafkas(tmp_path / f"{number}", OLD | {log_name(0) + ".swap": damaged})
        before = on_disk(path)
        with pytest.raises(StorageError, match=r"0\.log\.swap: no record batch at position"):
            opened(path).segments(PARTITION)
        assert on_disk(path) == before


def test_a_directory_without_leftovers_is_only_looked_at(tmp_path: Path) -> None:
    begin(tmp_path)
    files = Faults()
    finish(files, tmp_path / "topic-3")
    assert files.steps == []
