"""Positioned I/O: complete where the system does less than asked, the same with and without pread and pwritev."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kafkalite.storage import files
from kafkalite.storage.segment_store import Buffer


@pytest.fixture(params=["positioned", "seeking", "one byte at a time"])
def descriptor(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    if request.param == "seeking":
        monkeypatch.setattr(files, "_write_once", files.write_once_by_seeking)
        monkeypatch.setattr(files, "_read_once", files.read_once_by_seeking)
    elif request.param == "one byte at a time":
        monkeypatch.setattr(files, "_write_once", lambda to, parts, at: os.pwrite(to, b"".join(parts)[:1], at))
        monkeypatch.setattr(files, "_read_once", lambda of, at, size: os.pread(of, min(size, 1), at))
    opened = files.open_file(tmp_path / "file", create=True)
    yield opened
    os.close(opened)


def test_parts_are_written_one_behind_the_other(descriptor: int) -> None:
    files.write_at(descriptor, (b"abc", memoryview(b"def"), bytearray(b"g")), 0)
    files.write_at(descriptor, (b"XY",), 3)
    assert files.read_at(descriptor, 0, 100) == b"abcXYfg"


def test_reading_stops_at_the_end(descriptor: int) -> None:
    files.write_at(descriptor, (b"abcdef",), 0)
    assert files.read_at(descriptor, 2, 3) == b"cde"
    assert files.read_at(descriptor, 4, 10) == b"ef"
    assert files.read_at(descriptor, 6, 10) == b""


def test_a_write_that_fails_half_way_raises(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def short(to: int, parts: Sequence[Buffer], position: int) -> int:
        if calls:
            raise OSError(28, "No space left on device")
        calls.append(position)
        return os.pwrite(to, b"ab", position)

    monkeypatch.setattr(files, "_write_once", short)
    with pytest.raises(OSError, match="No space"):
        files.write_at(descriptor, (b"abc", b"def"), 0)


def test_a_missing_file_is_not_created_by_chance(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.open_file(tmp_path / "missing")


@pytest.mark.parametrize("durably", [True, False])
def test_replacing_a_file(tmp_path: Path, durably: bool) -> None:
    for text in ("first\n", "second"):
        files.replace(tmp_path / "file", text, durably=durably)
        assert (tmp_path / "file").read_bytes() == text.encode()
    assert os.listdir(tmp_path) == ["file"]


def test_a_replacement_that_fails_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.replace(tmp_path / "file", "old")

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        files.replace(tmp_path / "file", "new", durably=True)
    assert (tmp_path / "file").read_text() == "old"


def test_syncing(tmp_path: Path) -> None:
    files.replace(tmp_path / "file", "text")
    files.sync(tmp_path / "file")
    files.sync_directory(tmp_path)
    with pytest.raises(FileNotFoundError):
        files.sync(tmp_path / "missing")
